"""What a text holds besides its message: the URL asked, host and port, model, SDK and version, request id.

Nothing that leaves here holds a key: URLs lose user, password and secret parameters, all else is masked.
"""

from __future__ import annotations

from dgcheck.model.pattern import pattern

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dgcheck.explain.masked import Masks

HOSTED = "api.deepgram.com"
_URL = pattern(r"\b(?:https?|wss?)://[^\s\"'<>`\\|{}^\u2026]{1,2000}", 2)
# Addresses that error texts point to for reading, licence servers, and sources of scripts: nobody's deployment.
_READING = pattern(
    r"(?i)(?<![\w.])(?:www\.|license\.)?deepgram\.com\b|//license-proxy\b|"
    r"\b(?:dpgr\.am|developers?\.deepgram\.com|github\.com|mozilla\.org|nodejs\.org|python\.org|"
    r"pydantic\.dev|microsoft\.com|aka\.ms|stackoverflow\.com|w3\.org|npmjs\.com|pypi\.org|golang\.org|go\.dev|"
    r"pkg\.go\.dev|docs\.|curl\.se|curl\.haxx\.se|urllib3\.readthedocs|readthedocs\.io|nginx\.org|rust-lang\.org|"
    r"apache\.org|\.(?:[cm]?js|tsx?|html?|css|py|go|java|cs)(?:[:?]|\Z))"
)
_API = pattern(r"(?i)/(?:v1|v2|listen|speak|agent)\b")
# A scheme inside the host: an SDK put `https://` in front of a value that had one.
_DOUBLED = pattern(r"(?i)\b(?:https?|wss?)://(https?|wss?):(?://|%2F%2F)([^/\s\"'%]+)")
_NGINX = pattern(r"request: \"[A-Z]+ (/\S*) HTTP/[\d.]+\".{0,400}?\bhost: \"([^\"\s]{1,255})\"")
_REQUEST_ID = pattern(
    r"(?:dg-)?request[_ -]?id[\"']?\s{0,3}[:=]?\s{0,3}[\"']?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
    2,
)
_DIALLED = pattern(
    r"(?:dial tcp|connect(?:ing|ion)? to|lookup|getaddrinfo \w+|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|"
    r"Cannot connect to host|Failed to connect to|Could not resolve host:?)\s+"
    r"(\[[0-9A-Fa-f:]+\]|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f]*(?=:\d)|[\w-]+(?:\.[\w-]+)*)"
    r"(?:(?::| port )(\d{1,5}))?\b",
    2,
)
# Who asked: what stands in the text in small letters, and a pattern that also tells the version.
_SDKS = (
    ("python", "sdk-version", pattern(r"X-Fern-SDK-Version'?: '(\d[\w.]*)", 2)),
    ("python", "deepgram-sdk", pattern(r"\bdeepgram-sdk[/=@-]+(\d[\w.]*)", 2)),
    (
        "javascript",
        "@deepgram",
        pattern(r"@deepgram/sdk(?:@|\" ?: ?\"\^?|/)v?(\d[\w.]*)|@deepgram-?sdk-js/(\d[\w.]*)", 2),
    ),
    ("go", "deepgram-go-sdk", pattern(r"deepgram-go-sdk(?:/v\d)?@v(\d[\w.]*)")),
    ("go", "sdk-go/", pattern(r"@deepgram/sdk-go/v?(\d[\w.]*)", 2)),
    ("dotnet", "dotnet", pattern(r"deepgram(?:-dotnet-sdk|\.net)?/(\d+\.\d[\w.]*) \(?dotnet", 2)),
    ("livekit-js", "@livekit/agents-plugin-deepgram", None),
    ("livekit-python", "livekit", pattern(r"livekit[./\\]+plugins[./\\]+deepgram")),
    ("pipecat", "pipecat", pattern(r"pipecat[./\\]+services[./\\]+deepgram")),
    ("pipecat", "sttservice", pattern(r"\bDeepgram(?:Flux)?STTService\b")),
    ("python", "site-packages", pattern(r"site-packages[/\\]deepgram[/\\]")),
    ("python", "deepgram.", pattern(r"\bdeepgram\.(?:clients|core|errors|extensions|transcription)\b")),
    ("javascript", "@deepgram", None),
    ("javascript", "__dgerror", None),
    ("javascript", "deepgram", pattern(r"\bDeepgram(?:Api|Unknown|WebSocket)?Error: ")),
    ("go", "deepgram-go-sdk", None),
    ("go", "dialer failed. err: ", None),
    ("go", "cannot connect to websocket: ws", None),
    ("dotnet", "deepgram.", pattern(r"\bDeepgram\.(?:Clients|Abstractions|Models|Request|Factory|Microsoft)\b")),
    ("java", "com.deepgram.", None),
    ("rust", "deepgram", pattern(r"\bdeepgram(?:::|-rust-sdk|-\d[\d.]+/src)")),
)
_SAFE_HOST = pattern(r"[\w.-]+\Z|\[[0-9A-Fa-f:.]+\]\Z")


