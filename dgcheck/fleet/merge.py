"""The shares of a fleet, as their processes wrote them, joined into one; what does not fit together is refused.

Lines of several shares may come in one text, as `kubectl logs` gives them; a JSON document may stand in place of lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dgcheck.fleet import lines
from dgcheck.fleet.result import Damaged, Result, from_plain, unfinished
from dgcheck.fleet.shard import Shard, read
from dgcheck.fleet.summary import SCHEMA, Summary
from dgcheck.model.errors import UsageError
from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass, field
from dgcheck.report.harmless import one_line

LONGEST_LINE = 8 * 1024 * 1024  # characters
MOST_NAMED = 3
_PREFIX = pattern(r"\[pod/[^\]\s]{1,600}\] ")  # what kubectl logs --prefix puts before each line
_OURS = "dgcheck: "  # how a note of ours begins, which a container's log holds beside the lines
_NOT_DONE = "Not checked: the run of its share ended before."


@dataclass(slots=True)
class Part:
    """One share, as one process told of it: `at` is where it begins. `ended` is None where the end never came."""

    at: str
    shards: tuple[Shard, ...]
    begun: Mapping[str, Any]
    names: tuple[str, ...]
    results: dict[str, Result] = field(default_factory=dict)
    ended: Mapping[str, Any] | None = None

    @property
    def shown(self) -> str:
        """Its shares and where it stands."""
        return f"share {', '.join(map(str, self.shards))} ({self.at})"

    @property
    def missing(self) -> list[str]:
        """Targets of it that have no result."""
        return [name for name in self.names if name not in self.results]


def merge(texts: Iterable[tuple[str, str]], *, latest: bool = False, partial: bool = False) -> Summary:
    """One summary of texts, each with the name of its file.

    A share that was made twice is refused, unless `latest` says that the later one counts. What is missing is refused,
    unless `partial` says that it is to be told as not known. Raises UsageError that says where and why.
    """
    parts = [part for name, text in texts for part in _parts(name, text)]
    if not parts:
        raise UsageError("there is no result of dgcheck fleet in it: no line says that a share begins")
    _one_list(parts)
    parts = _once(parts, latest=latest)
    _no_overlap(parts)
    missing = _missing(parts)
    if not partial:
        _nothing_missing(parts, missing)
    return _joined(parts, missing)


def _parts(name: str, text: str) -> list[Part]:
    document = _document(text)
    if document is not None:
        try:
            return [_whole(name, document)]
        except Damaged as error:
            raise UsageError(f"{name}: it is damaged: {error}") from None
    found: list[Part] = []
    open_: dict[tuple[str, str], Part] = {}
    for number, line in enumerate(text.split("\n"), 1):
        plain = _PREFIX.sub("", line.strip(), 1) if line.startswith("[pod/") else line.strip()
        if not plain or plain.startswith(_OURS):
            continue
        try:
            _take(_read(plain), f"{name}, line {number}", open_, found)
        except Damaged as error:
            raise UsageError(f"{name}, line {number} is damaged: {error}") from None
    return found


def _document(text: str) -> dict[str, Any] | None:
    """The JSON document that the text is, None where it is lines."""
    begins = text.lstrip()[:1]
    if begins != "{" or '"results"' not in text:
        return None
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found.get("schema") == SCHEMA and "results" in found else None


def _no_constant(word: str) -> None:
    raise ValueError(word)


def _read(line: str) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise Damaged(f"it has {len(line)} characters")
    try:
        found = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        cut = line.startswith("{") and not line.endswith("}")
        raise Damaged("it was cut off" if cut else "it is no JSON") from None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise Damaged(f"it is no line of dgcheck fleet ({SCHEMA})")
    return found


def _take(line: dict[str, Any], at: str, open_: dict[tuple[str, str], Part], found: list[Part]) -> None:
    kind, key = line.get("kind"), (str(line.get("list")), str(line.get("shard")))
    if kind == lines.BEGIN:
        names = line.get("targets")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise Damaged("it does not name its targets")
        part = Part(at, (_shard(line.get("shard")),), line, tuple(_named(name) for name in names))
        open_[key] = part
        found.append(part)
        return
    share = open_.get(key)
    if share is None:
        raise Damaged(f"no line before it says that share {one_line(key[1][:40])} begins; the file lacks its beginning")
    if share.ended is not None:
        raise Damaged(f"share {one_line(key[1][:40])} was over before it")
    if kind == lines.END:
        share.ended = line
        return
    if kind != lines.TARGET:
        raise Damaged(f"it is neither {lines.BEGIN}, {lines.TARGET} nor {lines.END}")
    _add(share, from_plain(line))


def _add(part: Part, result: Result) -> None:
    if result.name in part.results:
        raise Damaged(f"{result.name[:80]} was there before in the same share")
    if result.name not in part.names:
        raise Damaged(f"{result.name[:80]} is no target of share {', '.join(map(str, part.shards))}")
    part.results[result.name] = result


def _whole(name: str, document: dict[str, Any]) -> Part:
    results = document["results"]
    shards = document.get("shards")
    if not isinstance(results, list) or not all(isinstance(one, dict) for one in results):
        raise Damaged("results is no list of results")
    if not isinstance(shards, list) or not shards:
        raise Damaged("it does not say which shares it holds")
    read_ = [from_plain(one) for one in results]
    part = Part(name, tuple(_shard(one) for one in shards), document, tuple(one.name for one in read_))
    for one in read_:
        _add(part, one)
    part.ended = document
    return part


def _shard(text: object) -> Shard:
    try:
        return read(str(text))
    except UsageError:
        raise Damaged(f"{one_line(str(text)[:40])!r} is no share") from None


def _named(name: str) -> str:
    return one_line(name[:240], 240)


def _one_list(parts: list[Part]) -> None:
    """Refuse parts that are not of one list of targets, cut into as many shares."""
    first = parts[0]
    for other in parts[1:]:
        if other.begun.get("list") != first.begun.get("list"):
            raise UsageError(
                f"{first.at} and {other.at} are of different lists of targets; each list has a merge of its own"
            )
    counts = {shard.of: part for part in parts for shard in part.shards}
    if len(counts) > 1:
        (some, one), (others, two), *_ = sorted(counts.items())
        raise UsageError(f"{one.at} is of {some} shares and {two.at} of {others}; they do not fit together")
    if not (isinstance(first.begun.get("all"), int) and isinstance(first.begun.get("list"), str)):
        raise UsageError(f"{first.at} is damaged: it does not say how many targets there are")


def _once(parts: list[Part], *, latest: bool) -> list[Part]:
    """Each share once. Raises UsageError where one was made twice and nobody said which counts."""
    kept: dict[Shard, Part] = {}
    for part in parts:
        for shard in part.shards:
            before = kept.get(shard)
            if before is None:
                kept[shard] = part
                continue
            if not latest:
                raise UsageError(
                    f"share {shard} is there twice: {before.at} and {part.at}; leave one out, or let the later one "
                    "count with --latest"
                )
            if str(part.begun.get("started")) >= str(before.begun.get("started")):
                kept[shard] = part
    chosen = {id(part): part for part in kept.values()}
    torn = next((part for part in chosen.values() if any(kept[shard] is not part for shard in part.shards)), None)
    if torn is not None:
        raise UsageError(f"{torn.shown} holds a share that is there twice; leave one of them out")
    return list(chosen.values())


def _no_overlap(parts: list[Part]) -> None:
    seen: dict[str, Part] = {}
    for part in parts:
        for name in part.names:
            if name in seen:
                raise UsageError(f"{name[:80]} is in {seen[name].shown} and in {part.shown}: the shares overlap")
            seen[name] = part


def _missing(parts: list[Part]) -> list[Shard]:
    of = parts[0].shards[0].of
    there = {shard for part in parts for shard in part.shards}
    return [Shard(index, of) for index in range(of) if Shard(index, of) not in there]


def _nothing_missing(parts: list[Part], missing: list[Shard]) -> None:
    hint = "; merge what there is with --partial"
    if missing:
        raise UsageError(f"share {_some([str(one) for one in missing])} is missing{hint}")
    for part in parts:
        if part.missing:
            why = "its end is missing" if part.ended is None else "lines are missing"
            count = f"{len(part.missing)} of {len(part.names)} targets have no result: {_some(part.missing)}"
            raise UsageError(f"{part.shown} is not whole, {why}: {count}{hint}")
    total, wanted = sum(len(part.names) for part in parts), parts[0].begun["all"]
    if total != wanted:
        raise UsageError(f"there are {total} targets in all shares, where the list has {wanted}{hint}")


def _some(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(name[:80] for name in names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _joined(parts: list[Part], missing: list[Shard]) -> Summary:
    parts = sorted(parts, key=lambda part: part.shards[0].index)
    first = parts[0].begun
    ended = [str(part.ended.get("ended")) for part in parts if part.ended is not None]
    return Summary(
        dgcheck=_word(first, "dgcheck"),
        file=_word(first, "file"),
        list=_word(first, "list"),
        all=int(first["all"]),
        shards=tuple(str(shard) for part in parts for shard in part.shards),
        started=min(_word(part.begun, "started") for part in parts),
        ended=one_line(max(ended, default="")[:40]),
        seen_from=", ".join(dict.fromkeys(_seen_from(parts))),
        results=tuple(result for part in parts for result in _results(part)),
        interrupted=any(part.ended is None or bool(part.ended.get("interrupted")) for part in parts),
        missing=tuple(str(shard) for shard in missing),
    )


def _seen_from(parts: list[Part]) -> Iterator[str]:
    places = list(dict.fromkeys(_word(part.begun, "seen_from") for part in parts))
    yield from (place for place in places[:MOST_NAMED] if place)
    if len(places) > MOST_NAMED:
        yield f"{len(places) - MOST_NAMED} more"


def _results(part: Part) -> Iterator[Result]:
    yield from part.results.values()
    for name in part.missing:
        yield unfinished(name, "", _NOT_DONE)


def _word(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key)
    return one_line(value[:300], 300) if isinstance(value, str) else ""
