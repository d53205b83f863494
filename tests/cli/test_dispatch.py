"""From words to a command; a mistyped one gets the nearest, and nothing ends in a traceback."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dgcheck
from dgcheck.cli import COMMANDS, main
from dgcheck.settings.options import CONFIG, DRY_RUN, OPTIONS

BAD_URL = "http://host:99999"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr() == (f"dgcheck {dgcheck.__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["explian"], "did you mean explain?"),
        (["rnu"], "did you mean run?"),
        (["xyzzy"], "the commands are run, models, wait"),
        (["myhost"], "dgcheck run http://myhost"),
        (["DG5003"], "dgcheck explain DG5003"),
        (["model_missing"], "dgcheck explain model_missing"),
        (["-v", "explain"], "the command comes first: dgcheck explain"),
        (["run"], "no deployment was named"),
        (["run", "http://a", "http://b"], "one argument too many: 'http://b'"),
        (["run", "http://a", "--modle", "x"], "there is no option '--modle'; did you mean --model?"),
        (["http://a", "--modle=x"], "did you mean --model?"),
        (["run", "http://a", "--smartformat"], "did you mean --smart-format?"),
        (["run", "http://a", "--xyzzy"], "there is no option '--xyzzy' (see dgcheck run --help)"),
        (["run", "http://a", "--mode", "x"], "did you mean --model?"),
        (["run", "http://a", "-z"], "there is no option '-z'"),
        (["run", "http://a", "--model"], "--model wants a value: --model NAME"),
        (["run", "http://a", "--insecure=yes"], "--insecure takes no value"),
        (["run", "http://a", "-4", "-6"], "-6: not allowed with argument -4"),
        (["run", "http://127.0.0.1", "-6"], "only IPv6 addresses were asked for (-6), and 127.0.0.1 is an IPv4"),
        (["run", "http://[::1]", "-4"], "and ::1 is an IPv6 address"),
        (["run", "http://a", "--timeout", "-5"], "--timeout wants a value"),
        (["wait", "http://a", "--timeout", "-5s"], "--timeout wants a value: --timeout TIME"),
        (["run", "http://a", "--timeout", "5x"], "--timeout: '5x' is no time"),
        (["run", "http://a", "--profile", "ful"], "did you mean full?"),
        (["run", "http://a", "--only", "ws.upgrad"], "did you mean ws.upgrade?"),
        (["run", "http://a", "-o", "jsn"], "did you mean json?"),
        (["run", "http://a", "--ignore", "DG9999"], "there is no code or cause 'DG9999'"),
        (["run", "http://a", "--ignore", "url_path_doubld"], "did you mean url_path_doubled?"),
        (["run", "http://a", "--json"], "write -o json"),
        (["run", "--url", "http://a"], "the URL is given as it is"),
        (["run", "http://a", "-k"], "write --insecure"),
        (["explain", "modelmissing"], "did you mean model_missing"),
        (["explain", "DG5999"], "did you mean DG5019"),
        (["explain", "-o", "yml"], "is none of text, json"),
        (["config"], "what about the settings?"),
        (["config", "shw"], "did you mean show?"),
        (["completion"], "which shell?"),
        (["completion", "fsh"], "did you mean fish?"),
        (["diagnose"], "which report?"),
        (["diagnose", "gone.json"], "gone.json: there is no such file"),
        (["run", "http://a", "--ca-file", "gone.pem"], "--ca-file gone.pem cannot be read: there is no such file"),
        (["run", "http://a", "--ca-file", "."], "--ca-file . cannot be read: it is a directory"),
        (["run", "http://a", "--audio", "gone.wav"], "--audio gone.wav cannot be read: there is no such file"),
        (["run", "http://a", "--api-key-file", "./gone"], "--api-key-file: './gone' cannot be read"),
        (["run", "http://a", "--config", "."], "--config . cannot be read"),
        (["run", "http://a", "-o", "json=./gone/x"], "cannot be written: there is no directory"),
        (["run", "http://a", "-o", "json=."], "is a directory"),
        (["run", "http://a", "--proxy", "socks5://p"], "SOCKS proxy"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_clear_line_and_exit_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1
    assert err.startswith("dgcheck: ")


@pytest.mark.parametrize(
    "words",
    [
        ["run", "http://a", "--api-key", "CANARY-1"],
        ["run", "http://a", "--api-key=CANARY-1"],
        ["run", "http://a", "--token", "CANARY-1"],
        ["run", "http://a", "--apikeyfile=CANARY-1"],
        ["run", "http://a", "--key", "CANARY-1-0123456789abcdef", "--cert", "c.pem"],
        ["run", "http://a", "--api-key-file", "CANARY-1-0123456789abcdef"],
        ["run", "http://a", "--header", "Authorization Bearer CANARY-1"],
        ["run", "http://a", "--header", "X: CANARY-1\n"],
        ["run", "http://a", "--proxy", "http://u:CANARY-1@p:x"],
        ["run", "http://a", "http://u:CANARY-1@b"],
        ["run", "http://a", "http://b?token=CANARY-1"],
        ["http://u:CANARY-1@host:99999"],
    ],
)
def test_a_secret_typed_in_the_wrong_place_is_not_repeated(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert "CANARY" not in "".join(capsys.readouterr())


def test_no_words_show_the_help_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was asked, so it is no success."""
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "usage: dgcheck" in err


