"""What a bundle says of a run, file by file; each is text, and pure given the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dgcheck.model.report import Report
from dgcheck.report import formats, render
from dgcheck.report.json import laid_out
from dgcheck.ticket.certificates import chains
from dgcheck.ticket.conversations import conversations
from dgcheck.ticket.opened import REPORT_NAME
from dgcheck.ticket.page import page
from dgcheck.ticket.resolver import NAME as DNS
from dgcheck.ticket.resolver import resolver

_WIDTH = 100
# file, format, whether everything is told, what it is
_REPORTS = (
    (REPORT_NAME, "json", False, "the whole report with its evidence, for `dgcheck diagnose` and `dgcheck diff`"),
    ("report.md", "markdown", False, "the report, to paste into a ticket"),
    ("report.html", "html", False, "the report as a page; it works offline"),
    ("report.txt", "text", True, "the report as in a terminal, with every remedy and the evidence"),
)


def texts(report: Report, log: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """(name, text, what it is) of every file but those that need this machine; `log` are the lines of dgcheck's own."""
    known = formats()
    for name, form, verbose, about in _REPORTS:
        if form in known:
            yield name, render(form, report, width=_WIDTH, verbose=verbose), about
    yield "dgcheck.log", page(log), "dgcheck's own log of this run"
    yield "settings.json", laid_out(dict(report.settings)) + "\n", "every setting with its origin"
    yield DNS, resolver(report.evidence), "what the resolver and the DNS servers said"
    certificates = list(chains(report.evidence))
    pem = any(name.endswith(".pem") for name, _ in certificates)
    about = "as PEM and as text" if pem else "as text"
    yield from ((name, text, f"the certificate chains that were shown, {about}") for name, text in certificates)
    for name, text in conversations(report):
        yield name, text, "each question with its heads, body and frames, as sent and as answered"
