"""Answers that did not come whole: what was wrong with the bytes, or in which phase the waiting ended."""

from __future__ import annotations

import json
import re

from dgcheck.model.evidence import Ending, Exchange, Response, Wire
from dgcheck.wire.banner import looks_like_http
from dgcheck.wire.results import read_transcription

_ASKED = ("request", "first_byte", "head", "transfer")


def broken(seen: Wire) -> str:
    """What was wrong with an answer that came, as the end of a sentence; '' when nothing was or nothing came.

    Only what breaks HTTP itself counts here: framing, compression, an end before the end, no end at all.
    """
    answer = seen.response
    if seen.ending is Ending.BROKEN:
        if answer is None and not seen.raw.startswith("HTTP/"):
            page = "is a page without a status line and headers, which HTTP/1 asks for"
            return page if looks_like_http(seen.raw) else "is no HTTP" if seen.raw else ""
        return f"broke the rules of HTTP: {_plain(seen.problem)}" if seen.problem else "broke the rules of HTTP"
    if seen.ending is Ending.TOO_MUCH:
        return f"was more than dgcheck is willing to read ({_plain(seen.problem) or 'it stopped'})"
    if answer is None and seen.raw.startswith("HTTP/") and seen.ending in (Ending.CLOSED, Ending.RESET):
        return f"was cut off within its head, after {seen.bytes_in} bytes ({_how(seen.ending)})"
    if answer is not None and not answer.complete and seen.ending in (Ending.CLOSED, Ending.RESET):
        promised = answer.header("content-length")
        of = f" of {promised}" if promised.isdecimal() else ""
        return f"was cut off after {answer.body_bytes}{of} bytes of its body ({_how(seen.ending)})"
    return ""


def unpromised(seen: Exchange) -> str:
    """What a success to a POST of speech was, where it was no transcription; '' where it was one, or cannot be told.

    The evidence holds only the beginning of a long body; such a body is not judged.
    """
    answer = seen.response
    if answer is None or not 200 <= answer.status < 300 or not answer.complete:
        return ""
    if answer.status != 200:
        return f"came with {answer.status} and no transcription"
    if read_transcription(answer.body) is not None or _only_beginning(answer.body):
        return ""
    text, kind = answer.body.strip(), answer.header("content-type").split(";")[0].strip()
    if not text:
        return "came with an empty body" if not answer.body else "came with nothing but blanks"
    if text.startswith("<"):
        return f"is a page ({kind or 'HTML'}), not JSON"
    if text[0] not in "{[":
        return f"is no JSON ({kind or 'no Content-Type'})"
    return "is JSON, but no transcription" if _is_json(text) else "is broken JSON"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _plain(problem: str) -> str:
    """The words of the HTTP library as a person would say them."""
    if "buffer too long" in problem:
        return "a head without end"
    return re.sub(r"bytearray\(b(['\"])(.*?)\1\)", r"“\2”", problem)


def _only_beginning(body: str) -> bool:
    """Whether this may be the beginning of a JSON text that was too long to keep."""
    return len(body) >= 4096 and body.lstrip().startswith("{") and not body.rstrip().endswith("}")


def begins_as_promised(response: Response) -> bool:
    """Whether this is a whole success of which only the beginning was kept, and that is a transcription's."""
    if response.status != 200 or not response.complete or not _only_beginning(response.body):
        return False
    return all(f'"{key}"' in response.body for key in ("metadata", "results", "transcript"))


def stalled(seen: Wire) -> str:
    """In which phase a question stalled: request, first_byte, head or transfer; '' when it did not, or when it never
    got as far as asking.
    """
    return seen.reached if seen.ending is Ending.TIMED_OUT and seen.reached in _ASKED else ""


def dropped(seen: Wire) -> str:
    """`closed` or `reset` when the connection ended before the first byte of an answer; '' otherwise."""
    if seen.response is not None or seen.raw or seen.reached not in _ASKED:
        return ""
    return _how(seen.ending) if seen.ending in (Ending.CLOSED, Ending.RESET) else ""


def _how(ending: Ending) -> str:
    return {Ending.CLOSED: "closed", Ending.RESET: "reset"}.get(ending, ending.value)
