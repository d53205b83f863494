"""The document: its head with the policy, the order of its parts, and what stands around them."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from dgcheck.model.report import Report
from dgcheck.report import wording
from dgcheck.report.findings import causes
from dgcheck.report.html import (
    answer,
    beside,
    certificate,
    checks,
    evidence,
    held,
    models,
    replicas,
    stream,
    through,
    waterfall,
)
from dgcheck.report.html.element import Markup, each, escaped, join, prose, tag
from dgcheck.report.html.part import Part
from dgcheck.report.html.seen import Shelf

_FOLDER = Path(__file__).parent
_COLOURS = {"pass": "%2315803d", "warn": "%23b45309", "fail": "%23c81e1e"}  # of the mark in the browser's tab


def document(report: Report) -> str:
    """The whole page, without a line break at its end."""
    style, script = _kept("page.css"), _kept("page.js")
    trees = causes(report)
    shelf = Shelf(report)
    parts = [
        part
        for part in (
            checks.part(report, trees, shelf),
            through.part(report),
            waterfall.part(report, shelf),
            stream.part(report, shelf),
            held.part(shelf),
            certificate.part(report, shelf),
            models.part(report),
            replicas.part(report, shelf),
            beside.sdks(report),
            beside.settings(report),
            evidence.part(shelf),
        )
        if part is not None
    ]
    body = join(
        tag("a", "Skip to the answer", cls="skip", href="#answer"),
        answer.head(report),
        _contents(parts),
        tag("main", answer.part(report, trees, shelf), *map(_section, parts)),
        _foot(report),
        tag("p", cls="said", role="status", aria_live="polite"),
        between="\n",
    )
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            _head(report, style, script).text,
            f'<body class="is-{escaped(report.verdict.value)}">',
            body.text,
            f"<script>{script}</script>",
            "</body>",
            "</html>",
        )
    )


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy: what is in the file, by its hash, and nothing from elsewhere."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def furniture() -> str:
    """What stands in every page, whatever the report: style and script. A word of them tells no secret."""
    return f"{_kept('page.css')}\n{_kept('page.js')}"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _kept(name: str) -> str:
    """Style or script as the page holds it: the lines of the file without their indentation and comments of a line."""
    found = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line.strip() for line in found if line.strip() and not line.strip().startswith(("//", "/*")))


def _head(report: Report, style: str, script: str) -> Markup:
    colour = _COLOURS.get(report.verdict.value, "%23667085")
    icon = (
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
        f"<circle cx='8' cy='8' r='7' fill='{colour}'/></svg>"
    )
    title = f"{report.verdict.value.upper()}: {wording.target(report)} - dgcheck"
    return Markup(
        "\n".join(
            (
                "<head>",
                '<meta charset="utf-8">',
                f'<meta http-equiv="Content-Security-Policy" content="{policy(style, script)}">',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                '<meta name="referrer" content="no-referrer">',
                '<meta name="robots" content="noindex">',
                '<meta name="color-scheme" content="light dark">',
                f'<link rel="icon" href="{icon}">',
                f"<title>{escaped(title, 200)}</title>",
                f"<style>{style}</style>",
                "</head>",
            )
        )
    )


def _contents(parts: list[Part]) -> Markup:
    links = (tag("li", tag("a", part.title, href=f"#{part.name}")) for part in parts)
    first = tag("li", tag("a", "The answer", href="#answer"))
    return tag("nav", tag("ul", first, *links), aria_label="Parts of this report")


def _section(part: Part) -> Markup:
    heading = tag("h2", part.title, id=f"{part.name}-title")
    about = tag("p", part.about, cls="about") if part.about else None
    return tag("section", heading, about, part.body, id=part.name, aria_labelledby=f"{part.name}-title")


def _foot(report: Report) -> Markup:
    rows = [tag("p", prose(report.tested, 600))] if report.tested else []
    if report.untested:
        items = each(tag("li", prose(one, 200)) for one in report.untested)
        rows.append(tag("div", tag("p", "Not tested:"), tag("ul", items)))
    hint = wording.log_hint(report)
    if hint:
        rows.append(tag("p", "This run in a proxy's log: ", tag("code", hint)))
    rows.append(tag("p", wording.versions(report)))
    return tag("footer", *rows)
