"""DG5040 to DG5042 and DG6040 to DG6042: what can be wrong with voices, Flux and the voice agent alone.

What is told of /v1/listen too (a model that is missing, an answer that is cut off...) stands with its own family.
"""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Match, Remedy, Severity
from dgcheck.model.evidence import Exchange, Seen, Stream, Upgrade
from dgcheck.model.sound import Sound
from dgcheck.readings import further
from dgcheck.readings.further import Talk
from dgcheck.readings.telling import path_of, question, questions, seconds, signer, status_words, writer
from dgcheck.rules.shared.further import words_of
from dgcheck.rules.shared.further_switches import switches
from dgcheck.wire import endpoint
from dgcheck.wire.who import signed


def _off(case: Case) -> Iterator[Match]:
    for check in endpoint.CHECKS:
        found = [seen for seen in further.off(case) if seen.check == check]
        if found and found[0].response is not None:
            answer = found[0].response
            says = f"{questions(found)} got {status_words(answer)} from {writer(answer)}: it is not served here."
            ids = tuple(seen.id for seen in found)
            yield Match(says, ids, (check,), remedies=switches(found[0]), facts={"path": path_of(found[0])})


def _settings_refused(case: Case) -> Iterator[Match]:
    for talk in further.talks(case):
        if talk.upgrade.check == "agent" and talk.fate == "error":
            says = (
                f"The voice agent answered dgcheck's Settings with {words_of(talk)}. They name models that are listed "
                f"here, and gpt-4o-mini of open_ai as language model, which was not reached."
            )
            yield _of_talk(talk, says, _weight(case, words_of(talk)))


def _weight(case: Case, words: str) -> Severity | None:
    """An error where the agent was asked for; less where it is the language model, which dgcheck chose by itself."""
    if not further.asked(case, "agent"):
        return Severity.INFO
    ours = any(word in words.lower() for word in ("think", "llm", "language model", "open_ai", "openai", "gpt"))
    return Severity.WARNING if ours else None


def _of_talk(talk: Talk, says: str, severity: Severity | None = None) -> Match:
    return Match(says, (talk.stream.id, talk.upgrade.id), (talk.upgrade.check,), severity=severity)


# -- voices ----------------------------------------------------------------------------------------------------------


def _other_voice(case: Case) -> Iterator[Match]:
    for seen in case.of(Exchange, "speak"):
        wanted, answer = further.model_of(seen).lower(), seen.response
        told = answer.header("dg-model-name").lower() if answer is not None and seen.status == 200 else ""
        if told and "-" in wanted and wanted.startswith(("aura", "flux")) and told not in wanted and wanted not in told:
            says = f"{question(seen)} asked for {wanted}, and the answer says that {told[:60]} spoke."
            yield Match(says, (seen.id,), ("speak",), facts={"model": wanted})


def _silent(case: Case) -> Iterator[Match]:
    for sound in case.of(Sound, "speak"):
        empty = not sound.size
        if not (empty or sound.silent) or not sound.words:
            continue
        seen = case.by_id(sound.heard_in)
        if isinstance(seen, Exchange) and not further.served(seen):
            continue  # it broke off, which is told
        way = question(seen) if isinstance(seen, Exchange) else f"a socket of {_socket(case, seen)}"
        what = "without a byte of audio" if empty else f"with {seconds(sound.lasts or 0.0)} of audio that is silent"
        says = f"{sound.voice} was to say {sound.words} words, and {way} answered {what}."
        yield Match(says, (sound.id, sound.heard_in), ("speak",), facts={"model": sound.voice})
    for talk in further.talks(case):
        mute = talk.upgrade.check == "speak" and not talk.fate and not any(_audio(talk.stream))
        if mute and talk.stream.heard:
            last, path = further.spoken_by(talk.upgrade), path_of(talk.upgrade)
            says = f"On a socket of {path} the text was flushed, and {last} came without any audio."
            yield _of_talk(talk, says)


def _socket(case: Case, stream: Seen | None) -> str:
    opened = case.by_id(stream.upgrade) if isinstance(stream, Stream) else None
    return path_of(opened) if isinstance(opened, Upgrade) else endpoint.SPEAK


def _audio(stream: Stream) -> list[float]:
    return [one.at for one in stream.heard if one.kind == "binary"]


def _buffered(case: Case) -> Iterator[Match]:
    post = next((seen for seen in case.of(Exchange, "speak") if not further.is_loop(seen) and seen.status == 200), None)
    sound = further.sound_of(case, post) if post else None
    if post is None or sound is None or not further.served(post) or not further.all_at_once(case, post):
        return
    first, rest = sound.first_after or 0.0, (sound.all_after or 0.0) - (sound.first_after or 0.0)
    held = f"The audio of {question(post)} began after {seconds(first)} and was all there {seconds(rest)} later"
    who = signer(post.response) or (f" through {signed(post.response)}" if signed(post.response) else "")
    proof = _by_socket(case, sound.voice, first) or _by_length(case, first)
    if proof is not None:
        why, ids = proof
        says = f"{held}. {why} So something on the way{who} collects the audio before it passes any on."
        yield Match(says, (post.id, sound.id, *ids), ("speak",), Confidence.LIKELY)
    elif who:
        says = f"{held}{who}: a proxy that collects answers looks so, and so does a deployment that is slow to begin."
        yield Match(says, (post.id, sound.id), ("speak",), Confidence.POSSIBLE)


