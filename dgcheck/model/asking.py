"""How a probe asks: the network as a probe sees it, and what makes a probe a probe.

Probes import no I/O. They get an `Asking`, whose `net` records every answer as evidence the moment it is
known, whatever it was; so a probe that is cancelled half-way has lost nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol

from dgcheck.model.beside import Beside
from dgcheck.model.case import Case
from dgcheck.model.evidence import (
    Banner,
    Dial,
    DnsAnswer,
    Exchange,
    Handshake,
    Heard,
    Lookup,
    Stream,
    Upgrade,
)
from dgcheck.model.held import Held
from dgcheck.model.record import dataclass, field
from dgcheck.model.sdk import Manner
from dgcheck.model.target import Audio, Settings, Target

if TYPE_CHECKING:
    from dgcheck.model.sound import Sound

PROFILES = ("quick", "standard", "full")
REPEAT = "repeat"  # the purpose of a question that --repeat puts once more
GUESS = "guess"  # the purpose under which a model is asked for before the listing is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One HTTP question: `path` is below the target's base (or absolute with `whole=True`), `query` its pairs in
    order. `lane` names the kept-alive connection it may share with others; '' takes a new one. `address` pins one
    address of the target; `trust` overrides how TLS is judged; `direct` goes round a configured proxy. With a
    `manner` the question is put as that SDK puts it: its headers and no others, in its order and case.
    """

    path: str
    query: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    whole: bool = False
    lane: str = ""
    address: str = ""
    scheme: str = ""  # '' = the target's
    trust: str = ""  # '' = as configured
    direct: bool = False
    bare: bool = False  # without the headers that the person gave: those that a browser does not send by itself
    more: int = 0  # bytes that follow `body` and repeat its last one: a large upload that nobody keeps
    stall: float = 0.0  # seconds for which such an upload may make no way; 0 = only `limit` counts
    with_key: bool | None = None  # None = by the rule of the key
    limit: float = 10.0  # seconds for this question alone
    keep: int = 4096  # how much of the body's text is evidence
    # Gets the body of a 200 that is no text, of which nothing is kept, and how many seconds after the question had been
    # sent its first and its last byte came.
    take: Callable[[bytes, float, float], None] | None = None
    subprotocols: tuple[str, ...] = ()
    manner: Manner | None = None
    port: int = 0  # 0 = the target's
    fresh: bool = False  # on a connection that is opened now, not on one that waits to be used


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """What is sent on an open stream: audio, then CloseStream `at_once`, `after_first` result (or `patience`
    seconds without one), or `never`. `pace` is fast or real.
    """

    audio: Audio
    close: str = "at_once"
    patience: float = 3.0
    pace: str = "fast"
    until_first: bool = False  # stop listening when the first result came
    message: int = 0  # bytes of audio in one message; 0 = as usual
    limit: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How an open stream is held: `audio` first, then for the rest of `seconds` nothing (`silent`), a KeepAlive `every`
    few seconds (`keepalive`), or audio in real time (`audio`), of which `silence` is a quarter of a second.
    """

    audio: Audio
    plan: str
    seconds: float
    every: float = 4.0
    silence: bytes = b""


class Conversation(Protocol):
    """An open socket on which a probe says what the protocol of its endpoint wants said."""

    @property
    def heard(self) -> Sequence[Heard]:
        """Every message so far."""

    @property
    def over(self) -> bool:
        """Whether the other side has closed it, or it broke."""

    @property
    def sound(self) -> bytes:
        """The audio that was spoken to us so far."""

    async def say(self, *messages: str | bytes, last: bool = False) -> None:
        """Send texts and audio at once; with `last` this is the last of what is to be heard or spoken."""

    async def bye(self, message: str) -> None:
        """Send the text that ends the stream."""

    async def until(self, ready: Callable[[], bool], limit: float) -> bool:
        """Listen until it is so, or it is over, or `limit` seconds passed; whether it is so."""


Lead = Callable[[Conversation], Awaitable[None]]
"""What a probe does with an open socket, from its opening to its end."""


class Besides(Protocol):
    """The way to a port beside the API: the License Proxy's status port, the Engine's metrics port."""

    async def ask(self, path: str) -> Beside:
        """`GET` one page; the answer is recorded, whatever it was."""

    async def close(self) -> None:
        """Close its connections."""


class Net(Protocol):
    """The network, as one check or experiment meets it. Every method returns evidence and has recorded it."""

    async def lookup(self) -> Lookup:
        """Resolve the target's host by the system's resolver."""

    async def ask_dns(self, name: str, rtype: str, *, server: str = "", absolute: bool = True) -> DnsAnswer:
        """Ask one DNS server itself; '' asks the first one of resolv.conf."""

    async def dial(self, address: str, *, port: int = 0) -> Dial:
        """Open (and close) a TCP connection to one address."""

    async def dial_all(self, addresses: Sequence[str]) -> tuple[Dial, ...]:
        """Connect to every address side by side, keeping what the lanes will need."""

    async def handshake(
        self,
        *,
        lane: str = "",
        address: str = "",
        server_name: str | None = None,
        trust: str = "",
        alpn: tuple[str, ...] = ("http/1.1",),
        versions: tuple[str, str] = ("", ""),
        with_certificate: bool = True,
    ) -> Handshake:
        """Shake hands over TLS; with a lane the connection stays for its questions."""

    def hasten(self, lane: str) -> None:
        """Let the lane's first questions go out together, for `borrow` comes after them."""

    async def borrow(self, lane: str) -> None:
        """Put the next question on the lane's connection, where that is free by now, and else on one of its own."""

    async def exchange(self, ask: Ask) -> Exchange:
        """Send one request and read its answer."""

    async def upgrade(self, ask: Ask) -> Upgrade:
        """Offer one WebSocket upgrade; an open socket is closed again."""

    async def stream(self, ask: Ask, say: Say, plan: str = "") -> tuple[Upgrade, Stream | None]:
        """Offer an upgrade and, when it is accepted, send `say` and listen."""

    async def hold(self, ask: Ask, how: Keep) -> tuple[Upgrade, Held | None]:
        """Offer an upgrade and, when it is accepted, hold the stream open."""

    async def converse(self, ask: Ask, lead: Lead, *, limit: float, plan: str = "") -> tuple[Upgrade, Stream | None]:
        """Offer an upgrade and, when it is accepted, let `lead` talk for `limit` seconds at most."""

    def keep(self, sound: Sound) -> Sound:
        """Record what the audio of an answer is, under an id of its own."""

    def apart(self, purpose: str) -> Net:
        """The same network, for questions that are recorded under this purpose."""

    def serving(
        self, content: bytes, content_type: str, place: str, purpose: str
    ) -> AbstractAsyncContextManager[tuple[str, Net]]:
        """Serve this file at `[HOST:]PORT` while the block runs, to whoever knows its address.

        Gives that address, '' where the port cannot be had, and the network for the questions about it, which are
        recorded under `purpose` as the visits are.
        """

    def beside(self, which: str, given: str) -> Besides:
        """The way to a port beside the API, `given` as the person wrote its URL; close it when all is asked."""

    async def banner(self, address: str, *, send: bytes = b"", limit: float = 2.0) -> Banner:
        """Listen to a port, after saying `send`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One model that has to work: its name as asked ('' = no `model=` at all), the language that goes along ('' =
    the service's default), and in which modes.
    """

    name: str
    language: str = ""
    rest: bool = True
    streaming: bool = True


