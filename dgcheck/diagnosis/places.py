"""Where the evidence points: the proxy that signed answers, Compose, Helm. It chooses which remedies are shown."""

from __future__ import annotations

from dgcheck.model.case import Case
from dgcheck.wire.who import answered, body_signature, signed

# Places that stand behind a more general one: what is right for the general place is shown beside it.
PARTS_OF = {
    "ingress-nginx": ("nginx", "kubernetes"),
    "envoy-gateway": ("envoy", "kubernetes"),
    "contour": ("envoy", "kubernetes"),
    "istio": ("envoy", "kubernetes"),
    "helm": ("kubernetes",),
    "traefik": (),
}
PROXIES = frozenset(
    [
        "nginx",
        "ingress-nginx",
        "haproxy",
        "envoy",
        "envoy-gateway",
        "contour",
        "istio",
        "traefik",
        "caddy",
        "alb",
        "nlb",
        "gce",
        "azure",
        "cloudflare",
        "squid",
        "aws-api-gateway",
        "apache",
        "kong",
        "iis",
    ]
)
# A front that is `envoy` may be any of these; the remedies of all of them stay.
KINDS_OF = {"envoy": ("envoy-gateway", "contour", "istio"), "nginx": ("ingress-nginx",)}


def places(case: Case) -> tuple[str, ...]:
    """The places that the answers of this run give away, the surest first; () when nothing does.

    A name in `Server` is that of the last proxy that wrote the head, so a place here chooses remedies and is no blame.
    """
    found: dict[str, None] = {}
    for wire in case.wires(None):
        if wire.response is None:
            continue
        for who in (body_signature(wire.response), answered(wire.response), signed(wire.response)):
            if who in PROXIES:
                found[who] = None
    for place in _platform(case):
        found[place] = None
    return tuple(found)


def _platform(case: Case) -> tuple[str, ...]:
    surroundings = case.surroundings
    host = case.target.host if case.target else ""
    if (surroundings and surroundings.container == "kubernetes") or host.endswith((".svc", ".svc.cluster.local")):
        return ("kubernetes", "helm")
    if host.startswith(("deepgram-api-external", "deepgram-engine")):
        return ("helm", "kubernetes")
    if host in ("api", "engine", "license-proxy"):
        return ("compose",)
    return ()


def fits(place: str, found: tuple[str, ...]) -> bool:
    """Whether a remedy for `place` may be shown where the evidence points to `found`."""
    if not place or place in found:
        return True
    if any(place in PARTS_OF.get(one, ()) or place in KINDS_OF.get(one, ()) for one in found):
        return True
    if place in PROXIES:
        return not any(one in PROXIES for one in found)
    if place == "compose":
        return "kubernetes" not in found
    if place in ("helm", "kubernetes"):
        return "compose" not in found
    return True
