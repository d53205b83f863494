"""Which forward proxy is in the way, read from the variables as curl and httpx read them.

Lower case comes before upper case, and a variable that is set but empty switches its proxy off. `NO_PROXY` holds
host names (with all names below them), `.suffix`, `*.suffix`, addresses, CIDR ranges, each with an optional port,
or `*`. A proxy that was given to dgcheck itself is used whatever `NO_PROXY` says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dgcheck.model.errors import UsageError
from dgcheck.model.target import Proxy, Secret, Settings, Target
from dgcheck.wire.secrets import looks_secret

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
SOCKS = ("socks", "socks4", "socks4a", "socks5", "socks5h")


def choose(settings: Settings, target: Target, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy for this target, or None. Raises UsageError for one that cannot be used."""
    if settings.no_proxy:
        return None
    if settings.proxy_url:
        origin = settings.origins.get("proxy_url", "flag")
        return parse(settings.proxy_url, "--proxy" if origin == "flag" else origin)
    name, url = _variable(environ, target.scheme)
    if not url or bypassed(target.host, target.port, no_proxy(environ)):
        return None
    return parse(url, name)


def _variable(environ: Mapping[str, str], scheme: str) -> tuple[str, str]:
    for kind in (scheme, "all"):
        lower = f"{kind}_proxy"
        # A CGI server sets HTTP_PROXY from a header of the client; nobody trusts the upper-case one there.
        upper = "" if lower == "http_proxy" and "REQUEST_METHOD" in environ else lower.upper()
        for name in (lower, upper):
            if name and name in environ:
                value = environ[name].strip()
                if value:
                    return name, value
                break
    return "", ""


def no_proxy(environ: Mapping[str, str]) -> str:
    """The list of hosts that are asked directly."""
    return environ.get("no_proxy", environ.get("NO_PROXY", ""))


def bypassed(host: str, port: int, listed: str) -> bool:
    """Whether `NO_PROXY` names this host; never raises."""
    plain = host.lower().rstrip(".").partition("%")[0]
    return any(_names(entry, plain, port) for entry in re.split(r"[,\s]+", listed.strip().lower()) if entry)


def _names(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    entry = re.sub(r"\A[a-z]+://", "", entry)
    if "/" in entry:
        return _in_network(host, entry)
    name, wanted = _port_of(entry)
    if wanted and wanted != str(port):
        return False
    if _address(name) is not None:
        return _address(name) == _address(host)
    name = name.removeprefix("*").strip(".")
    return bool(name) and (host == name or (host.endswith("." + name) and _address(host) is None))


def _port_of(entry: str) -> tuple[str, str]:
    bracketed = re.fullmatch(r"\[([^\]]+)\](?::(\d+))?", entry)
    if bracketed:
        return bracketed.group(1), bracketed.group(2) or ""
    if entry.count(":") == 1:
        name, _, port = entry.partition(":")
        return name, port
    return entry, ""


def _address(text: str) -> object:
    if not (":" in text or text[:1].isdigit()):
        return None
    from ipaddress import IPv6Address, ip_address

    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _in_network(host: str, entry: str) -> bool:
    from ipaddress import ip_address, ip_network

    try:
        return ip_address(host) in ip_network(entry.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return False


def parse(text: str, origin: str) -> Proxy:
    """A proxy's URL; without a scheme it is http. Raises UsageError, which never quotes the URL."""
    found = re.fullmatch(
        r"(?:([A-Za-z][A-Za-z0-9+.\-]*)://)?(?:([^/?#]*)@)?(\[[^\]/@]+\]|[^:/?#@\s]+)(?::([^/?#]*))?/?", text.strip()
    )
    scheme = (found.group(1) or "http").lower() if found else text.partition("://")[0].lower()
    if scheme in SOCKS:
        raise UsageError(
            f"{origin} names a SOCKS proxy, which dgcheck does not support: use an http:// or https:// proxy, "
            "--no-proxy, or name the deployment's host in NO_PROXY"
        )
    if found is None:
        raise UsageError(f"{origin} is no proxy URL; write http://HOST:PORT")
    if scheme not in ("http", "https"):
        raise UsageError(f"{origin}: a proxy is http:// or https://, not {scheme[:20]}://")
    userinfo, host, port_text = found.group(2) or "", found.group(3), found.group(4)
    port = _port(port_text, origin, 443 if scheme == "https" else 80)
    from urllib.parse import unquote  # only where there is a proxy: it costs milliseconds

    user, colon, password = userinfo.partition(":")
    shown = f"{scheme}://{'<redacted>@' if userinfo else ''}{host}:{port}"
    return Proxy(
        host=host.strip("[]").lower(),
        port=port,
        tls=scheme == "https",
        user=unquote(user),
        password=Secret(unquote(password)) if colon else None,
        shown=shown,
        origin=origin,
    )


def _port(text: str | None, origin: str, default: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) < 65536):
        raise UsageError(f"{origin}: the proxy's port is not a number from 1 to 65535")
    return int(text)


def masked(environ: Mapping[str, str]) -> dict[str, str]:
    """The proxy variables that are set, by their lower-case names, without user and password."""
    found: dict[str, str] = {}
    for name in VARIABLES:
        value = environ.get(name, environ.get(name.upper()))
        if value is not None:
            found[name] = value if name == "no_proxy" else _masked(value)
    return found


def _masked(url: str) -> str:
    """A proxy's URL without everything before its last `@`: a password may hold slashes where it should not."""
    userinfo, at, place = url.rpartition("@")
    scheme, mark, _ = userinfo.partition("://")
    return f"{scheme if mark else ''}{mark}<redacted>@{place}" if at else url


def passwords(environ: Mapping[str, str]) -> tuple[str, ...]:
    """What is secret in the proxy variables, as it stands and decoded, for redaction: the password, or a user's name
    that is one."""
    found: list[str] = []
    for name in VARIABLES[:3]:
        for spelled in (name, name.upper()):
            userinfo, at, _ = environ.get(spelled, "").rpartition("@")
            user, colon, password = userinfo.rpartition("://")[2].partition(":")
            secrets = [password] if colon else [user]
            secrets += [user] if looks_secret(user) else []
            if at:
                from urllib.parse import quote, unquote

                found += [way for one in secrets for way in (one, unquote(one), quote(one, safe=""))]
    return tuple(dict.fromkeys(secret for secret in found if secret))
