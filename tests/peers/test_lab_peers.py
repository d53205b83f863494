"""Set-ups that people really have, with programs that are not ours: the healthy ones pass, of two faults the decisive
one comes first, and what is no HTTP is told at once.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dgcheck.model.evidence import Exchange
from dgcheck.model.report import Report
from dgcheck.sim.server import running
from tests.authority import Authority
from tests.programs import Peers, free_port
from tests.runs import found, roots, run

pytestmark = [pytest.mark.anyio]
nginx, haproxy, envoy, squid = (pytest.mark.peer(name) for name in ("nginx", "haproxy", "envoy", "squid"))

UPGRADES = (
    "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection;"
)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def standard(url: str, **flags: Any) -> Report:
    return await run(url, profile="standard", **flags)


def passes(report: Report) -> None:
    assert roots(report) == [], [one.says for one in report.findings]
    assert report.verdict == "pass"


def served(peers: Peers, server: str) -> int:
    """nginx with one server block; PORT in it stands for its port, which is returned."""
    port = free_port()
    peers.nginx(f"server {{ listen 127.0.0.1:{port}; {server.replace('PORT', str(port))} }}", port=port)
    return port


@squid
async def test_every_question_on_a_kept_connection_is_worded_for_the_forward_proxy(peers: Peers) -> None:
    port = free_port()
    peers.squid(port=port)
    with running() as simulator:
        report = await standard(simulator.url, environ={"HTTP_PROXY": f"http://127.0.0.1:{port}"})
    passes(report)
    asked = [one for one in report.evidence if isinstance(one, Exchange)]
    assert any(not one.new_connection for one in asked)
    assert {one.status for one in asked} == {200}


@nginx
@pytest.mark.parametrize(
    "query",
    [
        "encoding=linear16&sample_rate=16000&interim_results=true",
        "encoding=mulaw&sample_rate=8000&channels=1&interim_results=true&language=en",
    ],
)
async def test_a_live_request_out_of_a_log_is_asked_in_its_own_encoding_by_every_check(
    peers: Peers, query: str
) -> None:
    with running() as simulator:
        port = served(peers, f"location / {{ proxy_pass {simulator.url}; {UPGRADES} }}")
        passes(await standard(f"ws://127.0.0.1:{port}/v1/listen?model=nova-3&{query}"))


@nginx
async def test_a_gateway_that_lets_only_listen_through_is_no_fault(peers: Peers) -> None:
    with running() as simulator:
        port = served(
            peers,
            f"location / {{ return 403; }} location = /v1/listen {{ proxy_pass {simulator.url}; {UPGRADES} }}",
        )
        passes(await standard(f"http://127.0.0.1:{port}"))


@nginx
async def test_http_1_0_upstream_for_files_and_upgrades_apart_from_them_is_no_fault(peers: Peers) -> None:
    with running() as simulator:
        port = served(
            peers,
            f"location / {{ proxy_pass {simulator.url}; error_page 418 = @ws; if ($http_upgrade) {{ return 418; }} }}"
            f" location @ws {{ proxy_pass {simulator.url}; {UPGRADES} }}",
        )
        passes(await standard(f"http://127.0.0.1:{port}"))


@envoy
@haproxy
@pytest.mark.parametrize("front", ["envoy", "haproxy"])
async def test_http2_beside_http_1_1_on_a_tls_front_is_no_fault(peers: Peers, authority: Authority, front: str) -> None:
    files, port = authority.issue(), free_port()
    with running() as simulator:
        if front == "haproxy":
            pem = peers.write("site.pem", files.chain.read_text() + files.key.read_text())
            peers.haproxy(
                f"frontend f\n  bind 127.0.0.1:{port} ssl crt {pem} alpn h2,http/1.1\n  default_backend b\n"
                f"backend b\n  server s 127.0.0.1:{simulator.port}\n",
                port=port,
            )
        else:
            peers.envoy(_envoy(port, simulator.port, str(files.chain), str(files.key)), port=port)
        passes(await standard(f"https://127.0.0.1:{port}", ca_file=str(authority.ca)))


def _envoy(port: int, upstream: int, chain: str, key: str) -> str:
    kinds = "type.googleapis.com/envoy.extensions"
    return f"""
