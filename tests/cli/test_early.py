"""Dialling before the options are read: only where nothing can change whom."""

from __future__ import annotations

import os
import threading

import pytest

from dgcheck.cli import early
from dgcheck.model.target import Settings
from dgcheck.wire.url import parse
from tests.net.scripted import serving, waits


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """An environment and a folder that say nothing."""
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.chdir(str(tmp_path))


def _begun(
    words: list[str], target: str, settings: Settings | None = None, connections: int = early.CONNECTIONS
) -> bool:
    early.begin(words)
    start = early.taken(parse(target), settings or Settings(), connections)
    if start is not None:
        start.give_up()
    return start is not None


def test_a_plain_command_line_is_dialled_at_once() -> None:
    with serving(waits) as port:
        url = f"http://127.0.0.1:{port}"
        assert _begun([url, "--model", "nova-3", "-o", "json", "--profile", "standard"], url)


@pytest.mark.parametrize(
    "more",
    [
        ["--proxy", "http://127.0.0.1:1"],
        ["--resolve", "a=b"],
        ["-6"],
        ["--prof", "quick"],
        ["--only=dns"],
        ["--dry-run"],
    ],
)
def test_an_option_that_changes_whom_forbids_it(more: list[str]) -> None:
    with serving(waits) as port:
        url = f"http://127.0.0.1:{port}"
        assert not _begun([url, *more], url)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "all_proxy", "DGCHECK_RESOLVE", "DEEPGRAM_HOST"])
def test_a_variable_that_may_change_whom_forbids_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {name: "x"})
    with serving(waits) as port:
        assert not _begun([f"http://127.0.0.1:{port}"], f"http://127.0.0.1:{port}")


@pytest.mark.parametrize(
    "word", ["127.0.0.1:8080", "http://[::1]:8080", "http://u:p@127.0.0.1", "tcp://h", "http://h:0"]
)
def test_what_is_no_plain_url_is_left_to_the_settings(word: str) -> None:
    early.begin([word])
    assert early._begun is None


def test_what_turns_out_otherwise_is_given_up() -> None:
    with serving(waits) as port:
        url = f"http://127.0.0.1:{port}"
        assert not _begun([url], "http://127.0.0.2:80")
        assert not _begun([url], url, Settings(family="ipv4"))
        assert not _begun([url], url, connections=1)
    assert early._begun is None


def test_nobody_is_connected_to_before_the_options_are_found_right() -> None:
    met: list[int] = []
    with serving(lambda connection: met.append(1)) as port:
        early.begin([f"http://127.0.0.1:{port}"])
        start = early._begun
        assert start is not None
        early.drop()
        over = threading.Event()
        start.listen(lambda: over.set() if start.connected else None)
        assert over.wait(5)
        assert start.attempts == []
    assert met == []
