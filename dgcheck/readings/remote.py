"""What became of the audio that the deployment was told to fetch: from an address that was given, and from dgcheck."""

from __future__ import annotations

from dgcheck.model.case import Case, settled
from dgcheck.model.evidence import Exchange
from dgcheck.model.record import dataclass
from dgcheck.model.served import Served, Visit
from dgcheck.readings.answers import transcribed
from dgcheck.wire.remote import EXAMPLE, EXAMPLE_WORDS

SERVED = "served"  # the purpose under which the question about dgcheck's own clip, and its serving, are recorded


@dataclass(frozen=True, slots=True)
class Fetched:
    """One question with an address: the POST, the address, the words of the audio ('' = not known), and, where dgcheck
    served it, what happened there.
    """

    seen: Exchange
    url: str
    words: str = ""
    served: Served | None = None

    @property
    def worked(self) -> bool:
        """It was answered with a transcription; where we served the audio, by somebody who came for it."""
        return transcribed(self.seen) and (self.served is None or bool(self.served.visits))


@settled
def given(case: Case) -> Fetched | None:
    """The question with the address of `--audio-url`; None without one."""
    seen = case.first(Exchange, "rest.url")
    settings = case.settings
    if seen is None:
        return None
    words = EXAMPLE_WORDS if settings.audio_url == EXAMPLE else ""
    return Fetched(seen, settings.audio_url, words if settings.audio_file else settings.expect or words)


@settled
def from_here(case: Case) -> Fetched | None:
    """The question with the address of dgcheck's own clip; None where it was not asked."""
    seen, served = case.first(Exchange, "rest.url", SERVED), case.first(Served, "rest.url", SERVED)
    if seen is None or served is None:
        return None
    return Fetched(seen, served.url, "" if case.settings.audio_file else case.words, served)


def not_served(case: Case) -> str:
    """Why dgcheck's own clip could not be served; '' where it could, or was not wanted."""
    served = case.first(Served, "rest.url", SERVED)
    return served.problem if served is not None and not served.url else ""


def fullest(served: Served | None) -> Visit | None:
    """The visit that took most of the file; None where nobody came."""
    if served is None:
        return None
    return max(served.visits, key=lambda visit: (visit.whole, visit.sent_bytes), default=None)
