"""What a code or a cause means, how it is told apart from its neighbours, and what to do. Needs no network.

With nothing after it: the list of all causes.
"""

from __future__ import annotations

import argparse
import os
import sys

from dgcheck.cli import output
from dgcheck.explain import page, pages
from dgcheck.model.errors import UsageError

USAGE = "dgcheck explain [CODE | CAUSE]... [-o json]"
EPILOG = "examples:\n  dgcheck explain DG5003\n  dgcheck explain model_not_streaming\n  dgcheck explain -o json"
FORMATS = ("text", "json")


def add_arguments(parser: argparse.ArgumentParser, everything: bool) -> None:
    """CODE or CAUSE, and the form of the answer."""
    words = parser.add_argument("words", nargs="*", metavar="CODE", help="code or cause, as in DG5003")
    words.completer = _names  # type: ignore[attr-defined]
    parser.add_argument("-o", "--output", metavar="FORMAT", help="text or json (default: text)", default="text")
    parser.add_argument("--color", metavar="WHEN", help="auto, always or never", default="auto")


def _names(**_: object) -> list[str]:
    return [name for one in pages.pages() for name in (one["code"], one["cause"])]


def run(args: argparse.Namespace) -> int:
    """Print pages, or the list. Raises UsageError for a word that is neither code nor cause."""
    form = _one_of(args.output, FORMATS)
    when = _one_of(args.color, ("auto", "always", "never"))
    everything = pages.pages()
    found = [_page(word, everything) for word in args.words]
    if form == "json":
        import json

        answer: object = found[0] if len(found) == 1 else found or [_row(one) for one in everything]
        output.say(json.dumps(answer, indent=2, ensure_ascii=output.is_ascii(sys.stdout)))
        return 0
    terminal = output.is_terminal(sys.stdout)
    width, colour = output.width(terminal), output.colour(when, os.environ, terminal)
    texts = [page.page_text(one, everything, width=width, colour=colour) for one in found]
    text = "\n".join(texts) or page.listing(everything, width=width, colour=colour)
    if output.is_ascii(sys.stdout):
        from dgcheck.report.harmless import in_ascii

        text = in_ascii(text)
    output.say(text)
    return 0


def _one_of(word: str, choices: tuple[str, ...]) -> str:
    if word in choices:
        return word
    from dgcheck.settings.nearest import did_you_mean

    raise UsageError(f"{word[:60]!r} is none of {', '.join(choices)}{did_you_mean(word, choices)}")


def _row(one: pages.Page) -> pages.Page:
    return {name: one[name] for name in ("code", "cause", "title", "severity", "retired")}


def _page(word: str, everything: list[pages.Page]) -> pages.Page:
    """The page of a word. A word that is none is, for now, a mistake; text to diagnose would be read here."""
    found = pages.find(word, everything)
    if found:
        return found
    from dgcheck.settings.nearest import nearest

    names = {name: one for one in everything for name in (one["code"], one["cause"])}
    near = nearest(word, names)
    if near:
        raise UsageError(f"{word[:60]!r} is neither a code nor a cause; did you mean {near} ({names[near]['title']})?")
    raise UsageError(f"{word[:60]!r} is neither a code nor a cause; dgcheck explain alone lists them all")
