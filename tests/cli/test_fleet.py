"""`dgcheck fleet` as it is typed: its file, its settings, its results, its exit codes."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dgcheck.cli import main
from dgcheck.sim.server import running
from tests.cli.program import SECONDS, started

QUICK = ("--profile", "quick")


@pytest.fixture(scope="module")
def broken() -> Iterator[str]:
    """The URL of a deployment behind a proxy that finds nobody."""
    with running(("bad_gateway_nginx",)) as simulator:
        yield simulator.url


@pytest.fixture
def fleet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run `dgcheck fleet` on a file of this text: exit code, standard output, standard error."""

    def run(text: str, *words: str) -> tuple[int, str, str]:
        (tmp_path / "fleet.yaml").write_text(text, encoding="utf-8")
        code = main(["fleet", "fleet.yaml", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def results(out: str) -> dict[str, dict[str, Any]]:
    """The results in a JSON document, by name."""
    return {one["name"]: one for one in json.loads(out)["results"]}


def test_a_table_and_what_to_do(fleet: Callable[..., tuple[int, str, str]], healthy: str, broken: str) -> None:
    code, out, err = fleet(f"{healthy}\n{broken}\n", *QUICK)
    assert (code, err) == (1, "")
    rows = out.split("\n\n")[1].splitlines()
    assert [row.split()[1] for row in rows] == [broken, healthy]
    assert "(DG3010 http_bad_gateway)" in out
    assert out.splitlines()[-1].startswith("FAIL  1 failed, 1 passed  in ")


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        pytest.param("{healthy}", (), 0, id="all well"),
        pytest.param("{healthy}\n{broken}", (), 1, id="one failed"),
        pytest.param("http//typo", (), 2, id="nothing could be asked"),
        pytest.param("http//typo\n{healthy}", (), 1, id="one could not be asked"),
        pytest.param("{healthy}\n{silent}", ("--deadline", "3s"), 3, id="the time was over"),
    ],
)
def test_exit_codes(
    text: str,
    words: tuple[str, ...],
    code: int,
    fleet: Callable[..., tuple[int, str, str]],
    healthy: str,
    broken: str,
    silent: str,
) -> None:
    assert fleet(text.format(healthy=healthy, broken=broken, silent=silent), *QUICK, *words, "-o", "json")[0] == code


def test_warnings_count_where_they_are_said_to(fleet: Callable[..., tuple[int, str, str]], healthy: str) -> None:
    with running(("tls_expires_soon",)) as simulator:
        text = (
            f"defaults: {{profile: quick, ca_file: '{simulator.ca_file}'}}\ntargets: ['{simulator.url}', '{healthy}']"
        )
        assert fleet(text)[0] == 0
        assert fleet(text, "--fail-on", "warning")[0] == 5


def test_each_target_has_its_own_settings(fleet: Callable[..., tuple[int, str, str]], healthy: str) -> None:
    text = f"""
defaults: {{profile: quick, models: [nova-2]}}
targets:
  - {{url: {healthy}, name: old}}
  - {{url: {healthy}, name: new, models: [nova-9]}}
"""
    code, out, _ = fleet(text, "-o", "json")
    found = results(out)
    assert code == 1
    assert (found["old"]["verdict"], found["new"]["cause"]) == ("pass", "model_missing")


def test_a_flag_comes_before_the_file(fleet: Callable[..., tuple[int, str, str]], healthy: str) -> None:
    text = f"targets: [{{url: {healthy}, name: one, models: [nova-9], profile: quick}}]"
    assert results(fleet(text, "-o", "json", "--model", "nova-2")[1])["one"]["verdict"] == "pass"


