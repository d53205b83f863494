"""As the SDK asks it is refused, as dgcheck asks it works: which one of the things that differ decides?

The question is put once more as it was, for a replica or a moment may have been to blame. Then the headers and the
parameters that the two send differently are divided again and again, so that most tries are accepted, since those cost
the deployment nothing; in the end the SDK's own request is put with that one of them as dgcheck has it. A
parameter is `?name` here.
"""

from __future__ import annotations

from collections.abc import Sequence

from dgcheck.model.asking import Asking, Experiment, Wanted
from dgcheck.model.case import AS_SDK, Case
from dgcheck.model.evidence import Ending, Wire
from dgcheck.model.record import replace
from dgcheck.model.sdk import Manner
from dgcheck.readings.answers import refused_in_experiments
from dgcheck.readings.as_sdk import AGAIN, ONE_CHANGED, AsSdk, asked, changes, served, tries
from dgcheck.readings.ask_as_sdk import put, question

Headers = tuple[tuple[str, str], ...]

LIMIT = 8.0
PATIENT = 20.0  # seconds for the SDK's own question again, where its limit may be what decides
MOST_REFUSED = 4  # of all experiments of a run together
SPARE = 1
FEW = 4  # suspects of which half is tried at once
# Headers that proxies and gateways decide by, the likeliest first; those that are not named here come last.
LIKELY = (
    *("host", "authorization", "sec-websocket-protocol", "user-agent", "sec-websocket-extensions", "origin"),
    *("content-type", "transfer-encoding", "connection", "accept", "accept-encoding"),
)
_COMMON = (("Host", "{authority}"), ("User-Agent", "{agent}"))
# What dgcheck's own questions send; the key is added where they sent one.
PLAIN = {
    "rest": (
        *_COMMON,
        ("Accept", "application/json, */*"),
        ("Accept-Encoding", "gzip, deflate"),
        ("Content-Type", "{content_type}"),
        ("Content-Length", ""),
    ),
    "ws": (
        *_COMMON,
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", ""),
    ),
}


def failed(case: Case) -> tuple[AsSdk, ...]:
    """The transports whose question to the target's own URL failed as the SDK puts it, while the plain one worked."""
    return tuple(
        one for one in asked(case) if one.meant is not None and one.plain is not None and not served(one.meant)
    )


def worth_asking_again(case: Case) -> bool:
    """Something failed in the SDK's manner alone."""
    return bool(failed(case))


async def ask_again(asking: Asking) -> None:
    """The same once more; with more patience where the SDK's own was at its end."""
    for one in failed(asking.case):
        if asking.requests_left() > SPARE and one.meant is not None:
            again = question(asking, one.told.transport, one.told.meant, await _wanted(asking, one))
            patient = PATIENT if one.meant.ending is Ending.TIMED_OUT else LIMIT
            await put(asking, replace(again, limit=patient))


def worth_asking(case: Case) -> bool:
    """It failed again, and the answer or its want came from the other side."""
    return any(_narrowable(case, one) for one in failed(case))


def _narrowable(case: Case, one: AsSdk) -> bool:
    again = tries(case, one.told.transport, AGAIN)
    return bool(again) and not any(map(served, again)) and all(_reached(seen) for seen in again)


def _reached(seen: Wire) -> bool:
    """Whether the question got to somebody who could dislike its words."""
    return seen.response is not None or seen.ending in (Ending.CLOSED, Ending.RESET, Ending.TIMED_OUT)


async def ask(asking: Asking) -> None:
    """Narrow down for each transport; what decided for the first is what is tried for the next."""
    known = ""
    for one in failed(asking.case):
        if _narrowable(asking.case, one):
            search = _Search(asking, one, await _wanted(asking, one))
            known = await search.decide(known)


async def _wanted(asking: Asking, one: AsSdk) -> Wanted:
    wants = await asking.wanted()
    return next((want for want in wants if (want.streaming if one.told.transport == "ws" else want.rest)), Wanted(""))


