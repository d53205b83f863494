"""The last look at everything before it leaves: no byte of it may hold a secret of this run.

Cleaning happens on the way in; this is what stands behind it. It looks for each known secret plain (in any letters),
in hexadecimal, URL-encoded, escaped, and in Base64 wherever it begins in it, and it looks at texts, at bytes, and at
what is written piece by piece, such as the members of an archive before they are compressed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dgcheck.model.errors import DgcheckError
from dgcheck.wire.spelled import stand_in

_KEPT = 8192  # characters of what came before that are looked at again: a secret may stand across two pieces


class SecretSeen(DgcheckError):
    """Something was held back, because a secret of this run stood in it; `place` says in what. Never quotes it."""

    def __init__(self, place: str = "") -> None:
        super().__init__(f"a secret of this run would have stood in {place or 'the result'}")
        self.place = place


class LastLook:
    """Raises SecretSeen for whatever holds one of `secrets`. `harmless(secret)` tells of a "secret" that is a word of
    our own pages, and hides nothing."""

    def __init__(self, secrets: Sequence[str], harmless: Callable[[str], bool] = lambda _: False) -> None:
        self._secrets = tuple(secrets)
        self._harmless = harmless

    def __bool__(self) -> bool:
        return bool(self._secrets)

    def text(self, text: str, place: str = "") -> None:
        """Look at a text as a whole."""
        if self._secrets and not all(map(self._harmless, stand_in(text, self._secrets))):
            raise SecretSeen(place)

    def data(self, data: bytes, place: str = "") -> None:
        """Look at bytes: as UTF-8 where they are, else as Latin-1, in which every byte is a character."""
        if not self._secrets:
            return
        try:
            self.text(data.decode("utf-8"), place)
        except UnicodeDecodeError:
            self.text(data.decode("latin-1"), place)

    def watched(self, write: Callable[[bytes], object], place: str = "") -> Watched:
        """A sink that looks at all that is written before it passes it on to `write`."""
        return Watched(self, write, place)


class Watched:
    """Passes on what is written, one piece late: a piece is looked at together with the end of the one before, and
    nothing of a piece with a secret in it, nor of what follows, is passed on. `close` passes on the rest."""

    def __init__(self, look: LastLook, write: Callable[[bytes], object], place: str) -> None:
        self._look = look
        self._write = write
        self._place = place
        self._held = b""

    def write(self, data: bytes) -> int:
        """Take bytes. Raises SecretSeen."""
        together = self._held + data
        self._look.data(together, self._place)
        self._write(together[:-_KEPT])
        self._held = together[-_KEPT:]
        return len(data)

    def close(self) -> None:
        """Pass on what is left; the sink itself stays open."""
        self._write(self._held)
        self._held = b""
