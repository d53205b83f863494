"""What a device in between does to an open socket: it holds back, cuts, limits, swallows."""

from __future__ import annotations

from dgcheck.sim.asked import Say, Socket
from dgcheck.sim.deployment import StreamPlan


class Through:
    """A socket seen through a device. Its plan is done to `inner`; a plan that does nothing changes nothing."""

    def __init__(self, inner: Socket, plan: StreamPlan) -> None:
        self._inner, self._plan = inner, plan
        self._said: list[Say] = []
        self._kept: list[Say] = []
        self._opened = self._active = self._quiet = 0.0
        self._results = 0
        self._over = False

    def opened(self, now: float) -> None:
        """The 101 was sent; all the device's times begin."""
        self._opened = self._active = self._quiet = now
        self._inner.opened(now)
        self._pass_on(now)

    def heard(self, data: bytes, text: bool, now: float) -> None:
        """One whole message, passed on unless the device stops it."""
        if self._over:
            return
        self._active = now
        if self._plan.message_limit and len(data) > self._plan.message_limit:
            self._stop(self._plan.message_how, 1009, f"Message too big: {len(data)} bytes")
            return
        if text or not self._plan.deaf:
            self._inner.heard(data, text, now)
            self._pass_on(now)

    def due(self) -> float | None:
        """The earlier of the deployment's moment and the device's own."""
        moments = [at for at in (self._inner.due(), self._cut_at()) if at is not None]
        return None if self._over else min(moments, default=None)

    def tick(self, now: float) -> None:
        """Time passed for both."""
        if self._over:
            return
        cut = self._cut_at()
        if cut is not None and now >= cut:
            self._stop(self._plan.cut_how, self._plan.cut_code, self._plan.cut_reason)
            return
        self._inner.tick(now)
        self._pass_on(now)

    def take(self) -> list[Say]:
        """What leaves the device now."""
        said, self._said = self._said, []
        return said

    def _cut_at(self) -> float | None:
        since = {"age": self._opened, "silence": self._active, "quiet": self._quiet}.get(self._plan.cut_counts)
        return None if self._plan.cut_after is None or since is None else since + self._plan.cut_after

    def _stop(self, how: str, code: int | None, reason: str) -> None:
        self._over = True
        if how != "stall":
            self._said.append(Say(how, reason, code=code))

    def _pass_on(self, now: float) -> None:
        for word in self._inner.take():
            if self._over:
                return
            if word.kind in ("text", "binary"):
                self._message(word, now)
            else:
                self._said += [*self._kept, word]
                self._kept, self._over = [], True

    def _message(self, word: Say, now: float) -> None:
        if self._plan.held == "never":
            return
        if self._plan.held == "end":
            self._kept.append(word)
            return
        self._active = self._quiet = now
        self._said.append(word)
        self._results += '"type":"Results"' in word.text
        after = self._plan.cut_after
        if self._plan.cut_counts == "results" and after is not None and self._results >= after:
            self._stop(self._plan.cut_how, self._plan.cut_code, self._plan.cut_reason)
