"""Close codes and reasons."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.wire.close import close_words, read_close


@pytest.mark.parametrize(
    ("reason", "token"),
    [
        ("Deepgram did not receive audio data. See https://dpgr.am/net0001", "NET-0001"),
        ("NET-0000", "NET-0000"),
        ("net_0001", "NET-0001"),
        ("DATA-0000: The payload cannot be decoded as audio", "DATA-0000"),
        ("BIG-0001", "BIG-0001"),
        ("planet0001", ""),
        ("NET-00012", ""),
        ("going away", ""),
        ("", ""),
    ],
)
def test_token_is_read_in_both_spellings(reason: str, token: str) -> None:
    assert read_close(1011, reason).token == token


@pytest.mark.parametrize(
    ("reason", "deepgram"),
    [("NET-0001", True), ("see https://dpgr.am/x", True), ("Deepgram says no", True), ("idle", False)],
)
def test_deepgrams_own_words_are_known(reason: str, deepgram: bool) -> None:
    assert read_close(1011, reason).deepgram is deepgram


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (1011, "x", "code 1011 (internal error), “x”"),
        (1005, "", "code 1005 (no code)"),
        (4000, "", "code 4000"),
        (None, "", "no close frame"),
    ],
)
def test_close_in_words(code: int | None, reason: str, words: str) -> None:
    assert close_words(code, reason) == words


@given(st.one_of(st.none(), st.integers(0, 65535)), st.text())
def test_nothing_makes_it_raise(code: int | None, reason: str) -> None:
    assert read_close(code, reason).code == code
    assert close_words(code, reason)
