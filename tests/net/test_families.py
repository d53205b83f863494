"""Which address families a machine has a way out for."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from tests.namespaces import Namespace

PRINT = "from dgcheck.net.families import families; print(*families())"


@pytest.mark.parametrize(
    ("addresses", "found"),
    [
        (["10.77.0.1"], "ipv4"),
        (["fd77::1"], "ipv6"),
        (["10.77.0.1", "fd77::1"], "ipv4 ipv6"),
        ([], ""),
    ],
    ids=["IPv4", "IPv6", "both", "loopback alone"],
)
def test_the_families_of_a_machine(namespace: Callable[..., Namespace], addresses: list[str], found: str) -> None:
    """The link-local address that every interface has is no way out."""
    inside = namespace(addresses=addresses)
    assert inside.run(sys.executable, "-c", PRINT).stdout.strip() == found
