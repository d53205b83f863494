"""Nothing serves below the URL's path: which other paths are asked, and what is said of real proxies with a prefix."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dgcheck.experiments.siblings import bases, worth_asking
from dgcheck.model.evidence import Exchange, Wire
from dgcheck.sim.server import Simulator
from dgcheck.wire.url import parse
from tests.programs import Peers, free_port
from tests.rules.built import DG, HEALTHY, case, got, missing, served, upgraded
from tests.runs import found, roots, run


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://dg", ["", "/deepgram", "/api", "/stt"][1:]),
        ("http://dg/x", [""]),
        ("http://dg/a/b/c", ["", "/a", "/a/b"]),
        ("http://dg/v1", ["/v1", "/deepgram", "/api", "/stt"]),
        ("http://dg/x/v1/listen", ["", "/x/v1"]),
        ("http://dg/v1/v1/listen?model=x", [""]),
    ],
)
def test_the_bases_that_are_tried(url: str, expected: list[str]) -> None:
    target = parse(url)
    assert list(bases(target, target.path_doubled)) == expected


@pytest.mark.parametrize(
    ("url", "evidence", "asks"),
    [
        pytest.param("http://dg:8080", missing(), True, id="404 everywhere"),
        pytest.param(
            "http://dg:8080", [got("GET /v1/status", 200, "<html>"), upgraded(status=200)], True, id="a web page"
        ),
        pytest.param("http://dg:8080", served(), False, id="healthy"),
        pytest.param(
            "http://dg:8080", [got("GET /v1/status", 404), upgraded(headers=DG)], False, id="no status, but speech"
        ),
        pytest.param(
            "http://dg:8080",
            [got("GET /v1/status", 200, HEALTHY), upgraded(status=404)],
            False,
            id="only upgrades fail",
        ),
        pytest.param(
            "http://dg:8080", [got("GET /v1/status", 401), upgraded(status=401)], False, id="a gateway before all paths"
        ),
        pytest.param("http://dg:8080", [got("GET /v1/status", 502), upgraded(status=502)], False, id="a dead upstream"),
        pytest.param("http://dg:8080", [got("GET /v1/status", 404)], False, id="speech was not asked for"),
        pytest.param("https://api.deepgram.com", missing(), False, id="the hosted service"),
    ],
)
def test_when_it_is_worth_asking(url: str, evidence: list[Wire], asks: bool) -> None:
    assert worth_asking(case(url, *evidence)) is asks


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/wrong", "/a/b"])
async def test_a_prefix_that_nothing_serves(path: str) -> None:
    async with Simulator() as sim:
        report = await run(f"{sim.url}{path}")
        assert roots(report) == ["url_path_wrong"]
        assert found(report, "url_path_wrong").remedies[0].command == f"dgcheck run {sim.url}"


@pytest.mark.anyio
async def test_a_whole_request_with_the_path_twice() -> None:
    async with Simulator() as sim:
        report = await run(f"{sim.url}/v1/v1/listen?model=nova-3")
        assert roots(report) == ["url_path_wrong"]
        assert f"It answers below {sim.url}:" in found(report, "url_path_wrong").says


@pytest.mark.anyio
@pytest.mark.peer("nginx")
@pytest.mark.parametrize(
    "rest", ["return 404;", "default_type text/html; return 200 '<html><title>Welcome</title></html>';"]
)
async def test_nginx_that_serves_it_below_a_prefix(peers: Peers, rest: str) -> None:
    port = free_port()
    async with Simulator() as sim:
        peers.nginx(
            f"server {{ listen 127.0.0.1:{port};\n"
            f"location /deepgram/ {{ proxy_pass {sim.url}/; proxy_http_version 1.1;"
            f" proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }}\n"
            f"location / {{ {rest} }} }}",
            port=port,
        )
        without = await run(f"http://127.0.0.1:{port}")
        assert roots(without) == ["url_path_wrong"]
        assert found(without, "url_path_wrong").remedies[0].command == f"dgcheck run http://127.0.0.1:{port}/deepgram"
        assert (await run(f"http://127.0.0.1:{port}/deepgram")).verdict == "pass"


@pytest.mark.anyio
@pytest.mark.peer("nginx")
async def test_nginx_that_passes_the_prefix_on(peers: Peers) -> None:
    port = free_port()
    async with Simulator() as sim:
        peers.nginx(
            f"server {{ listen 127.0.0.1:{port};\nlocation /deepgram/ {{ proxy_pass {sim.url}; }}\n"
            f"location / {{ return 404; }} }}",
            port=port,
        )
        report = await run(f"http://127.0.0.1:{port}/deepgram")
        assert roots(report) == ["url_path_wrong"]
        one = found(report, "url_path_wrong")
        assert one.detail == "prefix passed on"
        assert any("proxy_pass http://UPSTREAM:8080/;" in remedy.command for remedy in one.remedies)


@pytest.fixture
def web_server() -> Iterator[str]:
    """The standard library's server with one page and 404 for all else."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the standard library's name
            status = 200 if self.path == "/" else 404
            self.send_response(status)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.anyio
async def test_a_web_server_is_asked_sparingly_and_its_path_is_not_blamed(web_server: str) -> None:
    report = await run(f"{web_server}/app")
    assert "url_path_wrong" not in [one.cause for one in report.findings]
    asked = [one for one in report.evidence if isinstance(one, Exchange) and one.purpose == "siblings"]
    assert 0 < len(asked) <= 8
