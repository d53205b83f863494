"""Whether the models that somebody counts on are listed, each as it is needed. The listing is taken at its word.

What it denies is not met; what it leaves open is not known, unless a request has proved it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dgcheck.model.evidence import Exchange, Listing, Model
from dgcheck.model.record import dataclass
from dgcheck.model.target import Expected
from dgcheck.models.table import Row, Table
from dgcheck.wire import choose
from dgcheck.wire.wanted import Wanted, misfit

_WAYS = {"both": ("batch", "streaming"), "rest": ("batch",), "streaming": ("streaming",)}
_SERVED = {"batch": "pre-recorded audio (batch)", "streaming": "live audio (streaming)"}


@dataclass(frozen=True, slots=True)
class Result:
    """One expectation: `met` None = the listing does not say. `says` is why it is not met, or what is not known."""

    expected: Expected
    met: bool | None
    says: str = ""


def results(expected: Sequence[Expected], table: Table) -> tuple[Result, ...]:
    """Each expectation with what became of it; none is met where there is no listing."""
    if not table.shape:
        return tuple(Result(one, None, "there is no listing to tell") for one in expected)
    return tuple(_result(one, table) for one in expected)


def _result(one: Expected, table: Table) -> Result:
    listings = _listings(table)
    rows = tuple(row for row in table.rows if row.model in choose.exact(_all(table), one.name))
    wrong = [*_denied(one, listings), *_refused(one, rows)]
    if wrong:
        return Result(one, False, "; ".join(dict.fromkeys(wrong)))
    if rows and all(row.model.kind != "stt" for row in rows):
        return Result(one, True)
    open_ = list(_open(one, rows))
    return Result(one, None, f"the listing does not say {', '.join(open_)}") if open_ else Result(one, True)


def _all(table: Table) -> Listing:
    return Listing(shape=table.shape, models=tuple(row.model for row in table.rows))


def _listings(table: Table) -> dict[str, Listing]:
    """What each address lists."""
    found: dict[str, Listing] = {}
    for seen in table.report.evidence:
        if isinstance(seen, Exchange) and seen.check == "models" and seen.listing and seen.listing.shape != "other":
            found.setdefault(seen.address, seen.listing)
    return found


def _denied(one: Expected, listings: dict[str, Listing]) -> Iterator[str]:
    """Why a listing cannot serve it; with the address where not every one says so."""
    said: dict[str, list[str]] = {}
    for address, listing in listings.items():
        why = _denied_by(one, listing)
        if why:
            said.setdefault(why, []).append(address)
    for why, where in said.items():
        yield why if len(where) == len(listings) else f"{why} at {', '.join(where)}"


def _denied_by(one: Expected, listing: Listing) -> str:
    rows = choose.exact(listing, one.name)
    if rows and all(row.kind != "stt" for row in rows):
        return ""  # a voice, a Flux model or a helper: it is listed, and nothing else is told of it
    for language in one.languages or (choose.own_language(rows),):
        for way in _WAYS[one.mode]:
            found = misfit(listing, Wanted(one.name, language, one.version, mode=way))
            if found is None:
                continue
            return _words(found.reason, one, language, way, found.rows, found.nearest)
    if one.formatted is not None and rows and {row.formatted for row in rows} == {not one.formatted}:
        return f"it is listed with {'no ' if one.formatted else ''}formatted output"
    return ""


def _words(reason: str, one: Expected, language: str, way: str, rows: tuple[Model, ...], nearest: str) -> str:
    if reason == "version":
        listed = ", ".join(dict.fromkeys(row.version for row in rows))
        return f"it is listed in version {listed}, not {one.version}"
    if reason == "language":
        return f"it is not listed for {language}" + (f" (written {nearest}?)" if nearest else "")
    if reason == "mode":
        of = f" for {language}" if language else ""
        return f"it is not listed for {_SERVED[way]}{of}"
    if reason == "endpoint":
        return "it is no model of /v1/listen"
    return f"it is not listed; did you mean {nearest}?" if nearest else "it is not listed"


def _refused(one: Expected, rows: tuple[Row, ...]) -> Iterator[str]:
    """What a request has shown, whatever the listing says."""
    for row in rows:
        for way, tried in row.tried.items():
            if tried.outcome in ("refused", "failed") and way in _WAYS[one.mode]:
                how = f"{tried.status}" if tried.status else tried.says
                yield f"a request for {_SERVED[way]} got {how}"


def _open(one: Expected, rows: tuple[Row, ...]) -> Iterator[str]:
    models = tuple(row.model for row in rows)
    for way in _WAYS[one.mode]:
        proved = any(row.tried.get(way) is not None and row.tried[way].outcome == "works" for row in rows)
        if choose.mode(models, way) is None and not proved:
            yield f"whether it serves {_SERVED[way]}"
    for language in one.languages:
        if choose.speaks(models, language) is None:
            yield f"whether it is for {language}"
    if one.version and not any(row.version for row in models):
        yield "its version"
    if one.formatted is not None and {row.formatted for row in models} == {None}:
        yield "whether its output is formatted"


def name_of(one: Expected) -> str:
    """`nova-3`, with what is asked of it: `nova-2 (streaming; es; version 2024-01-18.26916)`."""
    parts = [] if one.mode == "both" else ["batch" if one.mode == "rest" else one.mode]
    parts += [", ".join(one.languages)] if one.languages else []
    parts += [f"version {one.version}"] if one.version else []
    parts += [] if one.formatted is None else ["formatted" if one.formatted else "not formatted"]
    return f"{one.name} ({'; '.join(parts)})" if parts else one.name
