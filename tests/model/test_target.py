"""A target knows which of the given addresses are its own."""

from __future__ import annotations

import pytest

from dgcheck.model.target import Target


@pytest.mark.parametrize(
    ("host", "given", "wanted"),
    [
        ("dg.example.com", "dg.example.com", True),
        ("dg.example.com", "dg.example.com:8080", True),
        ("dg.example.com.", "dg.example.com", True),
        ("dg.example.com", "dg.example.com.:8080", True),
        ("dg.example.com", "dg.example.com:9090", False),
        ("dg.example.com", "example.com", False),
        ("fd00::5", "fd00::5", True),
    ],
)
def test_resolve_is_for_this_host_alone(host: str, given: str, wanted: bool) -> None:
    target = Target(given="", scheme="http", host=host, port=8080)
    assert target.pinned([("other.example.com", "10.0.0.9"), (given, "10.0.0.7")]) == (("10.0.0.7",) if wanted else ())
