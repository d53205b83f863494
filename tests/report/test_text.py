"""What a person at a terminal is shown, and what they are spared."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from dgcheck.model.evidence import Configured, Ending
from dgcheck.model.record import replace
from dgcheck.model.report import CheckResult, FilledRemedy, Report, Status
from dgcheck.report import render
from dgcheck.report.layout import cells
from tests.report import canonical


def text(report: Report, **how: Any) -> str:
    return render("text", report, **{"width": 80, **how})


def test_the_last_line_is_the_verdict_with_the_counts_and_the_time() -> None:
    last = text(canonical.failing()).splitlines()[-1]
    assert last == "FAIL  4 causes, 5 passed, 3 failed, 2 warned, 2 skipped, 1 unknown  in 2.24 s"


def test_a_healthy_report_is_short() -> None:
    lines = text(canonical.healthy()).splitlines()
    assert len(lines) <= 24
    assert not any("DG" in line for line in lines)


@pytest.mark.parametrize("check", canonical.checks(), ids=lambda check: check.id)
def test_every_check_is_there_whatever_became_of_it(check: CheckResult) -> None:
    unasked = check.status is Status.SKIP and not check.blocked_by
    before = r"not asked: [a-z., ]*" if unasked else ""
    assert re.search(rf"^  \S+ +{before}{re.escape(check.id)}\b", text(canonical.failing(), ascii=True), re.MULTILINE)


def test_verbose_says_why_a_check_was_not_asked() -> None:
    for check in canonical.failing().checks:
        if check.status is Status.SKIP and not check.blocked_by:
            assert check.summary in text(canonical.failing(), verbose=True)


def test_the_answer_comes_before_the_other_causes_and_its_effects_beneath_it() -> None:
    shown = text(canonical.failing())
    titles = re.findall(r"^(?: {2})?[✗!i] (DG\d{4})  ", shown, re.MULTILINE)
    assert titles == ["DG4001", "DG4004", "DG3007", "DG2005", "DG0004", "DG5015"]
    assert shown.index("Also seen because of this") < shown.index("DG3007  The proxy")


@pytest.mark.parametrize("width", [1, 40, 60, 80, 100, 120, 300])
def test_lines_keep_to_the_width_save_for_what_is_there_to_paste(width: int) -> None:
    report = canonical.failing()
    commands = {line for one in report.findings for remedy in one.remedies for line in remedy.command.split("\n")}
    for line in text(report, width=width).splitlines()[:-1]:
        fits = cells(line) <= max(40, min(width, 100))
        assert fits or line.strip() in commands or len(line.split()) < 4 or "`" in line


@pytest.mark.parametrize("width", [40, 80])
def test_a_command_stands_whole_on_a_line_of_its_own(width: int) -> None:
    command = "kubectl -n dg-self-hosted get service,endpoints deepgram-api-external -o jsonpath='{.spec}' | less"
    first = canonical.failing().findings[0]
    report = replace(canonical.failing(), findings=(replace(first, remedies=(FilledRemedy("Look", command),)),))
    assert command in [line.strip() for line in text(report, width=width).splitlines()]


def test_a_snippet_keeps_its_lines() -> None:
    shown = [line.strip() for line in text(canonical.failing()).splitlines()]
    at = shown.index("proxy_http_version 1.1;")
    assert shown[at : at + 4] == canonical.FORWARD.command.split("\n")


def test_evidence_is_named_with_verbose_alone() -> None:
    assert not re.search(r"\be\d+\b", text(canonical.failing()))
    assert "rests on e12, e14, e8" in text(canonical.failing(), verbose=True)


def test_all_remedies_and_the_whole_page_come_with_verbose() -> None:
    short, full = text(canonical.failing()), text(canonical.failing(), verbose=True)
    assert "and 1 more remedy with -v" in short
    assert "Application Load Balancer" not in short
    assert "Application Load Balancer" in full
    assert "for which it has no page" in full


def test_addresses_are_told_apart_where_they_do_not_agree() -> None:
    shown = text(canonical.failing(), width=100)
    assert re.search(r"✓ 192\.0\.2\.5 +accepts", shown)
    assert re.search(r"✗ 192\.0\.2\.6 +refuses", shown)


def test_addresses_that_agree_need_no_lines() -> None:
    checks = tuple(
        replace(check, addresses=tuple(replace(one, status=Status.PASS) for one in check.addresses))
        for check in canonical.checks()
    )
    assert "✓ 192.0.2.6" not in text(replace(canonical.failing(), checks=checks))


def test_neighbours_skipped_for_one_reason_share_a_line() -> None:
    shown = " ".join(text(canonical.answerless()).split())
    names = ", ".join(canonical.AFTER_DNS)
    assert f"– {names}: needs dns, which failed" in shown


def test_the_word_for_the_log_is_given_when_something_failed() -> None:
    assert "grep 'run/7f3a9c21'" in text(canonical.failing())
    assert "grep" not in text(canonical.healthy())


def test_there_is_no_word_for_the_log_when_nobody_was_asked() -> None:
    assert "grep" not in text(canonical.answerless())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(
            lambda report: replace(report, interrupted=True, signal=2),
            "INTERRUPTED by SIGINT (Ctrl-C): this is what was known by then.",
            id="interrupted",
        ),
        pytest.param(
            lambda report: replace(report, settings={"insecure": {"value": True, "origin": "flag"}}),
            "CERTIFICATES WERE NOT VERIFIED (--insecure): this report proves nothing about TLS.",
            id="insecure",
        ),
        pytest.param(
            lambda report: replace(report, deadline_passed=True, attempts=7),
            "THE WAITING IS OVER after 7 tries without a pass.",
            id="deadline of the waiting",
        ),
    ],
)
def test_what_nobody_may_overlook_stands_at_the_head(change: Callable[[Report], Report], words: str) -> None:
    head = text(change(canonical.failing())).split("\n\n")[0]
    assert words in " ".join(head.split())


def test_the_proxy_in_use_is_named_with_the_setting_that_gave_it() -> None:
    seen = Configured(
        id="c1",
        check="config",
        ending=Ending.ANSWERED,
        given="",
        url="",
        proxy="http://squid:3128",
        proxy_origin="HTTP_PROXY",
    )
    shown = text(replace(canonical.healthy(), evidence=(seen,)))
    assert "through the proxy http://squid:3128 (from HTTP_PROXY)" in shown


def test_settings_come_with_their_origin() -> None:
    head = " ".join(text(canonical.failing()).split("\n\n")[0].split())
    assert "models nova-3 (DGCHECK_MODEL), resolve dg.example.com=192.0.2.5 (file dgcheck.yaml)" in head
    assert "timeout" not in head
    assert "timeout 30 s (default)" in text(canonical.failing(), verbose=True, width=100)


def test_the_table_of_times_comes_with_a_finding_about_time() -> None:
    assert "Where the time went" not in text(canonical.failing())
    first = replace(canonical.failing().findings[0], cause="slow_response")
    assert "Where the time went" in text(replace(canonical.failing(), findings=(first,)))


def test_the_times_are_a_table_where_there_is_room() -> None:
    checks = tuple(check for check in canonical.checks() if check.id in ("dns", "tcp", "tls"))
    shown = text(replace(canonical.failing(), checks=checks), verbose=True, width=100)
    table = [line.split() for line in shown.partition("Where the time went\n")[2].split("\n\n")[0].splitlines()]
    assert table[:2] == [["check", "resolve", "connect", "handshake"], ["dns", "3.4", "ms"]]


def test_colour_repeats_what_signs_and_words_say() -> None:
    coloured = text(canonical.failing(), colour=True)
    assert re.sub(r"\x1b\[[0-9;]+m", "", coloured) == text(canonical.failing())
    assert "\x1b[31m✗\x1b[0m" in coloured
    assert "\x1b[1;31mFAIL\x1b[0m" in coloured


def test_a_report_of_nothing_is_shown() -> None:
    nothing = replace(
        canonical.failing(),
        checks=(),
        findings=(),
        evidence=(),
        settings={},
        target={},
        seen_from={},
        environment={},
        started="",
        ended="",
        tested="",
        untested=(),
        run_id="",
    )
    for verbose in (False, True):
        assert text(nothing, verbose=verbose).endswith("FAIL  nothing was checked\n")
