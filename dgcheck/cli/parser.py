"""The command line as argparse sees it, made from the table of options; mistakes get the nearest name."""

from __future__ import annotations

import argparse
import re
import sys
from importlib import import_module

from dgcheck.cli import COMMANDS, output
from dgcheck.model.errors import UsageError
from dgcheck.settings.options import CONFIG, DRY_RUN, GROUPS, OPTIONS, OUT, SPAN, Option

TYPE_CHECKING = False  # typing is not imported: `--help` pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, NoReturn

EXITS = """exit codes, the same in every format but nagios:
  0 nothing wrong     1 a check failed       2 wrong usage, nothing was asked
  3 not known         4 the wait is over     5 warnings, with --fail-on warning
  130, 143            interrupted; what was seen so far was printed
  with -o nagios      0 ok, 1 warning, 2 critical, 3 unknown"""

SETTINGS = """settings come from flags, then DGCHECK_* variables, then DEEPGRAM_HOST and DEEPGRAM_API_KEY, then
the settings file (--config FILE, or ./dgcheck.yaml); `dgcheck config show` tells which came from where."""

# Options that other programs have, and what they are called here.
FOREIGN = {
    "--api-key": "a key is never given on the command line: use --api-key-file FILE or the variable DGCHECK_API_KEY",
    "--token": "a key is never given on the command line: use --api-key-file FILE or the variable DGCHECK_API_KEY",
    "--apikey": "a key is never given on the command line: use --api-key-file FILE or the variable DGCHECK_API_KEY",
    "--password": "a password is never given on the command line",
    "--url": "the URL is given as it is: dgcheck run URL",
    "--host": "the URL is given as it is: dgcheck run URL",
    "--target": "the URL is given as it is: dgcheck run URL",
    "--json": "write -o json",
    "--yaml": "write -o yaml",
    "--format": "write -o FORMAT",
    "--cacert": "write --ca-file FILE",
    "--no-verify": "write --insecure",
    "-k": "write --insecure",
    "-H": "write --header NAME:VALUE",
    "-x": "write --proxy URL",
    "-m": "write --model NAME",
}


class HelpWanted(Exception):
    """Somebody asked for help: its text is the argument."""


class Layout(argparse.RawDescriptionHelpFormatter):
    """Help with one metavar for all spellings of an option, and its texts in one column."""

    def __init__(self, prog: str) -> None:
        terminal = output.is_terminal(sys.stdout)
        super().__init__(prog, max_help_position=30, width=min(output.width(terminal), 102) - 2)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        return ", ".join(action.option_strings) + " " + self._format_args(action, (action.dest or "").upper())


class Parser(argparse.ArgumentParser):
    """argparse that raises UsageError, and that names the nearest option to a mistyped one."""

    def __init__(self, prog: str, usage: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=prog,
            usage=usage,
            description=description,
            epilog=epilog,
            formatter_class=Layout,
            add_help=False,
            allow_abbrev=False,
        )
        self.add_argument("-h", "--help", action=_Help, nargs=0, help="show this help")

    def parse(self, words: Sequence[str]) -> argparse.Namespace:
        """The arguments of one command. Raises UsageError, and HelpWanted for `--help`."""
        args, extra = self.parse_known_args(list(words))
        # argparse takes a word that may be left out for left out as soon as an option stands before it.
        for action in self._actions:
            lacking = not action.option_strings and action.nargs == "?" and getattr(args, action.dest) is None
            if lacking and extra and not extra[0].startswith("-"):
                setattr(args, action.dest, extra.pop(0))
        if extra:
            raise UsageError(self._unknown(extra))
        return args

    def error(self, message: str) -> NoReturn:
        """Called by argparse with its own words."""
        found = re.match(r"argument (?P<name>[^:]+): (?P<what>.*)", message, re.DOTALL)
        if not found:
            raise UsageError(f"{message} (see {self.prog} --help)")
        names = found["name"].split("/")
        name = next((name for name in names if name.startswith("--")), names[-1])
        what = found["what"]
        if what.startswith("expected"):
            metavar = next((a.metavar for a in self._actions if name in a.option_strings), None)
            raise UsageError(f"{name} wants a value: {name} {metavar or 'VALUE'}")
        if what.startswith("ignored explicit argument"):
            raise UsageError(f"{name} takes no value")
        if what.startswith("invalid choice"):
            what = what.partition(" (")[0]
        raise UsageError(f"{name}: {what}")

    def _unknown(self, extra: Sequence[str]) -> str:
        from dgcheck.settings.nearest import nearest

        option = next((word for word in extra if word.startswith("-") and word != "-"), "")
        if not option:
            return f"one argument too many: {_shown(extra[0])} (see {self.prog} --help)"
        # What follows `=` may be a secret that was typed in the wrong place.
        option = option.partition("=")[0]
        if option in FOREIGN:
            return f"there is no option {_shown(option)}: {FOREIGN[option]}"
        if not option.startswith("--"):
            option = option[:2]
        names = [name for action in self._actions for name in action.option_strings if name.startswith("--")]
        near = nearest(option, names) if option.startswith("--") else ""
        hint = f"; did you mean {near}?" if near else f" (see {self.prog} --help)"
        return f"there is no option {_shown(option)}{hint}"


