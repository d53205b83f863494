"""One line for one piece of evidence: what was asked, what came back, how long it took. No opinion."""

from __future__ import annotations

from collections.abc import Callable

from dgcheck.model.beside import Beside
from dgcheck.model.evidence import (
    Banner,
    Configured,
    Dial,
    DnsAnswer,
    Ending,
    Exchange,
    Foretold,
    Handshake,
    Lookup,
    Response,
    Seen,
    Stream,
    Surroundings,
    Upgrade,
    Wire,
)
from dgcheck.model.held import Held
from dgcheck.model.hops import Passage
from dgcheck.model.served import Served
from dgcheck.model.sound import Sound
from dgcheck.report.harmless import one_line
from dgcheck.report.wording import count, duration, on_the_wire

_TELLING = ("dg-error", "dg-request-id", "server", "via", "location", "www-authenticate", "retry-after", "allow")
_WORDS = {
    Ending.ANSWERED: "answered",
    Ending.REFUSED: "connection refused",
    Ending.UNREACHABLE: "unreachable",
    Ending.RESET: "connection reset",
    Ending.CLOSED: "closed before a complete answer",
    Ending.TIMED_OUT: "no answer in time",
    Ending.CUT_SHORT: "the run ended first",
    Ending.BROKEN: "an answer that the protocol does not allow",
    Ending.TOO_MUCH: "more than dgcheck reads",
    Ending.NOT_CONNECTED: "no connection to ask on",
    Ending.FAILED: "failed",
}


def line(seen: Seen) -> str:
    """The evidence on one safe line, its id first."""
    said = _SAID.get(type(seen), _other)(seen)
    time = on_the_wire(seen.phases)
    taken = f", {duration(time)}" if time is not None else ""
    why = f" [{seen.purpose.replace('_', ' ')}]" if seen.purpose else ""
    return one_line(f"{seen.id}  {seen.check}{why}: {said}{taken}", 600)


def _how(seen: Seen) -> str:
    return _WORDS[seen.ending] + (f" ({seen.problem})" if seen.problem else "")


