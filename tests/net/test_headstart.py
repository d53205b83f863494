"""Resolving and connecting before anything else is loaded."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading

import pytest

from dgcheck.model.evidence import Ending
from dgcheck.net.headstart import HeadStart
from tests.net.network import network, view
from tests.net.scripted import serving, waits


def _ended(start: HeadStart) -> HeadStart:
    over = threading.Event()
    start.listen(lambda: over.set() if start.connected else None)
    assert over.wait(10)
    return start


def test_an_address_is_dialled_as_often_as_asked() -> None:
    with serving(waits) as port:
        start = _ended(HeadStart("127.0.0.1", port, connections=3))
        assert start.addresses == ("127.0.0.1",)
        assert [attempt.error for attempt in start.attempts] == [0, 0, 0]
        assert all(attempt.ended >= attempt.begun for attempt in start.attempts)
        for attempt in start.attempts:
            assert attempt.sock is not None
            attempt.sock.close()


def test_a_refusal_has_its_errno() -> None:
    with serving(waits) as port:
        pass
    start = _ended(HeadStart("127.0.0.1", port))
    assert [attempt.error for attempt in start.attempts] == [111]


def test_pinned_addresses_are_dialled_without_a_lookup() -> None:
    with serving(waits) as port:
        start = _ended(HeadStart("nowhere.invalid", port, pinned=("127.0.0.1",)))
        assert (start.pinned, start.addresses, start.attempts[0].error) == (True, ("127.0.0.1",), 0)
        assert isinstance(start.attempts[0].sock, socket.socket)
        start.attempts[0].sock.close()


def test_it_needs_none_of_the_heavy_modules() -> None:
    heavy = "asyncio ssl h11 websockets httpx json typing dataclasses logging concurrent.futures encodings.idna"
    code = (
        "import sys, dgcheck.net.headstart as h\n"
        "h.HeadStart('127.0.0.1', 9)\n"
        f"print([name for name in {heavy.split()!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.anyio
@pytest.mark.skipif(sys.platform != "linux", reason="other systems take such an address")
async def test_an_address_whose_interface_is_not_here_is_no_name() -> None:
    async with network("http://[fe80::1%25nowhere]:8080") as made:
        seen = await view(made, "dns").lookup()
    assert (seen.name, seen.literal, seen.addresses) == ("fe80::1%nowhere", True, ())
    assert seen.ending is Ending.FAILED
