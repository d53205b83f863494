"""DG6020: the same question sometimes works and sometimes fails, as --repeat shows."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Heals, Match, Remedy
from dgcheck.readings import repeated
from dgcheck.readings.telling import listed

_SHOWN = 3  # ways to fail that are named
_NAMES = {
    "dns": "looking the name up",
    "tcp": "connecting",
    "tls": "the TLS handshake",
    "rest": "the POST of speech",
    "ws.upgrade": "the WebSocket upgrade",
    "ws.stream": "streaming speech",
}


def _fails_at_times(case: Case) -> Iterator[Match]:
    found = repeated.intermittent(case)
    if not found:
        return
    counts = listed(
        f"{_NAMES.get(check, check)} {sum(not one.fine for one in tries)} of {len(tries)} times"
        for check, tries in found.items()
    )
    every = [one for tries in found.values() for one in tries]
    failed, passed = sum(not one.fine for one in every), sum(one.fine for one in every)
    bounds = repeated.interval(passed, len(every))
    shown = listed(repeated.ways(every)[:_SHOWN])
    pattern = repeated.pattern(case)
    goes = f" It failed {pattern.says}{pattern.means}." if pattern is not None else ""
    nothing = (
        " The failures go with no address, no replica and no stretch of time." if pattern is None and failed > 2 else ""
    )
    says = (
        f"Asked again and again on new connections, the same questions are intermittent: what failed was {counts}, "
        f"with {shown}. Of all such tries {repeated.percent(bounds)} pass.{goes}{nothing}"
    )
    ids = tuple(dict.fromkeys(id_ for one in every if not one.fine for id_ in one.seen))
    facts = {"bad_address": pattern.value} if pattern is not None and pattern.kind == "address" else {}
    detail = f"intermittent, {failed} of {len(every)} failed"
    yield Match(says, ids, tuple(found), facts=facts, detail=detail)


FAMILY = (
    Cause(
        code="DG6020",
        cause="intermittent",
        title="It works only now and then",
        explanation=(
            "The same question was put several times, each time on a new connection, and was answered well some times "
            "and not at others. One run that passes proves little then, and neither does one that fails.\n\n"
            "The share is told with an interval: in it the true share lies with 95 %. Where failures go with one "
            "address, with a replica behind it or with a stretch of time, that is told, for it points to the cause: "
            "an address or a replica that is ill, a restart, an overload. Where they go with nothing, think of a limit "
            "that is reached now and then, of a lossy network, or of replicas that are chosen at random."
        ),
        told_apart=(
            "By repetition (`--repeat 10`) alone. Where the failures go with a replica or an address, "
            "replica_unhealthy and partial_addresses_dead say which."
        ),
        remedies=(
            Remedy("Ask more often, for a surer share", "dgcheck run {base} --repeat 50"),
            Remedy("Ask the failing address alone", "dgcheck run {base} --resolve {host}={bad_address} --repeat 10"),
            Remedy(
                "Ask the deployment past the proxy: if that works each time, it is the proxy or the way to it",
                "dgcheck run http://API_HOST:8080 --repeat 10",
            ),
            Remedy(
                "Look for restarts, and for limits that were reached",
                "docker compose ps --all\ndocker compose logs --since 10m api engine",
                "compose",
            ),
            Remedy(
                "Look for restarts, and for limits that were reached",
                "kubectl -n dg-self-hosted get pods -o wide\n"
                "kubectl -n dg-self-hosted logs -l app=deepgram-api --prefix --since=10m",
                "helm",
            ),
        ),
        explains=(
            "http_server_error",
            "http_bad_gateway",
            "http_unavailable",
            "http_gateway_timeout",
            "http_stalled",
            "http_bad_response",
            "http_rate_limited",
            "tcp_reset",
            "tcp_closed_early",
            "tcp_refused",
            "tls_failed",
            "ws_upgrade_rejected",
            "ws_closed_early",
            "ws_no_results",
        ),
        heals=Heals.SOON,
        when=_fails_at_times,
        source="E. B. Wilson's interval of 1927",
    ),
)
