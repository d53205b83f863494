"""DG5011-DG5013, DG5015: the containers themselves: the Engine, their health, the endpoint of the listing.

What an unknown word of a status page means is not guessed: only `Connected` is known to be good, and only
`Initializing`, `Degraded` and `Critical` are known to be otherwise (self-hosted-api.md §3.8, §7.1).
"""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy, Severity
from dgcheck.model.evidence import Exchange, Wire
from dgcheck.readings.answers import deployment_answers, works
from dgcheck.readings.for_speech import requests
from dgcheck.readings.telling import questions, quoted, status_words
from dgcheck.wire.health import read_engine, read_status

_NO_LISTING = frozenset({200, 204, 400, 404, 405, 406, 410, 421, 500, 501})


def page(case: Case, check: str, end: str) -> Exchange | None:
    """The last answer to a question about the deployment, by the end of its path."""
    found = None
    for seen in case.of(Exchange, check):
        if seen.request.target.partition("?")[0].endswith(end) and seen.response is not None:
            found = seen
    return found


def speech_works(case: Case) -> bool:
    """Speech was taken at least once."""
    return any(works(seen) for seen in requests(case))


def _failing(case: Case) -> tuple[Wire, ...]:
    """Requests for speech that were answered and not taken."""
    return tuple(seen for seen in requests(case) if not works(seen))


def meanwhile(case: Case) -> str:
    """What the requests for speech of this run got, as a sentence of its own; '' when there were none."""
    failed = _failing(case)
    if speech_works(case):
        some = " Some of the requests of this run were served and others failed."
        return some if failed else " The requests of this run were served all the same."
    if not failed or failed[0].response is None:
        return ""
    return f" Meanwhile {questions(failed)} got {status_words(failed[0].response)}{quoted(failed[0].response)}."


def ids(case: Case, *seen: Exchange) -> tuple[str, ...]:
    """Ids of these pages and of the requests that were not taken."""
    return tuple(dict.fromkeys(one.id for one in (*seen, *_failing(case))))


def checks(case: Case, *own: str) -> tuple[str, ...]:
    """These checks and those whose requests were not taken."""
    return tuple(dict.fromkeys((*own, *(seen.check for seen in _failing(case)))))


def _health(case: Case) -> tuple[Exchange, str] | None:
    seen = page(case, "status", "/status")
    body = read_status(seen.response.body) if seen and seen.response else None
    return (seen, body.system_health) if seen and body and body.system_health else None


def _initializing(case: Case) -> Iterator[Match]:
    found = _health(case)
    if found is None or found[1] != "Initializing" or speech_works(case):
        return
    says = (
        "GET /v1/status says system_health is Initializing: the API container is up, and no Engine has connected to "
        f"it yet.{meanwhile(case)}"
    )
    yield Match(says, ids(case, found[0]), checks(case, "status"))


def _disconnected(case: Case) -> Iterator[Match]:
    seen = page(case, "engine", "/status/engine")
    said = read_engine(seen.response.body) if seen and seen.response else None
    if seen is None or said is None or (said == "Connected" and seen.status == 200):
        return
    with_status = f" with HTTP status {seen.status}" if seen.status != 200 else ""
    says = (
        f"GET /v1/status/engine says engine_connection_status is “{said}”{with_status}; the one value known to be good "
        f"is Connected.{meanwhile(case)}"
    )
    if speech_works(case):
        yield Match(says, (seen.id,), ("engine",), Confidence.POSSIBLE, severity=Severity.INFO)
    else:
        yield Match(says, ids(case, seen), checks(case, "engine"), Confidence.LIKELY)


