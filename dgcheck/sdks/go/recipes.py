"""Go programs for a deployment: one for REST, one for live, since one `Host` seldom serves both.

Each is whole: it reads `audio.wav` and prints what was said. Compiled against every tag from v1.0.0 to v3.5.0, run with
v1.1.3, v1.4.0 and v3.5.0.
"""

from __future__ import annotations

from dgcheck.model.record import dataclass, field
from dgcheck.model.sdk import Place, Recipe

TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_REST = """package main

import (
	"context"
	"fmt"

	api "@module/pkg/api/@api"
	interfaces "@module/pkg/client/interfaces"
	client "@module/pkg/client/@client"
)

func main() {
	restOptions := @options
	rest := client.@new("", restOptions)
	if rest == nil {
		panic("no client: is DEEPGRAM_API_KEY set?")
	}
	wanted := @and{Model: "nova-3"} // a model that this deployment serves
	answer, err := api.New(rest).FromFile(context.Background(), "audio.wav", wanted)
	if err != nil {
		panic(err)
	}
	fmt.Println(answer.Results.Channels[0].Alternatives[0].Transcript)
}
"""
_LIVE = """package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"time"

	api "@module/pkg/api/@api"
	messages "@module/pkg/api/@api/interfaces"
	interfaces "@module/pkg/client/interfaces"
	client "@module/pkg/client/@client"
)

// printer prints what was heard, and leaves every other message to the handler of the SDK.
type printer struct{ messages.LiveMessageCallback }

func (printer) Message(heard *messages.MessageResponse) error {
	if len(heard.Channel.Alternatives) > 0 {
		fmt.Println(heard.Channel.Alternatives[0].Transcript)
	}
	return nil
}

func main() {
	liveOptions := @options
	wanted := @and{Model: "nova-3"} // a model that this deployment serves
	printed := printer{api.NewDefaultCallbackHandler()}
	live, err := client.@new(context.Background(), "", liveOptions, wanted, printed)
	if err != nil {
		panic(err)
	}
	if @failed {
		os.Exit(1) // the log says why
	}
	audio, err := os.Open("audio.wav")
	if err != nil {
		panic(err)
	}
	_ = live.Stream(bufio.NewReader(audio))
	time.Sleep(5 * time.Second) // for the last words
	live.Stop()
}
"""
_FORCED = (
    "This version cannot speak plain HTTP: up to v1.1.0 the SDK forces https and wss. Take v1.1.1 or newer, or put TLS "
    "in front."
)
_HOST_WINS = "Leave the variable DEEPGRAM_HOST unset: it would win over Host."
_TWO = "One Host cannot serve both over plain HTTP: REST wants http://, live wants ws://. So there are two clients."
_EMPTY_HOST = (
    "Over ws:// this SDK sends an empty Host header: a proxy in front that routes by name answers 404 or 400, "
    "the deployment itself does not mind."
)
_CA = "On Linux SSL_CERT_FILE adds the CA, in place of the system's file; elsewhere put it into the system's store."
_UNCHECKED = "This version does not check certificates unless DEEPGRAM_SSL_HOST_VERIFICATION=true is set."
_AGENT = "The agent client of this SDK cannot reach a port without TLS."


@dataclass(frozen=True, slots=True)
class _Shape:
    """How one line of releases spells things: packages, constructors, the fields of the options."""

    rest: tuple[str, str, str] = ("listen/v1/rest", "listen", "NewREST")
    live: tuple[str, str, str] = ("listen/v1/websocket", "listen", "NewWSUsingCallback")
    version: str = "APIVersion"
    local: str = "SelfHosted"
    options: str = "&interfaces.ClientOptions"
    wanted: str = "&interfaces."
    connects: str = "!live.Connect()"
    own: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # 1.0.0: options and version field of each client


