"""Refusals that are the limit of a proxy and no illness of what stands behind it."""

from __future__ import annotations

from dgcheck.model.case import Case
from dgcheck.model.evidence import Response, Wire
from dgcheck.readings.answers import ASIDES, works
from dgcheck.wire.deployment import serves
from dgcheck.wire.who import body_signature, is_deepgram

AFTER_A_PAUSE = "after_a_pause"  # an experiment: a refused question once more, when nothing else is asked

_CHECKS = (*ASIDES, "rest", "ws.upgrade", "ws.stream", "replicas")


def limit_page(response: Response | None) -> bool:
    """Whether this is nginx's own page with 503, or Envoy's that names a limit of its own (`overflow`).

    nginx writes it for `limit_req` and `limit_conn` unless told to use another status; a dead or refusing upstream gets
    502 from it, a slow one 504 (nginx: ngx_http_limit_req_module, ngx_http_upstream_module). Envoy writes `overflow`
    where a circuit breaker of the cluster let no more requests through, whatever the health of what stands behind.
    """
    if response is None or response.status != 503 or is_deepgram(response):
        return False
    return body_signature(response) == "nginx" or overflow(response)


def overflow(response: Response) -> bool:
    """Whether Envoy says that one of its circuit breakers is open."""
    return body_signature(response) == "envoy" and "reset reason: overflow" in response.body


def _asked(case: Case) -> list[Wire]:
    return [seen for seen in case.of(Wire, "") if seen.check in _CHECKS]


def refused_by_limit(case: Case) -> tuple[Wire, ...]:
    """The run's own questions that got such a page."""
    return tuple(seen for seen in _asked(case) if limit_page(seen.response))


def limited_now_and_then(case: Case) -> tuple[tuple[Wire, ...], tuple[Wire, ...]]:
    """Questions that got nginx's own 503, and those of the same methods and paths that were served meanwhile.

    () and () where one of the two is missing: a 503 to everything is no burst.
    """
    asked = [*_asked(case), *case.of(Wire, "", AFTER_A_PAUSE)]
    refused = tuple(seen for seen in asked if limit_page(seen.response))
    kinds = {_kind(seen) for seen in refused}
    served = tuple(seen for seen in asked if _kind(seen) in kinds and (works(seen) or serves(seen)))
    return (refused, served) if refused and served else ((), ())


def _kind(seen: Wire) -> tuple[str, str, str]:
    return type(seen).__name__, seen.request.method, seen.request.target.partition("?")[0]
