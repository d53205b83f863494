"""Each piece of evidence has one safe line."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import KINDS, Seen
from dgcheck.report.saw import line
from tests.report import canonical
from tests.report.hostile import harmful

EVIDENCE = (*canonical.evidence(), canonical.stream())


def test_every_kind_of_evidence_is_in_the_canonical_reports() -> None:
    assert {type(seen) for seen in EVIDENCE} == set(KINDS.values())


@pytest.mark.parametrize("seen", EVIDENCE, ids=lambda seen: seen.id)
def test_a_line_begins_with_the_id_and_the_check(seen: Seen) -> None:
    shown = line(seen)
    assert shown.startswith(f"{seen.id}  {seen.check}")
    assert "\n" not in shown
    assert not harmful(shown)
    assert len(shown) < 700


@pytest.mark.parametrize(
    ("number", "words"),
    [
        pytest.param("e3", "e3  dns: dg.example.com → 192.0.2.5, 192.0.2.6, 3.4 ms", id="lookup"),
        pytest.param("e6", "e6  tcp: 192.0.2.6:443 → connection refused, ECONNREFUSED, 12 ms", id="dial"),
        pytest.param("e15", "e15  transport: 192.0.2.5:443 says nothing", id="banner"),
        pytest.param(
            "e16",
            'e16  ws.stream: 3 messages, 1 final, "the weather is fine", closed by server with 1000, 196 ms',
            id="stream",
        ),
    ],
)
def test_a_line_says_what_was_asked_and_what_came_back(number: str, words: str) -> None:
    assert line(next(seen for seen in EVIDENCE if seen.id == number)) == words


def test_an_experiment_is_named() -> None:
    assert "ws.upgrade [without upgrade]: GET /v1/listen" in line(next(seen for seen in EVIDENCE if seen.id == "e14"))
