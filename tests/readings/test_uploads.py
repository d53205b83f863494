"""Which size is worth trying next: the limit is found within a factor of two, with few requests."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.evidence import Ending, Exchange
from dgcheck.readings.uploads import LARGEST, MIB, MOST_TRIES, NEAR, next_size, size_words, uploads
from tests.rules.answers_built import NGINX, built, page, post
from tests.rules.built import got
from tests.rules.test_uploads import tried

REFUSED: dict[str, Any] = {"body": page("413 Request Entity Too Large"), "headers": NGINX}
NAMELESS: dict[str, Any] = {"body": "", "headers": ()}


def search(limit: int, answer: dict[str, Any], largest: int = LARGEST, front: str = "") -> tuple[int, int, int]:
    """(largest taken, smallest refused, requests) of a search where bodies above `limit` are refused."""
    tries: list[Exchange] = []
    while True:
        found = uploads(built(post(), *tries))
        assert found is not None
        size = next_size(found, largest, front)
        if size is None:
            return found.taken, found.refused.request.body_bytes if found.refused else 0, len(tries)
        tries.append(tried(size) if size <= limit else tried(size, 413, **answer))


@pytest.mark.parametrize(
    ("limit", "most"),
    [
        pytest.param(MIB, 3, id="nginx, 1m"),
        pytest.param(8 * MIB, 5, id="nginx, 8m"),
        pytest.param(300_000, 5, id="nginx, 300k"),
        pytest.param(15_000_000, 5, id="nginx, nearly all"),
    ],
)
def test_limit_of_nginx_is_found_with_few_requests(limit: int, most: int) -> None:
    low, high, made = search(limit, REFUSED)
    assert low <= limit < high <= NEAR * low
    assert made <= most


@pytest.mark.parametrize("limit", [20_000, 100_000, 512_000, 1_000_000, 2_500_000, 6_000_000, 10_000_000, 15_999_999])
def test_limit_of_somebody_who_does_not_say_who_he_is_is_found_too(limit: int) -> None:
    low, high, made = search(limit, NAMELESS)
    assert low <= limit < high <= NEAR * low
    assert made <= 6


def test_silence_that_is_refused_at_every_size_is_no_limit() -> None:
    """Somebody may know speech from silence."""
    tries: list[Exchange] = []
    while True:
        found = uploads(built(post(), *tries))
        assert found is not None
        size = next_size(found, LARGEST, "")
        if size is None:
            break
        tries.append(tried(size, 400, body="no speech was found"))
    assert found.refused is None
    assert found.unclear is not None
    assert found.unclear.request.body_bytes == 12_000


def test_no_limit_takes_one_request() -> None:
    assert search(10**9, REFUSED) == (LARGEST, 0, 1)


def test_size_below_that_of_the_speech_is_not_tried() -> None:
    assert search(10**9, REFUSED, largest=5_000) == (12_000, 0, 0)


def test_what_says_nothing_of_sizes_ends_the_search() -> None:
    unclear = got("POST /v1/listen", None, check="rest.size", ending=Ending.CUT_SHORT)
    found = uploads(built(post(), unclear))
    assert found is not None
    assert next_size(found, LARGEST, "") is None


def test_search_ends_in_any_case() -> None:
    _, _, made = search(10**9 - 1, REFUSED, largest=4_000_000_000)
    assert made <= MOST_TRIES


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (200, "200 bytes"),
        (4096, "4 KiB"),
        (900_000, "900 kB"),
        (MIB, "1 MiB"),
        (MIB + 1, "1 MiB and one byte"),
        (16_000_000, "16 MB"),
        (2_500_000_000, "2.5 GB"),
    ],
)
def test_sizes_in_words(size: int, words: str) -> None:
    assert size_words(size) == words
