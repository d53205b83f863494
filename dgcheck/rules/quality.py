"""DG6001-DG6003: everything works, and yet: no words, other words, slow answers."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy, Severity
from dgcheck.model.evidence import Exchange, Heard, Phase, Stream, Upgrade, Wire
from dgcheck.model.record import dataclass
from dgcheck.readings.answers import waited
from dgcheck.readings.remote import from_here, given
from dgcheck.readings.slowness import (
    answer_time,
    late,
    quick_again,
    slow_again,
    slow_posts,
    slow_streams,
    slow_upgrades,
)
from dgcheck.readings.telling import listed, question, seconds
from dgcheck.rules.shared.also import also
from dgcheck.wire.results import read_transcription
from dgcheck.wire.wanted import wanted

MOST_WRONG = 0.5  # share of wrong words from which it is told


@dataclass(frozen=True, slots=True)
class Listened:
    """What came back for words that are known: the transcript, the words, and the way in words (`POST /v1/listen`)."""

    transcript: str
    words: str
    check: str
    evidence: tuple[str, ...]
    way: str


def heard(case: Case) -> Iterator[Listened]:
    """Every request that was answered, where the words may be judged: they are known, and the request was in the
    audio's language. Words that a person gave (--expect) are in the language that the person asked for."""
    for fetched in (given(case), from_here(case)):
        answer = fetched and fetched.worked and read_transcription(fetched.seen.response.body)  # type: ignore[union-attr]
        if fetched and answer and fetched.words.strip() and _in_its_language(case, fetched.seen):
            way = f"the POST with the address of {'the audio' if fetched.served is None else 'dgcheck’s own clip'}"
            yield Listened(answer.transcript, fetched.words, "rest.url", (fetched.seen.id,), way)
    if not case.words.strip():
        return
    last = {seen.request.target: seen for seen in case.of(Exchange, "rest")}
    for seen in last.values():
        answer = read_transcription(seen.response.body) if seen.response and seen.status == 200 else None
        if answer is not None and _in_its_language(case, seen):
            yield Listened(answer.transcript, case.words, "rest", (seen.id,), question(seen))
    for stream in case.of(Stream, "ws.stream"):
        asked = case.by_id(stream.upgrade)
        finals = [one for one in stream.heard if one.kind == "Results" and one.is_final]
        whole = any(one.kind == "Metadata" for one in stream.heard) or stream.close_code in (1000, 1005)
        if isinstance(asked, Upgrade) and _in_its_language(case, asked) and finals and whole:
            yield Listened(_spoken(finals), case.words, "ws.stream", (stream.id,), "the stream")


def _spoken(finals: list[Heard]) -> str:
    return " ".join(text for text in (one.transcript.strip() for one in finals) if text)


def _in_its_language(case: Case, seen: Wire) -> bool:
    if not case.audio_language:
        return True  # a recording of the person's own
    asked = wanted(seen).language or "en"
    return asked.lower().partition("-")[0] == case.audio_language.lower().partition("-")[0]


def _empty(case: Case) -> Iterator[Match]:
    silent = [one for one in heard(case) if not one.transcript]
    if not silent:
        return
    ways = listed(dict.fromkeys(one.way for one in silent))
    fine = listed(dict.fromkeys(one.way for one in heard(case) if one.transcript))
    meanwhile = f" Meanwhile {fine} returned words." if fine else ""
    says = f"{ways[0].upper()}{ways[1:]} succeeded, but the transcript of “{silent[0].words}” is empty.{meanwhile}"
    ids = tuple(one for each in silent for one in each.evidence)
    yield Match(says, ids, tuple(dict.fromkeys(one.check for one in silent)))


def _mismatch(case: Case) -> Iterator[Match]:
    from dgcheck.wire.words import error_rate

    wrong = [one for one in heard(case) if one.transcript and error_rate(one.words, one.transcript) > MOST_WRONG]
    if not wrong:
        return
    first = wrong[0]
    rate = error_rate(first.words, first.transcript)
    says = (
        f"{first.way[0].upper()}{first.way[1:]} returned “{first.transcript[:120]}” for “{first.words}”: "
        f"{min(rate, 9.99):.0%} of the words are wrong."
    )
    ids = tuple(one for each in wrong for one in each.evidence)
    facts = {"heard": first.transcript[:120]}
    yield Match(says, ids, tuple(dict.fromkeys(one.check for one in wrong)), facts=facts)


def _slow(case: Case) -> Iterator[Match]:
    told = list(_slow_things(case))
    if not told:
        return
    first = listed(words for words, _, _ in told)
    says = f"{first[0].upper()}{first[1:]}; more than {seconds(case.settings.slow)} is called slow (--slow)."
    ids, checks = tuple(one for _, one, _ in told), tuple(dict.fromkeys(check for _, _, check in told))
    quick = quick_again(case)
    if quick is None or slow_again(case):
        yield Match(says, ids, checks)
        return
    # Loading a model at the first request is no fault, and waiting has mended it.
    says += f" When it was asked again, {_took(quick)}, so the first request probably loaded the model."
    yield Match(says, (*ids, quick.id), checks, Confidence.LIKELY, severity=Severity.INFO)


def _took(quick: Exchange | Upgrade | Stream) -> str:
    if isinstance(quick, Stream):
        return f"a stream was over within {seconds(late(quick) or 0.0)}"
    took = answer_time(quick) if isinstance(quick, Exchange) else waited(quick)
    return f"{question(quick)} took {seconds(took or 0.0)}"


