"""DG3016: audio that the deployment cannot decode."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Heals, Match, Remedy
from dgcheck.model.evidence import Exchange, Stream, Wire
from dgcheck.readings.answers import posts, rest_works, streams
from dgcheck.readings.telling import checks_of, question, quoted, seconds, upper, writer
from dgcheck.rules.shared.also import also
from dgcheck.wire.close import close_words, read_close
from dgcheck.wire.refusal import WITHOUT_ENCODING, read_refusal


def _ids(*found: Wire | Stream) -> tuple[str, ...]:
    return tuple(dict.fromkeys(seen.id for seen in found))


def _audio(case: Case) -> Iterator[Match]:
    refused = [seen for seen in posts(case) if seen.status == 400 and read_refusal(seen.response).about == "audio"]
    closed = [
        stream
        for stream, _ in streams(case)
        if read_close(stream.close_code, stream.close_reason).token.startswith("DATA")
    ]
    if not refused and not closed:
        return
    parts: list[str] = []
    if refused:
        parts.append(
            f"{upper(writer(refused[0].response))} answered 400 to {question(refused[0])}{quoted(refused[0].response)}."
        )
    if closed:
        lived = seconds(closed[0].ended_at - closed[0].opened_at)
        parts.append(
            f"The stream was closed after {lived} with {close_words(closed[0].close_code, closed[0].close_reason)}."
        )
    parts.append(_sent(case, refused, closed))
    healed = case.first(Exchange, "rest", WITHOUT_ENCODING)
    facts: dict[str, str] = {}
    if healed is not None and healed.status == 200 and refused:
        declared = dict(refused[0].request.query).get("encoding", "")
        parts.append(f"Without encoding={declared} the same file is transcribed: it says itself what it is.")
        facts["declared"] = declared
    if not case.settings.audio_file:
        facts["clip"] = "dgcheck's own clip"
    found: list[Wire | Stream] = [*refused, *closed]
    checks = checks_of(found)
    yield Match(" ".join(parts), _ids(*found, *([healed] if healed else [])), checks, facts=facts)


def _sent(case: Case, refused: list[Exchange], closed: list[Stream]) -> str:
    """What was sent, and what that tells."""
    if refused:
        kind = next((value for name, value in refused[0].request.headers if name.lower() == "content-type"), "")
        declared = [
            f"{name}={value}" for name, value in refused[0].request.query if name in ("encoding", "sample_rate")
        ]
        what = f"{refused[0].request.body_bytes} bytes of {kind or 'audio'} were sent" + (
            f" as {' '.join(declared)}" if declared else " without encoding or sample rate"
        )
    else:
        what = f"{closed[0].sent_bytes} bytes were sent in {closed[0].sent_messages} messages"
        if rest_works(case):
            what += ", and a POST of the same speech is transcribed"
    own = (
        ""
        if case.settings.audio_file
        else "; dgcheck's own clip is good audio, so something on the way changes the body, its type or the query"
    )
    return f"{what}{own}."


FAMILY = (
    Cause(
        code="DG3016",
        cause="audio_undecodable",
        title="The server cannot decode the audio",
        explanation=(
            "The request reached the deployment, and what arrived as audio is none that it can read. Raw audio "
            "needs `encoding` and `sample_rate`, and they must be true; audio in a container (WAV, Ogg, WebM, MP3) "
            "says it itself, and declaring an encoding for it makes good audio undecodable. An empty body, a JSON "
            "text without `Content-Type: application/json`, or a page in place of the file end the same way.\n\n"
            "On a stream the server closes with 1008 and DATA-0000 once it has seen some of it."
        ),
        told_apart=(
            "By the server's words (REST 400 “corrupt or unsupported data”, WebSocket 1008 DATA-0000). A wrong "
            "sample rate decodes and gives nonsense or nothing: that is transcript_empty or transcript_mismatch."
        ),
        remedies=(
            Remedy("Leave encoding={declared} out, and sample_rate with it: the container says both"),
            Remedy(
                "{clip} is good audio: look for a proxy that rewrites the body, its Content-Type or the query, by "
                "asking the deployment past it",
                "dgcheck run http://API_HOST:8080",
            ),
            Remedy("See what the file really is", "ffprobe -hide_banner FILE"),
            Remedy("Make a file that every deployment reads", "ffmpeg -i FILE -ac 1 -ar 16000 -c:a pcm_s16le out.wav"),
            Remedy("Say what raw audio is", "dgcheck run {base} --audio FILE --encoding linear16 --sample-rate 16000"),
            Remedy(
                "Keep the query when you pass requests on: proxy_pass with a path of its own may drop it",
                "proxy_pass http://UPSTREAM;",
                place="nginx",
            ),
        ),
        explains=("ws_closed_early", "audio_not_received", "ws_no_results", "transcript_empty"),
        heals=Heals.NEVER,
        when=also(_audio, "undecodable"),
        source="Deepgram's documentation: errors; STT troubleshooting, DATA-0000",
    ),
)
