"""Which program is this? Answers of services that are not the API container, known by words only they use."""

from __future__ import annotations

import re

from dgcheck.model.evidence import Exchange, Response, Wire
from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass, remembered, replace
from dgcheck.wire import json_text
from dgcheck.wire.health import read_engine, read_status
from dgcheck.wire.listing import read as read_listing
from dgcheck.wire.results import read_transcription
from dgcheck.wire.who import is_deepgram


@dataclass(frozen=True, slots=True)
class Service:
    """A program that answered. `sure` is False where the same words also come from a proxy's default page.

    `ours` tells that it is another port of the same product (License Proxy, Engine metrics).
    """

    name: str
    sure: bool = True
    ours: bool = False


LICENSE_PROXY = Service("the License Proxy's status port", ours=True)
ENGINE_METRICS = Service("the Engine's metrics port", ours=True)
OPENAI = Service("a server of another kind that offers OpenAI's API")

_PAGES: tuple[tuple[re.Pattern[str], Service], ...] = tuple(
    (pattern(source, re.IGNORECASE), service)
    for source, service in (
        (r"<title>Welcome to nginx", Service("nginx with its welcome page", sure=False)),
        (
            r"Apache2? (?:Debian|Ubuntu|HTTP Server) .{0,40}(?:Default|Test) Page|<h1>It works!</h1>",
            Service("Apache with its welcome page", sure=False),
        ),
        (r"<title>IIS Windows|<title>IIS\d", Service("IIS with its welcome page", sure=False)),
        (r"<title>Caddy works!|Congratulations!.{0,80}Caddy", Service("Caddy with its welcome page", sure=False)),
        (r"It looks like you are trying to access MongoDB over HTTP on the native driver port", Service("MongoDB")),
        (r"<title>Grafana</title>|\"grafanaBootData\"|window\.grafanaBootData", Service("Grafana")),
        (
            r"<title>Prometheus (?:Time Series|[^<]{0,60}Server)|<a href=\"/(?:graph|query)\">Found</a>",
            Service("Prometheus"),
        ),
        (r"<title>(?:Node|Blackbox|[A-Z]\w+) Exporter</title>", Service("a Prometheus exporter")),
        (r"<title>Alertmanager</title>", Service("Alertmanager")),
        (r"\A\s*\{\s*\"kind\":\s*\"Status\",\s*\"apiVersion\":\s*\"v1\"", Service("a Kubernetes API server")),
        (r"\AOllama is running", Service("Ollama")),
        (r"\"tagline\"\s*:\s*\"You Know, for Search\"", Service("Elasticsearch")),
        (
            r"<title>[^<]{0,60}\[Jenkins\]</title>|Authentication required\s*<!--\s*You are authenticated as",
            Service("Jenkins"),
        ),
        (r"<title>RabbitMQ Management", Service("RabbitMQ's management page")),
        (r"<title>(?:Elastic|Kibana)</title>", Service("Kibana")),
        (r"<title>Traefik", Service("Traefik's dashboard")),
        (r"<title>Envoy Admin|\Ainvalid path\. admin commands are:", Service("Envoy's admin page")),
        (r"<title>MinIO Console", Service("MinIO")),
        (r"<title>Portainer", Service("Portainer")),
        (r"<title>Argo CD", Service("Argo CD")),
        (r"<title>Jupyter", Service("Jupyter")),
        (
            r"<title>Consul by HashiCorp|\AInvalid URL path: not a recognized HTTP API endpoint",
            Service("Consul"),
        ),
        (
            r"<title>Vault</title>|\{\"errors\":\s*\[\"(?:no handler for route |Vault is sealed\")",
            Service("Vault"),
        ),
        (r"Port \d+ is for clickhouse-client program", Service("ClickHouse's native port")),
        (r"\AThere is no handle /\S*\s+Use / or /ping for health checks", Service("ClickHouse")),
        (r"\"error\":\s*\"Malformed request: (?:GET|POST|HEAD) /", Service("TensorFlow Serving")),
        (r"Requested resource is not found, please refer to API document", Service("TorchServe")),
        (r"\A\{\"errors\":\s*\[\{\"msg\":\s*\"Unknown url : /", Service("SonarQube")),
        (r"<title>Home Assistant", Service("Home Assistant")),
        (
            r"\A\{\"detail\":\"(?:Not Found|Method Not Allowed)\"\}\s*\Z",
            Service("a Python web application (FastAPI)", sure=False),
        ),
        (r"<pre>Cannot (?:GET|POST|HEAD) /", Service("a Node.js web application (Express)", sure=False)),
        (
            r"Whitelabel Error Page|\"timestamp\":[^}]{0,200}\"error\":\"Not Found\"[^}]{0,200}\"path\":",
            Service("a Java web application (Spring)", sure=False),
        ),
        (r"<h1>HTTP Status 404[^<]{0,40}</h1>.{0,2000}Apache Tomcat", Service("Apache Tomcat", sure=False)),
        (r"<title>Directory listing for /", Service("Python's http.server")),
        (r"<p>Error code: \d{3}</p>\s*<p>Message: ", Service("Python's http.server", sure=False)),
        (
            r"<title>404 Not Found</title>\s*<h1>Not Found</h1>\s*<p>The requested URL was not found on the server\.",
            Service("a Python web application (Flask)", sure=False),
        ),
    )
)
_HEADERS = (
    ("server", "minio", Service("MinIO")),
    ("x-jenkins", "", Service("Jenkins")),
    ("x-elastic-product", "elasticsearch", Service("Elasticsearch")),
    ("docker-distribution-api-version", "", Service("a container registry")),
    ("x-influxdb-version", "", Service("InfluxDB")),
    ("kbn-name", "", Service("Kibana")),
    ("x-consul-default-acl-policy", "", Service("Consul")),
    ("x-clickhouse-summary", "", Service("ClickHouse")),
    ("docker-experimental", "", Service("the Docker daemon")),
    ("server", "couchdb/", Service("CouchDB")),
    ("server", "cups/", Service("CUPS, a print server")),
    ("server", "nexus/", Service("Nexus, a package repository")),
    ("x-gitlab-meta", "", Service("GitLab")),
    # Its word for a request that names a path alone: this port takes whole URLs.
    ("x-squid-error", "err_invalid_url", Service("squid as a forward proxy")),
)
_API = ("/v1/status", "/v1/status/engine", "/v1/models", "/v1/certificates", "/v1/listen")


