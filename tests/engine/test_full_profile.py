"""All of it against a deployment that has everything: no alarm, few requests, and a word of how long it takes."""

from __future__ import annotations

import pytest

from dgcheck.cli import main
from dgcheck.engine.running import MOST_REQUESTS
from dgcheck.model.record import replace
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.models import STANDARD, flux, flux_voice
from dgcheck.sim.server import Simulator, running
from tests.runs import roots, run

EVERYTHING = Deployment(models=(*STANDARD, flux(), flux_voice()), speak_v2=True, speak_v2_streaming=True)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "deployment",
    [EVERYTHING, replace(EVERYTHING, models=STANDARD, speak_v2=False, speak_v2_streaming=False)],
    ids=["everything", "no Flux"],
)
async def test_everything_is_well_and_asked_within_the_limit(deployment: Deployment) -> None:
    async with Simulator(deployment=deployment, beside=True) as simulator:
        places = simulator.beside
        report = await run(
            simulator.url,
            profile="full",
            hold="1s",
            max_upload="200KB",
            origin="https://app.example.test",
            license_proxy_url=places["license_proxy"],
            engine_metrics_url=places["engine_metrics"],
        )
        asked = [one for one in simulator.log if one.body_bytes < 100_000]  # without those for the body limit
    assert roots(report) == [], [(one.cause, one.says) for one in report.findings]
    assert report.verdict == "pass"
    assert 20 < len(asked) <= MOST_REQUESTS


def test_it_says_beforehand_how_long_it_will_take(capsys: pytest.CaptureFixture[str]) -> None:
    with running() as simulator:
        main(["run", simulator.url, "--profile", "full", "--hold", "1s", "--max-upload", "200KB", "-o", "short"])
    assert "this takes about" in capsys.readouterr().err
