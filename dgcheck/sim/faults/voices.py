"""Text to speech: switched off, mute, cut off, misheard, held back."""

from __future__ import annotations

from collections.abc import Callable

from dgcheck.model.record import replace
from dgcheck.sim import tones
from dgcheck.sim.asked import Asked, Reply, Say
from dgcheck.sim.core import Effect
from dgcheck.sim.edited import edited, instead_of, on
from dgcheck.sim.faults import pages
from dgcheck.sim.faults.fault import Fault, always
from dgcheck.sim.faults.service import deploys
from dgcheck.sim.speak import PIECES

VOICE = ("--model", "aura-2-thalia-en")
OTHER_WORDS = "The green boat sails slowly over a quiet lake while nobody looks at it from the hills."


def on_speak(asked: Asked) -> bool:
    """POST /v1/speak."""
    return asked.method == "POST" and asked.path.endswith("/v1/speak")


def spoken(change: Callable[[Reply], Reply]) -> Callable[[float], Effect]:
    """For a fault in the audio that a POST is answered with."""

    def alter(asked: Asked, reply: Reply) -> Reply:
        return change(reply) if on_speak(asked) and reply.status == 200 else reply

    return always(Effect(alter=alter))


def _silent(reply: Reply) -> Reply:
    return replace(reply, body=reply.body[:44] + bytes(len(reply.body) - 44))


def _speak() -> tuple[Fault, ...]:
    return (
        Fault(
            name="speak_off",
            says="a voice is asked for and /v1/speak is not served",
            causes=("http_not_found",),
            resembles=("model_missing", "wrong_service", "ws_upgrade_rejected", "url_path_wrong"),
            run=VOICE,
            makes=always(deploys(speak=False, speak_streaming=False)),
        ),
        Fault(
            name="speak_stream_off",
            says="a voice is asked for and speak_streaming is off",
            causes=("http_not_found",),
            resembles=("ws_upgrade_not_forwarded", "model_missing"),
            run=VOICE,
            makes=always(deploys(speak_streaming=False)),
        ),
        Fault(
            name="speak_method",
            says="a voice is asked for and POST is not allowed at /v1/speak",
            causes=("http_method_not_allowed",),
            resembles=("http_not_found", "model_missing"),
            run=(*VOICE[:1], f"{VOICE[1]}=rest"),
            makes=always(Effect(instead=pages.instead(pages.bare(405), on_speak))),
        ),
        Fault(
            name="speak_unknown_voice",
            says="a voice that is not installed is asked for",
            causes=("model_missing",),
            resembles=("model_misspelt", "model_wrong_endpoint", "bad_parameter", "ws_upgrade_rejected"),
            run=("--model", "aura-2-zeus-en"),
            makes=always(Effect()),
        ),
        Fault(
            name="speak_misspelt_voice",
            says="the name of the voice is misspelt",
            causes=("model_misspelt",),
            resembles=("model_missing",),
            run=("--model", "aura-2-tahlia-en"),
            makes=always(Effect()),
        ),
        Fault(
            name="speak_half_a_voice",
            says="the voice is listed, and refused: half of its files are missing",
            causes=("model_missing",),
            resembles=("model_misspelt", "model_wrong_endpoint"),
            run=VOICE,
            makes=always(Effect(instead=pages.instead(_no_voice, _speaks))),
        ),
        Fault(
            name="speak_cut",
            says="the audio of /v1/speak breaks off in the middle",
            causes=("http_bad_response",),
            resembles=("speech_silent", "transcript_mismatch", "tcp_reset"),
            run=VOICE,
            makes=spoken(
                lambda reply: replace(reply, framing="length", piece=0, cut=len(reply.body) // 2, ending="reset")
            ),
        ),
        Fault(
            name="speak_page",
            says="/v1/speak is answered with a page",
            causes=("http_bad_response",),
            resembles=("speech_silent", "wrong_service"),
            run=VOICE,
            makes=spoken(lambda _: pages.answer(200, "<!doctype html><title>Hello</title>", "text/html", "")),
        ),
        Fault(
            name="speak_silent",
            says="what /v1/speak answers is silence",
            causes=("speech_silent",),
            resembles=("transcript_empty", "http_bad_response"),
            run=VOICE,
            makes=spoken(_silent),
        ),
        Fault(
            name="speak_empty",
            says="/v1/speak answers 200 without audio",
            causes=("speech_silent",),
            resembles=("http_bad_response", "transcript_empty"),
            run=VOICE,
            makes=spoken(lambda reply: replace(reply, body=b"")),
        ),
        Fault(
            name="speak_buffered",
            says="a proxy collects the audio of /v1/speak before it passes it on",
            causes=("speech_buffered",),
            resembles=("slow_response", "ws_buffered"),
            value=1.0,
            unit="seconds that speaking takes",
            run=VOICE,
            makes=lambda takes: replace(
                spoken(lambda reply: replace(reply, wait=reply.drip * PIECES, drip=0.0, piece=0))(0.0),
                deploy=lambda deployment: replace(deployment, voice_takes=takes),
            ),
        ),
        Fault(
            name="speak_other_words",
            says="the voice says other words than it was given",
            causes=("transcript_mismatch",),
            resembles=("speech_silent", "http_bad_response"),
            run=VOICE,
            makes=spoken(
                lambda reply: replace(reply, body=tones.wav(tones.spoken(OTHER_WORDS, 24000), "linear16", 24000))
            ),
        ),
        Fault(
            name="speak_not_understood",
            says="what it speaks is transcribed without a word",
            causes=("transcript_empty",),
            resembles=("speech_silent",),
            run=VOICE,
            makes=always(deploys(deaf_to=frozenset({"batch"}))),
        ),
        Fault(
            name="speak_other_voice",
            says="another voice speaks than was asked for",
            causes=("voice_differs",),
            resembles=("model_missing",),
            run=VOICE,
            makes=spoken(lambda reply: reply.having("dg-model-name", "aura-2-zeus-en")),
        ),
        Fault(
            name="speak_socket_cut",
            says="the stream of /v1/speak is cut within its audio",
            causes=("ws_closed_early",),
            resembles=("speech_silent", "ws_no_results"),
            run=VOICE,
            makes=on("/v1/speak", edited(instead_of("binary", Say("fin")))),
        ),
        Fault(
            name="speak_socket_error",
            says="the stream of /v1/speak is closed with 1011, NET-0000",
            causes=("ws_closed_early",),
            resembles=("audio_not_received", "ws_no_results"),
            run=VOICE,
            makes=on("/v1/speak", edited(instead_of("binary", Say("close", "NET-0000 internal", code=1011)))),
        ),
    )


def _speaks(asked: Asked) -> bool:
    return asked.path.endswith("/v1/speak")


def _no_voice(_: Asked) -> Reply:
    return pages.deepgram(400, "Bad Request", "Bad Request: No such model/version combination found.")


FAULTS = _speak()
