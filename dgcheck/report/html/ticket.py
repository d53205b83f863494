"""The ticket's text: the report in Markdown, folded, with a button that copies it."""

from __future__ import annotations

from dgcheck.model.report import Report
from dgcheck.report import markdown
from dgcheck.report.html.element import Markup, escaped, tag
from dgcheck.report.html.marks import fold, snippet

_CAP = 60_000


def ticket(report: Report) -> Markup:
    """What to paste into GitHub, Jira or Slack."""
    text = markdown.render(report, width=100, colour=False, ascii=False, verbose=False)
    about = tag("p", "For GitHub, Jira or Slack. No secret is in it.", cls="about")
    return fold("Ticket text in Markdown", about, snippet(_kept(text), "ticket text"), cls="ticket", key="ticket")


def _kept(text: str) -> Markup:
    """The lines as they are: two blanks at the end of one are Markdown's line break."""
    return Markup("\n".join(escaped(line) for line in text[:_CAP].rstrip("\n").split("\n")))
