# dgcheck in an image of its own: Debian's Python, dgcheck, the CA certificates, and nothing else. No shell, no package
# manager; any numeric user will do; nothing is ever written. Builds on amd64 and arm64 as it stands:
#
#   docker build -t dgcheck:VERSION .
#
# Behind a mirror or a proxy of your own, pip's settings and CA certificates come along without staying in the image:
#
#   docker build -t dgcheck:VERSION --secret id=pip.conf,src=pip.conf --secret id=ca.pem,src=ca.pem .
#
# with `cert = /run/secrets/ca.pem` in that pip.conf. Nothing but the two package sources is asked.

ARG BASE=docker.io/library/debian:bookworm-slim

FROM ${BASE} AS build
ARG DEBIAN_FRONTEND=noninteractive
RUN apt-get update -q \
 && apt-get install -q -y --no-install-recommends ca-certificates python3 python3-venv
WORKDIR /src

# Every wheel is known by its hash: those that dgcheck needs, and those that build its own.
COPY requirements.lock ./
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    --mount=type=secret,id=ca.pem,target=/run/secrets/ca.pem \
    python3 -m venv /opt/build \
 && /opt/build/bin/pip download -q --disable-pip-version-check --no-cache-dir \
      --require-hashes --only-binary :all: -r requirements.lock -d /wheels

# From here on nothing is fetched. What the wheel of dgcheck asks for is found among those above, or the build ends.
COPY pyproject.toml README.md LICENSE ./
COPY dgcheck ./dgcheck
RUN set -eu; \
    pip="/opt/build/bin/pip -q --disable-pip-version-check --no-cache-dir"; \
    $pip install --no-compile --no-index --find-links /wheels hatchling; \
    $pip wheel --no-deps --no-index --no-build-isolation -w /wheels .; \
    python3 -m venv --without-pip /opt/dgcheck; \
    $pip --python /opt/dgcheck/bin/python install --no-compile --no-index --find-links /wheels dgcheck; \
    # pip's own launcher loads `re` at every start
    printf '#!/opt/dgcheck/bin/python -I\nfrom dgcheck.cli import main\n\nraise SystemExit(main())\n' \
      > /opt/dgcheck/bin/dgcheck; \
    find /opt/dgcheck/bin -mindepth 1 ! -name 'python*' ! -name dgcheck -delete

# The root of the image: the interpreter, its library, whatever shared library one of these names, and the certificates.
RUN set -eu; \
    python=$(readlink -f /usr/bin/python3); \
    library=$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))'); \
    mkdir -p /image/etc /image/usr/bin /image/usr/lib /image/usr/share /image/var/lib/dpkg/status.d /image/home/dgcheck; \
    mkdir -m 1777 /image/tmp; \
    cd /; \
    cp -a --parents "$python" /usr/bin/python3 "$library" /opt/dgcheck \
      /etc/ssl /usr/lib/ssl /usr/share/ca-certificates /usr/lib/locale/C.utf8 /image; \
    cp -L --parents /etc/os-release /image; \
    cd "/image$library"; \
    rm -rf config-* dist-packages distutils ensurepip idlelib lib2to3 pydoc_data sitecustomize.py test tkinter turtle.py \
      turtledemo; \
    cd lib-dynload; \
    rm -f _crypt.* _curses* _dbm.* _sqlite3.* _test* _tkinter.* nis.* ossaudiodev.* readline.* xx*; \
    find "$python" . /opt/dgcheck -type f \( -name '*.so*' -o -path "$python" \) > /tmp/binaries; \
    { xargs ldd < /tmp/binaries | awk '$2 == "=>" && $3 ~ "^/(usr/)?lib" {print $3} $1 ~ "^/lib" {print $1}'; \
      # loaded by name when a thread ends
      ldconfig -p | awk '/libgcc_s.so.1 / {print $NF}'; } | sort -u > /tmp/libraries; \
    xargs cp -L --parents -t /image < /tmp/libraries; \
    # what is in here, for scanners, and under which licences
    packages="ca-certificates $(sed 's,.*/,*/,' /tmp/libraries | xargs dpkg -S | cut -d: -f1 | sort -u) \
      $(dpkg -S "$python" "$library/os.py" "$library/asyncio/__init__.py" | cut -d: -f1 | sort -u)"; \
    for package in $packages; do \
      dpkg-query -s "$package" > "/image/var/lib/dpkg/status.d/$package"; \
      cp -L --parents "/usr/share/doc/$package/copyright" /image; \
    done; \
    printf 'root:x:0:0:root:/:/sbin/nologin\ndgcheck:x:10001:10001:dgcheck:/home/dgcheck:/sbin/nologin\n' > /image/etc/passwd; \
    printf 'root:x:0:\ndgcheck:x:10001:\n' > /image/etc/group; \
    printf 'passwd: files\ngroup: files\nhosts: files dns\n' > /image/etc/nsswitch.conf; \
    # Bytecode of all of it, since a read-only root could never keep any; valid whatever becomes of the files' times.
    find /image -name __pycache__ -prune -exec rm -rf {} +; \
    python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash -s /image -p / "/image$library" /image/opt/dgcheck/lib

FROM scratch
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="dgcheck" \
      org.opencontainers.image.description="Names what is wrong between an application and a self-hosted Deepgram deployment" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /image /
ENV PATH=/opt/dgcheck/bin LANG=C.UTF-8
# A settings file mounted as /home/dgcheck/dgcheck.yaml is found, and results for files are written here.
WORKDIR /home/dgcheck
USER 10001:10001
EXPOSE 9115
ENTRYPOINT ["dgcheck"]
CMD ["--help"]
