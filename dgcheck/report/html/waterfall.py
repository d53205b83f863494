"""Where the time went: the recorded phases of each check and address as bars over one common axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dgcheck.model.evidence import Dial, Handshake, Lookup, Phase, Seen, Stream, Upgrade, Wire
from dgcheck.model.record import dataclass, replace
from dgcheck.model.report import CheckResult, Report
from dgcheck.report import phases
from dgcheck.report.harmless import word
from dgcheck.report.html.element import Child, Markup, each, join, tag
from dgcheck.report.html.marks import fold, wide
from dgcheck.report.html.part import Part
from dgcheck.report.html.seen import Shelf
from dgcheck.report.wording import count, duration, on_the_wire

WIDTH = 1000  # units of the axis
_ROUND = (1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 5.0, 6.0, 8.0, 10.0)  # a quarter of each is a round number, too
_FEW = 3  # lanes of a check that are shown at once
_MOST = 80  # lanes of a check
_NARROWEST = 2.5  # units; what is shorter would not be seen


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of bars."""

    address: str
    what: Child
    phases: tuple[Phase, ...]


def part(report: Report, shelf: Shelf) -> Part | None:
    """The waterfall; None where nothing was measured."""
    found = [(check, _lanes(check, shelf)) for check in report.checks]
    found = [(check, lanes) for check, lanes in found if lanes]
    shown = [phase for _, lanes in found for lane in lanes for phase in lane.phases]
    if not shown:
        return None
    one_place = len({lane.address for _, lanes in found for lane in lanes if lane.address}) < 2
    if one_place:  # an address that never differs says nothing
        found = [(check, [replace(lane, address="") for lane in lanes]) for check, lanes in found]
    span = axis(max(phase.start + phase.seconds for phase in shown))
    rows = each(_check(check, lanes, span) for check, lanes in found)
    names = [name for name in phases.ORDER if any(phase.name == name for phase in shown)]
    body = join(legend(names), scale(span), tag("div", rows, cls="rows"), _table(report))
    return Part("times", "Where the time went", body, "Measured on the wire, from the start of the run.")


def axis(seconds: float) -> float:
    """The round length of an axis that holds so many seconds."""
    seconds = max(seconds, 0.001)
    unit = 10.0 ** (len(f"{int(seconds * 1e6)}") - 1) / 1e6
    return next((unit * step for step in _ROUND if unit * step >= seconds), unit * 10)


def scale(span: float) -> Markup:
    """The axis' labels, one at the start of each quarter."""
    labels = (tag("span", duration(span * quarter / 4) if quarter else "0") for quarter in range(4))
    return tag("div", tag("span"), tag("div", *labels, cls="ticks"), tag("span"), cls="row scale", aria_hidden="true")


def legend(names: Iterable[str]) -> Markup:
    """Which colour is which phase."""
    items = (
        tag("li", tag("span", cls=f"key ph-{name.replace('_', '-')}", aria_hidden="true"), name.replace("_", " "))
        for name in names
    )
    return tag("ul", *items, cls="legend", aria_label="Phases")


def bars(shown: Sequence[Phase], span: float, name: str) -> Markup:
    """The phases as bars, told in words to whoever cannot see them."""
    told = ", ".join(f"{phase.name.replace('_', ' ')} {duration(phase.seconds)}" for phase in shown[:12])
    rects = (
        tag(
            "rect",
            tag("title", f"{phase.name.replace('_', ' ')}: {duration(phase.seconds)}, from {duration(phase.start)}"),
            x=_units(phase.start, span),
            y=3,
            width=max(_units(phase.seconds, span), _NARROWEST),
            height=10,
            cls=f"ph-{phase.name.replace('_', '-')}" if phase.name in phases.ORDER else "ph-other",
        )
        for phase in sorted(shown, key=lambda one: -one.seconds)  # what is shorter lies on top
    )
    return chart(each(rects), f"{name}: {told}")


def chart(inside: Markup, name: str, height: int = 16) -> Markup:
    """A drawing as wide as its column; its units are stretched, so that there is no text in it."""
    return Markup(
        f'<svg viewBox="0 0 {WIDTH} {height}" preserveAspectRatio="none" role="img"'
        f"{tag('x', aria_label=name).text[2:-5]}>{inside.text}</svg>"
    )


def _units(seconds: float, span: float) -> float:
    return round(min(max(seconds / span, 0.0), 1.0) * WIDTH, 1)


def _lanes(check: CheckResult, shelf: Shelf) -> list[Lane]:
    seen = [one for one in map(shelf.get, check.evidence) if one is not None and one.phases]
    lanes = [Lane(_address(one), join(_what(one), " ", shelf.link(one.id)), one.phases) for one in seen[:_MOST]]
    if not lanes:
        lanes = [Lane(one.address, "", one.phases) for one in check.addresses if one.phases]
    if not lanes and check.phases:
        lanes = [Lane(check.address or "", "", check.phases)]
    return sorted(lanes, key=lambda lane: (lane.address, min(phase.start for phase in lane.phases)))


def _address(seen: Seen) -> str:
    return word(str(getattr(seen, "address", "") or ""), 60)


def _what(seen: Seen) -> str:
    if isinstance(seen, Wire):
        kind = "upgrade" if isinstance(seen, Upgrade) else seen.request.method
        return word(f"{kind} {seen.request.path}", 60)
    names = {Dial: "connection", Handshake: "TLS", Lookup: "resolver", Stream: "stream"}
    return names.get(type(seen), "")


def _check(check: CheckResult, lanes: list[Lane], span: float) -> Markup:
    every = tuple(phase for lane in lanes for phase in lane.phases)
    taken = on_the_wire(every)
    time = duration(taken) if taken is not None else ""
    name = tag("code", word(check.id, 24))
    if len(lanes) == 1:
        return _row(join(name, _where(lanes[0])), bars(lanes[0].phases, span, word(check.id, 24)), time)
    row = _row(join(name, tag("span", f" {_many(lanes)}", cls="what")), bars(every, span, word(check.id, 24)), time)
    inside = (
        _row(_where(lane), bars(lane.phases, span, f"{word(check.id, 24)} {lane.address}"), _time(lane))
        for lane in lanes
    )
    return fold(row, *inside, opened=len(lanes) <= _FEW)


def _many(lanes: list[Lane]) -> str:
    apart = len({lane.address for lane in lanes})
    return count(apart, "address", "addresses") if 1 < apart == len(lanes) else count(len(lanes), "question")


def _time(lane: Lane) -> str:
    taken = on_the_wire(lane.phases)
    return "" if taken is None else duration(taken)


def _where(lane: Lane) -> Markup:
    return tag("span", " ", tag("span", f"{lane.address} ", cls="at") if lane.address else None, lane.what, cls="what")


def _row(label: Markup, drawing: Markup, time: str) -> Markup:
    return tag("span", tag("span", label, cls="label"), drawing, tag("span", time, cls="number"), cls="row")


def _table(report: Report) -> Markup | None:
    head, body = phases.rows(report)
    if not body:
        return None
    rows = (
        tag("tr", tag("th", row[0] or "(no name)", scope="row"), *(tag("td", cell) for cell in row[1:])) for row in body
    )
    names = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in head)))
    table = tag("table", names, tag("tbody", *rows), cls="figures")
    return fold("The same as a table", wide(table, "Phases of the checks"))
