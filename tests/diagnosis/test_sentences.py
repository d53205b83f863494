"""A finding is told in sentences: a capital at the beginning, but never in a name."""

from __future__ import annotations

import pytest

from dgcheck.diagnosis.diagnose import _sentence
from tests.rules.built import case


@pytest.mark.parametrize(
    ("says", "told"),
    [
        pytest.param("no URL was given.", "No URL was given.", id="an ordinary word"),
        pytest.param("nothing, not one byte, came.", "Nothing, not one byte, came.", id="before a comma"),
        pytest.param("dg does not exist.", "dg does not exist.", id="the host"),
        pytest.param("dg.example.com does not exist.", "dg.example.com does not exist.", id="a name with dots"),
        pytest.param("nova-2 is missing.", "nova-2 is missing.", id="a model"),
        pytest.param("nginx answered 403.", "nginx answered 403.", id="a proxy that is written small"),
        pytest.param("127.0.0.1 refused.", "127.0.0.1 refused.", id="an address"),
    ],
)
def test_only_ordinary_words_get_a_capital(says: str, told: str) -> None:
    assert _sentence(case("http://dg:8080"), says) == told
