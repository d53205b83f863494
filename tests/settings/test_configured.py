"""What the settings say of themselves, and which secrets they hold."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import Configured
from dgcheck.settings import proxies
from dgcheck.settings.configured import configured, hosted, secrets
from dgcheck.settings.load import load
from dgcheck.wire import url
from dgcheck.wire.loopback import loopback
from dgcheck.wire.redact import Redactor


def nothing(path: str) -> str:
    raise FileNotFoundError(2, "No such file", path)


def seen(text: str, environ: dict[str, str] | None = None) -> Configured:
    settings = load({"target": text}, environ or {}, nothing)
    hidden = Redactor(secrets(settings, environ or {}))
    try:
        return configured(settings, url.parse(text), None, hidden)
    except url.BadUrl as problem:
        return configured(settings, None, problem, hidden)


@pytest.mark.parametrize(
    ("host", "is_hosted"),
    [
        ("api.deepgram.com", True),
        ("API.Deepgram.com.", True),
        ("api.eu.deepgram.com", True),
        ("deepgram.com", True),
        ("mydeepgram.com", False),
        ("deepgram.com.internal", False),
        ("deepgram", False),
    ],
)
def test_the_hosted_service_is_known_by_its_name(host: str, is_hosted: bool) -> None:
    assert hosted(host) is is_hosted


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost", True),
        ("dg.localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("0.0.0.0", True),
        ("::1", True),
        ("::", True),
        ("::ffff:127.0.0.1", True),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
        ("fe80::1%eth0", False),
        ("128.0.0.1", False),
    ],
)
def test_loopback(host: str, own: bool) -> None:
    assert loopback(host) is own


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("http://dg:8080", {"url": "http://dg:8080", "scheme_given": "http", "scheme_missing": False}),
        ("dg:8080", {"url": "http://dg:8080", "scheme_missing": True}),
        ("wss://dg", {"url": "https://dg", "scheme_given": "wss"}),
        ("http://dg/v1/listen", {"url": "http://dg", "path_doubled": "/v1/listen", "replayed": False}),
        ("http://dg/v1/listen?model=x", {"url": "http://dg", "path_doubled": "", "replayed": True}),
        ("https://api.deepgram.com", {"hosted": True}),
        ("http://127.0.0.1:8080", {"loopback": True}),
        ("http://dg:99999", {"url": "", "url_part": "99999"}),
    ],
)
def test_what_is_seen_of_a_target(text: str, facts: dict[str, object]) -> None:
    found = seen(text)
    assert {name: getattr(found, name) for name in facts} == facts


def test_no_problem_where_there_is_none() -> None:
    assert seen("http://dg").url_problem == ""
    assert seen("http://dg:99999").url_problem != ""


def test_a_password_in_the_url_is_not_seen() -> None:
    for text in ("http://user:CANARY-1@dg:8080", "http://user:CANARY-1@dg:99999", "http://dg?token=CANARY-1"):
        assert "CANARY" not in repr(seen(text))


def test_a_key_of_the_sdks_is_not_ours() -> None:
    found = seen("http://dg", {"DEEPGRAM_API_KEY": " k "})
    assert (found.key_origin, found.key_ours, found.key_form) == ("DEEPGRAM_API_KEY", False, ("spaces",))
    assert seen("http://dg", {"DGCHECK_API_KEY": "k"}).key_ours is True


def test_the_proxy_is_seen_without_its_password() -> None:
    from dgcheck.model.record import replace

    environ = {"HTTP_PROXY": "http://user:CANARY-1@p:3128"}
    settings, target = load({"target": "http://dg"}, environ, nothing), url.parse("http://dg")
    settings = replace(settings, proxy=proxies.choose(settings, target, environ))
    found = configured(settings, target, None, Redactor())
    assert (found.proxy, found.proxy_origin) == ("http://<redacted>@p:3128", "HTTP_PROXY")


# --- secrets -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "environ"),
    [
        pytest.param({}, {"DEEPGRAM_API_KEY": "canary-0001"}, id="the SDKs' key"),
        pytest.param({}, {"DGCHECK_API_KEY": "Token canary-0001"}, id="our key, behind a prefix"),
        pytest.param({}, {"DEEPGRAM_ACCESS_TOKEN": "canary-0001"}, id="access token"),
        pytest.param({}, {"HTTPS_PROXY": "http://u:canary-0001@p:1"}, id="proxy variable"),
        pytest.param({"proxy": "http://u:canary-0001@p:1"}, {}, id="proxy"),
        pytest.param({"target": "http://u:canary-0001@dg"}, {}, id="password of the URL"),
        pytest.param({"target": "http://canary-0001@dg"}, {}, id="user of the URL"),
        pytest.param({"target": "http://dg/v1/listen?token=canary-0001"}, {}, id="query of the URL"),
        pytest.param({"audio_url": "http://s3/a?X-Amz-Signature=canary-0001"}, {}, id="signed audio URL"),
        pytest.param({"features": ["api_key=canary-0001"]}, {}, id="a parameter named like a key"),
        pytest.param({"headers": ["Authorization: Bearer canary-0001"]}, {}, id="authorization"),
        pytest.param({"headers": ["Cookie: canary-0001"]}, {}, id="cookie"),
        pytest.param({"headers": ["X-Team-Token: canary-0001"]}, {}, id="a header named token"),
        pytest.param({"headers": ["X-Team: canary-0001-5f3a"]}, {}, id="a header that looks like a token"),
    ],
)
def test_every_secret_is_known(flags: dict[str, object], environ: dict[str, str]) -> None:
    assert any("canary-0001" in secret for secret in secrets(load(flags, environ, nothing), environ))


@pytest.mark.parametrize(
    ("flags", "environ"),
    [
        pytest.param({}, {"DEEPGRAM_API_KEY": "a"}, id="dummy letter"),
        pytest.param({}, {"DEEPGRAM_API_KEY": "airgapped-mode"}, id="filler of the containers"),
        pytest.param({}, {"DEEPGRAM_API_KEY": "deepgram"}, id="dummy word"),
        pytest.param({"target": "http://dg.example.com"}, {"DGCHECK_API_KEY": "example.com"}, id="the host's own name"),
        pytest.param({"headers": ["Accept: application/json"]}, {}, id="accept"),
        pytest.param({"headers": ["Host: dg-1.example.com"]}, {}, id="host"),
        pytest.param({"headers": ["X-Env: production"]}, {}, id="a word"),
    ],
)
def test_what_stands_in_every_report_is_no_secret(flags: dict[str, object], environ: dict[str, str]) -> None:
    """Searching for these would hold back every report."""
    assert secrets(load(flags, environ, nothing), environ) == ()
