"""The real SDKs ask as `dgcheck.sdks` says: header names in their case and order, the form of the key."""

from __future__ import annotations

import re
import subprocess

import pytest

from dgcheck.model.sdk import Manner
from dgcheck.sdks import find
from tests.real_sdks import cases
from tests.real_sdks.network import Seen
from tests.real_sdks.observed import Observed
from tests.real_sdks.pinned import Pinned

pytestmark = pytest.mark.real_sdk

# Headers that hold something else in every request.
OWN = frozenset({"sec-websocket-key", "content-length", "x-deepgram-session-id", "x-fern-platform"})


@pytest.fixture(params=cases.BOTH)
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def asked(sdk: Pinned, transport: str, observed: Observed) -> Seen:
    """A plain request of the real one."""
    if sdk.sdk == "javascript" and sdk.major < 5 and transport == "ws" and node_major() >= 22:
        pytest.skip("Node 22 and newer bring a WebSocket of their own, which asks otherwise")
    seen = observed[cases.plain(sdk, transport)]
    assert seen.url, seen
    return seen


@pytest.fixture
def manner(sdk: Pinned, transport: str) -> Manner:
    """How dgcheck says that it asks: over plain HTTP, where that makes a difference."""
    _, release, _ = find(sdk.spoken)
    plain = f"{transport}-plain"
    return release.manners[plain if plain in release.manners else transport]


def node_major() -> int:
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.removeprefix("v").partition(".")[0])


def test_header_names_in_their_case_and_order(asked: Seen, manner: Manner) -> None:
    assert [name for name, _ in asked.headers] == [name for name, _ in manner.headers]


def test_header_values(asked: Seen, manner: Manner, sdk: Pinned) -> None:
    foretold = {name.lower(): value for name, value in manner.headers}
    for name, value in asked.headers:
        if name.lower() not in OWN:
            assert alike(filled(foretold[name.lower()], sdk), value), f"{name}: {value}"


def test_the_form_of_the_key(asked: Seen, manner: Manner) -> None:
    sent = next(value for name, value in asked.headers if name.lower() == "authorization")
    assert sent.split(" ") == [manner.auth, "a"]


def test_subprotocols(asked: Seen, manner: Manner) -> None:
    sent = [value for name, value in asked.headers if name.lower() == "sec-websocket-protocol"]
    offered = [one.strip() for value in sent for one in value.split(",")]
    assert offered == [one.replace("{key}", "a") for one in manner.subprotocols]


def test_proxy_variables(sdk: Pinned, transport: str, manner: Manner, observed: Observed) -> None:
    seen = observed[cases.proxied(sdk, transport)]
    assert seen.arrived, seen
    assert (seen.host == "proxy") == manner.proxies, seen


def filled(template: str, sdk: Pinned) -> str:
    """The value that a template stands for in the plain request."""
    for word, value in {"key": "a", "authority": "h:8080", "host": "h", "version": sdk.version}.items():
        template = template.replace(f"{{{word}}}", value)
    return template.strip()


def alike(wanted: str, sent: str) -> bool:
    """Whether a value is the one foretold. Of a runtime the version may be another, of the SDK it may not."""
    words = [re.escape(word) if "deepgram" in word else _any_version(word) for word in wanted.split(" ")]
    return re.fullmatch(" ".join(words), sent) is not None


def _any_version(word: str) -> str:
    loose = re.sub(r"\d+(\\\.\d+)*", lambda _: r"[\d.]+", re.escape(word))
    return re.sub(r"\\\{\w+\\\}", lambda _: ".+", loose)
