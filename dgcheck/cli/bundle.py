"""Check a deployment and put all of it into one zip for a support ticket, without secrets: safe to send, safe to post.

In it: the report as JSON, Markdown and HTML, every exchange as it was sent and answered, the certificates, what the
resolver said, where dgcheck ran and with which settings, your note and your logs, and a README that begins with what
support asks first and ends with what it asks next. `dgcheck diagnose FILE.zip` opens it, on any machine.
"""

from __future__ import annotations

import argparse
import os

from dgcheck.cli.parser import EXITS, add_settings
from dgcheck.model.errors import UsageError
from dgcheck.settings.options import BY_KEY

TYPE_CHECKING = False  # typing is not imported: `--help` pays for it
if TYPE_CHECKING:
    from dgcheck.model.target import Settings

USAGE = "dgcheck bundle [URL] [-O FILE] [--note TEXT] [--attach FILE]... [options of run]"
EPILOG = f"""examples:
  dgcheck bundle http://HOST:8080
  dgcheck bundle https://dg.example.com -O ticket.zip --model nova-3 --note 'fails since the upgrade on Monday'
  dgcheck bundle http://HOST:8080 --attach nginx-error.log --attach api.log --attach compose.yaml
  kubectl logs deployment/deepgram-api | dgcheck bundle http://HOST:8080 --attach -
  kubectl run dgcheck -qi --rm --restart=Never --image IMAGE -- bundle http://API:8080 -O - > ticket.zip

Recordings of yours (--audio) and the words in them stay out unless --include-audio is given.

{EXITS}
  3 also where the bundle could not be written"""


OWN = {
    "bundle": BY_KEY["bundle"].but(
        flags=("-O", "--bundle"),
        help="the zip to write; - is standard output (default: dgcheck-HOST-TIME.zip here)",
        common=True,
    ),
    "note": BY_KEY["note"].but(common=True),
    "attach": BY_KEY["attach"].but(common=True),
    "include_audio": BY_KEY["include_audio"].but(common=True),
}


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """The target and every setting of a run; those of the bundle first among them."""
    parser.add_argument("target", nargs="?", metavar="URL", help="the deployment (or DGCHECK_TARGET, DEEPGRAM_HOST)")
    add_settings(parser, everything, instead=OWN)


def run(args: argparse.Namespace) -> int:
    """Make one diagnosis and its bundle; the exit code of the diagnosis, 3 where the bundle could not be written."""
    from dgcheck.cli.run import perform

    if args.target and "://" not in args.target and os.path.isfile(args.target):
        raise UsageError(
            f"{args.target} is a file; a bundle asks the deployment anew: dgcheck bundle URL --attach {args.target}"
        )
    return perform(vars(args), os.environ, settle=with_a_name)


def with_a_name(settings: Settings) -> Settings:
    """The settings with a name for the bundle where none was given: host and time, so that each has its own."""
    if settings.bundle:
        return settings
    from time import gmtime, strftime

    from dgcheck.model.record import replace

    given = "" if settings.redact_hosts or settings.redact else settings.target_given
    host = given.partition("://")[2] or given
    host = host.partition("?")[0].partition("/")[0].rpartition("@")[2]
    plain = "".join(char if char.isascii() and (char.isalnum() or char in ".-") else "-" for char in host)
    name = "-".join(part for part in ("dgcheck", plain.strip(".-")[:60], strftime("%Y%m%dT%H%M%SZ", gmtime())) if part)
    return replace(settings, bundle=f"{name}.zip")
