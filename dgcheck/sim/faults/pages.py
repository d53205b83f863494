"""Answers as the devices in front of a deployment write them: status pages, headers, bodies.

Written from their published error pages; no device is claimed to have a version.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from dgcheck.model.record import replace
from dgcheck.sim import shapes
from dgcheck.sim.asked import Asked, Reply

Page = Callable[[int], Reply]
"""A device's page for a status."""


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase


def answer(status: int, body: str, kind: str, server: str, *more: tuple[str, str]) -> Reply:
    """An answer with a Server header; no header where the value is ''."""
    headers = [("Server", server), ("Content-Type", kind), *more]
    return Reply(status=status, headers=tuple(pair for pair in headers if pair[1]), body=body.encode())


def nginx(status: int) -> Reply:
    """Nginx's own page."""
    phrases = {413: "Request Entity Too Large", 504: "Gateway Time-out", 503: "Service Temporarily Unavailable"}
    words = f"{status} {phrases.get(status, _phrase(status))}"
    if status == 401:
        words = "401 Authorization Required"
    body = (
        f"<html>\r\n<head><title>{words}</title></head>\r\n<body>\r\n<center><h1>{words}</h1></center>\r\n"
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return answer(status, body, "text/html", "nginx")


def haproxy(status: int) -> Reply:
    """HAProxy's own page; it signs with no Server header."""
    said = {
        403: "Request forbidden by administrative rules.",
        408: "Your browser didn't send a complete request in time.",
        502: "The server returned an invalid or incomplete response.",
        503: "No server is available to handle this request.",
        504: "The server didn't respond in time.",
    }
    phrase = {504: "Gateway Time-out"}.get(status, _phrase(status))
    body = f"<html><body><h1>{status} {phrase}</h1>\n{said.get(status, phrase)}\n</body></html>\n"
    return answer(status, body, "text/html", "", ("Cache-Control", "no-cache"))


def envoy(status: int) -> Reply:
    """Envoy's own short text, or nothing where it says nothing."""
    said = {
        403: "",
        404: "",
        413: "Payload Too Large",
        429: "local_rate_limited",
        502: "upstream connect error or disconnect/reset before headers. reset reason: protocol error",
        503: "no healthy upstream",
        504: "upstream request timeout",
    }
    body = said.get(status, "")
    return answer(status, body, "text/plain" if body else "", "envoy")


def istio(status: int) -> Reply:
    """The same text, signed by Istio's gateway."""
    return envoy(status).having("Server", "istio-envoy")


def alb(status: int) -> Reply:
    """An AWS application load balancer's page."""
    words = f"{status} {_phrase(status)}" if status != 504 else "504 Gateway Time-out"
    if status == 503:
        words = "503 Service Temporarily Unavailable"
    head = f"<html>\r\n<head><title>{words}</title></head>\r\n"
    body = f"{head}<body>\r\n<center><h1>{words}</h1></center>\r\n</body>\r\n</html>\r\n"
    return answer(status, body, "text/html", "awselb/2.0")


def traefik(status: int) -> Reply:
    """Traefik's text, which is that of Go's own server."""
    said = {404: "404 page not found\n", 503: "no available server\n", 502: "Bad Gateway", 504: "Gateway Timeout"}
    text = said.get(status, _phrase(status))
    return answer(status, text, "text/plain; charset=utf-8", "", ("X-Content-Type-Options", "nosniff"))


def caddy(status: int) -> Reply:
    """Caddy's answer: a status and nothing else."""
    return answer(status, "", "", "Caddy")


def cloudflare(status: int) -> Reply:
    """Cloudflare's page, cut short."""
    title = {521: "Web server is down", 522: "Connection timed out", 524: "A timeout occurred"}.get(status, "")
    title = title or _phrase(status)
    body = (
        f"<!DOCTYPE html>\n<html><head><title>dg.example.test | {status}: {title}</title></head>"
        f'<body><div id="cf-error-details"><h1>Error {status}</h1></div></body></html>'
    )
    return answer(status, body, "text/html; charset=UTF-8", "cloudflare", ("CF-RAY", "88f0c0ffee00dead-FRA"))


def aws_gateway(status: int) -> Reply:
    """AWS API Gateway's JSON."""
    said = {401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 413: "Request Too Long", 429: "Too Many Requests"}
    said |= {502: "Internal server error", 503: "Service Unavailable", 504: "Endpoint request timed out"}
    body = f'{{"message":"{said.get(status, _phrase(status))}"}}'
    return answer(status, body, "application/json", "", ("x-amzn-RequestId", shapes.new_id()))


def default_backend(status: int) -> Reply:
    """ingress-nginx's default backend."""
    return answer(status, "default backend - 404", "text/plain; charset=utf-8", "")


def bare(status: int) -> Reply:
    """A status and nothing that tells who said it."""
    return Reply(status=status)


def gce(status: int) -> Reply:
    """A Google load balancer's page."""
    text = (
        "<html><head><title>502 Server Error</title></head><body><h1>Error: Server Error</h1><h2>The server "
        "encountered a temporary error and could not complete your request.<p>Please try again in 30 seconds.</h2>"
        "</body></html>"
    )
    return answer(status, text, "text/html; charset=UTF-8", "", ("Via", "1.1 google"))


def azure(status: int) -> Reply:
    """An Azure Application Gateway's page."""
    words = f"{status} {_phrase(status)}"
    text = (
        f"<html>\r\n<head><title>{words}</title></head>\r\n<body>\r\n<center><h1>{words}</h1></center>\r\n"
        "<hr><center>Microsoft-Azure-Application-Gateway/v2</center>\r\n</body>\r\n</html>\r\n"
    )
    return answer(status, text, "text/html", "Microsoft-Azure-Application-Gateway/v2")


def deepgram(status: int, code: str, message: str, key: str = "err_code") -> Reply:
    """An answer of Deepgram's own in the legacy form, with its request id."""
    request_id = shapes.new_id()
    body = shapes.dump({key: code, "err_msg": message, "request_id": request_id})
    headers = (("content-type", "application/json"), ("dg-request-id", request_id))
    return Reply(status=status, headers=headers, body=body)


def html(status: int, title: str, body: str = "", server: str = "") -> Reply:
    """A page of some web server."""
    text = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>{body or title}</body></html>\n"
    return answer(status, text, "text/html; charset=utf-8", server)


# who is answered so

Which = Callable[[Asked], bool]


def everything(_: Asked) -> bool:
    """Every request."""
    return True


def on_listen(asked: Asked) -> bool:
    """Speech to text, files and streams alike."""
    return asked.path.rstrip("/").endswith("/listen") or asked.path.endswith("/listen/stream")


def posts(asked: Asked) -> bool:
    """A file for transcription."""
    return on_listen(asked) and asked.method == "POST"


def on_listen_get(asked: Asked) -> bool:
    """A GET of `/v1/listen`, with an upgrade or without."""
    return on_listen(asked) and asked.method == "GET"


def upgrades(asked: Asked) -> bool:
    """A WebSocket that is asked for."""
    return asked.upgrade


def not_upgrades(asked: Asked) -> bool:
    """Everything but a WebSocket that is asked for."""
    return not asked.upgrade


def on_models(asked: Asked) -> bool:
    """The listing."""
    return asked.path.endswith("/v1/models")


def on_information(asked: Asked) -> bool:
    """Listing, status and certificates: all that is no inference."""
    return not on_listen(asked)


def instead(reply: Reply | Callable[[Asked], Reply], which: Which = everything) -> Callable[[Asked], Reply | None]:
    """A hook that gives this answer to those requests."""

    def hook(asked: Asked) -> Reply | None:
        if not which(asked):
            return None
        return reply(asked) if callable(reply) else reply

    return hook


def late(reply: Reply, seconds: float) -> Reply:
    """The same answer, after so many seconds."""
    return replace(reply, wait=seconds)
