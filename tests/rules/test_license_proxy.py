"""What the License Proxy says of the next hours."""

from __future__ import annotations

import pytest

from dgcheck.model.beside import Beside
from dgcheck.model.evidence import Ending
from tests.rules.beside_built import beside, seen, state
from tests.rules.built import findings, matches, roots

OURS = ("license", "license_trust_based", "license_proxy_idle", "license_proxy_unreadable")
API_PAGE = '{"system_health":"Healthy","active_batch_requests":0,"active_stream_requests":0}'


@pytest.mark.parametrize(
    ("word", "cause", "severity"),
    [
        ("TrustBased", "license_trust_based", "warning"),
        ("Failed", "license", "error"),
        ("Ready", "license_proxy_idle", "info"),
    ],
)
def test_each_state_has_its_meaning(word: str, cause: str, severity: str) -> None:
    found = findings(seen(state(word)))
    assert {one for one in found if one in OURS} == {cause}
    assert found[cause].severity == severity


@pytest.mark.parametrize("word", ["Connected", "Renewing", "trustbased"])
def test_what_is_good_or_not_known_is_no_fault(word: str) -> None:
    assert not [one for one in findings(seen(state(word))) if one in OURS]


@pytest.mark.parametrize(
    ("until", "words"),
    [
        pytest.param("2026-11-01T06:00:00Z", "until 2026-11-01 06:00 UTC, in 6 hours", id="hours left"),
        pytest.param("2026-11-04T00:00:00Z", "until 2026-11-04 00:00 UTC, in 3 days", id="days left"),
        pytest.param("2026-10-31T22:00:00Z", "over at 2026-10-31 22:00 UTC, 2 hours ago", id="over by our clock"),
        pytest.param("later", "does not say how long", id="not said"),
    ],
)
def test_trust_says_until_when(until: str, words: str) -> None:
    (match,) = matches(seen(state("TrustBased", until=until)), "license_trust_based")
    assert words in match.says
    assert "2026-10-31 12:00 UTC, 12 hours ago" in match.says


def test_failed_says_since_when_and_where_to_look() -> None:
    (match,) = matches(seen(state("Failed", until="2026-10-31T20:00:00Z")), "license")
    assert "over since 2026-10-31 20:00 UTC" in match.says
    assert "logs" in match.remedies[0].command


def test_ready_says_that_speech_is_served_only_where_it_is() -> None:
    (with_speech,) = matches(seen(state("Ready")), "license_proxy_idle")
    (without,) = matches(seen(state("Ready"), works=False), "license_proxy_idle")
    assert "served all the same" in with_speech.says
    assert "served" not in without.says


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        pytest.param(beside("license_proxy", "/v1/status", 404), "the answer is 404", id="404"),
        pytest.param(beside("license_proxy", "/v1/status", 200, API_PAGE), "an API container", id="the API"),
        pytest.param(beside("license_proxy", "/v1/status", 200, "<p>hi"), "no status of a License Proxy", id="a page"),
        pytest.param(
            beside("license_proxy", "/v1/status", None, problem="10.0.0.9:8080: ECONNREFUSED"),
            "refused (10.0.0.9:8080: ECONNREFUSED)",
            id="refused",
        ),
        pytest.param(
            beside("license_proxy", "/v1/status", None, ending=Ending.TIMED_OUT), "nothing came in time", id="silence"
        ),
    ],
)
def test_what_cannot_be_read_is_a_warning_and_no_verdict_on_the_licence(evidence: Beside, words: str) -> None:
    case = seen(evidence)
    (match,) = matches(case, "license_proxy_unreadable")
    assert words in match.says
    assert roots(case) == ["license_proxy_unreadable"]


def test_a_question_that_the_end_of_the_run_cut_short_says_nothing() -> None:
    case = seen(beside("license_proxy", "/v1/status", None, ending=Ending.CUT_SHORT))
    assert matches(case, "license_proxy_unreadable") == []


def test_certificates_of_one_release_are_told_once_and_name_who_has_them() -> None:
    body = '{"end_of_support":"2026-01-01 00:00:00.0 +00:00:00","end_of_life":"2026-10-30 00:00:00.0 +00:00:00"}'
    case = seen(
        beside("license_proxy", "/v1/certificates", 200, body),
        beside("engine_metrics", "/certificates", 200, body),
    )
    (match,) = matches(case, "product_certificate")
    assert "(the License Proxy and the Engine)" in match.says
    assert match.severity == "error"
    assert match.checks == ("license",)
