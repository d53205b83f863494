"""DG4005 and DG4006: an open stream was cut, early or for its silence."""

from __future__ import annotations

import pytest

from dgcheck.model.catalogue import Confidence
from dgcheck.model.evidence import Ending, Stream
from tests.rules.answers_built import NGINX, built, cut, good_streams, page, pages, post, results, stream, upgrade
from tests.rules.built import findings, matches, roots

NET0001 = "Deepgram did not receive audio data or a text message within the timeout window. See https://dpgr.am/net0001"


def silent(lived: float, **fields: object) -> Stream:
    """The experiment: a socket on which nothing was sent."""
    usual = {
        "audio_sent_at": None,
        "close_sent_at": None,
        "sent_bytes": 0,
        "sent_messages": 0,
        "purpose": "silent_socket",
    }
    return cut("silent_socket", 1.0 + lived, **{**usual, **fields})


def case_of(*streams: Stream) -> list[str]:
    return roots(built(*pages(), post(), upgrade(), *streams))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({}, "ended without a close frame after 200 ms, before any result", id="FIN"),
        pytest.param({"ending": Ending.RESET, "closed_by": "reset"}, "was reset without a close frame", id="RST"),
        pytest.param({"close_code": 1011, "closed_by": "server"}, "code 1011 (internal error)", id="1011"),
        pytest.param(
            {"close_code": 1001, "close_reason": "bye", "closed_by": "server"}, "(going away), “bye”", id="1001"
        ),
        pytest.param(
            {"ending": Ending.BROKEN, "closed_by": "client", "problem": "invalid opcode"}, "invalid opcode", id="frames"
        ),
    ],
)
def test_early_end_is_told_with_how_and_when(fields: dict[str, object], said: str) -> None:
    found = built(*pages(), post(), upgrade(), cut("at_once", 1.2, **fields), cut("after_first", 1.2, **fields))
    assert roots(found) == ["ws_closed_early"]
    assert said in findings(found)["ws_closed_early"].says


def test_cut_after_an_interim_result_is_early_too() -> None:
    half = stream("at_once", results(1.2, final=False), ending=Ending.RESET, closed_by="reset")
    assert "after 1 interim result and before a final one" in matches(built(post(), half), "ws_closed_early")[0].says


def test_normal_close_before_closestream_is_early() -> None:
    closed = stream("after_first", ending=Ending.ANSWERED, closed_by="server", close_code=1000)
    assert case_of(closed) == ["ws_closed_early"]


def test_one_of_two_streams_is_told_with_the_other() -> None:
    found = built(post(), cut("at_once", 1.2), good_streams()[1])
    assert "Another stream beside it went well" in matches(found, "ws_closed_early")[0].says


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="FIN"),
        pytest.param({"ending": Ending.RESET, "closed_by": "reset"}, id="RST"),
        pytest.param({"ending": Ending.ANSWERED, "closed_by": "server", "close_code": 1001}, id="1001 of a proxy"),
    ],
)
def test_silence_that_is_cut_is_certain_with_a_silent_socket(fields: dict[str, object]) -> None:
    found = built(post(), cut("at_once", 3.1, **fields), cut("after_first", 3.1, **fields), silent(2.0, **fields))
    assert roots(found) == ["ws_idle_cut"]
    one = findings(found)["ws_idle_cut"]
    assert one.confidence is Confidence.CERTAIN
    assert "after 2.0 s in which neither side said anything" in one.says


def test_closestream_begins_the_silence_anew() -> None:
    """A limit of 5 s: one socket spoke last at 1.1 s, the other at 4.1 s."""
    found = built(post(), cut("at_once", 6.1), cut("after_first", 9.1, close_sent_at=4.1))
    assert roots(found) == ["ws_idle_cut"]
    assert findings(found)["ws_idle_cut"].confidence is Confidence.LIKELY


@pytest.mark.parametrize(
    ("seconds", "who"),
    [
        (30, "Google Cloud"),
        (60, "nginx"),
        (100, "Cloudflare"),
        (240, "Azure"),
        (300, "Envoy"),
        (350, "network load balancer"),
    ],
)
def test_devices_known_for_the_time_are_named_and_nobody_is_blamed(seconds: int, who: str) -> None:
    says = matches(built(post(), cut("at_once", 1.1 + seconds)), "ws_idle_cut")[0].says
    assert who in says
    assert "between here and the deployment" in says


@pytest.mark.parametrize(
    "streams",
    [
        pytest.param(
            [cut("at_once", 3.1), silent(4.0, ending=Ending.TIMED_OUT, closed_by="")], id="a silent socket lives on"
        ),
        pytest.param([cut("at_once", 3.1), silent(0.3)], id="a silent socket is cut sooner"),
        pytest.param([cut("at_once", 2.64)], id="an odd time, and no proof"),
        pytest.param([cut("at_once", 1.5)], id="no silence"),
    ],
)
def test_near_misses_are_early_ends_and_no_idle_cuts(streams: list[Stream]) -> None:
    assert case_of(*streams) == ["ws_closed_early"]


def test_deepgrams_own_limit_is_no_idle_cut() -> None:
    own = cut("at_once", 13.1, close_code=1011, close_reason=NET0001, closed_by="server", ending=Ending.ANSWERED)
    assert case_of(own) == ["audio_not_received"]


def test_proxy_that_gave_up_on_the_post_as_well_is_one_fault() -> None:
    refused = post(504, body=page("504 Gateway Time-out"), headers=NGINX)
    assert roots(built(*pages(), refused, upgrade(), cut("at_once", 3.1), cut("after_first", 3.1))) == [
        "http_gateway_timeout"
    ]


@pytest.mark.parametrize("word", ["ws_closed_early", "ws_idle_cut"])
@pytest.mark.parametrize(
    "streams",
    [
        pytest.param(good_streams(), id="healthy"),
        pytest.param(
            [stream("at_once", results(1.2), closed_by="fin", ending=Ending.CLOSED)], id="FIN after the final result"
        ),
        pytest.param([cut("at_once", 1.2, ending=Ending.CUT_SHORT, closed_by="")], id="the run's own end"),
        pytest.param(
            [cut("at_once", 1.2, close_code=1008, close_reason="licence expired", closed_by="server")], id="licence"
        ),
    ],
)
def test_good_ends_are_no_cuts(word: str, streams: list[Stream]) -> None:
    assert matches(built(post(), *streams), word) == []
