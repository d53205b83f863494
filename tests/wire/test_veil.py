"""Names and addresses of machines are hidden wherever they stand, the same behind the same; other words stay."""

from __future__ import annotations

import re

import pytest

from dgcheck.wire.veil import Veil, address

NAME = "dg.corp.acme.net"


def veil(*names: str) -> Veil:
    made = Veil(hosts=True)
    for name in names or (NAME,):
        made.learn(name)
    return made


@pytest.mark.parametrize(
    "text",
    [
        f"http://{NAME}:8080/v1/listen",
        f"https://user@{NAME}/x",
        f"Host: {NAME}",
        f"the name {NAME} has no address",
        f"{NAME}=10.0.0.5",
        f"other.corp.acme.net and {NAME}.",
        f"*.corp.acme.net for {NAME.upper()}",
        f"url=http%3A%2F%2F{NAME}%2Fv1",
        f'{{"host":"{NAME}"}}',
        "upstream backend-7.acme.io refused",
        "http://acme-api:8080/ is another",
    ],
)
def test_a_name_is_hidden_in_a_text(text: str) -> None:
    shown = veil().text(text)
    assert "acme" not in shown.lower()
    assert "corp" not in shown.lower()


@pytest.mark.parametrize(
    "text", ["10.1.2.3", "http://10.1.2.3:80/", "[2a02:8388::17]:443", "at fe80::1%eth0", "93.4.5.6,"]
)
def test_an_address_is_hidden(text: str) -> None:
    shown = Veil(hosts=True).text(text)
    assert not re.search(r"10\.1\.2\.3|2a02|fe80|93\.4\.5\.6", shown)
    assert re.search(r"198\.1[89]\.|2001:db8:", shown)


ORDINARY = [
    "127.0.0.1 and ::1 and 0.0.0.0 and http://localhost:8080",
    "https://developers.deepgram.com/docs and quay.io/deepgram/self-hosted-api",
    "nginx 1.25.3, OpenSSL 3.0.15, nova-2-general, 2024-01-18.26916",
    "engine.toml and main.rs and docker-compose.yml at 12:30:45, e.g. this",
    "dial to deepgram-api: 400 Bad Request",
    "sha256 e3b0c442, ratio 0.5, time 2026-01-01T10:00:00.123Z",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_stay(text: str) -> None:
    assert veil().text(text) == text


def test_the_same_stands_behind_the_same() -> None:
    one = veil()
    first, second = (one.text(f"{NAME} {NAME.upper()} 10.0.0.7").split()[at] for at in (0, 1))
    assert first == second == one.name(NAME)
    assert one.text("10.0.0.7") == one.address("10.0.0.7") != one.address("10.0.0.8")
    assert Veil(hosts=True).name(NAME) != one.name(NAME), "salted anew for each report"


def test_a_wildcard_still_fits_the_name_that_it_fits() -> None:
    one = veil()
    assert one.text("*.corp.acme.net") == "*." + one.name(NAME).partition(".")[2]


def test_what_is_hidden_stays_as_it_is() -> None:
    once = veil().text(f"http://{NAME}/")
    assert veil().text(once) == once


def test_an_address_stays_one_of_its_family() -> None:
    one = Veil(hosts=True)
    assert address(one.address("10.2.3.4")).version == 4
    assert address(one.address("2a02::7")).version == 6


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("http://api:8080/v1", True),
        ("api:8080 refused", True),
        ("the name 'api' has no address", True),
        ("the api of it", False),
        ("v1/api-docs", False),
    ],
)
def test_a_name_that_is_an_ordinary_word_is_hidden_where_a_name_stands(text: str, hidden: bool) -> None:
    assert (veil("api").text(text) != text) is hidden


def test_without_hosts_patterns_alone_count() -> None:
    one = Veil(patterns=[r"zebra-\d+", NAME.replace(".", r"\.")])
    assert one.text(f"zebra-7 at {NAME}, 10.0.0.7").count("<redacted:") == 2
    assert "10.0.0.7" in one.text("10.0.0.7")
    assert not Veil()
