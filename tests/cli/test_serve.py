"""`dgcheck serve` as a process: how it starts, what it is asked by real clients, how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from time import monotonic
from typing import Any

import httpx
import pytest

from dgcheck.cli import main, serve
from dgcheck.sim.server import running
from tests.cli.program import SECONDS, line_of, started
from tests.serve.test_endpoints import value

HERE = ("--listen", "127.0.0.1:0")


@contextlib.contextmanager
def serving(*words: str, **environ: str) -> Iterator[tuple[str, Any]]:
    """The URL of an exporter, and its process; it has ended well when the block is over."""
    process = started("serve", *words, **environ)
    try:
        first = line_of(process.stderr)
        assert "listening on http://" in first, first + (process.stderr.read() if process.stderr else "")
        yield first.partition("listening on ")[2].split()[0], process
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, err
        assert "Traceback" not in err
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def until_said(process: Any, *words: str) -> str:
    """Read what it says on standard error up to the line that holds all these words."""
    while True:
        line = line_of(process.stderr)
        assert line, f"it ended without saying {words}"
        if all(word in line for word in words):
            return line


def test_it_tells_what_it_does_and_what_changes(healthy: str) -> None:
    with serving(*HERE, "--target", healthy, "--interval", "100ms") as (url, process):
        assert healthy in until_said(process, "asking ")
        until_said(process, f"{healthy}: pass: ")
        assert httpx.get(f"{url}/readyz").status_code == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out) == (0, "")
    assert "ended by SIGINT, after " in err
    assert ": pass: " not in err, "what does not change is not told again"


def test_quiet_says_nothing(healthy: str, free_tcp_port: int) -> None:
    process = started("serve", "-q", "--listen", f"127.0.0.1:{free_tcp_port}", healthy)
    end = monotonic() + SECONDS
    while True:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{free_tcp_port}/readyz").status_code == 200:
                break
        assert monotonic() < end
    process.terminate()
    out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_hangs_does_not_keep_it(silent: str, number: signal.Signals) -> None:
    """It ends within two seconds, whatever is under way: a run, a scrape that waits, a client that says nothing."""
    with serving(*HERE, "--target", silent, "--allow", "127.0.0.2") as (url, process):
        until_said(process, "asking ")
        host = url.removeprefix("http://").partition(":")
        waiting = subprocess.Popen(
            [sys.executable, "-c", f"import socket; socket.create_connection({(host[0], int(host[2]))}).recv(1)"]
        )
        begun = monotonic()
        process.send_signal(number)
        process.wait(SECONDS)
        took = monotonic() - begun
        waiting.wait(SECONDS)
    assert took < 2 + SECONDS / 2, "far from hanging, on however busy a machine"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param((), "no deployment was named", id="nobody to ask"),
        pytest.param(("--target", "http://dg:99999"), "--target: this URL cannot be used", id="a bad URL"),
        pytest.param(("--target", "http://u:hunter2hunter2@dg:x"), "cannot be used", id="a bad URL with a password"),
        pytest.param(("http://dg", "--listen", "x:y"), "--listen: ", id="a bad address"),
        pytest.param(("http://dg", "--listen", "192.0.2.1:0"), "no address of this machine", id="another's address"),
        pytest.param(("http://dg", "--allow", "*"), "would allow every host", id="everybody"),
        pytest.param(("http://dg", "--concurrency", "0"), "--concurrency: ", id="no run at all"),
        pytest.param(("http://dg", "--interval", "soon"), "--interval: ", id="no time"),
        pytest.param(("http://dg", "--ca-file", "none.pem"), "--ca-file none.pem", id="no file"),
        pytest.param(("http://dg", "--ignore", "DG0000"), "no code or cause", id="an unknown code"),
        pytest.param(("http://dg", "--for", "all"), "--for: ", id="an unknown aim"),
        pytest.param(("http://dg", "--for", "models", "--only", "dns"), "give one of them", id="two aims"),
        pytest.param(("http://dg", "--wait", "1m"), "no option --wait", id="an option of another command"),
    ],
)
def test_what_cannot_be_used_is_exit_2(words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", *words]) == 2
    out, err = capsys.readouterr()
    assert says in err.replace("'", "")
    assert (out, "hunter2" in err) == ("", False)


def test_a_taken_port_is_exit_2(healthy: str, capsys: pytest.CaptureFixture[str]) -> None:
    port = healthy.rpartition(":")[2]
    assert main(["serve", "--listen", f"127.0.0.1:{port}", healthy]) == 2
    assert f"port {port} of 127.0.0.1 is taken" in capsys.readouterr().err


def test_it_listens_on_ipv6(healthy: str) -> None:
    with serving("--listen", "[::1]:0", healthy) as (url, _):
        assert url.startswith("http://[::1]:")
        assert httpx.get(f"{url}/healthz").text == "ok\n"


def test_the_target_may_come_from_the_environment(healthy: str) -> None:
    with serving(*HERE, DGCHECK_TARGET=healthy) as (_, process):
        until_said(process, healthy, "pass")


def test_curl_can_ask(healthy: str, which: Any) -> None:
    with serving(*HERE, healthy) as (url, process):
        until_said(process, "pass")
        done = subprocess.run(
            [which("curl"), "-sS", "-i", f"{url}/readyz"], capture_output=True, text=True, timeout=SECONDS, check=True
        )
    head, _, body = done.stdout.partition("\n\n")
    assert head.startswith("HTTP/1.1 200 OK")
    assert json.loads(body)["ready"] is True


@pytest.mark.peer("promtool")
def test_promtool_finds_nothing_to_say(healthy: str) -> None:
    with serving(*HERE, healthy, "--allow", "127.0.0.1") as (url, process):
        until_said(process, "pass")
        texts = [httpx.get(url + path).content for path in ("/metrics", f"/probe?target={healthy}")]
        texts.append(httpx.get(f"{url}/probe?target=http://127.0.0.1:1").content)
    for text in texts:
        done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_two_hundred_scrapes_at_once_ask_the_deployment_once() -> None:
    """Of every kind, before anything is known and after: one run under way, and as many runs as intervals."""
    with running(latency=0.05) as deployment, serving(*HERE, deployment.url) as (url, process):
        paths = ("/metrics", "/readyz", f"/probe?target={deployment.url}", "/healthz", "/")

        async def at_once() -> list[httpx.Response]:
            limits = httpx.Limits(max_connections=200)
            async with httpx.AsyncClient(timeout=SECONDS, limits=limits) as client:
                return await asyncio.gather(*(client.get(url + paths[place % 5]) for place in range(200)))

        first = asyncio.run(at_once())
        until_said(process, "pass")
        second = asyncio.run(at_once())
        metrics = httpx.get(f"{url}/metrics").text
        asked = [one.path for one in deployment.log]
    assert {one.status_code for one in second} == {200}
    assert {one.status_code for one in first} <= {200, 503}
    assert asked.count("/v1/status") == 1
    assert value(metrics, "dgcheck_serve_runs_total") == 1


def test_memory_stays_flat_with_a_hundred_targets() -> None:
    """Ten minutes of the usual interval, twenty runs of each target, as fast as they go."""
    with running(host="0.0.0.0") as deployment:
        targets = [f"http://127.0.1.{last}:{deployment.port}" for last in range(1, 101)]
        words = [word for one in targets for word in ("--target", one)]
        with serving(*HERE, *words, "--interval", "50ms", "--for", "reachable") as (url, _):
            early, late = after(url, 500), after(url, 2000)
        assert len({one.header("host") for one in deployment.log}) == 100
    assert late[0] - early[0] < 4_000_000, f"{early[0]} bytes after 5 rounds, {late[0]} after 20"
    assert late[1] < early[1] + 100, "files and connections are closed"


def after(url: str, runs: int) -> tuple[float, float]:
    """Resident bytes and open files once so many runs have ended; asking again is what paces it."""
    end = monotonic() + 10 * SECONDS
    with httpx.Client(timeout=SECONDS) as client:
        while True:
            text = client.get(f"{url}/metrics").text
            if value(text, "dgcheck_serve_runs_total") >= runs:
                return value(text, "process_resident_memory_bytes"), value(text, "process_open_fds")
            assert monotonic() < end, "the runs do not go on"


# --- its settings ----------------------------------------------------------------------------------------------------


def settings(**flags: Any) -> Any:
    """The settings of every run, by the flags of the command."""
    given = {"listen": ":0", "allow": [], "concurrency": "8", "targets": ["http://dg"], "more_targets": []}
    return serve.Prepared({**given, "config": "none", "quiet": True, **flags}, {}).settings


@pytest.mark.parametrize(
    ("flags", "profile", "only", "interval"),
    [
        pytest.param({}, "quick", (), 30.0, id="nothing said"),
        pytest.param({"for": "reachable"}, "standard", ("status",), 30.0, id="reachable"),
        pytest.param({"profile": "standard"}, "standard", (), 300.0, id="speech, by the profile"),
        pytest.param(
            {"profile": "standard", "skip": ["rest", "ws.stream", "replicas"]}, "standard", (), 30.0, id="less"
        ),
        pytest.param({"only": ["rest"]}, "standard", ("rest",), 300.0, id="speech, by the check"),
        pytest.param({"profile": "standard", "interval": "1m"}, "standard", (), 60.0, id="an interval"),
    ],
)
def test_what_is_asked_and_how_often(
    flags: dict[str, Any], profile: str, only: tuple[str, ...], interval: float
) -> None:
    found = settings(**flags)
    assert (found.profile, found.only, found.interval) == (profile, only, interval)


def test_speech_is_asked_for_by_its_aim() -> None:
    found = settings(**{"for": "speech"})
    assert serve.speaks(found)
    assert found.interval == 300.0


def test_one_target_that_is_named_twice_is_one() -> None:
    given = {"listen": ":0", "allow": [], "concurrency": "8", "targets": ["http://dg"], "more_targets": ["ws://DG/"]}
    prepared = serve.Prepared({**given, "config": "none", "quiet": True}, {})
    assert [one.name for one in prepared.subjects] == ["http://dg"]


def test_two_requests_out_of_a_log_are_two_targets_although_their_base_is_one() -> None:
    urls = [f"http://dg:8080/v1/listen?model={model}" for model in ("nova-3", "nova-2", "nova-3")]
    given = {"listen": ":0", "allow": [], "concurrency": "8", "targets": urls, "more_targets": ["http://dg:8080"]}
    prepared = serve.Prepared({**given, "config": "none", "quiet": True}, {})
    assert [one.name for one in prepared.subjects] == [*urls[:2], "http://dg:8080"]
    assert all(prepared.allowed.names(one.target) for one in prepared.subjects)
