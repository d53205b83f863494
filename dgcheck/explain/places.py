"""Which remedies fit where the text comes from; the same distinctions as a live run makes by its evidence."""

from __future__ import annotations

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    from collections.abc import Mapping

# The proxies that remedies know. `dgcheck.diagnosis.places` has the same; a test compares them.
PROXIES = frozenset(
    "nginx ingress-nginx haproxy envoy envoy-gateway contour istio traefik caddy alb nlb gce azure cloudflare squid "
    "aws-api-gateway apache kong iis".split()
)
_SPEAKERS = {"api-gateway": "aws-api-gateway", "kubernetes": "kubernetes"}
_KINDS_OF = {"envoy": ("envoy-gateway", "contour", "istio"), "nginx": ("ingress-nginx",)}


def places(known: Mapping[str, str], speaker: str) -> tuple[str, ...]:
    """The places that the text gives away: the proxy that speaks, the cluster or the composition that names show."""
    found = []
    speaker = _SPEAKERS.get(speaker, speaker)
    if speaker in PROXIES or speaker == "kubernetes":
        found.append(speaker)
    host = known.get("host", "")
    if host.endswith((".svc", ".svc.cluster.local")) or host.startswith(("deepgram-api-external", "deepgram-engine")):
        found += ["kubernetes", "helm"]
    elif host in ("api", "engine", "license-proxy"):
        found.append("compose")
    return tuple(found)


def fits(place: str, found: tuple[str, ...]) -> bool:
    """Whether a remedy for `place` may be shown where the text points to `found`."""
    if not place or place in found or any(place in _KINDS_OF.get(one, ()) for one in found):
        return True
    if place in PROXIES:
        return False
    if place == "compose":
        return "kubernetes" not in found
    return not (place in ("helm", "kubernetes") and "compose" in found)
