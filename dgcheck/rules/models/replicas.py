"""DG5010: of replicas behind one name, one fails while the others work."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.asking import REPEAT
from dgcheck.model.case import Case, settled
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy, Severity
from dgcheck.model.evidence import Dial, Ending, Handshake, Stream, Upgrade, Wire
from dgcheck.model.record import dataclass, replace
from dgcheck.readings import repeated
from dgcheck.readings.answers import works
from dgcheck.readings.doubted import came_first
from dgcheck.readings.fate import cut_in_silence
from dgcheck.readings.for_speech import SPEECH
from dgcheck.readings.foreign import not_the_api
from dgcheck.readings.limits import limit_page
from dgcheck.readings.model_fault import about_model
from dgcheck.readings.telling import checks_of, listed, question, quoted, status_words
from dgcheck.wire.health import read_engine, read_status
from dgcheck.wire.results import read_transcription

TIMEOUTS = (504, 524)  # a proxy gave up waiting
_OFTEN = 6  # requests for speech among which a replica that hangs would have been met
# Checks whose questions may be compared; `rest.url` asks for other audio on the same path.
COMPARED = frozenset({*SPEECH, "replicas", "status", "engine", "models"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question ended: well, badly, or so that it says nothing of a replica's health (None).

    `words` is the whole transcript that came back, None when none was to come. `seconds` is how long it took.
    """

    seen: Wire
    fine: bool | None
    how: str = ""
    also: tuple[str, ...] = ()
    words: str | None = None

    @property
    def began(self) -> float:
        """When it was asked, in seconds from the start of the run."""
        return min((one.start for one in self.seen.phases), default=self.seen.ended_at)

    @property
    def seconds(self) -> float:
        """How long the question took, as far as it was measured."""
        begun = min((one.start for one in self.seen.phases), default=0.0)
        known = bool(self.seen.phases) and self.seen.ended_at > begun
        return self.seen.ended_at - begun if known else sum(one.seconds for one in self.seen.phases)


@settled
def outcomes(case: Case) -> tuple[tuple[tuple[object, ...], Outcome], ...]:
    """Every question of the run with the kind by which it may be compared with others."""
    return tuple(_outcomes(case))


def _outcomes(case: Case) -> Iterator[tuple[tuple[object, ...], Outcome]]:
    # What --repeat asked counts where its failures go with a replica or an address.
    purposes = ("", REPEAT) if repeated.goes_with_replica(case) else ("",)
    streams = {stream.upgrade: stream for purpose in purposes for stream in case.of(Stream, "", purpose)}
    for seen in (one for purpose in purposes for one in case.of(Wire, "", purpose)):
        if seen.check not in COMPARED:
            continue
        # A subprotocol may be why an upgrade was refused or dropped, not why it was opened or met an error (5xx).
        regardless = seen.status == 101 or (seen.status or 0) >= 500
        offered = seen.offered if isinstance(seen, Upgrade) and not regardless else ()
        by_address = seen.check == "rest.url"  # the same path and query, another body
        asked = (seen.request.method, seen.request.target, seen.request.with_key, by_address)
        kind = (type(seen), *asked, seen.tls, offered)
        yield kind, _outcome(_met(case, seen), streams.get(seen.id))


def _met(case: Case, seen: Wire) -> Wire:
    """The question as the connection met it: one that was reset or closed before it could be asked ended so.

    Only a connection that was accepted is reset, so somebody was there; a refusal is told by its own causes.
    """
    for one in seen.rests_on if seen.ending is Ending.NOT_CONNECTED else ():
        below = case.by_id(one)
        if isinstance(below, (Dial, Handshake)) and below.ending in (Ending.RESET, Ending.CLOSED):
            return replace(seen, ending=below.ending, address=below.address)
    return seen


def _outcome(seen: Wire, stream: Stream | None) -> Outcome:
    if seen.ending is Ending.CUT_SHORT:
        return Outcome(seen, None)
    if seen.response is None:
        at_all = seen.ending in (Ending.RESET, Ending.CLOSED, Ending.TIMED_OUT, Ending.BROKEN, Ending.REFUSED)
        return Outcome(seen, False if at_all else None, _ENDED.get(seen.ending, "was not answered"))
    status = seen.response.status
    if page := not_the_api(seen):
        return Outcome(seen, False, page)
    if status >= 400:
        # A limit is no sign of illness, and other models are another cause.
        told = status != 429 and not limit_page(seen.response) and not about_model(seen, None)
        return Outcome(seen, False if told else None, f"got {_status(seen)}{quoted(seen.response)}")
    if isinstance(seen, Upgrade) and works(seen):
        return _streamed(seen, stream)
    if isinstance(seen, Upgrade) and status == 101:
        return Outcome(seen, None)  # a wrong handshake is told by its own cause
    if status >= 300:  # told only where others serve the same question themselves
        return Outcome(seen, False, f"got {_status(seen)}{quoted(seen.response)}")
    answer, health = read_transcription(seen.response.body), read_status(seen.response.body)
    if health is not None and health.system_health in _ILL:
        return Outcome(seen, False, f"told of the health “{health.system_health}”")
    engine = read_engine(seen.response.body)
    if engine is not None and engine != "Connected":  # bad only where the same page says Connected elsewhere
        return Outcome(seen, False, f"told of the Engine “{engine}”")
    return Outcome(seen, True, words=answer.transcript if answer else None)


