"""C# programs for a deployment, one for REST and one for live: each reads `audio.wav` and prints what was said.

The names are those of the examples and of `ClientFactory.cs` at the tags; the programs want implicit usings.
"""

from __future__ import annotations

from dgcheck.model.record import dataclass
from dgcheck.model.sdk import Place, Recipe
from dgcheck.sdks.dotnet.dial import has_http, has_version, live_address, rest_address

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable

_REST = """using Deepgram;
using Deepgram.Models.Authenticate.v1;
using @schema;

Library.Initialize();
var restOptions = @options;
var client = @client("", restOptions);
var answer = await client.TranscribeFile(
    await File.ReadAllBytesAsync("audio.wav"),
    new PreRecordedSchema { Model = "nova-3" }); // a model that this deployment serves
Console.WriteLine(answer.Results!.Channels![0].Alternatives![0].Transcript);
Library.Terminate();
"""
_LIVE = """using Deepgram;
using Deepgram.Models.Authenticate.v1;
using @schema;

Library.Initialize();
var liveOptions = @options;
var client = @client("", liveOptions);
@await client.Subscribe(new EventHandler<ResultResponse>((_, heard) =>
    Console.WriteLine(heard.Channel!.Alternatives![0].Transcript)));
@connect
client.Send(await File.ReadAllBytesAsync("audio.wav"));
await Task.Delay(5000); // for the last words
await client.Stop();
Library.Terminate();
"""
_CONNECT = 'await client.Connect(new LiveSchema { Model = "nova-3" }); // a model that this deployment serves'
_CONNECT_TOLD = """var wanted = new LiveSchema { Model = "nova-3" }; // a model that this deployment serves
if (!await client.Connect(wanted))
{
    throw new Exception("no connection; the log of the library says why");
}"""
_EARLY_REST = """using System;
using System.IO;
using Deepgram;
using @names;

var client = new DeepgramClient(@credentials);
using var audio = File.OpenRead("audio.wav");
var answer = await client.Transcription.Prerecorded.GetTranscriptionAsync(
    new StreamSource(audio, "audio/wav"),
    new PrerecordedTranscriptionOptions { Model = "nova-2" }); // a model that this deployment serves
Console.WriteLine(answer.Results.Channels[0].Alternatives[0].Transcript);
"""
_EARLY_LIVE = """using System;
using System.IO;
using System.Threading.Tasks;
using Deepgram;
using @names;

var client = new DeepgramClient(@credentials);
using var live = client.CreateLiveTranscriptionClient();
live.ConnectionError += (_, failed) => Console.Error.WriteLine(failed.Exception.Message);
live.TranscriptReceived += (_, heard) => Console.WriteLine(heard.Transcript.Channel.Alternatives[0].Transcript);
var wanted = new LiveTranscriptionOptions { Model = "nova-2" }; // a model that this deployment serves
await live.StartConnectionAsync(wanted);
live.SendData(await File.ReadAllBytesAsync("audio.wav"));
await live.FinishAsync();
await Task.Delay(5000); // for the last words
await live.StopConnectionAsync();
"""
_TLS_ONLY = (
    "This version cannot speak plain HTTP: RequireSSL came with 1.11.0. Take that or newer, or put TLS in front."
)
_SCHEME = (
    "The scheme of an address counts for nothing here: the third argument of Credentials, RequireSSL, decides on TLS."
)
_LOWER = "REST sends the key in lower case in this version; live sends it as it is."
_NO_KEY = "A key is mandatory in this version though the deployment checks none: any text will do."
_INITIALISER = (
    "Give address and key to the constructor. `new DeepgramWsClientOptions() { BaseAddress = ... }` runs the "
    "constructor first, which throws unless DEEPGRAM_API_KEY is set."
)
_FOURTH = "onPrem is the third argument of the REST options and the fourth of the live ones, whose third is keepAlive."
_TWO = "The live constructor turns http:// into wss://, the REST one takes ws for a host: write http:// and ws://."
_WORDS = (
    "The host has the word http in its name, which the live constructor takes for a scheme; so the address is set "
    "afterwards, where /v1 must be written out."
)
_CA = "Put the CA into the store of the operating system; on Linux SSL_CERT_FILE (or SSL_CERT_DIR) adds it."


@dataclass(frozen=True, slots=True)
class _Names:
    """How one line of releases spells things: the namespaces of the schemas and what makes the clients."""

    rest_schema: str = "Deepgram.Models.Listen.v1.REST"
    live_schema: str = "Deepgram.Models.Listen.v2.WebSocket"
    rest: str = "ClientFactory.CreateListenRESTClient"
    live: str = "ClientFactory.CreateListenWebSocketClient"
    waits: bool = True  # Subscribe is awaited, and Connect tells whether it went well


