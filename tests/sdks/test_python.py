"""The Python SDK: every measured row, the tables of the reference, what changed when, what bites, and its programs."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import pytest
from hypothesis import given, strategies

from dgcheck.model.sdk import Outcome, Place
from dgcheck.sdks import find
from tests.sdks.compiled import KEYS, TRANSPORTS, VALUES, agrees, dial, measured, of_row, whole

VERSIONS = tuple(release.newest for release in find("python")[0].releases)
KEY_OF_2 = "0123456789abcdef0123456789abcdef01234567"
CLOUD = "https://api.deepgram.com"
EXTRAS = strategies.dictionaries(
    strategies.sampled_from(("client", "websockets", "class", "key_in", "fields", "key_env", "access_token")),
    strategies.sampled_from(("async", "13", "17", "ClientOptionsFromEnv", "client", "base", "set", "blank", "", "x,y")),
    max_size=3,
)


@pytest.mark.parametrize("row", measured("python"))
def test_a_measured_setting_is_foretold(row: Mapping[str, object]) -> None:
    found = of_row(row)
    assert agrees(row, found), found


# Value -> what REST does in 2.12, in 3 and 4, in 5.3, in 6 and 7: a URL, or a part of the text.
REST: dict[str, tuple[str, str, str, str]] = {
    "https://h:8080": ("https://h:8080/listen", *("https://h:8080/v1/listen",) * 3),
    "ws://h:8080": ("unknown url type: ws", "https://ws", "http://h:8080/v1/listen", "http://h:8080/v1/listen"),
    "localhost:8080": ("unknown url type: localhost", "https://localhost:8080/v1/listen", "missing", "missing"),
    "127.0.0.1:8080": ("unknown url type: 127.0.0.1", "https://127.0.0.1:8080/v1/listen", "missing", "missing"),
    "http://h:8080/v1/": ("http://h:8080/v1//listen", *("http://h:8080/v1/v1/listen",) * 3),
    "http://h:8080/v1/listen": ("http://h:8080/v1/listen/listen", *("http://h:8080/v1/listen/v1/listen",) * 3),
    "http://h:8080?x=1": (
        "http://h:8080/?x=1/listen",
        "http://h:8080/?x=1%2Fv1%2Flisten",
        "http://h:8080/v1/listen",
        "http://h:8080/",
    ),
    "": ("unknown url type: '/listen'", CLOUD, "missing", "missing"),
    "http://h:80": ("http://h/listen", *("http://h/v1/listen",) * 3),
    "http://h:abc": ("nonnumeric port: 'abc'", *("Invalid port: 'abc'",) * 3),
    "http://h:99999": ("Connection refused",) * 4,  # glibc dials what the lower 16 bits say
    "http://256.1.1.1": ("http://256.1.1.1/listen", *("Invalid IPv4 address: '256.1.1.1'",) * 3),
    "http://h:8080\x07": ("", *("Invalid non-printable ASCII character in URL",) * 3),
    " http://h:8080": ("http://h:8080/listen", "https://%20http", "http://h:8080/v1/listen", "missing"),
}
# The same for live; 2.12 with websockets 13, 3.2.7, 3.5 to 4.8, 5 and newer.
LIVE: dict[str, tuple[str, str, str, str]] = {
    "http://h:8080": (
        "ws://h:8080/listen",
        "wss://h:8080/v1/listen",
        "ws://h:8080/v1/listen",
        "scheme isn't ws or wss",
    ),
    "wss://h:8080": ("wss://h:8080/listen", *("wss://h:8080/v1/listen",) * 3),
    "h:8080": ("scheme isn't ws or wss", "wss://h:8080/v1/listen", "wss://h:8080/v1/listen", "scheme isn't ws or wss"),
    "ws://h:8080/": ("ws://h:8080//listen", "ws://h:8080/v1/listen", "ws://h:8080/v1/listen", "ws://h:8080//v1/listen"),
    "ws://h:8080/v1": (
        "ws://h:8080/v1/listen",
        "ws://h:8080/v1/listen",
        "ws://h:8080/v1/listen",
        "ws://h:8080/v1/v1/listen",
    ),
    "WS://h:8080": ("ws://h:8080/listen", *("ws://h:8080/v1/listen",) * 3),
    "HTTP://h:8080": ("scheme isn't ws or wss", "wss://http", "wss://http", "scheme isn't ws or wss"),
    "ws://h:8080#f": ("fragment identifier", "ws://h:8080/v1/listen", "ws://h:8080/v1/listen", "fragment identifier"),
    "ws://": ("hostname isn't provided", "wss://ws", "wss://ws", "hostname isn't provided"),
    "": ("scheme isn't ws or wss", "wss://api.deepgram.com", "wss://api.deepgram.com", "scheme isn't ws or wss"),
}


@pytest.mark.parametrize(
    ("named", "value", "expected"),
    [
        pytest.param(named, value, expected[at], id=f"{named} {value!r}")
        for value, expected in REST.items()
        for at, named in enumerate(("python@2.12.0", "python@3.11.0", "python@5.3.4", "python@7.17.0"))
    ],
)
def test_rest(named: str, value: str, expected: str) -> None:
    option = {"2": "api_url", "3": "url"}.get(named[7], "environment.base")
    found = dial(named, "rest", option, value, KEY_OF_2)
    assert expected in (found.url or found.error or "")
    assert expected.startswith("http") == bool(found.url)


@pytest.mark.parametrize(
    ("named", "value", "expected"),
    [
        pytest.param(named, value, expected[at], id=f"{named} {value!r}")
        for value, expected in LIVE.items()
        for at, named in enumerate(("python@2.12.0", "python@3.2.7", "python@4.8.1", "python@6.1.1"))
    ],
)
def test_live(named: str, value: str, expected: str) -> None:
    option = {"2": "api_url", "3": "url", "4": "url"}.get(named[7], "environment.production")
    found = dial(named, "ws", option, value, KEY_OF_2, {"websockets": "13"} if named[7] == "2" else {})
    assert expected in (found.url or found.error or "")


@pytest.mark.parametrize(
    ("before", "after", "transport", "option", "value", "key", "extra", "first", "then"),
    [
        pytest.param(
            "2.11.0",
            "2.12.0",
            "rest",
            "api_url",
            "http://h/v1",
            "a",
            {},
            "http://h/v1/listen",
            "Invalid",
            id="2.12: hex key",
        ),
        pytest.param("3.2.6", "3.2.7", "ws", "url", "http://h", "a", {}, "ws://h/", "wss://h/", id="3.2.7: TLS only"),
        pytest.param(
            "3.2.6", "3.2.7", "ws", "url", "ws://h", "a", {}, "wss://ws", "ws://h/", id="3.2.7: ws:// is known"
        ),
        pytest.param(
            "3.4.0", "3.5.0", "ws", "url", "http://h", "a", {}, "wss://h/", "ws://h/", id="3.5: http is plain"
        ),
        pytest.param(
            "3.8.0",
            "3.9.0",
            "ws",
            "url",
            "http://h",
            "a",
            {"client": "async"},
            "extra_headers",
            "ws://h/",
            id="3.9: async",
        ),
        pytest.param(
            "4.3.1",
            "4.5.0",
            "rest",
            "DEEPGRAM_HOST",
            "h",
            None,
            {"access_token_env": "set"},
            "KEY is not set",
            "https://h/",
            id="4.5: access token",
        ),
        pytest.param(
            "5.3.4",
            "6.0.0",
            "rest",
            "environment.base",
            "http://h?x=1",
            "a",
            {},
            "http://h/v1",
            "http://h/",
            id="6: joining",
        ),
        pytest.param(
            "7.1.1",
            "7.2.0",
            "rest",
            "environment.base",
            "http://h",
            "a",
            {"fields": "base,production,agent"},
            "http://h/v1/listen",
            "missing 1 required keyword-only argument: 'agent_rest'",
            id="7.2: agent_rest",
        ),
        pytest.param(
            "7.8.0",
            "7.8.1",
            "ws",
            "environment.production",
            "ws://h",
            None,
            {"key_env": "after_import"},
            "must be instantiated",
            "ws://h/",
            id="7.8.1: late key",
        ),
    ],
)
def test_what_changed_between_two_versions(
    before: str,
    after: str,
    transport: str,
    option: str,
    value: str,
    key: str | None,
    extra: Mapping[str, str],
    first: str,
    then: str,
) -> None:
    for version, expected in ((before, first), (after, then)):
        found = dial(f"python@{version}", transport, option, value, key, extra)
        assert expected in (found.url or found.error or ""), version
    assert dial(f"python@{before}", transport, option, value, key, extra) != dial(
        f"python@{after}", transport, option, value, key, extra
    )


@pytest.mark.parametrize(
    ("named", "transport", "option", "key", "extra", "outcome", "said"),
    [
        pytest.param("python@3", "rest", "url", "", {}, Outcome.DIALS, "", id="3: none is sent"),
        pytest.param("python@3", "rest", "url", "a\n", {}, Outcome.ERROR, "Illegal header value", id="3: line end"),
        pytest.param("python@3", "rest", "url", "ü", {}, Outcome.ERROR, "'ascii' codec", id="3: beyond ASCII"),
        pytest.param(
            "python@4",
            "rest",
            "url",
            "a",
            {"class": "ClientOptionsFromEnv", "key_in": "client"},
            Outcome.REFUSED_BY_SDK,
            "Neither Deepgram API KEY nor ACCESS TOKEN is set",
            id="4: only on the client",
        ),
        pytest.param(
            "python@3",
            "rest",
            "DEEPGRAM_HOST",
            "a",
            {"class": "DeepgramClientOptions"},
            Outcome.CLOUD,
            "",
            id="3: wrong class",
        ),
        pytest.param(
            "python@7",
            "rest",
            "url",
            "a",
            {"class": "DeepgramClientOptions"},
            Outcome.REFUSED_BY_SDK,
            "No DeepgramClientOptions found in _dynamic_imports",
            id="7: code for 3",
        ),
        pytest.param(
            "python@5.0.0",
            "rest",
            "environment.base",
            "a",
            {"fields": "base, production"},
            Outcome.REFUSED_BY_SDK,
            "missing 2 required keyword-only arguments: 'agent' and 'preview'",
            id="5.0: two fields lacking",
        ),
        pytest.param(
            "python@7",
            "rest",
            "environment.base",
            "a",
            {"fields": "base"},
            Outcome.REFUSED_BY_SDK,
            "and 'agent_rest'",
            id="7",
        ),
        pytest.param(
            "python@6",
            "rest",
            "environment.base",
            "a",
            {"fields": "base,production,agent,agent_rest"},
            Outcome.REFUSED_BY_SDK,
            "unexpected keyword argument 'agent_rest'",
            id="6: a field of 7",
        ),
    ],
)
def test_keys_and_arguments(
    named: str, transport: str, option: str, key: str, extra: Mapping[str, str], outcome: Outcome, said: str
) -> None:
    found = dial(named, transport, option, "http://h:8080", key, extra)
    assert found.outcome is outcome
    assert said in (found.error or "")


@pytest.mark.parametrize(
    ("named", "transport", "option", "value", "key", "trap"),
    [
        pytest.param("python@3", "rest", "url", "http://h/v1", "a", "/v1 in the value is doubled", id="doubled"),
        pytest.param("python@3", "ws", "url", "http://h/dg", "a", "the path prefix /dg is lost", id="lost prefix"),
        pytest.param("python@3", "rest", "url", "", "a", "an empty value goes to api.deepgram.com", id="empty"),
        pytest.param("python@3", "rest", "url", "h:8080", "a", "without a scheme is dialled with TLS", id="no scheme"),
        pytest.param("python@3", "rest", "url", "ws://h", "a", "give http:// or https://", id="ws to REST"),
        pytest.param("python@3.2.7", "ws", "url", "http://h", "a", "two clients are needed", id="TLS only"),
        pytest.param("python@3", "ws", "url", "http://h ", "a", "start() only returns False", id="hidden error"),
        pytest.param("python@2", "rest", "api_url", "http://h", KEY_OF_2, "/v1 is missing", id="2: /v1 is needed"),
        pytest.param("python@2", "rest", "api_url", "http://h/v1/", KEY_OF_2, "slash at the end", id="2: slash"),
        pytest.param("python@2", "rest", "api_url", "http://h/v1", "a", "40 zeros will do", id="2: key"),
        pytest.param("python@2", "ws", "api_url", "http://h/v1", KEY_OF_2, "'websockets<14'", id="2: websockets"),
        pytest.param("python@7", "ws", "environment.production", "http://h", "a", "live wants ws://", id="7: http"),
        pytest.param("python@7", "rest", "DEEPGRAM_HOST", "http://h", "a", "is not read", id="7: variable"),
        pytest.param("python@7", "rest", "environment.base", "http://h", "", "any text will do", id="7: empty key"),
        pytest.param("python@7", "rest", "environment.base", "http://u:p@h", "a", "goes as Basic", id="7: userinfo"),
        pytest.param("python@6", "rest", "environment.base", "http://h?x=1", "a", "leave ?x=1 out", id="6: query"),
    ],
)
def test_what_bites_is_said(named: str, transport: str, option: str, value: str, key: str, trap: str) -> None:
    found = dial(named, transport, option, value, key)
    assert any(trap in one for one in found.traps), found.traps


@pytest.mark.parametrize(
    ("named", "transport", "option", "value"),
    [
        pytest.param("python@2", "rest", "api_url", "http://h:8080/v1", id="2"),
        pytest.param("python@3", "rest", "url", "http://h:8080/deepgram", id="3 REST with a prefix"),
        pytest.param("python@4", "ws", "url", "https://dg.example.com", id="4 live"),
        pytest.param("python@7", "ws", "environment.production", "wss://dg.example.com/deepgram", id="7 live"),
    ],
)
def test_a_right_setting_has_no_trap(named: str, transport: str, option: str, value: str) -> None:
    found = dial(named, transport, option, value, KEY_OF_2)
    assert found.outcome is Outcome.DIALS
    assert not [one for one in found.traps if "websockets" not in one]


PLACES = {
    "plain": Place(False, "dg:8080"),
    "private CA": Place(True, "dg.example.com", "", True, "/ca.pem"),
    "prefix": Place(True, "dg.example.com", "/deepgram"),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("place", PLACES)
def test_a_program_parses_and_its_urls_dial_the_place(version: str, place: str) -> None:
    where = PLACES[place]
    for recipe in find(f"python@{version}")[1].recipe(where):
        if not recipe.code:
            assert "drop" in recipe.notes[0] or "keep nothing" in recipe.notes[0]
            continue
        tree = ast.parse(recipe.code)
        assert "@" not in recipe.code
        urls = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and "://" in str(node.value)
            if isinstance(node.value, str)
        ]
        assert urls
        assert all(f"//{where.authority}{where.prefix}" in url for url in urls)
        assert ("SSL_CERT_FILE" in dict(recipe.environment)) == bool(where.private_ca)
        assert ('os.environ["DEEPGRAM_API_KEY"]' in recipe.code) == where.key


def test_live_behind_a_path_is_said_to_be_impossible_in_3_and_4() -> None:
    for named in ("python@3.2.7", "python@3", "python@4"):
        rest, live = find(named)[1].recipe(PLACES["prefix"])
        assert "transcribe_file" in rest.code
        assert "websocket" not in rest.code
        assert live.code == ""
        assert "/deepgram" in live.notes[0]


def test_two_clients_over_plain_http_where_live_knows_tls_only() -> None:
    (only,) = find("python@3.2.7")[1].recipe(PLACES["plain"])
    assert 'url="http://dg:8080"' in only.code
    assert 'url="ws://dg:8080"' in only.code


@given(value=VALUES, transport=TRANSPORTS, key=KEYS, extra=EXTRAS, version=strategies.sampled_from(VERSIONS))
def test_any_value_has_an_outcome(
    value: str, transport: str, key: str | None, extra: Mapping[str, str], version: str
) -> None:
    for option in find(f"python@{version}")[1].options:
        found = dial(f"python@{version}", transport, option, value, key, extra)
        if found.outcome is Outcome.WRONG_HOST:
            assert found.url
            assert found.error
            continue
        assert whole(found), found
