"""Python programs for a deployment: each reads `audio.wav` and prints what REST and then live heard.

Run with 2.12.0, 3.2.7, 3.4.0, 3.11.0, 4.8.1, 5.3.4, 6.1.1 and 7.17.0.
"""

from __future__ import annotations

from dgcheck.model.sdk import Place, Recipe

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable

    from dgcheck.sdks.python import v3, v5

_READ = """with open("audio.wav", "rb") as file:
    audio = file.read()
"""

_SECOND = """import asyncio@import

from deepgram import Deepgram

client = Deepgram({"api_key": @key, "api_url": "@url"})
model = {"model": "nova-3"}  # a model that this deployment serves
@read
answer = client.transcription.sync_prerecorded({"buffer": audio, "mimetype": "audio/wav"}, model)
print(answer["results"]["channels"][0]["alternatives"][0]["transcript"])


def show(heard):
    if "channel" in heard:
        print(heard["channel"]["alternatives"][0]["transcript"])


async def stream():
    live = await client.transcription.live(model)
    live.register_handler(live.event.TRANSCRIPT_RECEIVED, show)
    live.send(audio)
    await live.finish()


asyncio.run(stream())
"""
_THIRD_HEAD = """@importfrom deepgram import DeepgramClient, DeepgramClientOptions@names

@clients
model = @model  # a model that this deployment serves
@read"""
_THIRD_REST = """
answer = @rest.v("1").transcribe_file({"buffer": audio}, model)
print(answer.results.channels[0].alternatives[0].transcript)
"""
_THIRD_LIVE = """

def show(_, result, **kwargs):
    print(result.channel.alternatives[0].transcript)


live = @live.v("1")
live.on(LiveTranscriptionEvents.Transcript, show)
if live.start(@options) is False:
    raise SystemExit("no live connection; the reason stands above, on standard error")
live.send(audio)
time.sleep(3)  # for the last words
live.finish()
"""
_FIFTH = """@importfrom deepgram import DeepgramClient
from deepgram.core.events import EventType
from deepgram.environment import DeepgramClientEnvironment
@more
environment = DeepgramClientEnvironment(
@fields)
client = DeepgramClient(api_key=@key, environment=environment)
model = "nova-3"  # a model that this deployment serves
@read
answer = client.listen.v1.media.transcribe_file(request=audio, model=model)
print(answer.results.channels[0].alternatives[0].transcript)


def show(message):
    if getattr(message, "type", "") == "Results":
        print(message.channel.alternatives[0].transcript)


with client.listen.v1.connect(model=model) as live:
    live.on(EventType.MESSAGE, show)
    live.send_media(audio)
    @close
    live.start_listening()  # until the deployment closes
"""
_CA = "SSL_CERT_FILE replaces what is trusted otherwise (certifi's list for REST, the system's store for live)."
_CA_2 = "SSL_CERT_FILE replaces the system's store."
_LEGACY = "Live works with websockets below 14 only: pip install 'websockets<14'."
_ZEROS = "2.12 demands a key of 40 hexadecimal digits; the deployment checks none, so zeros will do."
_TWO = "Live knows TLS only unless the value begins with ws://, which REST cannot use. So there are two clients."
_PREFIX = (
    "Live cannot reach a deployment behind a path: versions 3 and 4 keep nothing but host and port of the URL, so {} "
    "is lost. Give the deployment a host name of its own, or take version 5 or newer."
)
_NO_KEY = "The key is any text: the deployment checks none, but an empty one is not always taken."


def second(place: Place) -> tuple[Recipe, ...]:
    """Version 2: the value ends in `/v1`."""
    url = f"{_http(place)}{place.prefix}/v1"
    code = _filled(_SECOND, place, {"@url": url}, zeros=True)
    notes = (_LEGACY, *(() if place.key else (_ZEROS,)), *((_CA_2,) if place.private_ca else ()))
    return (Recipe(code, "python", notes, _environment(place)),)


