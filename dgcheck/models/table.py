"""From the evidence of a run to the table of models: its rows, the addresses that list them, what requests proved.

It is made from a report alone, so that a saved one gives the same table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from dgcheck.model.evidence import Dial, Ending, Exchange, Listing, Model, Wire
from dgcheck.model.record import dataclass, field
from dgcheck.model.report import Report
from dgcheck.wire import model_name
from dgcheck.wire.proving import PURPOSE, Proof, of_row, proof_of, proofs
from dgcheck.wire.refusal import read_refusal
from dgcheck.wire.row_order import in_order

_ENDPOINT_ABSENT = (404, 405)
_RESTS = (429, 503)  # the deployment asks to be left alone: nothing is proved, nor refuted


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one request that was to prove a row. `outcome` is works, refused, not_served, failed or
    put_off (429, 503).
    """

    outcome: str
    status: int | None = None
    says: str = ""  # the server's own words, or how it ended


@dataclass(frozen=True, slots=True)
class Row:
    """One model. `addresses` are those that list it; `tried` holds what was proved, by the way it was asked (batch,
    streaming, flux, voice).
    """

    model: Model
    name: str  # what a request calls it
    addresses: tuple[str, ...] = ()
    everywhere: bool = True
    tried: Mapping[str, Tried] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """One address of the deployment's name. `lacks` and `adds` say how its list differs from that of the most."""

    address: str
    listed: bool
    models: int = 0
    differs: bool = False
    lacks: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    says: str = ""  # why there is no list


@dataclass(frozen=True, slots=True)
class Table:
    """All of it. `shape` is that of the listing: flat (before release 260630), grouped, or '' where none was read.

    `untried` counts the requests that would prove the rest; `stopped` says why they were not made, '' = by the limit.
    """

    report: Report
    rows: tuple[Row, ...] = ()
    places: tuple[Place, ...] = ()
    shape: str = ""
    requests: int = 0
    untried: int = 0
    stopped: str = ""

    @property
    def differs(self) -> bool:
        """Whether the addresses do not list the same."""
        return any(one.differs for one in self.places)

    def of(self, kind: str) -> tuple[Row, ...]:
        """The rows of one kind: stt, flux, tts or helper."""
        return tuple(row for row in self.rows if row.model.kind == kind)


def table(report: Report) -> Table:
    """The table of a run that asked for the listing."""
    asked = [seen for seen in report.evidence if isinstance(seen, Exchange) and seen.check == "models"]
    own = [seen for seen in asked if not seen.purpose and seen.request.path.endswith("/models")]
    listings = {seen.address: seen.listing for seen in own if _known(seen.listing)}
    tried = dict(_tries(report))
    first = next((listing for listing in listings.values() if listing is not None), None)
    stopped = _stopped(list(tried.values()))
    unproved = [one for one in proofs(first) if one not in tried] if first and tried else []
    absent = {one.way for one, seen in tried.items() if _absent(one, seen)}
    return Table(
        report=report,
        rows=tuple(_rows(listings, tried)),
        places=tuple(_places(report, own)),
        shape=first.shape if first else "",
        requests=len(tried),
        untried=sum(one.way not in absent for one in unproved),
        stopped=stopped,
    )


def _known(listing: Listing | None) -> bool:
    return listing is not None and listing.shape != "other"


def _tries(report: Report) -> Iterator[tuple[Proof, Wire]]:
    for seen in report.evidence:
        proof = proof_of(seen) if isinstance(seen, Wire) and seen.purpose == PURPOSE else None
        if proof is not None and isinstance(seen, Wire):
            yield proof, seen


def _key(row: Model) -> tuple[object, ...]:
    """What makes two rows of different listings the same; ids and the order of languages are no difference."""
    languages = frozenset(tag.lower() for tag in row.languages)
    return (model_name.request_name(row), row.kind, row.version, row.batch, row.streaming, row.formatted, languages)


def _rows(listings: Mapping[str, Listing | None], tried: Mapping[Proof, Wire]) -> Iterator[Row]:
    by_key: dict[tuple[object, ...], tuple[Model, list[str]]] = {}
    for address, listing in listings.items():
        for row in listing.models if listing else ():
            _, where = by_key.setdefault(_key(row), (row, []))
            if address not in where:
                where.append(address)
    models = in_order(tuple(row for row, _ in by_key.values()))
    for row in models:
        where = by_key[_key(row)][1]
        asked = {one.way: tried[one] for one in of_row(row, models) if one in tried}
        absent = _voices_absent(row, tried) if not asked else {}
        proved = {way: _outcome(way, seen) for way, seen in asked.items()} | absent
        yield Row(row, model_name.request_name(row), tuple(where), len(where) == len(listings), proved)


