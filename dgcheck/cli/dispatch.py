"""From a command line to its command, and from whatever goes wrong to one clear line and an exit code."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from dgcheck.cli import COMMANDS, output
from dgcheck.cli.parser import HelpWanted, command_parser, overview
from dgcheck.model.errors import UsageError, where
from dgcheck.model.exits import Exit
from dgcheck.model.pattern import pattern

TYPE_CHECKING = False  # typing is not imported: `--help` pays for it
if TYPE_CHECKING:
    from collections.abc import Sequence

# What is no URL but one word: a command, mistyped or not there.
_WORD = pattern(r"[A-Za-z][A-Za-z_-]*\Z")
_CODE = pattern(r"[Dd][Gg]\d{4}\Z")


def dispatch(words: Sequence[str]) -> int:
    """Run the command that the words name. Returns the exit code; raises nothing."""
    output.prepare_streams()
    try:
        return _run(words)
    except output.NotWritten as error:
        output.complain(str(error))
        return Exit.UNKNOWN
    except UsageError as error:
        output.complain(str(error))
        return _told_nagios(words, str(error)) or Exit.USAGE
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except output.NoReader:
        return output.closed()
    except Exception as error:  # noqa: BLE001 - the last line of defence: a person never sees a traceback
        problem = f"internal error: {where(error)}. This is a bug of dgcheck; please report this line."
        output.complain(problem)
        return _told_nagios(words, problem) or Exit.UNKNOWN


def _told_nagios(words: Sequence[str], problem: str) -> int:
    """Where Nagios asked, print its line and return its code for what is not known: 2 would be a fault. Else 0."""
    flags = ("-o", "--output")
    asked = [words[place + 1] for place, word in enumerate(words[:-1]) if word in flags]
    asked += [word.removeprefix("--output=").removeprefix("-o") for word in words if word.startswith(flags)]
    if not {"nagios", "nagios=-"} & set(asked or os.environ.get("DGCHECK_OUTPUT", "").split(",")):
        return 0
    from dgcheck.report import nagios

    output.say(nagios.unknown(problem.split("\n")[0]))
    return nagios.UNKNOWN


def _run(words: Sequence[str]) -> int:
    if "_ARGCOMPLETE" in os.environ:
        from dgcheck.cli.completion import complete

        complete()
    name, rest = _command(words)
    if name == "help":
        output.say(overview(everything="--help-all" in rest).format_help())
        return Exit.OK
    if name == "":
        output.note(overview().format_help().rstrip())
        return Exit.USAGE
    return _perform(name, rest, named=rest is not words)


def _perform(name: str, rest: Sequence[str], *, named: bool) -> int:
    """Run one command with its own words; `named` tells that its name was typed too."""
    try:
        args = command_parser(name).parse(rest)
    except HelpWanted as help_:
        output.say(str(help_))
        return Exit.OK
    misplaced = getattr(args, "target", None) if name == "run" else None
    if misplaced in COMMANDS and not named:
        raise UsageError(f"the command comes first: dgcheck {misplaced} ...")
    code: int = import_module(COMMANDS[name][0]).run(args)
    return code


def _command(words: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The command and its own words; `help` and '' (nothing to do) stand beside the commands."""
    if not words:
        return ("run", words) if _target_is_set() else ("", words)
    first = words[0]
    if first in COMMANDS:
        return first, words[1:]
    if first in ("-h", "--help", "--help-all"):
        return "help", words
    if first == "help":
        return (words[1], ["--help"]) if len(words) > 1 and words[1] in COMMANDS else ("help", words)
    if first.startswith("-") or first == "localhost" or not (_WORD.match(first) or _CODE.match(first)):
        return "run", words
    raise UsageError(_no_command(first))


def _target_is_set() -> bool:
    from dgcheck.settings.options import DEFAULT_FILE

    return any(os.environ.get(name) for name in ("DGCHECK_TARGET", "DEEPGRAM_HOST", "DGCHECK_CONFIG")) or (
        os.path.isfile(DEFAULT_FILE)
    )


def _no_command(word: str) -> str:
    from dgcheck.settings.nearest import nearest

    if _CODE.match(word):
        return f"{word} is a code; write: dgcheck explain {word.upper()}"
    if "_" in word:
        from dgcheck.explain.pages import find

        if find(word):
            return f"{word} is a cause; write: dgcheck explain {word}"
    near = nearest(word, COMMANDS)
    if near:
        return f"there is no command {word!r}; did you mean {near}? (a host of that name: dgcheck run http://{word})"
    return (
        f"there is no command {word!r}; the commands are {', '.join(COMMANDS)}. "
        f"To check a host of that name: dgcheck run http://{word}:8080"
    )


def leave(code: int) -> int:
    """The last call of the program: after a run, the process ends here.

    Taking the interpreter apart would cost as much as the judging, and a thread that still waits for a resolver could
    keep the process. Where no thread was ever started, the code is returned.
    """
    if "threading" not in sys.modules:
        return code
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            pass
    os._exit(code)
