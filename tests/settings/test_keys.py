"""What is odd about a key, and what of it can be sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.target import Secret
from dgcheck.settings import keys


@pytest.mark.parametrize(
    ("raw", "form", "sent"),
    [
        ("abc123", (), "abc123"),
        ("a", (), "a"),
        ("", ("blank",), None),
        (" \n", ("blank",), None),
        ("abc\n", ("newline",), "abc"),
        ("\r\nabc", ("newline",), "abc"),
        ("abc\ndef", ("newline",), None),
        (" abc", ("spaces",), "abc"),
        ("abc def", ("spaces",), "abc def"),
        ("abc \n", ("newline", "spaces"), "abc"),
        ('"abc"', ("quotes",), '"abc"'),
        ("'abc", ("quotes",), "'abc"),
        ("Token abc", ("prefix",), "Token abc"),
        ("bearer abc", ("prefix",), "bearer abc"),
        ('"Token abc"', ("spaces", "quotes", "prefix"), '"Token abc"'),
        ("Tokenabc", (), "Tokenabc"),
        ("abc\u2026", ("non_ascii",), None),
        ("abc\x07", ("non_ascii",), None),
        ("\u201cabc\u201d", ("quotes", "non_ascii"), None),
    ],
)
def test_form_of_a_key(raw: str, form: tuple[str, ...], sent: str | None) -> None:
    found = keys.FoundKey(Secret(raw), "X", True)
    assert found.form == form
    assert (found.usable.secret.reveal() if found.usable else None) == sent


@given(st.text(max_size=30))
def test_what_is_sent_can_stand_in_a_header(raw: str) -> None:
    usable = keys.FoundKey(Secret(raw), "X", True).usable
    assert usable is None or (usable.secret.reveal().isascii() and usable.secret.reveal().isprintable())


@pytest.mark.parametrize(
    ("text", "key"), [("abc\n", "abc"), ("abc\r\n", "abc"), ("\ufeffabc", "abc"), ("abc\n\n", "abc\n"), ("abc", "abc")]
)
def test_the_last_line_break_of_a_file_is_not_the_keys(text: str, key: str) -> None:
    assert keys.from_file(text) == key


def test_no_key_is_ever_shown() -> None:
    found = keys.FoundKey(Secret("CANARY"), "X", True)
    assert "CANARY" not in f"{found!r} {found} {found.usable!r}"
