"""Every message by which text gives a cause away, found by scanning this folder.

One file per family, each with `MESSAGES`. Loading them loads none of the live rules. A mistake that would make a
message useless fails loudly here.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from dgcheck.model.catalogue import Confidence
from dgcheck.model.errors import InternalError
from dgcheck.model.members import members
from dgcheck.model.message import Message

SHORTEST = 3  # characters of a stem: what is shorter stands in every line


@cache
def messages() -> tuple[Message, ...]:
    """Every message, in order of its file and place. Raises InternalError for one that cannot work."""
    found: list[Message] = []
    for name in members(__path__):
        where = f"dgcheck/rules/said/{name}.py"
        said = getattr(import_module(f"{__name__}.{name}"), "MESSAGES", None)
        if not isinstance(said, tuple):
            raise InternalError(f"{where} has no MESSAGES")
        for message in said:
            wrong = problem(message)
            if wrong:
                raise InternalError(f"{where}: {message.cause} {message.stem!r}: {wrong}")
        found += said
    return tuple(found)


def unknown(causes: set[str]) -> list[str]:
    """Every cause that a message names and `causes` lacks; it must be empty for those of the catalogue."""
    return sorted({name for one in messages() for name in (one.cause, *one.alt, *one.over)} - causes)


def problem(message: Message) -> str:
    """What is wrong with one message, '' when nothing is."""
    if len(message.stem) < SHORTEST or not message.stem.strip():
        return f"its stem has fewer than {SHORTEST} characters"
    if message.stem != message.stem.lower():
        return "its stem is not in lower case"
    if "\n" in message.stem:
        return "its stem has a line break"
    if message.cause in message.alt or len(set(message.alt)) != len(message.alt):
        return "its other causes repeat one"
    if message.alt and message.confidence is Confidence.CERTAIN:
        return "it has other causes, so it cannot be certain"
    return ""
