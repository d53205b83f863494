"""What a good answer to each check of a standard run is, and how it reads in one line."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from dgcheck.model.case import Case, settled
from dgcheck.model.evidence import Ending, Exchange, Stream, Upgrade, Wire
from dgcheck.model.report import Status
from dgcheck.readings.telling import listed
from dgcheck.wire import endpoint, health, results
from dgcheck.wire.incomplete import begins_as_promised, dropped
from dgcheck.wire.who import is_deepgram

Seems = tuple[Status, str]


def config(case: Case) -> Seems:
    """Settings that name a target are good; what is odd about them is for the rules."""
    if case.target is None:
        return Status.FAIL, "the target cannot be used"
    key = case.settings.api_key
    return Status.PASS, case.target.base + (f", key from {key.origin}" if key else "")


def dns(case: Case) -> Seems:
    """Any address is a good answer."""
    seen = case.lookup
    if seen is None or not seen.addresses:
        return Status.UNKNOWN, "no answer"
    if seen.literal:
        return Status.PASS, f"{seen.name} is an address"
    where = " (given by --resolve)" if seen.pinned else ""
    shown = ", ".join(seen.addresses[:4]) + (f" and {len(seen.addresses) - 4} more" if len(seen.addresses) > 4 else "")
    return Status.PASS, f"{seen.name} is {shown}{where}"


def tcp(case: Case) -> Seems:
    """Every address has to accept, but for those of a family that has no route here."""
    dials = case.dials
    if any(dial.ending is not Ending.ANSWERED for dial in dials):
        from dgcheck.readings.contact import has_route

        dials = tuple(dial for dial in dials if has_route(case, dial))
    # A reset can only meet a connection that was accepted.
    accepted = [dial for dial in dials if dial.ending in (Ending.ANSWERED, Ending.RESET)]
    if not dials or len(accepted) < len(dials):
        return Status.UNKNOWN, f"{len(accepted)} of {len(dials)} addresses accept"
    rtt = min((dial.rtt_ms for dial in accepted if dial.rtt_ms is not None), default=None)
    time = f", {rtt:.3g} ms round trip" if rtt is not None else ""
    via = f" (the proxy {accepted[0].via_proxy})" if accepted[0].via_proxy else ""
    return Status.PASS, f"port {accepted[0].port} accepts{via}" + (
        f" on all {len(dials)} addresses" if len(dials) > 1 else ""
    ) + time


def transport(case: Case) -> Seems:
    """The port speaks what the URL says when a well-formed answer came that way."""
    if case.target is None:
        return Status.UNKNOWN, "no target"
    for wire in (*case.wires(), *case.of(Wire, "rest.url", None)):  # asked with dgcheck's own clip, it has a purpose
        if wire.response is not None and wire.tls == case.target.tls:
            return Status.PASS, "HTTP over TLS, as the URL says" if wire.tls else "plain HTTP, as the URL says"
    shaken = case.handshake
    if (
        case.target.tls
        and shaken is not None
        and (shaken.ending is Ending.ANSWERED or shaken.verify_code or shaken.alert)
    ):
        return Status.PASS, "TLS, as the URL says"
    return Status.UNKNOWN, "no answer that shows what the port speaks"


def tls(case: Case) -> Seems:
    """A verified handshake is good."""
    if case.target is None or not case.target.tls:
        return Status.SKIP, "the URL asks for plain HTTP"
    seen = case.handshake
    if seen is None or seen.ending is not Ending.ANSWERED:
        return Status.UNKNOWN, "no handshake"
    days = ""
    if seen.chain and seen.chain[0].not_after:
        days = f", valid for {max(0, int((seen.chain[0].not_after - case.now) / 86400))} more days"
    checked = "not verified (--insecure)" if seen.trust == "none" else "certificate trusted"
    return Status.PASS, f"{seen.version}, {checked}{days}{_not_everywhere(case)}"


def _not_everywhere(case: Case) -> str:
    """Which lists of authorities do not hold the issuer while others do; '' where all agree or the person knows."""
    from dgcheck.readings import stores

    judged = stores.judged(case)
    if not stores.disagree(judged) or (case.handshake is not None and case.handshake.trust == "ca_file"):
        return ""
    names = {"certifi": "certifi's list (Python)", "system": "this machine's", "node": "Node.js's"}
    lacking = [names[one.store] for one in judged if one.trusts is False and one.store in names]
    return f"; its CA is unknown to {listed(lacking)}" if lacking else ""


def _unanswered(case: Case, seen: Exchange | None, page: str) -> Seems:
    """A front that hangs up on the pages about the deployment keeps them to itself, like one that refuses them."""
    if seen is not None and (how := dropped(seen)) and _served(case):
        return Status.PASS, f"the connection is {how} when {page} is asked for; the API itself works"
    return Status.UNKNOWN, f"no answer from {page}"


def status(case: Case) -> Seems:
    """An absent /v1/status is no fault (self-hosted-api.md §7.1); what it says is for the rules."""
    seen = next((one for one in case.of(Exchange, "status") if "/certificates" not in one.request.target), None)
    if seen is None or seen.response is None:
        return _unanswered(case, seen, "/v1/status")
    body = health.read_status(seen.response.body)
    if body is not None and body.system_health:
        return Status.PASS, f"system_health is {body.system_health}"
    if seen.status == 204:
        return Status.PASS, "204, as older releases answer"
    if _served(case):
        return Status.PASS, f"/v1/status answers {seen.status}; the API itself works"
    return Status.UNKNOWN, f"/v1/status answers {seen.status}"


def engine(case: Case) -> Seems:
    """`Connected` is the one value known to be good."""
    seen = case.first(Exchange, "engine")
    if seen is None or seen.response is None:
        return _unanswered(case, seen, "/v1/status/engine")
    said = health.read_engine(seen.response.body)
    if seen.status == 200 and said == "Connected":
        return Status.PASS, "engine_connection_status is Connected"
    if _served(case):
        return Status.PASS, f"/v1/status/engine answers {seen.status}; the API itself works"
    return Status.UNKNOWN, f"/v1/status/engine answers {seen.status}"


def models(case: Case) -> Seems:
    """A listing is good; whether the models wanted are in it is for the rules."""
    seen = case.first(Exchange, "models")
    if seen is None or seen.response is None:
        return _unanswered(case, seen, "/v1/models")
    if seen.listing is not None and seen.listing.models:
        speech = sum(1 for model in seen.listing.models if model.kind == "stt")
        named = case.settings.models
        wanted = ", ".join(named if named and not endpoint.speech(case.settings) else case.models)
        tested = f"; {wanted} is asked for" if wanted else ""
        return Status.PASS, f"{len(seen.listing.models)} listed, {speech} for speech to text{tested}"
    if _served(case):
        return Status.PASS, f"/v1/models answers {seen.status}; the API itself works"
    return Status.UNKNOWN, f"/v1/models answers {seen.status}"


def rest(case: Case) -> Seems:
    """200 with a transcript."""
    seen = case.rest
    if seen is None:
        return _unasked(case, "streaming", "not asked")
    answer = results.read_transcription(seen.response.body) if seen.response and seen.status == 200 else None
    if answer is None and seen.response is not None and begins_as_promised(seen.response):
        said = f"a transcription of {seen.response.body_bytes} bytes came, too long to be kept"
        return (Status.UNKNOWN, f"{said} and compared") if case.words else (Status.PASS, said)
    if answer is None:
        return Status.UNKNOWN, f"POST /v1/listen answers {seen.status or seen.ending.value}"
    heard = f"“{answer.transcript}”" if case.words else _counted(answer.transcript)
    return Status.PASS, f"heard {heard}" + (f" with {case.model}" if case.model else "")


def _unasked(case: Case, other: str, unknown: str) -> Seems:
    """Why speech was not asked for in one of the two ways; `other` is the way that was wanted instead of it."""
    if case.listing is not None and not case.model:
        return Status.SKIP, "no speech model to ask for"
    if endpoint.one_way(case.settings) == other:
        return Status.SKIP, f"not asked for: the models are wanted for {_WAYS[other]} alone"
    return Status.UNKNOWN, unknown


_WAYS = {"rest": "REST", "streaming": "streaming"}


def ws_upgrade(case: Case) -> Seems:
    """101 with a valid handshake, with and without the subprotocol."""
    seen = list(case.of(Upgrade, "ws.upgrade"))
    if not seen:
        return _unasked(case, "rest", "not asked")
    if all(one.status == 101 and not one.accept_problem for one in seen):
        return Status.PASS, "101 Switching Protocols"
    first = next(one for one in seen if one.status != 101 or one.accept_problem)
    return Status.UNKNOWN, f"the upgrade answers {first.status or first.ending.value}"


def ws_stream(case: Case) -> Seems:
    """Words, and an end that the server closed in good order."""
    streams: tuple[Stream, ...] = tuple(sorted(case.streams, key=lambda stream: stream.plan != "at_once"))
    if not streams and _only_opened(case):
        return Status.SKIP, "this audio cannot be streamed by dgcheck; the socket opens"
    if not streams:
        return _unasked(case, "rest", "no stream was opened")
    finals = [one.transcript for stream in streams[:1] for one in stream.heard if one.is_final and one.transcript]
    if any(heard.kind == "Results" for heard in streams[0].heard) and streams[0].ending is Ending.ANSWERED:
        if streams[0].plan == "after_first" and not finals:
            return Status.UNKNOWN, "the first words came; no stream was heard to its end"
        heard = f"“{' '.join(finals)}”" if case.words else _counted(" ".join(finals))
        return Status.PASS, f"heard {heard}" + _clean(streams[0])
    if finals and _said_all(streams[0]):
        heard = f"“{' '.join(finals)}”" if case.words else _counted(" ".join(finals))
        return Status.PASS, f"heard {heard} and the closing Metadata, no close frame"
    if finals:
        return Status.UNKNOWN, f"{_counted(' '.join(finals))} came, then the connection ended without a close frame"
    return Status.UNKNOWN, "no result came"


def _said_all(stream: Stream) -> bool:
    """Whether the deployment's own last message came before the connection ended."""
    last = stream.heard[-1].kind if stream.heard else ""
    return last == "Metadata" and stream.close_sent_at is not None and stream.closed_by in ("fin", "reset")


