"""`dgcheck bundle`, as a person uses it: one file that says everything and gives nothing away."""

from __future__ import annotations

import base64
import io
import json
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from dgcheck.cli import main
from dgcheck.sim.server import Simulator, running
from tests.cli.program import SECONDS
from tests.ticket.bundles import texts_of

KEY = "canary-key-0123456789"
CLIP = Path(__file__).parents[2] / "dgcheck" / "speech" / "clip.wav"


@pytest.fixture(scope="module")
def refusing() -> Iterator[Simulator]:
    """A deployment whose proxy drops the upgrade."""
    with running(("upgrade_dropped",)) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def healthy() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


def bundled(url: str, path: Path, *words: str) -> tuple[int, dict[str, str]]:
    """Exit code, and the files of the bundle that was made."""
    code = main(["bundle", url, "-O", str(path), "--config", "none", "--profile", "quick", *words])
    return code, texts_of(path.read_bytes())


def test_all_of_a_run_is_in_one_file(refusing: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, files = bundled(refusing.url, tmp_path / "t.zip", "--note", "since Monday")
    out, err = capsys.readouterr()
    assert code == 1
    assert out.rstrip().split("\n")[-1].startswith("FAIL")
    assert f"Wrote {len(files)} files to {tmp_path / 't.zip'}" in err
    for name in ("README.md", "report.json", "report.md", "report.html", "report.txt", "dgcheck.log", "dns.txt"):
        assert files[name], name
    assert any(name.startswith("evidence/") and "405 Method Not Allowed" in text for name, text in files.items())
    assert json.loads(files["settings.json"])["profile"] == {"value": "quick", "origin": "flag"}
    assert json.loads(files["environment.json"])["python"]["version"]
    assert "ws.upgrade started" in files["dgcheck.log"]
    manifest = json.loads(files["manifest.json"])
    assert {one["name"] for one in manifest["files"]} == set(files) - {"manifest.json"}


def test_the_readme_begins_with_what_support_asks_first(refusing: Simulator, tmp_path: Path) -> None:
    _, files = bundled(refusing.url, tmp_path / "t.zip", "--note", "since Monday", "--sdk", "go", "--model", "nova-3")
    head, _, rest = files["README.md"].partition("## What is in this file")
    for what in ("DG4001", "since Monday", "UTC", "nova-3", "260630 or later", "seen from", "SDK for Go", "request id"):
        assert what in head, what
    assert rest.rstrip().endswith("```")
    for what in ("nvidia-smi", "get events", "docker compose logs", "dgcheck bundle "):
        assert what in rest, what


def test_it_is_judged_again_from_the_file_alone(
    refusing: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["bundle", refusing.url, "-O", str(tmp_path / "t.zip"), "--config", "none", "-o", "json", "-q"])
    before = json.loads(capsys.readouterr().out)
    assert main(["diagnose", str(tmp_path / "t.zip"), "-o", "json"]) == 1
    after = json.loads(capsys.readouterr().out)
    for part in ("verdict", "findings", "checks", "evidence", "run_id"):
        assert after[part] == before[part], part


def test_a_run_makes_one_too_and_else_says_how(
    refusing: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["run", refusing.url, "--config", "none", "--profile", "quick"]
    assert main([*common, "--bundle", str(tmp_path / "t.zip")]) == 1
    assert "dgcheck bundle" not in capsys.readouterr().out
    assert "report.json" in zipfile.ZipFile(tmp_path / "t.zip").namelist()
    assert main(common) == 1
    line = capsys.readouterr().out.rstrip("\n").split("\n")[-3]
    assert line == f"  dgcheck bundle {refusing.url} --profile quick"


def test_without_a_name_it_has_one_of_its_own(
    healthy: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["bundle", healthy.url, "--config", "none", "--profile", "quick", "-q"]) == 0
    (path,) = tmp_path.iterdir()
    assert path.name.startswith("dgcheck-127.0.0.1-")
    assert zipfile.is_zipfile(path)


def test_names_of_machines_are_hidden_in_all_of_it(
    healthy: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in the name of the zip, in attached files and in their names."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "speech.corp-canary.net.log").write_text("connect to speech.corp-canary.net (10.99.88.77) failed\n")
    url = healthy.url.replace("127.0.0.1", "speech.corp-canary.net")
    words = ["--resolve", "speech.corp-canary.net=127.0.0.1", "--redact-hosts", "--profile", "quick", "-q"]
    words += ["--attach", "speech.corp-canary.net.log", "--note", "speech.corp-canary.net fails", "--config", "none"]
    assert main(["bundle", url, *words]) == 0
    (path,) = tmp_path.glob("*.zip")
    files = texts_of(path.read_bytes())
    assert not [name for name, text in files.items() if "canary" in name + text or "10.99.88.77" in text]
    assert "canary" not in path.name
    assert any(name.startswith("attached/") for name in files)


def test_to_standard_output_goes_the_zip_alone(healthy: Simulator) -> None:
    words = ["bundle", healthy.url, "-O", "-", "--config", "none", "--profile", "quick"]
    done = subprocess.run([sys.executable, "-m", "dgcheck", *words], capture_output=True, timeout=SECONDS, check=False)
    assert done.returncode == 0
    assert zipfile.ZipFile(io.BytesIO(done.stdout)).testzip() is None
    assert b"PASS" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["run", "--note", "x"], "--note goes into a bundle", id="a note without a bundle"),
        pytest.param(["run", "--attach", "x"], "--attach goes into a bundle", id="a file without a bundle"),
        pytest.param(["bundle", "-O", "nowhere/t.zip"], "no directory", id="no such folder"),
        pytest.param(["bundle", "-O", "."], "is a directory", id="a folder"),
        pytest.param(["bundle", "--attach", "nowhere.log"], "no such file", id="nothing to attach"),
        pytest.param(["bundle", "-O", "-", "-o", "json"], "both go to standard output", id="standard output twice"),
        pytest.param(["bundle", "-O", "a", "-o", "json=a"], "both be written to a", id="one file twice"),
        pytest.param(["bundle", "--include-audio"], "name it with --audio", id="no recording"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_asked(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([words[0], "http://127.0.0.1:1", "--config", "none", *words[1:]]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_saved_report_is_no_deployment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "case.json").write_text("{}")
    assert main(["bundle", str(tmp_path / "case.json")]) == 2
    assert "asks the deployment anew" in capsys.readouterr().err


def test_a_url_that_cannot_be_used_has_a_bundle_too(tmp_path: Path) -> None:
    code, files = bundled("http://host:99999", tmp_path / "t.zip", "-q")
    assert code == 2
    assert "DG0001" in files["README.md"]


def test_nothing_is_left_where_it_was_not_finished(
    healthy: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A word of ours that is a key of theirs cannot be written; the file that was there stays as it was."""
    (tmp_path / "t.zip").write_bytes(b"before")
    monkeypatch.setenv("DGCHECK_API_KEY", "dgcheck/bundle/v1")
    assert main(["bundle", healthy.url, "-O", str(tmp_path / "t.zip"), "--config", "none", "--profile", "quick"]) == 3
    assert "held back" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["t.zip"]
    assert (tmp_path / "t.zip").read_bytes() == b"before"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_the_reading_of_logs_and_leaves_nothing(
    number: signal.Signals, healthy: Simulator, tmp_path: Path
) -> None:
    """As of `kubectl logs -f`, which never end."""
    words = ["bundle", healthy.url, "-O", str(tmp_path / "t.zip"), "--config", "none", "--profile", "quick"]
    with subprocess.Popen(
        [sys.executable, "-m", "dgcheck", *words, "--attach", "-", "-o", "short"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"PASS")
        while not list(tmp_path.iterdir()):  # the zip was begun
            assert process.poll() is None
        process.send_signal(number)
        assert process.wait(SECONDS) == 128 + number
    assert list(tmp_path.iterdir()) == []


def test_logs_are_read_together_and_secrets_are_in_none_of_it(
    refusing: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DGCHECK_API_KEY", KEY)
    monkeypatch.setenv("https_proxy", f"http://user:{KEY}@127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    logs = tmp_path / "logs"
    logs.mkdir()
    forms = [KEY, base64.b64encode(KEY.encode()).decode(), quote(KEY, safe=""), KEY.upper()]
    cut = "upstream prematurely closed connection while reading response header from upstream"
    (logs / "api.log").write_text(f"2026-09-20 10:15:09 ERROR {cut} {forms}\n")
    (logs / "compose.yaml").write_text(f"services:\n  api:\n    environment:\n      DEEPGRAM_API_KEY: {KEY}\n")
    late = f"2026-09-20 10:15:01 websocket: bad handshake, status 403, Authorization: Token {KEY}\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(late.encode())))
    words = ("--attach", str(logs), "--attach", "-", "--note", f"my key is {KEY}", "--header", f"X-Key: {KEY}")
    _, files = bundled(refusing.url, tmp_path / "t.zip", *words)
    shown = capsys.readouterr()
    everything = "\n".join((*files, *files.values(), *shown))
    assert "glance over attached/ before you post it" in shown.err
    assert not [form for form in forms if form.lower() in everything.lower()]
    told = files["logs-explained.txt"]
    listed = told[told.index("In the order") :]
    assert listed.index("attached/standard-input.log:1") < listed.index("attached/logs/api.log:1")
    assert {"attached/logs/api.log", "attached/logs/compose.yaml"} <= set(files)


@pytest.mark.parametrize(
    "more", [(), ("--expect", "we will meet again tomorrow")], ids=["unknown words", "known words"]
)
def test_a_recording_and_its_words_stay_out(healthy: Simulator, tmp_path: Path, more: tuple[str, ...]) -> None:
    words = ("--profile", "standard", "--audio", str(CLIP), "-q", *more)
    code, files = bundled(healthy.url, tmp_path / "t.zip", *words)
    assert code == 0
    assert not [name for name, text in files.items() if "tomorrow" in text.lower()]
    assert not [name for name in files if name.startswith("audio/")]
    assert main(["diagnose", str(tmp_path / "t.zip"), "-o", "short"]) == 0


def test_a_recording_and_its_words_are_in_it_when_they_shall(
    healthy: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--audio", str(CLIP), "--include-audio", "--config", "none"]
    assert main(["bundle", healthy.url, "-O", str(tmp_path / "t.zip"), *words]) == 0
    archive = zipfile.ZipFile(tmp_path / "t.zip")
    assert archive.read("audio/clip.wav") == CLIP.read_bytes()
    assert b"tomorrow" in archive.read("report.json")
    assert b"are in this file: it was made with `--include-audio`" in archive.read("README.md")
    said = capsys.readouterr().err
    assert "your recording and its words are in it" in said
    assert "safe to send" not in said


def test_the_chain_of_a_server_as_pem(tmp_path: Path) -> None:
    with running(("tls_expired",)) as simulator:
        _, files = bundled(simulator.url, tmp_path / "t.zip", "-q")
    assert files["certificates/chain.pem"].startswith("-----BEGIN CERTIFICATE-----\n")
    assert "valid until" in files["certificates/chain.txt"]
