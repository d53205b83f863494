"""What the formats for people say in the same words: durations, counts, where a report comes from, its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dgcheck.model.catalogue import Severity
from dgcheck.model.evidence import Configured, Ending, Phase, Stream, Surroundings, Wire
from dgcheck.model.report import CheckResult, Finding, Report, Status
from dgcheck.report.harmless import one_line, word

_SHORT = 200  # characters of one fact in a heading
_QUIET = frozenset(
    {"target", "target_given", "outputs", "output", "color", "verbose", "quiet", "origins", "config", "dry_run"}
    | {"wait", "wait_for", "interval", "give_up_after", "deadline", "active_deadline", "termination_log"}
    | {"fail_on", "modes", "proxy", "show_sdk_config", "redact", "redact_hosts"}
)
_SECONDS = frozenset(
    {"timeout", "wait", "interval", "give_up_after", "slow", "hold"}
)  # settings that are lengths of time
_SIGNALS = {2: "SIGINT (Ctrl-C)", 15: "SIGTERM"}


def duration(seconds: float) -> str:
    """A length of time as a person says it: `0.03 ms`, `0.4 ms`, `35 ms`, `1.24 s`, `75.0 s`."""
    if not 0 <= seconds < 1e7:
        return "?"
    ms = seconds * 1000
    if 0.005 <= ms < 0.095:
        return f"{ms:.2f} ms"
    if ms < 9.95:
        return f"{ms:.1f} ms"
    if ms < 999.5:
        return f"{ms:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.1f} s"


def on_the_wire(phases: Iterable[Phase]) -> float | None:
    """Seconds in which at least one of the phases was under way; None without phases.

    A connection that waited to be used adds nothing, and what ran side by side counts once.
    """
    found = sorted((phase.start, phase.start + phase.seconds) for phase in phases)
    if not found:
        return None
    total, until = 0.0, found[0][0]
    for start, end in found:
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total


def check_time(check: CheckResult) -> str:
    """How long a check took on the wire, '' when it put nothing there."""
    seconds = on_the_wire(check.phases or tuple(phase for result in check.addresses for phase in result.phases))
    return "" if seconds is None else duration(seconds)


def seconds(report: Report) -> float | None:
    """Seconds that the run took, None when its moments cannot be read."""
    from datetime import datetime

    try:
        found = (datetime.fromisoformat(report.ended) - datetime.fromisoformat(report.started)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found >= 0 else None


def took(report: Report) -> str:
    """How long the run took, '' when its moments cannot be read."""
    found = seconds(report)
    return "" if found is None else duration(found)


def moment(text: str) -> str:
    """A moment in RFC 3339 as people write it: `2026-09-20 10:15:02 UTC`."""
    from datetime import UTC, datetime

    try:
        return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError):
        return word(text, 40)


def count(number: int, one: str, many: str = "") -> str:
    """`1 cause`, `3 causes`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def shown(value: Any) -> str:
    """A value of a setting as a person would write it; '' for nothing."""
    if value is None or value in ("", [], (), {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={shown(item)}" for key, item in list(value.items())[:20])
    if isinstance(value, (list, tuple)):
        return ", ".join("=".join(map(shown, item)) if _is_pair(item) else shown(item) for item in value[:20])
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e9:
        return str(int(value))
    return str(value)[: _SHORT * 2]


def _is_pair(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 2


def target(report: Report) -> str:
    """The deployment as dgcheck understood it, else as it was typed."""
    for name in ("base", "url", "given"):
        value = report.target.get(name)
        if isinstance(value, str) and value:
            return one_line(value, _SHORT)
    return "(no target)"


def given(report: Report) -> str:
    """The target as it was typed, '' when that is what `target` says."""
    value = report.target.get("given")
    text = one_line(value, _SHORT) if isinstance(value, str) else ""
    return "" if text.rstrip("/") == target(report).rstrip("/") else text


def seen_from(report: Report) -> str:
    """Where dgcheck stood: `pod dgcheck-x7 in namespace voice on node-3`."""
    known = {key: one_line(shown(value), 120) for key, value in report.seen_from.items()}
    host = known.get("hostname") or known.get("host") or ""
    pod, namespace, container = known.get("pod", ""), known.get("namespace", ""), known.get("container", "")
    if pod:
        place = f"pod {pod}"
        if host and host != pod:
            place += f" on {host}"
        return f"{place} in namespace {namespace}" if namespace else place
    if container in ("docker", "podman", "kubernetes", "containerd", "lxc"):
        return f"a {container} container, {host}" if host else f"a {container} container"
    if container and container not in ("no", "none", "False"):
        return f"a container, {host}" if host else "a container"
    return host or "this machine"


def versions(report: Report) -> str:
    """The programs that took part: dgcheck, Python, OpenSSL, the platform."""
    parts = [f"dgcheck {word(report.dgcheck, 40)}"]
    here = next((seen for seen in report.evidence if isinstance(seen, Surroundings)), None)
    if here:
        python, openssl = word(here.python, 60), word(here.openssl, 60)
        parts += [python if python.lower().startswith("python") else f"Python {python}"] if python else []
        parts += [openssl if "ssl" in openssl.lower() else f"OpenSSL {openssl}"] if openssl else []
        parts += [one_line(here.platform, 80)] if here.platform else []
    return ", ".join(parts)


def options(report: Report) -> list[tuple[str, str, str]]:
    """(name, value, origin) of every setting that was set by somebody, apart from those of the output alone."""
    return [row for row in every_setting(report) if row[0] not in _QUIET and row[1] and row[2] not in ("", "default")]


def _with_unit(name: str, value: Any) -> str:
    return f"{value:g} s" if name in _SECONDS and isinstance(value, (int, float)) else shown(value)


def every_setting(report: Report) -> list[tuple[str, str, str]]:
    """(name, value, origin) of every setting in force."""
    return [
        (
            word(str(name), 60),
            one_line(_with_unit(name, entry.get("value")), _SHORT),
            one_line(shown(entry.get("origin")), 80),
        )
        for name, entry in report.settings.items()
    ]


def cautions(report: Report) -> list[str]:
    """What the reader must know of the whole report before any line of it."""
    said = []
    here = next((seen for seen in report.evidence if isinstance(seen, Configured)), None)
    insecure = report.settings.get("insecure", {}).get("value")
    if (here and here.insecure) or insecure is True:
        said.append("CERTIFICATES WERE NOT VERIFIED (--insecure): this report proves nothing about TLS.")
    if report.interrupted:
        by = _SIGNALS.get(report.signal)
        said.append(f"INTERRUPTED{f' by {by}' if by else ''}: this is what was known by then.")
    if report.deadline_passed:
        said.append(f"THE WAITING IS OVER after {count(report.attempts, 'try', 'tries')} without a pass.")
    return said


def proxy(report: Report) -> str:
    """The forward proxy in use and which setting named it, '' when there was none."""
    here = next((seen for seen in report.evidence if isinstance(seen, Configured)), None)
    if not here or not here.proxy:
        return ""
    origin = f" (from {word(here.proxy_origin, 60)})" if here.proxy_origin else ""
    return one_line(here.proxy, _SHORT) + origin


def counts(report: Report) -> str:
    """`1 cause, 9 passed, 2 failed, 1 warned, 1 skipped`; what there is none of is left out."""
    causes = sum(finding.root and finding.severity is not Severity.INFO for finding in report.findings)
    parts = [count(causes, "cause")] if causes else []
    for status, what in (
        (Status.PASS, "passed"),
        (Status.FAIL, "failed"),
        (Status.WARN, "warned"),
        (Status.SKIP, "skipped"),
        (Status.UNKNOWN, "unknown"),
    ):
        number = sum(check.status is status for check in report.checks)
        parts += [f"{number} {what}"] if number else []
    return ", ".join(parts) or "nothing was checked"


def closing(report: Report) -> str:
    """What stands behind the verdict's word: the counts, the time, the tries of a waiting run."""
    time = took(report)
    text = counts(report) + (f"  in {time}" if time else "")
    return f"{text}, try {report.attempts}" if report.attempts > 1 else text


def tries(check: CheckResult, report: Report) -> str:
    """`7 of 10 tries passed (40 to 89 %): intermittent, only at 10.0.0.2`, where the same was asked several times with
    different answers; with --repeat also that all passed; else ''.

    The tries of other checks are different questions, of which one may well fail and mean something else.
    """
    said = f"{check.passed} of {check.tries} tries passed"
    if check.interval is not None:
        if not check.intermittent:
            return said
        low, high = check.interval
        pattern = f", failed {check.pattern}" if check.pattern else ""
        return f"{said} ({100 * low:.0f} to {100 * high:.0f} %): intermittent{pattern}"
    mixed = 0 < check.passed < check.tries and check.status in (Status.FAIL, Status.WARN)
    return f"{said}: intermittent" if mixed and check.id == "replicas" else ""


def explained(check: CheckResult, answer: Finding | None, report: Report) -> tuple[str, str]:
    """What is said of a check, and the code of the cause that explains it ('' where there is none to name)."""
    said = check.summary or check.title
    tried = tries(check, report)
    said += (f"; {tried}" if check.interval is not None else f" ({tried})") if tried else ""
    if check.blocked_by and check.blocked_by not in said:
        said += f" (stopped by {check.blocked_by})"
    wrong = check.status in (Status.FAIL, Status.WARN, Status.UNKNOWN)
    return said, answer.code if answer and wrong and answer.code not in said else ""


def failed_ids(report: Report) -> list[str]:
    """The ids by which the deployment knows the requests that it refused, and the streams that it broke off."""
    broken = {
        seen.upgrade
        for seen in report.evidence
        if isinstance(seen, Stream) and seen.closed_by == "server" and seen.close_code not in (None, 1000, 1005)
    }
    found: dict[str, None] = {}
    for seen in report.evidence:
        if isinstance(seen, Wire) and seen.response is not None and (seen.response.status >= 400 or seen.id in broken):
            found[seen.response.header("dg-request-id")] = None
    return [one for one in found if one]


def log_hint(report: Report) -> str:
    """How to find this run in the log of a proxy or of the deployment, '' when nobody there was asked anything."""
    asked = any(isinstance(seen, Wire) and seen.ending is not Ending.NOT_CONNECTED for seen in report.evidence)
    run = word(report.run_id, 60) if asked else ""
    return f"grep 'run/{run}'" if run else ""
