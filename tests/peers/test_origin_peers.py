"""Pages in browsers: nginx set up for them well and badly, and what a real Chromium meets there.

dgcheck's word is compared with the browser's own where Chromium is installed. Nothing of it leaves loopback: its
resolver knows no name but those of the test.
"""

from __future__ import annotations

import json
import queue
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from dgcheck.sim.server import running
from tests.programs import Peers, free_port
from tests.runs import found, roots, run

pytestmark = [pytest.mark.anyio, pytest.mark.peer("nginx")]

UPGRADES = (
    "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection;"
)
BARE = "proxy_hide_header access-control-allow-origin; proxy_hide_header access-control-allow-headers;"
LEAVE = (
    "add_header Access-Control-Allow-Origin {page} always; "
    'add_header Access-Control-Allow-Headers "authorization, content-type" always; '
    "add_header Access-Control-Expose-Headers dg-request-id always;"
)
PREFLIGHT = "if ($request_method = OPTIONS) {{ " + LEAVE + " return 204; }} "
STRICT = 'set $bad ""; if ($http_origin = {page}) {{ set $bad x; }} if ($http_upgrade) {{ set $bad "${{bad}}y"; }} '

# name -> (lines of nginx's location, cause, whether a page may fetch, whether its WebSocket opens)
CASES: dict[str, tuple[str, str, bool, bool]] = {
    "passed on": ("", "", True, True),
    # As the catalogue advises it.
    "answered by nginx": (BARE + PREFLIGHT + LEAVE, "", True, True),
    "no leave at all": (BARE, "cors_blocked", False, True),
    "preflight refused": ("if ($request_method = OPTIONS) {{ return 405; }}", "cors_blocked", False, True),
    "preflight wants a key": ("if ($request_method = OPTIONS) {{ return 401; }}", "cors_blocked", False, True),
    "preflight redirected": ("if ($request_method = OPTIONS) {{ return 302 /login; }}", "cors_blocked", False, True),
    "allowed twice": (LEAVE, "cors_blocked", False, True),
    "another page": (
        BARE + "add_header Access-Control-Allow-Origin https://other.example.test always; "
        'add_header Access-Control-Allow-Headers "authorization, content-type" always;',
        "cors_blocked",
        False,
        True,
    ),
    "no Authorization": (
        "proxy_hide_header access-control-allow-headers; add_header Access-Control-Allow-Headers content-type always;",
        "cors_blocked",
        False,
        True,
    ),
    "any header": (
        "proxy_hide_header access-control-allow-headers; add_header Access-Control-Allow-Headers '*' always;",
        "",
        True,
        True,
    ),
    "page refused": (STRICT + 'if ($bad = "xy") {{ return 403; }}', "cors_blocked", True, False),
    "subprotocol refused": ("if ($http_sec_websocket_protocol) {{ return 400; }}", "ws_subprotocol", True, False),
    "subprotocol not named": ("proxy_hide_header Sec-WebSocket-Protocol;", "ws_subprotocol", True, False),
}
EACH = pytest.mark.parametrize("name", CASES)

PAGE = """<!doctype html><title>page</title><script>
const outcome = (wait) => wait.then(() => "works", (error) => "fails: " + error);
const socket = () => new Promise((done, failed) => {
  const one = new WebSocket(URL_WS, ["token", "k".repeat(40)]);
  one.onopen = () => { one.close(); done(); };
  one.onerror = () => failed("error");
});
const speech = () => fetch(URL_HTTP, {method: "POST", body: new Uint8Array(400),
  headers: {"Authorization": "Token k", "Content-Type": "audio/wav"}}).then((answer) => answer.text());
const attempt = (call) => { try { return call(); } catch (error) { return Promise.reject(error); } };
Promise.all([outcome(attempt(speech)), outcome(attempt(socket))]).then(([rest, ws]) =>
  fetch("/outcome", {method: "POST", body: JSON.stringify({rest, ws})}));
</script>"""


