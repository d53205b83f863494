"""DG9001, DG9002: what dgcheck itself could not do."""

from __future__ import annotations

from dgcheck.model.catalogue import Severity
from tests.rules.built import case, findings

URL = "http://10.0.0.7:8080"


def test_a_bug_is_told_and_fails_nothing() -> None:
    found = case(URL)
    found.bugs = {"tls": "KeyError at /net/secure.py:12: 'x'"}
    one = findings(found)["internal_error"]
    assert one.severity is Severity.WARNING
    assert "dgcheck itself failed in the check tls (KeyError at /net/secure.py:12: 'x')" in one.says
    assert one.checks == ("tls",)


def test_checks_that_the_deadline_cut_are_named() -> None:
    found = case(URL, timeout=10.0)
    found.out_of_time = ("rest", "ws.stream")
    one = findings(found)["out_of_time"]
    assert one.severity is Severity.WARNING
    assert one.checks == ("rest", "ws.stream")
    assert one.says == (
        "The run ended, by its deadline of 10 s or by an interruption, before these checks did: rest and ws.stream."
    )


def test_a_run_that_ended_well_has_neither() -> None:
    assert findings(case(URL)) == {}
