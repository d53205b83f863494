"""Finds, in the bytes of a log, the places where a secret stands: by the words around it and by its own shape.

Every search begins at a word that is found by `bytes.find`, which reads a gigabyte in a second; a pattern is tried only
there. So a long log costs what it takes to look for two dozen words in it, and little more where they are.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from dgcheck.model.pattern import pattern
from dgcheck.ticket.values import is_none, looks_secret
from dgcheck.wire.redact import SECRET_PARAMETERS
from dgcheck.wire.secret_names import may_be_secret, says_secret

LONGEST = 65536  # bytes of a private key, and of Base64 around a secret


class Spot(NamedTuple):
    """A secret from `start` to `end`, known by what stands from `context` on. `more` goes on with one that is longer
    than what was looked at. `token` is what replaces it, b'' where that follows from its bytes."""

    start: int
    end: int
    context: int
    token: bytes = b""
    more: re.Pattern[bytes] | None = None


# Given the bytes, the same in small letters, and what was found in these.
Find = Callable[[bytes, bytes, "re.Match[bytes]"], "Spot | None"]

_UNQUOTED = r"[^\s\"'<>&,;|(){}\[\]\\`]"
_BARE = pattern(rf"{_UNQUOTED}+".encode())
_IN_DOUBLE = pattern(rb"[^\"\\\r\n]*+(?:\\.[^\"\\\r\n]*+)*+")
_IN_SINGLE = pattern(rb"[^'\\\r\n]*+(?:\\.[^'\\\r\n]*+)*+")
_IN_ESCAPED = pattern(rb"[^\"'\\\r\n]*+(?:\\[^\"'\\][^\"'\\\r\n]*+)*+")
_OF_COOKIE = pattern(rb"[^\r\n\"'\\]+")
_TO_THE_END = pattern(rb"[^\r\n]+")

# What may stand between a name and its value: `=`, `: "`, `":"` (also behind backslashes), `", "`, `%3D`, `=Some("`.
_BEHIND = (
    r"(?P<rest>[\w.\-]{0,40}+)(?:\\{0,3}[\"'])?+\]?+"
    r"(?:\s{0,8}(?:=>|:=|[:=])\s{0,8}\[?(?:some\()?|%3d|(?<=[\"'])\s?,\s?[(\[]?)b?(?P<open>\\{0,3}[\"'`])?"
)
_HEAD = 512  # bytes of a value by which it is judged
_OF_NAME = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
_AUTHORIZATION = (
    r"(?:\\{0,3}[\"'])?(?P<between>(?:[\s:=,\[(\"'\\>]|b(?=[\"'])){1,12})"
    r"(?:(?P<scheme>token|bearer|basic|digest|negotiate|ntlm|apikey|aws4-hmac-sha256)\s{1,4})?"
)
_JWT = pattern(rb"eyJ[\w\-]{8,}+\.[\w\-]{4,}+(?:\.[\w\-]*+)?(?:\.[\w\-]++){0,2}")
_JWT_MORE = pattern(rb"[\w.\-]+")
_PEM = pattern(rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_PEM_BEGIN, _PEM_END = b"-----BEGIN ", b"-----END "
_PEM_PART = pattern(rb"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/=]{16,}(?![A-Za-z0-9+/=])")
_NO_USER = frozenset(b" \t\r\n\"'<>@|")

_HEX_KEY = pattern(rb"[0-9a-f]{40}\Z")
_PIECES = bytes(120 if (chr(one).isalnum() and one < 128) or one in b"_-" else 32 for one in range(256))
_FORTY = b"x" * 40


def spots(data: bytes, low: bytes, *, last: bool = True) -> Iterator[Spot]:
    """Every place of a secret in `data`; `low` is it in lower case. In no order, and one may lie in another.

    `last` tells that nothing follows: otherwise a private key whose end is not there yet goes on to the end.
    """
    for word, shape, find in _SEARCHES:
        at = low.find(word)
        match = shape.search(low, at) if at >= 0 else None
        while match is not None:
            found = find(data, low, match)
            if found is not None:
                yield found
            # What lies within a secret is not looked at again: one long value may be full of such words.
            match = shape.search(low, max(match.end(), found.end) if found is not None else match.end())
    yield from _long_pieces(data)
    yield from _private_keys(data, last)


def _of_name(data: bytes, low: bytes, found: re.Match[bytes]) -> Spot | None:
    """The value behind a name, where the name says that it is a secret; `found` is from the telling word in it on."""
    at = found.start()
    begun = max(0, at - 64)
    begun += len(data[begun:at].rstrip(_OF_NAME))
    kind = _kind_of(data[begun : found.end("rest")])
    if kind == 0:
        return None
    in_query = data[begun - 1 : begun] in _QUERY_SIGNS and kind & 4
    opened = found.group("open")
    if opened:
        shape = _IN_ESCAPED if len(opened) > 1 else _IN_SINGLE if opened == b"'" else _IN_DOUBLE
    else:
        shape = _OF_COOKIE if kind & 8 else _BARE
    head = shape.match(data, found.end(), found.end() + _HEAD)
    if head is None or head.end() == head.start():
        return None
    shown = head.group().decode("latin-1")
    if not in_query and (is_none(shown) if kind & 2 else not looks_secret(shown)):
        return None
    value = head if head.end() - head.start() < _HEAD else shape.match(data, found.end()) or head
    return Spot(value.start(), value.end(), begun, more=shape)


@lru_cache(4096)
def _kind_of(name: bytes) -> int:
    """What a name says: 0 nothing; 1 its value may be a secret, 2 is one, 4 is one in a query, 8 is a cookie."""
    text = name.decode("latin-1").strip(".-")
    lower = text.lower()
    if lower.endswith(("authorization", *_PASSES)):
        return 0
    listed = lower in SECRET_PARAMETERS
    perhaps = may_be_secret(text)
    kind = 2 if says_secret(text) or (listed and not perhaps) else 1 if perhaps else 0
    return kind and (kind | 4 * listed | 8 * lower.endswith(("cookie", "cookie2")))


_QUERY_SIGNS = (b"?", b"&", b"#", b";")
_PASSES = ("proxy_pass", "fastcgi_pass", "grpc_pass", "uwsgi_pass", "scgi_pass")


def _authorization(data: bytes, low: bytes, found: re.Match[bytes]) -> Spot | None:
    scheme = found.group("scheme")
    if not scheme and not set(found.group("between")) & set(b":=,>"):
        return None
    shape = _TO_THE_END if scheme in (b"digest", b"aws4-hmac-sha256") else _BARE
    head = shape.match(data, found.end(), found.end() + _HEAD)
    if head is None or head.end() - head.start() < 2 or _is_none(data, *head.span()):
        return None
    value = head if head.end() - head.start() < _HEAD else shape.match(data, found.end()) or head
    return Spot(value.start(), value.end(), found.start(), more=shape)


def _credential(data: bytes, low: bytes, found: re.Match[bytes]) -> Spot | None:
    """What follows `Bearer ` or `Token `, and the subprotocol behind `token,`."""
    value = data[found.start("secret") : found.end("secret")]
    if value.isalpha() or not any(48 <= byte < 58 for byte in value):
        return None
    return Spot(found.start("secret"), found.end("secret"), found.start(), more=_BARE)


def _of_key(data: bytes, low: bytes, found: re.Match[bytes]) -> Spot | None:
    return _jwt(data, low, found) if found.group("rest") is None else _of_name(data, low, found)


def _of_auth(data: bytes, low: bytes, found: re.Match[bytes]) -> Spot | None:
    return _authorization(data, low, found) if found.group("between") else _of_name(data, low, found)


def _of_token(data: bytes, low: bytes, found: re.Match[bytes]) -> Spot | None:
    if found.group("secret") is None:
        return _of_name(data, low, found)
    spot = _credential(data, low, found)
    behind = _TOKEN_BEHIND.match(low, found.start()) if spot is None else None
    return _of_name(data, low, behind) if behind else spot


def _basic(data: bytes, low: bytes, found: re.Match[bytes]) -> Spot | None:
    start, end = found.span("secret")
    try:
        pair = a2b_base64(data[start:end].replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=") + b"==")
    except (Error, ValueError):
        return None
    return Spot(start, end, found.start(), more=_BARE) if b":" in pair else None


def _userinfo(data: bytes, low: bytes, found: re.Match[bytes]) -> Spot | None:
    """User and password before the `@` of a URL, also where a slash in the password makes the URL a wrong one."""
    at = found.start()
    begun = data.rfind(b"://", max(0, at - 512), at)
    if begun < 0:
        return None
    pair = data[begun + 3 : at]
    if not pair or not _NO_USER.isdisjoint(pair):
        return None
    authority, slash, _ = pair.partition(b"/")
    if slash:
        _, colon, port = authority.partition(b":")
        if not colon or port.isdigit() or authority.startswith(b"["):
            return None
    return Spot(begun + 3, at, begun)


def _jwt(data: bytes, low: bytes, at: re.Match[bytes]) -> Spot | None:
    begun = at.start()
    if begun and (data[begun - 1 : begun].isalnum() or data[begun - 1] in b"_-"):
        return None
    found = _JWT.match(data, begun)
    return Spot(begun, found.end(), begun, more=_JWT_MORE) if found else None


_TOKEN_BEHIND = pattern(b"token" + _BEHIND.encode())


def _of_flag(data: bytes, low: bytes, found: re.Match[bytes]) -> Spot | None:
    """`--api-key value`."""
    start, end = found.span("secret")
    secret = _kind_of(data[found.start("name") : found.end("name")]) & 2 and not _is_none(data, start, end)
    return Spot(start, end, found.start(), more=_BARE) if secret else None


def _of_element(data: bytes, low: bytes, found: re.Match[bytes]) -> Spot | None:
    """`<password>value</password>`; found is its end."""
    end = found.start()
    begun = data.rfind(b">", max(0, end - 4096), end) + 1
    secret = begun and _kind_of(data[found.start("name") : found.end("name")]) & 2 and not _is_none(data, begun, end)
    return Spot(begun, end, begun - 1) if secret else None


def _is_none(data: bytes, start: int, end: int) -> bool:
    return is_none(data[start : min(end, start + _HEAD)].decode("latin-1"))


def _own_shape(data: bytes, low: bytes, found: re.Match[bytes]) -> Spot | None:
    """A whole secret that begins with letters of its own, which stand at the beginning of a word."""
    begun = found.start()
    if data[begun - 1 : begun].isalnum() and begun:
        return None
    return Spot(begun, found.end(), begun, more=_BARE)


def _amazon(data: bytes, low: bytes, found: re.Match[bytes]) -> Spot | None:
    return _own_shape(data, low, found) if _AMAZON.match(data, found.start()) else None


_AMAZON = pattern(rb"A[KS]IA[0-9A-Z]{16}(?!\w)|AIza")


def _secret_of(data: bytes, low: bytes, found: re.Match[bytes]) -> Spot:
    """What the pattern calls so."""
    return Spot(found.start("secret"), found.end("secret"), found.start(), more=_BARE)


def _hash(data: bytes, low: bytes, found: re.Match[bytes]) -> Spot:
    """A password's hash behind the mark of how it was made."""
    start, end = found.span(found.lastgroup or 0)
    return Spot(start, end, found.start(), more=_BARE)


