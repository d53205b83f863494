"""Reverse proxies that are not ours, in front of the simulator: each fault of theirs is named, and it alone."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from dgcheck.model.report import Report
from dgcheck.sim.server import running
from tests.programs import Peers, free_port
from tests.runs import found, roots, run

pytestmark = [pytest.mark.anyio]
nginx, haproxy, envoy, caddy = (pytest.mark.peer(name) for name in ("nginx", "haproxy", "envoy", "caddy"))

UPGRADES = (
    "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection;"
)


async def standard(url: str, **flags: Any) -> Report:
    """A standard run without the repeated questions of `replicas`."""
    return await run(url, profile="standard", skip=["replicas"], **flags)


def passes(report: Report) -> None:
    """Nothing is wrong: no error and no warning."""
    assert roots(report) == [], [one.says for one in report.findings]
    assert report.verdict == "pass"


def only(report: Report, cause: str, *said: str) -> None:
    """That cause is the only root, and its sentence holds these words."""
    assert roots(report) == [cause], [(one.cause, one.says) for one in report.findings]
    for words in said:
        assert words in found(report, cause).says


def behind_nginx(peers: Peers, location: str, *, server: str = "", http: str = "") -> str:
    """nginx with one location, `location` being its lines; the URL of it."""
    port = free_port()
    peers.nginx(f"server {{ listen 127.0.0.1:{port}; {server}\nlocation / {{ {location} }} }}", port=port, http=http)
    return f"http://127.0.0.1:{port}"


@nginx
@pytest.mark.parametrize(
    ("location", "cause", "said"),
    [
        pytest.param("proxy_pass {sim};", "ws_upgrade_not_forwarded", "plain GET", id="default proxy_pass"),
        pytest.param(
            "proxy_pass {sim}; proxy_http_version 1.1;",
            "ws_upgrade_not_forwarded",
            "plain GET",
            id="HTTP/1.1, no headers",
        ),
        pytest.param(
            f"proxy_pass {{sim}}; {UPGRADES} client_max_body_size 1k;",
            "http_body_too_large",
            "A body of",
            id="body limit of 1k",
        ),
        pytest.param(
            "proxy_pass http://127.0.0.1:{dead};", "http_bad_gateway", "nginx answered 502", id="dead upstream"
        ),
        pytest.param(
            "return 301 https://dg.example.test$request_uri;",
            "http_redirect",
            "(https://dg.example.test/v1/listen)",
            id="redirect to https on another name",
        ),
        pytest.param(
            "return 308 https://127.0.0.1$request_uri;",
            "http_redirect",
            "to the same address over https",
            id="redirect to https",
        ),
        pytest.param("return 302 /login?next=$uri;", "http_redirect", "login page", id="redirect to a login page"),
        pytest.param(
            "return 302 http://$host:$server_port$request_uri;", "http_redirect", "never end", id="redirect to itself"
        ),
        pytest.param("return 403;", "http_forbidden", "nginx answered 403 Forbidden", id="return 403"),
        pytest.param("return 404;", "http_not_found", "nginx answered 404 Not Found", id="return 404"),
        pytest.param("return 503;", "http_unavailable", "nginx answered 503", id="return 503"),
        pytest.param(
            f"proxy_pass {{sim}}; {UPGRADES} limit_except GET {{ deny all; }}",
            "http_forbidden",
            "the WebSocket upgrade of /v1/listen worked",
            id="POST denied",
        ),
    ],
)
async def test_each_fault_of_nginx_is_named(peers: Peers, location: str, cause: str, said: str) -> None:
    with running() as sim:
        url = behind_nginx(peers, location.replace("{sim}", sim.url).replace("{dead}", str(free_port())))
        only(await standard(url), cause, said)


@nginx
async def test_lost_upgrade_is_named_by_a_quick_run_too(peers: Peers) -> None:
    """No POST was asked: the deployment's own pages show that it is there."""
    with running() as sim:
        only(await run(behind_nginx(peers, f"proxy_pass {sim.url};")), "ws_upgrade_not_forwarded", "plain GET")