def _counted(words: str) -> str:
    """How many words were heard, for those of a recording that nobody said the words of."""
    number = len(words.split())
    return "1 word" if number == 1 else f"{number} words"


def _only_opened(case: Case) -> bool:
    """Whether the stream's check ended without sending anything on the socket that it was given."""
    ended = "ws.stream" in case.ran and "ws.stream" not in (*case.out_of_time, *case.bugs)
    opened = [one for one in case.of(Upgrade, "ws.upgrade") if one.status == 101 and not one.accept_problem]
    return ended and bool(opened)


def _clean(stream: Stream) -> str:
    return ", clean end" if stream.close_code in (1000, 1005) else ""


def replicas(case: Case) -> Seems:
    """Every repeated question is answered as the first one was."""
    wires = [one for one in case.wires() if one.check == "replicas"]
    if not wires:
        return Status.SKIP, "nothing to compare"
    before = {(one.request.method, one.request.path, one.status) for one in case.wires() if one.check != "replicas"}
    bad = [one for one in wires if (one.request.method, one.request.path, one.status) not in before]
    where = max(1, len({one.address for one in wires} - {""}))
    shown = f"{len(wires)} more questions to {where} address{'es' if where > 1 else ''}"
    if all(one.response is None for one in wires):
        return Status.UNKNOWN, f"{shown} got no answer"
    return (
        (Status.PASS, f"{shown} agree")
        if not bad
        else (Status.UNKNOWN, f"{len(bad)} of {shown} were answered otherwise")
    )


