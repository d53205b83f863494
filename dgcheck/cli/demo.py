"""Start the simulator on this machine and check it as a deployment would be checked: a first look without one.

Nothing leaves the machine, no settings file is read, and no variable of the environment counts.
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

from dgcheck.cli import output, simulate
from dgcheck.cli.parser import EXITS, add_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dgcheck.cli.run import Prepared
    from dgcheck.model.report import Report
    from dgcheck.sim.server import Simulator

USAGE = "dgcheck demo [--fault NAME] [options of run]"
EPILOG = f"""examples:
  dgcheck demo
  dgcheck demo --fault upgrade_dropped
  dgcheck demo --fault model_not_streaming -o json
  dgcheck simulate --list-faults        what can go wrong

{EXITS}"""


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """The faults, and every setting of a run."""
    fault = parser.add_argument(
        "--fault", metavar="NAME", action="append", default=[], help="what goes wrong (dgcheck simulate --list-faults)"
    )
    fault.completer = simulate.names  # type: ignore[attr-defined]
    add_settings(parser, everything)


def run(args: argparse.Namespace) -> int:
    """Diagnose the simulator. Returns the exit code of the diagnosis; raises UsageError for a fault there is not."""
    from dgcheck.cli.run import Conclusion, asked_by, perform
    from dgcheck.sim.server import running

    class Simulated(Conclusion):
        """The same, of a deployment that is gone when the demonstration is over."""

        def conclude(self, report: Report, prepared: Prepared, environ: Mapping[str, str]) -> int:
            """Say so in the report."""
            return super().conclude(asked_by("demo", report), prepared, environ)

    faults: Sequence[str] = args.fault
    with running(tuple(faults)) as simulator:
        if not args.quiet:
            output.note(_opening(simulator, faults))
        code = perform(_flags(args, simulator), _environment(), conclusion=Simulated())
    if not args.quiet:
        output.note("That was the simulator. A deployment: dgcheck run http://HOST:8080")
    return code


def _opening(simulator: Simulator, faults: Sequence[str]) -> str:
    from dgcheck.sim.faults import find
    from dgcheck.sim.script import NOTICE

    told = [
        f"  {fault.name}: {fault.says}" for fault in (find(word.partition("@")[0].partition("=")[0]) for word in faults)
    ]
    state = "with" if told else "healthy"
    return "\n".join([f"A simulated deployment at {simulator.url}, {state}{':' if told else '.'}", *told, NOTICE, ""])


def _flags(args: argparse.Namespace, simulator: Simulator) -> Mapping[str, Any]:
    """The flags of the run: those typed, and where they say nothing those that the faults need to show."""
    from dgcheck.cli.parser import command_parser

    needed = vars(command_parser("run").parse(simulate.options(simulator, args.fault)))
    typed = {name: value for name, value in vars(args).items() if value is not None and name != "fault"}
    flags = {name: value for name, value in needed.items() if value is not None} | typed
    return flags | {"target": simulator.url, "config": flags.get("config") or "none"}


def _environment() -> Mapping[str, str]:
    """The environment without what would turn the run elsewhere: settings, keys and proxies."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("DGCHECK_", "DEEPGRAM_")) and not name.lower().endswith("_proxy")
    }
