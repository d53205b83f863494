"""What becomes of an upgrade on its way: not forwarded, refused, or accepted in a wrong way."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

from dgcheck.model.record import replace
from dgcheck.sim import bodies
from dgcheck.sim.asked import Asked, Pairs, Reply
from dgcheck.sim.core import Effect
from dgcheck.sim.faults import pages
from dgcheck.sim.faults.fault import Fault, always

_HOP = ("upgrade", "connection", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions")


def _without(*names: str) -> Callable[[Asked], Asked]:
    def pass_on(asked: Asked) -> Asked:
        return replace(asked, headers=tuple(pair for pair in asked.headers if pair[0].lower() not in names))

    return pass_on


def _refused(reply: Callable[[Asked], Reply] | Reply) -> Callable[[float], Effect]:
    return always(Effect(instead=pages.instead(reply, pages.upgrades)))


def _accepts(change: Callable[[Pairs], Pairs]) -> Callable[[float], Effect]:
    """Change the headers of a 101."""

    def alter(_: Asked, reply: Reply) -> Reply:
        return replace(reply, accept=change) if reply.socket is not None else reply

    return always(Effect(alter=alter))


def _header(name: str, value: str | None) -> Callable[[Pairs], Pairs]:
    """Set a header of the 101, or drop it."""

    def change(headers: Pairs) -> Pairs:
        kept = tuple(pair for pair in headers if pair[0].lower() != name.lower())
        return kept if value is None else (*kept, (name, value))

    return change


def _offers_protocol(asked: Asked) -> bool:
    return asked.upgrade and bool(asked.tokens("sec-websocket-protocol"))


def _frames(data: bytes) -> Callable[[float], Effect]:
    """A right 101, then these bytes instead of frames."""

    def alter(asked: Asked, reply: Reply) -> Reply:
        if reply.socket is None:
            return reply
        key = asked.header("sec-websocket-key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()  # noqa: S324 - RFC 6455 says SHA-1
        head = (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\ndg-request-id: {reply.header('dg-request-id')}\r\n\r\n"
        )
        return Reply(status=101, raw=head.encode() + data, ending="hang")

    return always(Effect(alter=alter))


def _late(seconds: float) -> Effect:
    def alter(_: Asked, reply: Reply) -> Reply:
        return replace(reply, wait=reply.wait + seconds) if reply.socket is not None else reply

    return Effect(alter=alter)


def _not_forwarded() -> tuple[Fault, ...]:
    lost = ("ws_upgrade_not_forwarded",)
    needed = bodies.plain(426, "Upgrade Required", "text/plain").having("Upgrade", "websocket")
    bad = pages.html(400, "400 Bad Request", "Can &quot;Upgrade&quot; only to &quot;WebSocket&quot;.")
    return (
        Fault(
            name="upgrade_dropped",
            says="a proxy drops Upgrade and Connection: the upgrade is answered as a plain GET",
            causes=lost,
            resembles=("http_method_not_allowed", "model_not_streaming"),
            makes=always(Effect(pass_on=_without(*_HOP))),
        ),
        Fault(
            name="upgrade_dropped_nginx",
            says="the same, with nginx's Server header on every answer",
            causes=lost,
            makes=always(
                Effect(pass_on=_without(*_HOP), alter=lambda _, reply: reply.having("Server", "nginx/1.24.0"))
            ),
        ),
        Fault(
            name="upgrade_connection_dropped",
            says="a proxy keeps Upgrade and sets `Connection: close`",
            causes=lost,
            makes=always(Effect(pass_on=_without("connection"))),
        ),
        Fault(
            name="upgrade_dropped_404",
            says="a proxy drops the upgrade, and the plain GET gets 404",
            causes=lost,
            resembles=("http_not_found",),
            makes=always(Effect(instead=pages.instead(_plain_404, pages.on_listen_get))),
        ),
        Fault(
            name="upgrade_426",
            says="upgrades get 426 Upgrade Required",
            causes=lost,
            makes=_refused(needed),
        ),
        Fault(
            name="upgrade_400_html",
            says="upgrades get 400 with a page that says the upgrade header did not come",
            causes=("ws_upgrade_not_forwarded", "ws_upgrade_rejected"),
            makes=_refused(bad),
        ),
        Fault(
            name="upgrade_envoy_403",
            says="Envoy without upgrades enabled: 403, no body, no request id; requests pass",
            causes=lost,
            resembles=("http_forbidden", "http_unavailable"),
            makes=_refused(pages.envoy(403)),
        ),
    )


def _plain_404(_: Asked) -> Reply:
    return pages.deepgram(404, "NOT_FOUND", "Not found.")


def _rejected() -> tuple[Fault, ...]:
    return (
        Fault(
            name="upgrade_400_bare",
            says="upgrades get 400 with no body and no dg-error",
            causes=("ws_upgrade_rejected",),
            resembles=("model_missing", "ws_upgrade_not_forwarded", "model_not_streaming"),
            makes=_refused(pages.bare(400)),
        ),
        Fault(
            name="upgrade_500",
            says="upgrades get the deployment's own 500; requests pass",
            causes=("http_server_error", "ws_upgrade_rejected"),
            makes=_refused(lambda _: pages.deepgram(500, "INTERNAL_SERVER_ERROR", "An error occurred.")),
        ),
        Fault(
            name="upgrade_502",
            says="upgrades get nginx's 502; requests pass",
            causes=("http_bad_gateway", "ws_upgrade_rejected"),
            makes=_refused(pages.nginx(502)),
        ),
        Fault(
            name="upgrade_401",
            says="upgrades get 401 from a gateway; requests pass",
            causes=("http_unauthorized",),
            makes=_refused(pages.nginx(401).having("WWW-Authenticate", 'Bearer realm="ws"')),
        ),
        Fault(
            name="upgrade_403_waf",
            says="a firewall answers upgrades with 403 and a page; requests pass",
            causes=("http_forbidden", "ws_upgrade_rejected"),
            resembles=("ws_upgrade_not_forwarded",),
            makes=_refused(pages.html(403, "Blocked", "Your request was blocked. Reference #18.2d1")),
        ),
        Fault(
            name="upgrade_200",
            says="upgrades get 200 with a web page",
            causes=("ws_upgrade_rejected", "ws_upgrade_not_forwarded"),
            makes=_refused(pages.html(200, "Deepgram")),
        ),
        Fault(
            name="upgrade_redirect",
            says="upgrades get 301 to https; requests pass",
            causes=("http_redirect",),
            makes=_refused(lambda asked: pages.nginx(301).having("Location", f"https://dg.example.test{asked.target}")),
        ),
        Fault(
            name="upgrade_stalled",
            says="upgrades are never answered; requests are",
            causes=("http_stalled",),
            makes=_refused(Reply(status=0, raw=b"", ending="hang")),
        ),
        Fault(
            name="upgrade_slow",
            says="the 101 comes so many seconds later",
            causes=("slow_response",),
            value=6,
            unit="seconds",
            makes=_late,
        ),
        Fault(
            name="upgrade_closed",
            says="the connection closes on an upgrade; requests are answered",
            causes=("tcp_closed_early", "ws_upgrade_rejected"),
            makes=_refused(Reply(status=0, raw=b"", ending="fin")),
        ),
        Fault(
            name="upgrade_reset",
            says="the connection is reset on an upgrade; requests are answered",
            causes=("tcp_reset", "ws_upgrade_rejected"),
            makes=_refused(Reply(status=0, raw=b"", ending="reset")),
        ),
    )


def _wrong_101() -> tuple[Fault, ...]:
    bad = ("ws_bad_accept",)
    return (
        Fault(
            name="ws_bad_accept",
            says="101 with the Sec-WebSocket-Accept of another handshake",
            causes=bad,
            makes=_accepts(_header("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
        ),
        Fault(
            name="ws_no_accept",
            says="101 without Sec-WebSocket-Accept",
            causes=bad,
            makes=_accepts(_header("Sec-WebSocket-Accept", None)),
        ),
        Fault(
            name="ws_no_upgrade_header",
            says="101 without the Upgrade header",
            causes=bad,
            makes=_accepts(_header("Upgrade", None)),
        ),
        Fault(
            name="ws_no_connection_header",
            says="101 without the Connection header",
            causes=bad,
            makes=_accepts(_header("Connection", None)),
        ),
        Fault(
            name="ws_unasked_extension",
            says="101 with an extension that was not offered",
            causes=bad,
            makes=_accepts(_header("Sec-WebSocket-Extensions", "permessage-simulated")),
        ),
        Fault(
            name="ws_unasked_subprotocol",
            says="101 with a subprotocol that was not offered",
            causes=("ws_bad_accept", "ws_subprotocol"),
            makes=_accepts(_header("Sec-WebSocket-Protocol", "chat")),
        ),
        Fault(
            name="ws_no_request_id",
            says="101 without dg-request-id",
            resembles=("ws_bad_accept",),
            makes=_accepts(_header("dg-request-id", None)),
        ),
        Fault(
            name="ws_not_echoed",
            says="the subprotocol that is offered is not echoed",
            causes=("ws_subprotocol",),
            resembles=("ws_bad_accept",),
            makes=_accepts(_header("Sec-WebSocket-Protocol", None)),
        ),
        Fault(
            name="ws_subprotocol_refused",
            says="an upgrade that offers a subprotocol gets 400; the plain one works",
            causes=("ws_subprotocol",),
            makes=always(Effect(instead=pages.instead(pages.nginx(400), _offers_protocol))),
        ),
        Fault(
            name="ws_subprotocol_rejected",
            says="an upgrade that offers a subprotocol gets 403 with no body; the plain one works",
            causes=("ws_subprotocol",),
            resembles=("http_forbidden",),
            makes=always(Effect(instead=pages.instead(pages.bare(403), _offers_protocol))),
        ),
        Fault(
            name="ws_garbage",
            says="a right 101, then bytes that are no frames",
            causes=("ws_closed_early", "ws_no_results"),
            makes=_frames(b"\xff\xff\xff" + b"not a frame " * 20),
        ),
        Fault(
            name="ws_masked",
            says="a right 101, then frames that are masked, which a server's may not be",
            causes=("ws_closed_early", "ws_no_results"),
            makes=_frames(b"\x81\x85\x01\x02\x03\x04iga{n"),
        ),
    )


FAULTS = (*_not_forwarded(), *_rejected(), *_wrong_101())
