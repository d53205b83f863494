"""LiveKit Agents for JavaScript, its Deepgram plug-in: `/v1/listen` is glued to `baseUrl` as text.

The opposite of the plug-in for Python. Read: @livekit/agents-plugin-deepgram 0.5.7, 1.0.51, 1.2.0, 1.4.11, 1.7.0 and
1.9.0; the headers of `fetch` and ws 8 on Node 20 were recorded.
"""

from __future__ import annotations

from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass
from dgcheck.model.sdk import Dialled, Manner, Outcome, Place, Recipe, Release, Sdk, Wish
from dgcheck.sdks.urls import node, whatwg
from dgcheck.sdks.urls.reached import CannotUse, cloud, outcome_of
from dgcheck.sdks.urls.traps import told

_NO_KEY = "Deepgram API key is required, whether as an argument or as $DEEPGRAM_API_KEY"
_WS = pattern(r"ws")
_CA = "NODE_EXTRA_CA_CERTS"
_SWITCH = "NODE_TLS_REJECT_UNAUTHORIZED=0"
_SOURCE = "@livekit/agents-plugin-deepgram 1.9.0: dist/stt.cjs"
_CODE = """import * as deepgram from "@livekit/agents-plugin-deepgram";

// /v1/listen is appended@rest.
const stt = new deepgram.STT({
  model: "nova-3", // a model that this deployment serves
  baseUrl: "@url",
  apiKey: @key,
});
"""
# What 1.9.0 sends for `new STT()` with nothing set; run.
_REST_QUERY = (
    ("model", "nova-3"),
    ("punctuate", "true"),
    ("detect_language", "false"),
    ("smart_format", "true"),
    ("profanity_filter", "false"),
    ("numerals", "false"),
    ("mip_opt_out", "false"),
    ("language", "en-US"),
)
# The same for a stream.
_LIVE_QUERY = (
    ("model", "nova-3"),
    ("punctuate", "true"),
    ("smart_format", "true"),
    ("dictation", "false"),
    ("diarize", "false"),
    ("numerals", "false"),
    ("no_delay", "true"),
    ("interim_results", "true"),
    ("encoding", "linear16"),
    ("vad_events", "true"),
    ("sample_rate", "16000"),
    ("channels", "1"),
    ("endpointing", "25"),
    ("filler_words", "false"),
    ("profanity_filter", "false"),
    ("language", "en-US"),
    ("mip_opt_out", "false"),
)


@dataclass(frozen=True, slots=True)
class Habits:
    """What differs between the releases: whether `baseUrl` is known, and whether REST is."""

    address: bool = True
    rest: bool = True

    def dial(self, wish: Wish) -> Dialled:
        """What becomes of a wish."""
        try:
            if wish.key is None and wish.extra.get("key_env") not in ("set", "blank"):
                raise CannotUse(_NO_KEY, Outcome.REFUSED_BY_SDK)
            if wish.transport == "rest" and not self.rest:
                raise CannotUse("Recognize is not supported on Deepgram STT", Outcome.REFUSED_BY_SDK)
            if wish.option != "baseUrl" or not self.address:
                return cloud(wish.transport)
            authorization = f"Token {wish.key or ''}"
            if wish.transport == "rest":
                value = "http" + wish.value[2:] if _WS.match(wish.value) else wish.value
                url = whatwg.parse(f"{value}/v1/listen")
                node.check_fetch_header(authorization)
                return outcome_of(node.fetch(url), wish, unfound=node.FETCH_FAILED)
            url = whatwg.parse(f"{wish.value}/v1/listen")
            node.check_header(authorization, Outcome.ERROR, said="failed to connect to Deepgram (TypeError)")
            found = node.websocket(url, Outcome.ERROR)
            return outcome_of(found, wish, unfound="failed to connect to Deepgram")
        except CannotUse as error:
            return Dialled(error.outcome, error=error.text)


