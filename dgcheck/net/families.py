"""Which address families this machine has a route for. No packet is sent."""

from __future__ import annotations

import socket

# Addresses for documentation (RFC 5737, RFC 3849): a datagram socket connected to one only asks the route table.
_PROBES = (("ipv4", socket.AF_INET, "192.0.2.1"), ("ipv6", socket.AF_INET6, "2001:db8::1"))
_GLOBAL, _LOOPBACK = "00", "lo"  # scope and device in /proc/net/if_inet6


def families() -> tuple[str, ...]:
    """`ipv4` and `ipv6`, each where this machine has a way out: on Linux a route or an address beyond
    loopback, elsewhere a default route.
    """
    routes, addresses = _lines("/proc/net/route"), _lines("/proc/net/if_inet6")
    if not routes:
        return tuple(name for name, family, address in _PROBES if _default_route(family, address))
    ipv4 = any(not line.startswith(f"{_LOOPBACK}\t") for line in routes[1:])
    fields = [line.split() for line in addresses]
    ipv6 = any(one[3] == _GLOBAL and one[5] != _LOOPBACK for one in fields if len(one) == 6)
    return (("ipv4",) if ipv4 else ()) + (("ipv6",) if ipv6 else ())


def _default_route(family: socket.AddressFamily, address: str) -> bool:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
    except OSError:
        return False
    return True


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read(65536).splitlines()
    except OSError:
        return []
