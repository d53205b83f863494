"""The deployment's own state, and ports on which something else answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dgcheck.model.record import replace
from dgcheck.sim import bodies, shapes
from dgcheck.sim.asked import Asked, Reply
from dgcheck.sim.core import Effect
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.faults import pages
from dgcheck.sim.faults.fault import Fault, always
from dgcheck.sim.models import many

METRICS = """\
# HELP engine_active_requests Active requests
# TYPE engine_active_requests gauge
engine_active_requests{kind="batch"} 0
engine_active_requests{kind="stream"} 0
engine_active_requests{kind="tts"} 0
# HELP engine_max_active_requests Limit, 0 = none
# TYPE engine_max_active_requests gauge
engine_max_active_requests 0
# HELP engine_estimated_stream_capacity Estimate
# TYPE engine_estimated_stream_capacity gauge
engine_estimated_stream_capacity 120
"""
LICENSE_STATUS = {
    "state": "Connected",
    "last_successful_checkin": "2026-11-01T00:00:00Z",
    "trust_expiration": "2026-12-01T00:00:00Z",
}
WELCOME = (
    "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n"
    "<p>If you see this page, the nginx web server is successfully installed and working.</p>\n</body>\n</html>\n"
)


def deploys(**parts: Any) -> Effect:
    """An effect that sets these fields of the deployment."""
    return Effect(deploy=lambda deployment: replace(deployment, **parts))


def switches(**parts: Any) -> Effect:
    """An effect that sets these switches."""

    def change(deployment: Deployment) -> Deployment:
        return replace(deployment, switches=replace(deployment.switches, **parts))

    return Effect(deploy=change)


def _serves(routes: dict[str, Callable[[], Reply]], otherwise: Reply) -> Callable[[float], Effect]:
    """Another product: these paths, and one answer to all others."""

    def hook(asked: Asked) -> Reply:
        return routes[asked.path]() if asked.path in routes else otherwise

    return always(Effect(instead=hook))


def _json(status: int, body: Any) -> Callable[[], Reply]:
    return lambda: bodies.json_reply(status, shapes.dump(body))


def _text(body: str, kind: str) -> Callable[[], Reply]:
    return lambda: bodies.plain(200, body, kind)


def _states() -> tuple[Fault, ...]:
    return (
        Fault(
            name="engine_disconnected",
            says="the Engine went away: the health is that of before, the listing empty, transcriptions get 503",
            causes=("engine_disconnected",),
            resembles=("http_unavailable", "no_models"),
            makes=always(deploys(connected=False, health="Healthy")),
        ),
        Fault(
            name="engine_lost",
            says="the Engine went away: health and listing are those of before, transcriptions get 503",
            causes=("engine_disconnected",),
            makes=always(deploys(connected=False, health="Healthy", keeps_listing=True)),
        ),
        Fault(
            name="engine_never",
            says="no Engine ever connected: Initializing, no listing, transcriptions get 503",
            causes=("engine_initializing", "engine_disconnected"),
            resembles=("http_unavailable", "no_models"),
            makes=always(deploys(connected=False)),
        ),
        Fault(
            name="initializing",
            says="Initializing for so many seconds, then Ready",
            causes=("engine_initializing",),
            resembles=("engine_disconnected", "no_models"),
            value=3600,
            unit="seconds",
            makes=lambda seconds: deploys(initializing=seconds),
        ),
        Fault(
            name="concurrency_above",
            says="the deployment's own 429 for whatever comes while so many requests are active",
            causes=("http_rate_limited",),
            value=1,
            unit="requests",
            makes=lambda count: deploys(concurrency=max(1, int(count))),
        ),
        Fault(
            name="health_critical",
            says="/v1/status says Critical; requests work",
            causes=("engine_critical",),
            makes=always(deploys(health="Critical")),
        ),
        Fault(
            name="health_degraded",
            says="/v1/status says Degraded; requests work",
            causes=("engine_critical",),
            makes=always(deploys(health="Degraded")),
        ),
        Fault(
            name="health_unknown_word",
            says="/v1/status says a word that no page names; requests work",
            resembles=("engine_critical", "engine_initializing"),
            makes=always(deploys(health="Rebalancing")),
        ),
        Fault(
            name="health_ready",
            says="/v1/status stays Ready, which is in order",
            resembles=("engine_initializing",),
            makes=always(deploys(health="Ready")),
        ),
        Fault(
            name="status_absent",
            says="no /v1/status and no /v1/status/engine",
            resembles=("wrong_service", "http_not_found"),
            makes=always(deploys(status="absent", engine="absent", certificates="absent")),
        ),
        Fault(
            name="status_204",
            says="/v1/status answers 204, as in 2023",
            resembles=("http_bad_response", "wrong_service"),
            makes=always(deploys(status="204", engine="absent", certificates="absent")),
        ),
        Fault(
            name="status_garbled",
            says="/v1/status answers JSON that is cut off; the rest works",
            resembles=("wrong_service",),
            makes=always(deploys(status="garbled")),
        ),
        Fault(
            name="certificates_absent",
            says="no /v1/certificates, as before release 260319",
            resembles=("product_certificate",),
            makes=always(deploys(certificates="absent")),
        ),
        Fault(
            name="certificate_near",
            says="the product certificate's support ends in 20 days",
            causes=("product_certificate",),
            makes=always(deploys(certificate_days=20.0)),
        ),
        Fault(
            name="certificate_unsupported",
            says="the product certificate's support ended 30 days ago; its life has not",
            causes=("product_certificate",),
            makes=always(deploys(certificate_days=-30.0)),
        ),
        Fault(
            name="certificate_expired",
            says="the product certificate's life ended yesterday",
            causes=("product_certificate",),
            makes=always(deploys(certificate_days=-547.0, life_days=-1.0)),
        ),
    )


def _licence() -> tuple[Fault, ...]:
    texts = (
        ("license_expired", "License expired. Please contact Deepgram support."),
        ("license_invalid", "License validation failed: invalid or missing license."),
        ("license_unreachable", "Aegis request to https://license.deepgram.com failed: connection timed out"),
    )
    return tuple(
        Fault(
            name=name,
            says=f"transcriptions get 500 with `{text}` (the real words: unknown)",
            causes=("license", "http_server_error"),
            makes=always(deploys(license_text=text)),
        )
        for name, text in texts
    )


def _others() -> tuple[Fault, ...]:
    wrong = ("wrong_service",)
    openai = {"object": "list", "data": [{"id": "whisper-large-v3", "object": "model", "owned_by": "local"}]}
    return (
        Fault(
            name="service_engine_metrics",
            says="the Engine's metrics port: /metrics with engine_ names, /v1/certificates, nothing else",
            causes=wrong,
            resembles=("http_not_found",),
            makes=_serves(
                {"/metrics": _text(METRICS, "text/plain; version=0.0.4"), "/v1/certificates": _json(200, {})},
                bodies.plain(404, ""),
            ),
        ),
        Fault(
            name="service_license_proxy",
            says="the licence proxy's status port: /v1/status with `state`, nothing else",
            causes=wrong,
            resembles=("http_not_found", "engine_critical"),
            makes=_serves({"/v1/status": _json(200, LICENSE_STATUS)}, bodies.plain(404, "")),
        ),
        Fault(
            name="service_nginx",
            says="a fresh nginx: its welcome page at /, 404 elsewhere",
            causes=("wrong_service", "http_not_found"),
            makes=_serves({"/": lambda: pages.answer(200, WELCOME, "text/html", "nginx/1.22.1")}, pages.nginx(404)),
        ),
        Fault(
            name="service_nginx_catch_all",
            says="a web server that answers every path with its page",
            causes=("wrong_service", "http_bad_response"),
            makes=_serves({}, pages.answer(200, WELCOME, "text/html", "nginx/1.22.1")),
        ),
        Fault(
            name="service_grafana",
            says="a Grafana: redirects to /login, JSON 401 below /api",
            causes=("wrong_service", "http_redirect"),
            makes=_serves(
                {
                    "/login": lambda: pages.html(200, "Grafana"),
                    "/api/health": _json(200, {"database": "ok", "version": "11.1.0"}),
                },
                pages.bare(302).having("Location", "/login").having("Cache-Control", "no-store"),
            ),
        ),
        Fault(
            name="service_whisper",
            says="a Whisper server with OpenAI's API: another /v1/models, JSON 404 elsewhere",
            causes=wrong,
            resembles=("models_endpoint_missing",),
            makes=_serves(
                {"/v1/models": _json(200, openai)}, bodies.json_reply(404, shapes.dump({"detail": "Not Found"}))
            ),
        ),
        Fault(
            name="service_mongodb",
            says="MongoDB's sentence for HTTP clients",
            causes=wrong,
            makes=_serves(
                {},
                bodies.plain(
                    200,
                    "It looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n",
                    "text/plain",
                ),
            ),
        ),
        Fault(
            name="service_kubernetes",
            says="a Kubernetes API server: Status objects, 401",
            causes=("wrong_service", "http_unauthorized"),
            makes=_serves(
                {},
                bodies.json_reply(
                    401,
                    shapes.dump(
                        {
                            "kind": "Status",
                            "apiVersion": "v1",
                            "metadata": {},
                            "status": "Failure",
                            "message": "Unauthorized",
                            "reason": "Unauthorized",
                            "code": 401,
                        }
                    ),
                ),
            ),
        ),
        Fault(
            name="service_hosted",
            says="like the hosted service: no status, a long listing, 401 for transcription",
            causes=("wrong_service", "http_unauthorized", "hosted_endpoint"),
            makes=always(
                Effect(
                    deploy=_hosted,
                    instead=pages.instead(
                        lambda _: pages.deepgram(401, "INVALID_AUTH", "Invalid credentials."), pages.on_listen
                    ),
                )
            ),
        ),
    )


def _hosted(deployment: Deployment) -> Deployment:
    return replace(
        deployment, models=many(143), listing="hosted", status="absent", engine="absent", certificates="absent"
    )


FAULTS = (*_states(), *_licence(), *_others())
