"""The Java SDK: the table of the reference, OkHttp's HttpUrl, and what bites. Run against OkHttp 4.12."""

from __future__ import annotations

import pytest
from hypothesis import given

from dgcheck.model.sdk import Outcome, Place
from dgcheck.sdks import find
from dgcheck.sdks.urls import okhttp
from tests.sdks.compiled import EXTRAS, KEYS, TRANSPORTS, VALUES, dial, whole

NPE = "NullPointerException"


@pytest.mark.parametrize(
    ("value", "rest", "live"),
    [
        pytest.param("http://h:8080", "http://h:8080/v1/listen", "ws://h:8080/v1/listen", id="plain"),
        pytest.param("http://h:8080/", "http://h:8080/v1/listen", "ws://h:8080/v1/listen", id="a slash"),
        pytest.param("https://h", "https://h/v1/listen", "wss://h/v1/listen", id="TLS"),
        pytest.param("ws://h:8080", NPE, "ws://h:8080/v1/listen", id="ws"),
        pytest.param("wss://h", NPE, "wss://h/v1/listen", id="wss"),
        pytest.param("h:8080", NPE, "Invalid WebSocket URL: h:8080/v1/listen", id="bare with a port"),
        pytest.param("h", NPE, "Invalid WebSocket URL: h/v1/listen", id="bare"),
        pytest.param("http://h:8080/v1", "http://h:8080/v1/v1/listen", "ws://h:8080/v1/v1/listen", id="v1 is doubled"),
        pytest.param(
            "http://h:8080/v1/", "http://h:8080/v1/v1/listen", "ws://h:8080/v1/v1/listen", id="with a slash too"
        ),
        pytest.param(
            "http://h:8080/prefix",
            "http://h:8080/prefix/v1/listen",
            "ws://h:8080/prefix/v1/listen",
            id="a prefix stays",
        ),
        pytest.param("http://h?x=1", "http://h/v1/listen?x=1", "ws://h/?x=1/v1/listen", id="a query"),
        pytest.param("", NPE, "Invalid WebSocket URL: /v1/listen", id="empty"),
    ],
)
def test_the_table_of_environments(value: str, rest: str, live: str) -> None:
    for transport, expected in (("rest", rest), ("ws", live)):
        found = dial("java", transport, "environment", value)
        assert found.url == expected or expected in (found.error or "")


@pytest.mark.parametrize(
    ("transport", "option", "extra", "expected"),
    [
        pytest.param("rest", "environment.base", {}, "http://h/v1/listen", id="base serves REST"),
        pytest.param("ws", "environment.production", {}, "ws://h/v1/listen", id="production serves live"),
        pytest.param(
            "ws", "environment.agent", {"product": "agent"}, "ws://h/v1/agent/converse", id="agent serves the agent"
        ),
        pytest.param(
            "ws", "environment.base", {"environment.production": "ws://p"}, "ws://p/v1/listen", id="what else was set"
        ),
        pytest.param("ws", "environment.production", {"product": "flux"}, "ws://h/v2/listen", id="flux"),
        pytest.param("ws", "environment.production", {"product": "speak"}, "ws://h/v1/speak", id="speak"),
    ],
)
def test_each_part_has_its_client(transport: str, option: str, extra: dict[str, str], expected: str) -> None:
    assert dial("java", transport, option, "http://h", "a", extra).url == expected


@pytest.mark.parametrize(
    ("transport", "option", "part"),
    [
        pytest.param("ws", "environment.base", "environment.production", id="live without production"),
        pytest.param("rest", "environment.production", "environment.base", id="REST without base"),
    ],
)
def test_a_part_left_out_is_null_and_never_the_cloud(transport: str, option: str, part: str) -> None:
    found = dial("java", transport, option, "http://h")
    assert found.outcome is Outcome.ERROR
    assert NPE in (found.error or "")
    assert f"{part} serves this client and was left out" in "\n".join(found.traps)


