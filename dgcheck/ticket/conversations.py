"""What went over the wire, one file for each question: heads as they were sent and came, bodies, frames, how it ended.

Evidence is redacted before it gets here. Lines that begin with `#` are dgcheck's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dgcheck.model.beside import Beside
from dgcheck.model.evidence import Banner, Ending, Handshake, Heard, Request, Response, Seen, Stream, Upgrade, Wire
from dgcheck.model.held import Held
from dgcheck.model.report import Report
from dgcheck.model.served import Served
from dgcheck.report import saw
from dgcheck.report.wording import duration
from dgcheck.ticket.page import columns, epoch, lines_of, page, utc

FOLDER = "evidence"
_MOST_HEARD = 500  # messages of one stream


def conversations(report: Report) -> Iterator[tuple[str, str]]:
    """(name, text): a line for each piece of evidence, then a file for every question, stream, and what a port said."""
    yield f"{FOLDER}/index.txt", page(saw.line(seen) for seen in report.evidence)
    began = epoch(report.started)
    upgrades = {seen.id: seen for seen in report.evidence if isinstance(seen, Upgrade)}
    for seen in report.evidence:
        if isinstance(seen, Wire):
            yield _name(seen), page(_wire(seen, began))
        elif isinstance(seen, Stream):
            yield _name(seen), page(_stream(seen, began, upgrades))
        elif isinstance(seen, Beside):
            yield _name(seen), page(_beside(seen, began))
        elif isinstance(seen, Held):
            yield _name(seen), page(_held(seen, began))
        elif isinstance(seen, Served):
            yield _name(seen), page(_served(seen, began))
        elif isinstance(seen, Banner):
            yield _name(seen), page(_banner(seen, began))
        elif isinstance(seen, Handshake) and (seen.alert or seen.first_bytes or seen.ending is not Ending.ANSWERED):
            yield _name(seen), page(_handshake(seen, began))


def _name(seen: Seen) -> str:
    kinds = {Stream: "stream", Banner: "banner", Handshake: "tls", Upgrade: "upgrade", Held: "held", Served: "served"}
    number = seen.id.removeprefix("e")
    place = f"e{int(number):03d}" if number.isascii() and number.isdigit() and len(number) < 9 else "e"
    words = "-".join(part for part in (place, seen.check, kinds.get(type(seen), "http"), seen.purpose) if part)
    return f"{FOLDER}/{''.join(char if char.isascii() and char.isalnum() else '-' for char in words)}.txt"


def _head(seen: Seen, began: float, rows: list[tuple[str, str]]) -> list[str]:
    start = seen.phases[0].start if seen.phases else None
    facts = [("evidence", seen.id), ("check", seen.check + (f", {seen.purpose}" if seen.purpose else ""))]
    facts += [("when", utc(began + start))] if began and start is not None else []
    facts += rows
    facts.append(("ended", f"{seen.ending.value}{f': {seen.problem}' if seen.problem else ''}"))
    phases = ", ".join(f"{phase.name} {duration(phase.seconds)}" for phase in seen.phases)
    facts += [("phases", phases)] if phases else []
    return [f"# {line}" for line in columns(facts)]


def _place(address: str, port: int) -> str:
    return (f"[{address}]:{port}" if ":" in address else f"{address}:{port}") if address else ""


def _wire(seen: Wire, began: float) -> Iterator[str]:
    rows = [("url", seen.url)]
    if seen.address:
        how = f"{' over TLS' if seen.tls else ''}{'' if seen.new_connection else ', on a connection that was open'}"
        rows.append(("to", _place(seen.address, seen.port) + how))
    rows += [("through", f"the proxy {seen.via_proxy}")] if seen.via_proxy else []
    rows += [("answered at", f"{utc(seen.local_time)} by this machine's clock")] if seen.response else []
    rows += [("rests on", ", ".join(seen.rests_on))] if seen.rests_on else []
    rows += [("handshake", seen.accept_problem)] if isinstance(seen, Upgrade) and seen.accept_problem else []
    yield from _head(seen, began, rows)
    if seen.proxy_response is not None:
        yield from ("", "# the proxy's answer to CONNECT", *_response(seen.proxy_response))
    if seen.ending is Ending.NOT_CONNECTED:
        yield from ("", "# nothing was sent: there was no connection")
        return
    yield from ("", "# sent", *_request(seen.request), "", "# came")
    if seen.response is not None:
        yield from _response(seen.response)
    elif seen.raw:
        yield from ("# no HTTP; the first bytes, escaped:", *lines_of(seen.raw))
    else:
        yield "# nothing"


def _request(request: Request) -> Iterator[str]:
    yield f"{request.method} {request.target} HTTP/1.1"
    yield from (f"{name}: {value}" for name, value in request.headers)
    if request.body_bytes:
        yield from ("", f"# body: {request.body_sent} of {request.body_bytes} bytes were sent; not kept here")


def _response(response: Response) -> Iterator[str]:
    for status in response.interim:
        yield f"HTTP/{response.version} {status}"
    yield f"HTTP/{response.version} {response.status} {response.reason}".rstrip()
    yield from (f"{name}: {value}" for name, value in response.headers)
    if response.body:
        yield from ("", *lines_of(response.body))
    kept = len(response.body.encode("utf-8", "replace"))
    if response.body_bytes > kept or not response.complete:
        end = "" if response.complete else "; the answer was cut off"
        yield from ("", f"# body: {response.body_bytes} bytes came on the wire, the beginning is kept{end}")


def _stream(seen: Stream, began: float, upgrades: Mapping[str, Upgrade]) -> Iterator[str]:
    upgrade = upgrades.get(seen.upgrade)
    rows = [("socket", f"opened by {seen.upgrade}{f' ({upgrade.url})' if upgrade else ''}"), ("to", seen.address)]
    rows.append(("plan", seen.plan.replace("_", " ")))
    rows.append(("sent", f"{seen.sent_messages} messages, {seen.sent_bytes} bytes, {seen.audio_seconds:g} s of speech"))
    rows.append(("came", f"{len(seen.heard)} messages, {seen.heard_bytes} bytes"))
    yield from _head(seen, began, rows)
    yield from ("", "# seconds from the start of the run")
    events = [(seen.opened_at, "socket open")] if seen.opened_at else []
    events += [(seen.audio_sent_at, "last audio sent")] if seen.audio_sent_at is not None else []
    events += [(seen.close_sent_at, 'sent {"type":"CloseStream"}')] if seen.close_sent_at is not None else []
    events += [(heard.at, f"came {_heard(heard)}") for heard in seen.heard[:_MOST_HEARD]]
    for at, what in sorted(events, key=lambda event: event[0]):
        yield f"{at:9.3f}  {what}"
    yield f"{seen.ended_at:9.3f}  {_close(seen)}"
    if len(seen.heard) > _MOST_HEARD:
        yield f"# {len(seen.heard) - _MOST_HEARD} more messages are in report.json"


def _heard(heard: Heard) -> str:
    return heard.text or heard.kind


def _close(seen: Stream | Held) -> str:
    by = {"server": "the server", "client": "dgcheck", "fin": "the end of the connection", "reset": "a reset"}
    end = f"ended by {by.get(seen.closed_by, seen.closed_by)}" if seen.closed_by else f"ended: {seen.ending.value}"
    if seen.close_code is None:
        return f"{end}, no close frame came"
    if seen.close_code == 1005:
        return f"{end}, a close frame without a code came"
    return f"{end}, close frame {seen.close_code}{f' {seen.close_reason}' if seen.close_reason else ''}"


def _beside(seen: Beside, began: float) -> Iterator[str]:
    rows = [("asked", seen.which.replace("_", " ")), ("url", seen.url), ("to", _place(seen.address, seen.port))]
    rows += [("through", f"the proxy {seen.via_proxy}")] if seen.via_proxy else []
    yield from _head(seen, began, rows)
    yield from ("", "# sent", f"GET {seen.path} HTTP/1.1", "", "# came")
    if seen.response is not None:
        yield from _response(seen.response)
    else:
        yield from ("# no HTTP; the first bytes, escaped:", *lines_of(seen.raw)) if seen.raw else ("# nothing",)


def _held(seen: Held, began: float) -> Iterator[str]:
    rows = [("socket", f"opened by {seen.upgrade}"), ("to", seen.address), ("plan", f"{seen.plan}, {seen.tried:g} s")]
    rows.append(("sent", f"{seen.sent_messages} messages, {seen.sent_bytes} bytes, {seen.keepalives} KeepAlive"))
    rows.append(("came", f"{seen.heard_messages} messages, {seen.results} Results"))
    yield from _head(seen, began, rows)
    yield from ("", "# seconds from the start of the run")
    events = [
        (seen.opened_at, "socket open"),
        (seen.audio_sent_at, "audio sent"),
        (seen.farewell_at, 'sent {"type":"CloseStream"}'),
        (seen.spoke_at, "last sent before the end"),
        (seen.heard_at, "last that came before the end"),
        (seen.ended_at, _close(seen)),
    ]
    for at, what in sorted(((at, what) for at, what in events if at), key=lambda event: event[0]):
        yield f"{at:9.3f}  {what}"


def _served(seen: Served, began: float) -> Iterator[str]:
    rows = [("served at", seen.url), ("bytes", str(seen.file_bytes)), ("other requests", str(seen.strangers))]
    yield from _head(seen, began, rows)
    yield from ("", "# who came for it" if seen.visits else "# nobody came for it")
    for visit in seen.visits:
        way = f", Via {visit.via}" if visit.via else ""
        end = "all of it" if visit.whole else "not all of it"
        agent = f' "{visit.agent}"' if visit.agent else ""
        yield f"{visit.address} {visit.method}{agent}{way}: {visit.sent_bytes} bytes, {end}"


def _banner(seen: Banner, began: float) -> Iterator[str]:
    yield from _head(seen, began, [("to", _place(seen.address, seen.port)), ("came", f"{seen.bytes_in} bytes")])
    yield from ("", "# sent (escaped)" if seen.sent else "# nothing was sent", *lines_of(seen.sent))
    yield from ("", "# came (escaped)" if seen.got else "# nothing came", *lines_of(seen.got))


def _handshake(seen: Handshake, began: float) -> Iterator[str]:
    facts = (
        ("to", _place(seen.address, seen.port)),
        ("server name", seen.server_name),
        ("alert", seen.alert),
        ("reason", seen.reason),
        ("verified", seen.verify_message),
        ("judged by", seen.trust),
    )
    yield from _head(seen, began, [(name, value) for name, value in facts if value])
    if seen.first_bytes:
        yield from ("", "# came in place of TLS (escaped)", *lines_of(seen.first_bytes))
