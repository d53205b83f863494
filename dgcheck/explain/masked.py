"""Keeps keys out of what is said of a text, without loading what finds them where there can be none."""

from __future__ import annotations

import re

from dgcheck.model.pattern import pattern

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Sequence

# What every shape of a secret has one of (as in `dgcheck.wire.redact`, which a test compares), and what is one in the
# query of an address alone.
HINT = (
    r"(?i)token|bearer|basic|auth|cookie|key|secret|sig|pass|pwd|jwt|session|credential|@|eyJ|[0-9a-f]{40}|sk-|dg_|akia|"
    r"[?&#;]code="
)


# What a quoted line shows of a key that no other shape gives away: a long piece of letters and digits, a word after
# "key" or "token". Words joined by underscores are a name in a program.
_PIECE = pattern(
    r"(?<![\w/.:-])(?![a-z]+(?:_[a-z]+){2,}\d?(?!\w))(?=[A-Za-z_+=-]*\d)(?=[\d_+=-]*[A-Za-z])[A-Za-z0-9_+=-]{16,}(?![\w/.:-])"
)
_AFTER = pattern(
    r"(?i)\b((?:api[ _-]?)?(?:key|token|password|secret|bearer)\s+[\"']?)(?!is\b|must\b|was\b|not\b|has\b|or\b)"
    r"(?=\S*[\d_-])\S{4,}"
)


class Masks:
    """Masks what looks like a secret, and the secrets given, in what is taken from a text."""

    def __init__(self, secrets: Sequence[str], *texts: str) -> None:
        self._may = bool(secrets) or any(re.search(HINT, text) for text in texts)
        self._redactor = None
        if self._may:
            from dgcheck.wire.redact import Redactor

            self._redactor = Redactor(secrets)

    def masked(self, text: str) -> str:
        """A piece of a text, or a URL, without what may be a secret."""
        return self._redactor.url(text) if self._redactor else text

    def quoted(self, line: str) -> str:
        """A line as it may be shown: masked, and without what could be a key by its look alone."""
        text = _PIECE.sub("[…]", self.masked(line))
        return _AFTER.sub(r"\1[…]", text)

    def is_secret(self, name: str, value: str) -> bool:
        """Whether a pair of a query must be left out."""
        if not self._redactor:
            return False
        from dgcheck.wire.redact import SECRET_PARAMETERS

        pair = f"?{name}={value}"
        return name.lower() in SECRET_PARAMETERS or self._redactor.text(pair) != pair or value.startswith("***")
