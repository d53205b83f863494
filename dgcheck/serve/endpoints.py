"""From a request to its answer: `/healthz`, `/readyz`, `/metrics`, `/probe` and the page at `/`."""

from __future__ import annotations

from collections.abc import Coroutine
from functools import lru_cache
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl

from dgcheck.model.errors import UsageError
from dgcheck.model.pattern import pattern
from dgcheck.model.target import Target
from dgcheck.serve import page, readiness
from dgcheck.serve.metrics import CONTENT_TYPE, Probes
from dgcheck.serve.prober import Prober
from dgcheck.serve.request import Answer, Request, text
from dgcheck.serve.roster import Full, Roster
from dgcheck.serve.subject import called
from dgcheck.wire import url

PATHS = ("/", "/healthz", "/readyz", "/metrics", "/probe")
SCRAPE_TIMEOUT = "x-prometheus-scrape-timeout-seconds"
MARGIN, SHARE = 0.5, 0.25  # seconds kept below the scrape's own limit, and how much of a short one at most
PATIENCE = 30.0  # seconds for an answer of /probe where nobody sets a limit
MOST_WAITING = 256  # answers of /probe that are waited for at once
OWN_AGE = 1.0  # seconds for which what the exporter says of itself is not counted anew
READY_AGE = 0.1  # seconds for which `/readyz` says the same age
MOST_MODELS = 8  # of one request
_MODEL = pattern(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}\Z")
_SECONDS = pattern(r"[0-9]{1,6}(?:\.[0-9]{1,9})?\Z")

Made = Answer | Coroutine[Any, Any, Answer]


class Refused(Exception):
    """A request that is answered with a refusal."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.answer = text(status, words)


class Endpoints:
    """Answers every request, from what is known already wherever it can."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._metrics: tuple[float, bytes, Answer] | None = None  # when, of which runs, what
        self._readiness: tuple[float, int, Answer] | None = None
        self._waiting = 0
        self._probes = Probes()

    def __call__(self, asked: Request) -> Made:
        """The answer, or a coroutine that waits for it. Never raises."""
        made = self._made(asked)
        if isinstance(made, Answer):
            self._count(asked, made)
        return made

    def _made(self, asked: Request) -> Made:
        if asked.method not in ("GET", "HEAD"):
            return text(405, "Only GET and HEAD are answered here.", ("Allow", "GET, HEAD"))
        try:
            if asked.path == "/metrics":
                return self._all_metrics()
            if asked.path == "/readyz":
                return self._ready(asked)
            if asked.path == "/healthz":
                stuck = self._roster.stuck()
                return text(500, "The targets are not asked any more.") if stuck else text(200, "ok")
            if asked.path == "/probe":
                return self._probe(asked)
            if asked.path == "/":
                return page.render(self._roster)
        except Refused as refused:
            return refused.answer
        return text(404, f"There is nothing here; the paths are {', '.join(PATHS)}.")

    def _count(self, asked: Request, answer: Answer) -> None:
        self._roster.own.count(asked.path if asked.path in PATHS else "other", answer.status)

    def _all_metrics(self) -> Answer:
        """The metrics of the targets as they are, and those of the exporter as they were a moment ago."""
        now, kept = monotonic(), self._metrics
        known = self._roster.metrics()
        if kept is None or kept[1] is not known or now - kept[0] >= OWN_AGE:
            made = Answer(200, known + self._roster.own.text(), CONTENT_TYPE)
            self._metrics = kept = now, known, made
        return kept[2]

    def _ready(self, asked: Request) -> Answer:
        if asked.query:
            return self._ready_of(asked.query)
        now, kept = monotonic(), self._readiness
        if kept is None or kept[1] != self._roster.runs or now - kept[0] >= READY_AGE:
            made = readiness.ready(list(self._roster.probers.values()))
            self._readiness = kept = now, self._roster.runs, made
        return kept[2]

    def _ready_of(self, query: str) -> Answer:
        probers = list(self._roster.probers.values())
        wanted = {called(_target(one)) for one in _pairs(query, ("target",)).get("target", [])}
        probers = [one for one in probers if one.subject.name in wanted]
        if len(probers) < len(wanted):
            raise Refused(404, "This exporter does not watch that target by itself; ask /probe?target=URL.")
        return readiness.ready(probers)

    def _probe(self, asked: Request) -> Made:
        begun = monotonic()
        target, models = _asked_for(asked.query)
        if not self._roster.allowed.admits(target):
            raise Refused(403, "This target is not on the list of this exporter (dgcheck serve --target, --allow).")
        try:
            prober = self._roster.find(target, models)
        except Full:
            raise Refused(503, "Too many different targets were asked for; try again in a minute.") from None
        except UsageError:
            raise Refused(400, "This target cannot be asked with the settings of this exporter.") from None
        standing = prober.fresh()
        if standing is not None:
            return self._probed(standing.result.ready, begun, prober.measured.text)
        if self._waiting >= MOST_WAITING:
            raise Refused(503, "Too many answers are waited for already.")
        return self._waited(asked, prober, begun)

    async def _waited(self, asked: Request, prober: Prober, begun: float) -> Answer:
        self._waiting += 1
        try:
            standing = await prober.known(patience(asked))
        finally:
            self._waiting -= 1
        if standing is None:
            made = self._probed(False, begun, b"")
        else:
            made = self._probed(standing.result.ready, begun, prober.measured.text)
        self._count(asked, made)
        return made

    def _probed(self, success: bool, begun: float, known: bytes) -> Answer:
        return Answer(200, known + self._probes.text(success, monotonic() - begun), CONTENT_TYPE)


