"""One API container of the stand-in: from a request to an answer, without a socket.

`Replica.answer` asks the faults that stand in front, then the deployment, then lets the faults alter what goes
back, the innermost first. Times come in with the request.
"""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from email.utils import formatdate

from dgcheck.model.record import dataclass
from dgcheck.sim import bodies, cors, hearing, shapes, tones
from dgcheck.sim.agent import converse
from dgcheck.sim.asked import Asked, Greeting, Reply
from dgcheck.sim.deployment import Deployment, StreamPlan
from dgcheck.sim.flux import listen_v2
from dgcheck.sim.listen import listen
from dgcheck.sim.script import Script
from dgcheck.sim.speak import speak
from dgcheck.sim.speak_flux import speak_v2


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a fault does. Every part is optional; parts of several faults add up.

    `greeting` takes the place of HTTP. `early` may answer when only the head of a request was read, `instead` when
    all of it was; `pass_on` changes what those behind it get to see, `alter` what comes back from them. `deploy`
    changes the deployment, `stream` the way of an open socket. `upload_cut` resets after so many bytes of a body,
    `upload_stall` reads no further. `tls` is a kind of `dgcheck.sim.certificates`; `plain_answer` is what a TLS port
    says to plain HTTP. `shown_scheme`, and `shown_prefix` behind the port, make the URL that is given to the client
    another than its own.
    """

    tls: str = ""
    greeting: Greeting | None = None
    early: Callable[[Asked], Reply | None] | None = None
    instead: Callable[[Asked], Reply | None] | None = None
    pass_on: Callable[[Asked], Asked] | None = None
    alter: Callable[[Asked, Reply], Reply] | None = None
    deploy: Callable[[Deployment], Deployment] | None = None
    stream: Callable[[StreamPlan], StreamPlan] | None = None
    upload_cut: int = 0
    upload_stall: int = 0
    plain_answer: bytes = b""
    shown_scheme: str = ""
    shown_prefix: str = ""


class Replica:
    """One container: what it is, what stands in front of it, and what happened to it so far."""

    def __init__(self, deployment: Deployment, effects: Sequence[Effect] = (), script: Script | None = None) -> None:
        plan = StreamPlan()
        for effect in effects:
            deployment = effect.deploy(deployment) if effect.deploy else deployment
            plan = effect.stream(plan) if effect.stream else plan
        self.deployment, self.plan = deployment, plan
        self.script = script or Script.bundled(deployment.words)
        self._effects = tuple(effects)
        self._instance = str(uuid.uuid4())
        self._outcomes: deque[bool] = deque(maxlen=max(1, deployment.switches.window))
        self.active = {"batch": 0, "stream": 0}
        self._warm_at: float | None = None

    @property
    def greeting(self) -> Greeting | None:
        """What this container's port does instead of HTTP; the first fault that says so decides."""
        return next((effect.greeting for effect in self._effects if effect.greeting), None)

    @property
    def upload_cut(self) -> int:
        """After how many bytes of a body the connection is reset; 0 = never."""
        return next((effect.upload_cut for effect in self._effects if effect.upload_cut), 0)

    @property
    def upload_stall(self) -> int:
        """After how many bytes of a body nothing more is read; 0 = never."""
        return next((effect.upload_stall for effect in self._effects if effect.upload_stall), 0)

    def early(self, asked: Asked) -> Reply | None:
        """An answer that does not wait for the body, or None."""
        for place, effect in enumerate(self._effects):
            reply = effect.early(asked) if effect.early else None
            if reply is not None:
                return self._altered(asked, reply, self._effects[: place + 1])
        return None

    def answer(self, asked: Asked) -> Reply:
        """The answer to a whole request: the first who wants to gives it, those before it may change it."""
        seen = asked
        for place, effect in enumerate(self._effects):
            reply = effect.instead(seen) if effect.instead else None
            if reply is not None:
                return self._altered(asked, reply, self._effects[: place + 1])
            seen = effect.pass_on(seen) if effect.pass_on else seen
        reply = cors.allowed(seen, self._route(seen)) if self.deployment.switches.cors else self._route(seen)
        return self._altered(asked, reply, self._effects)

    def _altered(self, asked: Asked, reply: Reply, by: Sequence[Effect]) -> Reply:
        if not reply.header("date"):
            reply = reply.having("date", formatdate(asked.epoch, usegmt=True))
        if self.deployment.switches.server and not reply.header("server"):
            reply = reply.having("server", self.deployment.switches.server)
        for effect in reversed(by):
            reply = effect.alter(asked, reply) if effect.alter else reply
        return reply

    # the deployment itself

    def _route(self, asked: Asked) -> Reply:
        path = asked.path
        if self.deployment.prefix:
            inside = path.startswith(self.deployment.prefix + "/")
            path = path[len(self.deployment.prefix) :] if inside else ""
        routes: dict[str, tuple[str, Callable[[Asked], Reply]]] = {
            "/v1/status": ("GET", self._status),
            "/v1/status/engine": ("GET", self._engine),
            "/v1/certificates": ("GET", self._certificates),
            "/v1/models": ("GET", self._models),
            "/v1/listen": ("GET POST", self._listen),
            "/v1/listen/stream": ("GET", self._listen),
            "/v1/speak": ("GET POST", self._speak),
            "/v2/speak": ("GET POST", lambda asked: speak_v2(self, asked, self._off())),
            "/v2/listen": ("GET POST", lambda asked: listen_v2(self, asked, self._off())),
            "/v1/agent/converse": ("GET POST", lambda asked: converse(self, asked, self._off())),
        }
        if path not in routes:
            return self._unrouted()
        if self.deployment.switches.cors and cors.asks_leave(asked):
            return cors.leave()
        methods, handler = routes[path]
        method = "GET" if asked.method == "HEAD" else asked.method
        if method not in methods.split():
            return bodies.plain(self.deployment.switches.wrong_method, "").having("allow", ", ".join(methods.split()))
        return handler(asked)

    def _unrouted(self) -> Reply:
        return bodies.plain(self.deployment.switches.not_found, "")

    def _off(self) -> Reply:
        """The answer of an endpoint that is switched off."""
        return bodies.plain(self.deployment.switches.switched_off, "")

    def _speak(self, asked: Asked) -> Reply:
        deployment = self.deployment
        silent = not any(model.kind == "tts" for model in deployment.models) and deployment.switches.voiceless_off
        off = silent or not (deployment.speak_streaming if asked.upgrade else deployment.speak)
        return self._off() if off else speak(self, asked)

    def connected(self, now: float) -> bool:
        """Whether an Engine is there at that moment."""
        return self.deployment.connected and now >= self.deployment.initializing

    def health(self, now: float) -> str:
        """`system_health` at that moment: as set, or computed from the last requests (0.9 and 0.4)."""
        if self.deployment.health:
            return self.deployment.health
        if not self.connected(now):
            return "Initializing"
        if not self._outcomes:
            return "Ready"
        share = sum(self._outcomes) / len(self._outcomes)
        return "Healthy" if share > 0.9 else "Degraded" if share >= 0.4 else "Critical"

    def outcome(self, status: int) -> None:
        """Count an inference for the health."""
        if status >= 500 or (400 <= status < 500 and self.deployment.switches.client_errors_count):
            self._outcomes.append(False)
        elif status < 400:
            self._outcomes.append(True)

    def warm_up(self, now: float) -> float:
        """How long an inference that comes now waits for a cold model, which the first one had to load."""
        if self._warm_at is None:
            self._warm_at = now + self.deployment.first_request
        return max(0.0, self._warm_at - now)

    def _status(self, asked: Asked) -> Reply:
        if self.deployment.status == "absent":
            return self._unrouted()
        if self.deployment.status == "204":
            return Reply(status=204, framing="none")
        if self.deployment.status == "garbled":
            return bodies.plain(200, '{"system_health":"Hea', "application/json")
        word = self.health(asked.now)
        body = {
            "system_health": word,
            "active_batch_requests": self.active["batch"],
            "active_stream_requests": self.active["stream"],
            "active_listen_v2_stream_requests": 0,
        }
        if self.deployment.extra_fields:
            body |= {"release": "299901", "drivers": [{"url": "https://engine:8080/v2", "weight": None}]}
        switches = self.deployment.switches
        status = {
            "Initializing": switches.initializing_status,
            "Degraded": switches.degraded_status,
            "Critical": switches.critical_status,
        }.get(word, 200)
        return self._marked(bodies.json_reply(status, shapes.dump(body)))

    def _engine(self, asked: Asked) -> Reply:
        if self.deployment.engine == "absent":
            return self._unrouted()
        there = self.connected(asked.now)
        body: dict[str, object] = {
            "engine_connection_status": "Connected" if there else self.deployment.switches.engine_word
        }
        if self.deployment.extra_fields:
            body |= {"engines": 2, "last_heartbeat": None}
        status = 200 if there else self.deployment.switches.engine_status
        return self._marked(bodies.json_reply(status, shapes.dump(body)))

    def _certificates(self, asked: Asked) -> Reply:
        if self.deployment.certificates == "absent":
            return self._unrouted()
        day = 86400.0
        end = asked.epoch + self.deployment.certificate_days * day
        life = self.deployment.life_days
        body = {
            "beginning_of_support": shapes.stamp(end - 548 * day),
            "end_of_support": shapes.stamp(end),
            "end_of_life": shapes.stamp(end + 546 * day if life is None else asked.epoch + life * day),
            "instance_id": self._instance,
        }
        return self._marked(bodies.json_reply(200, shapes.dump(body)))

    def _models(self, asked: Asked) -> Reply:
        return self._marked(bodies.models_reply(self.deployment, self.connected(asked.now), self._unrouted()))

    def _listen(self, asked: Asked) -> Reply:
        return listen(self, asked, time.time)

    def _marked(self, reply: Reply) -> Reply:
        if self.deployment.switches.request_id_on_status:
            return reply.having("dg-request-id", shapes.new_id())
        return reply

    def words(self, audio: bytes, form: hearing.Form, mode: str) -> str:
        """What is in the audio, for one mode: what its own voice said, else what the script says."""
        if mode in self.deployment.deaf_to:
            return ""
        own = tones.read(audio, form) if mode == "batch" else None
        return self.script.words(audio, form) if own is None else own
