"""Where results go, for commands that have formats of their own."""

from __future__ import annotations

from dgcheck.model.errors import UsageError

TYPE_CHECKING = False  # typing is not imported: `--help` pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dgcheck.settings.options import Option


def chosen(option: Option, raw: Any, environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What is to be written, as (format, file or '' for standard output): the flags, else the variable, else text.

    Text goes to standard output when nothing else does. Raises UsageError.
    """
    from dgcheck.settings.values import BadValue, split
    from dgcheck.settings.values import output as one_of

    origin = "-o"
    if raw is None and environ.get(option.env, "").strip():
        raw, origin = split(option, environ[option.env]), option.env
    if raw is None:
        return (("text", ""),)
    try:
        found = tuple(one_of(text, option.choices) for text in raw)
    except BadValue as problem:
        raise UsageError(f"{origin}: {problem}") from None
    stdout = [name for name, path in found if not path]
    if len(stdout) > 1:
        raise UsageError(
            f"{' and '.join(stdout)} would both go to standard output; give all but one a file: -o {stdout[0]}=FILE"
        )
    paths = [path for _, path in found if path]
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice:
        raise UsageError(f"two results would be written to {twice}; give each its own file")
    return found if stdout else (*found, ("text", ""))
