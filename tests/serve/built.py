"""Subjects and results made by hand."""

from __future__ import annotations

from typing import Any

from dgcheck.model.evidence import Configured, Ending, Surroundings
from dgcheck.model.report import Status
from dgcheck.model.target import Settings
from dgcheck.serve.result import Result
from dgcheck.serve.subject import Subject, called
from dgcheck.wire.url import parse


def subject(url: str = "http://127.0.0.1:8080", *, secrets: tuple[str, ...] = (), **settings: Any) -> Subject:
    """Somebody to ask."""
    target = parse(url)
    return Subject(
        name=called(target),
        settings=Settings(target_given=url, **settings),
        target=target,
        configured=Configured(id="", check="config", ending=Ending.ANSWERED, given=url, url=target.base),
        secrets=secrets,
        surroundings=lambda: Surroundings(id="", check="config", ending=Ending.ANSWERED),
        leaks=lambda text: any(secret in text for secret in secrets),
    )


def result(verdict: Status = Status.PASS, **fields: Any) -> Result:
    """What came of asking."""
    ready = verdict in (Status.PASS, Status.WARN)
    given = {"target": "http://127.0.0.1:8080", "says": "Nothing wrong was found.", "ended": 1.8e9, "ready": ready}
    return Result(**{**given, "verdict": verdict, **fields})