static_resources:
  listeners:
  - address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": {kinds}.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: front
          upgrade_configs: [{{upgrade_type: websocket}}]
          route_config:
            virtual_hosts:
            - {{name: all, domains: ["*"], routes: [{{match: {{prefix: /}}, route: {{cluster: api, timeout: 0s}}}}]}}
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{"@type": {kinds}.filters.http.router.v3.Router}}
      transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": {kinds}.transport_sockets.tls.v3.DownstreamTlsContext
          common_tls_context:
            alpn_protocols: ["h2", "http/1.1"]
            tls_certificates: [{{certificate_chain: {{filename: {chain}}}, private_key: {{filename: {key}}}}}]
  clusters:
  - name: api
    type: STATIC
    load_assignment:
      cluster_name: api
      endpoints:
      - lb_endpoints:
        - endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {upstream}}}}}}}
"""


@nginx
async def test_a_front_that_refuses_the_subprotocol_alone_is_named(peers: Peers) -> None:
    with running() as simulator:
        port = served(
            peers,
            "location / { if ($http_sec_websocket_protocol) { return 403; } "
            f"proxy_pass {simulator.url}; {UPGRADES} }}",
        )
        report = await standard(f"http://127.0.0.1:{port}")
    assert roots(report) == ["ws_subprotocol"], [one.says for one in report.findings]
    assert found(report, "ws_subprotocol").severity == "error"


@nginx
async def test_a_missing_scheme_and_a_missing_prefix_are_told_apart(peers: Peers) -> None:
    with running() as simulator:
        port = served(
            peers,
            f"location / {{ return 404; }} location /deepgram/ {{ proxy_pass {simulator.url}/; {UPGRADES} }}",
        )
        report = await standard(f"127.0.0.1:{port}")
    assert roots(report) == ["url_path_wrong", "url_scheme_missing"]
    assert "/deepgram" in found(report, "url_path_wrong").says


@nginx
async def test_an_expired_certificate_for_another_name_is_called_expired_first(
    peers: Peers, authority: Authority
) -> None:
    files, port = authority.issue("dg.corp.test", days=(-60, -2)), free_port()
    with running() as simulator:
        peers.nginx(
            f"server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {files.chain}; ssl_certificate_key {files.key};"
            f" location / {{ proxy_pass {simulator.url}; {UPGRADES} }} }}",
            port=port,
        )
        report = await standard(f"https://127.0.0.1:{port}", ca_file=str(authority.ca))
    assert roots(report) == ["tls_expired", "tls_hostname_mismatch"]


@nginx
async def test_a_private_ca_that_was_not_passed_hides_no_second_verdict(peers: Peers, authority: Authority) -> None:
    files, port = authority.issue(), free_port()
    with running() as simulator:
        peers.nginx(
            f"server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {files.chain}; ssl_certificate_key {files.key};"
            f" location / {{ proxy_pass {simulator.url}; }} }}",
            port=port,
        )
        report = await standard(f"https://127.0.0.1:{port}")
    assert roots(report) == ["tls_unknown_ca"]


@contextlib.contextmanager
def talking(first: bytes, reply: bytes) -> Iterator[int]:
    """A server that greets with `first`, answers whatever comes with `reply`, and never closes; its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    kept: list[socket.socket] = []

    def serve(client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            client.sendall(first)
            while client.recv(4096):
                client.sendall(reply)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                kept.append(client)
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        for client in kept:
            client.close()


@pytest.mark.parametrize(
    ("first", "reply", "name"),
    [
        (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", b"", "SSH"),
        (b"", b"-ERR unknown command 'GET', with args beginning with: '/v1/status'\r\n", "Redis"),
        (b"220 mail.corp.test ESMTP Postfix\r\n", b"502 5.5.2 Error: command not recognized\r\n", "SMTP"),
    ],
    ids=["ssh", "redis", "smtp"],
)
async def test_a_server_that_talks_and_never_closes_is_named_without_waiting(
    first: bytes, reply: bytes, name: str
) -> None:
    with talking(first, reply) as port:
        begun = time.monotonic()
        report = await standard(f"http://127.0.0.1:{port}")
        took = time.monotonic() - begun
    assert roots(report) == ["not_http"]
    assert name in found(report, "not_http").says
    assert took < 6.0, f"{took:.1f} s"
