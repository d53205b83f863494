"""How the requests of the Go SDK look on the wire.

Seen on loopback with v3.5.0 and Go 1.26 (names, case, order), read for the others. The `User-Agent` names a version of
its own, which the releases seldom raised.
"""

from __future__ import annotations

from dgcheck.model.record import replace
from dgcheck.model.sdk import Manner

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping

UNVERIFIED = "not checked at all, unless DEEPGRAM_SSL_HOST_VERIFICATION is set to something other than false"
_SWITCH = "ClientOptions.SkipServerAuth or DEEPGRAM_WEBSOCKET_SKIP_AUTH=true"


def asks(agent: str, handshake: float = 15.0, switch: str = _SWITCH) -> Mapping[str, Manner]:
    """How the two clients ask; `ws-plain` is live for a `Host` with a scheme, whose Host header comes out empty.

    The client copies its `Host` into the header of that name as it stands, and net/http leaves out what is no host.
    Without TLS a `Host` always has a scheme; `wss://` is as bad, and only a bare name comes out right.
    """
    name = f"@deepgram/sdk/{agent} go/1.26"
    rest = Manner(
        headers=(
            ("Host", "{authority}"),
            ("User-Agent", name),
            ("Content-Length", ""),
            ("Accept", "application/json"),
            ("Authorization", "token {key}"),
            ("Accept-Encoding", "gzip"),
        ),
        auth="token",
        redirects="up to 10; 301, 302 and 303 make it a GET without a body; Authorization is dropped for another host",
        repeats=(307, 308),
        retries="none",
        trust="system",
        ca_variable="SSL_CERT_FILE",
        tls_switch=switch,
        source="pkg/client/rest/v1/http.go: an http.Client without a time limit, a Transport without a proxy",
    )
    live = replace(
        rest,
        headers=(
            ("Host", "{authority}"),
            ("User-Agent", name),
            ("Authorization", "token {key}"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", ""),
            ("Sec-WebSocket-Version", "13"),
            ("Upgrade", "websocket"),
        ),
        redirects="not followed: websocket: bad handshake",
        repeats=(),
        retries="3 attempts, 2 s apart",
        connect_limit=handshake,
        answer_limit=handshake,
        source="pkg/client/common/v1/websocket.go, dvonthenen/websocket v1.5.1-dyv.2",
    )
    emptied = replace(live, headers=(("Host", " "), *live.headers[1:]))
    return {"rest": rest, "ws": live, "ws-plain": emptied, "ws-scheme": emptied}
