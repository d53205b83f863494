"""Who trusts the certificate, and what the SDKs have to be set to, for a person at a terminal."""

from __future__ import annotations

from dgcheck.model.report import Report
from dgcheck.report import sdks
from dgcheck.report.harmless import block
from dgcheck.report.ink import Ink
from dgcheck.report.layout import hang, indented, wrap


def trust(report: Report, ink: Ink, width: int, *, verbose: bool) -> list[str]:
    """Which lists of authorities accept the certificate, where they differ or somebody wants to know."""
    lines: list[str] = []
    for store, said, who, variable in sdks.trust(report, verbose=verbose):
        adds = f"; a CA is added by {variable}" if variable else ""
        lines += hang("  ", f"{said}: {store} ({who}){adds}", width, 6)
    return [ink.strong("Who trusts this certificate"), *lines] if lines else []


def settings(report: Report, ink: Ink, width: int) -> list[list[str]]:
    """A section for each SDK with the code that it needs, where it was asked for."""
    found = []
    for one in sdks.settings(report):
        lines = [ink.strong(line) for line in wrap(f"Setting of the {one.name}", width)]
        lines += indented([ink.command(line) for line in block(one.code)], 4) if one.code else []
        for note in one.notes:
            lines += hang("  - ", note, width, 4)
        found.append(lines)
    return found
