"""The network in which real SDKs are watched: every name they look up is an address of ours, and a recorder answers.

The name that was dialled is read from the address that was reached, not from what the client said about itself.
Nothing can leave: the network has no route, and its only resolver is its own hosts file.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import trustme

from tests.namespaces import Namespace
from tests.real_sdks import recorder

ROOT = Path(__file__).parents[2]
NAMES = (
    "h",
    "ws",
    "wss",
    "http",
    "https",
    "api.deepgram.com",
    "agent.deepgram.com",
    "dg.example.com",
    "dg-ws",
    "dg-ws.internal",
    "http-gw",
    "httpgw",
    "dg-https.internal",
    "other.example",
    "proxy",
)
ADDRESSES: Mapping[str, str] = {name: f"10.77.0.{place}" for place, name in enumerate(NAMES, 1)}
LOOPBACK: Mapping[str, str] = {"127.0.0.1": "127.0.0.1", "::1": "[::1]"}
PORTS = (80, 443, 3128, 8080, 9000)
DEFAULT_PORT = {False: 80, True: 443}
DRIVER_LIMIT = 240.0  # seconds that all cases of one driver may take


class Watched:
    """A network with a recorder in it. `run` lets a driver loose and returns what it did and what it said."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        chain = folder / "server.pem"
        identity = authority.issue_cert(*NAMES, "localhost", "127.0.0.1", "::1")
        identity.private_key_and_cert_chain_pem.write_to_path(str(chain))
        ssl.create_default_context(cafile=str(self.ca_file))  # a file that nobody can read would fail every case
        self._trust = trust(self.ca_file)
        self._log = folder / "arrived.jsonl"
        self._log.touch()
        self.namespace = Namespace(addresses=tuple(ADDRESSES.values()), hosts={n: (a,) for n, a in ADDRESSES.items()})
        command = (sys.executable, "-m", "tests.real_sdks.recorder", str(self._log), str(chain), *map(str, PORTS))
        self._recorder = subprocess.Popen(
            self.namespace.command(*command),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert self._recorder.stdout is not None
            assert self._recorder.stdout.readline() == "ready\n", "the recorder did not start"
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Stop the recorder and take the network away."""
        for stream in (self._recorder.stdin, self._recorder.stdout):
            if stream is not None:
                stream.close()
        try:
            self._recorder.wait(5)
        except subprocess.TimeoutExpired:
            self._recorder.kill()
            self._recorder.wait()
        self.namespace.remove()

    def run(self, command: Sequence[str], cases: Sequence[Mapping[str, Any]], env: Mapping[str, str]) -> list[Seen]:
        """What became of each case. A driver that ends early is started again with the cases that are left."""
        before = len(list(recorder.read(self._log)))
        said: list[dict[str, Any]] = []
        left = list(cases)
        while left:
            answers = self._drive(command, left, env)
            said += answers
            left = left[len(answers) :]
        arrived = list(recorder.read(self._log))[before:]
        return [Seen(case, answer, _of(case, arrived)) for case, answer in zip(cases, said, strict=True)]

    def _drive(
        self, command: Sequence[str], cases: Sequence[Mapping[str, Any]], env: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        surroundings = {**clean_environment(), **self._trust, **env}
        return drive(self.namespace.command(*command), cases, surroundings)


def drive(command: Sequence[str], cases: Sequence[Mapping[str, Any]], env: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give a driver its cases; its answers. Where it ends or hangs in the middle, that is its answer to that case."""
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    ) as process:
        ending = "died"
        try:
            out, err = process.communicate(lines, DRIVER_LIMIT)
        except subprocess.TimeoutExpired:
            ending = "hung"
            process.kill()
            out, err = process.communicate()
    answers: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    if len(answers) < len(cases):
        answers.append({"id": cases[len(answers)]["id"], "worked": False, "type": ending, "error": err[-4000:]})
    return answers


class Seen:
    """One case: what was asked for, what the SDK said, and what arrived."""

    def __init__(self, case: Mapping[str, Any], said: Mapping[str, Any], arrived: Sequence[Mapping[str, Any]]) -> None:
        assert case["id"] == said["id"], (case, said)
        self.case, self.said, self.arrived = case, said, arrived

    @property
    def url(self) -> str:
        """The URL of the first request, as on the wire and without its query; '' when none came."""
        return self.whole_url.partition("?")[0]

    @property
    def whole_url(self) -> str:
        """The same with its query."""
        if not self.arrived:
            return ""
        first = self.arrived[0]
        scheme = ("ws" if self.case["transport"] == "ws" else "http") + ("s" if first["tls"] else "")
        default = first["port"] == DEFAULT_PORT[first["tls"]]
        return f"{scheme}://{name_of(first)}{'' if default else ':' + str(first['port'])}{first['line'].split(' ')[1]}"

    @property
    def host(self) -> str:
        """The name that was dialled."""
        return name_of(self.arrived[0]) if self.arrived else ""

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Names and values in the case and order of the wire."""
        return [(name, value) for name, value in self.arrived[0]["headers"]] if self.arrived else []

    @property
    def words(self) -> str:
        """All that the user was told."""
        return "\n".join(str(self.said.get(part) or "") for part in ("shown", "error", "logged", "cause")).strip()

    def __repr__(self) -> str:
        return f"{self.case['id']}: {self.url or 'nothing arrived'}; {self.said}"


def name_of(arrived: Mapping[str, Any]) -> str:
    """The name or address that somebody dialled to get there."""
    address = arrived["address"]
    return next((name for name, known in ADDRESSES.items() if known == address), LOOPBACK.get(address, address))


def _of(case: Mapping[str, Any], arrived: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The requests of one case: each asks for a model of its own, or says its name to the proxy."""
    mark = f"model={case['model']}&"
    return [one for one in arrived if one["line"] and (mark in f"{one['line'].split(' ')[1]}&" or _user(one, case))]


def _user(arrived: Mapping[str, Any], case: Mapping[str, Any]) -> bool:
    """Whether the case's model is the name that was given to a proxy."""
    said = next((value for name, value in arrived["headers"] if name.lower() == "proxy-authorization"), "")
    name = base64.b64decode(said.partition(" ")[2]).decode().partition(":")[0]
    return bool(name) and name == case["model"]


def trust(ca_file: Path) -> dict[str, str]:
    """The variables by which the runtimes trust a CA of one's own. Java wants a store, which `keytool` makes."""
    found = {"SSL_CERT_FILE": str(ca_file), "NODE_EXTRA_CA_CERTS": str(ca_file)}
    store = ca_file.with_suffix(".p12")
    if not store.exists() and shutil.which("keytool"):
        words = ("-importcert", "-noprompt", "-alias", "ca", "-storetype", "PKCS12", "-storepass", "changeit")
        subprocess.run(["keytool", *words, "-file", ca_file, "-keystore", store], check=True, capture_output=True)
    if store.exists():
        secret = "-Djavax.net.ssl.trustStorePassword=changeit"
        found["JAVA_TOOL_OPTIONS"] = f"-Djavax.net.ssl.trustStore={store} {secret}"
    return found


def clean_environment() -> dict[str, str]:
    """The environment without what steers an SDK or a proxy."""
    steering = ("DEEPGRAM_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT", "NODE_", "PYTHON")
    return {name: value for name, value in os.environ.items() if not name.upper().startswith(steering)}
