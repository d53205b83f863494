"""A secret is found in every spelling, whole or from its beginning on, and in no longer than the text takes to read."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from time import perf_counter
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.wire.spelled import Spelled, stand_in

KEY = "k3y-0f.A/certain+length=&x"
Spell = Callable[[str], str]

SPELLINGS = [
    pytest.param(lambda it: it, id="as it is"),
    pytest.param(str.upper, id="capitals"),
    pytest.param(lambda it: quote(it, safe=""), id="URL-encoded"),
    pytest.param(lambda it: quote(it, safe="").lower(), id="URL-encoded in small letters"),
    pytest.param(lambda it: quote(it), id="partly URL-encoded"),
    pytest.param(lambda it: "".join(f"%{ord(char):02X}" for char in it), id="wholly URL-encoded"),
    pytest.param(lambda it: base64.b64encode(it.encode()).decode(), id="Base64"),
    pytest.param(lambda it: base64.b64encode(b"u:" + it.encode() + b"!").decode(), id="inside Base64"),
    pytest.param(lambda it: base64.urlsafe_b64encode(b"u" + it.encode()).decode(), id="inside URL-safe Base64"),
    pytest.param(lambda it: it.encode().hex(), id="hex"),
    pytest.param(lambda it: it.encode().hex().upper(), id="hex in capitals"),
    pytest.param(lambda it: json.dumps(it)[1:-1], id="JSON"),
    pytest.param(lambda it: "".join(f"\\u{ord(char):04X}" for char in it), id="escaped in JSON"),
    pytest.param(lambda it: html.escape(it), id="HTML"),
    pytest.param(lambda it: "".join(f"&#{ord(char)};" for char in it), id="numbers in HTML"),
    pytest.param(lambda it: re.sub(r"(\W)", r"\\\1", it), id="backslashes"),
]


@pytest.mark.parametrize("spell", SPELLINGS)
@pytest.mark.parametrize("secret", [KEY, 'pa"ss\\wörd<3>', "x" * 600 + "y"], ids=["key", "password", "long"])
def test_every_spelling_is_replaced(secret: str, spell: Spell) -> None:
    text = f"before {spell(secret)} after"
    shown = Spelled(secret).replace(text, "<gone>")
    assert spell(secret) not in shown
    assert shown.startswith("before <gone>")
    assert shown.endswith(" after")
    assert stand_in(text, [secret]) == [secret]


@pytest.mark.parametrize("length", [12, 16, 20])
@pytest.mark.parametrize("spell", [lambda it: it, lambda it: quote(it, safe="")], ids=["plain", "URL-encoded"])
def test_the_beginning_of_a_long_one_is_replaced_as_far_as_it_goes(spell: Spell, length: int) -> None:
    part = spell(KEY[:length])
    assert Spelled(KEY).replace_beginnings(f"({part}) rest", "<gone>") == "(<gone>) rest"


def test_base64_goes_with_all_that_it_is_a_part_of() -> None:
    pair = base64.b64encode(b"user:" + KEY.encode()).decode()
    assert Spelled(KEY).replace(f"Basic {pair}, next", "<gone>") == "Basic <gone>, next"


@pytest.mark.parametrize("cut", range(5, len(KEY)))
def test_a_text_that_was_cut_has_no_beginning_of_it_at_its_end(cut: int) -> None:
    assert Spelled(KEY).cut_off(f"before {KEY[:cut]}") == "before "


@pytest.mark.parametrize("text", ["before", "before k3y", "nothing at all", ""])
def test_a_text_that_ends_otherwise_stays(text: str) -> None:
    assert Spelled(KEY).cut_off(text) == text


@pytest.mark.parametrize(
    "text",
    [KEY.replace("-", "-\n    "), KEY.replace("/", "/\\"), " ".join(KEY)],
    ids=["across lines", "behind backslashes", "spaced out"],
)
def test_it_is_found_across_what_a_format_puts_between(text: str) -> None:
    assert stand_in(f"some {text} words", [KEY])


@pytest.mark.parametrize("text", ["", "ordinary words", "k3y", KEY[4:], base64.b64encode(b"ordinary words").decode()])
def test_other_words_are_left_alone(text: str) -> None:
    assert Spelled(KEY).replace(text, "<gone>") == text
    assert stand_in(text, [KEY]) == []


@given(st.text(st.characters(codec="utf-8"), min_size=6, max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_text_is_too_strange(secret: str, before: str, after: str) -> None:
    shown = Spelled(secret).replace(before + secret + after, "")
    assert secret.lower() not in shown.lower() or secret.lower() in (before + after).lower()


@pytest.mark.parametrize("piece", ["%", "\\\\", "&#0000", "k3y-0f.", "a", KEY[:11]])
def test_long_texts_take_no_longer_than_their_length(piece: str) -> None:
    spelled = Spelled(KEY)
    spelled.stands_in("%", "%")
    begun = perf_counter()
    spelled.replace_beginnings(piece * (400_000 // len(piece)), "<gone>")
    assert perf_counter() - begun < 3
