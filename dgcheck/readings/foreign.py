"""Whether anything showed itself as the API, and answers that are the same whatever is asked.

It selects and compares; what it means for a person is for the rules.
"""

from __future__ import annotations

from dgcheck.model.case import Case, settled
from dgcheck.model.evidence import Ending, Exchange, Response, Upgrade, Wire
from dgcheck.model.pattern import pattern
from dgcheck.readings import contact
from dgcheck.readings.telling import status_words
from dgcheck.wire.incomplete import unpromised
from dgcheck.wire.likeness import alike
from dgcheck.wire.service import is_api, is_foreign, page_of
from dgcheck.wire.tls_words import wants_client_certificate, wants_https, wants_tls
from dgcheck.wire.who import is_deepgram

_PATHS = ("/v1/status", "/v1/status/engine", "/v1/models", "/v1/listen")
_SPOKEN = frozenset({"Results", "Metadata", "SpeechStarted", "UtteranceEnd"})
_SOCKET_WORDS = pattern(r"(?i)web-?socket|\bupgrade\b")
# A refusal that speaks of the request itself, whatever its path: it says nothing of who refuses.
_OF_THE_REQUEST = pattern(r"(?i)too (?:large|long|big)|header|cookie|certificate|\bkey\b|token|auth|ssl|\btls\b|host")


@settled
def api_seen(case: Case) -> bool:
    """Whether any answer has the API's shape.

    A WebSocket that opened counts, unless Deepgram's mark is missing and either what came on it is not the API's or
    plain questions show a server that speaks nothing but WebSocket.
    """
    bare = other_socket(case) or bool(socket_only(case))
    same = same_for_all(case)  # 204 is what old releases answer for their status, and for nothing else
    return any(is_api(wire) and not (bare and _unsigned_socket(wire)) and wire not in same for wire in case.wires(None))


@settled
def result_heard(case: Case) -> bool:
    """Whether a stream of this run brought a message of the API."""
    return any(heard.kind in _SPOKEN for stream in case.streams for heard in stream.heard)


@settled
def other_socket(case: Case) -> bool:
    """Whether messages came on the streams, and not one of them of the API's kinds."""
    return any(stream.heard for stream in case.streams) and not result_heard(case)


def _unsigned_socket(wire: Wire) -> bool:
    return wire.status == 101 and wire.response is not None and not is_deepgram(wire.response)


def not_the_api(seen: Wire) -> str:
    """What a success was that is surely none of the API's, as the end of a sentence; '' where it may be one.

    A page where others are transcribed, listed or opened comes from another server behind the same address.
    """
    answer = seen.response
    if answer is None or not 200 <= answer.status < 300:
        return ""
    if isinstance(seen, Upgrade):
        return f"got {status_words(answer)} and no WebSocket"
    posted = seen.request.method == "POST" and seen.request.path.endswith("/v1/listen")
    foreign = bool(unpromised(seen)) if posted and isinstance(seen, Exchange) else is_foreign(seen)
    return f"got {status_words(answer)} with what the API does not say" if foreign else ""


@settled
def same_for_all(case: Case) -> tuple[Wire, ...]:
    """One plain answer for each API path that was asked, when three paths or more all got the same 200, 204, 400 or
    426.

    A 200 has to be empty or `{}`, so that it cannot be the API's. Answers with Deepgram's mark, and refusals that speak
    of the request rather than of its path, count as nothing: () then.
    """
    asked = {
        page_of(wire.request.target): wire
        for wire in contact.direct(case)
        if wire.request.method == "POST" or _aside(wire)
    }
    found = [wire for path, wire in asked.items() if path.endswith(_PATHS) and wire.response is not None]
    if len(found) < 3 or not all(_tells(wire) for wire in found):
        return ()
    return tuple(found) if all(alike(wire.response, found[0].response) for wire in found) else ()


def _aside(wire: Wire) -> bool:
    return wire.response is not None and wire.check in ("status", "engine", "models")


def _tells(wire: Wire) -> bool:
    answer = wire.response
    if answer is None or is_deepgram(answer) or wants_tls(answer) or wants_client_certificate(answer):
        return False
    if wants_https(answer):
        return False
    if answer.status in (200, 204):
        return answer.complete and answer.body.strip() in ("", "{}")
    return answer.status == 426 or (answer.status == 400 and not of_the_request(answer))


def of_the_request(answer: Response) -> bool:
    """Whether a refusal speaks of the form of the request: its size, headers, credentials, TLS."""
    return bool(_OF_THE_REQUEST.search(answer.body))


@settled
def socket_only(case: Case) -> tuple[Wire, ...]:
    """The answers of a server that asks for a WebSocket whatever the path; () without such words."""
    found = same_for_all(case)
    said = all(wire.response and _SOCKET_WORDS.search(_words(wire)) for wire in found)
    return found if said and found and found[0].status != 200 else ()


def _words(wire: Wire) -> str:
    answer = wire.response
    return f"{answer.reason} {answer.body[:500]}" if answer else ""


@settled
def unpromising(case: Case) -> bool:
    """Whether two questions or more were asked and either not one got a byte in time, or all that answered is no API's.

    Long patience, which is for a model that loads, is wasted there.
    """
    asked = [wire for wire in contact.direct(case) if wire.ending is not Ending.CUT_SHORT]
    if len(asked) < 2:
        return False
    if all(wire.ending is Ending.TIMED_OUT and wire.response is None and not wire.raw for wire in asked):
        return True
    answers = [wire for wire in asked if wire.response is not None and _aside(wire)]
    return len(answers) >= 2 and all(is_foreign(wire) for wire in answers) and not api_seen(case)
