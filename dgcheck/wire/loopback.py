"""Whether a host is the machine itself."""

from __future__ import annotations


def loopback(host: str) -> bool:
    """Whether the host is the machine itself: `localhost`, 127.x, ::1, or the unspecified address."""
    plain = host.rstrip(".").lower().partition("%")[0]
    if plain == "localhost" or plain.endswith(".localhost"):
        return True
    from ipaddress import IPv6Address, ip_address

    try:
        address = ip_address(plain)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback or address.is_unspecified