def _voices_absent(row: Model, tried: Mapping[Proof, Wire]) -> dict[str, Tried]:
    """Rows that were not asked for, because another of their kind showed that the endpoint is not there."""
    way = {"tts": "voice", "flux": "flux"}.get(row.kind, "")
    mine = Proof(model_name.request_name(row), way).path if way else ""
    seen = next((seen for one, seen in tried.items() if mine == one.path and _absent(one, seen)), None)
    return {way: _outcome(way, seen)} if seen is not None else {}


def _absent(proof: Proof, seen: Wire) -> bool:
    return proof.way in ("voice", "flux") and seen.status in _ENDPOINT_ABSENT


def _outcome(way: str, seen: Wire) -> Tried:
    status = seen.status
    good = 101 if way in ("streaming", "flux") else 200
    if status == good and seen.ending is Ending.ANSWERED:
        return Tried("works", status)
    if status is None:
        return Tried("failed", None, seen.ending.value.replace("_", " "))
    refusal = read_refusal(seen.response)
    if way in ("voice", "flux") and status in _ENDPOINT_ABSENT:
        return Tried("not_served", status)
    if status in _RESTS:
        return Tried("put_off", status, refusal.words)
    words = refusal.words or (seen.response.reason if seen.response else "")
    about_it = refusal.about == "model" or (status in (400, 405) and refusal.about == "")
    return Tried("refused" if about_it else "failed", status, words)


def _stopped(seen: list[Wire]) -> str:
    """Why the requests ended before all was proved; '' where nothing but the limit ended them."""
    rest = next((one.status for one in seen if one.status in _RESTS), None)
    if rest:
        return f"the deployment answered {rest}"
    if sum(one.ending is Ending.TIMED_OUT for one in seen) > 1:
        return "several requests got no answer"
    return ""


def _places(report: Report, own: list[Exchange]) -> Iterator[Place]:
    found: dict[str, Exchange] = {}
    for seen in own:
        if seen.address and (seen.address not in found or seen.listing is not None):
            found[seen.address] = seen
    names = {address: _names(seen.listing) for address, seen in found.items() if _known(seen.listing)}
    counted = Counter(names.values())
    usual, most = counted.most_common(1)[0] if counted else (frozenset(), 0)
    tie = sum(count == most for count in counted.values()) > 1
    for address, seen in found.items():
        mine = names.get(address)
        if mine is None:
            yield Place(address, False, says=_why_not(seen))
            continue
        lacks, adds = tuple(sorted(_told(usual - mine, mine))), tuple(sorted(_told(mine - usual, usual)))
        differs = mine != usual or tie
        yield Place(address, True, len(seen.listing.models) if seen.listing else 0, differs, lacks, adds)
    for dial in report.evidence:
        if not isinstance(dial, Dial) or dial.check != "tcp" or dial.purpose or dial.via_proxy:
            continue
        if dial.address not in found and dial.ending is not Ending.ANSWERED:
            yield Place(dial.address, False, says=f"no connection: {_ended(dial)}")


_Names = frozenset[tuple[str, str]]


def _names(listing: Listing | None) -> _Names:
    """Each model as (name, what tells it from another listing's row of that name)."""
    return frozenset((model_name.request_name(row), _traits(row)) for row in (listing.models if listing else ()))


def _traits(row: Model) -> str:
    ways = [way for way in ("batch", "streaming") if getattr(row, way)]
    languages = ",".join(sorted(tag.lower() for tag in row.languages))
    return f"{row.kind} {row.version} {'+'.join(ways)} {row.formatted} {languages}"


def _told(mine: _Names, other: _Names) -> Iterator[str]:
    """The names of those rows; one that the other side has too, yet not the same, with what is different about it."""
    known = {name for name, _ in other}
    for name, _ in mine:
        yield f"{name} (as the others list it)" if name in known else name


def _why_not(seen: Exchange) -> str:
    if seen.status is not None:
        return f"GET /v1/models got {seen.status}" + (" without a list of models" if seen.status == 200 else "")
    return f"GET /v1/models: {seen.ending.value.replace('_', ' ')}"


def _ended(dial: Dial) -> str:
    return dial.ending.value.replace("_", " ")
