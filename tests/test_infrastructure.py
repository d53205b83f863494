"""The tests' own ground: the guard refuses, peers start and stop, a namespace is a world of its own."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.namespaces import Namespace
from tests.programs import Peers, free_port, missing

pytest_plugins = ["pytester"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1"])
def test_loopback_is_reached(host: str) -> None:
    with socket.create_server((host, 0)) as server, socket.create_connection(server.getsockname()[:2]) as client:
        assert client.getpeername()[0] == host


def test_leaving_loopback_fails_the_test_even_when_the_error_is_swallowed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    pytester.makeconftest("from tests.conftest import only_loopback\n")
    pytester.makepyfile(
        """
        import socket
        def test_swallows():
            try:
                socket.create_connection(("192.0.2.1", 9), timeout=0.1)
            except OSError:
                pass
        def test_asks_for_a_name():
            try:
                socket.getaddrinfo("example.com", 80)
            except OSError:
                pass
        """
    )
    outcome = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-o", "markers=allow_hosts(*n): x")
    outcome.assert_outcomes(passed=2, errors=2)
    outcome.stdout.fnmatch_lines(["*connect 192.0.2.1 port 9*", "*getaddrinfo example.com*"])


def test_missing_peer_skips_or_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DGCHECK_PEERS", raising=False)
    with pytest.raises(pytest.skip.Exception):
        missing("nothing")
    monkeypatch.setenv("DGCHECK_PEERS", "required")
    with pytest.raises(pytest.fail.Exception):
        missing("nothing")


def _get(port: int, path: str = "/") -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % path.encode())
        return b"".join(iter(lambda: client.recv(4096), b""))


@pytest.mark.peer("nginx")
def test_nginx_starts_and_is_stopped(peers: Peers) -> None:
    port = free_port()
    peer = peers.nginx(f"server {{ listen 127.0.0.1:{port}; return 204; }}", port=port)
    assert _get(port).startswith(b"HTTP/1.1 204")
    peer.stop()
    assert peer.process.returncode is not None


@pytest.mark.peer("haproxy")
def test_haproxy_starts(peers: Peers) -> None:
    port = free_port()
    peers.haproxy(f"frontend f\n  bind 127.0.0.1:{port}\n  default_backend b\nbackend b\n", port=port)
    assert b" 503 " in _get(port).split(b"\r\n")[0]


@pytest.mark.peer("caddy")
def test_caddy_starts(peers: Peers) -> None:
    port = free_port()
    peers.caddy(f'http://127.0.0.1:{port} {{\n\trespond "hello" 200\n}}\nhttp://x {{\n}}\n', port=port)
    assert b" 200 " in _get(port).split(b"\r\n")[0]


@pytest.mark.peer("squid")
def test_squid_starts(peers: Peers) -> None:
    port, dead = free_port(), free_port()
    peers.squid(port=port)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % (dead, dead))
        assert client.recv(4096).startswith(b"HTTP/1.1 503")


@pytest.mark.peer("envoy")
def test_envoy_starts(peers: Peers) -> None:
    port = free_port()
    peers.envoy(
        f"""
static_resources:
  listeners:
  - address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: t
          route_config:
            virtual_hosts:
            - {{name: a, domains: ["*"], routes: [{{match: {{prefix: /}}, direct_response: {{status: 418}}}}]}}
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
""",
        port=port,
    )
    assert _get(port).startswith(b"HTTP/1.1 418")


def test_peer_that_cannot_start_fails_with_its_own_words(peers: Peers) -> None:
    with pytest.raises(pytest.fail.Exception, match="openssl"):
        peers.start("openssl", "no-such-command", port=free_port(), patience=5)


def test_namespace_has_its_own_addresses_names_and_silence(namespace: Callable[..., Namespace]) -> None:
    here = namespace(
        addresses=("10.77.0.1", "fd77::1"),
        silent=("10.77.0.66",),
        hosts={"dg.test": ["10.77.0.1"]},
        resolv=["nameserver 10.77.0.1"],
    )
    script = (
        "import socket;"
        "s=socket.create_server(('10.77.0.1',0));"
        "print(socket.getaddrinfo('dg.test',1,type=socket.SOCK_STREAM)[0][4][0]);"
        "print(socket.create_connection(s.getsockname()).getpeername()[0]);"
        "v6=socket.create_server(('fd77::1',0),family=socket.AF_INET6);"
        "print(socket.create_connection(v6.getsockname()[:2]).getpeername()[0]);"
        "c=socket.socket();c.settimeout(0.5);"
        "r=None\n"
        "try: c.connect(('10.77.0.66',80))\n"
        "except Exception as e: print(type(e).__name__)"
    )
    done = here.run("python3", "-c", script)
    assert done.stdout.split() == ["10.77.0.1", "10.77.0.1", "fd77::1", "TimeoutError"], done.stderr
    assert "dg.test" not in subprocess.run(["cat", "/etc/hosts"], capture_output=True, text=True).stdout
