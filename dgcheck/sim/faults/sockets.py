"""What happens to an open socket: closed, cut, held back, emptied, flooded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dgcheck.model.record import replace
from dgcheck.sim.asked import Asked, Reply, Say, Socket
from dgcheck.sim.core import Effect
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.faults.fault import Fault, always
from dgcheck.sim.stream import NO_ANSWER, NO_AUDIO, SILENCE_ONLY, UNDECODABLE


def _plan(**parts: Any) -> Effect:
    return Effect(stream=lambda plan: replace(plan, **parts))


def _cut(how: str, counts: str = "age", code: int | None = 1011, reason: str = "") -> Callable[[float], Effect]:
    def make(seconds: float) -> Effect:
        return _plan(cut_after=seconds, cut_counts=counts, cut_how=how, cut_code=code, cut_reason=reason, mute=True)

    return make


def _closes(code: int | None, reason: str = "", how: str = "close") -> Callable[[float], Effect]:
    """Close as soon as the first audio has come, before any result."""
    return always(Effect(alter=_wrap(lambda socket: _Ends(socket, Say(how, reason, code=code)))))


def _wrap(around: Callable[[Socket], Socket]) -> Callable[[Asked, Reply], Reply]:
    def alter(_: Asked, reply: Reply) -> Reply:
        return replace(reply, socket=around(reply.socket)) if reply.socket is not None else reply

    return alter


class _Ends:
    """A socket that ends with one word when the first message has come, whatever it is."""

    def __init__(self, inner: Socket, word: Say) -> None:
        self._inner, self._word = inner, word
        self._said: list[Say] = []

    def opened(self, now: float) -> None:
        self._inner.opened(now)

    def heard(self, data: bytes, text: bool, now: float) -> None:
        self._said.append(self._word)

    def due(self) -> float | None:
        return None if self._said else self._inner.due()

    def tick(self, now: float) -> None:
        self._inner.tick(now)

    def take(self) -> list[Say]:
        said, self._said = self._said, []
        return said or self._inner.take()


class _Floods:
    """A socket that never stops talking: one message of `size` bytes after another."""

    def __init__(self, inner: Socket, size: int, count: int) -> None:
        self._inner, self._size, self._left = inner, size, count
        self._started = False

    def opened(self, now: float) -> None:
        self._inner.opened(now)
        self._started = True

    def heard(self, data: bytes, text: bool, now: float) -> None:
        """Nothing that is said to it matters."""

    def due(self) -> float | None:
        return 0.0 if self._left else None

    def tick(self, now: float) -> None:
        """Time is nothing to it."""

    def take(self) -> list[Say]:
        if not self._started or not self._left:
            return []
        self._left -= 1
        return [Say("text", '{"type":"Results","padding":"' + "a" * self._size + '"}')]


def _early() -> tuple[Fault, ...]:
    return (
        Fault(
            name="ws_closed_1011",
            says="1011 without a reason on the first audio",
            causes=("ws_closed_early",),
            makes=_closes(1011),
        ),
        Fault(
            name="ws_net0000",
            says="1011 net0000 on the first audio: no answer within the time",
            causes=("audio_not_received", "ws_closed_early"),
            makes=_closes(1011, NO_ANSWER),
        ),
        Fault(
            name="ws_net0001",
            says="1011 net0001 on the first audio: no audio was received",
            causes=("audio_not_received",),
            makes=_closes(1011, NO_AUDIO),
        ),
        Fault(
            name="ws_net0001_token",
            says="1011 with the token NET-0001 instead of the link",
            causes=("audio_not_received",),
            makes=_closes(1011, "NET-0001"),
        ),
        Fault(
            name="ws_net0002",
            says="1011 net0002 on the first audio",
            causes=("audio_not_received", "ws_closed_early"),
            makes=_closes(1011, SILENCE_ONLY),
        ),
        Fault(
            name="ws_data0000",
            says="1008 DATA-0000 on the first audio: it cannot be decoded",
            causes=("audio_undecodable",),
            resembles=("ws_closed_early",),
            makes=_closes(1008, UNDECODABLE),
        ),
        Fault(
            name="ws_closed_1001",
            says="1001 on the first audio: the server goes away",
            causes=("ws_closed_early",),
            makes=_closes(1001, "shutting down"),
        ),
        Fault(
            name="ws_closed_1000",
            says="1000 on the first audio, before any result",
            causes=("ws_closed_early",),
            makes=_closes(1000),
        ),
        Fault(
            name="ws_closed_no_code",
            says="a close frame without a code on the first audio",
            causes=("ws_closed_early",),
            makes=_closes(None),
        ),
        Fault(
            name="ws_fin",
            says="the connection closes without a close frame on the first audio",
            causes=("ws_closed_early",),
            makes=_closes(None, how="fin"),
        ),
        Fault(
            name="ws_reset",
            says="the connection is reset on the first audio",
            causes=("ws_closed_early",),
            makes=_closes(None, how="reset"),
        ),
        Fault(
            name="ws_closed_at_once",
            says="the connection closes right after the 101",
            causes=("ws_closed_early",),
            makes=always(_plan(cut_after=0.0, cut_how="fin")),
        ),
    )


def _cuts() -> tuple[Fault, ...]:
    return (
        Fault(
            name="ws_idle_cut",
            says="a device closes the stream after so many seconds in which the server said nothing; no result comes",
            causes=("ws_idle_cut", "ws_closed_early"),
            value=2,
            unit="seconds",
            makes=_cut("fin", "quiet"),
        ),
        Fault(
            name="ws_idle_reset",
            says="the same, by reset",
            causes=("ws_idle_cut", "ws_closed_early"),
            value=2,
            unit="seconds",
            makes=_cut("reset", "quiet"),
        ),
        Fault(
            name="ws_idle_close",
            says="the same, by a close frame 1001 of the device",
            causes=("ws_idle_cut", "ws_closed_early"),
            value=2,
            unit="seconds",
            makes=_cut("close", "quiet", 1001, "idle timeout"),
        ),
        Fault(
            name="ws_age_cut",
            says="a device closes every stream at so many seconds of age, which a short one never reaches",
            resembles=("ws_idle_cut", "ws_closed_early"),
            value=20,
            unit="seconds",
            makes=lambda seconds: _plan(cut_after=seconds, cut_counts="age", cut_how="fin"),
        ),
        Fault(
            name="ws_cut_after_result",
            says="the connection is reset after the first result",
            causes=("ws_closed_early",),
            makes=always(_plan(cut_after=1.0, cut_counts="results", cut_how="reset")),
        ),
        Fault(
            name="ws_message_limit",
            says="1009 to messages above a size",
            causes=("ws_frame_too_large",),
            value=1024,
            unit="bytes",
            makes=lambda size: _plan(message_limit=int(size)),
        ),
        Fault(
            name="ws_message_cut",
            says="messages above a size end in a reset",
            causes=("ws_frame_too_large", "ws_closed_early"),
            value=1024,
            unit="bytes",
            makes=lambda size: _plan(message_limit=int(size), message_how="reset"),
        ),
        Fault(
            name="ws_message_limit_wide",
            says="1009 to messages above 1 MB, which the clip never reaches",
            resembles=("ws_frame_too_large",),
            value=2**20,
            unit="bytes",
            makes=lambda size: _plan(message_limit=int(size)),
        ),
    )


def _results() -> tuple[Fault, ...]:
    return (
        Fault(
            name="ws_buffered",
            says="a proxy holds all messages back until the stream ends",
            causes=("ws_buffered",),
            resembles=("ws_no_results",),
            makes=always(_plan(held="end")),
        ),
        Fault(
            name="ws_swallowed",
            says="a proxy never lets a message through; close frames pass",
            causes=("ws_buffered", "ws_no_results"),
            makes=always(_plan(held="never")),
        ),
        Fault(
            name="ws_no_results",
            says="audio is taken, nothing is ever said, CloseStream has no effect",
            causes=("ws_no_results",),
            resembles=("ws_buffered", "ws_closed_early"),
            makes=always(_plan(mute=True)),
        ),
        Fault(
            name="ws_deaf",
            says="binary messages are lost on the way: no result, Metadata with duration 0",
            causes=("audio_not_received",),
            resembles=("transcript_empty",),
            makes=always(_plan(deaf=True)),
        ),
        Fault(
            name="ws_idle_net0001",
            says="no message of the client arrives: Metadata and 1011 net0001 after so many seconds",
            causes=("audio_not_received",),
            value=1,
            unit="seconds",
            makes=lambda seconds: Effect(
                deploy=lambda deployment: _idle(deployment, seconds),
                alter=_wrap(_Unhearing),
            ),
        ),
        Fault(
            name="ws_late",
            says="results come so many seconds after the audio",
            causes=("slow_response", "ws_no_results"),
            value=6,
            unit="seconds",
            makes=lambda seconds: _plan(late=seconds),
        ),
        Fault(
            name="ws_a_little_late",
            says="results come half a second after the audio",
            resembles=("slow_response", "ws_buffered"),
            value=0.5,
            unit="seconds",
            makes=lambda seconds: _plan(late=seconds),
        ),
        Fault(
            name="ws_metadata_first",
            says="the first message is Metadata",
            resembles=("audio_not_received",),
            makes=always(_plan(metadata_first=True)),
        ),
        Fault(
            name="ws_no_metadata",
            says="the stream ends with 1000 and no Metadata",
            resembles=("ws_closed_early",),
            makes=always(_plan(no_metadata=True)),
        ),
        Fault(
            name="ws_odd_messages",
            says="messages that are no JSON come between the results",
            resembles=("ws_no_results",),
            makes=always(_plan(garbled=True)),
        ),
        Fault(
            name="ws_flood",
            says="ten thousand messages of 100 kB, and none that means anything",
            causes=("ws_no_results", "transcript_empty"),
            makes=always(Effect(alter=_wrap(lambda socket: _Floods(socket, 100_000, 10_000)))),
        ),
        Fault(
            name="ws_huge_message",
            says="one message of 40 MB",
            causes=("ws_no_results", "ws_closed_early"),
            makes=always(Effect(alter=_wrap(lambda socket: _Floods(socket, 40_000_000, 1)))),
        ),
    )


class _Unhearing:
    """A socket to which no message gets through; its own clock goes on."""

    def __init__(self, inner: Socket) -> None:
        self._inner = inner

    def opened(self, now: float) -> None:
        self._inner.opened(now)

    def heard(self, data: bytes, text: bool, now: float) -> None:
        """Lost."""

    def due(self) -> float | None:
        return self._inner.due()

    def tick(self, now: float) -> None:
        self._inner.tick(now)

    def take(self) -> list[Say]:
        return self._inner.take()


def _idle(deployment: Deployment, seconds: float) -> Deployment:
    return replace(deployment, idle=seconds)


FAULTS = (*_early(), *_cuts(), *_results())
