"""How the requests of @deepgram/sdk look on the wire: recorded byte for byte on Node 20; REST is a file of audio."""

from __future__ import annotations

from functools import cache

from dgcheck.model.sdk import Manner

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping

_NODE = "20.20.2"
_SESSION = "00000000-0000-4000-8000-000000000000"
_CA = "NODE_EXTRA_CA_CERTS"
_SWITCH = "NODE_TLS_REJECT_UNAUTHORIZED=0"
_NOT_FOLLOWED = "not followed: a redirect is an error"
_FOLLOWED = "followed; after 301 and 302 the POST is a GET without Authorization, after 307 and 308 it fails"
_UPGRADE = (
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", ""),
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
)
_DEFLATE = ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")
_HOST = ("Host", "{authority}")
# What Node's `fetch` puts before and behind the headers that it is given.
_FETCH_FIRST = (("host", "{authority}"), ("connection", "keep-alive"))
_FETCH_LAST = (
    ("accept-language", "*"),
    ("sec-fetch-mode", "cors"),
    ("accept-encoding", "gzip, deflate"),
    ("content-length", ""),
)


@cache
def first() -> Mapping[str, Manner]:
    """Versions 1 and 2: `https.request` for REST, ws 7 for live, and a lower-case `token`."""
    agent = ("User-Agent", f"@deepgram/sdk/{{version}} node/{_NODE}")
    key = ("Authorization", "token {key}")
    rest = (agent, ("Content-Type", "audio/wav"), key, ("Content-Length", ""), _HOST, ("Connection", "keep-alive"))
    return {
        "rest": _manner(
            rest,
            "token",
            redirects='not followed: the promise resolves to {"error":""}',
            source="1.21.0, 2.4.0, run; dist/index.js",
        ),
        "ws": _manner((*_UPGRADE, key, agent, _DEFLATE, _HOST), "token", source="1.21.0, 2.4.0, run; dist/index.js"),
    }


@cache
def third(early: bool) -> Mapping[str, Manner]:
    """Versions 3 and 4: `fetch` for REST; ws 8 for live, before 3.4 another package with the key as subprotocol."""
    agent = ("User-Agent", f"@deepgram/sdk/{{version}} node/{_NODE}")
    client = ("X-Client-Info", "@deepgram/sdk; server; v{version}")
    key = ("Authorization", "Token {key}")
    rest = _manner(
        (
            *_FETCH_FIRST,
            ("Content-Type", "deepgram/audio+video"),
            client,
            agent,
            key,
            ("accept", "*/*"),
            *_FETCH_LAST,
        ),
        "Token",
        redirects=_FOLLOWED,
        connect_limit=10.0,
        answer_limit=300.0,
        source="3.0.0, 3.13.0, 4.11.3, run; dist/main/packages/AbstractRestClient.js",
    )
    if early:
        headers = (
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", ""),
            _HOST,
            ("Sec-WebSocket-Protocol", "token, {key}"),
        )
        live = _manner(
            headers, "subprotocol", ("token", "{key}"), source="3.0.0, run; dist/main/packages/LiveClient.js"
        )
    else:
        live = _manner(
            (("Content-Type", "application/json"), client, agent, key, *_UPGRADE, _DEFLATE, _HOST),
            "Token",
            source="3.13.0, 4.11.3, run; on Node 22 its own WebSocket is used, with the subprotocol `token, KEY`",
        )
    return {"rest": rest, "ws": live}


@cache
def fifth() -> Mapping[str, Manner]:
    """Version 5: `fetch` for REST, ws 8 for live, and the headers of a generated client."""
    key = ("authorization", "Token {key}")
    own = (
        ("x-fern-language", "JavaScript"),
        ("x-fern-sdk-name", "@deepgram/sdk"),
        ("x-fern-sdk-version", "{version}"),
        ("user-agent", "@deepgram/sdk/{version}"),
        ("x-fern-runtime", "node"),
        ("x-fern-runtime-version", _NODE),
        ("x-deepgram-session-id", _SESSION),
    )
    before = (("Accept", "*/*"), ("Content-Type", "application/octet-stream"))
    rest = _manner(
        (*_FETCH_FIRST, *before, key, *own, *_FETCH_LAST),
        "Token",
        redirects=_FOLLOWED,
        retries="3 requests on 408, 429 and 5xx",
        connect_limit=10.0,
        answer_limit=60.0,
        source="5.0.0, 5.13.0, run; dist/cjs/core/fetcher",
    )
    live = _manner(
        (*own, key, *_UPGRADE, _DEFLATE, _HOST),
        "Token",
        retries="none before the first connection; after one is lost up to 30",
        connect_limit=10.0,
        answer_limit=10.0,
        source="5.13.0, run; dist/cjs/CustomClient.js",
    )
    return {"rest": rest, "ws": live}


def _manner(
    headers: tuple[tuple[str, str], ...],
    auth: str,
    subprotocols: tuple[str, ...] = (),
    *,
    redirects: str = _NOT_FOLLOWED,
    retries: str = "none",
    connect_limit: float | None = None,
    answer_limit: float | None = None,
    source: str,
) -> Manner:
    return Manner(
        headers,
        auth,
        subprotocols,
        redirects=redirects,
        retries=retries,
        connect_limit=connect_limit,
        answer_limit=answer_limit,
        trust="node",
        ca_variable=_CA,
        tls_switch=_SWITCH,
        source=f"@deepgram/sdk {source}",
    )
