"""The kept texts of the catalogue are those of the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgcheck.explain import pages


def test_the_kept_pages_are_those_of_the_rules(request: pytest.FixtureRequest) -> None:
    """After a change of a rule's texts: `pytest tests/explain --update-golden`."""
    if request.config.getoption("--update-golden"):
        Path(pages.KEPT).write_text(pages.document(), encoding="utf-8")
    assert Path(pages.KEPT).read_text(encoding="utf-8") == pages.document()


def test_pages_that_cannot_be_read_are_made_from_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("{", ""):
        (tmp_path / "pages.json").write_text(text)
        monkeypatch.setattr(pages, "KEPT", str(tmp_path / "pages.json"))
        assert pages.pages() == pages.made()


@pytest.mark.parametrize("word", ["DG5003", "dg5003", "model_not_streaming", "Model-Not-Streaming"])
def test_find(word: str) -> None:
    found = pages.find(word)
    assert found is not None
    assert found["code"] == "DG5003"


def test_find_nothing() -> None:
    assert pages.find("DG9999") is None
