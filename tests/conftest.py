"""What every test gets: asyncio, a network that ends at loopback, golden files, real peers and network namespaces."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.namespaces import Namespace, have_namespaces
from tests.programs import Peer, Peers, missing, program

TESTS = Path(__file__).parent
GOLDEN = TESTS / "golden"

# How long an example takes is the machine's affair.
hypothesis.settings.register_profile("dgcheck", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("dgcheck")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files instead of comparing")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("peer"):
        for name in mark.args:
            if program(name) is None:
                missing(name)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests (`@pytest.mark.anyio`) run under asyncio alone: that is what dgcheck runs under."""
    return "asyncio"


# --- the network ends at loopback ---------------------------------------------------------------------------------


class NetworkRefused(OSError):
    """A test tried to leave the machine. It is also remembered, so that a caught error still fails the test."""


def _allowed(host: object, allowed: frozenset[str]) -> bool:
    """Whether a test may speak to this host: loopback, the unspecified address, and what it was allowed."""
    if host is None:
        return True
    name = host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)
    name = name.rstrip(".").lower()
    if name in allowed or name in ("", "localhost") or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    return address.is_loopback or address.is_unspecified


@pytest.fixture(autouse=True)
def only_loopback(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse connections, datagrams and name lookups beyond this machine, and fail the test that tried.

    `@pytest.mark.allow_hosts("10.77.0.1")` lets one through. Addresses are resolved (not connected) freely: a
    lookup of an address asks nobody. What a child process does is its own affair: give it a namespace.
    """
    allowed = frozenset(str(name).lower() for mark in request.node.iter_markers("allow_hosts") for name in mark.args)
    tried: list[str] = []

    def refuse(what: str) -> None:
        tried.append(what)
        raise NetworkRefused(f"tests stay on loopback: {what}")

    def guarded(method: str) -> Callable[..., Any]:
        real = getattr(socket.socket, method)

        def call(self: socket.socket, *args: Any) -> Any:
            where = args[-1] if args else None
            inet = self.family in (socket.AF_INET, socket.AF_INET6)
            if inet and isinstance(where, tuple) and not _allowed(where[0], allowed):
                refuse(f"{method} {where[0]} port {where[1]}")
            return real(self, *args)

        return call

    def lookup(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(host: Any, *args: Any, **kwargs: Any) -> Any:
            text = host.decode("ascii", "replace") if isinstance(host, bytes) else host
            if not _allowed(text, allowed) and not _is_address(text):
                refuse(f"{real.__name__} {text}")
            return real(host, *args, **kwargs)

        return call

    for method in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, method, guarded(method))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        monkeypatch.setattr(socket, name, lookup(getattr(socket, name)))
    yield
    if tried:
        pytest.fail("this test tried to leave loopback: " + "; ".join(tried))


def _is_address(host: object) -> bool:
    try:
        ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return True


@pytest.fixture
def quiet_loop() -> Iterator[list[dict[str, Any]]]:
    """What the event loop would have complained about; a test may assert that it is empty."""
    complaints: list[dict[str, Any]] = []
    real = asyncio.BaseEventLoop.call_exception_handler

    def keep(self: asyncio.BaseEventLoop, context: dict[str, Any]) -> None:
        complaints.append(context)
        real(self, context)

    asyncio.BaseEventLoop.call_exception_handler = keep  # type: ignore[method-assign]
    try:
        yield complaints
    finally:
        asyncio.BaseEventLoop.call_exception_handler = real  # type: ignore[method-assign]


# --- golden files -------------------------------------------------------------------------------------------------


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden("report.txt", text)` compares with `tests/golden/report.txt`; `--update-golden` rewrites it."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
            return
        if not path.exists():
            pytest.fail(f"{path} is missing: run pytest --update-golden and read the difference")
        assert text == path.read_text(encoding="utf-8"), f"differs from {path}; pytest --update-golden rewrites it"

    return check


# --- real peers ---------------------------------------------------------------------------------------------------


@pytest.fixture
def peers() -> Iterator[Peers]:
    """Real programs on loopback, each stopped by its own process id when the test is over (see `tests/programs.py`)."""
    with tempfile.TemporaryDirectory(prefix="dgcheck-peers-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # pytest's own folders are closed to the users that squid and others turn into
        found = Peers(Path(folder))
        try:
            yield found
        finally:
            found.stop()


@pytest.fixture
def start_peer(peers: Peers) -> Callable[..., Peer]:
    """Short for `peers.start`."""
    return peers.start


@pytest.fixture
def namespace() -> Iterator[Callable[..., Namespace]]:
    """`namespace(addresses=("10.77.0.1",), ...)` makes a network of its own; see `tests/namespaces.py`."""
    why = have_namespaces()
    if why:
        missing("network namespaces", why)
    made: list[Namespace] = []

    def make(**wanted: Any) -> Namespace:
        made.append(Namespace(**wanted))
        return made[-1]

    yield make
    for one in reversed(made):
        one.remove()


@pytest.fixture
def which() -> Callable[[str], str]:
    """The path of an ordinary program that the test cannot do without (skips, or fails when peers are required)."""

    def find(name: str) -> str:
        return program(name) or shutil.which(name) or missing(name)

    return find
