"""When DNS servers are asked themselves, and when the address that DNS has is dialled beside that of the hosts file."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from dgcheck.experiments.dns_servers import dead_override, worth_asking
from dgcheck.model.evidence import Ending, Seen
from tests.rules.built import around, case, dialled, dns, looked, missing, served

URL = "http://dg.example.com:8080"
NAME = "dg.example.com"
PLAIN = around(nameservers=("10.0.0.53",))
SEARCH = around(search=("corp.example",), ndots=5)
HOSTS = around(hosts=(("10.66.66.66", NAME),))
DEAD = dialled("10.66.66.66", Ending.REFUSED)


@pytest.mark.parametrize(
    ("evidence", "asks"),
    [
        pytest.param([PLAIN, looked(NAME, error="EAI_NONAME")], True, id="not resolved"),
        pytest.param([PLAIN, looked(NAME, ending=Ending.TIMED_OUT)], True, id="no answer in time"),
        pytest.param([SEARCH, looked(NAME, "10.66.66.66"), DEAD], True, id="dead, and there is a search list"),
        pytest.param(
            [SEARCH, looked(NAME, "10.66.66.66"), dialled("10.66.66.66"), *missing()], True, id="another server there"
        ),
        pytest.param([HOSTS, looked(NAME, "10.66.66.66"), DEAD], True, id="dead, and in the hosts file"),
        pytest.param([PLAIN, looked(NAME, "10.66.66.66"), DEAD], False, id="dead, and only DNS had a say"),
        pytest.param(
            [SEARCH, looked(f"{NAME}.", "10.66.66.66"), DEAD], False, id="a dot at the end forbids the search list"
        ),
        pytest.param([SEARCH, looked(NAME, "10.0.0.7"), *served()], False, id="healthy"),
        pytest.param([SEARCH, looked("10.0.0.7", "10.0.0.7", literal=True), DEAD], False, id="an address"),
        pytest.param([SEARCH, looked(NAME, "10.0.0.7", pinned=True), DEAD], False, id="pinned"),
        pytest.param([SEARCH], False, id="not looked up"),
    ],
)
def test_when_the_servers_are_asked(evidence: list[Seen], asks: bool) -> None:
    assert worth_asking(case(URL, *evidence)) is asks


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        pytest.param(
            [HOSTS, looked(NAME, "10.66.66.66"), DEAD, dns(NAME, "NOERROR", "10.0.0.7")], ("10.0.0.7",), id="stale"
        ),
        pytest.param(
            [HOSTS, looked(NAME, "10.66.66.66"), DEAD, dns(NAME, "NOERROR", "10.66.66.66")], (), id="the same"
        ),
        pytest.param([HOSTS, looked(NAME, "10.66.66.66"), DEAD, dns(NAME, "NXDOMAIN")], (), id="DNS has none"),
        pytest.param(
            [HOSTS, looked(NAME, "10.66.66.66"), dialled("10.66.66.66"), dns(NAME, "NOERROR", "10.0.0.7")],
            (),
            id="it works",
        ),
    ],
)
def test_when_the_address_of_dns_is_dialled(evidence: list[Any], expected: tuple[str, ...]) -> None:
    flat = chain.from_iterable(one if isinstance(one, list) else [one] for one in evidence)
    assert dead_override(case(URL, *flat)) == expected
