"""Certificates for tests: a root, an intermediate, and whatever is wanted from them, as PEM files in a folder."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from dgcheck.model.record import dataclass

AIA = "http://ca.example.test/issuing.crt"
LOCAL = ("localhost", "127.0.0.1", "::1")


@cache
def _key(kind: str, number: int) -> Any:
    """Keys are slow to make and nobody's secret, so a process shares them."""
    del number
    return rsa.generate_private_key(65537, int(kind)) if kind.isdigit() else ec.generate_private_key(ec.SECP256R1())


def name(common: str, organisation: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common)] if common else []
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


@dataclass(frozen=True)
class Files:
    """Where a certificate lies: `chain` is what a server sends, `key` its key, `ca` what a client has to trust."""

    chain: Path
    key: Path
    ca: Path


class Authority:
    """Makes certificates in `folder`. The root's name is `{word} Root CA`, the intermediate's `{word} Issuing CA`."""

    def __init__(self, folder: Path, word: str = "Test", *, middle_days: tuple[float, float] = (-30, 300)) -> None:
        self.folder = folder
        self._root_key, self._middle_key = _key("ec", 1), _key("ec", 2)
        self.root = sign(name(f"{word} Root CA"), self._root_key, None, days=(-40, 400), authority=True)
        self.middle = sign(
            name(f"{word} Issuing CA"),
            self._middle_key,
            (self.root.subject, self._root_key),
            days=middle_days,
            authority=True,
        )
        self.ca = self._write("ca.pem", self.root)

    def issue(
        self,
        *hosts: str,
        days: tuple[float, float] = (-1, 200),
        key: str = "ec",
        send: Sequence[str] = ("leaf", "middle"),
        aia: str = AIA,
        client: bool = False,
        common: str = "",
        from_root: bool = False,
    ) -> Files:
        """A certificate of the intermediate (or the root) for these names and addresses."""
        own = _key(key, 3)
        issuer = (self.root.subject, self._root_key) if from_root else (self.middle.subject, self._middle_key)
        leaf = sign(name(common or (hosts or LOCAL)[0]), own, issuer, hosts or LOCAL, days=days, aia=aia, client=client)
        return self._files(leaf, own, [{"leaf": leaf, "middle": self.middle, "root": self.root}[one] for one in send])

    def self_signed(
        self, *hosts: str, days: tuple[float, float] = (-1, 200), common: str = "", issuer: str = ""
    ) -> Files:
        """A certificate that signed itself; with `issuer` it names somebody else as its issuer all the same."""
        own = _key("ec", 4)
        subject = name(common or (hosts or LOCAL)[0])
        leaf = sign(subject, own, (name(issuer), own) if issuer else None, hosts or LOCAL, days=days)
        files = self._files(leaf, own, [leaf])
        return Files(files.chain, files.key, files.chain)

    def _files(self, leaf: x509.Certificate, key: Any, sent: list[x509.Certificate]) -> Files:
        stem = f"{leaf.serial_number:x}"[:12]
        chain = self._write(f"{stem}.pem", *sent)
        key_file = self.folder / f"{stem}.key"
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return Files(chain, key_file, self.ca)

    def _write(self, file: str, *certificates: x509.Certificate) -> Path:
        path = self.folder / file
        path.write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates))
        return path


def sign(
    subject: x509.Name,
    key: Any,
    issuer: tuple[x509.Name, Any] | None,
    hosts: Sequence[str] = (),
    *,
    days: tuple[float, float],
    authority: bool = False,
    aia: str = "",
    client: bool = False,
) -> x509.Certificate:
    """One certificate; without an issuer it signs itself. `days` are first and last day, counted from now."""
    now = dt.datetime.now(dt.UTC)
    issuer_name, issuer_key = issuer or (subject, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=days[0]))
        .not_valid_after(now + dt.timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(host) for host in hosts]), critical=False)
    if not authority:
        purpose = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    if aia:
        where = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(aia))
        builder = builder.add_extension(x509.AuthorityInformationAccess([where]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _general(host: str) -> x509.GeneralName:
    if "://" in host:
        return x509.UniformResourceIdentifier(host)
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