def _by_socket(case: Case, voice: str, first: float) -> tuple[str, tuple[str, ...]] | None:
    """A socket on which the same text was spoken piece by piece, the last of them when the POST's first byte came."""
    sound = further.streamed(case, voice)
    if sound is None or sound.first_after is None or sound.all_after is None:
        return None
    if not 0.7 * sound.all_after <= first <= 1.5 * sound.all_after + 0.1:
        return None
    begun, ended = seconds(max(0.0, sound.first_after)), seconds(sound.all_after)
    return f"On a WebSocket the same text began after {begun} and ended after {ended}.", (sound.id, sound.heard_in)


def _by_length(case: Case, first: float) -> tuple[str, tuple[str, ...]] | None:
    """A shorter text that began sooner in proportion, and the same text as late as before."""
    tried = [one for one in case.of(Sound, "speak", further.AGAIN) if one.first_after is not None and one.size]
    if len(tried) < 2 or not tried[1].words:
        return None
    share = tried[0].words / tried[1].words
    brief, same = tried[0].first_after or 0.0, tried[1].first_after or 0.0
    if not 0.5 * share <= brief / first <= 1.5 * share or not 0.7 <= same / first <= 1.4:
        return None
    ids = tuple(one for sound in tried[:2] for one in (sound.id, sound.heard_in))
    return f"A text of {share:.0%} the length began after {seconds(brief)}.", ids


# -- turns -----------------------------------------------------------------------------------------------------------


def _endless(case: Case) -> Iterator[Match]:
    for talk in further.talks(case):
        found = further.turns(talk.stream)
        quiet = (talk.stream.close_sent_at or 0.0) - (talk.stream.audio_sent_at or 0.0)
        if talk.upgrade.check != "flux" or talk.fate or any(one.is_final for one in found) or quiet < 5.5:
            continue
        if found and further.heard(talk.stream):
            says = (
                f"Flux heard “{further.heard(talk.stream)[:120]}”, and {seconds(quiet)} of silence later no EndOfTurn "
                f"had come; by default a turn ends after 5 s at the latest."
            )
            yield _of_talk(talk, says)


