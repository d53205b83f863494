"""DG0011 and DG0015: an SDK that, given its setting, asks elsewhere or otherwise than the deployment is asked here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dgcheck.model.case import AS_SDK, Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy, Severity
from dgcheck.model.evidence import Ending, Foretold, Seen, Wire
from dgcheck.model.record import dataclass
from dgcheck.model.sdk import Outcome
from dgcheck.readings.answers import waited
from dgcheck.readings.as_sdk import AGAIN, ONE_CHANGED, AsSdk, Pairs, asked, changes, name, served, tries
from dgcheck.readings.telling import got, listed, seconds, upper, waited_for, writer

_WHAT = {"rest": "REST", "ws": "streaming"}
_PLAIN_WHAT = {"rest": "the POST", "ws": "the upgrade"}


def _facts(told: Foretold) -> dict[str, str]:
    facts = {"sdk": f"{told.sdk}@{told.version}", "sdk_name": name(told)}
    return facts | ({"option": told.option} if told.option else {})


# --- the setting


def _elsewhere(case: Case) -> Iterator[Match]:
    """One match for the SDK: both of its transports come from one setting."""
    every = tuple(asked(case))
    bad = [(one, sure) for one in every if (sure := _at_fault(one)) is not None]
    if not bad:
        yield from _trap(every)
        return
    told = bad[0][0].told
    setting = _setting([one.told for one, _ in bad])
    says = f"{setting} {'; it '.join(_says(one) for one, _ in bad)}."
    if any(one.apart and one.plain is not None for one, _ in bad):
        says += " The URL that was meant works." if len(bad) == 1 else " The URLs that were meant work."
    fine = [one.told for one in every if _fine(one)]
    says += "".join(f" {upper(_WHAT[one.transport])} goes to {one.url}, which works." for one in fine)
    reasons = dict.fromkeys(trap.rstrip(".") for one, _ in bad for trap in one.told.traps[:1])
    says += f" The reason: {'; '.join(reasons)}." if reasons else ""
    evidence = [seen.id for one in every for seen in (one.told, one.there, one.meant, one.plain) if seen is not None]
    sure = min((sure for _, sure in bad), key=_HOW_SURE.index)
    foreign = all(one.told.outcome == Outcome.DIALS and one.apart == "host" for one, _ in bad)
    yield Match(
        says,
        tuple(dict.fromkeys(evidence)),
        (AS_SDK,),
        sure,
        facts=_facts(told),
        severity=Severity.WARNING if foreign else None,
        detail=", ".join(
            dict.fromkeys(one.told.outcome if not one.apart else f"another {one.apart}" for one, _ in bad)
        ),
        remedies=_right(told, case.target.base if case.target else "", foreign=foreign),
    )


_HOW_SURE = (Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE)


def _at_fault(one: AsSdk) -> Confidence | None:
    """How sure it is that the setting is at fault for this transport; None where it is not, or nobody can say."""
    if one.told.outcome != Outcome.DIALS:
        # What was not set by anybody is the best that dgcheck found, and there may be a better way.
        return Confidence.CERTAIN if one.told.option else Confidence.LIKELY
    if one.apart == "host":
        return Confidence.POSSIBLE
    if not one.apart or one.there is None or one.plain is None or served(one.ended):
        return None
    if one.ended is None:  # it follows a redirect to where dgcheck did not go
        return Confidence.POSSIBLE
    return Confidence.CERTAIN if served(one.meant) else Confidence.LIKELY


def _fine(one: AsSdk) -> bool:
    return one.told.outcome == Outcome.DIALS and served(one.ended)


def _setting(told: list[Foretold]) -> str:
    """`Given Host=“http://dg:8080”, the Deepgram SDK for Go 3.5.0`, or without a setting that was named."""
    given = dict.fromkeys(
        f"{one.option.removesuffix('=')}=“{one.value}”{', set afterwards' if one.option.endswith('=') else ''}"
        for one in told
        if one.option
    )
    return f"Given {listed(given)}, {name(told[0])}" if given else f"{name(told[0])[:1].upper()}{name(told[0])[1:]}"


def _says(one: AsSdk) -> str:
    """What it does with one transport, as the rest of a sentence that begins with the SDK's name."""
    told, kind = one.told, {"rest": "REST", "ws": "streaming"}[one.told.transport]
    words = f": “{told.error}”" if told.error else ""
    meant = f" (meant: {told.meant})"
    if told.outcome == Outcome.CLOUD:
        return f"sends {kind} requests to Deepgram's hosted service{f', {told.url}' if told.url else ''}{meant}"
    if told.outcome == Outcome.WRONG_HOST:
        looked_up = f"dials {told.url}" if told.url else "looks up a name"
        return f"{looked_up} for {kind}, made of another part of the value{words}{meant}"
    if told.outcome == Outcome.REFUSED_BY_SDK:
        return f"refuses it for {kind} before anything is sent{words}{meant}"
    if told.outcome == Outcome.CRASHES:
        return f"ends the program before a {kind} request is sent{words}{meant}"
    if told.outcome == Outcome.ERROR:
        return f"sends no {kind} request at all{words}{meant}"
    if one.apart == "host":
        return f"dials {told.url} for {kind}, another host than the target's, which dgcheck does not ask{meant}"
    return f"dials {told.url} for {kind}, and {_failed(one.there)}{meant}"