@dataclass(frozen=True, slots=True)
class Guess:
    """The model that most deployments have, to be asked for while the listing is still being read.

    `net` records under the purpose `guess`, which no rule judges. `told` takes its first answer: without a listing, it
    decides which model the run asks for. `adopt` makes that evidence the check's own, once the guess has turned out to
    be what would have been asked for.
    """

    model: str
    net: Net
    told: Callable[[Upgrade | None], None]
    adopt: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a probe is given: where, with which settings, what was seen so far, and the network."""

    target: Target
    settings: Settings
    case: Case
    net: Net
    audio: Audio
    wanted: Callable[[], Awaitable[tuple[Wanted, ...]]]  # waits until it is known which models to ask for
    known: bool = True  # it is known already which models to ask for
    guess: Guess | None = None  # None where the models are known before anything is asked
    streaming: bool = True  # this run streams speech too, so that the upgrade needs no question of its own
    requests_left: Callable[[], int]
    manners: Mapping[str, Manner] = field(default_factory=dict)  # how the SDK that was named asks, by transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One check. `title` is the wished condition. `after` are the checks whose answer it needs before it starts;
    `blocked` says from the case which of them stops it, or None. `profile` is the lowest one that includes it.
    """

    id: str
    title: str
    asks: str
    ask: Callable[[Asking], Awaitable[None]]
    after: tuple[str, ...] = ()
    profile: str = "quick"
    blocked: Callable[[Case], str | None] | None = None
    wanted: Callable[[Settings], bool] | None = None  # None = always
    unwanted: str = ""  # why it is skipped when it is not wanted
    follows: tuple[str, ...] = ()  # checks that go first where they are part of the run, and are not needed
    order: int = 0  # place in the report
    unnamed: bool = False  # where it is not wanted, the report does not speak of it at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """A question asked only when two causes fit. `when` says from the case whether it is worth asking; `check` is
    the check that it belongs to, and `also` are others by which a run may come to need it. `refusable` counts the
    requests that are likely to be refused.
    """

    id: str
    check: str
    when: Callable[[Case], bool]
    ask: Callable[[Asking], Awaitable[None]]
    after: tuple[str, ...] = ()  # experiments that go first
    also: tuple[str, ...] = ()
