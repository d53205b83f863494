"""The settings file: YAML, read strictly, with the line of every mistake.

The tree is composed by PyYAML and walked here. Scalars stay text until `settings.values` reads them, so
`language: no` is Norwegian and `timeout: 30` means the same as `--timeout 30`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dgcheck.settings.nearest import did_you_mean
from dgcheck.settings.options import BY_KEY, MODES, Option
from dgcheck.settings.values import BadValue, read

# What people write although it is not here, and where it belongs.
ELSEWHERE = {
    "api_key": "a key does not belong in this file; give api_key_file, or the variable DGCHECK_API_KEY",
    "password": "a password does not belong in this file",
    "token": "a token does not belong in this file; give api_key_file, or the variable DGCHECK_API_KEY",
    "config": "a settings file cannot name another one",
    "dry_run": "only the command line has --dry-run",
}


class Mistake(Exception):
    """One mistake of the file: the line (from 1, 0 = unknown) and what is wrong."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(f"line {line}: {text}" if line else text)
        self.line = line


def read_file(text: str) -> tuple[dict[str, str | list[str]], list[Mistake]]:
    """The settings in a file, as text by key, and every mistake that was found, in order of their lines."""
    mistakes: list[Mistake] = []
    try:
        root = composed(text)
    except Mistake as mistake:
        return {}, [mistake]
    if root is None:
        return {}, mistakes
    if root.id != "mapping":
        return {}, [Mistake(1, "a settings file is a mapping, as in `target: http://dg:8080`")]
    return settings_in(pairs(root, mistakes), mistakes), mistakes


def settings_in(
    entries: Iterable[tuple[str, Any, int]], mistakes: list[Mistake], known: Mapping[str, Option] = BY_KEY
) -> dict[str, str | list[str]]:
    """The settings among the entries of a mapping, as text by key; what is no setting of `known` is a mistake."""
    found: dict[str, str | list[str]] = {}
    for key, node, line in entries:
        option = known.get(key)
        if option is None:
            mistakes.append(Mistake(line, _unknown(key, known)))
            continue
        try:
            raw = _raw(option, node)
            if raw is None:
                continue
            read(option, raw)
            found[key] = raw
        except BadValue as problem:
            mistakes.append(Mistake(line, f"{key}: {problem}"))
        except Mistake as mistake:
            mistakes.append(mistake)
    return found


def composed(text: str, *, large: bool = False) -> Any:
    """The nodes of a YAML document, every scalar as text; None for an empty one. Raises Mistake.

    A `large` one is read by libyaml where PyYAML has it: ten times as fast, with other words for what is no YAML.
    """
    import yaml

    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader) if large else yaml.BaseLoader
    try:
        return yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        # The parser's snippet is left out: a settings file may hold what is nobody's business.
        problem = (error.problem or error.context or "it cannot be read").split(" '", 1)[0]
        raise Mistake(line, f"this is no YAML: {problem}") from None
    except yaml.YAMLError:
        raise Mistake(0, "this is no YAML: it holds characters that YAML does not allow") from None
    except (RecursionError, ValueError, OverflowError):
        raise Mistake(0, "this is no settings file: it is nested too deeply or holds impossible characters") from None


def pairs(node: Any, mistakes: list[Mistake]) -> Iterator[tuple[str, Any, int]]:
    """Key, value and line of every entry of a mapping; a key that stands twice is a mistake."""
    seen: set[str] = set()
    for key_node, value in node.value:
        line = key_node.start_mark.line + 1
        if key_node.id != "scalar":
            mistakes.append(Mistake(line, "a key is a plain word"))
        elif key_node.value in seen:
            mistakes.append(Mistake(line, f"{_short(key_node.value)} stands twice"))
        else:
            seen.add(key_node.value)
            yield key_node.value, value, line


def _raw(option: Option, node: Any) -> str | list[str] | None:
    """A node as text, or as texts for a setting that may be repeated; None for an empty one."""
    line = node.start_mark.line + 1
    if node.id == "scalar" and is_empty(node):
        return None
    if not option.many:
        if node.id != "scalar":
            raise Mistake(line, f"{option.key}: one value is expected, not a {kind_of(node)}")
        return str(node.value)
    if node.id == "scalar":
        return [str(node.value)]
    if node.id == "mapping":
        return _from_mapping(option, node)
    return [_item(option, item) for item in node.value]


