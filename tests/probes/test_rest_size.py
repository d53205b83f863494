"""`rest.size`: growing bodies of silence, sent without keeping them."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from dgcheck.model.evidence import Exchange
from dgcheck.model.report import Report
from dgcheck.sim.server import running
from tests.runs import run

pytestmark = pytest.mark.anyio


def tries(report: Report) -> list[Exchange]:
    """The uploads of the search."""
    return [seen for seen in report.evidence if isinstance(seen, Exchange) and seen.check == "rest.size"]


async def test_one_request_where_everything_is_taken() -> None:
    with running() as sim:
        report = await run(sim.url, only=["rest.size"], max_upload="3MB")
        bodies = [entry.body_bytes for entry in sim.log if entry.method == "POST"]
    (one,) = tries(report)
    assert (one.status, one.request.body_bytes, one.request.body_sent) == (200, 3_000_000, 3_000_000)
    assert bodies[-1] == 3_000_000
    assert one.request.target == "/v1/listen?model=nova-3"
    assert report.verdict == "pass"


async def test_nothing_is_tried_where_speech_itself_fails() -> None:
    with running(faults=("server_error",)) as sim:
        report = await run(sim.url, only=["rest.size"])
    assert tries(report) == []
    assert next(one.status for one in report.checks if one.id == "rest.size") == "skip"


async def test_it_is_no_part_of_a_standard_run() -> None:
    with running() as sim:
        report = await run(sim.url, profile="standard", skip=["replicas"])
    assert tries(report) == []


async def test_speech_of_the_persons_own_is_compared_with_a_file_that_says_itself_what_it_is(tmp_path: Path) -> None:
    raw = tmp_path / "raw.pcm"
    raw.write_bytes(bytes(40_000))
    with running() as sim:
        flags: dict[str, Any] = {"audio": str(raw), "encoding": "linear16", "sample_rate": "16000"}
        report = await run(sim.url, only=["rest.size"], max_upload="1MB", **flags)
    (one,) = tries(report)
    assert "encoding" not in one.request.target
    assert one.status == 200


async def test_the_body_is_never_held_as_a_whole() -> None:
    with running(faults=("body_limit_found",)) as sim:
        tracemalloc.start()
        try:
            await run(sim.url, only=["rest.size"], max_upload="400MB")
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert most < 60_000_000


async def test_a_standard_run_says_what_finds_the_limit() -> None:
    with running() as sim:
        report = await run(sim.url, profile="standard", skip=["replicas"])
        full = await run(sim.url, only=["rest.size"], max_upload="1MB")
    assert "larger uploads (--profile full)" in report.untested
    assert "larger uploads (--profile full)" not in full.untested
