"""Every status has a sign and a word; colour only repeats them."""

from __future__ import annotations

from itertools import product

import pytest

from dgcheck.model.catalogue import Severity
from dgcheck.model.report import Status
from dgcheck.report.ink import Ink


@pytest.mark.parametrize("ascii", [False, True])
def test_signs_tell_the_statuses_apart_without_colour(ascii: bool) -> None:  # noqa: A002
    ink = Ink(colour=False, ascii=ascii)
    signs = [ink.status(status) for status in Status]
    assert len(set(signs)) == len(Status)
    assert {len(sign) for sign in signs} == {ink.sign_width}
    assert len({ink.severity(severity) for severity in Severity}) == len(Severity)


def test_ascii_signs_are_words() -> None:
    ink = Ink(colour=False, ascii=True)
    assert [ink.status(status).strip() for status in Status] == ["ok", "warn", "FAIL", "skip", "?"]


@pytest.mark.parametrize(("status", "ascii"), list(product(Status, [False, True])))
def test_what_is_painted_is_unpainted_again(status: Status, ascii: bool) -> None:  # noqa: A002
    ink = Ink(colour=True, ascii=ascii)
    for text in (ink.status(status), ink.verdict(status), ink.strong("x"), ink.faint("x"), ink.command("x")):
        assert text.startswith("\x1b[")
        assert text.rstrip().endswith("\x1b[0m")


def test_nothing_is_painted_where_there_is_nothing() -> None:
    assert Ink(colour=True, ascii=False).faint("") == ""
