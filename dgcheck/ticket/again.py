"""From a saved report to a run with the same settings, of what failed and what that rests on.

A report holds no secret and no file, so that what was sent of them has to be given again; so has what this version
cannot carry over. Nothing that the file says makes dgcheck send a file or a key by itself: a report may come from
anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dgcheck.model.errors import UsageError
from dgcheck.model.evidence import Configured, Wire
from dgcheck.model.record import dataclass
from dgcheck.model.report import Report, Status
from dgcheck.report.harmless import one_line
from dgcheck.settings.load import default_of
from dgcheck.settings.options import OPTIONS, Option
from dgcheck.ticket.matched import roots

MASK = "<redacted"
_BAD = frozenset({Status.FAIL, Status.WARN, Status.UNKNOWN})
# Settings of the waiting, of the printing, and of what is asked: those of the new run count.
_OF_NOW = frozenset(
    {"target", "only", "for", "wait", "interval", "give_up_after", "deadline", "active_deadline_seconds", "outputs"}
    | {"termination_log", "show_sdk_config", "color", "quiet", "verbose", "fail_on", "redact", "redact_hosts"}
)
# What a report names but does not hold: it would be read on this machine and sent to the target.
_SENT = frozenset({"audio", "headers", "api_key_file"})
# What holds names of machines, which a report that was made with --redact-hosts hides behind others.
_NAMES_HOSTS = frozenset({"resolve", "via", "proxy", "audio_url", "set", "license_proxy_url", "engine_metrics_url"})
_OF_AUDIO = frozenset({"encoding", "sample_rate", "expect"})


# What a fault of a check is told apart by: that the others are well says where it lies.
_BESIDE = {
    "rest": ("status", "models", "ws.upgrade"),
    "ws.upgrade": ("status", "models", "rest"),
    "ws.stream": ("status", "models", "rest"),
    "ws.hold": ("ws.stream",),
    "rest.url": ("rest",),
    "rest.size": ("rest", "status", "models", "ws.upgrade"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What is asked once more.

    `flags` are the report's settings as the command line would have them, `origins` where each came from then, by
    option. `checks` are those that were not well, and those that their faults are told apart by; what they rest on
    comes along by itself. `lacking` are options
    that have to be given once more, each with its form; `notes` is what else the reader has to know.
    """

    target: str
    flags: Mapping[str, Any]
    origins: Mapping[str, str]
    checks: tuple[str, ...]
    lacking: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def again(report: Report, known: Sequence[str]) -> Again:
    """How to ask what failed in a report once more; `known` are the ids of this version's checks.

    Raises UsageError for a report in which nothing failed, or whose URL cannot be used.
    """
    if any(cause.cause == "url_invalid" for cause in report.findings):
        raise UsageError(
            "the URL of that report could not be used, so that nothing was asked; with the right one: dgcheck run URL"
        )
    checks = tuple(check for check in unwell(report) if check in known)
    if not checks:
        raise UsageError("nothing was wrong in that report, so there is nothing to verify; dgcheck run URL checks it")
    hidden = bool(report.settings.get("redact_hosts", {}).get("value"))
    flags: dict[str, Any] = {}
    origins: dict[str, str] = {}
    lacking: list[tuple[str, str]] = []
    for option in OPTIONS:
        value = _value(report, option)
        if value is None or option.key in _OF_NOW:
            continue
        held = option.key not in _SENT and not (hidden and option.key in _NAMES_HOSTS)
        carried = _carried(option, value, report) if held else None
        if carried is not None:
            flags[option.key] = carried
            origins[option.field] = _origin(report, option.field)
        elif option.key not in _OF_AUDIO and option.flags:
            lacking.append((option.flags[-1], option.metavar or "VALUE"))
    if not hidden:
        _proxy(report, flags, lacking)
    return Again(
        target="" if hidden else _target(report),
        flags={key: value for key, value in flags.items() if key not in _OF_AUDIO},
        origins=origins,
        checks=_with_beside(checks, report, known),
        lacking=tuple(dict.fromkeys((*lacking, *_key(report)))),
        notes=tuple(_notes(report)),
    )


