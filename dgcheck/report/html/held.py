"""The sockets that were held open: how long each lived, on what, and how it ended."""

from __future__ import annotations

from dgcheck.model.held import Held
from dgcheck.report.html.element import Markup, join, tag
from dgcheck.report.html.part import Part
from dgcheck.report.html.seen import Shelf
from dgcheck.report.html.waterfall import WIDTH, axis, chart, scale
from dgcheck.report.wording import count, duration

_PLANS = {"silent": "nothing sent", "keepalive": "KeepAlive messages", "audio": "audio, in real time"}
_ENDS = {"server": "closed by the server", "fin": "cut without a close frame", "reset": "reset"}
_MOST = 12


def part(shelf: Shelf) -> Part | None:
    """A bar for each held socket; None where none was held."""
    held = list(shelf.of(Held))[:_MOST]
    if not held:
        return None
    span = axis(max(max(one.ended_at - one.opened_at, one.tried) for one in held))
    body = join(scale(span), tag("div", *(_row(one, span, shelf) for one in held), cls="rows"))
    about = "Each was opened, sent a little audio and kept. The mark is where CloseStream went out."
    return Part("held", "Sockets that were held open", body, about)


def _row(seen: Held, span: float, shelf: Shelf) -> Markup:
    lived = max(seen.ended_at - seen.opened_at, 0.0)
    whole = seen.farewell_at is not None and seen.ending.value == "answered"
    inside = [tag("rect", x=0, y=3, width=_units(lived, span), height=10, cls=f"gone is-{'pass' if whole else 'fail'}")]
    if seen.farewell_at is not None:
        inside.append(
            tag("rect", x=_units(seen.farewell_at - seen.opened_at, span), y=1, width=4, height=14, cls="ended")
        )
    told = f"lived {duration(lived)} of {duration(seen.tried)}: {_end(seen, whole)}"
    label = tag("span", _PLANS.get(seen.plan, seen.plan), " ", shelf.link(seen.id), cls="label")
    more = tag("span", told, ", ", count(seen.results, "result"), cls="what")
    return tag(
        "div",
        tag("div", label, chart(join(*inside), told), tag("span", duration(lived), cls="number"), cls="row"),
        tag("p", more, cls="under"),
    )


def _end(seen: Held, whole: bool) -> str:
    if whole:
        return "it was still alive and closed in good order"
    end = _ENDS.get(seen.closed_by, seen.ending.value.replace("_", " "))
    code = f" with {seen.close_code}" if seen.close_code is not None else ""
    return f"{end}{code}{f' {seen.close_reason}' if seen.close_reason else ''}"


def _units(seconds: float, span: float) -> float:
    return round(min(max(seconds / span, 0.0), 1.0) * WIDTH, 1)
