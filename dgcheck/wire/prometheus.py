"""Numbers of a page in Prometheus' text format, as far as they are wanted.

The page comes from a program that may be anything, so every part of it is bounded, and a line that cannot be read is
passed over. Only the names asked for are kept; the buckets of histograms are not, since their sums and counts say
enough.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from dgcheck.model.beside import Sample
from dgcheck.model.pattern import pattern

LARGEST = 4 * 1024 * 1024  # characters of a page that are looked at
MOST = 400  # samples
_LONGEST_LINE, _LONGEST, _MOST_LABELS = 2000, 100, 8
# A name, labels in braces, a number, perhaps a time (exposition format 0.0.4, and OpenMetrics).
_LINE = pattern(r"([A-Za-z_:][\w:]*)\s*(?:\{(.*)\}\s*|\s)([+-]?[0-9.eE+-]+)(?:\s+[0-9.eE+-]+)?(?:\s+#.*)?\s*", re.ASCII)
_LABEL = pattern(r'\s*([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|\Z)', re.ASCII)
_ESCAPES = {r"\\": "\\", r"\"": '"', r"\n": "\n"}
_ESCAPE = pattern(r"\\[\\\"n]")


def read(text: str, beginnings: tuple[str, ...]) -> tuple[Sample, ...]:
    """The samples whose names begin so, in the order of the page; at most `MOST`. Never raises."""
    found: list[Sample] = []
    for line in _lines(text[:LARGEST]):
        if not line.startswith(beginnings):
            continue
        sample = _sample(line)
        if sample is not None:
            found.append(sample)
            if len(found) >= MOST:
                break
    return tuple(found)


def _lines(text: str) -> Iterator[str]:
    """Line by line, without a copy of the whole page."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start <= _LONGEST_LINE:
            yield text[start:end].lstrip(" \t")
        start = end + 1


def _sample(line: str) -> Sample | None:
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    name, inside, number = found.groups()
    if name.endswith("_bucket") or len(name) > _LONGEST:
        return None
    try:
        value = float(number)
    except ValueError:
        return None
    return Sample(name, value, _labels(inside or "")) if math.isfinite(value) else None


def _labels(inside: str) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    at = 0
    while at < len(inside) and len(pairs) < _MOST_LABELS:
        found = _LABEL.match(inside, at)
        if found is None:
            break
        pairs.append((found.group(1)[:_LONGEST], _ESCAPE.sub(_unescaped, found.group(2))[:_LONGEST]))
        at = found.end()
    return tuple(pairs)


def _unescaped(found: re.Match[str]) -> str:
    return _ESCAPES[found.group()]
