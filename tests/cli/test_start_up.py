"""What must not be loaded by the commands that people type all the time: checked by modules, not by the clock."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from dgcheck.sim.server import Simulator

HEAVY = (
    "ssl",
    "asyncio",
    "httpx",
    "importlib.metadata",
    "websockets",
    "yaml",
    "tabulate",
    "dns",
    "cryptography",
    "socket",
)
LIST = "import sys; from dgcheck.cli import main; main({words!r}); print(*sys.modules, file=sys.stderr)"


def loaded(*words: str) -> set[str]:
    """Every module that this command line loads."""
    done = subprocess.run(
        [sys.executable, "-c", LIST.format(words=list(words))], capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stderr.strip().splitlines()[-1].split())


@pytest.mark.parametrize(
    "words",
    [
        ("--version",),
        ("--help",),
        ("run", "--help"),
        ("run", "--help-all"),
        ("explain", "DG5003"),
        ("explain",),
        ("explain", "no_such_cause"),
        ("run", "--modle"),
        ("explian",),
    ],
    ids=" ".join,
)
def test_no_network_library_is_loaded(words: tuple[str, ...]) -> None:
    assert loaded(*words).isdisjoint(HEAVY)


def test_the_version_is_told_before_the_parser_is_loaded() -> None:
    assert loaded("--version").isdisjoint({"argparse", "re", "typing", "dataclasses", "collections", "enum"})


def test_a_page_is_shown_without_loading_the_rules() -> None:
    assert not [name for name in loaded("explain", "DG5003") if name.startswith(("dgcheck.rules", "dgcheck.engine"))]


def test_help_loads_neither_dataclasses_nor_the_rules() -> None:
    assert loaded("--help").isdisjoint({"dataclasses", "dgcheck.rules", "dgcheck.model.evidence"})


@pytest.mark.anyio
async def test_a_run_that_goes_well_loads_nothing_that_explains_failures() -> None:
    async with Simulator() as simulator:
        words = ("run", simulator.url, "--profile", "quick", "--model", "nova-3")
        found = await asyncio.to_thread(loaded, *words)
    assert "dgcheck.rules.deployment" in found
    left_out = ("websocket", "reach", "models", "tls", "gateway", "quality", "sdk")
    assert found.isdisjoint(f"dgcheck.rules.{name}" for name in left_out)
    assert [name for name in found if name.startswith("dgcheck.experiments.")] == []
    assert found.isdisjoint({"dgcheck.rules.shared.further", "dgcheck.readings.repeated", "dgcheck.report.saw"})
