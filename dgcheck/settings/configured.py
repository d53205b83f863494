"""What the settings say of themselves, as the evidence of the `config` check; and every secret that is known.

Pure: the target as parsed, the settings, the environment as given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from dgcheck.model.evidence import Configured, Ending
from dgcheck.model.target import Settings, Target
from dgcheck.settings import keys, proxies
from dgcheck.wire.redact import SEARCHABLE, SECRET_HEADERS, SECRET_PARAMETERS, Redactor

if TYPE_CHECKING:
    from dgcheck.wire.url import BadUrl

HOSTED = "deepgram.com"
SECRET_VARIABLES = (keys.OURS, *keys.SDK_VARIABLES, "DEEPGRAM_ACCESS_TOKEN", "DEEPGRAM_LICENSE_KEY")
# Words that people put where a key is expected, and that stand in reports anyway.
FILLERS = (
    "airgapped-mode deepgram self-hosted selfhosted dgcheck localhost application/json authorization default unknown"
)


def configured(settings: Settings, target: Target | None, problem: BadUrl | None, redactor: Redactor) -> Configured:
    """The evidence of the `config` check. Without a target, `problem` says why its URL cannot be used."""
    proxy = settings.proxy
    return Configured(
        id="",
        check="config",
        ending=Ending.ANSWERED,
        given=redactor.url(settings.target_given),
        url=redactor.url(target.base) if target else "",
        url_problem=problem.problem if problem else "",
        url_part=redactor.url(problem.part) if problem else "",
        scheme_given=target.scheme_given if target else "",
        scheme_missing=bool(target) and not target.scheme_given if target else False,
        path_doubled=target.path_doubled if target else "",
        replayed=bool(target and target.replay),
        hosted=hosted(target.host) if target else False,
        loopback=loopback(target.host) if target else False,
        key_origin=settings.key_origin,
        key_ours=settings.key_origin != "" and settings.key_origin not in keys.SDK_VARIABLES,
        key_form=settings.key_form,
        proxy=proxy.shown if proxy else "",
        proxy_origin=proxy.origin if proxy else "",
        insecure=settings.insecure,
        ca_file=settings.ca_file,
    )


def hosted(host: str) -> bool:
    """Whether the name is one of Deepgram's own hosted service."""
    plain = host.rstrip(".").lower()
    return plain == HOSTED or plain.endswith("." + HOSTED)


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


def secrets(settings: Settings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Every secret that this run was given, longest first: none of them may stand in any output.

    Header values count where the header's name or the value's own look says secret; `--header 'Accept: text/plain'`
    hides nothing. What is shorter than six characters, or an everyday word, is masked by its place alone.
    """
    found = [environ[name] for name in SECRET_VARIABLES if environ.get(name)]
    found += proxies.passwords(environ)
    if settings.api_key:
        found.append(settings.api_key.secret.reveal())
    found += [value.reveal() for name, value in settings.headers if _secret_header(name, value.reveal())]
    found += [value for name, value in settings.features if name.lower() in SECRET_PARAMETERS]
    for url in (settings.target_given, settings.proxy_url, settings.audio_url):
        found += _in_url(url)
    parts = {text for secret in found for text in (secret.strip(), *secret.split()[-1:])}
    kept = [text for text in parts if len(text) >= SEARCHABLE and not _everyday(text, settings)]
    return tuple(sorted(kept, key=lambda text: (-len(text), text)))


def _everyday(text: str, settings: Settings) -> bool:
    """Whether a "secret" is a word that stands in every report: a dummy key such as `deepgram`, the host's own name."""
    host = (settings.target_given.partition("://")[2] or settings.target_given).rpartition("@")[2]
    words = " ".join((FILLERS, host.partition("?")[0], *settings.models, settings.language)).lower()
    return text.lower() in words


def _secret_header(name: str, value: str) -> bool:
    lower = name.lower()
    if lower in SECRET_HEADERS or any(
        word in lower for word in ("token", "secret", "key", "auth", "password", "session")
    ):
        return True
    if lower in ("host", "user-agent", "origin", "referer", "content-type", "via") or lower.startswith(
        ("accept", "x-forwarded")
    ):
        return False
    return len(value) >= 12 and " " not in value and any(char.isdigit() for char in value) and "/" not in value


def _in_url(url: str) -> list[str]:
    if "@" not in url and "?" not in url:
        return []
    authority = url.partition("://")[2] or url
    userinfo, at, _ = authority.partition("/")[0].partition("?")[0].rpartition("@")
    found = []
    if at:
        user, colon, password = userinfo.partition(":")
        secret = password if colon else user
        found += [secret, unquote(secret), unquote(userinfo)]
    try:
        query = urlsplit(url).query
    except ValueError:
        query = url.partition("?")[2]
    found += [value for name, value in parse_qsl(query) if name.lower() in SECRET_PARAMETERS]
    return found