def _failed(seen: Wire | None) -> str:
    if seen is not None and seen.response is None and seen.reached == "handshake":
        return "no TLS handshake comes about there"
    return f"that gets {_ended(seen)}"


def _ended(seen: Wire | None) -> str:
    if seen is None:
        return "nothing"
    if seen.response is not None:
        return f"{got(seen)} from {writer(seen.response)}"
    return got(seen)


def _right(told: Foretold, base: str, *, foreign: bool = False) -> tuple[Remedy, ...]:
    """The line to change, then what else has to be known."""
    notes = tuple(Remedy(_sentence(note)) for note in told.notes[:2])
    if foreign:
        return (Remedy(f"If {told.value} is the deployment, ask that", f"dgcheck run {told.value}"), *notes[:0])
    if not told.right:
        return notes or (Remedy(f"This SDK cannot be told {base}: give the deployment an address that it can dial"),)
    return (Remedy(f"Change the setting; what {name(told)} needs for {base} is", told.right), *notes)


def _sentence(note: str) -> str:
    """A note as a sentence; a name in the program (`base_url`) stays as it is written."""
    first = note.partition(" ")[0]
    return upper(note) if first.isalpha() and first.islower() else note


def _trap(every: tuple[AsSdk, ...]) -> Iterator[Match]:
    """It dials another URL than the one meant, and that works here: good to know, for elsewhere it may not."""
    odd = [one for one in every if one.told.option and one.apart and one.apart != "host" and _fine(one)]
    if not odd:
        return
    parts = [f"dials {one.told.url} for {_WHAT[one.told.transport]}, {_not_meant(one)}" for one in odd]
    says = f"{_setting([one.told for one in odd])} {'; it '.join(parts)}. That works here; another proxy may refuse it."
    evidence = tuple(dict.fromkeys(seen.id for one in odd for seen in (one.told, one.there, one.ended) if seen))
    told = odd[0].told
    yield Match(
        says,
        evidence,
        (AS_SDK,),
        facts=_facts(told),
        severity=Severity.INFO,
        detail="works here",
        remedies=_right(told, told.meant.removesuffix("/v1/listen"))[:1],
    )


def _not_meant(one: AsSdk) -> str:
    """`not http://dg:8080/v1/listen`, or that it is led there by a redirect that it follows."""
    if one.ended is one.there or one.there is None:
        return f"not {one.told.meant}"
    url = (one.ended or one.there).url.partition("?")[0]
    return f"is redirected ({one.there.status}), follows with the same request and so comes to {url}"


# --- the request


@dataclass(frozen=True, slots=True)
class Why:
    """Why a transport fails as the SDK asks: the sentence that follows what it got, how sure that is, and the facts."""

    says: str
    sure: Confidence
    facts: Mapping[str, str]


def _refused(case: Case) -> Iterator[Match]:
    """One match for the SDK: the transports that fail as it asks, with what decides where that was found."""
    found = [one for one in asked(case) if one.meant is not None and one.plain is not None and not served(one.meant)]
    told_apart = [(one, why) for one in found if (why := _why(case, one)) is not None]
    if not told_apart:
        return
    by_says: dict[str, list[AsSdk]] = {}
    for one, why in told_apart:
        by_says.setdefault(why.says, []).append(one)
    told = told_apart[0][0].told
    sentences = [f"{_fails(name(told), alike)}. {says}" for says, alike in by_says.items()]
    evidence = [seen.id for one, _ in told_apart for seen in _rests_on(case, one)]
    yield Match(
        " ".join(sentences),
        tuple(dict.fromkeys(evidence)),
        (AS_SDK,),
        min((why.sure for _, why in told_apart), key=_HOW_SURE.index),
        facts={**_facts(told), **told_apart[0][1].facts},
        detail=told_apart[0][1].facts.get("header") or told_apart[0][1].facts.get("parameter", ""),
        remedies=(*_by_setting(told, told_apart[0][1].facts), *_for_header(told_apart[0][1].facts)),
    )


