"""The file of models that somebody counts on: YAML, read strictly, with the line of every mistake.

models:
  - nova-3                       # both ways, in whatever languages it has
  - name: nova-2-medical
    mode: streaming              # both, rest or streaming
    languages: [en, en-US]
    version: 2024-01-18.26916
    formatted: true

A plain list will do as well, and so will the JSON that `dgcheck models -o json` wrote of another deployment: then what
is listed there has to be listed here.
"""

from __future__ import annotations

from typing import Any

from dgcheck.model.target import Expected
from dgcheck.settings.file import Mistake, composed, is_empty, kind_of, pairs
from dgcheck.settings.nearest import did_you_mean
from dgcheck.settings.options import MODES
from dgcheck.settings.values import BadValue, choice, name, switch

SCHEMA = "dgcheck/models/v1"
MOST = 2000  # models
_KEYS = ("name", "mode", "language", "languages", "version", "formatted")


def read(text: str) -> tuple[tuple[Expected, ...], list[Mistake]]:
    """What the file expects, and every mistake that was found, in order of their lines."""
    mistakes: list[Mistake] = []
    try:
        root = composed(text, large=True)
        found = tuple(dict.fromkeys(_expected(root, mistakes)))
    except Mistake as mistake:
        return (), [*mistakes, mistake]
    if not found and not mistakes:
        mistakes.append(Mistake(0, "no model is named in it; write `models:` and below it `- nova-3`"))
    if len(found) > MOST:
        mistakes.append(Mistake(0, f"{len(found)} models are more than {MOST}"))
    return found, sorted(mistakes, key=lambda mistake: mistake.line)


def _expected(root: Any, mistakes: list[Mistake]) -> list[Expected]:
    if root is None:
        return []
    if root.id == "sequence":
        return _listed(root.value, mistakes)
    if root.id != "mapping":
        raise Mistake(1, "a list of models is expected, or a mapping with `models:`")
    top = {key: (node, line) for key, node, line in pairs(root, mistakes)}
    node, line = top.get("models", (None, 0))
    if "schema" in top:
        return _saved(top["schema"][0], node, mistakes)
    for key, (_, at) in top.items():
        if key != "models":
            mistakes.append(Mistake(at, f"unknown key {key[:40]!r}{did_you_mean(key, ('models',))}"))
    if node is None or is_empty_node(node):
        return []
    if node.id != "sequence":
        raise Mistake(line, f"models: a list is expected, not a {kind_of(node)}")
    return _listed(node.value, mistakes)


def is_empty_node(node: Any) -> bool:
    """Whether nothing stands there."""
    return node.id == "scalar" and is_empty(node)


def _listed(nodes: list[Any], mistakes: list[Mistake]) -> list[Expected]:
    found = []
    for node in nodes:
        try:
            found.append(_item(node, mistakes))
        except Mistake as mistake:
            mistakes.append(mistake)
    return found


def _item(node: Any, mistakes: list[Mistake]) -> Expected:
    line = node.start_mark.line + 1
    if node.id == "scalar" and not is_empty(node):
        return Expected(_read("a model", str(node.value), line, name))
    if node.id != "mapping":
        raise Mistake(line, "a model is a name, or a mapping with `name:`")
    given: dict[str, tuple[Any, int]] = {}
    for key, value, at in pairs(node, mistakes):
        if key not in _KEYS:
            mistakes.append(Mistake(at, f"unknown key {key[:40]!r}{did_you_mean(key, _KEYS)}"))
        elif not is_empty_node(value):
            given[key] = (value, at)
    if "name" not in given:
        raise Mistake(line, "a model needs `name:`")
    if "language" in given and "languages" in given:
        raise Mistake(given["languages"][1], "language and languages are two words for one thing; give one of them")
    texts = {key: _one(key, *given[key]) for key in ("name", "mode", "version", "formatted") if key in given}
    spoken = given.get("languages", given.get("language"))
    return Expected(
        name=_read("name", texts["name"], given["name"][1], name),
        languages=_many(*spoken) if spoken else (),
        version=_read("version", texts["version"], given["version"][1], name) if "version" in texts else "",
        mode=_mode(texts["mode"], given["mode"][1]) if "mode" in texts else "both",
        formatted=_read("formatted", texts["formatted"], given["formatted"][1], switch)
        if "formatted" in texts
        else None,
    )


def _mode(text: str, line: int) -> str:
    """One of the modes; the listing's own word `batch` is taken for `rest`."""
    found: str = _read("mode", "rest" if text == "batch" else text, line, lambda word: choice(word, MODES))
    return found


def _one(key: str, node: Any, line: int) -> str:
    if node.id != "scalar":
        raise Mistake(line, f"{key}: one value is expected, not a {kind_of(node)}")
    return str(node.value)


def _many(node: Any, line: int) -> tuple[str, ...]:
    if node.id == "scalar":
        return tuple(_read("languages", part, line, name) for part in str(node.value).split(","))
    if node.id != "sequence":
        raise Mistake(line, f"languages: a list is expected, not a {kind_of(node)}")
    return tuple(_read("languages", _one("languages", one, line), line, name) for one in node.value)


def _read(key: str, text: str, line: int, reader: Any) -> Any:
    try:
        return reader(text)
    except BadValue as problem:
        raise Mistake(line, f"{key}: {problem}") from None


def _saved(schema: Any, node: Any, mistakes: list[Mistake]) -> list[Expected]:
    """The speech models that another deployment listed, each with the ways that it serves there."""
    if schema.id != "scalar" or schema.value != SCHEMA:
        raise Mistake(1, f"this JSON is not what `dgcheck models -o json` writes (schema {SCHEMA})")
    found = []
    for item in node.value if node is not None and node.id == "sequence" else ():
        row = {key: value for key, value, _ in pairs(item, mistakes)} if item.id == "mapping" else {}
        if "name" not in row or ("kind" in row and row["kind"].value != "stt"):
            continue
        served = [way for way in ("batch", "streaming") if way in row and row[way].value == "true"]
        mode = "both" if len(served) != 1 else "rest" if served == ["batch"] else "streaming"
        spoken = row.get("languages")
        languages = _many(spoken, 1) if spoken is not None and not is_empty_node(spoken) else ()
        found.append(Expected(_read("name", str(row["name"].value), 1, name), languages, mode=mode))
    return found


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the file in YAML, for editors."""
    word = {"type": "string", "minLength": 1}
    properties = {
        "name": word,
        "mode": {"enum": [*MODES, "batch"]},
        "language": word,
        "languages": {"anyOf": [word, {"type": "array", "items": word}]},
        "version": {"type": ["string", "number"]},
        "formatted": {"type": "boolean"},
    }
    one = {"type": "object", "additionalProperties": False, "required": ["name"], "properties": properties}
    models = {"type": "array", "minItems": 1, "maxItems": MOST, "items": {"anyOf": [word, one]}}
    whole = {
        "type": "object",
        "additionalProperties": False,
        "required": ["models"],
        "properties": {"models": models},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "dgcheck/expected-models/v1",
        "title": "models that dgcheck models expects",
        "anyOf": [whole, models],
    }
