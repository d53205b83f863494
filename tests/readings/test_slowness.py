"""How long answers took: which parts count."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.evidence import Ending, Heard, Phase, Stream
from dgcheck.readings.slowness import answer_time, late, other_posts, quick_post, slow_again, slow_posts
from tests.rules.models_built import asked, posted

ASK = "model=nova-3"


def took(**seconds: float) -> tuple[Phase, ...]:
    return tuple(Phase(name, 0.0, value) for name, value in seconds.items())


def test_connecting_is_no_part_of_an_answer() -> None:
    seen = posted(ASK, phases=took(resolve=5, connect=5, handshake=5, request=1, first_byte=2, transfer=3))
    assert answer_time(seen) == 6
    assert answer_time(posted(ASK)) is None


def stream(**fields: Any) -> Stream:
    return Stream(**{"id": "", "check": "ws.stream", "ending": Ending.ANSWERED, "upgrade": "e3", **fields})


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        pytest.param({"heard": (Heard(at=3.0, kind="Results", is_final=True),)}, 2.0, id="the last result"),
        pytest.param(
            {"heard": (Heard(at=3.0, kind="Results", is_final=True), Heard(at=4.0, kind="Metadata"))},
            3.0,
            id="or the end",
        ),
        pytest.param({"heard": (Heard(at=3.0, kind="Results", is_final=False),)}, None, id="an interim is no end"),
        pytest.param({"heard": ()}, None, id="nothing"),
        pytest.param(
            {"heard": (Heard(at=3.0, kind="Results", is_final=True),), "audio_sent_at": None}, None, id="unsent"
        ),
    ],
)
def test_a_stream_is_late_after_its_last_audio(fields: dict[str, Any], seconds: float | None) -> None:
    assert late(stream(**{"audio_sent_at": 1.0, **fields})) == seconds


def test_the_second_of_two_posts_tells() -> None:
    slow, quick = posted(ASK, phases=took(first_byte=9)), posted(ASK, phases=took(first_byte=0.1), check="replicas")
    assert slow_posts(asked("nova-3", slow))
    assert quick_post(asked("nova-3", slow)) is None
    assert quick_post(asked("nova-3", slow, quick)) is not None
    assert not slow_again(asked("nova-3", slow, quick))
    assert slow_again(asked("nova-3", slow, posted(ASK, phases=took(first_byte=8), purpose="again")))


def test_other_posts_are_those_that_were_served() -> None:
    assert other_posts(asked("nova-3", posted(ASK), posted(ASK, 500, check="replicas"))) == ()
