"""The real SDKs speak, take turns with Flux and meet the voice agent: the simulator is what they expect."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dgcheck.sim.models import STANDARD, flux
from dgcheck.sim.server import running
from dgcheck.sim.server.simulator import Simulator
from tests.real_sdks.chosen import folder_of
from tests.real_sdks.network import clean_environment
from tests.real_sdks.pinned import FIXTURES, PINNED, Pinned

ROOT = Path(__file__).parents[2]
CLIP = ROOT / "dgcheck" / "speech" / "clip.wav"
SAID = "The quick brown fox jumps over the lazy dog."
LIMIT = 60.0  # seconds for one SDK
TURN = ["Connected", "StartOfTurn", "Update", "EndOfTurn"]

NEWEST = [one for one in PINNED if one.spoken in ("python@7.17.0", "javascript@5.13.0", "go@3.5.0")]
FLUX = [one for one in NEWEST if one.sdk != "go"]  # the Go SDK has no client for it
OLDER = [one for one in PINNED if one.spoken == "python@4.8.1"]  # fails on answers that are not chunked


@pytest.fixture(scope="module")
def plain() -> Iterator[Simulator]:
    with running(models=(*STANDARD, flux())) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def sealed() -> Iterator[Simulator]:
    with running(tls="good", models=(*STANDARD, flux())) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def did(plain: Simulator, sealed: Simulator) -> Any:
    """What an SDK did, each driven once: the name of the thing and what came of it."""
    known: dict[str, dict[str, dict[str, Any]]] = {}

    def of(one: Pinned) -> dict[str, dict[str, Any]]:
        if one.name not in known:
            words = command(one, folder_of(one), plain.url, sealed)
            env = {**clean_environment(), "SSL_CERT_FILE": sealed.ca_file, "PATH": os.environ["PATH"]}
            ran = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=LIMIT, check=False)
            rows = [json.loads(line) for line in ran.stdout.splitlines() if '"did":' in line.replace(" ", "")]
            known[one.name] = {row.pop("did"): row for row in rows}
            assert rows, ran.stderr[-3000:]
        return known[one.name]

    return of


def command(one: Pinned, folder: Path, url: str, sealed: Simulator) -> list[str]:
    """The program that lets an installed SDK talk to the simulator."""
    place = folder / one.name
    live, bare = url.replace("http", "ws", 1), sealed.url.partition("://")[2]
    return {
        "python": [str(place / "bin" / "python"), str(FIXTURES / "python" / "talker.py"), url, str(CLIP)],
        "javascript": ["node", str(FIXTURES / "javascript" / "talker.mjs"), str(place), url, str(CLIP)],
        "go": [str(place / "talk"), url, live, bare],
    }[one.sdk]


def spoken(one: Pinned) -> str:
    return one.spoken


@pytest.mark.real_sdk
@pytest.mark.parametrize("sdk", [*NEWEST, *OLDER], ids=spoken)
def test_it_gets_speech_by_post(sdk: Pinned, did: Any) -> None:
    got = did(sdk)["speak"]
    assert got["bytes"] > 44 + 2 * 24000  # more than a second
    assert got.get("heard", SAID) == SAID
    assert got.get("model", "aura-2-thalia-en") == "aura-2-thalia-en"


@pytest.mark.real_sdk
@pytest.mark.parametrize("sdk", NEWEST, ids=spoken)
def test_it_gets_speech_on_a_socket(sdk: Pinned, did: Any) -> None:
    got = did(sdk)["speak.stream"]
    assert got["kinds"] == ["Metadata", "Flushed"]
    assert got["bytes"] > 2 * 24000


@pytest.mark.real_sdk
@pytest.mark.parametrize("sdk", FLUX, ids=spoken)
def test_flux_hears_its_turn_and_ends_it(sdk: Pinned, did: Any) -> None:
    got = did(sdk)["flux"]
    assert list(dict.fromkeys(got["kinds"])) == TURN
    assert got["heard"] == "we will meet again tomorrow"


@pytest.mark.real_sdk
@pytest.mark.parametrize("sdk", NEWEST, ids=spoken)
def test_the_agent_takes_its_settings(sdk: Pinned, did: Any) -> None:
    assert did(sdk)["agent"]["kinds"] == ["Welcome", "SettingsApplied"]
