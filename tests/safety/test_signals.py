"""SIGINT and SIGTERM at any moment: a whole report, marked interrupted, with the right exit code, and soon."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import pytest

from dgcheck.sim.server import running
from tests.safety.processes import environment, starved

TRIES = 50
AT_ONCE = 2
SOON = 2.0  # seconds from the signal to the end of the process
SEED = 20260920
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}

# The program as it is, saying when the interpreter is up: what comes before that is not ours.
UP = "import os, sys; os.write(2, b'up\\n'); from dgcheck.cli import main; sys.exit(main())"
# The same, and it sends itself a signal when a module is about to be imported.
WHEN = """
import os, sys
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r} and not self.done:
            self.done = True
            os.kill(os.getpid(), {number})
    done = False
sys.meta_path.insert(0, Watch())
from dgcheck.cli import main
sys.exit(main())
"""


@dataclass(frozen=True)
class End:
    """How a process ended."""

    code: int
    out: str
    err: str
    seconds: float  # after the signal, without those in which other programs ran
    alone: bool  # nothing of its session is left


@pytest.fixture(scope="module")
def places() -> Iterator[Mapping[str, str]]:
    """Deployments by what they are: healthy but far away, silent, slow to answer, and a port with nobody."""
    with ExitStack() as stack:
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=64))
        taken = stack.enter_context(socket.socket())
        taken.bind(("127.0.0.1", 0))
        yield {
            "healthy": stack.enter_context(running(latency=0.15)).url,
            "slow": stack.enter_context(running(("slow",))).url,
            "silent": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "refusing": f"http://127.0.0.1:{taken.getsockname()[1]}",
        }


@contextmanager
def begun(code: str, *words: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """dgcheck in a session of its own, and the file that it writes its report to."""
    with TemporaryFile("w+", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *words],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            cwd=folder,
            start_new_session=True,
        )
        with process:
            yield process, out


def interrupted(number: int, after: float, *words: str, folder: Path) -> End:
    """Start dgcheck, and signal it so many seconds after the interpreter is up."""
    with begun(UP, *words, folder=folder) as (process, out):
        assert process.stderr is not None
        process.stderr.readline()
        time.sleep(after)
        os.kill(process.pid, number)  # `send_signal` would reap a process that has ended
        return ended(process, out)


def ended(process: subprocess.Popen[str], out: IO[str]) -> End:
    """What came of a process that was signalled just now."""
    sent = time.monotonic()
    waited = starved(process.pid)
    seconds = time.monotonic() - sent - waited
    _, err = process.communicate()
    out.seek(0)
    return End(process.returncode, out.read(), err, seconds, _alone(process.pid))


def _alone(session: int) -> bool:
    try:
        os.killpg(session, 0)
    except ProcessLookupError:
        return True
    return False


def fine(end: End, number: int, report: str) -> None:
    """The end that every signal has to have."""
    assert "Traceback" not in end.err
    assert end.alone
    said = json.loads(report)
    if not said["interrupted"]:  # the signal came when all had been asked
        assert end.code == said["exit_code"] in (0, 1, 3, 4)
        return
    assert end.code == said["exit_code"] == CODES[signal.Signals(number)]
    assert said["signal"] == number
    assert end.seconds < SOON


MOMENTS = random.Random(SEED)
# Runs on their way, waits within a try and between two, and results being written to a file.
KINDS: list[tuple[str, ...]] = [
    *[("run", place, "-o", "json=report.json") for place in ("healthy", "silent", "slow")],
    ("wait", "refusing", "--interval", "100ms", "-o", "json=report.json"),
    ("wait", "silent", "--for", "speech", "-o", "json=report.json"),
]
CASES = [(KINDS[place % len(KINDS)], MOMENTS.choice(list(CODES)), MOMENTS.uniform(0, 1.2)) for place in range(TRIES)]


@pytest.fixture(scope="module")
def ends(places: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> list[tuple[End, Path]]:
    """The ends of all tries, a few of which are under way at a time, and the folder of each."""
    folders = [tmp_path_factory.mktemp("signals") for _ in CASES]
    more = ("--termination-log", "log")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = [
            pool.submit(interrupted, number, after, command, places[place], *words, *more, folder=folder)
            for folder, ((command, place, *words), number, after) in zip(folders, CASES, strict=True)
        ]
        return [(run.result(), folder) for run, folder in zip(runs, folders, strict=True)]


@pytest.mark.parametrize(
    "place", range(TRIES), ids=[f"{words[0]}-{words[1]}-{number.name}-{at:.2f}" for words, number, at in CASES]
)
def test_a_signal_at_any_moment(place: int, ends: list[tuple[End, Path]]) -> None:
    """A whole report in its file, in time; no process, no half-written file, and a message for Kubernetes."""
    end, folder = ends[place]
    fine(end, CASES[place][1], (folder / "report.json").read_text("utf-8"))
    assert sorted(path.name for path in folder.iterdir()) == ["log", "report.json"]
    assert ("INTERRUPTED" in (folder / "log").read_text("utf-8")) is (end.code in CODES.values())


def test_most_tries_met_a_run_under_way(ends: list[tuple[End, Path]]) -> None:
    """Otherwise the test above proves little."""
    assert sum(end.code in CODES.values() for end, _ in ends) > TRIES * 2 // 3


def test_a_report_in_a_file(places: Mapping[str, str], tmp_path: Path) -> None:
    number = signal.SIGTERM
    end = interrupted(number, 0.5, "run", places["silent"], "-o", "json=report.json", folder=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
    fine(end, number, (tmp_path / "report.json").read_text())
    assert "INTERRUPTED" in end.out


@pytest.mark.parametrize("after", [1.5, 3.0])  # the first try is over by then, and the next one is far
def test_a_signal_while_waiting(after: float, places: Mapping[str, str], tmp_path: Path) -> None:
    words = ("run", places["refusing"], "--wait", "50s", "--interval", "40s", "-o", "json")
    end = interrupted(signal.SIGTERM, after, *words, folder=tmp_path)
    fine(end, signal.SIGTERM, end.out)
    assert end.code == 143


EARLY = ["dgcheck.cli.dispatch", "argparse", "dgcheck.cli.run", "dgcheck.settings.load", "dgcheck.net.headstart"]
LATER = ["asyncio", "dgcheck.engine", "h11", "dgcheck.report.json"]


@pytest.mark.parametrize(
    ("module", "number"),
    [(module, list(CODES)[place % 2]) for place, module in enumerate(EARLY + LATER)],
    ids=[*EARLY, *LATER],
)
def test_a_signal_while_a_module_is_loaded(module: str, number: int, places: Mapping[str, str], tmp_path: Path) -> None:
    """Also before anything that could handle it is there, and when the report is being written already."""
    code = WHEN.format(module=module, number=int(number))
    with begun(code, "run", places["refusing"], "-o", "json", folder=tmp_path) as (process, out):
        end = ended(process, out)
    fine(end, number, end.out)
    assert end.code == CODES[signal.Signals(number)] or module == "dgcheck.report.json"


@pytest.mark.parametrize("words", [("explain",), ("--help",)], ids=" ".join)
def test_an_interrupt_of_a_short_command_is_no_traceback(words: tuple[str, ...], tmp_path: Path) -> None:
    code = WHEN.format(module="dgcheck.cli.dispatch", number=int(signal.SIGINT))
    with begun(code, *words, folder=tmp_path) as (process, out):
        end = ended(process, out)
    assert "Traceback" not in end.err
    assert end.code in (0, 130)
