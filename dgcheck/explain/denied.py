"""Tells words by which nothing failed: a failure that is denied, and the name of a test that passed."""

from __future__ import annotations

from dgcheck.model.pattern import pattern

NEAR, WIDE = 40, 400  # characters before the words in which they are denied, and of their line that are looked at
# What stands right before the words. Messages that hold such a word themselves, as `no route to host`, begin with it.
_NO = pattern(
    r"(?:\b(?:no|without(?: any)?)|\b(?:do(?:es)? not|don't|doesn't|did not|didn't|never|no longer) "
    r"(?:see|saw|get|got|have|had|show|report)s?(?: any(?: more)?)?) [\"'`]?\Z"
)
# A runner of tests writes so before or behind a name, and nothing of a failure beside it, as a list of checks may.
_PASSED = pattern(
    r"\s*(?:[✓✔√]|(?:\[[^\]]{0,20}\]\s{0,4}){0,3}(?:\[\s{0,4})?PASSED\b)|"
    r".*(?:\bPASSED(?:\s{0,9}[\[(][^\])]{1,20}[\])])?|\.\.\. ok)\s*\Z"
)
_FAILED = pattern(r"[✗✘✖✕❌]|\b(?:FAILED|failed:)|[;,|]\s{0,4}\w{0,40}[Ee]rror: ")
_SIGNS = ("✓", "✔", "√", "PASSED", "... ok")


def is_denied(text: str, start: int, end: int) -> bool:
    """Whether the words at a place of a text say that there was no such failure."""
    if _NO.search(text[max(0, start - NEAR) : start].lower()):
        return True
    begin, stop = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line = text[max(begin, start - WIDE) : min(stop if stop >= 0 else len(text), end + WIDE)]
    return any(sign in line for sign in _SIGNS) and _PASSED.match(line) is not None and not _FAILED.search(line)
