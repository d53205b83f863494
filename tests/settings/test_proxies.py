"""Which proxy is in the way, by the variables that curl and httpx read."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.errors import UsageError
from dgcheck.model.target import Settings
from dgcheck.settings import proxies
from dgcheck.wire import url

P = "http://p:3128"


@pytest.mark.parametrize(
    ("host", "port", "listed", "direct"),
    [
        ("dg.example.com", 8080, "", False),
        ("dg.example.com", 8080, "*", True),
        ("dg.example.com", 8080, "a,*,b", True),
        ("dg.example.com", 8080, "dg.example.com", True),
        ("dg.example.com", 8080, "DG.Example.COM.", True),
        ("dg.example.com", 8080, "example.com", True),
        ("dg.example.com", 8080, ".example.com", True),
        ("dg.example.com", 8080, "*.example.com", True),
        ("example.com", 80, ".example.com", True),
        ("notexample.com", 80, "example.com", False),
        ("dg.example.com", 8080, "g.example.com", False),
        ("dg.example.com", 8080, "other.com, example.com", True),
        ("dg.example.com", 8080, "other.com example.com", True),
        ("dg.example.com", 8080, "dg.example.com:8080", True),
        ("dg.example.com", 8080, "dg.example.com:9090", False),
        ("dg.example.com", 8080, ".example.com:8080", True),
        ("10.1.2.3", 80, "10.1.2.3", True),
        ("10.1.2.3", 80, "10.1.2.4", False),
        ("10.1.2.3", 80, "10.0.0.0/8", True),
        ("10.1.2.3", 80, "10.1.2.0/24", True),
        ("10.1.2.3", 80, "10.1.3.0/24", False),
        ("10.1.2.3", 80, "10.1.2.3:80", True),
        ("10.1.2.3", 80, "10.1.2.3:81", False),
        ("10.1.2.3", 80, ".2.3", False),
        ("dg.example.com", 80, "10.0.0.0/8", False),
        ("::1", 80, "::1", True),
        ("::1", 80, "[::1]", True),
        ("::1", 80, "[::1]:80", True),
        ("::1", 80, "[::1]:81", False),
        ("fd00::5", 80, "fd00::/8", True),
        ("::ffff:10.1.2.3", 80, "10.1.2.3", True),
        ("localhost", 80, "", False),
        ("localhost", 80, "localhost,127.0.0.1", True),
        ("dg", 80, "http://dg", True),
        ("dg", 80, "10.0.0.0/99, /, :, [", False),
    ],
)
def test_no_proxy(host: str, port: int, listed: str, direct: bool) -> None:
    assert proxies.bypassed(host, port, listed) is direct


@given(st.text(alphabet="ab.:/*[]0123456789-, ", max_size=30), st.sampled_from(["dg.a", "10.1.2.3", "::1"]))
def test_no_proxy_never_raises(listed: str, host: str) -> None:
    assert proxies.bypassed(host, 80, listed) in (True, False)


@pytest.mark.parametrize(
    ("scheme", "environ", "origin"),
    [
        pytest.param("http", {"HTTP_PROXY": P}, "HTTP_PROXY", id="upper case"),
        pytest.param("http", {"http_proxy": P, "HTTP_PROXY": "http://other:1"}, "http_proxy", id="lower case first"),
        pytest.param("http", {"http_proxy": "", "HTTP_PROXY": P}, None, id="empty lower case switches it off"),
        pytest.param("http", {"HTTPS_PROXY": P}, None, id="another scheme's"),
        pytest.param("https", {"HTTPS_PROXY": P}, "HTTPS_PROXY", id="https"),
        pytest.param("https", {"HTTP_PROXY": P}, None, id="http_proxy is not for https"),
        pytest.param("http", {"ALL_PROXY": P}, "ALL_PROXY", id="all"),
        pytest.param("https", {"all_proxy": P, "https_proxy": P}, "https_proxy", id="the scheme's own before all"),
        pytest.param("http", {"http_proxy": "", "all_proxy": P}, "all_proxy", id="switched off for one, not for all"),
        pytest.param("http", {"HTTP_PROXY": P, "REQUEST_METHOD": "GET"}, None, id="never from a CGI header"),
        pytest.param("http", {"HTTP_PROXY": P, "NO_PROXY": "dg"}, None, id="NO_PROXY"),
        pytest.param(
            "http", {"HTTP_PROXY": P, "no_proxy": "", "NO_PROXY": "dg"}, "HTTP_PROXY", id="empty no_proxy wins"
        ),
        pytest.param("http", {}, None, id="none"),
    ],
)
def test_the_proxy_of_the_environment(scheme: str, environ: Mapping[str, str], origin: str | None) -> None:
    found = proxies.choose(Settings(), url.parse(f"{scheme}://dg:8080"), environ)
    assert (found.origin if found else None) == origin


def test_a_proxy_of_ours_is_used_whatever_no_proxy_says() -> None:
    settings = Settings(proxy_url="http://mine:1", origins={"proxy_url": "flag"})
    found = proxies.choose(settings, url.parse("http://dg"), {"NO_PROXY": "*"})
    assert found is not None
    assert (found.host, found.port, found.origin) == ("mine", 1, "--proxy")


def test_no_proxy_of_ours_beats_the_variables() -> None:
    assert proxies.choose(Settings(no_proxy=True), url.parse("http://dg"), {"HTTP_PROXY": P}) is None


@pytest.mark.parametrize(
    ("text", "host", "port", "tls"),
    [
        ("http://p:3128", "p", 3128, False),
        ("p:3128", "p", 3128, False),
        ("p", "p", 80, False),
        ("https://p", "p", 443, True),
        ("http://[fd00::1]:3128/", "fd00::1", 3128, False),
        ("http://u:w@p:1", "p", 1, False),
        ("http://u%40x:w%3Ay@p:1", "p", 1, False),
    ],
)
def test_a_proxy_url(text: str, host: str, port: int, tls: bool) -> None:
    found = proxies.parse(text, "X")
    assert (found.host, found.port, found.tls) == (host, port, tls)


def test_user_and_password_are_decoded_and_never_shown() -> None:
    found = proxies.parse("http://u%40x:w%3Ay@p:1", "X")
    assert found.user == "u@x"
    assert found.password is not None
    assert found.password.reveal() == "w:y"
    assert "w%3Ay" not in repr(found)
    assert "u%40x" not in found.shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("socks5://u:CANARY@p:1080", "SOCKS proxy, which dgcheck does not support"),
        ("socks5h://p", "SOCKS proxy"),
        ("ftp://p", "not ftp://"),
        ("http://p:CANARY", "port is not a number"),
        ("http://p:0", "port is not a number"),
        ("http://", "no proxy URL"),
        ("http://u:CANARY@", "port is not a number"),
        ("http://a b", "no proxy URL"),
    ],
)
def test_a_bad_proxy_is_named_by_its_origin_and_never_quoted(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        proxies.parse(text, "ALL_PROXY")
    assert "ALL_PROXY" in str(caught.value)
    assert "CANARY" not in str(caught.value)


@given(st.text(max_size=40))
def test_any_proxy_is_usable_or_a_usage_error(text: str) -> None:
    try:
        assert 0 < proxies.parse(text, "X").port < 65536
    except UsageError:
        pass


def test_variables_are_shown_without_user_and_password() -> None:
    shown = proxies.masked({"HTTPS_PROXY": "http://user:CANARY@p:1", "no_proxy": "a,b", "X": "1"})
    assert shown == {"https_proxy": "http://<redacted>@p:1", "no_proxy": "a,b"}


def test_passwords_of_the_variables_are_known() -> None:
    found = proxies.passwords({"http_proxy": "http://user:a%20CANARY@p:1", "ALL_PROXY": "u:other@p"})
    assert set(found) >= {"a%20CANARY", "a CANARY", "other"}
