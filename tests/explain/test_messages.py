"""The kept messages are those of the rules, and what is kept beside them to find them quickly is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dgcheck.explain import messages as kept
from dgcheck.explain.coarse import anchor, grouped, is_number, needle
from dgcheck.explain.needs import needed
from dgcheck.explain.table import small
from dgcheck.explain.unwrap import unwrap
from dgcheck.rules import causes
from dgcheck.rules.said import messages, unknown
from tests.explain.reading import rows


def test_the_kept_messages_are_those_of_the_rules(request: pytest.FixtureRequest) -> None:
    """After a change of a message: `pytest tests/explain --update-golden`."""
    if request.config.getoption("--update-golden"):
        Path(kept.KEPT).write_text(kept.document(), encoding="utf-8")
    assert Path(kept.KEPT).read_text(encoding="utf-8") == kept.document()


def test_messages_that_cannot_be_read_are_made_from_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("{}", "", "not json\n", "[1, 2]\n"):
        (tmp_path / "messages.jsonl").write_text(text)
        monkeypatch.setattr(kept, "KEPT", str(tmp_path / "messages.jsonl"))
        assert len(kept.messages()) == len(messages())


def test_every_cause_that_a_message_names_is_in_the_catalogue() -> None:
    assert unknown({cause.cause for cause in causes()}) == []


def test_every_pattern_can_be_compiled() -> None:
    for one in messages():
        for source in (one.match, one.near, one.unless):
            re.compile(source, re.IGNORECASE)
            re.compile(small(source))


def test_small_letters_find_what_the_pattern_finds() -> None:
    """In every text of the fixture the pattern in small letters, on small letters, finds the same place."""
    texts = sorted({unwrap(row["text"]) for row in rows()})
    texts = [text for text in texts if len(text.lower()) == len(text)]
    for one in messages():
        if not one.match:
            continue
        wide, narrow = re.compile(one.match, re.IGNORECASE), re.compile(small(one.match))
        for text in texts:
            if one.stem in text.lower():
                found, again = wide.search(text), narrow.search(text.lower())
                assert (found and found.span()) == (again and again.span()), (one.match, text)


def test_what_a_pattern_needs_stands_in_all_that_it_finds() -> None:
    seen = 0
    texts = sorted({unwrap(row["text"]).lower() for row in rows()})
    for one in messages():
        needs = needed(small(one.match), one.stem)
        lacking = [text for text in texts if one.stem in text and not any(literal in text for literal in needs)]
        if not needs or not lacking:
            continue
        seen += 1
        pattern = re.compile(small(one.match))
        assert not [text for text in lacking if pattern.search(text)], (one.match, needs)
    assert seen > 100


@pytest.mark.parametrize(
    ("source", "stem", "needs"),
    [
        pytest.param(r"flags\"\s?:\s?\"(?:uh|uf|nc)\b", "flags", ['"nc', '"uf', '"uh'], id="a run into a choice"),
        pytest.param(r"told [^\n]* code (?:10(?:54|60)|1.)", "told", [" code 1"], id="a run into what begins alike"),
        pytest.param(r"status code '(\d+)' when", "status code", ["' when"], id="a longer run"),
        pytest.param(r"error: (?:eof|closed)", "error", ["closed", "eof"], id="a choice behind the stem"),
        pytest.param(r"(?:dial|read) tcp", "tcp", ["dial", "read"], id="a choice before the stem"),
        pytest.param(r"(?:refused|timed out)\b.{0,9}x", "x", ["refused", "timed out"], id="a choice"),
        pytest.param(r"(?:refused|\d+)x", "x", [], id="a choice without words"),
        pytest.param(r"error[^;]{0,99}refused", "error", [], id="beyond the line"),
        pytest.param(r"error[^\n]{0,99}refused", "error", ["refused"], id="in the line"),
        pytest.param(r"error(?: refused)?", "error", [], id="what may be left out"),
    ],
)
def test_what_a_pattern_needs(source: str, stem: str, needs: list[str]) -> None:
    assert needed(source, stem) == needs


def test_every_stem_is_found_by_its_anchor_and_its_literal() -> None:
    stems = {one.stem for one in messages()}
    groups = grouped(stems)
    assert sorted(stem for among in groups.values() for stem in among) == sorted(stems)
    for literal, among in groups.items():
        for stem in among:
            assert needle(stem) in stem
            assert literal in (needle(stem) if is_number(stem) else anchor(stem)), (literal, stem)
            assert anchor(stem) in needle(stem)
