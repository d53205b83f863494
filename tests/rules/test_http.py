"""DG3005, DG3006, DG3008, DG3009: paths, methods, limits, errors of the deployment itself."""

from __future__ import annotations

import pytest

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Wire
from tests.rules.answers_built import ENVOY, NGINX, built, everywhere, page, pages, post, refusal, upgrade
from tests.rules.built import DG, findings, got, matches, roots

TOO_MANY = refusal("Too many requests. Please try again later", "TOO_MANY_REQUESTS")
FAILED = refusal("An error occurred.", "INTERNAL_SERVER_ERROR")


@pytest.mark.parametrize(
    ("body", "headers", "said"),
    [
        pytest.param(page("404 Not Found"), NGINX, "nginx answered 404", id="nginx"),
        pytest.param("404 page not found", (), "Go", id="a Go server"),
        pytest.param("", DG, "The deployment itself was reached", id="the deployment"),
    ],
)
def test_speech_that_is_not_found_is_told_by_who_answers(
    body: str, headers: tuple[tuple[str, str], ...], said: str
) -> None:
    evidence = [post(404, body=body, headers=headers), upgrade(404, body=body, headers=headers)]
    assert said in matches(built(*pages(), *evidence), "http_not_found")[0].says


def test_upgrade_alone_that_the_deployment_does_not_find_is_a_rejected_upgrade() -> None:
    assert matches(built(*pages(), post(), upgrade(404, headers=DG)), "http_not_found") == []


def test_post_that_is_not_allowed_quotes_what_is() -> None:
    refused = post(405, body=page("405 Not Allowed"), headers=(*NGINX, ("Allow", "GET, HEAD")))
    found = built(*pages(), refused, upgrade())
    assert roots(found) == ["http_method_not_allowed"]
    assert "It allows GET, HEAD." in findings(found)["http_method_not_allowed"].says


def test_405_to_the_upgrade_alone_is_another_matter() -> None:
    assert matches(built(*pages(), post(), upgrade(405)), "http_method_not_allowed") == []


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        pytest.param(everywhere(429, page("429 Too Many Requests")), "not the deployment's", id="gateway"),
        pytest.param(
            everywhere(429, "", (*NGINX, ("Retry-After", "7"))), "come again in 7 s", id="gateway with Retry-After"
        ),
        pytest.param(
            [post(429, **TOO_MANY), upgrade(429, **TOO_MANY)], "[concurrency_limit]", id="the deployment's own"
        ),
        pytest.param(
            [*pages(), post(), upgrade(), upgrade(429, offered=("token",), **TOO_MANY)], "POST", id="one of several"
        ),
    ],
)
def test_429_is_told_by_whose_limit_it_is(evidence: list[Wire], said: str) -> None:
    found = built(*evidence)
    assert roots(found) == ["http_rate_limited"]
    assert said in findings(found)["http_rate_limited"].says


def test_429_to_repeated_questions_alone_is_a_warning() -> None:
    repeated = post(429, check="replicas", **TOO_MANY)
    assert matches(built(*pages(), post(), upgrade(), repeated), "http_rate_limited")[0].severity is Severity.WARNING


def test_500_with_a_request_id_is_the_deployments() -> None:
    one = matches(built(*pages(), post(500, **FAILED), upgrade(500, **FAILED)), "http_server_error")[0]
    assert (one.confidence, one.facts["request_id"]) == (Confidence.CERTAIN, DG[0][1])
    assert DG[0][1] in one.says


def test_500_without_a_mark_may_be_a_proxys() -> None:
    one = matches(
        built(*pages(), post(500, body=page("500"), headers=NGINX), upgrade(500, headers=NGINX)), "http_server_error"
    )[0]
    assert one.confidence is Confidence.LIKELY


def test_listing_that_fails_alone_is_a_warning() -> None:
    found = built(got("GET /v1/models", 500, **FAILED), post(), upgrade())
    assert matches(found, "http_server_error")[0].severity is Severity.WARNING


@pytest.mark.parametrize(
    "word", ["http_not_found", "http_method_not_allowed", "http_rate_limited", "http_server_error"]
)
def test_healthy_deployment_has_none_of_these(word: str) -> None:
    assert matches(built(*pages(), post(), upgrade()), word) == []


BURST = page("503 Service Temporarily Unavailable")


def test_nginx_that_refuses_now_and_then_with_its_own_503_limits() -> None:
    refused = [post(503, body=BURST, headers=NGINX, check="replicas") for _ in range(2)]
    found = built(*pages(), post(), upgrade(), *refused)
    assert roots(found) == ["http_rate_limited"]
    one = findings(found)["http_rate_limited"]
    assert one.confidence is Confidence.LIKELY
    assert "2 of 3 questions" in one.says
    assert "replica_unhealthy" not in findings(found)


def test_one_refused_question_that_is_served_after_a_pause_shows_a_limit() -> None:
    refused = [post(503, body=BURST, headers=NGINX), upgrade(503, body=BURST, headers=NGINX)]
    assert roots(built(*pages(), *refused)) == ["http_unavailable"]
    assert roots(built(*pages(), *refused, upgrade(purpose="after_a_pause"))) == ["http_rate_limited"]
    again = upgrade(503, body=BURST, headers=NGINX, purpose="after_a_pause")
    assert roots(built(*pages(), *refused, again)) == ["http_unavailable"]


def test_certificates_that_an_older_release_lacks_are_no_path_that_is_not_found() -> None:
    lacks = got("GET /v1/certificates", 404, headers=DG)
    found = built(*pages(), lacks, upgrade(404, headers=DG), model="nova-3")
    assert matches(found, "http_not_found") == []
    assert roots(found) == ["ws_upgrade_rejected"]
    assert roots(built(*pages(), lacks, post(404, headers=DG, body=""), upgrade(404, headers=DG))) == ["http_not_found"]


ENVOYS = "upstream connect error or disconnect/reset before headers. reset reason: "


def test_envoy_whose_circuit_breaker_is_open_now_and_then_limits() -> None:
    refused = [post(503, body=f"{ENVOYS}overflow", headers=ENVOY, check="replicas") for _ in range(2)]
    found = built(*pages(), post(), upgrade(), *refused)
    assert roots(found) == ["http_rate_limited"]
    one = findings(found)["http_rate_limited"]
    assert "Envoy itself answered 503 to 2 of 3 questions" in one.says
    assert "limit_req" not in one.says
    assert "circuit_breakers" in one.remedies[0].command


def test_envoy_that_loses_its_upstream_now_and_then_is_no_limit() -> None:
    lost = [post(503, body=f"{ENVOYS}connection termination", headers=ENVOY, check="replicas") for _ in range(2)]
    assert roots(built(*pages(), post(), upgrade(), *lost)) == ["replica_unhealthy"]


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(everywhere(503, BURST), id="503 to everything"),
        pytest.param([*pages(), post(), upgrade(), post(503, headers=DG, check="replicas")], id="the deployment's own"),
        pytest.param([*pages(), post(), upgrade(), post(502, body=page("502 Bad Gateway"), headers=NGINX)], id="502"),
    ],
)
def test_what_is_no_limit_of_nginx(evidence: list[Wire]) -> None:
    assert matches(built(*evidence), "http_rate_limited") == []


def test_a_path_before_v1_is_the_first_thing_to_look_for() -> None:
    found = built(post(404, body="404 page not found"), upgrade(404, body="404 page not found"))
    assert any("/PATH" in one.command for one in findings(found)["http_not_found"].remedies[:2])
