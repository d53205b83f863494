"""`dgcheck simulate`: what it prints, what it refuses, and how it ends."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from dgcheck.cli import main
from dgcheck.cli import simulate as command_of
from dgcheck.sim.server import running

ROOT = Path(__file__).parents[2]


@contextmanager
def simulate(*words: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """The process, its introduction, and the URL in it; the process is ended afterwards."""
    command = [sys.executable, "-m", "dgcheck", "simulate", *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    try:
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        found = re.search(r"simulator +(\S+)", said)
        assert found, said + (process.stderr.read() if process.stderr else "")
        yield process, said, found[1]
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=10)


def ask(url: str, path: str, **more: Any) -> httpx.Response:
    return httpx.get(url + path, trust_env=False, timeout=5, **more)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_zero(number: signal.Signals) -> None:
    with simulate() as (process, _, url):
        assert ask(url, "/v1/status").status_code == 200
        process.send_signal(number)
        _, said = process.communicate(timeout=10)
    assert process.returncode == 0
    assert said == "dgcheck: the simulator ended after 1 requests\n"


def test_it_tells_the_ready_command_and_that_transcripts_are_scripted() -> None:
    with simulate("--fault", "model_language", "--fault", "clock_skew=90") as (_, said, url):
        pass
    assert f"dgcheck run {url} --model nova-3 --language ja" in said
    assert "Transcripts are scripted" in said
    assert "clock_skew: the Date of every answer is so many seconds off" in said


def test_tls_comes_with_its_ca() -> None:
    with simulate("--tls") as (_, said, url):
        assert url.startswith("https://")
        found = re.search(r"--ca-file (\S+)", said)
        assert found
        assert (
            ask(url, "/v1/status", verify=__import__("ssl").create_default_context(cafile=found[1])).status_code == 200
        )


def test_what_it_is_can_be_said() -> None:
    words = ["--models", "nova-2-general,aura-2-thalia-en", "--listing", "grouped", "--initializing", "1h"]
    with simulate(*words, "--words", "hello  there", "--switch", "initializing_status=503") as (_, _, url):
        status = ask(url, "/v1/status")
    assert (status.status_code, status.json()["system_health"]) == (503, "Initializing")


def test_a_prefix_is_in_the_url_and_needed() -> None:
    with simulate("--prefix", "deepgram/", "--idle", "1m") as (_, _, url):
        assert url.endswith("/deepgram")
        assert ask(url, "/v1/status").status_code == 200
        assert ask(url.removesuffix("/deepgram"), "/v1/status").status_code == 404


def test_models_come_from_a_file(tmp_path: Path) -> None:
    listed = tmp_path / "models.txt"
    listed.write_text("nova-2-phonecall en batch\n")
    with simulate("--models", str(listed)) as (_, _, url):
        (model,) = ask(url, "/v1/models").json()["stt"]
    assert (model["canonical_name"], model["batch"], model["streaming"]) == ("nova-2-phonecall", True, False)


def test_the_log_goes_to_standard_error_without_secrets() -> None:
    with simulate("--log", "--replicas", "2") as (process, _, url):
        ask(url, "/v1/status?access_token=canary", headers={"Authorization": "Token canary"})
        ask(url, "/v1/models")
        process.terminate()
        _, said = process.communicate(timeout=10)
    assert "replica 0 GET /v1/status -> 200" in said
    assert "replica 1 GET /v1/models -> 200" in said
    assert "canary" not in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["--fault", "model_mising"], "did you mean model_missing", id="fault"),
        pytest.param(["--fault", "clock_skew=x"], "'x' is no number", id="value"),
        pytest.param(["--port", "http"], "--port: 'http' is no number from 0 to 65535", id="port"),
        pytest.param(["--port", "70000"], "--port: '70000' is no number from 0 to 65535", id="port too high"),
        pytest.param(["--port", "-1"], "--port", id="negative port"),
        pytest.param(["--host", "dg.example.test"], "--host: 'dg.example.test' is no address", id="host"),
        pytest.param(["--host", "192.0.2.1"], "cannot listen on 192.0.2.1", id="another machine's address"),
        pytest.param(["--tls", "selfsigned"], "did you mean self_signed", id="tls"),
        pytest.param(["--replicas", "0"], "--replicas: '0' is no number from 1 to 100", id="replicas"),
        pytest.param(["--latency", "fast"], "--latency: 'fast' is no time", id="latency"),
        pytest.param(["--latency", "2h"], "--latency: '2h' is more than 60 s", id="a long latency"),
        pytest.param(["--initializing", "soon"], "--initializing: 'soon' is no time", id="initializing"),
        pytest.param(["--idle", "never"], "--idle: 'never' is no time", id="idle"),
        pytest.param(["--prefix", "/a b"], "--prefix: '/a b' is no plain path", id="prefix"),
        pytest.param(["--listing", "groupd"], "did you mean grouped", id="listing"),
        pytest.param(["--models", "nova/3"], "there is no such file", id="models file"),
        pytest.param(["--models", "nova 3!"], "neither a file nor a model name", id="models"),
        pytest.param(["--switch", "engin_word=x"], "did you mean engine_word", id="switch"),
        pytest.param(["--switch", "window=x"], "--switch window: 'x' is no int", id="switch value"),
        pytest.param(["--switch", "hint=maybe"], "--switch hint: 'maybe' is no bool", id="switch yes or no"),
        pytest.param(["--switch", "hint"], "wants NAME=VALUE", id="switch without a value"),
        pytest.param(["--falt", "x"], "did you mean --fault", id="flag"),
        pytest.param(["extra"], "one argument too many", id="argument"),
    ],
)
def test_a_bad_flag_is_a_clear_error(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err


def test_the_list_has_every_fault_kind_and_switch(capsys: pytest.CaptureFixture[str]) -> None:
    from dgcheck.sim.certificates import KINDS
    from dgcheck.sim.faults import table

    assert main(["simulate", "--list-faults"]) == 0
    out, _ = capsys.readouterr()
    words = set(re.findall(r"[a-z0-9_]+", out))
    assert set(table()) | set(KINDS) <= words
    assert "engine_word" in words


def test_help_names_the_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--help"]) == 0
    out, _ = capsys.readouterr()
    for option in ("--port", "--fault", "--list-faults", "--replicas", "--latency", "--initializing", "--log"):
        assert option in out


def test_the_ports_beside_the_api_are_served_and_named_where_they_are_wanted() -> None:
    with running(beside=True) as simulator, running() as alone:
        told = command_of.introduction(simulator, ())
        assert simulator.beside["license_proxy"] in told
        assert simulator.beside["engine_metrics"] in told
        assert "beside" not in command_of.introduction(alone, ())


def test_the_command_for_a_fault_of_such_a_port_names_it() -> None:
    with running(faults=["license_failed"]) as simulator:
        words = command_of.command(simulator, ["license_failed"]).split()
    assert words[words.index("--license-proxy-url") + 1] == simulator.beside["license_proxy"]