def _slow_things(case: Case) -> Iterator[tuple[str, str, str]]:
    """(words, evidence, check) for the first slow POST, upgrade and stream."""
    for post in slow_posts(case)[:1]:
        yield f"{question(post)} took {seconds(answer_time(post) or 0.0)}, {_longest(post.phases)}", post.id, "rest"
    for upgrade in slow_upgrades(case)[:1]:
        yield f"{question(upgrade)} was answered after {seconds(waited(upgrade) or 0.0)}", upgrade.id, "ws.upgrade"
    for stream in slow_streams(case)[:1]:
        closed = (stream.close_sent_at or 0.0) > (stream.audio_sent_at or 0.0)
        since = "CloseStream" if closed else "the last audio"
        words = f"the last result of a stream came {seconds(late(stream) or 0.0)} after {since}"
        yield words, stream.id, "ws.stream"


def _longest(phases: tuple[Phase, ...]) -> str:
    """The phase that took most, in words."""
    words = {
        "request": "sending the audio",
        "first_byte": "waiting for the first byte of the answer",
        "transfer": "receiving the answer",
    }
    own = [one for one in phases if one.name in words]
    longest = max(own, key=lambda one: one.seconds)
    return f"{seconds(longest.seconds)} of it {words[longest.name]}"


FAMILY = (
    Cause(
        code="DG6001",
        cause="transcript_empty",
        title="Real speech comes back without a word",
        explanation=(
            "The request succeeds and the transcript is empty, although the audio holds clear speech. Audio that is "
            "decoded with a wrong sample rate or encoding becomes noise in which nothing is heard; a model for "
            "another language hears nothing; an Engine in trouble may return nothing. Where only the stream is "
            "empty, audio was changed or lost on the way."
        ),
        told_apart=(
            "The words of the audio are known and were asked for in their own language. No result at all is "
            "ws_no_results, audio that never arrived audio_not_received, other words transcript_mismatch."
        ),
        remedies=(
            Remedy(
                "Try the clip that comes with dgcheck, which every model understands",
                "dgcheck run {base} --model {model}",
            ),
            Remedy(
                "With audio of your own, state its form: raw audio needs encoding and sample_rate, a file with a "
                "header must not have them"
            ),
            Remedy(
                "Look at the Engine's log for the request, and whether it has its GPU",
                "docker compose logs --since 10m engine | tail -50; docker compose exec engine nvidia-smi",
                "compose",
            ),
            Remedy(
                "Look at the Engine's log for the request, and whether it has its GPU",
                "kubectl -n dg-self-hosted logs deploy/deepgram-engine --since 10m | tail -50; "
                "kubectl -n dg-self-hosted exec deploy/deepgram-engine -- nvidia-smi",
                "helm",
            ),
        ),
        when=also(_empty, "transcript_empty"),
        source="failure catalogue rows 117 and 118",
    ),
    Cause(
        code="DG6002",
        cause="transcript_mismatch",
        title="The words that come back are not the ones that were spoken",
        explanation=(
            "The transcript differs from the known words in more than half of them. One or two other words are "
            "ordinary; so many point at audio that is damaged on the way or declared with a wrong sample rate, or "
            "at a model for another language or purpose."
        ),
        told_apart="Measured as word error rate, only in the clip's own language and only where its words are known.",
        remedies=(
            Remedy("Try a general model", "dgcheck run {base} --model nova-3"),
            Remedy("With audio of your own, check --expect, encoding and sample rate"),
        ),
        severity=Severity.WARNING,
        when=also(_mismatch, "transcript_mismatch"),
        source="word error rate against the words of the clip",
    ),
    Cause(
        code="DG6003",
        cause="slow_response",
        title="Everything works, but slowly",
        explanation=(
            "The answer came later than --slow allows (5 s for the bundled clip). Most often the Engine runs on the "
            "CPU, because it found no GPU; or it is loaded to its limit; or retries hide an Engine that fails (the "
            "API tries again after 2 s, 3.2 s, 5.1 s…). A first request may be slow because it loads its model: "
            "where a second one is fast, nothing is wrong."
        ),
        told_apart=(
            "The phases of the slow question say where the time went; a second question tells a cold model apart."
        ),
        remedies=(
            Remedy(
                "See whether the Engine uses the GPU: the log must not say `Using devices: CPU`",
                "docker compose logs engine | grep -E 'Using devices|half_precision'; "
                "docker compose exec engine nvidia-smi",
                "compose",
            ),
            Remedy(
                "See whether the Engine uses the GPU: the log must not say `Using devices: CPU`",
                "kubectl -n dg-self-hosted logs deploy/deepgram-engine | grep -E 'Using devices|half_precision'",
                "helm",
            ),
            Remedy(
                "Refuse to run without a GPU: `[health] gpu_required = true` in engine.toml (Helm: "
                "`engine.health.gpuRequired: true`)"
            ),
            Remedy("See how much is going on", "curl -s {base}/v1/status"),
            Remedy("Load the models at the start: section [preload_models] in engine.toml"),
        ),
        severity=Severity.WARNING,
        heals=Heals.SOON,
        when=_slow,
        source="self-hosted-resources common/standard_deploy/engine.toml, diagnostics/dg_log_parser.sh",
    ),
)
