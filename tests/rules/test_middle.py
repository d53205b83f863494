"""DG2026 and DG2028: something in between. Likely and possible at most, and never for what is not in between."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.case import Case
from dgcheck.model.evidence import Certificate, Ending, Seen
from dgcheck.model.record import replace
from tests.rules.built import HEALTHY, around, case, dialled, findings, got, looked, matches, roots, served, shaken
from tests.rules.test_tls import LEAF, MIDDLE, certificate, refused

HTML = (("content-type", "text/html"),)
POD: dict[str, Any] = {"container": "kubernetes", "pod": "client-1", "nameservers": ("10.96.0.10",)}
REFUSED: dict[str, Any] = {"ending": Ending.REFUSED, "errno": "ECONNREFUSED"}


@pytest.mark.parametrize(
    ("issuer", "maker"),
    [
        ("CN=Zscaler Intermediate Root CA (zscaler.net),O=Zscaler Inc.", "Zscaler"),
        ("CN=FGT60E4Q16000000,O=Fortinet,C=US", "Fortinet FortiGate"),
        ("CN=ca.netskope.example,O=Netskope", "Netskope"),
        ("CN=Cisco Umbrella Secondary SubCA", "Cisco Umbrella"),
        ("CN=Corp SSL Inspection CA,O=Corp", "an unnamed maker"),
    ],
)
def test_a_chain_of_an_inspecting_device(issuer: str, maker: str) -> None:
    found = refused(20, replace(LEAF, issuer=issuer))
    assert roots(found) == ["middlebox"]
    finding = findings(found)["middlebox"]
    assert (finding.detail, finding.confidence) == (maker, "likely")


def test_an_inspecting_device_that_is_trusted_and_harmless_is_good_to_know() -> None:
    chain = (replace(LEAF, issuer="CN=Zscaler Root CA"),)
    found = case("https://dg.test:8080", shaken(verify_code=0, chain=chain), *served(tls=True))
    assert findings(found)["middlebox"].severity == "info"


def test_an_inspecting_device_that_loses_the_upgrade_is_a_fault() -> None:
    chain = (replace(LEAF, issuer="CN=Zscaler Root CA"),)
    seen = [one if one.check != "ws.upgrade" else replace(one, response=None) for one in served(tls=True)]
    found = case("https://dg.test:8080", shaken(verify_code=0, chain=chain), *seen)
    assert findings(found)["middlebox"].severity == "error"


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        pytest.param(
            got("GET /v1/status", 511, "<html>sign in</html>", HTML), "a captive portal or web filter", id="status 511"
        ),
        pytest.param(
            got("GET /v1/status", 200, "<html><title>Guest Wi-Fi</title></html>", HTML),
            "a captive portal or web filter",
            id="a portal's page",
        ),
        pytest.param(
            got("GET /v1/status", 403, "<html><body>FortiGuard Intrusion Prevention</body></html>", HTML),
            "Fortinet FortiGate",
            id="FortiGuard",
        ),
        pytest.param(got("GET /v1/status", 403, "", (("server", "Zscaler/6.2"),)), "Zscaler", id="Zscaler"),
        pytest.param(
            got("GET /v1/status", 302, "", (("location", "http://hotspot.example.test/login?x=1"),)),
            "a captive portal or web filter",
            id="a redirect to a hotspot",
        ),
    ],
)
def test_a_page_of_a_device(answer: Seen, name: str) -> None:
    found = case("http://dg.test:8080", answer)
    assert roots(found) == ["middlebox"]
    assert findings(found)["middlebox"].detail == name


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(served(), id="the API"),
        pytest.param([got("GET /v1/status", 403, "<html>403 Forbidden</html>", HTML)], id="a gateway's 403"),
        pytest.param(
            [got("GET /v1/status", 302, "", (("location", "https://sso.example.test/login"),))], id="a login page"
        ),
        pytest.param(
            [got("POST /v1/listen?model=x", 200, '{"results":{"note":"zscaler fortinet"}}')], id="words in JSON"
        ),
    ],
)
def test_what_is_no_device(seen: list[Seen]) -> None:
    assert matches(case("http://dg.test:8080", *seen), "middlebox") == []


def test_a_private_ca_is_no_device() -> None:
    assert matches(refused(20, LEAF, MIDDLE), "middlebox") == []


# --- the mesh -----------------------------------------------------------------------------------------------------


def refused_in_pod(*more: Seen, **fields: Any) -> Case:
    return case(
        "http://dg.test:8080",
        around(**{**POD, **fields}),
        looked("dg.test", "10.1.2.3"),
        dialled("10.1.2.3", **REFUSED),
        *more,
    )


def test_everything_refuses_in_a_pod() -> None:
    found = refused_in_pod(dialled("10.96.0.10", purpose="every_port", port=53, **REFUSED))
    assert findings(found)["mesh_sidecar"].confidence == "possible"
    assert roots(found)[0] == "tcp_refused"


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(refused_in_pod(), id="nothing else was asked"),
        pytest.param(refused_in_pod(dialled("10.96.0.10", purpose="every_port", port=53)), id="the DNS server accepts"),
        pytest.param(
            refused_in_pod(dialled("10.96.0.10", purpose="every_port", port=53, **REFUSED), container="docker", pod=""),
            id="not in a pod",
        ),
        pytest.param(
            case("http://dg.test:8080", around(**POD), got("GET /v1/status", 200, HEALTHY)), id="a pod that is served"
        ),
    ],
)
def test_what_is_no_mesh(found: Case) -> None:
    assert matches(found, "mesh_sidecar") == []


WORKLOADS = [
    (certificate(subject="", issuer="O=cluster.local", names=()), "Istio"),
    (
        certificate(
            subject="CN=default.dg.serviceaccount.identity.linkerd.cluster.local",
            issuer="CN=identity.linkerd.cluster.local",
            names=("default.dg.serviceaccount.identity.linkerd.cluster.local",),
        ),
        "Linkerd",
    ),
]


@pytest.mark.parametrize(("leaf", "name"), WORKLOADS, ids=["Istio", "Linkerd"])
def test_a_workload_certificate_is_no_reason_for_https(leaf: Certificate, name: str) -> None:
    found = case(
        "http://dg.test:8080",
        around(**POD),
        dialled("10.0.0.7"),
        got("GET /v1/status", None, ending=Ending.RESET),
        shaken(trust="none", purpose="tls_here", chain=(leaf,)),
    )
    assert "plain_to_tls_port" not in findings(found)
    assert findings(found)["mesh_sidecar"].confidence == "possible"
    assert name in findings(found)["mesh_sidecar"].says


def test_plain_http_that_is_reset_in_a_pod_may_be_a_mesh() -> None:
    reset = got("GET /v1/status", None, ending=Ending.RESET)
    found = case("http://dg.test:8080", around(**POD), dialled("10.0.0.7"), reset)
    assert findings(found)["mesh_sidecar"].confidence == "possible"
    assert roots(found)[0] == "tcp_reset"


def test_plain_http_that_is_reset_elsewhere_is_not() -> None:
    reset = got("GET /v1/status", None, ending=Ending.RESET)
    assert roots(case("http://dg.test:8080", dialled("10.0.0.7"), reset)) == ["tcp_reset"]
