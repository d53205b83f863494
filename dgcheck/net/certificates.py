"""Certificates as facts: from OpenSSL's own reading when the chain was verified, by cryptography when it was not."""

from __future__ import annotations

import ssl
from typing import Any

from dgcheck.model.evidence import Certificate

_MONTHS = {
    month: number
    for number, month in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
}


def sent_chain(tls: ssl.SSLObject) -> list[bytes]:
    """The chain as the server sent it, DER, leaf first; [] when there is none."""
    public = getattr(tls, "get_unverified_chain", None)
    if public is not None:
        return [bytes(der) for der in public() or ()]
    inner = getattr(tls, "_sslobj", None)  # the public method is newer than Python 3.11
    chain = inner.get_unverified_chain() if inner is not None else None
    return [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in chain or ()]


def verified_leaf(tls: ssl.SSLObject) -> Certificate | None:
    """The leaf of a verified handshake, read without loading cryptography; key and signature stay unknown."""
    der = tls.getpeercert(binary_form=True)
    found = _leaves.get(der) if der else None
    if found is None and der:
        found = _verified(tls.getpeercert() or {}, der)
        if found is not None and len(_leaves) < _MOST:
            _leaves[der] = found
    return found


# What a certificate says stays the same: every connection of a run shows it, and every deployment behind a wildcard.
_leaves: dict[bytes, Certificate] = {}
_MOST = 1000


def _verified(facts: dict[str, Any], der: bytes) -> Certificate | None:
    if not facts:
        return None
    subject, issuer = _name(facts.get("subject", ())), _name(facts.get("issuer", ()))
    return Certificate(
        subject=subject,
        issuer=issuer,
        serial=str(facts.get("serialNumber", "")),
        not_before=_moment(str(facts.get("notBefore", ""))),
        not_after=_moment(str(facts.get("notAfter", ""))),
        names=tuple(str(value) for kind, value in facts.get("subjectAltName", ()) if kind in ("DNS", "IP Address")),
        key_kind="",
        key_bits=0,
        signature="",
        is_ca=False,
        self_issued=subject == issuer,
        self_signed=False,
        aia=str(next(iter(facts.get("caIssuers", ())), "")),
        sha256=_fingerprint(der),
        pem=ssl.DER_cert_to_PEM_cert(der),
    )


def anchors(context: ssl.SSLContext) -> tuple[str, ...]:
    """Subjects of the CA certificates that a context trusts, 20 at most."""
    return tuple(_name(facts.get("subject", ())) for facts in context.get_ca_certs()[:20])


def read_chain(chain: list[bytes]) -> tuple[Certificate, ...]:
    """Every certificate of a chain, whatever its state; one that cannot be parsed is passed over."""
    found = (_read(der) for der in chain[:10])
    return tuple(certificate for certificate in found if certificate is not None)


def _read(der: bytes) -> Certificate | None:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import rsa

    try:
        parsed = x509.load_der_x509_certificate(der)
        subject, issuer = parsed.subject.rfc4514_string(), parsed.issuer.rfc4514_string()
        key = parsed.public_key()
    except (ValueError, UnsupportedAlgorithm, TypeError):
        return None
    try:
        parsed.verify_directly_issued_by(parsed)
        self_signed = True
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        self_signed = False
    names, is_ca, aia = _extensions(parsed)
    kind = "RSA" if isinstance(key, rsa.RSAPublicKey) else type(key).__name__.lstrip("_").replace("PublicKey", "")
    return Certificate(
        subject=subject,
        issuer=issuer,
        serial=f"{parsed.serial_number:X}",
        not_before=parsed.not_valid_before_utc.timestamp(),
        not_after=parsed.not_valid_after_utc.timestamp(),
        names=names,
        key_kind={"EllipticCurve": "EC"}.get(kind, kind),
        key_bits=int(getattr(key, "key_size", 0)),
        signature=getattr(parsed.signature_algorithm_oid, "_name", ""),
        is_ca=is_ca,
        self_issued=subject == issuer,
        self_signed=self_signed,
        aia=aia,
        sha256=_fingerprint(der),
        pem=ssl.DER_cert_to_PEM_cert(der),
    )


def _extensions(parsed: Any) -> tuple[tuple[str, ...], bool, str]:
    from cryptography import x509
    from cryptography.x509.oid import AuthorityInformationAccessOID

    names: tuple[str, ...] = ()
    is_ca, aia = False, ""
    try:
        for extension in parsed.extensions:
            value = extension.value
            if isinstance(value, x509.SubjectAlternativeName):
                hosts = value.get_values_for_type(x509.DNSName)
                names = (*hosts, *(str(one) for one in value.get_values_for_type(x509.IPAddress)))
            elif isinstance(value, x509.BasicConstraints):
                is_ca = value.ca
            elif isinstance(value, x509.AuthorityInformationAccess):
                for access in value:
                    if access.access_method == AuthorityInformationAccessOID.CA_ISSUERS:
                        aia = str(getattr(access.access_location, "value", ""))
    except (ValueError, x509.DuplicateExtension):
        pass
    return names, is_ca, aia


def _name(parts: Any) -> str:
    short = {"commonName": "CN", "organizationName": "O", "organizationalUnitName": "OU", "countryName": "C"}
    pairs = [(str(key), str(value)) for group in parts for key, value in group]
    return ",".join(f"{short.get(key, key)}={value}" for key, value in reversed(pairs))


def _moment(text: str) -> float:
    """`Jun  1 12:00:00 2027 GMT` (OpenSSL's form, always in English) to epoch seconds."""
    from datetime import UTC, datetime

    try:
        month, day, clock, year, _ = text.split()
        hours, minutes, seconds = (int(part) for part in clock.split(":"))
        return datetime(int(year), _MONTHS[month], int(day), hours, minutes, seconds, tzinfo=UTC).timestamp()
    except (ValueError, KeyError):
        return 0.0


def _fingerprint(der: bytes) -> str:
    from hashlib import sha256  # it loads OpenSSL's half a second time, which the first answer need not wait for

    return sha256(der).hexdigest()
