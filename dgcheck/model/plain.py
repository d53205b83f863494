"""Evidence to plain data and back, so that a saved report can be judged again."""

from __future__ import annotations

import types
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from dgcheck.model.errors import UsageError
from dgcheck.model.evidence import Seen
from dgcheck.model.kinds import KIND_OF, KINDS
from dgcheck.model.record import fields, is_dataclass

Kind = TypeVar("Kind")


_AS_THEY_ARE = (str, int, float, bool)


def to_plain(value: Any) -> Any:
    """Dataclasses to dicts, enums to their values, tuples to lists; what JSON can hold."""
    if value is None or type(value) in _AS_THEY_ARE:
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    return value


def evidence_to_plain(seen: Seen) -> dict[str, Any]:
    """One piece of evidence as the report holds it: its fields, `id` and `kind` first."""
    plain = to_plain(seen)
    return {"id": plain.pop("id"), "kind": KIND_OF[type(seen)], **plain}


def evidence_from_plain(plain: Any) -> Seen:
    """The inverse of `evidence_to_plain`. Unknown fields are passed over, so that a newer file opens.

    Raises UsageError, naming the field, for what no dgcheck wrote.
    """
    if not isinstance(plain, dict) or not isinstance(plain.get("kind"), str) or plain["kind"] not in KINDS:
        kind = plain.get("kind") if isinstance(plain, dict) else plain
        raise UsageError(f"evidence of unknown kind {kind!r}; is this file a dgcheck report?")
    found: Seen = _build(KINDS[plain["kind"]], {key: item for key, item in plain.items() if key != "kind"})
    return found


def from_plain(kind: type[Kind], plain: Any) -> Kind:
    """One of the model's dataclasses from what `to_plain` made of it. Unknown fields are passed over.

    Raises UsageError, naming the field, for what does not fit.
    """
    found: Kind = _build(kind, plain)
    return found


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: type, plain: Any) -> Any:
    if not isinstance(plain, dict):
        raise UsageError(f"a {kind.__name__.lower()} was expected where the file has {type(plain).__name__}")
    hints = _hints(kind)
    values: dict[str, Any] = {}
    for item in fields(kind):
        if item.name in plain:
            values[item.name] = _value(hints[item.name], plain[item.name], f"{kind.__name__.lower()}.{item.name}")
    try:
        return kind(**values)
    except TypeError as error:
        raise UsageError(f"a {kind.__name__.lower()} of the file is incomplete: {error}") from None


def _tuple(inner: tuple[Any, ...], plain: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(plain, list):
        raise UsageError(f"{where}: a list was expected, not {type(plain).__name__}")
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_value(inner[0], item, where) for item in plain)
    if len(inner) != len(plain):
        raise UsageError(f"{where}: {len(inner)} values were expected, not {len(plain)}")
    return tuple(_value(one, item, where) for one, item in zip(inner, plain, strict=True))


def _plain_of(hint: type, plain: Any, where: str) -> Any:
    if issubclass(hint, Enum):
        try:
            return hint(plain)
        except ValueError:
            raise UsageError(f"{where}: {plain!r} is none of {', '.join(str(one.value) for one in hint)}") from None
    if hint is float and isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    if not isinstance(plain, hint) or (isinstance(plain, bool) and hint is not bool):
        raise UsageError(f"{where}: {hint.__name__} was expected, not {type(plain).__name__}")
    return plain


def _value(hint: Any, plain: Any, where: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        options = get_args(hint)
        if plain is None and type(None) in options:
            return None
        return _value(next(option for option in options if option is not type(None)), plain, where)
    if origin is tuple:
        return _tuple(get_args(hint), plain, where)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(plain, dict):
            raise UsageError(f"{where}: a mapping was expected, not {type(plain).__name__}")
        return {str(key): str(item) for key, item in plain.items()}
    if is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, plain)
    return _plain_of(hint, plain, where)
