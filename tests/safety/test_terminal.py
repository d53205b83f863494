"""Escapes, overrides and zero bytes in every place where a server can put text: none of them comes out raw."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
import ssl
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dgcheck.cli import main
from tests.authority import Authority
from tests.report.hostile import NASTY, harmful
from tests.safety import rig
from tests.safety.echoing import GUID, Asked, Echo, http

TEXT = "".join(word for word in NASTY if "\ud800" not in word and len(word) < 500)
# What a header can carry at all: bytes above the controls, among them C1 and UTF-8's overrides.
LINE = re.sub(r"[\x00-\x1f\x7f]", "", TEXT)
OURS = re.compile(r"\r\x1b\[2K|\x1b\[[0-9;]{1,6}m")


def refusing(echo: Echo, asked: Asked) -> bytes:
    body = json.dumps({"err_code": TEXT, "err_msg": TEXT, "request_id": TEXT, "details": TEXT}).encode()
    lines = [f"{header}: {LINE}" for header in ("dg-error", "Server", "Via", "Location", "WWW-Authenticate", "Date")]
    return http(f"400 {LINE}", body, *lines, "Content-Type: application/json", f"X-{'q' * 300}: {LINE}")


def raw_page(echo: Echo, asked: Asked) -> bytes:
    return http("403 Forbidden", TEXT.encode(), "Content-Type: text/html; charset=utf-8", f"Retry-After: {LINE}")


def control_in_headers(echo: Echo, asked: Asked) -> bytes:
    return b"HTTP/1.1 404 \x1b[2J\x9b\r\nServer: \x1b]0;x\x07\x00\r\n\x1b[31m: x\r\n\r\n" + TEXT.encode()


def redirecting(echo: Echo, asked: Asked) -> bytes:
    return http("302 Found", b"", f"Location: https://\u202e{LINE}/", f"Set-Cookie: {LINE}={LINE}")


def serving(echo: Echo, asked: Asked) -> bytes:
    """A deployment that works, with poison for names, words and ids."""
    if asked.upgrade:
        return _socket(asked)
    if asked.target.endswith("/v1/models"):
        row = {"canonical_name": TEXT, "uuid": TEXT, "version": TEXT, "languages": ["en", TEXT], "architecture": TEXT}
        rows = [{**row, "name": one, "batch": True, "streaming": True} for one in ("nova-3", TEXT)]
        return http("200 OK", json.dumps({TEXT: rows, "stt": rows}).encode(), "Content-Type: application/json")
    words = {"alternatives": [{"transcript": TEXT, "words": []}]}
    body = {"metadata": {"request_id": TEXT, "models": [TEXT]}, "results": {"channels": [words]}, "system_health": TEXT}
    return http("200 OK", json.dumps({**body, "engine_connection_status": TEXT, "state": TEXT}).encode())


def _socket(asked: Asked) -> bytes:
    accept = base64.b64encode(hashlib.sha1(asked.header("sec-websocket-key").encode() + GUID).digest()).decode()
    head = f"HTTP/1.1 101 {LINE}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n"
    result = {"type": "Results", "is_final": True, "channel": {"alternatives": [{"transcript": TEXT}]}}
    messages = [json.dumps(result), json.dumps({"type": TEXT, "message": TEXT}), TEXT]
    frames = b"".join(_frame(1, message.encode()) for message in messages)
    return f"{head}X: {LINE}\r\n\r\n".encode() + frames + _frame(8, (1011).to_bytes(2, "big") + TEXT.encode()[:100])


def _frame(opcode: int, data: bytes) -> bytes:
    return (
        bytes([0x80 | opcode])
        + (bytes([len(data)]) if len(data) < 126 else b"\x7e" + len(data).to_bytes(2, "big"))
        + data
    )


def babbling(echo: Echo, asked: Asked) -> bytes:
    return TEXT.encode() + b"\r\n\r\n"


ANSWERS = (refusing, raw_page, control_in_headers, redirecting, serving, babbling)


@pytest.mark.anyio
@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.__name__)
async def test_whatever_a_server_says(answer: object, tmp_path: Path) -> None:
    async with Echo(answer) as echo:  # type: ignore[arg-type]
        shown = await rig.run(echo.url, ["--timeout", "3s"])
    for form, text in shown.formats.items():
        assert not harmful(text), form
    assert not harmful(OURS.sub("", shown.live))
    assert not [finding for finding in shown.report.findings if finding.cause == "internal_error"]
    assert any(re.search(r"\\x1b|\\u202e|\\u001b|\\u009b|\\x9b", text) for text in shown.formats.values()), (
        "it was there"
    )


@pytest.mark.anyio
@pytest.mark.parametrize("trusted", [True, False], ids=["verified", "not trusted"])
async def test_whatever_a_certificate_says(trusted: bool, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    hosts = ("localhost", "127.0.0.1")
    nasty = "\x1b[2J\u202e\x9b31m\x00"[:60]
    files = (
        authority.issue(*hosts, common=nasty) if trusted else authority.self_signed(*hosts, common=nasty, issuer=nasty)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(http("403 Forbidden", b"no"))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        shown = await rig.run(url, ["--timeout", "3s", *(("--ca-file", str(files.ca)) if trusted else ())])
    for form, text in shown.formats.items():
        assert not harmful(text), form


@pytest.mark.parametrize("answer", [refusing, serving], ids=lambda answer: answer.__name__)
def test_whatever_a_server_says_in_a_ticket(answer: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every member of a bundle, its name, attached files, and what other commands make of it."""
    ticket, log = tmp_path / "t.zip", tmp_path / "=cmd|x!A1 \u202e.log"
    log.write_text(f"{TEXT}\n=SUM(A1) @cmd <script>alert(1)</script>\n")
    common = ["--config", "none", "--timeout", "4s"]
    with served_by(answer) as url:
        words = ["-O", str(ticket), "--attach", str(log), "--note", TEXT.replace("\x00", ""), "-o", "markdown"]
        assert main(["bundle", url, *words, *common]) in (1, 3)
        assert main(["models", url, *common, "-v"]) in (0, 3)
    with zipfile.ZipFile(ticket) as bundle:
        for name in bundle.namelist():
            assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._/-]*", name), name
            text = bundle.read(name).decode()
            assert not harmful(text.replace("\t", "").replace("\r\n", "\n") if name.startswith("att") else text), name
    main(["diagnose", str(ticket), "-v"])
    main(["diff", str(ticket), str(ticket), "-v"])
    assert not harmful("".join(capsys.readouterr()))


