"""One open socket of `/v1/listen`: audio in, results out, and how it ends.

It is a state machine over frames and moments; no socket, no clock. What is odd on the way is a `StreamPlan`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from dgcheck.model.evidence import Model
from dgcheck.sim import hearing, shapes
from dgcheck.sim.asked import Say
from dgcheck.sim.deployment import Deployment, StreamPlan
from dgcheck.sim.query import Order

EVERY = 1.0  # seconds of audio between interim results
LONGEST = 4.0  # seconds of audio after which a result is made final
NO_AUDIO = (
    "Deepgram did not receive audio data or a text message within the timeout window. See https://dpgr.am/net0001"
)
NO_ANSWER = "Deepgram did not provide a response message within the timeout window. See https://dpgr.am/net0000"
UNDECODABLE = "DATA-0000: The payload cannot be decoded as audio. See https://dpgr.am/data0000"
SILENCE_ONLY = "Deepgram did not receive audio data within the timeout window. See https://dpgr.am/net0002"


class Listening:
    """The deployment's end of a stream. `words(audio, form)` tells what is said in the audio, and how
    many seconds that takes.
    """

    def __init__(
        self,
        order: Order,
        deployment: Deployment,
        plan: StreamPlan,
        request_id: str,
        words: Callable[[bytes, hearing.Form], tuple[str, float]],
        epoch: Callable[[], float],
        first_wait: float = 0.0,
    ) -> None:
        self._order, self._deployment, self._plan, self._id = order, deployment, plan, request_id
        self._words, self._epoch = words, epoch
        self._recent = bytearray()  # audio that is not final yet
        self._bytes = 0
        self._sum = hashlib.sha256()
        self._form: hearing.Form | None = None
        self._said: list[Say] = []
        self._waiting: list[tuple[float, Say]] = []
        self._heard_at = self._audio_at = 0.0
        self._done_to = self._interim_at = 0.0  # seconds of audio that are final / that an interim covered
        self._begun = 0.0  # second at which the script was begun
        self._delay = plan.late + deployment.thinking
        self._first_wait, self._ready_at = first_wait, 0.0
        self._over = False

    # what the socket is told

    def opened(self, now: float) -> None:
        """The 101 was sent: some servers begin with Metadata."""
        self._heard_at = self._audio_at = now
        self._ready_at = now + self._first_wait
        if self._plan.metadata_first:
            self._say(self._metadata(hashlib.sha256(b"").hexdigest(), 0.0), now)

    def heard(self, data: bytes, text: bool, now: float) -> None:
        """One whole message: audio, or a command in text. Text that is no known command is passed over."""
        if self._over:
            return
        self._heard_at = now
        if text:
            self._command(data, now)
        elif not data:
            self._end(now)
        else:
            self._take(data, now)

    def due(self) -> float | None:
        """The next moment at which something is to be said or the stream to be closed."""
        moments = [at for at, _ in self._waiting]
        if not self._over:
            moments.append(self._heard_at + self._deployment.idle)
            if self._deployment.switches.no_audio_limit:
                moments.append(self._audio_at + self._deployment.switches.no_audio_limit)
        return min(moments, default=None)

    def tick(self, now: float) -> None:
        """Say what was kept back until now; close a stream from which nothing came for too long."""
        while self._waiting and self._waiting[0][0] <= now:
            self._said.append(self._waiting.pop(0)[1])
        limit = self._deployment.switches.no_audio_limit
        if not self._over and now >= self._heard_at + self._deployment.idle:
            self._time_out(NO_AUDIO, now)
        elif not self._over and limit and now >= self._audio_at + limit:
            self._time_out(SILENCE_ONLY, now)

    def take(self) -> list[Say]:
        """What is to be sent now."""
        said, self._said = self._said, []
        return said

    # what it makes of it

    def _command(self, data: bytes, now: float) -> None:
        try:
            command = json.loads(data)
        except ValueError:
            return
        kind = command.get("type") if isinstance(command, dict) else None
        if kind == "Finalize" and self._recent:
            self._result(now, final=True, finalized=True)
        elif kind == "CloseStream":
            self._end(now)

    def _take(self, data: bytes, now: float) -> None:
        self._audio_at = now
        self._recent += data
        self._bytes += len(data)
        self._sum.update(data)
        if self._form is None:
            order = self._order
            self._form = hearing.form(bytes(self._recent[:4096]), order.encoding, order.rate, order.channels)
        if self._form is None or self._plan.undecodable:
            self._over = True
            self._say(self._metadata("incomplete", 0.0), now)
            self._say(Say("close", UNDECODABLE, code=1008), now)
            return
        seconds = self._seconds()
        if self._order.interims and not self._plan.no_interims and seconds >= self._interim_at + EVERY:
            self._interim_at = seconds
            self._result(now, final=False)
        if seconds >= self._done_to + LONGEST:
            self._result(now, final=True)

    def _seconds(self) -> float:
        return self._form.seconds(self._bytes) if self._form else 0.0

    def _result(self, now: float, *, final: bool, finalized: bool = False) -> None:
        """One result for the audio since the last final one."""
        if self._plan.mute:
            return
        seconds = self._seconds()
        start, length = self._done_to, seconds - self._done_to
        text = self._text(seconds, whole=final)
        message = shapes.results(
            request_id=self._id,
            model=self._order.model,
            start=start,
            duration=length,
            final=final,
            finalized=finalized,
            text=text,
            channels=self._order.channels,
            features=self._order.features,
            extra=self._deployment.extra_fields,
        )
        if final:
            self._done_to = self._interim_at = seconds
            self._recent.clear()
        if self._plan.garbled:
            self._say(Say("text", "\u2603 not JSON {"), now)
        self._say(Say("text", message.decode()), now)

    def _text(self, end: float, *, whole: bool) -> str:
        """The words of the script that were said by the second `end` and are not final; all that are left of it when
        the audio so far is taken as `whole`.
        """
        if self._form is None or "streaming" in self._deployment.deaf_to:
            return ""
        script, seconds = self._words(bytes(self._recent), self._form)
        words = script.split()
        said = len(words) if whole else min(len(words), int(len(words) * (end - self._begun) / seconds))
        text = " ".join(words[:said])
        if whole:
            self._begun = end
        return text

    def _end(self, now: float) -> None:
        """The client is done: the last result, Metadata, 1000."""
        self._over = True
        if self._plan.mute:
            return
        if self._recent and self._seconds() > self._done_to:
            self._result(now, final=True)
        if not self._plan.no_metadata:
            self._say(self._metadata(self._sum.hexdigest(), self._seconds()), now)
        self._say(Say("close", code=1000), now)

    def _time_out(self, reason: str, now: float) -> None:
        self._over = True
        if self._plan.mute:
            self._said.append(Say("fin"))
            return
        self._say(self._metadata("incomplete", self._seconds()), now)
        self._say(Say("close", reason, code=1011), now)

    def _metadata(self, sha256: str, seconds: float) -> Say:
        model: Model | None = self._order.model if seconds else None
        channels = self._order.channels if seconds or (sha256 == "incomplete" and self._order.encoding) else 0
        text = shapes.metadata(
            request_id=self._id,
            model=model,
            epoch=self._epoch(),
            duration=seconds,
            channels=channels,
            sha256=sha256,
        )
        return Say("text", text.decode())

    def _say(self, word: Say, now: float) -> None:
        """Now, or later where results are late; never before what was said earlier."""
        at = max(now + self._delay, self._ready_at, *(moment for moment, _ in self._waiting[-1:]))
        if at > now:
            self._waiting.append((at, word))
        else:
            self._said.append(word)
