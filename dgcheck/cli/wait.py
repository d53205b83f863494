"""Repeat until the deployment passes: for init containers, Jobs, release scripts. `dgcheck run --wait`, with an aim.

What has passed is not asked again. What the settings themselves get wrong ends the wait at once; what looks permanent
(no such name, certificate, 401, 403, 404, model absent) ends it when nothing has changed for --give-up-after, since on
an install day somebody may still be at it. Each change of the reason is one line on standard error.
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

USAGE = "dgcheck wait [URL] [options]"
EPILOG = f"""examples:
  dgcheck wait http://HOST:8080
  dgcheck wait http://HOST:8080 --timeout 20m --model nova-3
  dgcheck wait http://HOST:8080 --for speech -o short

Without --for it waits for models where a --model is given, else for reachable; with --only or --profile for those
checks. The whole is bounded by --timeout, a single try by --run-timeout. Inside a pod, verdict, cause and first
remedy also go to /dev/termination-log.

{EXITS}"""
LONGEST = 600.0  # seconds of a wait that nobody limited


# In this command `--timeout` bounds the wait, as in kubectl and helm.
OWN = {
    "wait": BY_KEY["wait"].but(
        flags=("--timeout", "--wait"), help="limit of the whole wait; then exit 4 (default: 10m)"
    ),
    "timeout": BY_KEY["timeout"].but(
        flags=("--run-timeout",), help="limit of one try within the wait (default: 30s)", common=False
    ),
    "for": BY_KEY["for"].but(
        help="what to wait for: reachable (the deployment answers and is well), models (its listing and an upgrade, "
        "too) or speech (and words come back)",
        common=True,
    ),
    "interval": BY_KEY["interval"].but(
        help="first pause between two tries; it grows to four times as much while nothing changes (default: 5s)",
        common=True,
    ),
    "give_up_after": BY_KEY["give_up_after"].but(
        help="end where what looks permanent has not changed for so long (default: 5m)",
        common=True,
    ),
    "deadline": BY_KEY["deadline"].but(common=True),
    "termination_log": BY_KEY["termination_log"].but(common=True),
    "audio": BY_KEY["audio"].but(common=False),
    "sdk": BY_KEY["sdk"].but(common=False),
    "profile": BY_KEY["profile"].but(common=False),
}
# What a flag of this command is called where settings are read.
_SAID = {"--wait: ": "--timeout: ", "--timeout: ": "--run-timeout: "}


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """The target and every setting of a run; those of the wait first among them."""
    parser.add_argument("target", nargs="?", metavar="URL", help="the deployment (or DGCHECK_TARGET, DEEPGRAM_HOST)")
    add_settings(parser, everything, instead=OWN)


def run(args: argparse.Namespace) -> int:
    """Wait, and return the exit code of the last report; 4 where the time was over."""
    from dgcheck.cli.run import perform

    try:
        return perform(vars(args), os.environ, settle=with_defaults)
    except UsageError as error:
        text = str(error).replace("dgcheck run http", "dgcheck wait http")
        name = next((name for name in _SAID if text.startswith(name)), "")
        raise type(error)(_SAID.get(name, "") + text.removeprefix(name)) from None


def with_defaults(settings: Settings) -> Settings:
    """The settings with a limit of the wait and an aim, where nobody said which."""
    from dgcheck.model.record import replace

    def given(field: str) -> bool:
        return settings.origins.get(field, "default") != "default"

    if not given("wait"):
        settings = replace(settings, wait=LONGEST)
    if not (settings.wait_for or settings.only or given("profile")):
        asks = settings.models or "?" in settings.target_given
        settings = replace(settings, wait_for="models" if asks else "reachable")
    return settings
