"""DG3001 to DG3004: redirects, credentials, refusals, credit."""

from __future__ import annotations

import pytest

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Wire
from tests.rules.answers_built import ENVOY, NGINX, built, everywhere, page, pages, plain_get, post, refusal, upgrade
from tests.rules.built import DG, findings, got, matches, roots


def moved(status: int, location: str) -> list[Wire]:
    return everywhere(status, page(f"{status} Moved"), (*NGINX, ("Location", location)))


@pytest.mark.parametrize(
    ("status", "location", "said"),
    [
        pytest.param(301, "https://10.0.0.7/v1/listen", "to the same address over https", id="to https"),
        pytest.param(302, "https://login.example.test/oauth2/start", "looks like a login page", id="to a login page"),
        pytest.param(307, "http://10.0.0.7:8080/v1/listen?model=nova-3", "very address that was asked", id="in a loop"),
        pytest.param(301, "/v1/listen/", "another slash at its end", id="to a slash"),
        pytest.param(308, "https://dg.example.test/v1/listen", "to another host", id="to another host"),
        pytest.param(301, "/speech/v1/listen", "to another path", id="to another path"),
        pytest.param(301, "", "without saying where to", id="without a Location"),
        pytest.param(301, "http://[broken", "without saying where to", id="to nonsense"),
    ],
)
def test_redirects_are_told_by_where_they_point(status: int, location: str, said: str) -> None:
    found = built(*moved(status, location))
    assert roots(found) == ["http_redirect"]
    assert said in findings(found)["http_redirect"].says


@pytest.mark.parametrize(("status", "lost"), [(301, True), (302, True), (303, True), (307, False), (308, False)])
def test_only_some_redirects_turn_a_post_into_a_get(status: int, lost: bool) -> None:
    says = matches(built(*moved(status, "https://10.0.0.7/v1/listen")), "http_redirect")[0].says
    assert ("repeat such a POST as a GET" in says) is lost


def test_the_new_address_is_offered_as_a_command() -> None:
    found = findings(built(*moved(308, "https://dg.example.test/v1/listen")))["http_redirect"]
    assert any(remedy.command == "dgcheck run https://dg.example.test" for remedy in found.remedies)


def test_redirected_upgrade_alone_is_a_redirect_too() -> None:
    headers = (*NGINX, ("Location", "https://10.0.0.7/v1/listen"))
    found = built(*pages(), post(), upgrade(301, body=page("301 Moved"), headers=headers))
    assert roots(found) == ["http_redirect"]
    assert "Meanwhile POST /v1/listen worked" in findings(found)["http_redirect"].says


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        pytest.param(
            everywhere(401, page("401 Authorization Required"), (*NGINX, ("WWW-Authenticate", 'Basic realm="x"'))),
            'It asks for Basic realm="x"',
            id="basic authentication of nginx",
        ),
        pytest.param(everywhere(401, '{"message":"Unauthorized"}'), "something in front of them", id="API Gateway"),
        pytest.param(
            everywhere(401, *refusal("Invalid credentials.", "INVALID_AUTH").values()),
            "Deepgram's hosted service",
            id="hosted",
        ),
        pytest.param([*pages(), post(), upgrade(401, headers=NGINX)], "Meanwhile POST /v1/listen", id="upgrade alone"),
    ],
)
def test_401_is_told_by_who_answers(evidence: list[Wire], said: str) -> None:
    found = built(*evidence)
    assert roots(found) == ["http_unauthorized"]
    assert said in findings(found)["http_unauthorized"].says


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_information_pages_that_a_gateway_keeps_are_no_fault(status: int) -> None:
    kept = [got("GET /v1/status", status, headers=NGINX), got("GET /v1/models", status, headers=NGINX)]
    found = built(*kept, post(), upgrade())
    assert [word for word, one in findings(found).items() if one.severity is not Severity.INFO] == []


def test_gateway_that_opens_with_the_key_is_information() -> None:
    refused = got("POST /v1/listen?model=nova-3", 401, headers=NGINX, purpose="without_key")
    found = built(refused, post(with_key=True), upgrade(with_key=True))
    one = findings(found)["http_unauthorized"]
    assert one.severity is Severity.INFO
    assert "without a key and let it through" in one.says
    assert one.remedies[0].do.startswith("Give every client a key that the gateway takes")
    assert not any("auth_basic off" in remedy.command for remedy in one.remedies)


def test_a_redirect_of_a_slash_gets_no_advice_about_https() -> None:
    moved = (*NGINX, ("location", "/v1/listen/"))
    found = findings(built(*pages(), post(301, body="", headers=moved), upgrade(301, headers=moved)))["http_redirect"]
    assert found.remedies[0].do.startswith("Serve /v1/listen as it is")
    assert not any("https" in remedy.do for remedy in found.remedies)


def test_a_redirect_to_https_begins_with_the_address_it_points_to() -> None:
    moved = (*NGINX, ("location", "https://10.0.0.7:8443/v1/listen"))
    found = findings(built(*pages(), post(308, body="", headers=moved), upgrade(308, headers=moved)))["http_redirect"]
    assert found.remedies[0].command.startswith("dgcheck run https://")
    assert any(remedy.command == "proxy_pass http://UPSTREAM;" for remedy in found.remedies)


