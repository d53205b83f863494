"""How the requests of deepgram-sdk for Python look on the wire: recorded byte for byte on Python 3.11.

With httpx 0.28.1 and websockets 17.4 (13.1 for version 2); REST is a file of audio.
"""

from __future__ import annotations

from functools import cache

from dgcheck.model.sdk import Manner

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping

_PYTHON = "3.11.7"
_SESSION = "00000000-0000-4000-8000-000000000000"
_PLATFORM = "linux/6.1.0"
_UPGRADE = (
    ("Host", "{authority}"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", ""),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"),
)
_NO_REDIRECT = "not followed: a redirect is an error"
_REDIRECT = "followed; after 301 and 302 the POST is a GET, and Authorization is dropped for another host or port"
_CA = "SSL_CERT_FILE"


@cache
def second() -> Mapping[str, Manner]:
    """Version 2: urllib for REST, the legacy client of websockets for live."""
    rest = Manner(
        (
            ("Accept-Encoding", "identity"),
            ("Content-Length", ""),
            ("Host", "{authority}"),
            ("Content-Type", "audio/wav"),
            ("Authorization", "Token {key}"),
            ("User-Agent", f"deepgram/v{{version}} python/{_PYTHON}"),
            ("Connection", "close"),
        ),
        "Token",
        redirects="followed; after 301 and 302 the POST is a GET, and the key goes with it",
        repeats=(307, 308),
        retries="5 tries on network errors",
        proxies=True,
        trust="system",
        ca_variable=_CA,
        source="deepgram-sdk 2.12.0, run; deepgram/_utils.py `_sync_request`",
    )
    live = Manner(
        (
            *_UPGRADE,
            ("Authorization", "Token {key}"),
            ("User-Agent", f"deepgram/v{{version}} python/{_PYTHON}"),
        ),
        "Token",
        redirects=_NO_REDIRECT,
        retries="5 tries on any error",
        connect_limit=10.0,
        answer_limit=10.0,
        trust="system",
        ca_variable=_CA,
        source="deepgram-sdk 2.12.0 with websockets 13.1, run; deepgram/_utils.py `_socket_connect`",
    )
    return {"rest": rest, "ws": live}


@cache
def third() -> Mapping[str, Manner]:
    """Versions 3 and 4: httpx for REST, websockets for live."""
    own = (
        ("Accept", "application/json"),
        ("Authorization", "Token {key}"),
        ("User-Agent", "@deepgram/sdk/v{version} python/11.7"),
    )
    rest = Manner(
        (
            ("Host", "{authority}"),
            ("Accept-Encoding", "gzip, deflate"),
            ("Connection", "keep-alive"),
            *own,
            ("Content-Length", ""),
        ),
        "Token",
        redirects=_NO_REDIRECT,
        retries="none",
        connect_limit=10.0,
        answer_limit=30.0,
        proxies=True,
        trust="certifi",
        ca_variable=_CA,
        source="deepgram-sdk 3.2.7, 3.11.0, 4.8.1, run; clients/common/v1/abstract_sync_rest.py",
    )
    return {"rest": rest, "ws": _live((*_UPGRADE, *own), "deepgram-sdk 3.2.7, 3.11.0, 4.8.1, run")}


@cache
def fifth(major: int) -> Mapping[str, Manner]:
    """Versions 5 to 7: httpx for REST, websockets for live, and the headers of a generated client."""
    session = ("x-deepgram-session-id", _SESSION)
    key = ("Authorization", "Token {key}")
    agent: tuple[tuple[str, str], ...]
    own: tuple[tuple[str, str], ...]
    if major == 5:
        agent = (("User-Agent", "python-httpx/0.28.1"),)
        own = (("X-Fern-Language", "Python"), ("X-Fern-SDK-Name", "deepgram"), ("X-Fern-SDK-Version", "{version}"))
    else:
        # 6.1.1 calls itself 6.0.2.
        version = "6.0.2" if major == 6 else "{version}"
        agent = (("User-Agent", f"deepgram-sdk/{version}"),)
        own = (
            ("X-Fern-Language", "Python"),
            ("X-Fern-Runtime", f"python/{_PYTHON}"),
            ("X-Fern-Platform", _PLATFORM),
            ("X-Fern-SDK-Name", "deepgram-sdk"),
            ("X-Fern-SDK-Version", version),
        )
    rest = Manner(
        (
            ("Host", "{authority}"),
            ("Accept", "*/*"),
            ("Accept-Encoding", "gzip, deflate"),
            ("Connection", "keep-alive"),
            *agent,
            *own,
            session,
            key,
            ("content-type", "application/octet-stream"),
            ("Content-Length", ""),
        ),
        "Token",
        redirects=_REDIRECT,
        repeats=(307, 308),
        retries={
            5: "none",
            6: "3 requests on 408, 409, 429 and 5xx",
            7: "3 requests on 408, 409, 429 and 5xx, 3 tries on network and TLS errors",
        }[major],
        connect_limit=60.0,
        answer_limit=60.0,
        proxies=True,
        trust="certifi",
        ca_variable=_CA,
        tls_switch="httpx_client=httpx.Client(verify=...)",
        source="deepgram-sdk 5.3.4, 6.1.1, 7.17.0, run; core/http_client.py",
    )
    before = own if major == 5 else (*agent, *own)
    after = (("User-Agent", "Python/3.11 websockets/17.4"),) if major == 5 else ()
    live = _live((*_UPGRADE, *before, session, key, *after), "deepgram-sdk 5.3.4, 6.1.1, 7.17.0, run")
    return {"rest": rest, "ws": live}


def _live(headers: tuple[tuple[str, str], ...], source: str) -> Manner:
    return Manner(
        headers,
        "Token",
        redirects="to wss:// only; one to https:// is an error",
        repeats=(301, 302, 303, 307, 308),
        repeats_to=("wss",),
        retries="none",
        connect_limit=10.0,
        answer_limit=10.0,
        proxies=True,
        trust="system",
        ca_variable=_CA,
        source=source,
    )
