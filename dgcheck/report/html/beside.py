"""What stands beside the diagnosis: the settings of SDKs, the settings of the run, and the machine it was seen from."""

from __future__ import annotations

from dgcheck.model.evidence import Surroundings
from dgcheck.model.report import Report
from dgcheck.report import sdks as told
from dgcheck.report import wording
from dgcheck.report.html.element import Child, Markup, each, join, prose, tag
from dgcheck.report.html.marks import facts, fold, snippet, wide
from dgcheck.report.html.marks import name as code
from dgcheck.report.html.part import Part


def sdks(report: Report) -> Part | None:
    """The code that each SDK needs; None unless it was asked for."""
    found = told.settings(report)
    if not found:
        return None
    cards = (
        tag(
            "article",
            tag("h3", one.name),
            snippet(one.code, f"setting of the {one.name}") if one.code else None,
            tag("ul", *(tag("li", prose(note)) for note in one.notes)) if one.notes else None,
            cls="card",
        )
        for one in found
    )
    return Part("sdks", "Settings of the SDKs", each(cards))


def settings(report: Report) -> Part | None:
    """Every setting with where it came from, and what is known of the machine."""
    rows = wording.every_setting(report)
    here = next((seen for seen in report.evidence if isinstance(seen, Surroundings)), None)
    parts = [part for part in (_machine(here) if here else None, _settings(rows) if rows else None) if part]
    return Part("settings", "Settings and surroundings", join(*parts)) if parts else None


def _settings(rows: list[tuple[str, str, str]]) -> Markup:
    chosen = [row for row in rows if row[2] not in ("", "default")]
    others = [row for row in rows if row not in chosen and row[1]]
    shown = [wide(_table(chosen), "Settings that were set")] if chosen else []
    if others:
        shown.append(fold(f"{len(others)} defaults", wide(_table(others), "Settings that are defaults")))
    return join(tag("h3", "Settings"), *shown)


def _table(rows: list[tuple[str, str, str]]) -> Markup:
    head = tag("tr", *(tag("th", name, scope="col") for name in ("Setting", "Value", "From")))
    body = (
        tag("tr", tag("th", code(name), scope="row"), tag("td", value), tag("td", origin))
        for name, value, origin in rows
    )
    return tag("table", tag("thead", head), tag("tbody", *body))


def _machine(here: Surroundings) -> Markup:
    rows: list[tuple[str, Child]] = [
        ("host", here.hostname),
        ("container", here.container),
        ("pod", " in namespace ".join(filter(None, (here.pod, here.namespace)))),
        ("platform", here.platform),
        ("Python", here.python),
        ("OpenSSL", here.openssl),
        ("nameservers", ", ".join(here.nameservers)),
        ("search", ", ".join(here.search) + (f" (ndots {here.ndots})" if here.search else "")),
        ("hosts file", ", ".join(f"{address} {name}" for address, name in here.hosts[:8])),
        ("proxies", ", ".join(f"{name}={value}" for name, value in here.proxies.items())),
        ("networks", ", ".join(here.families)),
        ("trust store", here.trust_store),
    ]
    return join(tag("h3", "Seen from"), facts(rows))
