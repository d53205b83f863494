"""Keeps secrets out of evidence: what is known is replaced wherever it stands, what looks like one by its shape.

The same secret gives the same short token within one run; the token is salted, so that two reports cannot be
compared for their secrets.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from collections.abc import Iterable, Sequence
from functools import lru_cache
from os import urandom
from urllib.parse import unquote

from dgcheck.model.pattern import pattern
from dgcheck.wire.spelled import SEARCHABLE, Spelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dgcheck.wire.veil import Veil

SECRET_PARAMETERS = frozenset(
    [
        "token",
        "key",
        "api_key",
        "apikey",
        "api-key",
        "access_token",
        "auth",
        "authorization",
        "password",
        "passwd",
        "pwd",
        "secret",
        "client_secret",
        "signature",
        "sig",
        "x-amz-signature",
        "x-amz-credential",
        "x-amz-security-token",
        "x-goog-signature",
        "x-goog-credential",
        "jwt",
        "id_token",
        "refresh_token",
        "session",
        "sessionid",
        "code",
        "awsaccesskeyid",
    ]
)
SECRET_HEADERS = frozenset(
    [
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "set-cookie2",
        "x-api-key",
        "api-key",
        "apikey",
        "x-auth-token",
        "x-access-token",
        "x-amz-security-token",
        "x-csrf-token",
        "x-xsrf-token",
        "x-forwarded-access-token",
        "x-session-token",
        "x-goog-api-key",
        "dg-api-key",
        "authentication-info",
        "proxy-authentication-info",
        "x-amzn-oidc-data",
        "x-amzn-oidc-accesstoken",
        "cf-access-jwt-assertion",
    ]
)
# Ends of header names whose value is a secret, whatever stands before them.
SECRET_ENDINGS = (
    "-token",
    "-secret",
    "-api-key",
    "-access-key",
    "-auth-key",
    "-password",
    "-passwd",
    "-session",
    "-session-id",
    "-sessionid",
    "-jwt",
    "-signature",
    "-credential",
    "-credentials",
    "-authorization",
    "-cookie",
)
# Headers whose value is an address; its query is masked as that of a URL is.
_ADDRESSES = frozenset(("location", "content-location", "refresh", "referer", "link"))

_NAMES = "|".join(sorted((re.escape(name) for name in SECRET_PARAMETERS if name != "code"), key=len, reverse=True))
_NAMED = ("token", "key", "auth", "pass", "pwd", "secret", "sig", "jwt", "session", "credential")
# Every shape is read in one pass, whatever stands in the text: each can begin only where a run of its letters begins.
# Before it stand words in lower case of which a text of ASCII has one, or else nothing of that shape.
_SHAPES = (
    (("@",), pattern(r"(?P<keep>://)(?P<secret>[^/\s@\"'<>]+)(?=@)")),
    (
        ("-----begin",),
        pattern(r"(?is)(?P<keep>-----BEGIN [A-Z ]*PRIVATE KEY-----)(?P<secret>.*?)(?=-----END|\Z)"),
    ),
    (
        ("eyj",),
        pattern(
            r"(?P<keep>)(?P<secret>(?<![A-Za-z0-9_\-])eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{4,}(?:\.[A-Za-z0-9_\-]*)?)"
        ),
    ),
    (
        ("authorization",),
        pattern(
            r"(?i)(?P<keep>\b(?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?(?:(?:token|bearer|basic|digest)\s+)?)(?P<secret>[^\s\"',;]{2,})"
        ),
    ),
    (("cookie",), pattern(r"(?i)(?P<keep>\b(?:set-)?cookie2?[\"']?\s*[:=]\s*[\"']?)(?P<secret>[^\r\n\"']{2,})")),
    (
        ("token", "bearer", "basic"),
        pattern(r"(?i)(?P<keep>\b(?:token|bearer|basic)\s+)(?P<secret>(?=[\w.~+/\-]*\d)[\w.~+/\-]{12,}={0,2})"),
    ),
    (
        (),
        pattern(
            r"(?P<keep>)(?P<secret>\b(?:[0-9a-f]{40}|sk-[A-Za-z0-9_\-]{16,}|dg_[A-Za-z0-9]{16,}|AKIA[0-9A-Z]{16})\b)"
        ),
    ),
    (_NAMED, pattern(rf"(?i)(?P<keep>[?&#;](?:{_NAMES})=)(?P<secret>[^&\s\"'<>#;,}}]+)")),
    (
        _NAMED,
        pattern(
            rf"(?i)(?P<keep>[?&#;\s\"'{{,](?:{_NAMES})[\"']?\s{{0,8}}[=:]\s{{0,8}}[\"']?)(?P<secret>[^&\s\"'<>,;}}]{{4,}})"
        ),
    ),
    (
        # A name that ends so, as in DEEPGRAM_API_KEY; its value has a digit, as no word of a sentence has.
        ("key", "token", "pass", "secret"),
        pattern(
            r"(?i)(?P<keep>\b(?:[a-z0-9]{1,30}[_\-.]){1,4}(?:(?:api|access|secret|private|auth)[_\-]?key|token|password|"
            r"passwd|secret)[\"']?\s{0,8}[=:]\s{0,8}[\"']?)(?P<secret>(?=[^\s\"'<>&,;}\d]{0,64}\d)[^\s\"'<>&,;}]{6,})"
        ),
    ),
)
# What may be a secret in the query of an address alone: in other texts `code=404` is an ordinary word.
_IN_QUERY = pattern(r"(?P<keep>[?&#;](?P<name>[^=&?#;\s\"'<>]{1,64})=)(?P<secret>[^&\s\"'<>#;]+)")
# What every shape has one of: a single look tells of most texts that they hold nothing of the kind.
_HINT = pattern(
    r"(?i)token|bearer|basic|auth|cookie|key|secret|sig|pass|pwd|jwt|session|credential|@|eyJ|[0-9a-f]{40}|sk-|dg_|akia"
)
# The same for ASCII in lower case, of which words are found one by one in a tenth of the time.
_WORDS = (
    *("token", "bearer", "basic", "auth", "cookie", "key", "secret", "sig", "pass", "pwd", "jwt", "session"),
    *("credential", "@", "eyj", "sk-", "dg_", "akia"),
)
# A key of 40 hexadecimal digits, in a text in which every such digit was made a zero: found ten times as fast.
_DIGITS = dict.fromkeys(map(ord, "123456789abcdef"), "0")
_ZEROS = "0" * 40
_SHORT = 128  # characters
_MOST_URLS = 100


def _hints(text: str) -> bool:
    """Whether something in a text may have the shape of a secret. Short ones come again and again: names of headers,
    paths, words of an answer."""
    return _short_hints(text) if len(text) <= _SHORT else _found_hints(text)


@lru_cache(4096)
def _short_hints(text: str) -> bool:
    return _found_hints(text)


def _found_hints(text: str) -> bool:
    if not text.isascii():
        return _HINT.search(text) is not None
    lowered = text.lower()
    if lowered in _WORDS:
        return False  # the word alone marks a secret, and none follows
    for word in _WORDS:
        if word in lowered:
            return True
    return len(text) >= len(_ZEROS) and _ZEROS in lowered.translate(_DIGITS)


@lru_cache(4096)
def _is_plain(name: str, value: str) -> bool:
    """Whether neither the name of a header nor its value gives reason to hide anything."""
    lower = name.lower()
    by_name = lower in SECRET_HEADERS or lower in _ADDRESSES or lower == "sec-websocket-protocol"
    return not (by_name or lower.endswith(SECRET_ENDINGS) or _hints(value) or _hints(name))


class Redactor:
    """Replaces secrets by short tokens, the same token for the same secret within one run.

    `secrets` are the values known to this run (keys, passwords, header values). They are searched for as they
    are and in every spelling of `dgcheck.wire.spelled`.
    """

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        self._salt = urandom(16)
        self._spelled: list[tuple[Spelled, str]] = []
        # What else is hidden in what leaves, not in what is judged: `diagnosis.veiled`, and attached files.
        self.veil: Veil | None = None
        self._urls: dict[str, str] = {}  # what was made of the last ones: each question names its own twice
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str) -> None:
        """Search for one more secret from now on; values under 6 characters are masked by place only."""
        value = secret.strip()
        if len(value) < SEARCHABLE or any(known.secret == value for known, _ in self._spelled):
            return
        self._urls.clear()
        self._spelled.append((Spelled(value), self.token(value)))
        self._spelled.sort(key=lambda pair: -len(pair[0].secret))

    @property
    def spelled(self) -> tuple[tuple[Spelled, str], ...]:
        """The secrets that are searched for, longest first, each with its token."""
        return tuple(self._spelled)

    def token(self, secret: str) -> str:
        """The mark that stands for a secret: `<redacted:1f3a5c>`."""
        from hashlib import blake2b  # most runs have no secret to hide

        return f"<redacted:{blake2b(secret.encode('utf-8', 'replace'), key=self._salt, digest_size=3).hexdigest()}>"

    def text(self, text: str) -> str:
        """Free text without its secrets."""
        text = self.known(text)
        if not _hints(text):
            return text
        lowered = text.lower() if text.isascii() else ""
        for words, shape in _SHAPES:
            if not (lowered and words) or any(word in lowered for word in words):
                text = shape.sub(self._mask, text)
        return text

    def shown(self, text: str) -> str:
        """Free text as it may leave: without its secrets, and behind the veil where there is one."""
        text = self.text(text)
        return self.veil.text(text) if self.veil else text

    def known(self, text: str) -> str:
        """Text without the secrets that are known, for what has a form that a guess could break."""
        if len(text) < SEARCHABLE or not self._spelled:
            return text
        lowered = text.lower()
        standing = [(spelled, token) for spelled, token in self._spelled if spelled.stands_in(text, lowered)]
        for spelled, token in standing:
            text = spelled.replace(text, token)
        for spelled, token in standing:
            text = spelled.replace_beginnings(text, token)
        return text

    def beginning(self, text: str, most: int, *, whole: bool = True) -> str:
        """The first `most` characters of a text without its secrets, also where it was cut in the middle of one.

        `whole` tells that nothing was cut off the text before it came here.
        """
        if not text:
            return text
        start = text[: 2 * most + 1024]
        shown = self.text(start)
        if not whole or len(start) < len(text):
            shown = self.cut_off(shown)
        return shown[:most]

    def cut_off(self, text: str) -> str:
        """A text that was cut off somewhere, without the beginning of a secret at its end."""
        for spelled, _ in self._spelled:
            text = spelled.cut_off(text)
        return text

    def holds(self, pem: str) -> bool:
        """Whether a secret that is known stands in the bytes of a PEM block."""
        if not self._spelled:
            return False
        lines = [line for line in pem.splitlines() if not line.startswith("-----")]
        try:
            text = a2b_base64("".join(lines)).decode("latin-1").lower()
        except ValueError:
            return True
        return any(form in text for spelled, _ in self._spelled for form in spelled.plain)

    def _mask(self, found: re.Match[str]) -> str:
        secret = found.group("secret")
        if secret.startswith("<redacted:"):
            return found.group()
        return found.group("keep") + self.token(secret)

    def passes(self, name: str, value: str) -> bool:
        """Whether a short header certainly stays as it is. Nearly all do, and the same ones come again and again."""
        return not self._spelled and len(name) + len(value) <= _SHORT and _is_plain(name, value)

    def header(self, name: str, value: str) -> str:
        """A header's value, masked by its name or by what stands in it."""
        if self.passes(name, value):
            return value
        lower = name.lower()
        if lower in SECRET_HEADERS or lower.endswith(SECRET_ENDINGS):
            return self._header_mask(lower, value)
        if lower in _ADDRESSES:
            return self.url(value)
        if lower == "sec-websocket-protocol":
            return ", ".join(self.subprotocols([part.strip() for part in value.split(",")]))
        return self.text(value)

    def _header_mask(self, name: str, value: str) -> str:
        scheme, blank, rest = value.partition(" ")
        if name.endswith("authorization") and blank and scheme.lower() in ("token", "bearer", "basic", "digest"):
            return f"{scheme} {self.token(rest)}" if rest.strip() else value
        if name.startswith("set-cookie"):
            cookie, equals, _ = value.partition("=")
            return f"{self.text(cookie[:64])}={self.token(value)}" if equals else self.token(value)
        return self.token(value) if value else value

    def headers(self, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Header pairs, each value masked where it has to be."""
        return tuple((self.text(name), self.header(name, value)) for name, value in pairs)

    def subprotocols(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Subprotocols; what follows `token` or `bearer` is a key."""
        masked = list(offered[:1]) + [
            self.token(item) if offered[position].lower() in ("token", "bearer") else item
            for position, item in enumerate(offered[1:])
        ]
        return tuple(item if item.startswith("<redacted:") else self.text(item) for item in masked)

    def url(self, url: str) -> str:
        """A URL without user, password and secret parameters, however short."""
        if url not in self._urls:
            if len(self._urls) > _MOST_URLS:
                self._urls.clear()
            self._urls[url] = self._url(url)
        return self._urls[url]

    def _url(self, url: str) -> str:
        known = self.known(url)
        return self.text(_IN_QUERY.sub(self._mask_parameter, known) if "=" in known else known)

    def _mask_parameter(self, found: re.Match[str]) -> str:
        return self._mask(found) if unquote(found.group("name")).lower() in SECRET_PARAMETERS else found.group()

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Query pairs, the value masked where the name says it is a secret."""
        return tuple(
            (name, self.token(value) if value and name.lower() in SECRET_PARAMETERS else self.text(value))
            for name, value in pairs
        )
