"""HTML as a tree of calls: whatever is text is escaped, made visible and capped, so that no page can be broken by it.

`Markup` is the one type that is written as it stands, and only `tag`, `prose`, `pre` and `join` make it.
"""

from __future__ import annotations

from collections.abc import Iterable

from dgcheck.model.pattern import pattern
from dgcheck.report.harmless import LINE_CAP, block, one_line

_VOID = frozenset({"meta", "link", "br", "hr"})
_SPAN = pattern(r"`([^`]+)`")


class Markup:
    """Finished HTML."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


Child = Markup | str | None
NOTHING = Markup("")


def _safe(text: str) -> str:
    """The five characters that mean something to HTML, as what shows them."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;")


def escaped(text: str, cap: int = LINE_CAP) -> str:
    """Text for any place of the page, in one line, at most `cap` characters of it."""
    return _safe(one_line(text, cap))


def tag(name: str, /, *children: Child, **attributes: str | int | float | bool | None) -> Markup:
    """An element. An attribute that is None or False is left out, True stands without a value.

    Of names, `cls` is class and an underscore a hyphen. No attribute of ours holds a URL or a script of others.
    """
    found = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{found}>")
    return Markup(f"<{name}{found}>{join(*children).text}</{name}>")


def _attribute(key: str, value: str | int | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = "class" if key == "cls" else key.replace("_", "-")
    if value is True:
        return f" {name}"
    said = escaped(value) if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)
    return f' {name}="{said}"'


def join(*children: Child, between: str = "") -> Markup:
    """What stands one after the other; None is left out."""
    parts = [one.text if isinstance(one, Markup) else escaped(one) for one in children if one is not None]
    return Markup(between.join(parts))


def each(children: Iterable[Child], between: str = "") -> Markup:
    """The same for what was counted out."""
    return join(*children, between=between)


def prose(text: str, cap: int = LINE_CAP) -> Markup:
    """A sentence in which what stands in backquotes is code."""
    parts = _SPAN.split(one_line(text, cap))
    return each(
        Markup(f"<code>{_safe(part)}</code>") if place % 2 else Markup(_safe(part)) for place, part in enumerate(parts)
    )


def lines(text: str, cap: int = 8_000) -> Markup:
    """The lines of a snippet as they are, each made visible."""
    return Markup(_safe("\n".join(block(text, cap))))
