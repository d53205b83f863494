"""Which targets `/probe` may be asked for: an exporter that dials whatever it is told is an open relay.

The targets of the exporter itself are allowed, and what `--allow` names: `HOST`, `HOST:PORT`, an address, a range of
addresses as `10.0.0.0/8`, or `*.suffix`. A range holds for addresses that stand in the URL; no name is resolved for
it, since the answer could be another one when it is dialled.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from dgcheck.model.errors import UsageError
from dgcheck.model.record import dataclass, field
from dgcheck.model.target import Target

Network = IPv4Network | IPv6Network
FORMS = "HOST, HOST:PORT, an address, a range as 10.0.0.0/8, or *.suffix"


@dataclass(frozen=True, slots=True)
class Rule:
    """One value of `--allow`; `port` 0 means any."""

    host: str = ""
    suffix: str = ""
    network: Network | None = None
    port: int = 0

    @property
    def exact(self) -> bool:
        """Whether it names one host, and not whoever happens to fit."""
        return bool(self.host)

    def fits(self, host: str, port: int) -> bool:
        """Whether it lets this host (lower case, no dot at its end) and port in."""
        if self.port not in (0, port):
            return False
        address = _address(host)
        if self.network is not None:
            return address is not None and address.version == self.network.version and address in self.network
        if self.suffix:
            return address is None and host.endswith(self.suffix)
        named = _address(self.host)
        return host == self.host if named is None else named == address


@dataclass(frozen=True, slots=True)
class Allowed:
    """The list. `targets` are the exporter's own."""

    rules: tuple[Rule, ...] = ()
    targets: frozenset[str] = field(default_factory=frozenset)

    def admits(self, target: Target) -> bool:
        """Whether this target may be asked."""
        return self.names(target) or any(rule.fits(plain(target.host), target.port) for rule in self.rules)

    def names(self, target: Target) -> bool:
        """Whether it is named itself, so that keys may go to it."""
        return target.base in self.targets or any(
            rule.exact and rule.fits(plain(target.host), target.port) for rule in self.rules
        )


def read(texts: Iterable[str]) -> tuple[Rule, ...]:
    """The rules that `--allow` gives. Raises UsageError for what is none."""
    return tuple(_rule(text.strip()) for text in texts)


def plain(host: str) -> str:
    """A host as it is compared: lower case, without a dot at its end or a zone."""
    return host.lower().rstrip(".").partition("%")[0]


def _rule(text: str) -> Rule:
    if "://" in text:
        raise UsageError(f"--allow: {text[:80]!r} is a URL; give its host: {FORMS}")
    if "/" in text:
        try:
            return Rule(network=ip_network(text.replace("[", "").replace("]", ""), strict=False))
        except ValueError:
            raise UsageError(f"--allow: {text[:80]!r} is no range of addresses; write {FORMS}") from None
    host, port = _split(text)
    host = plain(host)
    if host.startswith("*."):
        _check_name(host[2:], text)
        return Rule(suffix=host[1:], port=port)
    if _address(host) is None:
        _check_name(host, text)
    return Rule(host=host, port=port)


def _split(text: str) -> tuple[str, int]:
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        number = rest.removeprefix(":")
    elif text.count(":") == 1:
        host, _, number = text.partition(":")
        number = number or "nothing"
    else:
        host, number = text, ""
    if not number:
        return host, 0
    if number.isascii() and number.isdigit() and 0 < int(number[:6]) < 65536:
        return host, int(number)
    raise UsageError(f"--allow: {number[:20]!r} is no port; write {FORMS}")


def _check_name(name: str, text: str) -> None:
    letters = name.replace("-", "").replace("_", "").replace(".", "")
    if not letters.isalnum() or not name.isascii() or len(name) > 253 or ".." in name:
        what = "would allow every host" if text.strip() in ("*", "*.") else "is no host"
        raise UsageError(f"--allow: {text[:80]!r} {what}; write {FORMS}")


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is, an IPv4 one also where it is written as IPv6; None for a name."""
    try:
        found = ip_address(host)
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped if isinstance(mapped, IPv4Address) else found
