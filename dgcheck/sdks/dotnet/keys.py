"""Which keys the .NET SDK takes, and which stop a request on its way.

Sources: `DeepgramClient.cs` (1, 2), `CredentialsUtil.cs` (3), `Deepgram{Http,Ws}ClientOptions.cs` (4 to 7); the headers
are checked by System.Net.Http of .NET 8 and 10, and by its `WebHeaderCollection` for live.
"""

from __future__ import annotations

from dgcheck.model.record import dataclass
from dgcheck.model.sdk import Outcome, Wish
from dgcheck.sdks.urls.reached import CannotUse

_NEW_LINE = "New-line or NUL characters are not allowed in header values."
_ASCII = "Request headers must contain only ASCII characters."
_CONTROL = "Specified value has invalid Control characters. (Parameter 'value')"
_CRLF = "Specified value has invalid CRLF characters. (Parameter 'value')"
_EDGES = "\t\n\v\f\r "


@dataclass(frozen=True, slots=True)
class Keys:
    """What a release asks for. `blank`: a key of blanks counts as one; `variables`: DEEPGRAM_API_KEY is read."""

    missing: str
    blank: bool = False
    variables: bool = True
    own: bool = True  # OnPrem, as an argument of the constructor, excuses a missing key
    tokens: bool = False
    bare_word: bool = False  # without a key the header is `Authorization: token`


SETTINGS = Keys("Deepgram API Key must be provided in constructor or via settings", variables=False, own=False)
CONSTRUCTOR = Keys("Deepgram API Key must be provided in constructor", blank=True, variables=False, own=False)
INVALID = Keys("Deepgram API Key is invalid", bare_word=True)
REQUIRED = Keys("Deepgram authentication is required. Please provide either an API Key or Access Token.", tokens=True)


def check(keys: Keys, wish: Wish) -> None:
    """Raise CannotUse where the constructor throws for want of a key."""
    extra = wish.extra
    if not keys.tokens and "access_token" in extra:
        raise CannotUse("error CS1739: the constructor has no parameter named 'accessToken'", Outcome.REFUSED_BY_SDK)
    key = wish.key or ""
    if key if keys.blank else key.strip():
        return
    if keys.variables and extra.get("key_env") == "set":
        return
    if keys.tokens and "set" in (extra.get("access_token"), extra.get("access_token_env")):
        return
    if keys.own and extra.get("OnPrem", "").lower() == "true":
        return
    raise CannotUse(keys.missing, Outcome.REFUSED_BY_SDK)


def check_header(wish: Wish) -> None:
    """Raise CannotUse where the key cannot be sent: REST refuses any new line, live drops those at the end."""
    key = wish.key or ""
    if not key.strip() and wish.extra:
        return
    if wish.transport == "rest":
        if any(one in key for one in "\r\n\0"):
            raise CannotUse(_NEW_LINE)
        if not key.isascii():
            raise CannotUse(_ASCII)
        return
    _check_live(f"token {key}".strip(_EDGES))


def _check_live(value: str) -> None:
    """Line ends may only fold: a blank or a tab must follow."""
    broken = value.replace("\r\n ", " ").replace("\r\n\t", " ").replace("\n ", " ").replace("\n\t", " ")
    if "\r" in broken or "\n" in broken:
        raise CannotUse(_CRLF)
    if any((one < " " and one not in "\t\r\n") or one == "\x7f" for one in value):
        raise CannotUse(_CONTROL)
    if not value.isascii():
        raise CannotUse(f"Unable to connect to the remote server ({_ASCII})")
