"""The file of a fleet: targets and what they share, in YAML; or a plain list of URLs, one a line.

defaults:                   # any setting of a run, as in the settings file
  models: [nova-3]
  timeout: 20s
targets:
  - http://dg-1:8080        # a URL
  - url: https://eu.example.com
    name: eu                # what reports call it; without one it is the URL
    ca_file: eu-ca.pem      # any setting of a run, for this one alone
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from typing import Any

from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass
from dgcheck.settings.file import Mistake, composed, is_empty, kind_of, pairs, properties, settings_in
from dgcheck.settings.load import Raw
from dgcheck.settings.nearest import did_you_mean
from dgcheck.settings.options import BY_KEY
from dgcheck.settings.values import BadValue, name
from dgcheck.wire.redact import Redactor
from dgcheck.wire.secrets import userinfo

MOST_TARGETS = 10_000
MOST_NAME = 200  # characters
# What concerns the whole of dgcheck, or has no meaning where each target is asked once.
_WHOLE = ("wait", "interval", "give_up_after", "deadline", "active_deadline_seconds", "outputs", "termination_log")
NOT_HERE = frozenset((*_WHOLE, "color", "quiet", "verbose", "show_sdk_config", "redact", "redact_hosts"))
KNOWN = {key: option for key, option in BY_KEY.items() if key not in NOT_HERE and key != "target"}
URLS = ("url", "target")  # the second is what the settings file calls it
_TOP = ("defaults", "targets")


@dataclass(frozen=True, slots=True)
class Entry:
    """One target of the file. `own` are its settings as text by key; `line` where it stands, from 1."""

    name: str
    url: str
    line: int
    own: Mapping[str, Raw]

    @property
    def shown(self) -> str:
        """The URL without its secrets."""
        return shown(self.url)


@dataclass(frozen=True, slots=True)
class Fleet:
    """What a file says. `repeated` counts targets that stood twice with nothing to tell them apart."""

    defaults: Mapping[str, Raw]
    entries: tuple[Entry, ...]
    repeated: int = 0

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits that are the same for the same targets, in whatever order."""
        return sha256("\n".join(sorted(one.name for one in self.entries)).encode("utf-8", "replace")).hexdigest()[:12]


def read(text: str) -> tuple[Fleet, list[Mistake]]:
    """What the file says, and every mistake that was found, in order of their lines."""
    mistakes: list[Mistake] = []
    defaults: dict[str, Raw] = {}
    if _is_list(text):
        found = list(_lines(text, mistakes))
    else:
        try:
            root = composed(text, large=True)
        except Mistake as mistake:
            return Fleet({}, ()), [mistake]
        nodes, defaults = _parts(root, mistakes)
        found = list(_entries(nodes, mistakes))
    fleet = _told_apart(found, defaults, mistakes)
    if not fleet.entries and not mistakes:
        mistakes.append(Mistake(0, "there is no target in it; write `targets:` and below it `- http://HOST:8080`"))
    if len(fleet.entries) > MOST_TARGETS:
        mistakes.append(Mistake(0, f"{len(fleet.entries)} targets are more than {MOST_TARGETS}; split the file"))
    return fleet, sorted(mistakes, key=lambda mistake: mistake.line)


def _is_list(text: str) -> bool:
    """Whether no line looks like YAML: a list item, a key, a flow or a document mark."""
    lines = [line.strip() for line in text.splitlines()]
    lines = [line.partition(" #")[0].strip() for line in lines if line and not line.startswith("#")]
    return bool(lines) and not any(
        line.startswith(("- ", "{", "---", "%", "? "))
        or line == "-"
        or line.endswith((":", "[", "]", ","))
        or ": " in line
        for line in lines
    )


def _lines(text: str, mistakes: list[Mistake]) -> Iterator[Entry]:
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.strip()
        if not plain or plain.startswith("#"):
            continue
        url = plain.partition(" #")[0].strip()
        if any(char.isspace() for char in url):
            mistakes.append(
                Mistake(number, "one URL a line; names and settings need YAML (targets: and below it - url: ...)")
            )
            continue
        yield Entry(shown(url), url, number, {})


def _parts(root: Any, mistakes: list[Mistake]) -> tuple[list[Any], dict[str, Raw]]:
    """The nodes of the targets, and the defaults."""
    if root is None:
        return [], {}
    if root.id == "sequence":
        return list(root.value), {}
    if root.id != "mapping":
        mistakes.append(Mistake(1, "a fleet is a mapping with `targets:`, or a list of URLs"))
        return [], {}
    nodes: list[Any] = []
    defaults: dict[str, Raw] = {}
    for key, node, line in pairs(root, mistakes):
        if key == "targets":
            nodes = _listed(node, line, mistakes)
        elif key == "defaults":
            defaults = _defaults(node, line, mistakes)
        else:
            hint = did_you_mean(key, _TOP) or (
                "; a setting for all of them stands below `defaults:`" if key in KNOWN else ""
            )
            mistakes.append(Mistake(line, f"unknown key {key[:40]!r}{hint}"))
    return nodes, defaults


