"""Where dgcheck ran: versions, system, container, limits, proxy variables, resolver files, and how the clock goes.

Nothing here waits and nothing fails: what cannot be read is left out. Every text passes the redactor of the run.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dgcheck.model.evidence import Seen, Surroundings, Wire
from dgcheck.ticket.page import utc

NAME = "environment.json"
_MOST = 16 * 1024  # bytes of a small file
# Variables that change how TLS, proxies and SDKs behave; those of the second group are told by name alone.
_SHOWN = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "LANG", "TZ")
_NAMED = ("DGCHECK_", "DEEPGRAM_")
_LIMITS = {
    "memory_max": ("memory.max", "memory/memory.limit_in_bytes"),
    "memory_now": ("memory.current", "memory/memory.usage_in_bytes"),
    "cpu_max": ("cpu.max", "cpu/cpu.cfs_quota_us"),
    "cpu_period_us": ("cpu/cpu.cfs_period_us",),
    "cpu_throttled": ("cpu.stat", "cpu/cpu.stat"),
    "pids_max": ("pids.max", "pids/pids.max"),
}
_LIBRARIES = ("httpx", "h11", "websockets", "yaml", "dns", "certifi", "cryptography")


def environment(
    program: str, evidence: Sequence[Seen], environ: Mapping[str, str], clean: Callable[[str], str], root: str = ""
) -> dict[str, Any]:
    """All of it as plain data, without what is empty. `program` is dgcheck's version, `clean` the redactor's `text`,
    `root` stands before every path (for tests)."""
    here = next((seen for seen in evidence if isinstance(seen, Surroundings)), None)
    found: dict[str, Any] = {
        "dgcheck": program,
        "python": {
            "version": here.python if here else sys.version.split()[0],
            "implementation": sys.implementation.name,
            "openssl": here.openssl if here else "",
            "trust_store": here.trust_store if here else "",
            "libraries": _libraries(),
        },
        "system": _system(here, root),
        "place": _place(here),
        "limits": _limits(root),
        "clock": _clock(evidence),
        "variables": _variables(here, environ),
        "resolver": _resolver(here, root),
    }
    return _cleaned(found, clean) or {}


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    """The value without its secrets, and None for what is empty."""
    if isinstance(value, str):
        return clean(value) or None
    if isinstance(value, Mapping):
        kept = {clean(str(name)): done for name, item in value.items() if (done := _cleaned(item, clean)) is not None}
        return kept or None
    if isinstance(value, (list, tuple)):
        return [done for item in value if (done := _cleaned(item, clean)) is not None] or None
    return value


def _libraries() -> dict[str, str]:
    """Versions of the libraries that this run loaded; those it did not need are not loaded for it."""
    found = {}
    for name in _LIBRARIES:
        version = getattr(sys.modules.get(name), "__version__", "") or getattr(
            sys.modules.get(f"{name}.version"), "version", ""
        )
        found[name] = version if isinstance(version, str) else ""
    return found


def _system(here: Surroundings | None, root: str) -> dict[str, Any]:
    names = dict(line.partition("=")[::2] for line in _read(f"{root}/etc/os-release").splitlines())
    return {
        "platform": here.platform if here else sys.platform,
        "distribution": names.get("PRETTY_NAME", "").strip("\"'"),
        "cpus": os.cpu_count(),
        "load": _read(f"{root}/proc/loadavg").strip(),
        "memory": next((line.split(":")[1].strip() for line in _read(f"{root}/proc/meminfo").splitlines()[:1]), ""),
        "user": os.getuid() if hasattr(os, "getuid") else None,
    }


def _place(here: Surroundings | None) -> dict[str, Any]:
    if here is None:
        return {}
    return {
        "host": here.hostname,
        "container": here.container,
        "pod": here.pod,
        "namespace": here.namespace,
        "own_network": here.own_network,
        "routes": list(here.families),
    }


def _limits(root: str) -> dict[str, Any]:
    """What the cgroup allows (version 2, else 1), and how many files may be open."""
    folder = f"{root}/sys/fs/cgroup"
    found: dict[str, Any] = {}
    for name, places in _LIMITS.items():
        text = next((text for place in places if (text := _read(f"{folder}/{place}").strip())), "")
        if name == "cpu_throttled":
            text = next((line.split()[-1] for line in text.splitlines() if line.startswith("nr_throttled")), "")
        found[name] = "no limit" if name.endswith("_max") and _endless(text) else text
    try:
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        found["open_files"] = f"{soft} of {hard}"
    except (ImportError, OSError, ValueError):  # no such thing on Windows
        pass
    return found


def _endless(text: str) -> bool:
    """How either version of cgroups says that there is no limit: a word, -1, or the largest number of pages."""
    return text.startswith("max") or text == "-1" or (text.isdigit() and int(text) >= 1 << 62)


def _clock(evidence: Sequence[Seen]) -> dict[str, Any]:
    """This machine's time and zone, and how far the clocks of those who answered are ahead of it.

    A Date header has whole seconds, so each offset is right to a second and the time that the answer took.
    """
    asked = [seen for seen in evidence if isinstance(seen, Wire) and seen.server_time and seen.local_time]
    offsets: dict[str, list[float]] = {}
    for seen in asked:
        offsets.setdefault(seen.address or "the server", []).append((seen.server_time or 0.0) + 0.5 - seen.local_time)
    minutes = -(time.altzone if time.localtime().tm_isdst > 0 else time.timezone) // 60
    return {
        "utc": utc(time.time()),
        "zone": f"{time.tzname[time.localtime().tm_isdst > 0]} (UTC{minutes // 60:+03d}:{minutes % 60:02d})",
        "servers_ahead_by_seconds": {
            address: round(sorted(found)[len(found) // 2], 1) for address, found in offsets.items()
        },
        "right_to_seconds": 1.0 if offsets else None,
    }


def _variables(here: Surroundings | None, environ: Mapping[str, str]) -> dict[str, Any]:
    """Proxy variables with their passwords masked, certificate files, and which settings are there, by name alone."""
    found: dict[str, Any] = dict(here.proxies) if here else {}
    found |= {name: environ[name] for name in _SHOWN if environ.get(name)}
    found |= {name: "(set)" for name in sorted(environ) if name.upper().startswith(_NAMED) and environ[name]}
    return found


def _resolver(here: Surroundings | None, root: str) -> dict[str, Any]:
    nsswitch = _read(f"{root}/etc/nsswitch.conf").splitlines()
    return {
        "resolv.conf": [line for line in _read(f"{root}/etc/resolv.conf").splitlines() if line.strip()][:60],
        "hosts of the target": [f"{address} {name}" for address, name in here.hosts] if here else [],
        "nsswitch": next((line.strip() for line in nsswitch if line.startswith("hosts:")), ""),
    }


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_MOST)
    except (OSError, ValueError):
        return ""