@pytest.mark.parametrize(
    ("transport", "key", "extra", "outcome"),
    [
        pytest.param("rest", None, {}, Outcome.REFUSED_BY_SDK, id="none"),
        pytest.param("rest", None, {"key_env": "set"}, Outcome.DIALS, id="in the environment"),
        pytest.param("rest", "", {}, Outcome.DIALS, id="an empty one passes"),
        pytest.param("ws", "a\n", {}, Outcome.ERROR, id="a line end"),
        pytest.param("rest", "a\n", {}, Outcome.DIALS, id="a line end, trimmed by REST"),
        pytest.param("rest", "a\nb", {}, Outcome.ERROR, id="a line end in the middle"),
    ],
)
def test_the_key(transport: str, key: str | None, extra: dict[str, str], outcome: Outcome) -> None:
    assert dial("java", transport, "environment", "http://h", key, extra).outcome is outcome


def test_no_variable_is_read() -> None:
    assert dial("java", "ws", "DEEPGRAM_HOST", "http://h").url == "wss://api.deepgram.com/v1/listen"


@pytest.mark.parametrize(
    ("transport", "value", "word"),
    [
        pytest.param("rest", "ws://h", "write them in all three parts", id="ws given to REST"),
        pytest.param("ws", "h:8080", "write http:// or https:// in front", id="no scheme"),
        pytest.param("rest", "http://h/v1", "doubled", id="v1 is doubled"),
    ],
)
def test_a_trap_is_told_where_it_bites(transport: str, value: str, word: str) -> None:
    assert word in "\n".join(dial("java", transport, "environment", value).traps)


def test_a_right_setting_has_no_trap() -> None:
    for transport in ("rest", "ws"):
        assert dial("java", transport, "environment", "https://dg.example.com/deepgram").traps == ()


@given(value=VALUES, transport=TRANSPORTS, key=KEYS, extra=EXTRAS)
def test_any_value_has_an_outcome(value: str, transport: str, key: str | None, extra: dict[str, str]) -> None:
    for option in ("environment", "environment.base", "environment.production", "environment.agent", "DEEPGRAM_HOST"):
        assert whole(dial("java", transport, option, value, key, extra))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("http:h", "http://h/", id="no slashes"),
        pytest.param("HTTPS:\\\\H:443", "https://h/", id="backslashes, case, the usual port"),
        pytest.param("http://h:0", None, id="port 0"),
        pytest.param("http://h:", "http://h/", id="an empty port"),
        pytest.param("http://[::ffff:1.2.3.4]", "http://1.2.3.4/", id="a mapped address"),
        pytest.param("http://h/a b/../c?d e#f", "http://h/c?d%20e", id="dots, blanks, a fragment"),
        pytest.param("http://%68", "http://h/", id="an escaped name"),
        pytest.param("http://h..x", None, id="an empty label"),
        pytest.param("ftp://h", None, id="another scheme"),
    ],
)
def test_http_url(text: str, expected: str | None) -> None:
    found = okhttp.parse(text)
    port = "" if found is None or found.port is None else f":{found.port}"
    assert expected == (found and f"{found.scheme}://{found.host}{port}{found.path}{found.query}")


def test_one_program_serves_both() -> None:
    (only,) = find("java")[1].recipe(Place(True, "dg.example.com", "/deepgram", False, "/ca.pem"))
    for part in ("base", "production", "agent"):
        assert f'.{part}("https://dg.example.com/deepgram")' in only.code
    assert '.apiKey("a")' in only.code
    assert "keytool" in " ".join(only.notes)
    assert "trustStore=ca.p12" in dict(only.environment)["JAVA_TOOL_OPTIONS"]


def test_the_handshake_is_the_one_of_the_wire() -> None:
    names = [name for name, _ in find("java")[1].manners["ws"].headers]
    assert names[0] == "Authorization"
    assert names[-2:] == ["Host", "Accept-Encoding"]
    assert "Sec-WebSocket-Extensions" in names
