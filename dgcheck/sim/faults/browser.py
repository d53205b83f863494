"""What a page in a browser meets, while every other client is served."""

from __future__ import annotations

from collections.abc import Callable

from dgcheck.model.record import replace
from dgcheck.sim.asked import Asked, Reply
from dgcheck.sim.core import Effect
from dgcheck.sim.cors import asks_leave
from dgcheck.sim.faults import pages
from dgcheck.sim.faults.fault import Fault, always
from dgcheck.sim.faults.service import switches

PAGE = "https://app.example.test"
OPTIONS = ("--origin", PAGE)
ALLOWED = "access-control-allow-origin"


def _leave_gets(status: int) -> Effect:
    return Effect(instead=lambda asked: pages.nginx(status) if asks_leave(asked) else None)


def _headers(change: Callable[[Asked, Reply, dict[str, str]], dict[str, str]]) -> Effect:
    """A proxy that changes what the answer allows, where it allows anything."""

    def alter(asked: Asked, reply: Reply) -> Reply:
        if not reply.header(ALLOWED):
            return reply
        kept = tuple((key, value) for key, value in reply.headers if not key.startswith("access-control-"))
        own = {key: value for key, value in reply.headers if key.startswith("access-control-")}
        return replace(reply, headers=(*kept, *change(asked, reply, own).items()))

    return Effect(alter=alter)


def _twice(_: Asked, reply: Reply) -> Reply:
    return replace(reply, headers=(*reply.headers, (ALLOWED, PAGE))) if reply.header(ALLOWED) else reply


def _good_alone(_: Asked, reply: Reply, own: dict[str, str]) -> dict[str, str]:
    return own if reply.status < 400 else {}


def _without_key(_: Asked, __: Reply, own: dict[str, str]) -> dict[str, str]:
    name = "access-control-allow-headers"
    return own | ({name: "content-type"} if name in own else {})


def _strange_page(asked: Asked) -> Reply | None:
    return pages.nginx(403) if asked.upgrade and asked.header("origin") == PAGE else None


FAULTS = (
    Fault(
        name="cors_absent",
        says="pages of other origins are given no leave: no Access-Control-Allow-Origin, 405 to OPTIONS",
        causes=("cors_blocked",),
        run=OPTIONS,
        makes=always(switches(cors=False)),
    ),
    Fault(
        name="cors_preflight_401",
        says="a gateway wants a key for OPTIONS too, which browsers do not send",
        causes=("cors_blocked",),
        resembles=("http_unauthorized",),
        run=OPTIONS,
        makes=always(_leave_gets(401)),
    ),
    Fault(
        name="cors_other_page",
        says="another page is allowed, not this one",
        causes=("cors_blocked",),
        run=OPTIONS,
        makes=always(_headers(lambda _, __, own: own | {ALLOWED: "https://other.example.test"})),
    ),
    Fault(
        name="cors_twice",
        says="deployment and proxy both add Access-Control-Allow-Origin, and browsers refuse two",
        causes=("cors_blocked",),
        run=OPTIONS,
        makes=always(Effect(alter=_twice)),
    ),
    Fault(
        name="cors_no_authorization",
        says="leave is given for Content-Type alone, not for Authorization",
        causes=("cors_blocked",),
        run=OPTIONS,
        makes=always(_headers(_without_key)),
    ),
    Fault(
        name="cors_errors_unreadable",
        says="good answers may be read by pages, errors may not",
        causes=("cors_blocked",),
        run=OPTIONS,
        makes=always(_headers(_good_alone)),
    ),
    Fault(
        name="ws_origin_refused",
        says="a gateway answers 403 to upgrades from that page's origin",
        causes=("cors_blocked",),
        resembles=("http_forbidden", "ws_upgrade_rejected", "ws_subprotocol"),
        run=OPTIONS,
        makes=always(Effect(instead=_strange_page)),
    ),
    Fault(
        name="ws_no_echo_for_page",
        says="the subprotocol that browsers offer is accepted and not named in the answer",
        causes=("ws_subprotocol",),
        run=OPTIONS,
        makes=always(switches(echo_subprotocol=False)),
    ),
    Fault(
        name="cors",
        says="pages of every origin are given leave",
        resembles=("cors_blocked", "browser_mixed_content", "ws_subprotocol"),
        run=OPTIONS,
        makes=always(Effect()),
    ),
)