def patience(asked: Request) -> float:
    """Seconds that an answer may take: what Prometheus allows for its scrape, with a margin."""
    said = asked.headers.get(SCRAPE_TIMEOUT, "").strip()
    if not _SECONDS.match(said):
        return PATIENCE
    limit = min(float(said), 600.0)
    return max(0.0, limit - min(MARGIN, SHARE * limit))


@lru_cache(256)
def _asked_for(query: str) -> tuple[Target, tuple[str, ...]]:
    """Target and models of a question to `/probe`; scrapers repeat theirs for ever. Raises Refused."""
    pairs = _pairs(query, ("target", "model"))
    given, models = pairs.get("target", []), tuple(dict.fromkeys(pairs.get("model", [])))
    if len(given) > 1:
        raise Refused(400, "One deployment at a time: target= stands there more than once.")
    if not given:
        raise Refused(400, "Say which deployment: /probe?target=http://HOST:8080 (and model=NAME, if one is needed).")
    if len(models) > MOST_MODELS or not all(map(_MODEL.match, models)):
        raise Refused(400, f"model= takes the name of a model, as in model=nova-3, {MOST_MODELS} times at most.")
    return _target(given[0]), models


def _pairs(query: str, known: tuple[str, ...]) -> dict[str, list[str]]:
    """The parameters of a query. Raises Refused for one that is not known, so that none is left out unseen."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=2 * MOST_MODELS, errors="strict")
    except ValueError:
        raise Refused(400, "The query cannot be read.") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in known:
            raise Refused(400, f"Only these parameters are known here: {', '.join(known)}.")
        found.setdefault(name, []).append(value)
    return found


def _target(given: str) -> Target:
    """A target as somebody asks for it. What it may not hold is never repeated in the answer."""
    try:
        target = url.parse(given)
    except url.BadUrl:
        raise Refused(400, "The target is no URL that could be asked; write http://HOST:8080.") from None
    if target.userinfo is not None:
        raise Refused(400, "A target here holds no user and no password; give a key to dgcheck serve itself.")
    if target.replay:
        raise Refused(400, "A target here is the URL of a deployment, without a query; models go into model=NAME.")
    return target
