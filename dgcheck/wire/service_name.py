"""Names that exist only inside Kubernetes or a Compose network, and the search lists of pods.

The names are those of Deepgram's Helm chart and Compose files (self-hosted-api.md §8).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass

GUIDE_NAMESPACE = "dg-self-hosted"  # the namespace of Deepgram's guides
CHART_SERVICE = "deepgram-api-external"
COMPOSE_SERVICES = ("api", "engine", "license-proxy")
# Namespaces in which a deployment is looked for where a short name is not found; asked of the pod's own DNS.
LIKELY_NAMESPACES = (GUIDE_NAMESPACE, "deepgram", "default")
_POD_DOMAIN = pattern(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?)\.svc\.(.+)", re.IGNORECASE)
_IN_CLUSTER = pattern(r"([^.]+)\.([^.]+)\.svc(\..+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ServiceName:
    """A name of a Kubernetes Service: `service`, and `namespace` where the name says it."""

    service: str
    namespace: str = ""


def plain(name: str) -> str:
    """A DNS name for comparison: lower case, without the dot at its end."""
    return name.rstrip(".").lower()


def read_service(name: str) -> ServiceName | None:
    """The Service in a name: `X.NAMESPACE.svc…`, or a short name that only Deepgram's chart uses; None otherwise."""
    inside = _IN_CLUSTER.fullmatch(plain(name))
    if inside:
        return ServiceName(inside.group(1), inside.group(2))
    first, _, rest = plain(name).partition(".")
    if re.fullmatch(r"(.*-)?deepgram-(api|engine|license-proxy|billing)(-[a-z-]+)?|deepgram-api", first):
        return ServiceName(first, rest) if rest.count(".") == 0 else None
    return None


def pod_domain(search: Sequence[str]) -> tuple[str, str] | None:
    """(namespace, cluster domain) of a pod's search list, as in `app.svc.cluster.local`; None outside a cluster."""
    for domain in search:
        found = _POD_DOMAIN.fullmatch(plain(domain))
        if found:
            return found.group(1), found.group(3)
    return None


def searched(name: str, search: Sequence[str]) -> tuple[str, ...]:
    """The names that the search list makes of a name; () where a dot at its end forbids it."""
    if name.endswith("."):
        return ()
    return tuple(dict.fromkeys(f"{plain(name)}.{plain(domain)}" for domain in search if plain(domain)))


def in_other_namespaces(name: str, search: Sequence[str]) -> tuple[str, ...]:
    """Where a short name might be meant: the same Service in the namespaces in which deployments usually stand."""
    here = pod_domain(search)
    if here is None or "." in name:
        return ()
    own, cluster = here
    return tuple(f"{plain(name)}.{other}.svc.{cluster}" for other in LIKELY_NAMESPACES if other != own)
