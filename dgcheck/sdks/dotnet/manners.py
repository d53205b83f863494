"""How the requests of the .NET SDK look on the wire: seen with .NET 8 and 10 for 4 to 7, read for 1 to 3."""

from __future__ import annotations

from dgcheck.model.record import replace
from dgcheck.model.sdk import Manner

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping

_REDIRECTS = "followed without Authorization, from https to http never; 301 and 302 make a POST a GET"
_ACCEPT = ("Accept", "application/json")
_AUTHORIZATION = ("Authorization", "token {key}")
_AGENT = ("User-Agent", "deepgram/{version} dotnet/.NET10.0")
_WS = (
    ("Host", "{authority}"),
    _AUTHORIZATION,
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Key", ""),
    ("Sec-WebSocket-Version", "13"),
)


def early(own_headers_first: bool) -> Mapping[str, Manner]:
    """1 to 3; in 3 the headers of the request stand before those of the client."""
    order = (_AUTHORIZATION, _ACCEPT, _AGENT) if own_headers_first else (_ACCEPT, _AGENT, _AUTHORIZATION)
    rest = Manner(
        headers=(("Host", "{authority}"), *order, ("Content-Type", "audio/wav"), ("Content-Length", "")),
        auth="token",
        redirects=_REDIRECTS,
        repeats=(307, 308),
        retries="none",
        answer_limit=100.0,
        proxies=True,
        trust="system",
        ca_variable="SSL_CERT_FILE",
        tls_switch="" if own_headers_first else "Configuration.Instance.ClientHandler, for REST",
        source="ApiRequest.cs, RequestMessageBuilder.cs; HttpClient's own limit",
    )
    live = replace(
        rest,
        headers=_WS,
        retries="none",
        answer_limit=None,
        tls_switch="",
        source="LiveTranscriptionClient.cs: ConnectAsync without a limit",
    )
    return {"rest": rest, "ws": live}


def late(limits_too: bool = False) -> Mapping[str, Manner]:
    """4 to 7; `limits_too` where a 429 is tried again as well."""
    rest = Manner(
        headers=(("Host", "{authority}"), _ACCEPT, _AGENT, _AUTHORIZATION, ("Content-Length", "")),
        auth="token",
        redirects=_REDIRECTS,
        repeats=(307, 308),
        retries=f"5, on 5xx, 408{', 429' if limits_too else ''} and every connection error, certificates too",
        answer_limit=30.0,
        proxies=True,
        trust="system",
        ca_variable="SSL_CERT_FILE",
        source="HttpClientFactory.cs, AbstractRestClient.cs: 30 s in all",
    )
    live = replace(
        rest,
        headers=_WS,
        retries="none",
        connect_limit=5.0,
        answer_limit=5.0,
        source="AbstractWebSocketClient.cs, Live/v1/Client.cs: DefaultConnectTimeout",
    )
    return {"rest": rest, "ws": live}
