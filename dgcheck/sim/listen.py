"""`/v1/listen`: a file or a stream, asked for and answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dgcheck.model.record import replace
from dgcheck.sim import bodies, hearing, remote, shapes
from dgcheck.sim.asked import Asked, Reply
from dgcheck.sim.middle import Through
from dgcheck.sim.query import UNDECODABLE, Order, Refusal, understand
from dgcheck.sim.stream import Listening

if TYPE_CHECKING:
    from dgcheck.sim.core import Replica


def listen(replica: Replica, asked: Asked, clock: Callable[[], float]) -> Reply:
    """The answer to one request, the 101 of a stream included; counted in the replica's health."""
    request_id = shapes.new_id()
    if asked.method != "POST" and not asked.upgrade:
        reply = bodies.plain(replica.deployment.switches.plain_get, "").having("dg-request-id", request_id)
        return reply.having("allow", "POST") if reply.status == 405 else reply
    mode = "streaming" if asked.upgrade else "batch"
    found = _order(replica, asked, mode)
    if isinstance(found, Refusal):
        if replica.connected(asked.now):  # no arrow leads from Initializing to Critical
            replica.outcome(found.status)
        deployment = replica.deployment
        reply = bodies.refused(found, request_id, deployment.refusal, asked.upgrade, deployment.switches)
        return bodies.waiting(reply, _retries(replica, found))
    if mode == "streaming":
        return _stream(replica, asked, found, request_id, clock)
    reply = _file(replica, asked, found, request_id)
    if not reply.fetch:
        replica.outcome(reply.status)
    return reply


def _retries(replica: Replica, refusal: Refusal) -> float:
    """The seconds that the API spends on retries before it says that no Engine takes the request."""
    tries = replica.deployment.switches.no_engine_tries if refusal.status >= 500 else 0
    return sum(2.0 * 1.6**number for number in range(tries))


def _order(replica: Replica, asked: Asked, mode: str) -> Order | Refusal:
    deployment, switches = replica.deployment, replica.deployment.switches
    if deployment.license_text:
        return Refusal(500, "Internal Server Error", deployment.license_text)
    if not replica.connected(asked.now):
        return Refusal(switches.no_engine_status, "Service Unavailable", "Please try again later")
    if deployment.concurrency and sum(replica.active.values()) >= deployment.concurrency:
        return Refusal(switches.saturated_status, "TOO_MANY_REQUESTS", "Too many requests. Please try again later")
    return understand(asked, mode, deployment)


def _stream(replica: Replica, asked: Asked, order: Order, request_id: str, clock: Callable[[], float]) -> Reply:
    script = replica.script

    def words(audio: bytes, form: hearing.Form) -> tuple[str, float]:
        return replica.words(audio, form, "streaming"), script.seconds

    inner = Listening(order, replica.deployment, replica.plan, request_id, words, clock, replica.warm_up(asked.now))
    replica.outcome(101)
    return Reply(status=101, headers=(("dg-request-id", request_id),), socket=Through(inner, replica.plan))


def _file(replica: Replica, asked: Asked, order: Order, request_id: str) -> Reply:
    deployment = replica.deployment
    audio, seconds, text = asked.body, 0.0, ""
    wait = deployment.thinking + replica.warm_up(asked.now)
    kind = asked.header("content-type").split(";")[0].strip().lower()
    refusal: Refusal | None = None
    if kind == "application/json":
        url = remote.url_in(asked.body)
        refusal = url if isinstance(url, Refusal) else remote.refused(url, replica.deployment, asked.download)
        if refusal is None and remote.to_be_fetched(str(url), deployment) and asked.download is None:
            return Reply(fetch=str(url))
        seconds, text = replica.script.seconds, "" if "batch" in deployment.deaf_to else remote.words(str(url), replica)
        wait += deployment.remote_wait
        audio = asked.download.body if asked.download else b""
    if kind != "application/json" or (asked.download and not refusal):
        form = hearing.form(audio, order.encoding, order.rate, order.channels)
        if form is None:
            refusal = Refusal(400, "Bad Request", UNDECODABLE)
        else:
            seconds, text = form.seconds(len(audio)), replica.words(audio, form, "batch")
            order = replace(order, channels=form.channels)
    if refusal:
        refused = bodies.refused(refusal, request_id, deployment.refusal, False, deployment.switches)
        return bodies.waiting(refused, wait)
    if asked.param("callback") is not None:
        body = shapes.dump({"request_id": request_id})
        return bodies.waiting(bodies.json_reply(200, body).having("dg-request-id", request_id), wait)
    answer = shapes.transcription(
        request_id=request_id,
        audio=audio,
        epoch=asked.epoch,
        seconds=seconds,
        channels=order.channels,
        model=order.model,
        text=text,
        features=order.features,
        tags=order.tags,
        extra=deployment.extra_fields,
    )
    reply = bodies.json_reply(200, shapes.dump(answer)).having("dg-request-id", request_id)
    return bodies.waiting(reply, wait)
