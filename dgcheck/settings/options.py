"""Every setting of a run, once: its flag, its variable, its key in the settings file, its form, its help.

The command line, `DGCHECK_*`, the file's reader, its JSON Schema and `config show` are all made from `OPTIONS`.
To add a setting, add a field to `model.target.Settings` and a row here. Plain classes: `--help` pays for this
module, so nothing heavy is imported.
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
    "ws.upgrade",
    "ws.stream",
    "replicas",
    "rest.url",
    "sdk",
)
FORMATS = ("text", "short", "json", "yaml", "markdown", "junit", "nagios", "prometheus")
WAIT_FOR = ("reachable", "models", "speech")

# Groups of the help, in order.
GROUPS = (
    "what to ask for",
    "how to reach it",
    "how much to ask, and how long",
    "what comes out",
)
ASK, REACH, SPAN, OUT = GROUPS


class Option:
    """One setting.

    `field` is its name in `Settings`, `key` in the file, `flags` on the command line, `env` its variable. `form`
    is how text becomes a value (`settings.values`): text, name, switch, duration, integer, choice, names, models,
    pairs, assignments, headers, hosts, moment or outputs. `common` options are those of `--help`; the rest needs
    `--help-all`.
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
        return self.form in ("names", "models", "pairs", "assignments", "headers", "hosts", "outputs")


DAY = 86400.0

