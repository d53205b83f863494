"""The certificate that a server shows, and every fault of it.

OpenSSL stops at the first fault it meets. Here the chain's own facts are read as well, and the fault that no setting of
the client can mend comes first: a dummy certificate, a date, a name; only then the question whom to trust.
"""

from __future__ import annotations

from collections.abc import Mapping

from dgcheck.model.case import Case, settled
from dgcheck.model.catalogue import Confidence, Match, Severity
from dgcheck.model.evidence import Certificate, Handshake
from dgcheck.model.record import dataclass, remembered, replace
from dgcheck.readings import contact
from dgcheck.wire import certificate


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate as a client gets it: the `tls` check's handshake, the chain, for which host, at what time.

    `fetched` is the unverified handshake that brought the chain where the first one was broken off.
    """

    handshake: Handshake
    chain: tuple[Certificate, ...]
    host: str
    now: float
    fetched: Handshake | None = None
    elsewhere: bool = False  # at another address than the one that the other checks used

    @property
    def leaf(self) -> Certificate | None:
        """The server's own certificate, None when it is unknown."""
        return self.chain[0] if self.chain else None

    @property
    def code(self) -> int | None:
        """OpenSSL's verdict; 0 accepted, None where nothing was verified."""
        return self.handshake.verify_code

    @property
    def insecure(self) -> bool:
        """Whether the person asked for no verification at all."""
        return self.handshake.trust == "none"


def shown(case: Case) -> Shown | None:
    """The certificate of a https target, as the `tls` check got it; None when none was shown, or nothing asked for."""
    handshake = case.handshake
    return _shown(case, handshake) if handshake is not None else None


def _shown(case: Case, handshake: Handshake) -> Shown | None:
    target = case.target
    if target is None or not target.tls:
        return None
    others = (one for one in contact.handshakes(case, "unverified") if one.chain and one.address == handshake.address)
    other = next(others, None)
    if handshake.chain or (other is None and contact.not_verified(handshake)):
        return Shown(handshake, handshake.chain, target.host, case.now)
    return Shown(handshake, other.chain, target.host, case.now, other) if other is not None else None


@settled
def _everywhere(case: Case) -> tuple[Shown, ...]:
    """The certificate of the `tls` check, then those that were not accepted at other addresses."""
    own = case.handshake
    found = []
    for handshake in ([own] if own else []) + list(contact.refused_elsewhere(case)):
        it = _shown(case, handshake)
        if it is not None:
            found.append(it if handshake is own else replace(it, elsewhere=True))
    return tuple(found)


def path(it: Shown) -> tuple[Certificate, ...]:
    """The leaf and the issuers above it that were sent; a root that was sent along does not count."""
    found = certificate.path(it.chain)
    return tuple(one for index, one in enumerate(found) if index == 0 or not one.self_issued)


def expired(it: Shown) -> tuple[Certificate, ...]:
    """What has expired, leaf first."""
    return tuple(one for one in path(it) if one.not_after < it.now)


def early(it: Shown) -> tuple[Certificate, ...]:
    """What is not valid yet, leaf first."""
    return tuple(one for one in path(it) if one.not_before > it.now)


def _misnamed(it: Shown) -> bool:
    if it.code in contact.WRONG_NAME:
        return True
    return it.leaf is not None and not certificate.matches(it.leaf, it.host)


def _self_signed(it: Shown) -> bool:
    return it.code == contact.SELF_SIGNED or (it.leaf is not None and it.leaf.self_issued and it.leaf.self_signed)


def _leaves_out(it: Shown) -> bool:
    """The issuer is not sent although it is no root: there is a URL to fetch it from, or its name says so."""
    leaf = it.leaf
    if leaf is None or it.code not in contact.NO_ISSUER or not certificate.issuer_is_absent(it.chain):
        return False
    if "root" in certificate.shown(leaf.issuer).lower():
        return False
    return bool(leaf.aia) or plainly_left_out(it)


def plainly_left_out(it: Shown) -> bool:
    """Whether the issuer's name leaves no doubt that it is an intermediate."""
    return it.leaf is not None and (certificate.public_issuer(it.leaf) or certificate.lower_issuer(it.leaf))


@remembered
def faults(it: Shown) -> tuple[str, ...]:
    """Every fault of a certificate as cause words, the decisive one first; () for an accepted one."""
    if certificate.placeholder(it.chain):
        return ("ingress_default_certificate",)
    if it.code == 0:
        return ()
    missing, own = _leaves_out(it), _self_signed(it)
    untrusted = it.code == contact.ROOT_UNKNOWN or it.code in contact.NO_ISSUER
    # Whoever passes a CA file knows whose root it is; then a certificate that came alone lacks its intermediate.
    alone = missing and (plainly_left_out(it) or it.handshake.trust == "ca_file")
    held = (
        ("tls_expired", it.code == contact.EXPIRED or bool(expired(it))),
        ("tls_not_yet_valid", it.code == contact.EARLY or bool(early(it))),
        ("tls_hostname_mismatch", _misnamed(it)),
        ("tls_self_signed", own),
        ("tls_missing_intermediate", missing),
        ("tls_unknown_ca", untrusted and not own and not alone),
    )
    return tuple(word for word, holds in held if holds)


def faulty(case: Case, word: str) -> Shown | None:
    """The first certificate that has that fault: that of the `tls` check, else another address's."""
    return next((it for it in _everywhere(case) if word in faults(it)), None)


def store(it: Shown) -> str:
    """The trust store it was judged by, for a sentence."""
    held = certificate.listed([f"“{certificate.shown(one)}”" for one in it.handshake.anchors], 2)
    given = "the file given with --ca-file" + (f" (which holds {held})" if held else "")
    names = {"ca_file": given, "certifi": "certifi's list (which Python SDKs use)"}
    return names.get(it.handshake.trust, "this machine's trust store")


def subject(it: Shown) -> str:
    """The certificate as the subject of a sentence."""
    at = contact.place(it.handshake.address, it.handshake.port)
    name = certificate.shown(it.leaf.subject) if it.leaf else it.host
    named = f", “{name}”" if name.lower() != it.host.lower() else ""
    return f"The certificate that {it.host} shows ({at}{named})"


def match(
    it: Shown,
    says: str,
    sure: Confidence = Confidence.CERTAIN,
    *,
    extra: tuple[str, ...] = (),
    detail: str = "",
    facts: Mapping[str, str] | None = None,
) -> Match:
    """A finding about the certificate; a warning at most where --insecure asked not to look at it."""
    note = " Because of --insecure nothing about it was verified." if it.insecure else ""
    note += f" Other addresses of {it.host} show another one, which is accepted." if it.elsewhere else ""
    filled = {"address": it.handshake.address, "server_name": it.host, **(facts or {})}
    severity = Severity.WARNING if it.insecure else None
    evidence = (*contact.ids(it.handshake, it.fetched), *extra)
    return Match(says + note, evidence, ("replicas",) if it.elsewhere else ("tls",), sure, filled, severity, detail)