def _listed(node: Any, line: int, mistakes: list[Mistake]) -> list[Any]:
    if node.id == "sequence":
        return list(node.value)
    if not is_empty(node):
        mistakes.append(Mistake(line, f"targets: a list is expected, not a {kind_of(node)}"))
    return []


def _defaults(node: Any, line: int, mistakes: list[Mistake]) -> dict[str, Raw]:
    if node.id == "scalar" and is_empty(node):
        return {}
    if node.id != "mapping":
        mistakes.append(Mistake(line, f"defaults: a mapping is expected, not a {kind_of(node)}"))
        return {}
    return settings_in(_settings(pairs(node, mistakes), mistakes), mistakes, KNOWN)


def _settings(entries: Iterable[tuple[str, Any, int]], mistakes: list[Mistake]) -> Iterator[tuple[str, Any, int]]:
    """The entries without those that are settings, but none of a single target."""
    for key, node, line in entries:
        if key in NOT_HERE:
            mistakes.append(Mistake(line, f"{key} concerns the whole run; give it on the command line"))
        elif key == "target":
            mistakes.append(Mistake(line, "target: what is asked stands below `targets:`"))
        else:
            yield key, node, line


def _entries(nodes: Iterable[Any], mistakes: list[Mistake]) -> Iterator[Entry]:
    for node in nodes:
        line = node.start_mark.line + 1
        try:
            yield _entry(node, line, mistakes)
        except Mistake as mistake:
            mistakes.append(mistake)


def _entry(node: Any, line: int, mistakes: list[Mistake]) -> Entry:
    if node.id == "scalar" and not is_empty(node):
        return Entry(shown(node.value), str(node.value), line, {})
    if node.id != "mapping":
        raise Mistake(line, "a target is a URL, or a mapping with `url:`")
    given: dict[str, tuple[str, int]] = {}
    rest = []
    for key, value, at in pairs(node, mistakes):
        if key not in (*URLS, "name"):
            rest.append((key, value, at))
        elif value.id != "scalar" or is_empty(value):
            raise Mistake(at, f"{key}: one value is expected")
        else:
            given[key] = (str(value.value), at)
    own = settings_in(_settings(rest, mistakes), mistakes, {"url": BY_KEY["target"], "name": BY_KEY["target"], **KNOWN})
    urls = [given[key][0] for key in URLS if key in given]
    if len(urls) != 1:
        raise Mistake(
            line, "url and target are two words for one thing; give one of them" if urls else "a target needs `url:`"
        )
    return Entry(_name(*given["name"]) if "name" in given else shown(urls[0]), urls[0], line, own)


def _name(text: str, line: int) -> str:
    try:
        found = name(text)
    except BadValue as problem:
        raise Mistake(line, f"name: {problem}") from None
    if len(found) > MOST_NAME:
        raise Mistake(line, f"name: it has {len(found)} characters, more than {MOST_NAME}")
    return found


def _told_apart(found: list[Entry], defaults: Mapping[str, Raw], mistakes: list[Mistake]) -> Fleet:
    """The targets without those that stand twice; two that differ and have one name are a mistake."""
    kept: dict[str, Entry] = {}
    repeated = 0
    for one in found:
        before = kept.setdefault(one.name, one)
        if before is one:
            continue
        if (before.url, before.own) == (one.url, one.own):
            repeated += 1
        else:
            mistakes.append(
                Mistake(
                    one.line, f"{one.name[:80]!r} is also what line {before.line} is called; give it a name of its own"
                )
            )
    return Fleet(defaults, tuple(kept.values()), repeated)


def shown(url: str) -> str:
    """A URL as it may be shown: without user, password and secret parameters."""
    plain = url.strip()
    secret = userinfo(plain) if "@" in plain else ""
    if secret:
        plain = plain.replace(f"{secret}@", "", 1)
    masked = _masking().url(plain)[:MOST_NAME] or "-"
    return _MARK.sub("<redacted>", masked)


@cache
def _masking() -> Redactor:
    return Redactor()


# The mark of a secret differs from process to process, and a name must not.
_MARK = pattern(r"<redacted:[0-9a-f]*>?")


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the file in YAML, made from the table of options."""
    settings = properties(KNOWN)
    word = {"type": "string", "minLength": 1}
    own = {"url": word, "target": word, "name": {**word, "maxLength": MOST_NAME}, **settings}
    one = {"type": "object", "additionalProperties": False, "properties": own}
    either = {"oneOf": [{"required": ["url"]}, {"required": ["target"]}]}
    targets = {"type": "array", "minItems": 1, "maxItems": MOST_TARGETS, "items": {"anyOf": [word, {**one, **either}]}}
    defaults = {"type": ["object", "null"], "additionalProperties": False, "properties": settings}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "dgcheck/fleet-file/v1",
        "title": "targets of dgcheck fleet",
        "anyOf": [
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["targets"],
                "properties": {"defaults": defaults, "targets": targets},
            },
            targets,
        ],
    }
