"""nginx in front of text to speech, Flux and the voice agent: what it takes, holds back or cuts is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from dgcheck.model.report import Report
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.models import STANDARD, flux
from dgcheck.sim.server import running
from tests.programs import Peers, free_port
from tests.runs import found, roots, run

pytestmark = [pytest.mark.anyio]
nginx, caddy = pytest.mark.peer("nginx"), pytest.mark.peer("caddy")

UPGRADES = (
    "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection;"
)
VOICE = "aura-2-thalia-en"
EVERYTHING = (*STANDARD, flux())


@contextmanager
def deployed(peers: Peers, *locations: str, voice_takes: float = 0.08) -> Iterator[str]:
    """A simulated deployment behind nginx with these locations, in which {sim} is its URL; the URL of nginx."""
    with running(deployment=Deployment(models=EVERYTHING, voice_takes=voice_takes)) as simulator:
        port = free_port()
        inside = "\n".join(one.replace("{sim}", simulator.url) for one in locations)
        peers.nginx(f"server {{ listen 127.0.0.1:{port}; {inside} }}", port=port)
        yield f"http://127.0.0.1:{port}"


async def asked(url: str, *models: str, **flags: Any) -> Report:
    return await run(url, profile="standard", models=list(models), **flags)


ALL = f"location / {{ proxy_pass {{sim}}; {UPGRADES} %s }}"


@caddy
@pytest.mark.parametrize("model", [VOICE, f"{VOICE}=rest"], ids=["seen on a socket", "seen by the length of the text"])
async def test_a_proxy_that_buffers_speech_is_named(peers: Peers, model: str) -> None:
    with running(deployment=Deployment(voice_takes=1.2)) as simulator:
        port = free_port()
        api = f"127.0.0.1:{simulator.port}"
        site = f"@post method POST\n\treverse_proxy @post {api} {{\n\t\tbuffer_responses\n\t}}\n\treverse_proxy {api}"
        peers.caddy(f"http://127.0.0.1:{port} {{\n\t{site}\n}}\n", port=port)
        report = await asked(f"http://127.0.0.1:{port}", model)
    assert roots(report) == ["speech_buffered"]
    assert found(report, "speech_buffered").confidence == "likely"
    assert found(report, "speech_buffered").remedies[0].command == "flush_interval -1"


@nginx
async def test_nginx_holds_back_what_comes_without_chunks(peers: Peers) -> None:
    """It passes chunks on at once; by HTTP/1.0, which it speaks upstream by default, it fills its buffers."""
    held = "proxy_buffer_size 256k; proxy_buffers 4 256k; proxy_busy_buffers_size 512k;"
    with deployed(
        peers, f"location / {{ proxy_pass {{sim}}; proxy_http_version 1.0; {held} }}", voice_takes=1.2
    ) as url:
        report = await asked(url, f"{VOICE}=rest")
    assert roots(report) == ["speech_buffered"]
    assert found(report, "speech_buffered").remedies[0].command.startswith("proxy_buffering off;")


@nginx
@pytest.mark.parametrize("model", [VOICE, f"{VOICE}=rest"])
async def test_speech_that_is_passed_on_at_once_is_not(peers: Peers, model: str) -> None:
    with deployed(peers, ALL % "proxy_buffering off;", voice_takes=1.2) as url:
        report = await asked(url, model)
    assert roots(report) == []


@nginx
async def test_speech_that_is_cut_in_the_middle_is_named(peers: Peers) -> None:
    with deployed(peers, ALL % "proxy_buffering off; proxy_read_timeout 300ms;", voice_takes=6.0) as url:
        report = await asked(url, f"{VOICE}=rest")
    assert roots(report) == ["http_bad_response"]
    assert "was cut off after" in found(report, "http_bad_response").says


@nginx
async def test_a_proxy_that_does_not_know_the_path_is_named(peers: Peers) -> None:
    with deployed(peers, f"location /v1/listen {{ proxy_pass {{sim}}; {UPGRADES} }}") as url:
        report = await asked(url, VOICE)
    assert roots(report) == ["http_not_found"]
    assert "nginx answered 404 Not Found to POST /v1/speak" in found(report, "http_not_found").says


@nginx
@pytest.mark.parametrize(
    ("flags", "check"),
    [
        pytest.param({"models": [VOICE]}, "speak", id="speak"),
        pytest.param({"models": ["flux-general-en"]}, "flux", id="flux"),
        pytest.param({"only": ["agent"]}, "agent", id="agent"),
    ],
)
async def test_a_proxy_that_drops_the_upgrade_is_among_the_candidates(
    peers: Peers, flags: dict[str, Any], check: str
) -> None:
    with deployed(peers, "location / { proxy_pass {sim}; proxy_http_version 1.1; }") as url:
        report = await run(url, profile="standard", **flags)
    [cause] = roots(report)
    assert cause == "ws_upgrade_rejected"
    assert check in found(report, cause).checks
    assert "a proxy drops the headers Upgrade and Connection" in found(report, cause).says


@nginx
async def test_beside_speech_the_lost_upgrade_is_told_once(peers: Peers) -> None:
    with deployed(peers, "location / { proxy_pass {sim}; proxy_http_version 1.1; }") as url:
        report = await asked(url, "nova-3", VOICE, "flux-general-en", skip=["replicas"])
    assert roots(report) == ["ws_upgrade_not_forwarded"]


@nginx
async def test_everything_passes_through_a_proxy_that_is_set_up_well(peers: Peers) -> None:
    with deployed(peers, ALL % "proxy_buffering off;") as url:
        report = await asked(url, "nova-3", VOICE, "flux-general-en", skip=["replicas"])
    assert report.verdict == "pass"
    assert {one.id: one.status.value for one in report.checks}.items() >= {"speak": "pass", "flux": "pass"}.items()
