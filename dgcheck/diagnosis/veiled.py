"""A report in which names and addresses of machines are hidden, and whatever a person's patterns say.

Rules have judged before: what they read was true. Here every text of the report is changed in the same way, so that the
evidence still says what the findings say, and the report can be judged again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from dgcheck.model.evidence import Certificate, DnsAnswer, Handshake, Lookup
from dgcheck.model.record import fields, is_dataclass, replace
from dgcheck.model.report import Report
from dgcheck.wire.veil import Veil

# Fields that hold the name or the address of a machine, or several, and nothing else.
_MACHINES = frozenset(
    "address addresses host hostname server server_name cname nameservers search via_proxy pod namespace hosts names "
    "peer reached_address".split()
)
# Headers whose words are names of machines.
_NAMING = frozenset(
    "host via x-served-by x-forwarded-host x-forwarded-server x-backend x-backend-server x-upstream x-host "
    "x-server x-hostname x-pod x-node x-real-ip x-forwarded-for x-envoy-upstream-host".split()
)
_DISTINGUISHED = ("CN", "O", "OU", "L", "ST", "STREET", "emailAddress", "DC", "commonName", "organizationName")
# Authorities that everybody trusts: their names tell nothing of who asks.
_AUTHORITIES = (
    "let's encrypt", "digicert", "globalsign", "sectigo", "google trust", "amazon", "isrg", "entrust", "godaddy",
    "zerossl", "verisign", "microsoft", "buypass", "certum", "identrust", "comodo",
)  # fmt: skip
_KEPT = frozenset("id kind code cause check checks evidence origin".split())


def veiled(report: Report, veil: Veil) -> Report:
    """The report behind the veil; itself where nothing is to be hidden. Raises UsageError for a pattern too slow."""
    if not veil:
        return report
    if veil.hosts:
        for name in _machines(report):
            veil.learn(name)
        for seen in report.evidence:
            if isinstance(seen, Handshake):
                _learn(seen, veil)
    found: Report = _Cover(veil).of(report, "")
    return found


def _learn(seen: Handshake, veil: Veil) -> None:
    """What certificates tell of their owner: names of organisations and places, and by what they can be looked up."""
    for one in seen.chain:
        for text in (one.subject, one.issuer):
            for word in () if _is_authority(text) else _distinguished(text):
                (veil.learn if "." in word else veil.learn_word)(word)
        if not _is_authority(one.subject):
            veil.learn_word(one.serial)
            veil.learn_word(one.sha256)


def _machines(report: Report) -> Iterator[str]:
    """Every name of a machine that stands where one is expected."""
    yield from _named(report.target, "")
    yield from _named(report.seen_from, "")
    yield from _named(report.environment, "")
    for name in ("proxy_url", "audio_url", "origin", "resolve", "via", "license_proxy_url", "engine_metrics_url"):
        yield from _hosts_in(report.settings.get(name, {}).get("value"))
    for seen in report.evidence:
        if isinstance(seen, (Lookup, DnsAnswer)):
            yield seen.name
        yield from _named(seen, "")


def _named(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, str):
        if key in _MACHINES:
            yield value.rpartition(":")[0] if value.count(":") == 1 else value
        elif "://" in value and key != "pem":
            yield from _hosts_in(value)
    elif isinstance(value, Certificate):
        yield from value.names
        for text in (value.subject, value.issuer):
            yield from (part for part in _distinguished(text) if "." in part)
        yield from _hosts_in(value.aia)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _named(item, str(name))
    elif isinstance(value, (tuple, list)):
        yield from _in_header(value)
        for item in value:
            yield from _named(item, key)
    elif is_dataclass(value):
        for item in fields(value):
            yield from _named(getattr(value, item.name), item.name)


def _in_header(pair: Any) -> Iterator[str]:
    """The names of machines in a header such as `Via`."""
    if len(pair) == 2 and isinstance(pair[0], str) and pair[0].lower() in _NAMING:
        yield from (word for word in str(pair[1]).replace(",", " ").split() if not word[0].isdigit())


def _hosts_in(value: Any) -> Iterator[str]:
    """The hosts of the URLs in a text, in a list or a mapping of them; HOST=IP counts as well."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _hosts_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _hosts_in(item)
    elif isinstance(value, str):
        for part in value.split("://")[1:]:
            authority = part.split()[0] if part.split() else ""
            for sign in "/?#\"'<>),;":
                authority = authority.partition(sign)[0]
            host = authority.rpartition("@")[2]
            yield host if host.startswith("[") else host.partition(":")[0]
        if "://" not in value and "=" in value:
            yield value.partition("=")[0]


def _distinguished(name: str) -> list[str]:
    """The values in `CN=...,O=...`, also where they stand with blanks."""
    found = []
    for part in name.replace("/", ",").split(","):
        key, equals, value = part.strip().partition("=")
        if equals and key.strip() in _DISTINGUISHED:
            found.append(value.strip().strip('"'))
    return found or ([name] if name and "=" not in name else [])


class _Cover:
    """Makes the same of every part of a report, whatever it is made of."""

    def __init__(self, veil: Veil) -> None:
        self._veil = veil

    def of(self, value: Any, key: str) -> Any:
        """The value behind the veil; `key` is the name of its place."""
        if isinstance(value, str):
            return self._text(value, key)
        if isinstance(value, Certificate):
            return self._certificate(value)
        if isinstance(value, Mapping):
            return {self._text(str(name), ""): self.of(item, str(name)) for name, item in value.items()}
        if isinstance(value, (tuple, list)):
            pair = len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], str)
            if pair:
                found = [self._text(value[0], ""), self._pair(value[0], value[1], key)]
            else:
                found = [self.of(item, key) for item in value]
            return tuple(found) if isinstance(value, tuple) else found
        if is_dataclass(value) and not isinstance(value, type):
            changed = {
                item.name: self.of(getattr(value, item.name), self._key(value, item.name)) for item in fields(value)
            }
            return replace(value, **changed)
        return value

    def _key(self, value: Any, name: str) -> str:
        return "host" if name == "name" and isinstance(value, (Lookup, DnsAnswer)) else name

    def _text(self, text: str, key: str) -> str:
        if not text or key in _KEPT or isinstance(text, Enum):
            return text
        return self._veil.exactly(text) if key in _MACHINES else self._veil.text(text)

    def _pair(self, name: str, value: str, key: str) -> str:
        """The second of two: the value of a header, the name in a line of the hosts file."""
        if name.lower() == "host" or key == "hosts":
            return self._veil.exactly(value)
        return self._veil.text(value)

    def _certificate(self, found: Certificate) -> Certificate:
        text = self._veil.text
        if not self._veil.hosts:
            pem = "" if text(found.subject) != found.subject else found.pem
            return replace(found, subject=text(found.subject), issuer=text(found.issuer), pem=pem,
                           names=tuple(map(text, found.names)), aia=text(found.aia))  # fmt: skip
        own = not _is_authority(found.subject)
        return replace(
            found,
            subject=text(found.subject),
            issuer=text(found.issuer),
            names=tuple(map(self._veil.exactly, found.names)),
            serial=self._veil.token(found.serial) if own and found.serial else found.serial,
            sha256=self._veil.token(found.sha256) if own and found.sha256 else found.sha256,
            aia=text(found.aia),
            pem="",
        )


def _is_authority(name: str) -> bool:
    lower = name.lower()
    return any(word in lower for word in _AUTHORITIES)