class _Search:
    """The search for one transport."""

    def __init__(self, asking: Asking, one: AsSdk, wanted: Wanted) -> None:
        self._asking, self._one, self._wanted = asking, one, wanted
        self._manner = asking.manners[one.told.transport]
        self._plain = plain_headers(one)

    async def decide(self, known: str) -> str:
        """The header or parameter that decides, '' when no single one was found."""
        suspects = differing(self._manner, self._plain, self._parameters())
        if known in suspects and self._may_go_on() and await self._works([known]):
            await self._refine(known)
            return known
        proved: list[str] = []
        while len(suspects) > 1:
            # Of many more than half at once: a try that works costs the deployment nothing, one that is refused does.
            most = len(suspects) * 2 // 3 if len(suspects) > FEW else len(suspects) // 2
            if not self._may_go_on():
                return ""
            if await self._works(suspects[:most]):
                suspects = proved = suspects[:most]
            else:
                suspects = suspects[most:]
        if not suspects or (proved != suspects and not (self._may_go_on() and await self._works(suspects))):
            return ""
        await self._refine(suspects[0])
        return suspects[0]

    def _parameters(self) -> list[str]:
        """Parameters that the SDK sends by itself and dgcheck not, or with another value."""
        one = self._one
        apart = changes(one.meant, one.plain) if one.meant is not None and one.plain is not None else {}
        return [name for name, _ in self._manner.query if f"?{name}" in apart]

    async def _works(self, as_plain: Sequence[str]) -> bool:
        return await self._put(hybrid(self._manner, self._plain, as_plain))

    async def _put(self, manner: Manner) -> bool:
        told = self._one.told
        again = question(self._asking, told.transport, told.meant, self._wanted, limit=LIMIT, manner=manner)
        return served(await put(self._asking, again))

    async def _refine(self, name: str) -> None:
        """A key was sent and disliked: is it the key, or how its word and its header are written?"""
        if name == "authorization" and self._may_go_on():
            usual = ("Authorization", "Token {key}")
            if usual not in self._manner.headers:
                changed = tuple(usual if pair[0].lower() == name else pair for pair in self._manner.headers)
                await self._put(replace(self._manner, headers=changed))

    def _may_go_on(self) -> bool:
        case = self._asking.case
        own = [seen for way in ("rest", "ws") for purpose in (AGAIN, ONE_CHANGED) for seen in tries(case, way, purpose)]
        refused = refused_in_experiments(case) + sum(not served(seen) for seen in own)
        return self._asking.requests_left() > SPARE and refused < MOST_REFUSED


def plain_headers(one: AsSdk) -> Headers:
    """The headers of dgcheck's own question, as templates."""
    own = PLAIN[one.told.transport]
    with_key = one.plain is not None and one.plain.request.with_key
    return (*own[:2], ("Authorization", "Token {key}"), *own[2:]) if with_key else own


def differing(manner: Manner, plain: Headers, parameters: Sequence[str] = ()) -> list[str]:
    """What the SDK and dgcheck send differently: parameters, and headers by their lower-case names, the likeliest to
    decide first."""
    own = _with_protocols(manner)
    names = dict.fromkeys(name.lower() for name, _ in (*own, *plain))
    found = [
        name for name in names if [p for p in own if p[0].lower() == name] != [p for p in plain if p[0].lower() == name]
    ]
    headers = sorted(found, key=lambda name: LIKELY.index(name) if name in LIKELY else len(LIKELY))
    return [*(f"?{name}" for name in parameters), *headers]


def hybrid(manner: Manner, plain: Headers, as_plain: Sequence[str]) -> Manner:
    """The SDK's question with those headers and parameters as dgcheck sends them, without them where it sends none."""
    theirs = {name.lower(): (name, value) for name, value in plain}
    headers = []
    for name, value in _with_protocols(manner):
        if name.lower() not in as_plain:
            headers.append((name, value))
        elif name.lower() in theirs:
            headers.append(theirs[name.lower()])
    there = {name.lower() for name, _ in headers}
    headers += [pair for pair in plain if pair[0].lower() in as_plain and pair[0].lower() not in there]
    offered = () if "sec-websocket-protocol" in as_plain else manner.subprotocols
    query = tuple(pair for pair in manner.query if f"?{pair[0]}" not in as_plain)
    return replace(manner, headers=tuple(headers), subprotocols=offered, query=query)


def _with_protocols(manner: Manner) -> Headers:
    """The headers, the one that offers subprotocols among them."""
    name = "Sec-WebSocket-Protocol"
    if not manner.subprotocols or any(one.lower() == name.lower() for one, _ in manner.headers):
        return manner.headers
    return (*manner.headers, (name, ""))


EXPERIMENTS = (
    Experiment(id=AGAIN, check=AS_SDK, when=worth_asking_again, ask=ask_again),
    Experiment(id=ONE_CHANGED, check=AS_SDK, when=worth_asking, ask=ask, after=(AGAIN,)),
)
