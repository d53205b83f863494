"""Deployments in which nothing is wrong, in forms that look odd; and replicas, of which one is ill."""

from __future__ import annotations

from dgcheck.sim.asked import Greeting
from dgcheck.sim.core import Effect
from dgcheck.sim.faults import pages
from dgcheck.sim.faults.fault import Fault, always
from dgcheck.sim.faults.service import deploys, switches
from dgcheck.sim.models import ENGLISH, HELPERS, speech

NOVA_2 = (speech("nova-2-general", ENGLISH, version="2024-01-18.26916"), *HELPERS)


def _well() -> tuple[Fault, ...]:
    return (
        Fault(
            name="cold_model",
            says="the first transcription takes so many seconds, and so long the others wait",
            resembles=("slow_response", "ws_no_results"),
            value=2,
            unit="seconds",
            makes=lambda seconds: deploys(first_request=seconds),
        ),
        Fault(
            name="extra_fields",
            says="every answer has fields that no reader knows",
            resembles=("http_bad_response", "models_endpoint_missing"),
            makes=always(deploys(extra_fields=True)),
        ),
        Fault(
            name="request_id_everywhere",
            says="status and models carry dg-request-id too",
            makes=always(switches(request_id_on_status=True)),
        ),
        Fault(
            name="server_header",
            says="the deployment's own answers have a Server header",
            resembles=("wrong_service",),
            makes=always(switches(server="warp")),
        ),
        Fault(
            name="proxied",
            says="a well-behaved proxy signs every answer with Server and Via",
            resembles=("middlebox", "wrong_service"),
            makes=always(
                Effect(alter=lambda _, reply: reply.having("Server", "nginx").having("Via", "1.1 edge.example.test"))
            ),
        ),
        Fault(
            name="old_release",
            says="as in 2023: 204 from /v1/status, a flat listing, no certificates, idle limit 10 s",
            resembles=("wrong_service", "models_endpoint_missing"),
            makes=always(deploys(status="204", certificates="absent", listing="old_flat", idle=10.0)),
        ),
    )


def _replicas() -> tuple[Fault, ...]:
    return (
        Fault(
            name="replicas_alike",
            says="two replicas that are the same",
            resembles=("models_differ_between_replicas", "replica_unhealthy"),
            replicas=2,
            makes=always(Effect()),
        ),
        Fault(
            name="replica_models",
            says="two replicas; the second has Nova-2 alone",
            causes=("models_differ_between_replicas",),
            resembles=("model_missing", "replica_unhealthy"),
            replicas=2,
            makes=always(deploys(models=NOVA_2)),
        ),
        Fault(
            name="replica_server_error",
            says="two replicas; the second answers transcriptions with 500",
            causes=("replica_unhealthy",),
            resembles=("models_differ_between_replicas",),
            replicas=2,
            makes=always(
                Effect(
                    instead=pages.instead(
                        lambda _: pages.deepgram(500, "INTERNAL_SERVER_ERROR", "An error occurred."), pages.on_listen
                    )
                )
            ),
        ),
        Fault(
            name="replica_resets",
            says="three replicas; the third resets every connection",
            causes=("replica_unhealthy",),
            replicas=3,
            makes=always(Effect(greeting=Greeting(ending="reset"))),
        ),
        Fault(
            name="replica_bad_gateway",
            says="three replicas; the third is dead behind nginx, which answers 502",
            causes=("replica_unhealthy",),
            replicas=3,
            makes=always(Effect(instead=pages.instead(pages.nginx(502)))),
        ),
        Fault(
            name="replica_no_engine",
            says="two replicas; the second has no Engine",
            causes=("replica_unhealthy", "engine_disconnected"),
            replicas=2,
            makes=always(deploys(connected=False, keeps_listing=True)),
        ),
        Fault(
            name="replica_no_upgrade",
            says="two replicas; the second refuses upgrades with 400",
            causes=("replica_unhealthy",),
            replicas=2,
            makes=always(Effect(instead=pages.instead(pages.bare(400), pages.upgrades))),
        ),
        Fault(
            name="replica_empty",
            says="two replicas; the second answers every stream without a word",
            causes=("replica_unhealthy", "transcript_empty"),
            replicas=2,
            makes=always(deploys(deaf_to=frozenset({"streaming"}))),
        ),
    )


FAULTS = (*_well(), *_replicas())
