"""The first lines of a ticket: what a support engineer asks for before anything else, ready to be pasted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dgcheck.model.catalogue import Severity
from dgcheck.model.evidence import Foretold, Seen, Stream, Wire
from dgcheck.model.record import dataclass
from dgcheck.model.report import Report, Status
from dgcheck.report import wording
from dgcheck.report.markdown import cell, code, code_cell, inert
from dgcheck.ticket.page import epoch, utc
from dgcheck.ticket.release import certificates, dates, proofs, span
from dgcheck.wire.results import read_transcription
from dgcheck.wire.server_error import read as read_error

_MOST_OPTIONS = 40
_MOST_IDS = 24
_ID = "dg-request-id"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that the deployment knows by its id."""

    id: str
    when: str  # UTC
    what: str
    status: str
    evidence: str
    failed: bool


def first_lines(report: Report, note: str = "") -> list[str]:
    """Markdown: verdict and cause, what was asked when, ids, models, versions. `note` is the person's own."""
    root = report.root
    lines = [f"**Deployment:** {code(wording.target(report))}  ", f"**Verdict:** {report.verdict.value}"]
    if root is not None and root.severity is not Severity.INFO:
        lines[-1] += "  "
        sure = "" if root.confidence.value == "certain" else f" ({root.confidence.value})"
        lines.append(f"**Cause:** {code(f'{root.code} {root.cause}')}{sure}: {inert(root.says, 1000)}")
    if note:
        lines += ["", "**Note:**", "", *(f"> {inert(line, 2000)}" for line in note.splitlines()[:200])]
    lines += ["", "| | |", "|---|---|", *(f"| {cell(name)} | {value} |" for name, value in _facts(report))]
    return [*lines, "", *_ids(report)]


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield "asked", f"{cell(wording.moment(report.started))} to {cell(wording.moment(report.ended))}"
    yield "seen from", cell(wording.seen_from(report))
    through = wording.proxy(report)
    if through:
        yield "through the proxy", cell(through)
    failed = [check.id for check in report.checks if check.status is Status.FAIL]
    yield "failed checks", cell(", ".join(failed) or "none")
    asked = report.environment.get("judged_on", {})
    models = asked.get("models") if isinstance(asked, dict) else None
    own = "" if report.settings.get("models", {}).get("value") else " (dgcheck's own choice)"
    named = ", ".join(map(str, models)) + own if isinstance(models, list) and models else "none"
    yield "models asked for", cell(named)
    served = models_served(report.evidence)
    if served:
        yield "models that answered", cell("; ".join(served))
    found = proofs(report.evidence)
    yield "release of the deployment", cell(span(found))
    for proof in found:
        yield "↳ proved by", cell(f"{proof.says}, evidence {proof.evidence}")
    for address, shown in certificates(report.evidence):
        yield "product certificate", cell(f"{dates(shown)} ({address}); the dates name no release")
    sdk = [seen for seen in report.evidence if isinstance(seen, Foretold)]
    sdks = ", ".join(dict.fromkeys(f"{seen.title} {seen.version}" for seen in sdk))
    yield "SDK", cell(sdks or "not named; `--sdk SDK@VERSION` asks as one does")
    options = [
        f"{code_cell(f'{name}={value}', 300)} ({cell(origin)})" for name, value, origin in wording.options(report)
    ]
    yield "settings", ", ".join(options[:_MOST_OPTIONS]) or "all defaults"
    yield "programs", cell(wording.versions(report))
    yield "this run in their logs", code_cell(wording.log_hint(report)) or "nobody was reached"


def models_served(evidence: Sequence[Seen]) -> list[str]:
    """`general-nova-3 2025-07-31.0 (nova-3)` for each model that a transcription names, in order of appearance."""
    found: dict[str, None] = {}
    for seen in evidence:
        if isinstance(seen, Wire) and seen.response is not None and seen.request.path.endswith("/listen"):
            read = read_transcription(seen.response.body)
            for name, version, architecture in read.named if read else ():
                found[f"{name} {version} ({architecture})"] = None
    return list(found)


def _ids(report: Report) -> Iterator[str]:
    asked = request_ids(report)
    if not asked:
        came = any(isinstance(seen, Wire) and seen.response is not None for seen in report.evidence)
        none = "No answer carried a request id, so none of them can be said to come from the deployment itself."
        yield none if came else "No answer came, so there is no request id."
        return
    yield from ("**Request ids**" + (", those of what failed first" if asked[0].failed else ""), "")
    yield from ("| request id | when | what | answer | evidence |", "|---|---|---|---|---|")
    for one in asked[:_MOST_IDS]:
        yield f"| {code_cell(one.id)} | {one.when} | {code_cell(one.what, 200)} | {cell(one.status)} | {one.evidence} |"
    if len(asked) > _MOST_IDS:
        yield from ("", f"and {len(asked) - _MOST_IDS} more, all of requests that were served; see report.json")


def request_ids(report: Report) -> list[Asked]:
    """Every request that was answered with an id: those that failed, then the others, each in their order."""
    began = epoch(report.started)
    streams = {seen.upgrade: seen for seen in report.evidence if isinstance(seen, Stream)}
    found = []
    for seen in report.evidence:
        if not isinstance(seen, Wire) or seen.response is None:
            continue
        body = read_error(seen.response.body, seen.response.header("content-type"))
        known = seen.response.header(_ID) or body.request_id
        if not known:
            continue
        stream = streams.get(seen.id)
        status = f"{seen.response.status} {seen.response.reason}".strip()
        if stream is not None and stream.close_code is not None:
            status += f", closed with {stream.close_code} {stream.close_reason}".rstrip()
        start = seen.phases[-1].start if seen.phases else 0.0
        when = utc(seen.local_time) or utc(began + start)
        failed = seen.response.status >= 400 or (stream is not None and stream.close_code not in (None, 1000, 1005))
        found.append(Asked(known, when, f"{seen.request.method} {seen.request.target}"[:300], status, seen.id, failed))
    return sorted(found, key=lambda one: not one.failed)
