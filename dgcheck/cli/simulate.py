"""A stand-in for a self-hosted deployment on a port of this machine: REST and streaming speech to text, healthy or
with faults.

It is strict, so that a client can be tested against it. Its transcripts are scripted: every clip that is not silent
gets the same words; only what it speaks itself is read back.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from typing import TYPE_CHECKING, Any

from dgcheck.cli import files, output
from dgcheck.model.errors import UsageError
from dgcheck.model.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dgcheck.model.evidence import Model
    from dgcheck.sim.deployment import Deployment
    from dgcheck.sim.log import Logged
    from dgcheck.sim.server import Simulator

USAGE = "dgcheck simulate [options]"
EPILOG = """examples:
  dgcheck simulate --port 8080
  dgcheck simulate --fault model_not_streaming --fault clock_skew=120
  dgcheck simulate --replicas 3 --fault server_error@2
  dgcheck simulate --tls --models nova-3-general,aura-2-thalia-en
  dgcheck simulate --list-faults

Ctrl-C or SIGTERM ends it, with exit code 0."""
MOST_REPLICAS = 100


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """Where it listens, what it is, and what is wrong with it."""
    place = parser.add_argument_group("where")
    place.add_argument("--port", metavar="N", default="0", help="port to listen on (default: a free one)")
    place.add_argument("--host", metavar="ADDRESS", default="127.0.0.1", help="address to bind (default: 127.0.0.1)")
    place.add_argument(
        "--tls", metavar="KIND", nargs="?", const="good", default="", help="serve https; KIND as in --list-faults"
    )
    kind = parser.add_argument_group("what it is")
    kind.add_argument(
        "--models", metavar="LIST", default="", help="names with commas, or a file (a name a line, or a listing)"
    )
    kind.add_argument("--listing", metavar="SHAPE", default="grouped", help="shape of /v1/models (default: grouped)")
    kind.add_argument(
        "--replicas", metavar="N", default="1", help="containers behind the port, one connection each in turn"
    )
    kind.add_argument("--latency", metavar="TIME", default="0", help="round trip to add, as in 50ms")
    kind.add_argument("--initializing", metavar="TIME", default="0", help="no Engine for so long, as in 20s")
    kind.add_argument(
        "--idle", metavar="TIME", default="12s", help="a stream without a message is closed after it (12s)"
    )
    kind.add_argument("--prefix", metavar="PATH", default="", help="serve below a path, as in /deepgram")
    kind.add_argument("--words", metavar="TEXT", default="", help="what every transcript says")
    kind.add_argument(
        "--switch",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="behaviour that is not known of the real thing (see --list-faults)",
    )
    kind.add_argument(
        "--beside", action="store_true", help="also serve the License Proxy's status and the Engine's metrics"
    )
    wrong = parser.add_argument_group("what goes wrong")
    fault = wrong.add_argument(
        "--fault", metavar="NAME", action="append", default=[], help="NAME, NAME=VALUE or NAME@REPLICA; may be repeated"
    )
    fault.completer = names  # type: ignore[attr-defined]
    wrong.add_argument("--list-faults", action="store_true", help="list them, the kinds of --tls and the switches")
    parser.add_argument("--log", action="store_true", help="log every request to standard error, without secrets")


def names(**_: object) -> list[str]:
    """The names of all faults, for completion."""
    from dgcheck.sim.faults import table

    return list(table())


def run(args: argparse.Namespace) -> int:
    """Serve until a signal comes. Raises UsageError for a flag that cannot be used."""
    if args.list_faults:
        output.say(_listed(output.width(output.is_terminal(sys.stdout))))
        return Exit.OK
    import asyncio

    simulator = _simulator(args)
    asyncio.run(_serve(simulator, args))
    return Exit.OK


async def _serve(simulator: Simulator, args: argparse.Namespace) -> None:
    import asyncio
    import contextlib
    import signal

    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no handlers; Ctrl-C raises there
            loop.add_signal_handler(number, over.set)
    async with simulator:
        output.say(introduction(simulator, args.fault))
        await over.wait()
    output.note(f"dgcheck: the simulator ended after {len(simulator.log)} requests")


def introduction(simulator: Simulator, faults: Sequence[str]) -> str:
    """What a person needs to know of a simulator that has just started: where, what is wrong, how to check it."""
    from dgcheck.sim.faults import find
    from dgcheck.sim.script import NOTICE

    lines = [f"simulator  {simulator.url}"]
    chosen = [find(word.partition("@")[0].partition("=")[0]) for word in faults]
    lines += [f"fault      {fault.name}: {fault.says}" for fault in chosen]
    if len(simulator.replicas) > 1:
        lines.append(f"replicas   {len(simulator.replicas)}, one connection each in turn")
    if simulator.ca_file and simulator.tls != "untrusted":
        lines.append(f"CA         {simulator.ca_file}")
    if simulator.tls == "client_required":
        lines.append(f"client     --cert {simulator.client_cert} --key {simulator.client_key}")
    named = {"license_proxy": "License Proxy", "engine_metrics": "Engine"}
    told = ", ".join(f"{named[which]} {url}" for which, url in simulator.beside.items())
    lines += [f"beside     {told}"] if told else []
    lines.append(f"check it   {command(simulator, faults)}")
    if simulator.host not in ("127.0.0.1", "::1", "localhost"):
        lines.append("note       It is bound beyond this machine: others can reach it.")
    lines += [f"note       {NOTICE}", "           Ctrl-C ends it."]
    return "\n".join(lines)


def options(simulator: Simulator, faults: Sequence[str]) -> list[str]:
    """The options of `dgcheck run` that these faults need to show, and the CA where it is meant to be known."""
    from dgcheck.sim.faults import find

    words: list[str] = []
    for word in faults:
        words += find(word.partition("@")[0].partition("=")[0]).options(
            simulator.url, simulator.ca_file, simulator.beside
        )
    if simulator.tls == "good" and simulator.url.startswith("https") and "--ca-file" not in words:
        words += ["--ca-file", simulator.ca_file]
    return words


def command(simulator: Simulator, faults: Sequence[str]) -> str:
    """The ready command that checks this simulator."""
    return shlex.join(["dgcheck", "run", simulator.url, *options(simulator, faults)])


def _simulator(args: argparse.Namespace) -> Simulator:
    from dgcheck.sim.certificates import KINDS
    from dgcheck.sim.server import Simulator

    if args.tls and args.tls not in KINDS:
        near = _near(args.tls, KINDS) or "; dgcheck simulate --list-faults shows them"
        raise UsageError(f"--tls: {args.tls!r} is no kind of certificate{near}")
    return Simulator(
        tuple(args.fault),
        tls=args.tls,
        models=_models(args.models) if args.models else None,
        port=_number("--port", args.port, 0, 65535),
        host=_host(args.host),
        replicas=_number("--replicas", args.replicas, 1, MOST_REPLICAS),
        latency=_seconds("--latency", args.latency, 60.0),
        initializing=_seconds("--initializing", args.initializing, 86400.0),
        deployment=_deployment(args),
        watch=_log if args.log else None,
        beside=args.beside,
    )


def _deployment(args: argparse.Namespace) -> Deployment:
    from dgcheck.model.record import replace
    from dgcheck.sim.deployment import Deployment
    from dgcheck.sim.models import SHAPES

    shapes = (*SHAPES, "absent", "other", "html", "error")
    if args.listing not in shapes:
        raise UsageError(f"--listing: {args.listing!r} is none of {', '.join(shapes)}{_near(args.listing, shapes)}")
    deployment = Deployment(
        listing=args.listing,
        words=" ".join(args.words.split()),
        prefix=_prefix(args.prefix),
        idle=_seconds("--idle", args.idle, 86400.0),
    )
    return replace(deployment, switches=replace(deployment.switches, **_switches(args.switch)))


def _prefix(text: str) -> str:
    """A path with a slash before it and none behind, '' for none."""
    path = text.strip("/")
    if any(not (sign.isalnum() or sign in "-._~/") for sign in path) or not path.isascii():
        raise UsageError(f"--prefix: {text[:60]!r} is no plain path; write /deepgram")
    return f"/{path}" if path else ""


def _switches(given: Sequence[str]) -> dict[str, Any]:
    """The switches as they were typed, each in the type of its default."""
    from dgcheck.settings.values import BadValue, switch

    known = _known_switches()
    values: dict[str, Any] = {}
    for word in given:
        name, equals, text = word.partition("=")
        if name not in known or not equals:
            what = "wants NAME=VALUE" if not equals else f"there is no switch {name!r}{_near(name, known)}"
            raise UsageError(f"--switch: {what}; dgcheck simulate --list-faults shows them")
        default = known[name]
        try:
            values[name] = switch(text) if isinstance(default, bool) else type(default)(text)
        except (BadValue, ValueError):
            raise UsageError(f"--switch {name}: {text!r} is no {type(default).__name__}") from None
    return values


def _known_switches() -> Mapping[str, Any]:
    """The switches that one word can set, with their defaults."""
    from dgcheck.model.record import fields
    from dgcheck.sim.deployment import Switches

    default = Switches()
    values = {field.name: getattr(default, field.name) for field in fields(default)}
    return {name: value for name, value in values.items() if isinstance(value, bool | int | float | str)}


def _models(text: str) -> tuple[Model, ...]:
    from dgcheck.sim.models import read_models

    if os.path.isfile(text):
        return read_models(_text(text))
    if os.path.isdir(text):
        raise UsageError(f"--models {text} is a directory; give a file or names with commas")
    if os.sep in text or text.endswith((".json", ".txt")):
        raise UsageError(f"--models {text}: there is no such file")
    listed = [name.strip() for name in text.split(",") if name.strip()]
    odd = next((name for name in listed if not name.replace("-", "").replace("_", "").isalnum()), None)
    if odd is not None or not listed:
        raise UsageError(f"--models: {odd or text!r} is neither a file nor a model name; write nova-3-general,nova-2")
    return read_models("\n".join(listed))


def _text(path: str) -> str:
    try:
        text = files.named("--models", path, files.TEXT_LIMIT).decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if not all(char.isprintable() or char in "\r\n\t" for char in text):
        raise UsageError(f"--models: {path} is no text in UTF-8; give a name a line, or a listing as /v1/models has it")
    return text


def _number(flag: str, text: str, least: int, most: int) -> int:
    if text.isascii() and text.isdigit() and least <= int(text[:9]) <= most and len(text) < 9:
        return int(text)
    raise UsageError(f"{flag}: {text[:40]!r} is no number from {least} to {most}")


def _seconds(flag: str, text: str, most: float) -> float:
    from dgcheck.settings.values import BadValue, duration

    try:
        seconds = duration(text)
    except BadValue as problem:
        raise UsageError(f"{flag}: {problem}") from None
    if seconds > most:
        raise UsageError(f"{flag}: {text!r} is more than {most:g} s")
    return seconds


def _host(text: str) -> str:
    """An address to bind; `localhost` is the IPv4 one."""
    import ipaddress

    if text == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        raise UsageError(
            f"--host: {text[:60]!r} is no address of this machine; write 127.0.0.1, ::1 or 0.0.0.0"
        ) from None


def _near(word: str, known: Any) -> str:
    from dgcheck.settings.nearest import did_you_mean

    return did_you_mean(word, known)


def _log(entry: Logged) -> None:
    output.note(entry.line())


def _listed(width: int) -> str:
    """Faults with what they do and what dgcheck calls it, then certificates and switches."""
    from tabulate import tabulate

    from dgcheck.sim.certificates import KINDS
    from dgcheck.sim.faults import table

    rows = []
    for fault in table().values():
        name = fault.name if fault.value is None else f"{fault.name}={fault.value:g}"
        unit = f" ({fault.unit})" if fault.unit else ""
        rows.append((name, fault.says + unit, fault.causes[0] if fault.causes else "(nothing is wrong)"))
    wide = max(24, width - 62)
    faults = tabulate(rows, ("fault", "what it does", "what dgcheck calls it"), maxcolwidths=[None, wide, None])
    kinds = tabulate(list(KINDS.items()), ("--tls", "certificate"), maxcolwidths=[None, max(24, width - 28)])
    known = [(f"{name}={value}",) for name, value in _known_switches().items()]
    switches = tabulate(known, ("--switch NAME=VALUE, with the defaults",), disable_numparse=True)
    return f"{faults}\n\n{kinds}\n\n{switches}"
