"""A mistyped name gets the nearest one, and nothing far gets any."""

from __future__ import annotations

import pytest

from dgcheck.settings.nearest import did_you_mean, nearest


@pytest.mark.parametrize(
    ("word", "words", "found"),
    [
        ("explian", ("explain", "demo", "run"), "explain"),
        ("smart-format", ("smart_format",), "smart_format"),
        ("JSON", ("json", "yaml"), "json"),
        ("xyzzy", ("explain", "demo", "run"), ""),
        ("", ("run",), ""),
        ("e" * 5000, ("explain",), ""),
    ],
)
def test_the_nearest_name(word: str, words: tuple[str, ...], found: str) -> None:
    assert nearest(word, words) == found


def test_the_question_is_empty_where_nothing_is_near() -> None:
    assert did_you_mean("xyzzy", ("run",)) == ""
    assert did_you_mean("rnu", ("run",)) == "; did you mean run?"
