"""TLS contexts shared by all runs: one for each set of certificate files, made anew when a file changes.

Loading a CA store takes longer than a whole check. In a cluster certificates are renewed under a running exporter, so
the files are looked at before each run.
"""

from __future__ import annotations

import os

from dgcheck.model.errors import UsageError
from dgcheck.model.target import Settings
from dgcheck.net.trust import Trust

_Files = tuple[str, str, str, bool]
_Stamps = tuple[tuple[int, int, int] | None, ...]


class Trusted:
    """Hands out the trust that settings ask for."""

    def __init__(self) -> None:
        self._made: dict[_Files, tuple[_Stamps, Trust]] = {}

    def of(self, settings: Settings) -> Trust:
        """The trust for these settings; the former one while a file that changed cannot be used.

        Raises UsageError where there is no former one.
        """
        files = (settings.ca_file, settings.cert, settings.key, settings.insecure)
        stamps = tuple(_stamp(path) for path in files[:3])
        before = self._made.get(files)
        if before is not None and before[0] == stamps:
            return before[1]
        trust = Trust(settings)
        if settings.ca_file or settings.cert:
            try:
                trust.context()
            except UsageError:  # half of a renewal; the next run looks again
                if before is None:
                    raise
                return before[1]
        self._made[files] = (stamps, trust)
        return trust


def _stamp(path: str) -> tuple[int, int, int] | None:
    """What changes when a file is replaced, also behind a link as in a mounted Secret."""
    if not path:
        return None
    try:
        seen = os.stat(path)
    except OSError:
        return None
    return seen.st_ino, seen.st_mtime_ns, seen.st_size
