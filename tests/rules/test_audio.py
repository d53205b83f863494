"""DG3016 and DG3017: audio that the deployment cannot decode, or cannot fetch."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.catalogue import Confidence
from dgcheck.model.evidence import Ending, Exchange, Seen
from tests.rules.answers_built import built, cut, good_streams, pages, post, refusal, stream, upgrade
from tests.rules.built import findings, got, matches, roots

UNDECODABLE = refusal("Bad Request: failed to process audio: corrupt or unsupported data")
MEDIA = "https://media.example.test/a.wav?sig=secret"


def fetched(words: str, code: str = "REMOTE_CONTENT_ERROR", status: int | None = 400, **fields: Any) -> Exchange:
    """The POST with the address of the audio."""
    return got("POST /v1/listen?model=nova-3", status, check="rest.url", **{**refusal(words, code), **fields})


def test_rest_refusal_quotes_the_server() -> None:
    found = built(*pages(), post(400, **UNDECODABLE), upgrade())
    assert roots(found) == ["audio_undecodable"]
    says = findings(found)["audio_undecodable"].says
    assert "“Bad Request: failed to process audio: corrupt or unsupported data”" in says
    assert "dgcheck's own clip is good audio" in says


@pytest.mark.parametrize(
    ("code", "reason"),
    [(1008, "DATA-0000: cannot be decoded as audio"), (1008, "see https://dpgr.am/data0000"), (1002, "DATA-0000")],
)
def test_close_of_a_stream_is_told_in_both_spellings(code: int, reason: str) -> None:
    closed = stream("at_once", close_code=code, close_reason=reason, closed_by="server")
    found = built(*pages(), post(), upgrade(), closed)
    assert roots(found) == ["audio_undecodable"]
    assert "a POST of the same speech is transcribed" in findings(found)["audio_undecodable"].says


def test_container_that_was_declared_as_raw_is_recognised() -> None:
    refused = post(400, query="&encoding=linear16&sample_rate=16000", **UNDECODABLE)
    found = built(*pages(), refused, upgrade(), post(purpose="without_encoding"), audio_file="a.wav")
    one = findings(found)["audio_undecodable"]
    assert "Without encoding=linear16 the same file is transcribed" in one.says
    assert one.remedies[0].do.startswith("Leave encoding=linear16 out")


def test_own_file_is_not_called_good_audio() -> None:
    found = built(*pages(), post(400, **UNDECODABLE), upgrade(), audio_file="a.raw")
    assert "own clip" not in matches(found, "audio_undecodable")[0].says


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([post(), upgrade(), *good_streams()], id="healthy"),
        pytest.param([post(400, **refusal("Invalid query string."))], id="another 400"),
        pytest.param(
            [post(), upgrade(), cut("at_once", 1.2, close_code=1008, closed_by="server")], id="1008 without a token"
        ),
    ],
)
def test_near_misses_are_not_undecodable(evidence: list[Seen]) -> None:
    assert matches(built(*pages(), *evidence), "audio_undecodable") == []


@pytest.mark.parametrize(
    ("words", "said", "remedy"),
    [
        pytest.param(
            "URL for media download must be publicly routable.", "private one", "private address", id="private"
        ),
        pytest.param(
            "Could not determine if URL for media download is publicly routable.", "cannot resolve", "resolve", id="dns"
        ),
        pytest.param("Could not parse URL as a URI.", "cannot read the address", "with its scheme", id="malformed"),
        pytest.param(
            "The remote server hosting the media returned a client error: 403 Forbidden.",
            "(403 Forbidden)",
            "pre-signed",
            id="403",
        ),
        pytest.param(
            "The remote server hosting the media failed to return valid data.",
            "timed out or broke",
            "way out",
            id="no data",
        ),
        pytest.param(
            "The remote server hosting the media returned too many redirects.", "login", "login", id="redirects"
        ),
        pytest.param(
            "The remote server hosting the media failed to include a `location` header in its redirect response.",
            "without saying where to",
            "bytes of the audio",
            id="no location",
        ),
    ],
)
def test_each_text_of_a_failed_fetch_has_its_reading(words: str, said: str, remedy: str) -> None:
    found = built(*pages(), post(), upgrade(), fetched(words), audio_url=MEDIA)
    assert roots(found) == ["remote_url_blocked"]
    one = findings(found)["remote_url_blocked"]
    assert said in one.says
    assert one.confidence is Confidence.CERTAIN
    assert any(remedy in each.do for each in one.remedies)


def test_no_remedy_holds_the_query_of_the_address() -> None:
    found = built(*pages(), post(), fetched("Could not parse URL as a URI."), audio_url=MEDIA)
    assert "secret" not in str(findings(found)["remote_url_blocked"])


def test_page_that_was_fetched_is_likely() -> None:
    found = built(*pages(), post(), fetched("failed to process audio: corrupt or unsupported data", "Bad Request"))
    assert matches(found, "remote_url_blocked")[0].confidence is Confidence.LIKELY
    assert "audio_undecodable" not in findings(found)


def test_fetch_that_never_ends_is_likely() -> None:
    late = fetched("", status=None, ending=Ending.TIMED_OUT, reached="first_byte")
    assert matches(built(*pages(), post(), late), "remote_url_blocked")[0].confidence is Confidence.LIKELY


def test_fetch_is_not_to_blame_where_bytes_fail_as_well() -> None:
    broken = refusal("An error occurred.", "INTERNAL")
    found = built(*pages(), post(500, **broken), got("POST /v1/listen", 500, check="rest.url", **broken))
    assert matches(found, "remote_url_blocked") == []


def test_fetch_that_works_is_no_finding() -> None:
    assert matches(built(*pages(), post(), post(check="rest.url")), "remote_url_blocked") == []
