"""Chooses what is looked for in a log before any message is tried.

Where a stem stands in a line, its longest rare word, the anchor, stands in one of the line's words. There are hundreds
of anchors; a few dozen short literals, of which each anchor contains one, tell most words apart from them. Both are
chosen when the messages are kept, not when a log is read.
"""

from __future__ import annotations

import re
from heapq import heapify, heappop, heappush

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST, LONGEST = 3, 8
SHORT = 4  # an anchor of fewer characters needs more than one letter that no hexadecimal number has
# What healthy services write: the rarer a part is in these words, the cheaper it is to look for.
_HEALTHY = """
2026-01-01t00:00:00.000z  info deepgram::api request_id=00000000-00000000 latency_ms=10 request completed
2026-01-01t00:00:00.000z  info impeller::engine request_id=00000000-00000000 latency_ms=10 engine: heartbeat ok
2026-01-01t00:00:00.000z  info stem::handlers::listen interim result sent stream opened by client
2026-01-01t00:00:00.000z debug websocket: keepalive received, connection state open, model warm, batch queued
10.0.0.1 - - [24/sep/2024:13:40:46 +0000] "post /v1/listen?model=nova-3&language=en http/1.1" 200 512 "-" "python/3"
10.0.0.1 - - [24/sep/2024:13:40:46 +0000] "get /v1/status http/1.1" 200 31 "-" "kube-probe/1.29"
level=info ts=2024-09-24t13:40:46z caller=main.go:120 msg="listening on" address=0.0.0.0:8080 component=server
{"level":"info","time":"2024-09-24t13:40:46z","message":"received message","user":"a","session":"b","status":200}
{"type":"results","channel_index":[0,1],"duration":1.0,"start":0.0,"is_final":true,"channel":{"alternatives":[{"transcript":
"the quick brown fox jumps over the lazy dog","confidence":0.99,"words":[]}]},"metadata":{"request_id":"0"}}
info: transcript of the customer: yes i would like to make an appointment for next tuesday in the afternoon please
info: they said that there is another one after this, so we will be able to continue with our order then, thank you
sep 24 13:40:46 node systemd[1]: started session 12 of user root; container started in namespace default
"""
_PASS, _WORD = 0.1, 20.0  # what a search costs, and what it costs more where every word has the part


def needle(stem: str) -> str:
    """The part of a stem that stands in a log however it is wrapped: quotes and the like may be escaped there."""
    parts = re.split(r"[\"'`<>&\\\n\t]+", stem)
    # Letters beyond ASCII are left out where enough remains: in bytes, a capital one is not the small one's.
    plain = max(re.split(r"[\"'`<>&\\\n\t]+|[^\x00-\x7f]+", stem), key=len)
    return plain if len(plain) > SHORT else max(parts, key=len)


def anchor(stem: str) -> str:
    """The word of a stem's needle by which a line is found: the longest; a rarer one if it is an everyday one."""
    words = needle(stem).split() or [needle(stem)]
    return max(words, key=lambda word: (len(word) - (4 if word in _HEALTHY else 0), word))


def is_number(stem: str) -> bool:
    """Whether a stem is made of what every line has: digits, the letters of hexadecimal numbers, blanks."""
    one = anchor(stem)
    telling = len(re.sub(r"[0-9a-f\W_]", "", one))
    return telling == 0 or (telling == 1 and len(one) < SHORT)


def grouped(stems: Iterable[str]) -> dict[str, list[str]]:
    """Every stem beneath a literal that stands in its anchor; the literals are as few and as rare as can be had.

    Numbers are grouped for themselves, beneath literals that are numbers too.
    """
    numbers = {stem for stem in stems if is_number(stem)}
    return _cover(set(stems) - numbers, numbers=False) | _cover(numbers, numbers=True)


def _cover(stems: set[str], *, numbers: bool) -> dict[str, list[str]]:
    """A greedy cover of the stems by parts of their anchors, each at the least cost for what it covers."""
    parts: dict[str, set[str]] = {}
    for stem in stems:
        one = needle(stem) if numbers else anchor(stem)
        for size in range(min(SHORTEST, len(one)), LONGEST + 1):
            for place in range(len(one) - size + 1):
                part = one[place : place + size]
                if numbers or not is_number(part):
                    parts.setdefault(part, set()).add(stem)
    healthy = _HEALTHY.split()
    cost = {part: _PASS + _WORD * sum(part in word for word in healthy) / len(healthy) for part in parts}
    heap = [(-len(among) / cost[part], -len(part), part) for part, among in parts.items()]
    heapify(heap)
    left, found = set(stems), dict[str, list[str]]()
    while left:
        _, length, best = heappop(heap)
        covered = parts[best] & left
        if covered:
            again = (-len(covered) / cost[best], length, best)
            if heap and again > heap[0]:  # others were covered meanwhile: it has to wait
                heappush(heap, again)
                continue
            found[best] = sorted(covered)
            left -= covered
    return found