OPTIONS: tuple[Option, ...] = (
    Option("target", (), "text", ASK, "URL of the deployment", field="target_given", env="DGCHECK_TARGET"),
    Option(
        "models",
        ("--model",),
        "models",
        ASK,
        "model that has to be there, both for REST and for streaming unless =rest or =streaming follows; may be "
        "repeated (default: the newest English one that is listed)",
        metavar="NAME",
        common=True,
    ),
    Option("language", ("--language",), "name", ASK, "language to ask for, as in en-US", metavar="TAG", common=True),
    Option("smart_format", ("--smart-format",), "switch", ASK, "ask with smart_format=true"),
    Option("model_version", ("--model-version",), "name", ASK, "pin the version of the model", metavar="VERSION"),
    Option(
        "features",
        ("--feature",),
        "pairs",
        ASK,
        "any other parameter of the query, as in diarize=true; may be repeated",
        metavar="NAME=VALUE",
    ),
    Option(
        "audio",
        ("--audio",),
        "text",
        ASK,
        "your own recording instead of the clip inside",
        metavar="FILE",
        field="audio_file",
        common=True,
    ),
    Option("encoding", ("--encoding",), "name", ASK, "encoding of a raw recording, as in linear16", metavar="NAME"),
    Option(
        "sample_rate",
        ("--sample-rate",),
        "integer",
        ASK,
        "samples per second of a raw recording",
        metavar="HZ",
        limits=(1, 768000),
    ),
    Option("expect", ("--expect",), "text", ASK, "the words that are spoken in the recording", metavar="TEXT"),
    Option(
        "audio_url",
        ("--audio-url",),
        "text",
        ASK,
        "also let the deployment fetch its audio from this URL (check rest.url)",
        metavar="URL",
    ),
    Option(
        "sdk",
        ("--sdk",),
        "name",
        ASK,
        "also ask exactly as this SDK would, as in go@3 (dgcheck sdk list names them)",
        metavar="SDK[@VERSION]",
        common=True,
    ),
    Option(
        "set",
        ("--set",),
        "assignments",
        ASK,
        "a setting of that SDK as your program has it, to see what it would dial; may be repeated",
        metavar="OPTION=VALUE",
        field="sdk_options",
    ),
    Option(
        "ca_file",
        ("--ca-file",),
        "text",
        REACH,
        "trust the CA certificates of this PEM file, for a private CA",
        metavar="FILE",
        common=True,
    ),
    Option("cert", ("--cert",), "text", REACH, "client certificate, PEM", metavar="FILE"),
    Option("key", ("--key",), "text", REACH, "private key of the client certificate (no API key), PEM", metavar="FILE"),
    Option("insecure", ("--insecure",), "switch", REACH, "do not verify the server's certificate; the report says so"),
    Option(
        "resolve",
        ("--resolve",),
        "hosts",
        REACH,
        "dial IP for HOST instead of asking DNS; may be repeated",
        metavar="HOST=IP",
        common=True,
    ),
    Option(
        "proxy",
        ("--proxy",),
        "text",
        REACH,
        "go through this forward proxy; without it HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY count",
        metavar="URL",
        field="proxy_url",
        common=True,
    ),
    Option("no_proxy", ("--no-proxy",), "switch", REACH, "use no proxy, whatever the variables say"),
    Option(
        "headers",
        ("--header",),
        "headers",
        REACH,
        "header to send with every request; its value is treated as a secret; may be repeated",
        metavar="NAME:VALUE",
    ),
    Option(
        "api_key_file",
        ("--api-key-file",),
        "text",
        REACH,
        "file with the API key of a gateway in front, - for standard input (or set DGCHECK_API_KEY); never needed "
        "by the deployment itself",
        metavar="FILE",
        common=True,
    ),
    Option("family", ("-4", "-6"), "choice", REACH, "", choices=("ipv4", "ipv6"), env="DGCHECK_FAMILY"),
    Option(
        "profile",
        ("--profile",),
        "choice",
        SPAN,
        "quick (no speech), standard, or full (speech in real time, too) (default: standard)",
        metavar="NAME",
        choices=PROFILES,
        common=True,
    ),
    Option(
        "only",
        ("--only",),
        "names",
        SPAN,
        f"run this check and what it needs; may be repeated ({', '.join(CHECKS)})",
        metavar="CHECK",
        choices=CHECKS,
    ),
    Option(
        "skip", ("--skip",), "names", SPAN, "leave this check out; may be repeated", metavar="CHECK", choices=CHECKS
    ),
    Option(
        "timeout",
        ("--timeout",),
        "duration",
        SPAN,
        "limit of one run, as in 500ms, 30s, 1m30s (default: 30s)",
        metavar="TIME",
        limits=(0.001, 30 * DAY),
        common=True,
    ),
    Option(
        "wait",
        ("--wait",),
        "duration",
        SPAN,
        "repeat what has not passed until it passes, at most this long; then exit 4",
        metavar="TIME",
        limits=(0, 30 * DAY),
        common=True,
    ),
    Option(
        "for",
        ("--for",),
        "choice",
        SPAN,
        "ask only what this needs: reachable (the deployment answers), models (its listing and an upgrade, too) or "
        "speech (and words come back)",
        metavar="WHAT",
        field="wait_for",
        choices=WAIT_FOR,
    ),
    Option(
        "interval",
        ("--interval",),
        "duration",
        SPAN,
        "first pause between two tries of --wait; it grows to four times as much while nothing changes (default: 5s)",
        metavar="TIME",
        limits=(0.05, DAY),
    ),
    Option(
        "give_up_after",
        ("--give-up-after",),
        "duration",
        SPAN,
        "end --wait where what looks permanent (no such name, certificate, 401, 404, model absent) has not changed "
        "for so long (default: 5m)",
        metavar="TIME",
        limits=(0, 30 * DAY),
    ),
    Option(
        "deadline",
        ("--deadline",),
        "moment",
        SPAN,
        "end, with a report, before the caller ends dgcheck: a time from now as in 90s, or a moment as in "
        "2026-09-20T10:15:00Z or in seconds since 1970",
        metavar="TIME|MOMENT",
        limits=(0.5, 1e11),
    ),
    Option(
        "active_deadline_seconds",
        (),
        "integer",
        SPAN,
        "activeDeadlineSeconds of the pod, counted from the pod's start; dgcheck ends before it",
        field="active_deadline",
        limits=(0, 1e9),
    ),
    Option(
        "pace",
        ("--pace",),
        "choice",
        SPAN,
        "send audio fast or in real time",
        metavar="fast|real",
        choices=("fast", "real"),
    ),
    Option(
        "slow",
        ("--slow",),
        "duration",
        SPAN,
        "warn when the clip's answer takes longer (default: 5s)",
        metavar="TIME",
        limits=(0.001, DAY),
    ),
    Option(
        "outputs",
        ("-o", "--output"),
        "outputs",
        OUT,
        "text, short, json, yaml, markdown, junit, nagios or prometheus, to a file after =; may be repeated (default: "
        "text)",
        metavar="FORMAT[=FILE]",
        choices=FORMATS,
        common=True,
    ),
    Option(
        "termination_log",
        ("--termination-log",),
        "text",
        OUT,
        "also write verdict, cause and first remedy here, in less than 4 KB; none = nowhere (default: in a pod "
        "/dev/termination-log)",
        metavar="FILE",
    ),
    Option(
        "fail_on",
        ("--fail-on",),
        "choice",
        OUT,
        "let warnings fail the run, too (exit 5) (default: error)",
        metavar="warning|error",
        choices=("warning", "error"),
    ),
    Option(
        "ignore",
        ("--ignore",),
        "names",
        OUT,
        "leave this finding out of the verdict, by its code or cause, * allowed; may be repeated",
        metavar="CODE",
    ),
    Option(
        "color",
        ("--color",),
        "choice",
        OUT,
        "auto, always or never (default: auto: on a terminal, unless NO_COLOR is set)",
        metavar="WHEN",
        choices=("auto", "always", "never"),
    ),
    Option(
        "show_sdk_config",
        ("--show-sdk-config",),
        "switch",
        OUT,
        "end with the settings that the common SDKs need for this deployment",
    ),
    Option("quiet", ("-q", "--quiet"), "switch", OUT, "nothing on standard error but errors"),
    Option("verbose", ("-v", "--verbose"), "switch", OUT, "show the evidence as well", common=True),
)

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