def test_key_that_opens_nothing_is_an_error() -> None:
    refused = got("POST /v1/listen?model=nova-3", 401, headers=NGINX, purpose="without_key")
    found = built(refused, post(401, body="", headers=NGINX, with_key=True), upgrade(401, headers=NGINX))
    assert findings(found)["http_unauthorized"].severity is Severity.ERROR


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(everywhere(403, page("403 Forbidden")), id="nginx"),
        pytest.param(everywhere(403, "RBAC: access denied", ENVOY), id="a policy of the mesh"),
        pytest.param(everywhere(403, "", ENVOY), id="Envoy refuses everything, with an empty body"),
        pytest.param([*pages(), post(), upgrade(403, body="<html>Blocked</html>")], id="a firewall, upgrades alone"),
    ],
)
def test_403_is_forbidden(evidence: list[Wire]) -> None:
    assert roots(built(*evidence)) == ["http_forbidden"]


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([*pages(), post(), upgrade(403, headers=ENVOY)], id="Envoy refuses upgrades alone"),
        pytest.param([*pages(), upgrade(403, headers=ENVOY), plain_get(405)], id="and GET passes"),
        pytest.param([*everywhere(503, "no healthy upstream", ENVOY)[:3], upgrade(403, headers=ENVOY)], id="its 503"),
    ],
)
def test_envoys_empty_403_to_an_upgrade_is_not_forbidden(evidence: list[Wire]) -> None:
    assert "http_forbidden" not in findings(built(*evidence))


def test_402_is_the_hosted_service() -> None:
    found = built(*everywhere(402, *refusal("Project does not have enough credits.", "ASR_PAYMENT_REQUIRED").values()))
    one = findings(found)["http_payment_required"]
    assert (roots(found), one.confidence) == (["http_payment_required"], Confidence.CERTAIN)


def test_402_without_deepgrams_mark_is_likely_at_most() -> None:
    found = findings(built(*everywhere(402, "pay")))["http_payment_required"]
    assert found.confidence is Confidence.LIKELY


@pytest.mark.parametrize("word", ["http_redirect", "http_unauthorized", "http_forbidden", "http_payment_required"])
def test_healthy_deployment_has_none_of_these(word: str) -> None:
    assert matches(built(*pages(), post(), upgrade(headers=DG)), word) == []


Headers = tuple[tuple[str, str], ...]
KONG = (("Server", "kong/3.6.1"), ("Content-Type", "application/json"))
OVER_TLS = '{"message":"Please use HTTPS protocol"}'


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(OVER_TLS, (*KONG, ("Connection", "Upgrade"), ("Upgrade", "TLS/1.2, HTTP/1.1")), id="Kong"),
        pytest.param("", (("Upgrade", "TLS/1.0"),), id="RFC 2817, without a word"),
        pytest.param(OVER_TLS, KONG, id="the words, behind a proxy that drops Upgrade"),
    ],
)
def test_a_gateway_that_is_served_over_tls_alone_sends_to_https(
    body: str, headers: tuple[tuple[str, str], ...]
) -> None:
    found = built(*everywhere(426, body, headers))
    assert roots(found) == ["http_redirect"]
    told = findings(found)["http_redirect"]
    assert "over TLS alone" in told.says
    assert any(remedy.command == "dgcheck run https://10.0.0.7" for remedy in told.remedies)


def test_a_426_that_wants_a_websocket_is_no_redirect() -> None:
    found = built(*everywhere(426, "Upgrade Required", (("Upgrade", "websocket"),)))
    assert "http_redirect" not in findings(found)


def test_a_load_balancer_that_cannot_log_users_in_wants_credentials() -> None:
    found = built(*everywhere(561, page("561 Authentication"), (("Server", "awselb/2.0"),)))
    assert roots(found) == ["http_unauthorized"]
    assert "identity provider" in findings(found)["http_unauthorized"].says
    assert "http_bad_response" not in findings(found)


def test_the_number_alone_does_not_make_a_load_balancer() -> None:
    found = built(*everywhere(561, page("561 Odd"), NGINX))
    assert roots(found) == ["http_bad_response"]


@pytest.mark.parametrize(("status", "action"), [(202, "challenge"), (405, "captcha")])
def test_a_puzzle_for_browsers_is_a_refusal(status: int, action: str) -> None:
    found = built(*everywhere(status, "", (("Server", "awselb/2.0"), ("x-amzn-waf-action", action))))
    assert roots(found) == ["http_forbidden"]
    assert f"x-amzn-waf-action: {action}" in findings(found)["http_forbidden"].says


@pytest.mark.parametrize(("status", "cause"), [(202, "http_bad_response"), (405, "http_method_not_allowed")])
def test_the_same_numbers_without_a_puzzle_are_none(status: int, cause: str) -> None:
    assert "http_forbidden" not in findings(built(*everywhere(status, page("Odd"), NGINX)))
    assert cause in findings(built(*everywhere(status, page("Odd"), NGINX)))
