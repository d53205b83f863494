"""What the ports beside the API are set to say: the License Proxy's status port, the Engine's metrics port."""

from __future__ import annotations

from dgcheck.model.record import dataclass

LICENSE_PROXY, ENGINE_METRICS = "license_proxy", "engine_metrics"
DAY = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What the two ports say. Times are seconds, ages count back from now.

    `license` is json, other (a page of something else), absent, error or silent (the connection is closed); `metrics`
    is text, other (another program's), absent or silent. `requests` and `failed` are what the Engine had done before
    the simulator started; the first request makes the counters appear.
    """

    license: str = "json"
    state: str = "Connected"
    checkin_ago: float = 240.0
    trust_left: float | None = 4 * DAY
    metrics: str = "text"
    limit: int = 0
    busy: int = 0
    requests: int = 0
    failed: int = 0
    speed: float = 60.0  # audio by time
    measured: int = 0  # batches of 30 s each, before the simulator started
    sums: bool = True  # audio and time are told, and not the factor alone
    flux_used: int = 0
    flux_limit: int = 0
    certificates: str = "/v1/certificates"  # where the Engine has them; /certificates before release 260402
    life_days: float | None = None  # of the certificates of both, as in Deployment
