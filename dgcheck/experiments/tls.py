"""A TLS handshake failed: what does the same server do when one thing is asked differently?"""

from __future__ import annotations

from dgcheck.experiments.transport import who_is_there
from dgcheck.model.asking import Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Handshake
from dgcheck.readings import contact

OLD = ("TLSv1", "TLSv1.1")
TLS12 = ("TLSv1.2", "TLSv1.2")
MOST_ADDRESSES = 4
_NAME_ALERTS = frozenset({"unrecognized_name", "handshake_failure", "internal_error", "access_denied", "decode_error"})


def not_accepted(case: Case) -> bool:
    """A certificate was not accepted, so its chain and its owner are still unknown."""
    failed = contact.failed_handshake(case)
    return (failed is not None and contact.not_verified(failed)) or bool(contact.refused_elsewhere(case))


async def look_unverified(asking: Asking) -> None:
    """Fetch the chain without judging it, and ask who is there, without a key; at other addresses the chain alone."""
    failed = contact.failed_handshake(asking.case)
    if failed is not None and contact.not_verified(failed):
        await who_is_there(asking, "unverified")
    for one in contact.refused_elsewhere(asking.case)[:MOST_ADDRESSES]:
        await asking.net.handshake(address=one.address, trust="none")


def _failed_early(case: Case) -> Handshake | None:
    """A handshake that failed before any certificate was judged, on a port that is not known to be plain."""
    failed = contact.failed_handshake(case)
    if failed is None or contact.not_verified(failed) or contact.plain_port(case) or contact.first_words(case):
        return None
    return None if failed.ending is Ending.TIMED_OUT or contact.wants_certificate(case) else failed


def _ended_at_once(failed: Handshake) -> bool:
    return failed.ending in (Ending.CLOSED, Ending.RESET) and failed.bytes_in < 100


def version_refused(case: Case) -> bool:
    """Refused for its version, or so early that it may be."""
    failed = _failed_early(case)
    if failed is None:
        return False
    said = failed.alert in ("protocol_version", "handshake_failure") or failed.reason in contact.VERSION_REASONS
    return said or _ended_at_once(failed)


async def ask_older(asking: Asking) -> None:
    """Offer TLS 1.0 and 1.1 alone."""
    await asking.net.handshake(trust="none", versions=OLD)


def name_refused(case: Case) -> bool:
    """Refused in a way that servers use for a name they do not know."""
    failed = _failed_early(case)
    if failed is None or any(one.version for one in contact.handshakes(case, "older_versions")):
        return False
    return failed.alert in _NAME_ALERTS or _ended_at_once(failed)


def other_names(case: Case) -> tuple[str, ...]:
    """Names to try in place of the one that was sent: none at all, those of the hosts file, localhost."""
    sent = contact.sent_name(case)
    around = case.surroundings
    known = [name for _, name in around.hosts] if around else []
    return tuple(name for name in dict.fromkeys(["", *known[:1], "localhost"]) if name != sent)[:2]


async def ask_other_names(asking: Asking) -> None:
    """The same handshake under other names, until one of them is taken."""
    for name in other_names(asking.case):
        seen = await asking.net.handshake(trust="none", server_name=name)
        if seen.ending is Ending.ANSWERED:
            return


def http1_refused(case: Case) -> bool:
    """http/1.1 was refused in the handshake, or a request in HTTP/1.1 got no answer over a handshake that succeeded."""
    seen = case.handshake
    if seen is None or case.target is None or not case.target.tls:
        return False
    if seen.alert == "no_application_protocol":
        return True
    return seen.ending is Ending.ANSWERED and not contact.answered(case) and contact.wants_certificate(case) is None


async def ask_http2(asking: Asking) -> None:
    """Offer h2 alone."""
    await asking.net.handshake(trust="none", alpn=("h2",))


def lost_after_handshake(case: Case) -> bool:
    """TLS 1.3 succeeded and the first request was cut off: the alert that says why may have been lost with it."""
    seen = case.handshake
    if seen is None or seen.version != "TLSv1.3" or contact.answered(case) or contact.wants_certificate(case):
        return False
    return any(wire.ending in (Ending.RESET, Ending.CLOSED) for wire in contact.direct(case) if wire.tls)


async def ask_tls12(asking: Asking) -> None:
    """TLS 1.2 alone, where a missing client certificate ends the handshake itself."""
    await asking.net.handshake(versions=TLS12)


EXPERIMENTS = (
    Experiment(id="unverified", check="tls", when=not_accepted, ask=look_unverified),
    Experiment(id="older_versions", check="tls", when=version_refused, ask=ask_older, after=("plain_here", "banner")),
    Experiment(id="server_name", check="tls", when=name_refused, ask=ask_other_names, after=("older_versions",)),
    Experiment(id="tls12", check="tls", when=lost_after_handshake, ask=ask_tls12),
    Experiment(id="http2", check="tls", when=http1_refused, ask=ask_http2, after=("tls12",)),
)
