"""The plain shape is complete, in milliseconds, and holds nothing that a file cannot."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import pytest

from dgcheck.model.evidence import Phase, Seen
from dgcheck.model.kinds import KINDS
from dgcheck.model.record import fields, is_dataclass, replace
from dgcheck.model.report import CheckResult, Report, Status, Via
from dgcheck.report.plain import HEARD_MS, PHASE_MS, SEEN_MS, report_to_plain, to_ms, to_seconds
from tests.report import canonical

EPOCH = {"server_time", "local_time", "not_before", "not_after"}
IN_MS_ALREADY = {"rtt_ms"}
IN_ITS_OWN_UNIT = {"value"}  # a number of a page of metrics, as it stands there


def _floats(kind: type, seen: set[type]) -> set[str]:
    found = set()
    hints = get_type_hints(kind)
    for item in fields(kind):
        parts = [hints[item.name]]
        while parts:
            part = parts.pop()
            parts += [arg for arg in get_args(part) if arg is not Ellipsis]
            if part is float:
                found.add(item.name)
            elif isinstance(part, type) and is_dataclass(part) and part not in seen:
                seen.add(part)
                found |= _floats(part, seen)
    return found


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_length_of_time_in_evidence_is_milliseconds_in_a_file(kind: type[Seen]) -> None:
    known = {*SEEN_MS, *HEARD_MS, *PHASE_MS} | EPOCH | IN_MS_ALREADY | IN_ITS_OWN_UNIT
    assert _floats(kind, set()) <= known, "a new field of seconds: name it in report/plain.py"


def test_the_top_of_the_shape() -> None:
    about = {"schema", "dgcheck", "started", "ended", "target", "seen_from", "settings", "environment"}
    found = {"verdict", "interrupted", "checks", "findings", "evidence"}
    assert about | found <= set(report_to_plain(canonical.failing()))


def test_every_field_of_the_report_is_in_it() -> None:
    with_addresses = replace(canonical.failing(), via=(Via("pod", "http://pod", canonical.healthy()),))
    assert {item.name for item in fields(Report)} <= set(report_to_plain(with_addresses))


def test_phases_have_their_start_and_length() -> None:
    check = report_to_plain(canonical.failing())["checks"][1]
    assert check["phases"] == [{"name": "resolve", "start_ms": 1.1, "ms": 3.4}]


def test_findings_link_to_what_caused_them() -> None:
    found = report_to_plain(canonical.failing())["findings"]
    assert [(one["code"], one["root"], one["caused_by"]) for one in found[:3]] == [
        ("DG4001", True, None),
        ("DG3007", True, None),
        ("DG4004", False, "DG4001"),
    ]


def test_streams_tell_their_moments_in_milliseconds() -> None:
    stream = report_to_plain(canonical.healthy())["evidence"][0]
    assert (stream["audio_ms"], stream["close_sent_at_ms"], stream["heard"][0]["at_ms"]) == (1600.0, 109.2, 200.0)
    assert stream["heard"][2]["duration_ms"] == 1600.0


@pytest.mark.parametrize("seconds", [0.0, 0.000001, 0.0034, 1.6, 59.999999, 86400.123456])
def test_a_microsecond_survives_the_file(seconds: float) -> None:
    assert to_seconds(to_ms(seconds)) == seconds


def test_what_json_cannot_hold_is_null() -> None:
    check = CheckResult("dns", "", Status.PASS, "", phases=(Phase("resolve", 0.0, float("inf")),))
    plain = report_to_plain(replace(canonical.healthy(), checks=(check,), environment={"x": float("nan")}))
    assert plain["checks"][0]["phases"][0]["ms"] is None
    assert plain["environment"] == {"x": None}


def test_a_string_of_megabytes_is_cut_and_says_so() -> None:
    plain = report_to_plain(replace(canonical.healthy(), tested="x" * 3_000_000))
    assert len(plain["tested"]) < 70_000
    assert plain["tested"].endswith("… (2934464 more characters)")


def test_foreign_values_become_text() -> None:
    value: Any = canonical
    plain = report_to_plain(replace(canonical.healthy(), environment={"odd": value}))
    assert isinstance(plain["environment"]["odd"], str)
