"""The port does not speak what the URL says: does it speak the other thing, or something else altogether?"""

from __future__ import annotations

from dgcheck.model.asking import Ask, Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending
from dgcheck.readings import contact
from dgcheck.wire.banner import protocol
from dgcheck.wire.service import is_api

SHORT = 4.0  # seconds for a question that is likely to be met with silence
LISTEN = 1.5
# PostgreSQL answers this with one byte, S or N, and hangs up on HTTP without a word.
SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
# RFC 9113, section 3.4: the preface and an empty SETTINGS frame.
HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04" + bytes(5)
# No method has such a letter (RFC 9110): a server of HTTP/1.1 answers 400 by itself, before any rule it was given.
# HAProxy takes HTTP/2 on any plain port and may only have been told to hang up.
ODD_HTTP1 = b"\x01 / HTTP/1.1\r\n\r\n"
POSTGRESQL_PORTS = (5432, 5433, 6432)


def _alive(case: Case) -> bool:
    """A direct connection came about, so there is somebody to ask."""
    return case.target is not None and case.settings.proxy is None and bool(case.open_addresses)


def may_be_plain(case: Case) -> bool:
    """A https target whose port gave no TLS record to our greeting."""
    failed = contact.failed_handshake(case)
    return _alive(case) and failed is not None and contact.not_tls(failed)


async def ask_plain(asking: Asking) -> None:
    """One question in plain HTTP on the same port, without a key."""
    await asking.net.exchange(Ask(path="/v1/status", scheme="http", with_key=False, limit=SHORT))


def may_be_tls(case: Case) -> bool:
    """A http target that got no HTTP answer, or was told to use TLS."""
    if not _alive(case) or case.target is None or case.target.tls or contact.plain_http(case) is not None:
        return False
    return contact.first_words(case) is None


async def ask_over_tls(asking: Asking) -> None:
    """A handshake that trusts anybody and, where it succeeds, who is there: without a key."""
    await who_is_there(asking, "tls_here")


async def who_is_there(asking: Asking, lane: str) -> None:
    """Shake hands without verifying, then ask for the status page and, unless that is the API's, the listing."""
    shaken = await asking.net.handshake(lane=lane, trust="none")
    if shaken.ending is not Ending.ANSWERED:
        return
    for path in ("/v1/status", "/v1/models"):
        if asking.requests_left() <= 0:
            return
        ask = Ask(path=path, scheme="https", trust="none", lane=lane, with_key=False, limit=SHORT, keep=65536)
        seen = await asking.net.exchange(ask)
        if seen.response is None or is_api(seen):
            return


def may_be_other(case: Case) -> bool:
    """Nobody spoke HTTP or TLS so far, and no protocol gave itself away."""
    failed = contact.failed_handshake(case)
    return (
        _alive(case)
        and (failed is None or contact.not_tls(failed))
        and not contact.answered(case)
        and contact.plain_port(case) is None
        and contact.tls_there(case) is None
        and contact.tls_port(case) is None
        and not contact.spoken(case)
    )


def hung_up(case: Case) -> bool:
    """A question in HTTP/1.1 was met with the end of the connection, without a byte."""
    ended = (Ending.CLOSED, Ending.RESET)
    return any(wire.ending in ended and not wire.bytes_in for wire in contact.direct(case))


async def listen(asking: Asking) -> None:
    """Listen for a greeting; on PostgreSQL's ports, and where HTTP/1.1 was met by hanging up, ask in its own language
    when none comes. After a hang-up HTTP/2 is tried first: its servers wait for the client's preface.
    """
    address = asking.case.open_addresses[0]
    if hung_up(asking.case) and not asking.target.tls:
        heard = await asking.net.banner(address, send=HTTP2_PREFACE, limit=LISTEN)
        if protocol(heard.got) == "HTTP/2":
            await asking.net.banner(address, send=ODD_HTTP1, limit=LISTEN)
        if heard.got:
            return
    heard = await asking.net.banner(address, limit=LISTEN)
    if not heard.got and (asking.target.port in POSTGRESQL_PORTS or hung_up(asking.case)):
        await asking.net.banner(address, send=SSL_REQUEST, limit=LISTEN)


EXPERIMENTS = (
    Experiment(id="plain_here", check="transport", when=may_be_plain, ask=ask_plain),
    Experiment(id="tls_here", check="transport", when=may_be_tls, ask=ask_over_tls),
    Experiment(id="banner", check="transport", when=may_be_other, ask=listen, after=("plain_here", "tls_here")),
)
