"""DG0004 to DG0006: the path of the URL. What fires them, what must not."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Wire
from tests.rules.built import (
    DG,
    HEALTHY,
    HTML,
    MODELS,
    NGINX_404,
    case,
    findings,
    got,
    matches,
    missing,
    roots,
    served,
    upgraded,
)

SIBLING = {"purpose": "siblings"}


def sibling(path: str, status: int = 200, body: str = HEALTHY, **fields: Any) -> Wire:
    return got(f"GET {path}", status, body, purpose="siblings", **fields)


# --- DG0004 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["/v1", "/v1/", "/v1/listen"])
def test_a_doubled_path_is_a_warning_while_the_right_one_answers(end: str) -> None:
    twice = got("GET /v1/v1/status", 404, purpose="doubled_path")
    found = findings(case(f"http://dg:8080{end}", *served(), twice))
    assert list(found) == ["url_path_doubled"]
    one = found["url_path_doubled"]
    assert one.root
    assert one.severity is Severity.WARNING
    assert one.confidence is Confidence.CERTAIN
    assert "GET /v1/v1/status got 404 Not Found" in one.says
    assert "below http://dg:8080 instead" in one.says
    assert one.remedies[0].command == "dgcheck run http://dg:8080"


def test_a_doubled_path_is_likely_while_nothing_answers() -> None:
    assert matches(case("http://dg:8080/v1"), "url_path_doubled")[0].confidence is Confidence.LIKELY


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://dg:8080", id="no path"),
        pytest.param("http://dg:8080/deepgram", id="another path"),
        pytest.param("http://dg:8080/v1beta", id="begins alike"),
        pytest.param("http://dg:8080/v1/listen?model=nova-3", id="a whole request"),
        pytest.param("http://dg:8080/v1/v1/listen?model=nova-3", id="a whole request, doubled"),
    ],
)
def test_a_path_is_not_doubled(url: str) -> None:
    assert not matches(case(url, *served()), "url_path_doubled")


def test_a_path_that_only_looks_doubled_is_left_alone() -> None:
    """A proxy that serves the API below /v1: the URL as typed was right."""
    found = case("http://dg:8080/v1", *missing(), sibling("/v1/v1/status"))
    assert not matches(found, "url_path_doubled")


# --- DG0005 -------------------------------------------------------------------------------------------------------


def test_a_replayed_request_without_the_version() -> None:
    url = "http://dg:8080/listen?model=nova-3"
    seen = [got("GET /v1/status", 200, HEALTHY), upgraded("GET /listen?model=nova-3", 404)]
    found = findings(case(url, *seen, upgraded("GET /v1/listen?model=nova-3", 101, purpose="with_version")))
    assert "url_version_missing" in found
    assert found["url_version_missing"].root
    assert "the WebSocket upgrade of /listen got 404 Not Found" in found["url_version_missing"].says
    assert "of /v1/listen got 101" in found["url_version_missing"].says
    assert "http://dg:8080/v1" in [one.command for one in found["url_version_missing"].remedies]
    assert "url_path_wrong" not in found


def test_a_refusal_in_deepgrams_own_words_is_an_answer_too() -> None:
    words = '{"err_code":"Bad Request","err_msg":"No such model/language/tier combination found.","request_id":"x"}'
    seen = [
        upgraded("GET /listen?model=x", 404),
        upgraded("GET /v1/listen?model=x", 400, words, DG, purpose="with_version"),
    ]
    assert matches(case("http://dg:8080/listen?model=x", *seen), "url_version_missing")


def test_a_base_that_ends_in_listen() -> None:
    found = findings(case("http://dg:8080/listen", *missing("/listen"), sibling("/v1/status")))
    assert found["url_version_missing"].root
    assert "url_path_wrong" not in found


@pytest.mark.parametrize(
    ("url", "evidence"),
    [
        pytest.param(
            "http://dg:8080/listen?model=x",
            [upgraded("GET /listen?model=x", 404), upgraded("GET /v1/listen?model=x", 404, purpose="with_version")],
            id="the version does not help",
        ),
        pytest.param(
            "http://dg:8080/listen?model=x",
            [upgraded("GET /listen?model=x", 502), upgraded("GET /v1/listen?model=x", 101, purpose="with_version")],
            id="it was a 502",
        ),
        pytest.param("http://dg:8080/listen?model=x", [upgraded("GET /listen?model=x", 404)], id="not tried"),
        pytest.param(
            "http://dg:8080/v1/listen?model=x", [upgraded("GET /v1/listen?model=x", 404)], id="it has the version"
        ),
    ],
)
def test_the_version_is_not_missing(url: str, evidence: list[Wire]) -> None:
    assert not matches(case(url, *evidence), "url_version_missing")


# --- DG0006 -------------------------------------------------------------------------------------------------------


def test_a_prefix_that_nothing_serves() -> None:
    found = case("http://dg:8080/deepgram", *missing("/deepgram"), sibling("/v1/status"))
    assert roots(found) == ["url_path_wrong"]
    one = findings(found)["url_path_wrong"]
    assert one.confidence is Confidence.CERTAIN
    assert "does not answer below http://dg:8080/deepgram" in one.says
    assert "It answers below http://dg:8080: GET /v1/status got 200 OK" in one.says
    assert one.remedies[0].command == "dgcheck run http://dg:8080"


def test_a_prefix_that_was_left_out() -> None:
    found = case("http://dg:8080", *missing(), sibling("/v1/status", 404, NGINX_404), sibling("/deepgram/v1/status"))
    assert roots(found) == ["url_path_wrong"]
    assert findings(found)["url_path_wrong"].remedies[0].command == "dgcheck run http://dg:8080/deepgram"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(got("GET /deepgram/v1/models", 200, MODELS, purpose="siblings"), id="a listing"),
        pytest.param(upgraded("GET /deepgram/v1/listen", 101, purpose="siblings"), id="a socket"),
        pytest.param(
            upgraded("GET /deepgram/v1/listen", 400, "", (("dg-error", "No such model"),), purpose="siblings"),
            id="a refusal",
        ),
    ],
)
def test_whatever_the_deployment_answers_proves_the_prefix(answer: Wire) -> None:
    assert (
        "below http://dg:8080/deepgram" in matches(case("http://dg:8080", *missing(), answer), "url_path_wrong")[0].says
    )


def test_a_replayed_request_with_the_path_twice() -> None:
    url = "http://dg:8080/v1/v1/listen?model=nova-3"
    found = case(url, *missing("/v1"), sibling("/v1/status"))
    assert roots(found) == ["url_path_wrong"]


def test_an_api_without_the_version_in_its_path() -> None:
    found = findings(case("http://dg:8080", *missing(), sibling("/status")))["url_path_wrong"]
    assert "The API answers at /status, without /v1" in found.remedies[0].do


def test_a_prefix_that_reaches_the_deployment() -> None:
    own = missing("/deepgram", '{"err_code":"Not Found","err_msg":"Not Found","request_id":"x"}', DG)
    one = findings(case("http://dg:8080/deepgram", *own, sibling("/v1/status", 404, NGINX_404, headers=HTML)))[
        "url_path_wrong"
    ]
    assert one.confidence is Confidence.LIKELY
    assert "from the deployment itself" in one.says
    assert any("proxy_pass http://UPSTREAM:8080/;" in remedy.command for remedy in one.remedies)


def test_two_different_404s_show_the_prefix_that_was_passed_on() -> None:
    inside = missing("/deepgram", "", (("server", "nginx/1.24.0"),))
    one = matches(
        case("http://dg:8080/deepgram", *inside, sibling("/v1/status", 404, NGINX_404, headers=HTML)), "url_path_wrong"
    )
    assert one[0].confidence is Confidence.LIKELY
    assert "in different words" in one[0].says


@pytest.mark.parametrize(
    ("url", "evidence"),
    [
        pytest.param("http://dg:8080", missing(), id="siblings were not asked"),
        pytest.param(
            "http://dg:8080/x", [*missing("/x"), sibling("/v1/status", 404, NGINX_404, headers=HTML)], id="the same 404"
        ),
        pytest.param(
            "http://dg:8080", [*missing(), sibling("/deepgram/v1/status", 200, "<html>welcome</html>")], id="a page"
        ),
        pytest.param(
            "http://dg:8080", [*missing(), sibling("/api/v1/status", 200, '{"state":"Active"}')], id="another product"
        ),
        pytest.param("http://dg:8080/deepgram", [*served("/deepgram"), sibling("/v1/status")], id="both answer"),
        pytest.param(
            "http://dg:8080",
            [
                got("GET /v1/status", 404),
                got("GET /v1/models", 404),
                upgraded(headers=DG),
                sibling("/deepgram/v1/status"),
            ],
            id="a deployment without status and models",
        ),
    ],
)
def test_the_path_is_not_wrong(url: str, evidence: list[Wire]) -> None:
    assert not matches(case(url, *evidence), "url_path_wrong")
