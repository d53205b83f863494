"""When the front page and /metrics are asked for a name."""

from __future__ import annotations

import pytest

from dgcheck.experiments.fingerprint import moved_to, nameless
from dgcheck.model.evidence import Exchange, Seen
from dgcheck.sim.server import running
from tests.rules.built import DG, HEALTHY, case, dialled, got, missing, served
from tests.runs import run

URL = "http://dg.test:8080"
LOGIN = (("location", "/login"),)


@pytest.mark.parametrize(
    ("seen", "worth"),
    [
        pytest.param(missing(), True, id="404 for everything"),
        pytest.param([got("GET /v1/status", 200, "<html>"), got("GET /v1/models", 200, "<html>")], True, id="pages"),
        pytest.param([got("GET /v1/status", 302, "", LOGIN), got("GET /v1/models", 302, "", LOGIN)], True, id="/login"),
        pytest.param(
            [got(f"GET /v1/{one}", 400, "no handler") for one in ("status", "models", "status/engine")],
            True,
            id="400 for everything",
        ),
        pytest.param(served(), False, id="the API"),
        pytest.param([got("GET /v1/status", 401), got("GET /v1/models", 401)], False, id="a gateway"),
        pytest.param([got("GET /v1/status", 503), got("GET /v1/models", 503)], False, id="nothing behind it"),
        pytest.param([got("GET /v1/status", 404), got("GET /v1/models", 404, "", DG)], False, id="Deepgram's own 404"),
        pytest.param([got("GET /v1/models", 200, '{"object":"list","data":[]}')], False, id="named already"),
        pytest.param(
            [*missing(), got("GET /deepgram/v1/status", 200, HEALTHY, purpose="siblings")], False, id="found elsewhere"
        ),
        pytest.param([], False, id="nothing answered"),
    ],
)
def test_a_name_is_looked_for_where_nothing_looks_like_the_api(seen: list[Seen], worth: bool) -> None:
    assert nameless(case(URL, dialled("10.0.0.7"), *seen)) is worth


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/login?next=%2F", "/login"),
        ("http://10.0.0.7:8080/login", "/login"),
        ("//other.test/x", ""),
        ("https://other.test/login", ""),
        ("", ""),
    ],
)
def test_a_redirect_is_followed_on_the_same_host_only(location: str, path: str) -> None:
    assert moved_to(got("GET /v1/status", 302, "", (("location", location),))) == path


@pytest.mark.anyio
async def test_the_questions_are_few() -> None:
    with running(["service_nginx"]) as sim:
        report = await run(sim.url)
    asked = [
        one.request.target for one in report.evidence if isinstance(one, Exchange) and one.purpose == "fingerprint"
    ]
    assert asked == ["/", "/metrics"]
