"""Resolves and connects in a thread while the rest of dgcheck is still being imported.

A diagnosis is bounded by round trips, and the first two need nothing but a socket, the third nothing but TLS. So this
module imports next to nothing, starts at once, and stamps each moment itself: what it hands over are connected sockets,
with their handshakes done where a way to shake hands was given in time, and the true times of their phases.
"""

from __future__ import annotations

import errno as errnos
import select
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from time import monotonic, sleep

from dgcheck.net import kernel

TYPE_CHECKING = False  # typing is not imported: this comes before everything else
if TYPE_CHECKING:
    from dgcheck.net.lookup import Answers, Lookup
    from dgcheck.net.shaking import Shaking
    from dgcheck.net.trust import Trust

    # Of each address its family, itself as sockets take it, and as it is written.
    Found = list[tuple[int, tuple[object, ...], str]]

CONNECT_LIMIT = 5.0
_LOOK = 0.005  # seconds after which is looked whether handshakes may begin, while that is not decided
MOST_ADDRESSES = 16
FAMILIES = {"": socket.AF_UNSPEC, "ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}
_EAI = {getattr(socket, name): name for name in dir(socket) if name.startswith("EAI_")}
_PENDING = {errnos.EINPROGRESS, errnos.EWOULDBLOCK, errnos.EAGAIN, getattr(errnos, "WSAEWOULDBLOCK", 10035)}


class Attempt:
    """One connection attempt: times are monotonic seconds, `error` 0 when it connected, -1 when its limit passed."""

    __slots__ = ("_lock", "_taken", "address", "begun", "ended", "error", "rtt_ms", "shaking", "sock")

    def __init__(self, address: str, sock: socket.socket | None, begun: float) -> None:
        self.address = address
        self.sock = sock
        self.begun = begun
        self.ended = 0.0
        self.error: int | None = None
        self.rtt_ms: float | None = None  # of the network, where the kernel tells
        self.shaking: Shaking | None = None
        self._taken = False
        self._lock = threading.Lock()

    def take(self) -> Shaking | None:
        """The handshake that was begun on it; None where there is none, and then nobody begins one any more."""
        with self._lock:
            self._taken = True
            return self.shaking

    def shake(self, make: Callable[[], Shaking]) -> Shaking | None:
        """Begin a handshake, unless somebody has taken the connection before."""
        with self._lock:
            if not self._taken and self.shaking is None:
                self.shaking = make()
                return self.shaking
        return None

    def end(self, error: int) -> None:
        """Note how it ended; the socket of an attempt that failed is closed. `error` is set last, for it is what others
        look at."""
        if error or self.sock is None:
            self.ended = monotonic()
        else:
            self.ended, self.rtt_ms = kernel.connected(self.sock, self.begun)
        if error and self.sock is not None:
            self.sock.close()
            self.sock = None
        self.error = error


class HeadStart:
    """Resolves `host` and connects to its addresses, from the moment it is made.

    The first address gets `connections` sockets, every other one (16 at most) a single one. `pinned` addresses are
    dialled without asking a resolver. `listen` gives a callback that is called, from the thread, whenever something
    became known: the name resolved, an attempt or a handshake ended. `lookup` has asked for the name. With `tls`,
    `secure` or `stop` will be called, and it waits for that.
    """

    beside = True  # it works, and tells, beside the event loop

    def __init__(
        self,
        host: str,
        port: int,
        *,
        pinned: Sequence[str] = (),
        family: str = "",
        connections: int = 1,
        lookup: Lookup | None = None,
        tls: bool = False,
    ) -> None:
        self.begun = lookup.begun if lookup else monotonic()
        self.host = host
        self.port = port
        self.pinned = bool(pinned)
        self.family = FAMILIES[family]
        self.addresses: tuple[str, ...] = tuple(pinned)
        self.error = ""  # EAI_NONAME...
        self.problem = ""
        self.resolve_begun = self.resolved_at = self.begun
        self.attempts: list[Attempt] = []
        self._connections = connections
        self.resolved = False
        self.connected = False  # every attempt has ended
        self.trust: Trust | None = None
        self._listener: Callable[[], None] | None = None
        self._stopped = self._unwanted = False
        self._undecided = tls
        self._make: Callable[[], Shaking] | None = None
        self._lookup = lookup
        self._set_out()

    def _set_out(self) -> None:
        # Short turns: while modules are imported, this thread must still stamp its moments on time.
        sys.setswitchinterval(0.0005)
        threading.Thread(target=self._work, name="head-start", daemon=True).start()

    def listen(self, call: Callable[[], None]) -> None:
        """Call at every change from now on, and once at once; the latest listener wins."""
        self._listener = call
        call()

    def _tell(self) -> None:
        listener = self._listener
        if listener is not None:
            listener()

    def _work(self) -> None:
        try:
            found = self._resolve()
            self.resolved_at = self._lookup.ended if self._lookup else monotonic()
            self.attempts = [] if self._unwanted else self._begin(found)
        finally:
            self.resolved = True
            self._tell()
        try:
            self._await()
        finally:
            if not self.connected:
                self.connected = True
                self._tell()
            if self._unwanted:
                self._close()

    def _resolve(self) -> Found:
        lookup = self._lookup
        ask = asking(self.port, self.family) if lookup is None else lambda _: lookup.result()
        found, self.error, self.problem = resolve(self.addresses or (self.host,), ask)
        self.addresses = tuple(shown for _, _, shown in found)
        return found

    def _begin(self, found: Found) -> list[Attempt]:
        attempts = []
        for place, (family, address, shown) in enumerate(found[:MOST_ADDRESSES]):
            wanted = self._connections if place == 0 else 1
            attempts += [begin(family, address, shown) for _ in range(wanted)]
        return attempts

    def _await(self) -> None:
        """Wait for connections and handshakes, whichever come, until there is nothing left to wait for."""
        watch = _Watch()
        connecting = {one.sock.fileno(): one for one in self.attempts if one.sock and one.error is None}
        for attempt in connecting.values():
            watch.add(attempt.sock, writing=True)
        shaking: dict[int, Attempt] = {}
        limit = monotonic() + CONNECT_LIMIT
        while not self._stopped and (connecting or shaking or self._undecided):
            left = limit - monotonic()
            if connecting and left <= 0:
                for number in connecting:
                    watch.drop(number)
                self._all_connected(connecting)
            for number in watch.ready(_LOOK if self._undecided else min(left, 0.5) if connecting else 0.5):
                if number in connecting:
                    watch.drop(number)
                    attempt = connecting.pop(number)
                    attempt.end(attempt.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) if attempt.sock else -1)
                    self._tell()
                elif self._pushed(shaking[number]):
                    watch.drop(number)
                    del shaking[number]
            if not connecting and not self.connected:
                self._all_connected(connecting)
            self._begin_to_shake(watch, shaking)
        self._all_connected(connecting)

    def _all_connected(self, left: dict[int, Attempt]) -> None:
        """Every attempt has ended; those that are left by their limit."""
        for attempt in left.values():
            attempt.end(-1)
        left.clear()
        if not self.connected:
            self.connected = True
            self._tell()

    def _begin_to_shake(self, watch: _Watch, shaking: dict[int, Attempt]) -> None:
        """A ClientHello on every open connection to the first address that has none yet."""
        make = self._make
        for attempt in self.attempts if make is not None else ():
            sock = attempt.sock
            if sock is None or attempt.error != 0 or attempt.address != self.attempts[0].address:
                continue
            if make is not None and (begun := attempt.shake(make)) is not None and not begun.greet(sock):
                shaking[sock.fileno()] = attempt
                watch.add(sock, writing=False)

    def _pushed(self, attempt: Attempt) -> bool:
        """Go on with a handshake whose peer said something; True when it is over."""
        sock, begun = attempt.sock, attempt.shaking
        if sock is None or begun is None or not begun.hear(sock):
            return sock is None or begun is None
        self._tell()
        return True

    def secure(self, trust: Trust, server_name: str | None) -> None:
        """Shake hands on every connection to the first address, as an ordinary client of this run would."""
        from dgcheck.net.shaking import Shaking

        context = trust.context()
        self.trust = trust
        self._make = lambda: Shaking(context, server_name)
        self._undecided = False

    def give_up(self) -> None:
        """End it before anybody took a socket from it: nothing is dialled any more, and every socket is closed."""
        self._stopped = self._unwanted = True
        if self.connected:
            self._close()

    def _close(self) -> None:
        for attempt in self.attempts:
            if attempt.sock is not None:
                attempt.sock.close()

    def stop(self) -> None:
        """Give up what is not connected yet, and tell nobody any more. Sockets that were handed over stay open."""
        self._stopped = True
        self._listener = None  # who listens holds this one: together they would outlive the run


