"""Errors that leave dgcheck's own functions.

    DgcheckError
    ├── UsageError      the person can mend it: a flag, a file, a setting (exit 2)
    └── InternalError   a bug of ours; the other checks still count (DG9001)

What the network does is evidence, never an exception.
"""


class DgcheckError(Exception):
    """Base of everything that dgcheck raises on purpose."""


class UsageError(DgcheckError):
    """Settings, files or options that cannot be used; the text says what was seen and what to do."""


class InternalError(DgcheckError):
    """A promise inside dgcheck was broken."""
