"""`dgcheck sdk`: the list, what is dialled for a setting, the program for a deployment, and what each refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dgcheck.cli import main
from dgcheck.sdks import names

KEYS = ["sdk", "version", "transport", "option", "value", "outcome", "url", "error", "traps", "source"]
DIAL = ("sdk", "dial", "python@3.11.0", "--option", "url", "--value")
LIST = "import sys; from dgcheck.cli import main; main({words!r}); print(*sys.modules, file=sys.stderr)"


def run(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    """What is printed; standard error where the code is another than 0."""
    assert main([*words]) == code
    printed = capsys.readouterr()
    return printed.out if code == 0 else printed.err


def run_json(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    return json.loads(run(capsys, *words, "-o", "json"))


def test_the_list_names_every_sdk_its_versions_and_settings(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "sdk", "list")
    for name in names():
        assert f"{name}  " in text
    assert "3.0.0 to 4.8.1      url, DEEPGRAM_HOST" in text
    found = run_json(capsys, "sdk", "list")
    assert [one["sdk"] for one in found] == list(names())
    assert found[0]["releases"][-1]["newest"] == "7.17.0"
    assert "environment.base" in found[0]["releases"][-1]["options"]


def test_one_transport_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    found = run_json(capsys, *DIAL, "h:8080/v1", "--transport", "rest")
    assert list(found) == KEYS
    assert (found["sdk"], found["version"], found["transport"]) == ("python", "3.11.0", "rest")
    assert (found["outcome"], found["url"], found["error"]) == ("dials", "https://h:8080/v1/v1/listen", None)
    assert len(found["traps"]) == 2
    assert found["source"]


def test_without_a_transport_both_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    found = run_json(capsys, *DIAL, "http://h:8080")
    assert list(found) == ["rest", "ws"]
    assert found["rest"]["url"] == "http://h:8080/v1/listen"
    assert found["ws"]["url"] == "ws://h:8080/v1/listen"


def test_the_newest_version_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    found = run_json(capsys, "sdk", "dial", "js", "--option", "baseUrl", "--value", "", "--transport", "ws")
    assert (found["sdk"], found["version"], found["outcome"]) == ("javascript", "5.13.0", "crashes")


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        pytest.param((), "dials", id="some key"),
        pytest.param(("--key", ""), "refused_by_sdk", id="empty"),
        pytest.param(("--key", " "), "refused_by_sdk", id="blank"),
        pytest.param(("--no-key",), "refused_by_sdk", id="none"),
        pytest.param(("--key", "a\n"), "error", id="line end"),
    ],
)
def test_the_key_decides(words: tuple[str, ...], outcome: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("sdk", "dial", "javascript@2", "--option", "apiUrl", "--value", "h", "--transport", "rest")
    assert run_json(capsys, *asked, *words)["outcome"] == outcome


def test_extras_are_heard(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("sdk", "dial", "python@2", "--option", "api_url", "--value", "http://h/v1", "--transport", "ws")
    assert run_json(capsys, *asked)["outcome"] == "error"
    assert run_json(capsys, *asked, "--extra", "websockets=13", "--extra", "x=y")["outcome"] == "dials"


def test_a_person_reads_what_bites_and_the_line_to_change(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "sdk", "dial", "python@4", "--option", "url", "--value", "ws://dg:8080")
    assert "REST  looks up another host: https://ws" in text
    assert "it says: [Errno -2] Name or service not known" in text
    assert "- ws:// and wss:// are not known to REST" in text
    assert "live  dials ws://dg:8080/v1/listen, as meant" in text
    assert 'DeepgramClientOptions(url="http://dg:8080")' in text
    assert "dgcheck sdk config python@4.8.1 http://dg:8080" in text


def test_what_is_right_is_said_without_advice(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "sdk", "dial", "python@4", "--option", "url", "--value", "http://dg:8080")
    assert text.count("as meant") == 2
    assert "right for" not in text


def test_secrets_in_a_value_are_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("text", "json"):
        for value in ("http://me:hunter2secret@h:8080", "me:hunter2secret@h", "http://h?token=hunter2secret"):
            for named, option in (("python@7", "environment.production"), ("js@5", "baseUrl"), ("go", "Host")):
                main(["sdk", "dial", named, "--option", option, "--value", value, "--key", "hunter2secret", "-o", form])
                printed = capsys.readouterr()
                assert "hunter2secret" not in printed.out + printed.err, (named, value)


def test_a_short_password_that_go_escapes_is_not_printed_either(capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("text", "json"):
        text = run(capsys, "sdk", "dial", "go", "--option", "Host", "--value", "http://me:pw@h:8080", "-o", form)
        assert "me:pw" not in text
        assert "<redacted>%40h" in text


def test_a_value_cannot_command_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, *DIAL, "http://h\x1b[31m:8080")
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("sdk",), "what about the SDKs?", id="nothing"),
        pytest.param(("sdk", "dail"), "did you mean dial?", id="mistyped"),
        pytest.param(("sdk", "list", "python"), "takes no argument", id="list of one"),
        pytest.param(("sdk", "dial"), "which SDK?", id="no SDK"),
        pytest.param(("sdk", "dial", "python@9"), "python 9 is not known", id="no such version"),
        pytest.param(("sdk", "dial", "pyhton", "--option", "url"), "did you mean python?", id="mistyped SDK"),
        pytest.param(
            ("sdk", "dial", "python"), "sdk dial wants --option NAME; the settings of python 7.17.0 are", id="no option"
        ),
        pytest.param(("sdk", "dial", "python", "--option", "url"), "wants --value VALUE", id="no value"),
        pytest.param((*DIAL, "x", "--option", "ulr"), "did you mean url?", id="mistyped option"),
        pytest.param((*DIAL, "x", "--transport", "http"), "none of rest, ws", id="no such transport"),
        pytest.param((*DIAL, "x", "--key", "a", "--no-key"), "either --key or --no-key", id="both"),
        pytest.param((*DIAL, "x", "--extra", "client"), "NAME=VALUE", id="half an extra"),
        pytest.param((*DIAL, "x", "more"), "one argument too many", id="too many"),
        pytest.param((*DIAL, "x", "-o", "yaml"), "none of text, json", id="no such format"),
        pytest.param(("sdk", "config"), "which SDK?", id="config of nothing"),
        pytest.param(("sdk", "config", "python", "http://h:99999"), "TARGET:", id="no target"),
        pytest.param(("sdk", "config", "rust", "ftp://h"), "TARGET: ftp:// is no scheme", id="another scheme"),
        pytest.param(("sdk", "config", "python", "--value", "x"), "belongs to sdk dial", id="an option of dial"),
    ],
)
def test_a_mistake_is_one_line_and_2(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, *words, code=2)
    assert said in text
    assert text.startswith("dgcheck: ")
    assert len(text.splitlines()) == 1


def test_every_sdk_has_a_program_or_says_why_not(capsys: pytest.CaptureFixture[str]) -> None:
    for name in names():
        found = run_json(capsys, "sdk", "config", name, "https://dg.example.com")
        assert found["target"] == "https://dg.example.com"
        assert found["possible"]
        assert all("dg.example.com" in one["code"] for one in found["recipes"])
        assert set(found["trust"]) >= {"rest", "ws"}
        text = run(capsys, "sdk", "config", name, "https://dg.example.com")
        assert "Certificates (" in text
        assert found["recipes"][0]["code"].strip() in text


def test_a_private_ca_and_a_key_are_set_beside_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("sdk", "config", "python", "https://h", "--ca-file", "/my ca.pem", "--key", "x")
    text = run(capsys, *words)
    assert "export SSL_CERT_FILE='/my ca.pem'" in text
    assert "export DEEPGRAM_API_KEY=..." in text
    assert 'os.environ["DEEPGRAM_API_KEY"]' in text
    assert run_json(capsys, *words)["recipes"][0]["environment"]["SSL_CERT_FILE"] == "/my ca.pem"


def test_what_the_sdk_cannot_do_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "sdk", "config", "python@4", "http://h:8080/deepgram")
    assert "Not possible: Live cannot reach a deployment behind a path" in text
    found = run_json(capsys, "sdk", "config", "go@1.1.0", "http://h:8080")
    assert not found["possible"]
    assert found["recipes"][0]["code"] is None


@pytest.mark.parametrize("variable", ["DGCHECK_TARGET", "DEEPGRAM_HOST"])
def test_the_target_comes_from_the_settings(
    variable: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "https://dg.example.com/x/v1")
    assert run_json(capsys, "sdk", "config", "js")["target"] == "https://dg.example.com/x"


def test_the_target_comes_from_the_settings_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "dgcheck.yaml").write_text("target: https://dg.example.com\nca_file: /ca.pem\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = run_json(capsys, "sdk", "config", "js")
    assert found["target"] == "https://dg.example.com"
    assert found["recipes"][0]["environment"] == {"NODE_EXTRA_CA_CERTS": "/ca.pem"}


def test_without_any_target_there_is_a_placeholder(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_json(capsys, "sdk", "config", "js")["target"] == "http://HOST:8080"


@pytest.mark.parametrize(
    "words",
    [
        (*DIAL, "http://h/v1"),
        ("sdk", "dial", "js", "--option", "baseUrl", "--value", "h:8080", "-o", "json"),
        ("sdk", "config", "go", "https://h"),
        ("sdk", "list"),
    ],
    ids=" ".join,
)
def test_nothing_heavy_is_loaded(words: tuple[str, ...], tmp_path: Path) -> None:
    heavy = {"asyncio", "ssl", "socket", "httpx", "websockets", "yaml", "tabulate", "dns", "cryptography"}
    heavy |= {"importlib.metadata", "dataclasses", "typing", "dgcheck.rules", "dgcheck.engine"}
    assert loaded(tmp_path, *words).isdisjoint(heavy)


def test_only_the_sdk_that_was_named_is_loaded(tmp_path: Path) -> None:
    for named, kept in (("python", "python"), ("py", "python")):
        modules = loaded(tmp_path, "sdk", "dial", named, "--option", "url", "--value", "h")
        others = {name.replace("-", "_") for name in names()} - {kept}
        assert not {f"dgcheck.sdks.{other}" for other in others} & modules


def loaded(folder: Path, *words: str) -> set[str]:
    """Every module that this command line loads."""
    done = subprocess.run(
        [sys.executable, "-c", LIST.format(words=list(words))],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert folder.is_dir()
    return set(done.stderr.strip().splitlines()[-1].split())
