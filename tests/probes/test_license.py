"""The ports beside the API: what is asked of them, on which way, and what is never sent there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from dgcheck.model.beside import Beside
from dgcheck.model.evidence import Ending
from dgcheck.model.report import CheckResult, Report, Status
from dgcheck.report import load, render
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.server import running
from dgcheck.sim.server.simulator import Simulator
from dgcheck.sim.sides import Sides
from tests.namespaces import Namespace
from tests.net.scripted import answer, says, serving
from tests.runs import run


@contextmanager
def _beside(**parts: Any) -> Iterator[Simulator]:
    with running(beside=True, deployment=Deployment(sides=Sides(**parts))) as simulator:
        yield simulator


def _check(report: Report) -> CheckResult:
    return next(one for one in report.checks if one.id == "license")


def _asked(report: Report) -> list[tuple[str, int | None]]:
    return [(seen.path, seen.status) for seen in report.evidence if isinstance(seen, Beside)]


def _ask(simulator: Simulator | None, url: str = "", **flags: Any) -> Report:
    there = simulator.beside if simulator else {}
    given = {"license_proxy_url": there.get("license_proxy"), "engine_metrics_url": there.get("engine_metrics")}
    return asyncio.run(run(simulator.url if simulator else url, **{**given, "only": ["license"], **flags}))


def test_both_ports_are_asked_and_their_state_is_one_line() -> None:
    with _beside(limit=40, busy=6, requests=4000, failed=12, measured=900) as simulator:
        report = _ask(simulator)
    assert sorted(_asked(report)) == [
        ("/metrics", 200),
        ("/v1/certificates", 200),
        ("/v1/certificates", 200),
        ("/v1/status", 200),
    ]
    check = _check(report)
    assert check.status is Status.PASS
    for words in ("Connected", "trusted until", "supported until", "6 of 40 requests active", "60 times real time"):
        assert words in check.summary


def test_old_engines_have_their_certificates_elsewhere() -> None:
    with _beside(certificates="/certificates") as simulator:
        report = _ask(simulator, license_proxy_url=None)
    assert _asked(report) == [("/metrics", 200), ("/v1/certificates", 404), ("/certificates", 200)]


def test_without_an_address_only_the_certificate_of_the_api_is_asked_for() -> None:
    with _beside() as simulator:
        report = _ask(simulator, license_proxy_url=None, engine_metrics_url=None)
        asked = [entry.path for entry in simulator.log]
    assert asked == ["/v1/certificates"]
    assert _check(report).summary.startswith("supported until")


def test_it_is_skipped_where_nobody_asked_for_it() -> None:
    with running() as simulator:
        report = asyncio.run(run(simulator.url))
    assert _check(report).status is Status.SKIP
    assert "--license-proxy-url" in _check(report).summary


def test_the_deployment_being_dead_keeps_nobody_from_asking_beside_it(refusing: str) -> None:
    with _beside(state="Failed") as simulator:
        report = _ask(None, refusing, license_proxy_url=simulator.beside["license_proxy"])
    assert {"tcp_refused", "license"} <= {one.cause for one in report.findings}
    assert _check(report).status is Status.FAIL


@pytest.fixture
def refusing() -> Iterator[str]:
    """The URL of a port on which nothing listens."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_a_port_that_refuses_says_so(refusing: str) -> None:
    with running() as simulator:
        report = asyncio.run(run(simulator.url, only=["license"], engine_metrics_url=refusing))
    (seen,) = [one for one in report.evidence if isinstance(one, Beside)]
    assert seen.ending is Ending.REFUSED
    assert "ECONNREFUSED" in seen.problem
    assert report.verdict is Status.WARN


def test_a_name_that_does_not_exist_says_so(namespace: Callable[..., Namespace]) -> None:
    """In a network of its own, with an empty hosts file and no resolver."""
    there = namespace()
    done = there.dgcheck(
        *("run", "http://127.0.0.1:9", "--only", "license", "-o", "json"),
        *("--license-proxy-url", "http://license-proxy:8080"),
    )
    seen = [one for one in json.loads(done.stdout)["evidence"] if one["kind"] == "beside"]
    assert "license-proxy was not resolved" in seen[0]["problem"]


