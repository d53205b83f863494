"""Keeps secrets out of evidence: what is known is replaced wherever it stands, what looks like one by its shape.

The same secret gives the same short token within one run; the token is salted, so that two reports cannot be
compared for their secrets.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from os import urandom
from urllib.parse import quote, quote_plus

from dgcheck.model.pattern import pattern

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
# A secret shorter than this is not searched for in free text: `a`, the usual dummy key, stands in every sentence.
SEARCHABLE = 6

_PARAMETER = pattern(
    r"(?i)(?P<keep>[?&;\s\"'{,](?:"
    + "|".join(sorted((re.escape(name) for name in SECRET_PARAMETERS if name != "code"), key=len, reverse=True))
    + r")[\"']?\s*[=:]\s*[\"']?)(?P<secret>[^&\s\"'<>,;}]{4,})"
)
_SHAPES = (
    pattern(r"(?P<keep>[A-Za-z][A-Za-z0-9+.\-]*://)(?P<secret>[^/\s@\"'<>]+)(?=@)"),
    pattern(r"(?is)(?P<keep>-----BEGIN [A-Z ]*PRIVATE KEY-----)(?P<secret>.*?)(?=-----END|\Z)"),
    pattern(r"(?P<keep>)(?P<secret>\beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{4,}(?:\.[A-Za-z0-9_\-]*)?)"),
    pattern(
        r"(?i)(?P<keep>\b(?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?(?:(?:token|bearer|basic|digest)\s+)?)(?P<secret>[^\s\"',;]{2,})"
    ),
    pattern(r"(?i)(?P<keep>\b(?:set-)?cookie2?[\"']?\s*[:=]\s*[\"']?)(?P<secret>[^\r\n\"']{2,})"),
    pattern(r"(?i)(?P<keep>\b(?:token|bearer|basic)\s+)(?P<secret>(?=[\w.~+/\-]*\d)[\w.~+/\-]{12,}={0,2})"),
    pattern(
        r"(?P<keep>)(?P<secret>\b(?:[0-9a-f]{40}|sk-[A-Za-z0-9_\-]{16,}|dg_[A-Za-z0-9]{16,}|AKIA[0-9A-Z]{16})\b)"
    ),
    _PARAMETER,
)


class Redactor:
    """Replaces secrets by short tokens, the same token for the same secret within one run.

    `secrets` are the values known to this run (keys, passwords, header values). They are searched for as they
    are, Base64 and URL-encoded.
    """

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        self._salt = urandom(16)
        self._known: list[tuple[str, str]] = []
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str) -> None:
        """Search for one more secret from now on; values under 6 characters are masked by place only."""
        value = secret.strip()
        if len(value) < SEARCHABLE:
            return
        token = self.token(value)
        for form in forms(value):
            self._known.append((form, token))
        self._known.sort(key=lambda pair: -len(pair[0]))

    def token(self, secret: str) -> str:
        """The mark that stands for a secret: `<redacted:1f3a>`."""
        return f"<redacted:{blake2b(secret.encode('utf-8', 'replace'), key=self._salt, digest_size=2).hexdigest()}>"

    def text(self, text: str) -> str:
        """Free text without its secrets."""
        for form, token in self._known:
            if form in text:
                text = text.replace(form, token)
        for shape in _SHAPES:
            text = shape.sub(self._mask, text)
        return text

    def _mask(self, found: re.Match[str]) -> str:
        secret = found.group("secret")
        if secret.startswith("<redacted:"):
            return found.group()
        return found.group("keep") + self.token(secret)

    def header(self, name: str, value: str) -> str:
        """A header's value, masked by its name or by what stands in it."""
        lower = name.lower()
        if lower in SECRET_HEADERS or lower.endswith(("-token", "-secret", "-api-key", "-password")):
            return self._header_mask(lower, value)
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
        """A URL without user, password and secret parameters."""
        return self.text(url)

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Query pairs, the value masked where the name says it is a secret."""
        return tuple(
            (name, self.token(value) if value and name.lower() in SECRET_PARAMETERS else self.text(value))
            for name, value in pairs
        )


def forms(secret: str) -> tuple[str, ...]:
    """The forms in which a secret can stand in text: as it is, URL-encoded, and Base64 (both alphabets)."""
    raw = secret.encode("utf-8", "replace")
    plain = b64encode(raw).decode("ascii").rstrip("=")
    found = {secret, quote(secret, safe=""), quote_plus(secret), plain, plain.replace("+", "-").replace("/", "_")}
    found |= {b64encode(b":" + raw).decode("ascii").rstrip("="), raw.hex()}
    return tuple(sorted((form for form in found if len(form) >= SEARCHABLE), key=len, reverse=True))
