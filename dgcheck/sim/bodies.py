"""The forms of an answer that is no transcription: JSON, plain text, and a refusal in the ways they are written."""

from __future__ import annotations

from typing import Any

from dgcheck.model.record import replace
from dgcheck.sim import shapes
from dgcheck.sim.asked import Reply
from dgcheck.sim.deployment import Deployment, Switches
from dgcheck.sim.models import listing
from dgcheck.sim.query import Refusal


def plain(status: int, body: str, kind: str = "") -> Reply:
    """An answer with that text as it is; no content type where `kind` is ''."""
    headers = (("content-type", kind),) if kind else ()
    return Reply(status=status, headers=headers, body=body.encode())


def json_reply(status: int, body: bytes) -> Reply:
    """An answer in JSON."""
    return Reply(status=status, headers=(("content-type", "application/json"),), body=body)


def refused(refusal: Refusal, request_id: str, form: str, upgrade: bool, switches: Switches) -> Reply:
    """A refusal of the inference endpoints, with `dg-request-id`, and `dg-error` where an upgrade was asked for.

    `form` is that of `Deployment.refusal`. A 503 has the key `error_code`, as its documented sample has.
    """
    key = "error_code" if refusal.status == 503 else "err_code"
    body: dict[str, Any] = {key: refusal.code, "err_msg": refusal.message, "request_id": request_id}
    if form == "modern":
        body = {"category": refusal.code, "message": refusal.message, "details": "", "request_id": request_id}
    reply = json_reply(refusal.status, shapes.dump(body))
    if form == "bare":
        return Reply(status=refusal.status)
    if form == "empty":
        reply = Reply(status=refusal.status)
    if form == "text":
        reply = plain(refusal.status, refusal.message, "text/plain; charset=utf-8")
    if upgrade:
        said = refusal.message if switches.dg_error == "message" else f"{refusal.code}: {refusal.message}"
        reply = reply.having("dg-error", said.encode("ascii", "replace").decode())
    return reply.having("dg-request-id", request_id)


def models_reply(deployment: Deployment, connected: bool, unrouted: Reply) -> Reply:
    """The answer to GET /v1/models in the deployment's shape."""
    shape = deployment.listing
    if shape in ("", "absent"):
        return unrouted
    if shape == "html":
        return plain(200, "<!doctype html><title>models</title><p>Nothing to see</p>", "text/html")
    if shape == "other":
        return json_reply(200, b'{"object":"list","data":[{"id":"whisper-1","object":"model","owned_by":"openai"}]}')
    if shape == "error":
        body = {"err_code": "INTERNAL_SERVER_ERROR", "err_msg": "An error occurred.", "request_id": shapes.new_id()}
        return json_reply(500, shapes.dump(body))
    models = deployment.models if connected or deployment.keeps_listing else ()
    return json_reply(200, shapes.dump(listing(models, shape, deployment.extra_fields)))


def waiting(reply: Reply, seconds: float) -> Reply:
    """The same answer, so much later."""
    return replace(reply, wait=reply.wait + seconds)
