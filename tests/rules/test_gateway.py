"""DG3010 to DG3012: a proxy that cannot use what stands behind it."""

from __future__ import annotations

import pytest

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Response, Wire
from dgcheck.model.record import replace
from tests.rules.answers_built import (
    ENVOY,
    NGINX,
    built,
    everywhere,
    late,
    page,
    pages,
    plain_get,
    post,
    refusal,
    upgrade,
)
from tests.rules.built import findings, got, matches, roots

BUSY = refusal("Please try again later", "Service Unavailable")
CLOUDFLARE = (("server", "cloudflare"), ("cf-ray", "8f0"))


@pytest.mark.parametrize(
    ("evidence", "cause", "said"),
    [
        pytest.param(
            everywhere(502, page("502 Bad Gateway")), "http_bad_gateway", "nginx answered 502", id="502 everywhere"
        ),
        pytest.param(everywhere(521, "", CLOUDFLARE), "http_bad_gateway", "The origin refused", id="Cloudflare's 521"),
        pytest.param(
            everywhere(464, "", (("server", "awselb/2.0"),)), "http_bad_gateway", "version of HTTP", id="AWS's 464"
        ),
        pytest.param(
            [*pages(), post(502, body=page("502"), headers=NGINX), upgrade(502, headers=NGINX)],
            "http_bad_gateway",
            "Meanwhile the deployment did answer GET /v1/status",
            id="502 to speech alone",
        ),
        pytest.param(
            [*pages(), post(), upgrade(502, body=page("502"), headers=NGINX), plain_get(405)],
            "http_bad_gateway",
            "Meanwhile POST /v1/listen worked",
            id="502 to the upgrade, and not to a GET",
        ),
        pytest.param(everywhere(503, page("503 Service Unavailable")), "http_unavailable", "nothing healthy", id="503"),
        pytest.param(
            [*pages(), post(503, **BUSY), upgrade(503, **BUSY)],
            "http_unavailable",
            "the deployment's own word",
            id="own 503",
        ),
        pytest.param(
            everywhere(504, page("504 Gateway Time-out")), "http_gateway_timeout", "gave up waiting", id="504"
        ),
        pytest.param(everywhere(524, "", CLOUDFLARE), "http_gateway_timeout", "gave up waiting", id="Cloudflare's 524"),
    ],
)
def test_each_is_named_with_who_answered(evidence: list[Wire], cause: str, said: str) -> None:
    found = built(*evidence)
    assert roots(found) == [cause]
    assert said in findings(found)[cause].says


def test_502_to_the_upgrade_alone_is_likely_and_speaks_of_the_upgrade() -> None:
    refused = upgrade(502, body=page("502"), headers=NGINX)
    one = findings(built(*pages(), post(), refused, plain_get(405)))["http_bad_gateway"]
    assert one.confidence is Confidence.LIKELY
    assert "Only the upgrade gets this answer: other requests reach the deployment the same way" in one.says
    assert "Ask for a WebSocket past the proxy" in one.remedies[0].do


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([post(502, headers=NGINX), upgrade(502, headers=NGINX)], id="the POST gets it too"),
        pytest.param([post(), upgrade(502, headers=NGINX), upgrade()], id="now and then an upgrade passes"),
        pytest.param([post(), upgrade(502, headers=NGINX), post(502, check="replicas")], id="a repeated POST gets it"),
    ],
)
def test_502_to_more_than_the_upgrade_is_not_said_of_it_alone(evidence: list[Wire]) -> None:
    one = matches(built(*pages(), *evidence), "http_bad_gateway")[0]
    assert one.confidence is Confidence.CERTAIN
    assert "Only the upgrade" not in one.says


def test_time_that_it_took_is_told() -> None:
    refused = replace(post(504, body=page("504"), headers=NGINX), phases=late(60.0))
    assert "after 60.0 s" in matches(built(*pages(), refused), "http_gateway_timeout")[0].says


def test_every_check_that_it_explains_is_listed() -> None:
    one = matches(built(*everywhere(502, page("502"))), "http_bad_gateway")[0]
    assert set(one.checks) == {"rest", "ws.upgrade", "status", "models"}


def test_envoys_403_to_the_upgrade_stands_beneath_its_503() -> None:
    unready = everywhere(503, "no healthy upstream", ENVOY)[:3]
    found = built(*unready, upgrade(403, headers=ENVOY))
    assert roots(found) == ["http_unavailable"]
    assert "ws.upgrade" in findings(found)["http_unavailable"].checks


def test_envoys_403_stands_beneath_503_for_every_page_where_nothing_was_posted() -> None:
    pages = [got(f"GET {path}", 503, "no healthy upstream", ENVOY) for path in ("/v1/status", "/v1/models")]
    found = built(*pages, upgrade(403, headers=ENVOY))
    assert roots(found) == ["http_unavailable"]
    one = matches(found, "http_unavailable")[0]
    assert one.confidence is Confidence.LIKELY
    assert set(one.checks) == {"status", "models", "ws.upgrade"}


def test_envoys_403_where_one_page_is_served_is_no_dead_upstream() -> None:
    pages = (got("GET /v1/status", 200, '{"system_health":"Healthy"}'), got("GET /v1/models", 503, "", ENVOY))
    assert matches(built(*pages, upgrade(403, headers=ENVOY)), "http_unavailable") == []


def test_status_page_that_comes_with_503_is_not_a_proxys_word() -> None:
    """What HTTP status goes with which state is not known."""
    found = built(got("GET /v1/status", 503, '{"system_health":"Critical"}'), only=("status",))
    assert matches(found, "http_unavailable") == []


def test_listing_that_fails_alone_is_a_warning() -> None:
    found = built(got("GET /v1/models", 502, page("502"), NGINX), post(), upgrade())
    assert matches(found, "http_bad_gateway")[0].severity is Severity.WARNING


def test_forward_proxy_that_cannot_connect_is_quoted() -> None:
    """Its answer to CONNECT counts where there is no other."""
    refused = Response(status=503, reason="Service Unavailable", headers=(("X-Squid-Error", "ERR_CONNECT_FAIL 111"),))
    lost = replace(upgrade(None), proxy_response=refused, via_proxy="proxy:3128")
    assert "ERR_CONNECT_FAIL 111" in matches(built(lost), "http_unavailable")[0].says


@pytest.mark.parametrize("word", ["http_bad_gateway", "http_unavailable", "http_gateway_timeout"])
def test_healthy_deployment_has_none_of_these(word: str) -> None:
    assert matches(built(*pages(), post(), upgrade()), word) == []
