"""Reports of several addresses joined: in which order they stand, and what lies between two of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dgcheck.diagnosis.contrasts import HOP_TIME, added, contrasts, likeness
from dgcheck.diagnosis.hops import joined
from dgcheck.model.evidence import Ending, Exchange, Listing, Model, Phase, Request, Response, Seen, Upgrade
from dgcheck.model.hops import Contrast, Passage
from dgcheck.model.record import replace
from dgcheck.model.report import Report, Status, Via
from dgcheck.model.target import Settings
from dgcheck.probes import probes
from tests.ticket.reported import cause, report

PLAIN = (("content-type", "application/json"),)
NGINX = (("Server", "nginx/1.22.1"), *PLAIN)


def asked(
    check: str = "status",
    *,
    status: int = 200,
    headers: Sequence[tuple[str, str]] = PLAIN,
    took: float = 0.0,
    **more: object,
) -> Exchange:
    values: dict[str, object] = {
        "id": "e1",
        "check": check,
        "ending": Ending.ANSWERED,
        "url": "http://dg/v1/status",
        "request": Request(method="GET", target="/v1/status"),
        "response": Response(status=status, headers=tuple(headers)),
        "phases": (Phase("first_byte", 0.0, took),) if took else (),
    }
    return Exchange(**{**values, **more})  # type: ignore[arg-type]


def at(name: str, *evidence: Seen, fails: bool = False) -> Report:
    """The report of a run through one address, whose upgrade fails or works."""
    made = report(*([cause("DG4001", "ws.upgrade")] if fails else []), evidence=evidence)
    return replace(made, target={"given": f"http://{name}", "url": f"http://{name}"})


def order(target: Report, *others: Report) -> list[str]:
    """The names of the addresses as the joined report has them."""
    rows = [Via(str(one.target["url"])[7:], str(one.target["url"]), one) for one in others]
    return [via.name for via in joined(target, rows, Settings(), probes()).via]


BARE, BEHIND = asked(), asked(headers=NGINX)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        pytest.param(
            order(at("out", BEHIND, fails=True), at("pod", BARE), at("svc", BEHIND)),
            ["pod", "svc", "target"],
            id="fails",
        ),
        pytest.param(
            order(at("out", BEHIND, fails=True), at("svc", BEHIND), at("pod", BARE)),
            ["pod", "svc", "target"],
            id="named from the outside, alike",
        ),
        pytest.param(
            order(at("pod", BARE), at("svc", BEHIND, fails=True), at("out", BEHIND, fails=True)),
            ["target", "svc", "out"],
            id="the one that works is asked",
        ),
        pytest.param(
            order(at("out", fails=True), at("svc", fails=True), at("pod")),
            ["pod", "svc", "target"],
            id="it turns but once",
        ),
        pytest.param(
            order(at("out", BEHIND), at("pod", BARE), at("svc", BEHIND)), ["pod", "svc", "target"], id="all is well"
        ),
        pytest.param(order(at("out"), at("pod"), at("svc")), ["pod", "svc", "target"], id="nothing tells them apart"),
    ],
)
def test_the_address_that_was_asked_gets_its_place(found: list[str], wanted: list[str]) -> None:
    assert found == wanted


def test_an_address_that_was_named_with_the_others_keeps_its_place() -> None:
    rows = [Via("a", "http://a", at("a")), Via("mine", "http://b", None), Via("c", "http://c", at("c"))]
    found = joined(at("b"), rows, Settings(), probes())
    assert [via.name for via in found.via] == ["a", "mine", "c"]
    assert [(hop.near, hop.far) for hop in found.hops] == [("a", "mine"), ("mine", "c")]


def test_a_single_address_is_left_as_it_is() -> None:
    only = at("a")
    assert joined(only, [Via("mine", "http://a", None)], Settings(), probes()) is only


def test_what_each_came_to_is_evidence() -> None:
    found = joined(at("out", fails=True), [Via("pod", "http://pod", at("pod"))], Settings(), probes())
    near, far = (seen for seen in found.evidence if isinstance(seen, Passage))
    assert (near.name, near.verdict, near.bad, near.target) == ("pod", "pass", (), False)
    assert (far.name, far.code, far.bad, far.target) == ("target", "DG4001", ("ws.upgrade",), True)


def test_what_was_not_reached_breaks_nowhere() -> None:
    """A check that was skipped for another is neither well nor bad."""
    far = at("out", fails=True)
    checks = tuple(
        replace(one, status=Status.SKIP, blocked_by="ws.upgrade") if one.id == "ws.stream" else one
        for one in far.checks
    )
    found = joined(replace(far, checks=checks), [Via("pod", "http://pod", at("pod"))], Settings(), probes())
    assert found.hops[0].breaks == ("ws.upgrade",)


LISTED = asked("models", listing=Listing(shape="flat", models=(Model(name="nova-3", version="1"),)))
UPGRADE = Upgrade(
    id="e2",
    check="ws.upgrade",
    ending=Ending.ANSWERED,
    url="http://dg/v1/listen",
    request=Request(method="GET", target="/v1/listen"),
    response=Response(status=101, reason="Switching Protocols"),
)


@pytest.mark.parametrize(
    ("near", "far", "told"),
    [
        pytest.param(
            UPGRADE,
            replace(UPGRADE, response=Response(status=426, reason="Upgrade Required")),
            Contrast("WebSocket upgrade", "101 Switching Protocols", "426 Upgrade Required"),
            id="status",
        ),
        pytest.param(
            UPGRADE,
            replace(UPGRADE, response=None, ending=Ending.RESET),
            Contrast("WebSocket upgrade", "101 Switching Protocols", "reset"),
            id="no answer",
        ),
        pytest.param(BARE, BEHIND, Contrast("header server", "", "nginx/1.22.1"), id="a header added"),
        pytest.param(
            BEHIND, asked(status=503, headers=NGINX), Contrast("GET /v1/status", "200", "503"), id="the same writer"
        ),
        pytest.param(
            asked(headers=(("dg-request-id", "1"), *PLAIN)), BARE, Contrast("header dg-request-id", "1", ""), id="taken"
        ),
        pytest.param(
            LISTED,
            replace(LISTED, listing=Listing(shape="flat", models=(Model(name="nova-2", version="1"),))),
            Contrast("models", "1 listed, only here nova-3 1", "1 listed, only here nova-2 1"),
            id="models",
        ),
    ],
)
def test_a_difference_is_told(near: Seen, far: Seen, told: Contrast) -> None:
    assert told in contrasts(at("a", near), at("b", far))


@pytest.mark.parametrize(
    ("near", "far"),
    [
        pytest.param(asked(headers=(("Date", "now"),)), asked(headers=(("Date", "then"),)), id="of each answer"),
        pytest.param(
            asked(headers=(("dg-request-id", "1"),)), asked(headers=(("dg-request-id", "2"),)), id="of each request"
        ),
        pytest.param(asked(headers=(("Server", "x"),)), asked(headers=(("server", "x"),)), id="the case of a name"),
        pytest.param(UPGRADE, BARE, id="not the same question"),
    ],
)
def test_what_says_nothing_is_no_difference(near: Seen, far: Seen) -> None:
    assert contrasts(at("a", near), at("b", far)) == ()


def test_the_time_of_a_hop_is_that_of_the_questions_asked_for_it() -> None:
    near = at("a", asked(took=0.5), asked(took=0.010, purpose=HOP_TIME), asked(took=0.002, purpose=HOP_TIME))
    far = at("b", asked(took=0.001), asked(took=0.052, purpose=HOP_TIME))
    assert added(near, far) == pytest.approx(0.05)
    assert added(near, at("c", BARE)) is None


def test_answers_of_another_status_make_nobody_alike() -> None:
    assert likeness(at("a", BARE), at("b", asked(status=503))) == 0.0
    assert likeness(at("a", BARE), at("b", BARE)) == 1.0
