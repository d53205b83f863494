"""Remote audio: what the stand-in really fetches, and every way in which that fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from dgcheck.sim.deployment import Deployment
from dgcheck.sim.server import Simulator
from dgcheck.wire.remote import EXAMPLE, EXAMPLE_WORDS
from tests.programs import free_port
from tests.sim.asking import CLIP, LISTEN, client

pytestmark = pytest.mark.anyio


@contextmanager
def site() -> Iterator[str]:
    """A web server of the standard library, with a file, pages, refusals and redirects."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, location, body = {
                "/clip.wav": (200, "", CLIP.data),
                "/moved": (302, "/clip.wav", b""),
                "/page": (200, "", b"<!doctype html><title>Log in</title>"),
                "/circle": (302, "/circle", b""),
                "/nowhere": (302, "", b""),
                "/mail": (302, "mailto:me@example.test", b""),
                "/broken": (503, "", b""),
                "/denied": (403, "", b""),
            }.get(self.path, (404, "", b""))
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


async def asked(simulator: Simulator, url: str) -> dict[str, Any]:
    """The answer to a POST with that address."""
    async with client(simulator) as http:
        answer = await http.post(LISTEN, json={"url": url})
    found: dict[str, Any] = json.loads(answer.text)
    return found


def words(answer: dict[str, Any]) -> str:
    """The transcript of a good answer."""
    return str(answer["results"]["channels"][0]["alternatives"][0]["transcript"])


@pytest.mark.parametrize("path", ["/clip.wav", "/moved"])
async def test_a_file_on_this_machine_is_really_fetched(path: str) -> None:
    with site() as base:
        async with Simulator() as simulator:
            answer = await asked(simulator, base + path)
    assert words(answer) == CLIP.words
    assert answer["metadata"]["duration"] == pytest.approx(CLIP.seconds, abs=0.01)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/page", "corrupt or unsupported data"),
        ("/circle", "too many redirects"),
        ("/nowhere", "failed to include a `location` header"),
        ("/mail", "redirect location as a URL"),
        ("/broken", "failed to return valid data"),
        ("/denied", "returned a client error: 403 Forbidden."),
        ("/absent", "returned a client error: 404 Not Found."),
    ],
)
async def test_each_failure_has_its_documented_text(path: str, message: str) -> None:
    with site() as base:
        async with Simulator() as simulator:
            answer = await asked(simulator, base + path)
    assert message in answer["err_msg"]


async def test_a_host_that_refuses_has_its_text_too() -> None:
    async with Simulator() as simulator:
        answer = await asked(simulator, f"http://127.0.0.1:{free_port()}/clip.wav")
    assert answer["err_code"] == "REMOTE_CONTENT_ERROR"
    assert "failed to return valid data" in answer["err_msg"]


async def test_what_lies_elsewhere_is_taken_as_fetched() -> None:
    """The stand-in reaches out only where it is told to: fault `remote_fetches`."""
    async with Simulator() as simulator:
        assert words(await asked(simulator, "https://media.example.test/a.wav")) == CLIP.words


async def test_the_documentations_own_clip_has_its_own_words() -> None:
    async with Simulator() as simulator:
        assert words(await asked(simulator, EXAMPLE)) == EXAMPLE_WORDS


async def test_a_fetch_can_break_off() -> None:
    with site() as base:
        async with Simulator(deployment=Deployment(fetch_most=1000)) as simulator:
            answer = await asked(simulator, f"{base}/clip.wav")
    assert "failed to return valid data" in answer["err_msg"]


async def test_a_request_that_waits_for_a_fetch_counts_once() -> None:
    with site() as base:
        async with Simulator() as simulator:
            await asked(simulator, f"{base}/clip.wav")
            async with client(simulator) as http:
                status = (await http.get("/v1/status")).json()
    assert status["system_health"] == "Healthy"
    assert [entry.status for entry in simulator.log if entry.method == "POST"] == [200]
