"""DG3005, DG3006, DG3008, DG3009: answers that are no success: paths, methods, limits, errors of the deployment itself.

Who may come in stands in `access.py`, what a proxy answers when its upstream fails in `gateway.py`, what is wrong with
the request in `request.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy, Severity
from dgcheck.model.evidence import Exchange
from dgcheck.model.record import replace
from dgcheck.readings.groups import Group, group, repeats_alone
from dgcheck.readings.limits import limited_now_and_then, overflow
from dgcheck.readings.telling import checks_of, path_of, questions, writer
from dgcheck.rules.shared import further_switches
from dgcheck.rules.shared.grouped import grouped, listing_fails, stopped_by_size, told
from dgcheck.wire.endpoint import CHECKS
from dgcheck.wire.who import answered, puzzle

SERVER_ERRORS = (500, 501, 505, 506, 507, 508, 510, 511)


def _not_found(case: Case) -> Iterator[Match]:
    found = group(case, (404, 410), asides_alone=False)
    if found is None:
        return
    own = answered(found.response) == "deepgram"
    # Not every release has /v1/certificates, so its 404 says nothing of the path that was asked.
    asked = [seen for seen in found.wires if not seen.request.path.endswith("/v1/certificates")]
    if own and not any(isinstance(seen, Exchange) or seen.check in CHECKS for seen in asked):
        return  # the deployment took the request and did not upgrade it: `ws_upgrade_rejected`
    whose = further_switches.reached(case, found.wires) or (
        "The deployment itself was reached and does not serve this path."
        if own
        else "Nothing shows that the deployment saw this request."
    )
    yield replace(grouped(found, f"{told(found)}. {whose}"), remedies=further_switches.switched_on(found.wires))


def _method(case: Case) -> Iterator[Match]:
    found = group(case, (405,), asides_alone=False)
    if found is None or not any(isinstance(seen, Exchange) or seen.check in CHECKS for seen in found.wires):
        return  # an upgrade alone: a model that is not for streaming, or headers that were lost
    if puzzle(found.response):
        return  # a firewall's captcha: `http_forbidden`
    allowed = found.response.header("allow")
    says = f" It allows {allowed[:80]}." if allowed else ""
    yield replace(grouped(found, f"{told(found)}.{says}"), remedies=further_switches.switched_on(found.wires))


def _limited(case: Case) -> Iterator[Match]:
    found = group(case, (429,)) or repeats_alone(case, (429,))
    if found is None:
        yield from _limit_by_503(case)
        return
    for match in _limit(found):
        repeats = all(seen.check == "replicas" for seen in found.wires)
        yield replace(match, severity=Severity.WARNING) if repeats else match


def _limit(found: Group) -> Iterator[Match]:
    answer = found.response
    pause = answer.header("retry-after")
    wait = f" It says to come again in {pause[:40]}{' s' if pause.isdecimal() else ''}." if pause else ""
    if answered(answer) == "deepgram":
        whose = (
            "It bears Deepgram's mark, so it is the deployment's own limit: [concurrency_limit] in api.toml or "
            "max_active_requests in engine.toml."
        )
        yield grouped(found, f"{told(found)}.{wait} {whose}", {"own_limit": "active_requests"})
        return
    whose = "There is no dg-request-id, so the limit is that of a gateway in front, not the deployment's."
    yield grouped(found, f"{told(found)}.{wait} {whose}", {"gateway": writer(answer)})


_BURST = (
    "limit_req and limit_conn answer so when requests come quickly or side by side, as dgcheck's do; a dead upstream "
    "would be 502. (ingress-nginx also says 503 while no pod is ready.)"
)
_BREAKER = (
    "“overflow” is its word for a circuit breaker of the cluster (max_connections, max_pending_requests, max_requests) "
    "that lets no more through at once, as when dgcheck's requests come side by side."
)


def _limit_by_503(case: Case) -> Iterator[Match]:
    """A 503 of nginx's own to questions that it let through at other times of the same run."""
    refused, served = limited_now_and_then(case)
    if not refused or refused[0].response is None:
        return
    who, means = ("Envoy", _BREAKER) if overflow(refused[0].response) else ("nginx", _BURST)
    says = (
        f"{who} itself answered 503 to {len(refused)} of {len(refused) + len(served)} questions of the same kinds "
        f"({questions(refused)}) and let the others through. The page is its own and bears no dg-request-id. {means}"
    )
    checks = checks_of(refused)
    ids = tuple(seen.id for seen in (*refused, *served))
    sure = Confidence.LIKELY if len(refused) > 1 else Confidence.POSSIBLE
    facts = {"path": path_of(refused[0]), "gateway": writer(refused[0].response)}
    facts |= {"breakers": "circuit breakers"} if means is _BREAKER else {}
    yield Match(says, ids, checks, sure, facts, detail=f"{len(refused)}/{len(refused) + len(served)} refused")


