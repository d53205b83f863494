"""What a code, a cause, an error text or a log means, and what to do. Needs no network.

With nothing after it and nothing piped in: the list of all causes.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys

from dgcheck.cli import output
from dgcheck.explain import pages
from dgcheck.model.errors import UsageError
from dgcheck.model.pattern import pattern

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from dgcheck.explain.answer import Answer

USAGE = "dgcheck explain [CODE | CAUSE | TEXT | FILE | -]... [-o json]"
EPILOG = (
    "examples:\n"
    "  dgcheck explain DG5003\n"
    "  dgcheck explain 'websocket: bad handshake'\n"
    "  dgcheck explain app.log nginx-error.log\n"
    "  kubectl logs deploy/deepgram-api | dgcheck explain -\n"
    "  dgcheck explain -o json"
)
FORMATS = ("text", "json")
# What can only have been meant as the name of a cause or a code, not as words of an error.
_NAME = pattern(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+\Z|[Dd][Gg]\d{1,6}\Z")
# What can only have been meant as a file.
_FILE = pattern(r"\.{0,2}/\S+\Z|[\w.+-]+\.(?:log|txt|out|err|json|jsonl|gz|\d)\Z")


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """CODE, CAUSE, TEXT or FILE, and the form of the answer."""
    help_ = "code or cause, as in DG5003; error text in quotes; a log file; - for standard input"
    words = parser.add_argument("words", nargs="*", metavar="CODE|TEXT|FILE", help=help_)
    words.completer = _names  # type: ignore[attr-defined]
    parser.add_argument("-o", "--output", metavar="FORMAT", help="text or json (default: text)", default="text")
    parser.add_argument("--color", metavar="WHEN", help="auto, always or never", default="auto")


def _names(**_: object) -> list[str]:
    return [name for one in pages.pages() for name in (one["code"], one["cause"])]


def run(args: argparse.Namespace) -> int:
    """Print pages, the list, or what a text names. Raises UsageError for what can be neither."""
    form = _one_of(args.output, FORMATS)
    when = _one_of(args.color, ("auto", "always", "never"))
    words: list[str] = args.words
    files = [word for word in words if word == "-" or os.path.exists(word)]
    if files or (not words and _is_piped()):
        other = [word for word in words if word not in files]
        if other:
            raise UsageError(f"{_short(other[0])} is no file; give files alone, or one text in quotes")
        return _answer(form, when, "", files or ["-"])
    everything = pages.pages()
    found = [one for word in words if (one := pages.find(word, everything))]
    if len(found) == len(words):
        return _show_pages(found, everything, form, when)
    text = " ".join(words)
    if len(words) == 1:
        _check_name(text, everything)
    return _answer(form, when, text, [])


def _show_pages(found: list[pages.Page], everything: list[pages.Page], form: str, when: str) -> int:
    if form == "json":
        _say_json(found[0] if len(found) == 1 else found or [_row(one) for one in everything])
        return 0
    from dgcheck.explain import page

    width, colour = _form(when)
    texts = [page.page_text(one, everything, width=width, colour=colour) for one in found]
    _say("\n".join(texts) or page.listing(everything, width=width, colour=colour))
    return 0


def _answer(form: str, when: str, text: str, files: list[str]) -> int:
    """Read a text or files, and say what they name."""
    from dgcheck.cli.inputs import read_all
    from dgcheck.explain.answer import answer
    from dgcheck.explain.layer import layer
    from dgcheck.explain.messages import messages
    from dgcheck.explain.read import Reader

    gc.disable()  # what is loaded stays to the end: nothing of it is worth looking for
    reader = Reader(messages())
    everything = pages.pages()
    gc.enable()
    if files:
        read_all(reader, files)
    elif text.strip():
        reader.text(text)
    else:
        raise UsageError("there is nothing in the text to explain")
    whole = reader.whole
    found = answer(reader.heard(), whole, everything, layer, _own_secrets())
    if not found["matches"] and not files:
        _maybe_a_name(text, everything)
    if form == "json":
        _say_json(found)
        return 0
    from dgcheck.explain.spoken import spoken

    width, colour = _form(when)
    _say(spoken(found, width=width, colour=colour))
    return 0


def _own_secrets() -> list[str]:
    """Keys of this environment: a log may hold them in a form that does not look like one."""
    names = ("DGCHECK_API_KEY", "DEEPGRAM_API_KEY", "DEEPGRAM_ACCESS_TOKEN")
    return [os.environ[name] for name in names if os.environ.get(name)]


def _is_piped() -> bool:
    """Whether something is piped or redirected into standard input.

    A pipe that says nothing for a while is one that a program left open: then the list of causes is wanted.
    """
    import stat

    try:
        number = sys.stdin.fileno()
        mode = os.fstat(number).st_mode
        if stat.S_ISREG(mode):
            return os.fstat(number).st_size > 0
        if not stat.S_ISFIFO(mode) or sys.platform == "win32":
            return False
        from select import select

        if not select([number], [], [], 3.0)[0]:
            return False
        return bool(sys.stdin.buffer.peek(1))  # type: ignore[union-attr]
    except (OSError, ValueError, AttributeError):
        return False


def _form(when: str) -> tuple[int, bool]:
    terminal = output.is_terminal(sys.stdout)
    return output.width(terminal), output.colour(when, os.environ, terminal)


def _say(text: str) -> None:
    if output.is_ascii(sys.stdout):
        from dgcheck.report.harmless import in_ascii

        text = in_ascii(text)
    output.say(text)


def _say_json(found: pages.Page | Answer | list[pages.Page]) -> None:
    import json

    output.say(json.dumps(found, indent=2, ensure_ascii=output.is_ascii(sys.stdout)))


def _one_of(word: str, choices: tuple[str, ...]) -> str:
    if word in choices:
        return word
    from dgcheck.settings.nearest import did_you_mean

    raise UsageError(f"{word[:60]!r} is none of {', '.join(choices)}{did_you_mean(word, choices)}")


def _row(one: pages.Page) -> pages.Page:
    return {name: one[name] for name in ("code", "cause", "title", "severity", "retired")}


def _check_name(word: str, everything: list[pages.Page]) -> None:
    """Raise UsageError for what was meant as a name or a file and is none."""
    if _NAME.match(word):
        raise UsageError(_no_name(word, everything))
    if _FILE.match(word) and len(word) < 4096:
        raise UsageError(f"{_short(word)}: there is no such file")


def _maybe_a_name(text: str, everything: list[pages.Page]) -> None:
    """Raise UsageError for one unknown word that is near a name: it was mistyped."""
    if " " not in text and text.replace("_", "").replace("-", "").isalnum() and _near(text, everything):
        raise UsageError(_no_name(text, everything))


def _near(word: str, everything: list[pages.Page]) -> str:
    from dgcheck.settings.nearest import nearest

    return nearest(word, [name for one in everything for name in (one["code"], one["cause"])])


def _no_name(word: str, everything: list[pages.Page]) -> str:
    near = _near(word, everything)
    if near:
        found = pages.find(near, everything)
        title = f" ({found['title']})" if found else ""
        return f"{_short(word)} is neither a code nor a cause; did you mean {near}{title}?"
    return f"{_short(word)} is neither a code nor a cause; dgcheck explain alone lists them all"


def _short(word: str) -> str:
    return repr(word[:60])
