"""DG5011 to DG5013, DG5015: the Engine, the health, the endpoint of the listing."""

from __future__ import annotations

import pytest

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Seen, Wire
from tests.rules.built import DG, HEALTHY, HTML, MODELS, NGINX_404, case, findings, got, matches, roots, served
from tests.rules.models_built import asked, both, listed, posted

URL = "http://10.0.0.7:8080"
ASK = "model=nova-3"
BUSY = '{"error_code":"Service Unavailable","err_msg":"Please try again later","request_id":"1"}'


def status(health: str, code: int = 200) -> Wire:
    return got("GET /v1/status", code, f'{{"system_health":"{health}"}}')


def engine(said: str, code: int = 200) -> Wire:
    return got("GET /v1/status/engine", code, f'{{"engine_connection_status":"{said}"}}')


def failing(code: int = 503) -> list[Wire]:
    return [posted(ASK, code, body=BUSY), got("POST /v1/listen?model=nova-3", code, BUSY, DG, check="ws.upgrade")]


# --- initializing ----------------------------------------------------------------------------------------------------


def test_initializing_is_told_and_heals() -> None:
    found = findings(case(URL, status("Initializing"), *failing()))
    one = found["engine_initializing"]
    assert one.root
    assert one.heals
    assert one.confidence is Confidence.CERTAIN
    assert "no Engine has connected to it yet. Meanwhile POST /v1/listen got 503" in one.says
    assert one.remedies[0].command == "dgcheck run http://10.0.0.7:8080 --wait 10m"


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([status("Initializing"), engine("Elsewhere"), *failing()], id="and the engine page says so too"),
        pytest.param([status("Initializing", 503), *failing()], id="whatever HTTP status came with it"),
        pytest.param([status("Initializing")], id="nothing else was asked"),
        pytest.param([status("Initializing"), got("GET /v1/models", 200, "[]"), *both(ASK)], id="no models yet"),
        pytest.param([status("Initializing"), *failing(500)], id="500"),
    ],
)
def test_initializing_is_the_root_of_what_it_brings(evidence: list[Seen]) -> None:
    assert roots(asked("nova-3", *evidence)) == ["engine_initializing"]


@pytest.mark.parametrize("health", ["Ready", "Healthy", "Sleeping", "initializing"])
def test_other_words_are_not_initializing(health: str) -> None:
    assert matches(case(URL, status(health), *failing()), "engine_initializing") == []


def test_initializing_while_speech_is_served_is_no_fault() -> None:
    assert findings(asked("nova-3", status("Initializing"), *both(ASK, 200, 101))) == {}


# --- disconnected ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [200, 503])
def test_another_value_than_connected_with_failing_requests(code: int) -> None:
    one = findings(case(URL, status("Healthy"), engine("Elsewhere", code), *failing()))["engine_disconnected"]
    assert one.root
    assert one.severity is Severity.ERROR
    assert one.confidence is Confidence.LIKELY
    assert "engine_connection_status is “Elsewhere”" in one.says
    assert "the one value known to be good is Connected" in one.says


def test_the_unknown_value_is_not_interpreted() -> None:
    says = matches(case(URL, engine("Elsewhere"), *failing()), "engine_disconnected")[0].says
    assert "disconnected" not in says
    assert "not connected" not in says


def test_it_explains_what_a_lost_engine_brings() -> None:
    found = asked("nova-3", status("Critical"), engine("Elsewhere"), got("GET /v1/models", 200, "[]"), *failing())
    assert roots(found) == ["engine_disconnected"]


def test_another_value_while_speech_is_served_is_information() -> None:
    found = findings(asked("nova-3", engine("Elsewhere"), *both(ASK, 200, 101)))
    assert found["engine_disconnected"].severity is Severity.INFO
    assert "served all the same" in found["engine_disconnected"].says


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([engine("Connected"), *failing()], id="Connected"),
        pytest.param([got("GET /v1/status/engine", 404, NGINX_404, HTML), *failing()], id="no such page"),
        pytest.param([got("GET /v1/status/engine", 200, "{}"), *failing()], id="no such field"),
        pytest.param([got("GET /v1/status/engine", 200, '{"engine_connection_status":null}'), *failing()], id="null"),
        pytest.param([got("GET /v1/status/engine", 401, ""), *failing()], id="a gateway keeps it"),
    ],
)
def test_what_is_no_lost_engine(evidence: list[Seen]) -> None:
    assert matches(case(URL, *evidence), "engine_disconnected") == []


# --- critical --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("health", "severity", "share"),
    [("Critical", Severity.ERROR, "fewer than 40 %"), ("Degraded", Severity.WARNING, "only 40 to 90 %")],
)
def test_critical_and_degraded(health: str, severity: Severity, share: str) -> None:
    found = findings(asked("nova-3", status(health), *both(ASK, 200, 101)))
    assert list(found) == ["engine_critical"]
    assert found["engine_critical"].severity is severity
    assert share in found["engine_critical"].says
    assert "served all the same" in found["engine_critical"].says


def test_critical_explains_the_server_errors_of_this_run() -> None:
    found = asked("nova-3", status("Critical"), *failing(500))
    assert roots(found) == ["engine_critical"]


@pytest.mark.parametrize("health", ["Ready", "Healthy", "Initializing", "critical", "Unknown"])
def test_other_words_are_not_critical(health: str) -> None:
    assert matches(case(URL, status(health)), "engine_critical") == []


# --- the listing's endpoint ------------------------------------------------------------------------------------------

ALIVE = got("GET /v1/status", 200, HEALTHY)


@pytest.mark.parametrize(
    "models",
    [
        pytest.param(got("GET /v1/models", 404, NGINX_404, HTML), id="404"),
        pytest.param(got("GET /v1/models", 405), id="405"),
        pytest.param(got("GET /v1/models", 200, "<html>hello</html>", HTML), id="a page"),
        pytest.param(got("GET /v1/models", 200, '{"data":[],"object":"list"}'), id="another shape"),
        pytest.param(got("GET /v1/models", 204), id="nothing"),
    ],
)
def test_an_unreadable_listing_is_information(models: Wire) -> None:
    found = findings(asked("nova-3", ALIVE, models, *both(ASK, 200, 101)))
    assert found["models_endpoint_missing"].severity is Severity.INFO
    assert "no fault by itself" in found["models_endpoint_missing"].says


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([ALIVE, got("GET /v1/models", 200, MODELS)], id="a listing"),
        pytest.param([ALIVE, listed()], id="an empty listing"),
        pytest.param([ALIVE, got("GET /v1/models", 401)], id="401 of a gateway"),
        pytest.param([ALIVE, got("GET /v1/models", 403)], id="403 of a gateway"),
        pytest.param([ALIVE, got("GET /v1/models", 503)], id="503"),
        pytest.param([ALIVE, got("GET /v1/models", None)], id="no answer"),
        pytest.param(
            [got("GET /v1/status", 404, NGINX_404, HTML), got("GET /v1/models", 404, NGINX_404, HTML)],
            id="nothing of the deployment was heard",
        ),
    ],
)
def test_what_is_no_missing_endpoint(evidence: list[Seen]) -> None:
    assert matches(case(URL, *evidence), "models_endpoint_missing") == []


def test_a_healthy_deployment_has_nothing() -> None:
    assert findings(asked("nova-3", *served(), engine("Connected"))) == {}
