"""What a wait goes on for, and how long: from the reports of its tries and a clock, with no network and no terminal.

Three kinds of causes are told apart by the catalogue (`Heals`). What lies in the settings ends a wait at once. What
looks permanent (no such name, a certificate, 401, 404, an absent model) ends it only after a while without change: on
an install day somebody is still at it. All else passes by itself, and is waited for to the end.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Heals, Severity
from dgcheck.model.evidence import DnsAnswer, Wire
from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass
from dgcheck.model.report import Finding, Report, Status

GROWTH = 1.5  # of the pause, from try to try, while nothing changes
MOST = 4.0  # times the interval, which a pause never exceeds
JITTER = 0.1  # of a pause: a thousand pods that were started together do not ask together
LAST = 1.0  # seconds before the end of the wait at which the last try begins
MOST_RETRY_AFTER = 120.0  # seconds that a server may put us off with Retry-After

# Names that do not exist, and whose absence resolvers keep in mind.
_ABSENT = frozenset({"dns_nxdomain", "dns_no_address", "dns_search_domain"})
_BUSY = frozenset({429, 503})
# What differs from try to try although nothing changed: request ids, times, counts, ports.
_IDS = pattern(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?=[a-f]*[0-9])[0-9a-f]{12,}\b")
_QUOTED = pattern(r"“[^”]*”")  # words of a server, among which may be a token of its own
_NUMBERS = pattern(r"\d+(?:[.:,]\d+)*")


def passed(report: Report) -> bool:
    """Whether a wait is over: pass or warn, pass alone with `--fail-on warning`."""
    return report.verdict is Status.PASS or (report.verdict is Status.WARN and report.fail_on != "warning")


def hopeless(report: Report) -> bool:
    """Whether a finding says that the settings themselves are wrong, which was seen before a byte was sent."""
    return any(
        finding.severity is Severity.ERROR and finding.checks == ("config",) and _heals(finding) is Heals.NEVER
        for finding in report.findings
    )


def looks_permanent(report: Report) -> bool:
    """Whether what keeps the report from passing is nothing that passes by itself."""
    root = report.root
    return root is not None and root.severity is not Severity.INFO and _heals(root) is not Heals.SOON


def _heals(finding: Finding) -> Heals:
    from dgcheck.rules import causes

    return next((cause.heals for cause in causes() if cause.code == finding.code), Heals.PERHAPS)


def reason(report: Report) -> str:
    """Why the report does not pass, in words that stay the same while nothing changes."""
    root = report.root
    if root is None or root.severity is Severity.INFO:
        missing = ", ".join(check.id for check in report.checks if check.status is Status.UNKNOWN)
        return f"{report.verdict.value} {missing}"
    return f"{root.code} {_NUMBERS.sub('0', _IDS.sub('0', _QUOTED.sub('“”', root.says)))}"


def not_before(report: Report) -> float:
    """Seconds for which asking again is of no use or unwelcome: the absent name's negative TTL, or a Retry-After."""
    root = report.root
    if root is not None and root.cause in _ABSENT:
        ttls = [
            seen.negative_ttl
            for seen in report.evidence
            if isinstance(seen, DnsAnswer) and seen.negative_ttl is not None and not seen.addresses
        ]
        return float(min(ttls, default=0))  # the search list asks several zones; the first that may have changed counts
    pauses = [
        int(text)
        for seen in report.evidence
        if isinstance(seen, Wire) and seen.response is not None and seen.status in _BUSY
        for text in (seen.response.header("retry-after").strip(),)
        if text.isascii() and text.isdigit() and len(text) < 9
    ]
    return min(float(max(pauses, default=0)), MOST_RETRY_AFTER)


@dataclass(frozen=True, slots=True)
class Next:
    """What comes after a try: `seconds` of pause, and then `ask`, `give_up` or `over`."""

    seconds: float
    then: str = "ask"


class Patience:
    """The clocks of one wait. Moments are monotonic seconds: `now` when the wait begins and `until` when it ends."""

    def __init__(self, *, now: float, until: float, interval: float, give_up_after: float) -> None:
        self.until = until
        self._interval = interval
        self._give_up_after = give_up_after
        self._last = min(LAST, (until - now) / 5)
        self._reason = ""
        self._since = now
        self._tries = 0
        from random import SystemRandom

        self._chance = SystemRandom()

    def saw(self, report: Report, now: float) -> bool:
        """Take note of a try; whether its reason is another one than before."""
        found = reason(report)
        changed = found != self._reason
        if changed:
            self._reason, self._since, self._tries = found, now, 0
        self._tries += 1
        return changed

    def next(self, report: Report, now: float) -> Next:
        """How long to pause after the try that was just seen, and what comes then."""
        gives_up = self._since + self._give_up_after if looks_permanent(report) else None
        if gives_up is not None and gives_up <= now:
            return Next(0.0, "give_up")
        earliest = now + not_before(report)
        at = max(earliest, now + self._pause())
        end = self.until - self._last
        if gives_up is not None and gives_up < min(at, self.until):
            if earliest > gives_up:
                return Next(gives_up - now, "give_up")
            at = gives_up  # one more look before it
        if at > end:
            if earliest > end or end - now < self._last:
                return Next(max(0.0, self.until - now), "over")
            at = end
        return Next(at - now)

    def left_without_change(self, now: float) -> float:
        """Seconds until what looks permanent ends the wait."""
        return max(0.0, self._since + self._give_up_after - now)

    def _pause(self) -> float:
        grown = min(GROWTH ** min(self._tries - 1, 20), MOST) * self._interval
        return grown * self._chance.uniform(1 - JITTER, 1 + JITTER)
