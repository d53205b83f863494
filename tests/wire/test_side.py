"""The address of a port beside the API, however it was copied."""

from __future__ import annotations

import pytest

from dgcheck.wire.side import BadSide, base


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("http://license-proxy:8089", "http://license-proxy:8089"),
        ("http://license-proxy:8089/v1/status", "http://license-proxy:8089"),
        ("http://engine:9991/metrics", "http://engine:9991"),
        ("http://engine:9991/metrics/?x=1#top", "http://engine:9991"),
        ("https://dg.example.com/engine/metrics", "https://dg.example.com/engine"),
        ("http://[fd00::5]:9991/", "http://[fd00::5]:9991"),
    ],
    ids=lambda text: text,
)
def test_the_page_is_cut_off(given: str, asked: str) -> None:
    assert base(given).base == asked


@pytest.mark.parametrize(
    "given", ["", "engine:9991", "ws://engine:9991", "http://", "http://engine:99999", "file:///x"]
)
def test_what_cannot_be_asked_is_said_without_the_address(given: str) -> None:
    with pytest.raises(BadSide) as problem:
        base(given)
    assert "engine" not in str(problem.value)
