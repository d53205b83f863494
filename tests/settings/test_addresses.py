"""Addresses and sizes as they are typed."""

from __future__ import annotations

import pytest

from dgcheck.model.errors import UsageError
from dgcheck.settings.addresses import audio_url, origin, place
from dgcheck.settings.load import load
from dgcheck.settings.values import BadValue, size
from dgcheck.wire.remote import EXAMPLE


def no_file(path: str) -> str:
    """There are no files."""
    raise FileNotFoundError(2, "No such file or directory", path)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("http://files/a.wav", "http://files/a.wav"),
        (" HTTPS://h/a?sig=x ", "HTTPS://h/a?sig=x"),
        ("example", EXAMPLE),
        ("Example", EXAMPLE),
    ],
)
def test_addresses_of_audio(text: str, value: str) -> None:
    assert audio_url(text) == value


@pytest.mark.parametrize("text", ["", "files/a.wav", "ftp://h/a", "s3://b/key?sig=canary", "http://", "a\nb"])
def test_what_is_no_address_of_audio_is_said_without_quoting_it(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        audio_url(text)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9000", "9000"),
        ("0", "0"),
        (":9000", "9000"),
        ("10.0.0.5:9000", "10.0.0.5:9000"),
        ("Me.Example.test:9000", "me.example.test:9000"),
        ("[2001:DB8::1]:9000", "[2001:db8::1]:9000"),
    ],
)
def test_places(text: str, value: str) -> None:
    assert place(text) == value


@pytest.mark.parametrize(
    "text", ["", "here", "h:", "h:x", "h:65536", "h:-1", "http://h:9000", "h:9000/x", "a b:9000", "::1:9000x", "h:٣"]
)
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(BadValue):
        place(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("https://app.example.com", "https://app.example.com"),
        ("https://App.Example.com:443/page?x=1#y", "https://app.example.com"),
        ("http://localhost:3000/", "http://localhost:3000"),
        ("HTTPS://[::1]:8443", "https://[::1]:8443"),
        ("null", "null"),
        ("file:///home/me/page.html", "null"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("chrome-extension://abcdef/page.html", "chrome-extension://abcdef"),
    ],
)
def test_origins(text: str, value: str) -> None:
    assert origin(text) == value


@pytest.mark.parametrize("text", ["", "app.example.com", "wss://h", "https://", "https://a b", "https://h:x"])
def test_what_is_no_origin(text: str) -> None:
    with pytest.raises(BadValue):
        origin(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("16MB", 16_000_000),
        ("512kB", 512_000),
        ("1.5 GB", 1_500_000_000),
        ("1MiB", 1 << 20),
        ("8m", 8 << 20),
        ("8M", 8 << 20),
        ("4096", 4096),
        ("4096B", 4096),
    ],
)
def test_sizes(text: str, value: int) -> None:
    assert size(text) == value


@pytest.mark.parametrize("text", ["", "MB", "16 megabytes", "-1MB", "1e6", "16MBit", "0x10", "1" * 60])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(BadValue):
        size(text)


def test_size_out_of_range_is_said_in_sizes() -> None:
    with pytest.raises(UsageError, match="5 bytes is not between 1kB and 4GB"):
        load({"max_upload": "5"}, {}, no_file)


def test_words_belong_to_the_recording_or_to_the_address() -> None:
    assert load({"audio_url": "http://h/a.wav", "expect": "good morning"}, {}, no_file).expect == "good morning"


def test_no_size_was_asked_for_where_none_was_given() -> None:
    assert load({}, {}, no_file).max_upload == 0
