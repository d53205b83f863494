"""What bites in a setting of the Java SDK, beside what bites in every SDK's."""

from __future__ import annotations

from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.java.dial import part_of
from dgcheck.sdks.urls.reached import meant

_NO_VARIABLE = "no version reads DEEPGRAM_HOST: give an environment to the builder"
_LEFT_OUT = "{} serves this client and was left out: that is null, not the cloud"
_NOT_REST = "REST knows only http:// and https://; live takes those too, so write them in all three parts"
_NO_SCHEME = "an address without a scheme is no URL here; write http:// or https:// in front"
_OTHER_PART = "{} does not serve this client: {} does"
_ANY_KEY = "a key is wanted, though a deployment of one's own checks none: any text will do"
_EMPTY_KEY = "an empty key passes, and is sent as a bare Authorization: Token"


def own(wish: Wish, found: Dialled) -> tuple[str, ...]:
    """What to tell of a wish, the most pressing first."""
    if wish.option == "DEEPGRAM_HOST":
        return (_NO_VARIABLE,)
    part = part_of(wish)
    if wish.option not in ("environment", part):
        told = [_OTHER_PART.format(wish.option, part)]
        if part not in wish.extra:
            told.append(_LEFT_OUT.format(part))
        return tuple(told)
    traps = [_ANY_KEY] if wish.key is None and found.outcome is Outcome.REFUSED_BY_SDK else []
    scheme = meant(wish.value).scheme
    if found.outcome is Outcome.ERROR and wish.transport == "rest" and scheme in ("ws", "wss"):
        traps.append(_NOT_REST)
    elif found.outcome is Outcome.ERROR and not scheme:
        traps.append(_NO_SCHEME)
    if found.url and wish.key == "":
        traps.append(_EMPTY_KEY)
    return tuple(traps)