def _place(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _other(seen: Seen) -> str:
    return _how(seen)


def _passage(seen: Passage) -> str:
    bad = f", fails: {', '.join(seen.bad)}" if seen.bad else ""
    return (
        f"address {seen.place + 1}, {seen.name} {seen.url}: {seen.verdict}{f' ({seen.code})' if seen.code else ''}{bad}"
    )


def _beside(seen: Beside) -> str:
    via = f" through {seen.via_proxy}" if seen.via_proxy else ""
    if seen.response is None:
        return f"GET {seen.url}{via}: {_how(seen)}"
    kept = f", {count(len(seen.samples), 'metric')} kept" if seen.samples else ""
    return f"GET {seen.url}{via}: {seen.response.status} {seen.response.reason}".rstrip() + kept


def _served(seen: Served) -> str:
    if not seen.url:
        return _how(seen)
    taken = [
        f"{visit.address} took {'all' if visit.whole else visit.sent_bytes} of {seen.file_bytes} bytes"
        for visit in seen.visits
    ]
    others = [f"{count(seen.strangers, 'other request')} got 404"] if seen.strangers else []
    return f"served {seen.url}: {', '.join([*(taken or ['nobody came']), *others])}"


def _configured(seen: Configured) -> str:
    parts = [seen.url or seen.given]
    parts += [seen.url_problem] if seen.url_problem else []
    parts += [f"key from {seen.key_origin}"] if seen.key_origin else []
    parts += [f"through the proxy {seen.proxy}"] if seen.proxy else []
    return ", ".join(parts)


def _surroundings(seen: Surroundings) -> str:
    parts = [seen.hostname, seen.platform, f"nameservers {' '.join(seen.nameservers) or 'none'}"]
    parts += [f"search {' '.join(seen.search)} (ndots {seen.ndots})"] if seen.search else []
    parts += [f"hosts file: {address} {name}" for address, name in seen.hosts[:4]]
    return ", ".join(part for part in parts if part)


def _lookup(seen: Lookup) -> str:
    if seen.literal:
        return f"{seen.name} is an address"
    found = ", ".join(seen.addresses) or seen.error or _how(seen)
    return f"{seen.name} → {found}" + (" (by --resolve)" if seen.pinned else "")


def _dns_answer(seen: DnsAnswer) -> str:
    found = " ".join((seen.rcode, *seen.addresses)).strip() or _how(seen)
    return f"{seen.rtype} {seen.name} at {seen.server} → {found}" + (f", alias of {seen.cname}" if seen.cname else "")


def _dial(seen: Dial) -> str:
    how = "connected" if seen.ending is Ending.ANSWERED else _how(seen)
    via = f" through the proxy {seen.via_proxy}" if seen.via_proxy else ""
    return f"{_place(seen.address, seen.port)}{via} → {how}" + (f", {seen.errno}" if seen.errno else "")


def _handshake(seen: Handshake) -> str:
    parts = [" ".join(word for word in (seen.version, seen.cipher, seen.alpn) if word) or _how(seen)]
    if seen.verify_code is not None:
        parts.append("verified" if seen.verify_code == 0 else seen.verify_message or f"verify code {seen.verify_code}")
    parts += [f"alert {seen.alert}"] if seen.alert else []
    parts += [f"{certificate.subject} by {certificate.issuer}" for certificate in seen.chain[:1]]
    return f"TLS with {_place(seen.address, seen.port)} as {seen.server_name or 'nobody'} → {', '.join(parts)}"


def _answer(response: Response) -> str:
    body = f', "{response.body[:160]}"' if response.body and response.status != 200 else ""
    told = "".join(f", {name}: {response.header(name)[:120]}" for name in _TELLING if response.header(name))
    return f"{response.status} {response.reason}".strip() + told + body


def _wire(seen: Wire) -> str:
    where = f" at {_place(seen.address, seen.port)}" if seen.address else ""
    how = _answer(seen.response) if seen.response else _how(seen)
    raw = f', "{seen.raw[:120]}"' if seen.raw else ""
    sent = f" with {seen.request.body_bytes} bytes" if seen.check == "rest.size" else ""
    return f"{seen.request.method} {seen.request.target}{sent}{where} → {how}{raw}"


def _upgrade(seen: Upgrade) -> str:
    offered = f" offering {', '.join(seen.offered)}" if seen.offered else ""
    return _wire(seen) + offered + (f", {seen.accept_problem}" if seen.accept_problem else "")


def _stream(seen: Stream) -> str:
    finals = sum(1 for heard in seen.heard if heard.is_final and heard.transcript)
    heard = " ".join(heard.transcript for heard in seen.heard if heard.is_final and heard.transcript)
    end = f"closed by {seen.closed_by}" if seen.closed_by else _how(seen)
    code = f" with {seen.close_code}{f' {seen.close_reason}' if seen.close_reason else ''}" if seen.close_code else ""
    said = f', "{heard[:160]}"' if heard else ""
    return f"{count(len(seen.heard), 'message')}, {finals} final{said}, {end}{code}"


def _held(seen: Held) -> str:
    lived = duration(max(0.0, seen.ended_at - seen.opened_at))
    end = f"closed by {seen.closed_by}" if seen.closed_by else _how(seen)
    code = f" with {seen.close_code}{f' {seen.close_reason}' if seen.close_reason else ''}" if seen.close_code else ""
    goodbye = ", after CloseStream" if seen.farewell_at is not None else ""
    lost = f", {count(seen.unacked, 'segment')} not acknowledged" if seen.unacked else ""
    return f"{seen.plan}, to be held for {duration(seen.tried)}, {end}{code} after {lived}{goodbye}{lost}"


def _sound(seen: Sound) -> str:
    parts = [f"{seen.size} bytes", seen.form or "no known audio", seen.encoding, f"{seen.rate} Hz" if seen.rate else ""]
    parts += [f"{seen.lasts:.2f} s" if seen.lasts else "", "silent" if seen.silent else ""]
    parts += [f"it {seen.trouble}" if seen.trouble else ""]
    return f"{seen.voice} spoke in {seen.heard_in}: {', '.join(part for part in parts if part)}"


def _foretold(seen: Foretold) -> str:
    set_to = f" with {seen.option}={seen.value}" if seen.option else ""
    parts = [seen.outcome.replace("_", " ") + (f" {seen.url}" if seen.url else "")]
    parts += [seen.error] if seen.error else []
    return f"{seen.title} {seen.version}, {seen.transport}{set_to} → foretold: {', '.join(parts)}"


def _banner(seen: Banner) -> str:
    said = f'"{seen.got[:120]}"' if seen.got else "nothing"
    return f"{_place(seen.address, seen.port)} says {said}" + (f' to "{seen.sent[:60]}"' if seen.sent else "")


_SAID: dict[type[Seen], Callable[..., str]] = {
    Configured: _configured,
    Surroundings: _surroundings,
    Lookup: _lookup,
    DnsAnswer: _dns_answer,
    Dial: _dial,
    Handshake: _handshake,
    Exchange: _wire,
    Upgrade: _upgrade,
    Stream: _stream,
    Held: _held,
    Banner: _banner,
    Sound: _sound,
    Foretold: _foretold,
    Served: _served,
    Beside: _beside,
    Passage: _passage,
}
