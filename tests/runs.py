"""One run of the engine against a real endpoint, with the settings that flags would give."""

from __future__ import annotations

from typing import Any

from dgcheck import engine
from dgcheck.cli.run import prepare, understand
from dgcheck.model.report import Finding, Report
from dgcheck.wire.audio import bundled


async def run(url: str, *, environ: dict[str, str] | None = None, **flags: Any) -> Report:
    """Diagnose `url`. Flags are named as on the command line; the profile is `quick` unless one is given."""
    asked = understand({"target": url, "profile": "quick", "quiet": True, **flags}, environ or {})
    prepared = prepare(asked, environ or {})
    return await engine.run(
        prepared.settings,
        target=prepared.target,
        configured=prepared.configured,
        surroundings=prepared.surroundings,
        audio=bundled(),
        redactor=prepared.redactor,
    )


def roots(report: Report) -> list[str]:
    """The causes that stand as roots, the answer first; what is only good to know (info) left out."""
    return [one.cause for one in report.findings if one.root and one.severity != "info"]


def found(report: Report, cause: str) -> Finding:
    """The finding of that cause; fails the test when there is none."""
    return next(one for one in report.findings if one.cause == cause)