def test_no_words_check_the_deployment_that_is_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in a container whose settings are all variables."""
    monkeypatch.setenv("DGCHECK_TARGET", BAD_URL)
    monkeypatch.setenv("DGCHECK_OUTPUT", "json")
    assert main([]) == 2
    assert json.loads(capsys.readouterr().out)["target"]["given"] == BAD_URL


@pytest.mark.parametrize(
    "words", [["--help"], ["-h"], ["help"], ["help", "run"], ["run", "--help"], ["run", "x", "-h"]]
)
def test_help_shows_the_options_that_most_need(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert sum(option.flags[-1] in out for option in OPTIONS if option.flags and option.common) >= 12
    assert "--pace" not in out
    assert "--help-all" in out
    assert "exit codes" in out


@pytest.mark.parametrize("words", [["--help-all"], ["run", "--help-all"]])
def test_help_all_shows_every_option(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    out = capsys.readouterr().out
    assert [flag for option in (*OPTIONS, CONFIG, DRY_RUN) for flag in option.flags if flag not in out] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"usage: dgcheck {command}")
    assert max(map(len, out.splitlines())) <= 120


def test_a_bug_is_one_line_without_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error of ours may carry anything, so only its kind and its place are told."""
    from dgcheck.cli import explain

    def broken(args: object) -> int:
        raise ZeroDivisionError("CANARY")

    monkeypatch.setattr(explain, "run", broken)
    assert main(["explain"]) == 3
    err = capsys.readouterr().err
    assert err.startswith("dgcheck: internal error: ZeroDivisionError at cli/dispatch.py:")
    assert "CANARY" not in err
    assert err.count("\n") == 1


def test_ctrl_c_before_anything_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    from dgcheck.cli import explain

    def interrupted(args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(explain, "run", interrupted)
    assert main(["explain"]) == 130


FLAGS = st.sampled_from(
    [flag for option in (*OPTIONS, CONFIG, DRY_RUN) for flag in option.flags] + ["--", "-", "--help", "-vv", "-ojson"]
)
WORDS = st.lists(st.one_of(FLAGS, st.text(max_size=12).filter(lambda text: "\0" not in text)), max_size=5)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS)
def test_nonsense_ends_in_help_or_exit_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The URL cannot be dialled, so whatever else is typed, nothing is asked."""
    assert main(["run", BAD_URL, *words]) in ((0, 2) if {"--help", "-h", "--help-all"} & set(words) else (2,))
    assert "Traceback" not in "".join(capsys.readouterr())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(command=st.sampled_from(["explain", "config", "completion", "diagnose"]), words=WORDS)
def test_nonsense_to_the_other_commands(command: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    words = [word for word in words if word != "-" and not word.startswith("http")]
    assert main([command, *words]) in (0, 2)
    assert "Traceback" not in "".join(capsys.readouterr())