def unwell(report: Report) -> tuple[str, ...]:
    """The checks that did not pass or were not reached, and those that a cause was seen in, in their order."""
    left_out = report.environment.get("judged_on")
    left_out = left_out.get("skipped", {}) if isinstance(left_out, Mapping) else {}
    named = {
        check for tree in roots(report) for cause in tree.all() for check in cause.checks if cause.severity != "info"
    }
    return tuple(
        check.id
        for check in report.checks
        if check.status in _BAD
        or check.id in named
        or check.blocked_by
        or (check.status is Status.SKIP and report.interrupted and check.id not in left_out)
    )


def _with_beside(checks: Sequence[str], report: Report, known: Sequence[str]) -> tuple[str, ...]:
    asked = {check.id for check in report.checks if check.status is not Status.SKIP}
    more = [beside for check in checks for beside in _BESIDE.get(check, ()) if beside in asked and beside in known]
    return tuple(dict.fromkeys((*checks, *more)))


def _value(report: Report, option: Option) -> Any:
    """The value of a setting where it is not the default; None elsewhere."""
    entry = report.settings.get(option.field, {})
    value = entry.get("value")
    if value in (None, "", [], {}, False) or value == default_of(option.field):
        return None
    return value


def _origin(report: Report, name: str) -> str:
    return one_line(str(report.settings.get(name, {}).get("origin") or "not known"), 80)


def _carried(option: Option, value: Any, report: Report) -> Any:
    """The text that the command line would have for it; None where the report does not hold what it takes."""
    if MASK in str(value) or value == "(given)":
        return None
    if option.form == "switch":
        return True if value is True else None
    if option.form == "duration":
        return f"{value:.3f}s" if _is_number(value) else None
    if not option.many:
        if isinstance(value, str):
            return value
        return str(int(value)) if _is_number(value) and value == int(value) else None
    return _carried_list(option, value, report)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15


def _carried_list(option: Option, value: Any, report: Report) -> list[str] | None:
    if not isinstance(value, (list, tuple)):
        return None
    if option.form == "models":
        modes = report.settings.get("modes", {}).get("value")
        modes = modes if isinstance(modes, Mapping) else {}
        return [f"{name}={modes[name]}" if name in modes else name for name in map(str, value)]
    if option.form == "names" and all(isinstance(item, str) for item in value):
        return list(value)
    if option.form in ("pairs", "assignments", "hosts", "addresses"):
        pairs = [item for item in value if isinstance(item, (list, tuple)) and len(item) == 2]
        return [f"{name}={text}" for name, text in pairs] if len(pairs) == len(value) else None
    return None


def _configured(report: Report) -> Configured | None:
    return next((seen for seen in report.evidence if isinstance(seen, Configured)), None)


def _proxy(report: Report, flags: dict[str, Any], lacking: list[tuple[str, str]]) -> None:
    """The forward proxy that was named to dgcheck is in the report without its password, if it had one."""
    here = _configured(report)
    entry = ("--proxy", "URL")
    if entry in lacking and here is not None and here.proxy and "@" not in here.proxy and MASK not in here.proxy:
        lacking.remove(entry)
        flags["proxy"] = here.proxy


def _key(report: Report) -> list[tuple[str, str]]:
    """What to give where a key went along: it is not in the report."""
    here = _configured(report)
    if here is None or not here.key_origin:
        return []
    sent = here.key_ours or any(isinstance(seen, Wire) and seen.request.with_key for seen in report.evidence)
    return [("the API key", one_line(here.key_origin, 80))] if sent else []


def _target(report: Report) -> str:
    """The URL to ask, as it was typed; '' where its password is not in the report."""
    given, url = report.target.get("given"), report.target.get("url")
    for text in (given, url):
        if isinstance(text, str) and text and MASK not in text.partition("?")[0]:
            return str(text) if text is given else ""
    return ""


def _notes(report: Report) -> list[str]:
    url = report.settings.get("audio_url", {}).get("value")
    if isinstance(url, str) and "://" in url:
        return ["A report keeps no query of --audio-url; if yours had one, give the whole URL once more."]
    return []
