"""What one setting is: its flag, its variable, its key in the settings file, its form, its help.

Plain classes: `--help` pays for this module, so nothing heavy is imported.
"""

from __future__ import annotations

PROFILES = ("quick", "standard", "full")
MODES = ("both", "rest", "streaming")
CHECKS = (
    "config",
    "dns",
    "tcp",
    "transport",
    "tls",
    "status",
    "engine",
    "models",
    "rest",
    "rest.size",
    "ws.upgrade",
    "ws.stream",
    "replicas",
    "rest.url",
    "ws.hold",
    "origin",
    "sdk",
    "speak",
    "flux",
    "agent",
    "license",
)
FORMATS = ("text", "short", "json", "yaml", "markdown", "html", "junit", "nagios", "prometheus")
WAIT_FOR = ("reachable", "models", "speech")

# Groups of the help, in order.
GROUPS = (
    "what to ask for",
    "how to reach it",
    "how much to ask, and how long",
    "what comes out",
)
ASK, REACH, SPAN, OUT = GROUPS


_MANY = frozenset("names models pairs assignments headers hosts addresses outputs patterns".split())


class Option:
    """One setting.

    `field` is its name in `Settings`, `key` in the file, `flags` on the command line, `env` its variable. `form`
    is how text becomes a value (`settings.values`): text, name, switch, duration, size, integer, choice, audio_url,
    side_url, place, origin, names, models, pairs, assignments, headers, hosts, moment or outputs. `common` options
    are those of `--help`; the rest needs `--help-all`.
    """

    __slots__ = ("choices", "common", "env", "field", "flags", "form", "group", "help", "key", "limits", "metavar")

    def __init__(
        self,
        key: str,
        flags: tuple[str, ...],
        form: str,
        group: str,
        help: str,  # noqa: A002 - argparse's own word
        *,
        metavar: str = "",
        field: str = "",
        env: str = "",
        choices: tuple[str, ...] = (),
        limits: tuple[float, float] = (0.0, 0.0),
        common: bool = False,
    ) -> None:
        self.key = key
        self.flags = flags
        self.form = form
        self.group = group
        self.help = help
        self.metavar = metavar
        self.field = field or key
        self.env = env or "DGCHECK_" + (flags[-1] if flags else key).strip("-").replace("-", "_").upper()
        self.choices = choices
        self.limits = limits
        self.common = common

    @property
    def many(self) -> bool:
        """Whether it may be given several times."""
        return self.form in _MANY

    def but(self, **changes: object) -> Option:
        """This option as another command offers it, with some of its fields changed."""
        return Option(**{name: getattr(self, name) for name in Option.__slots__} | changes)


DAY = 86400.0