def page_of(target: str) -> str:
    """The path of a request target without its query."""
    return target.partition("?")[0]


def service(target: str, response: Response) -> Service | None:
    """The program that gave this answer to a request for `target`; None when nothing names it, or it is the API's.

    A licence proxy is known by its status page, the Engine's metrics by `engine_` in `/metrics`, the rest by words
    of their pages and headers.
    """
    if is_deepgram(response):
        return None
    path, status = page_of(target), read_status(response.body)
    if path.endswith("/v1/status") and status is not None:
        return LICENSE_PROXY if status.state and not status.system_health else None
    if path.endswith("/metrics") and response.status == 200:
        return _exporter(response.body)
    if path.endswith("/v1/models") and _openai(response):
        return OPENAI
    if _openai_refusal(response):
        return replace(OPENAI, sure=False)  # a gateway of that kind may serve the API below another path
    found = next((one for pattern, one in _PAGES if pattern.search(response.body[:4096])), None)
    return found or next((one for name, word, one in _HEADERS if _header(response, name, word)), None)


def _header(response: Response, name: str, word: str) -> bool:
    value = next((text for key, text in response.headers if key.lower() == name), None)
    return value is not None and word in value.lower()


def _exporter(body: str) -> Service | None:
    """Whose metrics these are: each program counts itself in `NAME_build_info`."""
    if re.search(r"^(?:# (?:HELP|TYPE) )?engine_\w+", body, re.MULTILINE):
        return ENGINE_METRICS
    known = re.search(r"^(grafana|prometheus|alertmanager|loki|vault)_build_info", body, re.MULTILINE)
    if known:
        return Service(known.group(1).capitalize())
    metrics = re.search(r"^# (?:HELP|TYPE) \w+", body, re.MULTILINE)
    return Service("a program that shows Prometheus metrics", sure=False) if metrics else None


def _openai(response: Response) -> bool:
    found = json_text.fields(response.body)
    if found.get("object") == "list" and isinstance(found.get("data"), list):
        return True
    return response.status == 200 and bool(re.match(r'\s*\{\s*"object"\s*:\s*"list"\s*,\s*"data"\s*:', response.body))


def _openai_refusal(response: Response) -> bool:
    """OpenAI's way to say that a path is not there: an `error` with its four keys and its word for a wrong request."""
    error = json_text.fields(response.body).get("error")
    if response.status not in (404, 405) or not isinstance(error, dict):
        return False
    return {"message", "type", "param", "code"} <= set(error) and error["type"] == "invalid_request_error"


@remembered
def is_api(wire: Wire) -> bool:
    """Whether an answer has the shape that the API container gives to this path."""
    response = wire.response
    if response is None:
        return False
    if is_deepgram(response):
        return True
    path, body = page_of(wire.request.target), response.body
    if path.endswith("/v1/status"):
        status = read_status(body)
        return response.status == 204 or (status is not None and bool(status.system_health))
    if path.endswith("/v1/status/engine"):
        return read_engine(body) is not None
    if path.endswith("/v1/models"):
        listing = wire.listing if isinstance(wire, Exchange) and wire.listing else read_listing(body)
        return listing is not None and listing.shape != "other"
    return path.endswith("/v1/listen") and response.status in (101, 200) and _transcribed(response)


def _transcribed(response: Response) -> bool:
    return response.status == 101 or read_transcription(response.body) is not None


@remembered
def is_foreign(wire: Wire) -> bool:
    """Whether a 200 for an API path is surely none of the API's: a page, a text, or JSON of another shape.

    A refusal (3xx, 4xx, 5xx) is no proof, since proxies give those; nor is JSON that was cut off, nor what is declared
    as compressed and could not be unpacked.
    """
    response = wire.response
    if response is None or response.status != 200 or not page_of(wire.request.target).endswith(_API):
        return False
    body = response.body.strip()
    if not body or is_api(wire) or (response.header("content-encoding") and not response.complete):
        return False
    return body[0] not in "{[" or json_text.read(body) is not None
