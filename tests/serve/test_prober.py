"""One run at a time, kept for a while, and asked anew at the right moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from dgcheck.engine import Stop
from dgcheck.model.report import Status
from dgcheck.serve.prober import MOST_PUT_OFF, SOON, Prober, Standing
from dgcheck.serve.result import Result
from dgcheck.serve.subject import Subject
from tests.serve.built import result, subject

pytestmark = pytest.mark.anyio


class Deployment:
    """Answers in turn, the last answer for ever; `hold` keeps it from answering until `let_go`."""

    def __init__(self, *answers: Result, hold: bool = False) -> None:
        self.answers = list(answers) or [result()]
        self.asked = self.together = self.most = 0
        self._go = asyncio.Event()
        if not hold:
            self._go.set()

    def let_go(self) -> None:
        """Answer from now on."""
        self._go.set()

    async def __call__(self, _: Subject, stop: Stop) -> Result:
        self.asked += 1
        self.together += 1
        self.most = max(self.most, self.together)
        stop.tell(self._go.set)
        await self._go.wait()
        self.together -= 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def prober(
    deployment: Deployment,
    *,
    interval: float = 1000.0,
    told: Callable[[Standing, Standing | None], None] = lambda *_: None,
    steady: bool = False,
    asking: Subject | None = None,
) -> Prober:
    return Prober(asking or subject(), deployment, interval, told, steady=steady)


async def test_many_wait_for_one_run() -> None:
    deployment = Deployment(hold=True)
    one = prober(deployment)
    waiting = [asyncio.create_task(one.known(60)) for _ in range(200)]
    await asyncio.sleep(0)
    deployment.let_go()
    found = await asyncio.gather(*waiting)
    assert (deployment.asked, deployment.most) == (1, 1)
    assert len({id(standing) for standing in found}) == 1


async def test_a_result_is_kept_for_an_interval() -> None:
    deployment = Deployment()
    one = prober(deployment)
    first, second = await one.known(60), await one.known(60)
    assert first is second
    assert deployment.asked == 1


async def test_an_old_result_is_not_told() -> None:
    deployment = Deployment(result(), result(Status.FAIL))
    one = prober(deployment, interval=0.0)
    found = [await one.known(60), await one.known(60)]
    assert found == [None, None], "by the time it is asked for, it is too old"
    assert deployment.asked == 2


async def test_who_cannot_wait_gets_nothing_and_the_run_goes_on() -> None:
    deployment = Deployment(hold=True)
    one = prober(deployment)
    assert await one.known(0.0) is None
    deployment.let_go()
    assert await one.known(60) is not None
    assert deployment.asked == 1


async def test_who_leaves_does_not_end_the_run_of_the_others() -> None:
    deployment = Deployment(hold=True)
    one = prober(deployment)
    leaves, stays = asyncio.create_task(one.known(60)), asyncio.create_task(one.known(60))
    await asyncio.sleep(0)
    leaves.cancel()
    deployment.let_go()
    assert await stays is not None
    assert deployment.asked == 1


async def test_since_is_when_verdict_or_cause_became_what_they_are() -> None:
    answers = [
        result(ended=1.0),
        result(ended=2.0),
        result(Status.FAIL, code="DG2001", ended=3.0),
        result(Status.FAIL, code="DG2001", ended=4.0, says="in other words"),
        result(Status.FAIL, code="DG5012", ended=5.0),
    ]
    heard: list[float] = []
    over = asyncio.Event()

    def told(now: Standing, before: Standing | None) -> None:
        heard.append(now.since)
        if len(heard) == 5:
            over.set()

    one = prober(Deployment(*answers), interval=0.001, told=told, steady=True)
    keeper = asyncio.create_task(one.keep())
    await over.wait()
    keeper.cancel()
    assert heard == [1.0, 1.0, 3.0, 3.0, 5.0]


@pytest.mark.parametrize(
    ("answer", "interval", "pause"),
    [
        pytest.param(result(), 300.0, 300.0, id="passes"),
        pytest.param(result(Status.WARN), 300.0, 300.0, id="warns"),
        pytest.param(result(Status.FAIL), 300.0, SOON, id="fails"),
        pytest.param(result(Status.FAIL), 5.0, 5.0, id="fails, a short interval"),
        pytest.param(result(Status.FAIL, put_off=60.0), 30.0, 60.0, id="puts us off"),
        pytest.param(result(Status.FAIL, put_off=86400.0), 30.0, MOST_PUT_OFF, id="puts us off for ever"),
    ],
)
async def test_when_it_is_asked_again(answer: Result, interval: float, pause: float) -> None:
    one = prober(Deployment(answer), interval=interval, steady=True)
    await one.known(60)
    assert one.pause() == pause


async def test_a_secret_is_held_back() -> None:
    asking = subject(secrets=("hunter2hunter2",))
    one = prober(Deployment(result(Status.FAIL, code="DG3001", says="it said hunter2hunter2")), asking=asking)
    standing = await one.known(60)
    assert standing is not None
    assert standing.result.verdict is Status.UNKNOWN
    assert "held back" in standing.result.says
    assert "hunter2" not in standing.result.texts() + one.measured.text.decode()


async def test_a_run_can_be_stopped() -> None:
    one = prober(Deployment(hold=True))
    waiting = asyncio.create_task(one.known(60))
    await asyncio.sleep(0)
    flight = one.stop()
    assert flight is not None
    await flight
    assert await waiting is None
    assert (one.standing, one.busy) == (None, False)
