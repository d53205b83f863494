"""The nearest name to a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, words: Iterable[str], *, at_least: float = 0.6) -> str:
    """The name that `word` was most likely meant to be, '' when none is near.

    Case and `-`/`_` do not count. `at_least` is difflib's ratio, 1.0 for equal names.
    """
    from difflib import get_close_matches

    plain = {_plain(name): name for name in words}
    found = get_close_matches(_plain(word[:64]), plain, 1, at_least)
    return plain[found[0]] if found else ""


def did_you_mean(word: str, words: Iterable[str], shown: str = "{}") -> str:
    """`; did you mean X?`, or '' when nothing is near. `shown` says how the name is written."""
    near = nearest(word, words)
    return f"; did you mean {shown.format(near)}?" if near else ""


def _plain(word: str) -> str:
    return word.casefold().replace("_", "-")
