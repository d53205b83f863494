"""What the kernel tells is what happened, however late we look."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Iterator
from time import monotonic, sleep

import pytest

from dgcheck.net import kernel
from dgcheck.net.headstart import Attempt

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux stamps what arrives")
MOST = 64 * 1024 * 1024  # bytes that no kernel holds for a peer that reads nothing
LATE = 0.2  # seconds for which nobody looks


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A client's and a server's end of one connection over TCP."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        theirs, _ = listener.accept()
    with ours, theirs:
        yield ours, theirs


@linux
def test_late_read_does_not_make_the_arrival_late(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    kernel.stamp(ours)
    begun, late = monotonic(), []
    for _ in range(20):  # the kernel begins to stamp a moment after it was asked to
        theirs.sendall(b"words")
        sent = monotonic()
        sleep(LATE)
        data, arrived = kernel.receive(ours, 100, begun)
        assert data == b"words"
        late.append(arrived - sent)
        if late[-1] < LATE / 2:
            break
    assert -0.05 < late[-1] < LATE / 2


def test_without_a_stamp_the_arrival_is_now(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    begun = monotonic()
    theirs.sendall(b"words")
    sleep(LATE)
    before = monotonic()
    data, arrived = kernel.receive(ours, 100, begun)
    assert data == b"words"
    assert before <= arrived <= monotonic()


def test_end_of_a_stream_is_no_bytes(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    begun = monotonic()
    kernel.stamp(ours)
    theirs.shutdown(socket.SHUT_WR)
    assert kernel.receive(ours, 100, begun)[0] == b""


@linux
@pytest.mark.parametrize("set_by", [-3600.0, -2.0, 2.0, 3600.0])
def test_clock_that_is_not_the_kernel_s_changes_nothing(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch, set_by: float
) -> None:
    from time import time

    ours, theirs = pair
    kernel.stamp(ours)
    sleep(0.05)
    theirs.sendall(b"words")
    monkeypatch.setattr(kernel, "time", lambda: time() + set_by)
    before = begun = monotonic()
    _, arrived = kernel.receive(ours, 100, begun)
    assert before <= arrived <= monotonic()


@linux
def test_busy_client_does_not_make_the_network_slow() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        begun = monotonic()
        attempt = Attempt("127.0.0.1", socket.create_connection(listener.getsockname()), begun)
        sleep(LATE)
        attempt.end(0)
    assert attempt.sock is not None
    with attempt.sock:
        assert attempt.ended - attempt.begun < LATE / 2
        assert attempt.rtt_ms is not None
        assert attempt.rtt_ms < LATE * 500


def test_kernel_that_had_to_ask_twice_does_not_hide_it(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = monotonic()
    sleep(LATE)
    info = bytearray(104)
    info[68:72], info[100:104] = (20_000).to_bytes(4, sys.byteorder), (1).to_bytes(4, sys.byteorder)
    monkeypatch.setattr(kernel, "_info", lambda _: bytes(info))
    ended, rtt_ms = kernel.connected(pair[0], begun)
    assert ended - begun >= LATE
    assert rtt_ms == 20.0


@linux
def test_what_the_peer_has_not_taken_is_counted(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    ours.settimeout(0.1)
    sent = 0
    with contextlib.suppress(TimeoutError):  # until it takes no more
        while sent < MOST:
            sent += ours.send(b"x" * 65536)
    assert sent < MOST
    left = kernel.unsent(ours)
    assert 0 < left <= sent
    reading = threading.Thread(target=_read_all, args=(theirs, sent))
    reading.start()
    reading.join()
    assert kernel.unsent(ours) < left
    assert kernel.unsent(None) == 0


def _read_all(sock: socket.socket, size: int) -> None:
    while size > 0:
        size -= len(sock.recv(1 << 20))
