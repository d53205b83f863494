"""Masks settings files by key: TOML, YAML (Compose, Helm values, manifests), .env, JSON, INI.

What a name says decides, not what the value looks like: `password: hunter` is one. YAML is read as YAML, so that lists
of `name` and `value`, block scalars and the data of a Secret are understood; everything is read line by line as well,
for comments, for templates that no parser reads, and for what another format holds inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dgcheck.model.pattern import pattern
from dgcheck.ticket import directives
from dgcheck.ticket.values import is_none, looks_secret
from dgcheck.wire.secret_names import may_be_secret, says_secret

if TYPE_CHECKING:
    from dgcheck.wire.redact import Redactor

MOST_YAML = 1 << 20  # characters; PyYAML takes a second for so many
_MOST_LEARNED = 64
_NAMES = pattern(
    r"(?i)(?:.*\.(?:toml|ya?ml|env|ini|cfg|conf|properties|json|tfvars|tf|service|tpl|envrc)|\.?env(?:\..*)?|dockerfile.*|"
    r"\.netrc|.*compose.*|\.dockercfg|kubeconfig|docker-run.*|.*\.(?:sh|bat|ps1))\Z"
)
_YAML = pattern(r"(?i).*\.(?:ya?ml|json|dockercfg)\Z|.*kubeconfig\Z")
_LINE = pattern(
    r"(?P<before>[ \t]*(?:[#;]+[ \t]*|//[ \t]*)?(?:-[ \t]+)*"
    r"(?:export[ \t]+|set[ \t]+|ENV[ \t]+|ARG[ \t]+|\$env:)?[\"']?)"
    r"(?P<name>[A-Za-z_][\w.\-/]{0,120})(?P<between>[\"']?[ \t]*(?::=|=>|\+=|[=:])[ \t]*)(?P<value>\S.*)?\Z"
)
_ITEM = pattern(r"(?P<name>-{0,2}[A-Za-z_][\w.\-]{0,120})=(?P<value>.+)\Z", re.DOTALL)
_SECTION = pattern(r"[ \t]*\[{1,2}[ \t]*(?P<name>[^\[\]]{1,200})\]{1,2}[ \t]*(?:#.*)?\Z")
_REFERENCE = frozenset("name key ref file path external url source type kind namespace optional environment".split())
_NAMED_ITEM = pattern(r"[ \t]*(?:-[ \t]+)?[\"']?name[\"']?[ \t]*[:=][ \t]*[\"']?(?P<name>[\w.\-]{1,120})")
_VALUE_KEYS = ("value", "default", "defaultvalue")


def is_settings(name: str) -> bool:
    """Whether a file of this name is settings rather than a log."""
    return _NAMES.match(name.replace("\\", "/").rpartition("/")[2]) is not None


def masked(text: str, name: str, redactor: Redactor) -> tuple[str, int]:
    """The text of a settings file with tokens for its secrets, and how many there are. What is found is learned by the
    redactor, so that the same secret goes from every log that is cleaned later."""
    masks = _Masks(redactor)
    if _YAML.match(name.replace("\\", "/").rpartition("/")[2]) and len(text) <= MOST_YAML:
        text = masks.by_spans(text, _yaml_spans(text))
    text = "".join(_Lines(masks).shown(text))
    return text, masks.hidden


class _Masks:
    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._learned = 0
        self.hidden = 0

    def token(self, value: str) -> str:
        self.hidden += 1
        if self._learned < _MOST_LEARNED and looks_secret(value):
            self._redactor.learn(value)
            self._learned += 1
        return self._redactor.token(value.strip())

    def by_spans(self, text: str, spans: list[tuple[int, int]]) -> str:
        shown: list[str] = []
        at = 0
        for start, end in sorted(set(spans)):
            if start < at:
                continue
            shown += (text[at:start], self._of_scalar(text[start:end]))
            at = end
        return "".join([*shown, text[at:]])

    def _of_scalar(self, raw: str) -> str:
        """A scalar as it is written: quotes, and the line's end behind a block, stay."""
        body = raw.rstrip("\r\n \t")
        tail = raw[len(body) :]
        if len(body) > 1 and body[0] == body[-1] and body[0] in "\"'":
            return f"{body[0]}{self.token(body[1:-1])}{body[0]}{tail}"
        if body[:1] in "|>":
            body = body.partition("\n")[2]
        return f"{self.token(body)}{tail}"