def facts(around: str, whole: str, said: Mapping[str, str], masks: Masks) -> dict[str, str]:
    """What is known, each under its name; only what the text really holds.

    `around` is the passage of the message, `whole` the text where it is short, `said` what the message itself gave.
    Names: url, scheme, host, port, base, model, language, sdk, sdk_version, request_id, hosted, meant (the URL that a
    setting with a doubled scheme meant), and those of `said`.
    """
    known = {name: masks.masked(value) for name, value in said.items()}
    text = around if around in whole else around + "\n" + whole
    url, meant = _url(known.get("url", ""), (around, whole), masks)
    if meant:
        known["meant"] = masks.masked(meant)
    known.pop("url", None)
    if url and masks.masked(url) != url:
        url = ""  # a secret stands in its path: what is left of it is no address
    if url:
        known["url"] = url
        _split(url, known)
    elif not known.get("host"):
        dialled = _DIALLED.search(around)
        if dialled and dialled.group(1) not in ("", "to", "host", "deepgram", "websocket"):
            known["host"] = dialled.group(1).rstrip(".")
            if dialled.group(2):
                known.setdefault("port", dialled.group(2))
    _base(known)
    lowered = text.lower()
    if "request" in lowered and (found := _REQUEST_ID.search(text)):
        known.setdefault("request_id", found.group(1))
    _sdk(text, lowered, known)
    if known.get("host", "").lower() == HOSTED or HOSTED in lowered:
        known["hosted"] = HOSTED
    return {name: value for name, value in known.items() if value}


def _sdk(text: str, lowered: str, known: dict[str, str]) -> None:
    """Add `sdk`, and `sdk_version` where the text has it."""
    for sdk, sign, shape in _SDKS:
        if sign not in lowered or known.get("sdk", sdk) != sdk:
            continue
        found = shape.search(text) if shape else None
        if found or not shape:
            known["sdk"] = sdk
        version = next((part for part in found.groups() if part), "") if found else ""
        if version:
            known.setdefault("sdk_version", version.rstrip("."))


def _url(said: str, texts: tuple[str, ...], masks: Masks) -> tuple[str, str]:
    """The URL that was asked, without its keys, and the one that was meant where a scheme was doubled."""
    found: list[tuple[int, str]] = []
    for nearness, text in enumerate((said, *texts)):
        doubled = _DOUBLED.search(text) if text.count("//") > 1 or "%2F" in text or "%2f" in text else None
        if doubled:
            return "", f"{doubled.group(1).lower()}://{doubled.group(2)}"
        for one in _URL.finditer(text) if "://" in text else ():
            url = clean(one.group(), masks)
            if url and not _READING.search(url.partition("?")[0]):
                found.append(((0 if _API.search(url) else 8) - ("?" in url) + nearness, url))
        request = _NGINX.search(text) if 'request: "' in text else None
        if request and _SAFE_HOST.match(request.group(2).partition(":")[0]):
            found.append((4 + nearness, clean(f"http://{request.group(2)}{request.group(1)}", masks)))
    return min(found, key=lambda pair: pair[0])[1] if found else "", ""


def clean(url: str, masks: Masks) -> str:
    """A URL as it was found in a text, without what follows it there, and without user, password and keys."""
    url = url.rstrip(".,;:!?*")
    while url.endswith((")", "]")) and url.count(url[-1]) > url.count("(" if url[-1] == ")" else "["):
        url = url[:-1].rstrip(".,;:!?")
    scheme, _, rest = url.partition("://")
    rest = rest.partition("#")[0]
    authority, slash, tail = rest.partition("/")
    if not slash:
        authority, mark, tail = rest.partition("?")
        slash = mark
    authority = authority.rpartition("@")[2]
    if not authority:
        return ""
    path, mark, query = (slash + tail).partition("?")
    kept = [pair for pair in query.split("&") if pair and not masks.is_secret(*pair.partition("=")[::2])]
    return f"{scheme.lower()}://{authority}{path}" + ("?" + "&".join(kept) if kept else "")


def _split(url: str, known: dict[str, str]) -> None:
    scheme, _, rest = url.partition("://")
    authority = rest.partition("/")[0].partition("?")[0]
    host, _, port = authority.rpartition(":") if authority.rpartition(":")[2].isdigit() else (authority, "", "")
    if not _SAFE_HOST.match(host):
        return
    known["scheme"] = {"ws": "http", "wss": "https"}.get(scheme, scheme)
    known["host"] = host
    known["port"] = port or ("443" if scheme in ("https", "wss") else "80")
    for pair in url.partition("?")[2].split("&"):
        name, _, value = pair.partition("=")
        if name in ("model", "language", "version", "encoding", "sample_rate") and _SAFE_HOST.match(value):
            known.setdefault(name, value)


def _base(known: dict[str, str]) -> None:
    """`base` and `authority`, where host and scheme or port are known."""
    host, port = known.get("host", ""), known.get("port", "")
    if not host or not _SAFE_HOST.match(host):
        return
    scheme = known.get("scheme") or ("https" if port in ("443", "8443") else "http")
    usual = {"http": "80", "https": "443"}[scheme]
    # A name alone tells no port: that of the API is the likeliest.
    shown = port or ("8080" if scheme == "http" else "")
    known.setdefault("scheme", scheme)
    known["authority"] = host if shown in ("", usual) else f"{host}:{shown}"
    known["base"] = f"{scheme}://{known['authority']}"
