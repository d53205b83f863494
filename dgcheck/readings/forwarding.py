"""Whether a WebSocket upgrade lost its headers on the way, by comparison alone.

What a healthy deployment answers to a plain GET of `/v1/listen` is not known, so nothing here rests on one answer:
the refused upgrade is compared with a plain GET of the same URL.
"""

from __future__ import annotations

from dgcheck.model.case import Case, settled
from dgcheck.model.evidence import Exchange, Upgrade, Wire
from dgcheck.model.record import dataclass
from dgcheck.readings.answers import deployment_answers, listens, opened, posts, rest_works, upgrade, upgrade_works
from dgcheck.wire.choose import exact, mode
from dgcheck.wire.likeness import alike
from dgcheck.wire.refusal import read_refusal
from dgcheck.wire.tls_words import wants_https
from dgcheck.wire.who import answered, signed

PLAIN_GET = "plain_get"
# tornado, aiohttp, Go's gorilla, Python's websockets, axum, actix, Node's ws, Java's Tyrus.
_NO_UPGRADE = (
    'can "upgrade" only to "websocket"',
    "no websocket upgrade hdr",
    "not using the websocket protocol",
    "missing connection header",
    "missing upgrade header",
    "invalid connection header",
    "invalid upgrade header",
    "`connection` header did not include 'upgrade'",
    "connection header did not include 'upgrade'",
    "`upgrade` header did not include 'websocket'",
    "upgrade header did not include 'websocket'",
    "websocket upgrade is expected",
    "missing or invalid upgrade header",
    "upgrade required",
)
# Somebody decided to answer so, whether or not an upgrade was asked for.
_DECIDED = frozenset({301, 302, 303, 307, 308, 401, 402, 403, 407, 413, 429})


@dataclass(frozen=True, slots=True)
class Lost:
    """An upgrade that did not get through. `how` is `asked_to_upgrade` (426), `old_http` (505), `envoy` or
    `same_as_get`; `plain` is the GET that it was compared with, where there was one. `reached`: the deployment itself
    answered it.
    """

    how: str
    seen: Upgrade
    plain: Exchange | None
    reached: bool


def envoy_refuses_upgrade(seen: Wire) -> bool:
    """Envoy's own 403 to an upgrade: signed by Envoy, empty, without `dg-request-id`."""
    answer = seen.response
    if not isinstance(seen, Upgrade) or answer is None or answer.status != 403:
        return False
    return signed(answer) in ("envoy", "istio") and not answer.body.strip() and not answer.header("dg-request-id")


def asks_to_upgrade(seen: Upgrade) -> bool:
    """Whether the answer says that it saw no upgrade: 426, or the words of common WebSocket servers for it."""
    answer = seen.response
    if answer is None or not 400 <= answer.status < 500:
        return False
    if answer.status == 426:
        return not wants_https(answer)
    text = " ".join(answer.body[:2000].replace("&quot;", '"').replace("&#39;", "'").lower().split())
    return any(words in text for words in _NO_UPGRADE)


def asks_for_newer_http(seen: Upgrade) -> bool:
    """Whether the answer says that the upgrade came in a version of HTTP that has none: 505 to what was HTTP/1.1."""
    return seen.status == 505


@settled
def worth_comparing(case: Case) -> bool:
    """Whether a plain GET could tell why the upgrade was refused: it was refused in words that name no reason, while
    other requests are served.
    """
    seen = upgrade(case)
    if seen is None or seen.response is None or seen.status in (101, *_DECIDED - {403}) or _upgrades_pass(case):
        return False
    if seen.status == 403 and not envoy_refuses_upgrade(seen):
        return False
    return _others_served(case, seen) and not read_refusal(seen.response).about


# What a GET is answered where only an upgrade or a POST would do. A 400 or 404 may be about the request itself: there a
# POST has to have worked.
_OF_A_GET = (200, 405, 426)


@settled
def not_forwarded(case: Case) -> Lost | None:
    """The upgrade whose headers were lost on the way, or None where that is not shown."""
    seen = upgrade(case)
    if seen is None or seen.response is None or not worth_comparing(case):
        return None
    plain = case.first(Exchange, "ws.upgrade", PLAIN_GET)
    reached = answered(seen.response) == "deepgram"
    if asks_to_upgrade(seen):
        return Lost("asked_to_upgrade", seen, plain, reached)
    if asks_for_newer_http(seen):
        return Lost("old_http", seen, plain, reached)
    if envoy_refuses_upgrade(seen):
        passes = rest_works(case) or (plain is not None and plain.status not in (None, 403, 502, 503, 504))
        unhealthy = any(other.status in (502, 503, 504) for other in listens(case))
        return Lost("envoy", seen, plain, False) if passes and not unhealthy else None
    if plain is None or not alike(seen.response, plain.response) or _may_be_the_model(case, seen):
        return None
    if not rest_works(case) and seen.status not in _OF_A_GET:
        return None
    if reached and seen.status is not None and seen.status >= 500:
        return None  # its own failure is the same for a GET and for an upgrade that did arrive as one
    return Lost("same_as_get", seen, plain, reached)


@settled
def _upgrades_pass(case: Case) -> bool:
    """Whether an upgrade got through the same way: another model's, on another path of this host, or another time."""
    elsewhere = (
        *case.of(Upgrade, "", "with_version"),
        *case.of(Upgrade, "", "siblings"),
        *case.of(Upgrade, "replicas"),
    )
    return upgrade_works(case) or any(opened(seen) for seen in elsewhere)


def _others_served(case: Case, refused: Upgrade) -> bool:
    """Whether speech is served by POST; without such a POST, whether anything of the deployment is.

    A POST that the deployment refused in its own words, or whose size alone was too much for a proxy, shows as well
    that this path leads to it: a second fault does not hide the first. What is answered alike is one fault.
    """
    asked = posts(case)
    if rest_works(case) or not asked:
        return rest_works(case) or deployment_answers(case)
    return deployment_answers(case) and all(
        _path_is_there(seen) and not alike(seen.response, refused.response) for seen in asked
    )


def _path_is_there(seen: Exchange) -> bool:
    refused = seen.status in (400, 402, 415, 422) and answered(seen.response) == "deepgram"
    return refused or seen.status == 413


def _may_be_the_model(case: Case, seen: Upgrade) -> bool:
    """A 400 or 405 that a deployment could also give to a model that it does not serve in a stream: a bare 400 whose
    model nobody lists as streaming, or any whose model is listed as not streaming.
    """
    if seen.status not in (400, 405):
        return False
    rows = exact(case.listing, case.model) if case.listing and case.model else ()
    streaming = mode(rows, "streaming") if rows else None
    if streaming is False:
        return True
    return seen.status == 400 and streaming is None and not read_refusal(seen.response).words
