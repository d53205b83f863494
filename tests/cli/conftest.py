"""What the tests of the command line share: no settings around them, and deployments to check."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from dgcheck.sim.server import running


@pytest.fixture(autouse=True)
def no_settings_around(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the environment nor the folder has a say; a dgcheck that is started finds this one."""
    for name in list(os.environ):
        if name.startswith(("DGCHECK_", "DEEPGRAM_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", os.getcwd())
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def healthy() -> Iterator[str]:
    """The URL of a deployment with nothing wrong."""
    with running() as simulator:
        yield simulator.url


@pytest.fixture
def refusing() -> Iterator[str]:
    """The URL of a port on which nothing listens, and that nobody else gets meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a port that accepts and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(32)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