def test_a_single_target_that_is_set_somewhere_does_not_count(
    fleet: Callable[..., tuple[int, str, str]], healthy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPGRAM_HOST", "http://elsewhere.invalid")
    monkeypatch.setenv("DGCHECK_TARGET", "http://elsewhere.invalid")
    assert list(results(fleet(healthy, *QUICK, "-o", "json")[1])) == [healthy]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["fleet"], "no targets were named", id="no file"),
        pytest.param(["fleet", "nowhere.yaml"], "there is no such file", id="absent"),
        pytest.param(["fleet", "f.yaml", "--concurrency", "0"], "--concurrency", id="none at once"),
        pytest.param(["fleet", "f.yaml", "--shard", "2/2"], "shares count from 0", id="share"),
        pytest.param(["fleet", "f.yaml", "-o", "yaml"], "is none of text, jsonl, json, junit", id="format"),
        pytest.param(["fleet", "f.yaml", "-o", "json", "-o", "jsonl"], "both go to standard output", id="two forms"),
        pytest.param(["fleet", "f.yaml", "-o", "json=x", "-o", "junit=x"], "to x", id="one file for two"),
        pytest.param(["fleet", "f.yaml", "-o", "jsonl=no/x"], "no directory", id="no folder"),
        pytest.param(["fleet", "f.yaml", "--reports", "f.yaml"], "--reports", id="reports in a file"),
        pytest.param(["fleet", "f.yaml", "--wait", "3m"], "no option '--wait'", id="waiting"),
        pytest.param(["fleet", "f.yaml", "--ca-file", "nowhere.pem"], "--ca-file", id="CA"),
        pytest.param(["fleet", "bad.yaml"], "bad.yaml, line 2: unknown key 'nmae'; did you mean name?", id="mistake"),
        pytest.param(["fleet", "own.yaml"], "own.yaml, line 2: --ca-file nowhere.pem cannot be read", id="own CA"),
    ],
)
def test_wrong_usage(words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "f.yaml").write_text("http://127.0.0.1:1\n")
    (tmp_path / "bad.yaml").write_text("targets:\n  - {url: http://127.0.0.1:1, nmae: x}\n")
    (tmp_path / "own.yaml").write_text("targets:\n  - {url: http://127.0.0.1:1, ca_file: nowhere.pem}\n")
    assert main(words) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""


def test_lines_come_as_targets_end(healthy: str, silent: str, tmp_path: Path) -> None:
    """The one that answers is told while the silent one is still waited for."""
    (tmp_path / "f.txt").write_text(f"{silent}\n{healthy}\n")
    with started("fleet", "f.txt", *QUICK, "-o", "jsonl") as process:
        assert process.stdout is not None
        seen = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.send_signal(signal.SIGTERM)
        rest, err = process.communicate(timeout=SECONDS)
    assert [one["kind"] for one in seen] == ["begin", "target"]
    assert (seen[1]["name"], seen[1]["verdict"]) == (healthy, "pass")
    last = [json.loads(line) for line in rest.splitlines()]
    assert [(one["kind"], one.get("name"), one.get("finished")) for one in last] == [
        ("target", silent, False),
        ("end", None, None),
    ]
    assert (process.returncode, err) == (143, "")


def test_nobody_reads_any_more(healthy: str, silent: str, tmp_path: Path) -> None:
    """`dgcheck fleet ... -o jsonl | head -2` ends, and at once."""
    (tmp_path / "f.txt").write_text(f"{silent}\n" + "".join(f"{healthy}/p{n}\n" for n in range(40)))
    with started("fleet", "f.txt", *QUICK, "-o", "jsonl", "--concurrency", "2") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        process.wait(SECONDS)
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_all_forms_at_once(fleet: Callable[..., tuple[int, str, str]], healthy: str, tmp_path: Path) -> None:
    code, out, _ = fleet(healthy, *QUICK, "-o", "jsonl=a.jsonl", "-o", "json=a.json", "-o", "junit=a.xml", "-o", "text")
    assert code == 0
    assert out.endswith("s\n")
    assert out.startswith("dgcheck fleet fleet.yaml  1 target, ")
    assert json.loads((tmp_path / "a.json").read_text())["verdict"] == "pass"
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 3
    assert "<testsuites" in (tmp_path / "a.xml").read_text()


def test_a_report_for_each_target(
    fleet: Callable[..., tuple[int, str, str]], healthy: str, broken: str, tmp_path: Path
) -> None:
    """With names that are safe in every file system, and that no two share."""
    names = ["../../etc/passwd", "ABC", "abc", "a b", "a_b", "con", "-rf", ".", "ü" * 150]
    targets = "".join(f"  - {{url: '{healthy}', name: '{name}'}}\n" for name in names)
    text = f"defaults: {{profile: quick, only: [status]}}\ntargets:\n{targets}  - {broken}\n"
    found = results(fleet(text, "--reports", "reports/today", "-o", "json")[1])
    written = sorted(path.name for path in (tmp_path / "reports" / "today").iterdir())
    assert len({name.lower() for name in written}) == len(found) == len(names) + 1
    assert all(name.isascii() and not name.startswith((".", "-")) and len(name) < 120 for name in written)
    for one in found.values():
        report = json.loads((tmp_path / one["report"]).read_text("utf-8"))
        assert (report["schema"], report["run_id"]) == ("dgcheck/report/v1", one["run_id"])


