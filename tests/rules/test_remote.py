"""DG3017: audio that the deployment cannot fetch, from an address that was given and from dgcheck itself."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.diagnosis import good_further
from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Ending, Exchange
from dgcheck.model.report import Status
from dgcheck.model.served import Served, Visit
from dgcheck.wire.remote import EXAMPLE, EXAMPLE_WORDS
from tests.rules.answers_built import built, pages, post, refusal, upgrade
from tests.rules.built import DG, findings, got, matches, roots

MEDIA = "https://media.example.test/a.wav?sig=secret"
NO_DATA = "The remote server hosting the media failed to return valid data."
PRIVATE = "URL for media download must be publicly routable."
WHOLE = Visit(address="10.0.0.7", agent="warp/1", sent_bytes=12534, whole=True)


def fetched(words: str, code: str = "REMOTE_CONTENT_ERROR", status: int | None = 400, **fields: Any) -> Exchange:
    """The POST with the address of the audio."""
    return got("POST /v1/listen?model=nova-3", status, check="rest.url", **{**refusal(words, code), **fields})


def ours(words: str, **fields: Any) -> Exchange:
    """The POST with the address of dgcheck's own clip."""
    return fetched(words, purpose="served", **fields)


def heard(text: str, **fields: Any) -> Exchange:
    """A POST with an address that was answered with these words."""
    body = f'{{"results":{{"channels":[{{"alternatives":[{{"transcript":"{text}"}}]}}]}}}}'
    return got("POST /v1/listen?model=nova-3", 200, body, DG, check="rest.url", **fields)


def serving(*visits: Visit, host: str = "10.0.0.9", told: bool = True, **fields: Any) -> Served:
    """What happened at dgcheck's own server."""
    base = {"id": "", "check": "rest.url", "purpose": "served", "ending": Ending.ANSWERED, "file_bytes": 12534}
    return Served(**{**base, "url": f"http://{host}:9000/x/clip.wav", "told": told, "visits": visits, **fields})


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


def test_fetch_that_the_end_of_the_run_cut_off_says_nothing() -> None:
    late = fetched("", status=None, ending=Ending.CUT_SHORT, reached="first_byte")
    assert matches(built(*pages(), post(), late), "remote_url_blocked") == []


def test_fetch_is_not_to_blame_where_bytes_fail_as_well() -> None:
    broken = refusal("An error occurred.", "INTERNAL")
    found = built(*pages(), post(500, **broken), got("POST /v1/listen", 500, check="rest.url", **broken))
    assert matches(found, "remote_url_blocked") == []


def test_fetch_that_works_is_no_finding() -> None:
    assert matches(built(*pages(), post(), post(check="rest.url")), "remote_url_blocked") == []


# What dgcheck's own server saw.


def test_nobody_came_and_the_answer_says_so() -> None:
    found = built(*pages(), post(), upgrade(), ours(NO_DATA), serving(), serve_audio="10.0.0.9:9000")
    assert roots(found) == ["remote_url_blocked"]
    one = findings(found)["remote_url_blocked"]
    assert "Nobody came for it." in one.says
    assert one.confidence is Confidence.CERTAIN
    assert one.remedies[0].do.startswith("Nobody reached 10.0.0.9")


def test_loopback_that_nobody_told_proves_little() -> None:
    """A container that is told 127.0.0.1 asks itself."""
    found = built(*pages(), post(), ours(NO_DATA), serving(host="127.0.0.1", told=False), serve_audio="9000")
    one = findings(found)["remote_url_blocked"]
    assert one.confidence is Confidence.POSSIBLE
    assert "the container itself" in one.says
    assert one.remedies[0].command == "dgcheck run http://10.0.0.7:8080 --serve-audio HOST:PORT"


@pytest.mark.parametrize(
    ("visit", "said"),
    [
        pytest.param(Visit(address="10.0.0.8", sent_bytes=4096), "at most 4096 of 12534 bytes were taken", id="half"),
        pytest.param(WHOLE, "fetched from 10.0.0.7 (warp/1), and all 12534 bytes were handed over", id="whole"),
        pytest.param(
            Visit(address="10.0.0.8", via="1.1 squid", sent_bytes=4096), "through a proxy (1.1 squid)", id="by a proxy"
        ),
    ],
)
def test_who_came_and_how_much_was_taken_is_told(visit: Visit, said: str) -> None:
    found = built(*pages(), post(), ours(NO_DATA), serving(visit), serve_audio="9000")
    assert said in findings(found)["remote_url_blocked"].says


