"""DG4007 to DG4010: an open stream that holds back its results, or has none. Cuts stand in `cuts.py`."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy
from dgcheck.model.evidence import Ending, Stream
from dgcheck.readings.fate import MESSAGE_SIZE, SMALL_MESSAGES, first_result, lived, results, too_large_by_trial
from dgcheck.readings.telling import listed, seconds
from dgcheck.rules.shared.also import also
from dgcheck.rules.shared.streamed import fated, how, sent, streamed
from dgcheck.wire.close import read_close


def _buffered(case: Case) -> Iterator[Match]:
    held = next((one for one in case.streams if one.plan == "after_first" and _only_at_the_end(one)), None)
    quick = next((one for one in case.streams if one.plan == "at_once" and first_result(one) is not None), None)
    if held is None or quick is None or quick.audio_sent_at is None or held.close_sent_at is None:
        return
    patience = held.close_sent_at - (held.audio_sent_at or 0.0)
    engine = (first_result(quick) or 0.0) - quick.audio_sent_at
    late = (first_result(held) or 0.0) - held.close_sent_at
    if (engine > patience / 2 or late > engine + 1.0) and not _follows_the_end(engine, late, patience):
        return  # a slow engine, or one that was loading its model
    says = (
        f"The audio was sent, and for {seconds(patience)} no result came; after CloseStream all came within "
        f"{seconds(max(0.0, late))}, interim results among them. On a stream that said CloseStream at once the first "
        f"result took {seconds(max(0.0, engine))}, so the deployment is quick enough: something on the way holds the "
        f"stream back until it ends."
    )
    yield streamed([held, quick], says, Confidence.LIKELY)


def _follows_the_end(engine: float, late: float, patience: float) -> bool:
    """Whether the results came equally long after CloseStream on both streams, although one had the audio much longer.

    A slow engine counts from the audio: what it needs on one stream would have come on the other before CloseStream.
    """
    return engine <= patience - 0.5 and abs(late - engine) <= max(0.2, engine / 10)


def _only_at_the_end(stream: Stream) -> bool:
    """Audio went out, nothing was heard for two seconds and more, and results came once CloseStream was said.

    Interim results must be among them. Final ones alone prove nothing: where no interim results were asked for, or
    the server sends none, a healthy deployment says its first word about a short clip when the stream ends.
    """
    first = first_result(stream)
    if all(one.is_final for one in results(stream)):
        return False
    if first is None or stream.close_sent_at is None or stream.audio_sent_at is None:
        return False
    return first > stream.close_sent_at and stream.close_sent_at - stream.audio_sent_at >= 2.0


def _too_large(case: Case) -> Iterator[Match]:
    found = fated(case, "too_large")
    if not found:
        yield from _cut_by_size(case)
        return
    stream = found[0]
    each = f", about {stream.sent_bytes // stream.sent_messages} bytes each" if stream.sent_messages else ""
    says = f"The stream {how(stream)} after {sent(stream)}{each}."
    yield streamed(found, says)


def _cut_by_size(case: Case) -> Iterator[Match]:
    """The connection was dropped, and the same speech in smaller messages went through."""
    if too_large_by_trial(case) is None:
        return
    stream, small = case.streams[0], case.first(Stream, "ws.stream", SMALL_MESSAGES)
    each = stream.sent_bytes // max(1, stream.sent_messages)
    says = (
        f"The stream {how(stream)} when messages of about {each} bytes were sent; the same speech in messages of "
        f"{MESSAGE_SIZE} bytes was transcribed."
    )
    yield streamed(case.streams, says, Confidence.LIKELY, *([small] if small else []))


def _not_received(case: Case) -> Iterator[Match]:
    found = fated(case, "not_received")
    if not found:
        return
    stream = found[0]
    word = read_close(stream.close_code, stream.close_reason).token
    if word:
        ended = f"The stream {how(stream)} after {seconds(lived(stream))}"
        means = "the server had no result in time" if word.endswith("0000") else "no usable audio reached the server"
    else:
        ended = "The closing Metadata says that 0 seconds of audio were received"
        means = "no usable audio reached the server"
    says = f"{ended}, although {sent(stream)} were sent: {means}."
    yield streamed(found, says, detail=word, reason=word)


def _no_results(case: Case) -> Iterator[Match]:
    found = fated(case, "no_results")
    if not found or fated(case, "dropped", "broken"):
        return  # one was cut before it could have any: that is told
    stream = found[0]
    if stream.ending is Ending.TIMED_OUT:
        had = "interim results came, but no final one" if results(stream) else "no result came"
        kinds = listed(dict.fromkeys(one.kind for one in stream.heard if one.kind != "Results"))
        heard = f" What came instead: {kinds}." if kinds and not results(stream) else ""
        says = f"{sent(stream)} were sent, the stream stayed open for {seconds(lived(stream))}, and {had}.{heard}"
    else:
        says = f"{sent(stream)} were sent and the stream ended in good order without a single result."
    fine = [one for one in case.streams if one not in found and results(one)]
    also = " Another stream beside it did get results." if fine else ""
    yield streamed(found, says + also)


FAMILY = (
    Cause(
        code="DG4007",
        cause="ws_buffered",
        title="Results are held back until the stream ends",
        explanation=(
            "The words come, but only when the stream is over: live captions stand still while people speak. "
            "Something on the way collects what the deployment sends: a proxy that does not know WebSockets and "
            "buffers the answer, a device that inspects whole messages, or a forward proxy."
        ),
        told_apart=(
            "Two streams of the same speech: one said CloseStream at once and had its first result soon, so the "
            "deployment is quick; the other waited and heard nothing until it said CloseStream, and then interim "
            "results too, which are made while speech lasts. A slow deployment is slow on both. Without interim "
            "results (interim_results=true) it cannot be told, for the last words rightly come at the end."
        ),
        remedies=(
            Remedy(
                "Ask the deployment past the proxy: if results come at once, it is the proxy",
                "dgcheck run http://API_HOST:8080",
            ),
            Remedy("Do not buffer this location", "proxy_buffering off;\nproxy_request_buffering off;", place="nginx"),
            Remedy(
                "Do not buffer this ingress",
                'kubectl annotate ingress INGRESS nginx.ingress.kubernetes.io/proxy-buffering="off" --overwrite',
                place="ingress-nginx",
            ),
            Remedy("Take the buffer filter off this route", place="envoy"),
            Remedy("Take the buffering and compress middlewares off this router", place="traefik"),
            Remedy("Pass on what comes at once", "flush_interval -1", place="caddy"),
            Remedy("Take `option http-buffer-request` and compression off this backend", place="haproxy"),
            Remedy("Exempt the deployment from inspection of WebSockets (antivirus gateways, Zero Trust, DLP)"),
            Remedy("See that interim_results=true reaches the deployment: a proxy that drops the query looks the same"),
        ),
        when=_buffered,
        source="self-hosted failure catalogue: proxies that answer 101 and buffer frames",
    ),
    Cause(
        code="DG4008",
        cause="ws_frame_too_large",
        title="A message is larger than somebody allows",
        explanation=(
            "The stream was closed with 1009, “message too big”. A gateway or a library on the way limits the size "
            "of one WebSocket message (AWS API Gateway: 32 KB frames, 128 KB messages; many Java and Node servers: "
            "64 KB). Send audio in smaller pieces: 20 to 250 ms each is usual."
        ),
        told_apart="By the close code 1009.",
        remedies=(
            Remedy("Send audio in smaller messages, for example 3200 bytes (0.1 s of 16 kHz, 16 bit)"),
            Remedy("Raise the limit of the gateway in front; ask the deployment past it to see whose it is"),
            Remedy("API Gateway limits frames to 32 KB: lead /v1/listen past it", place="aws-api-gateway"),
        ),
        explains=("ws_closed_early",),
        heals=Heals.NEVER,
        when=_too_large,
        source="RFC 6455 section 7.4.1; AWS API Gateway quotas",
    ),
    Cause(
        code="DG4009",
        cause="audio_not_received",
        title="No usable audio reached the server",
        explanation=(
            "The deployment closed the stream with 1011 and NET-0001, which means that neither audio nor a text "
            "message reached it for 10 to 12 s; or with NET-0000, which means that it had no result in time; or its "
            "closing Metadata counts 0 seconds of audio. dgcheck did send audio, so either it was lost on the way "
            "(a proxy that takes the client's frames and does not pass them on), or it could not be used: another "
            "encoding than was declared, a container that was declared as raw audio, an Engine that is stuck.\n\n"
            "In applications the usual reasons are audio that starts late, pauses without KeepAlive, KeepAlive sent "
            "as a binary message, and a microphone that gives nothing."
        ),
        told_apart=(
            "By the token in the close reason, in both spellings (NET-0001, net0001), and by what was sent. "
            "DATA-0000 is audio_undecodable."
        ),
        remedies=(
            Remedy(
                "See whether a POST of the same speech works: then the audio is good and the stream is at fault",
                "dgcheck run {base} --only rest",
            ),
            Remedy(
                "Ask the deployment past the proxy: if that works, the proxy swallows the client's messages",
                "dgcheck run http://API_HOST:8080",
            ),
            Remedy(
                "See whether the Engine is stuck or overloaded ({reason})",
                "docker compose logs --since 5m engine",
                place="compose",
            ),
            Remedy(
                "See whether the Engine is stuck or overloaded ({reason})",
                "kubectl -n dg-self-hosted logs deployment/deepgram-engine --since=5m",
                place="helm",
            ),
            Remedy(
                "In the application send audio at once, and a KeepAlive as a text message every 3 to 5 s of pause",
                '{"type":"KeepAlive"}',
            ),
            Remedy("Leave encoding and sample_rate out for audio in a container, and state them truly for raw audio"),
        ),
        explains=("ws_closed_early", "ws_no_results"),
        when=_not_received,
        source="Deepgram's documentation: STT troubleshooting, NET-0000 and NET-0001; captured close reasons",
    ),
    Cause(
        code="DG4010",
        cause="ws_no_results",
        title="The stream stays open, and no result comes",
        explanation=(
            "Audio was sent on an open stream and no words came back, not even empty ones, and nobody closed it. A "
            "healthy deployment sends a result about every second of audio, silence included. Either the audio does "
            "not arrive, or the results do not, or the Engine is stuck."
        ),
        told_apart=(
            "A result with an empty transcript is transcript_empty; results that come when the stream ends are "
            "ws_buffered; a close with NET-0000 or NET-0001 is audio_not_received."
        ),
        remedies=(
            Remedy("See whether the deployment is busy or stuck", "curl -s {base}/v1/status"),
            Remedy(
                "Ask the deployment past the proxy: if that works, the proxy holds the messages",
                "dgcheck run http://API_HOST:8080",
            ),
            Remedy("See what the Engine does", "docker compose logs --since 5m engine", place="compose"),
            Remedy(
                "See what the Engine does",
                "kubectl -n dg-self-hosted logs deployment/deepgram-engine --since=5m",
                place="helm",
            ),
            Remedy("Do not buffer this location", "proxy_buffering off;", place="nginx"),
        ),
        explains=("out_of_time", "slow_response"),
        when=also(_no_results, "no_results"),
        source="captured streams: interim results about once a second, during silence too",
    ),
)
