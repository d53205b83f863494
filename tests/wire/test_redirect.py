"""Where a redirect points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.wire.redirect import read_redirect

ASKED = "http://dg.example.test:8080/speech/v1/listen?model=nova-3"


@pytest.mark.parametrize(
    ("location", "kind", "base"),
    [
        ("https://dg.example.test/speech/v1/listen?model=nova-3", "https", "https://dg.example.test/speech"),
        ("https://dg.example.test/other/v1/listen", "https", "https://dg.example.test/other"),
        (ASKED, "loop", ""),
        ("http://dg.example.test:8080/speech/v1/listen", "loop", ""),
        ("/speech/v1/listen/", "slash", ""),
        ("/login?next=/speech", "login", ""),
        ("https://idp.example.test/realms/x/openid-connect", "login", ""),
        ("/v1/listen", "path", "http://dg.example.test:8080"),
        ("http://other.example.test/v1/listen", "host", "http://other.example.test"),
        ("http://dg.example.test/speech/v1/listen", "host", "http://dg.example.test/speech"),
        ("", "", ""),
        ("http://[", "", ""),
    ],
)
def test_kind_and_new_base(location: str, kind: str, base: str) -> None:
    found = read_redirect(ASKED, location)
    assert (found.kind, found.base) == (kind, base)


def test_query_of_a_location_is_not_shown() -> None:
    assert "secret" not in read_redirect(ASKED, "https://idp.example.test/login?state=secret").location


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_makes_it_raise(asked: str, location: str) -> None:
    assert len(read_redirect(asked, location).location) <= 300
