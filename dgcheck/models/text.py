"""The table of models for a person, in 80 columns where the names allow it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dgcheck.model.report import Status
from dgcheck.models.expected import Result, name_of
from dgcheck.models.table import Place, Row, Table, Tried
from dgcheck.report import wording
from dgcheck.report.findings import causes
from dgcheck.report.harmless import block, in_ascii, one_line, paragraphs, word
from dgcheck.report.ink import Ink
from dgcheck.report.layout import NARROWEST, cells, hang, wrap

HEADS = ("model", "batch", "stream", "languages", "format", "version")
LONGEST_NAME = 40
GAP = 2
_WORDS = {"works": "works", "refused": "REFUSED", "failed": "FAILED", "not_served": "no"}
MOST_NAMES = 12  # voices and helpers that are named; -v names all


def render(
    table: Table,
    results: Sequence[Result],
    *,
    width: int,
    colour: bool,
    ascii: bool,  # noqa: A002 - the word that people know
    verbose: bool,
) -> str:
    """Lines of at most `width` columns, save for names that are longer."""
    page = _Page(table, results, Ink(colour, ascii), max(width, NARROWEST), verbose)
    sections = [page.head(), page.speech(), page.others(), page.places(), page.tried(), page.expected()]
    # Where there is a table, what is wrong is told in short; else it is what the person came for.
    short = bool(table.rows) and not verbose
    sections += [*(page.findings() if short else page.whole_findings()), page.last()]
    whole = "\n\n".join("\n".join(section) for section in sections if section) + "\n"
    return in_ascii(whole) if ascii else whole


class _Page:
    def __init__(self, table: Table, results: Sequence[Result], ink: Ink, width: int, verbose: bool) -> None:
        self.table = table
        self.results = results
        self.ink = ink
        self.width = width
        self.verbose = verbose

    def head(self) -> list[str]:
        """Target, when and from where."""
        report = self.table.report
        lines = [self.ink.strong(wording.target(report))]
        version = f"dgcheck {word(report.dgcheck, 40)}"
        fact = f"{version}, {wording.moment(report.started)}, seen from {wording.seen_from(report)}"
        lines += [self.ink.faint(line) for line in wrap(fact, self.width)]
        for caution in wording.cautions(report):
            lines += [self.ink.loud(line) for line in wrap(caution, self.width)]
        return lines

    def speech(self) -> list[str]:
        """The speech models in columns; the languages get what is left."""
        rows = self.table.of("stt")
        if not self.table.shape:
            return wrap(no_listing(self.table), self.width)
        if not rows:
            return ["No speech model is listed."]
        cells_of = [self._cells(row) for row in rows]
        heads = list(HEADS)
        widths = [max(cells(head), *(cells(row[place]) for row in cells_of)) for place, head in enumerate(heads)]
        widths[0] = min(widths[0], LONGEST_NAME)
        spent = sum(widths) - widths[3] + GAP * (len(heads) - 1)
        widths[3] = min(widths[3], max(self.width - spent, cells(heads[3])))
        lines = [self.ink.strong(_row(heads, widths))]
        for row, shown in zip(rows, cells_of, strict=True):
            spoken = wrap(shown[3], widths[3]) if self.verbose else [_fitting(row.model.languages, widths[3])]
            lines.append(_row([*shown[:3], spoken[0], *shown[4:]], widths))
            lines += [" " * (sum(widths[:3]) + 3 * GAP) + more for more in spoken[1:]]
        return [*lines, *self._legend(rows)]

    def _cells(self, row: Row) -> list[str]:
        model = row.model
        mark = "" if row.everywhere else " *"
        name = word(row.name, LONGEST_NAME - len(mark)) + mark
        ways = [way(model.batch, row.tried.get("batch")), way(model.streaming, row.tried.get("streaming"))]
        spoken = ", ".join(word(tag, 35) for tag in model.languages) or "?"
        return [name, *ways, spoken, flag(model.formatted), word(model.version, 40) or "?"]

    def _legend(self, rows: Iterable[Row]) -> list[str]:
        told = []
        if any(not row.everywhere for row in rows):
            told.append("* not listed at every address")
        if any("?" in cell for row in rows for cell in self._cells(row)):
            told.append("? the listing does not say")
        if self.table.requests:
            told.append("works, REFUSED, FAILED: asked by a request; yes: listed, not asked")
        return [self.ink.faint(line) for one in told for line in wrap(one, self.width)]

    def others(self) -> list[str]:
        """Flux models, voices and helpers, by their names."""
        lines = []
        for kind, called in (("flux", "Flux"), ("tts", "Voices"), ("helper", "Helpers")):
            rows = self.table.of(kind)
            if not rows:
                continue
            names = [word(row.name, 60) + ("" if row.everywhere else " *") for row in rows]
            kept = names if self.verbose else names[:MOST_NAMES]
            more = f" and {len(names) - len(kept)} more (-v)" if len(kept) < len(names) else ""
            how = _proved(rows)
            first = f"{called} ({len(rows)}{how}): "
            lines += hang(self.ink.strong(first), ", ".join(kept) + more, self.width, cells(first))
        return lines

    def places(self) -> list[str]:
        """A line for each address where there are several."""
        places = self.table.places
        if len(places) < 2:
            return []
        if all(one.listed and not one.differs for one in places):
            return [f"All {len(places)} addresses list the same."]
        longest = max(cells(word(one.address, 60)) for one in places)
        lines = [self.ink.strong("Addresses")]
        for one in places:
            address = word(one.address, 60)
            sign = self.ink.status(Status.PASS if one.listed and not one.differs else Status.FAIL)
            first = f"  {sign} {address}{' ' * (longest - cells(address))}  "
            lines += hang(first, place(one), self.width, 2 + self.ink.sign_width + 1 + longest + 2)
        return lines

    def tried(self) -> list[str]:
        """What --try did, and why it did not do more."""
        table = self.table
        if not table.requests:
            return []
        lines = []
        for row in table.rows:
            for way, one in row.tried.items():
                if one.outcome in ("refused", "failed"):
                    how = f"{one.status or ''} {one_line(one.says, 200)}".strip()
                    lines += hang("  ", f"{word(row.name, 60)}, {way}: {how}", self.width, 4)
        made = wording.count(table.requests, "request")
        why = table.stopped or "that is the limit (--most)"
        left = f"; {wording.count(table.untried, 'more was', 'more were')} not made: {why}" if table.untried else ""
        return [*wrap(f"{made} made to prove it{left}.", self.width), *lines]

    def expected(self) -> list[str]:
        """A line for each expectation that is not met or not known; how many are."""
        if not self.results:
            return []
        met = sum(one.met is True for one in self.results)
        lines = [self.ink.strong(f"Expected: {met} of {wording.count(len(self.results), 'model')}")]
        for one in self.results:
            if one.met is True and not self.verbose:
                continue
            status = {True: Status.PASS, False: Status.FAIL, None: Status.UNKNOWN}[one.met]
            said = f": {one_line(one.says)}" if one.says else ""
            first = f"  {self.ink.status(status)} "
            lines += hang(first, f"{one_line(name_of(one.expected), 200)}{said}", self.width, 3 + self.ink.sign_width)
        return lines

    def findings(self) -> list[list[str]]:
        """What is wrong beside the expectations that are told already, and the first thing to do about it."""
        sections = []
        for tree in causes(self.table.report):
            one = tree.finding
            code = word(one.code, 12)
            lines = hang(
                f"{self.ink.severity(one.severity)} {self.ink.faint(code)}  ",
                one_line(one.says),
                self.width,
                self.ink.sign_width + 3 + cells(code),
            )
            for remedy in one.remedies[:1]:
                lines += hang("  do: ", " ".join(paragraphs(remedy.do, 600)), self.width, 6)
                lines += [f"      {self.ink.command(line)}" for line in block(remedy.command) if remedy.command]
            sections.append(lines)
        return sections

    def whole_findings(self) -> list[list[str]]:
        """What is wrong, as the report of a run tells it."""
        if not self.table.report.findings:
            return []
        from dgcheck.report.text.wrong import findings  # what a table alone does not need

        return findings(self.table.report, self.ink, self.width, verbose=self.verbose)

    def last(self) -> list[str]:
        """What was not tested, then the verdict and what is listed."""
        lines = []
        if self.table.rows and not self.table.requests:
            lines = [self.ink.faint(line) for line in wrap("Not tested: whether it is served (--try).", self.width)]
        return [*lines, f"{self.ink.verdict(self.table.report.verdict)}  {counts(self.table)}"]


def no_listing(table: Table) -> str:
    """Why there is no table, and what tests a model all the same."""
    why = next((one.says for one in table.places if one.says), "")
    if not why or table.report.findings:
        return "There is no listing of models to show."
    url = table.report.target.get("url") or "URL"
    return (
        f"There is no listing of models to show: {one_line(why, 200)}. Some releases and gateways serve none; "
        f"`dgcheck run {one_line(str(url), 200)} --model NAME` tests a model without it."
    )


def counts(table: Table) -> str:
    """`3 speech models, 12 voices, 3 helpers`; what there is none of is left out, speech models apart."""
    if not table.shape:
        return "no listing was read"
    parts = [wording.count(len(table.of("stt")), "speech model")]
    for kind, one in (("flux", "Flux model"), ("tts", "voice"), ("helper", "helper")):
        found = len(table.of(kind))
        parts += [wording.count(found, one)] if found else []
    return ", ".join(parts)


def _row(values: Sequence[str], widths: Sequence[int]) -> str:
    padded = (value + " " * (size - cells(value)) for value, size in zip(values, widths, strict=True))
    return (" " * GAP).join(padded).rstrip()


def flag(said: bool | None) -> str:
    """yes, no, or ? for what the listing does not say."""
    return {True: "yes", False: "no", None: "?"}[said]


def way(said: bool | None, tried: Tried | None) -> str:
    """What is known of one way of serving: what a request has shown, else what is listed."""
    return _WORDS.get(tried.outcome, "") or flag(said) if tried is not None else flag(said)


def _fitting(languages: Sequence[str], width: int) -> str:
    """As many languages as fit, then how many more: `en, en-US +8`."""
    if not languages:
        return "?"
    tags = [word(tag, 35) for tag in languages]
    for count in range(len(tags), 0, -1):
        left = len(tags) - count
        shown = ", ".join(tags[:count]) + (f" +{left}" if left else "")
        if cells(shown) <= width:
            return shown
    return f"{len(tags)}" if len(tags) > 1 else tags[0]


def _proved(rows: Sequence[Row]) -> str:
    """What requests have shown of these rows: `, not served`, `, 3 proved`."""
    outcomes = [tried.outcome for row in rows for tried in row.tried.values()]
    if not outcomes:
        return ""
    if set(outcomes) == {"not_served"}:
        return ", not served here"
    proved = outcomes.count("works")
    failed = sum(one in ("refused", "failed") for one in outcomes)
    return f", {proved} proved" + (f", {failed} REFUSED" if failed else "")


def place(one: Place) -> str:
    """What one address lists, and how it differs from the others."""
    if not one.listed:
        return one_line(one.says, 200)
    said = wording.count(one.models, "model")
    if not one.differs:
        return said
    parts = [f"lacks {_names(one.lacks)}"] if one.lacks else []
    parts += [f"has besides {_names(one.adds)}"] if one.adds else []
    return f"{said}, DIFFERS: {'; '.join(parts) or 'it lists others than the next one'}"


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(one_line(one, 120) for one in names[:MOST_NAMES]) + more
