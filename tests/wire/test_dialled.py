"""What sets a dialled URL apart from the one that was meant."""

from __future__ import annotations

import pytest

from dgcheck.wire.dialled import differs, read

MEANT = "ws://dg:8080/v1/listen"


@pytest.mark.parametrize(
    ("url", "apart"),
    [
        pytest.param(MEANT, "", id="the same"),
        pytest.param("http://dg:8080/v1/listen", "", id="http is ws on the wire"),
        pytest.param("ws://DG.:8080/v1/listen", "", id="the same name in other letters"),
        pytest.param("wss://dg:8080/v1/listen", "scheme", id="TLS"),
        pytest.param("ws://dg/v1/listen", "port", id="another port"),
        pytest.param("ws://dg:8080/v1/v1/listen", "path", id="a doubled version"),
        pytest.param("ws://dg:8080//v1/listen", "path", id="two slashes"),
        pytest.param("ws://dg:8080", "", id="a path that nobody saw"),
        pytest.param("wss://api.deepgram.com/v1/listen", "host", id="another host"),
        pytest.param("wss://ws//dg:8080/v1/listen", "host", id="a host made of the scheme"),
        pytest.param("", "", id="no URL"),
        pytest.param("ws://[::1", "", id="no URL that can be read"),
        pytest.param("ws://dg:99999/v1/listen", "", id="no port"),
    ],
)
def test_apart(url: str, apart: str) -> None:
    assert differs(url, MEANT) == apart


def test_the_names_of_loopback_are_one_host() -> None:
    assert differs("http://127.0.0.1:8080/v1/listen", "http://localhost:8080/v1/listen") == ""
    assert differs("http://127.0.0.2:8080/v1/listen", "http://localhost:8080/v1/listen") == "host"


def test_the_port_of_a_scheme_need_not_be_written() -> None:
    one, other = read("https://dg.example.com/v1/listen"), read("wss://dg.example.com:443/v1/listen")
    assert one == other
