"""`--via NAME=URL`: read, or refused without showing a password."""

from __future__ import annotations

import pytest

from dgcheck.settings.hops import MOST, hop, hops
from dgcheck.settings.options import BY_KEY
from dgcheck.settings.values import BadValue, read


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("pod=http://10.0.0.7:8080", ("pod", "http://10.0.0.7:8080")),
        ("public name = https://dg.example.com/speech ", ("public name", "https://dg.example.com/speech")),
        ("v6=http://[fd00::7]:8080", ("v6", "http://[fd00::7]:8080")),
        ("bare=dg:8080", ("bare", "dg:8080")),
    ],
)
def test_an_address_is_read(text: str, pair: tuple[str, str]) -> None:
    assert hop(text) == pair


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://10.0.0.7:8080", "written NAME=URL"),
        ("http://dg:8080/?a=b", "written NAME=URL"),
        ("=http://dg", "written NAME=URL"),
        ("pod=", "written NAME=URL"),
        ("pod=http://", "the URL of pod cannot be used"),
        ("pod=http://dg:99999", "a port is a number from 1 to 65535"),
        ("pod=http://dg/v1/listen?model=nova-3", "is a whole request; give the base alone: http://dg"),
        ("p" * 41 + "=http://dg", "is no short name"),
        ("\x1b[2J=http://dg", "is no short name"),
    ],
)
def test_what_is_none_says_what_would_be_right(text: str, said: str) -> None:
    with pytest.raises(BadValue) as caught:
        hop(text)
    assert said in str(caught.value)


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(BadValue) as caught:
        hop("pod=http://user:se:cr:et@dg:port")
    assert "cr" not in str(caught.value).replace("characters", "")


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["a=http://x", "a=http://y"], "two addresses are called a"),
        ([f"n{number}=http://x" for number in range(MOST + 1)], f"at most {MOST} addresses"),
    ],
)
def test_all_of_them_together(texts: list[str], said: str) -> None:
    with pytest.raises(BadValue, match=said):
        hops(texts)


def test_the_option_keeps_their_order() -> None:
    assert read(BY_KEY["via"], ["b=http://b", "a=http://a"]) == (("b", "http://b"), ("a", "http://a"))
