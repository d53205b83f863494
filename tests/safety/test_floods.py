"""Ports that say too much, too slowly, nothing, or nonsense: dgcheck ends in time, stays small, and blames nobody."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.safety.floods import FLOODS, TLS_FLOODS, port
from tests.safety.processes import Measured, measured

AT_ONCE = 4
LIMIT = 2.5  # seconds, as --timeout
GRACE = 1.0
MOST_MEMORY = 150  # MB

TOO_MUCH = {"http_bad_response", "wrong_service"}
NOBODY_KNOWS = {"out_of_time"}
# What may be said of a flood: the causes that are true of it. `out_of_time` may stand beside any of them.
SAID: Mapping[str, set[str]] = {
    "nonsense": {"not_http"},
    "endless nonsense": {"not_http"},
    "silence": {"no_answer", "tcp_silent", "http_timeout"},
    "deaf": {"no_answer", "tcp_silent", "http_timeout"},
    "a byte a second": {"http_timeout"},
    "a body's byte a second": {"http_timeout"},
    "socket": {"http_not_found", "ws_no_results", "ws_closed_early", "ws_bad_messages", "no_results"},
    "tls": {"tls_failed", "not_tls", "not_http"},
}


def _checked(url: str, folder: Path) -> Measured:
    """`dgcheck run URL -o json` as a process of its own."""
    words = [sys.executable, "-m", "dgcheck", "run", url, "-o", "json", "--timeout", f"{LIMIT}s"]
    return measured(words, folder, url.rpartition(":")[2], DGCHECK_API_KEY="flooded-0123456789abcdef")


CASES = [("http", name) for name in FLOODS] + [("https", name) for name in TLS_FLOODS]


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], Measured]:
    """The end of every run, a few of which are under way at a time."""
    folder = tmp_path_factory.mktemp("floods")

    def one(case: tuple[str, str]) -> Measured:
        scheme, name = case
        with port((FLOODS if scheme == "http" else TLS_FLOODS)[name]) as number:
            return _checked(f"{scheme}://127.0.0.1:{number}", folder)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(CASES, pool.map(one, CASES), strict=True))


flood = pytest.mark.parametrize("case", CASES, ids=[f"{scheme}: {name}" for scheme, name in CASES])


@flood
def test_it_ends_in_time_and_stays_small(case: tuple[str, str], ends: Mapping[tuple[str, str], Measured]) -> None:
    end = ends[case]
    assert end.seconds < LIMIT + GRACE
    assert end.megabytes < MOST_MEMORY


@flood
def test_it_says_so_in_a_report(case: tuple[str, str], ends: Mapping[tuple[str, str], Measured]) -> None:
    end = ends[case]
    assert end.err == ""
    report = json.loads(end.out)
    assert end.code == report["exit_code"]
    assert end.code in (1, 3), "nothing here is well"
    assert report["environment"]["judged_on"]["bugs"] == {}


@flood
def test_it_is_sure_of_nothing_that_is_not_so(case: tuple[str, str], ends: Mapping[tuple[str, str], Measured]) -> None:
    said = {
        finding["cause"]
        for finding in json.loads(ends[case].out)["findings"]
        if finding["root"] and finding["severity"] != "info" and finding["confidence"] != "possible"
    }
    assert said <= _may_be_said(*case) | NOBODY_KNOWS, _why(ends[case])


def _may_be_said(scheme: str, name: str) -> set[str]:
    if scheme == "https":
        return SAID["tls"]
    return SAID.get(name) or SAID.get(name.partition(":")[0]) or TOO_MUCH


def _why(end: Measured) -> list[Any]:
    return [(finding["cause"], finding["says"]) for finding in json.loads(end.out)["findings"]]
