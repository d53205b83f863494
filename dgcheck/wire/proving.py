"""Which requests prove what a listing says: one for each way in which a model is said to serve.

A row that denies a way is not asked for it; one that says nothing of a way is. Helper models serve no request of their
own.
"""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.evidence import Exchange, Listing, Model, Upgrade, Wire
from dgcheck.model.record import dataclass
from dgcheck.wire import choose, endpoint, model_name
from dgcheck.wire.row_order import in_order

PURPOSE = "try"  # under which such requests are kept: no rule judges them as questions of a diagnosis
VOICE_TEXT = "Hello."
# way -> the endpoint that serves it
PATHS = {"batch": "/v1/listen", "streaming": "/v1/listen", "flux": "/v2/listen", "voice": "/v1/speak"}


@dataclass(frozen=True, slots=True)
class Proof:
    """One request: the model as it is asked for, and the way. `language` and `version` are '' where the service's
    default, or the only version there is, will do.
    """

    name: str
    way: str  # batch, streaming, flux or voice
    language: str = ""
    version: str = ""

    @property
    def path(self) -> str:
        """The endpoint that serves it; a Flux voice has its own."""
        return endpoint.SPEAK_2 if self.way == "voice" and endpoint.is_flux_voice(self.name) else PATHS[self.way]

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The parameters that name the model."""
        pairs = (("model", self.name), ("language", self.language), ("version", self.version))
        return tuple(pair for pair in pairs if pair[1])


def proofs(listing: Listing) -> tuple[Proof, ...]:
    """Every request, speech models first, in the order of the table; none stands twice."""
    rows = in_order(listing.models)
    found: dict[Proof, None] = {}
    for row in rows:
        for one in of_row(row, rows):
            found[one] = None
    return tuple(found)


def of_row(row: Model, rows: tuple[Model, ...]) -> Iterator[Proof]:
    """The requests that prove one row among all `rows`."""
    name = model_name.request_name(row)
    if row.kind == "flux":
        yield Proof(name, "flux")
    if row.kind == "tts":
        yield Proof(name, "voice")
    if row.kind != "stt":
        return
    language = choose.own_language((row,))
    same = [one for one in rows if one.kind == "stt" and model_name.request_name(one) == name]
    several = len({one.version for one in same if _alike(one, row)}) > 1
    version = row.version if several else ""
    for way in ("batch", "streaming"):
        if getattr(row, way) is not False:
            yield Proof(name, way, language, version)


def _alike(one: Model, row: Model) -> bool:
    """Whether two rows serve the same way, so that only the version tells which is meant."""
    return any(getattr(one, way) is not False and getattr(row, way) is not False for way in ("batch", "streaming"))


def proof_of(seen: Wire) -> Proof | None:
    """Which of these requests a piece of evidence was; None for any other."""
    query = dict(reversed(seen.request.query))
    path, upgrade = seen.request.path, isinstance(seen, Upgrade)
    posted = isinstance(seen, Exchange) and seen.request.method == "POST"
    ends = (*PATHS.items(), ("voice", endpoint.SPEAK_2))
    way = next((way for way, end in ends if path.endswith(end) and (way in _UPGRADES) is upgrade), "")
    if not way or not (upgrade or posted):
        return None
    return Proof(query.get("model", ""), way, query.get("language", ""), query.get("version", ""))


_UPGRADES = frozenset({"streaming", "flux"})
