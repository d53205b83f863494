"""Who answered? Read from headers and body alone (self-hosted-api.md §10)."""

from __future__ import annotations

from functools import lru_cache

from dgcheck.model.evidence import Response
from dgcheck.model.pattern import stemmed
from dgcheck.model.record import remembered
from dgcheck.wire import proxy_words as words
from dgcheck.wire.server_error import read

# `Server` header, lower case, by its first word.
_SERVERS = {
    "nginx": "nginx",
    "openresty": "nginx",
    "envoy": "envoy",
    "istio-envoy": "istio",
    "awselb": "alb",
    "cloudflare": "cloudflare",
    "caddy": "caddy",
    "squid": "squid",
    "apache": "apache",
    "microsoft-iis": "iis",
    "microsoft-azure-application-gateway": "azure",
    "kong": "kong",
    "traefik": "traefik",
    "simplehttp": "python",
    "basehttp": "python",
    "uvicorn": "python",
    "gunicorn": "python",
    "werkzeug": "python",
    "google": "gce",
    "google frontend": "gce",
    "haproxy": "haproxy",
}
_TO_BLANK = str.maketrans("/(", "  ")
_BODIES = (
    (
        "envoy",
        stemmed("|".join((words.NO_HEALTHY_UPSTREAM, words.CONNECT_ERROR, words.REQUEST_TIMEOUT)), needs=("upstream",)),
    ),
    ("ingress-nginx", stemmed(words.DEFAULT_BACKEND, needs=("default backend",))),
    (
        "aws-api-gateway",
        stemmed(rf'\{{"message":\s*"(?:{"|".join(words.API_GATEWAY)})"\}}', needs=('{"message":',)),
    ),
    ("haproxy", stemmed(r"<h1>\d{3} [A-Z][^<]{3,60}</h1>\s*\n[^<\n]{5,120}\n</body></html>", needs=("<h1>",))),
    ("nginx", stemmed(r"<center>(?:nginx|openresty)[^<]{0,40}</center>", needs=("<center>",))),
    ("squid", stemmed(r"(?i)generated [^<]{0,120}\(squid[/)]|<!--[^>]{0,80}squid", needs=("squid",))),
    (
        "go",
        stemmed(
            rf"\A(?:{words.GO_NOT_FOUND}|Client sent an HTTP request to an HTTPS server\.)\s*\Z",
            needs=("page not found", "client sent an"),
        ),
    ),
    (
        "cloudflare",
        stemmed(r"(?i)<title>[^<]{0,100}\| cloudflare</title>|cf-error-details", needs=("cloudflare", "cf-")),
    ),
    ("apache", stemmed(r"<address>Apache[^<]{0,80}</address>", needs=("<address>",))),
    ("gce", stemmed(rf"(?i){words.GOOGLE_TEMPORARY}", needs=("temporary error",))),
)


@remembered
def is_deepgram(response: Response) -> bool:
    """Whether an answer bears Deepgram's own marks: `dg-request-id`, `dg-error`, or an error with a request id."""
    if response.header("dg-request-id") or response.header("dg-error"):
        return True
    found = read(response.body, response.header("content-type"))
    return found.form in ("legacy", "modern") and bool(found.request_id)


@remembered
def answered(response: Response | None) -> str:
    """One word for who wrote this answer, `deepgram` or a proxy's or server's name; '' when nothing tells.

    `deepgram` wins over the proxy that passed the answer on and signed it.
    """
    if response is None:
        return ""
    if is_deepgram(response):
        return "deepgram"
    return body_signature(response) or signed(response)


@remembered
def body_signature(response: Response) -> str:
    """Who wrote the body, by words that only this program uses; '' when none."""
    return _signature(response.body[:4096])


@lru_cache(64)
def _signature(sample: str) -> str:
    return next((who for who, words_of in _BODIES if words_of.search(sample)), "")


@remembered
def signed(response: Response | None) -> str:
    """Who put its name into the headers: the answerer or the last proxy before us. Not proof of who answered."""
    if response is None:
        return ""
    if response.header("cf-ray"):
        return "cloudflare"
    if response.header("x-amzn-errortype") or response.header("apigw-requestid") or response.header("x-amz-apigw-id"):
        return "aws-api-gateway"
    if response.header("x-squid-error"):
        return "squid"
    if response.header("x-kong-response-latency") or response.header("x-kong-proxy-latency"):
        return "kong"
    server = response.header("server").lower()
    found = _SERVERS.get(server) or _SERVERS.get(server.translate(_TO_BLANK).partition(" ")[0])
    if found:
        return found
    if response.header("x-envoy-upstream-service-time"):
        return "envoy"
    via = response.header("via").lower()
    return next((who for word, who in (("caddy", "caddy"), ("squid", "squid"), ("google", "gce")) if word in via), "")


def is_alb_login(response: Response) -> bool:
    """Whether a load balancer of AWS says that it could not log the user in: its own 561, "Unauthorized"."""
    return response.status == 561 and signed(response) == "alb"


def puzzle(response: Response | None) -> str:
    """`challenge` (202) or `captcha` (405) where AWS WAF wants something solved that only a browser can; '' else."""
    action = response.header("x-amzn-waf-action").lower() if response is not None else ""
    return action if action in ("challenge", "captcha") else ""
