"""The Rust SDK: the table of the reference, and what bites. Run against `url` 2.5 and the crate 0.9.2."""

from __future__ import annotations

import pytest
from hypothesis import given

from dgcheck.model.sdk import Outcome, Place
from dgcheck.sdks import find
from tests.sdks.compiled import EXTRAS, KEYS, TRANSPORTS, VALUES, dial, whole

VERSIONS = ("0.5.0", "0.6.0", "0.6.4", "0.7.0", "0.8.0", "0.9.2")
INVALID = "The provided base url is not valid"


@pytest.mark.parametrize(
    ("value", "rest", "live"),
    [
        pytest.param("http://h:8080", "http://h:8080/v1/listen", "ws://h:8080/v1/listen", id="plain"),
        pytest.param("http://h:8080/", "http://h:8080/v1/listen", "ws://h:8080/v1/listen", id="a slash"),
        pytest.param("http://h:8080/v1", "http://h:8080/v1/listen", "ws://h:8080/v1/listen", id="v1 is replaced"),
        pytest.param("https://h", "https://h/v1/listen", "wss://h/v1/listen", id="TLS"),
        pytest.param("ws://h:8080", "builder error for url (ws://h:8080/v1/listen)", "ws://h:8080/v1/listen", id="ws"),
        pytest.param("wss://h", "builder error for url (wss://h/v1/listen)", "wss://h/v1/listen", id="wss"),
        pytest.param("h:8080", INVALID, INVALID, id="bare with a port"),
        pytest.param("localhost:8080", INVALID, INVALID, id="localhost"),
        pytest.param("h", INVALID, INVALID, id="bare"),
        pytest.param("127.0.0.1:8080", INVALID, INVALID, id="an address"),
        pytest.param("http://h:8080/prefix", "http://h:8080/v1/listen", "ws://h:8080/v1/listen", id="a prefix is lost"),
        pytest.param(
            "http://h:8080/prefix/",
            "http://h:8080/prefix/v1/listen",
            "ws://h:8080/prefix/v1/listen",
            id="a prefix with a slash",
        ),
        pytest.param(
            "http://h:8080/v1/", "http://h:8080/v1/v1/listen", "ws://h:8080/v1/v1/listen", id="v1 with a slash"
        ),
        pytest.param("http://h:8080?x=1", "http://h:8080/v1/listen", "ws://h:8080/v1/listen", id="a query is dropped"),
        pytest.param("http://H:80", "http://h/v1/listen", "ws://h/v1/listen", id="case and the usual port"),
        pytest.param("", INVALID, INVALID, id="empty"),
    ],
)
@pytest.mark.parametrize("version", ["0.6.0", "0.9.2"])
def test_the_table_of_bases(version: str, value: str, rest: str, live: str) -> None:
    for transport, expected in (("rest", rest), ("ws", live)):
        found = dial(f"rust@{version}", transport, "base_url", value)
        assert found.url == expected or expected in (found.error or "")


@pytest.mark.parametrize(
    ("version", "transport", "value", "key", "outcome", "said"),
    [
        pytest.param("0.5.0", "rest", "h", "a", Outcome.CRASHES, "must be a valid Url", id="0.5 panics"),
        pytest.param("0.5.0", "ws", "h:8080", "a", Outcome.CRASHES, "CannotBeABase", id="0.5 panics at the join"),
        pytest.param("0.9.2", "rest", "h", "a", Outcome.REFUSED_BY_SDK, INVALID, id="later ones refuse"),
        pytest.param("0.9.2", "ws", "ftp://h", "a", Outcome.CRASHES, "unreachable", id="another scheme panics, live"),
        pytest.param("0.9.2", "rest", "ftp://h", "a", Outcome.ERROR, "builder error", id="and is an error by REST"),
        pytest.param(
            "0.9.2",
            "ws",
            "http://h",
            "a\n",
            Outcome.ERROR,
            "failed to parse header value",
            id="a key that cannot be sent",
        ),
        pytest.param("0.9.2", "rest", "http://h", "a\n", Outcome.DIALS, "", id="is left out by REST"),
        pytest.param("0.9.2", "rest", "http://h", None, Outcome.DIALS, "", id="no key, no header"),
    ],
)
def test_what_stops_it(version: str, transport: str, value: str, key: str | None, outcome: Outcome, said: str) -> None:
    found = dial(f"rust@{version}", transport, "base_url", value, key)
    assert found.outcome is outcome
    assert said in (found.error or "")