def test_own_clip_that_is_fetched_places_the_fault_on_the_way_to_the_other_address() -> None:
    found = built(
        *pages(), post(), fetched(NO_DATA), heard("hello there", purpose="served"), serving(WHOLE), audio_url=MEDIA
    )
    one = findings(found)["remote_url_blocked"]
    assert "It did fetch dgcheck's own clip, from 10.0.0.7" in one.says
    assert one.severity is Severity.ERROR


def test_own_clip_alone_that_is_not_fetched_is_a_warning() -> None:
    found = built(*pages(), post(), heard("hello there"), ours(NO_DATA), serving(), audio_url=MEDIA)
    one = findings(found)["remote_url_blocked"]
    assert one.severity is Severity.WARNING
    assert "it is this machine that it does not reach" in one.says


def test_both_are_told_in_one_finding() -> None:
    found = built(*pages(), post(), fetched(PRIVATE), ours(NO_DATA), serving(), audio_url=MEDIA)
    told = matches(found, "remote_url_blocked")
    assert len(told) == 1
    assert "private one" in told[0].says
    assert "Nobody came" in told[0].says


def test_nothing_is_said_of_fetching_where_nothing_is_transcribed_at_all() -> None:
    broken = refusal("An error occurred.", "INTERNAL")
    found = built(*pages(), post(500, **broken), ours("An error occurred.", code="INTERNAL", status=500), serving())
    assert matches(found, "remote_url_blocked") == []


@pytest.mark.parametrize(
    ("evidence", "status", "said"),
    [
        pytest.param([heard("hello there")], Status.PASS, "the audio and heard 2 words", id="an address"),
        pytest.param(
            [heard("hello there", purpose="served"), serving(WHOLE)],
            Status.PASS,
            "dgcheck's clip, from 10.0.0.7, and heard 2 words",
            id="own clip",
        ),
        pytest.param(
            [heard("hello there", purpose="served"), serving()], Status.UNKNOWN, "nobody came", id="200 without a visit"
        ),
        pytest.param(
            [serving(url="", ending=Ending.FAILED, problem="port 80 cannot be listened on: Permission denied")],
            Status.UNKNOWN,
            "could not serve its clip: port 80",
            id="no port",
        ),
    ],
)
def test_what_a_good_answer_is(evidence: list[Any], status: Status, said: str) -> None:
    seems = good_further.rest_url(built(*pages(), post(), *evidence))
    assert seems[0] is status
    assert said in seems[1]


# The words of the audio at the address.


@pytest.mark.parametrize(
    ("settings", "text", "cause"),
    [
        pytest.param({"audio_url": MEDIA, "expect": "good morning to you"}, "good morning to you", "", id="the words"),
        pytest.param(
            {"audio_url": MEDIA, "expect": "good morning to you"}, "xylophone", "transcript_mismatch", id="others"
        ),
        pytest.param({"audio_url": MEDIA, "expect": "good morning"}, "", "transcript_empty", id="none"),
        pytest.param({"audio_url": MEDIA}, "whatever it is", "", id="words that nobody told"),
        pytest.param({"audio_url": EXAMPLE}, EXAMPLE_WORDS.lower(), "", id="the documentation's clip"),
        pytest.param({"audio_url": EXAMPLE}, "xylophone", "transcript_mismatch", id="the documentation's clip, others"),
        pytest.param(
            {"audio_url": MEDIA, "audio_file": "a.wav", "expect": "hello"}, "xylophone", "", id="words of the file"
        ),
    ],
)
def test_words_at_an_address_are_judged_where_they_are_known(settings: dict[str, Any], text: str, cause: str) -> None:
    found = built(*pages(), post(), upgrade(), heard(text), **settings)
    assert roots(found) == ([cause] if cause else [])
