"""The quick look for secrets in ASCII sees what the pattern sees that it stands in for."""

from __future__ import annotations

import random

import pytest

from dgcheck.wire import redact

PIECES = (
    *("token", "Bearer", "BASIC", "auth", "cookie", "key", "secret", "sig", "pass", "pwd", "jwt", "session"),
    *("credential", "@", "eyJ", "sk-", "dg_", "AKIA", "a1" * 20, "A1" * 20, "a1" * 19, "plain", "to", "ken", " ", "-"),
)


@pytest.mark.parametrize("seed", range(40))
def test_it_is_the_pattern(seed: int) -> None:
    chance = random.Random(seed)
    text = "".join(chance.choice(PIECES) if chance.random() < 0.3 else chance.choice("xyz .,/") for _ in range(12))
    assert redact._hints(text) is (redact._HINT.search(text) is not None)


@pytest.mark.parametrize("text", ["ſecret", "\u212aey", "tokên", "plain ü"])
def test_letters_outside_ascii_are_left_to_the_pattern(text: str) -> None:
    assert redact._hints(text) is (redact._HINT.search(text) is not None)