def third(habits: v3.Habits, newest: str) -> Callable[[Place], tuple[Recipe, ...]]:
    """Versions 3 and 4: one URL, and in 3.2.7 to 3.4 two clients over plain HTTP."""

    def recipe(place: Place) -> tuple[Recipe, ...]:
        notes = (*(() if place.key else (_NO_KEY,)), *((_CA,) if place.private_ca else ()))
        url = _http(place) + place.prefix
        two = habits.live == "tls" and not place.tls and not place.prefix
        names = {"rest": "rest_client" if two else "client", "ws": "live_client" if two else "client"}
        made = f'{names["rest"]} = DeepgramClient(@key, DeepgramClientOptions(url="{url}"))'
        if two:
            notes = (_TWO, *notes)
            made += f'\n{names["ws"]} = DeepgramClient(@key, DeepgramClientOptions(url="ws://{place.authority}"))'
        early = _below(newest, (3, 3))
        words = {
            "@clients": made,
            "@rest": f"{names['rest']}.listen.{'prerecorded' if _below(newest, (3, 5)) else 'rest'}",
            "@live": f"{names['ws']}.listen.{'live' if _below(newest, (3, 5)) else 'websocket'}",
            "@model": 'PrerecordedOptions(model="nova-3")' if early else '{"model": "nova-3"}',
            "@options": "LiveOptions(model=model.model)" if early else "LiveOptions(**model)",
        }
        environment = _environment(place)
        more = ", LiveOptions, PrerecordedOptions" if early else ""
        if place.prefix:
            words["@names"] = more.replace(", LiveOptions", "")
            code = _filled(_THIRD_HEAD + _THIRD_REST, place, words)
            return (
                Recipe(code, "python", notes, environment),
                Recipe("", "python", (_PREFIX.format(place.prefix),)),
            )
        words["@names"] = f", LiveOptions, LiveTranscriptionEvents{', PrerecordedOptions' if early else ''}"
        code = _filled(_THIRD_HEAD + _THIRD_REST + _THIRD_LIVE, place, words, standard=("time",))
        return (Recipe(code, "python", notes, environment),)

    return recipe


def fifth(habits: v5.Habits, newest: str) -> Callable[[Place], tuple[Recipe, ...]]:
    """Versions 5 to 7: an environment with a URL for each service."""

    def recipe(place: Place) -> tuple[Recipe, ...]:
        rest = _http(place) + place.prefix
        live = ("wss://" if place.tls else "ws://") + place.authority + place.prefix
        urls = {name: rest if name in ("base", "agent_rest") else live for name in habits.fields}
        five = newest.startswith("5.")
        words = {
            "@fields": "".join(f'    {name}="{url}",\n' for name, url in urls.items()),
            "@more": "from deepgram.extensions.types.sockets import ListenV1ControlMessage\n" if five else "",
            "@close": 'live.send_control(ListenV1ControlMessage(type="CloseStream"))'
            if five
            else "live.send_close_stream()",
        }
        notes = (*(() if place.key else (_NO_KEY,)), *((_CA,) if place.private_ca else ()))
        return (Recipe(_filled(_FIFTH, place, words), "python", notes, _environment(place)),)

    return recipe


def _filled(
    code: str, place: Place, words: dict[str, str], *, zeros: bool = False, standard: tuple[str, ...] = ()
) -> str:
    """A program with its words, its key and what it imports of the standard library."""
    key = 'os.environ["DEEPGRAM_API_KEY"]' if place.key else f'"{"0" * 40 if zeros else "a"}"'
    modules = sorted({*standard, *(("os",) if place.key else ())})
    imports = "".join(f"import {name}\n" for name in modules)
    shown = ("\n" + imports.rstrip() if imports else "") if zeros else f"{imports}\n" if imports else ""
    for word, text in {**words, "@import": shown, "@key": key, "@read": _READ}.items():
        code = code.replace(word, text)
    return code


def _http(place: Place) -> str:
    return f"{'https' if place.tls else 'http'}://{place.authority}"


def _environment(place: Place) -> tuple[tuple[str, str], ...]:
    found = [("DEEPGRAM_API_KEY", "...")] if place.key else []
    if place.private_ca:
        found.append(("SSL_CERT_FILE", place.private_ca))
    return tuple(found)


def _below(version: str, line: tuple[int, int]) -> bool:
    first, second, _ = map(int, version.split("."))
    return (first, second) < line
