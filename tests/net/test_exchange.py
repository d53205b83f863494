"""One HTTP question: every way in which an answer can come, or not, is evidence."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Iterator

import pytest

from dgcheck.model.asking import Ask
from dgcheck.model.evidence import Ending
from tests.net.network import network, view
from tests.net.scripted import Script, answer, resets, says, serving, waits

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def standard_server() -> Iterator[int]:
    """The standard library's own server: a peer that nobody here wrote."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


async def test_a_body_comes_back_from_the_standard_library(standard_server: int) -> None:
    async with network(f"http://127.0.0.1:{standard_server}") as made:
        seen = await view(made).exchange(
            Ask(path="/v1/listen", method="POST", body=b"words", query=(("model", "a b"),))
        )
    assert (seen.status, seen.response and seen.response.body, seen.ending) == (200, "words", Ending.ANSWERED)
    assert seen.request.target == "/v1/listen?model=a%20b"
    assert seen.request.body_sent == 5
    assert [phase.name for phase in seen.phases][-3:] in (
        ["request", "first_byte", "transfer"],
        ["connect", "request", "first_byte"],
    )


@pytest.mark.parametrize(
    ("script", "ending", "status", "reached"),
    [
        pytest.param(says(answer(b"ok")), Ending.ANSWERED, 200, "done", id="an answer"),
        pytest.param(
            says(b"HTTP/1.0 200 OK\r\n\r\nto the end"), Ending.ANSWERED, 200, "done", id="HTTP/1.0 to the end"
        ),
        pytest.param(says(b""), Ending.CLOSED, None, "first_byte", id="closed without a byte"),
        pytest.param(resets(), Ending.RESET, None, "first_byte", id="reset without a byte"),
        pytest.param(
            says(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"), Ending.CLOSED, 200, "transfer", id="cut"
        ),
        pytest.param(says(b"SSH-2.0-OpenSSH_9.2\r\n"), Ending.BROKEN, None, "head", id="another protocol"),
        pytest.param(
            says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
            Ending.BROKEN,
            200,
            "transfer",
            id="bad chunk",
        ),
        pytest.param(
            says(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000), Ending.TOO_MUCH, None, "head", id="endless header"
        ),
        pytest.param(waits, Ending.TIMED_OUT, None, "first_byte", id="silence"),
    ],
)
async def test_every_ending_is_evidence(script: Script, ending: Ending, status: int | None, reached: str) -> None:
    with serving(script) as port:
        async with network(f"http://127.0.0.1:{port}") as made:
            seen = await view(made).exchange(Ask(path="/v1/status", limit=0.5))
    assert (seen.ending, seen.status, seen.reached) == (ending, status, reached)
    assert made.case.evidence[-1] is seen


async def test_nobody_listens() -> None:
    with serving(waits) as port:
        pass
    async with network(f"http://127.0.0.1:{port}") as made:
        seen = await view(made).exchange(Ask(path="/"))
    assert (seen.ending, seen.reached) == (Ending.NOT_CONNECTED, "connect")
    assert [made.case.by_id(one).ending for one in seen.rests_on if made.case.by_id(one)] == [Ending.REFUSED]  # type: ignore[union-attr]


async def test_a_packed_body_is_unpacked_and_a_lie_about_it_is_told() -> None:
    packed = answer(gzip.compress(b"words"), extra=b"Content-Encoding: gzip\r\n")
    with serving(says(packed)) as port:
        async with network(f"http://127.0.0.1:{port}") as made:
            assert (await view(made).exchange(Ask(path="/"))).response.body == "words"  # type: ignore[union-attr]
    with serving(says(answer(b"not packed", extra=b"Content-Encoding: gzip\r\n"))) as port:
        async with network(f"http://127.0.0.1:{port}") as made:
            seen = await view(made).exchange(Ask(path="/"))
    assert seen.ending is Ending.BROKEN
    assert "gzip" in seen.problem


async def test_secrets_that_a_server_echoes_do_not_enter_the_evidence() -> None:
    secret = "canary-0123456789"
    echo = answer(f"you sent {secret}".encode(), extra=f"Set-Cookie: a={secret}\r\nX-Echo: {secret}\r\n".encode())
    with serving(says(echo)) as port:
        async with network(f"http://127.0.0.1:{port}", secrets=(secret,)) as made:
            ask = Ask(path="/", headers=(("Authorization", f"Token {secret}"),), query=(("token", secret),))
            await view(made).exchange(ask)
    assert secret not in repr(made.case.evidence)


async def test_a_large_body_is_refused_early_and_nothing_hangs() -> None:
    def refuse(connection: object) -> None:
        says(answer(b"too large", "413 Payload Too Large", b"Connection: close\r\n"))(connection)  # type: ignore[arg-type]

    with serving(refuse) as port:
        async with network(f"http://127.0.0.1:{port}") as made:
            seen = await view(made).exchange(Ask(path="/", method="POST", body=b"x" * 8_000_000, limit=5.0))
    assert seen.status == 413
