"""When the DNS server's TCP port is tried."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.experiments.every_port import refused_in_pod
from dgcheck.model.evidence import Ending
from tests.rules.built import around, case, dialled, looked

POD: dict[str, Any] = {"container": "kubernetes", "pod": "client-1", "nameservers": ("10.96.0.10",)}


@pytest.mark.parametrize(
    ("url", "surroundings", "ending", "worth"),
    [
        pytest.param("http://dg.test:8080", POD, Ending.REFUSED, True, id="refused in a pod"),
        pytest.param("http://dg.test:8080", POD, Ending.TIMED_OUT, False, id="silent in a pod"),
        pytest.param("http://dg.test:8080", POD, Ending.ANSWERED, False, id="accepted in a pod"),
        pytest.param(
            "http://dg.test:8080", {**POD, "container": "docker", "pod": ""}, Ending.REFUSED, False, id="no pod"
        ),
        pytest.param(
            "http://dg.test:8080", {**POD, "nameservers": ()}, Ending.REFUSED, False, id="no DNS server known"
        ),
        pytest.param(
            "http://dg.test:8080",
            {**POD, "nameservers": ("127.0.0.53",)},
            Ending.REFUSED,
            False,
            id="a local DNS server",
        ),
        pytest.param("http://127.0.0.1:8080", POD, Ending.REFUSED, False, id="loopback"),
    ],
)
def test_the_dns_server_is_tried(url: str, surroundings: dict[str, Any], ending: Ending, worth: bool) -> None:
    found = case(url, around(**surroundings), looked("dg.test", "10.1.2.3"), dialled("10.1.2.3", ending))
    assert refused_in_pod(found) is worth
