"""A fleet for a person: a line for each target, the worst first, then each cause once with what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from dgcheck.fleet.result import Result, is_certain
from dgcheck.fleet.summary import Summary
from dgcheck.model.report import Status
from dgcheck.report import wording
from dgcheck.report.harmless import in_ascii, one_line
from dgcheck.report.ink import Ink
from dgcheck.report.layout import PROSE, cells, hang

MOST_PASSED = 30  # lines for targets that passed, beyond which they are only counted
MOST_NAMES = 3
LONGEST_NAME, TIME, FEWEST = 48, 7, 18  # columns of a name, of a time, and the fewest of what is said
LIMIT = 4095  # bytes of a termination message; the kubelet cuts at 4096
_SIGNALS = {2: "SIGINT (Ctrl-C)", 15: "SIGTERM"}


def render(summary: Summary, *, width: int, colour: bool, ascii: bool, verbose: bool) -> str:  # noqa: A002
    """Lines of at most `width` columns, but for names, URLs and commands. `verbose` lists what passed too."""
    ink = Ink(colour, ascii)
    lines = [_heading(summary, ink), *_unverified(summary, ink)]
    results = summary.sorted()
    passed = sum(one.verdict is Status.PASS for one in results)
    few = verbose or passed <= MOST_PASSED
    shown = [one for one in results if few or one.verdict is not Status.PASS]
    if results:
        lines += ["", *_table(shown, width, ink)]
    if not few:
        lines.append(ink.faint(f"{passed} passed (-v lists them)"))
    for group in _groups(results):
        lines += ["", *_cause(group, min(width, PROSE), ink)]
    lines += ["", *_cautions(summary, ink), f"{ink.verdict(summary.verdict)}  {closing(summary)}"]
    text = "\n".join(lines) + "\n"
    return in_ascii(text) if ascii else text


def _heading(summary: Summary, ink: Ink) -> str:
    count = len(summary.results)
    of = f" of {summary.all}" if count != summary.all else ""
    shares = f" in {len(summary.shards)} shares" if len(summary.shards) > 1 else ""
    parts = [f"{count}{of} target{'s' if summary.all != 1 else ''}{shares}", wording.moment(summary.started)]
    if len(summary.shards) == 1 and summary.shards != ("0/1",):
        parts.insert(1, f"share {summary.shards[0]}")
    if summary.seen_from:
        parts.append(f"seen from {summary.seen_from}")
    return f"{ink.strong(f'dgcheck fleet {one_line(summary.file)}'.strip())}  {ink.faint(', '.join(parts))}"


def _table(results: Sequence[Result], width: int, ink: Ink) -> list[str]:
    """`✗ frankfurt  DG5003   1.20 s  The model is installed for pre-recorded audio only`, all of it in columns."""
    names = min(max([cells(one.name) for one in results], default=0), LONGEST_NAME)
    codes = 6 if any(one.code for one in results) else 0
    lines = []
    for one in results:
        name = one.name if cells(one.name) <= names else one.name[: names - 1] + "…"
        time = wording.duration(one.took) if one.took is not None else ""
        more = f" (and {', '.join(one.also[:3])})" if one.also else ""
        what = one.title + more if one.title else "" if one.verdict is Status.PASS else one.says
        begin = f"{ink.status(one.verdict)} {_pad(name, names)}  " + (f"{_pad(one.code, codes)}  " if codes else "")
        left = max(width - ink.sign_width - 1 - names - 2 - (codes + 2 if codes else 0) - TIME - 2, FEWEST)
        what = what if cells(what) <= left else what[: left - 1] + "…"
        lines.append(f"{begin}{ink.faint(time.rjust(TIME))}  {what}".rstrip())
    return lines


def _pad(text: str, columns: int) -> str:
    return text + " " * max(0, columns - cells(text))


def _groups(results: Sequence[Result]) -> list[list[Result]]:
    """The targets of each cause, in the order of the table."""
    found: dict[str, list[Result]] = {}
    for one in results:
        if one.code:
            found.setdefault(one.code, []).append(one)
    return list(found.values())


def _cause(group: list[Result], width: int, ink: Ink) -> list[str]:
    first = group[0]
    unsure = "" if is_certain(first) else f", {first.confidence}"
    lines = [
        f"{ink.status(first.verdict)} {ink.strong(first.title)} {ink.faint(f'({first.code} {first.cause}{unsure})')}",
        *hang("  ", f"{_count(group)}: {_names(group)}", width, 2),
        *hang("  ", first.says if len(group) == 1 else f"{first.name}: {first.says}", width, 2),
    ]
    if first.do:
        lines += hang("  do: ", first.do, width, 6)
    lines += [f"      {ink.command(line)}" for line in first.command.split("\n") if line]
    return lines


def _count(group: list[Result]) -> str:
    return f"{len(group)} target{'s' if len(group) > 1 else ''}"


def _names(group: list[Result]) -> str:
    names = ", ".join(one.name for one in group[:MOST_NAMES])
    return names + (f" and {len(group) - MOST_NAMES} more" if len(group) > MOST_NAMES else "")


def _unverified(summary: Summary, ink: Ink) -> list[str]:
    """What nobody may overlook before the first line, as in the report of a single run."""
    insecure, count = sum(one.insecure for one in summary.results), len(summary.results)
    if not insecure:
        return []
    of = "" if insecure == count else f" OF {insecure} OF {count} TARGETS"
    return [ink.loud(f"CERTIFICATES{of} WERE NOT VERIFIED (--insecure): this proves nothing about TLS.")]


def _cautions(summary: Summary, ink: Ink) -> list[str]:
    said = []
    if summary.missing:
        shares = ", ".join(summary.missing[:6]) + (f" and {len(summary.missing) - 6} more" * (len(summary.missing) > 6))
        said.append(f"INCOMPLETE: share {shares} of the targets is missing.")
    unfinished = summary.counts["unfinished"]
    by = f" by {_SIGNALS[summary.signal]}" if summary.signal in _SIGNALS else ""
    begins = f"INTERRUPTED{by}: " if summary.interrupted else ""
    if begins or unfinished:
        said.append(f"{begins}{unfinished} of {len(summary.results)} targets were not checked to the end.")
    return [ink.loud(line) for line in said]


def closing(summary: Summary) -> str:
    """`12 failed, 1 unknown, 3 warned, 184 passed  in 8.1 s`."""
    words = {"fail": "failed", "unknown": "unknown", "warn": "warned", "pass": "passed"}
    parts = [f"{summary.counts[key]} {word}" for key, word in words.items() if summary.counts[key]]
    seconds = _seconds(summary)
    return (", ".join(parts) or "no target is in this share") + (f"  in {wording.duration(seconds)}" if seconds else "")


def _seconds(summary: Summary) -> float | None:
    from datetime import datetime

    try:
        found = (datetime.fromisoformat(summary.ended) - datetime.fromisoformat(summary.started)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found > 0 else None


def short(summary: Summary) -> str:
    """Verdict, counts and the worst targets in at most `LIMIT` bytes, for Kubernetes' termination message."""
    lines = [f"{summary.verdict.value.upper()} fleet {one_line(summary.file, 200)}: {closing(summary)}".strip()]
    lines += [*_unverified(summary, Ink(False, True)), *_cautions(summary, Ink(False, True))]
    size = len("\n".join(lines).encode())
    for one in summary.sorted():
        if one.verdict is Status.PASS:
            break
        line = (
            f"{one.name[:100]}: {one.code} {one.title}".rstrip() if one.code else f"{one.name[:100]}: {one.says[:200]}"
        )
        size += len(line.encode()) + 1
        if size > LIMIT:
            break
        lines.append(line)
    return "\n".join(lines)
