"""Every secret that the settings of a run hold: none of them may stand in any output."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote

from dgcheck.model.pattern import pattern
from dgcheck.model.target import Settings
from dgcheck.wire.redact import SECRET_ENDINGS, SECRET_HEADERS, SECRET_PARAMETERS
from dgcheck.wire.spelled import SEARCHABLE
from dgcheck.wire.url import BadUrl, parse

# Words that people put where a key is expected, and that stand in reports anyway.
FILLERS = (
    "airgapped-mode deepgram self-hosted selfhosted dgcheck localhost application/json authorization default unknown"
)
# Headers that say who asks and what for; their values stand in every proxy's log.
HARMLESS = pattern(r"(?:host|user-agent|origin|referer|content-type|via|accept.*|x-forwarded.*)\Z", re.IGNORECASE)
_SIGNED = 12  # a value of this length in a signed URL may be the signature, whatever it is called


def known(settings: Settings, extra: Iterable[str] = ()) -> tuple[str, ...]:
    """Every secret that the settings hold, and `extra` (those of the environment), longest first.

    Header values count where the header's name or the value's own look says secret; `--header 'Accept: text/plain'`
    hides nothing. What is shorter than six characters, or an everyday word, is masked by its place alone.
    """
    found = list(extra)
    if settings.api_key:
        found.append(settings.api_key.secret.reveal())
    if settings.proxy is not None and settings.proxy.password is not None:
        found.append(settings.proxy.password.reveal())
    for name, value in settings.headers:
        if _secret_header(name, value.reveal()):
            found += [value.reveal(), *_parts(value.reveal())]
    found += [value for name, value in settings.features if name.lower() in SECRET_PARAMETERS]
    beside = (settings.license_proxy_url, settings.engine_metrics_url)
    asked = (settings.target_given, settings.proxy_url, settings.audio_url, *beside)
    for url in (*asked, *dict(settings.sdk_options).values(), *dict(settings.via).values()):
        found += _in_url(url)
    found += [value for _, value in _query(settings.audio_url) if len(value) >= _SIGNED and "/" not in value]
    parts = {text for secret in found for text in (secret.strip(), *secret.split()[-1:])}
    kept = [text for text in parts if len(text) >= SEARCHABLE and not _everyday(text, settings)]
    return tuple(sorted(kept, key=lambda text: (-len(text), text)))


def userinfo(url: str) -> str:
    """User and password in a URL as they stand, '' where there are none.

    Where the URL cannot be read, everything before its last `@` counts: a password with a slash in it is why many
    cannot.
    """
    rest = url.partition("://")[2] or url
    try:
        parse(url)
    except BadUrl:
        return rest.rpartition("@")[0]
    authority = rest.partition("/")[0].partition("?")[0].partition("#")[0]
    return authority.rpartition("@")[0]


def _everyday(text: str, settings: Settings) -> bool:
    """Whether a "secret" is a word that stands in every report: a dummy key such as `deepgram`, the host's own name."""
    host = (settings.target_given.partition("://")[2] or settings.target_given).rpartition("@")[2]
    host = host.partition("?")[0].partition("#")[0]
    words = " ".join((FILLERS, host, *settings.models, settings.language)).lower()
    return text.lower() in words


def _secret_header(name: str, value: str) -> bool:
    lower = name.lower()
    if (
        lower in SECRET_HEADERS
        or lower.endswith(SECRET_ENDINGS)
        or any(word in lower for word in ("token", "secret", "key", "auth", "password", "session"))
    ):
        return True
    if HARMLESS.match(name):
        return False
    return looks_secret(value) and "/" not in value


def looks_secret(value: str) -> bool:
    """Whether a value looks like a key rather than a name or a word: long, in one piece, with digits."""
    return len(value) >= 12 and " " not in value and any(char.isdigit() for char in value)


def _parts(value: str) -> list[str]:
    """The values in a header such as `Cookie: sid=...; theme=dark` or `Digest nonce="..."` that may be secrets."""
    found = [part.partition("=")[2].strip('" ') for part in value.replace(",", ";").split(";")]
    return [part for part in found if len(part) >= SEARCHABLE + 2]


def _in_url(url: str) -> list[str]:
    found = []
    pair = userinfo(url) if "@" in url else ""
    if pair:
        user, colon, password = pair.partition(":")
        secret = password if colon else user
        found += [secret, unquote(secret), unquote(pair)]
        found += [unquote(user)] if looks_secret(user) else []
    return found + [value for name, value in _query(url) if name.lower() in SECRET_PARAMETERS]


def _query(url: str) -> list[tuple[str, str]]:
    """The pairs of a URL's query and of its fragment, each value as it stands and decoded."""
    parts = url.partition("?")[2].replace("#", "&") if "?" in url else url.partition("#")[2]
    pairs = parse_qsl(parts)
    raw = [part.partition("=") for part in parts.split("&")]
    return pairs + [(unquote(name), value) for name, equals, value in raw if equals]