def _long_pieces(data: bytes) -> Iterator[Spot]:
    """Forty hexadecimal digits in small letters, with nothing at their sides: an API key, or what looks like one."""
    pieces = data.translate(_PIECES)
    at = pieces.find(_FORTY)
    while at >= 0:
        end = pieces.find(b" ", at)
        end = len(data) if end < 0 else end
        yield from _keys_of_hex(data, at, end)
        at = pieces.find(_FORTY, end)


def _keys_of_hex(data: bytes, at: int, end: int) -> Iterator[Spot]:
    """Those among the parts of a long word that dashes separate."""
    if end - at == 40:
        if _HEX_KEY.match(data, at, end):
            yield Spot(at, end, at, more=_BARE)
        return
    for part in data[at:end].split(b"-"):
        if len(part) == 40 and _HEX_KEY.match(part):
            yield Spot(at, at + 40, at, more=_BARE)
        at += len(part) + 1


def _private_keys(data: bytes, last: bool) -> Iterator[Spot]:
    """What stands between the lines of a private key; without its end, all that looks like a part of one."""
    at = data.find(_PEM_BEGIN)
    while at >= 0:
        after = at + len(_PEM_BEGIN)
        head = _PEM.match(data, at)
        if head:
            after = data.find(_PEM_END, head.end(), head.end() + LONGEST)
            if after >= 0:
                yield Spot(head.end(), after, at)
            elif not last and len(data) - head.end() < LONGEST:
                yield Spot(head.end(), len(data), at)
                return
            else:
                after = head.end() + LONGEST
                for part in _PEM_PART.finditer(data, head.end(), after):
                    yield Spot(part.start(), part.end(), at, more=_BARE)
        at = data.find(_PEM_BEGIN, after)


