"""Reads a saved report back, so that it can be judged again, compared or shown in another format.

The file may come from anybody: it may be damaged, cut off, foreign, huge or hostile. Whatever it is, the answer is a
report or a UsageError that says what was found and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dgcheck.model.errors import UsageError
from dgcheck.model.hops import Hop
from dgcheck.model.plain import evidence_from_plain, from_plain
from dgcheck.model.report import SCHEMA, CheckResult, Finding, Report, SdkSettings, Status, TrustStore, Via
from dgcheck.report.harmless import one_line
from dgcheck.report.plain import HEARD_MS, PHASE_MS, SEEN_MS, to_seconds

MAX_BYTES = 64 * 1024 * 1024  # of a JSON report; a run with thousands of models and answers stays under 4 MB
MAX_YAML_BYTES = 8 * 1024 * 1024  # YAML is read some fifty times more slowly
_MAX_DEPTH = 40
_MAX_MEMBERS = 4_000_000
_MAX_EVIDENCE = 250  # pieces; a run makes forty requests, and tells of each in two or three
MAX_ADDRESSES = 16  # that one run compares
_HOP_MS = {"added": "added_ms"}
_MAX_CONTAINERS = 1_000_000  # lists and mappings; what bounds the memory that reading takes
_MAX_EVENTS = 500_000  # words, lists and mappings of a YAML report; one with thousands of models has a fifth of it
_ADVICE = "Give the file that `dgcheck run -o json=FILE` or `-o yaml=FILE` wrote."


def load(text: str | bytes) -> Report:
    """The report that a JSON or YAML text holds; equal to the one that was written.

    Bytes may be UTF-8 or UTF-16 with a byte order mark (PowerShell writes that). Fields that are not known are passed
    over, so that a newer file opens. Raises UsageError for everything that is no report.
    """
    try:
        plain = _parse(_decoded(text))
        _sound(plain)
        return _report(plain)
    except UsageError as error:
        raise UsageError(one_line(str(error), 500)) from None
    except RecursionError:
        raise UsageError(f"The file is nested too deeply to be a dgcheck report. {_ADVICE}") from None


def _decoded(text: str | bytes) -> str:
    if len(text) > MAX_BYTES:
        raise UsageError(
            f"The file has {len(text) / 2**20:.0f} MB; a dgcheck report has at most {MAX_BYTES // 2**20}. {_ADVICE}"
        )
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    encoding = "utf-16" if text[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        return text.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"The file is no {encoding.upper()} text: see its byte {error.start}, {text[error.start]:#04x}. {_ADVICE}"
        ) from None


def _parse(text: str) -> Any:
    start = text.lstrip()[:1]
    if not start:
        raise UsageError(f"The file is empty. {_ADVICE}")
    return _parse_json(text) if start in "{[" else _parse_yaml(text)


def _parse_json(text: str) -> Any:
    import json

    def refuse(word: str) -> Any:
        raise UsageError(f"The file holds {word}, which no dgcheck report does. {_ADVICE}")

    if text.count("{") + text.count("[") > _MAX_CONTAINERS or text.count(",") > _MAX_MEMBERS:
        raise UsageError(f"The file holds too much to be a dgcheck report. {_ADVICE}")
    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        rest = text[error.pos :].strip()
        # A word or a number that was begun, also by '', nothing at all.
        begun = any(word.startswith(rest) for word in ("null", "true", "false")) or not rest.strip("0123456789.eE+-")
        if begun or error.msg.startswith("Unterminated"):
            raise UsageError(
                f"The file ends in the middle, at line {text.count(chr(10)) + 1}: it was not written, copied or sent to"
                f" its end. Fetch it again, or run dgcheck again with -o json=FILE."
            ) from None
        raise UsageError(
            f"The file is damaged: line {error.lineno}, column {error.colno} is no JSON"
            f" ({error.msg.lower()}, near {rest[:30]!r}). {_ADVICE}"
        ) from None
    except ValueError as error:  # a number of thousands of digits
        raise UsageError(f"The file is no dgcheck report: {str(error).partition(';')[0]}. {_ADVICE}") from None


def _parse_yaml(text: str) -> Any:
    if "schema" not in text[:4096] or "dgcheck" not in text[:4096]:
        raise UsageError(
            f"The file is neither a JSON nor a YAML report: it begins with {text.lstrip()[:40]!r}. {_ADVICE}"
            " A log or an error message goes to `dgcheck explain FILE`."
        )
    if len(text) > MAX_YAML_BYTES:
        raise UsageError(
            f"The file has {len(text) / 2**20:.0f} MB; a YAML report may have {MAX_YAML_BYTES // 2**20}."
            " Save it as JSON: `-o json=FILE`."
        )
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    words_stay = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in loader.yaml_implicit_resolvers.items()
    }
    plain_loader = type("PlainLoader", (loader,), {"yaml_implicit_resolvers": words_stay})
    try:
        for number, event in enumerate(yaml.parse(text, Loader=plain_loader)):
            if number > _MAX_EVENTS:
                raise UsageError("The file holds too much for a YAML report. Save it as JSON: `-o json=FILE`.")
            if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None):
                raise UsageError(f"The file uses YAML's anchors or tags, which no dgcheck report does. {_ADVICE}")
        return yaml.load(text, Loader=plain_loader)  # noqa: S506 - a safe loader, told to leave dates alone
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        problem = getattr(error, "problem", None) or "a character that YAML does not allow"
        raise UsageError(f"The file is damaged: {where} is no YAML ({problem}). {_ADVICE}") from None
    except ValueError as error:
        raise UsageError(f"The file is no dgcheck report: {str(error).partition(';')[0]}. {_ADVICE}") from None


def _sound(plain: Any) -> None:
    """Refuse what no report holds: endless depth, too many members, numbers that are none. Never recurses."""
    if not isinstance(plain, dict):
        raise UsageError(f"The file holds {_kind(plain)}, not a report. {_ADVICE}")
    if plain.get("schema") != SCHEMA:
        raise UsageError(_foreign(plain.get("schema")))
    left = [iter((plain,))]
    members = 0
    while left:
        value = next(left[-1], _END)
        if value is _END:
            left.pop()
            continue
        members += 1
        if members > _MAX_MEMBERS or len(left) > _MAX_DEPTH:
            raise UsageError(f"The file is nested too deeply or holds too much to be a dgcheck report. {_ADVICE}")
        if isinstance(value, (dict, list)):
            left.append(_members(value))
        elif not (value is None or isinstance(value, (str, bool, int, float))):
            raise UsageError(f"The file holds {_kind(value)}, which no dgcheck report does. {_ADVICE}")
        elif isinstance(value, (int, float)) and not abs(value) < 2**63:  # nor infinite, nor no number
            raise UsageError(f"The file holds a number that no dgcheck report does. {_ADVICE}")


_END = object()


def _members(value: dict[Any, Any] | list[Any]) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value
        return
    for key, item in value.items():
        if not isinstance(key, str):
            raise UsageError(f"The file holds {_kind(key)} as a name, which no dgcheck report does. {_ADVICE}")
        yield item


def _kind(value: Any) -> str:
    names = {dict: "a mapping", list: "a list", str: "text", bool: "a truth value", int: "a number", float: "a number"}
    return names.get(type(value), "nothing" if value is None else f"a {type(value).__name__}")


def _foreign(said: Any) -> str:
    if said is None:
        return f"The file is no dgcheck report: it has no `schema`. {_ADVICE}"
    if isinstance(said, str) and said.startswith("dgcheck/report/"):
        return f"The report has another format, {said}; this dgcheck reads {SCHEMA}. Use the dgcheck that wrote it."
    return f"The file is no dgcheck report: its `schema` is {str(said)[:80]!r}, not {SCHEMA}. {_ADVICE}"


def _report(plain: Mapping[str, Any]) -> Report:
    def want(name: str, kind: type, default: Any = None) -> Any:
        value = plain.get(name, default)
        if value is None:
            raise UsageError(f"The report is incomplete: it has no `{name}`. {_ADVICE}")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise UsageError(f"The report is damaged: `{name}` is {_kind(value)}. {_ADVICE}")
        return value

    try:
        verdict = Status(want("verdict", str))
    except ValueError:
        raise UsageError(f"The report is damaged: its verdict is {plain['verdict']!r}. {_ADVICE}") from None
    settings = want("settings", dict)
    if not all(isinstance(setting, dict) for setting in settings.values()):
        raise UsageError(f"The report is damaged: a setting is no mapping of value and origin. {_ADVICE}")
    signal = want("signal", int, 0)
    if signal not in (0, 2, 15):
        raise UsageError(f"The report is damaged: no run ends by signal {signal}. {_ADVICE}")
    if len(want("evidence", list)) > _MAX_EVIDENCE:
        raise UsageError(f"The file holds more evidence than a run of dgcheck can gather. {_ADVICE}")
    return Report(
        dgcheck=want("dgcheck", str),
        run_id=want("run_id", str, ""),
        started=want("started", str),
        ended=want("ended", str),
        verdict=verdict,
        interrupted=want("interrupted", bool),
        target=want("target", dict),
        seen_from=want("seen_from", dict),
        settings=settings,
        environment=want("environment", dict),
        checks=tuple(from_plain(CheckResult, _check(item)) for item in want("checks", list)),
        findings=tuple(from_plain(Finding, item) for item in want("findings", list)),
        evidence=tuple(evidence_from_plain(_evidence(item)) for item in want("evidence", list)),
        tested=want("tested", str, ""),
        untested=tuple(str(line) for line in want("untested", list, [])),
        attempts=want("attempts", int, 1),
        signal=signal,
        deadline_passed=want("deadline_passed", bool, False),
        fail_on=want("fail_on", str, "error"),
        sdk_settings=tuple(from_plain(SdkSettings, item) for item in want("sdk_settings", list, [])),
        trust_stores=tuple(from_plain(TrustStore, item) for item in want("trust_stores", list, [])),
        via=tuple(_via(item) for item in want("via", list, [])[:MAX_ADDRESSES]),
        hops=tuple(from_plain(Hop, _in_seconds(item, _HOP_MS)) for item in want("hops", list, [])[:MAX_ADDRESSES]),
    )


def _via(plain: Any) -> Via:
    """One address with its report, which has no further ones in it."""
    if not isinstance(plain, dict) or not isinstance(plain.get("name"), str) or not isinstance(plain.get("url"), str):
        raise UsageError(f"The report is damaged: an address of its `via` has no name or no URL. {_ADVICE}")
    inner = plain.get("report")
    if inner is None:
        return Via(plain["name"], plain["url"])
    if not isinstance(inner, dict) or inner.get("via"):
        raise UsageError(f"The report is damaged: what it holds for {plain['name']!r} is no report. {_ADVICE}")
    return Via(plain["name"], plain["url"], _report(inner))


def _check(plain: Any) -> Any:
    """A check or an address with its phases in seconds, as the model has them."""
    if not isinstance(plain, dict):
        return plain
    found = {**plain, "phases": _phases(plain.get("phases", []))}
    if isinstance(plain.get("addresses"), list):
        found["addresses"] = [_check(address) for address in plain["addresses"]]
    return found


def _evidence(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    found: dict[str, Any] = _in_seconds({**plain, "phases": _phases(plain.get("phases", []))}, SEEN_MS)
    if isinstance(found.get("heard"), list):
        found["heard"] = [_in_seconds(heard, HEARD_MS) for heard in found["heard"]]
    return found


def _phases(plain: Any) -> Any:
    return [_in_seconds(phase, PHASE_MS) for phase in plain] if isinstance(plain, list) else plain


def _in_seconds(plain: Any, names: Mapping[str, str]) -> Any:
    if not isinstance(plain, dict):
        return plain
    found = dict(plain)
    for seconds, ms in names.items():
        if ms in found:
            value = found.pop(ms)
            found[seconds] = to_seconds(value) if isinstance(value, (int, float)) else value
    return found
