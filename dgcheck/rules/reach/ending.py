"""DG2006 and DG2007: the connection came about and ended without a word."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy
from dgcheck.model.evidence import Dial, Ending, Handshake, Wire
from dgcheck.readings import contact
from dgcheck.readings.answers import listens, posts, works
from dgcheck.readings.size import sizes
from dgcheck.readings.telling import checks_of, path_of, questions
from dgcheck.rules.reach.connecting import HELM, LISTENS, USUAL
from dgcheck.wire.incomplete import dropped


def _ended_wordless(case: Case, ending: Ending) -> tuple[Wire | Handshake, ...]:
    """The checks' own questions that the port ended in this way without a byte of an answer; () when any question was
    answered, and where TLS, another protocol or a client certificate explains it.
    """
    if contact.answered(case) or _explained(case):
        return ()
    failed = contact.failed_handshake(case)
    found: list[Wire | Handshake] = [failed] if failed is not None and failed.bytes_in == 0 else []
    found += [wire for wire in contact.direct(case) if not wire.raw]
    return tuple(found) if found and found[0].ending is ending else ()


def _explained(case: Case) -> bool:
    sharper = (
        contact.tls_port,
        contact.plain_port,
        contact.first_words,
        contact.wants_certificate,
        contact.sni_unknown,
        contact.versions_apart,
        contact.http2_only,
    )
    return any(one(case) is not None for one in sharper)


def _after(seen: Wire | Handshake) -> str:
    """What we had said when it ended."""
    if isinstance(seen, Handshake):
        return "after our TLS greeting"
    over = " over TLS" if seen.tls else ""
    return f"after {seen.request.method} {seen.request.target.partition('?')[0]}{over}"


def _address(case: Case, seen: Wire | Handshake) -> str:
    proxy, target = case.settings.proxy, case.target
    if proxy is not None and target is not None:
        return f"{contact.place(target.host, target.port)}, asked through the proxy {proxy.shown},"
    return contact.place(seen.address, seen.port)


def _closed(case: Case) -> Iterator[Match]:
    if found := _ended_wordless(case, Ending.CLOSED):
        when = _after(found[0])
        says = (
            f"{_address(case, found[0])} accepted the connection and closed it {when}, without one byte of an answer."
        )
        facts = {"address": found[0].address, **contact.usual(case)}
        yield Match(says, contact.ids(*found), ("transport",), facts=facts)
    else:
        yield from _speech_dropped(case, Ending.CLOSED)


def _reset(case: Case) -> Iterator[Match]:
    if found := _ended_wordless(case, Ending.RESET):
        when = _after(found[0])
        says = f"{_address(case, found[0])} accepted the connection and reset it {when}, without one byte of an answer."
        facts = {"address": found[0].address, **contact.usual(case)}
        yield Match(says, contact.ids(*found), ("transport",), facts=facts)
    elif torn := _reset_at_once(case):
        says = (
            f"{contact.place(torn[0].address, torn[0].port)} reset the connection at once, before anything was asked."
        )
        facts = {"address": torn[0].address, **contact.usual(case)}
        yield Match(says, contact.ids(*torn), ("tcp", "transport"), facts=facts)
    else:
        yield from _speech_dropped(case, Ending.RESET)


def _speech_dropped(case: Case, ending: Ending) -> Iterator[Match]:
    """POSTs of speech ended without a byte of an answer while other questions were answered; a small body would too,
    else its size is at fault.
    """
    lost = [seen for seen in posts(case) if dropped(seen)]
    size = sizes(case)
    if not lost or lost[0].ending is not ending or not contact.answered(case) or (size is not None and size.well):
        return
    gone = [seen for seen in listens(case) if dropped(seen) and seen.ending is ending]
    fine = [seen for seen in listens(case) if works(seen)]
    meanwhile = f" Meanwhile {questions(fine)} worked." if fine else ""
    says = (
        f"The connection was {dropped(lost[0])} before any answer to {questions(gone)} came, with "
        f"{lost[0].request.body_sent} bytes of audio sent; other questions were answered.{meanwhile} Something in "
        f"front hangs up on this request by a rule of its own, or the program behind broke down over it."
    )
    yield Match(says, contact.ids(*gone), checks_of(gone), Confidence.LIKELY, {"dropped_path": path_of(lost[0])})


def _reset_at_once(case: Case) -> tuple[Dial, ...]:
    """Connections that were reset while they came about, where nothing was ever answered.

    A port on which nobody listens refuses; only one that was accepted is reset.
    """
    if contact.answered(case) or _explained(case) or any(True for _ in contact.direct(case)):
        return ()
    found = contact.none_opened(case)
    return found if found and all(dial.ending is Ending.RESET for dial in found) else ()


# Where one request is hung up on and others are answered.
_ALONE = (
    Remedy(
        "Look for a rule that hangs up on {dropped_path}: return 444, or an upstream that dies over it",
        "nginx -T | grep -nE 'location|return 444'; tail -n 20 /var/log/nginx/error.log",
        place="nginx",
        leads=True,
    ),
    Remedy(
        "Look for a rule that hangs up on {dropped_path}",
        "grep -nE 'http-request (reject|silent-drop)|tcp-request content reject' /etc/haproxy/haproxy.cfg",
        place="haproxy",
        leads=True,
    ),
    Remedy("Look for abort in the site that serves {dropped_path}", place="caddy", leads=True),
    Remedy(
        "Ask the deployment past whatever stands in front; if {dropped_path} works there, it is a rule of a proxy or "
        "firewall",
        "dgcheck run http://API_HOST:8080",
        leads=True,
    ),
    Remedy(
        "See whether the API restarts over {dropped_path}",
        "docker compose ps --all\ndocker compose logs --since 10m api",
        place="compose",
        leads=True,
    ),
)

ENDING = (
    Cause(
        code="DG2006",
        cause="tcp_closed_early",
        title="Accepted, then closed without an answer",
        explanation=(
            "The connection came about, and the other side closed it in good order without sending anything. Something "
            "in front accepts for a program that is not there (Docker's port forwarder, kubectl port-forward, an SSH "
            "tunnel, a TCP load balancer without a healthy target), or the program behind speaks another protocol and "
            "hangs up on HTTP. Where that happens to speech alone and other questions are answered, a rule of a proxy "
            "or firewall hangs up on it, or the program behind dies over it."
        ),
        told_apart=(
            "Zero bytes and a FIN. The port was also asked in the other way (TLS or plain HTTP) and listened to, and "
            "gave no sign of either. A RST is tcp_reset; an answer that begins and is cut off is http_bad_response."
        ),
        remedies=(
            *_ALONE,
            Remedy(
                "See whether the program behind the published port listens on it, inside its container",
                "docker compose ps api && docker compose logs --tail 30 api",
                place="compose",
            ),
            HELM,
            Remedy("On a TCP load balancer, see whether a target is healthy (health check: HTTP GET /v1/status, 200)"),
            Remedy(
                "See the health of the Network Load Balancer's targets",
                "aws elbv2 describe-target-health --target-group-arn ARN",
                place="nlb",
            ),
            USUAL,
            LISTENS,
        ),
        explains=("http_stalled", "http_bad_response", "ws_upgrade_rejected"),
        heals=Heals.SOON,
        when=_closed,
        source="FIN before the first byte of an answer",
    ),
    Cause(
        code="DG2007",
        cause="tcp_reset",
        title="Accepted, then reset",
        explanation=(
            "The connection came about and was torn down (RST) when it was used. A firewall or inspection device that "
            "dislikes the traffic does that, a port forwarder whose target is gone, a server that crashed, a service "
            "mesh that takes no plain traffic, or a TLS server that was spoken to in plain text. Where that happens to "
            "speech alone and other questions are answered, it is a rule of a proxy or firewall, or a program that "
            "dies over it."
        ),
        told_apart=(
            "RST instead of FIN, and the sentence says after which of our bytes. Where nothing was answered, the port "
            "was also asked the other way (TLS or plain HTTP) before this was said; where the POST of audio alone is "
            "reset, a small one is as well, else it is http_body_too_large."
        ),
        remedies=(
            *_ALONE,
            Remedy(
                "See whether the program behind the published port listens on it, inside its container",
                "docker compose ps api && docker compose logs --tail 30 api",
                place="compose",
            ),
            HELM,
            Remedy("Ask the server itself, without anything in between", "curl -v http://127.0.0.1:8080/v1/status"),
            Remedy(
                "See who sends the reset: its TTL differs when a device on the way does",
                "sudo tcpdump -nvi any 'port {port} and tcp[tcpflags] & tcp-rst != 0'",
            ),
            USUAL,
        ),
        explains=("http_stalled", "http_bad_response", "ws_upgrade_rejected"),
        heals=Heals.SOON,
        when=_reset,
        source="RST (ECONNRESET, EPIPE) before the first byte of an answer",
    ),
)
