"""Ports that refuse, hang up, or speak something else, on loopback. Each is named, and it alone."""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.authority import Authority
from tests.namespaces import Namespace
from tests.programs import Peers, free_port
from tests.runs import found, roots, run

pytestmark = [pytest.mark.anyio]
Answer = Callable[[socket.socket], None]
Serve = Callable[[Answer], int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(answer)` calls `answer(connection)` for each connection, in a thread, and closes it; returns the port."""
    open_: list[socket.socket] = []

    def start(answer: Answer) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        open_.append(server)

        def one(client: socket.socket) -> None:
            with closing(client):
                try:
                    answer(client)
                except OSError:
                    pass

        def accept() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                client.settimeout(5)
                threading.Thread(target=one, args=(client,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return int(server.getsockname()[1])

    yield start
    for one in open_:
        one.close()


def hang_up(client: socket.socket) -> None:
    """Read the request, then close in good order."""
    client.recv(4096)


def reset(client: socket.socket) -> None:
    """Read the request, then reset."""
    client.recv(4096)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def says(greeting: bytes, answer: bytes = b"") -> Answer:
    """Greet, read something, answer."""

    def talk(client: socket.socket) -> None:
        client.sendall(greeting)
        if client.recv(4096):
            client.sendall(answer)

    return talk


def http(pages: dict[str, tuple[int, str, str]], default: tuple[int, str, str] = (404, "text/plain", "")) -> Answer:
    """A small HTTP server: path -> (status, content type, body)."""

    def talk(client: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            more = client.recv(65536)
            if not more:
                return
            data += more
        path = data.split(b" ")[1].decode().partition("?")[0]
        status, kind, body = pages.get(path, default)
        length = len(body.encode())
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        client.sendall((head + body).encode())
        client.shutdown(socket.SHUT_WR)
        while client.recv(65536):
            pass

    return talk


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_closed_port(scheme: str) -> None:
    port = free_port()
    report = await run(f"{scheme}://127.0.0.1:{port}")
    assert roots(report) == ["tcp_refused"]
    assert f"Nothing listens on port {port}" in found(report, "tcp_refused").says
    commands = [remedy.command for remedy in found(report, "tcp_refused").remedies]
    assert "dgcheck run http://127.0.0.1:8080" in commands


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(("answer", "cause"), [(hang_up, "tcp_closed_early"), (reset, "tcp_reset")], ids=["FIN", "RST"])
async def test_a_port_that_ends_the_connection(serve: Serve, answer: Answer, cause: str, scheme: str) -> None:
    port = serve(answer)
    report = await run(f"{scheme}://127.0.0.1:{port}")
    assert roots(report) == [cause]
    said = "after our TLS greeting" if scheme == "https" else "after GET /v1/"
    assert said in found(report, cause).says


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("answer", "protocol"),
    [
        pytest.param(says(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"), "SSH", id="SSH"),
        pytest.param(says(b"220 mail.example.test ESMTP Postfix\r\n", b"502 5.5.2 Error\r\n"), "SMTP", id="SMTP"),
        pytest.param(says(b"220 (vsFTPd 3.0.3)\r\n", b"530 Please login\r\n"), "FTP", id="FTP"),
        pytest.param(says(b"", b"-ERR wrong number of arguments for 'get' command\r\n"), "Redis", id="Redis"),
        pytest.param(says(b"J\x00\x00\x00\x0a8.0.36\x00\x08\x00\x00\x00abcdefgh\x00"), "MySQL", id="MySQL"),
        pytest.param(says(b"", b"AMQP\x00\x00\x09\x01"), "AMQP", id="RabbitMQ"),
        pytest.param(says(b'INFO {"server_id":"NA","version":"2.10"}\r\n'), "NATS", id="NATS"),
        pytest.param(says(b"\x01\x02\x03 what", b""), "", id="nothing that is known"),
    ],
)
async def test_a_port_that_speaks_another_protocol(serve: Serve, answer: Answer, protocol: str, scheme: str) -> None:
    report = await run(f"{scheme}://127.0.0.1:{serve(answer)}")
    assert roots(report) == ["not_http"]
    assert found(report, "not_http").detail == protocol


async def test_frames_of_http2_in_answer_to_http1(serve: Serve) -> None:
    settings = b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00\x03\x00\x00\x00\x64" * 3
    report = await run(f"http://127.0.0.1:{serve(says(settings))}")
    assert roots(report) == ["alpn_http2_only"]


@pytest.mark.parametrize("prefaced", [True, False], ids=["SETTINGS after the preface", "nothing even then"])
async def test_http2_is_tried_where_http1_is_met_by_hanging_up(serve: Serve, prefaced: bool) -> None:
    def answer(client: socket.socket) -> None:
        if client.recv(4096).startswith(b"PRI * HTTP/2.0") and prefaced:
            client.sendall(b"\x00\x00\x00\x04\x00\x00\x00\x00\x00")

    report = await run(f"http://127.0.0.1:{serve(answer)}")
    assert roots(report) == ["alpn_http2_only" if prefaced else "tcp_closed_early"]


async def test_postgresql_on_a_port_that_is_not_its_own(serve: Serve) -> None:
    """It hangs up on HTTP without a word, also on HTTP/2, and answers its own question with one letter."""

    def answer(client: socket.socket) -> None:
        if client.recv(8) == b"\x00\x00\x00\x08\x04\xd2\x16\x2f":
            client.sendall(b"N")

    report = await run(f"http://127.0.0.1:{serve(answer)}")
    assert roots(report) == ["not_http"]
    assert found(report, "not_http").detail == "PostgreSQL"


STATUS = '{"system_health":"Healthy","active_batch_requests":0,"active_stream_requests":0}'
LICENSE = (
    '{"state":"Connected","last_successful_checkin":"2026-09-01T00:00:00Z","trust_expiration":"2026-09-09T00:00:00Z"}'
)
METRICS = (
    '# HELP engine_active_requests n\n# TYPE engine_active_requests gauge\nengine_active_requests{kind="batch"} 0\n'
)
OPENAI = '{"object":"list","data":[{"id":"whisper-1","object":"model","owned_by":"me"}]}'
MONGODB = "It looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n"
WELCOME = "<!DOCTYPE html><html><head><title>Welcome to nginx!</title></head><body>ok</body></html>"
APP = "<!DOCTYPE html><html><head><title>Our shop</title></head><body>ok</body></html>"


@pytest.mark.parametrize(
    ("pages", "default", "confidence", "named"),
    [
        pytest.param(
            {"/v1/status": (200, "application/json", LICENSE)}, None, "certain", "License Proxy", id="licence proxy"
        ),
        pytest.param(
            {"/metrics": (200, "text/plain", METRICS)}, None, "certain", "the Engine's metrics port", id="metrics"
        ),
        pytest.param({"/v1/models": (200, "application/json", OPENAI)}, None, "certain", "OpenAI", id="OpenAI's API"),
        pytest.param({}, (200, "text/plain", MONGODB), "certain", "MongoDB", id="MongoDB, which says so in HTTP"),
        pytest.param({"/": (200, "text/html", WELCOME)}, None, "likely", "nginx with its welcome page", id="nginx"),
        pytest.param({}, (200, "text/html", APP), "likely", "not this deployment", id="a page for every path"),
        pytest.param({}, (404, "application/json", '{"detail":"Not Found"}'), "likely", "FastAPI", id="FastAPI"),
    ],
)
async def test_an_http_service_that_is_not_the_api(
    serve: Serve,
    pages: dict[str, tuple[int, str, str]],
    default: tuple[int, str, str] | None,
    confidence: str,
    named: str,
) -> None:
    answer = http(pages, default or (404, "text/plain", "404 page not found\n"))
    report = await run(f"http://127.0.0.1:{serve(answer)}")
    assert roots(report) == ["wrong_service"]
    assert found(report, "wrong_service").confidence == confidence
    assert named in found(report, "wrong_service").says


async def test_a_bare_404_is_not_called_another_service(serve: Serve) -> None:
    report = await run(f"http://127.0.0.1:{serve(http({}))}")
    assert "wrong_service" not in [one.cause for one in report.findings]
    assert roots(report) == ["http_not_found"]


async def test_an_api_without_the_other_pages_is_not_called_another_service(serve: Serve) -> None:
    report = await run(f"http://127.0.0.1:{serve(http({'/v1/status': (200, 'application/json', STATUS)}))}")
    assert "wrong_service" not in [one.cause for one in report.findings]


async def test_a_captive_portal(serve: Serve) -> None:
    page = "<html><head><title>Hotspot login</title></head><body>Captive portal: please sign in</body></html>"
    report = await run(f"http://127.0.0.1:{serve(http({}, (200, 'text/html', page)))}")
    assert roots(report) == ["middlebox"]
    assert found(report, "middlebox").confidence == "likely"


# --- TLS where plain HTTP is spoken, and the other way round ------------------------------------------------------


@pytest.mark.parametrize("kind", ["nginx", "haproxy", "caddy", "simulator"])
async def test_https_on_a_plain_port(peers: Peers, kind: str) -> None:
    from dgcheck.sim.server import running

    port = free_port()
    if kind == "simulator":
        with running(port=port):
            report = await run(f"https://127.0.0.1:{port}")
    else:
        plain(peers, kind, port)
        report = await run(f"https://127.0.0.1:{port}")
    assert roots(report) == ["tls_to_plain_port"]
    assert found(report, "tls_to_plain_port").remedies[0].command == f"dgcheck run http://127.0.0.1:{port}"


def plain(peers: Peers, kind: str, port: int) -> None:
    """A program that speaks plain HTTP on this port; skips the test without it."""
    if kind == "nginx":
        peers.nginx(f"server {{ listen 127.0.0.1:{port}; location / {{ return 404; }} }}", port=port)
    elif kind == "haproxy":
        peers.haproxy(f"frontend in\n  bind 127.0.0.1:{port}\n  http-request return status 404\n", port=port)
    else:
        peers.caddy(f"http://127.0.0.1:{port} {{\n\trespond 404\n}}\n", port=port)


async def test_https_on_a_plain_port_that_waits_for_more(serve: Serve) -> None:
    """A server that reads lines takes our greeting for the beginning of one, and says nothing."""

    def patient(client: socket.socket) -> None:
        data = client.recv(4096)
        while not data.startswith(b"GET") or b"\r\n\r\n" not in data:
            more = client.recv(4096)
            if not more:
                return
            data += more
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    report = await run(f"https://127.0.0.1:{serve(patient)}")
    assert roots(report) == ["tls_to_plain_port"]


@pytest.mark.parametrize("kind", ["nginx", "haproxy", "caddy", "openssl", "simulator"])
async def test_http_on_a_tls_port(peers: Peers, kind: str) -> None:
    from dgcheck.sim.server import running

    port = free_port()
    if kind == "simulator":
        with running(port=port, tls="good"):
            report = await run(f"http://127.0.0.1:{port}")
    else:
        over_tls(peers, kind, port)
        report = await run(f"http://127.0.0.1:{port}")
    assert roots(report) == ["plain_to_tls_port"]
    assert found(report, "plain_to_tls_port").remedies[0].command == f"dgcheck run https://127.0.0.1:{port}"


def over_tls(peers: Peers, kind: str, port: int) -> None:
    """A program that speaks TLS on this port; skips the test without it."""
    files = Authority(peers.folder).issue()
    both = peers.folder / "site.pem"
    both.write_bytes(files.chain.read_bytes() + files.key.read_bytes())
    if kind == "nginx":
        names = f"ssl_certificate {files.chain}; ssl_certificate_key {files.key};"
        peers.nginx(f"server {{ listen 127.0.0.1:{port} ssl; {names} location / {{ return 404; }} }}", port=port)
    elif kind == "haproxy":
        peers.haproxy(
            f"frontend in\n  bind 127.0.0.1:{port} ssl crt {both}\n  http-request return status 404\n", port=port
        )
    elif kind == "caddy":
        peers.caddy(f"https://127.0.0.1:{port} {{\n\ttls {files.chain} {files.key}\n\trespond 404\n}}\n", port=port)
    else:
        where = f"127.0.0.1:{port}"
        peers.start(
            "openssl", "s_server", "-accept", where, "-cert", files.chain, "-key", files.key, "-www", says="ACCEPT"
        )


# --- in a network of its own --------------------------------------------------------------------------------------

Make = Callable[..., Namespace]


def diagnosed(namespace: Namespace, url: str, *flags: str) -> dict[str, Any]:
    """The JSON report of a run inside a namespace."""
    done = namespace.dgcheck("run", url, "--profile", "quick", "-o", "json", *flags)
    assert done.stdout, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def root(report: dict[str, Any]) -> dict[str, Any]:
    """The only root of a report, apart from what is only good to know; fails when there are others."""
    found_ = [one for one in report["findings"] if one["root"] and one["severity"] != "info"]
    assert len(found_) == 1, [one["cause"] for one in found_]
    only: dict[str, Any] = found_[0]
    return only


@pytest.fixture
def api(peers: Peers) -> Callable[[Namespace, str], None]:
    """`api(namespace, address)` starts the simulator inside, on that address and port 8080."""

    def start(namespace: Namespace, address: str) -> None:
        arguments = ["-m", "dgcheck", "simulate", "--host", address, "--port", "8080"]
        peers.start(sys.executable, *arguments, says=f"{address}", prefix=namespace.prefix)

    return start


def test_a_silent_address(namespace: Make) -> None:
    inside = namespace(addresses=["10.77.0.1"], silent=["10.77.0.9"], hosts={"dg.test": ["10.77.0.9"]})
    only = root(diagnosed(inside, "http://dg.test:8080"))
    assert only["cause"] == "tcp_timeout"
    assert "10.77.0.9 (dg.test)" in only["says"]


@pytest.mark.parametrize(
    ("route", "word"),
    [
        ("unreachable", "no route to host"),
        ("prohibit", "prohibited"),
        ("blackhole", "discarded by a blackhole route"),
        ("", "network unreachable"),
    ],
    ids=["unreachable", "prohibit", "blackhole", "no route"],
)
def test_an_address_that_no_way_leads_to(namespace: Make, route: str, word: str) -> None:
    inside = namespace(addresses=["10.77.0.1"])
    if route:
        inside.run("ip", "route", "add", route, "10.99.0.0/24")
    only = root(diagnosed(inside, "http://10.99.0.7:8080"))
    assert only["cause"] == "host_unreachable"
    assert f"“{word}”" in only["says"]


def test_an_address_in_the_own_subnet_that_nobody_has(namespace: Make) -> None:
    only = root(diagnosed(namespace(addresses=["10.77.0.1"]), "http://10.77.0.44:8080"))
    assert only["cause"] in ("host_unreachable", "tcp_timeout")  # ARP's patience and ours are close


def test_only_ipv6_addresses_and_no_route_for_them(namespace: Make) -> None:
    inside = namespace(addresses=["10.77.0.1"], hosts={"dg.test": ["2001:db8::7"]})
    inside.run("sysctl", "-q", "-w", "net.ipv6.conf.all.disable_ipv6=1")
    only = root(diagnosed(inside, "http://dg.test:8080"))
    assert only["cause"] == "address_family_unreachable"
    assert "dg.test has IPv6 addresses alone (2001:db8::7)" in only["says"]


def test_an_ipv6_address_without_a_route_beside_a_good_one_is_no_fault(
    namespace: Make, api: Callable[[Namespace, str], None]
) -> None:
    inside = namespace(addresses=["10.77.0.1"], hosts={"dg.test": ["2001:db8::7", "10.77.0.1"]})
    inside.run("sysctl", "-q", "-w", "net.ipv6.conf.all.disable_ipv6=1")
    api(inside, "10.77.0.1")
    report = diagnosed(inside, "http://dg.test:8080")
    assert report["verdict"] == "pass", [one["says"] for one in report["findings"]]


@pytest.mark.parametrize(
    ("dead", "word"), [("10.77.0.9", "silent"), ("10.77.0.2", "refused, ECONNREFUSED")], ids=["silent", "refused"]
)
def test_a_dead_address_beside_a_good_one(
    namespace: Make, api: Callable[[Namespace, str], None], dead: str, word: str
) -> None:
    hosts = {"dg.test": [dead, "10.77.0.1"]}
    inside = namespace(addresses=["10.77.0.1", "10.77.0.2"], silent=["10.77.0.9"], hosts=hosts)
    api(inside, "10.77.0.1")
    report = diagnosed(inside, "http://dg.test:8080")
    only = root(report)
    assert (only["cause"], only["severity"]) == ("partial_addresses_dead", "warning")
    assert f"{dead}: {word}" in only["says"]
    assert report["verdict"] == "warn"


def test_everything_refuses_in_a_pod_before_its_mesh_is_up(namespace: Make) -> None:
    inside = namespace(addresses=["10.77.0.1"], hosts={"dg.test": ["10.77.0.1"]}, resolv=["nameserver 10.77.0.1"])
    done = inside.dgcheck("run", "http://dg.test:8080", "-o", "json", env={"KUBERNETES_SERVICE_HOST": "10.96.0.1"})
    causes = {one["cause"]: one for one in json.loads(done.stdout)["findings"]}
    assert causes["mesh_sidecar"]["confidence"] == "possible"
    assert causes["tcp_refused"]["root"]