def test_no_variable_is_read() -> None:
    found = dial("rust", "rest", "DEEPGRAM_HOST", "http://h")
    assert found.outcome is Outcome.CLOUD
    assert "no version reads DEEPGRAM_HOST" in found.traps[0]


@pytest.mark.parametrize(
    ("version", "product", "expected"),
    [
        pytest.param("0.9.2", "flux", "ws://h/v2/listen", id="flux"),
        pytest.param("0.7.0", "flux", None, id="no flux yet"),
        pytest.param("0.9.2", "agent", None, id="no agent at all"),
    ],
)
def test_other_products(version: str, product: str, expected: str | None) -> None:
    assert dial(f"rust@{version}", "ws", "base_url", "http://h", "a", {"product": product}).url == expected


@pytest.mark.parametrize(
    ("version", "transport", "value", "word"),
    [
        pytest.param("0.6.4", "ws", "http://h", "Host: api.deepgram.com", id="a fixed Host header"),
        pytest.param("0.9.2", "ws", "http://h:8080", "without the port", id="a Host header without its port"),
        pytest.param("0.9.2", "ws", "https://h", "private CA cannot be added", id="built-in roots"),
        pytest.param("0.9.2", "ws", "http://h", "dg-request-id", id="a header that must come"),
        pytest.param("0.9.2", "rest", "http://h/deepgram", "write /deepgram/", id="a prefix without its slash"),
        pytest.param("0.9.2", "rest", "wss://h", "only http:// and https://", id="wss given to REST"),
        pytest.param("0.9.2", "rest", "h:8080", "write http:// or https:// in front", id="no scheme"),
    ],
)
def test_a_trap_is_told_where_it_bites(version: str, transport: str, value: str, word: str) -> None:
    assert word in "\n".join(dial(f"rust@{version}", transport, "base_url", value).traps)


@pytest.mark.parametrize("value", ["https://h", "http://h:8080/deepgram/"])
def test_a_right_setting_of_rest_has_no_trap(value: str) -> None:
    assert dial("rust", "rest", "base_url", value).traps == ()


@given(value=VALUES, transport=TRANSPORTS, key=KEYS, extra=EXTRAS)
def test_any_value_has_an_outcome(value: str, transport: str, key: str | None, extra: dict[str, str]) -> None:
    for version in VERSIONS:
        assert whole(dial(f"rust@{version}", transport, "base_url", value, key, extra))


def test_the_recipe_dials_the_deployment() -> None:
    rest, live = find("rust")[1].recipe(Place(True, "dg.example.com", "/deepgram"))
    for one in (rest, live):
        assert 'with_base_url("https://dg.example.com/deepgram/")?' in one.code
    assert (
        dial("rust", "ws", "base_url", "https://dg.example.com/deepgram/").url
        == "wss://dg.example.com/deepgram/v1/listen"
    )


@pytest.mark.parametrize(
    ("version", "codes"),
    [
        pytest.param("0.9.2", [True, False], id="REST asks the system from 0.9 on"),
        pytest.param("0.8.0", [False], id="before, neither can"),
    ],
)
def test_a_private_ca(version: str, codes: list[bool]) -> None:
    recipes = find(f"rust@{version}")[1].recipe(Place(True, "dg", "", False, "/ca.pem"))
    assert [bool(one.code) for one in recipes] == codes
    assert "private CA" in " ".join(recipes[-1].notes) or "roots built into the program" in recipes[-1].notes[0]


def test_the_handshake_is_the_one_of_the_wire() -> None:
    manners = find("rust")[1].manners
    assert [name for name, _ in manners["ws"].headers] == [
        *("Host", "Connection", "Upgrade", "Sec-WebSocket-Version", "Sec-WebSocket-Key", "user-agent", "authorization"),
    ]
    assert manners["ws"].trust == "webpki"
    assert manners["rest"].trust == "system"
