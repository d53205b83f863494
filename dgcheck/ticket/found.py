"""What two runs found or were told differently: settings, versions, addresses, certificates, models, who answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dgcheck.model.evidence import Certificate, Configured, Exchange, Handshake, Listing, Lookup, Seen, Surroundings
from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass
from dgcheck.model.report import Report
from dgcheck.report import wording
from dgcheck.report.harmless import one_line, word
from dgcheck.ticket.place import Kind

_TOKEN = pattern(r"<redacted:[0-9a-f]{1,16}>")  # salted anew for each run, so that it tells nothing
# Settings that are of the printing, or of the moment.
_OWN = frozenset(
    {"outputs", "output", "color", "verbose", "quiet", "config", "dry_run", "termination_log", "show_sdk_config"}
    | {"wait", "interval", "give_up_after", "deadline", "active_deadline", "modes", "key_form", "only"}
    | {"redact", "redact_hosts"}
)
_MOST = 6  # names that are listed one by one


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing with its value in either report; '' where it has none there."""

    what: str
    old: str
    new: str


def settings(old: Report, new: Report) -> tuple[Difference, ...]:
    """Every setting of the run itself that had another value, with where each came from."""
    names = [name for name in dict.fromkeys((*old.settings, *new.settings)) if name not in _OWN]
    rows = (Difference(word(name, 60), _setting(old, name), _setting(new, name)) for name in names)
    return tuple(
        Difference(row.what, _with_origin(old, row.what, row.old), _with_origin(new, row.what, row.new))
        for row in rows
        if row.old != row.new
    )


def _setting(report: Report, name: str) -> str:
    return _clean(wording.shown(report.settings.get(name, {}).get("value")))


def _with_origin(report: Report, name: str, value: str) -> str:
    origin = wording.shown(report.settings.get(name, {}).get("origin"))
    value = value or ("none" if origin else "not known")
    return f"{value} ({one_line(origin, 80)})" if origin else value


def _clean(text: str) -> str:
    return one_line(_TOKEN.sub("<redacted>", text), 300)


def found(old: Report, new: Report, kind: Kind) -> tuple[Difference, ...]:
    """What was found differently, the surroundings first. Places differ in where they are, which is not told."""
    before, now = dict(_facts(old)), dict(_facts(new))
    if kind is Kind.PLACES:
        before.pop("seen from", None)
        now.pop("seen from", None)
    rows = [
        Difference(name, _clean(before.get(name, "")), _clean(now.get(name, "")))
        for name in dict.fromkeys((*before, *now))
    ]
    rows = [row for row in rows if row.old != row.new and ((row.old and row.new) or row.what in _ALONE)]
    return (*rows, *_models(old, new))


# Facts that say something also where one of the two has none.
_ALONE = frozenset({"proxy in use", "proxy variables", "search domains", "hosts file"})


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield "seen from", _place(report)
    yield "dgcheck", report.dgcheck
    yield from _surroundings(report)
    lookup = _first(report, Lookup)
    if lookup is not None and not lookup.literal:
        yield "name resolves to", ", ".join(sorted(lookup.addresses)) or lookup.error
    configured = _first(report, Configured)
    if configured is not None:
        yield "proxy in use", configured.proxy
    yield from _tls(report)
    yield from _answers(report)


def _place(report: Report) -> str:
    """The place without what Kubernetes and Docker make up anew for each start."""
    from dgcheck.ticket.place import place_of

    return " ".join(part for part in place_of(report.seen_from) if part)


def _surroundings(report: Report) -> Iterator[tuple[str, str]]:
    here = _first(report, Surroundings)
    if here is None:
        return
    yield "Python", here.python
    yield "OpenSSL", here.openssl
    yield "platform", here.platform
    yield "certificates trusted by default", here.trust_store
    yield "name servers", ", ".join(here.nameservers)
    yield "search domains", ", ".join(here.search)
    yield "hosts file", ", ".join(f"{address} {name}" for address, name in here.hosts)
    yield "proxy variables", ", ".join(f"{name}={value}" for name, value in sorted(here.proxies.items()))


def _tls(report: Report) -> Iterator[tuple[str, str]]:
    shaken = next((one for one in _all(report, Handshake) if one.check == "tls" and not one.purpose), None)
    if shaken is None:
        return
    yield "TLS version", shaken.version
    if shaken.chain:
        leaf = shaken.chain[0]
        yield "certificate", _certificate(leaf)
        yield "certificate issued by", leaf.issuer


def _certificate(leaf: Certificate) -> str:
    from datetime import UTC, datetime

    try:
        until = datetime.fromtimestamp(leaf.not_after, UTC).strftime("%Y-%m-%d")
    except (ValueError, OverflowError, OSError):
        until = "?"
    return f"{leaf.subject}, valid until {until}, SHA-256 {leaf.sha256[:16]}"


def _answers(report: Report) -> Iterator[tuple[str, str]]:
    """Who signs the answers, and what the deployment says of itself."""
    for header in ("server", "via"):
        signed = {
            one.response.header(header)
            for one in _all(report, Exchange)
            if one.response is not None and not one.purpose and one.response.header(header)
        }
        yield f"header {header}", ", ".join(sorted(signed)[:_MOST])


def _models(old: Report, new: Report) -> Iterator[Difference]:
    before, now = _listing(old), _listing(new)
    if before is None or now is None:
        return
    if before.shape != now.shape:
        yield Difference("shape of the listing", _clean(before.shape), _clean(now.shape))
    one, other = _versions(before), _versions(now)
    gone, come = sorted(one.keys() - other.keys()), sorted(other.keys() - one.keys())
    if gone or come:
        yield Difference("models listed by one alone", _listed(gone), _listed(come))
    for name in sorted(one.keys() & other.keys()):
        if one[name] != other[name]:
            yield Difference(f"version of {word(name, 60)}", _listed(sorted(one[name])), _listed(sorted(other[name])))


def _listing(report: Report) -> Listing | None:
    return next((one.listing for one in _all(report, Exchange) if one.check == "models" and one.listing), None)


def _versions(listing: Listing) -> Mapping[str, frozenset[str]]:
    found_: dict[str, set[str]] = {}
    for model in listing.models:
        found_.setdefault(model.canonical_name or model.name, set()).add(model.version)
    return {name: frozenset(versions) for name, versions in found_.items()}


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_MOST])
    left = len(names) - _MOST
    return _clean(f"{shown} and {left} more" if left > 0 else shown)


def _first(report: Report, kind: type[Any]) -> Any:
    return next(_all(report, kind), None)


def _all(report: Report, kind: type[Any]) -> Iterator[Any]:
    found_: Iterator[Seen] = (seen for seen in report.evidence if isinstance(seen, kind))
    return found_
