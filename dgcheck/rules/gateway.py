"""DG3010 to DG3012: a proxy or load balancer cannot use what stands behind it."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy
from dgcheck.model.evidence import Exchange, Upgrade
from dgcheck.model.record import replace
from dgcheck.readings.answers import asides, opened, upgrades, works
from dgcheck.readings.forwarding import envoy_refuses_upgrade
from dgcheck.readings.groups import Group, group, nothing_ready
from dgcheck.readings.telling import after, questions, upper
from dgcheck.rules.shared.grouped import grouped, listing_fails, stopped_by_size, told
from dgcheck.wire.deployment import serves
from dgcheck.wire.who import answered

# Cloudflare's own numbers: the origin refused (521), was silent (522), was not routable (523), broke TLS (525, 526)...
CLOUDFLARE = {
    520: "the origin sent something that is no answer",
    521: "the origin refused the connection",
    522: "the origin did not accept a connection in time",
    523: "the origin cannot be reached",
    525: "the TLS handshake with the origin failed",
    526: "the origin's certificate is not valid",
    530: "the origin's name cannot be resolved",
}
BAD_GATEWAY = (502, 464, *CLOUDFLARE)
TIMEOUTS = (504, 524)


def _deployment_is_up(case: Case, found: Group) -> str:
    """` GET /v1/status is answered by the deployment meanwhile.`, '' when nothing of it was."""
    served = [seen for seen in asides(case) if serves(seen)]
    if not served or found.fine:
        return ""
    return f" Meanwhile the deployment did answer {questions(served)}."


def _bad_gateway(case: Case) -> Iterator[Match]:
    found = group(case, BAD_GATEWAY)
    if found is None or stopped_by_size(case, found):
        yield from listing_fails(case, BAD_GATEWAY)
        return
    if _upgrade_alone(case, found):
        yield from _no_upgrade(case, found)
        return
    status = found.response.status
    means = CLOUDFLARE.get(status, "it got no answer from what stands behind it")
    if status == 464:
        means = "client and target group do not speak the same version of HTTP"
    says = f"{told(found, after(found.first))}. {upper(means)}.{_deployment_is_up(case, found)}"
    yield grouped(found, says, {"http_versions": "HTTP1" if status == 464 else ""})


def _upgrade_alone(case: Case, found: Group) -> bool:
    """Whether nothing but upgrades failed so, and all of them, while the same way leads to the deployment."""
    if not all(isinstance(seen, Upgrade) for seen in (*found.wires, *found.also)):
        return False
    if any(opened(seen) for seen in case.of(Upgrade, "", None)):
        return False
    return any(isinstance(seen, Exchange) and works(seen) for seen in found.fine) or any(map(serves, asides(case)))


def _no_upgrade(case: Case, found: Group) -> Iterator[Match]:
    """The proxy has a deployment to ask, and fails at switching protocols."""
    says = (
        f"{told(found, after(found.first))}. Only the upgrade gets this answer: other requests reach the deployment "
        f"the same way, so something on the way cannot carry a WebSocket, or gets no answer to the upgrade."
        f"{_deployment_is_up(case, found)}"
    )
    yield replace(grouped(found, says, {"only": "WebSocket"}, Confidence.LIKELY), detail="the upgrade alone")


def _unavailable(case: Case) -> Iterator[Match]:
    found = group(case, (503,)) or nothing_ready(case)
    if found is None:
        yield from listing_fails(case, (503,))
        return
    answer = found.response
    if answered(answer) == "deepgram":
        means = "It is the deployment's own word: no Engine could take the request, or it is overloaded."
    else:
        means = "It means that nothing healthy stands behind it, or that it is overloaded."
    pause = answer.header("retry-after")
    wait = f" It says to come again in {pause[:40]}{' s' if pause.isdecimal() else ''}." if pause else ""
    refused = [seen for seen in upgrades(case) if envoy_refuses_upgrade(seen)]
    effect = (
        " Its 403 to the WebSocket upgrade is the same fault: Envoy says so when nothing is ready." if refused else ""
    )
    whole = Group((*found.wires, *refused), found.fine, found.also)
    squid = answer.header("x-squid-error")
    why = f" The proxy gives {squid[:60]} as the reason." if squid else ""
    says = f"{told(found, after(found.first))}. {means}{wait}{why}{effect}{_deployment_is_up(case, found)}"
    facts = {"own_words": "503" if answered(answer) == "deepgram" else "", "squid_error": squid}
    yield grouped(whole, says, facts, Confidence.LIKELY if nothing_ready(case) else Confidence.CERTAIN)


def _timeout(case: Case) -> Iterator[Match]:
    found = group(case, TIMEOUTS)
    if found is None:
        yield from listing_fails(case, TIMEOUTS)
        return
    means = "It gave up waiting for what stands behind it"
    says = f"{told(found, after(found.first))}. {means}.{_deployment_is_up(case, found)}"
    yield grouped(found, says)


_EFFECTS = (
    "ws_upgrade_rejected",
    "ws_subprotocol",
    "ws_closed_early",
    "ws_idle_cut",
    "models_endpoint_missing",
    "http_bad_response",
    "http_not_found",
    "remote_url_blocked",
    "slow_response",
    "out_of_time",
)
_LOOK = (
    Remedy(
        "See whether the API container runs and what it says",
        "docker compose ps\ndocker compose logs --tail 50 api",
        place="compose",
    ),
    Remedy(
        "See whether the API pods are ready, and whether the Service has endpoints",
        "kubectl -n dg-self-hosted get pods -l app=deepgram-api\nkubectl get endpointslices -l "
        "kubernetes.io/service-name=deepgram-api-external",
        place="helm",
    ),
)
_HEALTH = (
    Remedy(
        "See which servers HAProxy holds for dead, and why",
        "echo 'show stat' | socat stdio /run/haproxy/admin.sock | cut -d, -f1,2,18,37",
        place="haproxy",
    ),
    Remedy(
        "See which endpoints Envoy holds for dead",
        "curl -s http://localhost:9901/clusters | grep -E 'health_flags|cx_connect_fail'",
        place="envoy",
    ),
    Remedy(
        "See whether the route's backend has ready endpoints",
        "kubectl get httproute,backendtrafficpolicy -A -o yaml | grep -nE 'backendRefs|reason:'",
        place="envoy-gateway",
    ),
    Remedy(
        "See the endpoints as the mesh knows them",
        "istioctl proxy-config endpoints deployment/istio-ingressgateway -n istio-system | grep deepgram",
        place="istio",
    ),
    Remedy(
        "See the reasons for unhealthy targets",
        "aws elbv2 describe-target-health --target-group-arn TARGET_GROUP_ARN",
        place="alb",
    ),
    Remedy(
        "Let the load balancer ask /v1/status (200; images of 2023 answer 204) on the traffic port",
        "aws elbv2 modify-target-group --target-group-arn TARGET_GROUP_ARN --health-check-path /v1/status --matcher "
        "HttpCode=200,204",
        place="alb",
    ),
    Remedy(
        "See the health of the backends",
        "gcloud compute backend-services get-health BACKEND_SERVICE --global",
        place="gce",
    ),
    Remedy(
        "See the health of the backends",
        "az network application-gateway show-backend-health -g GROUP -n GATEWAY",
        place="azure",
    ),
)

FAMILY = (
    Cause(
        code="DG3010",
        cause="http_bad_gateway",
        title="A proxy cannot use what stands behind it",
        explanation=(
            "The answer is 502: the proxy took the request and could not get an answer to it. Where all requests get "
            "it, the API container does not run or is restarting, the proxy dials the wrong name or port, it speaks "
            "plain HTTP to a TLS port or TLS to a plain one, or the connection was dropped while the answer was "
            "awaited. Where only the WebSocket upgrade gets it, the proxy has a deployment to ask and fails at "
            "switching protocols.\n\n"
            "The containers themselves are not known to say 502, so the place to look is the proxy's error log and "
            "the step from the proxy to the container, not the client. When all of a Kubernetes Service's pods lose "
            "their readiness, because no Engine is connected for example, ingresses answer 502 or 503 in Deepgram's "
            "place."
        ),
        told_apart=(
            "503 says that there is nothing to ask, 504 that the answer did not come in time. A 502 to the "
            "WebSocket upgrade alone, which a plain GET gets as well, is ws_upgrade_not_forwarded."
        ),
        remedies=(
            Remedy(
                "Ask for a {only} past the proxy: if that opens, take what cannot switch protocols off /v1/listen: "
                "time limits, buffering, compression or recording of whole answers",
                "dgcheck run http://API_HOST:8080 --only ws.upgrade",
                leads=True,
            ),
            Remedy(
                "Ask the deployment past the proxy, from the proxy's own host",
                "curl -sS -i http://API_HOST:8080/v1/status",
            ),
            *_LOOK,
            Remedy(
                "Read why: the error log names upstream and errno", "tail -n 20 /var/log/nginx/error.log", place="nginx"
            ),
            Remedy(
                "Read why: the controller's log names upstream and errno",
                "kubectl logs -n ingress-nginx deployment/ingress-nginx-controller --since=10m | grep -E "
                "'upstream|502'",
                place="ingress-nginx",
            ),
            Remedy(
                "The API speaks plain HTTP on 8080 unless it was given a certificate: take backend-protocol HTTPS off",
                "kubectl annotate ingress INGRESS nginx.ingress.kubernetes.io/backend-protocol=HTTP --overwrite",
                place="ingress-nginx",
            ),
            *_HEALTH,
            Remedy(
                "Set the target group's protocol version to {http_versions}: HTTP/2 and gRPC targets cannot carry "
                "WebSockets",
                place="alb",
            ),
            Remedy("Read why", "kubectl logs deployment/traefik -A --since=10m | grep -i 502", place="traefik"),
            Remedy(
                "Read why: Caddy logs `dial tcp … connection refused` and its like",
                "journalctl -u caddy --since -10min | grep -i error",
                place="caddy",
            ),
            Remedy(
                "See that the origin answers without Cloudflare, by its own address",
                "curl -sS -i --resolve {host}:{port}:ORIGIN_ADDRESS {base}/v1/status",
                place="cloudflare",
            ),
        ),
        explains=_EFFECTS,
        heals=Heals.SOON,
        when=_bad_gateway,
        source="RFC 9110 section 15.6.3; nginx, HAProxy, Caddy and Envoy before a dead upstream, measured",
    ),
    Cause(
        code="DG3011",
        cause="http_unavailable",
        title="Nothing healthy stands behind the proxy, or the deployment is overloaded",
        explanation=(
            "The answer is 503. From a proxy it means that none of its upstreams is ready: no pod passes its "
            "readiness check (an API pod fails it while no Engine is connected), the health check asks the wrong "
            "path, or the Service selects nothing. From the deployment itself, with dg-request-id, it means that no "
            "Engine could take the request after all retries.\n\n"
            "Envoy answers the WebSocket upgrade with an empty 403 while nothing is ready behind it. That 403 is an "
            "effect and goes away with the 503."
        ),
        told_apart=(
            "By who answered, and by Retry-After. If /v1/status says that the Engine is not connected, that is the "
            "root. With Envoy a 403 to the upgrade while GET works is ws_upgrade_not_forwarded."
        ),
        remedies=(
            *_LOOK,
            Remedy(
                "See whether the API has its Engine: pods without one are never ready",
                "kubectl -n dg-self-hosted exec deployment/deepgram-api -- curl -s http://localhost:8080/v1/status/engine",
                place="helm",
            ),
            Remedy(
                "See whether the API has its Engine",
                "docker compose exec api curl -s http://localhost:8080/v1/status/engine",
                place="compose",
            ),
            Remedy(
                "With {own_words} from the deployment itself: add Engines, or look at their limit "
                "`max_active_requests`",
                "curl -s {base}/v1/status",
            ),
            Remedy(
                "See whether the ingress's Service has endpoints",
                "kubectl describe ingress -A | grep -A3 Backends",
                place="ingress-nginx",
            ),
            Remedy(
                "See why nginx says so: no live upstreams, or limit_conn",
                "tail -n 20 /var/log/nginx/error.log",
                place="nginx",
            ),
            *_HEALTH,
            Remedy(
                "See whether the service has servers; Traefik answers “no available server”",
                "kubectl get endpointslices -A | grep deepgram",
                place="traefik",
            ),
            Remedy("See the health of the upstreams", "curl -s localhost:2019/reverse_proxy/upstreams", place="caddy"),
            Remedy(
                "squid could not connect ({squid_error}): the target's name, port or network as seen from the proxy",
                place="squid",
            ),
            Remedy("Wait until it is ready, and see what it waits for", "dgcheck run {base} --wait 5m"),
        ),
        explains=(*_EFFECTS, "http_forbidden", "ws_upgrade_not_forwarded"),
        heals=Heals.SOON,
        when=_unavailable,
        source=(
            "Deepgram's chart (readiness) and documentation (autoscaling); envoyproxy/gateway#9452; HAProxy, Envoy "
            "and squid, measured"
        ),
    ),
    Cause(
        code="DG3012",
        cause="http_gateway_timeout",
        title="A proxy gave up waiting",
        explanation=(
            "The answer is 504: the proxy passed the request on and its patience ended before the answer came. Long "
            "audio takes long, and a limit of 60 s, the default of nginx and of AWS load balancers, is soon "
            "reached. With a short clip it means that the deployment is stuck, queues without a limit, or is "
            "loading a model; or that the proxy cannot connect and keeps trying.\n\n"
            "The same limit cuts WebSocket streams in which nothing is said for that long."
        ),
        told_apart="By the time it took: a round number of seconds is a limit that somebody has set.",
        remedies=(
            Remedy(
                "See whether the deployment is busy or stuck, and how long it takes without the proxy",
                "curl -s {base}/v1/status",
            ),
            Remedy(
                "Let nginx wait longer",
                "proxy_connect_timeout 5s;\nproxy_send_timeout 3600s;\nproxy_read_timeout 3600s;",
                place="nginx",
            ),
            Remedy(
                "Let the ingress wait longer",
                'kubectl annotate ingress INGRESS nginx.ingress.kubernetes.io/proxy-read-timeout="3600" '
                'nginx.ingress.kubernetes.io/proxy-send-timeout="3600" --overwrite',
                place="ingress-nginx",
            ),
            Remedy("Let HAProxy wait longer", "timeout server 1h\ntimeout tunnel 1h", place="haproxy"),
            Remedy("Let the route wait longer: its default is 15 s", "timeout: 0s\nidle_timeout: 3600s", place="envoy"),
            Remedy(
                "Let the route wait longer, in a BackendTrafficPolicy",
                "timeout:\n  http:\n    requestTimeout: 0s\n    connectionIdleTimeout: 3600s",
                place="envoy-gateway",
            ),
            Remedy(
                "Let the route of the HTTPProxy wait longer",
                "timeoutPolicy:\n  response: infinity\n  idle: 3600s",
                place="contour",
            ),
            Remedy("Let the route of the VirtualService wait longer", "timeout: 0s", place="istio"),
            Remedy(
                "Let Traefik wait longer for the answer's head",
                "--serversTransport.forwardingTimeouts.responseHeaderTimeout=0s",
                place="traefik",
            ),
            Remedy(
                "Let Caddy wait longer, in the transport of reverse_proxy", "response_header_timeout 1h", place="caddy"
            ),
            Remedy(
                "Raise the idle timeout of the load balancer",
                "aws elbv2 modify-load-balancer-attributes --load-balancer-arn LOAD_BALANCER_ARN "
                "--attributes Key=idle_timeout.timeout_seconds,Value=3600",
                place="alb",
            ),
            Remedy(
                "Raise the timeout of the backend service, 30 s unless set",
                "gcloud compute backend-services update BACKEND_SERVICE --global --timeout=3600",
                place="gce",
            ),
            Remedy(
                "Raise the request timeout, 20 or 30 s unless set",
                "az network application-gateway http-settings update -g GROUP --gateway-name GATEWAY -n SETTINGS "
                "--timeout 3600",
                place="azure",
            ),
            Remedy(
                "AWS API Gateway ends every request at 29 s: send long audio past it, or use a callback",
                place="aws-api-gateway",
            ),
            Remedy(
                "Cloudflare ends a request after 100 s without an answer (524): send long audio past it, or use a "
                "callback",
                place="cloudflare",
            ),
            Remedy(
                "See what the Engine does",
                "kubectl -n dg-self-hosted logs deployment/deepgram-engine --since=10m",
                place="helm",
            ),
            Remedy("See what the Engine does", "docker compose logs --since 10m engine", place="compose"),
        ),
        explains=_EFFECTS,
        heals=Heals.SOON,
        when=_timeout,
        source="RFC 9110 section 15.6.5; defaults of the vendors' documentation; nginx, HAProxy and Envoy, measured",
    ),
)
