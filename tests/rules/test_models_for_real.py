"""Models, Engine, licence and words: whole runs against the stand-in deployment, ill and well."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.report import Status
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.models import ENGLISH, VOICES, many, speech
from dgcheck.sim.server import Simulator
from tests.runs import found, roots, run

NOVA_3: dict[str, Any] = {"models": ["nova-3"]}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("fault", "flags", "cause"),
    [
        ("model_missing", NOVA_3, "model_missing"),
        ("model_missing_bare", NOVA_3, "model_missing"),
        ("model_missing_unlisted", NOVA_3, "model_missing"),
        ("model_misspelt", {"models": ["nova-3-genral"]}, "model_misspelt"),
        ("model_not_streaming", NOVA_3, "model_not_streaming"),
        ("model_not_batch", NOVA_3, "model_not_batch"),
        ("model_language_word", {**NOVA_3, "language": "english"}, "model_language"),
        ("model_format", {**NOVA_3, "smart_format": True}, "model_format"),
        ("model_flux", {"models": ["flux-general-en=rest"]}, "model_wrong_endpoint"),
        ("no_models", {}, "no_models"),
        ("engine_lost", {}, "engine_disconnected"),
        ("initializing", {}, "engine_initializing"),
        ("health_critical", {}, "engine_critical"),
        ("license_expired", {}, "license"),
        ("certificate_expired", {}, "product_certificate"),
        ("feature_missing", {"features": ["diarize=true"]}, "feature_incomplete"),
        ("transcript_empty", {}, "transcript_empty"),
        ("transcript_wrong", {}, "transcript_mismatch"),
        ("clock_skew", {}, "clock_skew"),
    ],
)
async def test_the_root_of_an_ill_deployment(fault: str, flags: dict[str, Any], cause: str) -> None:
    async with Simulator(faults=(fault,)) as simulator:
        report = await run(simulator.url, profile="standard", skip=["replicas"], **flags)
    assert roots(report) == [cause]
    assert found(report, cause).remedies


SPANISH = speech("nova-3-general", ("es",))
PLAIN = speech("nova-2-general", ENGLISH, formatted=False)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("deployment", "flags"),
    [
        pytest.param({}, {}, id="as it comes"),
        pytest.param({"listing": "flat"}, {}, id="the flat listing"),
        pytest.param({"listing": "old_flat"}, {}, id="the flat listing of 2022"),
        pytest.param({"listing": "hosted"}, {}, id="the listing in the hosted shape"),
        pytest.param({"listing": "bare"}, {}, id="a listing without flags"),
        pytest.param({"listing": "absent"}, {}, id="no listing and no model named"),
        pytest.param({"listing": "absent"}, NOVA_3, id="no listing and a model named"),
        pytest.param({"models": many(500)}, {}, id="500 models"),
        pytest.param({"health": "Ready"}, {}, id="Ready before the first request"),
        pytest.param({"status": "204", "engine": "absent", "certificates": "absent"}, {}, id="204"),
        pytest.param({"status": "absent", "engine": "absent", "certificates": "absent"}, {}, id="no status pages"),
        pytest.param({"models": (SPANISH,)}, {}, id="a model of another language alone"),
        pytest.param({}, {**NOVA_3, "language": "es"}, id="the English clip asked in another language"),
        pytest.param({"models": (PLAIN,)}, {}, id="unformatted files"),
        pytest.param({}, {**NOVA_3, "smart_format": True}, id="formatting that works"),
        pytest.param({}, {"features": ["diarize=true", "punctuate=true"]}, id="features that work"),
    ],
)
async def test_a_healthy_deployment_passes(deployment: dict[str, Any], flags: dict[str, Any]) -> None:
    async with Simulator(deployment=Deployment(**deployment)) as simulator:
        report = await run(simulator.url, profile="standard", **flags)
        asked = len(simulator.log)
    assert roots(report) == []
    assert report.verdict is Status.PASS
    assert asked <= 40


@pytest.mark.anyio
@pytest.mark.parametrize("fault", ["cold_model", "extra_fields", "old_release", "health_unknown_word"])
async def test_an_odd_deployment_passes(fault: str) -> None:
    async with Simulator(faults=(fault,)) as simulator:
        report = await run(simulator.url, profile="standard")
    assert roots(report) == []
    assert report.verdict is Status.PASS


@pytest.mark.anyio
async def test_only_voices_is_a_warning_and_speech_is_skipped() -> None:
    async with Simulator(deployment=Deployment(models=VOICES)) as simulator:
        report = await run(simulator.url, profile="standard")
    assert report.verdict is Status.WARN
    assert {one.status for one in report.checks if one.id in ("rest", "ws.upgrade", "ws.stream")} == {Status.SKIP}
