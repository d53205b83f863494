"""Which lists of authorities would accept the target's certificate, by the handshakes that were judged by them.

Each runtime has a list of its own, so one client may work where another fails. What was not asked is not known, but for
lists that are Mozilla's as certifi's is.
"""

from __future__ import annotations

from dgcheck.model.case import Case, settled
from dgcheck.model.evidence import Ending, Handshake
from dgcheck.model.report import TrustStore
from dgcheck.readings import contact

CERTIFI, SYSTEM, NODE, JAVA, WEBPKI = "certifi", "system", "node", "java", "webpki"
# Store -> who goes by it, and what adds a CA for them.
USED_BY = {
    CERTIFI: ("Python's httpx and requests", "SSL_CERT_FILE (httpx), REQUESTS_CA_BUNDLE (requests)"),
    SYSTEM: ("Go, .NET, curl, Python's websockets and aiohttp", "SSL_CERT_FILE"),
    NODE: ("programs on Node.js", "NODE_EXTRA_CA_CERTS"),
    WEBPKI: ("streams of the Rust SDK", ""),
    JAVA: ("programs in Java", "-Djavax.net.ssl.trustStore"),
}
NAMES = {
    CERTIFI: "certifi's list",
    SYSTEM: "its machine's own list",
    NODE: "the list inside Node.js",
    JAVA: "Java's own list",
    WEBPKI: "the list that is built into it",
}
_AS_CERTIFI = "Mozilla's as certifi's is, of another date"
_NOT_ASKED = "which dgcheck does not read"
_NOBODY = (*contact.NO_ISSUER, contact.SELF_SIGNED, contact.ROOT_UNKNOWN)


@settled
def judged(case: Case) -> tuple[TrustStore, ...]:
    """What each list says of the chain; () where none but the configured one was asked."""
    known = {store: verdict for store in (CERTIFI, SYSTEM) if (verdict := accepts(case, store)) is not None}
    if CERTIFI not in known:
        return ()
    found = []
    for store, (who, variable) in USED_BY.items():
        verdict, why = known.get(store), ""
        if store in (NODE, WEBPKI):
            verdict, why = known[CERTIFI], _AS_CERTIFI
        elif store == JAVA:
            why = _NOT_ASKED
        elif verdict is None:
            said = by_variable(case)
            why = "of which this machine has none" if _no_system(case) else f"in whose place {said} was read here"
            why = why if said or _no_system(case) else "which was not asked"
        found.append(TrustStore(store, verdict, who, variable, why))
    return tuple(found)


def accepts(case: Case, store: str) -> bool | None:
    """Whether that list holds the authority behind the chain; None where that was not seen."""
    trust = "default" if store == SYSTEM else store
    if store == SYSTEM and (_no_system(case) or by_variable(case)):
        return None
    own = case.handshake
    asked = [one for one in contact.handshakes(case, "other_store") if one.trust == trust]
    asked += [own] if own is not None and own.trust == trust else []
    return next((verdict for one in asked if (verdict := _verdict(one)) is not None), None)


def holds(case: Case, store: str) -> bool | None:
    """The same for the list that an SDK goes by; one that is Mozilla's is taken for certifi's."""
    return accepts(case, CERTIFI if store in (NODE, WEBPKI) else store) if store != JAVA else None


def _verdict(seen: Handshake) -> bool | None:
    if seen.ending is Ending.ANSWERED and seen.verify_code == 0:
        return True
    return False if seen.verify_code in _NOBODY else None


@settled
def by_variable(case: Case) -> str:
    """The variable that named the default roots of this run in place of the machine's own, '' where none did."""
    around = case.surroundings
    name, equals, _ = (around.trust_store if around else "").partition("=")
    return name if equals else ""


@settled
def _no_system(case: Case) -> bool:
    around = case.surroundings
    return around is None or around.trust_store in ("", "certifi")


def disagree(stores: tuple[TrustStore, ...]) -> bool:
    """Whether one list accepts what another does not."""
    return {one.trusts for one in stores} >= {True, False}
