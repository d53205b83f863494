"""The .NET SDK: every measured row, the tables of the reference, System.Uri, and what bites."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given

from dgcheck.model.sdk import Dialled, Outcome, Place
from dgcheck.sdks import find
from dgcheck.sdks.urls import dotnet as system_uri
from dgcheck.sdks.urls import dotnet_host
from tests.sdks.compiled import EXTRAS, KEYS, TRANSPORTS, VALUES, agrees, dial, measured, of_row, whole

EARLY = ("1.0.0", "1.11.0", "2.3.0", "3.4.2")
LATE = ("4.0.0", "4.4.1", "5.2.0", "6.2.1", "6.3.0", "6.9.0", "7.0.0")


@pytest.mark.parametrize("row", measured("dotnet"))
def test_a_measured_setting_is_foretold(row: Mapping[str, object]) -> None:
    found = of_row(row)
    assert agrees(row, found), found


ONLY_WS = "Only Uris starting with 'ws://' or 'wss://' are supported. (Parameter 'uri')"
NO_HOST = "Invalid URI: The hostname could not be parsed."
NO_PORT = "Invalid URI: Invalid port specified."
NO_FORM = "Invalid URI: The format of the URI could not be determined."
NO_SCHEME = "Invalid URI: The URI scheme is not valid."
# Value -> REST by the constructor, live by it, live by the property set afterwards; '' is not in the table.
LATE_TABLE = {
    "http://dg:8080": ("http://dg:8080/v1/listen", "wss://dg:8080/v1/listen", ONLY_WS),
    "https://dg": ("https://dg/v1/listen", "wss://dg/v1/listen", ONLY_WS),
    "ws://dg:8080": ("https://ws//dg:8080/v1/listen", "ws://dg:8080/v1/listen", "ws://dg:8080/listen"),
    "wss://dg": ("https://wss//dg/v1/listen", "wss://dg/v1/listen", "wss://dg/listen"),
    "dg:8080": ("https://dg:8080/v1/listen", "wss://dg:8080/v1/listen", ONLY_WS),
    "127.0.0.1:8080": ("https://127.0.0.1:8080/v1/listen", "wss://127.0.0.1:8080/v1/listen", NO_SCHEME),
    "dg": ("https://dg/v1/listen", "wss://dg/v1/listen", NO_FORM),
    "http://dg:8080/v1": ("http://dg:8080/v1/listen", "wss://dg:8080/v1/listen", ONLY_WS),
    "ws://dg:8080/v1": ("https://ws//dg:8080/v1/listen", "ws://dg:8080/v1/listen", "ws://dg:8080/v1/listen"),
    "http://dg:8080/": ("http://dg:8080//v1/listen", "wss://dg:8080//v1/listen", ONLY_WS),
    "ws://dg:8080/": ("https://ws//dg:8080//v1/listen", "ws://dg:8080//v1/listen", "ws://dg:8080//listen"),
    "http://dg:8080/prefix": ("http://dg:8080/prefix/v1/listen", "wss://dg:8080/prefix/v1/listen", ONLY_WS),
    "http://dg:8080/prefix/": ("http://dg:8080/prefix//v1/listen", "wss://dg:8080/prefix//v1/listen", ONLY_WS),
    "http://dg:8080/v1/": ("http://dg:8080/v1/listen", "wss://dg:8080/v1/listen", ONLY_WS),
    "http://dg:8080/v1/listen": ("http://dg:8080/v1/listen/listen", "wss://dg:8080/v1/listen/listen", ONLY_WS),
    "": (NO_HOST, NO_HOST, ONLY_WS),
    "http://dg:8080 ": (NO_PORT, NO_PORT, ""),
    "http://dg:8080?x=1": ("http://dg:8080/", "wss://dg:8080/?x=1/v1/listen", ONLY_WS),
    "ws://http-gw:8080": ("http://http-gw:8080/v1/listen", "wss://http-gw:8080/v1/listen", "ws://http-gw:8080/listen"),
    "http-gw:8080": ("The 'http-gw' scheme is not supported.", "wss://0.0.0.1/listen", ONLY_WS),
    "dg-ws.internal:8080": ("https://dg-ws.internal:8080/v1/listen", ONLY_WS, ONLY_WS),
    "http://dg-ws:8080": ("http://dg-ws:8080/v1/listen", ONLY_WS, ONLY_WS),
    "httpgw:8080": ("https://httpgw:8080/v1/listen", "wss://httpgw:8080/v1/listen", ONLY_WS),
    # A bracket before the slash is no word, so no version is seen and a second one is added.
    "http://[::1]/v1": ("http://[::1]/v1/v1/listen", "wss://[::1]/v1/v1/listen", ONLY_WS),
}
LATE_CASES = [
    pytest.param(transport, option, value, results[at], id=f"{option} {transport} {value!r}")
    for value, results in LATE_TABLE.items()
    for at, (transport, option) in enumerate((("rest", "BaseAddress"), ("ws", "BaseAddress"), ("ws", "BaseAddress=")))
    if results[at]
]


@pytest.mark.parametrize(("transport", "option", "value", "expected"), LATE_CASES)
def test_the_table_of_4_to_7(transport: str, option: str, value: str, expected: str) -> None:
    for version in LATE:
        found = dial(f"dotnet@{version}", transport, option, value)
        assert expected in (found.url, found.error)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("http://dg:8080", "http://dg:8080/listen", id="nothing is added"),
        pytest.param("localhost:8080", "https://localhost:8080/listen", id="a host read as a scheme gets https"),
        pytest.param("127.0.0.1:8080", NO_SCHEME, id="an address is no scheme"),
        pytest.param("dg", NO_FORM, id="a bare name is no URI"),
        pytest.param("", "Invalid URI: The URI is empty.", id="empty"),
        pytest.param("http:/dg", "Invalid URI: The Authority/Host could not be parsed.", id="one slash"),
    ],
)
def test_the_property_of_rest(value: str, expected: str) -> None:
    found = dial("dotnet", "rest", "BaseAddress=", value)
    assert expected in (found.url, found.error)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("http://dg:8080", "//dg:8080/v1/listen", id="the scheme is cut off"),
        pytest.param("ws://dg:8080/v1", "//dg:8080/v1/v1/listen", id="v1 is doubled"),
        pytest.param("http://dg:8080/", "//dg:8080//v1/listen", id="the slash stays"),
        pytest.param("http://dg:8080/prefix", "//dg:8080/prefix/v1/listen", id="a prefix stays"),
        pytest.param("http://dg:8080/v1/", "//dg:8080/v1//v1/listen", id="both"),
        pytest.param("DG.Example.com", "//dg.example.com/v1/listen", id="names become small"),
        pytest.param("", "//api.deepgram.com/v1/listen", id="empty is the cloud"),
    ],
)
def test_the_table_of_1_to_3(value: str, expected: str) -> None:
    for version in EARLY:
        assert dial(f"dotnet@{version}", "rest", "ApiUrl", value).url == f"https:{expected}"
        assert dial(f"dotnet@{version}", "ws", "ApiUrl", value).url == f"wss:{expected}"
    for version in EARLY[1:]:
        off = {"RequireSSL": "false"}
        assert dial(f"dotnet@{version}", "rest", "ApiUrl", value, "a", off).url == f"http:{expected}"
        assert dial(f"dotnet@{version}", "ws", "ApiUrl", value, "a", off).url == f"ws:{expected}"


def test_there_is_no_switch_before_1_11() -> None:
    found = dial("dotnet@1.10.0", "rest", "ApiUrl", "http://dg", "a", {"RequireSSL": "false"})
    assert found.outcome is Outcome.REFUSED_BY_SDK


@pytest.mark.parametrize("version", EARLY)
def test_an_address_of_blanks_is_none_until_3(version: str) -> None:
    found = dial(f"dotnet@{version}", "rest", "ApiUrl", " ")
    assert found.outcome is (Outcome.ERROR if version.startswith("3") else Outcome.CLOUD)


@pytest.mark.parametrize(
    ("named", "key", "extra", "expected"),
    [
        pytest.param(
            "dotnet@2.3.0", " ", {"key_env": "set"}, "must be provided in constructor or via settings", id="no variable"
        ),
        pytest.param(
            "dotnet@6.2.1", None, {"access_token_env": "set"}, "Deepgram API Key is invalid", id="no token before 6.3"
        ),
        pytest.param("dotnet@6.3.0", None, {"access_token_env": "set"}, "", id="a token from 6.3 on"),
        pytest.param(
            "dotnet@6.2.1", None, {"access_token": "set"}, "no parameter named 'accessToken'", id="nor as an argument"
        ),
        pytest.param(
            "dotnet@7.0.0", "", {"OnPrem": "property"}, "Deepgram authentication is required", id="OnPrem too late"
        ),
        pytest.param("dotnet@7.0.0", "", {"OnPrem": "true"}, "", id="OnPrem in time"),
        pytest.param(
            "dotnet@7.0.0", "", {"key_env": "blank"}, "Deepgram authentication is required", id="a blank variable"
        ),
        pytest.param("dotnet@5.2.0", "  ", {}, "Deepgram API Key is invalid", id="a key of blanks"),
    ],
)
def test_without_a_key(named: str, key: str | None, extra: dict[str, str], expected: str) -> None:
    option = "ApiUrl" if named.startswith("dotnet@2") else "BaseAddress"
    found = dial(named, "ws", option, "ws://dg", key, extra)
    assert found.outcome is (Outcome.REFUSED_BY_SDK if expected else Outcome.DIALS)
    assert expected in (found.error or "")


@pytest.mark.parametrize(
    ("transport", "key", "expected"),
    [
        pytest.param("rest", "a\n", "New-line or NUL characters", id="REST refuses a line end"),
        pytest.param("ws", "a\n", "", id="live drops it at the end"),
        pytest.param("ws", "a\nb", "invalid CRLF characters", id="but not within"),
        pytest.param("rest", "ü", "only ASCII characters", id="letters beyond ASCII"),
        pytest.param("ws", "a\x01b", "invalid Control characters", id="a control"),
        pytest.param("rest", "a b", "", id="a blank within"),
    ],
)
def test_a_key_that_cannot_be_sent(transport: str, key: str, expected: str) -> None:
    scheme = "http" if transport == "rest" else "ws"
    found = dial("dotnet", transport, "BaseAddress", f"{scheme}://dg", key)
    assert found.outcome is (Outcome.ERROR if expected else Outcome.DIALS)
    assert expected in (found.error or "")


@pytest.mark.parametrize(
    ("named", "transport", "product", "value", "expected"),
    [
        pytest.param("dotnet@5.2.0", "ws", "agent", "ws://dg/deepgram/v1", "ws://dg/deepgram/agent", id="agent of 5"),
        pytest.param("dotnet@6.0.0", "ws", "agent", "ws://dg", "ws://dg/v1/agent/converse", id="agent of 6"),
        pytest.param(
            "dotnet@7.0.0",
            "ws",
            "agent",
            "wss://api.deepgram.com",
            "wss://agent.deepgram.com/v1/agent/converse",
            id="its cloud",
        ),
        pytest.param("dotnet@6.9.0", "ws", "flux", "ws://dg/v1/", "ws://dg/v2/listen", id="flux"),
        pytest.param("dotnet@4.3.0", "ws", "speak", "ws://dg", "ws://dg/v1/speak", id="speak, live"),
        pytest.param("dotnet@4.0.0", "rest", "speak", "http://dg", "http://dg/v1/speak", id="speak, REST"),
        pytest.param("dotnet@4.4.1", "ws", "agent", "ws://dg", None, id="no agent yet"),
        pytest.param("dotnet@6.8.0", "ws", "flux", "ws://dg", None, id="no flux yet"),
    ],
)
def test_other_products(named: str, transport: str, product: str, value: str, expected: str | None) -> None:
    found = dial(named, transport, "BaseAddress", value, "a", {"product": product})
    assert found.url == expected
    assert (found.outcome is Outcome.REFUSED_BY_SDK) == (expected is None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("http://h:80/a/../b/./c", "http://h/b/c", id="dots and the usual port"),
        pytest.param("HTTP://H\u00dc.example/\u00e4 b", "http://xn--h-eha.example/%C3%A4%20b", id="beyond ASCII"),
        pytest.param("http://h/%41%2f", "http://h/A%2f", id="escapes of letters are taken back"),
        pytest.param("ws://127.1:8080", "ws://127.0.0.1:8080/", id="a short address"),
        pytest.param("http://[0:0::1]:00080/", "http://[::1]/", id="a long literal"),
        pytest.param("http://u:p@h\\x", NO_HOST, id="a backslash ends no host"),
        pytest.param("http://h:65536", NO_PORT, id="port too high"),
        pytest.param("http://h..x", NO_HOST, id="an empty label"),
        pytest.param("http://-h_", "http://-h_/", id="as a share may be called"),
        pytest.param("9http://h", NO_SCHEME, id="a digit first"),
        pytest.param("//h", "file://h", id="a share"),
    ],
)
def test_system_uri(text: str, expected: str) -> None:
    try:
        found = system_uri.parse(text).on_the_wire
    except system_uri.UriFormatError as error:
        found = str(error)
    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1", "0.0.0.1", id="one number"),
        pytest.param("0x7f.1", "127.0.0.1", id="hexadecimal"),
        pytest.param("017.0.0.1", "15.0.0.1", id="octal"),
        pytest.param("256.1.1.1", "", id="too high"),
        pytest.param("1.2.3.4.5", "", id="too many"),
        pytest.param("1.2.3.4.", "", id="a dot too many"),
    ],
)
def test_ipv4_in_any_spelling(text: str, expected: str) -> None:
    assert dotnet_host.ipv4(text) == expected


def _told(found: Dialled) -> str:
    return "\n".join(found.traps)


@pytest.mark.parametrize(
    ("named", "transport", "option", "value", "key", "extra", "word"),
    [
        pytest.param(
            "dotnet", "ws", "BaseAddress", "http://dg", "a", {}, "turns http:// into wss://", id="http given to live"
        ),
        pytest.param(
            "dotnet", "rest", "BaseAddress", "ws://dg", "a", {}, "looks up the host ws", id="ws given to REST"
        ),
        pytest.param(
            "dotnet",
            "ws",
            "BaseAddress=",
            "ws://dg",
            None,
            {},
            "initialiser runs the constructor first",
            id="initialiser",
        ),
        pytest.param(
            "dotnet", "ws", "BaseAddress=", "ws://dg", "", {"OnPrem": "property"}, "too late", id="OnPrem too late"
        ),
        pytest.param(
            "dotnet", "ws", "BaseAddress", "ws://dg", "", {}, "fourth argument of the live options", id="KeepAlive"
        ),
        pytest.param(
            "dotnet", "ws", "BaseAddress", "ws://http-gw", "a", {}, "the word http in the name", id="a word in the name"
        ),
        pytest.param(
            "dotnet", "ws", "BaseAddress", "http://dg-ws", "a", {}, "the word ws in the name", id="another word"
        ),
        pytest.param("dotnet", "ws", "BaseAddress=", "ws://dg", "a", {}, "/v1 is missing", id="no /v1"),
        pytest.param(
            "dotnet", "rest", "DEEPGRAM_HOST", "http://dg", "a", {}, "no version reads DEEPGRAM_HOST", id="the variable"
        ),
        pytest.param("dotnet@3", "rest", "ApiUrl", "http://dg", "a", {}, "RequireSSL", id="the switch of 3"),
        pytest.param("dotnet@1.5.0", "rest", "ApiUrl", "http://dg", "a", {}, "1.11.0", id="no switch yet"),
        pytest.param("dotnet@2", "rest", "ApiUrl", "https://dg", "Key", {}, "lower case", id="the key is lowered"),
    ],
)
def test_a_trap_is_told_where_it_bites(
    named: str, transport: str, option: str, value: str, key: str | None, extra: dict[str, str], word: str
) -> None:
    assert word in _told(dial(named, transport, option, value, key, extra))


@pytest.mark.parametrize(
    ("named", "transport", "option", "value"),
    [
        pytest.param("dotnet", "rest", "BaseAddress", "https://dg.example.com", id="REST as it should be"),
        pytest.param("dotnet", "ws", "BaseAddress", "ws://dg:8080", id="live as it should be"),
        pytest.param("dotnet", "ws", "BaseAddress=", "ws://dg:8080/v1", id="the property as it should be"),
        pytest.param("dotnet@3", "rest", "ApiUrl", "https://dg", id="3 with TLS"),
    ],
)
def test_a_right_setting_has_no_trap(named: str, transport: str, option: str, value: str) -> None:
    assert dial(named, transport, option, value).traps == ()


@given(value=VALUES, transport=TRANSPORTS, key=KEYS, extra=EXTRAS)
def test_any_value_has_an_outcome(value: str, transport: str, key: str | None, extra: dict[str, str]) -> None:
    for version in EARLY:
        assert whole(dial(f"dotnet@{version}", transport, "ApiUrl", value, key, extra))
    for version in LATE:
        assert whole(dial(f"dotnet@{version}", transport, "BaseAddress", value, key, extra))
        assert whole(dial(f"dotnet@{version}", transport, "BaseAddress=", value, key, extra))


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(Place(False, "dg:8080"), id="plain"),
        pytest.param(Place(True, "dg.example.com"), id="TLS"),
        pytest.param(Place(True, "dg.example.com", "/deepgram"), id="a prefix"),
        pytest.param(Place(False, "dg:8080", "/v2"), id="a prefix that looks like a version"),
        pytest.param(Place(False, "[::1]"), id="a literal without a port"),
        pytest.param(Place(False, "http-gw:8080"), id="http in the name"),
        pytest.param(Place(False, "dg-ws:8080"), id="ws in the name"),
    ],
)
@pytest.mark.parametrize("version", ["4.0.0", "6.2.1", "7.0.0"])
def test_the_recipe_dials_the_deployment(version: str, place: Place) -> None:
    """The address in the code, given back to the SDK, reaches the place."""
    tail = f"://{place.authority}{place.prefix}/v1/listen"
    for transport, recipe in zip(("rest", "ws"), find(f"dotnet@{version}")[1].recipe(place), strict=True):
        option = "BaseAddress=" if "BaseAddress =" in recipe.code else "BaseAddress"
        address = recipe.code.partition("://")[0].rpartition('"')[2] + "://"
        address += recipe.code.partition("://")[2].partition('"')[0]
        found = dial(f"dotnet@{version}", transport, option, address, "", {"OnPrem": "true"})
        scheme = ("http" if transport == "rest" else "ws") + ("s" if place.tls else "")
        assert found.url == scheme + tail


def test_plain_http_is_refused_where_there_is_no_switch() -> None:
    (only,) = find("dotnet@1.10.0")[1].recipe(Place(False, "dg:8080"))
    assert only.code == ""
    assert "1.11.0" in only.notes[0]


def test_the_switch_stands_in_the_recipe_of_3() -> None:
    for one in find("dotnet@3.4.2")[1].recipe(Place(False, "dg:8080")):
        assert 'new Credentials("a", "dg:8080", false)' in one.code


def test_the_handshake_is_the_one_of_the_wire() -> None:
    release = find("dotnet")[1]
    names = [name for name, _ in release.manners["ws"].headers]
    assert names == ["Host", "Authorization", "Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version"]
    assert [name for name, _ in release.manners["rest"].headers] == [
        "Host",
        "Accept",
        "User-Agent",
        "Authorization",
        "Content-Length",
    ]
    assert release.manners["ws"].connect_limit == 5.0
    assert release.manners["rest"].answer_limit == 30.0
    assert "429" in release.manners["rest"].retries
    assert "429" not in find("dotnet@6.9.0")[1].manners["rest"].retries


def test_the_host_that_is_looked_up_is_named_without_the_path_of_the_request() -> None:
    found = dial("dotnet@7.0.0", "rest", "BaseAddress", "ws://h:8080")
    assert (found.outcome, found.url) == (Outcome.WRONG_HOST, "https://ws//h:8080/v1/listen")
    assert any("the host that is looked up is 'ws':" in trap for trap in found.traps)