@nginx
async def test_lost_upgrade_is_named_where_the_server_behind_takes_no_http_1_0(peers: Peers) -> None:
    """It answers 5xx to what nginx makes of the upgrade, and to a plain GET as well: the number is not the reason."""
    from websockets.asyncio.server import ServerConnection, serve

    async def listen(socket: ServerConnection) -> None:
        await socket.wait_closed()

    with running() as sim:
        async with serve(listen, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            streaming = f"location = /v1/listen {{ if ($request_method = GET) {{ proxy_pass http://127.0.0.1:{port}; }}"
            report = await standard(
                behind_nginx(
                    peers,
                    f"proxy_pass {sim.url};",
                    server=f"{streaming} proxy_pass {sim.url}; client_max_body_size 9m; }}",
                )
            )
    only(report, "ws_upgrade_not_forwarded")


@nginx
async def test_body_limit_is_found_roughly(peers: Peers) -> None:
    with running() as sim:
        report = await standard(behind_nginx(peers, f"proxy_pass {sim.url}; {UPGRADES} client_max_body_size 1k;"))
    says = found(report, "http_body_too_large").says
    low, high = (int(part) for part in says.partition("lies between ")[2].partition(" bytes")[0].split(" and "))
    assert low <= 1024 < high <= 4096


@nginx
@pytest.mark.parametrize(
    "location",
    [
        pytest.param(f"proxy_pass {{sim}}; {UPGRADES}", id="upgrade headers passed on"),
        pytest.param(f"proxy_pass {{sim}}; {UPGRADES} proxy_buffering on; proxy_buffers 4 4k;", id="buffering"),
        pytest.param(f"proxy_pass {{sim}}; {UPGRADES} proxy_request_buffering off; gzip on; gzip_types *;", id="gzip"),
        pytest.param(f"proxy_pass {{sim}}; {UPGRADES} client_max_body_size 1m;", id="body limit that is wide enough"),
        pytest.param(f"proxy_pass {{sim}}; {UPGRADES} proxy_read_timeout 2s;", id="short patience, quick deployment"),
    ],
)
async def test_nginx_set_up_well_passes(peers: Peers, location: str) -> None:
    with running() as sim:
        passes(await standard(behind_nginx(peers, location.replace("{sim}", sim.url))))


@nginx
@pytest.mark.parametrize("where", ["/v1/status", "/v1/models"])
@pytest.mark.parametrize("answer", ["return 401;", "return 403;", "return 404;"])
async def test_gateway_that_keeps_the_information_pages_passes(peers: Peers, where: str, answer: str) -> None:
    """Speech is served; a page that the gateway keeps to itself is no fault."""
    with running() as sim:
        server = f"location {where} {{ {answer} }}"
        passes(
            await standard(behind_nginx(peers, f"proxy_pass {sim.url}; {UPGRADES}", server=server), models=["nova-3"])
        )


@nginx
async def test_basic_authentication_of_a_gateway_is_named(peers: Peers) -> None:
    passwords = peers.write("passwords", "user:{PLAIN}secret\n")
    passwords.chmod(0o644)
    with running() as sim:
        lines = f'auth_basic "speech"; auth_basic_user_file {passwords}; proxy_pass {sim.url}; {UPGRADES}'
        only(await standard(behind_nginx(peers, lines)), "http_unauthorized", "401", 'Basic realm="speech"')


@nginx
async def test_limit_of_requests_of_a_gateway_is_named(peers: Peers) -> None:
    with running() as sim:
        lines = f"limit_req zone=one; limit_req_status 429; proxy_pass {sim.url}; {UPGRADES}"
        url = behind_nginx(peers, lines, http="limit_req_zone $server_port zone=one:1m rate=1r/m;")
        only(await standard(url), "http_rate_limited", "nginx answered 429", "not the deployment's")


@nginx
async def test_short_patience_with_a_slow_deployment_is_a_gateway_timeout(peers: Peers) -> None:
    with running(("slow=6",)) as sim:
        report = await standard(behind_nginx(peers, f"proxy_pass {sim.url}; {UPGRADES} proxy_read_timeout 2s;"))
    only(report, "http_gateway_timeout", "nginx answered 504", "after 2.")


@nginx
async def test_prefix_that_is_stripped_passes(peers: Peers) -> None:
    with running() as sim:
        server = f"location /deepgram/ {{ proxy_pass {sim.url}/; {UPGRADES} }}"
        passes(await standard(behind_nginx(peers, "return 404;", server=server) + "/deepgram"))


@nginx
async def test_prefix_that_is_not_stripped_is_no_fault_of_the_upgrade(peers: Peers) -> None:
    """The deployment gets /deepgram/v1/listen, which it does not serve: the path is what is wrong."""
    with running() as sim:
        server = f"location /deepgram/ {{ proxy_pass {sim.url}; {UPGRADES} }}"
        report = await standard(behind_nginx(peers, "return 404;", server=server) + "/deepgram")
    assert roots(report)[0] in ("url_path_wrong", "http_not_found"), [one.says for one in report.findings]
    assert len(roots(report)) == 1


@haproxy
async def test_no_server_behind_haproxy_is_named(peers: Peers) -> None:
    port = free_port()
    peers.haproxy(
        f"frontend f\n  bind 127.0.0.1:{port}\n  default_backend b\n"
        f"backend b\n  server s 127.0.0.1:{free_port()} check inter 100ms fall 1\n",
        port=port,
    )
    peers_down(port)
    only(await standard(f"http://127.0.0.1:{port}"), "http_unavailable", "HAProxy answered 503")


def peers_down(port: int) -> None:
    """Ask until HAProxy has found its server dead: 503 and no longer a refused connection behind it."""
    for _ in range(200):
        with socket.create_connection(("127.0.0.1", port), timeout=2) as asked:
            asked.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            if asked.recv(64).startswith(b"HTTP/1.1 503"):
                return
    pytest.fail("HAProxy did not find its server dead")


@haproxy
async def test_haproxy_set_up_well_passes(peers: Peers) -> None:
    with running() as sim:
        port = free_port()
        peers.haproxy(f"listen l\n  bind 127.0.0.1:{port}\n  server s 127.0.0.1:{sim.port}\n", port=port)
        passes(await standard(f"http://127.0.0.1:{port}"))


@haproxy
async def test_one_dead_server_of_two_behind_haproxy_is_a_bad_replica(peers: Peers) -> None:
    """Without health checks and without a second try, every other request meets the dead one."""
    with running() as sim:
        port = free_port()
        peers.haproxy(
            f"listen l\n  bind 127.0.0.1:{port}\n  balance roundrobin\n  retries 0\n"
            f"  server good 127.0.0.1:{sim.port}\n  server dead 127.0.0.1:{free_port()}\n",
            port=port,
        )
        report = await run(f"http://127.0.0.1:{port}", profile="standard")
    assert roots(report) == ["replica_unhealthy"], [(one.cause, one.says) for one in report.findings]


def envoy_config(port: int, upstream: int, *, upgrades: bool) -> str:
    """Envoy with one listener and one cluster at loopback."""
    allowed = "upgrade_configs: [{upgrade_type: websocket}]" if upgrades else ""
    return f"""
static_resources:
  listeners:
  - address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: in
          {allowed}
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes: [{{match: {{prefix: "/"}}, route: {{cluster: api}}}}]
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
  clusters:
  - name: api
    type: STATIC
    connect_timeout: 1s
    common_lb_config: {{healthy_panic_threshold: {{value: 0}}}}
    load_assignment:
      cluster_name: api
      endpoints:
      - lb_endpoints:
        - health_status: {"UNHEALTHY" if upstream == 0 else "HEALTHY"}
          endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {upstream or 9}}}}}}}
"""


@envoy
async def test_envoy_without_upgrades_is_named(peers: Peers) -> None:
    with running() as sim:
        port = free_port()
        peers.envoy(envoy_config(port, sim.port, upgrades=False), port=port)
        report = await standard(f"http://127.0.0.1:{port}")
    only(report, "ws_upgrade_not_forwarded", "Envoy answered 403 Forbidden")
    assert "upgrade_type: websocket" in found(report, "ws_upgrade_not_forwarded").remedies[0].command


@envoy
async def test_envoy_with_upgrades_passes(peers: Peers) -> None:
    with running() as sim:
        port = free_port()
        peers.envoy(envoy_config(port, sim.port, upgrades=True), port=port)
        passes(await standard(f"http://127.0.0.1:{port}"))


@envoy
@pytest.mark.parametrize("upgrades", [True, False], ids=["upgrades enabled", "upgrades not enabled"])
async def test_envoy_without_a_healthy_upstream_is_unavailable_whatever_the_upgrade_gets(
    peers: Peers, upgrades: bool
) -> None:
    port = free_port()
    peers.envoy(envoy_config(port, 0, upgrades=upgrades), port=port)
    report = await standard(f"http://127.0.0.1:{port}")
    only(report, "http_unavailable", "Envoy answered 503")
    assert "ws.upgrade" in found(report, "http_unavailable").checks


@caddy
async def test_caddy_set_up_well_passes(peers: Peers) -> None:
    with running() as sim:
        port = free_port()
        peers.caddy(f"http://127.0.0.1:{port} {{\n\treverse_proxy 127.0.0.1:{sim.port}\n}}\n", port=port)
        passes(await standard(f"http://127.0.0.1:{port}"))


@caddy
@pytest.mark.parametrize(
    ("lines", "cause", "said"),
    [
        pytest.param("reverse_proxy 127.0.0.1:{dead}", "http_bad_gateway", "502", id="dead upstream"),
        pytest.param("respond 403", "http_forbidden", "403", id="respond 403"),
        pytest.param("respond 429", "http_rate_limited", "429", id="respond 429"),
        pytest.param(
            "reverse_proxy 127.0.0.1:{sim} {\n\t\theader_up -Upgrade\n\t\theader_up -Connection\n\t}",
            "ws_upgrade_not_forwarded",
            "plain GET",
            id="upgrade headers deleted",
        ),
        pytest.param(
            "request_body {\n\t\tmax_size 2KB\n\t}\n\treverse_proxy 127.0.0.1:{sim}",
            "http_body_too_large",
            "so the limit lies between",  # this release answers 502 to such a body, later ones 413
            id="body limit",
        ),
    ],
)
async def test_each_fault_of_caddy_is_named(peers: Peers, lines: str, cause: str, said: str) -> None:
    with running() as sim:
        port = free_port()
        site = lines.replace("{dead}", str(free_port())).replace("{sim}", str(sim.port))
        peers.caddy(f"http://127.0.0.1:{port} {{\n\t{site}\n}}\n", port=port)
        only(await standard(f"http://127.0.0.1:{port}"), cause, said)
