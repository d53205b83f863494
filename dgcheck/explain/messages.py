"""The messages as plain data, without loading the rules they stand beside.

As with the pages of the catalogue, they are kept beside this file, because loading the modules they are written in
takes longer than `dgcheck explain` may take. Of more than a thousand, one text needs a handful: the file begins with
literals, then has the stems of messages that are looked for without their quotes, then the stems beneath each literal,
then the messages, each on a line that is read when it is needed.
`tests/explain` fails when the file differs from the rules, and writes it anew with `--update-golden`.
"""

from __future__ import annotations

import json
import os
import re

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, TypeAlias

    from dgcheck.model.message import Message

    # stem -> number of each message that has it, with literals of which its pattern needs one ([]: none; None: none,
    # and it is a whole text of one word or two)
    Needs: TypeAlias = list[tuple[int, list[str] | None]]
    Stems: TypeAlias = dict[str, Needs]

KEPT = os.path.join(os.path.dirname(__file__), "messages.jsonl")


class Said:
    """One message as the reader needs it; the words are those of `dgcheck.model.message.Message`."""

    __slots__ = ("alt", "cause", "confidence", "match", "near", "over", "says", "speaker", "stem", "unless", "wraps")

    def __init__(self, given: Mapping[str, Any]) -> None:
        get = given.get
        self.cause: str = given["cause"]
        self.stem: str = given["stem"]
        self.match: str = get("match", "")
        self.says: str = get("says", "")
        self.confidence: str = get("confidence", "certain")
        self.alt: tuple[str, ...] = tuple(get("alt", ()))
        self.speaker: str = get("speaker", "")
        self.wraps: bool = get("wraps", False)
        self.near: str = get("near", "")
        self.unless: str = get("unless", "")
        self.over: tuple[str, ...] = tuple(get("over", ()))


class Messages:
    """Every message, in order of its file and place, and their stems by literals that stand in them.

    What is kept as JSON is read when it is asked for.
    """

    def __init__(self, literals: Sequence[str], plain: bytes, groups: Sequence[bytes], rows: Sequence[bytes]) -> None:
        self.literals = tuple(literals)
        self._plain = plain
        self._groups = dict(zip(literals, groups, strict=True))
        self._rows = rows
        self._read: dict[str, Stems] = {}
        self._below: Stems = {}

    def __len__(self) -> int:
        return len(self._rows)

    def said(self, number: int) -> Said:
        """One message."""
        return Said(json.loads(self._rows[number]))

    def stems(self, literal: str) -> Stems:
        """The stems beneath a literal, each with its messages."""
        found = self._read.get(literal)
        if found is None:
            found = self._read[literal] = json.loads(self._groups[literal])
            self._below |= found
        return found

    def plain(self) -> Stems:
        """Stems without quotes, each with the messages that are looked for in a text without quotes."""
        found: Stems = json.loads(self._plain)
        return found

    def below(self, stem: str) -> Needs:
        """The messages of a stem that was met in `stems`: each by its number, with literals of which it needs one."""
        return self._below[stem]


def messages() -> Messages:
    """The kept messages; made from the rules where the file cannot be read."""
    try:
        with open(KEPT, "rb") as file:
            return read(file.read())
    except (OSError, ValueError):
        return read(document().encode())


def read(text: str | bytes) -> Messages:
    """Messages out of the text of the kept file. Raises ValueError for another text."""
    lines = (text.encode() if isinstance(text, str) else text).rstrip(b"\n").split(b"\n")
    literals = json.loads(lines[0])
    if not isinstance(literals, list) or len(lines) <= len(literals) + 1:
        raise ValueError("these are no kept messages")
    rows = len(literals) + 2
    return Messages(literals, lines[1], lines[2:rows], lines[rows:])


def document() -> str:
    """The text of the kept file, from the rules."""
    from dgcheck.explain.coarse import grouped
    from dgcheck.rules.said import messages as written

    return text_of([row_of(one) for one in written()], grouped)


def text_of(rows: Sequence[Mapping[str, Any]], grouped: Callable[[Iterable[str]], Mapping[str, list[str]]]) -> str:
    """Messages as they are kept; `grouped` puts stems beneath literals (`dgcheck.explain.coarse`)."""
    from dgcheck.explain.needs import is_alone, needed
    from dgcheck.explain.quoteless import is_plain_enough
    from dgcheck.explain.table import small
    from dgcheck.explain.unquoted import unquoted, without_quotes

    by_stem: Stems = {}
    plain: Stems = {}
    for number, row in enumerate(rows):
        source = small(row.get("match", ""))
        needs = None if is_alone(source) else needed(source, row["stem"])
        by_stem.setdefault(row["stem"], []).append((number, needs))
        words = row.get("match") or re.escape(row["stem"])
        if is_plain_enough(words):
            stem = without_quotes(row["stem"])
            plain.setdefault(stem, []).append((number, needed(small(unquoted(words)), stem)))
    groups = {literal: {stem: by_stem[stem] for stem in among} for literal, among in grouped(by_stem).items()}
    lines = [list(groups), plain, *groups.values(), *rows]
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n"


def row_of(message: Message) -> dict[str, Any]:
    """A message as plain data; what has its usual value is left out."""
    from dgcheck.model.record import fields

    row: dict[str, Any] = {}
    for field in fields(message):
        value = getattr(message, field.name)
        if field.name == "source" or (value == field.default and field.name != "confidence"):
            continue
        row[field.name] = list(value) if isinstance(value, tuple) else value
    row["confidence"] = message.confidence.value
    return row
