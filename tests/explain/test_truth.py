"""Texts whose cause is known: those that the SDKs were seen to write, and those that people posted."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgcheck.explain.messages import messages
from tests.explain.score import score

KNOWN = Path(__file__).parents[2] / "fixtures" / "explain" / "sdk-errors.jsonl"
POSTED = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "messages-dev.jsonl"


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(KNOWN, id="of the SDKs"),
        pytest.param(
            POSTED,
            id="of people",
            marks=pytest.mark.skipif(not POSTED.exists(), reason=f"{POSTED} is not beside this checkout"),
        ),
    ],
)
def test_most_are_named_and_none_is_named_wrongly_for_sure(file: Path) -> None:
    """Of a hundred texts 95 are named; what is certain is right; what is ambiguous is never certain."""
    result = score(file, messages())
    assert result.right >= 0.95 * result.rows, [row["id"] for row in result.misses]
    assert not result.too_sure
    # One text a hundred may be called likely and be judged otherwise by those who labelled it; none may be certain.
    assert len(result.wrong_claims) <= 0.012 * result.rows, [row["id"] for row in result.wrong_claims]
    assert not [row for row in result.wrong_claims if "(certain)" in row["said"][0]]
