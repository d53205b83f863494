"""The answer: its shape, what it takes from the text, the one command, and that no key is in it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import dgcheck.explain
from tests.explain.reading import answered, rows

SCHEMA = json.loads((Path(dgcheck.explain.__file__).parent / "v1.schema.json").read_text(encoding="utf-8"))
URL = "wss://dg.corp:8443/v1/listen?model=nova-3&language=en"


def test_every_answer_is_as_the_schema_says() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for text in sorted({row["text"] for row in rows()})[::3]:
        found = json.loads(json.dumps(answered(text)))
        validator.validate(found)
        assert found["verdict"] == (found["matches"][0]["confidence"] if found["matches"] else "unrecognised")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        pytest.param(
            f"Unexpected server response: 404 {URL}",
            {
                "url": URL,
                "host": "dg.corp",
                "port": "8443",
                "base": "https://dg.corp:8443",
                "model": "nova-3",
                "language": "en",
            },
            id="a URL",
        ),
        pytest.param(
            "dial tcp 10.0.0.7:8080: connect: connection refused",
            {"host": "10.0.0.7", "port": "8080", "base": "http://10.0.0.7:8080"},
            id="an address",
        ),
        pytest.param(
            'DeepgramApiError: {"err_code":"x","err_msg":"No such model/language/tier combination found.",'
            '"request_id":"d78fb7e7-31c0-4600-aa55-dc933b158c7d"}',
            {"request_id": "d78fb7e7-31c0-4600-aa55-dc933b158c7d", "sdk": "javascript"},
            id="a request's id",
        ),
        pytest.param(
            '  File "/x/site-packages/deepgram/client.py"\nhttpx.ConnectError: [Errno 111] Connection refused',
            {"sdk": "python"},
            id="a stack frame",
        ),
        pytest.param(
            "headers: {'X-Fern-SDK-Name': 'deepgram-sdk', 'X-Fern-SDK-Version': '7.17.0'}, status_code: 401, body: ",
            {"sdk": "python", "sdk_version": "7.17.0"},
            id="a version",
        ),
        pytest.param(
            'parse "https://http:%2F%2F10.0.3.17:8080%2Fv1/v1/listen": invalid port ":8080%2Fv1" after host',
            {"meant": "http://10.0.3.17:8080"},
            id="a scheme before a scheme",
        ),
    ],
)
def test_facts(text: str, facts: dict[str, str]) -> None:
    assert answered(text)["facts"].items() >= facts.items()


def test_addresses_for_reading_are_no_target() -> None:
    text = "received 1011 NET-0001. See https://dpgr.am/net0001 and https://developers.deepgram.com/docs/errors?x=1"
    assert "url" not in answered(text)["facts"]


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        pytest.param(URL, URL, id="as it stands"),
        pytest.param(URL + "&token=abcdef", URL, id="a token"),
        pytest.param(URL + "&api_key=x&keyterm=a%20b", URL + "&keyterm=a%20b", id="a key among others"),
        pytest.param(URL.replace("dg.corp", "user:pass@dg.corp"), URL, id="user and password"),
        pytest.param(URL + "'", URL, id="a quote behind it"),
        pytest.param(URL + "),", URL, id="a bracket behind it"),
    ],
)
def test_the_command_asks_that_very_request_again(url: str, asked: str) -> None:
    assert shlex.split(answered(f"Unexpected server response: 400 at {url}")["command"]) == ["dgcheck", asked]


@pytest.mark.parametrize("text", ["$(touch x)", "`id`", "a';id;'b", "a&&id"])
def test_a_command_holds_one_word_whatever_stands_in_the_url(text: str) -> None:
    command = answered(f"Unexpected server response: 400 http://dg.corp/v1/listen?model={text}")["command"]
    words = shlex.split(command)
    assert words[0] == "dgcheck"
    assert len(words) == 2
    assert "$(" not in command.replace(words[1], "")


def test_the_hosted_service_is_always_pointed_out() -> None:
    found = answered("Unexpected server response: 401 wss://api.deepgram.com/v1/listen?model=nova-3")
    assert found["matches"][0]["cause"] == "http_unauthorized"
    assert "hosted_endpoint" in [one["cause"] for one in found["matches"]]


@pytest.mark.parametrize(
    "text",
    [
        "Unexpected server response: 401 wss://api.deepgram.com/v1/listen?model=nova-3",
        "Failed to connect to api.deepgram.com port 443: Connection refused",
        "httpx.ConnectError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: https://api.deepgram.com/v1/listen",
    ],
    ids=["status", "TCP", "TLS"],
)
def test_nothing_is_to_be_run_at_the_hosted_service(text: str) -> None:
    found = answered(text)
    commands = [found["command"], *(one["command"] for match in found["matches"] for one in match["remedies"])]
    assert any("HOST" in command for command in commands)
    assert not [command for command in commands if "api.deepgram.com" in command]


def test_remedies_stand_alone_where_the_one_before_needs_what_is_not_known() -> None:
    found = answered("tlsv13 alert certificate required")
    assert found["matches"][0]["code"] == "DG2019"
    said = [one["do"] for one in found["matches"][0]["remedies"]]
    assert any("SDK" in do for do in said)
    assert not [do for do in said if "same" in do]


def test_an_ambiguous_text_has_three_candidates_at_most_and_one_command() -> None:
    found = answered("websocket: bad handshake")
    assert found["verdict"] == "possible"
    assert 1 < len(found["matches"]) <= 3
    assert {one["confidence"] for one in found["matches"]} == {"possible"}
    assert found["command"].startswith("dgcheck run ")


def test_remedies_hold_the_values_of_the_text() -> None:
    found = answered("dial tcp 10.0.0.7:9090: connect: connection refused")
    commands = " ".join(remedy["command"] for remedy in found["matches"][0]["remedies"])
    assert "9090" in commands
    assert "{" not in commands.replace("{{", "")


def test_nothing_known_is_said_to_be_nothing_with_the_layer_it_proves() -> None:
    found = answered("ssl.SSLError: [SSL: FOO_BAR] foo bar (_ssl.c:1006)")
    assert (found["verdict"], found["matches"], found["layer"]) == ("unrecognised", [], "tls")
    assert answered("hello there")["layer"] == ""


SECRET = "q7Zk2mX9vL4pR8sT1wYb"
HIDDEN = [
    f"Authorization: Token {SECRET}",
    f"headers: {{'Authorization': 'Bearer {SECRET}'}}, status_code: 401, body: x",
    f"Unexpected server response: 401 wss://dg.corp/v1/listen?token={SECRET}&model=nova-3",
    f"Unexpected server response: 401 wss://u:{SECRET}@dg.corp/v1/listen?model=nova-3",
    f"server rejected WebSocket connection: HTTP 401 (api_key={SECRET})",
    f'server rejected WebSocket connection: HTTP 401 {{"api_key": "{SECRET}"}}',
    f"server rejected WebSocket connection: HTTP 401 with key {SECRET}",
    f"Sec-WebSocket-Protocol: token, {SECRET}\nserver rejected WebSocket connection: HTTP 401",
    f"Cookie: sid={SECRET}; a=b\nserver rejected WebSocket connection: HTTP 403",
    f"server rejected WebSocket connection: HTTP 401 {SECRET}",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_no_key_is_repeated(text: str) -> None:
    assert SECRET not in json.dumps(answered(text))
    assert SECRET not in json.dumps(answered(json.dumps({"level": "error", "message": text})))


def test_a_key_of_this_environment_is_never_repeated() -> None:
    found: Any = answered(
        "Unexpected server response: 401 http://dg.corp/hunter2/v1/listen?model=a", secrets=("hunter2",)
    )
    assert "hunter2" not in json.dumps(found)


def test_several_logs_are_read_in_the_order_of_their_times() -> None:
    early = "2026-01-01 10:00:00 ERROR dial tcp 10.0.0.7:8080: connect: connection refused\n"
    late = "2026-01-01 12:00:00 ERROR dial tcp 10.0.0.7:8080: connect: connection refused\n"
    for texts in ((early, late), (late, early)):
        match = answered(*texts)["matches"][0]
        assert (match["count"], match["first"]["time"], match["last"]["time"]) == (
            2,
            "2026-01-01 10:00:00",
            "2026-01-01 12:00:00",
        )


def test_of_causes_as_sure_the_last_in_time_leads_whatever_the_order_of_the_files() -> None:
    refused = "2026-01-01 10:00:00 ERROR dial tcp 10.0.0.7:8080: connect: connection refused\n"
    expired = (
        "2026-01-01 12:00:00 ERROR x509: certificate has expired or is not yet valid: current time "
        "2026-01-01T12:00:00Z is after 2025-01-01T00:00:00Z\n"
    )
    assert answered(refused, expired)["matches"][0]["cause"] == "tls_expired"
    assert answered(expired, refused)["matches"][0]["cause"] == "tls_expired"