def _search(word: str, behind: str, find: Find) -> tuple[bytes, re.Pattern[bytes], Find]:
    return word.encode(), pattern(re.escape(word).encode() + behind.encode("latin-1")), find


_WORD = r"(?P<secret>[^\s\"']+)"
_SCHEME = r"(?:[ \t]{1,4}\\?[\"']?|\\?[\"']?\s{0,2},\s{0,2}\\?[\"']?)(?P<secret>[\w.~+/\-]{12,}={0,2})"
# A word in small letters, what has to stand behind it, and who tells whether it is a secret. The pattern begins with
# the word, which the library looks for quickly.
_SEARCHES: tuple[tuple[bytes, re.Pattern[bytes], Find], ...] = (
    *(_search(word, _BEHIND, _of_name) for word in ("pass", "pwd", "sig", "jwt", "session", "cookie")),
    _search("ey", f"(?:j|(?<=key){_BEHIND})", _of_key),
    _search("cre", f"(?:t|dential){_BEHIND}", _of_name),
    _search("auth", f"(?:orization{_AUTHORIZATION}|{_BEHIND})", _of_auth),
    _search("token", f"(?:{_SCHEME}|{_BEHIND})", _of_token),
    _search("bearer", _SCHEME, _credential),
    _search("basic", r"[ \t]{1,4}\\?[\"']?(?P<secret>[a-z0-9+/\-_]{4,}={0,2})", _basic),
    _search("@", "", _userinfo),
    _search("code=", r"(?<=[?&#;]code=)(?P<secret>[^\s\"'<>&,;|(){}\[\]\\`]+)", _secret_of),
    _search("sk-", r"[a-z0-9_\-]{16,}", _own_shape),
    _search("dg_", r"[a-z0-9]{16,}", _own_shape),
    _search("akia", r"[0-9a-z]{16}(?!\w)", _amazon),
    _search("--", rf"(?P<name>[a-z][\w\-]{{2,60}}+)\s{{1,4}}[\"']?(?!-){_WORD}", _of_flag),
    _search("<", r"/(?P<name>[\w.\-]{2,60}+)>", _of_element),
    # what `htpasswd`, `mkpasswd` and HAProxy make of a password; Compose doubles every dollar
    _search(
        "$",
        r"(?:apr1\${1,2}(?P<md5>[./0-9a-z]{1,16}\${1,2}[./0-9a-z]{8,})|2[aby]\${1,2}\d\d\${1,2}(?P<bcrypt>[./0-9a-z]{20,})|"
        r"[56]\${1,2}(?:rounds=\d+\${1,2})?(?P<sha>[./0-9a-z]{1,16}\${1,2}[./0-9a-z]{20,}))",
        _hash,
    ),
    _search("slack.com/", r"[a-z]{1,20}/(?P<secret>[\w/]{20,})", _secret_of),
    _search("curl", rf"[^\r\n]{{0,500}}? (?:-u|--user)[ =]{{0,4}}[\"']?[^\s:\"']{{1,200}}:{_WORD}", _secret_of),
)
