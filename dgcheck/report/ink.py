"""Colours and signs of a report for people: every status has a sign or a word, so that colour only repeats it."""

from __future__ import annotations

from dgcheck.model.catalogue import Severity
from dgcheck.model.record import dataclass
from dgcheck.model.report import Status

_SIGNS = {
    Status.PASS: ("✓", "ok", "32"),
    Status.WARN: ("!", "warn", "33"),
    Status.FAIL: ("✗", "FAIL", "31"),
    Status.SKIP: ("–", "skip", "2"),
    Status.UNKNOWN: ("?", "?", "35"),
}
_SEVERITIES = {
    Severity.ERROR: ("✗", "FAIL", "31"),
    Severity.WARNING: ("!", "warn", "33"),
    Severity.INFO: ("i", "info", "36"),
}


@dataclass(frozen=True, slots=True)
class Ink:
    """Paints text, or leaves it alone where there is no colour. `ascii` takes words for signs."""

    colour: bool
    ascii: bool

    @property
    def sign_width(self) -> int:
        """Columns that a sign takes."""
        return 4 if self.ascii else 1

    def status(self, status: Status) -> str:
        """The sign of a check's status, padded to `sign_width`."""
        return self._sign(_SIGNS[status])

    def severity(self, severity: Severity) -> str:
        """The sign of a finding's severity, padded to `sign_width`."""
        return self._sign(_SEVERITIES[severity])

    def verdict(self, status: Status) -> str:
        """The verdict as one word in capitals."""
        return self._paint(status.value.upper(), f"1;{_SIGNS[status][2]}")

    def strong(self, text: str) -> str:
        """For titles."""
        return self._paint(text, "1")

    def faint(self, text: str) -> str:
        """For what may be read past: times, codes, origins."""
        return self._paint(text, "2")

    def command(self, text: str) -> str:
        """For what is there to paste."""
        return self._paint(text, "36")

    def loud(self, text: str) -> str:
        """For what nobody may overlook."""
        return self._paint(text, "1;31")

    def _sign(self, sign: tuple[str, str, str]) -> str:
        text = sign[1] if self.ascii else sign[0]
        return self._paint(text, sign[2]) + " " * (self.sign_width - len(text))

    def _paint(self, text: str, how: str) -> str:
        return f"\x1b[{how}m{text}\x1b[0m" if self.colour and text else text
