"""DG5014, DG5018: the licence and its certificate."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Ending, Heard, Seen, Stream, Wire
from tests.rules.built import DG, HTML, case, findings, got, matches, roots, upgraded
from tests.rules.models_built import asked, both, posted

URL = "http://10.0.0.7:8080"
ASK = "model=nova-3"
NOW = 1_800_000_000.0  # 2027-01-15
DAY = 86_400.0


def refusal(words: str) -> str:
    return json.dumps({"err_code": "X", "err_msg": words, "request_id": "1"})


@pytest.mark.parametrize("code", [400, 401, 403, 500, 503])
@pytest.mark.parametrize("words", ["License expired.", "The licence could not be verified", "Aegis request failed"])
def test_words_that_name_the_licence_are_certain(code: int, words: str) -> None:
    found = asked("nova-3", posted(ASK, code, body=refusal(words)))
    one = findings(found)["license"]
    assert one.confidence is Confidence.CERTAIN
    assert words.rstrip(".") in one.says
    assert roots(found)[0] == "license"


def test_words_in_a_refused_upgrade() -> None:
    seen = upgraded(f"GET /v1/listen?{ASK}", 403, "", (*DG, ("dg-error", "License has expired")))
    assert "The WebSocket upgrade of /v1/listen got 403" in matches(case(URL, seen), "license")[0].says


def test_words_of_an_unmarked_answer_are_likely() -> None:
    seen = got(f"POST /v1/listen?{ASK}", 503, "license server unreachable")
    assert matches(case(URL, seen), "license")[0].confidence is Confidence.LIKELY


def stream(**fields: Any) -> Stream:
    return Stream(id="", check="ws.stream", ending=Ending.ANSWERED, upgrade="e3", **fields)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(stream(close_reason="License validation failed"), id="close reason"),
        pytest.param(
            stream(heard=(Heard(at=0.1, kind="Error", text='{"description":"license expired"}'),)), id="message"
        ),
    ],
)
def test_words_in_a_stream(seen: Seen) -> None:
    assert len(matches(case(URL, seen), "license")) == 1


def status(**fields: str) -> Wire:
    return got("GET /v1/status", 200, json.dumps({"system_health": "Critical", **fields}))


def test_a_field_of_the_status_page_is_likely_while_requests_fail() -> None:
    found = asked("nova-3", status(license_status="expired"), posted(ASK, 500, body=refusal("boom")))
    one = matches(found, "license")[0]
    assert one.confidence is Confidence.LIKELY
    assert "license_status: expired" in one.says


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([posted(ASK, 503, body=refusal("Please try again later"))], id="another refusal"),
        pytest.param([posted(ASK, 401, body=refusal("Invalid credentials."))], id="401 without the word"),
        pytest.param([posted(ASK, 402, body=refusal("Project does not have enough credits"))], id="402"),
        pytest.param([got("GET /v1/status", 404, "<html>Apache License, not found</html>", HTML)], id="a page"),
        pytest.param([got("GET /v1/status", 200, '{"system_health":"Healthy","license":"valid"}')], id="valid"),
        pytest.param([status(license_status="expired"), *both(ASK, 200, 101)], id="while speech is served"),
        pytest.param([stream(close_reason="Deepgram did not receive audio data")], id="another close reason"),
        pytest.param([stream(heard=(Heard(at=0.1, kind="Results", text="my licence expired"),))], id="spoken words"),
    ],
)
def test_what_is_no_licence_fault(evidence: list[Seen]) -> None:
    assert matches(asked("nova-3", *evidence), "license") == []


# --- the product's certificate ---------------------------------------------------------------------------------------


def certificate(support: float | None, life: float | None) -> Wire:
    from datetime import UTC, datetime

    def written(moment: float | None) -> str | None:
        text = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S") if moment is not None else ""
        return f"{text}.0 +00:00:00" if text else None

    body = json.dumps({"end_of_support": written(support), "end_of_life": written(life), "instance_id": "x"})
    return got("GET /v1/certificates", 200, body, check="status")


def dated(*evidence: Seen) -> Any:
    found = case(URL, *evidence)
    found.now = NOW
    return found


@pytest.mark.parametrize(
    ("support", "life", "severity", "words"),
    [
        pytest.param(NOW + 400 * DAY, NOW - DAY, Severity.ERROR, "on 2027-01-14, 1 day ago", id="past its end of life"),
        pytest.param(NOW - DAY, NOW - DAY, Severity.ERROR, "refuses to start again", id="past both"),
        pytest.param(NOW - 99 * DAY, NOW + 30 * DAY, Severity.WARNING, "on 2027-02-14, in 30 days", id="near it"),
        pytest.param(
            NOW - DAY, NOW + 500 * DAY, Severity.WARNING, "end of support since 2027-01-14", id="past support"
        ),
        pytest.param(NOW - DAY, None, Severity.WARNING, "end of support since 2027-01-14", id="life unsaid"),
        pytest.param(None, NOW + DAY, Severity.WARNING, "in 1 day", id="support unsaid"),
        pytest.param(
            NOW + 20 * DAY, NOW + 569 * DAY, Severity.INFO, "ends on 2027-02-04, in 20 days", id="support ends"
        ),
    ],
)
def test_dates(support: float | None, life: float | None, severity: Severity, words: str) -> None:
    found = findings(dated(certificate(support, life)))
    assert found["product_certificate"].severity is severity
    assert words in found["product_certificate"].says


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(certificate(NOW + 200 * DAY, NOW + 700 * DAY), id="young"),
        pytest.param(certificate(NOW + 31 * DAY, NOW + 580 * DAY), id="support ends in 31 days"),
        pytest.param(certificate(None, NOW + 91 * DAY), id="91 days left"),
        pytest.param(certificate(None, None), id="no dates"),
        pytest.param(got("GET /v1/certificates", 404, "", check="status"), id="an older release"),
        pytest.param(got("GET /v1/certificates", 401, "", check="status"), id="a gateway"),
        pytest.param(got("GET /v1/certificates", 200, "<html>", check="status"), id="a page"),
    ],
)
def test_what_is_no_certificate_fault(seen: Wire) -> None:
    assert matches(dated(seen), "product_certificate") == []
