"""The JavaScript SDK: every measured row, the tables of the reference, what changed when, what bites, its programs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, strategies

from dgcheck.model.sdk import Outcome, Place
from dgcheck.sdks import find
from tests.sdks.compiled import KEYS, TRANSPORTS, VALUES, agrees, dial, measured, of_row, whole

VERSIONS = tuple(release.newest for release in find("javascript")[0].releases)
CLOUD = {"rest": "https://api.deepgram.com", "ws": "wss://api.deepgram.com"}
NODE = shutil.which("node")
EXTRAS = strategies.dictionaries(
    strategies.sampled_from(
        ("requireSSL", "given_as", "call", "fields", "key_env", "access_token", "access_token_env")
    ),
    strategies.sampled_from(("false", "string", "createClient", "base", "production", "set", "blank", "")),
    max_size=3,
)


@pytest.mark.parametrize("row", measured("javascript"))
def test_a_measured_setting_is_foretold(row: Mapping[str, object]) -> None:
    found = of_row(row)
    assert agrees(row, found), found


# Version, value -> what REST and live do: a URL, or a part of the text.
TABLE: tuple[tuple[str, str, str, str, Mapping[str, str]], ...] = (
    ("1.21.0", "h", "https://h/v1/listen", "wss://h/v1/listen", {}),
    ("1.21.0", "h", "https://h:443", "wss://h:443", {"requireSSL": "false"}),
    ("2.4.0", "h", "http://h/v1/listen", "ws://h/v1/listen", {"requireSSL": "false"}),
    ("2.4.0", "h:8080", "ENOTFOUND h:8080", "wss://h:8080/v1/listen", {}),
    ("2.4.0", "h/deepgram", "ENOTFOUND h/deepgram", "wss://h/deepgram/v1/listen", {}),
    ("2.4.0", "127.0.0.1", "https://127.0.0.1/v1/listen", "wss://127.0.0.1/v1/listen", {}),
    ("2.4.0", "::1", "https://[::1]/v1/listen", "Invalid URL", {}),
    ("2.4.0", "https://h", "ENOTFOUND https://h", "wss://https", {}),
    ("2.4.0", "", "API url should be a valid url", "API url should be a valid url", {}),
    ("2.1.1", "", CLOUD["rest"], CLOUD["ws"], {}),
    ("3.3.5", "h:8080", "https://h:8080/v1/listen", "wss://h:8080/v1/listen", {}),
    ("3.3.5", "http://h/deepgram/", "http://h/v1/listen", "ws://h/v1/listen", {}),
    ("3.3.5", "ws://h", "https://ws", "wss://ws", {}),
    ("3.3.5", "", "An API URL is required", "An API URL is required", {}),
    ("3.13.0", "localhost:8080", "Invalid URL", "Invalid URL", {}),
    ("3.13.0", "", CLOUD["rest"], CLOUD["ws"], {}),
    ("4.11.3", "http://h:8080 ", "http://h:8080/v1/listen", "ws://h:8080/v1/listen", {}),
    ("4.11.3", "http://h:80", "http://h/v1/listen", "ws://h/v1/listen", {}),
    ("4.11.3", "http:\\\\h:8080\\x\\", "http://h:8080/x/v1/listen", "ws://h:8080/x/v1/listen", {}),
    ("4.11.3", "http://u:p@h", "includes credentials", "ws://h/v1/listen", {}),
    ("4.11.3", "http://h:6000", "fetch failed", "ws://h:6000/v1/listen", {}),
    ("4.11.3", "ftp://h", "fetch failed", "The URL's protocol must be one of", {}),
    (
        "5.13.0",
        "127.0.0.1:8080",
        "Failed to parse URL from 127.0.0.1:8080/v1/listen",
        "Invalid URL: 127.0.0.1:8080/",
        {},
    ),
    ("5.13.0", "http://h:8080?x=1", "http://h:8080/v1/listen?x=1", "ws://h:8080/v1/listen?x=1", {}),
    ("5.13.0", "http://h:8080#f", "http://h:8080/v1/listen", "The URL contains a fragment identifier", {}),
    ("5.13.0", "http://[::1]:8080/", "http://[::1]:8080/v1/listen", "ws://[::1]:8080/v1/listen", {}),
    ("5.13.0", "http://H.Example:8080", "http://h.example:8080/v1/listen", "ws://h.example:8080/v1/listen", {}),
    ("5.13.0", "", "Failed to parse URL from", "Invalid URL: ", {}),
)


@pytest.mark.parametrize("transport", ["rest", "ws"])
@pytest.mark.parametrize("case", TABLE, ids=lambda case: f"{case[0]} {case[1]!r} {' '.join(case[4])}".strip())
def test_a_value(case: tuple[str, str, str, str, Mapping[str, str]], transport: str) -> None:
    version, value, rest, live, extra = case
    option = "apiUrl" if version < "3" else "global.url" if version < "5" else "baseUrl"
    found = dial(f"javascript@{version}", transport, option, value, "a", extra)
    expected = rest if transport == "rest" else live
    assert expected in (found.url or found.error or "")
    if "://" in expected and " " not in expected:
        assert found.url == expected


@pytest.mark.parametrize(
    ("named", "option", "extra", "rest", "live"),
    [
        pytest.param("javascript@4", "listen.options.url", {}, Outcome.CLOUD, Outcome.CLOUD, id="the README's form"),
        pytest.param("javascript@4", "global.fetch.options.url", {}, Outcome.DIALS, Outcome.CLOUD, id="only fetch"),
        pytest.param("javascript@4", "global.websocket.options.url", {}, Outcome.CLOUD, Outcome.DIALS, id="only live"),
        pytest.param("javascript@3.3", "global.fetch.options.url", {}, Outcome.CLOUD, Outcome.CLOUD, id="3.3: not yet"),
        pytest.param("javascript@5", "global.url", {}, Outcome.CLOUD, Outcome.CLOUD, id="5: of 3 and 4"),
        pytest.param("javascript@5", "DEEPGRAM_HOST", {}, Outcome.CLOUD, Outcome.CLOUD, id="variable"),
        pytest.param("javascript@5", "environment", {"fields": "base"}, Outcome.DIALS, Outcome.CRASHES, id="only base"),
        pytest.param(
            "javascript@5", "environment", {"given_as": "string"}, Outcome.ERROR, Outcome.CRASHES, id="a string"
        ),
        pytest.param(
            "javascript@5",
            "global.url",
            {"call": "createClient"},
            Outcome.REFUSED_BY_SDK,
            Outcome.REFUSED_BY_SDK,
            id="code for 4",
        ),
    ],
)
def test_which_transport_hears_an_option(
    named: str, option: str, extra: Mapping[str, str], rest: Outcome, live: Outcome
) -> None:
    assert dial(named, "rest", option, "http://h:8080", "a", extra).outcome is rest
    assert dial(named, "ws", option, "http://h:8080", "a", extra).outcome is live


@pytest.mark.parametrize(
    ("named", "transport", "key", "extra", "outcome"),
    [
        pytest.param("javascript@2", "rest", "a\n", {}, Outcome.ERROR, id="2: REST tells it"),
        pytest.param("javascript@2", "ws", "a\n", {}, Outcome.ERROR, id="2: live throws"),
        pytest.param("javascript@4", "rest", "a\n", {}, Outcome.DIALS, id="4: REST trims"),
        pytest.param("javascript@4", "ws", "a\n", {}, Outcome.CRASHES, id="4: live ends the process"),
        pytest.param("javascript@4", "rest", "a\nb", {}, Outcome.ERROR, id="4: within"),
        pytest.param("javascript@4", "rest", None, {"access_token": "set"}, Outcome.DIALS, id="4: access token"),
        pytest.param("javascript@4.4", "rest", None, {"access_token": "set"}, Outcome.REFUSED_BY_SDK, id="4.4: none"),
        pytest.param("javascript@5", "ws", None, {"access_token_env": "set"}, Outcome.REFUSED_BY_SDK, id="5: variable"),
        pytest.param("javascript@5", "rest", "", {}, Outcome.DIALS, id="5: empty is sent"),
        pytest.param("javascript@3.3", "ws", "a b", {}, Outcome.ERROR, id="3.3: no subprotocol"),
    ],
)
def test_keys(named: str, transport: str, key: str | None, extra: Mapping[str, str], outcome: Outcome) -> None:
    version = int(named.partition("@")[2][0])
    option, value = ("apiUrl", "h") if version < 3 else ("global.url" if version < 5 else "baseUrl", "http://h:8080")
    assert dial(named, transport, option, value, key, extra).outcome is outcome


@pytest.mark.parametrize(
    ("named", "transport", "option", "value", "trap"),
    [
        pytest.param("javascript@2", "rest", "apiUrl", "h:8080", "REST cannot take a port", id="2: port"),
        pytest.param("javascript@2", "ws", "apiUrl", "http://h", "without a scheme", id="2: scheme"),
        pytest.param("javascript@4", "rest", "global.url", "http://h/dg", "end the value in /", id="4: prefix"),
        pytest.param("javascript@4", "rest", "global.url", "ws://h", "fetch knows http://", id="4: ws"),
        pytest.param("javascript@4", "ws", "global.url", "h:8080", "needs its scheme", id="4: no scheme"),
        pytest.param("javascript@4", "ws", "global.fetch.options.url", "http://h", "only the other", id="4: one"),
        pytest.param("javascript@4", "rest", "listen.options.url", "http://h", "as in the README", id="4: README"),
        pytest.param("javascript@5", "rest", "baseUrl", "http://h/v1", "/v1 in the value is doubled", id="5: doubled"),
        pytest.param("javascript@5", "ws", "global.url", "http://h", "is not read", id="5: of 4"),
    ],
)
def test_what_bites_is_said(named: str, transport: str, option: str, value: str, trap: str) -> None:
    found = dial(named, transport, option, value)
    assert any(trap in one for one in found.traps), found.traps


def test_what_was_meant_to_be_plain_and_is_not_ends_at_the_port() -> None:
    """What listens there speaks no TLS: no request is seen, only where it was sent."""
    found = dial("javascript@1", "ws", "apiUrl", "h:8080", "a", {"requireSSL": "false"})
    assert found.url == "wss://h:8080"
    assert "requireSSL" in found.traps[0]


PLACES = {
    "plain": Place(False, "dg:8080"),
    "name only": Place(True, "dg.example.com"),
    "private CA": Place(True, "dg.example.com", "", True, "/ca.pem"),
    "prefix": Place(True, "dg.example.com", "/deepgram"),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("place", PLACES)
def test_a_program_is_for_its_place(version: str, place: str, tmp_path: Path) -> None:
    where = PLACES[place]
    for recipe in find(f"javascript@{version}")[1].recipe(where):
        if not recipe.code:
            assert recipe.notes
            continue
        assert "@" not in recipe.code.replace("@deepgram/sdk", "")
        assert f"{where.authority}{where.prefix}" in recipe.code
        assert ("NODE_EXTRA_CA_CERTS" in dict(recipe.environment)) == bool(where.private_ca)
        if NODE:
            program = tmp_path / "program.js"
            program.write_text(recipe.code, encoding="utf-8")
            subprocess.run([NODE, "--check", program], check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    ("version", "place", "codes"),
    [
        pytest.param("1.21.0", "plain", [False], id="1: TLS only"),
        pytest.param("2.4.0", "plain", [False, True], id="2: no port for REST"),
        pytest.param("2.4.0", "name only", [True], id="2: a name on 443"),
        pytest.param("2.4.0", "prefix", [False, True], id="2: no path for REST"),
        pytest.param("3.3.5", "prefix", [False], id="3.3: no path"),
        pytest.param("4.11.3", "prefix", [True], id="4: a path"),
    ],
)
def test_what_is_not_possible_is_said(version: str, place: str, codes: list[bool]) -> None:
    recipes = find(f"javascript@{version}")[1].recipe(PLACES[place])
    assert [bool(one.code) for one in recipes] == codes
    assert all(one.notes for one in recipes if not one.code)


def test_a_path_ends_in_a_slash_in_3_and_4() -> None:
    (only,) = find("javascript@4")[1].recipe(PLACES["prefix"])
    assert 'url: "https://dg.example.com/deepgram/"' in only.code


def test_the_key_is_a_subprotocol_before_3_4() -> None:
    manner = find("javascript@3.3")[1].manners["ws"]
    assert (manner.auth, manner.subprotocols) == ("subprotocol", ("token", "{key}"))


def test_token_is_lower_case_in_1_and_2() -> None:
    for named, auth in (("javascript@1", "token"), ("javascript@2", "token"), ("javascript@3", "Token")):
        manner = find(named)[1].manners["ws"]
        assert manner.auth == auth
        assert ("Authorization", f"{auth} {{key}}") in manner.headers


@given(value=VALUES, transport=TRANSPORTS, key=KEYS, extra=EXTRAS, version=strategies.sampled_from(VERSIONS))
def test_any_value_has_an_outcome(
    value: str, transport: str, key: str | None, extra: Mapping[str, str], version: str
) -> None:
    for option in find(f"javascript@{version}")[1].options:
        found = dial(f"javascript@{version}", transport, option, value, key, extra)
        if found.outcome is Outcome.WRONG_HOST:
            assert found.error
            continue
        assert whole(found), found