def asking(port: int, family: int) -> Callable[[str], Answers]:
    """How the system's resolver is asked for a name. What it gives raises OSError (gaierror)."""
    # Bytes, because a str loads the IDNA codec for names that are ASCII anyway.
    return lambda name: [*socket.getaddrinfo(name.encode("ascii"), port, family, socket.SOCK_STREAM)]


def resolve(names: Sequence[str], ask: Callable[[str], Answers]) -> tuple[Found, str, str]:
    """Every address of these names, each once; and of the last that failed the symbol (`EAI_NONAME`) and the words."""
    found: Found = []
    symbol = problem = ""
    for name in names:
        try:
            answers = ask(name)
        except socket.gaierror as error:
            symbol = _EAI.get(error.args[0], str(error.args[0]))
            problem = str(error.args[1]) if len(error.args) > 1 else ""
            continue
        except (OSError, UnicodeError) as error:
            symbol, problem = "EAI_FAIL", type(error).__name__
            continue
        for family, _, _, _, address in answers:
            shown = str(address[0])
            if all(shown != other for _, _, other in found):
                found.append((family, address, shown))
    return found, symbol, problem


class _Watch:
    """Which sockets can go on: `poll` where there is one, else `select`."""

    def __init__(self) -> None:
        self._poller = select.poll() if hasattr(select, "poll") else None
        self._writing: dict[int, bool] = {}

    def add(self, sock: socket.socket | None, *, writing: bool) -> None:
        """Watch a socket until it can be written to, or read from."""
        if sock is None:
            return
        self._writing[sock.fileno()] = writing
        if self._poller:
            self._poller.register(sock.fileno(), select.POLLOUT if writing else select.POLLIN)

    def drop(self, number: int) -> None:
        """Do not watch it any more."""
        self._writing.pop(number, None)
        if self._poller:
            self._poller.unregister(number)

    def ready(self, limit: float) -> list[int]:
        """The numbers of those that can go on, after `limit` seconds at most."""
        limit = max(limit, 0.0)
        if not self._writing:
            sleep(limit)
            return []
        if self._poller:
            return [number for number, _ in self._poller.poll(limit * 1000)]
        to_write = [number for number, writing in self._writing.items() if writing]
        to_read = [number for number, writing in self._writing.items() if not writing]
        readable, writable, failed = select.select(to_read, to_write, to_write, limit)
        return list({*readable, *writable, *failed})


def begin(family: int, address: tuple[object, ...], shown: str) -> Attempt:
    """Start one non-blocking connection; `error` is set at once where the kernel refuses at once."""
    begun = monotonic()
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        attempt = Attempt(shown, None, begun)
        attempt.end(error.errno or -1)
        return attempt
    sock.setblocking(False)
    attempt = Attempt(shown, sock, begun)
    result = sock.connect_ex(address)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if result and result not in _PENDING:
        attempt.end(result)
    return attempt
