"""The top of the page: the verdict, then what is wrong with what to do, its effects folded beneath it."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.report import FilledRemedy, Finding, Report, Status
from dgcheck.report import wording
from dgcheck.report.findings import Cause
from dgcheck.report.harmless import paragraphs
from dgcheck.report.html.element import Markup, each, join, prose, tag
from dgcheck.report.html.marks import fold, snippet
from dgcheck.report.html.seen import Shelf
from dgcheck.report.html.ticket import ticket

_WORDS = {
    Status.PASS: "Everything that was asked works",
    Status.WARN: "It works, with a reservation",
    Status.FAIL: "Something is wrong",
    Status.UNKNOWN: "It could not be told",
    Status.SKIP: "Nothing was tested",
}
_FEW = 3  # remedies that are shown at once
_KINDS = {Severity.ERROR: "Cause", Severity.WARNING: "Warning", Severity.INFO: "Remark"}


def head(report: Report) -> Markup:
    """Verdict, target, when and from where; the buttons."""
    line = [tag("p", prose(wording.closing(report)), cls="counts")]
    facts = [f"{wording.moment(report.started)}, seen from {wording.seen_from(report)}"]
    typed, through = wording.given(report), wording.proxy(report)
    facts += [f"given as {typed}"] if typed else []
    facts += [f"through the proxy {through}"] if through else []
    said = ", ".join(f"{name} {value} ({origin})" for name, value, origin in wording.options(report))
    facts += [f"with {said}"] if said else []
    cautions = [tag("p", one, cls="caution") for one in wording.cautions(report)]
    verdict = tag("span", report.verdict.value.upper(), cls="verdict")
    buttons = tag(
        "div",
        tag("button", "Copy as Markdown", type="button", hidden=True, data_copies="ticket"),
        tag("button", "Open all folds", type="button", hidden=True, data_folds="open"),
        cls="buttons",
    )
    return tag(
        "header",
        tag(
            "div",
            verdict,
            tag("h1", tag("span", "dgcheck report on ", cls="unseen"), tag("code", wording.target(report))),
        ),
        *cautions,
        *line,
        each(tag("p", one, cls="about") for one in facts),
        buttons,
        ticket(report),
        cls="top",
    )


def part(report: Report, trees: tuple[Cause, ...], shelf: Shelf) -> Markup:
    """Each cause as a card, the answer first; remarks that nobody need act on share the last one."""
    told = [tree for tree in trees if tree.finding.severity is not Severity.INFO or tree.effects]
    remarks = [tree.finding for tree in trees if tree not in told]
    cards = [_card(tree, shelf, first=not place) for place, tree in enumerate(told)]
    if not told:
        cards = [
            tag("article", tag("h3", _WORDS[report.verdict]), tag("p", prose(report.tested, 600)), cls="card calm")
        ]
    if remarks:
        title = f"{wording.count(len(remarks), 'remark')}: nothing that must be done"
        cards.append(fold(title, tag("ul", *(_remark(one, shelf) for one in remarks), cls="remarks"), cls="card"))
    heading = tag("h2", "The answer", id="answer-title")
    return tag("section", heading, *cards, id="answer", aria_labelledby="answer-title", tabindex=-1)


def _name(finding: Finding) -> Markup:
    sure = None if finding.confidence is Confidence.CERTAIN else tag("span", finding.confidence.value, cls="chip")
    name = tag("code", f"{finding.code} {finding.cause}")
    return tag("p", tag("span", _KINDS[finding.severity], cls="chip kind"), name, sure, cls="name")


def _card(tree: Cause, shelf: Shelf, *, first: bool) -> Markup:
    finding = tree.finding
    why = [tag("p", prose(one, 8_000)) for one in paragraphs(finding.why)]
    effects = list(tree.all())[1:]
    return tag(
        "article",
        _name(finding),
        tag("h3", prose(finding.title, 200)),
        tag("p", prose(finding.says), cls="says"),
        fold("What this means", *why, opened=first) if why else None,
        _remedies(finding.remedies),
        _effects(effects, shelf) if effects else None,
        _rests(finding, shelf),
        cls=f"card is-{finding.severity.value}" + (" first" if first else ""),
    )


def _remedies(remedies: tuple[FilledRemedy, ...]) -> Markup | None:
    if not remedies:
        return None
    steps = [
        tag(
            "li",
            tag("p", prose(" ".join(paragraphs(one.do)))),
            snippet(one.command, f"remedy {number}") if one.command else None,
        )
        for number, one in enumerate(remedies, 1)
    ]
    shown = len(steps) if len(steps) == _FEW + 1 else _FEW  # one more is shown rather than folded
    first, others = steps[:shown], steps[shown:]
    more = tag("ol", *others, cls="remedies", start=shown + 1)
    return join(
        tag("h4", "What to do"),
        tag("ol", *first, cls="remedies"),
        fold(f"{wording.count(len(others), 'more remedy', 'more remedies')}, less likely", more) if others else None,
    )


def _rests(finding: Finding, shelf: Shelf) -> Markup | None:
    detail = prose(f": {finding.detail}", 200) if finding.detail else None
    return tag("p", "Rests on ", shelf.links(finding.evidence), detail, cls="about") if finding.evidence else None


def _effects(effects: list[Finding], shelf: Shelf) -> Markup:
    items = (
        tag("li", tag("code", f"{one.code} {one.cause}"), " ", prose(one.says), " ", shelf.links(one.evidence))
        for one in effects
    )
    return fold(f"Also seen because of this ({len(effects)})", tag("ul", *items), cls="effects")


def _remark(finding: Finding, shelf: Shelf) -> Markup:
    remedies = (
        join(tag("p", prose(" ".join(paragraphs(one.do)))), snippet(one.command, "command") if one.command else None)
        for one in finding.remedies[:2]
    )
    name = tag("code", f"{finding.code} {finding.cause}")
    return tag("li", tag("p", name, " ", prose(finding.says), " ", shelf.links(finding.evidence)), *remedies)
