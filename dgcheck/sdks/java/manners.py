"""How the requests of the Java SDK look on the wire: its headers sent by OkHttp 4.12 to loopback."""

from __future__ import annotations

from dgcheck.model.record import replace
from dgcheck.model.sdk import Manner

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping

_OWN = (
    ("Authorization", "Token {key}"),
    ("User-Agent", "com.deepgram:deepgram-java-sdk/{version}"),
    ("X-Fern-Language", "JAVA"),
    ("x-deepgram-session-id", "00000000-0000-4000-8000-000000000000"),
    ("X-Fern-SDK-Name", "com.deepgram:deepgram-java-sdk"),
    ("X-Fern-SDK-Version", "{version}"),
)


def asks() -> Mapping[str, Manner]:
    """How both clients ask."""
    rest = Manner(
        headers=(
            *_OWN,
            ("Accept", "application/json"),
            ("Content-Type", "application/octet-stream"),
            ("Content-Length", ""),
            ("Host", "{authority}"),
            ("Connection", "Keep-Alive"),
            ("Accept-Encoding", "gzip"),
        ),
        auth="Token",
        redirects="up to 20; 301, 302 and 303 make it a GET; Authorization is dropped for another origin",
        repeats=(307, 308),
        retries="2, on 408, 429 and 5xx",
        answer_limit=60.0,
        trust="java",
        ca_variable="-Djavax.net.ssl.trustStore",
        tls_switch="",
        source="core/ClientOptions.java, core/RetryInterceptor.java; OkHttp 4.12 asks Java for a proxy",
    )
    live = replace(
        rest,
        headers=(
            *_OWN,
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", ""),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Extensions", "permessage-deflate"),
            ("Host", "{authority}"),
            ("Accept-Encoding", "gzip"),
        ),
        redirects="followed",
        repeats=(301, 302, 303, 307, 308),
        retries="without end, 1 s to 10 s apart",
        connect_limit=4.0,
        answer_limit=4.0,
        source="core/ReconnectingWebSocketListener.java, OkHttp 4.12",
    )
    return {"rest": rest, "ws": live}
