"""What people type, name and feed by mistake: one clear line, the right exit code, and never a traceback."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dgcheck.cli import main
from dgcheck.settings.options import FORMATS
from tests.safety.processes import environment

URL = "http://127.0.0.1:1"  # nobody listens there, and where it matters nobody is asked
LONGEST = 600  # characters of a message
Run = Callable[..., str]


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, files: Path) -> None:
    """In the folder of the files, with no settings around."""
    for name in list(os.environ):
        if name.startswith(("DGCHECK_", "DEEPGRAM_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(files)


WAV = b"RIFF%sWAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80>\0\0\x02\0\x10\0data%s"
THREE_HOURS = 3 * 3600 * 16000


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that are not what they are named for."""
    folder = tmp_path_factory.mktemp("files")
    contents: dict[str, bytes] = {
        "empty": b"",
        "binary": bytes(range(256)) * 20,
        "page.html": b"<!doctype html><title>404</title>",
        "zero": b"key\0key",
        "cut.wav": WAV % (b"\x24\0\0\0", b"\xff\xff\0\0") + b"abc",
        "three-hours.wav": WAV % (THREE_HOURS.to_bytes(4, "little"), THREE_HOURS.to_bytes(4, "little")) + b"ab" * 200,
        "no-format.wav": b"RIFF\x24\0\0\0WAVEdata\x04\0\0\0abcd",
        "header-only.wav": b"RIFF\x24\0\0\0WAVE",
        "mp3.wav": b"ID3\x04\0\0\0\0\0\0" + b"\xff\xfb\x90\0" + b"\0" * 1000,
        "archive.wav": b"PK\x03\x04" + b"\0" * 100,
        "pem.txt": b"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
        "broken.pem": b"-----BEGIN CERTIFICATE-----\nnot base64 at all\n-----END CERTIFICATE-----\n",
    }
    for name, content in {**contents, **{name: text.encode() for name, text in YAML.items()}}.items():
        (folder / name).write_bytes(content)
    (folder / "folder").mkdir()
    with (folder / "huge").open("wb") as huge:
        huge.truncate(200 << 20)
    return folder


