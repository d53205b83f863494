"""A page of the catalogue, and its list, as text for a person."""

from __future__ import annotations

import re

from dgcheck.model.pattern import pattern
from dgcheck.report.layout import wrap

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dgcheck.explain.pages import Page

PROSE = 92
LAYERS = {
    "DG0": "settings and URL",
    "DG1": "DNS",
    "DG2": "reaching it: TCP, TLS, proxies",
    "DG3": "HTTP and REST",
    "DG4": "WebSocket",
    "DG5": "models and deployment",
    "DG6": "quality and latency",
    "DG9": "dgcheck itself",
}
# What a remedy's placeholder is on a page, where there is no target yet.
_EXAMPLES = {
    "base": "http://HOST:8080",
    "right_url": "http://HOST:8080",
    "authority": "HOST:8080",
    "scheme": "http",
    "prefix": "",
}
_PLACEHOLDER = pattern(r"\{(\w+)\}")
_SIGNS = {"error": "31", "warning": "33", "info": "36"}
_WAITING = {
    "soon": "It can pass by itself, as while things start: `dgcheck wait URL` waits for that to the end of its time.",
    "perhaps": "It can still heal while an installation is under way: `dgcheck wait URL` waits for that, and gives up "
    "where nothing changes for five minutes (--give-up-after).",
    "never": "Waiting does not mend it.",
}


def listing(pages: Sequence[Page], *, width: int, colour: bool) -> str:
    """All causes by layer: code, cause, title."""
    column = max(len(page["cause"]) for page in pages) + 2
    lines: list[str] = []
    layer = ""
    for page in pages:
        if page["retired"]:
            continue
        if page["code"][:3] != layer:
            layer = page["code"][:3]
            lines += ["", _paint(LAYERS.get(layer, layer), "1", colour)]
        head = f"  {_paint(page['code'], _SIGNS.get(page['severity'], '0'), colour)}  {page['cause']:<{column}}"
        title = wrap(page["title"], max(width - 10 - column, 24))
        lines += [head + title[0], *(" " * (10 + column) + more for more in title[1:])]
    lines += ["", "dgcheck explain CODE says what one means, how it is told apart, and what to do."]
    return "\n".join(lines[1:]) + "\n"


def page_text(page: Page, pages: Sequence[Page], *, width: int, colour: bool) -> str:
    """One cause: what it means, how it is told apart, what to do, what it brings about."""
    room = min(width, PROSE)
    codes = {one["cause"]: one["code"] for one in pages}
    severity = _paint(page["severity"], _SIGNS.get(page["severity"], "0"), colour)
    lines = [f"{_paint(page['code'], '1', colour)}  {page['cause']}  ({severity})", _paint(page["title"], "1", colour)]
    if page["retired"]:
        lines.append(f"No longer named since {page['retired']}.")
    for paragraph in _paragraphs(page["explanation"]):
        lines += ["", *wrap(paragraph, room)]
    if page["told_apart"]:
        lines += ["", _paint("How it is told apart", "1", colour), *_below(page["told_apart"], room)]
    lines += ["", _paint("What to do", "1", colour), *_remedies(page, room, colour)]
    brings = [f"{codes[word]} {word}" for word in page["explains"] if word in codes]
    if brings:
        lines += ["", _paint("It can bring about", "1", colour), *_below(", ".join(brings), room)]
    lines += ["", *wrap(_waiting(page), room)]
    return "\n".join(lines) + "\n"


def _waiting(page: Page) -> str:
    if page["severity"] == "info":
        return "It is information: it changes no verdict."
    return _WAITING[page["heals"]]


def _remedies(page: Page, room: int, colour: bool) -> list[str]:
    lines: list[str] = []
    for number, remedy in enumerate(page["remedies"], 1):
        place = f"{remedy['place']}: " if remedy["place"] else ""
        first, *more = wrap(f"{place}{_example(remedy['do'])}", room - 4)
        lines += [f"{number:>2}. {first}", *(" " * 4 + line for line in more)]
        for line in _example(remedy["command"]).splitlines():
            lines.append(" " * 6 + _paint(line, "36", colour))
    return lines


def _example(template: str) -> str:
    filled = _PLACEHOLDER.sub(lambda found: _EXAMPLES.get(found[1], found[1].upper()), template)
    return filled.replace("{{", "{").replace("}}", "}")


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]


def _below(text: str, room: int) -> list[str]:
    return [line for paragraph in _paragraphs(text) for line in wrap(paragraph, room)]


def _paint(text: str, how: str, colour: bool) -> str:
    return f"\x1b[{how}m{text}\x1b[0m" if colour and text else text
