"""Puts back together what a terminal, a mail program or a form broke into lines of one width.

A message that was broken is no message any more. What is a line of its own stays one: an entry of a log, a frame of a
trace, an exception, a list, a comment, whatever is indented.
"""

from __future__ import annotations

from dgcheck.model.pattern import pattern

NARROW, WIDE = 60, 200  # characters of a line that may have been broken at its end
# How a line begins that goes on in the middle of a sentence or of a word.
_GOES_ON = pattern(r" ?(?:[^\W_]|[\"'`(\[{<\\/:;=.,&%?!+_)\]}])")
# How a line begins that is one of its own, whatever stands above it.
_BEGINS = pattern(
    r"[\[(<\"']{0,2}(?:\d{4}[-/]\d\d[-/]\d\d|\d\d?:\d\d:\d\d|\d\d?[-/.][A-Za-z]{3}[-/.]\d{4}|"
    r"[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:|[IWEF]\d{4} \d\d:|\{\"|(?:time|ts|level)=|"
    r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|PANIC)\b)|"
    r"\d{1,3}(?:\.\d{1,3}){3} \S+ \S+ \[|[\w.$]*(?:Error|Exception|Warning)\b|//|/\*|"
    r"(?:at|File|goroutine|Traceback|During handling of|The above exception|Caused by:?|caused by:) "
)


def rejoined(text: str) -> list[str]:
    """The text with its broken lines put together, in each way they may have been broken; [] where none looks broken.

    Between words, or anywhere; that comes first where several lines are of one width to the character.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    full = max([NARROW, *(len(line) for line in lines if len(line) <= WIDE and " " in line.strip())])
    broken = [number for number in range(len(lines) - 1) if _is_broken(lines[number], lines[number + 1], full)]
    if not broken:
        return []
    found = [_put_together(lines, broken, " ")]
    width = max(map(len, lines))  # a terminal has no line beyond its width
    cut = [number for number in broken if len(lines[number]) == width]
    if cut:
        found.append(_put_together(lines, cut, ""))
    return found[::-1] if len(cut) == len(broken) > 1 else found


def _is_broken(line: str, below: str, full: int) -> bool:
    """Whether a line may go on in the one below. A short or indented one may where the word below had no room in it.

    `full` is the width of the widest line of several words.
    """
    if not line.strip() or len(line) > WIDE or not _GOES_ON.match(below) or _BEGINS.match(below):
        return False
    is_short = len(line) < NARROW or line.startswith(("  ", "\t"))
    if is_short and len(line) + 1 + len(below.split(None, 1)[0]) <= full:
        return False
    return line.split(None, 1)[0] != below.split(None, 1)[0]  # lines that begin alike are those of a log


def _put_together(lines: list[str], broken: list[int], between: str) -> str:
    ends = dict.fromkeys(broken, between)
    return "".join(line + ends.get(number, "\n") for number, line in enumerate(lines)).removesuffix("\n")
