"""DG3016 and DG3017: audio that the deployment cannot decode, or cannot fetch."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy
from dgcheck.model.evidence import Exchange, Stream, Wire
from dgcheck.readings.answers import posts, rest_works, streams
from dgcheck.readings.telling import after, question, quoted, seconds, upper, writer
from dgcheck.wire.close import close_words, read_close
from dgcheck.wire.incomplete import stalled
from dgcheck.wire.refusal import WITHOUT_ENCODING, read_refusal
from dgcheck.wire.remote import Fetch, read_fetch


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
    checks = tuple(dict.fromkeys(seen.check for seen in found))
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


def _remote(case: Case) -> Iterator[Match]:
    seen = case.first(Exchange, "rest.url")
    if seen is None or seen.status == 200:
        return
    refusal = read_refusal(seen.response)
    by_bytes = rest_works(case)
    if not by_bytes and refusal.about != "remote":
        return
    late = bool(stalled(seen)) or seen.status in (504, 524)
    fetch = read_fetch(refusal.words)
    means = f" It means that {fetch.means}{f' ({fetch.status})' if fetch.status else ''}." if fetch.means else ""
    if seen.response is None:
        said = f"A POST with the address of the audio got no answer{after(seen)}"
    else:
        who = upper(writer(seen.response))
        said = f"{who} answered {seen.status} to a POST with the address of the audio{quoted(seen.response)}"
    both = " The same request with the audio itself works." if by_bytes else ""
    facts = _media(case, fetch.kind or ("unreachable" if late else "other"))
    evidence = _ids(seen, *posts(case)[:1])
    yield Match(f"{said}.{means}{both}", evidence, (seen.check,), _sure(by_bytes, fetch, late), facts)


def _sure(by_bytes: bool, fetch: Fetch, late: bool) -> Confidence:
    """The server's own words about a fetch are certain where the bytes work; an unexplained failure is a guess."""
    if by_bytes and fetch.kind not in ("", "no_audio"):
        return Confidence.CERTAIN
    return Confidence.LIKELY if fetch.kind or late else Confidence.POSSIBLE


def _media(case: Case, kind: str) -> dict[str, str]:
    """The host of the audio's address, under the kind's name as well: remedies for other kinds then lack a value."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(case.settings.audio_url)
        host, origin = parts.hostname or "", f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"
    except ValueError:
        return {}
    return {"media": origin, "media_host": host, f"media_{kind}": host} if host else {}


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
        when=_audio,
        source="Deepgram's documentation: errors; STT troubleshooting, DATA-0000",
    ),
    Cause(
        code="DG3017",
        cause="remote_url_blocked",
        title="The deployment cannot fetch the audio from its address",
        explanation=(
            "Audio sent as bytes is transcribed, audio given by its address is not. The API container fetches it "
            "itself, so the address must be reachable from that container: its DNS, its way out, its proxy, its "
            "trust store. It waits one second for the connection and sixty for the whole answer unless api.toml "
            "says otherwise.\n\n"
            "An address that works in your browser proves nothing here: you are elsewhere, and logged in."
        ),
        told_apart="The same request with the bytes of the audio works; the server's words say how far the fetch got.",
        remedies=(
            Remedy(
                "See what the container gets from there", "docker compose exec api curl -sSI {media}", place="compose"
            ),
            Remedy(
                "See what the container gets from there",
                "kubectl -n dg-self-hosted exec deployment/deepgram-api -- curl -sSI {media}",
                place="helm",
            ),
            Remedy(
                "Let the API container resolve {media_unresolved}, or name a resolver in api.toml",
                '[resolver]\nnameservers = ["10.0.0.2 53 udp"]',
            ),
            Remedy("{media_private} has a private address: send the bytes instead of the address"),
            Remedy(
                "{media_denied} refused it: make a new pre-signed address, or allow the deployment's own address there"
            ),
            Remedy("{media_login} wants a login: use a pre-signed address"),
            Remedy(
                "{media_no_audio} gave something that is no audio: most often a login or an error page with status 200"
            ),
            Remedy(
                "Open the way out from the API container to {media_unreachable}, or let it wait longer in api.toml",
                'fetch_conn_timeout = "5s"\nfetch_timeout = "300s"',
            ),
            Remedy("Write the address with its scheme, and encode what is not ASCII in it ({media_malformed})"),
            Remedy("Send the bytes of the audio instead: no way out is needed then"),
        ),
        when=_remote,
        source="Deepgram's documentation: REMOTE_CONTENT_ERROR; api.toml: fetch_*, [resolver]",
    ),
)
