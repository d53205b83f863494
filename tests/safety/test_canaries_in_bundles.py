"""Secrets are planted in every input of a bundle at once, also in attached files of every kind: the zip holds none."""

from __future__ import annotations

import asyncio
import base64
import gzip
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dgcheck.cli import main
from dgcheck.settings.options import FORMATS
from dgcheck.sim.server import running
from tests.safety.canaries import (
    ENVIRONMENT,
    FEATURE,
    KEY_FILE,
    MARK,
    OUR_KEY,
    QUERY,
    SDK_KEY,
    canary,
    leaks,
    plans,
)
from tests.safety.echoing import ANSWERS, Echo

SECRET = canary(3)


GIVEN = (KEY_FILE, OUR_KEY, SDK_KEY, QUERY, FEATURE)  # one that each plan gives to the run: known wherever it stands


def attached(folder: Path, given: str) -> Path:
    """A folder with a file of every kind that people attach, each full of secrets, one of which is known."""
    folder.mkdir()
    known = base64.b64encode(f"x{given}yz".encode()).decode()
    encoded = base64.b64encode(SECRET.encode()).decode()
    pem = f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n{SECRET}\n-----END PRIVATE KEY-----\n"
    log = (
        f"Authorization: Token {SECRET}\n\x1b[2mapi_key\x1b[0m=\x1b[1m{SECRET}\x1b[0m\nGET /v1/listen?token={SECRET}\n"
    )
    log += f"echo {known} and {given} {given.upper()} {given.encode().hex()} by itself\n"
    log += f"proxy http://u:{SECRET}@p:1 Cookie: sid={SECRET}\n{pem}"
    files = {
        "api.log": log,
        "api.toml": f'[license]\nkey = "{SECRET}"\npassword = """\n{SECRET}\n"""\nurl = "http://u:{SECRET}@h/"\n',
        "compose.yaml": f"services: {{api: {{environment: [X_TOKEN={SECRET}, 'A=1']}}}}\nDEEPGRAM_API_KEY: {SECRET}\n",
        "values.yaml": f"env:\n  - name: API_KEY\n    value: {SECRET}\npassword: |\n  {SECRET}\n  {SECRET}\n",
        "secret.yaml": f"kind: Secret\ndata: {{a: {encoded}}}\nstringData: {{b: {SECRET}}}\n",
        ".env": f"DEEPGRAM_API_KEY={SECRET}\n#OLD_PASSWORD='{SECRET}'\n",
        "config.json": json.dumps({"auths": {"quay.io": {"auth": base64.b64encode(f"{SECRET}:x".encode()).decode()}}}),
        f"{given}.log": "a file with a key for its name\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "rotated.log.gz").write_bytes(gzip.compress(log.encode()))
    (folder / "windows.log").write_text(log, encoding="utf-16")
    (folder / "one-line.log").write_text(f"{'x ' * 700_000}token={SECRET} {'y ' * 10}")
    (folder / "screen.png").write_bytes(b"\x89PNG\r\n" + SECRET.encode())
    (folder / "inner.zip").write_bytes(_zip(SECRET))
    return folder


def _zip(text: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        made.writestr("a.txt", text)
    return data.getvalue()


def of_bundle(path: Path) -> dict[str, str]:
    """Every member as text, its name with it; and the raw zip, in which names stand once more."""
    with zipfile.ZipFile(path) as bundle:
        members = {name: f"{name}\n{bundle.read(name).decode('utf-8')}" for name in bundle.namelist()}
    return {**members, "the zip itself": path.read_bytes().decode("latin-1")}


@pytest.fixture
def echoing() -> Iterator[str]:
    """A server that gives back every secret that it was ever sent."""
    ready, over = threading.Event(), threading.Event()
    urls: list[str] = []

    async def serve() -> None:
        async with Echo(ANSWERS["refused"]) as echo:
            urls.append(echo.url)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(10)
        yield urls[0]
    finally:
        over.set()
        thread.join()


def bundled(url: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> tuple[int, Path]:
    """The exit code and the zip of a bundle with the secrets of one plan everywhere."""
    plan = plans(tmp_path)[number]
    for name, value in {**ENVIRONMENT, **plan.environ}.items():
        monkeypatch.setenv(name, value)
    out = tmp_path / "out"
    out.mkdir()
    files = [word for form in FORMATS for word in ("-o", f"{form}={out / form}")]
    words = ["--note", f"Authorization: Bearer {SECRET} and {GIVEN[number]}", "-v", *files]
    words += [
        "--attach",
        str(attached(tmp_path / "files", GIVEN[number])),
        "--config",
        "none",
        "--timeout",
        "6s",
        *more,
    ]
    return main(["bundle", plan.target(url), "-O", str(out / "t.zip"), *words, *plan.words]), out


def check(out: Path, said: str, code: int) -> None:
    assert code in (0, 1), said
    members = of_bundle(out / "t.zip")
    assert not leaks(said)
    assert {name: found for name, text in members.items() if (found := leaks(text))} == {}
    assert {
        path.name: found for path in out.iterdir() if path.name in FORMATS and (found := leaks(path.read_text()))
    } == {}
    assert {"attached/files/api.log", "attached/files/rotated.log", "attached/files/windows.log"} <= set(members)
    assert "<redacted:" in members["attached/files/api.log"]
    assert not [name for name in members if name.endswith((".png", "inner.zip"))]


@pytest.mark.parametrize("number", range(5))
def test_a_bundle_of_a_server_that_gives_them_back(
    number: int,
    echoing: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out = bundled(echoing, number, tmp_path, monkeypatch)
    check(out, "".join(capsys.readouterr()), code)


@pytest.mark.parametrize("fault", ["echo_secrets", "echo_secrets_refusal"])
def test_a_bundle_of_a_fault(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with running((fault,)) as simulator:
        code, out = bundled(simulator.url, 0, tmp_path, monkeypatch, "--profile", "quick")
    check(out, "".join(capsys.readouterr()), code)
    assert main(["diagnose", str(out / "t.zip"), "-o", "json"]) in (0, 1)
    assert not leaks("".join(capsys.readouterr()))
    assert main(["diff", str(out / "t.zip"), str(out / "json"), "-o", "json", "-v"]) in (0, 1, 3)
    assert not leaks("".join(capsys.readouterr()))


def test_the_search_sees_what_stands_in_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    path.write_bytes(_zip(f"key {SECRET}"))
    assert leaks(of_bundle(path)["a.txt"])
    assert MARK in SECRET


def test_a_secret_that_comes_through_keeps_the_zip_from_being_written(
    echoing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last look is at every member before it is compressed."""
    from dgcheck.ticket import attachments, scrubbed

    def careless(source: scrubbed.Source, sink: scrubbed.Sink, *_: object, **__: object) -> scrubbed.Scrubbed:
        sink.write(source.read(1 << 20))
        return scrubbed.Scrubbed("text")

    monkeypatch.setattr(attachments, "scrub", careless)
    monkeypatch.setenv("DGCHECK_API_KEY", OUR_KEY)
    (tmp_path / "a.log").write_text(f"one {OUR_KEY} two")
    words = ["-O", str(tmp_path / "t.zip"), "--attach", str(tmp_path / "a.log"), "--config", "none", "--timeout", "5s"]
    assert main(["bundle", echoing, *words, "-o", "short"]) == 3
    err = capsys.readouterr().err
    assert "held back" in err
    assert "attached/a.log" in err
    assert not leaks(err)
    assert [path.name for path in tmp_path.iterdir()] == ["a.log"]
