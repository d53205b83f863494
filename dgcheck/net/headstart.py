"""Resolves and connects in a thread while the rest of dgcheck is still being imported.

A diagnosis is bounded by round trips, and the first two need nothing but a socket. So this module imports
next to nothing, starts at once, and stamps each moment itself: what it hands over are connected sockets and
the true times of their phases.
"""

from __future__ import annotations

import errno as errnos
import select
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from time import monotonic

CONNECT_LIMIT = 5.0
MOST_ADDRESSES = 16
_FAMILIES = {"": socket.AF_UNSPEC, "ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}
_EAI = {getattr(socket, name): name for name in dir(socket) if name.startswith("EAI_")}
_PENDING = {errnos.EINPROGRESS, errnos.EWOULDBLOCK, errnos.EAGAIN, getattr(errnos, "WSAEWOULDBLOCK", 10035)}


class Attempt:
    """One connection attempt: times are monotonic seconds, `error` 0 when it connected, -1 when its limit passed."""

    __slots__ = ("address", "begun", "ended", "error", "sock")

    def __init__(self, address: str, sock: socket.socket | None, begun: float) -> None:
        self.address = address
        self.sock = sock
        self.begun = begun
        self.ended = 0.0
        self.error: int | None = None

    def end(self, error: int) -> None:
        """Note how it ended; the socket of an attempt that failed is closed. `error` is set last, for it is what others
        look at."""
        self.ended = monotonic()
        if error and self.sock is not None:
            self.sock.close()
            self.sock = None
        self.error = error


class HeadStart:
    """Resolves `host` and connects to its addresses, from the moment it is made.

    The first address gets `connections` sockets, every other one (16 at most) a single one. `pinned` addresses are
    dialled without asking a resolver. `listen` gives a callback that is called, from the thread, whenever something
    became known: the name resolved, an attempt ended. With `hold`, only the name is asked for until `go` is called.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        pinned: Sequence[str] = (),
        family: str = "",
        connections: int = 1,
        hold: bool = False,
    ) -> None:
        self.begun = monotonic()
        self.host = host
        self.port = port
        self.pinned = bool(pinned)
        self.family = _FAMILIES[family]
        self.addresses: tuple[str, ...] = tuple(pinned)
        self.error = ""  # EAI_NONAME...
        self.problem = ""
        self.resolve_begun = self.resolved_at = self.begun
        self.attempts: list[Attempt] = []
        self._connections = connections
        self.resolved = False
        self.connected = False  # every attempt has ended
        self._listener: Callable[[], None] | None = None
        self._stopped = self._unwanted = False
        self._may_connect = threading.Event()
        if not hold:
            self._may_connect.set()
        # Short turns: while modules are imported, this thread must still stamp its moments on time.
        sys.setswitchinterval(0.0005)
        threading.Thread(target=self._work, name="head-start", daemon=True).start()

    def listen(self, call: Callable[[], None]) -> None:
        """Call at every change from now on, and once at once; the latest listener wins."""
        self._listener = call
        call()

    def _tell(self) -> None:
        if self._listener is not None:
            self._listener()

    def _work(self) -> None:
        try:
            found = self._resolve()
            self.resolved_at = monotonic()
            self._may_connect.wait()
            self.attempts = [] if self._unwanted else self._begin(found)
        finally:
            self.resolved = True
            self._tell()
        try:
            self._await()
        finally:
            self.connected = True
            self._tell()
            if self._unwanted:
                self._close()

    def _resolve(self) -> list[tuple[socket.AddressFamily, tuple[object, ...], str]]:
        found: list[tuple[socket.AddressFamily, tuple[object, ...], str]] = []
        for name in self.addresses or (self.host,):
            try:
                # Bytes, because a str loads the IDNA codec for names that are ASCII anyway.
                answers = socket.getaddrinfo(name.encode("ascii"), self.port, self.family, socket.SOCK_STREAM)
            except socket.gaierror as error:
                self.error = _EAI.get(error.args[0], str(error.args[0]))
                self.problem = str(error.args[1]) if len(error.args) > 1 else ""
                continue
            except (OSError, UnicodeError) as error:
                self.error, self.problem = "EAI_FAIL", type(error).__name__
                continue
            for family, _, _, _, address in answers:
                shown = str(address[0])
                if all(shown != other for _, _, other in found):
                    found.append((family, address, shown))
        self.addresses = tuple(shown for _, _, shown in found)
        return found

    def _begin(self, found: list[tuple[socket.AddressFamily, tuple[object, ...], str]]) -> list[Attempt]:
        attempts = []
        for place, (family, address, shown) in enumerate(found[:MOST_ADDRESSES]):
            wanted = self._connections if place == 0 else 1
            attempts += [begin(family, address, shown) for _ in range(wanted)]
        return attempts

    def _await(self) -> None:
        poller = select.poll() if hasattr(select, "poll") else None
        open_ = {attempt.sock.fileno(): attempt for attempt in self.attempts if attempt.sock and attempt.error is None}
        if poller:
            for number in open_:
                poller.register(number, select.POLLOUT)
        limit = monotonic() + CONNECT_LIMIT
        while open_ and not self._stopped and (left := limit - monotonic()) > 0:
            if poller:
                ready = [number for number, _ in poller.poll(min(left, 0.5) * 1000)]
            else:
                _, ready, failed = select.select([], list(open_), list(open_), min(left, 0.5))
                ready = list({*ready, *failed})
            for number in ready:
                attempt = open_.pop(number)
                if poller:
                    poller.unregister(number)
                attempt.end(attempt.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) if attempt.sock else -1)
            if ready:
                self._tell()
        for attempt in open_.values():
            attempt.end(-1)

    def go(self) -> None:
        """Connect from now on."""
        self._may_connect.set()

    def give_up(self) -> None:
        """End it before anybody took a socket from it: nothing is dialled any more, and every socket is closed."""
        self._stopped = self._unwanted = True
        self._may_connect.set()
        if self.connected:
            self._close()

    def _close(self) -> None:
        for attempt in self.attempts:
            if attempt.sock is not None:
                attempt.sock.close()

    def stop(self) -> None:
        """Give up what is not connected yet. Sockets that were handed over are not touched."""
        self._stopped = True


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
