"""Real SDKs for the tests here: which are installed, what each did in a watched network, and the line that says so."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.namespaces import have_namespaces
from tests.programs import missing
from tests.real_sdks.chosen import HOW, LEFT_OUT, RAN, folder_of, installed, wanted_sdks
from tests.real_sdks.network import Watched
from tests.real_sdks.observed import Observed
from tests.real_sdks.pinned import PINNED, Pinned


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"real_sdk: drives a real SDK; skipped where it is not installed ({HOW})")


@pytest.fixture(params=PINNED, ids=lambda one: one.spoken)
def sdk(request: pytest.FixtureRequest) -> Pinned:
    """Every SDK that is installed, one after the other."""
    one: Pinned = request.param
    folder_of(one)
    return one


@pytest.fixture(scope="session")
def sdks() -> Path:
    """The folder with the SDKs."""
    return installed() or missing("the real SDK", HOW)


@pytest.fixture(scope="session")
def watched(sdks: Path) -> Iterator[Watched]:
    """A network that ends at our own recorder."""
    why = have_namespaces()
    if why:
        missing("network namespaces", why)
    with tempfile.TemporaryDirectory(prefix="dgcheck-real-sdks-") as folder:
        network = Watched(Path(folder))
        try:
            yield network
        finally:
            network.close()


@pytest.fixture(scope="session")
def observed(watched: Watched, sdks: Path, request: pytest.FixtureRequest) -> Iterator[Observed]:
    """What every installed SDK of the tests that were chosen did with every case."""
    found = Observed(watched, sdks, wanted_sdks(request, sdks))
    try:
        yield found
    finally:
        found.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not RAN and not LEFT_OUT:
        return
    terminalreporter.write_sep("-", "real SDKs")
    terminalreporter.write_line("driven: " + (", ".join(one.spoken for one in PINNED if one.spoken in RAN) or "none"))
    for why in dict.fromkeys(LEFT_OUT.values()):
        names = ", ".join(one.spoken for one in PINNED if LEFT_OUT.get(one.spoken) == why)
        terminalreporter.write_line(f"left out: {names} ({why})")
