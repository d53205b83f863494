"""A stream was cut in silence: is a socket on which nothing is ever sent cut after the same time?"""

from __future__ import annotations

from dgcheck.model.asking import Asking, Experiment, Say
from dgcheck.model.case import Case
from dgcheck.model.evidence import Stream, Upgrade
from dgcheck.model.record import replace
from dgcheck.readings.ask_again import ask_again
from dgcheck.readings.fate import SILENT_SOCKET, cut_in_silence, silence

LONGEST = 9.0  # seconds; from 10 s on the deployment itself ends a stream that is silent


def _cut(case: Case) -> Stream | None:
    return next((one for one in case.streams if cut_in_silence(one) and silence(one) <= LONGEST), None)


def worth_asking(case: Case) -> bool:
    """A stream ended without Deepgram's words after a second or more in which nobody spoke."""
    return _cut(case) is not None


async def ask(asking: Asking) -> None:
    """Open one more stream of the same kind and say nothing, a little longer than the other one lived in silence."""
    cut = _cut(asking.case)
    opened = asking.case.by_id(cut.upgrade) if cut is not None else None
    if cut is None or not isinstance(opened, Upgrade) or asking.requests_left() <= 0:
        return
    quiet = silence(cut)
    nothing = replace(asking.audio, data=b"", stream_data=b"", seconds=0.0)
    question = replace(ask_again(opened, opened.request.query, asking.audio), subprotocols=())
    await asking.net.stream(question, Say(audio=nothing, close="never", limit=quiet * 1.25 + 1.0), plan=SILENT_SOCKET)


EXPERIMENT = Experiment(id=SILENT_SOCKET, check="ws.stream", when=worth_asking, ask=ask)
