"""`dgcheck explain`: pages, the list, and the nearest name."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from dgcheck.cli import main
from dgcheck.explain import pages


def test_a_page_by_code_and_by_cause(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "DG5003"]) == 0
    by_code = capsys.readouterr().out
    assert main(["explain", "model_not_streaming"]) == 0
    assert capsys.readouterr().out == by_code
    assert by_code.startswith("DG5003  model_not_streaming  (error)")
    assert "What to do" in by_code


@pytest.mark.parametrize("word", ["dg5003", "MODEL_NOT_STREAMING", "model-not-streaming"])
def test_spelling_does_not_matter(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", word]) == 0
    assert "DG5003" in capsys.readouterr().out


def test_the_list_has_every_cause_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for page in pages.pages():
        assert sum(line.split()[:2] == [page["code"], page["cause"]] for line in lines) == (0 if page["retired"] else 1)


def test_the_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "-o", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in found] == [page["code"] for page in pages.pages()]
    assert set(found[0]) >= {"code", "cause", "title", "severity"}


def test_a_page_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "DG5003", "-o", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["code"], found["cause"]) == ("DG5003", "model_not_streaming")
    assert found["explanation"]
    assert found["remedies"]


def test_every_page_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    """Placeholders are examples on a page, and prose fits its width."""
    import re

    for page in pages.pages():
        assert main(["explain", page["code"]]) == 0
        text = capsys.readouterr().out
        assert page["explanation"].strip(), page["code"]
        assert page["remedies"] or page["severity"] == "info", page["code"]
        for remedy in page["remedies"]:
            for name in re.findall(r"\{([a-z_]+)\}", remedy["do"] + remedy["command"]):
                assert "{" + name + "}" not in text, page["code"]


def test_colour_only_when_it_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", "DG5003"])
    assert "\x1b" not in capsys.readouterr().out
    main(["explain", "DG5003", "--color", "always"])
    assert "\x1b[1mDG5003\x1b[0m" in capsys.readouterr().out


REFUSED = "dial tcp 10.0.0.7:8080: connect: connection refused"


def test_error_text_is_diagnosed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", REFUSED]) == 0
    text = capsys.readouterr().out
    assert text.startswith("DG2001  tcp_refused\n")
    assert REFUSED in text
    assert "dgcheck run http://10.0.0.7:8080" in text.splitlines()[-1]


def test_words_without_quotes_are_one_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *REFUSED.split()]) == 0
    assert capsys.readouterr().out.startswith("DG2001")


def test_a_code_in_a_sentence_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "DG5003", REFUSED]) == 0
    assert capsys.readouterr().out.startswith("DG2001")


def test_text_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "-o", "json", REFUSED]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["matches"][0]["cause"], found["layer"]) == ("certain", "tcp_refused", "tcp")
    assert found["matches"][0]["span"] == [REFUSED.index("dial"), len(REFUSED)] or found["matches"][0]["span"]


def test_text_that_names_nothing_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "good morning"]) == 0
    assert "Nothing in this text" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("word", "said"),
    [
        pytest.param("model_not_streming", "did you mean model_not_streaming", id="a cause"),
        pytest.param("MODEL_NOT_STREMING", "did you mean model_not_streaming", id="a cause in capitals"),
        pytest.param("DG50003", "neither a code nor a cause", id="a code"),
        pytest.param("./no/such.log", "no such file", id="a path"),
        pytest.param("app.log", "no such file", id="a file's name"),
        pytest.param("  ", "nothing in the text", id="blanks"),
    ],
)
def test_what_was_mistyped_is_said(word: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", word]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("word", ["ECONNREFUSED", "EAI_AGAIN", "NET-0001", "http://dg.corp:8080/v1/listen?model=a"])
def test_one_word_can_be_text(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", word]) == 0
    assert capsys.readouterr().out


def test_a_file_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.log").write_text(f"one\ntwo\n{REFUSED}\n")
    assert main(["explain", str(tmp_path / "a.log")]) == 0
    assert "in line 3 of" in capsys.readouterr().out


def test_files_are_read_together_in_the_order_of_their_times(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "late.log").write_text(f"2026-01-01 12:00:00 {REFUSED}\n")
    (tmp_path / "early.log").write_text(f"2026-01-01 10:00:00 {REFUSED}\n")
    assert main(["explain", "-o", "json", str(tmp_path / "late.log"), str(tmp_path / "early.log")]) == 0
    match = json.loads(capsys.readouterr().out)["matches"][0]
    assert match["count"] == 2
    assert match["first"] == {"line": 1, "file": str(tmp_path / "early.log"), "time": "2026-01-01 10:00:00"}
    assert match["last"]["file"] == str(tmp_path / "late.log")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(REFUSED.encode("utf-16"), id="UTF-16, as PowerShell writes it"),
        pytest.param(b"\xef\xbb\xbf" + REFUSED.encode(), id="a byte order mark"),
        pytest.param(gzip.compress(REFUSED.encode()), id="gzip"),
        pytest.param(b"\xff\xfa " + REFUSED.encode() + b" \xe4\n", id="Latin-1 around it"),
    ],
)
def test_files_in_other_forms(data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.log").write_bytes(data)
    assert main(["explain", str(tmp_path / "a.log")]) == 0
    assert capsys.readouterr().out.startswith("DG2001")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b" \n\n", "is empty", id="blank"),
        pytest.param(b"\x7fELF\x02\x01\x00\x00", "is no text", id="a program"),
        pytest.param(b"PK\x03\x04\x14\x00\x00", "is read by: dgcheck diagnose", id="a bundle"),
        pytest.param(gzip.compress(REFUSED.encode())[:-12], "cannot be read", id="half a gzip file"),
        pytest.param(b"\x1f\x8b\x00\x00", "cannot be read", id="no gzip file"),
    ],
)
def test_files_that_cannot_be_read(data: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.log").write_bytes(data)
    assert main(["explain", str(tmp_path / "a.log")]) == 2
    assert said in capsys.readouterr().err


def test_a_directory_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(tmp_path)]) == 2
    assert "is a directory" in capsys.readouterr().err


def test_files_and_words_do_not_mix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.log").write_text(REFUSED)
    assert main(["explain", str(tmp_path / "a.log"), "b.log"]) == 2
    assert "'b.log' is no file" in capsys.readouterr().err


PROGRAM = [sys.executable, "-m", "dgcheck", "explain"]


@pytest.mark.parametrize("words", [["-"], []], ids=["a dash", "a pipe alone"])
def test_standard_input_is_read(words: list[str]) -> None:
    done = subprocess.run([*PROGRAM, *words], input=REFUSED, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("DG2001")


def test_a_file_as_standard_input_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(REFUSED)
    with open(tmp_path / "a.log", "rb") as file:
        done = subprocess.run(PROGRAM, stdin=file, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("DG2001")


def test_without_anything_the_list_is_shown() -> None:
    done = subprocess.run(PROGRAM, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True)
    assert "DG2001  tcp_refused" in done.stdout


def test_no_key_of_the_text_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPGRAM_API_KEY", "plainword")
    text = "server rejected WebSocket connection: HTTP 401 plainword wss://dg.corp/v1/listen?token=s3cretvalue&model=a"
    for form in ("text", "json"):
        assert main(["explain", "-o", form, text]) == 0
        shown = capsys.readouterr().out
        assert "plainword" not in shown
        assert "s3cretvalue" not in shown
        assert "dgcheck 'wss://dg.corp/v1/listen?model=a'" in shown


def test_what_commands_a_terminal_is_made_visible(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", f"\x1b]0;title\x07 {REFUSED} \x9b31m \u202e"]) == 0
    shown = capsys.readouterr().out
    assert not [char for char in shown if not char.isprintable() and char != "\n"]


def test_ambiguous_text_lists_its_candidates_and_what_tells_them_apart(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "websocket: bad handshake wss://dg.corp/v1/listen?model=nova-3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "These words fit more than one cause; the likeliest first:"
    assert 2 <= sum(line.startswith("  DG") for line in lines) <= 3
    assert lines[-2:] == ["What tells them apart", "  dgcheck 'wss://dg.corp/v1/listen?model=nova-3'"]


def test_text_is_read_without_a_network_library_and_without_the_rules() -> None:
    code = f"import sys; from dgcheck.cli import main; main(['explain', {REFUSED!r}]); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    heavy = {"asyncio", "ssl", "socket", "httpx", "importlib.metadata", "typing", "dataclasses", "dgcheck.rules"}
    assert loaded.isdisjoint(heavy)
