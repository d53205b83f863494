"""Where an exporter listens, and what it says where it cannot."""

from __future__ import annotations

import socket

import pytest

from dgcheck.model.errors import UsageError
from dgcheck.serve.place import Place, bind, read, urls


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        (":9115", "", 9115),
        ("9116", "", 9116),
        ("*:9115", "", 9115),
        ("127.0.0.1", "127.0.0.1", 9115),
        ("127.0.0.1:80", "127.0.0.1", 80),
        ("localhost:0", "localhost", 0),
        ("[::1]:9115", "::1", 9115),
        ("[::1]", "::1", 9115),
        ("::1", "::1", 9115),
        ("http://127.0.0.1:9115/", "127.0.0.1", 9115),
    ],
)
def test_addresses(text: str, host: str, port: int) -> None:
    assert read(text) == Place(host, port)


@pytest.mark.parametrize("text", ["", ":", "x:y", ":99999", ":-1", "[::1", "[::1]9115", "a/b:1", "a b:1", "127.0.0.1:"])
def test_no_addresses(text: str) -> None:
    with pytest.raises(UsageError, match=r"--listen: .*write :9115"):
        read(text)


def test_everywhere_is_both_families() -> None:
    sockets = bind(Place("", 0))
    try:
        port = sockets[0].getsockname()[1]
        for host in ("127.0.0.1", "::1"):
            with socket.create_connection((host, port), timeout=10):
                pass
    finally:
        for sock in sockets:
            sock.close()


def test_one_address_is_that_address_alone() -> None:
    sockets = bind(Place("::1", 0))
    try:
        assert urls(sockets) == [f"http://[::1]:{sockets[0].getsockname()[1]}"]
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", sockets[0].getsockname()[1]), timeout=10)
    finally:
        for sock in sockets:
            sock.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", ""])
def test_a_taken_port(host: str) -> None:
    family = socket.AF_INET if host == "127.0.0.1" else socket.AF_INET6
    with (
        socket.create_server((host or "::", 0), family=family) as one,
        pytest.raises(UsageError, match=r"--listen: port \d+ of .* is taken; take another"),
    ):
        bind(Place(host, one.getsockname()[1]))


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_an_address_of_another_machine(host: str) -> None:
    with pytest.raises(UsageError, match="is no address of this machine"):
        bind(Place(host, 0))