# What a replica says of itself that cannot serve; Degraded may.
_ILL = ("Initializing", "Critical")


_ENDED = {
    Ending.RESET: "was cut by a reset",
    Ending.CLOSED: "was closed without an answer",
    Ending.TIMED_OUT: "got no answer in time",
    Ending.BROKEN: "got bytes that are no HTTP",
    Ending.REFUSED: "was refused a connection",
}


def _streamed(seen: Upgrade, stream: Stream | None) -> Outcome:
    """An accepted upgrade is fine unless its stream broke off before a result."""
    if stream is None:
        return Outcome(seen, True)
    if any(message.kind in ("Results", "Metadata") for message in stream.heard):
        finals = [message.transcript for message in stream.heard if message.is_final]
        whole = any(message.kind == "Metadata" for message in stream.heard)
        return Outcome(seen, True, "", (stream.id,), " ".join(finals).strip() if whole and finals else None)
    if stream.closed_by in ("fin", "reset") or stream.close_code == 1011:
        code = f" with code {stream.close_code}" if stream.close_code else ""
        return Outcome(seen, False, f"was opened and broke off{code} before a result", (stream.id,))
    return Outcome(seen, True)


@settled
def _mixed(case: Case) -> tuple[Outcome, ...]:
    """The questions of those kinds that sometimes worked and sometimes failed."""
    kinds: dict[tuple[object, ...], list[Outcome]] = {}
    for kind, one in outcomes(case):
        if one.fine is not None:
            kinds.setdefault(kind, []).append(one)
    found: list[Outcome] = []
    for every in kinds.values():
        asked = _compared(every)
        working = {one.seen.address for one in asked if one.fine}
        # An address that never accepted a connection is dead, not unhealthy: that is told by its own cause.
        told = [
            one for one in asked if one.fine or one.seen.ending is not Ending.REFUSED or one.seen.address in working
        ]
        if working and not all(one.fine for one in told):
            found.extend(told)
    return tuple(found)


def _compared(asked: list[Outcome]) -> list[Outcome]:
    """The same audio is heard by some replicas and not by others: silence is a failure then. And a question that was
    given up sooner than others of its kind needed is none.
    """
    slowest = max((one.seconds for one in asked if one.fine), default=0.0)
    heard = any(one.words for one in asked)
    found = []
    for one in asked:
        if one.seen.ending is Ending.TIMED_OUT and one.seconds < 2 * slowest:
            continue
        silent = one.fine and one.words == "" and heard
        found.append(replace(one, fine=False, how="returned no words") if silent else one)
    return found


def _given_up_at_first(case: Case, asked: tuple[Outcome, ...]) -> bool:
    """Whether a proxy gave up waiting (504) as long as nothing of those kinds was served, and never after.

    That is a deployment that was slow to begin, as while a model loads, behind too little patience; no replica.
    """
    failed = [one for one in asked if not one.fine]
    fine = [one.began for one in asked if one.fine]
    waited = any(one.seen.status in TIMEOUTS for one in failed) and all(_given_up(case, one) for one in failed)
    return waited and max(one.began for one in failed) < min(fine, default=0.0)


def _given_up(case: Case, one: Outcome) -> bool:
    """A proxy's 504, or a stream that was cut after a silence."""
    streams = [below for id_ in one.also if isinstance(below := case.by_id(id_), Stream)]
    return one.seen.status in TIMEOUTS or (bool(streams) and all(map(cut_in_silence, streams)))


def _was_starting(asked: tuple[Outcome, ...]) -> bool:
    """Whether all that failed are status pages, and all of them came before any that was well was asked for."""
    failed = [one.seen for one in asked if not one.fine]
    pages = all(seen.request.path.endswith(("/status", "/status/engine")) for seen in failed)
    return pages and came_first(failed, (one.seen for one in asked if one.fine))


