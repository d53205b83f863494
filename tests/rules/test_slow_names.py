"""DG1008: a name server that is waited for at each look-up, and the look-ups that only seem so."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from dgcheck.experiments.slow_names import worth_asking
from dgcheck.model.catalogue import Confidence
from dgcheck.model.evidence import DnsAnswer, Ending, Phase, Seen
from tests.rules.built import around, case, dns, findings, looked, matches, roots, served

NAME = "dg.example.com"
URL = f"http://{NAME}:8080"
FIRST, SECOND = "10.0.0.53", "10.0.0.54"
LATE = (Phase("resolve", 0.0, 9.0),)
PLACE = around(nameservers=(FIRST, SECOND))


def found(seconds: float = 5.02, **fields: Any) -> Seen:
    return looked(NAME, "10.0.0.7", phases=(Phase("resolve", 0.0, seconds),), **fields)


def said(server: str, rcode: str = "NOERROR", *, name: str = NAME, **fields: Any) -> list[DnsAnswer]:
    addresses = ("10.0.0.7",) if rcode == "NOERROR" else ()
    return dns(name, rcode, *addresses, server=server, **fields)


def flat(*groups: Any) -> list[Seen]:
    return list(chain.from_iterable(one if isinstance(one, list) else [one] for one in groups))


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        pytest.param(
            [said(FIRST, ""), said(SECOND)],
            f"the name server {FIRST} does not answer when asked directly; {SECOND} does",
        ),
        pytest.param([said(FIRST, ""), said(SECOND, "")], f"the name servers {FIRST} and {SECOND} do not answer"),
        pytest.param([said(FIRST, "")], f"the name server {FIRST} does not answer when asked directly, and"),
    ],
    ids=["the first of two", "both of two", "only it was asked"],
)
def test_a_server_that_is_waited_for_is_named(answers: list[Any], words: str) -> None:
    built = case(URL, *flat(PLACE, found(), *answers, served()))
    assert roots(built) == ["dns_slow"]
    finding = findings(built)["dns_slow"]
    assert words in finding.says
    assert "only after 5.0 s" in finding.says
    assert finding.checks == ("dns",)
    assert finding.remedies[0].command == f"dig {NAME} @{FIRST} +tries=1 +time=3"


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([found(), said(FIRST), said(SECOND)], id="each answers: a packet was lost"),
        pytest.param([found(), said(FIRST), said(SECOND, "")], id="the silent one is asked only after the other"),
        pytest.param([found(), said(FIRST, "", ending=Ending.REFUSED), said(SECOND)], id="refused at once"),
        pytest.param([found(), said(FIRST, "SERVFAIL"), said(SECOND)], id="an answer, if a bad one"),
        pytest.param([found(), said(FIRST, "", name="other.example.com"), said(SECOND)], id="of another name"),
        pytest.param([found(), said(FIRST, "", absolute=False), said(SECOND)], id="by the search list"),
        pytest.param([found()], id="nobody was asked"),
        pytest.param([found(4.9), said(FIRST, ""), said(SECOND)], id="found in time"),
    ],
)
def test_a_look_up_that_waits_for_none(evidence: list[Any]) -> None:
    assert matches(case(URL, *flat(PLACE, *evidence, served())), "dns_slow") == []


@pytest.mark.parametrize(
    ("second", "sure"),
    [("NOERROR", Confidence.CERTAIN), ("", Confidence.POSSIBLE)],
    ids=["the other answers", "one of the two is slow, or it was found elsewhere"],
)
def test_a_silent_server_is_blamed_for_sure_only_where_another_answers(second: str, sure: Confidence) -> None:
    built = case(URL, *flat(PLACE, found(), said(FIRST, ""), said(SECOND, second), served()))
    assert findings(built)["dns_slow"].confidence is sure


def test_what_is_slow_is_said_by_the_person() -> None:
    evidence = flat(PLACE, found(), said(FIRST, ""), said(SECOND), served())
    assert matches(case(URL, *evidence, slow=6.0), "dns_slow") == []
    assert len(matches(case(URL, *evidence, slow=2.0), "dns_slow")) == 1


@pytest.mark.parametrize(
    ("evidence", "asks"),
    [
        pytest.param([PLACE, found()], True, id="late"),
        pytest.param([PLACE, found(1.2)], False, id="in time"),
        pytest.param([around(), found()], False, id="no server is known"),
        pytest.param([PLACE, looked(NAME, error="EAI_AGAIN", phases=LATE)], False, id="failed"),
        pytest.param([PLACE, found(pinned=True)], False, id="pinned"),
        pytest.param([PLACE, found(literal=True)], False, id="an address"),
        pytest.param([PLACE, found(), said(FIRST)], False, id="asked already"),
        pytest.param([PLACE], False, id="not looked up"),
    ],
)
def test_when_the_servers_are_asked(evidence: list[Any], asks: bool) -> None:
    assert worth_asking(case(URL, *flat(*evidence))) is asks
