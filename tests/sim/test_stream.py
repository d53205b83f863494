"""An open socket, moment by moment, with a clock that stands where the test says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.record import replace
from dgcheck.sim.asked import Say
from dgcheck.sim.deployment import Deployment, StreamPlan, Switches
from dgcheck.sim.hearing import Form
from dgcheck.sim.middle import Through
from dgcheck.sim.models import STANDARD
from dgcheck.sim.query import Order
from dgcheck.sim.stream import NO_AUDIO, Listening
from tests.sim.asking import CLIP

SECOND = b"\x10" * 8000  # one second of loud mu-law
CLOSE = b'{"type":"CloseStream"}'
WORDS = "one two three four five six"


def words(_: bytes, form: Form) -> tuple[str, float]:
    return WORDS, 2.0


def listening(plan: StreamPlan | None = None, *, interims: bool = True, opened: bool = True, **parts: Any) -> Listening:
    """A stream of raw mu-law that was opened at second 100."""
    order = Order(
        model=STANDARD[0],
        features=frozenset(),
        encoding="mulaw",
        rate=8000,
        channels=1,
        interims=interims,
    )
    first_wait = parts.pop("first_wait", 0.0)
    made = Listening(order, Deployment(**parts), plan or StreamPlan(), "an-id", words, lambda: 1.8e9, first_wait)
    if opened:
        made.opened(100.0)
    return made


def through(plan: StreamPlan) -> Through:
    """The same behind a device."""
    device = Through(listening(plan, opened=False), plan)
    device.opened(100.0)
    return device


def shown(said: list[Say]) -> list[str]:
    """`interim:WORDS`, `final:WORDS`, `Metadata:SECONDS`, `close CODE`, or what else it is."""
    lines = []
    for word in said:
        if word.kind != "text":
            lines.append(f"{word.kind} {word.code}" if word.kind == "close" else word.kind)
            continue
        message = json.loads(word.text)
        if message["type"] == "Metadata":
            lines.append(f"Metadata:{message['duration']:g}")
        else:
            kind = "final" if message["is_final"] else "interim"
            lines.append(f"{kind}:{message['channel']['alternatives'][0]['transcript']}")
    return lines


def test_one_interim_for_a_second_of_audio() -> None:
    stream = listening()
    stream.heard(SECOND[:4000], False, 100.5)
    assert shown(stream.take()) == []
    stream.heard(SECOND[:4000], False, 101.0)
    assert shown(stream.take()) == ["interim:one two three"]
    stream.heard(SECOND, False, 102.0)
    assert shown(stream.take()) == [f"interim:{WORDS}"]


def test_no_interims_unless_they_are_asked_for() -> None:
    stream = listening(interims=False)
    stream.heard(SECOND * 2, False, 100.1)
    assert shown(stream.take()) == []
    stream.heard(CLOSE, True, 100.2)
    assert shown(stream.take()) == [f"final:{WORDS}", "Metadata:2", "close 1000"]


def test_a_long_stream_is_made_final_now_and_then() -> None:
    stream = listening(interims=False)
    for second in range(4):
        stream.heard(SECOND, False, 101.0 + second)
    assert shown(stream.take()) == [f"final:{WORDS}"]
    stream.heard(SECOND, False, 105.0)
    stream.heard(CLOSE, True, 106.0)
    assert shown(stream.take()) == [f"final:{WORDS}", "Metadata:5", "close 1000"]


def test_finalize_makes_what_was_heard_final() -> None:
    stream = listening()
    stream.heard(SECOND[:4000], False, 100.5)
    stream.heard(b'{"type":"Finalize","channel":0}', True, 100.6)
    (said,) = stream.take()
    message = json.loads(said.text)
    assert (message["is_final"], message["from_finalize"]) == (True, True)


def test_finalize_before_any_audio_says_nothing() -> None:
    stream = listening()
    stream.heard(b'{"type":"Finalize"}', True, 100.6)
    assert stream.take() == []


def test_silence_for_twelve_seconds_is_closed_with_metadata_first() -> None:
    stream = listening()
    assert stream.due() == 112.0
    stream.tick(111.9)
    assert stream.take() == []
    stream.tick(112.0)
    said = stream.take()
    assert shown(said) == ["Metadata:0", "close 1011"]
    assert json.loads(said[0].text)["sha256"] == "incomplete"
    assert "models" not in json.loads(said[0].text)
    assert said[1].text == NO_AUDIO
    assert stream.due() is None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b'{"type":"KeepAlive"}', True, id="KeepAlive"),
        pytest.param(b"\xff" * 160, False, id="audio"),
        pytest.param(b"hello", True, id="any text"),
    ],
)
def test_any_message_puts_the_idle_close_off(data: bytes, text: bool) -> None:
    stream = listening()
    stream.heard(data, text, 110.0)
    assert stream.due() == 122.0


def test_without_audio_a_switch_closes_although_kept_alive() -> None:
    stream = listening(switches=Switches(no_audio_limit=15.0))
    for now in (105.0, 110.0, 114.0):
        stream.heard(b'{"type":"KeepAlive"}', True, now)
    assert stream.due() == 115.0
    stream.tick(115.0)
    said = stream.take()
    assert shown(said) == ["Metadata:0", "close 1011"]
    assert "net0002" in said[1].text


def test_what_is_no_audio_ends_in_1008() -> None:
    stream = listening()
    stream.heard(b'{"type":"KeepAlive"}', False, 101.0)
    said = stream.take()
    assert shown(said) == ["Metadata:0", "close 1008"]
    assert "DATA-0000" in said[1].text


def test_a_cold_model_holds_every_result_back_until_it_is_loaded() -> None:
    stream = listening(first_wait=5.0)
    stream.heard(SECOND, False, 101.0)
    stream.heard(CLOSE, True, 101.1)
    assert (stream.take(), stream.due()) == ([], 105.0)
    stream.tick(105.0)
    assert shown(stream.take())[-1] == "close 1000"


def test_after_the_end_nothing_counts() -> None:
    stream = listening()
    stream.heard(CLOSE, True, 101.0)
    stream.take()
    stream.heard(SECOND, False, 102.0)
    stream.heard(CLOSE, True, 103.0)
    assert stream.take() == []


def test_the_order_is_kept_when_results_are_late() -> None:
    stream = listening(StreamPlan(late=3.0))
    stream.heard(SECOND, False, 101.0)
    stream.heard(CLOSE, True, 101.0)
    stream.tick(103.9)
    assert stream.take() == []
    stream.tick(104.0)
    assert shown(stream.take()) == ["interim:one two three", f"final:{WORDS}", "Metadata:1", "close 1000"]


@pytest.mark.parametrize(
    ("plan", "before", "after"),
    [
        pytest.param({}, ["interim:one two three"], [f"final:{WORDS}", "Metadata:1", "close 1000"], id="nothing"),
        pytest.param(
            {"held": "end"},
            [],
            ["interim:one two three", f"final:{WORDS}", "Metadata:1", "close 1000"],
            id="held until the end",
        ),
        pytest.param({"held": "never"}, [], ["close 1000"], id="held for ever"),
        pytest.param({"mute": True}, [], [], id="mute"),
        pytest.param({"deaf": True}, [], ["Metadata:0", "close 1000"], id="deaf"),
        pytest.param({"message_limit": 1000}, ["close 1009"], [], id="message limit"),
        pytest.param({"message_limit": 1000, "message_how": "reset"}, ["reset"], [], id="message limit by reset"),
        pytest.param({"message_limit": 8000}, ["interim:one two three"], None, id="a limit that is not reached"),
        pytest.param(
            {"cut_after": 1.0, "cut_counts": "results"}, ["interim:one two three", "fin"], [], id="cut after a result"
        ),
        pytest.param({"no_metadata": True}, None, [f"final:{WORDS}", "close 1000"], id="no Metadata"),
    ],
)
def test_what_a_device_does(plan: dict[str, Any], before: list[str] | None, after: list[str] | None) -> None:
    device = through(StreamPlan(**plan))
    device.heard(SECOND, False, 101.0)
    first = shown(device.take())
    device.heard(CLOSE, True, 101.5)
    second = shown(device.take())
    assert before in (None, first)
    assert after in (None, second)


@pytest.mark.parametrize(
    ("counts", "talks", "quiet_until"),
    [
        pytest.param("age", True, 103.0, id="age, whatever is said"),
        pytest.param("silence", True, 105.0, id="silence ends with a message"),
        pytest.param("quiet", True, 103.0, id="the client's messages do not count"),
        pytest.param("silence", False, 103.0, id="silence"),
    ],
)
def test_when_a_device_cuts(counts: str, talks: bool, quiet_until: float) -> None:
    device = through(StreamPlan(cut_after=3.0, cut_counts=counts, cut_how="fin", mute=True))
    if talks:
        device.heard(b"\xff" * 160, False, 102.0)
    assert device.due() == quiet_until
    device.tick(quiet_until - 0.1)
    assert device.take() == []
    device.tick(quiet_until)
    assert shown(device.take()) == ["fin"]
    assert device.due() is None


def test_metadata_may_come_first() -> None:
    assert shown(through(StreamPlan(metadata_first=True)).take()) == ["Metadata:0"]


def test_the_clip_comes_out_in_words_that_grow() -> None:
    from dgcheck.sim.script import Script

    script = Script.bundled()
    order = Order(model=STANDARD[0], features=frozenset(), encoding="mulaw", rate=8000, channels=1, interims=True)
    stream = Listening(
        order,
        Deployment(),
        StreamPlan(),
        "an-id",
        lambda audio, form: (script.words(audio, form), script.seconds),
        lambda: 1.8e9,
    )
    stream.opened(0.0)
    for at in range(0, len(CLIP.stream_data), 1600):
        stream.heard(CLIP.stream_data[at : at + 1600], False, at / 8000)
    stream.heard(CLOSE, True, 2.0)
    interim, final, metadata, close = shown(stream.take())
    assert CLIP.words.startswith(interim.removeprefix("interim:"))
    assert final == f"final:{CLIP.words}"
    assert (metadata, close) == (f"Metadata:{CLIP.seconds:g}", "close 1000")


MESSAGES = st.tuples(
    st.binary(max_size=40) | st.sampled_from([CLOSE, b'{"type":"Finalize"}', b'{"type":7}', b"[]", SECOND]),
    st.booleans(),
)


@given(messages=st.lists(MESSAGES, max_size=8), held=st.sampled_from(["", "end", "never"]))
def test_any_messages_end_in_at_most_one_close(messages: list[tuple[bytes, bool]], held: str) -> None:
    device = through(replace(StreamPlan(), held=held))
    said = []
    for number, (data, text) in enumerate(messages):
        device.heard(data, text, 100.0 + number)
        said += device.take()
    device.tick(1000.0)
    said += device.take()
    kinds = [word.kind for word in said]
    assert kinds.count("close") <= 1
    assert "close" not in kinds[:-1]
