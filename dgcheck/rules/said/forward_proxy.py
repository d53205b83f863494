"""A forward proxy that the environment names and the client obeys (DG0010), in the words of clients."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_REFUSED = "The client went through a forward proxy, which did not open the way to the deployment."
_STATUS = (
    "The client went through a forward proxy, which answered {status} instead of opening the way to the deployment."
)
_LOST = "The client was told to use a forward proxy, and could not reach that proxy itself."
_AUTH = "The forward proxy wants credentials."

MESSAGES = (
    *ways(
        "proxy_env",
        _STATUS,
        LIKELY,
        (),
        (
            "tunnel connection failed",
            r"tunnel connection failed: (?P<status>\d{3})[^\n]*",
            "python",
            "urllib, requests, websocket-client",
        ),
        (
            "proxy rejected connection",
            r"proxy rejected connection: http (?P<status>\d{3})[^\n]*",
            "python",
            "websockets 15 and newer",
        ),
        (
            "from proxy after connect",
            r"received http code (?P<status>\d{3}) from proxy after connect",
            "curl",
            "curl 7",
        ),
        ("connect tunnel failed", r"connect tunnel failed, response (?P<status>\d{3})", "curl", "curl 7.86 and newer"),
        (
            "proxy tunnel request to proxy",
            r"proxy tunnel request to proxy '[^'\n]{1,300}' failed with status code '(?P<status>\d{3})'",
            "dotnet",
            ".NET 5 to 10",
        ),
        (
            "connect via proxy status",
            r"failed connect via proxy status: (?P<status>\d{3})",
            "python",
            "websocket-client 1",
        ),
        (
            "unexpected response code for connect",
            r"unexpected response code for connect: (?P<status>\d{3})",
            "java",
            "OkHttp",
        ),
        (
            "when http tunneling",
            r"proxy response \((?P<status>\d{3})\) ?!== ?200 when http tunneling",
            "node",
            "undici's ProxyAgent",
        ),
    ),
    *ways(
        "proxy_env",
        _LOST,
        LIKELY,
        (),
        ("cannot connect to proxy", r"cannot connect to proxy[^\n]*", "python", "urllib3 beneath requests"),
        ("your proxy appears to only use http and not https", "", "python", "urllib3 1.26 and 2"),
        ("unable to connect to proxy", r"unable to connect to proxy[^\n]*", "python", "urllib3 2 beneath requests"),
        ("clientproxyconnectionerror", r"clientproxyconnectionerror: [^\n]*", "python", "aiohttp"),
        ("proxyconnect tcp", r"proxyconnect tcp: [^\n]*", "go", "Go"),
        ("could not resolve proxy", r"could not resolve proxy[^\n]*", "curl", "curl"),
        ("couldn't resolve proxy name", "", "curl", "libcurl's CURLE_COULDNT_RESOLVE_PROXY"),
        ("curl error 5:", "", "php", "Guzzle, where libcurl gave no text"),
        (
            "establishing a connection to the proxy",
            r"error occurred while establishing a connection to the proxy tunnel[^\n]*",
            "dotnet",
            ".NET 7 and newer",
        ),
        ("err_proxy_connection_failed", "", "browser", "Chromium"),
        ("ns_error_proxy_connection_refused", "", "browser", "Firefox"),
        ("ns_error_unknown_proxy_host", "", "browser", "Firefox"),
    ),
    *ways(
        "proxy_env",
        _REFUSED,
        LIKELY,
        (),
        (".proxyerror: ", r"(?:httpx|httpcore|requests\.exceptions)\.proxyerror: [^\n]*", "python", "httpx, requests"),
        ("did not receive a valid http response from proxy", "", "python", "websockets 15 and newer"),
        ("clienthttpproxyerror", r"clienthttpproxyerror: [^\n]*", "python", "aiohttp"),
        ("proxy connect aborted", "", "curl", "curl"),
        ("unable to tunnel through proxy", r"unable to tunnel through proxy[^\n]*", "java", "Java 8 to 21"),
        (
            "tunneling socket could not be established",
            r"tunneling socket could not be established[^\n]*",
            "node",
            "tunnel-agent",
        ),
        ("err_tunnel_connection_failed", "", "browser", "Chromium"),
        ("establishing a tunnel via proxy server failed", "", "browser", "Chromium, of a WebSocket"),
        (
            "unsuccessful tunnel",
            r"unsuccessful tunnel(?: \([^)\n]{0,80}\))?",
            "rust",
            "hyper-util beneath reqwest",
        ),
        ("tunnel error: unsuccessful", "", "rust", "hyper-util beneath reqwest 0.12"),
        (
            "establishing http proxy tunnel failed",
            r"establishing http proxy tunnel failed[^\n]*",
            "browser",
            "Chromium",
        ),
        ("socks", r"socks(?:5|4)? ?(?:proxy )?(?:error|connect(?:ion)? (?:error|failed)|server failed)[^\n]*", "", ""),
    ),
    *ways(
        "proxy_env",
        _AUTH,
        LIKELY,
        (),
        ("proxy authentication required", r"proxy authentication required[^\n]*", "", "a 407 in any client"),
    ),
    *ways(
        "proxy_env",
        "The answer was 407, as of a proxy, and the client knows of no proxy: one stands in between unasked.",
        LIKELY,
        ("middlebox",),
        (
            "code while not using proxy",
            r"received http_proxy_auth \(407\) code while not using proxy",
            "java",
            "OkHttp 4",
        ),
    ),
)
