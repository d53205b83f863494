"""What the tests of the SDKs in compiled languages share: measured rows, wishes, and values as people type them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from hypothesis import strategies

from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks import find

_ROWS = Path(__file__).parents[2] / "fixtures" / "sdks" / "dialled.jsonl"
_SCHEMES = (
    "",
    "http://",
    "https://",
    "ws://",
    "wss://",
    "HTTP://",
    "Ws://",
    "tcp://",
    "http:/",
    "http//",
    "//",
    " http://",
)
_HOSTS = (
    *("h", "dg.example.com", "DG.Example.com", "127.0.0.1", "127.1", "localhost", "[::1]", "::1", "[::1", "", "h h"),
    *(
        "dg-ws.internal",
        "http-gw",
        "httpgw",
        "ws",
        "http",
        "user:pw@h",
        "h%20x",
        "api.deepgram.com",
        "h\\x",
        "h..x",
        "ü.example",
    ),
)
_PORTS = ("", ":8080", ":443", ":", ":0", ":99999", ":abc", ":80:80")
_TAILS = (
    "",
    "/",
    "/v1",
    "/v1/",
    "/v1/listen",
    "/deepgram",
    "/deepgram/v1/",
    "//v1",
    "?x=1",
    "/v1?x=1",
    "#f",
    " ",
    "\n",
    "/a b",
)

# A value as somebody might set it: parts that fit together, or any text at all.
VALUES = strategies.one_of(
    strategies.tuples(*map(strategies.sampled_from, (_SCHEMES, _HOSTS, _PORTS, _TAILS))).map("".join),
    strategies.text(max_size=30),
)
KEYS = strategies.one_of(strategies.none(), strategies.sampled_from(("", " ", "a", "a\n", "a\nb", "ü", "A b")))
EXTRAS = strategies.dictionaries(
    strategies.sampled_from(
        (
            *("product", "OnPrem", "SelfHosted", "RequireSSL", "key_env", "access_token", "access_token_env", "Host"),
            *("APIVersion", "Path", "DEEPGRAM_ON_PREM", "DEEPGRAM_SELF_HOSTED", "DEEPGRAM_HOST", "environment.base"),
        )
    ),
    strategies.sampled_from(("true", "false", "set", "blank", "property", "agent", "speak", "flux", "v2/x", "")),
    max_size=3,
)
TRANSPORTS = strategies.sampled_from(("rest", "ws"))


def dial(
    named: str, transport: str, option: str, value: str, key: str | None = "a", extra: Mapping[str, str] | None = None
) -> Dialled:
    """What an SDK does, by the name and version that a person would type."""
    _, release, version = find(named)
    return release.dial(Wish(version, transport, option, value, key, extra or {}))


def measured(sdk: str) -> list[ParameterSet]:
    """The measured rows of an SDK, as parameters."""
    rows = [json.loads(line) for line in _ROWS.read_text(encoding="utf-8").splitlines()]
    return [
        pytest.param(row, id=f"{row['version']} {row['transport']} {row['option']} {row['value']!r} {row['id']}")
        for row in rows
        if row["sdk"] == sdk
    ]


def of_row(row: Mapping[str, object]) -> Dialled:
    """What is foretold for a measured row."""
    extra = row["extra"]
    assert isinstance(extra, dict)
    texts = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in extra.items()}
    key = row["key"]
    return dial(
        f"{row['sdk']}@{row['version']}",
        str(row["transport"]),
        str(row["option"]),
        str(row["value"]),
        None if key is None else str(key),
        texts,
    )


def agrees(row: Mapping[str, object], found: Dialled) -> bool:
    """Whether what is foretold is what was measured: outcome, URL, and the part of the text that was kept."""
    said = str(row["error"] or "")
    return (
        found.outcome == row["outcome"]
        and found.url == row["url"]
        and bool(found.error) == bool(said)
        and said in (found.error or "")
    )


def whole(found: Dialled) -> bool:
    """Whether an answer says all that its outcome owes: a URL where a request leaves, a text where none does."""
    if found.outcome in (Outcome.DIALS, Outcome.CLOUD, Outcome.WRONG_HOST):
        return bool(found.url) and found.error is None and bool(found.source)
    return found.url is None and bool(found.error) and bool(found.source)
