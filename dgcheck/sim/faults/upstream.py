"""What a proxy answers when it cannot use the deployment behind it, or when there is too much of it."""

from __future__ import annotations

from collections.abc import Callable

from dgcheck.sim.core import Effect
from dgcheck.sim.faults import pages
from dgcheck.sim.faults.fault import Fault, always, proxy, says
from dgcheck.sim.faults.pages import instead


def _after(page: pages.Page, status: int) -> Callable[[float], Effect]:
    """Gives up on a transcription after so many seconds; the small questions pass."""
    return lambda seconds: Effect(instead=instead(pages.late(page(status), seconds), pages.on_listen))


limited = pages.nginx(429).having("Retry-After", "7")

FAULTS = (
    Fault(
        name="rate_limited",
        says="a gateway answers 429 with Retry-After to everything",
        causes=("http_rate_limited",),
        makes=says(limited),
    ),
    Fault(
        name="rate_limited_listen",
        says="Envoy answers 429 to transcriptions, with no Retry-After",
        causes=("http_rate_limited",),
        makes=says(pages.envoy(429), pages.on_listen),
    ),
    proxy("bad_gateway_nginx", 502, pages.nginx, "http_bad_gateway", "nginx"),
    proxy("bad_gateway_haproxy", 502, pages.haproxy, "http_bad_gateway", "HAProxy"),
    proxy("bad_gateway_envoy", 502, pages.envoy, "http_bad_gateway", "Envoy"),
    proxy("bad_gateway_alb", 502, pages.alb, "http_bad_gateway", "an AWS ALB"),
    proxy("bad_gateway_gce", 502, pages.gce, "http_bad_gateway", "a Google load balancer"),
    proxy("bad_gateway_azure", 502, pages.azure, "http_bad_gateway", "an Azure Application Gateway"),
    proxy("bad_gateway_caddy", 502, pages.caddy, "http_bad_gateway", "Caddy"),
    proxy("bad_gateway_traefik", 502, pages.traefik, "http_bad_gateway", "Traefik"),
    proxy("bad_gateway_cloudflare", 502, pages.cloudflare, "http_bad_gateway", "Cloudflare"),
    proxy("unavailable_nginx", 503, pages.nginx, "http_unavailable", "nginx"),
    proxy("unavailable_haproxy", 503, pages.haproxy, "http_unavailable", "HAProxy"),
    proxy("unavailable_alb", 503, pages.alb, "http_unavailable", "an AWS ALB"),
    proxy("unavailable_traefik", 503, pages.traefik, "http_unavailable", "Traefik"),
    proxy("unavailable_istio", 503, pages.istio, "http_unavailable", "Istio's gateway"),
    Fault(
        name="unavailable_envoy",
        says="Envoy has nothing healthy: 503 to requests, 403 without a body to upgrades",
        causes=("http_unavailable",),
        resembles=("ws_upgrade_not_forwarded", "http_forbidden"),
        makes=always(
            Effect(instead=lambda asked: pages.envoy(403 if asked.upgrade else 503)),
        ),
    ),
    Fault(
        name="gateway_timeout_nginx",
        says="nginx answers 504 to transcriptions after a while",
        causes=("http_gateway_timeout",),
        value=1,
        unit="seconds",
        makes=_after(pages.nginx, 504),
    ),
    Fault(
        name="gateway_timeout_haproxy",
        says="HAProxy answers 504 to transcriptions after a while",
        causes=("http_gateway_timeout",),
        value=1,
        unit="seconds",
        makes=_after(pages.haproxy, 504),
    ),
    Fault(
        name="gateway_timeout_envoy",
        says="Envoy answers 504 to transcriptions after a while",
        causes=("http_gateway_timeout",),
        value=1,
        unit="seconds",
        makes=_after(pages.envoy, 504),
    ),
    Fault(
        name="gateway_timeout_alb",
        says="an AWS ALB answers 504 to transcriptions after a while",
        causes=("http_gateway_timeout",),
        value=1,
        unit="seconds",
        makes=_after(pages.alb, 504),
    ),
    Fault(
        name="gateway_timeout_cloudflare",
        says="Cloudflare answers 524 to transcriptions after a while",
        causes=("http_gateway_timeout",),
        value=1,
        unit="seconds",
        makes=_after(pages.cloudflare, 524),
    ),
)
