"""`dgcheck explain`: pages, the list, and the nearest name."""

from __future__ import annotations

import json

import pytest

from dgcheck.cli import main
from dgcheck.explain import pages


def test_a_page_by_code_and_by_cause(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "DG5003"]) == 0
    by_code = capsys.readouterr().out
    assert main(["explain", "model_not_streaming"]) == 0
    assert capsys.readouterr().out == by_code
    assert by_code.startswith("DG5003  model_not_streaming  (error)")
    assert "What to do" in by_code


@pytest.mark.parametrize("word", ["dg5003", "MODEL_NOT_STREAMING", "model-not-streaming"])
def test_spelling_does_not_matter(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", word]) == 0
    assert "DG5003" in capsys.readouterr().out


def test_the_list_has_every_cause_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for page in pages.pages():
        assert sum(line.split()[:2] == [page["code"], page["cause"]] for line in lines) == (0 if page["retired"] else 1)


def test_the_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "-o", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in found] == [page["code"] for page in pages.pages()]
    assert set(found[0]) >= {"code", "cause", "title", "severity"}


def test_a_page_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "DG5003", "-o", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["code"], found["cause"]) == ("DG5003", "model_not_streaming")
    assert found["explanation"]
    assert found["remedies"]


def test_every_page_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    """Placeholders are examples on a page, and prose fits its width."""
    import re

    for page in pages.pages():
        assert main(["explain", page["code"]]) == 0
        text = capsys.readouterr().out
        assert page["explanation"].strip(), page["code"]
        assert page["remedies"] or page["severity"] == "info", page["code"]
        for remedy in page["remedies"]:
            for name in re.findall(r"\{([a-z_]+)\}", remedy["do"] + remedy["command"]):
                assert "{" + name + "}" not in text, page["code"]


def test_colour_only_when_it_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", "DG5003"])
    assert "\x1b" not in capsys.readouterr().out
    main(["explain", "DG5003", "--color", "always"])
    assert "\x1b[1mDG5003\x1b[0m" in capsys.readouterr().out
