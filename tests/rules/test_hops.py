"""Several addresses of one deployment: between which two it breaks, and what places nothing."""

from __future__ import annotations

import pytest

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Confidence, Match, Severity
from dgcheck.model.evidence import Ending
from dgcheck.model.hops import Passage
from dgcheck.model.target import Settings
from dgcheck.rules.hops import FAMILY

CHECKS = ("config", "models", "rest", "ws.upgrade")


def address(name: str, *bad: str, target: bool = False, doubtful: tuple[str, ...] = ()) -> Passage:
    """What a run through this address came to."""
    return Passage(
        id=f"v{len(name)}",
        check="via",
        ending=Ending.ANSWERED,
        name=name,
        url=f"http://{name}",
        place=len(name),  # pod, node, front: nearer names are shorter
        target=target,
        verdict="fail" if bad else "warn" if doubtful else "pass",
        code="DG4001" if bad else "",
        cause="ws_upgrade_not_forwarded" if bad else "",
        well=tuple(check for check in CHECKS if check not in (*bad, *doubtful)),
        bad=bad,
        doubtful=doubtful,
        run_id="7f3a9c21",
    )


def found(*row: Passage) -> list[Match]:
    when = FAMILY[0].when
    assert when is not None
    return list(when(Case(target=None, settings=Settings(), evidence=list(row))))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        pytest.param(
            (address("pod"), address("node", "ws.upgrade"), address("front", "ws.upgrade", target=True)),
            "It breaks between pod and node: ws.upgrade is well through pod (http://pod) and fails through node"
            " (http://node), with DG4001 ws_upgrade_not_forwarded.",
            id="at the first step",
        ),
        pytest.param(
            (address("pod"), address("node"), address("front", "rest", "models", target=True)),
            "It breaks between node and front: rest and models are well through node",
            id="at the last step",
        ),
        pytest.param(
            (address("pod", "rest"), address("node", target=True)),
            "pod was named as nearer to the deployment than node: see whether the order is right",
            id="the wrong way round",
        ),
        pytest.param(
            (address("pod", "rest"), address("node", "rest", target=True)),
            "The same checks fail at every address (pod and node)",
            id="everywhere",
        ),
    ],
)
def test_it_is_placed(row: tuple[Passage, ...], said: str) -> None:
    (match,) = found(*row)
    assert said in match.says


@pytest.mark.parametrize(
    "row",
    [
        pytest.param((), id="no --via"),
        pytest.param((address("pod", "rest", target=True),), id="one address"),
        pytest.param((address("pod"), address("node", target=True)), id="all is well"),
        pytest.param((address("pod"), address("node", "config", target=True)), id="only the URL was typed oddly"),
        pytest.param((address("pod"), address("node", doubtful=("rest",), target=True)), id="only a warning"),
    ],
)
def test_nothing_is_placed(row: tuple[Passage, ...]) -> None:
    assert found(*row) == []


def test_a_fault_of_the_asked_address_has_its_own_cause_and_is_only_placed() -> None:
    (match,) = found(address("pod"), address("node", "rest", target=True))
    assert match.severity is Severity.INFO


def test_a_fault_of_another_address_fails_the_run() -> None:
    (match,) = found(address("pod", target=True), address("node", "rest"))
    assert match.severity is Severity.ERROR
    assert match.facts["there"] == "http://node"


def test_two_places_are_less_sure_than_one() -> None:
    (match,) = found(address("pod"), address("node", "rest"), address("front", "rest", "models", target=True))
    assert match.confidence is Confidence.LIKELY
    assert match.says.count("It breaks between") == 2
