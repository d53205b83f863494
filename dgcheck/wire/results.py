"""What a transcription says: the answer of `POST /v1/listen` (self-hosted-api.md §3.1)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from dgcheck.model.record import dataclass
from dgcheck.wire import json_text

_DEEPEST = 12  # keys below this are not looked at; the real answer is 8 deep


@dataclass(frozen=True, slots=True)
class Transcription:
    """One answer. `transcript` joins the channels by a blank; '' for silence. `duration` is seconds.

    `models` are UUIDs, `named` the (name, version, architecture) that the answer gives for them. `keys` are the paths
    of every field, without indexes: `results.channels.alternatives.words.speaker`.
    """

    transcript: str
    request_id: str = ""
    models: tuple[str, ...] = ()
    named: tuple[tuple[str, str, str], ...] = ()
    duration: float | None = None
    channels: int | None = None
    words: int = 0  # how many words carry times
    keys: frozenset[str] = frozenset()


@lru_cache(maxsize=64)
def read_transcription(body: str) -> Transcription | None:
    """The answer's meaning; None when it is no transcription (an error, a callback's receipt, no JSON, cut off).

    Never raises. Fields of an unexpected type count as missing.
    """
    found = json_text.fields(body)
    results = found.get("results")
    channels = results.get("channels") if isinstance(results, dict) else None
    if not isinstance(channels, list):
        return None
    heard = [_best(channel) for channel in channels[:64]]
    metadata = _object(found.get("metadata"))
    return Transcription(
        transcript=" ".join(text for text in (_text(best.get("transcript")).strip() for best in heard) if text),
        request_id=_text(metadata.get("request_id"))[:100],
        models=tuple(one[:100] for one in _list(metadata.get("models"))[:50] if isinstance(one, str)),
        named=tuple(_named(metadata.get("model_info"))),
        duration=_number(metadata.get("duration")),
        channels=_count(metadata.get("channels")),
        words=sum(len(_list(best.get("words"))) for best in heard),
        keys=frozenset(_paths({"metadata": metadata, "results": results}, "", 0)),
    )


def _best(channel: Any) -> dict[str, Any]:
    alternatives = _list(_object(channel).get("alternatives"))
    return _object(alternatives[0]) if alternatives else {}


def _named(info: Any) -> Iterator[tuple[str, str, str]]:
    for one in list(_object(info).values())[:50]:
        if isinstance(one, dict):
            yield _text(one.get("name"))[:100], _text(one.get("version"))[:100], _text(one.get("arch"))[:100]


def _paths(value: Any, above: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            if isinstance(item, (dict, list)):
                yield from _paths(item, above, depth + 1)
        return
    for key, item in _object(value).items():
        path = f"{above}.{key}" if above else key
        yield path
        if isinstance(item, (dict, list)):
            yield from _paths(item, path, depth + 1)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    return (
        float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e9 else None
    )


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**6 else None
