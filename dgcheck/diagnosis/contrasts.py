"""What two addresses of one deployment show differently: statuses, headers, TLS, models, replicas, limits, times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Exchange, Handshake, Listing, Lookup, Response, Upgrade, Wire
from dgcheck.model.hops import Contrast
from dgcheck.model.pattern import pattern
from dgcheck.model.report import Report
from dgcheck.model.target import Settings
from dgcheck.readings.held import limits, sockets
from dgcheck.readings.uploads import uploads

_QUESTIONS = {
    "status": "GET /v1/status",
    "engine": "GET /v1/status/engine",
    "models": "GET /v1/models",
    "rest": "POST /v1/listen",
    "ws.upgrade": "WebSocket upgrade",
}
HOP_TIME = "hop_time"  # the purpose of the questions by which the time of a hop is measured
# Of each answer, or of each connection: that they differ says nothing.
_EACH = frozenset({"date", "content-length", "transfer-encoding", "connection", "keep-alive", "sec-websocket-accept"})
_WRITERS = frozenset({"server", "via", "location", "www-authenticate", "x-cache", "x-served-by", "x-powered-by"})
_CHANGING = pattern(r"(?i)\b(id|time|date|age|expires|etag|cookie|trace|span|nonce|report-to|nel|ray)\b|-ms$")
_MOST = 8  # names that are listed one by one
_LONG = 80  # characters of a header's value


def contrasts(near: Report, far: Report) -> tuple[Contrast, ...]:
    """Everything that differs, the statuses first."""
    one, other = _case(near), _case(far)
    return (
        *_statuses(one, other),
        *_headers(one, other),
        *_facts(one, other),
        *_limits(one, other),
    )


def _case(report: Report) -> Case:
    return Case(target=None, settings=Settings(), evidence=list(report.evidence))


def _asked(case: Case) -> dict[str, Wire]:
    """The checks' own questions, the first of each; not those that no connection came about for."""
    found: dict[str, Wire] = {}
    for check in _QUESTIONS:
        kind = Upgrade if check == "ws.upgrade" else Exchange
        seen = case.first(kind, check)
        if seen is not None and seen.ending is not Ending.CUT_SHORT:
            found[check] = seen
    return found


def _statuses(one: Case, other: Case) -> Iterator[Contrast]:
    first, second = _asked(one), _asked(other)
    for check, question in _QUESTIONS.items():
        if check in first and check in second:
            near, far = _ended(first[check]), _ended(second[check])
            if near != far:
                yield Contrast(question, near, far)


def _ended(seen: Wire) -> str:
    """The status, or how it ended without one."""
    if seen.response is not None:
        return f"{seen.response.status} {seen.response.reason}".strip()
    return seen.ending.value.replace("_", " ")


def _headers(one: Case, other: Case) -> Iterator[Contrast]:
    """Headers that the answers of one of the two have alone, or with another value."""
    first, second = _asked(one), _asked(other)
    told: set[tuple[str, str, str]] = set()
    for check in _QUESTIONS:
        near, far = (_response(questions.get(check)) for questions in (first, second))
        if near is None or far is None:
            continue
        before, after = _by_name(near), _by_name(far)
        names = {*before, *after}
        # Another status has other headers; those that tell who wrote it say something all the same.
        for name in sorted(names if near.status == far.status else names & _WRITERS):
            found = (before.get(name, ""), after.get(name, ""))
            same = bool(found[0]) == bool(found[1]) if _CHANGING.search(name) else found[0] == found[1]
            if not same and (name, *found) not in told:
                told.add((name, *found))
                yield Contrast(f"header {name}", *found)


def _response(seen: Wire | None) -> Response | None:
    return seen.response if seen is not None else None


def _by_name(response: Response) -> Mapping[str, str]:
    return {name.lower(): value[:_LONG] or "(empty)" for name, value in response.headers if name.lower() not in _EACH}


def _facts(one: Case, other: Case) -> Iterator[Contrast]:
    for what, near, far in (
        ("TLS", _tls(one), _tls(other)),
        ("models", *_models(one.listing, other.listing)),
        ("addresses", _addresses(one), _addresses(other)),
        ("listings behind one address", _listings(one), _listings(other)),
    ):
        if near != far:
            yield Contrast(what, near, far)


