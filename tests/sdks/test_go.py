"""The Go SDK: every measured row, the table of the reference, and what bites."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given

from dgcheck.model.sdk import Dialled, Outcome, Place
from dgcheck.sdks import find
from dgcheck.sdks.urls import go as net_url
from tests.sdks.compiled import EXTRAS, KEYS, TRANSPORTS, VALUES, agrees, dial, measured, of_row, whole

VERSIONS = ("1.0.3", "1.0.4", "1.1.2", "1.2.2", "1.3.2", "1.3.6", "1.6.1", "1.6.2", "1.9.0", "2.1.0", "3.5.0")


@pytest.mark.parametrize("row", measured("go"))
def test_a_measured_setting_is_foretold(row: Mapping[str, object]) -> None:
    found = of_row(row)
    assert agrees(row, found), found


E1 = 'invalid URL escape "%2F"'
E2 = 'invalid port ":%2F%2Fh" after host'
E3 = 'invalid port ":8080%2Fv1" after host'
# Value -> what 1.0 to 1.1.0 do with REST and live, then what 1.1.1 and newer do.
TABLE: dict[str, tuple[str, str, str, str]] = {
    "http://h:8080": (E1, E1, "http://h:8080/v1/listen", E1),
    "https://h": (E2, E2, "https://h/v1/listen", E2),
    "ws://h:8080": (E1, E1, E1, "ws://h:8080/v1/listen"),
    "wss://h": (E2, E2, E2, "wss://h/v1/listen"),
    "h:8080": (
        "https://h:8080/v1/listen",
        "wss://h:8080/v1/listen",
        "https://h:8080/v1/listen",
        "wss://h:8080/v1/listen",
    ),
    "h": ("https://h/v1/listen", "wss://h/v1/listen", "https://h/v1/listen", "wss://h/v1/listen"),
    "http://h:8080/v1": (E3, E3, "http://h:8080/v1/listen", E3),
    "ws://h:8080/v1": (E3, E3, E3, "ws://h:8080/v1/listen"),
    "http://h:8080/": (
        'invalid port ":8080%2F" after host',
        'invalid port ":8080%2F" after host',
        "http://h:8080/v1/listen",
        'invalid port ":8080%2F" after host',
    ),
    "h:8080/v1": (E3, E3, E3, E3),
    "HTTP://h": (E2, E2, E2, E2),
    " h": tuple(['invalid URL escape "%20"'] * 4),  # type: ignore[dict-item]
    "http://user:pw@h:8080": (E1, E1, 'invalid URL escape "%40"', E1),
    "http://h:8080?x=1": (
        'invalid port ":8080%3Fx=1" after host',
        'invalid port ":8080%3Fx=1" after host',
        'invalid port ":8080%3Fx=1" after host',
        'invalid port ":8080%3Fx=1" after host',
    ),
}
CASES = [
    pytest.param(version, transport, value, results[at], id=f"{version} {transport} {value!r}")
    for value, results in TABLE.items()
    for at, (version, transport) in enumerate((("1.1.0", "rest"), ("1.1.0", "ws"), ("3.5.0", "rest"), ("3.5.0", "ws")))
]


@pytest.mark.parametrize(("version", "transport", "value", "expected"), CASES)
def test_the_table_of_hosts(version: str, transport: str, value: str, expected: str) -> None:
    found = dial(f"go@{version}", transport, "Host", value)
    assert expected in (found.url, (found.error or "").rpartition('": ')[2])


def test_the_whole_sentence_is_told_with_the_url_that_was_made() -> None:
    found = dial("go", "ws", "Host", "http://h:8080")
    assert found.error == 'parse "wss://http:%2F%2Fh:8080/v1/listen": invalid URL escape "%2F"'


@pytest.mark.parametrize(
    ("named", "transport", "extra", "expected"),
    [
        pytest.param(
            "go@3.5.0", "ws", {"OnPrem": "true"}, Outcome.REFUSED_BY_SDK, id="the option has another name now"
        ),
        pytest.param("go@1.2.2", "ws", {"DEEPGRAM_ON_PREM": "true"}, Outcome.DIALS, id="the variable, from 1.1.3 on"),
        pytest.param("go@1.1.2", "ws", {"DEEPGRAM_ON_PREM": "true"}, Outcome.REFUSED_BY_SDK, id="read too late before"),
        pytest.param("go@3.5.0", "ws", {"DEEPGRAM_ON_PREM": "true"}, Outcome.REFUSED_BY_SDK, id="not read any more"),
        pytest.param("go@3.5.0", "ws", {"DEEPGRAM_SELF_HOSTED": "TRUE"}, Outcome.DIALS, id="its new name"),
        pytest.param("go@3.5.0", "ws", {"DEEPGRAM_SELF_HOSTED": "1"}, Outcome.REFUSED_BY_SDK, id="only the word true"),
        pytest.param(
            "go@3.5.0",
            "ws",
            {"SelfHosted": "true", "DEEPGRAM_SELF_HOSTED": "no"},
            Outcome.REFUSED_BY_SDK,
            id="the variable wins over the code",
        ),
        pytest.param("go@3.5.0", "ws", {"key_env": "set"}, Outcome.DIALS, id="a key in the environment"),
        pytest.param("go@3.5.0", "ws", {"access_token_env": "set"}, Outcome.DIALS, id="a token, from 3.2.0 on"),
        pytest.param("go@3.1.0", "ws", {"access_token_env": "set"}, Outcome.REFUSED_BY_SDK, id="no token before"),
        pytest.param("go@3.5.0", "rest", {}, Outcome.CRASHES, id="REST panics"),
        pytest.param("go@1.0.0", "rest", {}, Outcome.CRASHES, id="REST panics from the start"),
    ],
)
def test_without_a_key(named: str, transport: str, extra: dict[str, str], expected: Outcome) -> None:
    value = "http://h:8080" if transport == "rest" else "ws://h:8080"
    value = "h:8080" if named == "go@1.0.0" else value
    assert dial(named, transport, "Host", value, "", extra).outcome is expected


@pytest.mark.parametrize(
    ("named", "transport", "value", "extra", "expected"),
    [
        pytest.param("go@1.9.0", "ws", "h", {"product": "agent"}, "wss://h/agent", id="agent, no version"),
        pytest.param("go@2.0.0", "ws", "h", {"product": "agent"}, "wss://h/v1/agent/converse", id="agent from 2"),
        pytest.param(
            "go@3",
            "ws",
            "api.deepgram.com",
            {"product": "agent"},
            "wss://agent.deepgram.com/v1/agent/converse",
            id="agent's cloud",
        ),
        pytest.param("go@1.3.0", "rest", "http://h", {"product": "speak"}, "http://h/v1/speak", id="speak by REST"),
        pytest.param(
            "go@3",
            "rest",
            "https://h",
            {"APIVersion": "deepgram/v1"},
            "https://h/deepgram/v1/listen",
            id="a prefix kept",
        ),
        pytest.param(
            "go@3", "ws", "h", {"Path": "v2/listen"}, "wss://h/v1/listen", id="a version in the path is dropped"
        ),
        pytest.param("go@3", "rest", "https://h:", {}, "https://h/v1/listen", id="REST drops an empty port"),
        pytest.param(
            "go@3", "rest", "http://DG.Example.com:8080", {}, "http://DG.Example.com:8080/v1/listen", id="case stays"
        ),
        pytest.param("go@3", "ws", "[::1]:8080", {}, "wss://[::1]:8080/v1/listen", id="a literal"),
        pytest.param(
            "go@3",
            "rest",
            "http://h",
            {"DEEPGRAM_HOST": "https://other"},
            "https://other/v1/listen",
            id="the variable wins",
        ),
        pytest.param(
            "go@1.0.0",
            "rest",
            "h",
            {"DEEPGRAM_HOST": "other"},
            "https://h/v1/listen",
            id="the variable is not read yet",
        ),
    ],
)
def test_what_else_is_dialled(named: str, transport: str, value: str, extra: dict[str, str], expected: str) -> None:
    assert dial(named, transport, "Host", value, "a", extra).url == expected


@pytest.mark.parametrize(
    ("transport", "value", "key", "said"),
    [
        pytest.param("rest", "http://h:99999", "a", "dial tcp: address 99999: invalid port", id="port too high"),
        pytest.param(
            "ws", "::1", "a", "dial tcp: address ::1: too many colons in address", id="a literal without brackets"
        ),
        pytest.param("ws", "ws://[::1", "a", "missing ']' in host", id="a bracket that stays open"),
        pytest.param("rest", ":8080", "a", "either ServerName or InsecureSkipVerify", id="TLS without a name"),
        pytest.param("ws", "wss://:8080", "a", "either ServerName or InsecureSkipVerify", id="live TLS without a name"),
        pytest.param(
            "rest",
            "http://h",
            "a\n",
            'net/http: invalid header field value for "Authorization"',
            id="key with a line end",
        ),
    ],
)
def test_what_cannot_leave(transport: str, value: str, key: str, said: str) -> None:
    found = dial("go", transport, "Host", value, key)
    assert found.outcome is Outcome.ERROR
    assert said in (found.error or "")


def test_without_a_name_this_machine_is_dialled_where_no_certificate_has_to_fit() -> None:
    assert dial("go", "rest", "Host", "http://:8080", "a").url == "http://:8080/v1/listen"
    assert dial("go@1.0.0", "rest", "Host", ":8080", "a").outcome is Outcome.DIALS  # it verifies nothing


def test_a_line_end_in_the_key_is_no_fault_of_the_live_client() -> None:
    assert dial("go", "ws", "Host", "ws://h", "a\n").outcome is Outcome.DIALS


def _told(found: Dialled) -> str:
    return "\n".join(found.traps)


@pytest.mark.parametrize(
    ("transport", "option", "value", "extra", "word"),
    [
        pytest.param("ws", "Host", "http://h:8080", {}, "only ws:// and wss://", id="http given to live"),
        pytest.param("rest", "Host", "ws://h:8080", {}, "only http:// and https://", id="ws given to REST"),
        pytest.param("ws", "Host", "ws://h:8080", {}, "Host header is sent empty", id="the empty Host header"),
        pytest.param("ws", "Host", "wss://h", {}, "Host header is sent empty", id="with TLS too, given a scheme"),
        pytest.param("rest", "Host", "h:8080/dg/v1", {}, 'APIVersion: "dg/v1"', id="a path without a scheme"),
        pytest.param("rest", "Host", "ws://[::1]:8080", {}, "invalid IP-literal", id="an address, by a newer Go"),
        pytest.param("rest", "Host", "http://h:8080", {}, "the live client fails", id="one value, two clients"),
        pytest.param("rest", "Host", "http://h/deepgram", {}, 'APIVersion: "deepgram/v1"', id="a prefix that is lost"),
        pytest.param(
            "rest", "DEEPGRAM_HOST", "http://h", {"Host": "http://other"}, "wins over the Host", id="the variable wins"
        ),
        pytest.param("rest", "Host", "h:8080", {}, "without a scheme is dialled with TLS", id="no scheme means TLS"),
        pytest.param(
            "ws", "Host", "ws://h", {"product": "agent"}, "agent client knows no ws://", id="agent without TLS"
        ),
    ],
)
def test_a_trap_is_told_where_it_bites(
    transport: str, option: str, value: str, extra: dict[str, str], word: str
) -> None:
    assert word in _told(dial("go", transport, option, value, "a", extra))


@pytest.mark.parametrize(
    ("transport", "value", "word"),
    [
        pytest.param("ws", "h", "sent empty", id="a bare name is the right Host"),
        pytest.param("rest", "http://h/v1", "APIVersion", id="v1 is no prefix"),
        pytest.param("rest", "https://h", "dialled with TLS", id="TLS was asked for"),
        pytest.param("ws", "wss://h", "not checked", id="certificates are checked"),
    ],
)
def test_a_trap_is_silent_where_it_does_not_bite(transport: str, value: str, word: str) -> None:
    assert word not in _told(dial("go", transport, "Host", value))


def test_the_sentence_of_a_newer_go_is_told_beside_the_usual_one() -> None:
    found = dial("go", "rest", "Host", "ws://h:8080")
    assert 'invalid port ":%2F%2Fh:8080" after host' in _told(found)


@given(value=VALUES, transport=TRANSPORTS, key=KEYS, extra=EXTRAS)
def test_any_value_has_an_outcome(value: str, transport: str, key: str | None, extra: dict[str, str]) -> None:
    for version in VERSIONS:
        assert whole(dial(f"go@{version}", transport, "Host", value, key, extra))


@given(value=VALUES, transport=TRANSPORTS)
def test_versions_of_one_kind_do_the_same(value: str, transport: str) -> None:
    found = {dial(f"go@{version}", transport, "Host", value).url for version in ("1.1.1", "1.2.2", "1.4.0", "3.5.0")}
    assert len(found) == 1


@given(value=VALUES)
def test_a_host_that_needs_no_escape_is_read_as_it_was_written(value: str) -> None:
    escaped = net_url.escape_host(value)
    try:
        read = net_url.read_host(escaped)
    except net_url.GoUrlError:
        return
    assert net_url.escape_host(read) == escaped


@pytest.mark.parametrize("version", ["1.1.2", "1.2.2", "1.3.6", "1.6.1", "3.5.0"])
def test_the_recipe_dials_the_deployment(version: str) -> None:
    """The options in the code, given back to the SDK, reach the place."""
    place = Place(False, "dg:8080")
    rest, live = find(f"go@{version}")[1].recipe(place)
    assert 'Host: "http://dg:8080"' in rest.code
    assert 'Host: "ws://dg:8080"' in live.code
    assert dial(f"go@{version}", "rest", "Host", "http://dg:8080").url == "http://dg:8080/v1/listen"
    assert dial(f"go@{version}", "ws", "Host", "ws://dg:8080").url == "ws://dg:8080/v1/listen"


@pytest.mark.parametrize(("version", "failed"), [("1.3.3", "live.Connect() == nil"), ("1.3.4", "!live.Connect()")])
def test_what_connect_returned_until_1_3_3_was_a_connection(version: str, failed: str) -> None:
    assert f"if {failed} {{" in find(f"go@{version}")[1].recipe(Place(False, "dg:8080"))[1].code


def test_a_prefix_goes_into_the_version() -> None:
    rest, live = find("go")[1].recipe(Place(True, "dg.example.com", "/deepgram", True, "/ca.pem"))
    for one in (rest, live):
        assert 'Host: "dg.example.com", APIVersion: "deepgram/v1"' in one.code
        assert ("SSL_CERT_FILE", "/ca.pem") in one.environment
        assert "SelfHosted" not in one.code


def test_plain_http_is_refused_where_tls_is_forced() -> None:
    (only,) = find("go@1.1.0")[1].recipe(Place(False, "dg:8080"))
    assert only.code == ""
    assert "1.1.1 or newer" in only.notes[0]


def test_the_module_follows_the_version() -> None:
    imported = {
        version: find(f"go@{version}")[1].recipe(Place(True, "dg"))[0].code for version in ("1.9.0", "2.1.0", "3.5.0")
    }
    assert "deepgram-go-sdk/pkg" in imported["1.9.0"]
    assert "deepgram-go-sdk/v2/pkg" in imported["2.1.0"]
    assert "deepgram-go-sdk/v3/pkg" in imported["3.5.0"]


def test_the_handshake_is_the_one_of_the_wire() -> None:
    release = find("go")[1]
    names = [name for name, _ in release.manners["ws"].headers]
    assert names == [
        "Host",
        "User-Agent",
        "Authorization",
        "Connection",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Version",
        "Upgrade",
    ]
    assert release.manners["ws-plain"].headers[0] == release.manners["ws-scheme"].headers[0] == ("Host", " ")
    assert release.manners["ws"].connect_limit == 15.0
    assert find("go@1.6.1")[1].manners["ws"].connect_limit == 45.0
