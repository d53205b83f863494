"""What comes out."""

from __future__ import annotations

from dgcheck.settings.options.option import FORMATS, OUT, Option

OUTPUT: tuple[Option, ...] = (
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
