"""deepgram-sdk 2 for Python: the value is glued before `/listen`, so it has to end in `/v1`.

REST is `urllib.request` (`client=async`: aiohttp), live is the legacy client of `websockets`, which needs a version
below 14. Source: deepgram/_utils.py, deepgram/__init__.py of 2.0.0 to 2.12.0.
"""

from __future__ import annotations

from dgcheck.model.pattern import pattern
from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.urls import urllib_request, websockets_uri
from dgcheck.sdks.urls.reached import CannotUse, cloud, outcome_of

_KEY = pattern(r"[a-f0-9]{40}\n?\Z")
_LEGACY = "BaseEventLoop.create_connection() got an unexpected keyword argument 'extra_headers'"
ENDPOINT = "/listen"


def dial(wish: Wish) -> Dialled:
    """2.12: refuses a key that is not 40 hex digits."""
    return _dial(wish, strict=True)


def dial_early(wish: Wish) -> Dialled:
    """2.0 to 2.11: takes any key, refuses an empty `api_url`."""
    return _dial(wish, strict=False)


def traps(wish: Wish, found: Dialled) -> tuple[str, ...]:
    """What only this version does, where it bites."""
    if wish.option != "api_url":
        return (f'{wish.option} is not read by version 2: Deepgram({{"api_key": ..., "api_url": ...}})',)
    if found.error == _LEGACY:
        return ("live works with websockets below 14 only: pip install 'websockets<14'",)
    if found.outcome is Outcome.REFUSED_BY_SDK and wish.value:
        return ("a key of 40 hexadecimal digits is demanded; a self-hosted container checks none, so 40 zeros will do",)
    if found.outcome is Outcome.DIALS and wish.extra.get("client") == "async" and wish.transport == "rest":
        return ("prerecorded() returns None for every HTTP error: no exception and no text",)
    return ()


def _dial(wish: Wish, *, strict: bool) -> Dialled:
    try:
        _check_set_up(wish, strict=strict)
        if wish.option != "api_url":
            return cloud(wish.transport)
        return _live(wish) if wish.transport == "ws" else _rest(wish)
    except CannotUse as error:
        return Dialled(error.outcome, error=error.text)


def _check_set_up(wish: Wish, *, strict: bool) -> None:
    if wish.key is None:
        raise CannotUse("API key is required" if strict else "DG: API key is required", Outcome.REFUSED_BY_SDK)
    if strict:
        if not _KEY.match(wish.key):
            raise CannotUse("Invalid API key", Outcome.REFUSED_BY_SDK)
    elif wish.option == "api_url" and not wish.value:
        raise CannotUse("DG: API URL must be valid or omitted", Outcome.REFUSED_BY_SDK)


def _rest(wish: Wish) -> Dialled:
    url = wish.value + ENDPOINT
    if wish.extra.get("client") == "async":
        return outcome_of(urllib_request.read_aiohttp(url), wish, unfound=urllib_request.UNFOUND_AIOHTTP)
    found = urllib_request.read(url)
    if wish.key and "\n" in wish.key:
        raise CannotUse("Invalid header value")
    return outcome_of(found, wish, unfound=urllib_request.UNFOUND)


def _live(wish: Wish) -> Dialled:
    value = "ws" + wish.value[4:] if wish.value.startswith("http") else wish.value
    found = websockets_uri.read(value + ENDPOINT)
    if not is_legacy(wish):
        raise CannotUse(_LEGACY)
    return outcome_of(found, wish, unfound=websockets_uri.UNFOUND)


def is_legacy(wish: Wish) -> bool:
    """Whether the `websockets` package is one whose first client still takes `extra_headers`."""
    version = wish.extra.get("websockets", "")
    first = version.partition(".")[0]
    return first.isdigit() and int(first) < 14
