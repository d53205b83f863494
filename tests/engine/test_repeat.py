"""`--repeat N` as a run makes it: tries on new connections, counted, and told what failures go with."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from dgcheck.model.asking import REPEAT
from dgcheck.model.evidence import Lookup
from dgcheck.model.report import CheckResult, Report, Status
from dgcheck.report import load, render
from dgcheck.sim.server import running
from tests.namespaces import Namespace
from tests.report.valid import assert_valid
from tests.runs import found, roots, run

pytestmark = [pytest.mark.anyio]
CHEAP = ("tcp", "status", "engine", "models", "rest", "ws.upgrade", "ws.stream")


def check(report: Report, name: str) -> CheckResult:
    """The result of one check."""
    return next(one for one in report.checks if one.id == name)


async def repeated(url: str, times: int = 10, **flags: Any) -> Report:
    """A standard run with the cheap checks made so many times, and without `replicas`."""
    return await run(url, profile="standard", skip=["replicas"], repeat=str(times), **flags)


async def test_healthy_deployment_passes_every_try_on_new_connections() -> None:
    with running() as sim:
        report = await repeated(sim.url)
        asked = [entry for entry in sim.log if entry.path == "/v1/status"]
    assert report.verdict is Status.PASS
    assert {name: (check(report, name).tries, check(report, name).passed) for name in CHEAP} == dict.fromkeys(
        CHEAP, (10, 10)
    )
    assert len({entry.connection for entry in asked}) == len(asked) == 10
    assert not any(check(report, name).intermittent for name in CHEAP)


async def test_replica_that_fails_each_third_time_is_told_with_share_and_turn() -> None:
    with running(("replica_bad_gateway",)) as sim:
        report = await repeated(sim.url)
    status = check(report, "status")
    assert (status.tries, status.passed, status.intermittent, status.goes_with) == (10, 7, True, "replica")
    assert status.interval == pytest.approx((0.397, 0.892), abs=0.001)
    assert roots(report) == ["replica_unhealthy"]
    assert "every third time" in found(report, "replica_unhealthy").says


async def test_counts_stand_in_every_form_and_survive_a_judgement_again() -> None:
    with running(("replica_bad_gateway",)) as sim:
        report = await repeated(sim.url)
    assert_valid(render("json", report))
    assert load(render("json", report)).checks == load(render("yaml", report)).checks
    assert check(load(render("json", report)), "status").goes_with == "replica"
    for form in ("text", "markdown"):
        assert "7 of 10 tries passed (40 to 89 %): intermittent, failed every third time" in " ".join(
            render(form, report, width=10_000).split()
        )


async def test_address_that_fails_is_named() -> None:
    with running() as well, running(("bad_gateway_nginx",), host="127.0.0.2", port=well.port):
        pins = ["dg.test=127.0.0.1", "dg.test=127.0.0.2"]
        report = await repeated(f"http://dg.test:{well.port}", resolve=pins)
    assert check(report, "status").goes_with == "address"
    assert roots(report) == ["replica_unhealthy"]
    assert "127.0.0.2" in found(report, "replica_unhealthy").says


@contextmanager
def failing_for_a_while() -> Iterator[str]:
    """A plain server of the standard library that answers status pages, and its 10th to 19th request with 503."""
    counter = itertools.count()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = 503 if 10 <= next(counter) < 20 else 200
            body = b'{"system_health":"Healthy","engine_connection_status":"Connected"}'
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library calls
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_failures_within_a_stretch_of_time_go_with_the_clock_and_with_no_replica() -> None:
    with failing_for_a_while() as url:
        report = await run(url, only=["status", "engine"], repeat="20")
    status = check(report, "status")
    assert (status.tries, status.goes_with) == (20, "clock")
    assert "intermittent" in roots(report)
    assert "replica_unhealthy" not in {one.cause for one in report.findings}


async def test_repetitions_are_no_part_of_the_budget() -> None:
    """Sixty questions more than a run may make leave the experiments what they need."""
    with running(("ws_message_limit",)) as sim:
        report = await repeated(sim.url)
    assert "ws_frame_too_large" in {one.cause for one in report.findings}
    assert sum(one.purpose == REPEAT for one in report.evidence) > 40


async def test_question_that_is_always_refused_is_not_put_again_and_again() -> None:
    """Refused requests count in the deployment's own health."""
    with running() as sim:
        await repeated(sim.url, models=["nova-9"])
        refused = [entry for entry in sim.log if entry.status == 400 and entry.method == "POST"]
    assert len(refused) <= 5


async def test_overload_ends_the_repetitions() -> None:
    with running(("rate_limited",)) as sim:
        await repeated(sim.url)
        answered = len(sim.log)
    assert answered < 30


def test_name_is_looked_up_again_by_the_systems_resolver(namespace: Callable[..., Namespace]) -> None:
    inside = namespace(addresses=["10.77.0.1"], hosts={"dg.test": ["10.77.0.1"]})
    done = inside.dgcheck("run", "http://dg.test:9", "--only", "dns", "--repeat", "4", "-o", "json")
    report = load(done.stdout)
    assert (check(report, "dns").tries, check(report, "dns").passed) == (4, 4)
    lookups = [one for one in report.evidence if isinstance(one, Lookup) and one.purpose == REPEAT]
    assert [one.addresses for one in lookups] == [("10.77.0.1",)] * 3
