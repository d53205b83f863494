"""Which hosts .NET's `System.Uri` takes for one, and how it writes them.

A literal in brackets, an IPv4 address in any of its spellings, a DNS name, a name with letters beyond ASCII, or what a
Windows share may be called. Source: `DomainNameHelper.cs`, `UncNameHelper.cs`, `IPv4AddressHelper.cs`.
"""

from __future__ import annotations

_ENDS = "/\\:?#"
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_IN_LABEL = _LETTERS | {"-", "_"}


def read(text: str) -> tuple[str | None, int]:
    """The host that the text begins with, as the wire has it, and how long it was; (None, 0) where there is none."""
    if text.startswith("["):
        end = text.find("]")
        found = ipv6(text[: end + 1]) if end > 0 else ""
        return (found, end + 1) if found else (None, 0)
    length = min((at for mark in _ENDS if (at := text.find(mark)) >= 0), default=len(text))
    host = text[:length]
    if host[:1].isdigit() and host[:1].isascii():
        address = ipv4(host)
        if address:
            return address, length
    if is_dns(host):
        name = host.lower()
        return ("localhost" if name == "loopback" else name), length
    if not host.isascii():
        return _ascii_form(host), length
    return (host.lower(), length) if is_share(host) else (None, 0)


def is_dns(host: str) -> bool:
    """Whether this is a DNS name: labels of up to 63 letters, digits, `-` and `_`; a dot may end it."""
    labels = host.removesuffix(".").split(".")
    return all(0 < len(label) < 64 and label[0] in _LETTERS and _IN_LABEL.issuperset(label) for label in labels)


def is_share(host: str) -> bool:
    """Whether a Windows share may be called so: as a DNS name, but `-` and `_` may stand anywhere in the first part."""
    if not host or len(host) > 256:
        return False
    first, dot, rest = host.partition(".")
    if not all(one.isalpha() or one in "-_" or _is_digit(one) for one in first) or all(map(_is_digit, first)):
        return False
    if not dot or not rest:
        return True
    labels = rest.removesuffix(".").split(".")
    return all(
        label
        and (label[0].isalpha() or _is_digit(label[0]))
        and all(one.isalpha() or one in "-_" or _is_digit(one) for one in label)
        for label in labels
    )


def ipv4(host: str) -> str:
    """The address as four numbers, of any spelling that .NET takes (`127.1`, `0x7f.1`, `017.0.0.1`, `1`), else ''."""
    parts = host.split(".")
    if len(parts) > 4:
        return ""
    numbers = [_number(part) for part in parts]
    whole = 0
    for number in numbers[:-1]:
        if number is None or number > 255:
            return ""
        whole = whole << 8 | number
    last, room = numbers[-1], 8 * (5 - len(parts))
    if last is None or last >= 1 << room:
        return ""
    whole = whole << room | last
    return ".".join(str(whole >> shift & 255) for shift in (24, 16, 8, 0))


def ipv6(literal: str) -> str:
    """The literal with its brackets, in its shortest form, else ''. A zone is checked and left out."""
    from ipaddress import IPv6Address  # only for a literal: it costs milliseconds

    if not (literal.startswith("[") and literal.endswith("]")):
        return ""
    name, percent, zone = literal[1:-1].partition("%")
    if percent and not zone:
        return ""
    try:
        return f"[{IPv6Address(name.partition('/')[0])}]"
    except ValueError:
        return ""


def _number(part: str) -> int | None:
    """One part of an IPv4 address: decimal, octal after a 0, hexadecimal after 0x."""
    low = part.lower()
    try:
        if low.startswith("0x"):
            return int(low, 16) if low[2:].isalnum() else None
        if not (low.isascii() and low.isdigit()):
            return None
        return int(low, 8) if len(low) > 1 and low[0] == "0" else int(low[:20])
    except ValueError:
        return None


def _ascii_form(host: str) -> str | None:
    """The name as it is looked up: each label beyond ASCII as `xn--...`; None where that cannot be."""
    for dot in "\u3002\uff0e\uff61":
        host = host.replace(dot, ".")
    if not all(
        label and not set(label) & set(" %@[]<>\"'`{}|^&*()+=,;!$~") for label in host.removesuffix(".").split(".")
    ):
        return None
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None


def _is_digit(one: str) -> bool:
    return "0" <= one <= "9"
