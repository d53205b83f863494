"""The answer to pasted text, for a person: what it names, where it stands, what to do, what to run."""

from __future__ import annotations

from dgcheck.report.layout import wrap

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from dgcheck.explain.answer import Answer

PROSE = 92
_HOW_SURE = {"certain": "", "likely": "likely", "possible": "possible"}
_LAYERS = {
    "settings": "the settings",
    "dns": "the name's resolution (DNS)",
    "tcp": "the TCP connection",
    "tls": "TLS",
    "http": "an HTTP answer",
    "websocket": "the WebSocket",
}


def spoken(answer: Answer, *, width: int, colour: bool) -> str:
    """Text of at most `width` columns where words allow it; `colour` adds escape codes."""
    room = min(width, PROSE)
    matches = answer["matches"]
    if not matches:
        return "\n".join(_unrecognised(answer, room, colour)) + "\n"
    first, *rest = matches
    ambiguous = answer["verdict"] == "possible" and bool(rest)
    lines = _ambiguous(matches, room, colour) if ambiguous else _named(first, room, colour)
    lines += ["", _paint("What to do" if not ambiguous else f"If it is {first['cause']}", "1", colour)]
    lines += _remedies(first, room, colour)
    if rest and not ambiguous:
        heading = "Also read in it" if rest[0]["span"] else "Less likely"
        lines += ["", _paint(heading, "1", colour), *_listed(rest, room, colour)]
    if answer["command"]:
        why = "What tells them apart" if ambiguous else "Ask again from here"
        lines += ["", f"{_paint(why, '1', colour)}", "  " + _paint(answer["command"], "36", colour)]
    return "\n".join(lines) + "\n"


def _named(match: Answer, room: int, colour: bool) -> list[str]:
    sure = _HOW_SURE[match["confidence"]]
    head = f"{_paint(match['code'], '31;1', colour)}  {_paint(match['cause'], '1', colour)}"
    lines = [head + (f"  ({sure})" if sure else "")]
    lines += [_paint(line, "1", colour) for line in wrap(match["title"], room)]
    if match["title"].rstrip(".") != match["says"].rstrip("."):
        lines += wrap(match["says"], room)
    return lines + _where(match, room)


def _where(match: Answer, room: int) -> list[str]:
    """The words themselves, and how often and where they stand."""
    words = match.get("words")
    if not words:
        return []
    first, last = match["first"], match["last"]
    where = _place(first)
    if match["count"] > 1:
        where = f"{match['count']} times, first {where}, last {_place(last)}"
    shown = words if len(words) <= 2 * room else words[: 2 * room - 1] + "…"
    return [
        "",
        *(f"  {line}" for line in wrap(f"“{shown}”", room - 2)),
        *(f"  {line}" for line in wrap(where, room - 2)),
    ]


def _place(place: Answer) -> str:
    where = f"in line {place['line']}"
    if place.get("file") not in (None, "", "-"):
        where += f" of {place['file']}"
    if place.get("time"):
        where += f" at {place['time'].removeprefix('0000-')}"
    return where


def _ambiguous(matches: list[Answer], room: int, colour: bool) -> list[str]:
    lines = wrap("These words fit more than one cause; the likeliest first:", room)
    lines += _listed(matches, room, colour)
    return lines + _where(matches[0], room)


def _listed(matches: list[Answer], room: int, colour: bool) -> list[str]:
    lines = []
    column = max(len(match["cause"]) for match in matches) + 2
    for match in matches:
        head = f"  {_paint(match['code'], '33', colour)}  {match['cause']:<{column}}"
        many = f" ({match['count']} times)" if match.get("count", 1) > 1 else ""
        first, *more = wrap(match["title"] + many, max(room - 10 - column, 24))
        lines += [head + first, *(" " * (10 + column) + line for line in more)]
    return lines


def _remedies(match: Answer, room: int, colour: bool) -> list[str]:
    lines: list[str] = []
    for number, remedy in enumerate(match["remedies"], 1):
        first, *more = wrap(remedy["do"], room - 4)
        lines += [f"{number:>2}. {first}", *(" " * 4 + line for line in more)]
        lines += [" " * 6 + _paint(line, "36", colour) for line in remedy["command"].splitlines()]
    return lines or [f"    dgcheck explain {match['code']}"]


def _unrecognised(answer: Answer, room: int, colour: bool) -> list[str]:
    lines = wrap("Nothing in this text is a message that dgcheck knows.", room)
    if answer["layer"]:
        lines += wrap(f"What it proves is that it concerns {_LAYERS[answer['layer']]}.", room)
    command = answer["command"] or "dgcheck run http://HOST:8080"
    lines += ["", "To see for yourself what is wrong:" if not answer["command"] else "Ask again from here:"]
    return [*lines, "  " + _paint(command, "36", colour)]


def _paint(text: str, how: str, colour: bool) -> str:
    return f"\x1b[{how}m{text}\x1b[0m" if colour and text else text
