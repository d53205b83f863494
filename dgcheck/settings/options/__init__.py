"""Every setting of a run, once.

The command line, `DGCHECK_*`, the file's reader, its JSON Schema and `config show` are all made from `OPTIONS`.
To add a setting, add a field to `model.target.Settings` and a row to its group's file here.
"""

from __future__ import annotations

from dgcheck.settings.options.asking import ASKING
from dgcheck.settings.options.option import (
    ASK,
    CHECKS,
    DAY,
    FORMATS,
    GROUPS,
    MODES,
    OUT,
    PROFILES,
    REACH,
    SPAN,
    WAIT_FOR,
    Option,
)
from dgcheck.settings.options.output import OUTPUT
from dgcheck.settings.options.reaching import REACHING
from dgcheck.settings.options.spending import SPENDING

__all__ = (
    "ASK",
    "BY_ENV",
    "BY_KEY",
    "CHECKS",
    "CONFIG",
    "DAY",
    "DEFAULT_FILE",
    "DRY_RUN",
    "FORMATS",
    "GROUPS",
    "MODES",
    "OPTIONS",
    "OUT",
    "PROFILES",
    "REACH",
    "SPAN",
    "WAIT_FOR",
    "Option",
    "option_of",
)

OPTIONS: tuple[Option, ...] = (*ASKING, *REACHING, *SPENDING, *OUTPUT)

# Only on the command line, or in one variable: they decide what is read at all, or are no setting of a run.
CONFIG = Option(
    "config",
    ("--config",),
    "text",
    OUT,
    "settings file, YAML; without it ./dgcheck.yaml where there is one; none = no file",
    metavar="FILE",
)
DRY_RUN = Option("dry_run", ("--dry-run",), "switch", OUT, "say what would be asked of whom, and ask nothing")
DEFAULT_FILE = "dgcheck.yaml"

BY_KEY = {option.key: option for option in OPTIONS}
BY_ENV = {option.env: option for option in (*OPTIONS, CONFIG, DRY_RUN)}


def option_of(field: str) -> Option:
    """The option of a field of `Settings`."""
    return next(option for option in OPTIONS if option.field == field)