_OLD_REST = ("prerecorded/v1", "prerecorded", "New")
_OLD_LIVE = ("live/v1", "live", "New")
_CONN = "live.Connect() == nil"
_FIRST = _Shape(
    _OLD_REST,
    _OLD_LIVE,
    local="",
    wanted="interfaces.",
    connects=_CONN,
    own={"rest": ("&client.ClientOptions", "Version"), "live": ("&client.ClientOptions", "ApiVersion")},
)
_SHAPES = (
    ("1.0.3", _FIRST),
    ("1.1.0", _Shape(_OLD_REST, _OLD_LIVE, "ApiVersion", "OnPrem", wanted="interfaces.", connects=_CONN)),
    (
        "1.2.2",
        _Shape(_OLD_REST, _OLD_LIVE, "ApiVersion", "OnPrem", "interfaces.ClientOptions", "interfaces.", _CONN),
    ),
    ("1.3.3", _Shape(_OLD_REST, _OLD_LIVE, connects=_CONN)),
    ("1.3.6", _Shape(_OLD_REST, _OLD_LIVE)),
    ("1.6.1", _Shape(live=("listen/v1/websocket", "listen", "NewWebSocket"))),
)


def maker(newest: str, forced: bool) -> Callable[[Place], tuple[Recipe, ...]]:
    """The recipes of the releases that end with this one; `forced` where TLS is forced."""

    def recipe(place: Place) -> tuple[Recipe, ...]:
        if forced and not place.tls:
            return (Recipe("", "go", (_FORCED,)),)
        shape = _shape(newest)
        return (_one("rest", place, newest, shape), _one("live", place, newest, shape))

    return recipe


def _shape(newest: str) -> _Shape:
    asked = _numbers(newest)
    return next((shape for last, shape in _SHAPES if asked <= _numbers(last)), _Shape())


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _one(kind: str, place: Place, newest: str, shape: _Shape) -> Recipe:
    api, client, new = shape.rest if kind == "rest" else shape.live
    line = newest.partition(".")[0]
    kind_of = "PreRecordedTranscriptionOptions" if kind == "rest" else "LiveTranscriptionOptions"
    words = {
        "@module": f"github.com/deepgram/deepgram-go-sdk{'' if line == '1' else f'/v{line}'}",
        "@api": api,
        "@client": client,
        "@new": new,
        "@options": _options(kind, place, shape),
        "@and": f"{shape.wanted}{kind_of}",
        "@failed": shape.connects,
    }
    code = _REST if kind == "rest" else _LIVE
    for word, text in words.items():
        code = code.replace(word, text)
    return Recipe(code, "go", _notes(kind, place, shape), _environment(place, shape))


def _options(kind: str, place: Place, shape: _Shape) -> str:
    """The client's options as a literal: a scheme only over plain HTTP, where each client wants its own."""
    made, version = shape.own.get(kind, (shape.options, shape.version))
    scheme = "" if place.tls else {"rest": "http://", "live": "ws://"}[kind]
    fields = [f'Host: "{scheme}{place.authority}"']
    if place.prefix:
        fields.append(f'{version}: "{place.prefix.strip("/")}/v1"')
    if shape.local and not place.key:
        fields.append(f"{shape.local}: true")
    return f"{made}{{{', '.join(fields)}}}"


def _notes(kind: str, place: Place, shape: _Shape) -> tuple[str, ...]:
    notes = [] if shape.own else [_HOST_WINS]
    if not place.tls:
        notes.append(_TWO)
    if not place.tls and kind == "live":
        notes.extend((_EMPTY_HOST, _AGENT))
    if shape.own and place.tls:
        notes.append(_UNCHECKED)
    if place.private_ca and not shape.own:
        notes.append(_CA)
    return tuple(notes)


def _environment(place: Place, shape: _Shape) -> tuple[tuple[str, str], ...]:
    found = []
    if place.key:
        found.append(("DEEPGRAM_API_KEY", "..."))
    elif not shape.local:
        found.append(("DEEPGRAM_API_KEY", "a"))  # any text: without one the client is not made
    if place.private_ca:
        found.append(("SSL_CERT_FILE", place.private_ca))
    return tuple(found)
