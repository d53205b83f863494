"""LiveKit's plug-ins and Pipecat: what they make of their setting, what bites, and the code for a deployment."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import pytest
from hypothesis import given, strategies

from dgcheck.model.sdk import Outcome, Place
from dgcheck.sdks import find
from tests.sdks.compiled import EXTRAS, KEYS, TRANSPORTS, VALUES, dial, whole

NAMED = (
    "livekit-python",
    "livekit-javascript@0.5.7",
    "livekit-javascript",
    "pipecat@0.0.104",
    "pipecat@1.0.0",
    "pipecat",
)


@pytest.mark.parametrize(
    ("named", "option", "value", "rest", "live"),
    [
        ("livekit-python", "base_url", "http://h:8080/v1/listen", "http://h:8080/v1/listen", "ws://h:8080/v1/listen"),
        ("livekit-python", "base_url", "wss://h/dg/v1/listen", "https://h/dg/v1/listen", "wss://h/dg/v1/listen"),
        ("livekit-python", "base_url", "http://h:8080", "http://h:8080/", "ws://h:8080/"),
        ("livekit-python", "base_url", "h:8080", "Connection error.", "failed to connect to deepgram"),
        ("livekit-python", "DEEPGRAM_HOST", "h", "https://api.deepgram.com", "wss://api.deepgram.com"),
        ("livekit-javascript", "baseUrl", "ws://h:8080", "http://h:8080/v1/listen", "ws://h:8080/v1/listen"),
        ("livekit-javascript", "baseUrl", "https://h/dg", "https://h/dg/v1/listen", "wss://h/dg/v1/listen"),
        (
            "livekit-javascript",
            "baseUrl",
            "http://h/v1/listen",
            "http://h/v1/listen/v1/listen",
            "ws://h/v1/listen/v1/listen",
        ),
        ("livekit-javascript", "baseUrl", "ws://h/", "http://h//v1/listen", "ws://h//v1/listen"),
        ("livekit-javascript", "baseUrl", "127.0.0.1:8080", "Invalid URL", "Invalid URL"),
        ("livekit-javascript@1.0.20", "baseUrl", "ws://h", "Recognize is not supported", "ws://h/v1/listen"),
        ("livekit-javascript@0.5.7", "baseUrl", "ws://h", "Recognize is not supported", "wss://api.deepgram.com"),
        ("pipecat", "base_url", "http://h:8080", "http://h:8080/v1/listen", "ws://h:8080/v1/listen"),
        ("pipecat", "base_url", "h:8080", "https://h:8080/v1/listen", "wss://h:8080/v1/listen"),
        ("pipecat", "base_url", "HTTP://h:8080", "https://h:8080/v1/listen", "wss://h:8080/v1/listen"),
        ("pipecat", "base_url", "ws://h/v1", "http://h/v1/v1/listen", "ws://h/v1/v1/listen"),
        ("pipecat", "base_url", "", "https://api.deepgram.com", "wss://api.deepgram.com"),
        ("pipecat@0.0.108", "url", "ws://h", "http://h/v1/listen", "ws://h/v1/listen"),
        ("pipecat@0.0.104", "url", "http://h/dg", "http://h/dg/v1/listen", "ws://h/v1/listen"),
        ("pipecat@0.0.104", "base_url", "ws://h", "https://ws", "ws://h/v1/listen"),
    ],
)
def test_a_setting_is_foretold(named: str, option: str, value: str, rest: str, live: str) -> None:
    for transport, expected in (("rest", rest), ("ws", live)):
        found = dial(named, transport, option, value)
        assert expected in (found.url or found.error or ""), found
        if "://" in expected:
            assert found.url == expected


@pytest.mark.parametrize(
    ("named", "option", "value", "extra", "trap"),
    [
        pytest.param("livekit-python", "base_url", "http://h:8080", {}, "end the value in /v1/listen", id="no path"),
        pytest.param("livekit-python", "base_url", "h:8080", {}, "a whole URL with its scheme", id="no scheme"),
        pytest.param("livekit-javascript", "baseUrl", "ws://h/v1", {}, "/v1 in the value is doubled", id="doubled"),
        pytest.param("livekit-javascript@0.5.7", "baseUrl", "ws://h", {}, "take 1.0.12 or newer", id="too old"),
        pytest.param("pipecat", "base_url", "Ws://h", {}, "lower case: ws://", id="upper case"),
        pytest.param("pipecat@1.0.0", "base_url", "ws://h", {"deepgram-sdk": "7.2.0"}, "falling back", id="fallback"),
        pytest.param("pipecat", "url", "ws://h", {}, "base_url=...", id="an option that is gone"),
    ],
)
def test_what_bites_is_said(named: str, option: str, value: str, extra: Mapping[str, str], trap: str) -> None:
    found = dial(named, "ws", option, value, "a", extra)
    assert any(trap in one for one in found.traps), found.traps


def test_a_set_up_that_fails_is_the_cloud() -> None:
    wish = ("ws", "base_url", "ws://h:8080", "a", {"deepgram-sdk": "7.17.0"})
    assert dial("pipecat@1.2.1", *wish).outcome is Outcome.CLOUD
    assert dial("pipecat@1.3.0", *wish).outcome is Outcome.DIALS


@pytest.mark.parametrize("named", NAMED)
def test_no_key_is_refused_or_sent(named: str) -> None:
    option = find(named)[1].options[0]
    found = dial(named, "ws", option, "ws://h:8080/v1/listen", None)
    assert found.outcome in (Outcome.REFUSED_BY_SDK, Outcome.DIALS)
    assert found.outcome is not Outcome.REFUSED_BY_SDK or "key" in (found.error or "").lower()


@pytest.mark.parametrize("named", NAMED)
def test_the_code_is_for_its_place(named: str) -> None:
    place = Place(True, "dg.example.com", "/deepgram", True, "/ca.pem")
    for recipe in find(named)[1].recipe(place):
        if not recipe.code:
            assert recipe.notes
            continue
        assert "://dg.example.com/deepgram" in recipe.code
        assert "/ca.pem" in dict(recipe.environment).values()
        if recipe.language == "python":
            ast.parse(recipe.code)


@given(value=VALUES, transport=TRANSPORTS, key=KEYS, extra=EXTRAS, named=strategies.sampled_from(NAMED))
def test_any_value_has_an_outcome(
    value: str, transport: str, key: str | None, extra: Mapping[str, str], named: str
) -> None:
    for option in find(named)[1].options:
        assert whole(dial(named, transport, option, value, key, extra)) or (
            dial(named, transport, option, value, key, extra).outcome is Outcome.WRONG_HOST
        )
