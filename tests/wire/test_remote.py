"""What a failed fetch says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dgcheck.wire.remote import read_fetch


def test_status_of_the_other_host_is_read() -> None:
    found = read_fetch("The remote server hosting the media returned a client error: 404 Not Found.")
    assert (found.kind, found.status) == ("denied", "404 Not Found")


def test_unresolved_is_not_taken_for_private() -> None:
    assert read_fetch("Could not determine if URL for media download is publicly routable.").kind == "unresolved"
    assert read_fetch("URL for media download must be publicly routable.").kind == "private"


def test_unknown_words_have_no_reading() -> None:
    assert read_fetch("something new").kind == ""


@given(st.text())
def test_nothing_makes_it_raise(words: str) -> None:
    read_fetch(words)
