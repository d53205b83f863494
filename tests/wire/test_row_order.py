"""A listing in the order in which a person reads it."""

from __future__ import annotations

import random

from dgcheck.sim.models import flux, helper, speech, voice
from dgcheck.wire.model_name import request_name
from dgcheck.wire.row_order import in_order

ROWS = (
    speech("nova-3-general", version="2026-01-01.1"),
    speech("nova-3-general", version="2025-01-01.1"),
    speech("nova-3-medical"),
    speech("nova-2-general"),
    speech("nova-2-finance"),
    speech("enhanced-general"),
    speech("base-general"),
    speech("custom-model"),
    flux(),
    voice("aura-2-andromeda-en"),
    voice("aura-2-thalia-en"),
    helper("diarizer"),
)


def test_any_order_comes_out_in_the_same_one() -> None:
    chance = random.Random(7)
    for _ in range(20):
        mixed = list(ROWS)
        chance.shuffle(mixed)
        assert in_order(tuple(mixed)) == ROWS


def test_names_are_those_of_requests() -> None:
    assert request_name(in_order(ROWS)[3]) == "nova-2-general"
