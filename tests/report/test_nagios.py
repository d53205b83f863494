"""One line for Nagios, with performance data that its parsers read, and the code that goes with the word."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgcheck.cli import main
from dgcheck.model.record import replace
from dgcheck.model.report import Report, Status
from dgcheck.report import nagios, render
from tests.report import canonical
from tests.report.hostile import poisoned, texts

# As the plugin guidelines have it: 'label'=value[UOM];[warn];[crit];[min];[max]
PAIR = re.compile(r"[A-Za-z0-9._-]+=-?[0-9.]+(?:s|%|B)?;[0-9.]*;[0-9.]*;[0-9.]*(?:;[0-9.]*)?\Z")
HEALTHY = canonical.healthy()


@pytest.mark.parametrize(
    ("report", "word", "code"),
    [
        pytest.param(HEALTHY, "OK", 0, id="pass"),
        pytest.param(replace(HEALTHY, verdict=Status.WARN), "WARNING", 1, id="warn"),
        pytest.param(canonical.failing(), "CRITICAL", 2, id="fail"),
        pytest.param(replace(canonical.failing(), deadline_passed=True), "CRITICAL", 2, id="the wait is over"),
        pytest.param(replace(HEALTHY, verdict=Status.UNKNOWN), "UNKNOWN", 3, id="unknown"),
        pytest.param(replace(HEALTHY, interrupted=True, signal=15), "UNKNOWN", 3, id="interrupted before a fault"),
        pytest.param(replace(canonical.failing(), interrupted=True, signal=15), "CRITICAL", 2, id="and behind one"),
    ],
)
def test_the_word_and_the_code_agree(report: Report, word: str, code: int) -> None:
    assert render("nagios", report).startswith(f"DGCHECK {word} - ")
    assert nagios.exit_code(report) == code


def test_the_first_line_names_the_cause() -> None:
    root = canonical.failing().root
    assert root is not None
    assert f"{root.code} {root.cause}" in render("nagios", canonical.failing()).split("\n")[0]


@pytest.mark.parametrize("which", ["failing", "healthy", "answerless"])
def test_the_performance_data_can_be_read(which: str) -> None:
    report = getattr(canonical, which)()
    first, _, rest = render("nagios", report).partition("\n")
    text, bar, data = first.partition(" | ")
    assert bar
    assert "|" not in text + rest
    pairs = data.split(" ")
    assert [pair for pair in pairs if not PAIR.match(pair)] == []
    labels = [pair.partition("=")[0] for pair in pairs]
    assert len(labels) == len(set(labels))
    assert f"failed={sum(one.status is Status.FAIL for one in report.checks)};;;0;{len(report.checks)}" in pairs


@given(seeds=st.lists(texts, min_size=1, max_size=4), number=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_in_a_report_can_begin_performance_data(seeds: list[str], number: int) -> None:
    text = render("nagios", poisoned(seeds, Random(number)))
    assert text.count("|") == 1
    assert len(text.split("\n")[0].partition("|")[0]) < 1000


@pytest.mark.parametrize(
    ("words", "code", "begins"),
    [
        pytest.param(["-o", "nagios"], 2, "DGCHECK CRITICAL - ", id="a fault"),
        pytest.param(["-o", "nagios", "--no-such-option"], 3, "DGCHECK UNKNOWN - ", id="a mistake"),
        pytest.param(["--output=nagios", "--timeout", "soon"], 3, "DGCHECK UNKNOWN - ", id="another spelling"),
        pytest.param(["-onagios", "--only", "nothing"], 3, "DGCHECK UNKNOWN - ", id="a third one"),
        pytest.param(["-o", "nagios=file", "-o", "short"], 1, "FAIL ", id="in a file it changes no code"),
    ],
)
def test_the_command_speaks_to_nagios(
    words: list[str],
    code: int,
    begins: str,
    free_tcp_port: int,
    tmp_path: object,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(str(tmp_path))
    assert main(["run", f"http://127.0.0.1:{free_tcp_port}", *words]) == code
    assert capsys.readouterr().out.startswith(begins)


def test_a_url_that_cannot_be_asked_is_not_critical(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "http://host:99999", "-o", "nagios"]) == 3
    assert capsys.readouterr().out.startswith("DGCHECK UNKNOWN - ")