_BY_NEWEST = {
    "4.0.3": _Names(
        "Deepgram.Models.PreRecorded.v1", "Deepgram.Models.Live.v1", "new PreRecordedClient", "new LiveClient", False
    ),
    "4.2.0": _Names(live_schema="Deepgram.Models.Listen.v1.WebSocket", waits=False),
    "4.3.6": _Names(live_schema="Deepgram.Models.Listen.v1.WebSocket", waits=False),
}


def early(newest: str, *, switch: bool, lower: bool) -> Callable[[Place], tuple[Recipe, ...]]:
    """The recipes of 1 to 3: `switch` tells whether `RequireSSL` exists, `lower` whether REST lowers the key."""

    def recipe(place: Place) -> tuple[Recipe, ...]:
        if not place.tls and not switch:
            return (Recipe("", "csharp", (_TLS_ONLY,)),)
        key = 'Environment.GetEnvironmentVariable("DEEPGRAM_API_KEY")' if place.key else '"a"'
        address = f'"{place.authority}{place.prefix}"'
        credentials = f"new Credentials({key}, {address}{'' if place.tls else ', false'})"
        names = "Deepgram.Models" if newest.startswith("3") else "Deepgram.Transcription"
        notes = [_SCHEME] if switch else []
        notes += [_LOWER] if lower and place.key else []
        notes += [] if place.key else [_NO_KEY]
        notes += [_CA] if place.private_ca else []
        return tuple(
            Recipe(
                code.replace("@names", names).replace("@credentials", credentials),
                "csharp",
                tuple(notes),
                _environment(place),
            )
            for code in (_EARLY_REST, _EARLY_LIVE)
        )

    return recipe


def late(newest: str) -> Callable[[Place], tuple[Recipe, ...]]:
    """The recipes of 4 to 7."""
    names = _BY_NEWEST.get(newest, _Names())

    def recipe(place: Place) -> tuple[Recipe, ...]:
        rest = _rendered(_REST, names.rest_schema, names.rest, _rest_options(place))
        live = _rendered(_LIVE, names.live_schema, names.live, _live_options(place))
        live = live.replace("@await", "await" if names.waits else "").lstrip(" ")
        live = live.replace("\n client.Subscribe", "\nclient.Subscribe")
        live = live.replace("@connect", _CONNECT_TOLD if names.waits else _CONNECT)
        notes = [_INITIALISER]
        notes += [] if place.key else [_FOURTH]
        notes += [] if place.tls else [_TWO]
        notes += [_CA] if place.private_ca else []
        told = (*notes, _WORDS) if _needs_setting(place) else tuple(notes)
        return (
            Recipe(rest, "csharp", tuple(notes), _environment(place)),
            Recipe(live, "csharp", told, _environment(place)),
        )

    return recipe


def _rendered(code: str, schema: str, client: str, options: str) -> str:
    return code.replace("@schema", schema).replace("@client", client).replace("@options", options)


def _address(place: Place, live: bool) -> str:
    """The address that, given to the constructor, ends in the one `/v1` that is wanted."""
    scheme = ("ws" if live else "http") + ("s" if place.tls else "")
    whole = f"{scheme}://{place.authority}{place.prefix}"
    made = live_address(whole) if live else rest_address(whole)
    return whole if made == f"{whole}/v1" or not has_version(whole) else f"{whole}/v1"


def _rest_options(place: Place) -> str:
    address = _address(place, live=False)
    if place.key:
        return f'new DeepgramHttpClientOptions(null, "{address}")'  # null: DEEPGRAM_API_KEY
    return f'new DeepgramHttpClientOptions("", "{address}", true)'


def _live_options(place: Place) -> str:
    key = "null" if place.key else '""'
    local = "" if place.key else ", null, true"
    if _needs_setting(place):
        scheme = "wss" if place.tls else "ws"
        given = f"{key}, null{local}" if local else ""
        return (
            f'new DeepgramWsClientOptions({given}) {{ BaseAddress = "{scheme}://{place.authority}{place.prefix}/v1" }}'
        )
    return f'new DeepgramWsClientOptions({key}, "{_address(place, live=True)}"{local})'


def _needs_setting(place: Place) -> bool:
    return has_http(f"{place.authority}{place.prefix}")


def _environment(place: Place) -> tuple[tuple[str, str], ...]:
    found = [("DEEPGRAM_API_KEY", "...")] if place.key else []
    if place.private_ca:
        found.append(("SSL_CERT_FILE", place.private_ca))
    return tuple(found)
