"""The addresses of one deployment in a row: what became of each, and between which two it breaks."""

from __future__ import annotations

from dgcheck.model.report import Report
from dgcheck.report import hops
from dgcheck.report.html.element import Markup, each, join, tag
from dgcheck.report.html.marks import name as code
from dgcheck.report.html.marks import status, wide
from dgcheck.report.html.part import Part


def part(report: Report) -> Part | None:
    """A row for each address, and what lies between each two of them; None without `--via`."""
    rows = hops.places(report)
    if not rows:
        return None
    heads = ("Address", "Where", "Outcome", "What is wrong")
    body = [
        tag(
            "tr",
            tag("th", row.name, scope="row"),
            _cell(code(row.url, 200)),
            _cell(status(row.verdict)),
            _cell(row.answer),
        )
        for row in rows
    ]
    table = tag(
        "table", tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads))), tag("tbody", *body)
    )
    between = each(_between(hop) for hop in hops.between(report, every=True))
    about = "The same deployment, asked through each of them; the nearest to the deployment stands first."
    return Part("through", "Through each address", join(wide(table, "Through each address"), between), about)


def _cell(value: Markup | str) -> Markup:
    return tag("td", value or "–")


def _between(hop: hops.Between) -> Markup:
    said = f"{hop.says[:1].upper()}{hop.says[1:]}."
    words = tag("p", tag("strong", said) if hop.broken else said)
    if not hop.rows:
        return words
    head = tag("tr", *(tag("th", text, scope="col") for text in ("What differs", hop.near, hop.far)))
    body = [tag("tr", tag("th", what, scope="row"), tag("td", near), tag("td", far)) for what, near, far in hop.rows]
    title = f"Between {hop.near} and {hop.far}"
    return join(words, wide(tag("table", tag("thead", head), tag("tbody", *body)), title))