def _tls(case: Case) -> str:
    """Version and certificate, or why there is none; `none` where the address is plain HTTP."""
    shaken = case.handshake
    if shaken is None:
        return "none"
    chain = next((one.chain for one in case.of(Handshake, "tls", None) if one.chain), ())
    shown = f", {chain[0].subject} by {chain[0].issuer}" if chain else ""
    trusted = _trust(shaken)
    if not shaken.version and not trusted:
        return (shaken.alert or shaken.problem or shaken.ending.value).replace("_", " ")
    return f"{shaken.version or 'TLS'}{trusted}{shown}"


def _trust(shaken: Handshake) -> str:
    if shaken.verify_code is None:
        return ""
    return "" if shaken.verify_code == 0 else f", not trusted ({shaken.verify_message or shaken.verify_code})"


def _models(one: Listing | None, other: Listing | None) -> tuple[str, str]:
    """The models that only one of the two lists; '' twice where they agree or one has no listing."""
    if one is None or other is None:
        return "", ""
    first, second = _names(one), _names(other)
    if first == second:
        return "", ""
    return _only(first - second, len(first)), _only(second - first, len(second))


def _names(listing: Listing) -> frozenset[str]:
    return frozenset(
        f"{model.canonical_name or model.name}{f' {model.version}' if model.version else ''}"
        for model in listing.models
    )


def _only(names: frozenset[str], of: int) -> str:
    shown = sorted(names)[:_MOST]
    left = len(names) - len(shown)
    alone = f", only here {', '.join(shown)}{f' and {left} more' if left else ''}" if names else ""
    return f"{of} listed{alone}"


def _addresses(case: Case) -> str:
    lookup = case.first(Lookup)
    count = len(lookup.addresses) if lookup else 0
    return f"{count} of the name" if lookup and not lookup.literal and count != 1 else "1"


def _listings(case: Case) -> str:
    """How many different listings were read through one address: so many kinds of replicas at least."""
    found = {
        _names(seen.listing)
        for seen in case.of(Exchange, purpose=None)
        if seen.check in ("models", "replicas") and seen.listing is not None
    }
    return str(len(found)) if found else ""


def _limits(one: Case, other: Case) -> Iterator[Contrast]:
    near, far = _body(one), _body(other)
    if near and far and near != far:
        yield Contrast("largest body", near, far)
    near, far = _idle(one), _idle(other)
    if near and far and near != far:
        yield Contrast("streams are cut", near, far)


def _body(case: Case) -> str:
    """What is known of the largest body that is taken; '' where it was not looked for and nothing was refused."""
    found = uploads(case)
    if found is None or not (found.tries or found.refused):
        return ""
    if found.refused is None:
        return f"{found.taken} bytes were taken"
    return f"between {found.taken} and {found.refused.request.body_bytes} bytes"


def _idle(case: Case) -> str:
    if not sockets(case):
        return ""
    found = limits(case)
    words = {
        "silence": "after a silence of",
        "unheard": "after hearing nothing for",
        "drop": "unseen, after a silence of",
    }
    # To the second: two times of one timer differ by some tenths.
    said = [f"{words.get(one.kind, 'after')} {one.seconds:.0f} s" for one in found]
    return ", ".join(said) or "not in the time that was tried"


def added(near: Report, far: Report) -> float | None:
    """Seconds by which the first byte of a small answer comes later at the far one; None where one has none.

    Only what was asked for this purpose counts, when all runs were over: while they go on they make each other wait.
    """
    first, second = quickest(near), quickest(far)
    return None if first is None or second is None else round(second - first, 6)


def quickest(report: Report) -> float | None:
    """Seconds until the first byte of the quickest of the small answers that were asked for to measure it."""
    times = [
        round(phase.seconds, 6)  # as a saved report has it
        for seen in report.evidence
        if isinstance(seen, Exchange) and seen.purpose == HOP_TIME and seen.status is not None and seen.status < 400
        for phase in seen.phases
        if phase.name == "first_byte"
    ]
    return min(times, default=None)


def likeness(one: Report, other: Report) -> float:
    """How alike two addresses answer, from 0 to 1: the share of header lines that both have.

    Answers of the same status to the same question are compared, whatever the case of the names: proxies change it,
    some to what the deployment had.
    """
    first, second = _asked(_case(one)), _asked(_case(other))
    mine: set[tuple[str, str, str]] = set()
    theirs: set[tuple[str, str, str]] = set()
    for check in first.keys() & second.keys():
        near, far = first[check].response, second[check].response
        if near is not None and far is not None and near.status == far.status:
            mine |= _lines(check, near)
            theirs |= _lines(check, far)
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0


def _lines(check: str, response: Response) -> set[tuple[str, str, str]]:
    return {(check, name, "" if _CHANGING.search(name) else value) for name, value in _by_name(response).items()}
