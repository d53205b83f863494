"""No secret comes through, and ordinary words do."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.wire import redact
from dgcheck.wire.redact import Redactor

SECRET = "correct/horse+battery staple"


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        quote(SECRET, safe=""),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        SECRET.encode().hex(),
    ],
)
def test_a_known_secret_is_replaced_in_every_form(text: str) -> None:
    shown = Redactor([SECRET]).text(f"before {text} after")
    assert text.rstrip("=") not in shown
    assert shown.startswith("before <redacted:")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("http://ann:hunter2@proxy:3128/", "hunter2"),
        ("Authorization: Token abc", "abc"),
        ('{"Authorization": "Bearer abcdef"}', "abcdef"),
        ("GET /v1/listen?token=abcdef&model=nova-3", "abcdef"),
        ("https://s3/x?X-Amz-Signature=0123abcd&a=b", "0123abcd"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJzdWIiOiIxIn0"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----", "MIIabc"),
        ("key 0123456789abcdef0123456789abcdef01234567 used", "0123456789abcdef"),
        ("Set-Cookie: sid=verysecret; Path=/", "verysecret"),
        ("DEEPGRAM_API_KEY=abcdef1 is wrong", "abcdef1"),
        ('{"team.db_password": "hunter22"}', "hunter22"),
    ],
)
def test_what_has_the_shape_of_a_secret_is_replaced(text: str, secret: str) -> None:
    assert secret not in Redactor().text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Invalid token supplied",
        "Bearer token required",
        "No such model/language/tier combination found.",
        "0b0e6a1e-0000-4000-8000-000000000001",
        "please use a key",
        "DEEPGRAM_API_KEY: missing, max_tokens=512, self-hosted.token: invalid",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert Redactor().text(text) == text


def test_a_short_key_is_masked_by_place_and_not_searched_for() -> None:
    redactor = Redactor(["a"])
    assert redactor.text("a banana") == "a banana"
    assert "Token a" not in dict(redactor.headers([("Authorization", "Token a")]))["Authorization"]


def test_the_same_secret_has_the_same_token_in_one_run_and_another_in_the_next() -> None:
    first, second = Redactor([SECRET]), Redactor([SECRET])
    assert first.token(SECRET) == first.token(SECRET)
    assert len({first.token(str(n)) for n in range(50)}) > 45
    assert any(first.token(str(n)) != second.token(str(n)) for n in range(5))


def test_headers_are_masked_by_name() -> None:
    shown = dict(
        Redactor().headers(
            [
                ("Cookie", "sid=1"),
                ("X-Api-Key", "k"),
                ("Sec-WebSocket-Protocol", "token, k123456"),
                ("Location", "https://u:pw@h/?token=abcdef"),
                ("Content-Type", "text/html"),
            ]
        )
    )
    assert shown["Content-Type"] == "text/html"
    assert shown["Sec-WebSocket-Protocol"].startswith("token, <redacted:")
    assert not any(secret in str(shown) for secret in ("sid=1", "'k'", "k123456", "abcdef", "u:pw"))


@given(st.text(), st.text(min_size=6, alphabet=st.characters(codec="ascii", categories=["L", "N"])))
def test_any_text_is_cleaned_without_raising(text: str, secret: str) -> None:
    assert secret not in Redactor([secret]).text(text + secret).replace("<redacted:", "")


@given(st.text(alphabet="abcdef0123456789-_=:?&@/. tokenKEYbasicyJ", max_size=80))
def test_the_first_look_passes_over_nothing_that_has_a_shape(text: str) -> None:
    shaped = text
    for words, shape in redact._SHAPES:
        shaped = shape.sub("<masked>", shaped)
        assert shaped == text or not words or any(word in text.lower() for word in words)
    assert shaped == text or redact._HINT.search(text)
