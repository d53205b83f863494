"""The certificates of the stand-in, made as they are asked for: one good kind and the ways to get it wrong.

A root signs an intermediate, the intermediate signs the server's certificate; both are new in every process, so
nothing that trusts them outlives it. `cryptography` is loaded by the first `make`.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dgcheck.model.errors import UsageError
from dgcheck.model.record import dataclass, field

if TYPE_CHECKING:
    from cryptography import x509

KINDS: Mapping[str, str] = {
    "good": "names localhost and the address; signed by a private CA whose file is printed",
    "untrusted": "the good one; only its CA file is not offered",
    "self_signed": "signed by itself",
    "expired": "expired yesterday",
    "not_yet_valid": "valid from tomorrow on",
    "wrong_name": "issued to other.example.test alone",
    "missing_intermediate": "the intermediate is not sent; the leaf says where it can be had (AIA)",
    "ingress_default": "ingress-nginx's Kubernetes Ingress Controller Fake Certificate",
    "traefik_default": "Traefik's TRAEFIK DEFAULT CERT",
    "cert_manager_temporary": "cert-manager's temporary certificate, issued by cert-manager.local",
    "weak_key": "an RSA key of 1024 bits",
    "expires_soon": "good for 10 more days",
    "inspected": "issued by a device that inspects TLS",
    "client_required": "good, and a client certificate of the same CA is demanded",
    "tls11_only": "good, and nothing newer than TLS 1.1 is spoken",
    "tls12_only": "good, and nothing newer than TLS 1.2 is spoken",
    "h2_only": "good, and only HTTP/2 is spoken (no alert to other ALPN offers: Python's ssl cannot send it)",
    "sni_required": "good, and a client that names no known host gets the alert unrecognized_name",
}
NAMES = ("localhost", "dg.test", "sim.test")
AIA = "http://ca.example.test/intermediate.crt"
CLIENT = "dgcheck simulator client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a TLS server needs: PEM of the chain it sends (leaf first), of the key, of the root that signed it, and
    of a client certificate with its key that `client_required` accepts. `names` are those that SNI may ask for.
    """

    kind: str
    chain: bytes
    key: bytes = field(repr=False)
    root: bytes
    client: bytes = b""
    client_key: bytes = field(default=b"", repr=False)
    names: tuple[str, ...] = NAMES


@dataclass(frozen=True, slots=True)
class _Issuer:
    certificate: x509.Certificate
    key: Any


def make(kind: str, hosts: Sequence[str] = ("127.0.0.1", "::1")) -> Identity:
    """The identity of that kind, for localhost and these addresses. Raises UsageError for a kind that is not made."""
    if kind not in KINDS:
        raise UsageError(f"no such kind of certificate: {kind!r}; there are {', '.join(KINDS)}")
    return _made(kind, tuple(hosts))


def addresses(host: str) -> tuple[str, ...]:
    """The addresses that the certificate of a simulator bound to `host` is issued for."""
    found = ["127.0.0.1", "::1", "127.0.0.2"]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return tuple(found)
    if str(address) not in found and not address.is_unspecified:
        found.append(str(address))
    return tuple(found)


def write(identity: Identity, folder: Path) -> dict[str, str]:
    """Write the PEM files, readable by their owner alone; their paths by `chain`, `key`, `ca`, `client`,
    `client-key`."""
    contents = {
        "chain": identity.chain,
        "key": identity.key,
        "ca": identity.root,
        "client": identity.client,
        "client-key": identity.client_key,
    }
    paths = {}
    for name, content in contents.items():
        path = folder / f"{name}.pem"
        path.touch(mode=0o600)
        path.write_bytes(content)
        paths[name] = str(path)
    return paths


@cache
def _made(kind: str, known: tuple[str, ...]) -> Identity:
    root, middle = _authorities(kind == "inspected")
    days = {"expired": (-90, -1), "not_yet_valid": (1, 90), "expires_soon": (-80, 10)}.get(kind, (-1, 90))
    names = ("other.example.test",) if kind == "wrong_name" else NAMES
    hosts = () if kind == "wrong_name" else known
    fake = _FAKES.get(kind)
    key = _rsa(1024) if kind == "weak_key" else _ec()
    if fake:
        leaf = _sign(fake[0], key, None, names=(fake[1],), days=days, issuer_name=fake[2], self_key=key)
    elif kind == "self_signed":
        leaf = _sign("dgcheck simulator", key, None, names=names, addresses=hosts, days=days, self_key=key)
    else:
        leaf = _sign(names[0], key, middle, names=names, addresses=hosts, days=days, aia=AIA)
    sent = [leaf] if fake or kind in ("self_signed", "missing_intermediate") else [leaf, middle.certificate]
    client_key = _ec()
    client = _sign(CLIENT, client_key, middle, days=(-1, 90), client=True)
    return Identity(
        kind=kind,
        chain=b"".join(_pem(one) for one in sent),
        key=_key_pem(key),
        root=_pem(root.certificate),
        client=_pem(client) + _pem(middle.certificate),
        client_key=_key_pem(client_key),
    )


_FAKES: Mapping[str, tuple[str, str, str]] = {
    "ingress_default": ("Kubernetes Ingress Controller Fake Certificate", "ingress.local", ""),
    "traefik_default": ("TRAEFIK DEFAULT CERT", "a1b2c3d4e5f60718293a4b5c6d7e8f90.00112233.traefik.default", ""),
    "cert_manager_temporary": ("cert-manager.local", "dg.example.test", "cert-manager.local"),
}


@cache
def _authorities(inspecting: bool) -> tuple[_Issuer, _Issuer]:
    """Root and intermediate."""
    word = "Example Corp TLS Inspection" if inspecting else "dgcheck simulator"
    root_key, middle_key = _ec(), _ec()
    root = _sign(f"{word} root CA", root_key, None, days=(-100, 365), authority=True, self_key=root_key)
    issuer = _Issuer(root, root_key)
    middle = _sign(f"{word} CA", middle_key, issuer, days=(-100, 300), authority=True)
    return issuer, _Issuer(middle, middle_key)


def _ec() -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _rsa(bits: int) -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(65537, bits)


def _sign(
    subject: str,
    key: Any,
    issuer: _Issuer | None,
    *,
    names: Sequence[str] = (),
    addresses: Sequence[str] = (),
    days: tuple[float, float],
    authority: bool = False,
    client: bool = False,
    aia: str = "",
    issuer_name: str = "",
    self_key: Any = None,
) -> x509.Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer.certificate.subject if issuer else _name(issuer_name or subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=days[0]))
        .not_valid_after(now + dt.timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_usage(authority), critical=True)
    )
    signer = issuer.key if issuer else self_key
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
    )
    alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    alternatives += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    if not authority:
        purpose = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    if aia:
        place = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(aia))
        builder = builder.add_extension(x509.AuthorityInformationAccess([place]), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _usage(authority: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def _key_pem(key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem
