"""DG4001 to DG4004: the WebSocket handshake."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Ending, Wire
from tests.rules.answers_built import (
    ENVOY,
    NGINX,
    built,
    everywhere,
    page,
    pages,
    plain_get,
    post,
    refusal,
    upgrade,
)
from tests.rules.built import DG, findings, got, matches, roots

LISTED = [got("GET /v1/models", 200, '[{"canonical_name":"nova-3-general","batch":true,"streaming":true}]')]
BATCH = [got("GET /v1/models", 200, '[{"canonical_name":"nova-3-general","batch":true,"streaming":false}]')]
NO_MODEL = refusal("Bad Request: No such model/language/tier combination found.")
NOT_FOUND = refusal("Not found.")
ODD_WORDS = refusal("Diarize is not for you.")
TLS_WANTED = page("400 The plain HTTP request was sent to HTTPS port")


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        pytest.param(
            [post(), upgrade(404, **NOT_FOUND), plain_get(404, **NOT_FOUND)], "the request did arrive", id="404"
        ),
        pytest.param([post(), upgrade(405, headers=DG), plain_get(405, headers=DG)], "very same answer", id="405"),
        pytest.param(
            [post(), upgrade(200, body="hello 11:59:58"), plain_get(200, body="hello 11:59:59")],
            "very same",
            id="200, with a time in it",
        ),
        pytest.param(
            [post(), upgrade(502, body=page("502"), headers=NGINX), plain_get(502, body=page("502"), headers=NGINX)],
            "nginx answered 502",
            id="502, since the server behind takes no HTTP/1.0",
        ),
        pytest.param(
            [*LISTED, post(), upgrade(400), plain_get(400)], "very same", id="a bare 400, the model is listed"
        ),
        pytest.param([post(), upgrade(426, body="Upgrade Required")], "saw no upgrade", id="426"),
        pytest.param(
            [post(), upgrade(400, body='Can "Upgrade" only to "WebSocket".')], "saw no upgrade", id="words of a server"
        ),
        pytest.param(
            [post(), upgrade(400, body="websocket: the client is not using the websocket protocol")],
            "saw no upgrade",
            id="Go",
        ),
        pytest.param([post(), upgrade(505)], "a proxy on the way speaks HTTP/1.0", id="505"),
        pytest.param(
            [*LISTED, post(400, **NO_MODEL), upgrade(405, headers=NGINX), plain_get(405, headers=NGINX)],
            "while other requests are answered",
            id="a missing model beside it",
        ),
        pytest.param([*pages(), post(), upgrade(403, headers=ENVOY)], "how Envoy refuses upgrades", id="Envoy"),
        pytest.param(
            [*pages(), upgrade(403, headers=ENVOY), plain_get(405)], "how Envoy", id="Envoy, GET passes, no POST"
        ),
    ],
)
def test_lost_headers_are_shown_by_comparison(evidence: list[Wire], said: str) -> None:
    found = built(*evidence)
    assert [one for one in roots(found) if one != "model_missing"] == ["ws_upgrade_not_forwarded"]
    assert said in findings(found)["ws_upgrade_not_forwarded"].says


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([post(), upgrade(400, **NO_MODEL), plain_get(400, **NO_MODEL)], id="the words name the model"),
        pytest.param([post(), upgrade(400), plain_get(400)], id="a bare 400 and no listing"),
        pytest.param([*BATCH, post(), upgrade(405), plain_get(405)], id="listed as not streaming"),
        pytest.param([post(), upgrade(400, headers=DG), plain_get(405, headers=DG)], id="a GET gets another answer"),
        pytest.param([post(), upgrade(404, **NOT_FOUND)], id="nothing to compare with"),
        pytest.param(
            [*pages(), post(400, **ODD_WORDS), upgrade(400, **ODD_WORDS), plain_get(400, **ODD_WORDS)],
            id="the POST is refused in the same words",
        ),
        pytest.param([*pages(), post(505), upgrade(505)], id="505 to everything for speech"),
        pytest.param(
            [*pages(), post(503, headers=NGINX), upgrade(405), plain_get(405)], id="nothing shows that speech is served"
        ),
        pytest.param([post(413, headers=NGINX), upgrade(405), plain_get(405)], id="413, and nothing of the deployment"),
        pytest.param(everywhere(404, page("404 Not Found")), id="404 everywhere"),
        pytest.param(
            [*everywhere(502, page("502")), plain_get(502, body=page("502"), headers=NGINX)], id="502 everywhere"
        ),
        pytest.param(
            [post(), upgrade(401, headers=NGINX), plain_get(401, headers=NGINX)], id="a gateway that wants a key"
        ),
        pytest.param(
            [post(), upgrade(403, headers=NGINX), plain_get(403, headers=NGINX)], id="a gateway that forbids GET"
        ),
        pytest.param(
            [*everywhere(503, "no healthy upstream", ENVOY)[:3], upgrade(403, headers=ENVOY)], id="Envoy, not ready"
        ),
        pytest.param([*pages(), upgrade(403, headers=(*ENVOY, *DG)), plain_get(405)], id="403 with a request id"),
        pytest.param(
            [post(), upgrade(), upgrade(404, **NOT_FOUND), plain_get(404, **NOT_FOUND)], id="sometimes it works"
        ),
        pytest.param([post(), upgrade()], id="healthy"),
    ],
)
def test_near_misses_are_not_lost_headers(evidence: list[Wire]) -> None:
    assert matches(built(*evidence), "ws_upgrade_not_forwarded") == []


def test_upload_limit_does_not_hide_that_the_upgrade_is_lost() -> None:
    both = [upgrade(405, headers=DG), plain_get(405, headers=DG)]
    found = built(*pages(), post(413, body=page("413"), headers=NGINX), *both)
    assert roots(found) == ["http_body_too_large", "ws_upgrade_not_forwarded"]
    assert findings(found)["ws_upgrade_not_forwarded"].confidence is Confidence.LIKELY


def test_505_is_certain_where_the_deployment_says_it() -> None:
    own, other = built(post(), upgrade(505, headers=DG)), built(post(), upgrade(505, headers=NGINX))
    assert matches(own, "ws_upgrade_not_forwarded")[0].confidence is Confidence.CERTAIN
    assert matches(other, "ws_upgrade_not_forwarded")[0].confidence is Confidence.LIKELY
    assert matches(own, "http_server_error") == []


def test_answer_of_the_deployment_makes_it_certain() -> None:
    sure = built(post(), upgrade(405, headers=DG), plain_get(405, headers=DG))
    unsure = built(post(), upgrade(405, headers=NGINX), plain_get(405, headers=NGINX))
    assert matches(sure, "ws_upgrade_not_forwarded")[0].confidence is Confidence.CERTAIN
    assert matches(unsure, "ws_upgrade_not_forwarded")[0].confidence is Confidence.LIKELY


@pytest.mark.parametrize(
    ("headers", "first"),
    [
        pytest.param(NGINX, "proxy_set_header Upgrade $http_upgrade;", id="nginx"),
        pytest.param(ENVOY, "upgrade_type: websocket", id="Envoy"),
        pytest.param((("server", "awselb/2.0"),), "describe-target-groups", id="ALB"),
    ],
)
def test_remedy_for_the_recognised_proxy_comes_first(headers: Any, first: str) -> None:
    found = built(post(), upgrade(426, headers=headers))
    assert first in findings(found)["ws_upgrade_not_forwarded"].remedies[0].command


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        pytest.param([upgrade(400)], "no body and no dg-error", id="a bare 400 and nothing else"),
        pytest.param(
            [post(), upgrade(400), plain_get(400)], "a model that is not installed for streaming", id="no listing"
        ),
        pytest.param(
            [*LISTED, post(), upgrade(400), plain_get(405)], "a parameter that is not accepted", id="headers arrive"
        ),
        pytest.param([post(), upgrade(404, **NOT_FOUND)], "a proxy that drops", id="404 of the deployment"),
        pytest.param([post(), upgrade(418, body="short")], "“short”", id="an odd status"),
    ],
)
def test_refusal_without_a_reason_names_what_it_may_be(evidence: list[Wire], said: str) -> None:
    found = built(*evidence)
    assert roots(found) == ["ws_upgrade_rejected"]
    assert said in findings(found)["ws_upgrade_rejected"].says


def test_model_is_no_candidate_where_nothing_of_the_deployment_was_heard() -> None:
    one = findings(built(*everywhere(400, "not today")))["ws_upgrade_rejected"]
    assert "GET /v1/status and GET /v1/models got the very same answer" in one.says
    assert "drops the headers" not in one.says
    assert "model that" not in one.says
    assert "parameter" not in one.says
    assert "send-proxy" in one.remedies[0].command


def test_upgrade_whose_refusal_not_everybody_gets_may_have_lost_its_headers() -> None:
    other = [got("GET /v1/status", 404, "", NGINX), *everywhere(400, "not today")[1:]]
    assert "drops the headers" in findings(built(*other))["ws_upgrade_rejected"].says


def test_upgrades_that_open_another_time_were_not_lost_on_the_way() -> None:
    found = built(post(), upgrade(405, headers=DG), plain_get(405, headers=DG), upgrade(check="replicas"))
    assert matches(found, "ws_upgrade_not_forwarded") == []
    assert roots(found) == ["replica_unhealthy"]


@pytest.mark.parametrize("status", [304, 509, 529, 561, 599])
def test_a_number_that_has_no_cause_of_its_own_is_a_rejection(status: int) -> None:
    found = built(*pages(), post(), upgrade(status, headers=NGINX))
    assert roots(found) == ["ws_upgrade_rejected"]
    assert f"answered {status}" in findings(found)["ws_upgrade_rejected"].says


@pytest.mark.parametrize("ending", [Ending.RESET, Ending.CLOSED])
def test_upgrade_that_is_dropped_alone_is_likely_a_rejection(ending: Ending) -> None:
    lost = upgrade(None, ending=ending, reached="first_byte")
    one = matches(built(*pages(), post(), lost), "ws_upgrade_rejected")[0]
    assert one.confidence is Confidence.LIKELY


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([post(), upgrade(400, **NO_MODEL)], id="the model"),
        pytest.param([post(), upgrade(400, **refusal("Invalid query string."))], id="a parameter"),
        pytest.param([post(), upgrade(401, headers=NGINX)], id="401"),
        pytest.param(everywhere(400, TLS_WANTED), id="a port that wants TLS"),
        pytest.param([post(), upgrade(503, headers=NGINX)], id="503"),
        pytest.param([post(), upgrade(561, headers=(("Server", "awselb/2.0"),))], id="a login of AWS's"),
        pytest.param([upgrade(None, ending=Ending.RESET, reached="first_byte")], id="nothing is answered at all"),
        pytest.param([post(), upgrade()], id="healthy"),
    ],
)
def test_refusals_with_a_sharper_cause_are_not_repeated(evidence: list[Wire]) -> None:
    assert matches(built(*evidence), "ws_upgrade_rejected") == []


def test_wrong_handshake_says_which_header() -> None:
    found = built(post(), upgrade(accept_problem="the header Sec-WebSocket-Accept is missing"))
    assert roots(found) == ["ws_bad_accept"]
    assert "Sec-WebSocket-Accept is missing" in findings(found)["ws_bad_accept"].says


def test_subprotocol_that_is_not_echoed_is_information_and_possible_at_most() -> None:
    one = matches(built(post(), upgrade(), upgrade(offered=("token",))), "ws_subprotocol")[0]
    assert (one.severity, one.confidence) == (Severity.INFO, Confidence.POSSIBLE)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param(
            {"status": 400, "body": page("400 Bad Request"), "headers": NGINX}, "400 Bad Request", id="refused"
        ),
        pytest.param({"status": None, "ending": Ending.RESET, "reached": "first_byte"}, "was reset", id="dropped"),
        pytest.param({"status": 101, "accept_problem": "no Upgrade"}, "not valid", id="broken"),
    ],
)
def test_subprotocol_that_is_refused_where_the_plain_upgrade_works_is_an_error(
    fields: dict[str, Any], said: str
) -> None:
    status = fields.pop("status")
    found = built(post(), upgrade(), upgrade(status, offered=("token",), **fields))
    assert roots(found) == ["ws_subprotocol"]
    assert said in findings(found)["ws_subprotocol"].says
    assert findings(found)["ws_subprotocol"].severity is Severity.ERROR


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([upgrade(), upgrade(offered=("token",), chosen="token")], id="echoed"),
        pytest.param([upgrade(), upgrade(503, offered=("token",))], id="a passing fault"),
        pytest.param([upgrade(400), upgrade(400, offered=("token",))], id="both refused"),
        pytest.param([upgrade()], id="not asked"),
    ],
)
def test_near_misses_are_no_matter_of_the_subprotocol(evidence: list[Wire]) -> None:
    assert matches(built(post(), *evidence), "ws_subprotocol") == []
