"""`dgcheck models` as a user runs it: the table, the gate, and what an unreachable deployment is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dgcheck.cli import main
from dgcheck.model.evidence import Model
from dgcheck.sim.models import STANDARD, speech
from dgcheck.sim.server import running
from tests.cli.program import SECONDS, started


def _run(*words: str) -> int:
    return main(["models", *words])


def test_the_table(healthy: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(healthy) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0] == healthy
    assert "nova-3-medical  yes    yes     en" in out
    assert out.splitlines()[-1] == "PASS  3 speech models, 1 voice, 3 helpers"


@pytest.mark.parametrize("listing", ["flat", "old_flat", "hosted", "bare", "grouped"])
def test_every_shape_of_the_listing(listing: str, capsys: pytest.CaptureFixture[str]) -> None:
    from dgcheck.sim.deployment import Deployment

    with running(deployment=Deployment(listing=listing)) as simulator:
        assert _run(simulator.url) == 0
    assert "nova-2-general" in capsys.readouterr().out


def test_one_request_is_enough(healthy: str) -> None:
    with running() as simulator:
        _run(simulator.url)
        assert [entry.path for entry in simulator.log] == ["/v1/models"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["--model", "nova-3"], 0, id="there"),
        pytest.param(["--model", "nova-3", "--language", "fr"], 0, id="there in the language"),
        pytest.param(["--model", "nova-3=streaming"], 0, id="there for streams"),
        pytest.param(["--model", "aura-2-thalia-en"], 0, id="a voice"),
        pytest.param(["--model", "nova-9"], 1, id="absent"),
        pytest.param(["--model", "nova-3", "--language", "ja"], 1, id="not in the language"),
        pytest.param(["--model", "nova-3", "--model-version", "1"], 1, id="not in the version"),
    ],
)
def test_a_model_that_is_named_is_a_gate(
    words: list[str], code: int, healthy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(healthy, *words) == code
    assert ("Expected: 1 of 1 model" in capsys.readouterr().out) is (code == 0)


def test_a_model_in_another_language_is_listed_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    with running(models=[speech("nova-2-general", ("es",))]) as simulator:
        assert _run(simulator.url, "--model", "nova-2") == 0
        assert _run(simulator.url, "--model", "nova-2", "--language", "en") == 1
    assert capsys.readouterr().out.count("Expected: 1 of 1 model") == 1


def test_a_file_is_a_gate_and_names_what_is_not_there(
    healthy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "models.yaml"
    file.write_text("models:\n  - nova-3\n  - {name: nova-2, languages: [en, ja]}\n  - aura-2-thalia-en\n")
    assert _run(healthy, "--expect-file", str(file)) == 1
    out = capsys.readouterr().out
    assert "Expected: 2 of 3 models" in out
    assert "nova-2 (en, ja): it is not listed for ja" in out
    assert "DG5005" in out
    assert "DG5016" not in out


def test_one_deployment_may_be_held_against_another(
    healthy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "old.json"
    assert _run(healthy, "-o", f"json={file}") == 0
    with running(models=STANDARD[:2]) as simulator:
        assert _run(simulator.url, "--expect-file", str(file)) == 1
    assert "✗ nova-2-general" in capsys.readouterr().out


def test_what_a_listing_does_not_say_is_not_known_until_it_is_tried(capsys: pytest.CaptureFixture[str]) -> None:
    with running(faults=["models_no_flags"]) as simulator:
        assert _run(simulator.url, "--model", "nova-3") == 3
        assert "the listing does not say" in capsys.readouterr().out
        assert _run(simulator.url, "--model", "nova-3", "--try") == 0


def test_a_model_that_is_listed_and_refused_fails_the_gate(capsys: pytest.CaptureFixture[str]) -> None:
    with running(replicas=2, replica_models={1: [speech("base-general")]}) as simulator:
        assert _run(simulator.url, "--try") == 1
    out = capsys.readouterr().out
    assert "REFUSED" in out
    assert "although /v1/models lists it" in out


def test_a_deployment_that_asks_for_rest_leaves_the_rest_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    with running(faults=["rate_limited_listen"]) as simulator:
        assert _run(simulator.url, "--try") == 3
    assert "not made: the deployment answered 429" in capsys.readouterr().out


def test_each_address_is_asked_and_the_one_that_differs_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    with (
        running(host="127.0.0.1") as first,
        running(host="127.0.0.2", port=first.port, models=STANDARD[:1]),
        running(host="127.0.0.3", port=first.port),
    ):
        names = [word for last in (1, 2, 3) for word in ("--resolve", f"dg.test=127.0.0.{last}")]
        code = _run(f"http://dg.test:{first.port}", *names)
    out = capsys.readouterr().out
    assert code == 1
    assert "127.0.0.2  1 model, DIFFERS: lacks" in out
    assert "nova-3-medical *" in out
    assert "DG5009" in out


def test_addresses_that_agree_are_said_to(capsys: pytest.CaptureFixture[str]) -> None:
    with running(host="127.0.0.1") as first, running(host="127.0.0.2", port=first.port):
        names = ["--resolve", "dg.test=127.0.0.1", "--resolve", "dg.test=127.0.0.2"]
        assert _run(f"http://dg.test:{first.port}", *names) == 0
    assert "All 2 addresses list the same." in capsys.readouterr().out


def test_a_refused_connection_is_told_as_run_tells_it(refusing: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(refusing) == 1
    out = capsys.readouterr().out
    assert "DG2001" in out
    assert "What to do" in out
    assert out.splitlines()[-1] == "FAIL  no listing was read"


def test_another_service_is_told_as_run_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    with running(faults=["service_license_proxy"]) as simulator:
        assert _run(simulator.url, "-o", "json") in (1, 3)
        found = json.loads(capsys.readouterr().out)
    assert found["listing"] is None
    assert found["models"] == []


def test_no_listing_is_never_a_pass(capsys: pytest.CaptureFixture[str]) -> None:
    with running(faults=["models_absent"]) as simulator:
        assert _run(simulator.url) == 3
    assert "GET /v1/models got 404" in " ".join(capsys.readouterr().out.split())


def test_an_invalid_url_still_prints_the_form_that_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("http://:0", "-o", "json") == 2
    assert json.loads(capsys.readouterr().out)["exit_code"] == 2


def test_every_form_to_its_file(healthy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {form: tmp_path / f"models.{form}" for form in ("json", "markdown", "text")}
    words = [word for form, file in files.items() for word in ("-o", f"{form}={file}")]
    assert _run(healthy, *words) == 0
    assert json.loads(files["json"].read_text())["schema"] == "dgcheck/models/v1"
    assert "| `nova-3-general` | yes | yes |" in files["markdown"].read_text()
    assert "nova-3-general" in files["text"].read_text()
    assert "nova-3-general" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([], "no deployment was named: dgcheck models http://HOST:8080", id="no target"),
        pytest.param(["http://x", "-o", "junit"], "none of text, json, markdown", id="a form of run"),
        pytest.param(["http://x", "--most", "3"], "--most limits the requests of --try", id="most alone"),
        pytest.param(["http://x", "--try", "--most", "0"], "is no number from 1", id="most of none"),
        pytest.param(["http://x", "--expect-file", "nowhere.yaml"], "there is no such file", id="no file"),
        pytest.param(["http://x", "--smart-format"], "there is no option '--smart-format'", id="an option of run"),
        pytest.param(["http://x", "--language", "\x07"], "--language", id="a bad value"),
    ],
)
def test_what_cannot_be_used(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(*words) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_a_mistake_in_the_file_is_said_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "models.yaml"
    file.write_text("models:\n  - nova-3\n  - {nme: x}\n")
    assert _run("http://x", "--expect-file", str(file)) == 2
    assert "models.yaml, line 3: unknown key 'nme'; did you mean name?" in capsys.readouterr().err


def test_settings_of_other_runs_change_nothing(
    healthy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "dgcheck.yaml"
    file.write_text("profile: full\nskip: [models]\nwait: 5m\nsdk: go\nsmart_format: true\n")
    with running() as simulator:
        assert _run(simulator.url, "--config", str(file)) == 0
        assert [entry.path for entry in simulator.log] == ["/v1/models"]


def test_a_secret_is_in_no_form(
    healthy: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DGCHECK_API_KEY", "canary-1234567890")
    for form in ("text", "json", "markdown"):
        assert _run(healthy.replace("http://", "http://u:canary-0987654321@"), "-v", "-o", form) == 0
        assert "canary" not in capsys.readouterr().out


def test_the_schema_of_the_file_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--schema") == 0
    assert json.loads(capsys.readouterr().out)["$id"] == "dgcheck/expected-models/v1"


def test_as_a_process_of_its_own_with_its_name_asked_for_early() -> None:
    with running() as simulator:
        process = started("models", simulator.url, "-o", "json")
        out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (0, "")
    assert len(json.loads(out)["models"]) == len(STANDARD)


@pytest.mark.parametrize(
    "row",
    [
        speech("nova-2-general", ("es",)),
        speech("nova-2-general", streaming=False),
        speech("nova-3-general", batch=False),
    ],
    ids=["not English", "batch alone", "streaming alone"],
)
def test_what_nobody_expects_is_nothing_wrong(row: Model, capsys: pytest.CaptureFixture[str]) -> None:
    with running(models=[row]) as simulator:
        assert _run(simulator.url) == 0
        assert _run(simulator.url, "--try") == 0
