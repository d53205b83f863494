"""Names, order, dates and issuers of certificates."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.evidence import Certificate
from dgcheck.model.record import replace
from dgcheck.net.certificates import read_chain
from dgcheck.wire import certificate
from tests.authority import Authority, _key, name, sign


def made(subject: str = "CN=dg.test", issuer: str = "CN=CA", names: tuple[str, ...] = (), **fields: Any) -> Certificate:
    base: dict[str, Any] = {"serial": "1", "not_before": 0.0, "not_after": 1.0, "key_kind": "EC", "key_bits": 256}
    base |= {"signature": "", "is_ca": False, "self_signed": False, "self_issued": subject == issuer}
    return Certificate(subject=subject, issuer=issuer, names=names, **{**base, **fields})


@pytest.mark.parametrize(
    ("names", "host", "fits"),
    [
        (("dg.example.test",), "dg.example.test", True),
        (("dg.example.test",), "DG.Example.Test.", True),
        (("*.example.test",), "dg.example.test", True),
        (("*.example.test",), "a.b.example.test", False),
        (("*.example.test",), "example.test", False),
        (("*.test",), "dg.test", False),
        (("other.test",), "dg.example.test", False),
        (("10.0.0.7",), "10.0.0.7", True),
        (("10.0.0.7",), "10.0.0.8", False),
        (("2001:db8::7",), "2001:0DB8:0::7", True),
        (("*.0.0.7",), "10.0.0.7", False),
        ((), "dg.test", True),
        ((), "other.test", False),
        ((), "10.0.0.7", False),
    ],
)
def test_a_certificate_fits_a_host(names: tuple[str, ...], host: str, fits: bool) -> None:
    """Without alternative names the common name (dg.test) counts, for names only."""
    assert certificate.matches(made(names=names), host) is fits


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("CN=R11,O=Let's Encrypt,C=US", "R11"),
        ("/C=US/O=Let's Encrypt/CN=R11", "R11"),
        ("O=cluster.local", "cluster.local"),
        (r"CN=Acme\, Inc.,O=x", "Acme, Inc."),
        ("", "(no name)"),
    ],
)
def test_a_distinguished_name_as_people_say_it(name: str, shown: str) -> None:
    assert certificate.shown(name) == shown


def test_the_path_is_found_in_any_order() -> None:
    leaf, middle, root = made("CN=a", "CN=b"), made("CN=b", "CN=c"), made("CN=c", "CN=c")
    assert certificate.path((leaf, root, middle)) == (leaf, middle, root)
    assert not certificate.issuer_is_absent((leaf, root, middle))
    assert certificate.issuer_is_absent((leaf, root))


def test_a_circle_of_issuers_ends() -> None:
    one, other = made("CN=a", "CN=b"), made("CN=b", "CN=a")
    assert certificate.path((one, other)) == (one, other)


@pytest.mark.parametrize(
    ("names", "host", "near"),
    [
        (("api.example.test", "dg.example.test"), "dg.example.com", "dg.example.test"),
        (("something.else",), "dg.example.test", ""),
        ((), "dg.example.test", ""),
    ],
)
def test_the_nearest_name(names: tuple[str, ...], host: str, near: str) -> None:
    assert certificate.nearest(names, host) == near


def test_many_names_are_counted() -> None:
    assert certificate.listed(["a", "b", "c"], 2) == "a, b and 1 more"


@pytest.mark.parametrize(
    ("one", "who"),
    [
        (made("CN=Kubernetes Ingress Controller Fake Certificate,O=Acme Co"), "ingress-nginx"),
        (made("CN=TRAEFIK DEFAULT CERT"), "traefik"),
        (made("CN=dg.test", "CN=cert-manager.local"), "cert-manager"),
        (made("CN=fake.example.test"), ""),
    ],
)
def test_stand_in_certificates(one: Certificate, who: str) -> None:
    assert certificate.placeholder((one,)) == who


@pytest.mark.parametrize(
    ("issuer", "public"),
    [("CN=R11,O=Let's Encrypt", True), ("CN=Amazon RSA 2048 M02,O=Amazon", True), ("CN=Corp Issuing CA", False)],
)
def test_public_issuers(issuer: str, public: bool) -> None:
    assert certificate.public_issuer(made(issuer=issuer)) is public


@pytest.mark.parametrize(
    ("issuer", "lower"),
    [
        ("CN=Corp Issuing CA", True),
        ("CN=Corp Intermediate", True),
        ("CN=Corp Sub CA 2", True),
        ("CN=Corp Root CA", False),
        ("CN=Corp Intermediate Root CA", False),
        ("CN=Corp", False),
    ],
)
def test_names_of_intermediates(issuer: str, lower: bool) -> None:
    assert certificate.lower_issuer(made(issuer=issuer)) is lower


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (3 * 86400, "3 days"),
        (-5 * 3600, "5 hours"),
        (90.0, "2 minutes"),
        (60.0, "1 minute"),
        (3.0, "less than a minute"),
    ],
)
def test_spans(seconds: float, said: str) -> None:
    assert certificate.span(seconds) == said


@pytest.mark.parametrize("moment", [0.0, 1.8e9, -1e15, 1e20, float("inf"), float("nan")])
def test_dates_never_raise(moment: float) -> None:
    assert certificate.day(moment)


@given(st.text(max_size=60), st.text(max_size=40), st.text(max_size=40))
def test_any_text_as_a_name(name: str, host: str, other: str) -> None:
    one = made(name, other, (other,))
    certificate.shown(name)
    certificate.matches(one, host)
    certificate.nearest((other, name), host)
    for reader in (certificate.placeholder, certificate.inspector, certificate.mesh):
        assert isinstance(reader((one,)), str)


def test_a_namesake_of_the_issuer_is_not_the_issuer(tmp_path: Path) -> None:
    sent = Authority(tmp_path).issue("dg.test", send=("leaf", "middle")).chain.read_text()
    pems = [f"{one}-----END CERTIFICATE-----\n" for one in sent.split("-----END CERTIFICATE-----\n") if one]
    leaf, middle = read_chain([ssl.PEM_cert_to_DER_cert(one) for one in pems])
    stranger = sign(name("Test Issuing CA"), _key("ec", 9), None, days=(-1, 9), authority=True)
    (impostor,) = read_chain([stranger.public_bytes(Encoding.DER)])
    assert impostor.subject == middle.subject
    assert certificate.namesakes((leaf, impostor)) == (impostor,)
    assert certificate.issuer_is_absent((leaf, impostor))
    assert certificate.namesakes((leaf, middle)) == certificate.namesakes((leaf, impostor, middle)) == ()
    assert not certificate.issuer_is_absent((leaf, middle))
    assert certificate.namesakes((replace(leaf, pem=""), impostor)) == ()  # it cannot be told
