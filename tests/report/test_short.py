"""A few lines for a ticket: what is wrong, and which versions saw it."""

from __future__ import annotations

from dgcheck.model.record import replace
from dgcheck.model.report import CheckResult, Status
from dgcheck.report import render
from tests.report import canonical


def lines(which: str, **how: bool) -> list[str]:
    return render("short", getattr(canonical, which)(), **how).splitlines()


def test_a_healthy_run_has_two_lines() -> None:
    assert lines("healthy") == [
        "PASS http://127.0.0.1:8080: 11 passed, 1 skipped  in 413 ms",
        "dgcheck 1.0.0; seen from laptop, 2026-09-20 10:15:02 UTC, run/7f3a9c21",
    ]


def test_each_cause_has_its_code_its_sentence_and_its_first_remedy() -> None:
    shown = lines("failing")
    assert shown[1].startswith("✗ DG4001 ws_upgrade_not_forwarded: The upgrade of /v1/listen")
    assert shown[2].startswith("  do: nginx passes these two headers on")
    assert "  do: Allow larger bodies in the server or location block: client_max_body_size 100m;" in shown


def test_effects_are_named_with_their_cause() -> None:
    assert "  with it: DG4004 ws_subprotocol" in lines("failing")


def test_how_sure_it_is_stands_behind_the_name() -> None:
    assert any(line.startswith("✗ DG3007 http_body_too_large (likely): ") for line in lines("failing"))


def test_what_is_right_is_left_out() -> None:
    text = "\n".join(lines("failing"))
    assert "TLS, as the URL says" not in text
    assert "DG5015" not in text
    assert "DG5015" in "\n".join(lines("failing", verbose=True))


def test_a_check_that_no_finding_explains_is_named() -> None:
    assert "engine unknown: no answer to /v1/status/engine within 2.0 s" in lines("failing")


def test_the_versions_and_the_place_come_last() -> None:
    assert lines("failing")[-1] == (
        "dgcheck 1.0.0, Python 3.11.9, OpenSSL 3.0.14, Linux 6.1.0 x86_64; seen from pod dgcheck-7x2lp on node-3 "
        "in namespace voice, 2026-09-20 10:15:02 UTC, run/7f3a9c21"
    )


def test_an_interruption_is_told() -> None:
    report = replace(
        canonical.healthy(), interrupted=True, signal=15, checks=(CheckResult("dns", "", Status.UNKNOWN, ""),)
    )
    assert "INTERRUPTED by SIGTERM: this is what was known by then." in render("short", report).splitlines()
