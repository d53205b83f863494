"""Answers that began and cannot be read to their end."""

from __future__ import annotations

import pytest

from dgcheck.model.message import Message
from dgcheck.rules.said.unreadable_answers import MESSAGES
from tests.rules.said.reading import cases, each, leads, met

FAMILY = "unreadable_answers"


@pytest.mark.parametrize(("text", "cause"), cases(FAMILY))
def test_the_cause_that_a_text_names(text: str, cause: str) -> None:
    assert leads(text) == cause


@pytest.mark.parametrize("message", each(MESSAGES))
def test_every_message_has_a_text_it_was_met_in(message: Message) -> None:
    assert met(message, FAMILY)
