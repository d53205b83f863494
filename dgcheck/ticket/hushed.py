"""Leaves out what was said in a person's own recordings: their words stand in no bundle unless they ask for it.

Each word is replaced by a made-up one, the same for the same word within one report, so that a judgement that counts
and compares words comes out as before, and nobody can read them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from os import urandom
from typing import Any

from dgcheck.model.evidence import Exchange, Heard, Seen, Stream
from dgcheck.model.pattern import pattern
from dgcheck.model.record import replace
from dgcheck.model.report import Report
from dgcheck.wire.words import normalise

# Values of an answer that are no words of a recording; whatever else is text in it may be.
_OURS = frozenset(
    {"request_id", "transaction_key", "sha256", "created", "models", "model_uuid", "name", "version", "arch", "type"}
    | {"uuid", "language", "languages", "detected_language", "event"}
)
_STRING = pattern(r'"((?:[^"\\]|\\.)*)("?)(\s*:)?', re.DOTALL)
# Kinds of messages that never hold what was said.
_SILENT = frozenset({"Metadata", "Error", "Warning", "SpeechStarted", "UtteranceEnd", "Connected", "Welcome", "binary"})
_LETTERS = "bdfgklmnprstvz"


def own_recording(report: Report) -> bool:
    """Whether a recording of the person was sent, or fetched for them."""
    return any(report.settings.get(name, {}).get("value") for name in ("audio_file", "audio_url"))


def hushed(report: Report) -> Report:
    """The report without the words of the person's recordings, to be judged again: its sentences are the old ones."""
    words = _Words()
    every = bool(report.settings.get("audio_file", {}).get("value"))
    evidence = tuple(_hushed(seen, words) if every or seen.check == "rest.url" else seen for seen in report.evidence)
    environment = dict(report.environment)
    facts = environment.get("judged_on")
    if every and isinstance(facts, dict):
        kept = facts.get("settings")
        told = {**kept, "expect": words.of(str(kept.get("expect", "")))} if isinstance(kept, dict) else kept
        environment["judged_on"] = {**facts, "words": words.of(str(facts.get("words", ""))), "settings": told}
    settings = dict(report.settings)
    if settings.get("expect", {}).get("value"):
        settings["expect"] = {**settings["expect"], "value": "(left out)"}
    return replace(report, evidence=evidence, environment=environment, settings=settings)


class _Words:
    """Made-up words, the same for the same word."""

    def __init__(self) -> None:
        self._salt = urandom(16)
        self._known: dict[str, str] = {}

    def of(self, text: str) -> str:
        """The text with each of its words replaced; what differs only in its writing becomes the same."""
        return " ".join(self._known.get(word) or self._made_up(word) for word in normalise(text).split())

    def _made_up(self, word: str) -> str:
        from hashlib import blake2b

        number = int.from_bytes(blake2b(word.encode("utf-8", "replace"), key=self._salt, digest_size=4).digest(), "big")
        letters = []
        for _ in range(8):
            number, place = divmod(number, len(_LETTERS))
            letters.append(_LETTERS[place])
        self._known[word] = found = "".join(letters)
        return found


def _hushed(seen: Seen, words: _Words) -> Seen:
    if isinstance(seen, Exchange) and seen.response is not None and seen.response.status < 300:
        if seen.request.method == "POST" and seen.response.body:
            return replace(seen, response=replace(seen.response, body=_json(seen.response.body, words.of)))
    elif isinstance(seen, Stream):
        return replace(seen, heard=tuple(_message(heard, words) for heard in seen.heard))
    return seen


def _message(heard: Heard, words: _Words) -> Heard:
    if heard.kind in _SILENT and not heard.transcript:
        return heard
    return replace(heard, transcript=words.of(heard.transcript), text=_json(heard.text, words.of))


def _json(text: str, of: Callable[[str], str]) -> str:
    """JSON, whole or cut off anywhere, in which no text stands but keys and what `_OURS` names."""
    if not text.lstrip().startswith(("{", "[")):
        return of(text)
    key = ""

    def masked(found: re.Match[str]) -> str:
        nonlocal key
        value, end, colon = found.groups()
        if colon:
            key = value
            return found.group()
        return found.group() if key in _OURS else f'"{of(_plain(value))}{end}'

    return _STRING.sub(masked, text)


def _plain(value: str) -> str:
    """A string of JSON as text; as it stands where it was cut off inside an escape."""
    import json

    try:
        found: Any = json.loads(f'"{value}"', strict=False)
    except ValueError:
        return value
    return str(found)
