"""Which requests the further checks make, and that they make none where nobody wants them."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.evidence import Stream, Wire
from dgcheck.model.record import replace
from dgcheck.model.report import Report
from dgcheck.model.sound import Sound
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.models import STANDARD, VOICES, flux, flux_voice
from dgcheck.sim.server import Simulator
from tests.runs import roots, run

pytestmark = pytest.mark.anyio
VOICE, TURNS = "aura-2-thalia-en", "flux-general-en"
FLUX_VOICE = "flux-haley-en"
EVERYTHING = Deployment(models=(*STANDARD, flux()))
SPEAKS_FLUX = Deployment(models=(*STANDARD, flux_voice()), speak_v2=True, speak_v2_streaming=True)
FLUX_ALONE = tuple(one for one in SPEAKS_FLUX.models if not one.canonical_name.startswith("aura"))
QUICKLY = ["ws.hold", "rest.size", "ws.stream", "replicas"]


async def asked(deployment: Deployment = EVERYTHING, **flags: Any) -> tuple[Report, list[str]]:
    """A run, and what the deployment was asked at the further endpoints or with spoken audio."""
    async with Simulator(deployment=deployment) as simulator:
        report = await run(simulator.url, **{"profile": "standard", **flags})
        log = [f"{one.method} {one.path}" for one in simulator.log]
    spoken = any(isinstance(seen, Sound) for seen in report.evidence)
    return report, [one for one in log if "speak" in one or "v2" in one or "agent" in one or (spoken and "POST" in one)]


def status(report: Report, check: str) -> str:
    return next(one.status.value for one in report.checks if one.id == check)


@pytest.mark.parametrize("profile", ["quick", "standard"])
async def test_nothing_is_asked_that_nobody_wants(profile: str) -> None:
    report, requests = await asked(profile=profile)
    assert requests == []
    assert {status(report, check) for check in ("speak", "flux", "agent")} == {"skip"}


@pytest.mark.parametrize(
    ("flags", "requests"),
    [
        pytest.param({"models": [VOICE]}, ["POST /v1/speak", "GET /v1/speak", "POST /v1/listen"], id="a voice"),
        pytest.param({"models": [f"{VOICE}=rest"]}, ["POST /v1/speak", "POST /v1/listen"], id="a voice by POST"),
        pytest.param(
            {"models": [f"{VOICE}=streaming"]}, ["GET /v1/speak", "POST /v1/listen"], id="a voice in a stream"
        ),
        pytest.param({"models": [TURNS]}, ["GET /v2/listen"], id="Flux"),
        pytest.param({"only": ["agent"]}, ["GET /v1/agent/converse"], id="the agent"),
        pytest.param({"only": ["speak"]}, ["POST /v1/speak", "GET /v1/speak", "POST /v1/listen"], id="the check"),
    ],
)
async def test_what_is_asked_for_is_asked_and_no_more(flags: dict[str, Any], requests: list[str]) -> None:
    report, made = await asked(**flags)
    assert sorted(made) == sorted(requests)
    assert roots(report) == []
    assert report.verdict == "pass"


@pytest.mark.parametrize(
    ("flags", "requests"),
    [
        pytest.param({"models": [FLUX_VOICE]}, ["POST /v2/speak", "GET /v2/speak", "POST /v1/listen"], id="a voice"),
        pytest.param({"models": [f"{FLUX_VOICE}=rest"]}, ["POST /v2/speak", "POST /v1/listen"], id="by POST"),
        pytest.param({"models": [f"{FLUX_VOICE}=streaming"]}, ["GET /v2/speak", "POST /v1/listen"], id="in a stream"),
        pytest.param(
            {"models": [VOICE, FLUX_VOICE]},
            ["POST /v1/speak", "GET /v1/speak", "POST /v2/speak", "GET /v2/speak", *["POST /v1/listen"] * 2],
            id="beside a voice of Aura",
        ),
    ],
)
async def test_a_flux_voice_is_asked_at_its_own_endpoint(flags: dict[str, Any], requests: list[str]) -> None:
    report, made = await asked(SPEAKS_FLUX, **flags)
    assert sorted(made) == sorted(requests)
    assert roots(report) == []
    assert report.verdict == "pass"


@pytest.mark.parametrize("at_once", [True, False], ids=["Flushed at once", "Flushed after the audio"])
async def test_all_of_a_turn_is_heard_whenever_flushed_comes(at_once: bool) -> None:
    switches = replace(SPEAKS_FLUX.switches, flushed_at_once=at_once)
    report, _ = await asked(replace(SPEAKS_FLUX, switches=switches), models=[f"{FLUX_VOICE}=streaming"])
    [sound] = [seen for seen in report.evidence if isinstance(seen, Sound)]
    assert (sound.voice, sound.silent) == (FLUX_VOICE, False)
    assert report.verdict == "pass"


async def test_a_voice_alone_asks_nothing_of_speech() -> None:
    report, _ = await asked(models=[VOICE])
    for check in ("rest", "ws.upgrade", "ws.stream", "replicas"):
        assert status(report, check) == "skip"
    assert not [seen for seen in report.evidence if isinstance(seen, Wire) and seen.check == "rest"]


async def test_a_voice_beside_speech_is_asked_beside_it() -> None:
    report, made = await asked(models=["nova-3", VOICE])
    assert {status(report, check) for check in ("rest", "ws.stream", "speak")} == {"pass"}
    assert "GET /v1/speak" in made


@pytest.mark.parametrize(
    ("deployment", "passing", "skipped"),
    [
        pytest.param(EVERYTHING, {"speak", "flux", "agent"}, set(), id="everything"),
        pytest.param(Deployment(), {"speak", "agent"}, {"flux"}, id="no Flux"),
        pytest.param(Deployment(models=VOICES), {"speak"}, {"flux", "agent"}, id="only voices"),
        pytest.param(replace(SPEAKS_FLUX, models=FLUX_ALONE), {"speak"}, {"flux", "agent"}, id="voices of Flux alone"),
        pytest.param(Deployment(models=SPEAKS_FLUX.models), {"speak", "agent"}, {"flux"}, id="a voice of Flux, off"),
        pytest.param(Deployment(models=FLUX_ALONE), set(), {"speak", "flux", "agent"}, id="nothing but that"),
        pytest.param(
            Deployment(models=tuple(one for one in STANDARD if one.kind == "stt")),
            set(),
            {"speak", "flux", "agent"},
            id="only speech",
        ),
        pytest.param(Deployment(listing=""), set(), {"speak", "flux", "agent"}, id="no listing"),
    ],
)
async def test_the_full_profile_asks_what_is_listed(
    deployment: Deployment, passing: set[str], skipped: set[str]
) -> None:
    report, _ = await asked(deployment, profile="full", skip=QUICKLY)
    assert roots(report) == []
    assert {one for one in ("speak", "flux", "agent") if status(report, one) == "pass"} == passing
    assert {one for one in ("speak", "flux", "agent") if status(report, one) == "skip"} == skipped


async def test_the_agent_is_sent_no_audio() -> None:
    report, _ = await asked(only=["agent"])
    [stream] = [seen for seen in report.evidence if isinstance(seen, Stream)]
    assert [one.kind for one in stream.heard] == ["Welcome", "SettingsApplied"]
    assert stream.sent_messages == 1


@pytest.mark.parametrize(
    ("path", "check", "cause"),
    [
        pytest.param(f"/v2/listen?model={TURNS}&encoding=mulaw&sample_rate=8000", "flux", [], id="Flux"),
        pytest.param(f"/v2/listen?model={TURNS}&encoding=linear16&sample_rate=16000", "flux", [], id="other samples"),
        pytest.param(
            "/v2/listen?model=nova-3&encoding=mulaw&sample_rate=8000", "flux", ["model_wrong_endpoint"], id="Nova on v2"
        ),
        pytest.param(f"/v1/speak?model={VOICE}", "speak", [], id="speech"),
        pytest.param("/v1/speak?model=aura-2-nobody-en", "speak", ["model_missing"], id="no such voice"),
        pytest.param("/v1/agent/converse?x=1", "agent", [], id="the agent"),
    ],
)
async def test_a_whole_request_is_asked_as_it_stands(path: str, check: str, cause: list[str]) -> None:
    async with Simulator(deployment=EVERYTHING) as simulator:
        report = await run(simulator.url + path, profile="standard")
        targets = {one.target for one in simulator.log}
    assert path in targets
    assert roots(report) == cause
    assert status(report, check) == ("fail" if cause else "pass")


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        pytest.param(f"/v2/speak?model={FLUX_VOICE}", [], id="a Flux voice"),
        pytest.param("/v2/speak?model=flux-alexis-en", ["model_missing"], id="another one"),
        pytest.param("/v2/speak?model=flux-hailey-en", ["model_misspelt"], id="a slip"),
        pytest.param(f"/v2/speak?model={VOICE}", ["model_wrong_endpoint"], id="Aura on v2"),
        pytest.param(f"/v1/speak?model={FLUX_VOICE}", ["model_wrong_endpoint"], id="Flux on v1"),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "ws"])
async def test_a_whole_request_for_a_flux_voice(scheme: str, path: str, cause: list[str]) -> None:
    async with Simulator(deployment=SPEAKS_FLUX) as simulator:
        report = await run(simulator.url.replace("http", scheme) + path, profile="standard")
        asked = [(one.method, one.target) for one in simulator.log if one.path.endswith("/speak")]
    assert asked == [("POST" if scheme == "http" else "GET", path)]
    assert roots(report) == cause


async def test_flux_on_v1_is_named_as_a_whole_request() -> None:
    async with Simulator(deployment=EVERYTHING) as simulator:
        url = f"{simulator.url}/v1/listen?model={TURNS}&encoding=mulaw&sample_rate=8000"
        report = await run(url, profile="standard")
    assert roots(report) == ["model_wrong_endpoint"]


@pytest.mark.parametrize("profile", ["standard", "full"])
async def test_no_listing_and_no_voice_named_is_no_alarm(profile: str) -> None:
    report, _ = await asked(Deployment(models=VOICES, listing=""), profile=profile, only=["speak"])
    assert roots(report) == []
