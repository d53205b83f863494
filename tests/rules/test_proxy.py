"""DG0010: a forward proxy that does not let the traffic through. What fires it, what must not."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.catalogue import Confidence
from dgcheck.model.evidence import Ending, Exchange, Handshake, Upgrade
from dgcheck.model.record import replace
from tests.rules.built import DG, HEALTHY, case, dialled, findings, got, matches, proxied, shaken, upgraded

VIA: dict[str, Any] = {"via_proxy": "http://proxy:3128"}


def _direct(status: int = 200) -> Exchange:
    return got("GET /v1/status", status, HEALTHY if status == 200 else "", purpose="direct")


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        pytest.param(got("GET /v1/status", 403, **VIA), "gave 403 Forbidden to GET /v1/status", id="403"),
        pytest.param(got("GET http://dg:8080/v1/status", 407, **VIA), "gave 407 to GET /v1/status", id="407, absolute"),
        pytest.param(got("GET /v1/status", 503, **VIA), "gave 503", id="503"),
    ],
)
def test_a_proxy_that_fails_where_the_direct_way_works(seen: Exchange, words: str) -> None:
    found = findings(case("http://dg:8080", seen, _direct(), proxy=proxied()))
    assert found["proxy_env"].root
    assert f"The proxy http://proxy:3128 (from https_proxy) {words}" in found["proxy_env"].says
    assert "without the proxy got 200" in found["proxy_env"].says
    assert 'export NO_PROXY="$NO_PROXY,dg" no_proxy="$no_proxy,dg"' in [
        one.command for one in found["proxy_env"].remedies
    ]


def test_a_refused_connect_is_quoted() -> None:
    answer = got("CONNECT dg:443", 403).response
    seen = got("GET /v1/status", None, proxy_response=answer, **VIA)
    says = matches(case("https://dg", seen, _direct(), proxy=proxied()), "proxy_env")[0].says
    assert "answered 403 Forbidden to CONNECT for GET /v1/status" in says


def test_a_proxy_that_refuses_the_connection_is_the_root_of_the_refusal() -> None:
    dial = dialled("10.0.0.99", Ending.REFUSED, port=3128, via_proxy="http://proxy:3128")
    seen = got("GET /v1/status", None, rests_on=("e3",), **VIA)
    found = findings(case("http://dg:8080", dial, seen, _direct(), proxy=proxied()))
    assert "refused the connection" in found["proxy_env"].says
    assert [one.cause for one in found.values() if one.root] == ["proxy_env"]


@pytest.mark.parametrize("direct", [[], [got("GET /v1/status", None, purpose="direct")]], ids=["not tried", "dead too"])
def test_a_proxy_that_takes_no_connection_is_likely_at_fault(direct: list[Exchange]) -> None:
    dial = dialled("10.0.0.99", Ending.REFUSED, port=3128, via_proxy="http://proxy:3128")
    seen = got("GET /v1/status", None, rests_on=("e3",), **VIA)
    found = findings(case("http://dg:8080", dial, seen, *direct, proxy=proxied()))["proxy_env"]
    assert found.confidence is Confidence.LIKELY
    assert "refused the connection, so nothing could be asked through it" in found.says
    assert ("did not answer without it either" in found.says) is bool(direct)


def test_a_proxy_that_passes_requests_but_no_upgrade() -> None:
    answer = got("CONNECT dg:8080", 403).response
    seen = [got("GET /v1/status", 200, HEALTHY, **VIA), upgraded(status=None, proxy_response=answer, **VIA)]
    direct = upgraded(status=101, headers=DG, purpose="direct")
    says = matches(case("http://dg:8080", *seen, direct, proxy=proxied()), "proxy_env")[0].says
    assert "CONNECT for the WebSocket upgrade of /v1/listen" in says


DENIED: dict[str, Any] = {**VIA, "proxy_response": got("CONNECT dg:443", 403).response}


def _expired(**fields: Any) -> Handshake:
    return shaken("", ending=Ending.FAILED, purpose="direct", check="status", port=443, **fields)


def test_a_denied_connect_is_the_proxy_even_where_the_target_has_a_fault_of_its_own() -> None:
    expired = _expired(verify_code=10, verify_message="certificate has expired")
    direct = got("GET /v1/status", None, purpose="direct", rests_on=("e3",))
    seen = [expired, direct, got("GET /v1/status", None, **DENIED), got("POST /v1/listen", None, **DENIED)]
    found = findings(case("https://dg", *seen, proxy=proxied()))
    assert [one.cause for one in found.values() if one.root] == ["proxy_env"]
    assert "answered 403 Forbidden to CONNECT" in found["proxy_env"].says
    assert "with a certificate that is not accepted (certificate has expired)" in found["proxy_env"].says


def test_a_denied_connect_where_the_target_gave_no_tls_is_not_blamed() -> None:
    direct = got("GET /v1/status", None, purpose="direct", rests_on=("e3",))
    silent = _expired()
    assert not matches(
        case("https://dg", silent, direct, got("GET /v1/status", None, **DENIED), proxy=proxied()), "proxy_env"
    )


def test_a_proxy_given_by_the_flag_is_to_be_left_out() -> None:
    proxy = replace(proxied(), origin="--proxy")
    remedies = findings(case("http://dg:8080", got("GET /v1/status", 403, **VIA), _direct(), proxy=proxy))[
        "proxy_env"
    ].remedies
    assert remedies[0].do == "Leave out --proxy: the target needs no proxy from here"
    assert not any("NO_PROXY" in f"{one.do}{one.command}" for one in remedies)


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([got("GET /v1/status", 503, **VIA), _direct(503)], id="the direct way fails as well"),
        pytest.param([got("GET /v1/status", 503, **VIA)], id="the direct way was not tried"),
        pytest.param([got("GET /v1/status", 200, HEALTHY, **VIA), _direct()], id="the proxy works"),
        pytest.param([got("GET /v1/status", 503), _direct()], id="no proxy was used"),
        pytest.param([got("GET /v1/models", 503, **VIA), _direct()], id="another question was asked directly"),
    ],
)
def test_a_proxy_is_not_blamed(evidence: list[Exchange | Upgrade]) -> None:
    assert not matches(case("http://dg:8080", *evidence, proxy=proxied()), "proxy_env")
