"""HAProxy in round robin over stand-ins that are not the same: the odd one is found whatever the balancer does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from dgcheck.model.evidence import Model
from dgcheck.model.report import Report
from dgcheck.sim.models import speech
from dgcheck.sim.server import Simulator
from tests.programs import Peers, free_port
from tests.runs import found, roots, run

pytestmark = [pytest.mark.anyio, pytest.mark.peer("haproxy")]

NOVA_2 = speech("nova-2-general", ("en",))
BOTH = (speech("nova-3-general", ("en",)), NOVA_2)


def balanced(peers: Peers, servers: Sequence[Simulator], balance: str = "roundrobin", odd: int = 0) -> str:
    """HAProxy that deals connections out to these, and to the port of another program; its URL."""
    port = free_port()
    ports = [*(one.port for one in servers), *([odd] if odd else [])]
    lines = "\n".join(f"  server s{number} 127.0.0.1:{one}" for number, one in enumerate(ports))
    peers.haproxy(
        f"frontend f\n  bind 127.0.0.1:{port}\n  default_backend b\n"
        f"backend b\n  balance {balance}\n  option http-server-close\n{lines}\n",
        port=port,
    )
    return f"http://127.0.0.1:{port}"


async def against(peers: Peers, *servers: Simulator, odd: int = 0, **flags: Any) -> Report:
    return await run(balanced(peers, servers, odd=odd), profile="standard", models=["nova-3"], **flags)


@pytest.mark.parametrize("good", [1, 2])
async def test_a_bad_replica_among_good_ones(peers: Peers, good: int) -> None:
    async with Simulator() as one, Simulator() as two, Simulator(faults=("server_error",)) as bad:
        report = await against(peers, *(one, two)[:good], bad)
    assert roots(report) == ["replica_unhealthy"]
    assert "failed and the others worked" in found(report, "replica_unhealthy").says


@pytest.mark.parametrize(
    "answer", ["return 301 https://dg.example.com$request_uri;", "root /nowhere; return 200 hello;"]
)
async def test_another_web_server_among_good_replicas(peers: Peers, answer: str) -> None:
    port = free_port()
    peers.nginx(f"server {{ listen 127.0.0.1:{port}; {answer} }}", port=port)
    async with Simulator() as one, Simulator() as two:
        report = await against(peers, one, two, odd=port)
    assert roots(report) == ["replica_unhealthy"]


async def test_replicas_of_two_releases_with_one_set_of_models_are_fine(peers: Peers) -> None:
    async with Simulator() as one, Simulator(faults=("models_flat",)) as two:
        report = await against(peers, one, two)
    assert roots(report) == []


@pytest.mark.parametrize("models", [(NOVA_2,), BOTH[:1]])
async def test_replicas_with_different_models(peers: Peers, models: Sequence[Model]) -> None:
    async with Simulator(models=BOTH) as one, Simulator(models=models) as two:
        report = await against(peers, one, two)
    assert roots(report) == ["models_differ_between_replicas"]


async def test_two_good_replicas_pass(peers: Peers) -> None:
    async with Simulator() as one, Simulator() as two:
        report = await against(peers, one, two)
    assert roots(report) == []
    assert report.verdict == "pass"
