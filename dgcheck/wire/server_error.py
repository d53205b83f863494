"""The server's own words, out of every body form that is known (self-hosted-api.md §4.1)."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from dgcheck.model.evidence import Response
from dgcheck.model.record import dataclass, remembered


@dataclass(frozen=True, slots=True)
class ServerError:
    """A refusal, as read. `form` is legacy, modern, text, html, json or empty; what is absent is ''."""

    form: str
    code: str = ""
    message: str = ""
    details: str = ""
    request_id: str = ""


@lru_cache(maxsize=256)
def read(body: str, content_type: str = "") -> ServerError:
    """Read a refusal's body; never raises. A truncated JSON body is `text`."""
    text = body.strip()
    if not text:
        return ServerError("empty")
    if text[0] in "{[":
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return ServerError("text", message=text[:400])
        return _read_json(found)
    if "html" in content_type.lower() or re.match(r"(?is)\s*(<!doctype|<html|<head|<\?xml|<body)", text):
        return ServerError("html", message=_title(text))
    return ServerError("text", message=text[:400])


def _read_json(found: object) -> ServerError:
    if not isinstance(found, dict):
        return ServerError("json")
    request_id = _word(found, "request_id")
    code = _word(found, "err_code") or _word(found, "error_code")
    message = _word(found, "err_msg")
    if code or message:
        return ServerError("legacy", code, message, "", request_id)
    if "category" in found and "message" in found:
        return ServerError(
            "modern", _word(found, "category"), _word(found, "message"), _word(found, "details"), request_id
        )
    said = _word(found, "message") or _word(found, "Message") or _word(found, "error") or _word(found, "detail")
    return ServerError("json", _word(found, "code"), said, "", request_id)


def _word(found: dict[str, object], key: str) -> str:
    value = found.get(key)
    return value[:1000] if isinstance(value, str) else ""


def _title(html: str) -> str:
    found = re.search(r"(?is)<title[^>]{0,200}>(.{0,300}?)</title>", html) or re.search(
        r"(?is)<h1[^>]{0,200}>(.{0,300}?)</h1>", html
    )
    return " ".join(found.group(1).split()) if found else ""


@remembered
def error_of(response: Response) -> ServerError:
    """The refusal in a response; where the body has no words, those of the `dg-error` header."""
    found = read(response.body, response.header("content-type"))
    header = response.header("dg-error")
    if header and not (found.form in ("legacy", "modern") and found.message):
        return ServerError(
            "legacy", found.code, header, found.details, found.request_id or response.header("dg-request-id")
        )
    return found


@remembered
def said(response: Response | None) -> str:
    """The server's own words in one line: its message, else the header `dg-error`, else a short text; '' when none."""
    if response is None:
        return ""
    found = error_of(response)
    words = found.message if found.form != "html" else found.message and f"a page titled “{found.message}”"
    if found.details and found.details not in words:
        words = f"{words} {found.details}".strip()
    return " ".join(words.split())[:300]
