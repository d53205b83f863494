"""One image for all the tests of it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from tests.image.building import PROGRAMS, Builder, Image, NotBuilt
from tests.programs import missing, program

TERMINATION_LOG = "/dev/termination-log"
CA_FILE = "/etc/dgcheck/ca/ca.crt"


@pytest.fixture
def refusing() -> Iterator[str]:
    """The URL of a port on which nothing listens, and that nobody else gets meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture(scope="session")
def image() -> Iterator[Image]:
    """The image, built once; skipped where what builds it is not here, failed where every peer was promised."""
    for name in PROGRAMS:
        if program(name) is None:
            missing(name)
    if os.geteuid() != 0:
        missing("root", "buildah's chroot and the mounts need it")
    builder = Builder()
    try:
        try:
            built = builder.image(TERMINATION_LOG, CA_FILE)
        except NotBuilt as problem:
            pytest.fail(f"the image cannot be built: {problem}")
        yield built
    finally:
        builder.remove()
