"""Answers of devices and deployments, and streams, for cases built by hand."""

from __future__ import annotations

from typing import Any

from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Exchange, Heard, Phase, Seen, Stream, Upgrade, Wire
from dgcheck.model.record import replace
from tests.rules.built import DG, HEALTHY, HEARD, MODELS, case, got, upgraded

URL = "http://10.0.0.7:8080"
NGINX = (("server", "nginx/1.24.0"), ("content-type", "text/html"))
ENVOY = (("server", "envoy"),)
POST, UPGRADE = "POST /v1/listen?model=nova-3", "GET /v1/listen?model=nova-3&encoding=mulaw&interim_results=true"
JSON = (("content-type", "application/json"),)


def page(status: str) -> str:
    """nginx's own page for a status: `502 Bad Gateway`."""
    head = f"<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center>"
    return f"{head}<hr><center>nginx/1.24.0</center></body></html>"


def refusal(message: str, code: str = "Bad Request") -> dict[str, Any]:
    """Body and headers of a refusal in Deepgram's words."""
    body = f'{{"err_code":"{code}","err_msg":"{message}","request_id":"{DG[0][1]}"}}'
    return {"body": body, "headers": DG}


def post(status: int | None = 200, *, size: int = 12000, **fields: Any) -> Exchange:
    """The POST of speech; a transcription when it is answered with 200 and no other body is given."""
    if status == 200 and "body" not in fields:
        fields |= {"body": HEARD, "headers": DG}
    query = fields.pop("query", "")
    seen = got(POST + query, status, **fields)
    return replace(seen, request=replace(seen.request, body_bytes=size))


def upgrade(status: int | None = 101, **fields: Any) -> Upgrade:
    """The plain upgrade."""
    query = fields.pop("query", "")
    return upgraded(UPGRADE + query, status, **fields)


def plain_get(status: int | None, **fields: Any) -> Exchange:
    """The comparison: a GET of the upgrade's URL."""
    return got(UPGRADE, status, check="ws.upgrade", purpose="plain_get", **fields)


def pages(**fields: Any) -> list[Wire]:
    """Good answers of the information pages."""
    return [got("GET /v1/status", 200, HEALTHY, **fields), got("GET /v1/models", 200, MODELS, **fields)]


def everywhere(status: int, body: str = "", headers: Any = NGINX) -> list[Wire]:
    """The same answer to every question."""
    return [
        got("GET /v1/status", status, body, headers),
        got("GET /v1/models", status, body, headers),
        post(status, body=body, headers=headers),
        upgrade(status, body=body, headers=headers),
    ]


def built(*evidence: Seen, model: str = "nova-3", **settings: Any) -> Case:
    """A case for the usual target in which this model was asked for."""
    found = case(URL, *evidence, **settings)
    found.model, found.models = model, (model,) if model else ()
    return found


def late(seconds: float) -> tuple[Phase, ...]:
    """Phases of a question whose answer took so long."""
    return (Phase("request", 1.0, 0.001), Phase("first_byte", 1.001, seconds))


def results(at: float, words: str = "hello", *, final: bool = True) -> Heard:
    """One result of a stream."""
    return Heard(at=at, kind="Results", transcript=words, is_final=final)


def metadata(at: float, duration: float = 1.5) -> Heard:
    """The closing Metadata."""
    return Heard(at=at, kind="Metadata", duration=duration)


def stream(plan: str = "at_once", *heard: Heard, **fields: Any) -> Stream:
    """One stream: opened at 1.0 s, audio at 1.1 s, CloseStream at once where the plan says so, ended at 1.3 s."""
    usual: dict[str, Any] = {
        "id": "",
        "check": "ws.stream",
        "ending": Ending.ANSWERED,
        "upgrade": "",
        "plan": plan,
        "sent_bytes": 12000,
        "sent_messages": 4,
        "audio_seconds": 1.5,
        "opened_at": 1.0,
        "audio_sent_at": 1.1,
        "close_sent_at": 1.1 if plan == "at_once" else None,
        "ended_at": 1.3,
    }
    return Stream(**{**usual, **fields}, heard=heard)


def cut(plan: str, ended_at: float, *heard: Heard, **fields: Any) -> Stream:
    """A stream that ended without a close frame, and without a result unless one is given."""
    return stream(plan, *heard, **{"ending": Ending.CLOSED, "closed_by": "fin", "ended_at": ended_at, **fields})


def good_streams() -> list[Stream]:
    """Both streams as a healthy deployment gives them."""
    return [
        stream("at_once", results(1.2), metadata(1.25), closed_by="server", close_code=1000),
        stream("after_first", results(1.2, final=False), close_sent_at=1.2),
    ]