def traps(wish: Wish, found: Dialled) -> tuple[str, ...]:
    """What only this plug-in does, where it bites."""
    if found.outcome is Outcome.CLOUD and wish.option != "baseUrl":
        return (f"{wish.option} is not read: new deepgram.STT({{ baseUrl }})",)
    if found.outcome is Outcome.CLOUD and wish.value:
        return ("baseUrl is not known to this version, which always dials the cloud: take 1.0.12 or newer",)
    if found.error == whatwg.INVALID:
        return ("the value needs its scheme: ws://h:8080",)
    return ()


def recipe(place: Place, *, rest: bool = True) -> tuple[Recipe, ...]:
    """The constructor with the base, without `/v1/listen`."""
    url = f"{'wss' if place.tls else 'ws'}://{place.authority}{place.prefix}"
    code = _CODE.replace("@url", url).replace("@key", "process.env.DEEPGRAM_API_KEY" if place.key else '"a"')
    code = code.replace("@rest", "; REST turns ws:// into http:// by itself" if rest else "")
    notes = ["/v1/listen is appended: a value made for the plug-in for Python ends up as /v1/listen/v1/listen."]
    notes += ["The plug-in's text to speech dials port 443 with TLS whatever baseUrl says."]
    if place.private_ca:
        notes.append("NODE_EXTRA_CA_CERTS adds the CA to Node's own list; it is read once, when the process starts.")
    environment = [("DEEPGRAM_API_KEY", "...")] if place.key else []
    environment += [(_CA, place.private_ca)] if place.private_ca else []
    return (Recipe(code, "javascript", tuple(notes), tuple(environment)),)


def _live_only(place: Place) -> tuple[Recipe, ...]:
    return recipe(place, rest=False)


def _unknown(place: Place) -> tuple[Recipe, ...]:
    return (
        Recipe("", "javascript", ("This version has no baseUrl and always dials the cloud: take 1.0.12 or newer.",)),
    )


def _manners(*, with_rest: bool) -> dict[str, Manner]:
    key = ("Authorization", "Token {key}")
    rest = (
        ("host", "{authority}"),
        ("connection", "keep-alive"),
        key,
        ("Accept", "application/json"),
        ("Content-Type", "audio/wav"),
        ("accept-language", "*"),
        ("sec-fetch-mode", "cors"),
        ("user-agent", "node"),
        ("accept-encoding", "gzip, deflate"),
        ("content-length", ""),
    )
    live = (
        key,
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", ""),
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"),
        ("Host", "{authority}"),
    )
    found = {
        "rest": Manner(
            rest,
            "Token",
            query=_REST_QUERY,
            redirects="followed; after 301 and 302 the POST is a GET without Authorization",
            repeats=(307, 308),
            retries="3",
            connect_limit=10.0,
            answer_limit=300.0,
            trust="node",
            ca_variable=_CA,
            tls_switch=_SWITCH,
            source=_SOURCE,
        ),
        "ws": Manner(
            live,
            "Token",
            query=_LIVE_QUERY,
            redirects="not followed: a redirect is an error",
            retries="up to 32, with 0 to 10 s between them",
            trust="node",
            ca_variable=_CA,
            tls_switch=_SWITCH,
            source=_SOURCE,
        ),
    }
    return found if with_rest else {"ws": found["ws"]}


def _release(since: str, newest: str, habits: Habits) -> Release:
    return Release(
        since,
        newest,
        ("baseUrl", "DEEPGRAM_HOST"),
        told(habits.dial, _SOURCE, traps),
        _manners(with_rest=habits.rest),
        _unknown if not habits.address else recipe if habits.rest else _live_only,
        source=_SOURCE,
    )


SDK = Sdk(
    "livekit-javascript",
    "LiveKit Agents for JavaScript, plug-in for Deepgram",
    "javascript",
    (
        _release("0.5.4", "0.5.7", Habits(address=False, rest=False)),
        _release("1.0.12", "1.2.8", Habits(rest=False)),
        _release("1.3.0", "1.9.0", Habits()),
    ),
    ("livekit-js", "livekit-node", "livekit/agents-plugin-deepgram"),
)
