"""What another port of the same deployment said: the License Proxy's status port, the Engine's metrics port."""

from __future__ import annotations

from dgcheck.model.evidence import Response, Seen
from dgcheck.model.record import dataclass

LICENSE_PROXY, ENGINE_METRICS = "license_proxy", "engine_metrics"


@dataclass(frozen=True, slots=True)
class Sample:
    """One number of a page of metrics; `labels` in the order in which they stand there. Never infinite, never NaN."""

    name: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside(Seen):
    """One question to a port beside the API. `which` is `license_proxy` or `engine_metrics`, `given` the URL that the
    person gave, redacted. `samples` are what was read of a page of metrics. `problem` says, where no answer came, what
    kept it from coming.
    """

    which: str
    given: str
    url: str
    path: str
    response: Response | None = None
    address: str = ""
    port: int = 0
    tls: bool = False
    via_proxy: str = ""
    reached: str = ""  # the phase in which it ended: resolve, connect, handshake, proxy, request, first_byte...
    raw: str = ""  # first bytes that came, escaped, when they were no HTTP
    samples: tuple[Sample, ...] = ()
    server_time: float | None = None  # epoch seconds of the Date header
    local_time: float = 0.0  # epoch seconds here when the answer came
    ended_at: float = 0.0  # seconds from the start of the run

    @property
    def status(self) -> int | None:
        """The HTTP status; None when no status line was read."""
        return self.response.status if self.response else None
