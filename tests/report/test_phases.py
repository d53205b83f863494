"""The table of times: what happened has a cell, what did not is empty."""

from __future__ import annotations

from dgcheck.model.evidence import Phase
from dgcheck.model.record import replace
from dgcheck.model.report import CheckResult, Status
from dgcheck.report import phases
from tests.report import canonical


def test_only_phases_that_happened_have_a_column() -> None:
    head, body = phases.rows(canonical.failing())
    assert head == ["check", "resolve", "connect", "handshake", "request", "upgrade", "first byte", "transfer"]
    assert body[0] == ["dns", "3.4 ms", "", "", "", "", "", ""]


def test_each_address_has_a_row() -> None:
    _, body = phases.rows(canonical.failing())
    assert [row[0] for row in body[1:3]] == ["tcp 192.0.2.5", "tcp 192.0.2.6"]


def test_a_phase_that_happened_more_than_once_shows_its_range() -> None:
    check = CheckResult("replicas", "", Status.PASS, "", phases=(Phase("connect", 0, 0.001), Phase("connect", 1, 0.02)))
    assert phases.rows(replace(canonical.healthy(), checks=(check,)))[1] == [["replicas", "1.0–20 ms"]]


def test_milliseconds_and_seconds_keep_their_units() -> None:
    check = CheckResult("replicas", "", Status.PASS, "", phases=(Phase("connect", 0, 0.001), Phase("connect", 1, 2.0)))
    assert phases.rows(replace(canonical.healthy(), checks=(check,)))[1] == [["replicas", "1.0 ms–2.00 s"]]


def test_without_phases_there_is_no_table() -> None:
    assert phases.table(replace(canonical.healthy(), checks=()), 80) == []


def test_a_table_wider_than_the_page_becomes_a_list() -> None:
    lines = phases.table(canonical.failing(), 60)
    assert lines[0] == "dns: resolve 3.4 ms"
    assert "tcp 192.0.2.5: connect 12 ms" in lines


def test_a_table_that_fits_is_aligned() -> None:
    lines = phases.table(canonical.failing(), 120)
    assert len({len(line) for line in lines if line.endswith("ms")}) > 0
    assert lines[0].split() == "check resolve connect handshake request upgrade first byte transfer".split()