@contextmanager
def page(target: str, context: ssl.SSLContext | None = None) -> Iterator[tuple[int, queue.Queue[dict[str, str]]]]:
    """A site with one page that calls the target, and what the page reports; (its port, the reports)."""
    reports: queue.Queue[dict[str, str]] = queue.Queue()
    query = f"{target}/v1/listen?model=nova-3"
    sockets = query.replace("http", "ws", 1) + "&encoding=linear16&sample_rate=16000"
    body = PAGE.replace("URL_HTTP", json.dumps(query)).replace("URL_WS", json.dumps(sockets)).encode()

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            reports.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], reports
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def browse(tmp_path: Path) -> Iterator[Callable[[str, queue.Queue[dict[str, str]]], dict[str, str]]]:
    """`browse(url, reports)` opens a page in Chromium and gives what it reports; skips where there is no Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not here")
    opened: list[subprocess.Popen[bytes]] = []

    def go(url: str, reports: queue.Queue[dict[str, str]]) -> dict[str, str]:
        flags = (
            *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            *("--ignore-certificate-errors", f"--user-data-dir={tmp_path}"),
            "--host-resolver-rules=MAP *.example.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        )
        silent = subprocess.DEVNULL
        opened.append(subprocess.Popen([program, *flags, url], stdin=silent, stdout=silent, stderr=silent))
        return reports.get(timeout=60)

    yield go
    for one in opened:
        one.terminate()
        one.wait()


def behind_nginx(peers: Peers, sim: str, lines: str, origin: str) -> str:
    """nginx before the simulator, with these lines for pages of that origin; the URL of it."""
    port = free_port()
    location = f"{lines.format(page=origin)} proxy_pass {sim}; {UPGRADES}"
    peers.nginx(f"server {{ listen 127.0.0.1:{port}; location / {{ {location} }} }}", port=port)
    return f"http://127.0.0.1:{port}"


@EACH
async def test_each_way_to_shut_pages_out_is_named(peers: Peers, name: str) -> None:
    lines, cause, _, _ = CASES[name]
    origin = "http://app.example.test:3000"
    with running() as sim:
        url = behind_nginx(peers, sim.url, lines, origin)
        report = await run(url, profile="standard", skip=["replicas"], origin=f"{origin}/page?x#y")
    assert roots(report) == ([cause] if cause else []), [(one.cause, one.says) for one in report.findings]
    if cause:
        assert "origin" in found(report, cause).checks or cause == "ws_subprotocol"
    else:
        assert report.verdict == "pass"


@EACH
async def test_a_real_browser_meets_the_same(peers: Peers, browse: Any, name: str) -> None:
    lines, _, fetches, opens = CASES[name]
    with running() as sim:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        with page(url) as (site, reports):
            origin = f"http://127.0.0.1:{site}"
            location = f"{lines.format(page=origin)} proxy_pass {sim.url}; {UPGRADES}"
            peers.nginx(f"server {{ listen 127.0.0.1:{port}; location / {{ {location} }} }}", port=port)
            seen = browse(f"{origin}/", reports)
    assert (seen["rest"] == "works", seen["ws"] == "works") == (fetches, opens), seen


async def test_mixed_content_is_named_as_a_real_browser_stops_it(browse: Any, tmp_path: Path) -> None:
    from dgcheck.sim import certificates

    files = certificates.write(certificates.make("good", certificates.addresses("127.0.0.1")), tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files["chain"], files["key"])
    with running() as sim:
        target = f"http://dg.example.test:{sim.port}"
        with page(target, context) as (site, reports):
            origin = f"https://app.example.test:{site}"
            seen = browse(f"{origin}/", reports)
        report = await run(target, profile="standard", resolve=["dg.example.test=127.0.0.1"], origin=origin)
    assert seen["rest"].startswith("fails")
    assert seen["ws"].startswith("fails")
    assert roots(report) == ["browser_mixed_content"]


async def test_page_from_https_may_call_this_machine() -> None:
    with running() as sim:
        report = await run(sim.url, profile="standard", origin="https://app.example.test")
    assert roots(report) == []
    assert report.verdict == "pass"
