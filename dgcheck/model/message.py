"""Messages: the words by which pasted text gives a cause away.

Every message is data. `dgcheck explain` reads text by them; where a live rule judges the same words, both use the same
pattern (a constant of `dgcheck.wire`). They live in `dgcheck/rules/said/`, one file per family of causes.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.record import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    r"""One way in which a cause speaks.

    `stem` is a lower-case literal that every text it matches contains (the cheap test before any pattern). `match` is
    a regular expression, searched without regard to case around the stem; '' means the stem alone decides. Its groups
    with names are facts (`url`, `status`, `host`, `port`, `model`, `language`, `code`, `reason`, ...) and fill `says`
    and the remedies. A pattern must never need more time than its input is long: no nested or neighbouring unbounded
    repeats.

    What is searched is one passage: an entry of a log with the lines that belong to it, or a pasted text. It has been
    unwrapped before: no colour, no JSON escapes (so `"` and line breaks are themselves), no HTML entities. Line breaks
    stay; write `\s` where a message may be broken over lines, `[^\n]` where it may not.

    Of two messages that overlap, the one that spans more wins; so a message that outweighs whatever follows it on its
    line ends with `[^\n]*`. `near` is a pattern that must stand, and `unless` one that must not stand, anywhere in the
    passage. `over` names causes that are this one's effects or its other wording, where both are read in one text
    (what the catalogue's `explains` says already need not be repeated).

    `confidence` is how far these words alone carry the claim; `alt` the other causes that fit the same words, best
    first (a message with `alt` is never `certain`). `speaker` is who says it (`python`, `node`, `browser`, `go`,
    `dotnet`, `java`, `rust`, `curl`, `openssl`, `nginx`, `haproxy`, `envoy`, `alb`, `api-gateway`, `traefik`,
    `kubernetes`, `deployment`, `engine`, ...; '' for words that many say). `wraps` marks an outer message that only
    says where it hurt: any message inside it wins. `source` says how we know.
    """

    cause: str
    stem: str
    match: str = ""
    says: str = ""
    confidence: Confidence = Confidence.CERTAIN
    alt: tuple[str, ...] = ()
    speaker: str = ""
    wraps: bool = False
    near: str = ""
    unless: str = ""
    over: tuple[str, ...] = ()
    source: str = ""