# --- YAML ------------------------------------------------------------------------------------------------------------


def _yaml_spans(text: str) -> list[tuple[int, int]]:
    """From where to where the secrets of a YAML or JSON text stand; none where it cannot be read."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    spans: list[tuple[int, int]] = []
    try:
        for document in yaml.compose_all(text, Loader=loader):
            spans += _of_document(document, text)
    except (yaml.YAMLError, RecursionError, ValueError):
        pass  # the lines of it are read all the same
    return spans


def _of_document(root: Any, text: str) -> Iterator[tuple[int, int]]:
    left: list[tuple[Any, str, bool]] = [(root, "", False)]  # node, name of it, all below is secret
    seen: set[int] = set()
    while left:
        node, name, whole = left.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if node.id == "scalar":
            if _is_secret(name, node.value, whole):
                yield _place(node)
        elif node.id == "sequence":
            left += [(item, name, whole) for item in node.value if item.id != "scalar"]
            yield from _of_items([item for item in node.value if item.id == "scalar"], name, whole, text)
        else:
            left += _of_mapping(node, name, whole)


def _of_mapping(node: Any, name: str, whole: bool) -> Iterator[tuple[Any, str, bool]]:
    pairs = {key.value: value for key, value in node.value if key.id == "scalar"}
    said = {key.lower(): value.value for key, value in pairs.items() if value.id == "scalar"}
    manifest = said.get("kind") == "Secret"
    called = said.get("name", said.get("key", ""))
    for key, value in pairs.items():
        if manifest and key in ("data", "stringData"):
            yield value, name, True
        elif key.lower() in _VALUE_KEYS and called and (says_secret(called) or may_be_secret(called)):
            yield value, called, whole
        elif whole and key.lower() in _REFERENCE and name not in ("", "data", "stringData"):
            yield value, key, False
        elif whole:
            yield value, key, True
        else:
            yield value, key, value.id == "mapping" and says_secret(key)


def _of_items(items: list[Any], name: str, whole: bool, text: str) -> Iterator[tuple[int, int]]:
    """`KEY=value`, `--api-key=value`, and the value that follows `--api-key`."""
    before = ""
    for item in items:
        found = _ITEM.match(item.value)
        if found and _is_secret(found.group("name").lstrip("-"), found.group("value"), False):
            yield _behind_sign(item, text)
        elif before.startswith("-") and "=" not in before and not item.value.startswith("-"):
            if _is_secret(before.lstrip("-"), item.value, whole):
                yield _place(item)
        elif _is_secret(name, item.value, whole):
            yield _place(item)
        before = item.value


def _behind_sign(item: Any, text: str) -> tuple[int, int]:
    """From behind the `=` of `KEY=value` to its end, without a closing quote."""
    start, end = _place(item)
    raw = text[start:end]
    quoted = len(raw) > 1 and raw[0] in "\"'" and raw[-1] == raw[0]
    return start + raw.index("=") + 1, end - quoted


def _place(node: Any) -> tuple[int, int]:
    return node.start_mark.index, node.end_mark.index


def _is_secret(name: str, value: str, whole: bool) -> bool:
    if whole:
        return bool(value) and not is_none(value)
    return (says_secret(name) and not is_none(value)) or (may_be_secret(name) and looks_secret(value))


# --- lines -----------------------------------------------------------------------------------------------------------


class _Lines:
    """Reads line by line, whatever the format is; remembers the section, the item's name, and what a value opened."""

    def __init__(self, masks: _Masks) -> None:
        self._masks = masks
        self._section = ""
        self._item = ""
        self._closing = ""  # what ends a text of several lines
        self._deeper = -1  # a block goes on while lines are indented by more than this
        self._data = -1  # the same for the data of a Secret
        self._manifest = False

    def shown(self, text: str) -> Iterator[str]:
        """The lines with their secrets masked."""
        for line in text.splitlines(keepends=True):
            body = line.rstrip("\r\n")
            yield self._line(body) + line[len(body) :]

    def _line(self, line: str) -> str:
        indent = len(line) - len(line.lstrip(" \t"))
        if self._closing:
            return self._inside(line)
        if self._deeper >= 0 and (indent > self._deeper or not line.strip()):
            return line[:indent] + self._masks.token(line.strip()) if line.strip() else line
        self._deeper = -1
        if self._data >= 0 and line.strip() and indent <= self._data:
            self._data = -1
        if line.startswith("---"):
            self._manifest = False
        section = _SECTION.match(line)
        if section:
            self._section = section.group("name").strip("\"' ")
            return line
        return self._pair(line, indent)

    def _inside(self, line: str) -> str:
        end = line.find(self._closing)
        if end < 0:
            return self._masks.token(line) if line.strip() else line
        rest, self._closing = line[end:], ""
        return (self._masks.token(line[:end]) if line[:end].strip() else "") + rest

    def _pair(self, line: str, indent: int) -> str:
        named = _NAMED_ITEM.match(line)
        if named:
            self._item = named.group("name")
        elif line.lstrip().startswith("- "):
            self._item = ""
        found = _LINE.match(line)
        if found is None:
            return self._masks.by_spans(line, list(directives.places(line)))
        name, value = found.group("name"), found.group("value") or ""
        if name == "kind" and value.strip("\"' ,") == "Secret":
            self._manifest = True
        if self._manifest and name in ("data", "stringData") and not value:
            self._data = indent
            return line
        in_data = self._data >= 0 and indent > self._data
        if name.lower() in _VALUE_KEYS and self._item:
            name = self._item
        full = f"{self._section}.{name}" if self._section else name
        if not value or not (in_data or says_secret(name) or says_secret(full) or may_be_secret(name)):
            return line
        return line[: found.start("value")] + self._value(
            value, in_data or says_secret(name) or says_secret(full), indent
        )

    def _value(self, value: str, strong: bool, indent: int) -> str:
        for mark in ('"""', "'''"):
            if strong and value.startswith(mark):
                rest = value[3:]
                if mark not in rest:
                    self._closing = mark
                    return mark + (self._masks.token(rest) if rest.strip() else "")
                return mark + self._masks.token(rest.partition(mark)[0]) + mark + rest.partition(mark)[2]
        if strong and re.fullmatch(r"[|>][+\-0-9]{0,2}\s*(?:#.*)?", value):
            self._deeper = indent
            return value
        if value[0] in "[{(":
            return _QUOTED.sub(lambda found: self._one(found, strong), value)
        if value[0] in "\"'":
            return _QUOTED.sub(lambda found: self._one(found, strong), value, count=1)
        plain = re.split(r"[ \t]+[#;]|[,;][ \t]*\Z", value, maxsplit=1)[0].rstrip()
        if is_none(plain) or (not strong and not looks_secret(plain)) or plain[0] in "&*!":
            return value
        if plain.startswith("${") and ":-" in plain:
            start = plain.index(":-") + 2
            default = plain[start:].removesuffix("}")
            return value[:start] + self._masks.token(default) + value[start + len(default) :]
        return self._masks.token(plain) + value[len(plain) :]

    def _one(self, found: re.Match[str], strong: bool) -> str:
        text = found.group("text")
        if is_none(text) or (not strong and not looks_secret(text)):
            return found.group()
        quote = found.group("quote")
        return f"{quote}{self._masks.token(text)}{quote}"


_QUOTED = pattern(r"(?P<quote>[\"\'])(?P<text>(?:\\\\.|(?!(?P=quote)).){1,65536})(?P=quote)")
