"""The code of `dgcheck sdk config` is run as printed, against a stand-in for the deployment, and transcribes."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dgcheck.sim.deployment import Deployment
from dgcheck.sim.server import Simulator, running
from tests.real_sdks.chosen import folder_of
from tests.real_sdks.pinned import PINNED, Pinned
from tests.real_sdks.programs import Printed, Programs, Ran

pytestmark = pytest.mark.real_sdk

WORDS = json.loads((Path(__file__).parents[2] / "dgcheck" / "speech" / "clip.json").read_text())["words"]
PREFIX = "/deepgram"
PLACES: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "private CA": {"tls": "good"},
    "prefix": {"deployment": Deployment(prefix=PREFIX)},
}


@dataclass(frozen=True)
class Recipe:
    """One recipe as `dgcheck sdk config -o json` tells it; `code` is '' where it cannot be done."""

    code: str
    notes: tuple[str, ...]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Tried:
    """What was printed for one place, what each program did, and what the stand-in was asked."""

    recipes: tuple[Recipe, ...]
    ran: tuple[Ran, ...]
    simulator: Simulator

    @property
    def served(self) -> set[str]:
        """The transports on which something was asked and answered well."""
        kinds = {"POST": ("rest", 200), "GET": ("ws", 101)}
        return {
            kind
            for entry in self.simulator.log
            for kind, status in [kinds.get(entry.method, ("", 0))]
            if entry.status == status
        }


@pytest.fixture(scope="module", params=PINNED, ids=lambda one: one.spoken)
def tried(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Tried]]:
    """Every program for every place, built together and run beside each other."""
    one: Pinned = request.param
    installed = folder_of(one)
    with contextlib.ExitStack() as stack:
        places = {name: stack.enter_context(running(**options)) for name, options in PLACES.items()}
        recipes = {name: printed_for(one, place) for name, place in places.items()}
        programs = {
            name: [
                Printed(f"program{list(PLACES).index(name)}{number}", recipe.code, variables(one, recipe, places[name]))
                for number, recipe in enumerate(recipes[name])
                if recipe.code
            ]
            for name in places
        }
        folder = tmp_path_factory.mktemp(one.name)
        everything = Programs(one, installed, folder, [program for found in programs.values() for program in found])
        with ThreadPoolExecutor(8) as pool:  # they mostly wait for their last words
            doing = {name: [pool.submit(everything.run, program) for program in programs[name]] for name in places}
            ran = {name: tuple(one.result() for one in found) for name, found in doing.items()}
        yield {name: Tried(recipes[name], ran[name], places[name]) for name in places}


def printed_for(one: Pinned, simulator: Simulator) -> tuple[Recipe, ...]:
    """What dgcheck prints for this place."""
    authority = ("--ca-file", simulator.ca_file) if simulator.ca_file else ()
    done = subprocess.run(
        [sys.executable, "-m", "dgcheck", "sdk", "config", one.spoken, simulator.url, *authority, "-o", "json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return tuple(
        Recipe(found["code"] or "", tuple(found["notes"]), found["environment"])
        for found in json.loads(done.stdout)["recipes"]
    )


def variables(one: Pinned, recipe: Recipe, simulator: Simulator) -> dict[str, str]:
    """The variables that were printed with it. Java's store is made first, by the command that is printed too."""
    if one.sdk == "java" and simulator.ca_file:
        store = Path(simulator.ca_file).with_suffix(".p12")
        words = ("-importcert", "-noprompt", "-alias", "deployment", "-storetype", "PKCS12", "-storepass", "changeit")
        subprocess.run(
            ["keytool", *words, "-file", simulator.ca_file, "-keystore", store], check=True, capture_output=True
        )
        return {name: value.replace("=ca.p12", f"={store}") for name, value in recipe.environment.items()}
    return dict(recipe.environment)


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tried: Mapping[str, Tried]) -> Tried:
    return tried[request.param]


def test_the_printed_program_transcribes(place: Tried) -> None:
    for ran in place.ran:
        assert ran.code == 0, f"{ran.err}{os.linesep}{ran.out}"
        assert WORDS in " ".join(ran.out.lower().split()), f"{ran.out}{os.linesep}{ran.err}"


def test_each_transport_is_printed_or_said_to_be_impossible(place: Tried) -> None:
    left_out = {"rest", "ws"} - place.served
    said = " ".join(note for recipe in place.recipes if not recipe.code for note in recipe.notes)
    assert place.recipes
    assert not left_out or said, f"nothing was asked by {left_out}, and nothing was said: {place.ran}"
