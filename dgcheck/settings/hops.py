"""From text to another address of the same deployment: `NAME=URL`, as `--via` has it."""

from __future__ import annotations

from dgcheck.settings.values import BadValue, quoted
from dgcheck.wire.url import BadUrl, parse

MOST, MOST_LETTERS = 15, 40


def hop(text: str) -> tuple[str, str]:
    """(name, URL). The URL is never quoted whole: it may hold a password."""
    name, equals, url = (part.strip() for part in text.partition("="))
    if not equals or not name or not url or "://" in name:
        raise BadValue("another address is written NAME=URL, as in ingress=https://dg.example.com")
    if len(name) > MOST_LETTERS or not name.isprintable():
        raise BadValue(f"{quoted(name[:MOST_LETTERS])} is no short name")
    try:
        target = parse(url)
    except BadUrl as problem:
        raise BadValue(f"the URL of {name} cannot be used: {problem.problem}") from None
    if target.replay:
        raise BadValue(
            f"the URL of {name} is a whole request; give the base alone: {target.scheme}://{target.authority}"
        )
    return name, url


def hops(texts: list[str]) -> tuple[tuple[str, str], ...]:
    """All of them, each name once."""
    found = tuple(hop(text) for text in texts)
    if len(found) > MOST:
        raise BadValue(f"at most {MOST} addresses are compared in one run")
    names = [name for name, _ in found]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise BadValue(f"two addresses are called {twice}")
    return found
