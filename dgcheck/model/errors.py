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


class Elsewhere(InternalError):
    """A bug of ours that another process of this run met; the text says where."""


def where(error: Exception) -> str:
    """Kind of an error and the lines of ours it came through; never its text, which may hold anything."""
    if isinstance(error, Elsewhere):
        return str(error)
    places = []
    step = error.__traceback__
    while step is not None:
        path = step.tb_frame.f_code.co_filename.replace("\\", "/")
        if "/dgcheck/" in path:
            places.append(f"{path.rpartition('/dgcheck/')[2]}:{step.tb_lineno}")
        step = step.tb_next
    return f"{type(error).__name__} at {' > '.join(places[-4:]) or 'an unknown place'}"