def _by_setting(told: Foretold, facts: Mapping[str, str]) -> tuple[Remedy, ...]:
    """The setting that fills the Host header again: Go empties it for a value with a scheme, which TLS does without."""
    emptied = facts.get("header", "").lower() == "host" and not facts.get("sent")
    if not emptied or "://" not in told.value or not told.meant.startswith("wss://"):
        return ()
    return _right(told, told.meant.replace("wss", "https", 1).removesuffix("/v1/listen"))[:1]


def _rests_on(case: Case, one: AsSdk) -> Iterator[Seen]:
    yield from (seen for seen in (one.told, one.meant, one.plain) if seen is not None)
    for purpose in (AGAIN, ONE_CHANGED):
        yield from tries(case, one.told.transport, purpose)


def _fails(sdk: str, alike: list[AsSdk]) -> str:
    """`As the Deepgram SDK for Go 3.5.0 asks, the POST and the upgrade get 401 Unauthorized from nginx`."""
    by_answer: dict[str, list[str]] = {}
    for one in alike:
        by_answer.setdefault(_ended(one.meant), []).append(_PLAIN_WHAT[one.told.transport])
    parts = [f"{listed(what)} {'get' if len(what) > 1 else 'gets'} {answer}" for answer, what in by_answer.items()]
    return f"As {sdk} asks, {', '.join(parts)}"


def _why(case: Case, one: AsSdk) -> Why | None:
    """Why it fails; None where that may be chance."""
    assert one.meant is not None
    assert one.plain is not None
    again = tries(case, one.told.transport, AGAIN)
    if one.plain.via_proxy and not one.meant.via_proxy:
        says = (
            f"It goes round the proxy {one.plain.via_proxy}, whose variables it does not read; through it this works."
        )
        return Why(says, Confidence.CERTAIN, {"via": one.plain.via_proxy})
    slow = next((seen for seen in again if served(seen)), None)
    if slow is not None:
        return _impatient(one.meant, slow)
    if not again:
        return None
    decided = _decided(case, one)
    if decided is None:
        says = "So it was again, and dgcheck's own request works; no single header or parameter makes the difference."
        return Why(says, Confidence.LIKELY, {})
    header, ours, theirs = decided
    return Why(_difference(header, ours, theirs), Confidence.CERTAIN, _about(header, ours, theirs))


def _impatient(meant: Wire, slow: Wire) -> Why | None:
    """It did not wait for an answer that comes; None where the answer was not slower than it waits."""
    took, limit = waited(slow), waited_for(meant)
    if meant.ending is not Ending.TIMED_OUT or took is None or limit is None or took < limit:
        return None
    says = f"It waits for {seconds(limit)}, and the answer took {seconds(took)}."
    return Why(says, Confidence.LIKELY, {"limit": seconds(limit)})


def _decided(case: Case, one: AsSdk) -> tuple[str, Pairs, Pairs] | None:
    """The header or parameter that decides, as it works and as the SDK sends it; None without one.

    It is taken from the tries that worked and differ from the SDK's request in it alone, the finest first.
    """
    assert one.meant is not None
    found = []
    for seen in tries(case, one.told.transport, ONE_CHANGED):
        differ = changes(seen, one.meant)
        if served(seen) and len(differ) == 1:
            header, (ours, theirs) = next(iter(differ.items()))
            found.append((header, ours, theirs))
    return max(found, key=lambda one: bool(one[1]) and bool(one[2]), default=None)


def _difference(header: str, ours: Pairs, theirs: Pairs) -> str:
    if header.startswith("?"):
        return _of_the_query(ours, theirs)
    if not theirs:
        return f"It leaves the header {_shown(ours)} out, and that decides: with it, all else the same, this works."
    if not ours:
        return f"What decides is the header {_shown(theirs)}: without it, all else the same, this works."
    return f"What decides is the header {_shown(theirs)}: with {_shown(ours)}, all else the same, this works."


def _shown(pairs: Pairs) -> str:
    return listed(f"`{key}: {value[:120]}`" if value.strip() else f"`{key}:` without a value" for key, value in pairs)


def _of_the_query(ours: Pairs, theirs: Pairs) -> str:
    """A parameter that decides: the SDK sends it by itself, or with another value."""
    sent = listed(f"`{name}={value[:120]}`" for name, value in theirs)
    says = f"What decides is the parameter {sent}, which it sends unless it is told otherwise"
    other = listed(f"`{name}={value[:120]}`" for name, value in ours)
    return f"{says}: {f'with {other}' if ours else 'without it'}, all else the same, this works."


