"""One run as the command makes it, with all that it would show: every format, the live line, the notes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dgcheck.cli.bundled import fill
from dgcheck.cli.interrupts import Interrupts
from dgcheck.cli.parser import command_parser
from dgcheck.cli.progress import Progress
from dgcheck.cli.run import Conclusion, Prepared, prepare, understand
from dgcheck.cli.waiting import passed_or_over
from dgcheck.model.report import Report
from dgcheck.report import formats, render
from dgcheck.report.termination import summary
from dgcheck.sim.faults import table
from dgcheck.sim.server import Simulator


class Terminal(io.StringIO):
    """Standard error with somebody before it."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Shown:
    """A run: its report, each format of it by name, and what went to standard error."""

    report: Report
    formats: Mapping[str, str]
    live: str

    @property
    def everything(self) -> str:
        """All that anybody could read."""
        return "\n\n".join((self.live, *self.formats.values()))


async def run(
    url: str,
    words: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    forms: Sequence[str] = (),
    *,
    bundled: bool = False,
) -> Shown:
    """`dgcheck run URL WORDS` in this process and this loop, shown in these formats (none named: in all); with
    `bundled` in every file of its bundle, too."""
    flags = {name: value for name, value in vars(command_parser("run").parse(list(words))).items() if value is not None}
    terminal = Terminal()
    ticket = {"bundle": "ticket.zip"} if bundled else {}
    asked = understand({**flags, "target": url, "config": "none", **ticket}, environ or {})
    prepared = prepare(asked, environ or {})
    progress = Progress(terminal, quiet=False)
    report = await passed_or_over(prepared, None, progress, Interrupts(), Conclusion().rehearse)
    files = _bundle(report, prepared, environ or {}) if bundled else {}
    return Shown(report, {**shown(report, forms), **files}, terminal.getvalue())


def _bundle(report: Report, prepared: Prepared, environ: Mapping[str, str]) -> dict[str, str]:
    """Every file of the bundle as text with its name, and the zip itself, in which the names stand once more."""
    data = io.BytesIO()
    fill(data, report, prepared, environ)
    with zipfile.ZipFile(data) as archive:
        files = {f"in the bundle: {name}": f"{name}\n{archive.read(name).decode()}" for name in archive.namelist()}
    return {**files, "the zip itself": data.getvalue().decode("latin-1")}


def shown(report: Report, forms: Sequence[str] = ()) -> dict[str, str]:
    """The report in these formats, or in all, as text for somebody who did not ask for more, and for Kubernetes."""
    how = {"width": 100, "colour": False, "ascii": False}
    every = {name: render(name, report, **how, verbose=True) for name in forms or formats()}  # type: ignore[arg-type]
    short = render("text", report, **how, verbose=False)  # type: ignore[arg-type]
    return {**every, "text in short": short, "termination": summary(report)}


def options(name: str, simulator: Simulator) -> list[str]:
    """The options without which a fault does not show."""
    return table()[name].options(simulator.url, str(simulator.ca_file), simulator.beside)
