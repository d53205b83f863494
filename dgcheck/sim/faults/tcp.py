"""Ports that accept and then do not speak HTTP."""

from __future__ import annotations

import random

from dgcheck.sim.asked import Asked, Greeting, Reply
from dgcheck.sim.core import Effect
from dgcheck.sim.faults.fault import Fault, always
from dgcheck.sim.faults.pages import posts

GARBAGE = random.Random(6020).randbytes(4096).replace(b"HTTP", b"NOPE")  # noqa: S311 - noise, no secret
MYSQL = (
    b"\x4a\x00\x00\x00\x0a8.0.36\x00\x0b\x00\x00\x00\x1f\x2a\x3b\x4c\x5d\x6e\x7f\x10\x00\xff\xff\xff\x02\x00\xff\xdf\x15"
    b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x21\x32\x43\x54\x65\x76\x07\x18\x29\x3a\x4b\x5c\x00caching_sha2_password\x00"
)
SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"  # an empty HTTP/2 SETTINGS frame
GOAWAY = b"\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x0d"  # HTTP_1_1_REQUIRED


def _greeting(**parts: object) -> Effect:
    return Effect(greeting=Greeting(**parts))  # type: ignore[arg-type]


def _smtp(data: bytes) -> bytes:
    lines = data.count(b"\n") or 1
    return b"502 5.5.2 Error: command not recognized\r\n" * min(lines, 20)


def _redis(data: bytes) -> bytes:
    if data.upper().startswith(b"PING"):
        return b"+PONG\r\n"
    word = data.split(None, 1)[0][:20].decode("latin-1") if data.split() else ""
    if word.upper() == "GET":
        return b"-ERR wrong number of arguments for 'get' command\r\n"
    return f"-ERR unknown command '{word}', with args beginning with: \r\n".encode("latin-1", "replace")


def _redis_guarded(data: bytes) -> bytes | None:
    return b"+PONG\r\n" if data.upper().startswith(b"PING") else None


def _postgres(data: bytes) -> bytes | None:
    """An SSLRequest is answered with N, a start-up of version 3 with an error; anything else is closed on."""
    if data.startswith(b"\x00\x00\x00\x08\x04\xd2\x16\x2f"):
        return b"N"
    if data[4:8] == b"\x00\x03\x00\x00":
        body = b"SFATAL\x00VFATAL\x00C28000\x00Mno PostgreSQL user name specified in startup packet\x00\x00"
        return b"E" + (len(body) + 4).to_bytes(4, "big") + body
    return None


def _cut_answer(asked: Asked, reply: Reply) -> Reply:
    return Reply(raw=b"HTTP/1.1 200 OK\r\ncontent-ty", ending="reset") if posts(asked) else reply


FAULTS = (
    Fault(
        name="tcp_close",
        says="accepts the connection and closes it without a byte",
        causes=("tcp_closed_early",),
        makes=always(_greeting(ending="fin")),
    ),
    Fault(
        name="tcp_close_on_request",
        says="reads the request, then closes without a byte",
        causes=("tcp_closed_early",),
        makes=always(_greeting(ending="fin", heed=True)),
    ),
    Fault(
        name="tcp_reset",
        says="accepts the connection and resets it",
        causes=("tcp_reset",),
        makes=always(_greeting(ending="reset")),
    ),
    Fault(
        name="tcp_reset_on_request",
        says="reads the request, then resets the connection",
        causes=("tcp_reset",),
        makes=always(_greeting(ending="reset", heed=True)),
    ),
    Fault(
        name="tcp_reset_in_answer",
        says="resets the connection in the middle of the answer's head, for transcriptions alone",
        causes=("tcp_reset", "http_bad_response"),
        makes=always(Effect(alter=_cut_answer)),
    ),
    Fault(
        name="silence",
        says="accepts, reads, and never answers",
        causes=("http_stalled",),
        resembles=("tcp_timeout", "tcp_closed_early"),
        makes=always(_greeting()),
    ),
    Fault(
        name="speaks_ssh",
        says="greets like an SSH server",
        causes=("not_http",),
        makes=always(_greeting(first=b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n", ending="fin", heed=True)),
    ),
    Fault(
        name="speaks_smtp",
        says="greets and answers like a mail server",
        causes=("not_http",),
        makes=always(_greeting(first=b"220 mail.example.test ESMTP Postfix\r\n", then=_smtp)),
    ),
    Fault(
        name="speaks_ftp",
        says="greets like an FTP server",
        causes=("not_http",),
        makes=always(
            _greeting(first=b"220 (vsFTPd 3.0.5)\r\n", then=lambda _: b"530 Please login with USER and PASS.\r\n")
        ),
    ),
    Fault(
        name="speaks_redis",
        says="answers like a Redis server and closes",
        causes=("not_http",),
        makes=always(_greeting(then=_redis, ending="fin", heed=True)),
    ),
    Fault(
        name="speaks_redis_guarded",
        says="answers PING like a Redis server and closes without a byte on HTTP, as newer ones do",
        causes=("not_http", "tcp_closed_early"),
        makes=always(_greeting(then=_redis_guarded, ending="fin", heed=True)),
    ),
    Fault(
        name="speaks_postgres",
        says="answers an SSLRequest with N and closes on anything else, like PostgreSQL",
        causes=("not_http", "tcp_closed_early"),
        makes=always(_greeting(then=_postgres, ending="fin", heed=True)),
    ),
    Fault(
        name="speaks_mysql",
        says="greets with MySQL's handshake packet, then with its packet error",
        causes=("not_http",),
        makes=always(
            _greeting(
                first=MYSQL,
                then=lambda _: b"\x21\x00\x00\x01\xff\x84\x04#08S01Got packets out of order",
                ending="fin",
                heed=True,
            )
        ),
    ),
    Fault(
        name="speaks_h2_only",
        says="speaks HTTP/2 in the clear and nothing else: SETTINGS, GOAWAY, close",
        causes=("alpn_http2_only", "not_http"),
        makes=always(_greeting(then=lambda _: SETTINGS + GOAWAY, ending="fin", heed=True)),
    ),
    Fault(
        name="garbage",
        says="answers every request with 4096 random bytes and closes",
        causes=("not_http",),
        makes=always(_greeting(then=lambda _: GARBAGE, ending="fin", heed=True)),
    ),
    Fault(
        name="garbage_endless",
        says="sends up to 10 GB of zero bytes before any request",
        causes=("not_http",),
        makes=always(_greeting(first=b"\x00" * 65536, endless=10**10)),
    ),
)
