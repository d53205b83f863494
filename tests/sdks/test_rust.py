"""The Rust SDK: the table of the reference, and what bites. Run against `url` 2.5 and the crates 0.9.2 to 0.14.0."""

from __future__ import annotations

import pytest
from hypothesis import given

from dgcheck.model.sdk import Outcome, Place
from dgcheck.sdks import find
from tests.sdks.compiled import EXTRAS, KEYS, TRANSPORTS, VALUES, dial, whole

VERSIONS = ("0.5.0", "0.6.0", "0.6.4", "0.7.0", "0.8.0", "0.9.2", "0.11.0", "0.14.0")
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
@pytest.mark.parametrize("version", ["0.6.0", "0.9.2", "0.14.0"])
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
        pytest.param("0.12.0", "speak", None, id="no live speech yet"),
        pytest.param("0.13.0", "speak", "ws://h/v1/speak", id="live speech"),
        pytest.param("0.13.0", "agent", "wss://agent.deepgram.com/v1/agent/converse", id="an agent of the cloud"),
    ],
)
def test_other_products(version: str, product: str, expected: str | None) -> None:
    assert dial(f"rust@{version}", "ws", "base_url", "http://h", "a", {"product": product}).url == expected


@pytest.mark.parametrize(
    ("version", "transport", "value", "word"),
    [
        pytest.param("0.6.4", "ws", "http://h", "Host: api.deepgram.com", id="a fixed Host header"),
        pytest.param("0.9.2", "ws", "http://h:8080", "without the port", id="a Host header without its port"),
        pytest.param("0.11.0", "ws", "http://h:8080", "without the port", id="still without it in 0.11"),
        pytest.param("0.9.2", "ws", "https://h", "private CA cannot be added", id="built-in roots"),
        pytest.param("0.11.0", "ws", "https://h", "rustls-tls-native-roots", id="a feature adds the system's roots"),
        pytest.param("0.9.2", "ws", "http://h", "dg-request-id", id="a header that must come"),
        pytest.param("0.9.2", "rest", "http://h/deepgram", "write /deepgram/", id="a prefix without its slash"),
        pytest.param("0.9.2", "rest", "wss://h", "only http:// and https://", id="wss given to REST"),
        pytest.param("0.9.2", "rest", "h:8080", "write http:// or https:// in front", id="no scheme"),
    ],
)
def test_a_trap_is_told_where_it_bites(version: str, transport: str, value: str, word: str) -> None:
    assert word in "\n".join(dial(f"rust@{version}", transport, "base_url", value).traps)


@pytest.mark.parametrize(
    ("version", "word"),
    [
        pytest.param("0.12.0", "without the port", id="Host with its port from 0.12"),
        pytest.param("0.14.0", "dg-request-id", id="no id is needed from 0.14"),
    ],
)
def test_a_trap_is_silent_where_it_bites_no_longer(version: str, word: str) -> None:
    assert word not in "\n".join(dial(f"rust@{version}", "ws", "base_url", "http://h:8080").traps)


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
        pytest.param("0.14.0", [True, True], id="live too, by a feature, from 0.11 on"),
        pytest.param("0.10.1", [True, False], id="REST asks the system from 0.9 on"),
        pytest.param("0.8.0", [False], id="before, neither can"),
    ],
)
def test_a_private_ca(version: str, codes: list[bool]) -> None:
    recipes = find(f"rust@{version}")[1].recipe(Place(True, "dg", "", False, "/ca.pem"))
    assert [bool(one.code) for one in recipes] == codes
    assert "roots built into the program" in " ".join(recipes[-1].notes)


@pytest.mark.parametrize(
    ("version", "line"),
    [
        pytest.param(
            "0.14.0", 'deepgram = { version = "0.14.0", features = ["rustls-tls-native-roots"] }', id="feature"
        ),
        pytest.param("0.10.1", 'deepgram = "0.10.1"', id="no feature yet"),
        pytest.param("0.9.0", 'deepgram = "=0.9.0"', id="not what follows it"),
        pytest.param("0.8.0", 'tag = "0.8.0"', id="never published"),
    ],
)
def test_the_line_for_cargo(version: str, line: str) -> None:
    ca = "" if version == "0.8.0" else "/ca.pem"
    assert line in find(f"rust@{version}")[1].recipe(Place(True, "dg", private_ca=ca))[0].notes[0]


def test_the_handshake_is_the_one_of_the_wire() -> None:
    manners = find("rust")[1].manners
    assert [name for name, _ in manners["ws"].headers] == [
        *("Host", "Connection", "Upgrade", "Sec-WebSocket-Version", "Sec-WebSocket-Key", "user-agent", "authorization"),
    ]
    assert manners["ws"].trust == "webpki"
    assert manners["rest"].trust == "system"


@pytest.mark.parametrize(
    ("version", "host", "named"),
    [
        pytest.param("0.6.4", "api.deepgram.com", False, id="a fixed Host"),
        pytest.param("0.9.0", "{host}", False, id="no port, no User-Agent"),
        pytest.param("0.9.1", "{host}", True, id="a User-Agent"),
        pytest.param("0.11.0", "{host}", True, id="still no port"),
        pytest.param("0.12.0", "{authority}", True, id="with the port"),
    ],
)
def test_what_each_release_says_of_itself(version: str, host: str, named: bool) -> None:
    headers = dict(find(f"rust@{version}")[1].manners["ws"].headers)
    assert headers["Host"] == host
    assert ("user-agent" in headers) is named
