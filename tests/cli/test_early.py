"""Dialling before the options are read: only where nothing can change whom."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from dgcheck.cli import early
from dgcheck.model.target import Settings
from dgcheck.net.headstart import HeadStart
from dgcheck.wire.url import parse
from tests.net.scripted import serving


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """An environment and a folder that say nothing."""
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.chdir(str(tmp_path))


def _begun(words: list[str], target: str, settings: Settings | None = None) -> bool:
    early.begin(words)
    return early.taken(parse(target), settings or Settings()) is not None


URL = "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    "more",
    [["--model", "nova-3", "-o", "json", "--profile", "standard"], ["--prof", "quick"], ["--only", "status"], ["-v"]],
    ids=" ".join,
)
def test_the_name_in_a_plain_command_line_is_asked_for_at_once(more: list[str]) -> None:
    assert _begun([URL, *more], URL)


@pytest.mark.parametrize(
    "more",
    [
        ["--proxy", "http://127.0.0.1:1"],
        ["--resolve", "a=b"],
        ["-6"],
        ["--only=config"],
        ["--only", "config"],
        ["--dry-run"],
    ],
    ids=" ".join,
)
def test_an_option_that_changes_whose_forbids_it(more: list[str]) -> None:
    assert not _begun([URL, *more], URL)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "all_proxy", "DGCHECK_RESOLVE", "DEEPGRAM_HOST"])
def test_a_variable_that_may_change_whose_forbids_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {name: "x"})
    assert not _begun([URL], URL)


@pytest.mark.parametrize(
    "word", ["127.0.0.1:8080", "http://[::1]:8080", "http://u:p@127.0.0.1", "tcp://h", "http://h:0"]
)
def test_what_is_no_plain_url_is_left_to_the_settings(word: str) -> None:
    early.begin([word])
    assert early._begun is None


def test_what_turns_out_otherwise_is_not_used() -> None:
    assert not _begun([URL], "http://127.0.0.2:80")
    assert not _begun([URL], URL, Settings(family="ipv4"))
    assert early._begun is None


def test_nobody_is_connected_to_before_the_options_are_found_right() -> None:
    met: list[int] = []
    with serving(lambda connection: met.append(1)) as port:
        early.begin([f"http://127.0.0.1:{port}"])
        lookup = early._begun
        assert lookup is not None
        assert [answer[4] for answer in lookup.result()] == [("127.0.0.1", port)]
    assert met == []


def test_the_name_is_asked_for_before_sockets_and_threads_are_loaded() -> None:
    """Each of them takes as long to load as the interpreter to start."""
    script = (
        "import sys, os\nfrom dgcheck.net.lookup import Lookup\nLookup('127.0.0.1', 9).result()\n"
        "print(sorted({'socket', 'threading', 'selectors', 'ssl', 'asyncio'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_name_that_is_nowhere_is_told_by_the_head_start_as_ever() -> None:
    early.begin(["http://nowhere.invalid"])
    start = HeadStart("nowhere.invalid", 80, lookup=early.taken(parse("http://nowhere.invalid"), Settings()))
    over = threading.Event()
    start.listen(lambda: over.set() if start.connected else None)
    assert over.wait(20)
    assert start.error.startswith("EAI_")
    assert start.problem
    assert start.begun <= start.resolved_at
