"""Answers that are broken, late, endless or of another time."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from email.utils import formatdate

from dgcheck.model.record import replace
from dgcheck.sim.asked import Asked, Reply
from dgcheck.sim.core import Effect
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.faults import pages
from dgcheck.sim.faults.fault import Fault, always
from dgcheck.sim.faults.pages import Which

ENDLESS = 10**10  # bytes


def _alters(change: Callable[[Reply], Reply], which: Which = pages.posts) -> Callable[[float], Effect]:
    """Change the answers to those requests, those of good transcriptions by default."""

    def alter(asked: Asked, reply: Reply) -> Reply:
        return change(reply) if which(asked) and reply.socket is None else reply

    return always(Effect(alter=alter))


def _half(reply: Reply) -> Reply:
    return replace(reply, cut=len(reply.body) // 2, ending="fin")


def _bad_gzip(reply: Reply) -> Reply:
    """A right gzip header, then a deflate block of the reserved type."""
    squeezed = bytearray(gzip.compress(reply.body))
    squeezed[10] = 0x07
    return replace(reply.having("content-encoding", "gzip"), body=bytes(squeezed))


def _good_gzip(asked: Asked, reply: Reply) -> Reply:
    if not reply.body or not any(word.split(";")[0] == "gzip" for word in asked.tokens("accept-encoding")):
        return reply
    return replace(reply.having("content-encoding", "gzip"), body=gzip.compress(reply.body))


def _not_gzip(reply: Reply) -> Reply:
    return reply.having("content-encoding", "gzip")


def _bomb(reply: Reply) -> Reply:
    """Some hundreds of megabytes of blanks in some hundreds of kilobytes."""
    block = gzip.compress(b" " * 2**20)
    return replace(reply.having("content-encoding", "gzip"), body=block * 400)


def _too_long(reply: Reply) -> Reply:
    """Says more bytes than come, and closes."""
    return replace(reply.having("content-length", str(len(reply.body) + 500)), ending="fin")


def _too_short(reply: Reply) -> Reply:
    """Says fewer bytes than come."""
    return replace(reply.having("content-length", str(max(0, len(reply.body) - 40))), ending="fin")


def _bad_chunks(reply: Reply) -> Reply:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    return Reply(status=200, raw=head + b'5\r\n{"met\r\nZZZ\r\nadata\r\n0\r\n\r\n', ending="fin")


def _bad_json(reply: Reply) -> Reply:
    return replace(reply, body=reply.body[:-20] + b',,"x":}')


def _other_json(reply: Reply) -> Reply:
    return replace(reply, body=b'{"status":"ok","data":[]}')


def _page(reply: Reply) -> Reply:
    page = pages.html(200, "It works!")
    return replace(page, headers=(*page.headers, ("date", reply.header("date"))))


def _nothing(reply: Reply) -> Reply:
    return replace(reply, body=b"")


def _raw(head: bytes, ending: str = "fin") -> Callable[[Reply], Reply]:
    return lambda _: Reply(status=0, raw=head, ending=ending)


def _skewed(seconds: float) -> Effect:
    def alter(asked: Asked, reply: Reply) -> Reply:
        return reply.having("date", formatdate(asked.epoch + seconds, usegmt=True))

    return Effect(alter=alter)


def _waits(seconds: float, which: Which) -> Effect:
    def alter(asked: Asked, reply: Reply) -> Reply:
        return replace(reply, wait=reply.wait + seconds) if which(asked) else reply

    return Effect(alter=alter)


def _drips(seconds: float) -> Effect:
    def alter(asked: Asked, reply: Reply) -> Reply:
        return replace(reply, drip=seconds, piece=16) if pages.posts(asked) else reply

    return Effect(alter=alter)


def _thinks(seconds: float) -> Effect:
    def slow(deployment: Deployment) -> Deployment:
        return replace(deployment, thinking=seconds)

    return Effect(deploy=slow)


def _reordered(reply: Reply) -> Reply:
    """The same JSON, indented, in chunks."""
    try:
        body = json.dumps(json.loads(reply.body), indent=1).encode()
    except ValueError:
        return reply
    return replace(reply, body=body, framing="chunked", piece=100)


def _broken() -> tuple[Fault, ...]:
    bad = ("http_bad_response",)
    return (
        Fault(
            name="answer_bad_json",
            says="transcriptions are answered with JSON that is broken at its end",
            causes=bad,
            makes=_alters(_bad_json),
        ),
        Fault(
            name="answer_other_json",
            says="transcriptions are answered with JSON of another kind",
            causes=("http_bad_response", "wrong_service"),
            makes=_alters(_other_json),
        ),
        Fault(
            name="answer_truncated",
            says="half of the answer comes, then the connection closes",
            causes=bad,
            resembles=("tcp_closed_early",),
            makes=_alters(_half),
        ),
        Fault(
            name="answer_bad_gzip",
            says="the answer's gzip is damaged",
            causes=bad,
            makes=_alters(_bad_gzip),
        ),
        Fault(
            name="answer_not_gzip",
            says="the answer says gzip and is none",
            causes=bad,
            makes=_alters(_not_gzip),
        ),
        Fault(
            name="answer_gzip_bomb",
            says="the answer unpacks to hundreds of megabytes",
            causes=bad,
            makes=_alters(_bomb),
        ),
        Fault(
            name="answer_length_too_long",
            says="Content-Length says 500 bytes more than come",
            causes=bad,
            makes=_alters(_too_long),
        ),
        Fault(
            name="answer_length_too_short",
            says="Content-Length says 40 bytes fewer than come",
            causes=bad,
            makes=_alters(_too_short),
        ),
        Fault(
            name="answer_bad_chunks",
            says="the chunked coding is broken",
            causes=bad,
            makes=_alters(_bad_chunks),
        ),
        Fault(
            name="answer_html",
            says="transcriptions are answered with 200 and a web page",
            causes=("http_bad_response", "middlebox"),
            makes=_alters(_page),
        ),
        Fault(
            name="answer_empty",
            says="transcriptions are answered with 200 and nothing",
            causes=bad,
            makes=_alters(_nothing),
        ),
        Fault(
            name="answer_no_status_line",
            says="transcriptions are answered with bytes that are no HTTP",
            causes=("http_bad_response", "not_http"),
            makes=_alters(_raw(b"OK transcription follows\r\n\r\n")),
        ),
        Fault(
            name="answer_huge_header",
            says="transcriptions are answered with a header of 1 MB",
            causes=bad,
            makes=_alters(_raw(b"HTTP/1.1 200 OK\r\nx-big: " + b"a" * 2**20 + b"\r\n\r\n{}")),
        ),
        Fault(
            name="answer_control_bytes",
            says="transcriptions are answered with control bytes in the status line and headers",
            causes=bad,
            makes=_alters(_raw(b"HTTP/1.1 200 \x1b[2JOK\r\nx-\x00evil: \x07\r\n\r\n{}")),
        ),
        Fault(
            name="answer_continues",
            says="transcriptions get `100 Continue` ten thousand times and no answer",
            causes=("http_bad_response", "http_stalled"),
            makes=_alters(_raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 10000, "hang")),
        ),
    )


def _endless() -> tuple[Fault, ...]:
    return (
        Fault(
            name="endless_body",
            says="every answer is up to 10 GB long",
            causes=("http_bad_response", "wrong_service"),
            makes=_alters(lambda reply: replace(reply, endless=ENDLESS), pages.not_upgrades),
        ),
        Fault(
            name="endless_body_listen",
            says="the answer to a transcription is up to 10 GB long",
            causes=("http_bad_response",),
            makes=_alters(lambda reply: replace(reply, endless=ENDLESS)),
        ),
        Fault(
            name="endless_chunks",
            says="the answer to a transcription has no length and no end",
            causes=("http_bad_response",),
            makes=_alters(lambda reply: replace(reply, endless=ENDLESS, framing="close", body=b" ")),
        ),
        Fault(
            name="endless_headers",
            says="every answer has up to 10 GB of headers",
            causes=("http_bad_response",),
            makes=_alters(lambda reply: replace(reply, endless_headers=ENDLESS), pages.not_upgrades),
        ),
        Fault(
            name="stalled_listen",
            says="transcriptions are read and never answered",
            causes=("http_stalled",),
            resembles=("http_gateway_timeout",),
            makes=_alters(_raw(b"", "hang")),
        ),
        Fault(
            name="stalled_body",
            says="the head and half of the answer's body come, then nothing more",
            causes=("http_stalled", "http_bad_response"),
            makes=_alters(lambda reply: replace(reply, cut=len(reply.body) // 2, ending="hang")),
        ),
        Fault(
            name="dripping_body",
            says="the answer comes 16 bytes at a time, one piece in so many seconds",
            causes=("http_stalled", "slow_response"),
            value=1,
            unit="seconds",
            makes=_drips,
        ),
    )


def _late() -> tuple[Fault, ...]:
    return (
        Fault(
            name="slow",
            says="transcriptions and results take so many seconds longer",
            causes=("slow_response",),
            value=6,
            unit="seconds",
            makes=_thinks,
        ),
        Fault(
            name="slow_answers",
            says="every answer by HTTP comes so many seconds later",
            causes=("slow_response",),
            value=6,
            unit="seconds",
            makes=lambda seconds: _waits(seconds, pages.not_upgrades),
        ),
        Fault(
            name="slow_status",
            says="status and models come late; transcription is quick",
            resembles=("slow_response", "http_stalled"),
            value=2,
            unit="seconds",
            makes=lambda seconds: _waits(seconds, pages.on_information),
        ),
        Fault(
            name="clock_skew",
            says="the Date of every answer is so many seconds off",
            causes=("clock_skew",),
            value=3600,
            unit="seconds",
            makes=_skewed,
        ),
        Fault(
            name="clock_a_little_off",
            says="the Date of every answer is 20 seconds off",
            resembles=("clock_skew",),
            makes=always(_skewed(20)),
        ),
        Fault(
            name="no_date",
            says="no answer has a Date",
            resembles=("clock_skew",),
            makes=_alters(lambda reply: reply.without("date"), pages.everything),
        ),
        Fault(
            name="server_error",
            says="transcriptions get 500 with a request id: the deployment itself failed",
            causes=("http_server_error",),
            makes=always(
                Effect(
                    instead=pages.instead(
                        lambda _: pages.deepgram(500, "INTERNAL_SERVER_ERROR", "An error occurred."), pages.on_listen
                    )
                )
            ),
        ),
        Fault(
            name="concurrency_limit",
            says="transcriptions get the deployment's own 429, with a request id",
            causes=("http_rate_limited",),
            makes=always(
                Effect(
                    instead=pages.instead(
                        lambda _: pages.deepgram(429, "TOO_MANY_REQUESTS", "Too many requests. Please try again later"),
                        pages.on_listen,
                    )
                )
            ),
        ),
        Fault(
            name="overloaded",
            says="transcriptions get the deployment's own 503, with a request id",
            causes=("http_unavailable",),
            makes=always(
                Effect(
                    instead=pages.instead(
                        lambda _: pages.deepgram(
                            503, "Service Unavailable", "Please try again later", key="error_code"
                        ),
                        pages.on_listen,
                    )
                )
            ),
        ),
        Fault(
            name="gzip",
            says="answers are gzip where the client takes it",
            resembles=("http_bad_response",),
            makes=always(Effect(alter=_good_gzip)),
        ),
        Fault(
            name="chunked",
            says="JSON is indented and comes in small chunks",
            resembles=("http_bad_response",),
            makes=_alters(_reordered, pages.everything),
        ),
        Fault(
            name="no_length",
            says="answers end with the connection instead of a length",
            resembles=("http_bad_response", "tcp_closed_early"),
            makes=_alters(lambda reply: replace(reply, framing="close", ending="fin"), pages.not_upgrades),
        ),
    )


FAULTS = (*_broken(), *_endless(), *_late())