def test_shares_and_their_merging(
    fleet: Callable[..., tuple[int, str, str]],
    healthy: str,
    broken: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "\n".join([*(f"{healthy}/p{n}" for n in range(4)), healthy, broken])
    monkeypatch.setenv("JOB_COMPLETIONS", "3")
    for index in range(3):
        monkeypatch.setenv("JOB_COMPLETION_INDEX", str(index))
        fleet(text, *QUICK, "-o", f"jsonl={index}.jsonl")
    assert main(["merge", "0.jsonl", "1.jsonl", "2.jsonl", "-o", "json", "-o", "text=all.txt"]) == 1
    found = results(capsys.readouterr().out)
    assert len(found) == 6
    assert (found[healthy]["verdict"], found[broken]["cause"]) == ("pass", "http_bad_gateway")
    assert main(["merge", "0.jsonl", "2.jsonl"]) == 2
    assert "share 1/3 is missing" in capsys.readouterr().err
    assert main(["merge", "0.jsonl", "2.jsonl", "--partial", "-o", "json"]) in (1, 3)
    assert json.loads(capsys.readouterr().out)["missing"] == ["1/3"]


def test_the_log_of_pods_is_merged_from_standard_input(
    fleet: Callable[..., tuple[int, str, str]], healthy: str
) -> None:
    text = f"{healthy}\n{healthy}/a\n"
    log = "".join(fleet(text, *QUICK, "-o", "jsonl", "--shard", f"{index}/2")[1] for index in (1, 0, 1))
    done = subprocess.run(
        [sys.executable, "-m", "dgcheck", "merge", "-", "--latest", "-o", "json"],
        input=log,
        capture_output=True,
        text=True,
        env={**os.environ, "DGCHECK_COLOR": "never"},
        timeout=SECONDS,
        check=False,
    )
    assert set(results(done.stdout)) == {healthy, f"{healthy}/a"}
    assert done.stderr == ""


@pytest.mark.parametrize("words", [["merge"], ["merge", "no.jsonl"], ["merge", "a", "a"], ["merge", "b.bin"]])
def test_what_cannot_be_merged(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").write_text("x")
    (tmp_path / "b.bin").write_bytes(b"\xff\xfe\x00")
    assert main(words) == 2
    assert capsys.readouterr().err.startswith("dgcheck: ")


def test_one_tls_context_for_all(
    fleet: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    create = ssl.create_default_context

    def counted(*args: Any, **named: Any) -> ssl.SSLContext:
        made.append(1)
        return create(*args, **named)

    monkeypatch.setattr(ssl, "create_default_context", counted)
    with running(tls="good") as simulator:
        targets = "\n".join(f"  - {simulator.url}/p{number}" for number in range(12))
        text = (
            f"defaults: {{profile: quick, ca_file: '{simulator.ca_file}'}}\ntargets:\n{targets}\n  - {simulator.url}\n"
        )
        found = results(fleet(text, "-o", "json")[1])
        assert found[simulator.url]["verdict"] == "pass"
        assert {one["cause"] for one in found.values() if one["verdict"] == "fail"} <= {
            "url_path_wrong",
            "http_not_found",
        }
    assert len(made) == 1


def test_no_secret_comes_out(fleet: Callable[..., tuple[int, str, str]], broken: str, tmp_path: Path) -> None:
    secret, header = "swordfish-4711-x", "hunter2-0815-abcdef"
    url = broken.replace("http://", f"http://user:{secret}@")
    text = f"defaults: {{profile: quick, headers: {{X-Api-Key: {header}}}}}\ntargets: ['{url}']\n"
    code, out, err = fleet(text, "-o", "jsonl", "-o", "text=t", "-o", "junit=j", "-o", "json=d", "--reports", "r")
    assert code == 1
    written = [path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file() and path.name != "fleet.yaml"]
    assert len(written) == 4
    for shown in (out, err, *written):
        assert secret not in shown
        assert header not in shown


def test_a_dry_run_asks_nobody(fleet: Callable[..., tuple[int, str, str]], refusing: str) -> None:
    code, out, _ = fleet(f"targets: [{{url: {refusing}, name: one, models: [nova-3]}}]", "--dry-run")
    assert code == 0
    assert [word for word in ("one", refusing, "nova-3", "1 targets. Nothing was sent.") if word not in out] == []


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fleet", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$id"] == "dgcheck/fleet-file/v1"


def test_kubernetes_is_told_how_it_ended(
    fleet: Callable[..., tuple[int, str, str]], healthy: str, broken: str, tmp_path: Path
) -> None:
    fleet(f"{healthy}\n{broken}\n", *QUICK, "--termination-log", "log")
    said = (tmp_path / "log").read_text("utf-8")
    assert said.startswith("FAIL fleet fleet.yaml: 1 failed, 1 passed")
    assert f"{broken}: DG3010" in said
