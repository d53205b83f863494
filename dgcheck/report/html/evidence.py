"""The raw evidence, on demand: each piece as one line, beneath it what went over the wire, and its record."""

from __future__ import annotations

from typing import Any

from dgcheck.model.evidence import Exchange, Seen, Wire
from dgcheck.model.record import replace
from dgcheck.report import saw
from dgcheck.report.harmless import one_line
from dgcheck.report.html.element import Markup, lines, tag
from dgcheck.report.html.marks import fold, snippet
from dgcheck.report.html.part import Part
from dgcheck.report.html.seen import Shelf
from dgcheck.report.json import laid_out
from dgcheck.report.plain import seen_to_plain

_EACH = 12_000  # characters of one piece
_ALL = 140_000  # of all of them: the page stays small, the JSON report has the rest
_MODELS = 10  # of a listing; the table of models has the others
_HEADERS, _HEADER = 60, 600


def part(shelf: Shelf) -> Part | None:
    """A fold for each piece of evidence; None where nothing was seen."""
    if not shelf.all:
        return None
    left = _ALL
    rows = []
    for place, seen in enumerate(shelf.all):
        raw = _raw(seen)
        size = sum(len(one.text) for one in raw.values())
        if size > left:
            raw, size = {}, 0
        left -= size
        rows.append(_piece(place, seen, raw))
    return Part(
        "evidence",
        "What was seen",
        tag("div", *rows, cls="evidence"),
        "Every piece of evidence in the order in which it was recorded. Secrets were taken out before it was kept.",
    )


def _piece(place: int, seen: Seen, raw: dict[str, Markup]) -> Markup:
    inside = [snippet(text, f"{name} of {seen.id}") for name, text in raw.items()]
    if not inside:
        inside = [tag("p", "Too long for this page; the JSON report has it.", cls="about")]
    return fold(tag("code", saw.line(seen)), *inside, key=f"seen-{place}")


def _raw(seen: Seen) -> dict[str, Markup]:
    """Name -> text of what there is to look at."""
    plain = _plain(seen)
    found: dict[str, str] = {}
    if isinstance(seen, Wire):
        found["request"], plain["request"] = _request(seen), "above"
        if seen.response:
            found["response"], plain["response"] = _response(seen), "above"
    found["record"] = laid_out(_short(plain))
    return {name: lines(text, _EACH) for name, text in found.items()}


def _plain(seen: Seen) -> dict[str, Any]:
    """The record. Of a long listing the first models stand in it; the table of models has the others."""
    models = seen.listing.models if isinstance(seen, Exchange) and seen.listing else ()
    if not (isinstance(seen, Exchange) and seen.listing and len(models) > _MODELS):
        return seen_to_plain(seen)
    plain = seen_to_plain(replace(seen, listing=replace(seen.listing, models=models[:_MODELS])))
    plain["listing"]["left_out_here"] = len(models) - _MODELS
    return plain


def _request(seen: Wire) -> str:
    asked = seen.request
    body = [f"({asked.body_sent} of {asked.body_bytes} bytes of body sent)"] if asked.body_bytes else []
    return "\n".join([f"{asked.method} {asked.target} HTTP/1.1", *_headers(asked.headers), "", *body]).rstrip()


def _response(seen: Wire) -> str:
    said = seen.response
    assert said is not None
    first = f"HTTP/{said.version} {said.status} {said.reason}".rstrip()
    more = [] if said.complete else ["(the body was cut short)"]
    return "\n".join([first, *_headers(said.headers), "", said.body[: _EACH + 1], *more]).rstrip()


def _headers(pairs: tuple[tuple[str, str], ...]) -> list[str]:
    found = [f"{one_line(name, 200)}: {one_line(value, _HEADER)}" for name, value in pairs[:_HEADERS]]
    left = len(pairs) - _HEADERS
    return [*found, f"... and {left} more headers"] if left > 0 else found


def _short(value: Any) -> Any:
    """The record without what is empty: nobody reads forty empty fields."""
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items() if item not in (None, "", [], {})}
    if isinstance(value, list):
        return [_short(item) for item in value]
    return one_line(value, _EACH) if isinstance(value, str) and len(value) > _EACH else value
