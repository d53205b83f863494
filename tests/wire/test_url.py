"""Every form that a person pastes, as one target."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.target import Target
from dgcheck.wire.url import BadUrl, parse, query_of, with_query


@pytest.mark.parametrize(
    ("text", "base", "doubled"),
    [
        pytest.param("http://h:8080", "http://h:8080", "", id="a base"),
        pytest.param("ws://h:8080", "http://h:8080", "", id="ws is http"),
        pytest.param("wss://dg.example.com", "https://dg.example.com", "", id="wss is https"),
        pytest.param("HTTPS://DG.example.com:443/", "https://dg.example.com", "", id="case, default port, slash"),
        pytest.param("http://h/deepgram/", "http://h/deepgram", "", id="a prefix"),
        pytest.param("http://h:8080/v1", "http://h:8080", "/v1", id="v1 at the end"),
        pytest.param("http://h:8080/v1/listen", "http://h:8080", "/v1/listen", id="listen at the end"),
        pytest.param("https://h/dg/v1/listen/", "https://h/dg", "/v1/listen", id="prefix and listen"),
        pytest.param("[::1]:8080", "http://[::1]:8080", "", id="IPv6 without scheme"),
        pytest.param("http://[fe80::1%25eth0]:80", "http://[fe80::1%eth0]", "", id="IPv6 with a zone"),
        pytest.param("h:8080", "http://h:8080", "", id="no scheme"),
        pytest.param("h:443", "https://h", "", id="no scheme, the port of https"),
        pytest.param("http://münchen.example", "http://xn--mnchen-3ya.example", "", id="a name that is not ASCII"),
        pytest.param("http://h:8080#top", "http://h:8080", "", id="a fragment is no part of it"),
    ],
)
def test_a_target_is_read(text: str, base: str, doubled: str) -> None:
    found = parse(text)
    assert (found.base, found.path_doubled, found.replay) == (base, doubled, "")


@pytest.mark.parametrize(
    ("text", "prefix", "replay"),
    [
        ("wss://h/v1/listen?model=nova-3", "", "/v1/listen?model=nova-3"),
        ("http://h/dg/v1/listen?model=a&language=en_US", "/dg", "/dg/v1/listen?model=a&language=en_US"),
        ("http://h/listen?model=a", "", "/listen?model=a"),
        ("http://h/v1/listen?token=abcdef&model=a&API_KEY=x", "", "/v1/listen?model=a"),
        ("http://h?", "", "/?"),
    ],
)
def test_a_query_makes_it_a_request_and_keys_are_left_out(text: str, prefix: str, replay: str) -> None:
    found = parse(text)
    assert (found.prefix, found.replay, found.path_doubled) == (prefix, replay, "")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", ""),
        ("http://", "://"),
        ("http:/h", "http:/"),
        ("http//h", "http//"),
        ("http:8080", "http:8080"),
        ("http://h:99999", "99999"),
        ("http://h:0", "0"),
        ("http://h:80a", "80a"),
        ("http://256.1.1.1", "256.1.1.1"),
        ("http://a..b", "a..b"),
        ("http://-h", "-h"),
        ("http://h h", " "),
        ("http://[::1", "[::1"),
        ("::1", "::1"),
        ("http://h\\v1", "\\v1"),
        ("//h:8080", "//h:8080"),
        ("http://h\x1b[31m", "\x1b"),
    ],
)
def test_what_names_no_host_is_refused_with_the_part(text: str, part: str) -> None:
    with pytest.raises(BadUrl) as refused:
        parse(text)
    assert refused.value.part == part


def test_user_and_password_are_a_secret() -> None:
    found = parse("http://ann:hunter22@h:8080")
    assert found.userinfo is not None
    assert found.userinfo.reveal() == "ann:hunter22"
    assert "hunter22" not in repr(found).replace(found.given, "")


@given(st.text(max_size=60))
def test_any_text_is_a_target_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except BadUrl:
        return
    assert isinstance(found, Target)
    assert 0 < found.port < 65536


@given(st.lists(st.tuples(st.text("ab_", min_size=1), st.text(max_size=8)), max_size=4))
def test_a_query_goes_round(pairs: list[tuple[str, str]]) -> None:
    wanted = tuple(pairs)
    assert query_of(with_query("/v1/listen", wanted)) == wanted
