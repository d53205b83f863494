"""Where dgcheck stands, from the environment and a few small files: host, container, pod, resolver, hosts file.

Cheap (no subprocess, no socket) and never fails: what cannot be read is left out. The TLS library's version and
the routes are filled in by those who load them anyway.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from dgcheck.model.evidence import Ending, Surroundings
from dgcheck.settings.proxies import masked

MARKS = (("/.dockerenv", "docker"), ("/run/.containerenv", "podman"))
CGROUPS = (
    ("kubepods", "kubernetes"),
    ("docker", "docker"),
    ("libpod", "podman"),
    ("lxc", "lxc"),
    ("containerd", "containerd"),
)
NAMESPACE_FILE = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"
MOST = 64 * 1024


def look(environ: Mapping[str, str], host: str, root: str = "") -> Surroundings:
    """The evidence of the surroundings. `host` is the target's; `root` stands before every path, for tests."""
    container = _container(environ, root)
    nameservers, search, ndots = _resolver(root)
    pod = environ.get("POD_NAME", "")
    if not pod and container == "kubernetes":
        pod = environ.get("HOSTNAME", "")
    return Surroundings(
        id="",
        check="config",
        ending=Ending.ANSWERED,
        hostname=_hostname(environ),
        container=container,
        pod=pod,
        namespace=environ.get("POD_NAMESPACE", "") or _read(root + NAMESPACE_FILE).strip()[:253],
        platform=_platform(),
        python=".".join(map(str, sys.version_info[:3])),
        nameservers=nameservers,
        search=search,
        ndots=ndots,
        hosts=hosts_of(host, hosts_file(root)),
        proxies=masked(environ),
        own_network=_own_network(root) if container else None,
    )


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(MOST)
    except (OSError, ValueError):
        return ""


def _hostname(environ: Mapping[str, str]) -> str:
    if hasattr(os, "uname"):
        return os.uname().nodename
    return environ.get("COMPUTERNAME", "")


def _platform() -> str:
    if hasattr(os, "uname"):
        seen = os.uname()
        return f"{seen.sysname} {seen.release} {seen.machine}"
    if sys.platform == "win32":
        major, minor, build = sys.getwindowsversion()[:3]
        return f"Windows {major}.{minor}.{build}"
    return sys.platform


def _container(environ: Mapping[str, str], root: str) -> str:
    if environ.get("KUBERNETES_SERVICE_HOST"):
        return "kubernetes"
    for path, name in MARKS:
        if os.path.exists(root + path):
            return name
    named = environ.get("container", "")  # what systemd and podman set
    if named:
        return named[:40]
    groups = _read(f"{root}/proc/1/cgroup")
    return next((name for word, name in CGROUPS if word in groups), "")


def _own_network(root: str) -> bool | None:
    """Whether the only network devices are such as a container gets (a pair of virtual ends); None = cannot be seen.

    With the machine's network the machine's own device or bridge is visible too.
    """
    folder = f"{root}/sys/class/net"
    try:
        devices = [name for name in os.listdir(folder) if name != "lo"]
    except OSError:
        return None
    if not devices:
        return True
    real = any(os.path.exists(f"{folder}/{name}/device") for name in devices)
    bridges = any(name.startswith(("docker", "br-", "cni", "virbr", "veth", "cali", "flannel")) for name in devices)
    return not (real or bridges)


def _resolver(root: str) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    nameservers: list[str] = []
    search: list[str] = []
    ndots = 1
    for line in _read(f"{root}/etc/resolv.conf").splitlines():
        word, *rest = line.split("#")[0].split(";")[0].split() or [""]
        if word == "nameserver" and rest:
            nameservers.append(rest[0])
        elif word in ("search", "domain"):
            search = rest
        elif word == "options":
            for option in rest:
                name, _, number = option.partition(":")
                if name == "ndots" and number.isascii() and number.isdigit():
                    ndots = min(int(number[:4]), 15)
    return tuple(nameservers), tuple(search), ndots


def hosts_file(root: str = "") -> str:
    """The text of this machine's hosts file."""
    path = f"{root}/etc/hosts"
    if sys.platform == "win32":
        path = os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), r"System32\drivers\etc\hosts")
    return _read(path)


def hosts_of(host: str, text: str) -> tuple[tuple[str, str], ...]:
    """The lines of a hosts file that name the target, as (address, name)."""
    wanted = host.lower().rstrip(".")
    found = []
    for line in text.splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        found += [(address, name) for name in names if name.lower().rstrip(".") == wanted]
    return tuple(found)
