"""Fronts that hang up, put a page of their own in the place of answers, or are somebody else altogether."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.report import Report
from dgcheck.sim.server import running
from tests.authority import Authority
from tests.peers.test_proxy_peers import UPGRADES, behind_nginx
from tests.programs import Peers, free_port
from tests.runs import found, roots, run

pytestmark = [pytest.mark.anyio]
nginx, haproxy, caddy, squid = (pytest.mark.peer(name) for name in ("nginx", "haproxy", "caddy", "squid"))

WELCOME = "default_type text/html; return 200 '<html><head><title>Welcome to nginx!</title></head></html>';"


@pytest.fixture
def authority(peers: Peers) -> Authority:
    return Authority(peers.folder)


async def standard(url: str, **flags: Any) -> Report:
    """A standard run, `replicas` among its questions."""
    return await run(url, profile="standard", **flags)


def haproxy_before(peers: Peers, sim_port: int, rules: str = "", more: str = "") -> str:
    """HAProxy with one frontend and the simulator behind it; `more` are further lines of the backend."""
    port = free_port()
    peers.haproxy(
        f"frontend f\n  bind 127.0.0.1:{port}\n{rules}  default_backend b\n"
        f"backend b\n  balance roundrobin\n  server good 127.0.0.1:{sim_port}\n{more}",
        port=port,
    )
    return f"http://127.0.0.1:{port}"


@nginx
@pytest.mark.parametrize("post_alone", [True, False], ids=["POST", "all of /v1/listen"])
async def test_nginx_that_hangs_up_on_speech_is_no_broken_answer(peers: Peers, post_alone: bool) -> None:
    with running() as sim:
        hangs_up = "if ($request_method = POST) { return 444; }" if post_alone else "return 444;"
        listen = f"location /v1/listen {{ {hangs_up} proxy_pass {sim.url}; {UPGRADES} }}"
        report = await standard(behind_nginx(peers, f"proxy_pass {sim.url}; {UPGRADES}", server=listen))
    assert roots(report) in (["tcp_reset"], ["tcp_closed_early"])  # by what of the audio nginx had read by then
    assert "return 444" in report.findings[0].remedies[0].command


@haproxy
@pytest.mark.parametrize(
    "rule",
    [
        pytest.param("http-request reject", id="everything"),
        pytest.param("http-request reject if { path /v1/listen }", id="speech"),
    ],
)
async def test_haproxy_that_hangs_up_does_not_speak_http2_alone(peers: Peers, rule: str) -> None:
    """It answers the preface of HTTP/2 on any plain port, whatever it does with requests."""
    with running() as sim:
        report = await standard(haproxy_before(peers, sim.port, f"  {rule}\n"))
    assert roots(report) == ["tcp_closed_early"]


@haproxy
async def test_haproxy_that_speaks_http2_alone_is_named(peers: Peers) -> None:
    port = free_port()
    with running() as sim:
        peers.haproxy(f"listen l\n  bind 127.0.0.1:{port} proto h2\n  server s 127.0.0.1:{sim.port}\n", port=port)
        report = await run(f"http://127.0.0.1:{port}")
    assert roots(report) == ["alpn_http2_only"]


@nginx
@haproxy
async def test_a_welcome_page_among_the_servers_of_haproxy_is_a_bad_replica(peers: Peers) -> None:
    web = free_port()
    peers.nginx(f"server {{ listen 127.0.0.1:{web}; location / {{ {WELCOME} }} }}", port=web)
    with running() as sim:
        report = await standard(haproxy_before(peers, sim.port, more=f"  server web 127.0.0.1:{web}\n"))
    assert roots(report) == ["replica_unhealthy"]


@nginx
@pytest.mark.parametrize(("model", "causes"), [("nova-9-general", ["model_missing"]), ("nova-3-general", [])])
async def test_nginx_that_replaces_refusals_by_its_page_hides_no_missing_model(
    peers: Peers, model: str, causes: list[str]
) -> None:
    page = "location = /error.html { internal; default_type text/html; return 200 '<html>Oops</html>'; }"
    with running() as sim:
        lines = f"proxy_pass {sim.url}; {UPGRADES} proxy_intercept_errors on; error_page 400 404 500 /error.html;"
        report = await standard(behind_nginx(peers, lines, server=page), models=[model])
    assert roots(report) == causes


@nginx
@haproxy
async def test_proxy_protocol_that_nginx_does_not_expect_is_nothing_about_websockets(peers: Peers) -> None:
    behind, port = free_port(), free_port()
    with running() as sim:
        peers.nginx(
            f"server {{ listen 127.0.0.1:{behind}; location / {{ proxy_pass {sim.url}; {UPGRADES} }} }}", port=behind
        )
        peers.haproxy(
            f"listen l\n  mode tcp\n  bind 127.0.0.1:{port}\n  server s 127.0.0.1:{behind} send-proxy-v2\n", port=port
        )
        report = await standard(f"http://127.0.0.1:{port}")
    one = found(report, "ws_upgrade_rejected")
    assert "got the very same answer, so this has nothing to do with WebSockets" in one.says
    assert "send-proxy" in one.remedies[0].command


@nginx
async def test_patience_that_ends_before_the_model_is_loaded_is_no_bad_replica(peers: Peers) -> None:
    with running(faults=("cold_model=3",)) as sim:
        report = await standard(behind_nginx(peers, f"proxy_pass {sim.url}; {UPGRADES} proxy_read_timeout 1s;"))
    assert roots(report) == ["http_gateway_timeout"]


@nginx
async def test_a_limit_by_the_second_is_no_dead_upstream(peers: Peers) -> None:
    """Of what comes at once nginx lets one question through and answers 503 to the others."""
    zone = "limit_req_zone $binary_remote_addr zone=all:1m rate=1r/s;"
    with running() as sim:
        lines = f"limit_req zone=all; proxy_pass {sim.url}; {UPGRADES}"
        report = await standard(behind_nginx(peers, lines, http=zone))
    assert roots(report) == ["http_rate_limited"]


@nginx
async def test_speech_that_nginx_always_answers_with_503_is_no_limit(peers: Peers) -> None:
    with running() as sim:
        lines = f"proxy_pass {sim.url}; {UPGRADES}"
        report = await standard(behind_nginx(peers, lines, server="location /v1/listen { return 503; }"))
    assert roots(report) == ["http_unavailable"]


@nginx
async def test_a_front_that_hangs_up_on_the_pages_about_the_deployment_alone_passes(peers: Peers) -> None:
    with running() as sim:
        listen = f"location /v1/listen {{ proxy_pass {sim.url}; {UPGRADES} }}"
        report = await standard(behind_nginx(peers, "return 444;", server=listen))
    assert (roots(report), report.verdict) == ([], "pass")


@caddy
async def test_limit_of_caddy_just_below_the_clip_is_found(peers: Peers) -> None:
    port = free_port()
    with running() as sim:
        block = f"request_body {{\n\t\tmax_size 10KB\n\t}}\n\treverse_proxy 127.0.0.1:{sim.port}\n"
        peers.caddy(f"http://127.0.0.1:{port} {{\n\t{block}}}\n", port=port)
        report = await standard(f"http://127.0.0.1:{port}")
    assert roots(report) == ["http_body_too_large"]


@squid
async def test_a_forward_proxy_as_the_target_is_another_service(peers: Peers) -> None:
    port = free_port()
    peers.squid(port=port)
    report = await standard(f"http://127.0.0.1:{port}")
    assert roots(report) == ["wrong_service"]
    assert "squid as a forward proxy" in found(report, "wrong_service").says


@nginx
async def test_an_intermediate_of_the_right_name_and_the_wrong_key_is_missing(
    peers: Peers, authority: Authority
) -> None:
    """As after a renewal, where one of the two files stayed the old one."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding

    from tests.authority import sign

    port, files = free_port(), authority.issue()
    other = sign(authority.middle.subject, ec.generate_private_key(ec.SECP256R1()), None, days=(-1, 9), authority=True)
    leaf = files.chain.read_bytes().partition(b"-----END CERTIFICATE-----\n")[0] + b"-----END CERTIFICATE-----\n"
    chain = peers.write("chain.pem", (leaf + other.public_bytes(Encoding.PEM)).decode())
    peers.nginx(
        f"server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {chain}; ssl_certificate_key {files.key}; }}",
        port=port,
    )
    report = await run(f"https://127.0.0.1:{port}", ca_file=str(files.ca))
    assert roots(report) == ["tls_missing_intermediate"]
    assert "bears its issuer's name and did not sign it" in found(report, "tls_missing_intermediate").says