YAML = {
    "bomb.yaml": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{one}: &{one} [*{other}{f',*{other}' * 8}]\n" for one, other in zip("bcdefgh", "abcdefg", strict=True)),
    "itself.yaml": "models: &m [*m]\n",
    "types.yaml": "timeout: [1, 2]\nmodels: {a: b}\n",
    "twice.yaml": "target: http://a\ntarget: http://b\n",
    "deep.yaml": "models: " + "[" * 2000,
    "tag.yaml": "target: !!python/object/apply:os.system ['id']\n",
    "tab.yaml": "\ttarget: x\n",
    "two.yaml": "target: a\n---\ntarget: b\n",
    "list.yaml": "- target: http://a\n",
    "unknown.yaml": "timeuot: 3\n",
    "escape.yaml": 'language: "\\x1b[2J"\n',
    "key.yaml": "api_key: CANARY-0123456789\n",
    "empty-key.yaml": "? \n: x\n",
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line that cannot be used; its message."""

    def call(*words: str, code: int = 2) -> str:
        begun = time.monotonic()
        assert main(list(words)) == code
        assert time.monotonic() - begun < 5
        out, err = capsys.readouterr()
        assert out == "", "a bad flag gives only a message"
        assert err.startswith("dgcheck: ")
        assert "internal error" not in err
        assert "CANARY" not in err
        assert harmless(err)
        assert len(err) < LONGEST
        return err

    return call


def harmless(text: str) -> bool:
    return all(char.isprintable() or char == "\n" for char in text)


def case(*words: str, says: str) -> object:
    return pytest.param(words, says, id=" ".join(word[:30] for word in words).encode("unicode_escape").decode() or "''")


# --- options -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        *(
            case("--timeout", word, says="is no time; write 500ms")
            for word in ("", "x", "1e9", "inf", "nan", "²", "9" * 400)
        ),
        case("--timeout", "0", says="is not between"),
        case("--timeout", "-1", says="--timeout wants a value"),
        case("--timeout", says="--timeout wants a value: --timeout TIME"),
        case("--interval", "0", says="is not between"),
        case("--wait", "soon", says="is no time"),
        case("--only", "x", says="is none of config, dns, tcp"),
        case("--only", "ws.upgarde", says="did you mean ws.upgrade?"),
        case("--only", "dns", "--skip", "dns", says="--only and --skip both name dns"),
        case("-o", "xml", says="is none of text, short, json, yaml, markdown"),
        case("-o", "json=", says="a file name is missing"),
        case("-o", "=x", says="is none of text"),
        case("-o", "json", "-o", "yaml", says="would both go to standard output"),
        case("-o", "json=x", "-o", "yaml=x", says="two results would be written to x"),
        case("-o", "json=folder", says="is a directory, not a file"),
        case("-o", "json=/no/such/folder/x", says="there is no directory /no/such/folder"),
        case("--header", "x", says="a header is written NAME:VALUE"),
        case("--header", "a b: CANARY", says="is no header name"),
        case("--header", "a: CANARY\r\nb: c", says="holds a line break"),
        case("--header", "a: CANARYü", says="letters outside ASCII"),
        case("--header", "Content-Length: 5", says="dgcheck writes Content-Length itself"),
        case("--feature", "x", says="is no NAME=VALUE"),
        case("--feature", "model=x", says="has an option of its own: --model"),
        case("--feature", "a=\0", says="control character"),
        case("--resolve", "x", says="is no HOST=IP"),
        case("--resolve", "dg=nowhere", says="is no IP address"),
        case("--proxy", "x y", says="write http://HOST:PORT"),
        case("--proxy", "socks5://x", says="names a SOCKS proxy"),
        case("--proxy", "http://u:CANARY-pw@h:99999", says="the proxy's port is not a number from 1 to 65535"),
        case("--proxy", "http://u:CANARY/pw@h", says="is no proxy URL"),
        case("--model", "", says="it is empty"),
        case("--model", "\x1b[31m", says="control character"),
        case("--model", "nova-3=bath", says="is none of both, rest, streaming"),
        case("--ignore", "DG9999", says="there is no code or cause 'DG9999'; dgcheck explain lists them all"),
        case("--ignore", "tcp_refusd", says="did you mean tcp_refused?"),
        case("-4", "-6", says="not allowed with"),
        case("--nonesuch", says="there is no option '--nonesuch'"),
        case("--timeuot", "3", says="did you mean --timeout?"),
        case("--api-key", "CANARY-1", says="a key is never given on the command line"),
        case("--api-key=CANARY-1", says="a key is never given on the command line"),
        case("--quiet=1", says="takes no value"),
        case("x", "y", says="one argument too many"),
        case("http://u:CANARY-pw@h", says="one argument too many"),
        case("--encoding", "linear16", says="name it with --audio FILE"),
        case("--sample-rate", "²", says="is no whole number"),
        case("--key", "CANARY-1", says="needs --cert"),
    ],
)
def test_options(words: tuple[str, ...], says: str, run: Run) -> None:
    assert says in run("run", URL, *words)


@pytest.mark.parametrize(("url", "flag"), [("http://[::1]:1", "-4"), ("http://127.0.0.1:1", "-6")])
def test_a_family_that_the_address_is_not_of(url: str, flag: str, run: Run) -> None:
    assert f"({flag})" in run("run", url, flag)


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        case("--ca-file", "nowhere", says="--ca-file nowhere cannot be read: there is no such file"),
        case("--ca-file", "folder", says="it is a directory"),
        case("--ca-file", "empty", says="holds no PEM certificate"),
        case("--ca-file", "binary", says="holds no PEM certificate"),
        case("--ca-file", "broken.pem", says="holds no certificate that can be read"),
        case("--ca-file", "huge", says="--ca-file: huge is larger than 100 MB"),
        case("--ca-file", "a\0b", says="--ca-file: it holds a zero byte"),
        case("--cert", "nowhere", says="there is no such file"),
        case("--cert", "binary", says="give the key with --key FILE"),
        case("--cert", "empty", "--key", "pem.txt", says="holds nothing that can be used (PEM is needed)"),
        case("--cert", "empty", "--key", "CANARY-0123456789", says="an API key goes to DGCHECK_API_KEY"),
        case("--api-key-file", "nowhere", says="No such file"),
        case("--api-key-file", "folder", says="it is a directory"),
        case("--api-key-file", "binary", says="--api-key-file: binary is no text in UTF-8"),
        case("--api-key-file", "zero", says="is a binary file, no API key"),
        case("--api-key-file", "pem.txt", says="holds a PEM block, no API key"),
        case("--api-key-file", "huge", says="--api-key-file: huge is larger than 64 KB"),
        case("--api-key-file", "CANARYabcdef0123456789", says="the file that was named cannot be read"),
        case("--audio", "nowhere", says="there is no such file"),
        case("--audio", "folder", says="it is a directory"),
        case("--audio", "empty", says="--audio: empty is empty"),
        case("--audio", "page.html", says="holds HTML or XML, not audio"),
        case("--audio", "binary", says="say which: --encoding"),
        case("--audio", "huge", says="--audio: huge is larger than 100 MB"),
        case("--audio", "cut.wav", says="it was cut off"),
        case("--audio", "three-hours.wav", says="says it holds 172800000 bytes of audio, but only 400 are there"),
        case("--audio", "no-format.wav", says="without a format before its data"),
        case("--audio", "header-only.wav", says="it was cut off"),
        case("--audio", "archive.wav", says="is a ZIP archive"),
        case("--audio", "binary", "--encoding", "mp4", says="is no encoding of raw audio; known are"),
        case("--audio", "binary", "--encoding", "linear16", says="--sample-rate 8000"),
        case("--config", "nowhere", says="--config nowhere: there is no such file"),
        case("--config", "folder", says="it is a directory"),
        case("--config", "binary", says="--config: binary is no text in UTF-8"),
        case("--config", "huge", says="--config: huge is larger than 64 KB"),
    ],
)
def test_files(words: tuple[str, ...], says: str, run: Run) -> None:
    assert says in run("run", URL, *words)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("bomb.yaml", "line 1: unknown key 'a'"),
        ("itself.yaml", "line 1: models: an item is one value, not a list"),
        ("types.yaml", "line 1: timeout: one value is expected, not a list"),
        ("twice.yaml", "line 2: 'target' stands twice"),
        ("deep.yaml", "nested too deeply"),
        ("tag.yaml", "line 1: target: one value is expected, not a list"),
        ("tab.yaml", "line 1: this is no YAML"),
        ("two.yaml", "line 2: this is no YAML"),
        ("list.yaml", "a settings file is a mapping"),
        ("unknown.yaml", "line 1: unknown key 'timeuot'; did you mean timeout?"),
        ("escape.yaml", "line 1: language: '\\x1b[2J' holds"),
        ("key.yaml", "a key does not belong in this file"),
        ("empty-key.yaml", "unknown key ''"),
    ],
)
@pytest.mark.parametrize("words", [("run", URL, "--config"), ("config", "validate")], ids=["run", "validate"])
def test_settings_files(words: tuple[str, ...], name: str, says: str, run: Run) -> None:
    assert says in run(*words, name)


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("DGCHECK_TIMEOUT", "soon", "DGCHECK_TIMEOUT: 'soon' is no time"),
        ("DGCHECK_MODEL", "a,b=c", "DGCHECK_MODEL: 'c' is none of"),
        ("DGCHECK_INSECURE", "maybe", "DGCHECK_INSECURE: 'maybe' is neither true nor false"),
        ("DGCHECK_CONFIG", "nowhere", "nowhere: there is no such file"),
        ("DGCHECK_OUTPUT", "xml", "DGCHECK_OUTPUT: 'xml' is none of"),
        ("DGCHECK_HEADER", "CANARY", "DGCHECK_HEADER: a header is written NAME:VALUE"),
        ("HTTP_PROXY", "http://u:CANARY-pw@h:x", "HTTP_PROXY: the proxy's port is not a number"),
    ],
)
def test_variables(variable: str, value: str, says: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    assert says in run("run", "http://192.0.2.1:1")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        case("rnu", says="did you mean run?"),
        case("DG5003", says="write: dgcheck explain DG5003"),
        case("run", says="no deployment was named"),
        case("explain", "DG9999", says="is neither a code nor a cause"),
        case("config", says="show [URL] [options] | validate FILE | schema"),
        case("config", "validate", "nowhere", says="there is no such file"),
        case("completion", "csh", says="is none of bash, zsh, fish"),
        case("demo", "--fault", "nonesuch", says="no such fault"),
        case("demo", "--fault", "slow=x", says="is no number"),
        case("simulate", "--port", "x", says="is no number from 0 to 65535"),
        case("simulate", "--host", "192.0.2.1", says="cannot listen on"),
        case("simulate", "--models", "folder", says="is a directory"),
        case("simulate", "--models", "binary", says="is no text in UTF-8"),
        case("simulate", "--tls", "x", says="--list-faults"),
        case("simulate", "--switch", "x", says="--list-faults"),
        case("diagnose", says="which report?"),
        case("diagnose", "nowhere", says="there is no such file"),
        case("diagnose", "folder", says="this folder holds no report.json"),
        case("diagnose", "huge", says="a dgcheck report has at most 64"),
    ],
)
def test_other_commands(words: tuple[str, ...], says: str, run: Run) -> None:
    assert says in run(*words)


# --- addresses -----------------------------------------------------------------------------------------------------

BAD_URLS = (
    "http://",
    "http:///v1",
    "http://:80",
    "http://host:0",
    "http://host:65536",
    "http://host:abc",
    "http://host:-1",
    "http://host:1:2",
    "http://[::1",
    "http://[zz]",
    "http://::1:80",
    "http//host",
    "http:/host",
    "http:host",
    "//host",
    "://host",
    "http://ho st",
    "http://-bad-",
    "http://a..b",
    "http://999.1.1.1",
    "http://1.2.3",
    "http://host\\v1",
    "http://%00",
    "http://\u202eevil",
    "http://\ud800",
    "http://\x1b[2J",
    "http://" + "a" * 300,
    "http://" + "a." * 200,
    "http://u:CANARY/pw@host",
    "http://u:CANARY#pw@host",
    "http://u:CANARY pw@host",
    "http://u:CANARY\\pw@host",
    "//u:CANARYCANARY@host",
    "8080",
    "::1",
    "\U0001f399",
)


# Every address in JSON, and in one other format by turns.
FORMS = [(url, form) for place, url in enumerate(BAD_URLS) for form in ("json", FORMATS[place % len(FORMATS)])]


@pytest.mark.parametrize(
    ("url", "form"),
    dict.fromkeys(FORMS),
    ids=[f"{url[:24].encode('unicode_escape').decode()}-{form}" for url, form in dict.fromkeys(FORMS)],
)
def test_addresses(url: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The report is printed all the same, in the format that was asked for."""
    # Nagios has exit codes of its own: 3 is UNKNOWN, and nothing was asked.
    assert main(["run", url, "-o", form]) == (3 if form == "nagios" else 2)
    out, err = capsys.readouterr()
    assert err == ""
    assert "CANARY" not in out
    assert harmless(out)
    if form == "json":
        report = json.loads(out)
        assert [finding["cause"] for finding in report["findings"]] == ["url_invalid"]
        assert report["findings"][0]["remedies"]


@pytest.mark.parametrize("text", ["\x1b[2J", "x" * 10_000], ids=["a command to the terminal", "long"])
def test_text_that_is_no_message(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", text]) == 0
    out, err = capsys.readouterr()
    assert "Nothing in this text is a message that dgcheck knows" in out
    assert harmless(out + err)


@pytest.mark.parametrize("url", ["", " \t"], ids=["nothing", "blanks"])
def test_no_address(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", url]) == 2
    assert "no " in "".join(capsys.readouterr())


@pytest.mark.parametrize("url", [url for url in BAD_URLS if "\ud800" not in url], ids=ascii)
def test_addresses_of_a_dry_run(url: str, run: Run) -> None:
    assert "the URL cannot be used" in run("run", url, "--dry-run")


# --- what can be used, although it is odd --------------------------------------------------------------------------


def test_a_recording_that_is_another_than_its_name_says(capsys: pytest.CaptureFixture[str]) -> None:
    """An MP3 called WAV is an MP3; it cannot be cut into a stream, and nothing waits for that."""
    begun = time.monotonic()
    assert main(["run", URL, "--audio", "mp3.wav", "-o", "json"]) == 1
    assert time.monotonic() - begun < 10
    report = json.loads(capsys.readouterr().out)
    assert [finding["cause"] for finding in report["findings"] if finding["root"]] == ["tcp_refused"]


@pytest.mark.parametrize("limit", ["1ms", "0.5", "50ms"])
def test_a_limit_that_is_hardly_any(limit: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "http://127.0.0.1:9", "--timeout", limit, "-o", "json"]) in (1, 3)
    out, err = capsys.readouterr()
    assert err == ""
    assert json.loads(out)["verdict"] in ("fail", "unknown")


# --- where the result goes -----------------------------------------------------------------------------------------


def test_a_device_that_is_full(capsys: pytest.CaptureFixture[str]) -> None:
    """The run is over, and its exit code stands; the text is there in place of the file."""
    if not os.path.exists("/dev/full"):
        pytest.skip("a full device is Linux's")
    assert main(["run", URL, "-o", "json=/dev/full"]) == 1
    out, err = capsys.readouterr()
    assert "FAIL" in out
    assert err == "dgcheck: -o: /dev/full cannot be written: No space left on device\n"


@pytest.mark.parametrize("name", ["/proc/nothing", "x" * 300])
def test_a_file_that_cannot_be_made(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    if name.startswith("/proc") and not os.path.isdir("/proc"):
        pytest.skip("Linux's")
    assert main(["run", URL, "-o", f"json={name}", "-q"]) in (1, 2)
    err = capsys.readouterr().err
    assert err.startswith("dgcheck: -o: ")
    assert "cannot be written" in err


@pytest.mark.skipif(sys.platform == "win32", reason="a shell closes the streams")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams(closed: str) -> None:
    words = f"{sys.executable} -m dgcheck run {URL} --api-key-file - -o json {closed}"
    done = subprocess.run(words, shell=True, timeout=60, env=environment(), stdin=subprocess.DEVNULL)
    assert done.returncode == (2 if "<&-" in closed else 1)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
def test_a_key_that_is_still_being_typed(number: int) -> None:
    """Waiting for standard input ends as it does in other programs."""
    words = [sys.executable, "-X", "importtime", "-m", "dgcheck", "run", URL, "--api-key-file", "-"]
    process = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )
    assert process.stderr is not None
    while "dgcheck.settings.file" not in process.stderr.readline():  # one of the last modules before it reads
        pass
    time.sleep(0.3)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode in (128 + number, -number)
    assert "Traceback" not in err
    assert out == ""


@pytest.fixture
def no_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))


@pytest.mark.usefixtures("no_input")
def test_a_report_from_nobody(run: Run) -> None:
    assert "is empty" in run("diagnose", "-")
