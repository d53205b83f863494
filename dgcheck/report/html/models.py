"""The models: what the listing offers, and where the addresses differ in it."""

from __future__ import annotations

from collections.abc import Mapping

from dgcheck.model.evidence import Exchange, Model
from dgcheck.model.report import Report
from dgcheck.report import wording
from dgcheck.report.html.element import Markup, join, tag
from dgcheck.report.html.marks import name as code
from dgcheck.report.html.marks import wide
from dgcheck.report.html.part import Part
from dgcheck.report.wording import count

_MOST = 300  # rows; a listing may have thousands
_KINDS = {"stt": "speech to text", "tts": "text to speech", "flux": "turns (Flux)", "helper": "helper"}


def part(report: Report) -> Part | None:
    """A row for each model and version; None where no listing was read."""
    listed = _listings(report)
    if not listed:
        return None
    rows: dict[tuple[str, str, str], Model] = {}
    where: dict[tuple[str, str, str], set[str]] = {}
    for address, models in listed.items():
        for model in models:
            key = (model.canonical_name or model.name, model.version, model.kind)
            rows.setdefault(key, model)
            where.setdefault(key, set()).add(address)
    apart = len(listed) > 1 and any(len(found) < len(listed) for found in where.values())
    names = [
        "Model",
        "For",
        "REST",
        "Streaming",
        "Formatted",
        "Languages",
        "Version",
        *(["Listed at"] if apart else []),
    ]
    asked = {wording.shown(one) for one in _asked(report)}
    order = sorted(rows, key=lambda key: (list(_KINDS).index(key[2]) if key[2] in _KINDS else 9, key))
    body = [_row(rows[key], sorted(where[key]) if apart else None, len(listed), asked) for key in order[:_MOST]]
    table = tag(
        "table", tag("thead", tag("tr", *(tag("th", name, scope="col") for name in names))), tag("tbody", *body)
    )
    left = len(rows) - _MOST
    more = tag("p", f"and {left} more; the JSON report has them all", cls="about") if left > 0 else None
    said = f"{count(len(rows), 'model')} listed"
    said += f" by {count(len(listed), 'address', 'addresses')}" if len(listed) > 1 else ""
    said += "; the addresses differ." if apart else "; a dash means that the listing does not say."
    return Part("models", "Models", join(wide(table, "Models"), more), said)


def _asked(report: Report) -> list[object]:
    """The models that were asked for, or the one that was taken from the listing."""
    named = report.settings.get("models", {}).get("value")
    judged = report.environment.get("judged_on")
    taken = judged.get("model") if isinstance(judged, Mapping) else None
    return list(named) if isinstance(named, (list, tuple)) and named else [taken] if taken else []


def _listings(report: Report) -> dict[str, tuple[Model, ...]]:
    found: dict[str, tuple[Model, ...]] = {}
    for seen in report.evidence:
        if isinstance(seen, Exchange) and seen.listing and not seen.purpose:
            found.setdefault(seen.address, seen.listing.models)
    return found


def _row(model: Model, at: list[str] | None, addresses: int, asked: set[str]) -> Markup:
    name = model.canonical_name or model.name
    wanted = asked & {name, model.name} or (model.architecture in asked and name.endswith("general"))
    languages = ", ".join(model.languages[:60]) or "–"
    return tag(
        "tr",
        tag("th", code(name), " ", tag("span", "tested", cls="chip") if wanted else None, scope="row"),
        tag("td", _KINDS.get(model.kind, model.kind)),
        *(tag("td", _yes(value)) for value in (model.batch, model.streaming, model.formatted)),
        tag("td", languages, cls="languages"),
        tag("td", model.version or "–"),
        tag("td", ", ".join(at) if len(at) < addresses else "all") if at is not None else None,
        cls="apart" if at is not None and len(at) < addresses else None,
    )


def _yes(value: bool | None) -> str:
    return "–" if value is None else "yes" if value else "no"
