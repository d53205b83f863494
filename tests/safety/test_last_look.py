"""What stands between a secret and the reader when all else has failed, and that it stops nothing else."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import pytest

from dgcheck.cli import main, output
from dgcheck.model.record import replace
from dgcheck.report import formats
from dgcheck.settings.options import FORMATS
from dgcheck.sim.server import running
from dgcheck.wire.redact import Redactor
from tests.report import canonical
from tests.safety.canaries import ENVIRONMENT, KEY_FILE, leaks, plans
from tests.safety.echoing import Echo, refused


@pytest.mark.parametrize("form", formats())
def test_a_report_with_a_secret_in_it_is_not_written(form: str, tmp_path: Path) -> None:
    """Wherever it stands, and whatever the format does to it."""
    report = canonical.failing()
    finding = replace(report.findings[0], says=f"The server said: no such key {KEY_FILE}_x.")
    target = {**report.target, "url": f"https://{KEY_FILE}.example.com"}  # of the sentences metrics show none
    leaking = replace(report, findings=(finding, *report.findings[1:]), target=target)
    for outputs in ([(form, "")], [(form, str(tmp_path / "out"))]):
        with pytest.raises(output.Blocked):
            output.publish(leaking, outputs, (KEY_FILE,), {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dummy", ["placeholder", "streaming", "not-needed", "secret", "container", "kubernetes"])
def test_a_dummy_key_that_is_a_word_holds_nothing_back(
    dummy: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DGCHECK_API_KEY", dummy)
    with running(("gateway_401",)) as simulator:
        code = main(["run", simulator.url, "--config", "none", "-o", "json", "-v", "--timeout", "8s"])
    out, err = capsys.readouterr()
    assert code == 1
    assert err == ""
    assert json.loads(out)["exit_code"] == code


# --- texts that are made to take long --------------------------------------------------------------------------------

SLOW = (
    "a",
    "http",
    "eyJ-",
    "eyJaaaaaaaa.",
    "eyJaaaaaaaa.aaaa.",
    "token ",
    " token=",
    "authorization: ",
    "authorization:" + " " * 400,
    "bearer " + "a" * 300,
    "-----BEGIN A",
    "://",
    "://x",
    "sk-",
    "sk-!",
    "0123456789abcdef",
    "cookie:",
    "?key ",
    "token" + " " * 300,
    "a_",
    "a_token",
    "a-token=",
    "%",
    "&#0",
    "\\",
)


@pytest.mark.parametrize("piece", SLOW, ids=[piece[:16] for piece in SLOW])
def test_redaction_takes_no_longer_than_a_text_is_long(piece: str) -> None:
    """A body of a megabyte may not hold up a run for an hour."""
    redactor = Redactor([KEY_FILE])
    seconds = [_seconds(redactor.text, piece * (length // len(piece) + 1)) for length in (10_000, 100_000)]
    assert seconds[1] < max(0.5, 40 * seconds[0])


def _seconds(work: Callable[[str], str], text: str) -> float:
    begun = perf_counter()
    work(text)
    return perf_counter() - begun


# --- the whole program -----------------------------------------------------------------------------------------------


@contextmanager
def echoing() -> Iterator[str]:
    """The URL of a server that gives back what it is sent, in a thread of its own."""
    ready, over = threading.Event(), threading.Event()
    urls: list[str] = []

    async def serve() -> None:
        async with Echo(refused) as echo:
            urls.append(echo.url)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(10)
        yield urls[0]
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("number", range(4))
def test_every_stream_and_file_of_a_wait(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = plans(tmp_path)[number]
    for name, value in {**ENVIRONMENT, **plan.environ}.items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "out"
    folder.mkdir()
    files = [word for form in FORMATS for word in ("-o", f"{form}={folder / form}")]
    words = ["--config", "none", "--wait", "1s", "--interval", "100ms", "--timeout", "4s", "-v", *files, *plan.words]
    with echoing() as url:
        assert main(["run", plan.target(url), *words]) == 4
    out, err = capsys.readouterr()
    assert "waiting: " in err
    assert not leaks(out + err)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FORMATS)
    assert not [leak for path in folder.iterdir() for leak in leaks(path.read_text())]


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("words", [("config", "show"), ("run", "--dry-run")], ids=" ".join)
def test_what_is_only_shown(
    words: tuple[str, ...],
    number: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan = plans(tmp_path)[number]
    for name, value in {**ENVIRONMENT, **plan.environ}.items():
        monkeypatch.setenv(name, value)
    for form in ("text", "json", "yaml"):
        target = plan.target("http://dg.example.com:8080")
        assert main([words[0], *words[1:], target, "--config", "none", "-o", form, *plan.words]) == 0
        out, err = capsys.readouterr()
        assert out
        assert not leaks(out + err)
