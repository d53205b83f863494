"""One reading of text for flags, variables and the settings file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.settings import values
from dgcheck.settings.options import BY_KEY, OPTIONS, Option
from dgcheck.settings.values import BadValue, duration, duration_text, moment


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("500ms", 0.5),
        ("30s", 30.0),
        ("1m30s", 90.0),
        ("2h", 7200.0),
        ("1h2m3s4ms", 3723.004),
        ("30", 30.0),
        ("2.5", 2.5),
        ("1.5s", 1.5),
        (" 10s ", 10.0),
        ("0", 0.0),
        ("1m", 60.0),
        ("1ms", 0.001),
    ],
)
def test_a_duration_is_read(text: str, seconds: float) -> None:
    assert duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "s", "ms", "30x", "-5s", "-5", "+5", "1e3", "inf", "nan", "30s1m", "1s1s", "1 m", "5 s", "1,5s"),
        *("٣s", "٣", "9" * 100, "1" * 70 + "s"),
    ],
)
def test_what_is_no_duration_says_how_to_write_one(text: str) -> None:
    with pytest.raises(BadValue, match="500ms, 30s, 1m30s or 2h"):
        duration(text)


@given(st.integers(min_value=0, max_value=30 * 86_400_000))
def test_a_duration_survives_being_written_and_read(milliseconds: int) -> None:
    assert duration(duration_text(milliseconds / 1000)) == pytest.approx(milliseconds / 1000, abs=0.0005)


NOW = 1789899300.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("90s", 90.0, id="from now"),
        pytest.param("600", 600.0, id="from now, as Kubernetes writes it"),
        pytest.param("1789899300", NOW, id="seconds since 1970"),
        pytest.param("@1789899300", NOW, id="the same, as date writes it"),
        pytest.param("1789899300.5", NOW + 0.5, id="with a fraction"),
        pytest.param("2026-09-20T10:15:00Z", NOW, id="RFC 3339"),
        pytest.param("2026-09-20 12:15:00+02:00", NOW, id="another zone"),
    ],
)
def test_a_moment_is_read(text: str, seconds: float) -> None:
    assert moment(text) == seconds


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("2026-09-20T10:15:00", "in which zone", id="no zone"),
        pytest.param("2026-13-20T10:15:00Z", "no moment", id="no such month"),
        pytest.param("@600", "long past", id="a day of 1970"),
        pytest.param("tomorrow", "write 90s or 10m", id="words"),
        pytest.param("", "write 90s or 10m", id="nothing"),
    ],
)
def test_what_is_no_moment_says_how_to_write_one(text: str, why: str) -> None:
    with pytest.raises(BadValue, match=why):
        moment(text)


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_a_clear_no(text: str) -> None:
    assert said_of(lambda: moment(text)).isprintable()


def said_of(reading: Callable[[], object]) -> str:
    """What a reader complains of, '' when it is content."""
    try:
        reading()
    except BadValue as problem:
        return str(problem)
    return ""


@given(st.text(max_size=40))
def test_any_text_is_a_duration_or_a_clear_no(text: str) -> None:
    assert said_of(lambda: duration(text)).isprintable()


@given(st.sampled_from(OPTIONS), st.text(max_size=60))
def test_any_text_is_a_value_or_a_clear_no(option: Option, text: str) -> None:
    """No reader raises anything but BadValue, whose text fits on one line of a terminal."""
    assert said_of(lambda: values.read(option, [text] if option.many else text)).isprintable()


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        pytest.param("models", ["nova-3", "nova-2=streaming"], (("nova-3", ""), ("nova-2", "streaming")), id="models"),
        pytest.param("features", ["diarize=true", "x="], (("diarize", "true"), ("x", "")), id="empty parameter"),
        pytest.param("features", ["keywords=a=b"], (("keywords", "a=b"),), id="parameter with an equals sign"),
        pytest.param("headers", ["X-Team: a:b "], (("X-Team", "a:b"),), id="header"),
        pytest.param("resolve", ["Dg.example.=10.0.0.5"], (("dg.example", "10.0.0.5"),), id="host"),
        pytest.param("resolve", ["dg=[2001:DB8::1]"], (("dg", "2001:db8::1"),), id="v6 address"),
        pytest.param("outputs", ["json", "text=a=b.txt"], (("json", ""), ("text", "a=b.txt")), id="outputs"),
        pytest.param("outputs", ["json=-"], (("json", ""),), id="a dash is standard output"),
        pytest.param("only", ["ws.upgrade"], ("ws.upgrade",), id="check"),
        pytest.param("insecure", "Yes", True, id="switch"),
        pytest.param("sample_rate", "16000", 16000, id="integer"),
        pytest.param("family", "ipv6", "ipv6", id="family"),
    ],
)
def test_a_value_is_read(key: str, raw: str | list[str], value: object) -> None:
    assert values.read(BY_KEY[key], raw) == value


@pytest.mark.parametrize(
    ("key", "raw", "words"),
    [
        ("profile", "ful", "did you mean full"),
        ("only", ["ws.upgrad"], "did you mean ws.upgrade"),
        ("outputs", ["jsn"], "did you mean json"),
        ("outputs", ["json="], "file name is missing"),
        ("models", ["nova-3=stream"], "did you mean streaming"),
        ("models", ["  "], "empty"),
        ("features", ["diarize"], "NAME=VALUE"),
        ("features", ["model=x"], "--model"),
        ("features", ["a=b\nc"], "line break"),
        ("headers", ["X-Team"], "no colon"),
        ("headers", ["Upgrade: x"], "dgcheck writes Upgrade itself"),
        ("headers", ["X: a\r\nY: b"], "line break"),
        ("resolve", ["dg"], "HOST=IP"),
        ("resolve", ["dg=example.com"], "no IP address"),
        ("sample_rate", "0", "not between 1 and"),
        ("sample_rate", "16k", "no whole number"),
        ("timeout", "0", "not between"),
        ("insecure", "maybe", "neither true nor false"),
        ("language", "", "empty"),
    ],
)
def test_a_bad_value_says_what_would_be_right(key: str, raw: str | list[str], words: str) -> None:
    with pytest.raises(BadValue, match=words):
        values.read(BY_KEY[key], raw)


def test_a_header_is_never_quoted_in_an_error() -> None:
    """A header without a colon may be the secret itself."""
    with pytest.raises(BadValue) as caught:
        values.read(BY_KEY["headers"], ["Authorization Bearer CANARY-1234"])
    assert "CANARY" not in str(caught.value)
