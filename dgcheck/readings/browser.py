"""What a page in a browser would meet: its origin against the target's, and answers to questions asked as it asks."""

from __future__ import annotations

from dgcheck.model.case import Case, settled
from dgcheck.model.evidence import Exchange, Upgrade
from dgcheck.model.sdk import Manner
from dgcheck.wire.loopback import loopback

CHECK = "origin"
REFUSED = "refused"  # the purpose of the request that is meant to be refused
NO_ORIGIN = "no_origin"  # the purpose of a refused handshake that is made once more without its Origin
NEEDS_LEAVE = ("authorization", "content-type")  # headers of a POST of speech that a page has to ask leave for
STRANGER = "dgcheck-no-such-model"


def handshake(origin: str) -> Manner:
    """How a browser opens a WebSocket for a page of that origin ('' leaves it out): no header can be added, so that
    Deepgram's SDKs put the key into the subprotocols.
    """
    return Manner(
        subprotocols=("token", "{key}"),
        auth="subprotocol",
        headers=(
            ("Host", "{authority}"),
            ("Connection", "Upgrade"),
            ("Pragma", "no-cache"),
            ("Cache-Control", "no-cache"),
            ("User-Agent", "{agent}"),
            ("Upgrade", "websocket"),
            *((("Origin", origin),) if origin else ()),
            ("Sec-WebSocket-Version", "13"),
            ("Accept-Encoding", "gzip, deflate"),
            ("Sec-WebSocket-Key", ""),
            ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"),
            ("Sec-WebSocket-Protocol", ""),
        ),
        source="what Chromium sends, measured",
    )


def mixed(case: Case) -> bool:
    """Whether a browser stops the page's requests to this target itself: a page from https, a target that is plain.

    This machine's own addresses are spared (W3C Secure Contexts, "potentially trustworthy").
    """
    target = case.target
    if target is None or target.tls or not case.settings.origin.startswith("https://"):
        return False
    return not loopback(target.host) or target.host in ("0.0.0.0", "::")


def same_origin(case: Case) -> bool:
    """Whether page and target have one origin, so that a browser asks nobody for leave."""
    target = case.target
    return target is not None and case.settings.origin == f"{target.scheme}://{target.authority}"


@settled
def preflight(case: Case) -> Exchange | None:
    """The OPTIONS that a browser sends first."""
    return next((one for one in case.of(Exchange, CHECK) if one.request.method == "OPTIONS"), None)


def wanted_leave(seen: Exchange) -> tuple[str, ...]:
    """The headers that a preflight asked leave for."""
    named = next((value for name, value in seen.request.headers if name == "Access-Control-Request-Headers"), "")
    return tuple(named.split(",")) if named else NEEDS_LEAVE


def beyond_pages(plain: Upgrade, page: Upgrade) -> tuple[str, ...]:
    """Headers that went along with the plain upgrade and that a page cannot add to its own."""
    sent = {name.lower() for name, _ in page.request.headers}
    return tuple(name for name, _ in plain.request.headers if name.lower() not in sent)


@settled
def posted(case: Case) -> Exchange | None:
    """The POST of speech from the page."""
    return next((one for one in case.of(Exchange, CHECK) if one.request.method == "POST"), None)


@settled
def refused(case: Case) -> Exchange | None:
    """A request of the page that the deployment refuses."""
    return case.first(Exchange, CHECK, REFUSED)


@settled
def without_origin(case: Case) -> Upgrade | None:
    """The refused handshake once more, without its Origin."""
    return case.first(Upgrade, CHECK, NO_ORIGIN)


@settled
def opened_for_page(case: Case) -> tuple[Upgrade, ...]:
    """The tries to open a WebSocket as the page's browser does."""
    return tuple(case.of(Upgrade, CHECK))
