"""The certificates, judged by OpenSSL's own client."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Callable

import httpx
import pytest

from dgcheck.model.errors import UsageError
from dgcheck.sim import certificates
from dgcheck.sim.server import Simulator, running
from tests.sim.asking import client, stream

OPENSSL = pytest.mark.peer("openssl")


def s_client(simulator: Simulator, *more: str, ca: bool = True, host: str = "localhost") -> str:
    """What `openssl s_client` says of the handshake."""
    words = ["openssl", "s_client", "-connect", f"127.0.0.1:{simulator.port}", "-servername", host]
    words += ["-verify_hostname", host, *(["-CAfile", simulator.ca_file] if ca else []), *more]
    done = subprocess.run(words, input="", capture_output=True, text=True, timeout=20)
    return done.stdout + done.stderr


@OPENSSL
@pytest.mark.parametrize(
    ("kind", "ca", "code"),
    [
        pytest.param("good", True, "0 (ok)", id="good"),
        pytest.param("good", False, "19 (self-signed certificate in certificate chain)|20|21", id="CA not passed"),
        pytest.param("untrusted", False, "20 (unable to get local issuer certificate)|19|21", id="untrusted"),
        pytest.param("self_signed", True, "18 (self-signed certificate)", id="self-signed"),
        pytest.param("expired", True, "10 (certificate has expired)", id="expired"),
        pytest.param("not_yet_valid", True, "9 (certificate is not yet valid)", id="not yet valid"),
        pytest.param("wrong_name", True, "62 (hostname mismatch)", id="wrong name"),
        pytest.param("missing_intermediate", True, "21 (unable to verify the first certificate)|20", id="intermediate"),
        pytest.param("expires_soon", True, "0 (ok)", id="expires soon"),
        pytest.param("ingress_default", False, "18|20|21|62", id="ingress"),
        pytest.param("cert_manager_temporary", False, "20|21|62", id="cert-manager"),
    ],
)
def test_what_openssl_makes_of_it(kind: str, ca: bool, code: str) -> None:
    with running(tls=kind) as simulator:
        said = s_client(simulator, ca=ca)
    assert any(f"Verify return code: {one}" in said for one in code.split("|")), said


@OPENSSL
@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        pytest.param("ingress_default", "Kubernetes Ingress Controller Fake Certificate", id="ingress-nginx"),
        pytest.param("traefik_default", "TRAEFIK DEFAULT CERT", id="Traefik"),
        pytest.param("cert_manager_temporary", "issuer=CN = cert-manager.local", id="cert-manager"),
        pytest.param("inspected", "Example Corp TLS Inspection", id="inspected"),
    ],
)
def test_the_dummies_have_their_names(kind: str, subject: str) -> None:
    with running(tls=kind) as simulator:
        said = s_client(simulator, ca=False)
    assert subject in said or subject.replace(" = ", "=") in said


@OPENSSL
def test_the_weak_key_is_refused_by_its_size() -> None:
    with running(tls="weak_key") as simulator:
        said = s_client(simulator, "-cipher", "DEFAULT:@SECLEVEL=2")
    assert "Verify return code: 66 (EE certificate key too weak)" in said


@OPENSSL
def test_the_chain_is_sent_whole_or_not() -> None:
    sent = {}
    for kind in ("good", "missing_intermediate"):
        with running(tls=kind) as simulator:
            sent[kind] = s_client(simulator, "-showcerts").count("-----BEGIN CERTIFICATE-----")
    assert sent == {"good": 2, "missing_intermediate": 1}


@OPENSSL
def test_old_versions_alone_are_refused_with_an_alert() -> None:
    with running(tls="tls11_only") as simulator:
        assert "alert protocol version" in s_client(simulator, "-min_protocol", "TLSv1.2")
        assert "Protocol  : TLSv1.1" in s_client(simulator, "-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0")


@OPENSSL
def test_h2_is_the_only_protocol_by_alpn() -> None:
    with running(tls="h2_only") as simulator:
        assert "ALPN protocol: h2" in s_client(simulator, "-alpn", "h2,http/1.1")
        assert "No ALPN negotiated" in s_client(simulator, "-alpn", "http/1.1")


@OPENSSL
def test_a_client_without_a_certificate_gets_the_alert_and_one_with_it_gets_in() -> None:
    with running(tls="client_required") as simulator:
        refused = s_client(simulator, "-tls1_2")
        assert "handshake failure" in refused or "certificate required" in refused
        context = ssl.create_default_context(cafile=simulator.ca_file)
        context.load_cert_chain(simulator.client_cert, simulator.client_key)
        answer = httpx.get(f"{simulator.url}/v1/status", verify=context, trust_env=False)
    assert answer.status_code == 200
    assert simulator.failed_handshakes


@OPENSSL
def test_a_client_that_names_no_known_host_gets_unrecognized_name() -> None:
    with running(tls="sni_required") as simulator:
        assert "unrecognized name" in s_client(simulator, host="nobody.example.test")
        assert "Verify return code: 0 (ok)" in s_client(simulator, host="localhost")


@pytest.mark.parametrize(
    "check",
    [
        pytest.param(lambda simulator: simulator.url.startswith("https://"), id="URL"),
        pytest.param(lambda simulator: bool(simulator.ca_file), id="CA file"),
    ],
)
def test_a_simulator_with_tls_says_so(check: Callable[[Simulator], bool]) -> None:
    with running(tls="good") as simulator:
        assert check(simulator)


@pytest.mark.anyio
async def test_rest_and_streams_over_tls_verify_against_the_ca() -> None:
    async with Simulator(tls="good") as simulator:
        context = ssl.create_default_context(cafile=simulator.ca_file)
        async with client(simulator, verify=context) as http:
            assert (await http.get("/v1/status")).status_code == 200
        heard, end = await stream(simulator, ssl=context)
        assert simulator.handshakes == 2
    assert heard[-1]["type"] == "Metadata"
    assert end.rcvd is not None
    assert end.rcvd.code == 1000


def test_the_files_are_gone_afterwards_and_the_key_was_private() -> None:
    import os

    with running(tls="good") as simulator:
        folder = os.path.dirname(simulator.ca_file)
        assert os.stat(os.path.join(folder, "key.pem")).st_mode & 0o077 == 0
    assert not os.path.exists(folder)


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="self_signed"):
        certificates.make("selfsigned")


def test_a_key_is_not_in_the_repr() -> None:
    assert "PRIVATE KEY" not in repr(certificates.make("good"))
