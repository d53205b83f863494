"""The TLS contexts of a fleet: one for all targets with the same files. To load a CA store takes longer than a run."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from dgcheck.fleet.member import Member
from dgcheck.model.errors import UsageError
from dgcheck.model.target import Settings
from dgcheck.net.trust import Trust


class Trusts:
    """Makes a trust when the first target asks for it, and gives it to all others with the same files."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, str, bool], Trust] = {}

    def of(self, settings: Settings) -> Trust:
        """The trust for these settings."""
        files = (settings.ca_file, settings.cert, settings.key, settings.insecure)
        if files not in self._made:
            self._made[files] = Trust(settings)
        return self._made[files]

    def prepare(self, members: Iterable[Member]) -> None:
        """Load what these will ask for. A file that cannot be used is told by the run that needs it."""
        for member in members:
            if member.target is not None and member.target.tls:
                with contextlib.suppress(UsageError):
                    self.of(member.settings).context()