def _served(case: Case) -> bool:
    """Whether the API itself did its work: a transcription by REST, a result on a stream, or a socket with its mark.

    A bare 200 or 101 proves nothing: any web server may give it.
    """
    posted, upgraded = case.rest, case.upgrade
    answer = posted.response if posted is not None and posted.status == 200 else None
    if answer is not None and (results.read_transcription(answer.body) is not None or is_deepgram(answer)):
        return True
    opened = upgraded.response if upgraded is not None and upgraded.status == 101 else None
    if opened is not None and is_deepgram(opened):
        return True
    from dgcheck.readings.foreign import result_heard

    return result_heard(case)


_GOOD: dict[str, Callable[[Case], Seems]] = {
    "config": config,
    "dns": dns,
    "tcp": tcp,
    "transport": transport,
    "tls": tls,
    "status": status,
    "engine": engine,
    "models": models,
    "rest": rest,
    "ws.upgrade": ws_upgrade,
    "ws.stream": ws_stream,
    "replicas": replicas,
}


@cache
def _for(check: str) -> Callable[[Case], Seems]:
    """How a check is seen; that of the further ones is loaded where one of them is asked."""
    found = _GOOD.get(check)
    if found is None:
        from dgcheck.diagnosis.good_further import GOOD

        found = GOOD.get(check, _no_opinion)
    return found


def seems(check: str, case: Case) -> Seems:
    """How the answers to a check seem by themselves, before any rule has looked at them."""
    known = _known(case)
    if check not in known:
        known[check] = _for(check)(case)
    return known[check]


@settled
def _known(case: Case) -> dict[str, Seems]:
    return {}


def _no_opinion(case: Case) -> Seems:
    return Status.UNKNOWN, "no evidence"
