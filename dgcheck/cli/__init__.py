"""One command per file: the only place that prints, exits and reads the environment.

A command is a module of this folder, named in `COMMANDS` and imported only when it is asked for. It offers

    add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None
    run(args: argparse.Namespace) -> int        the exit code

`everything` tells whether `--help-all` is asked for. `run` raises UsageError for what the person can mend
(exit 2); nothing else has to be caught, `main` does that. Results go to stdout through `output.say`, everything
else to stderr through `output.note`.
"""

from __future__ import annotations

import sys

# Spelled out, because importing typing and collections would double what `--version` costs.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# name -> (module, what it does)
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("dgcheck.cli.run", "check one deployment end to end and name what is wrong"),
    "models": ("dgcheck.cli.models", "which models are installed, per address; a gate for those you need"),
    "wait": ("dgcheck.cli.wait", "repeat until it passes: for init containers, Jobs and release scripts"),
    "serve": ("dgcheck.cli.serve", "keep asking: /healthz, /readyz, /metrics, /probe for Kubernetes and Prometheus"),
    "fleet": ("dgcheck.cli.fleet", "check many deployments in one run, with one summary"),
    "merge": ("dgcheck.cli.merge", "join the results of a fleet's shares into one report"),
    "manifest": ("dgcheck.cli.manifest", "Kubernetes YAML: job, init, cronjob, helm-test, exporter, fleet"),
    "bundle": ("dgcheck.cli.bundle", "one zip for a support ticket: report, evidence, logs, without secrets"),
    "explain": ("dgcheck.cli.explain", "what a code, an error text or a log means, and what to do; alone: the list"),
    "diagnose": ("dgcheck.cli.diagnose", "judge a saved report or bundle again, offline"),
    "diff": ("dgcheck.cli.diff", "what changed between two reports, in time or between two places"),
    "verify": ("dgcheck.cli.verify", "ask again what failed in a report, and say whether the fix worked"),
    "sdk": ("dgcheck.cli.sdk", "what an SDK dials for a setting; the right setting for a deployment"),
    "demo": ("dgcheck.cli.demo", "start the simulator and check it: try this first"),
    "simulate": ("dgcheck.cli.simulate", "a stand-in for a self-hosted deployment, healthy or with faults"),
    "config": ("dgcheck.cli.config", "show, validate: the settings in force and the settings file"),
    "completion": ("dgcheck.cli.completion", "completion for bash, zsh or fish"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; never raises for what a person typed."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words in (["--version"], ["-V"]):
        from dgcheck import __version__

        try:
            print(f"dgcheck {__version__}", flush=True)
        except OSError:
            return _not_printed()
        return 0
    if argv is not None:
        from dgcheck.cli.dispatch import dispatch

        return dispatch(words)
    try:
        if words[:1] in (["wait"], ["serve"]):
            _hold_signals()
        elif not words or words[0] in ("run", "demo", "models", "bundle") or words[0] not in COMMANDS:
            _hold_signals()
            from dgcheck.cli import early

            early.begin(words[1:] if words[:1] in (["run"], ["models"], ["bundle"]) else words)
        from dgcheck.cli.dispatch import dispatch, leave

        return leave(dispatch(words))
    except KeyboardInterrupt:  # while modules were being imported
        return 130


# Signals that came before a run could listen: (number, monotonic seconds).
HELD: list[tuple[int, float]] = []


def _hold_signals() -> None:
    """Keep the first SIGINT or SIGTERM for the run that is about to start; a later one ends the process."""
    import os
    import time
    from signal import SIGINT, SIGTERM, signal

    def hold(number: int, _frame: object) -> None:
        now = time.monotonic()
        if HELD and now - HELD[0][1] > 0.2:
            os._exit(128 + number)
        HELD.append((number, now))

    for number in (SIGINT, SIGTERM):
        signal(number, hold)


def _not_printed() -> int:
    """Nobody reads the version, or there is no room for it."""
    from dgcheck.cli.output import closed

    closed()
    return 3