def _from_mapping(option: Option, node: Any) -> list[str]:
    line = node.start_mark.line + 1
    if option.form not in ("pairs", "assignments", "headers", "hosts", "addresses"):
        raise Mistake(line, f"{option.key}: a list is expected, not a mapping")
    mistakes: list[Mistake] = []
    joint = ":" if option.form == "headers" else "="
    parts = []
    for key, value, at in pairs(node, mistakes):
        if value.id != "scalar":
            raise Mistake(at, f"{option.key}: {_short(key)} has a {kind_of(value)} where one value is expected")
        parts.append(_checked(option, f"{key}{joint}{value.value}", at))
    if mistakes:
        raise mistakes[0]
    return parts


def _item(option: Option, node: Any) -> str:
    line = node.start_mark.line + 1
    if node.id == "scalar":
        return _checked(option, str(node.value), line)
    if node.id != "mapping" or option.form != "models":
        raise Mistake(line, f"{option.key}: an item is one value, not a {kind_of(node)}")
    mistakes: list[Mistake] = []
    given: dict[str, str] = {}
    for key, value, at in pairs(node, mistakes):
        if key not in ("name", "mode"):
            raise Mistake(at, f"models: unknown key {_short(key)}{did_you_mean(key, ('name', 'mode'))}")
        if value.id != "scalar":
            raise Mistake(at, f"models: {key} is one value")
        given[key] = str(value.value)
    if mistakes:
        raise mistakes[0]
    if "name" not in given:
        raise Mistake(line, "models: an item needs a name")
    return _checked(option, f"{given['name']}={given['mode']}" if "mode" in given else given["name"], line)


def _checked(option: Option, text: str, line: int) -> str:
    """One text of several, so that its own line is named when it cannot be used."""
    try:
        read(option, [text])
    except BadValue as problem:
        raise Mistake(line, f"{option.key}: {problem}") from None
    return text


def is_empty(node: Any) -> bool:
    """Whether a node holds nothing: no value, or null."""
    return not node.style and node.value in ("", "~", "null", "Null", "NULL")


def kind_of(node: Any) -> str:
    """What a node is, in a word."""
    return "list" if node.id == "sequence" else "mapping" if node.id == "mapping" else node.id


def _short(key: str) -> str:
    return repr(key if len(key) <= 40 else key[:37] + "...")


def _unknown(key: str, known: Mapping[str, Option] = BY_KEY) -> str:
    plain = key.lower().replace("-", "_")
    if plain in ELSEWHERE:
        return f"{_short(key)}: {ELSEWHERE[plain]}"
    return f"unknown key {_short(key)}{did_you_mean(key, known)}"


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the settings file, made from the table of options."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "dgcheck/settings/v1",
        "title": "dgcheck settings",
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": properties(BY_KEY),
    }


def properties(options: Mapping[str, Option]) -> dict[str, Any]:
    """What a JSON Schema says of each of these settings."""
    return {key: {"description": _described(option), **_shape(option)} for key, option in options.items()}


def _described(option: Option) -> str:
    if option.key == "family":
        return "use only addresses of this family; flags -4 and -6"
    flag = f" (flag {option.flags[-1]}, variable {option.env})" if option.flags else f" (variable {option.env})"
    return option.help + flag


def _shape(option: Option) -> dict[str, Any]:
    word = {"type": "string", "minLength": 1}
    if option.form == "switch":
        return {"type": ["boolean", "null"]}
    if option.form == "integer":
        return {"type": ["integer", "null"], "minimum": option.limits[0], "maximum": option.limits[1]}
    if option.form == "duration":
        return {"type": ["string", "number", "null"], "minimum": option.limits[0], "maximum": option.limits[1]}
    if option.form in ("moment", "size", "place"):
        return {"type": ["string", "number", "null"]}
    if option.form == "choice":
        return {"enum": [*option.choices, None]}
    if option.form == "models":
        entry: dict[str, Any] = {"name": word, "mode": {"enum": list(MODES)}}
        described = {"type": "object", "additionalProperties": False, "required": ["name"], "properties": entry}
        return _list({"anyOf": [word, described]})
    if option.form in ("pairs", "assignments", "headers", "hosts", "addresses"):
        values = {"type": ["string", "number", "boolean"]} if option.form == "pairs" else {"type": "string"}
        return {"anyOf": [{"type": "object", "additionalProperties": values}, _list(word)]}
    if option.form == "names":
        return _list({"enum": list(option.choices)} if option.choices else word)
    if option.many:
        return _list(word)
    return {"type": ["string", "null"]}


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [item, {"type": "array", "items": item}, {"type": "null"}]}
