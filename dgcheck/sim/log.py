"""What the simulator was asked: kept in memory with its secrets, shown without them."""

from __future__ import annotations

from dgcheck.model.record import dataclass, field
from dgcheck.sim.asked import Pairs


@dataclass(slots=True, kw_only=True)
class Logged:
    """One request. `headers` and `query` hold secrets as they came, so that tests can ask what was sent; they are
    not in `repr`. `status` is 0 where no answer was given. `at` is seconds since the start. For an open WebSocket
    `messages` and `heard_bytes` count what came on it and `ended` is how the simulator ended it.
    """

    connection: int
    replica: int
    method: str
    target: str = field(repr=False)
    path: str
    query: Pairs = field(repr=False)
    headers: Pairs = field(repr=False)
    body_bytes: int
    status: int
    at: float
    tls: bool = False
    messages: int = 0
    heard_bytes: int = 0
    ended: str = ""

    def header(self, name: str) -> str:
        """First value of a header, case-insensitive; '' when absent."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def param(self, name: str) -> str | None:
        """The first value of a query parameter; None when it is absent."""
        return next((value for key, value in self.query if key == name), None)

    def line(self) -> str:
        """One line for a person: no header, and of the query only what names no secret."""
        shown = "&".join(f"{key}={value}" for key, value in self.query if key in _HARMLESS)
        question = f"?{shown}" if shown else ""
        size = f" {self.body_bytes} bytes" if self.body_bytes else ""
        text = f"{self.at:8.3f} #{self.connection} replica {self.replica} {self.method} {self.path}{question}{size}"
        return "".join(sign if sign.isprintable() else "\ufffd" for sign in f"{text} -> {self.status or 'no answer'}")


_HARMLESS = frozenset(
    [
        "model",
        "language",
        "version",
        "tier",
        "encoding",
        "sample_rate",
        "channels",
        "smart_format",
        "interim_results",
        "punctuate",
        "diarize",
        "keyterm",
        "keywords",
        "endpointing",
        "utterance_end_ms",
        "utterances",
    ]
)
