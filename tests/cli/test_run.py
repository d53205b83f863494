"""A run as a person types it: results, exit codes in every format, interruption, secrets."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dgcheck.cli import main
from dgcheck.settings.options import CHECKS, FORMATS
from tests.cli.program import SECONDS, started

BAD_URL = "http://host:99999"


def bare(url: str) -> str:
    return url.removeprefix("http://")


# --- exit codes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "nagios"])
class TestExitCodes:
    """The same in every format but that of Nagios, which has codes of its own."""

    def test_0_when_nothing_is_wrong(self, form: str, healthy: str) -> None:
        assert main(["run", healthy, "-o", form]) == 0

    def test_0_for_warnings(self, form: str, healthy: str) -> None:
        assert main(["run", bare(healthy), "-o", form]) == 0

    def test_1_when_a_check_failed(self, form: str, refusing: str) -> None:
        assert main(["run", refusing, "-o", form]) == 1

    def test_2_when_the_url_cannot_be_used(self, form: str, capsys: pytest.CaptureFixture[str]) -> None:
        """The report is printed all the same."""
        assert main(["run", BAD_URL, "-o", form]) == 2
        assert "url_invalid" in capsys.readouterr().out or form == "text"

    def test_3_when_it_is_not_known(self, form: str, silent: str) -> None:
        assert main(["run", silent, "-o", form, "--timeout", "1s"]) == 3

    def test_4_when_the_waiting_is_over(self, form: str, refusing: str) -> None:
        assert main(["run", refusing, "-o", form, "--wait", "300ms", "--interval", "50ms", "-q"]) == 4

    def test_5_for_warnings_that_are_to_fail(self, form: str, healthy: str) -> None:
        assert main(["run", bare(healthy), "-o", form, "--fail-on", "warning"]) == 5

    @pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"])
    def test_130_and_143_when_it_was_interrupted(self, form: str, number: int, code: int) -> None:
        with asked() as (url, waiting):
            process = started("run", url, "-o", form)
            connection, _ = waiting.accept()
            with connection:  # it is connected, and gets no answer
                process.send_signal(number)
                out, err = process.communicate(timeout=SECONDS)
        assert process.returncode == code
        assert "interrupted" in out.lower()
        assert "Traceback" not in err


class asked:  # noqa: N801 - read as a word
    """A port that accepts when it is told to: `(url, socket)`."""

    def __enter__(self) -> tuple[str, socket.socket]:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(SECONDS)
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}", self._socket

    def __exit__(self, *_: object) -> None:
        self._socket.close()


# --- results -------------------------------------------------------------------------------------------------------


def test_the_target_alone_is_run(healthy: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([healthy, "-o", "json"]) == 0
    out, err = capsys.readouterr()
    report = json.loads(out)
    assert (report["verdict"], report["exit_code"]) == ("pass", 0)
    assert err == ""


def test_an_invalid_target_still_has_a_whole_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([BAD_URL, "-o", "json"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert report["verdict"] == "fail"
    assert [finding["cause"] for finding in report["findings"]] == ["url_invalid"]
    statuses = {check["id"]: check["status"] for check in report["checks"]}
    assert statuses.pop("config") == "fail"
    assert set(statuses.values()) == {"skip"}
    assert "99999" in report["findings"][0]["says"]


def test_several_formats_at_once(healthy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [word for form in FORMATS for word in ("-o", f"{form}={tmp_path / form}")]
    assert main(["run", healthy, *words]) == 0
    assert "PASS" in capsys.readouterr().out, "text goes to standard output when nothing else does"
    run_id = json.loads((tmp_path / "json").read_text())["run_id"]
    assert yaml.safe_load((tmp_path / "yaml").read_text())["run_id"] == run_id
    assert f"run/{run_id}" in (tmp_path / "short").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FORMATS), "nothing is left beside them"
    assert all("PASS" in (tmp_path / form).read_text().upper() for form in FORMATS)


def test_a_format_for_standard_output_stands_alone(
    healthy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", healthy, "-o", "json", "-o", f"text={tmp_path / 'a.txt'}"]) == 0
    json.loads(capsys.readouterr().out)
    assert "PASS" in (tmp_path / "a.txt").read_text()


def test_every_setting_has_its_origin(healthy: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "dgcheck.yaml").write_text("slow: 9s\n")
    os.environ["DGCHECK_LANGUAGE"] = "en"
    try:
        assert main(["run", healthy, "--profile", "quick", "-o", "json"]) == 0
    finally:
        del os.environ["DGCHECK_LANGUAGE"]
    shown = json.loads(capsys.readouterr().out)["settings"]
    origins = {name: shown[name]["origin"] for name in ("profile", "language", "slow", "timeout")}
    assert origins == {
        "profile": "flag",
        "language": "DGCHECK_LANGUAGE",
        "slow": "file dgcheck.yaml",
        "timeout": "default",
    }


def test_a_reader_that_goes_away_changes_no_exit_code(refusing: str) -> None:
    process = started("run", refusing)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as stream:
        err = stream.read()
    assert process.wait(SECONDS) == 1
    assert err == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a full device is Linux's")
@pytest.mark.parametrize(
    "words", [(), ("explain",), ("config", "schema"), ("--help",), ("run", "-h"), ("--version",)], ids=" ".join
)
def test_a_full_disk_is_told(words: tuple[str, ...], healthy: str) -> None:
    command = [sys.executable, "-m", "dgcheck", *(words or (healthy,))]
    with open("/dev/full", "w") as full:
        process = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=SECONDS)
    assert process.returncode == 3
    assert process.stderr.startswith("dgcheck: the result cannot be written to standard output") or "--version" in words
    assert "Traceback" not in process.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a shell closes the streams")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_change_no_exit_code(closed: str, refusing: str) -> None:
    for words, code in ((refusing, 1), ("--version", 0), ("explain DG5003", 0), ("rnu", 2)):
        done = subprocess.run(f"{sys.executable} -m dgcheck {words} {closed}", shell=True, timeout=SECONDS)
        assert done.returncode == code, words


def test_ascii_where_the_encoding_is_not_utf_8(refusing: str) -> None:
    process = started("run", refusing, PYTHONIOENCODING="latin-1")
    out, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert out.isascii()


def test_dry_run_asks_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    with asked() as (url, waiting):
        assert main(["run", url, "--dry-run", "--skip", "rest"]) == 0
        waiting.setblocking(False)
        with pytest.raises(BlockingIOError):
            waiting.accept()
    out = capsys.readouterr().out
    assert url in out
    listed = [line.split()[0] for line in out.splitlines() if line.split() and line.split()[0] in CHECKS]
    assert "ws.upgrade" in listed
    assert "rest" not in listed


def test_dry_run_tells_what_becomes_of_the_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEEPGRAM_API_KEY", "canary-0001")
    assert main(["run", "http://dg:8080", "--dry-run", "-o", "json"]) == 0
    out = capsys.readouterr().out
    assert json.loads(out)["key"] == "DEEPGRAM_API_KEY, sent only after a 401 or 403 without it"
    assert "canary" not in out


def test_a_mistyped_variable_is_noted(
    refusing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DGCHECK_TIMEOT", "5s")
    assert main(["run", refusing, "-o", "json"]) == 1
    out, err = capsys.readouterr()
    assert err == "dgcheck: DGCHECK_TIMEOT is no setting and was not read; did you mean DGCHECK_TIMEOUT?\n"
    json.loads(out)
    assert main(["run", refusing, "-q", "-o", "json"]) == 1
    assert capsys.readouterr().err == ""


def test_a_pinned_host_is_dialled(healthy: str, capsys: pytest.CaptureFixture[str]) -> None:
    url = healthy.replace("127.0.0.1", "dg.example.test")
    assert main(["run", url, "--resolve", "dg.example.test=127.0.0.1", "-o", "json"]) == 0
    assert capsys.readouterr().err == ""


def test_a_pin_for_another_host_is_noted(refusing: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", refusing, "--resolve", "dg.example.test=127.0.0.1", "-o", "json"]) == 1
    assert "--resolve is for dg.example.test; the target is 127.0.0.1" in capsys.readouterr().err


# --- bad files -----------------------------------------------------------------------------------------------------

PEM = "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("option", "content", "said"),
    [
        ("--ca-file", b"no certificate", "holds no PEM certificate"),
        ("--ca-file", PEM.encode(), "holds no certificate that can be read"),
        ("--ca-file", b"\0\xff" * 50, "holds no PEM certificate"),
        ("--cert", PEM.encode(), "holds no certificate with its key"),
        ("--audio", b"", "is empty"),
        ("--audio", b"<html>", "HTML"),
        ("--api-key-file", b"\0\1\2", "is a binary file"),
        ("--api-key-file", b"\xff\xfe\xff", "is no text in UTF-8"),
        ("--config", b"\0", "this is no YAML"),
        ("--config", b"\xff\xff", "is no text in UTF-8"),
        ("--config", b"a: [", "this is no YAML"),
        ("--config", b"x" * 300_000, "is larger than 64 KB"),
    ],
)
def test_a_bad_file_is_a_clear_line_and_exit_2(
    option: str, content: bytes, said: str, tmp_path: Path, refusing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(content)
    assert main(["run", refusing, option, "./file"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "Traceback" not in err


# --- secrets -------------------------------------------------------------------------------------------------------

CANARY = "c4n4ry-5ecret-0001"


@pytest.mark.parametrize(
    ("words", "environ"),
    [
        pytest.param((), {"DGCHECK_API_KEY": CANARY}, id="our key"),
        pytest.param((), {"DEEPGRAM_API_KEY": CANARY}, id="the SDKs' key"),
        pytest.param(("--api-key-file", "./key"), {}, id="key file"),
        pytest.param(("--header", f"X-Team: {CANARY}"), {}, id="header"),
        pytest.param(("--header", f"Authorization: Bearer {CANARY}"), {}, id="authorization"),
        pytest.param((), {"HTTP_PROXY": f"http://user:{CANARY}@127.0.0.1:1"}, id="proxy variable"),
        pytest.param(("--proxy", f"http://user:{CANARY}@127.0.0.1:1"), {}, id="proxy"),
        pytest.param(("--feature", f"api_key={CANARY}"), {}, id="parameter"),
        pytest.param(("--audio-url", f"http://127.0.0.1:1/a?X-Amz-Signature={CANARY}"), {}, id="signed audio"),
        pytest.param(("user",), {}, id="password of the URL"),
        pytest.param(("query",), {}, id="query of the URL"),
    ],
)
def test_no_secret_is_in_any_output(
    words: tuple[str, ...],
    environ: dict[str, str],
    healthy: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "key").write_text(CANARY + "\n")
    url, rest = healthy, list(words)
    if words == ("user",):
        url, rest = healthy.replace("http://", f"http://user:{CANARY}@"), []
    elif words == ("query",):
        url, rest = f"{healthy}/v1/listen?model=nova-3&token={CANARY}", []
    outputs = [word for form in FORMATS for word in ("-o", f"{form}=out.{form}")]
    assert main(["run", url, *rest, *outputs, "-v"]) in (0, 1)
    written = "".join((tmp_path / f"out.{form}").read_text() for form in FORMATS) + "".join(capsys.readouterr())
    assert CANARY not in written
    assert len(written) > 5000, "there was a report to search"


def test_a_result_with_a_secret_in_it_is_held_back(
    refusing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The last line of defence: a format that lets a secret through writes nothing at all."""
    from dgcheck import report

    monkeypatch.setenv("DGCHECK_API_KEY", CANARY)
    monkeypatch.setattr(report, "render", lambda *_, **__: f"a leak: {CANARY}")
    assert main(["run", refusing, "-o", f"json={tmp_path / 'a.json'}"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert CANARY not in err
    assert "held back" in err
    assert not (tmp_path / "a.json").exists()
