"""Remedies with this target's values in them, the likeliest place first."""

from __future__ import annotations

from collections.abc import Mapping

from dgcheck.diagnosis.places import PROXIES, fits
from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Remedy
from dgcheck.model.pattern import pattern
from dgcheck.model.report import FilledRemedy

_PLACEHOLDER = pattern(r"\{([a-z_]+)\}")
# Shown when nothing tells which proxy stands in front: the commonest fronts, not the whole catalogue.
COMMON = ("nginx", "ingress-nginx", "haproxy", "envoy", "alb")
MOST = 8


def facts_of(case: Case) -> dict[str, str]:
    """What every remedy may name: host, port, base, scheme, authority, prefix, model, language, address."""
    target = case.target
    if target is None:
        return {}
    return {
        "host": target.host,
        "port": str(target.port),
        "base": target.base,
        "scheme": target.scheme,
        "ws_scheme": "wss" if target.tls else "ws",
        "authority": target.authority,
        "prefix": target.prefix,
        "model": case.model,
        "language": case.settings.language,
        "address": next(iter(case.open_addresses or case.addresses), ""),
        "namespace": case.surroundings.namespace if case.surroundings else "",
    }


def fill(cause: Cause, facts: Mapping[str, str], found: tuple[str, ...]) -> tuple[FilledRemedy, ...]:
    """The cause's remedies for the places that the evidence points to, filled in and in order."""
    known = any(place in PROXIES for place in found)
    sorted_: list[tuple[int, int, FilledRemedy]] = []
    for number, remedy in enumerate(cause.remedies):
        if not fits(remedy.place, found) or (not known and remedy.place in PROXIES and remedy.place not in COMMON):
            continue
        done = _filled(remedy, facts)
        if done is not None:
            # Remedies for the place that was recognised come first; else the order of the catalogue stands.
            recognised = remedy.place in found and remedy.place in PROXIES
            sorted_.append((0 if recognised or remedy.leads else 1, number, done))
    sorted_.sort(key=lambda entry: entry[:2])
    return tuple(entry[2] for entry in sorted_[:MOST])


# What may stand in a command that a person is going to paste: a server's own words may not bring a second command.
_SAFE = pattern(r"[\w.:/@%+=,\[\]\-]*\Z")


def _filled(remedy: Remedy, facts: Mapping[str, str]) -> FilledRemedy | None:
    named = _PLACEHOLDER.findall(remedy.command)
    if any(not _SAFE.match(facts.get(name, "")) or facts.get(name, "").startswith("-") for name in named):
        return None
    for text in (remedy.do, remedy.command):
        if any(not facts.get(name) for name in _PLACEHOLDER.findall(text)):
            return None
    return FilledRemedy(do=text_of(remedy.do, facts), command=text_of(remedy.command, facts), place=remedy.place)


def text_of(template: str, facts: Mapping[str, str]) -> str:
    """A template with its `{names}` replaced; braces that are no placeholder stay as they are."""
    return _PLACEHOLDER.sub(lambda found: facts.get(found.group(1), found.group()), template)