def _unhealthy(case: Case) -> Iterator[Match]:
    pattern = repeated.pattern(case)
    asked = _mixed(case) if pattern is None or pattern.kind != "clock" else ()  # what fails for a while is no replica
    if _given_up_at_first(case, asked):
        return
    failed = [one for one in asked if not one.fine]
    if not failed:
        return
    bad = {one.seen.address for one in failed}
    well = {one.seen.address for one in asked if one.fine}
    kinds = listed(dict.fromkeys(question(one.seen) for one in failed))
    ways = listed(list(dict.fromkeys(one.how for one in failed))[:3])
    clean = bool(bad) and not bad & well and len(well) > 0
    if clean:
        where = (
            f"{listed(sorted(bad))} failed each time ({len(failed)} of {len(failed)}), {listed(sorted(well))} answered"
        )
        says = f"Not every address works: {where}. What failed: {kinds} {ways}."
        sure = Confidence.CERTAIN if len(failed) > 1 else Confidence.LIKELY
    else:
        says = (
            f"{len(failed)} of {len(asked)} requests of the same kinds failed and the others worked, so it fails now "
            f"and then. What failed: {kinds} {ways}."
        )
        sure = Confidence.LIKELY if len(failed) > 1 else Confidence.POSSIBLE
    if _was_starting(asked):
        says = f"{says} All that failed came first: it may also be one container that has got well since."
        sure = Confidence.POSSIBLE
    if pattern is not None:
        says, sure = f"{says} It failed {pattern.says}{pattern.means}.", Confidence.CERTAIN
    facts = {"bad_address": min(bad)} if clean and len(bad) == 1 and "" not in bad else {}
    ids = tuple(dict.fromkeys(id_ for one in (*failed, *asked) for id_ in (one.seen.id, *one.also)))
    yield Match(
        says,
        ids,
        checks_of((one.seen for one in failed), "replicas"),
        sure,
        facts,
        detail=f"{len(failed)}/{len(asked)} failed",
        severity=Severity.WARNING if _pages_alone(case, failed) else None,
    )


def _pages_alone(case: Case, failed: list[Outcome]) -> bool:
    """Whether only pages about the deployment got no answer in time, while speech was served as often as it was asked
    for: no failure for who only wants speech.
    """
    late = all(one.seen.ending is Ending.TIMED_OUT and one.seen.request.method == "GET" for one in failed)
    pages = late and not any(isinstance(one.seen, Upgrade) for one in failed)
    speech = [one for _, one in outcomes(case) if one.seen.request.path.endswith("/listen") and one.fine is not None]
    return pages and len(speech) >= _OFTEN and all(one.fine for one in speech)


def _status(seen: Wire) -> str:
    return status_words(seen.response) if seen.response else "no answer"


REPLICAS = (
    Cause(
        code="DG5010",
        cause="replica_unhealthy",
        title="One of several replicas fails, so requests fail now and then",
        explanation=(
            "The same question was asked on several connections; most were answered and some failed. Behind a load "
            "balancer that means one bad replica: its share of the connections fails whatever the client does, and a "
            "retry often helps, which hides it. Take the replica out or mend it, and let the load balancer's health "
            "check ask what matters: GET /v1/status/engine must say Connected."
        ),
        told_apart=(
            "The same kind of request worked on other connections of this run. An address that refuses every "
            "connection is partial_addresses_dead; refusals for the model are models_differ_between_replicas; 429, "
            "and nginx's own page with 503, are http_rate_limited."
        ),
        remedies=(
            Remedy("Ask the failing address alone", "dgcheck run {base} --resolve {host}={bad_address}"),
            Remedy(
                "Find the pod that is not ready or restarts, and read its log",
                "kubectl -n dg-self-hosted get pods -l app=deepgram-api -o wide",
                "helm",
            ),
            Remedy("Find the container that restarts, and read its log", "docker compose ps --all", "compose"),
            Remedy(
                "Let the front test its backends",
                'option httpchk GET /v1/status/engine\nhttp-check expect string "Connected"',
                "haproxy",
            ),
            Remedy(
                "Let nginx pass over a backend that failed (put it into the location); a POST is repeated only with "
                "non_idempotent",
                "proxy_next_upstream error timeout http_500 http_502 http_503 http_504 non_idempotent;",
                "nginx",
            ),
            Remedy("Set the target group's health check to the path /v1/status with success code 200", place="alb"),
        ),
        explains=(
            "intermittent",
            "http_server_error",
            "http_bad_gateway",
            "http_unavailable",
            "http_gateway_timeout",
            "http_stalled",
            "http_bad_response",
            "http_redirect",
            "http_not_found",
            "http_method_not_allowed",
            "tcp_reset",
            "tcp_closed_early",
            "engine_disconnected",
            "engine_initializing",
            "transcript_empty",
            "ws_upgrade_rejected",
            "ws_upgrade_not_forwarded",
            "ws_subprotocol",
            "ws_closed_early",
            "ws_no_results",
            "ws_bad_accept",
        ),
        heals=Heals.SOON,
        when=_unhealthy,
        source="failure catalogue row 63",
    ),
)
