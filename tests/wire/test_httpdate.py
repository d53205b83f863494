"""The Date header, or nothing."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.wire.httpdate import read


@given(st.integers(0, 4_000_000_000))
def test_what_the_standard_library_writes_is_read(moment: int) -> None:
    assert read(formatdate(moment, usegmt=True)) == moment


@pytest.mark.parametrize("text", ["", "now", "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", "0"])
def test_other_forms_are_nothing(text: str) -> None:
    assert read(text) is None


@given(st.text(max_size=50))
def test_any_text_is_read(text: str) -> None:
    assert read(text) is None or isinstance(read(text), float)
