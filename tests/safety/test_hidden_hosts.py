"""`--redact-hosts` and `--redact`: what they hide stands in no output of any command, and judging stays the same."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import zipfile
from pathlib import Path

import pytest

from dgcheck.cli import main
from dgcheck.cli.diagnose import again
from dgcheck.diagnosis.veiled import veiled
from dgcheck.model.target import Settings
from dgcheck.report import formats, render
from dgcheck.report.saved import load
from dgcheck.settings.options import FORMATS
from dgcheck.sim.server import running
from dgcheck.wire.veil import Veil
from tests.authority import Authority
from tests.safety import rig
from tests.safety.echoing import Asked, Echo, http

HOST = "dg.corp.quagga.net"
HIDDEN = re.compile(r"(?i)quagga|zebra-\d|10\.77\.|GmbH")


def _hidden(text: str) -> list[str]:
    return [text[max(0, found.start() - 60) : found.end() + 30] for found in HIDDEN.finditer(text)]


def _telling(echo: Echo, asked: Asked) -> bytes:
    said = f"no route from api-7.quagga.net (10.77.1.2) to {asked.header('host')} for zebra-17"
    lines = ["Via: 1.1 squid3.quagga.net, X-Forwarded-For: 10.77.3.4", f"Location: http://{HOST}/login?at=10.77.1.9"]
    return http(f"302 {said}", said.encode(), *lines, "Set-Cookie: a=b; Domain=.quagga.net")


ASKED = ("--redact-hosts", "--redact", r"zebra-\d+", "--config", "none", "--timeout", "6s")


@pytest.fixture
def echoing() -> object:
    """The port of a server whose every word names machines."""
    import threading

    ready, over, ports = threading.Event(), threading.Event(), []

    async def serve() -> None:
        async with Echo(_telling) as echo:
            ports.append(echo.port)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait(10)
    yield ports[0]
    over.set()
    thread.join()


def test_every_format_stream_and_bundle_of_a_run(
    echoing: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.quagga.net:3128")
    (tmp_path / "app.log").write_text(f"connect to {HOST} and db.quagga.net (10.77.0.1) for zebra-3\n")
    files = [word for form in FORMATS for word in ("-o", f"{form}={tmp_path / form}")]
    url = [f"http://{HOST}:{echoing}", "--resolve", f"{HOST}=127.0.0.1", "--note", f"zebra-1 on {HOST}"]
    words = [*url, "--attach", str(tmp_path / "app.log"), "-O", str(tmp_path / "t.zip"), "-v", "--wait", "1s"]
    assert main(["bundle", *words, "--interval", "200ms", *files, *ASKED]) == 4
    assert _hidden("".join(capsys.readouterr())) == []
    for form in FORMATS:
        assert _hidden((tmp_path / form).read_text()) == [], form
    with zipfile.ZipFile(tmp_path / "t.zip") as bundle:
        for name in bundle.namelist():
            assert _hidden(name + bundle.read(name).decode()) == [], name


def test_a_saved_report_is_shown_without_them(echoing: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "saved.json"
    base = ["--resolve", f"{HOST}=127.0.0.1", "--config", "none", "--timeout", "6s", "-o", f"json={saved}"]
    main(["run", f"http://{HOST}:{echoing}", *base])
    assert _hidden(saved.read_text())
    capsys.readouterr()
    for command in (["diagnose", str(saved), "-o", "json"], ["diff", str(saved), str(saved), "-o", "json", "-v"]):
        main([*command, "--redact-hosts", "--redact", r"zebra-\d+"])
        out, err = capsys.readouterr()
        assert json.loads(out)
        assert _hidden(out + err) == [], command


@pytest.mark.anyio
async def test_a_certificate_names_nobody(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    files = authority.self_signed("other.quagga.net", "*.eu.quagga.net", common="Quagga GmbH", issuer="Quagga GmbH")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        url = f"https://{HOST}:{server.sockets[0].getsockname()[1]}"
        shown = await rig.run(url, ["--resolve", f"{HOST}=127.0.0.1", "--timeout", "5s"], forms=("json",))
    assert _hidden(shown.formats["json"])
    hidden = veiled(shown.report, Veil(hosts=True))
    for form in formats():
        assert _hidden(render(form, hidden, width=100, colour=False, ascii=False, verbose=True)) == [], form
    assert "BEGIN CERTIFICATE" not in render("json", hidden, width=100, colour=False, ascii=False, verbose=True)
    assert _causes(hidden) == _causes(shown.report)


def _causes(report: object) -> list[str]:
    return [finding.cause for finding in report.findings]  # type: ignore[attr-defined]


@pytest.mark.parametrize("fault", ["model_missing", "gateway_401", "hostile_text"])
def test_it_can_be_judged_again(fault: str) -> None:
    """The evidence behind the veil says what it said before."""
    with running((fault,)) as simulator:
        shown = asyncio.run(rig.run(simulator.url.replace("127.0.0.1", HOST), ["--resolve", f"{HOST}=127.0.0.1"]))
    hidden = veiled(shown.report, Veil(hosts=True))
    text = render("json", hidden, width=100, colour=False, ascii=False, verbose=True)
    assert _hidden(text) == []
    assert _causes(again(load(text), Settings())) == _causes(again(shown.report, Settings()))


@pytest.mark.parametrize("pattern", ["(a+)+b", "[", "x*"])
def test_a_pattern_that_cannot_be_used_ends_before_anything_is_asked(
    pattern: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "http://127.0.0.1:9", "--config", "none", "--redact", pattern]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("dgcheck: --redact: ")
    assert pattern not in err.replace("(a+)+?", "")


@pytest.mark.parametrize("command", ["serve", "fleet"])
def test_a_command_that_hides_no_names_does_not_begin(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever set the variable for all of dgcheck is told, rather than shown in metrics."""
    (tmp_path / "fleet.yaml").write_text("targets: [http://127.0.0.1:9]\n")
    monkeypatch.setenv("DGCHECK_REDACT_HOSTS", "1")
    what = "http://127.0.0.1:9" if command == "serve" else str(tmp_path / "fleet.yaml")
    assert main([command, what, "--config", "none"]) == 2
    assert f"dgcheck {command} hides no names" in capsys.readouterr().err
