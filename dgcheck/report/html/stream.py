"""The streams: audio that was sent against words that came, over the time since the socket was open."""

from __future__ import annotations

from dgcheck.model.evidence import Ending, Heard, Stream
from dgcheck.model.report import Report
from dgcheck.report.harmless import word
from dgcheck.report.html.element import Child, Markup, each, join, prose, tag
from dgcheck.report.html.marks import fold
from dgcheck.report.html.part import Part
from dgcheck.report.html.seen import Shelf
from dgcheck.report.html.waterfall import WIDTH, axis, chart, scale
from dgcheck.report.wording import count, duration

_MOST = 24  # streams, and messages of one
_PLANS = {"at_once": "CloseStream sent at once", "after_first": "CloseStream sent after the first result"}
_ENDS = {
    "server": "closed by the server",
    "client": "closed by dgcheck",
    "fin": "cut without a close frame",
    "reset": "reset",
    "": "ended",
}


def part(report: Report, shelf: Shelf) -> Part | None:
    """The streams of `ws.stream`, then those of other checks folded; None where no socket was opened."""
    every = list(shelf.of(Stream))
    if not every:
        return None
    main = [one for one in every if one.check == "ws.stream"] or every[:1]
    others = [one for one in every if one not in main][:_MOST]
    rest = fold(f"{count(len(others), 'more stream')} of other checks", *(_stream(one, shelf) for one in others))
    body = join(*(_stream(one, shelf) for one in main[:_MOST]), rest if others else None)
    return Part("stream", "The stream", body, "Time runs from the moment at which the socket was open.")


def _stream(seen: Stream, shelf: Shelf) -> Markup:
    ends = [seen.ended_at, seen.audio_sent_at or 0.0, *(heard.at for heard in seen.heard)]
    span = axis(max(max(ends) - seen.opened_at, 0.001))
    plan = _PLANS.get(seen.plan, seen.plan.replace("_", " "))
    title = tag("h3", tag("code", seen.check), f" {seen.address} ", tag("span", plan, cls="about"))
    return tag(
        "article",
        title,
        tag("p", _told(seen), " ", shelf.link(seen.id)),
        scale(span),
        tag("div", _sent(seen, span), _heard(seen, span), cls="rows"),
        _messages(seen),
        cls="card stream",
    )


def _after(seen: Stream, at: float | None) -> str:
    return "" if at is None else duration(max(at - seen.opened_at, 0.0))


def _told(seen: Stream) -> str:
    parts = []
    if seen.audio_seconds:
        parts.append(f"{duration(seen.audio_seconds)} of audio sent in {_after(seen, seen.audio_sent_at) or '?'}")
    words = next((heard for heard in seen.heard if heard.transcript), None)
    parts.append(f"first words after {_after(seen, words.at)}" if words else "no words came")
    end = _ENDS.get(seen.closed_by, seen.closed_by)
    if seen.ending is not Ending.ANSWERED and not seen.closed_by:
        end = seen.ending.value.replace("_", " ")
    code = f" with {seen.close_code}" if seen.close_code is not None else ""
    reason = f" {seen.close_reason}" if seen.close_reason else ""
    parts.append(f"{end}{code}{reason}" + (f" after {_after(seen, seen.ended_at)}" if seen.ended_at else ""))
    return ", ".join(parts) + "."


def _x(seen: Stream, at: float, span: float) -> float:
    return round(min(max((at - seen.opened_at) / span, 0.0), 1.0) * (WIDTH - 4), 1)


def _mark(seen: Stream, at: float, span: float, cls: str, said: str) -> Markup:
    title = tag("title", f"{said}, after {_after(seen, at)}")
    return tag("rect", title, x=_x(seen, at, span), y=1, width=4, height=14, cls=cls)


def _sent(seen: Stream, span: float) -> Markup:
    inside: list[Child] = []
    if seen.audio_sent_at is not None:
        width = max(_x(seen, seen.audio_sent_at, span), 3)
        title = tag("title", f"audio, until {_after(seen, seen.audio_sent_at)}")
        inside.append(tag("rect", title, x=0, y=3, width=width, height=10, cls="audio"))
    if seen.close_sent_at is not None:
        inside.append(_mark(seen, seen.close_sent_at, span, "closing", "CloseStream"))
    until, closing = _after(seen, seen.audio_sent_at), _after(seen, seen.close_sent_at)
    told = f"audio sent until {until}" if until else "no audio was sent"
    told += f", CloseStream after {closing}" if closing else ""
    return _lane("audio sent", chart(join(*inside), told), until)


def _heard(seen: Stream, span: float) -> Markup:
    marks = [_mark(seen, one.at, span, _kind(one), _kind(one)) for one in seen.heard[:400]]
    if seen.ended_at:
        marks.append(_mark(seen, seen.ended_at, span, "ended", "the end"))
    finals = sum(bool(one.is_final and one.transcript) for one in seen.heard)
    interims = sum(bool(one.transcript and not one.is_final) for one in seen.heard)
    told = f"{count(interims, 'interim result')} and {count(finals, 'final result')}"
    told += f", end after {_after(seen, seen.ended_at)}" if seen.ended_at else ""
    words = next((one for one in seen.heard if one.transcript), None)
    return _lane("words received", chart(each(marks), told), _after(seen, words.at) if words else "none")


def _lane(name: str, drawing: Markup, time: str) -> Markup:
    return tag("div", tag("span", name, cls="label"), drawing, tag("span", time, cls="number"), cls="row")


def _kind(heard: Heard) -> str:
    if heard.kind != "Results":
        return "message"
    return "final" if heard.is_final else "interim"


def _messages(seen: Stream) -> Markup | None:
    if not seen.heard:
        return None
    rows = (
        tag(
            "tr",
            tag("td", _after(seen, one.at), cls="number"),
            tag(
                "td", tag("span", _kind(one) if one.kind == "Results" else word(one.kind, 20), cls=f"chip {_kind(one)}")
            ),
            tag("td", prose(one.transcript or _else(one), 600)),
        )
        for one in seen.heard[:_MOST]
    )
    head = tag("tr", *(tag("th", name, scope="col") for name in ("After", "Message", "Words")))
    left = len(seen.heard) - _MOST
    more = tag("p", f"and {left} more messages", cls="about") if left > 0 else None
    return join(tag("table", tag("thead", head), tag("tbody", *rows), cls="messages"), more)


def _else(heard: Heard) -> str:
    if heard.kind == "Results":
        return "(no words)"
    parts = [f"{duration(heard.duration)} of audio" if heard.duration is not None else "", heard.request_id]
    return ", ".join(part for part in parts if part) or heard.text[:200]
