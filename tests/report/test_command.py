"""The line that makes a bundle: the same questions, as a shell takes them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

import pytest

from dgcheck.model.record import replace
from dgcheck.model.report import Report, Status
from dgcheck.report import render
from dgcheck.report.command import ASKED_BY, for_a_ticket
from tests.report import canonical

TARGET = {"given": "https://dg.example.com/dg", "url": "https://dg.example.com/dg"}


def failed(settings: Mapping[str, tuple[Any, str]] | None = None, **changes: Any) -> Report:
    told = {name: {"value": value, "origin": origin} for name, (value, origin) in (settings or {}).items()}
    return replace(canonical.failing(), **{"target": TARGET, "settings": told, **changes})


@pytest.mark.parametrize(
    ("report", "words"),
    [
        pytest.param(failed(), [], id="nothing set"),
        pytest.param(
            failed({"models": (["nova-3", "my model"], "flag"), "modes": ({"nova-3": "rest"}, "flag")}),
            ["--model", "nova-3=rest", "--model", "my model"],
            id="models and their modes",
        ),
        pytest.param(
            failed({"features": ([["diarize", "true"]], "flag"), "resolve": ([["h", "10.0.0.5"]], "flag")}),
            ["--feature", "diarize=true", "--resolve", "h=10.0.0.5"],
            id="pairs",
        ),
        pytest.param(
            failed({"insecure": (True, "flag"), "family": ("ipv6", "flag"), "smart_format": (False, "flag")}),
            ["--insecure", "-6"],
            id="switches",
        ),
        pytest.param(failed({"ca_file": ("my ca.pem", "flag")}), ["--ca-file", "my ca.pem"], id="a file with a blank"),
        pytest.param(failed({"headers": ("(given)", "flag")}), ["--header", "..."], id="what a report does not hold"),
        pytest.param(failed({"models": (["nova-3"], "DGCHECK_MODEL")}), [], id="from a variable, which counts again"),
        pytest.param(failed({"verbose": (True, "flag")}), [], id="of the printing alone"),
    ],
)
def test_the_command_asks_the_same(report: Report, words: list[str]) -> None:
    assert shlex.split(for_a_ticket(report)) == ["dgcheck", "bundle", "https://dg.example.com/dg", *words]


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(failed(verdict=Status.PASS), id="nothing failed"),
        pytest.param(failed(verdict=Status.WARN), id="a warning"),
        pytest.param(failed(interrupted=True), id="interrupted"),
        pytest.param(failed(target={"given": "http://h:99999", "url": None}), id="no address that can be asked"),
        pytest.param(failed(environment={ASKED_BY: "bundle"}), id="it is in one"),
        pytest.param(failed(environment={ASKED_BY: "demo"}), id="the deployment is gone"),
    ],
)
def test_no_line_where_none_is_needed(report: Report) -> None:
    assert for_a_ticket(report) == ""
    assert "dgcheck bundle" not in render("text", report)


def test_a_password_of_the_url_is_not_in_it() -> None:
    report = failed(target={"given": "https://<redacted:1f3a>@h/", "url": "https://h"})
    assert for_a_ticket(report) == "dgcheck bundle https://h"


def test_a_report_that_failed_ends_with_the_line_and_the_verdict() -> None:
    *_, line, blank, verdict = render("text", failed()).rstrip("\n").split("\n")
    assert (line, blank) == ("  dgcheck bundle https://dg.example.com/dg", "")
    assert verdict.startswith("FAIL")
