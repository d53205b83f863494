"""Print the completion script of a shell, made from the parser.

bash   dgcheck completion bash > ~/.local/share/bash-completion/completions/dgcheck
zsh    dgcheck completion zsh > "${fpath[1]}/_dgcheck"
fish   dgcheck completion fish > ~/.config/fish/completions/dgcheck.fish
"""

from __future__ import annotations

import argparse
import os

from dgcheck.cli import COMMANDS, output
from dgcheck.model.errors import UsageError

USAGE = "dgcheck completion bash|zsh|fish"
SHELLS = ("bash", "zsh", "fish")


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """The shell."""
    shell = parser.add_argument("shell", nargs="?", metavar="SHELL", help="bash, zsh or fish")
    shell.completer = lambda **_: SHELLS  # type: ignore[attr-defined]


def run(args: argparse.Namespace) -> int:
    """Print the script. Raises UsageError for another shell."""
    from dgcheck.settings.values import BadValue, choice

    if not args.shell:
        raise UsageError(f"which shell? {USAGE}")
    try:
        shell = choice(args.shell, SHELLS)
    except BadValue as problem:
        raise UsageError(str(problem)) from None
    from argcomplete.shell_integration import shellcode

    output.say(shellcode(["dgcheck"], shell=shell))
    return 0


def complete() -> None:
    """Answer a shell that asks for completions, and leave. Called only while `_ARGCOMPLETE` is set."""
    import argcomplete

    from dgcheck.cli.parser import command_parser, whole_parser

    words = os.environ.get("COMP_LINE", "").split()
    # `dgcheck URL --...` is `dgcheck run URL --...`; while the first word is still typed it may be a command.
    direct = len(words) > 2 or (len(words) == 2 and os.environ.get("COMP_LINE", "").endswith(" "))
    main = direct and words[1] not in COMMANDS
    argcomplete.autocomplete(command_parser("run", everything=True) if main else whole_parser())
