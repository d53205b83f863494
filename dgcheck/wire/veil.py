"""Hides what a person wants hidden besides secrets: names and addresses of machines, and whatever their patterns say.

A name becomes another name, label by label, and an address another address of a range that is nobody's, the same for
the same throughout: `dg.corp.example` -> `h3f2c1a.h90ab2d.example`, `10.0.0.7` -> `198.18.61.7`. So what belongs
together still does (a name and the certificate for `*.` of its parent, an address that stands in three places),
commands stay commands, and a saved report can be judged again. Loopback, and names that everybody has, stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from os import urandom

from dgcheck.model.pattern import pattern
from dgcheck.wire.bounded import Bounded

# Labels that say nothing of whose machine it is, at the end of a name.
_COMMON = frozenset(
    "localhost localdomain svc cluster local internal lan home arpa com net org io ai dev cloud app info biz edu gov "
    "mil int co test example invalid localhost4 localhost6".split()
)
# Ends by which a word with dots in it is known as the name of a machine.
_TOP = frozenset(
    "com net org io ai dev cloud app info biz edu gov local internal lan corp intra test example svc".split()
)
# Names that stand in everybody's reports: documentation, registries, the product's own.
_PUBLIC = (
    *("deepgram.com", "github.com", "example.com", "example.net", "example.org", "python.org", "pypi.org"),
    *("kubernetes.io", "docker.com", "nginx.org", "nginx.com", "haproxy.org", "letsencrypt.org", "quay.io"),
    *("localhost", "host.docker.internal", "kubernetes.default.svc", "cluster.local", "w3.org", "ietf.org"),
    *("json-schema.org", "readthedocs.io", "debian.org", "digicert.com", "prometheus.io", "opencontainers.org"),
)
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_\-]{0,61}[A-Za-z0-9_])?"
_NAME = pattern(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*\.?\Z")
_AUTHORITY = pattern(r"(?P<before>(?:://|%3[aA]%2[fF]%2[fF])(?:[^/\s@\"'<>]{1,200}@)?)(?P<host>[A-Za-z0-9_.\-]{1,253})")
_QUALIFIED = pattern(rf"(?<![\w.\-@/])(?:\*\.)?(?:{_LABEL}\.){{1,10}}[A-Za-z]{{2,24}}(?![\w\-])")
_V4 = pattern(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\w)")
_V6 = pattern(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4})(?![\w:.]*:)")
_WORD_LIKE = pattern(r"[a-z]{1,12}\Z")
_FILES = frozenset(
    "py rs sh md so pl js ts toml yaml yml json log txt conf cfg pem crt key zip gz wav html xml go java".split()
)


class Veil:
    """Hides `patterns` always, names and addresses with `hosts`. One per report, so that all of it agrees."""

    def __init__(self, *, hosts: bool = False, patterns: Sequence[str] = ()) -> None:
        self._salt = urandom(16)
        self.hosts = hosts
        self._patterns = [Bounded(one) for one in patterns]
        self._names: set[str] = set()
        self._words: set[str] = set()
        self._parents: set[str] = set()
        self._known: re.Pattern[str] | None = None

    def __bool__(self) -> bool:
        return self.hosts or bool(self._patterns)

    # --- what is known -----------------------------------------------------------------------------------------------

    def learn(self, name: str) -> None:
        """Search for this name of a machine from now on; what is no name, or everybody's, is passed over."""
        plain = name.strip().strip("[]").rstrip(".").removeprefix("*.").lower()
        if not self.hosts or not plain or plain in self._names or _is_public(plain) or address(plain) is not None:
            return
        if _NAME.match(plain) is None or plain.isdigit():
            return
        self._names.add(plain)
        parent = plain.partition(".")[2]
        if parent.count(".") and not _is_public(parent) and set(parent.split(".")) - _COMMON:
            self._parents.add(parent)
        self._known = None

    def learn_word(self, word: str) -> None:
        """Search for this word or phrase, which names no machine: an organisation, a fingerprint."""
        if self.hosts and len(word.strip()) >= 4:
            self._words.add(word.strip())
            self._known = None

    # --- hiding ------------------------------------------------------------------------------------------------------

    def text(self, text: str) -> str:
        """A text without what is to be hidden. Raises UsageError where a pattern takes too long."""
        for one in self._patterns:
            text = one.sub(self.token, text)
        if not self.hosts or not text:
            return text
        if "/" in text or "%" in text:
            text = _AUTHORITY.sub(lambda found: found.group("before") + self.name(found.group("host")), text)
        known = self._search()
        if known is not None:
            text = known.sub(self._of_known, text)
        if "." in text:
            text = _QUALIFIED.sub(self._of_qualified, text)
            text = _V4.sub(lambda found: self.address(found.group()), text)
        return _V6.sub(lambda found: self.address(found.group()), text) if "::" in text or text.count(":") > 3 else text

    def exactly(self, value: str) -> str:
        """A value that is a name or an address, alone or with a port."""
        if not self.hosts or not value:
            return self.text(value)
        host, colon, port = value.rpartition(":") if value.count(":") == 1 or value.startswith("[") else (value, "", "")
        if colon and port.isdigit():
            return f"{self.exactly(host)}:{port}"
        if value.startswith("[") and value.endswith("]"):
            return f"[{self.address(value[1:-1])}]"
        if address(value) is not None:
            return self.address(value)
        return self.name(value) if _NAME.match(value) else self.text(value)

    def token(self, text: str) -> str:
        """What stands for a text that names no machine."""
        return f"<redacted:{self._digest(text, 3)}>"

    def name(self, name: str) -> str:
        """Another name of as many labels; a public one as it is."""
        plain = name.rstrip(".")
        if not plain or _is_public(plain.lower()) or self._is_ours(plain):
            return name
        if address(plain) is not None:
            return self.address(plain)
        labels = plain.split(".")
        kept = len(labels)
        while kept > 1 and (labels[kept - 1].lower() in _COMMON or (kept == len(labels) and len(labels[-1]) == 2)):
            kept -= 1
        shown = [label if label == "*" else self._label(label) for label in labels[:kept]]
        return ".".join([*shown, *labels[kept:]]).lower() + name[len(plain) :]

    def address(self, text: str) -> str:
        """Another address of the same family, in 198.18.0.0/15 or 2001:db8::/32; loopback as it is."""
        plain, percent, zone = text.partition("%")
        found = address(plain)
        if found is None or found.is_loopback or found.is_unspecified or str(found) == "255.255.255.255":
            return text
        number = int(self._digest(str(found), 4), 16)
        if found.version == 4:
            return f"198.{18 + (number >> 16) % 2}.{(number >> 8) & 255}.{number & 255}"
        return f"2001:db8::{number >> 16:x}:{number & 0xFFFF:x}" + (f"%{zone}" if percent else "")

    # --- inside ------------------------------------------------------------------------------------------------------

    def _digest(self, text: str, size: int) -> str:
        from hashlib import blake2b

        return blake2b(text.lower().encode("utf-8", "replace"), key=self._salt, digest_size=size).hexdigest()

    def _label(self, label: str) -> str:
        return f"h{self._digest(label, 3)}"

    def _is_ours(self, name: str) -> bool:
        return bool(_OURS.match(name))

    def _search(self) -> re.Pattern[str] | None:
        if self._known is None and (self._names or self._words):
            free = [name for name in self._names if not _WORD_LIKE.match(name)]
            bound = [name for name in self._names if _WORD_LIKE.match(name)]
            parts = (
                [rf"(?<![\w\-])(?:[\w\-]{{1,63}}\.){{0,8}}{_either(self._parents)}(?![\w\-])"] if self._parents else []
            )
            parts += [rf"(?<![\w\-.]){_either(free)}(?![\w\-])"] if free else []
            # An ordinary word is a machine's name only where a name is expected.
            parts += [rf"(?<=[\"'`‘]){_either(bound)}(?=[\"'`’])" if bound else ""]
            parts += [rf"(?<![\w\-.]){_either(bound)}(?=:\d|\.svc|'s address| port \d)"] if bound else []
            parts += [rf"(?<=-n ){_either(bound)}(?![\w\-])"] if bound else []
            words = [rf"{_either(self._words)}"] if self._words else []
            self._known = re.compile("|".join(part for part in (*words, *parts) if part), re.IGNORECASE)
        return self._known

    def _of_known(self, found: re.Match[str]) -> str:
        text = found.group()
        if any(text.lower() == word.lower() for word in self._words):
            return self.token(text)
        return self.name(text)

    def _of_qualified(self, found: re.Match[str]) -> str:
        name = found.group()
        labels = name.lower().split(".")
        if labels[-1] in _FILES or (labels[-1] not in _TOP and not (len(labels[-1]) == 2 and len(labels) > 2)):
            return name
        return self.name(name)


_OURS = pattern(r"(?:(?:h[0-9a-f]{6}|\*)\.)*h[0-9a-f]{6}(?:\.[a-z]+)*\Z")


def _either(names: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted((re.escape(name) for name in names), key=len, reverse=True))})"


def _is_public(name: str) -> bool:
    return any(name == public or name.endswith(f".{public}") for public in _PUBLIC) or name in _COMMON


def address(text: str):  # type: ignore[no-untyped-def]  # an address of either family, or None
    """The address that a text is, None where it is none."""
    if not (":" in text or text[:1].isdigit()):
        return None
    from ipaddress import ip_address

    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None
