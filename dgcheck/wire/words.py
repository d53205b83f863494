"""How far the words that came back are those that were said."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_UNITS = {word: number for number, word in enumerate(_ONES)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth"}
_SHORT = {
    "ok": "okay",
    "mr": "mister",
    "dr": "doctor",
    "st": "saint",
    "cannot": "can not",
    "can't": "can not",
    "won't": "will not",
    "let's": "let us",
}
_ENDINGS = (("n't", "not"), ("'re", "are"), ("'ve", "have"), ("'ll", "will"), ("'m", "am"))
_SYMBOLS = {"&": " and ", "%": " percent ", "+": " plus ", "@": " at "}

# Words of a long recording that are compared one by one, which takes their square; of the rest the number alone counts.
COMPARED = 1000
# Japanese and Chinese stand without blanks: each of their signs counts as a word.
_SIGNS = (("\u3040", "\u30ff"), ("\u3400", "\u4dbf"), ("\u4e00", "\u9fff"), ("\uf900", "\ufaff"))


def error_rate(expected: str, heard: str) -> float:
    """Word error rate: words to change, add or drop, over the words expected. 0.0 = the same, 1.0 = nothing fits;
    more than 1.0 when more came back than was said. Nothing expected: 0.0 when nothing came, else 1.0."""
    said, got = normalise(expected).split(), normalise(heard).split()
    if not said:
        return 0.0 if not got else 1.0
    rest = abs(len(said[COMPARED:]) - len(got[COMPARED:]))
    return (_distance(said[:COMPARED], got[:COMPARED]) + rest) / len(said)


@lru_cache(64)
def normalise(text: str) -> str:
    """The words alone, separated by one space: no case, punctuation, accents or hyphens; numbers as figures; "it's"
    and "it is" alike. So that formatting is never taken for a mishearing."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("’", "'").replace("ʼ", "'"))
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    for symbol, word in _SYMBOLS.items():
        plain = plain.replace(symbol, word)
    words: list[str] = []
    for word in _split(plain):
        words.extend(_opened(word))
    return " ".join(_figures(words))


def _split(text: str) -> list[str]:
    """Words of letters and digits; an apostrophe, and a point or comma between digits, belong to the word."""
    kept = []
    for place, mark in enumerate(text):
        inside = 0 < place < len(text) - 1
        between_digits = inside and text[place - 1].isdecimal() and text[place + 1].isdecimal()
        between_letters = inside and text[place - 1].isalnum() and text[place + 1].isalnum()
        if any(first <= mark <= last for first, last in _SIGNS):
            kept.append(f" {mark} ")
        elif mark.isalnum() or (mark == "." and between_digits) or (mark == "'" and between_letters):
            kept.append(mark)
        elif not (mark == "," and between_digits):
            kept.append(" ")
    return "".join(kept).split()


def _opened(word: str) -> list[str]:
    """A shortened word in full, a possessive without its mark."""
    if word in _SHORT:
        return _SHORT[word].split()
    if word in _ORDINALS:
        return [_ORDINALS[word]]
    for ending, full in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending):
            return [word[: -len(ending)], full]
    if word in ("it's", "that's", "what's", "there's", "here's", "he's", "she's", "who's", "where's", "how's"):
        return [word[:-2], "is"]
    return [word.replace("'", "")]


def _figures(words: list[str]) -> list[str]:
    """Number words in a row as one figure: "twenty five" is 25, "one hundred and five" is 105, "two three" is 2 3."""
    out: list[str] = []
    place = 0
    while place < len(words):
        number, used = _number(words, place)
        out.append(str(number) if used else words[place])
        place += used or 1
    return out


def _number(words: list[str], start: int) -> tuple[int, int]:
    """The number that begins at `start` and how many words it takes; 0 words when there is none."""
    total, part, place, last = 0, 0, start, ""
    while place < len(words):
        word = words[place]
        after_scale = last in _SCALES
        if word in _UNITS and (last == "" or after_scale or (last in _TENS and 0 < _UNITS[word] < 10)):
            part += _UNITS[word]
        elif word in _TENS and (last == "" or after_scale):
            part += _TENS[word]
        elif word in _SCALES and last != "" and part:
            scale = _SCALES[word]
            if scale == 100:
                part *= scale
            else:
                total, part = total + part * scale, 0
        elif word == "and" and after_scale and place + 1 < len(words) and _counts(words[place + 1]):
            place += 1
            continue
        else:
            break
        last, place = word, place + 1
    return total + part, place - start


def _counts(word: str) -> bool:
    return word in _UNITS or word in _TENS


def _distance(said: list[str], got: list[str]) -> int:
    """Levenshtein's, over words."""
    row = list(range(len(got) + 1))
    for place, word in enumerate(said, 1):
        before, row[0] = row[0], place
        for other, heard in enumerate(got, 1):
            before, row[other] = (
                row[other],
                min(row[other] + 1, row[other - 1] + 1, before + (word != heard)),
            )
    return row[-1]
