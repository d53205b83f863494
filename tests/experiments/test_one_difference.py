"""What an SDK sends is refused: the one header that decides is found within a few tries, and nothing else is blamed."""

from __future__ import annotations

import pytest

from dgcheck.experiments.one_difference import MOST_REFUSED, PLAIN, differing, hybrid
from dgcheck.model.evidence import Wire
from dgcheck.model.record import replace
from dgcheck.model.report import Report
from dgcheck.model.sdk import Manner
from dgcheck.readings.as_sdk import AGAIN, ONE_CHANGED
from dgcheck.sim.server import running
from tests.runs import found, roots, run

MANNER = Manner(
    headers=(
        ("Host", ""),
        ("User-Agent", "sdk/3"),
        ("authorization", "Token {key}"),
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", ""),
    ),
    auth="Token",
    subprotocols=("token",),
)


def test_what_differs_is_told_with_the_likeliest_first() -> None:
    headers = ["host", "authorization", "sec-websocket-protocol", "user-agent"]
    assert differing(MANNER, PLAIN["ws"]) == headers
    assert differing(MANNER, PLAIN["ws"], ["vad_events"]) == ["?vad_events", *headers]


def test_a_hybrid_has_some_headers_as_dgcheck_sends_them_in_the_places_of_the_sdk() -> None:
    made = hybrid(MANNER, PLAIN["ws"], ["host", "authorization", "sec-websocket-protocol"])
    assert made.headers[:3] == (("Host", "{authority}"), ("User-Agent", "sdk/3"), ("Connection", "Upgrade"))
    assert made.subprotocols == ()
    added = hybrid(MANNER, PLAIN["rest"], ["content-type"])
    assert added.headers[-2:] == (("Sec-WebSocket-Protocol", ""), ("Content-Type", "{content_type}"))
    assert added.subprotocols == ("token",)


def test_a_hybrid_leaves_out_parameters_that_dgcheck_does_not_send() -> None:
    manner = replace(MANNER, query=(("vad_events", "true"), ("numerals", "false")))
    assert hybrid(manner, PLAIN["ws"], ["?vad_events", "host"]).query == (("numerals", "false"),)


def tries(report: Report, purpose: str) -> list[Wire]:
    return [seen for seen in report.evidence if isinstance(seen, Wire) and seen.purpose == purpose]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("fault", "sdk", "header", "most"),
    [
        pytest.param("manner_host_empty", "go@3", "Host", 4, id="Host"),
        pytest.param("manner_token_in_lower_case", "go@3", "Authorization", 8, id="Authorization"),
        pytest.param("manner_user_agent", "go@3", "User-Agent", 6, id="User-Agent"),
        pytest.param("manner_no_content_type", "go@3", "Content-Type", 5, id="Content-Type"),
        pytest.param("manner_parameter", "livekit-python", "filler_words", 8, id="a parameter"),
    ],
)
async def test_what_decides_is_found(fault: str, sdk: str, header: str, most: int) -> None:
    with running(faults=(fault,)) as sim:
        report = await run(sim.url, profile="standard", sdk=sdk)
    assert roots(report) == ["sdk_request_refused"]
    finding = found(report, "sdk_request_refused")
    assert (finding.detail, finding.confidence) == (header, "certain")
    put = [*tries(report, AGAIN), *tries(report, ONE_CHANGED)]
    assert 0 < len(put) <= most
    assert sum(seen.status not in (101, 200) for seen in put) <= MOST_REFUSED


@pytest.mark.anyio
async def test_nothing_is_asked_again_where_the_sdk_is_served() -> None:
    with running() as sim:
        report = await run(sim.url, profile="standard", sdk="go@3")
    assert [*tries(report, AGAIN), *tries(report, ONE_CHANGED)] == []


@pytest.mark.anyio
async def test_a_bad_replica_is_not_what_the_sdk_sends() -> None:
    with running(faults=("replica_no_upgrade",)) as sim:
        report = await run(sim.url, profile="standard", sdk="go@3")
    assert "sdk_request_refused" not in roots(report)
