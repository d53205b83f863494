"""A network of a test's own: addresses, dead addresses, a hosts file and a resolver that exist nowhere else.

Needs root and iproute2. Inside live an interface `dg0` with the wanted addresses (programs started with
`namespace.prefix` may listen there) and, on the same wire, addresses that swallow every packet.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_serial = itertools.count(1)


def have_namespaces() -> str:
    """'' when namespaces can be made here, else why not."""
    if not sys.platform.startswith("linux"):
        return "only Linux has them"
    if os.geteuid() != 0:
        return "they need root"
    if shutil.which("ip") is None:
        return "iproute2 is missing"
    probe = f"dgp{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, check=False)
    subprocess.run(["ip", "netns", "del", probe], capture_output=True, check=False)
    return "" if made.returncode == 0 else made.stderr.decode("utf-8", "replace").strip()


class Namespace:
    """One network.

    `addresses` belong to this host (IPv4 gets /24, IPv6 /64). `silent` addresses exist on the wire and never answer.
    `hosts` maps names to addresses, `resolv` are the lines of resolv.conf, both seen only inside. Nothing in it can
    reach the machine's own network.
    """

    def __init__(
        self,
        *,
        addresses: Sequence[str] = (),
        silent: Sequence[str] = (),
        hosts: Mapping[str, Sequence[str]] | None = None,
        resolv: Sequence[str] = (),
    ) -> None:
        self.name = f"dg{os.getpid()}x{next(_serial)}"
        self.prefix = ("ip", "netns", "exec", self.name)
        self._etc = Path("/etc/netns") / self.name
        self._ip("netns", "add", self.name)
        try:
            self._lay(addresses, silent)
            self._write_etc(hosts or {}, resolv)
        except BaseException:
            self.remove()
            raise

    def _lay(self, addresses: Sequence[str], silent: Sequence[str]) -> None:
        self._inside("link", "set", "lo", "up")
        # the far end of the wire stays in the same namespace, up and without an address: it answers nothing
        self._inside("link", "add", "dg0", "type", "veth", "peer", "name", "dg1")
        for link in ("dg0", "dg1"):
            self._inside("link", "set", link, "up")
        for address in addresses:
            self.add(address)
        for address in silent:
            self._inside("neigh", "replace", address, "lladdr", "02:00:00:00:00:66", "dev", "dg0", "nud", "permanent")

    def _write_etc(self, hosts: Mapping[str, Sequence[str]], resolv: Sequence[str]) -> None:
        self._etc.mkdir(parents=True)
        own = ["127.0.0.1 localhost", "::1 localhost"]
        named = [f"{address} {name}" for name, found in hosts.items() for address in found]
        (self._etc / "hosts").write_text("\n".join([*own, *named]) + "\n")
        (self._etc / "resolv.conf").write_text("\n".join(resolv) + "\n")
        (self._etc / "nsswitch.conf").write_text("hosts: files dns\n")

    def add(self, address: str) -> None:
        """Give this host one more address."""
        length, extra = (64, ("nodad",)) if ":" in address else (24, ())
        self._inside("addr", "add", f"{address}/{length}", "dev", "dg0", *extra)

    def command(self, *argv: str | Path) -> list[str]:
        """The command that runs `argv` inside."""
        return [*self.prefix, *map(str, argv)]

    def run(
        self,
        *argv: str | Path,
        timeout: float = 60.0,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program inside, to its end, with its output as text."""
        return subprocess.run(
            self.command(*argv),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **env} if env else None,
        )

    def dgcheck(
        self, *argv: str, timeout: float = 60.0, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `dgcheck` inside."""
        return self.run(sys.executable, "-m", "dgcheck", *argv, timeout=timeout, env=env)

    def remove(self) -> None:
        """Take it away again. Programs inside must have been stopped by who started them."""
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True, check=False)
        shutil.rmtree(self._etc, ignore_errors=True)

    def _inside(self, *words: str) -> None:
        self._ip("-n", self.name, *words)

    @staticmethod
    def _ip(*words: str) -> None:
        done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")