def _critical(case: Case) -> Iterator[Match]:
    found = _health(case)
    if found is None or found[1] not in ("Critical", "Degraded"):
        return
    share = "fewer than 40 %" if found[1] == "Critical" else "only 40 to 90 %"
    says = (
        f"GET /v1/status says system_health is {found[1]}: {share} of the requests that this container served lately "
        f"succeeded.{meanwhile(case)}"
    )
    severity = Severity.WARNING if found[1] == "Degraded" else None
    other = _well_elsewhere(case, found[0])
    if other is None:
        yield Match(says, ids(case, found[0]), checks(case, "status"), severity=severity)
        return
    says += (
        " On other connections the same page says that all is well: that is the word of one replica, or of a moment."
    )
    yield Match(says, ids(case, found[0], other), checks(case, "status"), Confidence.POSSIBLE, severity=severity)


def _well_elsewhere(case: Case, ill: Exchange) -> Exchange | None:
    """The same page on another connection, where it says Healthy or Ready; None where nobody asked or it says alike."""
    for seen in case.of(Exchange, "replicas"):
        if seen.request.target == ill.request.target and seen.response is not None:
            health = read_status(seen.response.body)
            if health is not None and health.system_health in ("Healthy", "Ready"):
                return seen
    return None


def _no_endpoint(case: Case) -> Iterator[Match]:
    seen = page(case, "models", "/models")
    if seen is None or seen.response is None or not deployment_answers(case):
        return
    known = seen.listing is not None and seen.listing.shape != "other"
    if known or seen.response.status not in _NO_LISTING:
        return
    served = seen.response.status in (200, 204)
    what = "is no listing of models in a shape that is known" if served else "was answered instead of a listing"
    says = (
        f"GET /v1/models got {status_words(seen.response)}{'' if served else quoted(seen.response)}, which {what}. "
        f"That is no fault by itself; dgcheck cannot compare what is installed with what is asked for."
    )
    facts = {} if case.settings.models else {"unnamed": "model"}
    yield Match(says, (seen.id,), ("models",), facts=facts)


_ENGINE_EFFECTS = (
    "http_server_error",
    "http_bad_gateway",
    "http_unavailable",
    "http_gateway_timeout",
    "http_stalled",
    "ws_upgrade_rejected",
    "ws_closed_early",
    "ws_no_results",
    "no_models",
    "model_missing",
    "model_misspelt",
    "model_language",
    "model_version",
    "model_not_streaming",
    "model_not_batch",
    "default_model_missing",
    "bad_parameter",
    "transcript_empty",
)

_ENGINE_LOGS = (
    Remedy(
        "See whether the Engine runs, and what it said last: it is ready when its log says `Listening on http`",
        "docker compose ps --all engine; docker compose logs --tail 50 engine",
        "compose",
    ),
    Remedy(
        "See what the API says of the Engine: `Unable to get model info from Engine with any drivers` after the "
        "Engine is up means that the API cannot reach it. api.toml must have `[[driver_pool.standard]]` with `url = "
        '"https://engine:8080/v2"` (https, and the Engine\'s name in the same Compose network)',
        "docker compose logs api | grep -iE 'driver|engine' | tail -20",
        "compose",
    ),
    Remedy(
        "See whether the Engine's pod is ready: Pending means no GPU node, restarts every 10 minutes mean that "
        "loading takes longer than `engine.startupProbe` allows",
        "kubectl -n dg-self-hosted get pods -l app=deepgram-engine -o wide; "
        "kubectl -n dg-self-hosted logs deploy/deepgram-engine --tail 50",
        "helm",
    ),
    Remedy(
        "See what the API says of the Engine; a NetworkPolicy must let deepgram-api reach deepgram-engine-internal "
        "on 8080",
        "kubectl -n dg-self-hosted logs deploy/deepgram-api | grep -iE 'driver|engine' | tail -20",
        "helm",
    ),
)

