"""Reads texts by the messages of all families, as a user would paste them.

The texts stand in `fixtures/messages/FAMILY.jsonl`, one a line: the text, the cause that must lead (`unrecognised`
where none may), and where the text comes from.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dgcheck.explain import pages
from dgcheck.explain.coarse import grouped
from dgcheck.explain.messages import read, row_of, text_of
from dgcheck.explain.read import Reader
from dgcheck.explain.unwrap import unwrap
from dgcheck.explain.weigh import Named, weigh
from dgcheck.model.message import Message
from dgcheck.rules.said import messages

KEPT = Path(__file__).parents[3] / "fixtures" / "messages"
NOTHING = "unrecognised"


@cache
def rows(family: str) -> list[dict[str, Any]]:
    """The texts of a family, in order of the file."""
    return [json.loads(line) for line in (KEPT / f"{family}.jsonl").read_text("utf-8").splitlines()]


def cases(family: str) -> list[Any]:
    """The same as parameters of a test: text and cause."""
    return [
        pytest.param(row["text"], row["cause"], id=f"{number} {row['cause']} {row['text'][:40]!r}")
        for number, row in enumerate(rows(family), 1)
    ]


def each(family: tuple[Message, ...]) -> list[Any]:
    """Every message of a family as a parameter of a test."""
    return [
        pytest.param(message, id=f"{number} {message.cause} {message.stem}") for number, message in enumerate(family, 1)
    ]


@cache
def _table() -> Any:
    return read(text_of([row_of(one) for one in messages()], grouped))


def named(text: str) -> list[Named]:
    """What a text names, the cause that leads first."""
    reader = Reader(_table())
    reader.text(text)
    return weigh(reader.heard(), {page["cause"]: page["explains"] for page in pages.pages()})


def leads(text: str) -> str:
    """The cause that leads; NOTHING where none was recognised."""
    found = named(text)
    return found[0].cause if found else NOTHING


def fires(message: Message, text: str) -> bool:
    """Whether a message is met in a text, whatever others say of it."""
    said = unwrap(text)
    return (
        message.stem in said.lower()
        and re.search(message.match or re.escape(message.stem), said, re.IGNORECASE) is not None
        and (not message.near or re.search(message.near, said, re.IGNORECASE) is not None)
        and (not message.unless or re.search(message.unless, said, re.IGNORECASE) is None)
    )


def met(message: Message, family: str) -> bool:
    """Whether a message is met in one of the kept texts of its family that must name something."""
    return any(fires(message, row["text"]) for row in rows(family) if row["cause"] != NOTHING)


def unfilled(message: Message, family: str) -> list[str]:
    """The placeholders of a message's sentence that one of the kept texts leaves without a value."""
    wanted = set(re.findall(r"\{(\w+)\}", message.says))
    texts = (unwrap(row["text"]) for row in rows(family) if wanted and fires(message, row["text"]))
    found = (re.search(message.match, text, re.IGNORECASE) for text in texts)
    return sorted(name for one in found if one for name in wanted if not one.groupdict().get(name))
