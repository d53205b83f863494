"""DG4004: the subprotocol that browsers need is dropped or refused."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Match, Remedy, Severity
from dgcheck.model.evidence import Upgrade
from dgcheck.readings.answers import SUBPROTOCOL_AGAIN, opened, upgrade_works, upgrades, with_subprotocol
from dgcheck.readings.telling import listed, quoted, status_words, writer
from dgcheck.wire.incomplete import dropped
from dgcheck.wire.refusal import read_refusal


def _for_page(case: Case) -> Upgrade | None:
    """The upgrade that was opened as a page of --origin opens it."""
    if case.first(Upgrade, "origin") is None:
        return None
    from dgcheck.readings.browser import opened_for_page

    return next((one for one in opened_for_page(case) if opened(one)), None)


def _subprotocol(case: Case) -> Iterator[Match]:
    page = _for_page(case)
    seen = page or with_subprotocol(case)
    if seen is None or not upgrade_works(case):
        return
    plain = next(one for one in upgrades(case) if opened(one))
    offered = listed(seen.offered[:1]) or "token"
    if opened(seen):
        if not seen.chosen:
            says = (
                f"The upgrade with the subprotocol “{offered}” was accepted, and the answer does not echo it "
                f"(Sec-WebSocket-Protocol is missing). Browsers then end the connection; server-side clients do not "
                f"mind. Whether a healthy container echoes it is not known; a proxy may have dropped it."
            )
            yield Match(
                says,
                (seen.id, plain.id),
                ("ws.upgrade",) if page is None else ("origin",),
                Confidence.POSSIBLE,
                severity=Severity.INFO if page is None else Severity.WARNING,
                detail="not echoed",
            )
        return
    status = seen.status
    again = tuple(case.of(Upgrade, "ws.upgrade", SUBPROTOCOL_AGAIN))
    if any(opened(one) for one in again) or (status is not None and status != 101 and (status == 429 or status >= 500)):
        return  # now and then, not because of the subprotocol
    if read_refusal(seen.response).about == "model":
        return  # another replica, which lacks the model, was met
    if status == 101:
        got = f"was answered with a handshake that is not valid: {seen.accept_problem}"
    elif seen.response is not None:
        got = f"got {status_words(seen.response)} from {writer(seen.response)}{quoted(seen.response)}"
    elif dropped(seen):
        got = f"ended without an answer: the connection was {dropped(seen)}"
    else:
        return
    says = f"The upgrade with the subprotocol “{offered}” {got}; the same upgrade without it works."
    sure = Confidence.CERTAIN if len(again) > 1 else Confidence.LIKELY
    yield Match(says, tuple(one.id for one in (seen, plain, *again)), ("ws.upgrade",), sure, detail="refused")


FAMILY = (
    Cause(
        code="DG4004",
        cause="ws_subprotocol",
        title="The subprotocol that browsers need is dropped or refused",
        explanation=(
            "A browser cannot set an Authorization header on a WebSocket. Deepgram's browser SDK therefore offers "
            "the subprotocols `token` and the key in Sec-WebSocket-Protocol, and a browser gives up when the answer "
            "does not name one of them. Proxies that filter headers drop it on one of the two ways; some refuse "
            "what they do not know.\n\n"
            "Clients that run on a server use a header instead and are not affected."
        ),
        told_apart="The same upgrade was asked with and without it. Whether healthy containers echo it is not known.",
        remedies=(
            Remedy(
                "Pass the header on, in both directions",
                "proxy_set_header Sec-WebSocket-Protocol $http_sec_websocket_protocol;\nproxy_pass_header "
                "Sec-WebSocket-Protocol;",
                place="nginx",
            ),
            Remedy(
                "Look for lines that delete the header",
                "grep -niE 'sec-websocket-protocol' /etc/haproxy/haproxy.cfg",
                place="haproxy",
            ),
            Remedy("Allow the header Sec-WebSocket-Protocol in every rule that lists allowed headers"),
            Remedy("Until then let browsers speak to a server of yours that opens the WebSocket for them"),
        ),
        when=_subprotocol,
        source="Deepgram's documentation: authentication by Sec-WebSocket-Protocol; the WebSocket API of browsers",
    ),
)
