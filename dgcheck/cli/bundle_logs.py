"""What the logs of a bundle say, read together in the order of their times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dgcheck.report.harmless import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import IO

    from dgcheck.explain.tally import Heard

NAME = "logs-explained.txt"
_WIDTH = 92
_MOST = 200  # different things of the list by time


def explained(names: Sequence[str], opened: Callable[[str], IO[bytes]]) -> tuple[str, str]:
    """(text, its first sentence) for these files, which `opened` opens; they hold no secrets any more."""
    from dgcheck.explain import pages
    from dgcheck.explain.answer import answer
    from dgcheck.explain.layer import layer
    from dgcheck.explain.messages import messages
    from dgcheck.explain.read import Reader
    from dgcheck.explain.spoken import spoken

    reader = Reader(messages())
    for name in names:
        with opened(name) as file:
            reader.stream(file.read, name)
    everything = pages.pages()
    heard = reader.heard()
    found = answer(heard, reader.whole, everything, layer)
    # What `explain` alone would ask next has been asked: the rest of the bundle says what came of it.
    said = spoken(found, width=_WIDTH, colour=False) if found["matches"] else _sentence(found) + "\n"
    lines = [f"Read together: {', '.join(names)}", "", said]
    codes = {page["cause"]: page["code"] for page in everything}
    rows = [_row(one, codes) for one in sorted(heard, key=_when)[:_MOST]]
    if rows:
        lines += ["In the order of their first times (UTC where a log names its zone):", "", *rows]
    return "\n".join(lines) + "\n", _sentence(found)


def _when(one: Heard) -> tuple[bool, str, int]:
    return not one.first.time, one.first.time, one.order


def _row(one: Heard, codes: dict[str, str]) -> str:
    first, last = one.first, one.last
    many = f", {one.count} times until {last.time or f'line {last.line}'}" if one.count > 1 else ""
    code = codes.get(one.said.cause, "")
    words = one_line(one.quote, 240)
    return f"{first.time or '(no time)':<23}  {first.file}:{first.line}  {code} {one.said.cause}{many}\n    {words}"


def _sentence(found: Any) -> str:
    matches = found["matches"]
    if not matches:
        return "The attached logs hold no message that dgcheck knows."
    first = matches[0]
    sure = "" if found["verdict"] == "certain" else f" ({found['verdict']})"
    return f"The attached logs name {first['code']} {first['cause']}{sure}: {first['says']}"
