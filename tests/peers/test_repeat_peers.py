"""`--repeat` through a real balancer: every third connection meets the server that is ill."""

from __future__ import annotations

import pytest

from dgcheck.sim.server import running
from tests.programs import Peers, free_port
from tests.runs import found, roots, run

pytestmark = [pytest.mark.anyio, pytest.mark.peer("haproxy")]


async def test_ill_server_of_three_behind_haproxy_is_told_by_its_turn(peers: Peers) -> None:
    port = free_port()
    with running() as well, running(("bad_gateway_nginx",)) as ill:
        servers = "".join(
            f"  server s{number} 127.0.0.1:{one.port}\n" for number, one in enumerate((well, ill, well), 1)
        )
        lines = f"listen l\n  bind 127.0.0.1:{port}\n  balance roundrobin\n  retries 0\n{servers}"
        peers.haproxy(lines, port=port)
        report = await run(f"http://127.0.0.1:{port}", profile="standard", skip=["replicas"], repeat="10")
    assert roots(report) == ["replica_unhealthy"], [one.says for one in report.findings]
    assert "every third time" in found(report, "replica_unhealthy").says
    counted = {one.id: (one.tries, one.goes_with) for one in report.checks if one.intermittent}
    assert counted == dict.fromkeys(("status", "engine", "models", "rest", "ws.upgrade", "ws.stream"), (10, "replica"))
