"""The first signal is told, its echo is not, and a second one ends the process at once."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

WAITING = """
import sys, threading
from dgcheck.cli import interrupts
interrupts.ECHO = {echo}
with interrupts.Interrupts() as caught:
    {before}
    caught.listen(lambda number: print("told", number, flush=True))
    print("ready", flush=True)
    for line in sys.stdin:
        print("still here", flush=True)
"""


def process(echo: float, before: str = "pass") -> subprocess.Popen[str]:
    code = WAITING.format(echo=echo, before=before)
    return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def line(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline().strip()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"])
def test_the_first_is_told_and_the_second_ends_it(number: int, code: int) -> None:
    with process(0) as running:
        assert line(running) == "ready"
        running.send_signal(number)
        assert line(running) == f"told {int(number)}"
        running.send_signal(number)
        assert running.wait(30) == code


def test_what_was_being_written_is_not_left_behind(tmp_path: Path) -> None:
    """The second signal ends dgcheck within the write of a result."""
    beside = tmp_path / "report.json.1.tmp"
    begun = f"from dgcheck.cli import output; output._half_written.add({str(beside)!r}); open({str(beside)!r}, 'w')"
    with process(0, begun) as running:
        assert line(running) == "ready"
        assert beside.exists()
        running.send_signal(signal.SIGTERM)
        assert line(running) == "told 15"
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 143
    assert not beside.exists()


def test_the_echo_of_a_signal_is_passed_over() -> None:
    """`timeout` and container runtimes signal the process and its group."""
    with process(3600) as running:
        assert line(running) == "ready"
        running.send_signal(signal.SIGINT)
        assert line(running) == "told 2"
        running.send_signal(signal.SIGINT)
        assert running.stdin is not None
        running.stdin.write("x\n")
        running.stdin.flush()
        assert line(running) == "still here"
        running.stdin.close()
        assert running.wait(30) == 0


def test_a_signal_that_came_early_is_told_as_soon_as_somebody_listens() -> None:
    with process(3600, "import os; os.kill(os.getpid(), 15)") as running:
        assert line(running) == "told 15"
        assert line(running) == "ready"


STUCK = """
import sys, threading
from dgcheck.cli.dispatch import leave
threading.Thread(target=threading.Event().wait).start()
print("result", end="")
sys.exit(leave(4))
"""


def test_a_thread_that_waits_for_ever_does_not_keep_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", STUCK], stdout=subprocess.PIPE, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (4, "result")
