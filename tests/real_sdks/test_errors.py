"""What a real SDK tells its user about the commonest faults, `dgcheck explain` reads rightly."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dgcheck.cli import main
from dgcheck.sim.server import Simulator, running
from tests.programs import free_port
from tests.real_sdks import cases
from tests.real_sdks.chosen import wanted_sdks
from tests.real_sdks.network import clean_environment, drive
from tests.real_sdks.pinned import Pinned, command
from tests.real_sdks.programs import CLIP

pytestmark = pytest.mark.real_sdk

# What an SDK's words come to when they hold neither the status nor what the server said.
MUTE = ("ws_upgrade_rejected", "http_bad_response")


@dataclass(frozen=True)
class Fault:
    """One fault: how the stand-in makes it (`faults` None = nobody listens), and the causes that are right.

    A text that does not hold `needs` cannot name them; then what `MUTE` holds is right too.
    """

    faults: tuple[str, ...] | None
    causes: tuple[str, ...]
    tls: bool = False
    transports: tuple[str, ...] = cases.BOTH
    needs: str = ""


FAULTS: Mapping[str, Fault] = {
    "model missing": Fault(("model_missing",), ("model_missing",), needs="No such model"),
    "nobody listens": Fault(None, ("tcp_refused",)),
    "https to a plain port": Fault((), ("tls_to_plain_port",), tls=True),
    "self-signed": Fault(("tls_self_signed",), ("tls_self_signed", "tls_unknown_ca"), tls=True),
    "unknown CA": Fault(
        ("tls_private_ca",), ("tls_unknown_ca", "tls_missing_intermediate", "tls_self_signed"), tls=True
    ),
    "401": Fault(("gateway_401",), ("http_unauthorized",), needs="401"),
    "503": Fault(("unavailable_nginx",), ("http_unavailable",), needs="503"),
    "no audio in time": Fault(("ws_net0001_token",), ("audio_not_received",), transports=("ws",)),
}


class Said:
    """What every chosen SDK said about every fault. All start at once."""

    def __init__(self, folder: Path, chosen: set[Pinned]) -> None:
        self._stack = contextlib.ExitStack()
        self._places = {
            name: self._stack.enter_context(running(fault.faults)) if fault.faults is not None else None
            for name, fault in FAULTS.items()
        }
        self._nobody = f"127.0.0.1:{free_port()}"
        self._pool = ThreadPoolExecutor(4)
        self._found: dict[Pinned, Future[dict[str, Any]]] = {
            one: self._pool.submit(self._ask, one, folder) for one in chosen
        }

    def of(self, one: Pinned, fault: str, transport: str) -> dict[str, Any]:
        """The answer of a driver."""
        found: dict[str, Any] = self._found[one].result()[f"{fault}/{transport}"]
        return found

    def close(self) -> None:
        """Stop all stand-ins, when nobody asks any more."""
        self._pool.shutdown(cancel_futures=True)
        self._stack.close()

    def _ask(self, one: Pinned, folder: Path) -> dict[str, Any]:
        asked = [
            _line(name, cases.right(one, transport, self._authority(self._places[name]), tls=fault.tls))
            for name, fault in FAULTS.items()
            for transport in fault.transports
        ]
        return {said["id"]: said for said in drive(command(one, folder), asked, clean_environment())}

    def _authority(self, place: Simulator | None) -> str:
        return f"127.0.0.1:{place.port}" if place else self._nobody


def _line(fault: str, case: cases.Case) -> dict[str, Any]:
    return {
        "id": f"{fault}/{case.transport}",
        "transport": case.transport,
        "option": case.option,
        "value": case.value,
        "key": case.key,
        "extra": {},
        "model": "nova-3",
        "audio": str(CLIP),
    }


@pytest.fixture(scope="module")
def said(sdks: Path, request: pytest.FixtureRequest) -> Iterator[Said]:
    found = Said(sdks, wanted_sdks(request, sdks))
    try:
        yield found
    finally:
        found.close()


@pytest.fixture(params=[f"{name}/{one}" for name, fault in FAULTS.items() for one in fault.transports])
def about(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A fault and a transport."""
    name, _, transport = request.param.partition("/")
    return name, transport


@pytest.fixture
def answer(sdk: Pinned, about: tuple[str, str], said: Said) -> dict[str, Any]:
    """What the SDK said. It heard no words, or the fault was none."""
    found: dict[str, Any] = said.of(sdk, *about)
    assert not found["transcript"], found
    if found["worked"] or found["type"] == "silence":
        pytest.skip("this SDK says nothing of it")
    return found


def right(fault: Fault, text: str) -> set[str]:
    """The causes that are right of such a text."""
    return {*fault.causes, *(MUTE if fault.needs and not tells(text, fault.needs) else ())}


def tells(text: str, word: str) -> bool:
    """Whether a text says it as a word of its own: the 503 of a port or of a logger's process number is no status."""
    without_headers = re.sub(r"^[IWEF]\d{4} [\d:.]+ +\d+ ", "", text, flags=re.MULTILINE)
    return re.search(rf"(?<!\w)(?<!\d[.:]){re.escape(word)}(?!\w|[.:]\d)", without_headers) is not None


def explained(text: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What `dgcheck explain` makes of it."""
    file = folder / "pasted.txt"
    file.write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert main(["explain", str(file), "-o", "json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_number_beside_the_status_is_none() -> None:
    header = "I1126 19:16:17.610503    503 websocket.go:224] "
    assert not tells(f"{header}Dialer failed, port 45037. Err: websocket: bad handshake", "503")
    assert tells(f"{header}HTTP 503 Service Unavailable", "503")
    assert tells("failed: (503)", "503")
    assert tells('{"status":503,"err": 1}, answered 503.', "503")


def test_all_that_was_printed_names_the_cause(
    answer: dict[str, Any], about: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "\n".join(str(answer.get(part) or "") for part in ("logged", "shown", "cause")).strip()
    found, causes = explained(text, tmp_path, capsys), right(FAULTS[about[0]], text)
    named = [match["cause"] for match in found["matches"]]
    assert causes & set(named), f"{found['verdict']} {named} of:\n{text}"
    if found["verdict"] in ("certain", "likely"):
        assert named[0] in causes, f"{found['verdict']} {named} of:\n{text}"


def test_of_the_message_alone_nothing_wrong_is_claimed(
    answer: dict[str, Any], about: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not answer["error"]:
        pytest.skip("this one has no message")
    found = explained(answer["error"], tmp_path, capsys)
    if found["verdict"] in ("certain", "likely"):
        causes = right(FAULTS[about[0]], answer["error"])
        assert found["matches"][0]["cause"] in causes, f"{found['verdict']} of: {answer['error']}"
