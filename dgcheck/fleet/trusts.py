"""The TLS contexts of a fleet: one for all targets with the same files. To load a CA store takes longer than a run."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable

from dgcheck.fleet.member import Member
from dgcheck.model.target import Settings
from dgcheck.net.trust import Trust

PREPARED = 8  # sets of files; further ones are loaded where they are needed
Files = tuple[str, str, str, bool]


class Trusts:
    """Makes a trust when the first target asks for it, and gives it to all others with the same files."""

    def __init__(self) -> None:
        self.made: dict[Files, Trust] = {}

    def of(self, settings: Settings) -> Trust:
        """The trust for these settings."""
        files = _files(settings)
        if files not in self.made:
            self.made[files] = Trust(settings)
        return self.made[files]

    def prepare(self, members: Iterable[Member]) -> None:
        """Load what several of these will ask for, before they are shared out; the sets of files that most name.

        What fails is told by the run that needs it.
        """
        asking = [one.settings for one in members if one.target is not None and one.target.tls]
        named = Counter(map(_files, asking))
        common = {files for files, count in named.most_common(PREPARED) if count > 1}
        for settings in asking:
            if _files(settings) in common:
                common.discard(_files(settings))
                with contextlib.suppress(Exception):
                    self.of(settings).context()


def _files(settings: Settings) -> Files:
    return (settings.ca_file, settings.cert, settings.key, settings.insecure)