def test_a_pin_is_for_these_names_too() -> None:
    with _beside() as simulator:
        port = simulator.beside["license_proxy"].rpartition(":")[2]
        report = _ask(
            simulator,
            license_proxy_url=f"http://license-proxy.invalid:{port}",
            engine_metrics_url=None,
            resolve=["license-proxy.invalid=127.0.0.1"],
        )
    assert _asked(report)[0] == ("/v1/status", 200)


def test_a_private_ca_and_a_path_before_the_pages_are_for_them_too() -> None:
    """A front with TLS before the License Proxy; here the API itself, which is told apart by its page."""
    with running(tls="good") as simulator:
        report = asyncio.run(
            run(simulator.url, only=["license"], license_proxy_url=simulator.url, ca_file=simulator.ca_file)
        )
        distrusted = asyncio.run(run(simulator.url, only=["license"], license_proxy_url=simulator.url))
    assert _asked(report)[0] == ("/v1/status", 200)
    assert "TLS:" in next(one.problem for one in distrusted.evidence if isinstance(one, Beside))


def test_a_forward_proxy_is_used_unless_no_proxy_names_the_host() -> None:
    with _beside() as simulator, serving(says(answer(b"", "502 Bad Gateway"))) as port:
        environ = {"http_proxy": f"http://127.0.0.1:{port}"}
        direct = {**environ, "no_proxy": "127.0.0.1"}
        flags = {"only": ["license"], "license_proxy_url": simulator.beside["license_proxy"]}
        through = asyncio.run(run(simulator.url, environ=environ, **flags))
        beside = asyncio.run(run(simulator.url, environ=direct, **flags))
    assert _asked(through)[0] == ("/v1/status", 502)
    assert _asked(beside)[0] == ("/v1/status", 200)


def test_no_secret_of_the_deployment_goes_there() -> None:
    with _beside() as simulator:
        report = _ask(simulator, headers=["X-Secret: canary-1234567"], environ={"DGCHECK_API_KEY": "canary-7654321"})
        entries = [entry for side in simulator._sides for entry in side.log]
    assert entries
    assert not [entry for entry in entries if "canary" in str(entry.headers)]
    assert "canary" not in render("json", report)


def test_a_password_in_such_an_address_is_used_there_and_never_shown() -> None:
    with _beside() as simulator:
        there = simulator.beside["license_proxy"].replace("http://", "http://ops:canary-99887766@")
        report = _ask(simulator, license_proxy_url=there, engine_metrics_url=None)
        (entry, _) = simulator._sides[0].log
    assert entry.header("authorization").startswith("Basic ")
    for form in ("json", "text", "markdown"):
        assert "canary-99887766" not in render(form, report, verbose=True)


def test_an_endless_page_is_bounded_and_says_no_more_than_it_holds() -> None:
    with _beside() as simulator, serving(says(answer(_endless()))) as port:
        report = _ask(simulator, license_proxy_url=None, engine_metrics_url=f"http://127.0.0.1:{port}", timeout="20s")
    metrics = next(one for one in report.evidence if isinstance(one, Beside))
    assert len(metrics.samples) <= 400
    assert len(render("json", report)) < 400_000


def _endless() -> bytes:
    return b"".join(b'engine_x{n="%d"} 1\n' % number for number in range(300_000))


def test_a_saved_report_is_judged_alike() -> None:
    from dgcheck.cli.diagnose import again
    from dgcheck.model.target import Settings

    with _beside(state="TrustBased", speed=0.3, requests=50, measured=50) as simulator:
        report = _ask(simulator)
    text = render("json", report)
    judged = again(load(text), Settings())
    assert [(one.code, one.says) for one in judged.findings] == [(one.code, one.says) for one in report.findings]
    assert {one.cause for one in judged.findings} >= {"license_trust_based", "engine_slower_than_realtime"}
    assert json.loads(text)["checks"]
