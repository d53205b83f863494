"""The certificate: what was shown, how long it is good, and who trusts it."""

from __future__ import annotations

from datetime import UTC, datetime

from dgcheck.model.evidence import Certificate, Handshake
from dgcheck.model.report import Report
from dgcheck.report import sdks
from dgcheck.report.html.element import Child, Markup, each, join, tag
from dgcheck.report.html.marks import facts, fold, snippet, wide
from dgcheck.report.html.part import Part
from dgcheck.report.html.seen import Shelf
from dgcheck.report.html.waterfall import WIDTH, chart
from dgcheck.report.wording import count

_DAY = 86_400.0
_LEAVES = 6  # different certificates that are shown
_MOST = 40  # handshakes in the table
_SOON = 30  # days before the end from which on it is said loudly
_TRUST = {"default": "this machine's list", "certifi": "certifi's list", "ca_file": "the CA file", "none": "not judged"}


def part(report: Report, shelf: Shelf) -> Part | None:
    """A card for each certificate that was shown; None where nobody spoke TLS."""
    shaken = list(shelf.of(Handshake))
    if not shaken:
        return None
    now = moment(report.started)
    shown: dict[str, Handshake] = {}
    for seen in shaken:
        if seen.chain:
            shown.setdefault(_key(seen.chain[0]), seen)
    cards = [_card(one, now, shaken) for one in list(shown.values())[:_LEAVES]]
    body = join(*cards, _handshakes(shaken, shelf), _stores(report))
    return Part("certificate", "The certificate" if len(shown) < 2 else "The certificates", body)


def moment(text: str) -> float | None:
    """Epoch seconds of a moment in RFC 3339; None where it is none."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None


def day(seconds: float) -> str:
    """`2026-10-02 00:00 UTC`."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return "?"


def _key(leaf: Certificate) -> str:
    return leaf.sha256 or f"{leaf.subject} {leaf.serial}"


def _card(seen: Handshake, now: float | None, shaken: list[Handshake]) -> Markup:
    leaf = seen.chain[0]
    at = sorted({one.address for one in shaken if one.chain and _key(one.chain[0]) == _key(leaf)})
    judged = [one for one in shaken if one.address in at and one.verify_code is not None]
    rows: list[tuple[str, Child]] = [
        ("issued to", tag("code", leaf.subject)),
        (
            "issued by",
            tag("code", leaf.issuer) if not leaf.self_signed else join(tag("code", leaf.issuer), " (itself)"),
        ),
        ("names", each((tag("code", name) for name in leaf.names[:40]), ", ") if leaf.names else "none"),
        ("key", f"{leaf.key_kind} {leaf.key_bits}, {leaf.signature}"),
        ("serial", tag("code", leaf.serial)),
        ("SHA-256", tag("code", leaf.sha256)),
        ("shown at", ", ".join(at)),
        ("judged", "; ".join(dict.fromkeys(map(_judged, judged))) or "by nobody"),
    ]
    chain = [_link(place, one, now) for place, one in enumerate(seen.chain[:10])]
    return tag(
        "article",
        tag("h3", leaf.subject),
        _validity(leaf, now),
        facts(rows),
        fold(f"The chain as sent: {count(len(seen.chain), 'certificate')}", tag("ol", *chain, cls="chain")),
        cls="card certificate",
    )


def _validity(leaf: Certificate, now: float | None) -> Markup:
    length = leaf.not_after - leaf.not_before
    said = f"good from {day(leaf.not_before)} until {day(leaf.not_after)}"
    if now is None or not length > 0:
        return tag("p", said)
    left = (leaf.not_after - now) / _DAY
    if now < leaf.not_before:
        state, cls = f"not good yet, for {count(round((leaf.not_before - now) / _DAY), 'day')}", "fail"
    elif left < 0:
        state, cls = f"expired {count(round(-left), 'day')} ago", "fail"
    else:
        state, cls = f"{count(int(left), 'day')} left", "warn" if left < _SOON else "pass"
    gone = round(min(max((now - leaf.not_before) / length, 0.0), 1.0) * WIDTH, 1)
    inside = join(
        tag("rect", x=0, y=5, width=WIDTH, height=6, cls="whole"),
        tag("rect", x=0, y=5, width=gone, height=6, cls=f"gone is-{cls}"),
    )
    return join(
        tag("p", tag("strong", state, cls=f"is-{cls}"), ": ", said, cls="validity"),
        chart(inside, f"{state}: {round(gone / WIDTH * 100)} percent of its time is over"),
    )


def _judged(seen: Handshake) -> str:
    against = _TRUST.get(seen.trust, seen.trust)
    if seen.verify_code is None:
        return "not judged"
    if seen.verify_code == 0:
        return f"trusted by {against}"
    return f"not trusted by {against}: {seen.verify_message or f'code {seen.verify_code}'}"


def _link(place: int, one: Certificate, now: float | None) -> Markup:
    over = " (expired)" if now is not None and one.not_after < now else ""
    kind = "itself" if one.self_signed else one.issuer
    text = join(tag("code", one.subject), f" by {kind}, until {day(one.not_after)}{over}")
    pem = fold("PEM", snippet(one.pem, f"certificate {place + 1} as PEM", 12_000)) if one.pem else None
    return tag("li", text, pem)


def _handshakes(shaken: list[Handshake], shelf: Shelf) -> Markup:
    rows = (
        tag(
            "tr",
            tag("td", shelf.link(seen.id)),
            tag("td", tag("code", f"{seen.address}:{seen.port}"), " ", seen.purpose.replace("_", " ")),
            tag("td", seen.server_name or "nobody"),
            tag("td", " ".join(filter(None, (seen.version, seen.cipher, seen.alpn))) or seen.ending.value),
            tag("td", " ".join(filter(None, (_judged(seen), seen.alert and f"alert {seen.alert}", seen.problem)))),
        )
        for seen in shaken[:_MOST]
    )
    head = tag(
        "tr", *(tag("th", name, scope="col") for name in ("Evidence", "Address", "Asked as", "Agreed on", "Judged"))
    )
    table = tag("table", tag("thead", head), tag("tbody", *rows))
    return fold(count(len(shaken), "handshake"), wide(table, "Handshakes"))


def _stores(report: Report) -> Markup | None:
    rows = sdks.trust(report, verbose=True)
    if not rows:
        return None
    head = tag("tr", *(tag("th", name, scope="col") for name in ("List", "Verdict", "Used by", "A CA is added by")))
    body = (tag("tr", tag("th", row[0], scope="row"), *(tag("td", one) for one in row[1:])) for row in rows)
    table = tag("table", tag("thead", head), tag("tbody", *body))
    return join(tag("h3", "Who trusts this certificate"), wide(table, "Who trusts this certificate"))
