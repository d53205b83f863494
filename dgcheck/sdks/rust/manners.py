"""How the requests of the Rust SDK look on the wire: seen with 0.9.2 to 0.14.0 on loopback, read for the others."""

from __future__ import annotations

from dgcheck.model.record import replace
from dgcheck.model.sdk import Manner
from dgcheck.sdks.rust.dial import Rules

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping

_AGENT = "deepgram/{version} rust"


_FEATURE = "SSL_CERT_FILE (with the cargo feature rustls-tls-native-roots)"


def asks(rules: Rules, reqwest: str, trust: str) -> Mapping[str, Manner]:
    """How the two clients ask; `trust` is the store of reqwest as it is built."""
    rest = Manner(
        headers=(
            ("content-type", "audio/wav"),
            ("accept", "*/*"),
            ("user-agent", _AGENT),
            ("authorization", "Token {key}"),
            ("host", "{authority}"),
            ("content-length", ""),
        ),
        auth="Token",
        redirects="up to 10; 301, 302 and 303 make the POST a GET",
        repeats=(307, 308),
        retries="none",
        proxies=True,
        trust=trust,
        ca_variable="SSL_CERT_FILE" if trust == "system" else "",
        source=f"src/listen/rest.rs, reqwest {reqwest} with rustls: no time limit of its own",
    )
    live = replace(
        rest,
        headers=(
            ("Host", rules.host),
            ("Connection", "upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", ""),
            *([("user-agent", _AGENT)] if rules.names_itself else []),
            ("authorization", "Token {key}"),
        ),
        redirects="not followed: HTTP error: 301 Moved Permanently",
        repeats=(),
        proxies=False,
        trust="webpki",
        ca_variable=_FEATURE if rules.native_roots else "",
        tls_switch="Deepgram::tls_config" if rules.native_roots else "",
        source="src/listen/websocket.rs, tokio-tungstenite with rustls-tls-webpki-roots: no time limit",
    )
    return {"rest": rest, "ws": live}
