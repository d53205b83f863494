"""Tells what a person spoke from what a program said: transcripts hold any words, of failures too."""

from __future__ import annotations

from dgcheck.model.pattern import pattern

WIDE = 8_000  # characters before a hit in which the transcript that holds it begins
_SIGNS = ("transcript", "speaker", "punctuated_word")
# A transcript as JSON, as a program prints an object, or as a value with its name.
_VALUE = pattern(
    r"(?P<key>[\"'])?(?:transcript|punctuated_word)(?(key)[\"']\s{0,4}:|(?:=|(?<=[.|>\]] transcript):))\s{0,4}"
    r"(?P<quote>[\"'])"
)
# How a value ends: among others of an object, where quotes inside it may have lost their escapes, or anywhere.
_AMONG, _ANYWHERE = pattern(r"([\"'])\s{0,4}[,})\]]"), pattern(r"([\"'])(?!\w)")
# A line that is nothing but a transcript behind its time and level, as the SDKs' examples print one; in lower case.
_LINE = pattern(
    r"[\[(]?[\d:t.,z+ /-]{0,40}[\])]?\s{0,4}(?:\[?(?:info|debug)\]?[\s:|-]{1,4})?"
    r"(?:(?:interim|final|user|live) )?(?:transcript|speaker)(?: ?\d{1,2})?: "
)


def is_speech(text: str, place: int) -> bool:
    """Whether the words at a place of a text are a transcript, or a part of one."""
    begin = text.rfind("\n", 0, place) + 1
    before = text[max(begin, place - WIDE) : place].lower()
    if not any(sign in before for sign in _SIGNS):
        return False
    if _LINE.match(before):
        return True
    values = list(_VALUE.finditer(before))
    if not values:
        return False
    value = values[-1]
    ends = (_AMONG if value["key"] else _ANYWHERE).finditer(before, value.end())
    return all(end.group(1) != value["quote"] for end in ends)
