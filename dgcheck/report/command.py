"""The command line that asks the same again, for another command of dgcheck: what a reader pastes to make a bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dgcheck.model.pattern import pattern
from dgcheck.model.report import Report, Status
from dgcheck.report.harmless import one_line

# What asked for a report, where it was no plain run: `bundle` (it is in one), `demo` (its deployment is gone).
ASKED_BY = "asked_by"
_LONGEST = 400
# Settings that decide what is asked of whom: field of the report -> flag. Those of variables and files count anyway.
_FLAGS = {
    "models": "--model",
    "language": "--language",
    "smart_format": "--smart-format",
    "model_version": "--model-version",
    "features": "--feature",
    "audio_file": "--audio",
    "expect": "--expect",
    "ca_file": "--ca-file",
    "cert": "--cert",
    "key": "--key",
    "insecure": "--insecure",
    "resolve": "--resolve",
    "no_proxy": "--no-proxy",
    "profile": "--profile",
    "only": "--only",
    "skip": "--skip",
    "sdk": "--sdk",
    "sdk_options": "--set",
    "config": "--config",
    "api_key_file": "--api-key-file",
    "redact_hosts": "--redact-hosts",
}
_HELD = {"headers": "--header", "proxy_url": "--proxy", "redact": "--redact"}  # what a report does not hold
_PLAIN = pattern(r"[A-Za-z0-9_@%+=:,./\-\[\]]+\Z")


def for_a_ticket(report: Report) -> str:
    """The command that makes a support bundle of the same questions; '' where none is needed or none would help."""
    if report.verdict not in (Status.FAIL, Status.UNKNOWN) or report.interrupted or ASKED_BY in report.environment:
        return ""
    target = _target(report)
    return " ".join(("dgcheck bundle", target, *_words(report))) if target else ""


def _target(report: Report) -> str:
    """The target as typed, else as understood where a secret stood in it; '' where it cannot be used."""
    if not report.target.get("url"):
        return ""
    given, url = report.target.get("given"), str(report.target["url"])
    usable = isinstance(given, str) and given and "<redacted" not in given and given.isprintable()
    return quoted(given if usable and isinstance(given, str) else url)


def _words(report: Report) -> Iterator[str]:
    for name, entry in report.settings.items():
        if entry.get("origin") != "flag":
            continue
        if name in _HELD:
            yield f"{_HELD[name]} ..."
        elif name == "family" and entry.get("value") in ("ipv4", "ipv6"):
            yield f"-{entry['value'][-1]}"
        elif name in _FLAGS:
            yield from _flag(_FLAGS[name], entry.get("value"), report.settings)


def _flag(flag: str, value: Any, settings: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if value is True:
        yield flag
    elif isinstance(value, str) and value:
        yield f"{flag} {quoted(value)}"
    elif isinstance(value, list):
        modes = settings.get("modes", {}).get("value") if flag == "--model" else None
        words = ["=".join(map(str, item)) if isinstance(item, list) else _with_mode(str(item), modes) for item in value]
        yield from (f"{flag} {quoted(word)}" for word in words)


def _with_mode(name: str, modes: Any) -> str:
    mode = modes.get(name, "both") if isinstance(modes, Mapping) else "both"
    return name if mode == "both" else f"{name}={mode}"


def quoted(word: str) -> str:
    """A word as a shell takes it, whatever stands in it."""
    safe = one_line(word, _LONGEST)
    return safe if _PLAIN.match(safe) else "'" + safe.replace("'", "'\"'\"'") + "'"
