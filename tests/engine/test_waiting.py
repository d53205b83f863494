"""Waiting without a terminal: what is asked again, what is left alone, and how a wait ends."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import pytest

from dgcheck import engine
from dgcheck.cli.run import Prepared, prepare, understand
from dgcheck.cli.wait import with_defaults
from dgcheck.engine.waiting import AIMS, News, aimed, until_passed
from dgcheck.model.record import replace
from dgcheck.model.report import Report, Status
from dgcheck.model.target import Settings
from dgcheck.probes import probes
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.models import STANDARD
from dgcheck.sim.server import Simulator
from dgcheck.wire.audio import bundled
from tests.runs import found, roots

pytestmark = pytest.mark.anyio


class Wait:
    """One wait as a caller makes it, and what came of it. `before` is called before each try, with its number."""

    def __init__(self, url: str, before: Callable[[int], None] = lambda _: None, **flags: Any) -> None:
        quick = {"wait": "30s", "interval": "50ms", "give_up_after": "300ms", "quiet": True}
        asked = understand({"target": url, "config": "none", **quick, **flags}, {}, with_defaults)
        self.prepared: Prepared = prepare(asked, {})
        self.before = before
        self.news: list[News] = []
        self.asked: list[Settings] = []
        self.stop = engine.Stop()

    async def ask(self, settings: Settings, attempt: int) -> Report:
        self.before(attempt)
        self.asked.append(settings)
        return await engine.run(
            settings,
            target=self.prepared.target,
            configured=self.prepared.configured,
            surroundings=self.prepared.surroundings,
            audio=bundled(),
            stop=self.stop,
            attempts=attempt,
            redactor=self.prepared.redactor,
        )

    async def report(self) -> Report:
        return await until_passed(self.ask, self.prepared.settings, stop=self.stop, told=self.news.append)


def status(report: Report, check: str) -> Status:
    return next(one.status for one in report.checks if one.id == check)


def paths(simulator: Simulator, since: int = 0) -> list[str]:
    return [f"{one.method} {one.path}" for one in simulator.log[since:]]


def becomes(simulator: Simulator, at: int, deployment: Deployment) -> Callable[[int], None]:
    """Before try number `at` the deployment becomes another one."""

    def change(attempt: int) -> None:
        if attempt == at:
            simulator.replicas[0].deployment = deployment

    return change


def test_aims_name_checks() -> None:
    assert {check for aim in AIMS.values() for check in aim} <= {probe.id for probe in probes()}


@pytest.mark.parametrize(
    ("given", "only"),
    [
        pytest.param(Settings(), (), id="no aim"),
        pytest.param(Settings(wait_for="reachable"), ("status",), id="an aim"),
        pytest.param(Settings(wait_for="models", skip=("engine",)), ("status", "models", "ws.upgrade"), id="less"),
        pytest.param(
            Settings(wait_for="reachable", sdk="go", audio_url="http://a"), ("status", "sdk", "rest.url"), id="more"
        ),
        pytest.param(
            Settings(wait_for="models", models=("aura-2-thalia-en",)), (*AIMS["models"], "speak"), id="a voice"
        ),
        pytest.param(Settings(wait_for="reachable", models=("flux-general-en",)), ("status",), id="no Flux for that"),
    ],
)
async def test_an_aim_becomes_checks(given: Settings, only: tuple[str, ...]) -> None:
    assert aimed(given).only == only


async def test_what_passes_at_once_is_asked_once() -> None:
    async with Simulator() as simulator:
        wait = Wait(simulator.url)
        report = await wait.report()
    assert (report.verdict, report.attempts, wait.news) == (Status.PASS, 1, [])
    assert paths(simulator) == ["GET /v1/status", "GET /v1/certificates"]


async def test_models_are_the_listing_and_an_upgrade() -> None:
    async with Simulator() as simulator:
        report = await Wait(simulator.url, models=["nova-3"]).report()
    assert report.verdict is Status.PASS
    assert set(paths(simulator)) == {
        *("GET /v1/status", "GET /v1/certificates", "GET /v1/status/engine", "GET /v1/models", "GET /v1/listen")
    }


async def test_what_passed_is_not_asked_again_and_stays_in_the_report() -> None:
    async with Simulator(("model_missing",)) as simulator:
        report = await Wait(simulator.url, models=["nova-3"], give_up_after="2s").report()
    assert report.attempts > 2
    assert paths(simulator).count("GET /v1/status") == 1
    assert status(report, "status") is Status.PASS
    assert roots(report) == ["model_missing"]


async def test_while_a_cheap_question_fails_no_dear_one_is_asked() -> None:
    """A deployment that starts, or a model that is still copied, is not sent speech that it must refuse."""
    starting = Deployment(connected=False, health="Initializing")
    async with Simulator(deployment=starting) as simulator:
        wait = Wait(simulator.url, before=becomes(simulator, 4, Deployment()), **{"for": "speech"})
        report = await wait.report()
    assert report.verdict is Status.PASS
    dear = [entry for entry in simulator.log if entry.path == "/v1/listen"]
    refused = [entry for entry in dear if entry.status not in (101, 200)]
    tries = [news.report.attempts for news in wait.news]
    assert tries == [1, 2, 3]
    assert len(refused) <= 3, "of the first try alone, which asks everything at once"


async def test_a_model_that_is_copied_late_is_seen() -> None:
    async with Simulator(models=STANDARD[2:]) as simulator:
        wait = Wait(simulator.url, before=becomes(simulator, 3, Deployment()), models=["nova-3"])
        report = await wait.report()
    assert (report.verdict, report.attempts) == (Status.PASS, 3)
    assert [roots(news.report) for news in wait.news] == [["model_missing"]] * 2
    assert [news.changed for news in wait.news] == [True, False]


async def test_the_model_is_taken_from_the_listing_also_in_later_tries() -> None:
    other = Deployment(models=STANDARD[2:])
    async with Simulator(deployment=replace(other, connected=False, health="Initializing")) as simulator:
        report = await Wait(simulator.url, before=becomes(simulator, 3, other), **{"for": "speech"}).report()
    assert report.verdict is Status.PASS
    assert "nova-2" in report.tested
    assert "taken from the listing" in report.tested
    assert status(report, "ws.stream") is Status.PASS


async def test_a_critical_deployment_gets_the_requests_that_can_make_it_well() -> None:
    """Its health is that of its latest requests, so that it would stay Critical if nobody asked for more."""
    async with Simulator(deployment=Deployment(connected=False, health="Initializing")) as simulator:
        critical = becomes(simulator, 2, Deployment(health="Critical"))
        report = await Wait(simulator.url, before=critical, wait="600ms", models=["nova-3"]).report()
    assert roots(report) == ["engine_critical"]
    assert report.deadline_passed
    assert status(report, "ws.upgrade") is Status.PASS


@pytest.mark.parametrize("fault", ["status_absent", "status_garbled"])
async def test_a_deployment_without_a_status_is_reachable(fault: str) -> None:
    async with Simulator((fault,)) as simulator:
        report = await Wait(simulator.url).report()
    assert report.verdict is Status.PASS
    assert status(report, "ws.upgrade") is Status.PASS


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ("gateway_401", "http_unauthorized"),
        ("forbidden_nginx", "http_forbidden"),
        ("not_found_default_backend", "http_not_found"),
        ("no_models", ""),
    ],
)
async def test_reachable_says_who_stands_in_the_way(fault: str, word: str) -> None:
    async with Simulator((fault,)) as simulator:
        report = await Wait(simulator.url).report()
    assert roots(report) == ([word] if word else [])
    assert report.verdict is (Status.FAIL if word else Status.PASS)


async def test_what_looks_permanent_is_given_up_after_a_while_without_change() -> None:
    async with Simulator(("gateway_401",)) as simulator:
        wait = Wait(simulator.url, give_up_after="400ms")
        report = await wait.report()
    assert (report.exit_code, report.deadline_passed) == (1, False)
    assert report.attempts > 2
    assert [news.changed for news in wait.news].count(True) == 1
    assert [news.ends for news in wait.news][-1] == "give_up"
    left = [news.gives_up_in for news in wait.news[:-1]]
    assert None not in left
    assert left == sorted(left, key=lambda seconds: -(seconds or 0))


async def test_what_passes_by_itself_is_waited_for_to_the_end(free_tcp_port: int) -> None:
    wait = Wait(f"http://127.0.0.1:{free_tcp_port}", wait="800ms", give_up_after="0s")
    report = await wait.report()
    assert (report.exit_code, report.deadline_passed) == (4, True)
    assert report.attempts > 2
    assert {news.gives_up_in for news in wait.news} == {None}
    assert wait.news[-1].ends == "over"


@pytest.mark.parametrize("url", ["http://host:99999", "not a url", "tcp://127.0.0.1:1"])
async def test_what_is_wrong_in_the_settings_is_not_waited_for(url: str) -> None:
    wait = Wait(url, wait="1h")
    report = await wait.report()
    assert (report.attempts, wait.news) == (1, [])
    assert report.verdict is Status.FAIL


async def test_the_hosted_service_is_not_waited_for(free_tcp_port: int) -> None:
    url = f"https://api.deepgram.com:{free_tcp_port}"
    report = await Wait(url, wait="1h", resolve=["api.deepgram.com=127.0.0.1"]).report()
    assert report.attempts == 1
    assert found(report, "hosted_endpoint").severity == "error"


async def test_a_try_that_the_end_cuts_off_does_not_cost_the_reason() -> None:
    """The last second is too short for a server that hangs; what was known before stays the answer."""
    async with Simulator(("gateway_401",)) as simulator:

        def hangs(attempt: int) -> None:
            if attempt > 1:
                simulator.replicas[0]._effects = Simulator(("silence",)).replicas[0]._effects

        report = await Wait(simulator.url, before=hangs, wait="2s", give_up_after="1h").report()
    assert report.deadline_passed
    assert report.attempts > 1
    assert roots(report) == ["http_unauthorized"]


async def test_a_stop_between_two_tries_ends_it_at_once(free_tcp_port: int) -> None:
    wait = Wait(f"http://127.0.0.1:{free_tcp_port}", wait="1h", interval="1h")
    wait.stop.tell(lambda: None)

    def stop(news: News) -> None:
        wait.stop.request(signal.SIGTERM)

    report = await until_passed(wait.ask, wait.prepared.settings, stop=wait.stop, told=stop)
    assert (report.exit_code, report.interrupted, report.attempts) == (143, True, 1)
    assert roots(report) == ["tcp_refused"]


async def test_a_stop_within_a_later_try_keeps_what_was_known() -> None:
    async with Simulator(("gateway_401",)) as simulator:
        wait = Wait(simulator.url, give_up_after="1h")

        def stops(attempt: int) -> None:
            if attempt == 2:
                wait.stop.request(signal.SIGINT)

        wait.before = stops
        report = await wait.report()
    assert (report.exit_code, report.interrupted) == (130, True)
    assert roots(report) == ["http_unauthorized"]


async def test_without_a_wait_there_is_one_try() -> None:
    async with Simulator(("gateway_401",)) as simulator:
        report = await Wait(simulator.url, wait="0s").report()
    assert (report.attempts, report.deadline_passed, report.exit_code) == (1, False, 1)