def _server_error(case: Case) -> Iterator[Match]:
    found = group(case, SERVER_ERRORS)
    if found is None or stopped_by_size(case, found):
        yield from listing_fails(case, SERVER_ERRORS)
        return
    request_id = found.response.header("dg-request-id")
    if answered(found.response) == "deepgram":
        named = f" Its request id is {request_id}." if request_id else ""
        yield grouped(found, f"{told(found)}.{named}", {"request_id": request_id})
        return
    unclear = "It bears no mark of Deepgram, so it may be the error of a proxy in front."
    yield grouped(found, f"{told(found)}. {unclear}", confidence=Confidence.LIKELY)


_EFFECTS = (
    "ws_upgrade_rejected",
    "ws_subprotocol",
    "models_endpoint_missing",
    "http_bad_response",
    "remote_url_blocked",
)

FAMILY = (
    Cause(
        code="DG3005",
        cause="http_not_found",
        title="The path of the API is not found",
        explanation=(
            "The answer to a request for speech is 404, and none of the other paths and services that dgcheck tried "
            "explains it. The API may still stand below a path that was not tried, or another product may answer "
            "here. A proxy that serves several paths may know /v1/status and not "
            "/v1/listen, may rewrite the path, or may choose the site by a Host header that this name does not "
            "match. The deployment itself answers so when its `base_url` in api.toml is not `/v1`.\n\n"
            "A 404 for /v1/status or /v1/models alone is no fault: older releases lack them, and gateways may keep "
            "them. /v1/speak, /v2/speak, /v2/listen and /v1/agent/converse are there only where they are switched on; "
            "that is told as a failure where --model or --only asked for one of them."
        ),
        told_apart=(
            "A wrong prefix (url_path_wrong) is shown by another path that answers, a doubled path "
            "(url_path_doubled) by the one without it, another product (wrong_service) by the shape of its answers."
        ),
        remedies=(
            Remedy(
                "A path before /v1 may be missing or wrong: look below which path the proxy serves the API, and put it "
                "into the URL",
                "dgcheck run {scheme}://{authority}/PATH",
            ),
            Remedy("Ask the path itself and look at who answers", "curl -sS -i -X POST '{base}/v1/listen' | head -20"),
            Remedy(
                "See which location takes {path}, and whether proxy_pass ends in a path that replaces it",
                "nginx -T | grep -nE 'location|proxy_pass|rewrite'",
                place="nginx",
            ),
            Remedy(
                "See the ingress's paths: pathType Prefix for /v1, and no rewrite-target that drops it",
                "kubectl get ingress -A -o yaml | grep -nE 'host:|path:|pathType|rewrite-target'",
                place="ingress-nginx",
            ),
            Remedy(
                "See whether an acl on path or host sends it to another backend",
                "grep -nE 'acl|use_backend|default_backend|path' /etc/haproxy/haproxy.cfg",
                place="haproxy",
            ),
            Remedy(
                "See the routes: a 404 without a body comes from Envoy when no route matches host and path",
                "kubectl get httproute -A -o yaml | grep -nE 'hostnames|value:|rewrite' ",
                place="envoy-gateway",
            ),
            Remedy(
                "See the VirtualService: its hosts must name {host}", "kubectl get virtualservice -A", place="istio"
            ),
            Remedy("See the virtual host: its fqdn must be {host}", "kubectl get httpproxy -A", place="contour"),
            Remedy(
                "See the router's rule: Host and PathPrefix must both match",
                "kubectl get ingressroute -A -o yaml | grep -n match",
                place="traefik",
            ),
            Remedy("See the site's matchers: handle_path strips its prefix, handle does not", place="caddy"),
            Remedy(
                "See the listener's rules for the path pattern /v1/*",
                "aws elbv2 describe-rules --listener-arn LISTENER_ARN",
                place="alb",
            ),
            Remedy("The container's base path stands in api.toml under [server]", 'base_url = "/v1"', place="compose"),
            Remedy(
                "The container's base path stands in its ConfigMap",
                "kubectl -n dg-self-hosted get configmap deepgram-api-config -o yaml | grep base_url",
                place="helm",
            ),
        ),
        explains=_EFFECTS,
        when=_not_found,
        source="Deepgram's api.toml: [server] base_url; what proxies answer without a route, measured",
    ),
    Cause(
        code="DG3006",
        cause="http_method_not_allowed",
        title="POST is not allowed there",
        explanation=(
            "The answer to the POST of audio is 405. The path exists for whoever answered, but not with this "
            "method: a web server that serves files, a gateway whose route allows GET alone, or a redirect that "
            "turned the POST into a GET on its way."
        ),
        told_apart=(
            "By the header Allow and by who answered. A 405 to the WebSocket upgrade alone is another matter: a "
            "model that is not for streaming (model_not_streaming) or lost headers (ws_upgrade_not_forwarded)."
        ),
        remedies=(
            Remedy("Let the route for {path} pass GET and POST"),
            Remedy(
                "A location that serves files answers 405 to a POST: it wants proxy_pass; look for limit_except as "
                "well",
                "nginx -T | grep -nE 'location|root|try_files|limit_except'",
                place="nginx",
            ),
            Remedy("Add the method POST to the route, or use ANY", place="aws-api-gateway"),
            Remedy(
                "See the route's method matches",
                "kubectl get httproute -A -o yaml | grep -n 'method:'",
                place="envoy-gateway",
            ),
            Remedy("See the rules on methods", "grep -nE 'method' /etc/haproxy/haproxy.cfg", place="haproxy"),
            Remedy("Look for Method() in the router's rule", place="traefik"),
        ),
        explains=_EFFECTS,
        when=_method,
        source="RFC 9110 section 15.5.6",
    ),
    Cause(
        code="DG3008",
        cause="http_rate_limited",
        title="Too many requests",
        explanation=(
            "The answer is 429, or the page with 503 that nginx and Envoy give for limits of their own. With "
            "dg-request-id it is the deployment's own limit: `active_requests` under [concurrency_limit] in api.toml "
            "answers 429 at once, `max_active_requests` of the Engine after some seconds of trying others. Without "
            "that header a gateway in front counts requests. It is never the quota of an account: self-hosted "
            "deployments have none.\n\n"
            "dgcheck sends some dozen requests within seconds; a very tight limit may be hit by it alone."
        ),
        told_apart=(
            "By dg-request-id: with it the deployment, else a gateway. Retry-After says when to come again. A 503 "
            "counts only as such a page to some of several like questions; a 503 to all is http_unavailable."
        ),
        remedies=(
            Remedy("Look whether the deployment is busy now", "curl -s {base}/v1/status"),
            Remedy("Raise or remove the limit of {gateway}, or exempt /v1/ from it"),
            Remedy(
                "Raise {own_limit} in api.toml, or add API containers",
                "[concurrency_limit]\nactive_requests = 200",
                place="compose",
            ),
            Remedy(
                "Add Engines where {own_limit} is reached, or let the chart scale them",
                "kubectl -n dg-self-hosted scale deployment/deepgram-engine --replicas=2",
                place="helm",
            ),
            Remedy(
                "Look for limit_req and limit_conn in the configuration of {gateway}",
                "nginx -T | grep -nE 'limit_(req|conn)'",
                place="nginx",
            ),
            Remedy(
                "Raise the limits that {gateway} has for this ingress",
                'kubectl annotate ingress INGRESS nginx.ingress.kubernetes.io/limit-rps="100" '
                'nginx.ingress.kubernetes.io/limit-connections="500" --overwrite',
                place="ingress-nginx",
            ),
            Remedy(
                "Look for stick-table with http_req_rate and deny_status 429, if {gateway} is HAProxy",
                "grep -nE 'stick|deny_status|rate' /etc/haproxy/haproxy.cfg",
                place="haproxy",
            ),
            Remedy(
                "See the rate limits of {gateway}",
                "kubectl get backendtrafficpolicy -A -o yaml | grep -n -A8 rateLimit",
                place="envoy-gateway",
            ),
            Remedy(
                "Raise the {breakers} of the cluster: Envoy's defaults are 1024 each",
                "circuit_breakers:\n  thresholds:\n  - max_connections: 4096\n    max_pending_requests: 4096\n"
                "    max_requests: 4096",
                place="envoy",
            ),
            Remedy("See the local rate limit filters", "kubectl get envoyfilter -A", place="istio"),
            Remedy("Look for a rateLimit or inFlightReq middleware on this router", place="traefik"),
            Remedy("Raise throttling in the usage plan or the stage", place="aws-api-gateway"),
            Remedy("Look at the rate limiting rules of this host name", place="cloudflare"),
            Remedy("Come again later and go easier: fewer checks", "dgcheck run {base} --profile quick"),
        ),
        explains=(*_EFFECTS, "replica_unhealthy", "http_unavailable"),
        heals=Heals.SOON,
        when=_limited,
        source="Deepgram's api.toml and chart: [concurrency_limit], max_active_requests; documentation of errors",
    ),
    Cause(
        code="DG3009",
        cause="http_server_error",
        title="The deployment itself failed on this request",
        explanation=(
            "The answer is 500. With dg-request-id the API container took the request and failed on it; its log has "
            "a line with that id, and most often the reason is one of the Engine's: out of GPU memory, a model that "
            "did not load, a container that was restarted meanwhile. Without it a proxy in front may have failed "
            "itself, for example on a full disk while it buffered the audio."
        ),
        told_apart="502, 503 and 504 are a proxy's words about the deployment and have causes of their own.",
        remedies=(
            Remedy(
                "Look for the request id in the API container's log",
                "docker compose logs --since 15m api | grep {request_id}",
                place="compose",
            ),
            Remedy(
                "Look for the request id in the API's log",
                "kubectl -n dg-self-hosted logs deployment/deepgram-api --since=15m | grep {request_id}",
                place="helm",
            ),
            Remedy(
                "Read what the Engine said",
                "docker compose logs --since 15m engine | grep -E 'WARN|ERROR'",
                place="compose",
            ),
            Remedy(
                "Read what the Engine said",
                "kubectl -n dg-self-hosted logs deployment/deepgram-engine --since=15m | grep -E 'WARN|ERROR'",
                place="helm",
            ),
            Remedy("Look whether it fails always or now and then", "curl -s {base}/v1/status"),
            Remedy(
                "Read the proxy's error log: a full disk or a bad rewrite also answers 500",
                "tail -n 20 /var/log/nginx/error.log",
                place="nginx",
            ),
        ),
        explains=_EFFECTS,
        heals=Heals.SOON,
        when=_server_error,
        source="Deepgram's documentation: errors; dg-request-id on every answer of the API container",
    ),
)
