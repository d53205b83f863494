"""How a stream ended, in one word."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.evidence import Ending, Stream
from dgcheck.readings.fate import cut_in_silence, dropped_while_sending, fate, first_result, lived, silence
from tests.rules.answers_built import cut, good_streams, metadata, results, stream

SERVER: dict[str, Any] = {"closed_by": "server", "close_code": 1000}


@pytest.mark.parametrize(
    ("one", "word"),
    [
        pytest.param(good_streams()[0], "", id="healthy"),
        pytest.param(good_streams()[1], "", id="left with a result in hand"),
        pytest.param(cut("at_once", 1.2), "dropped", id="FIN"),
        pytest.param(
            stream("at_once", results(1.2), closed_by="reset", ending=Ending.RESET), "", id="RST after the end"
        ),
        pytest.param(
            stream("at_once", results(1.2, final=False), closed_by="fin"), "dropped", id="FIN after an interim"
        ),
        pytest.param(
            stream("at_once", close_code=1008, close_reason="DATA-0000", closed_by="server"), "undecodable", id="DATA"
        ),
        pytest.param(stream("at_once", close_code=1009, closed_by="server"), "too_large", id="1009"),
        pytest.param(
            stream("at_once", close_code=1011, close_reason="net0001", closed_by="server"), "not_received", id="NET"
        ),
        pytest.param(
            stream("at_once", close_code=1011, close_reason="Licence", closed_by="server"), "licence", id="licence"
        ),
        pytest.param(stream("at_once", metadata(1.2, 0.0), **SERVER), "not_received", id="0 seconds heard"),
        pytest.param(stream("at_once", metadata(1.2), **SERVER), "no_results", id="Metadata alone"),
        pytest.param(stream("at_once", **SERVER), "no_results", id="a normal close after CloseStream"),
        pytest.param(stream("after_first", **SERVER), "dropped", id="a normal close before it"),
        pytest.param(stream("at_once", ending=Ending.TIMED_OUT), "no_results", id="nothing comes"),
        pytest.param(stream("at_once", ending=Ending.BROKEN, closed_by="client"), "broken", id="no frames"),
        pytest.param(stream("at_once", results(1.2), ending=Ending.TOO_MUCH), "", id="a flood of words"),
        pytest.param(stream("at_once", results(1.2, final=False), ending=Ending.TOO_MUCH), "no_results", id="a flood"),
        pytest.param(stream("at_once", ending=Ending.CUT_SHORT), "", id="the run's own end"),
    ],
)
def test_word(one: Stream, word: str) -> None:
    assert fate(one) == word


def test_silence_begins_with_the_last_word_of_either_side() -> None:
    assert silence(cut("at_once", 4.1)) == pytest.approx(3.0)
    assert silence(cut("after_first", 9.0, close_sent_at=4.0)) == pytest.approx(5.0)
    heard = stream("at_once", results(2.0, final=False), ended_at=5.0)
    assert silence(heard) == pytest.approx(3.0)
    assert lived(heard) == pytest.approx(4.0)
    assert first_result(heard) == 2.0


@pytest.mark.parametrize(
    ("one", "in_silence", "while_sending"),
    [
        (cut("at_once", 3.1), True, False),
        (cut("at_once", 1.2), False, True),
        (cut("at_once", 3.1, close_code=1001, closed_by="server"), True, False),
        (cut("at_once", 3.1, close_code=1011, closed_by="server"), False, False),
        (cut("at_once", 3.1, close_code=1001, close_reason="see dpgr.am", closed_by="server"), False, False),
        (good_streams()[0], False, False),
    ],
)
def test_cuts_are_told_apart_by_the_silence_before_them(one: Stream, in_silence: bool, while_sending: bool) -> None:
    assert (cut_in_silence(one), dropped_while_sending(one)) == (in_silence, while_sending)
