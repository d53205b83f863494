"""The small things that every part of the page is made of: a status with its word, a snippet with its button."""

from __future__ import annotations

from dgcheck.model.report import Status
from dgcheck.report.harmless import word
from dgcheck.report.html.element import Child, Markup, join, lines, tag

_SIGNS = {Status.PASS: "✓", Status.WARN: "!", Status.FAIL: "✕", Status.SKIP: "–", Status.UNKNOWN: "?"}


def status(one: Status) -> Markup:
    """The status as sign and word, so that nobody needs its colour."""
    sign = tag("span", _SIGNS[one], aria_hidden="true")
    return tag("span", sign, " ", one.value, cls=f"status is-{one.value}")


def name(text: str, cap: int = 60) -> Markup:
    """A name as code; one that is empty says so, since a heading must have words."""
    return tag("code", word(text.strip(), cap) or "(no name)")


def snippet(text: str | Markup, what: str, cap: int = 8_000) -> Markup:
    """What is there to paste, with a button that copies it; `what` says for a screen reader what is copied.

    Without the script the button is not shown.
    """
    button = tag("button", "Copy", type="button", cls="copy", hidden=True, aria_label=f"Copy {what}")
    return tag(
        "div",
        tag(
            "pre",
            tag("code", text if isinstance(text, Markup) else lines(text, cap)),
            tabindex=0,
            role="group",
            aria_label=what,
        ),
        button,
        cls="snippet",
    )


def fold(summary: Child, *inside: Child, cls: str = "", key: str | None = None, opened: bool = False) -> Markup:
    """What is shown when somebody wants it."""
    return tag("details", tag("summary", summary), *inside, cls=cls or None, id=key, open=opened)


def facts(rows: list[tuple[str, Child]]) -> Markup:
    """Names and what they are, for what has one value each; nothing where there are none."""
    pairs = [tag("div", tag("dt", name), tag("dd", value)) for name, value in rows if value not in (None, "")]
    return tag("dl", *pairs, cls="facts") if pairs else join()


def wide(table: Markup, what: str) -> Markup:
    """A table that may be wider than a phone: it scrolls by itself, also by keyboard."""
    return tag("div", table, cls="wide", tabindex=0, role="group", aria_label=what)
