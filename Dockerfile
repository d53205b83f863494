# dgcheck in a small image: no shell is needed at run time, any numeric user will do, nothing is written.
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY dgcheck ./dgcheck
RUN python -m venv /opt/dgcheck && /opt/dgcheck/bin/pip install --no-cache-dir .

FROM python:3.12-slim
# The base image brings the standard library without byte code, and a read-only root could never write it.
RUN python -m compileall -q /usr/local/lib/python3.12
COPY --from=build /opt/dgcheck /opt/dgcheck
ENV PATH=/opt/dgcheck/bin:$PATH PYTHONUNBUFFERED=1
USER 10001:10001
ENTRYPOINT ["dgcheck"]
CMD ["--help"]
