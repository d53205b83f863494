"""Which values of the settings are secrets, and which are words that stand in every report."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.target import Key, Secret, Settings
from dgcheck.settings import proxies
from dgcheck.wire.secrets import known, userinfo


def of(**fields: Any) -> str:
    return " ".join(known(Settings(**fields)))


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"api_key": Key(Secret("canary-0001"), "x", True)}, id="key"),
        pytest.param({"headers": (("X-Api-Key", Secret("canary-0001")),)}, id="header by its name"),
        pytest.param({"headers": (("Cookie", Secret("sid=canary-0001; theme=dark")),)}, id="a cookie's value alone"),
        pytest.param({"headers": (("Authorization", Secret("Bearer canary-0001")),)}, id="what follows the scheme"),
        pytest.param({"headers": (("X-Trace", Secret("canary-0001-42")),)}, id="header by its look"),
        pytest.param({"features": (("access_token", "canary-0001"),)}, id="parameter"),
        pytest.param({"target_given": "http://u:canary-0001@dg"}, id="password of the target"),
        pytest.param({"target_given": "http://u:can/ary-0001@dg"}, id="password that makes the URL unreadable"),
        pytest.param({"target_given": "http://canary-0001x:p@dg"}, id="user who looks like a key"),
        pytest.param({"target_given": "http://dg/#access_token=canary-0001"}, id="fragment"),
        pytest.param({"target_given": "http://dg/v1/listen?sig=can%2Fary-0001"}, id="parameter, URL-encoded"),
        pytest.param({"audio_url": "http://s3/a.wav?Policy=canary-0001-42"}, id="any long value of a signed URL"),
    ],
)
def test_it_is_a_secret(fields: dict[str, Any]) -> None:
    assert "ary-0001" in of(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"headers": (("Accept", Secret("application/json")),)}, id="accept"),
        pytest.param({"headers": (("X-Team", Secret("speech")),)}, id="a word"),
        pytest.param({"headers": (("Origin", Secret("https://app.example.com:3000")),)}, id="origin"),
        pytest.param({"features": (("diarize", "true"),)}, id="parameter"),
        pytest.param({"target_given": "http://dg.example.com:8080/team@v2/x"}, id="an @ in the path"),
        pytest.param({"target_given": "http://dg/v1/listen?model=nova-3-general"}, id="model of a request"),
        pytest.param({"api_key": Key(Secret("deepgram"), "x", True)}, id="a dummy key"),
        pytest.param({"api_key": Key(Secret("abc"), "x", True)}, id="a short key"),
    ],
)
def test_it_is_none(fields: dict[str, Any]) -> None:
    assert of(**fields) == ""


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://u:p@dg", "u:p"),
        ("http://dg", ""),
        ("http://dg/a@b", ""),
        ("http://u:p/q@dg", "u:p/q"),
        ("http://u:p#q@dg:x", "u:p#q"),
        ("u:p@dg:80", "u:p"),
    ],
)
def test_user_and_password(url: str, found: str) -> None:
    assert userinfo(url) == found


@pytest.mark.parametrize(
    "url", ["http://u:canary-0001@p:1", "http://canary-0001x@p:1", "http://u:cana/ry-0001@p:1", "u:canary-0001@p:1"]
)
def test_proxy_variables(url: str) -> None:
    environ = {"HTTPS_PROXY": url}
    assert any("0001" in secret for secret in proxies.passwords(environ))
    shown = proxies.masked(environ)["https_proxy"]
    assert "0001" not in shown
    assert "cana" not in shown
    assert shown.endswith("<redacted>@p:1")
