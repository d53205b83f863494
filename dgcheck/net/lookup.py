"""Asks the resolver in a thread before anything else of dgcheck is loaded.

Made of what the interpreter holds ready: `socket` and `threading` take longer to load than the interpreter to start,
and the first round trip would wait for them.
"""

from __future__ import annotations

import _socket
import _thread
import sys
from time import monotonic

TYPE_CHECKING = False  # typing is not imported: this comes before everything else
if TYPE_CHECKING:
    from typing import Any

    Answers = list[tuple[int, int, int, str, tuple[Any, ...]]]


class Lookup:
    """One name on its way. `begun` and `ended` are monotonic seconds; `failure` is what the resolver raised."""

    __slots__ = ("_over", "answers", "begun", "ended", "failure", "host", "port")

    def __init__(self, host: str, port: int) -> None:
        self.begun = monotonic()
        self.ended = 0.0
        self.host = host
        self.port = port
        self.answers: Answers = []
        self.failure: OSError | None = None
        self._over = _thread.allocate_lock()
        self._over.acquire()
        # Short turns: while modules are imported, a thread must still stamp its moments on time.
        sys.setswitchinterval(0.0005)
        _thread.start_new_thread(self._work, ())

    def _work(self) -> None:
        try:
            # Bytes, because a str loads the IDNA codec for names that are ASCII anyway.
            self.answers = _socket.getaddrinfo(self.host.encode("ascii"), self.port, 0, _socket.SOCK_STREAM)
        except OSError as error:
            self.failure = error
        finally:
            self.ended = monotonic()
            self._over.release()

    def result(self) -> Answers:
        """What the resolver answered, as `getaddrinfo` gives it; waits for it. Raises OSError (gaierror)."""
        self._over.acquire()
        self._over.release()
        if self.failure is not None:
            raise self.failure
        return self.answers
