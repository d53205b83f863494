"""Sockets whose words are changed on the way: what several stages of faults are made of."""

from __future__ import annotations

import json
from collections.abc import Callable

from dgcheck.model.record import replace
from dgcheck.sim.asked import Asked, Reply, Say, Socket
from dgcheck.sim.core import Effect
from dgcheck.sim.faults.fault import always

Edit = Callable[[Say], list[Say]]


def on(path: str, around: Callable[[Socket], Socket]) -> Callable[[float], Effect]:
    """For a fault of the open sockets of one endpoint."""

    def alter(asked: Asked, reply: Reply) -> Reply:
        mine = reply.socket is not None and asked.path.endswith(path)
        return replace(reply, socket=around(reply.socket)) if mine and reply.socket is not None else reply

    return always(Effect(alter=alter))


class Edited:
    """A socket on which what the server says is changed, word by word."""

    def __init__(self, inner: Socket, edit: Edit) -> None:
        self._inner, self._edit = inner, edit
        self._over = False

    def opened(self, now: float) -> None:
        """The 101 was sent."""
        self._inner.opened(now)

    def heard(self, data: bytes, text: bool, now: float) -> None:
        """What the client says is passed on."""
        self._inner.heard(data, text, now)

    def due(self) -> float | None:
        """The inner socket's moment, until an edit has ended the connection."""
        return None if self._over else self._inner.due()

    def tick(self, now: float) -> None:
        """Time passed."""
        self._inner.tick(now)

    def take(self) -> list[Say]:
        """What the inner socket says, changed; nothing after an end."""
        said: list[Say] = []
        for word in self._inner.take():
            if not self._over:
                said += self._edit(word)
                self._over = bool(said) and said[-1].kind in ("close", "fin", "reset")
        return said


def edited(edit: Edit) -> Callable[[Socket], Socket]:
    """Put such a socket around another one."""
    return lambda inner: Edited(inner, edit)


def without(*kinds: str) -> Edit:
    """Messages of these types are lost."""
    return lambda word: [] if word.kind == "text" and json.loads(word.text).get("type") in kinds else [word]


def instead_of(kind: str, *others: Say) -> Edit:
    """In place of the first message of that type (or of the first audio, `binary`) these are said."""

    def edit(word: Say) -> list[Say]:
        mine = word.kind == kind or (word.kind == "text" and json.loads(word.text).get("type") == kind)
        return list(others) if mine else [word]

    return edit
