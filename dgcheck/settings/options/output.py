"""What comes out."""

from __future__ import annotations

from dgcheck.settings.options.option import FORMATS, OUT, Option

OUTPUT: tuple[Option, ...] = (
    Option(
        "outputs",
        ("-o", "--output"),
        "outputs",
        OUT,
        "text, short, json, yaml, markdown, html, junit, nagios or prometheus, to a file after =; may be repeated "
        "(default: text)",
        metavar="FORMAT[=FILE]",
        choices=FORMATS,
        common=True,
    ),
    Option(
        "bundle",
        ("--bundle",),
        "text",
        OUT,
        "also put all of this run into one file for a support ticket, without secrets; - is standard output",
        metavar="FILE",
    ),
    Option("note", ("--note",), "text", OUT, "what the ticket should say in your own words", metavar="TEXT"),
    Option(
        "attach",
        ("--attach",),
        "names",
        OUT,
        "put this log, configuration file or folder into the bundle, without its secrets; - is standard input; may be "
        "repeated",
        metavar="FILE",
    ),
    Option(
        "include_audio",
        ("--include-audio",),
        "switch",
        OUT,
        "put your own recording (--audio) and its words into the bundle, too",
    ),
    Option(
        "redact",
        ("--redact",),
        "patterns",
        OUT,
        "also hide what this regular expression matches, in every output, bundle and attached file; may be repeated",
        metavar="PATTERN",
    ),
    Option(
        "redact_hosts",
        ("--redact-hosts",),
        "switch",
        OUT,
        "also hide names and addresses of machines, each behind another that is the same throughout",
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
