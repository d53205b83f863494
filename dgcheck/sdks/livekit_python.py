"""LiveKit Agents for Python, its Deepgram plug-in: `base_url` is the whole endpoint, and nothing is appended to it.

aiohttp asks both ways. Read: livekit-plugins-deepgram 0.6.20, 1.0.23, 1.2.18, 1.4.1, 1.7.0 and 1.8.9; the headers of
aiohttp 3.14 were recorded.
"""

from __future__ import annotations

from dgcheck.model.sdk import Dialled, Manner, Outcome, Place, Recipe, Release, Sdk, Wish
from dgcheck.sdks.urls import urllib_request
from dgcheck.sdks.urls.reached import CannotUse, cloud, outcome_of
from dgcheck.sdks.urls.traps import told

_NO_KEY = "Deepgram API key is required"
_SAID = {"rest": "Connection error.", "ws": "failed to connect to deepgram"}
_CA = "SSL_CERT_FILE"
_SOURCE = "livekit-plugins-deepgram 1.8.9: livekit/plugins/deepgram/_utils.py `_to_deepgram_url`, stt.py"
_CODE = """@importfrom livekit.plugins import deepgram

# The whole endpoint, for an AgentSession or on its own: REST turns ws:// into http://, streaming http:// into ws://.
stt = deepgram.STT(
    model="nova-3",  # a model that this deployment serves
    base_url="@url",
    api_key=@key,
)
"""
# What 1.8.9 sends for `STT()` with nothing set; run.
_REST_QUERY = (
    ("model", "nova-3"),
    ("punctuate", "true"),
    ("detect_language", "false"),
    ("smart_format", "false"),
    ("profanity_filter", "false"),
    ("numerals", "false"),
    ("mip_opt_out", "false"),
    ("language", "en-US"),
)
# The same for a stream.
_LIVE_QUERY = (
    ("model", "nova-3"),
    ("punctuate", "true"),
    ("smart_format", "false"),
    ("no_delay", "true"),
    ("interim_results", "true"),
    ("encoding", "linear16"),
    ("vad_events", "true"),
    ("sample_rate", "16000"),
    ("channels", "1"),
    ("endpointing", "25"),
    ("filler_words", "true"),
    ("profanity_filter", "false"),
    ("numerals", "false"),
    ("mip_opt_out", "false"),
    ("language", "en-US"),
)


def dial(wish: Wish) -> Dialled:
    """What becomes of a wish."""
    try:
        key = wish.key or ("set" if wish.extra.get("key_env") in ("set", "after_import") else "")
        if not key:
            raise CannotUse(_NO_KEY, Outcome.REFUSED_BY_SDK)
        if wish.option != "base_url":
            return cloud(wish.transport)
        value = wish.value
        if wish.transport == "ws" and value.startswith("http"):
            value = value.replace("http", "ws", 1)
        elif wish.transport == "rest" and value.startswith("ws"):
            value = value.replace("ws", "http", 1)
        found = urllib_request.read_aiohttp(value)
        if any(char in "\r\n\0" for char in key):
            raise CannotUse("Newline, carriage return, or null byte detected in headers.")
        return outcome_of(found, wish, unfound=_SAID[wish.transport])
    except CannotUse as error:
        text = error.text if error.outcome is Outcome.REFUSED_BY_SDK else _SAID[wish.transport]
        return Dialled(error.outcome, error=text)


def traps(wish: Wish, found: Dialled) -> tuple[str, ...]:
    """What only this plug-in does, where it bites."""
    told_of = []
    if wish.option != "base_url" and found.outcome is Outcome.CLOUD:
        told_of.append(f"{wish.option} is not read: deepgram.STT(base_url=...)")
    path = (found.url or "").partition("://")[2].partition("/")[2].partition("?")[0]
    if found.outcome is Outcome.DIALS and path != "v1/listen" and not path.endswith("/v1/listen"):
        told_of.append(f"nothing is appended to base_url: /{path} is asked for; end the value in /v1/listen")
    if found.outcome is Outcome.ERROR:
        told_of.append("base_url is a whole URL with its scheme: http://h:8080/v1/listen")
    return tuple(told_of)


def recipe(place: Place) -> tuple[Recipe, ...]:
    """The constructor with the whole endpoint."""
    url = f"{'https' if place.tls else 'http'}://{place.authority}{place.prefix}/v1/listen"
    key = 'os.environ["DEEPGRAM_API_KEY"]' if place.key else '"a"'
    code = _CODE.replace("@url", url).replace("@key", key).replace("@import", "import os\n\n" if place.key else "")
    notes = ["base_url is the whole endpoint: without /v1/listen the root is asked for, which answers 404."]
    if not place.key:
        notes.append("A key is wanted though the deployment checks none: any text will do.")
    if place.private_ca:
        notes.append("SSL_CERT_FILE replaces the system's store.")
    environment = [("DEEPGRAM_API_KEY", "...")] if place.key else []
    environment += [(_CA, place.private_ca)] if place.private_ca else []
    return (Recipe(code, "python", tuple(notes), tuple(environment)),)


def _manners() -> dict[str, Manner]:
    key = ("Authorization", "Token {key}")
    agent = (("Accept-Encoding", "gzip, deflate"), ("User-Agent", "Python/3.11 aiohttp/3.14.5"))
    rest = (
        ("Host", "{authority}"),
        key,
        ("Accept", "application/json"),
        ("Content-Type", "audio/wav"),
        *agent,
        ("Content-Length", ""),
    )
    live = (
        ("Host", "{authority}"),
        key,
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", ""),
        ("Accept", "*/*"),
        *agent,
    )
    retries = "3 retries, but none after a refused handshake"
    return {
        "rest": Manner(
            rest,
            "Token",
            query=_REST_QUERY,
            redirects="followed; after 301, 302 and 303 the POST is a GET",
            repeats=(307, 308),
            retries=retries,
            connect_limit=10.0,
            answer_limit=30.0,
            trust="system",
            ca_variable=_CA,
            source=_SOURCE,
        ),
        "ws": Manner(
            live,
            "Token",
            query=_LIVE_QUERY,
            redirects="followed to http:// and https:// too",
            repeats=(301, 302, 303, 307, 308),
            retries=retries,
            connect_limit=10.0,
            answer_limit=10.0,
            trust="system",
            ca_variable=_CA,
            source=_SOURCE,
        ),
    }


SDK = Sdk(
    "livekit-python",
    "LiveKit Agents for Python, plug-in for Deepgram",
    "python",
    (
        Release(
            "0.6.20",
            "1.8.9",
            ("base_url", "DEEPGRAM_HOST"),
            told(dial, _SOURCE, traps, whole=True),
            _manners(),
            recipe,
            source=_SOURCE,
        ),
    ),
    ("livekit", "livekit-agents", "livekit-plugins-deepgram"),
)
