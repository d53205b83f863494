"""One live line where a person looks, nothing anywhere else."""

from __future__ import annotations

import io

import pytest

from dgcheck.cli import progress
from dgcheck.cli.progress import Progress


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "QUIET_FOR", 0)


def test_nothing_is_drawn_where_nobody_looks() -> None:
    for stream, quiet in ((io.StringIO(), False), (Terminal(), True), (None, False)):
        line = Progress(stream, quiet=quiet)
        line.watch("dns", "started")
        line.tick()
        line.erase()
        assert stream is None or stream.getvalue() == ""


def test_the_line_says_what_is_asked_and_is_erased() -> None:
    stream = Terminal()
    line = Progress(stream, quiet=False, total=12)
    line.watch("dns", "started")
    line.watch("dns", "ended")
    line.watch("ws.upgrade", "started")
    line.tick()
    assert "ws.upgrade  (1 of 12 checks" in stream.getvalue()
    line.watch("ws.upgrade", "without_parameters")
    line.tick()
    assert "ws.upgrade (without parameters)" in stream.getvalue()
    line.erase()
    assert stream.getvalue().endswith("\r\x1b[2K")
    assert "\n" not in stream.getvalue()


def test_a_check_that_takes_long_by_itself_says_how_long() -> None:
    line = Progress(Terminal(), quiet=False, total=12)
    line.expected = {"ws.hold": 75.0}
    line.watch("ws.hold", "started")
    assert line.line().startswith("ws.hold (0 of 75 s)  (0 of 12 checks")


def test_a_note_takes_the_place_of_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    stream = Terminal()
    line = Progress(stream, quiet=False)
    line.tick()
    line.note("the reason")
    assert stream.getvalue().endswith("\r\x1b[2K")
    assert capsys.readouterr().err == "the reason\n"


def test_a_stream_that_is_closed_ends_the_line_and_nothing_else() -> None:
    stream = Terminal()
    line = Progress(stream, quiet=False)
    stream.close()
    line.tick()
    line.erase()