def _about(header: str, ours: Pairs, theirs: Pairs) -> dict[str, str]:
    """The facts of a header or parameter that decides: its name as it is written, and what the SDK sends in it."""
    if header.startswith("?"):
        return {"parameter": header[1:], "sent": theirs[0][1][:120] if theirs else ""}
    written = next((key for key, _ in (*theirs, *ours)), header)
    return {"header": written, "sent": theirs[0][1].strip()[:120] if theirs else ""}


def _for_header(facts: Mapping[str, str]) -> tuple[Remedy, ...]:
    """What to do about a header that decides, where that is known."""
    told = {
        # nginx, measured: 400 also where there is nothing but a default server.
        "host": "Let the proxy lead requests with an unknown Host header to the deployment as well (nginx: "
        "`listen ... default_server`), or give the deployment a port of its own"
        if facts.get("sent")
        else "Give the deployment a port of its own, past the proxy: nginx answers an empty Host header with 400 "
        "whatever it is set to. A proxy that chooses by name may be told to lead requests without one here, too",
        "authorization": "Let what stands in front pass the header Authorization on as it is, or ignore it: the "
        "deployment checks no key",
        "user-agent": f"Allow this program in the rule that blocks by name: its User-Agent is {facts.get('sent', '')}",
        "sec-websocket-protocol": "Let the proxy pass the header Sec-WebSocket-Protocol on, in both directions",
        "sec-websocket-extensions": "Let the proxy pass an offer of compression (Sec-WebSocket-Extensions) on, or "
        "switch compression off in the program",
    }
    do = told.get(facts.get("header", "").lower())
    return (Remedy(do),) if do else ()


FAMILY = (
    Cause(
        code="DG0011",
        cause="sdk_dials_elsewhere",
        title="The SDK does not dial the deployment",
        explanation=(
            "Each SDK reads its address in its own way, and turns it into another URL than the one that was meant: "
            "http becomes https or wss, a path before /v1 is cut off or /v1 is doubled, a bare host means TLS, a word "
            "of the value is taken for the host, or the value is passed over and the hosted service is dialled. The "
            "deployment is well, and the program still cannot reach it.\n\n"
            "What each SDK and version does with a setting was measured with the published packages. dgcheck foretells "
            "it and never asks a host that is not the target's."
        ),
        told_apart=(
            "The URL that this SDK makes of the setting differs from the target's, and the target's works while the "
            "other does not; or no request for the target leaves at all."
        ),
        remedies=(
            Remedy("See the right setting for this target, as code", "dgcheck sdk config {sdk} {base}"),
            Remedy(
                "See what another value would do, without a network",
                "dgcheck sdk dial {sdk} --option {option} --value VALUE",
            ),
        ),
        heals=Heals.NEVER,
        when=_elsewhere,
        source="the published SDKs, run against a recorder; `dgcheck sdk dial` names the source of each fact",
    ),
    Cause(
        code="DG0015",
        cause="sdk_request_refused",
        title="The deployment answers, but not to what this SDK sends",
        explanation=(
            "The same question works as dgcheck puts it and fails as the SDK puts it, to the same URL. Something "
            "between the program and the deployment looks at what they send differently: the Host header, the word or "
            "the key in Authorization, the User-Agent, a subprotocol, a header that is missing; the deployment "
            "itself minds none of them. Or the SDK adds parameters of its own, and this deployment or this model does "
            "not take one.\n\n"
            "dgcheck puts the SDK's question again with one header or parameter at a time as it sends it itself, until "
            "one decides."
        ),
        told_apart=(
            "The URL is right (sdk_dials_elsewhere is about the URL). It failed twice, so it is not one bad replica, "
            "and with the one header or parameter changed it works."
        ),
        remedies=(
            Remedy("Look for a rule about the header {header} in what stands in front of the deployment"),
            Remedy("Set {parameter} in the options of this SDK to what the deployment takes, instead of {sent}"),
            Remedy(
                "Set the proxy of this SDK in its own options; it goes round {via}, whose variables it does not read"
            ),
            Remedy("See what makes the answer slow: this SDK gives up after {limit}"),
            Remedy("Ask the deployment past the proxy in the same way", "dgcheck run http://API_HOST:8080 --sdk {sdk}"),
        ),
        when=_refused,
        source="the published SDKs, run against a recorder",
    ),
)
