"""The addresses side by side: what each answered to the same questions, and which of them differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from dgcheck.model.evidence import Dial, Ending, Exchange, Handshake, Seen, Stream, Upgrade, Wire
from dgcheck.model.report import AddressResult, Report
from dgcheck.report.html.element import Child, Markup, each, join, prose, tag
from dgcheck.report.html.marks import name as code
from dgcheck.report.html.marks import status, wide
from dgcheck.report.html.part import Part
from dgcheck.report.html.seen import Shelf
from dgcheck.report.wording import count

_MOST = 16  # addresses in the table


def part(report: Report, shelf: Shelf) -> Part | None:
    """A column for each address; None where there is but one to look at."""
    addresses = _addresses(report, shelf)
    if len(addresses) < 2:
        return None
    shown = addresses[:_MOST]
    rows = [row for row in (*_checks(report, shown), *_answers(shelf, shown)) if row is not None]
    if not rows:
        return None
    head = tag("tr", tag("th", "Question", scope="col"), *(tag("th", code(one), scope="col") for one in shown))
    table = tag("table", tag("thead", head), tag("tbody", *rows), cls="replicas")
    left = len(addresses) - len(shown)
    more = tag("p", f"and {count(left, 'more address', 'more addresses')}", cls="about") if left > 0 else None
    about = "What each address answered to the same question. A marked row is one in which they differ."
    return Part("replicas", "Address by address", join(wide(table, "Address by address"), more), about)


def _addresses(report: Report, shelf: Shelf) -> list[str]:
    """Every address that a check or an answer names, in the order in which they were met."""
    named = [result.address for check in report.checks for result in check.addresses]
    asked: tuple[Dial | Wire, ...] = (*shelf.of(Dial), *shelf.of(Wire))
    named += [seen.address for seen in asked if not seen.purpose]
    return [address for address in dict.fromkeys(named) if address]


def _row(name: Child, cells: list[Markup | None], told: list[object]) -> Markup | None:
    """A row of one question. `told` is what decides whether the addresses differ, None where one was not asked."""
    if not any(cells):
        return None
    apart = any(one != other for one in told for other in told if one is not None and other is not None)
    mark = tag("span", "differs", cls="chip") if apart else None
    return tag(
        "tr",
        tag("th", name, " ", mark, scope="row"),
        *(tag("td", cell or "–") for cell in cells),
        cls="apart" if apart else None,
    )


def _checks(report: Report, addresses: list[str]) -> list[Markup | None]:
    """What the checks say of each address by themselves."""
    rows = []
    for check in report.checks:
        if len(check.addresses) > 1:
            by_address = {result.address: result for result in check.addresses}
            found = [by_address.get(address) for address in addresses]
            told: list[object] = [one and one.status for one in found]
            rows.append(_row(code(check.id, 24), [_result(one) if one else None for one in found], told))
    return rows


def _result(one: AddressResult) -> Markup:
    tried = f" ({one.passed} of {one.tries})" if one.tries > 1 else ""
    return join(status(one.status), " ", prose(one.summary, 200), tried)


def _answers(shelf: Shelf, addresses: list[str]) -> list[Markup | None]:
    """What the same requests were answered, counted."""
    questions: dict[str, Callable[[Seen], bool]] = {
        "connection": lambda seen: isinstance(seen, Dial),
        "certificate": lambda seen: isinstance(seen, Handshake) and bool(seen.chain),
        "GET /v1/models": lambda seen: isinstance(seen, Exchange) and seen.listing is not None,
        "POST /v1/listen": lambda seen: isinstance(seen, Exchange) and seen.request.method == "POST",
        "upgrade": lambda seen: isinstance(seen, Upgrade),
        "stream": lambda seen: isinstance(seen, Stream) and seen.plan != "after_first",
    }
    rows = []
    for name, asked in questions.items():
        cells: list[Markup | None] = []
        told: list[object] = []
        for address in addresses:
            said = Counter(
                _answer(seen)
                for seen in shelf.all
                if not seen.purpose and getattr(seen, "address", "") == address and asked(seen)
            )
            parts = (prose(f"{times} × {one}" if times > 1 else one, 200) for one, times in sorted(said.items()))
            cells.append(each(parts, "; ") if said else None)
            told.append(set(said) if said else None)
        rows.append(_row(name, cells, told))
    return rows


def _answer(seen: Seen) -> str:
    if isinstance(seen, (Exchange, Upgrade)) and seen.response:
        models = f", {count(len(seen.listing.models), 'model')}" if isinstance(seen, Exchange) and seen.listing else ""
        return f"{seen.response.status} {seen.response.reason}".strip() + models
    if isinstance(seen, Handshake) and seen.chain:
        return f"{seen.chain[0].subject}, serial {seen.chain[0].serial}"
    if isinstance(seen, Stream):
        words = sum(bool(heard.is_final and heard.transcript) for heard in seen.heard)
        end = f"closed with {seen.close_code}" if seen.close_code is not None else seen.ending.value.replace("_", " ")
        return f"{count(words, 'final result')}, {end}"
    if isinstance(seen, Dial) and seen.ending is Ending.ANSWERED:
        return "accepted"
    return seen.ending.value.replace("_", " ")