FAMILY = (
    Cause(
        code="DG5011",
        cause="engine_disconnected",
        title="The API container does not report a connected Engine",
        explanation=(
            "The API container takes requests and hands them to an Engine, which has the models. Its page "
            "/v1/status/engine does not show the one value that is known to be good, Connected. Without an Engine no "
            "request for speech can be served.\n\n"
            "The Engine may not run (no GPU, no licence, a bad configuration), still be loading, or not be reachable "
            "from the API container: another Compose network, a NetworkPolicy, a driver URL that is not "
            "https://…:8080/v2. What other values of that page mean is not published, so dgcheck does not interpret "
            "them."
        ),
        told_apart=(
            "engine_initializing: /v1/status says that no Engine has connected since the start. Where requests are "
            "served although the page says something else, this is information only."
        ),
        remedies=(*_ENGINE_LOGS, Remedy("Ask again", "curl -s {base}/v1/status/engine")),
        explains=(*_ENGINE_EFFECTS, "engine_critical"),
        heals=Heals.SOON,
        when=_disconnected,
        source="developers.deepgram.com/docs/metrics-guide; chart templates/api/api.deployment.yaml",
    ),
    Cause(
        code="DG5012",
        cause="engine_initializing",
        title="The deployment is still starting: no Engine has connected yet",
        explanation=(
            "/v1/status says Initializing from the start of the API container until the first Engine connects. That "
            "takes half a minute to a minute, and several minutes where many models are read from network storage. "
            "Wait. If it does not end, the Engine did not start or cannot be reached, and its log says why."
        ),
        told_apart=(
            "The word Initializing on /v1/status, and no request that was served. An Engine that was connected and "
            "is lost does not bring it back (engine_disconnected)."
        ),
        remedies=(Remedy("Wait until it is ready", "dgcheck run {base} --wait 10m"), *_ENGINE_LOGS),
        explains=("engine_disconnected", *_ENGINE_EFFECTS),
        heals=Heals.SOON,
        when=_initializing,
        source="developers.deepgram.com/docs/self-hosted-status-endpoint",
    ),
    Cause(
        code="DG5013",
        cause="engine_critical",
        title="The deployment reports that many of its requests failed lately",
        explanation=(
            "system_health on /v1/status looks back: Critical means that fewer than 40 % of the recent requests "
            "succeeded, Degraded that 40 to 90 % did. It says nothing of the next request, and nothing of the "
            "reason: an Engine without GPU or out of memory, an overload, one client that keeps sending what cannot "
            "be served. The logs of the failed requests say which."
        ),
        told_apart="The words Critical and Degraded on /v1/status. Other words are not interpreted.",
        remedies=(
            Remedy(
                "Read what failed: look for errors and for `CUDA out of memory`",
                "docker compose logs --since 30m api engine | grep -iE 'error|warn|memory' | tail -50",
                "compose",
            ),
            Remedy(
                "Read what failed: look for errors and for `CUDA out of memory`",
                "kubectl -n dg-self-hosted logs deploy/deepgram-engine --since 30m | grep -iE 'error|warn|memory' | "
                "tail -50",
                "helm",
            ),
            Remedy(
                "Count the answers by status at the Engine's metrics",
                "curl -s http://{host}:9991/metrics | grep engine_requests_total",
            ),
            Remedy("See whether the Engine has its GPU", "docker compose exec engine nvidia-smi", "compose"),
        ),
        explains=("http_server_error", "ws_closed_early", "ws_no_results"),
        heals=Heals.SOON,
        when=_critical,
        source="developers.deepgram.com/docs/self-hosted-status-endpoint",
    ),
    Cause(
        code="DG5015",
        cause="models_endpoint_missing",
        title="The listing of models cannot be read here",
        explanation=(
            "/v1/models was answered, but not with a listing in a shape that is known: an older release may lack "
            "it, a gateway may not pass it on, a newer release may have changed it. Requests for speech do not need "
            "it. Without it dgcheck cannot say what is installed; name the models that your application uses, and "
            "they are tried themselves."
        ),
        told_apart="The API answered elsewhere. A gateway's 401 or 403 for the listing is not meant here.",
        remedies=(
            Remedy("Name the {unnamed} that your application uses", "dgcheck run {base} --model NAME"),
            Remedy("Look at the answer yourself", "curl -sS -i {base}/v1/models"),
        ),
        severity=Severity.INFO,
        when=_no_endpoint,
        source="changelog 2026-06-30",
    ),
)
