"""What was foretold of the SDK that was named, what was asked as it asks, and how that ended beside the plain one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urljoin, urlsplit

from dgcheck.model.case import AS_SDK, Case
from dgcheck.model.evidence import Ending, Exchange, Foretold, Upgrade, Wire
from dgcheck.model.record import dataclass
from dgcheck.model.sdk import Outcome
from dgcheck.model.target import Settings
from dgcheck.readings.answers import opened, posts, transcribed, upgrades
from dgcheck.wire import endpoint
from dgcheck.wire.dialled import differs, read

MOST_REDIRECTS = 5  # that are followed in the SDK's manner

AGAIN = "same_again"  # the purpose under which the SDK's question that failed is put once more
ONE_CHANGED = "one_changed"  # the purpose under which it is put with some of it as dgcheck asks
_CODED = ("br", "zstd")  # bodies that dgcheck cannot read, which an SDK may have asked for


@dataclass(frozen=True, slots=True)
class AsSdk:
    """One transport of the SDK: what it does with its setting, and what was asked in its manner.

    `there` is the question to the URL that it dials, `meant` the one to the target's own; one and the same where the
    URLs are. `ended` is the last that `there` leads to over redirects which this SDK follows. None = not asked.
    """

    told: Foretold
    there: Wire | None
    meant: Wire | None
    ended: Wire | None
    plain: Wire | None  # the question that dgcheck itself put and that worked; None where none did

    @property
    def dials(self) -> bool:
        """Whether a request leaves for the host that was meant."""
        return self.told.outcome == Outcome.DIALS and differs(self.told.url, self.told.meant) != "host"

    @property
    def apart(self) -> str:
        """What sets the dialled URL apart from the one meant, '' for nothing."""
        return differs(self.told.url, self.told.meant)


def name(told: Foretold) -> str:
    """`the Deepgram SDK for Go 3.5.0`, `LiveKit Agents for Python 1.8.9`."""
    title = told.title.partition(",")[0]
    return f"{'the ' if 'SDK' in title else ''}{title} {told.version}"


def foretold(case: Case) -> tuple[Foretold, ...]:
    """What is known of the SDK, one for each transport that this run is to judge."""
    wanted = transports(case.settings)
    return tuple(one for one in case.of(Foretold, AS_SDK) if one.transport in wanted)


def transports(settings: Settings) -> tuple[str, ...]:
    """The transports that the person wants: those that were not left out, and that some model has to serve. A voice
    beside it says nothing of how the SDK transcribes."""
    names = endpoint.speech(settings) or settings.models
    modes = {settings.modes.get(name, "both") for name in names} or {"both"}
    found = []
    if "rest" not in settings.skip and modes != {"streaming"}:
        found.append("rest")
    if not {"ws.upgrade", "ws.stream"} & set(settings.skip) and modes != {"rest"}:
        found.append("ws")
    return tuple(found)


def asked(case: Case) -> Iterator[AsSdk]:
    """Each transport of the SDK with what was asked for it."""
    for told in foretold(case):
        kind: type[Wire] = Upgrade if told.transport == "ws" else Exchange
        seen = list(case.of(kind, AS_SDK))
        there = _at(seen, told.url)
        yield AsSdk(told, there, _at(seen, told.meant), _followed(seen, told, there), plain(case, told.transport))


def goes_on(told: Foretold, seen: Wire | None) -> str:
    """The URL to which this SDK puts the same question next, because it was redirected; '' where it does not.

    It may be on another host, which dgcheck does not ask.
    """
    if seen is None or seen.response is None or seen.status not in told.repeats:
        return ""
    moved = seen.response.header("location").strip()
    place = read(urljoin(seen.url, moved)) if moved else None
    if place is None or (told.repeats_to and urlsplit(urljoin(seen.url, moved)).scheme not in told.repeats_to):
        return ""
    return urljoin(seen.url, moved)


def _followed(seen: list[Wire], told: Foretold, first: Wire | None) -> Wire | None:
    """Where the redirects end that this SDK follows; None where one leads to what was not asked."""
    last = first
    for _ in range(MOST_REDIRECTS):
        url = goes_on(told, last)
        if not url:
            return last
        last = _at(seen, url)
    return None


def plain(case: Case, transport: str) -> Wire | None:
    """The question of dgcheck's own by this transport that worked, None where none did."""
    if transport == "ws":
        return next((one for one in upgrades(case) if opened(one)), None)
    return next((one for one in posts(case) if transcribed(one)), None)


def _at(seen: list[Wire], url: str) -> Wire | None:
    place = read(url)
    return next(
        (one for one in seen if place is not None and _place(one) == (place.secure, place.port, place.path)), None
    )


def _place(seen: Wire) -> tuple[bool, int, str]:
    where = read(seen.url)
    return (seen.tls, where.port if where else 0, seen.request.path)


def served(seen: Wire | None) -> bool:
    """Whether this question, as the SDK put it, was served."""
    if isinstance(seen, Upgrade):
        return opened(seen)
    if not isinstance(seen, Exchange) or seen.response is None:
        return False
    if seen.response.header("content-encoding").lower() in _CODED:
        return seen.status == 200 and seen.ending is Ending.ANSWERED
    return transcribed(seen)


def tries(case: Case, transport: str, purpose: str) -> tuple[Wire, ...]:
    """What the experiment asked again for this transport."""
    kind: type[Wire] = Upgrade if transport == "ws" else Exchange
    return tuple(case.of(kind, AS_SDK, purpose))


Pairs = tuple[tuple[str, str], ...]


def changes(one: Wire, other: Wire) -> Mapping[str, tuple[Pairs, Pairs]]:
    """What two questions send differently: a header by its lower-case name, a parameter as `?name` -> the pairs as the
    first and as the second sent them. What is new in every question, and what follows from its body, is no difference.
    """
    names = dict.fromkeys(name.lower() for seen in (one, other) for name, _ in seen.request.headers)
    found = {}
    for name in names:
        if name in ("sec-websocket-key", "content-length"):
            continue
        first, second = _pairs(one, name), _pairs(other, name)
        if first != second:
            found[name] = (first, second)
    for name in dict.fromkeys(name for seen in (one, other) for name, _ in seen.request.query):
        first, second = (tuple(pair for pair in seen.request.query if pair[0] == name) for seen in (one, other))
        if first != second:
            found[f"?{name}"] = (first, second)
    return found


def _pairs(seen: Wire, name: str) -> Pairs:
    return tuple(pair for pair in seen.request.headers if pair[0].lower() == name)