FAMILY = (
    Cause(
        code="DG5040",
        cause="endpoint_off",
        title="An endpoint is switched off",
        explanation=(
            "The deployment lists models for this endpoint, and answers as if there were none. Text to speech needs a "
            "voice, its stream `speak_streaming`; Flux voices need `speak_v2`, their stream `speak_v2_streaming`; "
            "/v2/listen needs `listen_v2` and an Engine with Flux; the voice agent needs Engines for speech and for "
            "voices. Nobody asked for it in this run, so it is no failure: what is switched off need not work."
        ),
        told_apart=(
            "Asked for by --model or --only, the same answer is a failure, http_not_found or http_method_not_allowed."
        ),
        remedies=(Remedy("Leave it, where nobody uses it; to test it in earnest, ask for it by --only or --model"),),
        severity=Severity.INFO,
        when=_off,
        source="Deepgram's api.toml: [features]; deploy pages of Flux, Aura and the voice agent",
    ),
    Cause(
        code="DG5041",
        cause="agent_settings_refused",
        title="The voice agent refuses its settings",
        explanation=(
            "/v1/agent/converse opened and answered the Settings message with an Error in place of SettingsApplied. "
            "The settings name models for listening and speaking and a language model; one that is not installed, or "
            "a provider for which the deployment has no key, is refused so. dgcheck's own settings name models that "
            "are listed; your application's are other ones, so read the words.\n\n"
            "A language model at a private or plain-http address is refused unless `allow_nonpublic_endpoints` and "
            "`allow_insecure_endpoints` under [voice_agent] in api.toml allow it."
        ),
        told_apart=(
            "The server said Error on the open socket. A socket that ends without one is ws_closed_early, an endpoint "
            "that is switched off http_not_found."
        ),
        remedies=(
            Remedy("See which models are listed", "curl -s {base}/v1/models"),
            Remedy(
                "Give the API container the key of the language model's provider, and restart it",
                "OPENAI_API_KEY=...",
                "compose",
            ),
            Remedy(
                "See how the agent's providers are set",
                "kubectl -n dg-self-hosted get configmap deepgram-api-config -o yaml | grep -A20 voice_agent",
                "helm",
            ),
        ),
        explains=("ws_closed_early",),
        when=_settings_refused,
        source="Deepgram's API specification, messages of /v1/agent/converse; api.toml [voice_agent]",
    ),
    Cause(
        code="DG5042",
        cause="voice_differs",
        title="Another voice speaks than was asked for",
        explanation=(
            "The answer's header dg-model-name names another voice than the request did. Something on the way changes "
            "the query, or serves answers that it kept for another request."
        ),
        told_apart="By dg-model-name; an answer without that header says nothing.",
        remedies=(
            Remedy("See whether a proxy drops or rewrites the query of these requests, or caches their answers"),
            Remedy("Ask the deployment past the proxy", "dgcheck run http://API_HOST:8080 --model {model}"),
        ),
        severity=Severity.WARNING,
        when=_other_voice,
        source="developers.deepgram.com/docs/text-to-speech, headers of the answer",
    ),
    Cause(
        code="DG6040",
        cause="speech_silent",
        title="Text to speech answers without a sound",
        explanation=(
            "The request for speech succeeded, and there is nothing to hear: no audio at all, or samples that are all "
            "silent. Text without anything that can be spoken is answered with empty audio, but dgcheck's text has "
            "plain words. So the Engine made nothing of it: the generator's file may be missing or of another "
            "release than the voice pack, or the Engine is older than the API."
        ),
        told_apart=(
            "Audio that breaks off, or that is no audio, is http_bad_response; a refused voice is model_missing. MP3 "
            "and other compressed audio is not listened to, so its silence is seen only when it is transcribed."
        ),
        remedies=(
            Remedy(
                "Look for both files of the voice, and for what the Engine says when it speaks",
                "docker compose logs engine | grep -iE 'aura|voice|tts|error' | tail -40",
                "compose",
            ),
            Remedy(
                "Look for both files of the voice, and for what the Engine says when it speaks",
                "kubectl -n dg-self-hosted logs deploy/deepgram-engine | grep -iE 'aura|voice|tts|error' | tail -40",
                "helm",
            ),
            Remedy("Upgrade the Engine before the API: a new API with an old Engine makes speech fail"),
        ),
        explains=("transcript_empty", "transcript_mismatch"),
        when=_silent,
        source="Deepgram's changelog of 2024-07-25 and 2026-01-15; deploy page of text to speech",
    ),
    Cause(
        code="DG6041",
        cause="speech_buffered",
        title="Speech is held back until all of it is there",
        explanation=(
            "/v1/speak sends audio while it is still being made, so that a caller hears the first word at once. Here "
            "the first byte came only with the last: something on the way collects the answer before it passes it "
            "on. People who wait for an answer hear a pause as long as the whole sentence takes to be made."
        ),
        told_apart=(
            "The same text on a WebSocket came piece by piece in the same time; or a shorter text began sooner in "
            "proportion to its length, and the same text as late as before. A slow deployment is slow on both; a "
            "first request that loads the voice is slow once."
        ),
        remedies=(
            Remedy(
                "Do not buffer this location, and ask the deployment by HTTP/1.1, so that its chunks are seen",
                "proxy_buffering off;\nproxy_http_version 1.1;",
                place="nginx",
            ),
            Remedy(
                "Do not buffer this ingress",
                'kubectl annotate ingress INGRESS nginx.ingress.kubernetes.io/proxy-buffering="off" --overwrite',
                place="ingress-nginx",
            ),
            Remedy("Take the buffer filter off this route", place="envoy"),
            Remedy("Pass on what comes at once", "flush_interval -1", place="caddy"),
            Remedy("Take the buffering and compress middlewares off this router", place="traefik"),
            Remedy(
                "Ask the deployment past the proxy: its first byte comes sooner", "dgcheck run http://API_HOST:8080"
            ),
        ),
        severity=Severity.WARNING,
        when=_buffered,
        source="self-hosted failure catalogue: response buffering",
    ),
    Cause(
        code="DG6042",
        cause="turn_not_ended",
        title="Flux hears the words and never ends the turn",
        explanation=(
            "TurnInfo events with the words came, and no EndOfTurn, although silence followed for longer than a turn "
            "may stay open by default (eot_timeout_ms, 5 s). An application that answers at the end of a turn waits "
            "for ever. The silence may not have reached the deployment: a proxy that collects small messages, or one "
            "that drops them."
        ),
        told_apart="The words came; without any TurnInfo it is ws_no_results. An end without a status code is normal.",
        remedies=(
            Remedy("Ask the deployment past the proxy: if the turn ends there, it is the proxy"),
            Remedy("See whether the application sets eot_threshold or eot_timeout_ms higher than it waits"),
            Remedy(
                "See whether the Engine keeps up: engine_flux_cursor_latency_seconds",
                "curl -s http://ENGINE:9991/metrics",
            ),
        ),
        severity=Severity.WARNING,
        when=_endless,
        source="Deepgram's API specification of /v2/listen: eot_timeout_ms",
    ),
)