@contextmanager
def served_by(answer: object) -> Iterator[str]:
    """The URL of such a server, in a thread of its own."""
    ready, over = threading.Event(), threading.Event()
    urls: list[str] = []

    async def serve() -> None:
        async with Echo(answer) as echo:  # type: ignore[arg-type]
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


def test_while_waiting(capsys: pytest.CaptureFixture[str]) -> None:
    """The reason of a wait, with a server's own words in it, goes to standard error."""
    ready, over = threading.Event(), threading.Event()
    ports: list[str] = []

    async def serve() -> None:
        async with Echo(refusing) as echo:
            ports.append(echo.url)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(10)
        words = ["--wait", "1s", "--interval", "100ms", "--config", "none", "--timeout", "3s", "-o", "text", "-v"]
        assert main(["run", ports[0], *words]) == 4
    finally:
        over.set()
        thread.join()
    out, err = capsys.readouterr()
    assert "waiting: " in err
    assert not harmful(out + err)


def test_settings_of_somebody_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A settings file may come from anywhere, too."""
    (tmp_path / "x.wav").write_bytes(b"RIFF")
    path = tmp_path / "dgcheck.yaml"
    path.write_text(
        'audio: "a\\e[2J"\nexpect: "\\e]0;x\\a\\u202e\\x9b"\naudio_url: "http://h/\\e[2J"\nca_file: "\\e[1m"\n'
    )
    for form in ("text", "json", "yaml"):
        main(["config", "show", "http://dg", "--config", str(path), "-o", form])
        out, err = capsys.readouterr()
        assert not harmful(out + err), form
    main(["run", "http://dg", "--config", str(path)])
    assert not harmful("".join(capsys.readouterr()))


def test_the_poison_is_poison() -> None:
    assert {"\x1b", "\x00", "\u202e", "\x9b"} <= harmful(TEXT)
    assert {"\u202e", "\x9b"} <= harmful(LINE)
