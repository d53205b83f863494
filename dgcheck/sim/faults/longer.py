"""What only a longer look shows: streams that are ended after a clip's time, and answers that fail now and then."""

from __future__ import annotations

import itertools
from typing import Any

from dgcheck.model.record import replace
from dgcheck.sim.asked import Asked, Reply
from dgcheck.sim.core import Effect
from dgcheck.sim.deployment import StreamPlan
from dgcheck.sim.faults import pages
from dgcheck.sim.faults.fault import Fault, always
from dgcheck.sim.faults.service import deploys, switches

HOLD = ("--hold", "5s", "--skip", "replicas")


def _plan(**parts: Any) -> Effect:
    def make(plan: StreamPlan) -> StreamPlan:
        return replace(plan, **parts)

    return Effect(stream=make)


# Which of a dozen requests for the status page fail: there is no turn in it, and no stretch of time.
_NOW_AND_THEN = (2, 3, 7, 10)


def _now_and_then() -> Effect:
    count = itertools.count()

    def answer(asked: Asked) -> Reply | None:
        fails = asked.path == "/v1/status" and next(count) % 12 in _NOW_AND_THEN
        return pages.nginx(503) if fails else None

    return Effect(instead=answer)


FAULTS = (
    Fault(
        name="ws_silence_cut",
        says="a device closes a stream in which nobody said anything for so many seconds",
        causes=("ws_idle_cut",),
        resembles=("ws_age_limit", "ws_closed_early"),
        value=3,
        unit="seconds",
        run=HOLD,
        makes=lambda seconds: _plan(cut_after=seconds, cut_counts="silence", cut_how="fin"),
    ),
    Fault(
        name="ws_one_sided_cut",
        says="a device closes a stream in which the deployment said nothing for so many seconds, KeepAlives or not",
        causes=("ws_idle_cut",),
        resembles=("ws_age_limit", "ws_closed_early"),
        value=4.5,
        unit="seconds",
        run=("--hold", "7s", "--skip", "replicas"),
        makes=lambda seconds: _plan(cut_after=seconds, cut_counts="quiet", cut_how="reset"),
    ),
    Fault(
        name="ws_silence_forgotten",
        says="after so many seconds of silence a device carries nothing any more, and tells nobody",
        causes=("ws_idle_cut",),
        resembles=("ws_age_limit", "ws_closed_early"),
        value=3,
        unit="seconds",
        run=HOLD,
        makes=lambda seconds: _plan(cut_after=seconds, cut_counts="silence", cut_how="stall"),
    ),
    Fault(
        name="ws_age_limit",
        says="a device closes every stream at an age of so many seconds, whatever it carries",
        causes=("ws_age_limit",),
        resembles=("ws_idle_cut", "ws_closed_early"),
        value=3,
        unit="seconds",
        run=HOLD,
        makes=lambda seconds: _plan(cut_after=seconds, cut_counts="age", cut_how="fin"),
    ),
    Fault(
        name="own_timer",
        says="the deployment itself closes a stream after so many seconds in which no message came",
        resembles=("ws_idle_cut", "ws_age_limit", "ws_closed_early"),
        value=3,
        unit="seconds",
        run=HOLD,
        makes=lambda seconds: deploys(idle=seconds),
    ),
    Fault(
        name="own_timer_for_audio",
        says="the deployment itself closes a stream after so many seconds without audio, KeepAlives or not",
        resembles=("ws_idle_cut", "ws_age_limit", "ws_closed_early"),
        value=3,
        unit="seconds",
        run=HOLD,
        makes=lambda seconds: switches(no_audio_limit=seconds),
    ),
    Fault(
        name="ws_age_unmet",
        says="a device closes every stream at an age that is not reached while it is held",
        resembles=("ws_idle_cut", "ws_age_limit", "ws_closed_early"),
        run=HOLD,
        makes=always(_plan(cut_after=3600.0, cut_counts="age", cut_how="fin")),
    ),
    Fault(
        name="status_now_and_then",
        says="the status page fails with 503 a third of the time, in no order",
        causes=("intermittent",),
        resembles=("replica_unhealthy",),
        run=("--repeat", "12", "--only", "status"),
        makes=lambda _: _now_and_then(),
    ),
)
