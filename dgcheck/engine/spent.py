"""How long a run takes by its own choice: what is held, streamed in real time or repeated, not what the network takes.

`--timeout` bounds what a deployment may take; what we wait for on purpose comes on top of it.
"""

from __future__ import annotations

from dgcheck.engine import repeat
from dgcheck.engine.planned import why_not
from dgcheck.experiments.silence_length import LONGEST
from dgcheck.model.record import dataclass
from dgcheck.model.target import Audio, Settings
from dgcheck.probes import probes, rest_size
from dgcheck.probes.ws_hold import GOODBYE, PLANS, apart, length
from dgcheck.probes.ws_stream import pace

UPLOADS, MOST_UPLOADS = 3.0, 45.0  # seconds that the search for the largest upload takes, and may take
WORTH_SAYING = 3.0  # seconds from which on it is said beforehand, whatever the profile


@dataclass(frozen=True, slots=True)
class Spent:
    """One reason to take time: the check, what it does, `seconds` usually and `most` at most."""

    check: str
    why: str
    seconds: float
    most: float


def spent(settings: Settings, audio: Audio) -> tuple[Spent, ...]:
    """What a run with these settings waits for on purpose, the longest first."""
    planned = {probe.id for probe in probes() if not why_not(probe, settings)}
    found = []
    if "ws.stream" in planned and pace(settings) == "real" and audio.streamable:
        streamed = audio.seconds * max(1, len(settings.models))
        found.append(Spent("ws.stream", "speech is sent in real time", streamed, streamed))
    if "ws.hold" in planned:
        held = length(settings) + apart(settings) * (len(PLANS) - 1)
        again = min(length(settings), LONGEST) + GOODBYE  # where a stream was silently forgotten
        found.append(Spent("ws.hold", "streams are held open", held, held + GOODBYE + again))
    if "rest.size" in planned:
        found.append(
            Spent("rest.size", f"bodies of up to {rest_size.reach(settings)} are uploaded", UPLOADS, MOST_UPLOADS)
        )
    if settings.repeat > 1:
        times = settings.repeat - 1
        found.append(
            Spent(
                "", f"cheap checks are made {settings.repeat} times", repeat.USUAL * times, repeat.most(settings.repeat)
            )
        )
    return tuple(sorted(found, key=lambda one: -one.seconds))


def most(settings: Settings, audio: Audio) -> float:
    """Seconds that a run may take beyond its time limit."""
    return sum(one.most for one in spent(settings, audio))


def beforehand(settings: Settings, audio: Audio) -> str:
    """What a person is told before a run that takes long: `about 24 s: …`; '' where it does not."""
    found = spent(settings, audio)
    total = sum(one.seconds for one in found)
    if not found or (settings.profile != "full" and total < WORTH_SAYING):
        return ""
    parts = ", ".join(f"{one.why} ({_seconds(one.seconds)})" for one in found)
    return f"about {_seconds(total)} and what the deployment needs: {parts} (--timeout does not count for that)"


def _seconds(value: float) -> str:
    if value >= 120:
        return f"{value / 60:.0f} min"
    return f"{value:.0f} s" if value >= 9.5 else f"{value:.1f} s"
