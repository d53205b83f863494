"""Causes that are told of /v1/listen and of the further endpoints too: speak, Flux, the voice agent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Match
from dgcheck.wire import endpoint

Rule = Callable[[Case], Iterable[Match]]


def also(rule: Rule, more: str) -> Rule:
    """A rule, and after it the one of that name in `further.py`, which is loaded where such an endpoint was asked."""

    def both(case: Case) -> Iterator[Match]:
        yield from rule(case)
        if any(seen.check in endpoint.CHECKS for seen in case.evidence):
            yield from getattr(import_module("dgcheck.rules.shared.further"), more)(case)

    return both


def then(rule: Rule, more: Rule) -> Rule:
    """Both rules, one after the other, as one cause has them."""

    def both(case: Case) -> Iterator[Match]:
        yield from rule(case)
        yield from more(case)

    return both
