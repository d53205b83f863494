"""Flag over DGCHECK_* over the SDKs' own variables over file over default; each with its origin."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.errors import UsageError
from dgcheck.model.target import Settings
from dgcheck.settings.load import default_of, load, stray
from dgcheck.settings.options import BY_KEY, OPTIONS


class Files:
    """A disk with these texts on it."""

    def __init__(self, **texts: str) -> None:
        self.texts = {name.replace("__", "."): text for name, text in texts.items()}

    def __call__(self, path: str) -> str:
        if path not in self.texts:
            raise FileNotFoundError(2, "No such file or directory", path)
        return self.texts[path]


NO_FILES = Files()


def loaded(
    flags: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None, files: Files = NO_FILES
) -> Settings:
    return load(flags or {}, environ or {}, files)


# setting, by flag, by variable, in the file, and what each becomes
LAYERED: tuple[tuple[str, Any, str, str, tuple[Any, Any, Any]], ...] = (
    ("target", "http://f", "http://v", "target: http://y", ("http://f", "http://v", "http://y")),
    ("models", ["f"], "v,w", "models: [y]", (("f",), ("v", "w"), ("y",))),
    ("language", "de", "fr", "language: no", ("de", "fr", "no")),
    ("smart_format", True, "yes", "smart_format: true", (True, True, True)),
    ("model_version", "1", "2", "model_version: 3", ("1", "2", "3")),
    ("features", ["a=1"], "b=2&c=3", "features: {d: 4}", ((("a", "1"),), (("b", "2"), ("c", "3")), (("d", "4"),))),
    ("audio", "f.wav", "v.wav", "audio: y.wav", ("f.wav", "v.wav", "y.wav")),
    ("audio_url", "http://f", "http://v", "audio_url: http://y", ("http://f", "http://v", "http://y")),
    ("serve_audio", "1", "h.example:2", "serve_audio: 3", ("1", "h.example:2", "3")),
    ("license_proxy_url", "http://f", "http://v", "license_proxy_url: http://y", ("http://f", "http://v", "http://y")),
    ("engine_metrics_url", "http://f", "http://v", "engine_metrics_url: http://y", ("http://f", "http://v", "http://y")),
    ("origin", "http://f/x", "http://V", "origin: https://y/z", ("http://f", "http://v", "https://y")),
    ("max_upload", "1MB", "2MiB", "max_upload: 3000", (1_000_000, 2 * 2**20, 3000)),
    ("sdk", "go@3", "python", "sdk: dotnet", ("go@3", "python", "dotnet")),
    ("timeout", "1s", "2s", "timeout: 3", (1.0, 2.0, 3.0)),
    ("wait", "1m", "2m", "wait: 3m", (60.0, 120.0, 180.0)),
    ("for", "models", "speech", "for: reachable", ("models", "speech", "reachable")),
    ("interval", "1s", "2s", "interval: 3s", (1.0, 2.0, 3.0)),
    ("give_up_after", "1m", "2m", "give_up_after: 3m", (60.0, 120.0, 180.0)),
    ("deadline", "1m", "@1790000000", "deadline: 2026-09-20T10:15:00Z", (60.0, 1790000000.0, 1789899300.0)),
    ("active_deadline_seconds", "60", "120", "active_deadline_seconds: 180", (60, 120, 180)),
    ("ca_file", "f", "v", "ca_file: y", ("f", "v", "y")),
    ("cert", "f", "v", "cert: y", ("f", "v", "y")),
    ("insecure", True, "1", "insecure: on", (True, True, True)),
    ("resolve", ["h=1.1.1.1"], "h=2.2.2.2", "resolve: {h: 3.3.3.3}",
     ((("h", "1.1.1.1"),), (("h", "2.2.2.2"),), (("h", "3.3.3.3"),))),
    ("via", ["pod=http://f"], "pod=http://v", "via: {pod: http://y}",
     ((("pod", "http://f"),), (("pod", "http://v"),), (("pod", "http://y"),))),
    ("proxy", "http://f", "http://v", "proxy: http://y", ("http://f", "http://v", "http://y")),
    ("no_proxy", True, "true", "no_proxy: true", (True, True, True)),
    ("family", "ipv4", "ipv6", "family: ipv4", ("ipv4", "ipv6", "ipv4")),
    ("profile", "quick", "full", "profile: quick", ("quick", "full", "quick")),
    ("only", ["dns"], "tcp,tls", "only: [rest]", (("dns",), ("tcp", "tls"), ("rest",))),
    ("skip", ["dns"], "tcp,tls", "skip: rest", (("dns",), ("tcp", "tls"), ("rest",))),
    ("hold", "1s", "2s", "hold: 3s", (1.0, 2.0, 3.0)),
    ("repeat", "2", "3", "repeat: 4", (2, 3, 4)),
    ("pace", "real", "fast", "pace: real", ("real", "fast", "real")),
    ("slow", "1s", "2s", "slow: 3s", (1.0, 2.0, 3.0)),
    ("bundle", "f.zip", "v.zip", "bundle: y.zip", ("f.zip", "v.zip", "y.zip")),
    ("note", "a, b", "c, d", "note: e", ("a, b", "c, d", "e")),
    ("attach", ["f.log"], "v.log,w", "attach: [y.log]", (("f.log",), ("v.log", "w"), ("y.log",))),
    ("include_audio", True, "yes", "include_audio: on", (True, True, True)),
    ("redact", ["a{1,2}"], "b,c\nd", "redact: ['y+']", (("a{1,2}",), ("b,c", "d"), ("y+",))),
    ("redact_hosts", True, "yes", "redact_hosts: on", (True, True, True)),
    ("fail_on", "warning", "error", "fail_on: warning", ("warning", "error", "warning")),
    ("ignore", ["DG6003"], "DG6004", "ignore: [slow_response]", (("DG6003",), ("DG6004",), ("slow_response",))),
    ("outputs", ["json"], "yaml=a,short", "outputs: [text]",
     ((("json", ""),), (("yaml", "a"), ("short", "")), (("text", ""),))),
    ("termination_log", "f", "v", "termination_log: none", ("f", "v", "none")),
    ("color", "never", "always", "color: never", ("never", "always", "never")),
    ("show_sdk_config", True, "1", "show_sdk_config: true", (True, True, True)),
    ("quiet", True, "1", "quiet: true", (True, True, True)),
    ("verbose", True, "1", "verbose: true", (True, True, True)),
)  # fmt: skip


@pytest.mark.parametrize(("key", "flag", "variable", "line", "expected"), LAYERED, ids=[row[0] for row in LAYERED])
def test_precedence(key: str, flag: Any, variable: str, line: str, expected: tuple[Any, Any, Any]) -> None:
    """Each layer alone gives its value and its origin; together the higher one wins."""
    option = BY_KEY[key]
    environ, files = {option.env: variable}, Files(dgcheck__yaml=line + "\n")
    by_flag, by_variable, by_file = expected
    layers = [
        (loaded({key: flag}, environ, files), by_flag, "flag"),
        (loaded({}, environ, files), by_variable, option.env),
        (loaded({}, {}, files), by_file, "file dgcheck.yaml"),
        (loaded(), default_of(option.field), "default"),
    ]
    for settings, value, origin in layers:
        assert (getattr(settings, option.field), settings.origins[option.field]) == (value, origin)


def test_every_setting_is_in_the_table_of_precedence() -> None:
    # Below: they need another one.
    apart = {"encoding", "sample_rate", "expect", "key", "headers", "api_key_file", "set"}
    assert {row[0] for row in LAYERED} | apart == {option.key for option in OPTIONS}


SET = [("Host", "http://h"), ("BaseAddress=", "ws://h/v1"), ("url", " ")]


def test_settings_of_an_sdk_come_with_it() -> None:
    texts = [f"{name}={value}" for name, value in SET]
    files = Files(dgcheck__yaml="sdk: go\nset: {Host: 'http://h', 'BaseAddress=': ws://h/v1, url: ' '}")
    assert loaded({"sdk": "go", "set": texts}).sdk_options == tuple(SET)
    assert loaded({}, {}, files).sdk_options == tuple(SET)
    assert loaded({"sdk": "go"}, {"DGCHECK_SET": "Host=http://h\nKey=a&b"}).sdk_options == (SET[0], ("Key", "a&b"))
    with pytest.raises(UsageError, match="--sdk SDK"):
        loaded({"set": ["Host=http://h"]})


def test_the_sdks_own_host_comes_after_ours_and_before_the_file() -> None:
    files = Files(dgcheck__yaml="target: http://y")
    environ = {"DEEPGRAM_HOST": "h:8080", "DGCHECK_TARGET": "http://v"}
    assert loaded({}, environ, files).origins["target_given"] == "DGCHECK_TARGET"
    found = loaded({}, {"DEEPGRAM_HOST": "h:8080"}, files)
    assert (found.target_given, found.origins["target_given"]) == ("h:8080", "DEEPGRAM_HOST")


def test_an_empty_variable_is_no_setting() -> None:
    found = loaded({}, {"DGCHECK_TIMEOUT": "", "DGCHECK_TARGET": " ", "DEEPGRAM_HOST": ""})
    assert (found.timeout, found.target_given, found.origins["timeout"]) == (30.0, "", "default")


def test_settings_that_describe_a_recording_come_with_it() -> None:
    found = loaded({"audio": "a.raw", "encoding": "linear16", "sample_rate": "8000", "expect": "hello"})
    assert (found.encoding, found.sample_rate, found.expect) == ("linear16", 8000, "hello")


def test_a_mode_in_the_file_goes_with_its_model() -> None:
    files = Files(dgcheck__yaml="models:\n- {name: nova-3, mode: streaming}\n- nova-2\n- nova-3\n")
    found = loaded({}, {}, files)
    assert (found.models, dict(found.modes)) == (("nova-3", "nova-2"), {"nova-3": "streaming"})


def test_a_model_that_is_named_once_for_each_way_has_to_serve_in_both() -> None:
    found = loaded({"models": ["nova-3=rest", "nova-2=rest", "nova-3=streaming", "nova-2=rest"]}, {})
    assert (found.models, dict(found.modes)) == (("nova-3", "nova-2"), {"nova-3": "both", "nova-2": "rest"})


@pytest.mark.parametrize(
    ("models", "only", "words"),
    [
        (["nova-3=rest"], ["ws.stream"], "--only ws.stream leaves nothing to ask: nova-3 has to serve REST alone"),
        (["nova-3=rest"], ["ws.upgrade", "ws.hold"], "--only ws.upgrade and ws.hold leaves nothing to ask"),
        (["nova-3=streaming", "nova-2=streaming"], ["rest"], "nova-3 and nova-2 have to serve streams alone"),
        (["nova-3=rest"], ["rest", "ws.stream"], ""),
        (["nova-3=rest", "nova-2"], ["ws.stream"], ""),
        (["nova-3=rest"], ["sdk"], ""),
    ],
)
def test_only_checks_of_a_way_that_no_model_has_to_serve(models: list[str], only: list[str], words: str) -> None:
    with pytest.raises(UsageError, match=words) if words else contextlib.nullcontext():
        loaded({"models": models, "only": only}, {})


def test_a_header_is_a_secret() -> None:
    found = loaded({"headers": ["X-Team: CANARY"]})
    assert [(name, value.reveal()) for name, value in found.headers] == [("X-Team", "CANARY")]
    assert "CANARY" not in repr(found)


# --- the file ------------------------------------------------------------------------------------------------------


def test_the_file_that_was_named_is_read_and_none_switches_it_off() -> None:
    files = Files(dgcheck__yaml="timeout: 1", other__yaml="timeout: 2", third__yaml="timeout: 3")
    assert loaded({"config": "other.yaml"}, {"DGCHECK_CONFIG": "third.yaml"}, files).timeout == 2
    assert loaded({}, {"DGCHECK_CONFIG": "third.yaml"}, files).timeout == 3
    assert loaded({"config": "none"}, {}, files).timeout == 30
    assert loaded({}, {}, files).config == "dgcheck.yaml"


def test_a_file_that_was_named_has_to_be_there() -> None:
    with pytest.raises(UsageError, match=r"--config gone\.yaml: there is no such file"):
        loaded({"config": "gone.yaml"})


def test_every_mistake_of_a_file_is_told_with_its_line() -> None:
    files = Files(dgcheck__yaml="timeout: 5x\nmodells: [a]\nprofile: ful\n")
    with pytest.raises(UsageError) as caught:
        loaded({}, {}, files)
    first, second, third = str(caught.value).split("\n")
    assert first.startswith("dgcheck.yaml, line 1: timeout: '5x' is no time")
    assert second == "dgcheck.yaml, line 2: unknown key 'modells'; did you mean models?"
    assert third.startswith("dgcheck.yaml, line 3: profile: 'ful' is none of")


# --- keys ----------------------------------------------------------------------------------------------------------

KEY_ROWS = [
    pytest.param({}, {}, "", ("", None, False), id="none"),
    pytest.param({}, {"DEEPGRAM_API_KEY": "theirs"}, "", ("DEEPGRAM_API_KEY", "theirs", False), id="the SDKs'"),
    pytest.param(
        {}, {"DEEPGRAM_API_KEY": "theirs", "DGCHECK_API_KEY": "ours"}, "", ("DGCHECK_API_KEY", "ours", True), id="ours"
    ),
    pytest.param(
        {"api_key_file": "k"}, {"DGCHECK_API_KEY": "ours"}, "", ("--api-key-file", "in-k", True), id="a flag's file"
    ),
    pytest.param(
        {},
        {"DGCHECK_API_KEY_FILE": "k", "DEEPGRAM_API_KEY": "theirs"},
        "",
        ("api_key_file of DGCHECK_API_KEY_FILE", "in-k", True),
        id="a variable's file",
    ),
    pytest.param(
        {},
        {"DEEPGRAM_API_KEY": "theirs"},
        "api_key_file: k",
        ("api_key_file of file dgcheck.yaml", "in-k", True),
        id="ours in the file comes before theirs",
    ),
    pytest.param({}, {"DGCHECK_API_KEY": " "}, "", ("DGCHECK_API_KEY", None, True), id="blank"),
    pytest.param(
        {},
        {"DGCHECK_API_KEY": "", "DEEPGRAM_API_KEY": "x"},
        "",
        ("DEEPGRAM_API_KEY", "x", False),
        id="blank hides none",
    ),
    pytest.param({}, {"DEEPGRAM_API_KEY": ""}, "", ("DEEPGRAM_API_KEY", None, False), id="the SDKs' blank"),
]


@pytest.mark.parametrize(("flags", "environ", "line", "expected"), KEY_ROWS)
def test_which_key(flags: Any, environ: Any, line: str, expected: tuple[str, str | None, bool]) -> None:
    found = loaded(flags, environ, Files(k="in-k\n", dgcheck__yaml=line))
    origin, value, ours = expected
    assert found.key_origin == origin
    assert (found.api_key.secret.reveal() if found.api_key else None) == value
    if found.api_key:
        assert found.api_key.ours is ours
    assert (found.key_form == ("blank",)) is (value is None and origin != "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\0\1", "binary file"),
        ("-----BEGIN PRIVATE KEY-----\nCANARY", "holds a PEM block"),
        ("CANARY" * 2000, "that is no API key"),
    ],
)
def test_a_key_file_that_is_none(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        loaded({"api_key_file": "dir/k"}, {}, Files(**{"dir/k": text}))
    assert "CANARY" not in str(caught.value)


def test_a_key_typed_where_its_file_belongs_is_not_repeated() -> None:
    with pytest.raises(UsageError, match="cannot be read") as caught:
        loaded({"api_key_file": "0123456789abcdef0123456789abcdef01234567"})
    assert "0123456789" not in str(caught.value)


# --- what does not go together -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"only": ["dns"], "skip": ["dns"]}, "--only and --skip both name dns"),
        ({"key": "k.pem"}, "needs --cert"),
        ({"expect": "hello"}, "--audio FILE"),
        ({"encoding": "linear16"}, "--audio FILE"),
        ({"outputs": ["json", "text"]}, "would both go to standard output"),
        ({"outputs": ["json=a", "text=a"]}, "two results would be written to a"),
        ({"proxy": "http://p", "no_proxy": True}, "contradict each other"),
    ],
)
def test_contradictions(flags: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        loaded(flags)


def test_a_higher_layer_settles_proxy_against_no_proxy() -> None:
    files = Files(dgcheck__yaml="proxy: http://p")
    assert loaded({"no_proxy": True}, {}, files).proxy_url == ""
    assert loaded({"proxy": "http://p"}, {"DGCHECK_NO_PROXY": "1"}).no_proxy is False


@pytest.mark.parametrize(
    ("flags", "environ", "place"),
    [
        ({"timeout": "5x"}, {}, "--timeout: "),
        ({}, {"DGCHECK_TIMEOUT": "5x"}, "DGCHECK_TIMEOUT: "),
        ({"outputs": ["jsn"]}, {}, "--output: "),
    ],
)
def test_a_mistake_names_its_place(flags: dict[str, Any], environ: dict[str, str], place: str) -> None:
    with pytest.raises(UsageError, match=f"^{place}"):
        loaded(flags, environ)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DGCHECK_TIMEOT", "DGCHECK_TIMEOUT"),
        ("DGCHECK_APIKEY", "DGCHECK_API_KEY"),
        ("DGCHECK_MODELS", "DGCHECK_MODEL"),
        ("DGCHECK_PORT", None),
        ("DGCHECK_PORT_8080_TCP", None),
        ("DGCHECK_SERVICE_HOST", None),
        ("DGCHECK_XYZZY", None),
        ("DGCHECK_TIMEOUT", None),
        ("DGCHECK_API_KEY", None),
        ("PATH", None),
    ],
)
def test_a_mistyped_variable(name: str, meant: str | None) -> None:
    assert stray({name: "x"}) == ([(name, meant)] if meant else [])


KEYS = st.sampled_from([option.key for option in OPTIONS])


@given(st.dictionaries(KEYS, st.text(max_size=20)), st.text(max_size=80))
def test_any_variables_and_any_file_are_settings_or_a_usage_error(values: dict[str, str], text: str) -> None:
    environ = {BY_KEY[key].env: value for key, value in values.items()}
    try:
        assert isinstance(loaded({}, environ, Files(dgcheck__yaml=text)), Settings)
    except UsageError:
        pass