def _shown(word: str) -> str:
    word = word.rpartition("@")[2] if "@" in word else word
    word = word.partition("?")[0] or word[:1]
    return repr(word if len(word) <= 60 else word[:57] + "...")


class _Help(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        raise HelpWanted(parser.format_help())


class _HelpAll(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        raise HelpWanted(command_parser(parser.prog.rpartition(" ")[2], everything=True).format_help())


def command_parser(name: str, *, everything: bool = False) -> Parser:
    """The parser of one command; `everything` shows the options that `--help` leaves out."""
    module = import_module(COMMANDS[name][0])
    usage = getattr(module, "USAGE", f"dgcheck {name} [options]")
    parser = Parser(f"dgcheck {name}", usage, (module.__doc__ or "").strip(), getattr(module, "EPILOG", ""))
    module.add_arguments(parser, everything)
    return parser


def add_settings(
    parser: argparse.ArgumentParser,
    everything: bool,
    groups: Sequence[str] = GROUPS,
    instead: Mapping[str, Option] | None = None,
) -> None:
    """Every option of these groups, in their order, for a command that needs the settings of a run.

    The values stay text: `settings.load` reads them, so that flags, variables and the file mean the same. The
    rare ones are hidden from the help unless `everything`. `instead` are options that a command has in its own form,
    by their keys.
    """
    rare = False
    for title in groups:
        group = parser.add_argument_group(title)
        for option in (*OPTIONS, *((DRY_RUN,) if title == SPAN else ()), *((CONFIG,) if title == OUT else ())):
            if option.group != title and option not in (DRY_RUN, CONFIG):
                continue
            option = (instead or {}).get(option.key, option)
            if option.flags:
                rare |= not option.common
                _add(group, option, everything)
    if rare:
        shown = "show the rest of the options" if not everything else "show all options"
        parser.add_argument("--help-all", action=_HelpAll, nargs=0, help=shown)


def _add(group: Any, option: Option, everything: bool) -> None:
    text = option.help.replace("%", "%%") if everything or option.common else argparse.SUPPRESS
    if option.key == "family":
        either = group.add_mutually_exclusive_group()
        for flag in option.flags:
            version = flag[-1]
            help_ = text if text is argparse.SUPPRESS else f"use only addresses of IPv{version}"
            either.add_argument(flag, dest="family", action="store_const", const=f"ipv{version}", help=help_)
        return
    if option.form == "switch":
        group.add_argument(*option.flags, dest=option.key, action="store_true", default=None, help=text)
        return
    added = group.add_argument(
        *option.flags,
        dest=option.key,
        action="append" if option.many else "store",
        metavar=option.metavar,
        help=text,
    )
    if option.choices:
        added.completer = lambda **_: option.choices


def whole_parser() -> Parser:
    """The parser of all commands, for completion: it imports every command."""
    parser = overview()
    below = parser.add_subparsers(dest="command", parser_class=_Below)
    for name, (path, does) in COMMANDS.items():
        import_module(path).add_arguments(below.add_parser(name, help=does), True)
    return parser


class _Below(Parser):
    def __init__(self, prog: str, **_: Any) -> None:
        super().__init__(prog, "", "")


def overview(*, everything: bool = False) -> Parser:
    """`dgcheck --help`: the commands, and the options of the main one."""
    width = max(map(len, COMMANDS)) + 2
    lines = "\n".join(f"  {name:<{width}}{does}" for name, (_, does) in COMMANDS.items())
    parser = Parser(
        "dgcheck",
        "dgcheck [run] URL [options]\n       dgcheck COMMAND ...",
        "Names what is wrong between your application and a self-hosted Deepgram deployment, and says what to do.\n\n"
        "  dgcheck demo                        a first look, without a deployment\n"
        "  dgcheck http://HOST:8080            check a deployment\n"
        "  dgcheck explain DG4001              what a code means\n\n"
        f"commands (dgcheck COMMAND --help):\n{lines}",
        f"{SETTINGS}\n\n{EXITS}",
    )
    parser.add_argument("--version", action="store_true", help="show the version")
    add_settings(parser, everything)
    return parser
