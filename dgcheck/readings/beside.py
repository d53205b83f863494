"""What the ports beside the API said: selections for the rules and for the line of the check, and how they are told."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.beside import ENGINE_METRICS, LICENSE_PROXY, Beside
from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Exchange, Stream, Upgrade, Wire
from dgcheck.model.record import dataclass
from dgcheck.wire.health import LicenseProxy, ProductCertificate, read_certificates, read_license_proxy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dgcheck.wire.engine_metrics import EngineLoad

_ENDED = {
    Ending.REFUSED: "the connection was refused",
    Ending.UNREACHABLE: "the host cannot be reached",
    Ending.RESET: "the connection was reset",
    Ending.CLOSED: "the connection was closed without an answer",
    Ending.TIMED_OUT: "nothing came in time",
    Ending.BROKEN: "what came is no HTTP",
    Ending.TOO_MUCH: "more came than is read",
}
_ASKED = ("request", "upgrade", "first_byte")
CALLED = {LICENSE_PROXY: "the License Proxy", ENGINE_METRICS: "the Engine"}


def asked(case: Case, which: str, end: str = "") -> Beside | None:
    """The last question to that port whose path ends so; one that the run's end cut short is none."""
    found = None
    for seen in case.of(Beside, "license"):
        if seen.which == which and seen.path.endswith(end) and seen.ending is not Ending.CUT_SHORT:
            found = seen
    return found


def license_proxy(case: Case) -> tuple[Beside, LicenseProxy] | None:
    """The License Proxy's status page as read, or None where none was read."""
    seen = asked(case, LICENSE_PROXY, "/v1/status")
    if seen is None or seen.response is None or seen.status != 200:
        return None
    found = read_license_proxy(seen.response.body)
    return (seen, found) if found is not None else None


def engine(case: Case) -> tuple[Beside, EngineLoad] | None:
    """The Engine's metrics as read, or None where none were read."""
    seen = asked(case, ENGINE_METRICS, "/metrics")
    if seen is None or seen.status != 200:
        return None
    from dgcheck.wire.engine_metrics import is_engine, load

    return (seen, load(seen.samples)) if is_engine(seen.samples) else None


@dataclass(frozen=True, slots=True)
class Dated:
    """The product certificate of one container, and the evidence that shows it."""

    whose: str  # the API container, the License Proxy, the Engine
    certificate: ProductCertificate
    evidence: str
    check: str


def certificates(case: Case) -> Iterator[Dated]:
    """Every product certificate that was read."""
    for check in ("status", "license"):
        pages = [one for one in case.of(Exchange, check) if one.request.path.endswith("/certificates")]
        for page in pages[-1:]:
            found = read_certificates(page.response.body) if page.response and page.status == 200 else None
            if found is not None:
                yield Dated("the API container", found, page.id, check)
    for which, whose in CALLED.items():
        seen = asked(case, which, "/certificates")
        found = read_certificates(seen.response.body) if seen and seen.response and seen.status == 200 else None
        if seen is not None and found is not None:
            yield Dated(whose, found, seen.id, "license")


def question(seen: Beside) -> str:
    """`GET http://license-proxy:8080/v1/status`."""
    return f"GET {seen.url}"


def unanswered(seen: Beside) -> str:
    """Why no answer came: `the connection was refused (10.0.0.7:9991: ECONNREFUSED)`; '' where one came."""
    if seen.response is not None:
        return ""
    words = _ENDED.get(seen.ending, "it could not be asked" if seen.problem else "no answer came")
    return f"{words} ({seen.problem})" if seen.problem else words


def ours(case: Case, seen: Beside) -> int:
    """How many requests for speech of this run itself may have been under way when a page was read."""
    begun = min((phase.start for phase in seen.phases if phase.name in ("request", "first_byte")), default=0.0)
    count = 0
    for wire in case.wires(None):
        if not (wire.request.path.endswith("/listen") or wire.request.path.endswith("/speak")):
            continue
        starts = [phase.start for phase in wire.phases if phase.name in _ASKED]
        end = max(wire.ended_at, _stream_end(case, wire))
        count += bool(starts) and min(starts) <= seen.ended_at and end >= begun
    return count


def _stream_end(case: Case, wire: Wire) -> float:
    if not isinstance(wire, Upgrade):
        return 0.0
    return max((one.ended_at for one in case.of(Stream, "", None) if one.upgrade == wire.id), default=0.0)


def moment(epoch: float) -> str:
    """`2026-12-01 08:30 UTC`."""
    from time import gmtime, strftime

    return strftime("%Y-%m-%d %H:%M UTC", gmtime(epoch))


def span(seconds: float) -> str:
    """A length of time as people say it: `40 seconds`, `25 minutes`, `5 hours`, `3 days`."""
    for size, word in ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute")):
        if seconds >= 1.5 * size:
            count = round(seconds / size)
            return f"{count} {word}{'s' if count != 1 else ''}"
    count = max(0, round(seconds))
    return f"{count} second{'s' if count != 1 else ''}"
