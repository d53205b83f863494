"""What bites in a setting, said for a person: read off what was meant and what is dialled, the same for every SDK.

What only one SDK does (a variable that nobody reads, a key that is replaced) its own file adds.
"""

from __future__ import annotations

from dgcheck.model.record import replace
from dgcheck.model.sdk import Dialled, Outcome, Wish
from dgcheck.sdks.urls.reached import Meant, is_cloud, meant

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable

# Ends of a path that belong to the API and not to the base, longest first.
API_ENDS = ("/v1/listen", "/v2/listen", "/v1/speak", "/v1", "/v2", "/listen")
EMPTY = "an empty value goes to api.deepgram.com without a word: check that the variable is set where the program runs"


def told(
    dial: Callable[[Wish], Dialled],
    source: str,
    own: Callable[[Wish, Dialled], tuple[str, ...]] | None = None,
    *,
    whole: bool = False,
) -> Callable[[Wish], Dialled]:
    """The same dial, with traps (this SDK's own first) and the source filled in.

    `whole`: the value is the whole endpoint, to which nothing is appended, so that its path is as it is meant.
    """

    def dialled(wish: Wish) -> Dialled:
        found = dial(wish)
        more = own(wish, found) if own else ()
        traps = (*found.traps, *more, *common(wish, found, whole=whole))
        return replace(found, traps=traps, source=found.source or source)

    return dialled


def common(wish: Wish, found: Dialled, *, whole: bool = False) -> tuple[str, ...]:
    """The traps that can be read off the value and the URL alone; of its path only where it is not the `whole`."""
    wanted = meant(wish.value)
    if found.outcome is Outcome.CLOUD:
        if not wish.value.strip():
            return (EMPTY,)
        return ("the value is the hosted service itself",) if is_cloud(wanted.host) else ()
    if found.outcome is Outcome.WRONG_HOST:
        return (_wrong_host(wish, found.url),) if found.url else ()
    if found.outcome is not Outcome.DIALS or not found.url:
        return ()
    scheme, _, rest = found.url.partition("://")
    target = "/" + rest.partition("/")[2] if "/" in rest else ""
    return (
        *_scheme(wish, wanted, scheme in ("https", "wss")),
        *(_path(wanted, target) if target and not whole else ()),
    )


def prefix_of(path: str) -> str:
    """The part of a path that stands before the API: `/deepgram` of `/deepgram/v1/listen`, '' where there is none."""
    trimmed = path.rstrip("/")
    for end in API_ENDS:
        if trimmed.lower().endswith(end):
            return trimmed[: -len(end)].rstrip("/")
    return trimmed


def _wrong_host(wish: Wish, url: str) -> str:
    name = url.partition("://")[2].partition("/")[0].partition("?")[0]
    return f"the host that is looked up is {name!r}: {wish.value!r} is not read as the URL that it is"


def _scheme(wish: Wish, wanted: Meant, tls: bool) -> list[str]:
    plain, secure = ("ws://", "wss://") if wish.transport == "ws" else ("http://", "https://")
    if wanted.tls is None and tls:
        return [f"a value without a scheme is dialled with TLS ({secure}); a port that speaks plain HTTP cannot answer"]
    if wanted.tls is False and tls:
        return [f"{wanted.scheme}:// is dialled with TLS ({secure}) all the same; a plain port cannot answer"]
    if wanted.tls and not tls:
        return [f"{wanted.scheme}:// is dialled without TLS ({plain})"]
    return []


def _path(wanted: Meant, target: str) -> list[str]:
    path, _, query = target.partition("?")
    told_of = []
    prefix = prefix_of(wanted.path)
    if wanted.query and (query or not path.endswith("/listen")):
        swallowed = "" if path.endswith("/listen") else ": it swallows the path of the request"
        told_of.append(f"the value ends in a query{swallowed}; leave ?{wanted.query} out")
    elif not _versioned(path):
        told_of.append(f"/v1 is missing: {path} is asked for; end the value in /v1")
    if "/v1/v1/" in path or "/listen/v1/" in path or path.endswith("/listen/listen"):
        told_of.append(f"{wanted.path.rstrip('/')} in the value is doubled: {path} is asked for; leave it out")
    if "//" in path:
        told_of.append(f"the slash at the end of the value stays: {path} is asked for; leave it out")
    if prefix and not path.startswith(prefix):
        told_of.append(f"the path prefix {prefix} is lost: {path} is asked for")
    return told_of


def _versioned(path: str) -> bool:
    return any(f"/{version}/" in path for version in ("v1", "v2"))
