"""The server cannot decode a recording that was declared as raw: does it when the file may speak for itself?"""

from __future__ import annotations

from dgcheck.model.asking import Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Exchange
from dgcheck.readings.answers import posts
from dgcheck.readings.ask_again import ask_again
from dgcheck.wire.refusal import WITHOUT_ENCODING, read_refusal

CONTAINERS = (b"RIFF", b"OggS", b"fLaC", b"ID3", b"\x1aE\xdf\xa3", b"FORM", b"caff")


def refused(case: Case) -> Exchange | None:
    """The POST whose audio was not decoded although the query names an encoding."""
    for seen in posts(case):
        if read_refusal(seen.response).about == "audio" and any(name == "encoding" for name, _ in seen.request.query):
            return seen
    return None


def worth_asking(case: Case) -> bool:
    """A recording of the user's own was not decoded as the encoding that it was declared as."""
    return bool(case.settings.audio_file) and refused(case) is not None


async def ask(asking: Asking) -> None:
    """The same file, without encoding and sample rate, when it begins as a container does."""
    seen = refused(asking.case)
    if seen is None or not asking.audio.data.startswith(CONTAINERS) or asking.requests_left() <= 0:
        return
    query = tuple(pair for pair in seen.request.query if pair[0] not in ("encoding", "sample_rate", "channels"))
    await asking.net.exchange(ask_again(seen, query, asking.audio))


EXPERIMENT = Experiment(id=WITHOUT_ENCODING, check="rest", when=worth_asking, ask=ask)
