"""JavaScript programs for a deployment (Node): each reads `audio.wav` and prints what REST and then live heard.

Run with 1.21.0, 2.4.0, 3.0.0, 3.13.0, 4.11.3, 5.0.0 and 5.13.0 on Node 20.
"""

from __future__ import annotations

from dgcheck.model.sdk import Place, Recipe

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable

    from dgcheck.sdks.javascript import v1, v3

_HEAD = """const fs = require("fs");
const { @names } = require("@deepgram/sdk");

@client
const model = "nova-3"; // a model that this deployment serves
const audio = fs.readFileSync("audio.wav");
"""
_FIRST_REST = """
async function main() {
  const answer = await deepgram.transcription.preRecorded({ buffer: audio, mimetype: "audio/wav" }, { model });
  console.log(answer.results.channels[0].alternatives[0].transcript);
}
"""
_FIRST_LIVE = """
function stream() {
  const live = deepgram.transcription.live({ model });
  live.on("open", () => {
    live.send(audio);
    live.finish();
  });
  live.on("transcriptReceived", (text) => {
    const heard = JSON.parse(text);
    if (heard.channel) console.log(heard.channel.alternatives[0].transcript);
  });
  live.on("error", (error) => {
    console.error(error.message);
    process.exit(1);
  });
}
"""
_THIRD = """
async function main() {
  const { result, error } = await deepgram.listen.prerecorded.transcribeFile(audio, { model });
  if (error) throw error;
  console.log(result.results.channels[0].alternatives[0].transcript);

  const live = deepgram.listen.live({ model });
  live.on(LiveTranscriptionEvents.Open, () => {
    live.send(audio);
    live.@finish();
  });
  live.on(LiveTranscriptionEvents.Transcript, (heard) => {
    console.log(heard.channel.alternatives[0].transcript);
  });
  live.on(LiveTranscriptionEvents.Error, (error) => {
    console.error(error.message);
    process.exit(1);
  });
}
"""
_FIFTH = """
async function main() {
  const answer = await deepgram.listen.v1.media.transcribeFile(audio, { model });
  console.log(answer.results.channels[0].alternatives[0].transcript);

  const live = await deepgram.listen.v1.connect({ model });
  live.on("message", (heard) => {
    if (heard.type === "Results") console.log(heard.channel.alternatives[0].transcript);
    if (heard.type === "Metadata") live.close();
  });
  live.on("error", (error) => {
    console.error(error.message);
    process.exit(1);
  });
  live.connect();
  await live.waitForOpen();
  live.sendMedia(audio);
  live.sendCloseStream({ type: "CloseStream" });
}
"""
_END = """
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
"""
_CA = "NODE_EXTRA_CA_CERTS adds the CA to Node's own list; it is read once, when the process starts."
_NO_KEY = "The key is any text: the deployment checks none, but an empty one is refused."
_SLASH = "The slash at the end is needed: without it the last part of the path is replaced."
_NO_PREFIX = (
    "Versions 3.0 to 3.3 drop the last part of a path, with or without a slash at its end, so they cannot reach a "
    "deployment behind {}. Take 3.4 or newer."
)
_ALWAYS_TLS = "This version speaks TLS only, whatever the third argument says. Take 2.2 or newer, or put TLS in front."
_NO_PORT = (
    "REST cannot take a port or a path: versions 1 and 2 look up {} as one host name. Put the deployment on port {} "
    "of a name of its own, or take version 3 or newer."
)
_NODE_22 = (
    "On Node 22 and newer live uses Node's own WebSocket: the key goes as subprotocol `token, KEY`, without an "
    "Authorization header, and every refusal reads `Received network error or non-101 status code.`"
)


def first(habits: v1.Habits) -> Callable[[Place], tuple[Recipe, ...]]:
    """Versions 1 and 2: a host name, and `false` as the third argument for plain HTTP."""

    def recipe(place: Place) -> tuple[Recipe, ...]:
        if not place.tls and not habits.honours_plain:
            return (Recipe("", "javascript", (_ALWAYS_TLS,)),)
        arguments = f'@key, "{place.authority}{place.prefix}"' + ("" if place.tls else ", false")
        client = f"const deepgram = new Deepgram({arguments});"
        words = {"@names": "Deepgram", "@client": client}
        notes = _notes(place)
        if ":" in place.authority.rpartition("]")[2] or place.authority.startswith("[") or place.prefix:
            why = _NO_PORT.format(place.authority + place.prefix, 443 if place.tls else 80)
            live = _filled(_HEAD + _FIRST_LIVE + "\nstream();\n", place, words)
            return (Recipe("", "javascript", (why,)), Recipe(live, "javascript", notes, _environment(place)))
        both = _FIRST_REST.replace("transcript);\n}", "transcript);\n  stream();\n}")
        code = _filled(_HEAD + both + _FIRST_LIVE + _END, place, words)
        return (Recipe(code, "javascript", notes, _environment(place)),)

    return recipe


def third(habits: v3.Habits) -> Callable[[Place], tuple[Recipe, ...]]:
    """Versions 3 and 4: `global.url`, which ends in a slash where there is a path."""

    def recipe(place: Place) -> tuple[Recipe, ...]:
        if habits.early and place.prefix:
            return (Recipe("", "javascript", (_NO_PREFIX.format(place.prefix),)),)
        url = _url(place) + ("/" if place.prefix else "")
        words = {
            "@names": "createClient, LiveTranscriptionEvents",
            "@client": f'const deepgram = createClient(@key, {{ global: {{ url: "{url}" }} }});',
            "@finish": "finish" if habits.early else "requestClose",
        }
        notes = (*((_SLASH,) if place.prefix else ()), *_notes(place), *(() if habits.early else (_NODE_22,)))
        code = _filled(_HEAD + _THIRD + _END, place, words)
        return (Recipe(code, "javascript", notes, _environment(place)),)

    return recipe


def fifth(place: Place) -> tuple[Recipe, ...]:
    """Version 5: `baseUrl` for both transports."""
    client = f'const deepgram = new DeepgramClient({{ apiKey: @key, baseUrl: "{_url(place)}" }});'
    code = _filled(_HEAD + _FIFTH + _END, place, {"@names": "DeepgramClient", "@client": client})
    return (Recipe(code, "javascript", _notes(place), _environment(place)),)


def _filled(code: str, place: Place, words: dict[str, str]) -> str:
    key = "process.env.DEEPGRAM_API_KEY" if place.key else '"a"'
    for word, text in {**words, "@key": key}.items():
        code = code.replace(word, text)
    return code


def _url(place: Place) -> str:
    return f"{'https' if place.tls else 'http'}://{place.authority}{place.prefix}"


def _notes(place: Place) -> tuple[str, ...]:
    return (*(() if place.key else (_NO_KEY,)), *((_CA,) if place.private_ca else ()))


def _environment(place: Place) -> tuple[tuple[str, str], ...]:
    found = [("DEEPGRAM_API_KEY", "...")] if place.key else []
    if place.private_ca:
        found.append(("NODE_EXTRA_CA_CERTS", place.private_ca))
    return tuple(found)
