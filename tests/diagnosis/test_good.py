"""When a check may say that the API itself works."""

from __future__ import annotations

import pytest

from dgcheck.diagnosis import good
from dgcheck.model.evidence import Ending, Seen, Stream
from dgcheck.model.report import Status
from tests.rules.answers_built import cut, metadata, results, stream
from tests.rules.built import DG, HEARD, case, got, upgraded

NO_LISTING = got("GET /v1/models", 404)


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        pytest.param([got("POST /v1/listen", 200, HEARD)], Status.PASS, id="a transcription"),
        pytest.param([upgraded("GET /v1/listen", 101, "", DG)], Status.PASS, id="a socket with Deepgram's mark"),
        pytest.param([got("POST /v1/listen", 200, "")], Status.UNKNOWN, id="200 with nothing"),
        pytest.param([got("POST /v1/listen", 200, "<html>")], Status.UNKNOWN, id="200 with a page"),
        pytest.param([upgraded()], Status.UNKNOWN, id="a socket of anybody's"),
    ],
)
def test_the_api_works_only_where_it_showed_itself(seen: list[Seen], status: Status) -> None:
    assert good.models(case("http://dg.test:8080", NO_LISTING, *seen))[0] is status


@pytest.mark.parametrize(
    ("ending", "seen", "status"),
    [
        pytest.param(Ending.CLOSED, [got("POST /v1/listen", 200, HEARD)], Status.PASS, id="closed, speech is served"),
        pytest.param(Ending.RESET, [got("POST /v1/listen", 200, HEARD)], Status.PASS, id="reset, speech is served"),
        pytest.param(Ending.CLOSED, [upgraded()], Status.UNKNOWN, id="closed, and nothing shows the API"),
        pytest.param(Ending.TIMED_OUT, [got("POST /v1/listen", 200, HEARD)], Status.UNKNOWN, id="silence"),
    ],
)
def test_a_front_that_hangs_up_on_the_listing_keeps_it_to_itself(
    ending: Ending, seen: list[Seen], status: Status
) -> None:
    gone = got("GET /v1/models", None, ending=ending, reached="first_byte")
    assert good.models(case("http://dg.test:8080", gone, *seen))[0] is status


WHOLE = stream("at_once", results(1.2, "hello"), metadata(1.25), close_code=1000)
BEGUN = stream("after_first", results(1.2, "hel", final=False))


@pytest.mark.parametrize(
    ("seen", "status", "said"),
    [
        pytest.param([WHOLE], Status.PASS, "heard 1 word, clean end", id="one to its end"),
        pytest.param([BEGUN, WHOLE], Status.PASS, "heard 1 word, clean end", id="one of two to its end"),
        pytest.param(
            [BEGUN], Status.UNKNOWN, "the first words came; no stream was heard to its end", id="the first words alone"
        ),
        pytest.param([stream()], Status.UNKNOWN, "no result came", id="no word"),
        pytest.param(
            [cut("at_once", 1.3, results(1.2, "hello"), metadata(1.25))],
            Status.PASS,
            "heard 1 word and the closing Metadata, no close frame",
            id="all that was to come, and a dropped connection",
        ),
        pytest.param(
            [cut("at_once", 1.3, results(1.2, "hello"))],
            Status.UNKNOWN,
            "1 word came, then the connection ended without a close frame",
            id="dropped before the last message",
        ),
        pytest.param([cut("at_once", 1.3, metadata(1.25))], Status.UNKNOWN, "no result came", id="dropped, no word"),
    ],
)
def test_a_stream_is_good_where_it_was_heard_to_its_end(seen: list[Stream], status: Status, said: str) -> None:
    assert good.ws_stream(case("http://dg.test:8080", *seen)) == (status, said)


@pytest.mark.parametrize(
    ("modes", "skipped"),
    [
        pytest.param({"nova-3": "rest"}, {"ws.upgrade", "ws.stream"}, id="REST alone"),
        pytest.param({"nova-3": "streaming"}, {"rest"}, id="streaming alone"),
        pytest.param({}, set(), id="both"),
    ],
)
def test_a_way_that_no_model_is_wanted_for_is_skipped(modes: dict[str, str], skipped: set[str]) -> None:
    found = case("http://dg.test:8080", models=("nova-3",), modes=modes)
    ways = {check: good.seems(check, found) for check in ("rest", "ws.upgrade", "ws.stream")}
    assert {check for check, (status, _) in ways.items() if status is Status.SKIP} == skipped
    assert all("alone" in said for status, said in ways.values() if status is Status.SKIP)


LONG = HEARD[:-1] + ',"more":"' + "a" * 5000


@pytest.mark.parametrize(
    ("body", "words", "status", "said"),
    [
        pytest.param(LONG, "", Status.PASS, "too long to be kept", id="its beginning, and nothing to compare"),
        pytest.param(LONG, "hello", Status.UNKNOWN, "too long to be kept and compared", id="words to compare"),
        pytest.param('{"other":"' + "a" * 5000, "", Status.UNKNOWN, "answers 200", id="the beginning of other JSON"),
    ],
)
def test_a_transcription_too_long_to_be_kept_is_one(body: str, words: str, status: Status, said: str) -> None:
    found = case("http://dg.test:8080", got("POST /v1/listen", 200, body, check="rest"))
    found.words = words
    seems, why = good.rest(found)
    assert seems is status
    assert said in why
