"""DG4001 to DG4003: the WebSocket handshake: lost on the way, refused, or wrongly answered.

What happens on an open stream stands in `stream.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Match, Remedy
from dgcheck.model.evidence import Exchange, Upgrade
from dgcheck.readings.answers import (
    asides,
    deployment_answers,
    opened,
    posts,
    rest_works,
    upgrade,
    upgrade_works,
    upgrades,
)
from dgcheck.readings.contact import tls_port
from dgcheck.readings.forwarding import Lost, envoy_refuses_upgrade, not_forwarded
from dgcheck.readings.groups import group
from dgcheck.readings.halved import decided, halved
from dgcheck.readings.telling import listed, questions, quoted, signer, status_words, upper, writer
from dgcheck.rules.shared.also import also
from dgcheck.wire import server_statuses
from dgcheck.wire.choose import exact, mode
from dgcheck.wire.incomplete import broken, dropped
from dgcheck.wire.likeness import alike
from dgcheck.wire.refusal import read_refusal
from dgcheck.wire.who import answered, is_alb_login

# Statuses of a refused upgrade that a cause of another family speaks of.
_SPOKEN_OF = frozenset({301, 302, 303, 307, 308, 401, 402, 403, 407, 410, 429, 451, 464, *server_statuses.KNOWN})


def _ids(*found: Upgrade | Exchange | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(seen.id for seen in found if seen is not None))


def _not_forwarded(case: Case) -> Iterator[Match]:
    lost = not_forwarded(case)
    if lost is None or lost.seen.response is None:
        return
    answer = lost.seen.response
    said = f"{upper(writer(answer))} answered {status_words(answer)} to the WebSocket upgrade{quoted(answer)}"
    post = next((seen for seen in posts(case) if seen.status == 200), None)
    works = "POST /v1/listen works" if post else "other requests are answered"
    shown = lost.reached and (rest_works(case) or not posts(case))
    sure = Confidence.CERTAIN if lost.how in ("asked_to_upgrade", "envoy") or shown else Confidence.LIKELY
    refused = tuple(seen for seen in upgrades(case) if not opened(seen))
    checks = tuple(dict.fromkeys(seen.check for seen in refused))
    evidence = _ids(*refused, post, lost.plain)
    yield Match(f"{said}, while {works}. {_why(lost)}", evidence, checks, sure, detail=lost.how.replace("_", " "))


def _why(lost: Lost) -> str:
    if lost.how == "asked_to_upgrade":
        where = "The deployment itself" if lost.reached else "Whoever answered"
        return f"{where} saw no upgrade: its headers Upgrade and Connection were lost on the way."
    if lost.how == "old_http":
        where = "at the deployment" if lost.reached else "at whoever answered"
        return f"It was asked in HTTP/1.1 and arrived {where} in an older version: a proxy on the way speaks HTTP/1.0."
    if lost.how == "envoy":
        return "That is how Envoy refuses upgrades that its configuration does not list."
    through = signer(lost.seen.response)
    reached = f" It bears Deepgram's mark, so the request did arrive{through}." if lost.reached else ""
    same = "A plain GET of the same address gets the very same answer"
    return f"{same}, so Upgrade and Connection were lost on the way.{reached}"


def _rejected(case: Case) -> Iterator[Match]:
    seen = upgrade(case)
    if seen is None or upgrade_works(case) or not_forwarded(case) is not None or _told_elsewhere(case, seen):
        return
    if tls_port(case) is not None:
        return  # the port wants TLS: its page about that says nothing of upgrades
    if seen.response is None:
        yield from _no_answer(case, seen)
        return
    refusal = read_refusal(seen.response)
    alone = seen.status == 404 and answered(seen.response) != "deepgram" and not envoy_refuses_upgrade(seen)
    spoken_of = (seen.status in _SPOKEN_OF and not envoy_refuses_upgrade(seen)) or alone or is_alb_login(seen.response)
    spoken_of = spoken_of or (seen.status == 414 and decided(case))
    if seen.status == 101 or spoken_of or refusal.about in ("model", "parameter") or broken(seen):
        return
    answer = seen.response
    said = f"{upper(writer(answer))} answered {status_words(answer)} to the WebSocket upgrade, not 101{quoted(answer)}."
    plain = case.first(Exchange, "ws.upgrade", "plain_get")
    same = _same_for_all(case, seen)
    says = f"{said}{_bare(seen)} {_whatever_is_asked(same) if same else _candidates(case, seen, plain)}"
    refused = tuple(one for one in upgrades(case) if not opened(one))
    checks = tuple(dict.fromkeys(one.check for one in refused))
    yield Match(says, _ids(*refused, plain, *same), checks, remedies=_MALFORMED if same else ())


def _same_for_all(case: Case, seen: Upgrade) -> tuple[Exchange, ...]:
    """Every question about the deployment, where all of them got the very same 400 as the upgrade; else ()."""
    asked = asides(case)
    same = tuple(one for one in asked if one.response is not None and alike(one.response, seen.response))
    return same if seen.status == 400 and len(same) == len(asked) > 1 and not deployment_answers(case) else ()


def _whatever_is_asked(same: tuple[Exchange, ...]) -> str:
    return (
        f"{upper(questions(same))} got the very same answer, so this has nothing to do with WebSockets. It may be a "
        f"rule for everybody, or what arrives there is not what was sent: one of two neighbours speaks the PROXY "
        f"protocol and the other does not expect it, or the one behind wants another protocol than HTTP/1.1."
    )


def _told_elsewhere(case: Case, seen: Upgrade) -> bool:
    """Whether Envoy's 403 belongs to its 503, or a parameter was found that decides."""
    if envoy_refuses_upgrade(seen):
        return group(case, (503,)) is not None
    found = halved(case)
    return found is not None and found.decision is not None and len(found.decision.names) == 1


def _bare(seen: Upgrade) -> str:
    if seen.response is None or seen.response.body.strip() or seen.response.header("dg-error"):
        return ""
    return " There is no body and no dg-error that would say why."


def _candidates(case: Case, seen: Upgrade, plain: Exchange | None) -> str:
    """What it may be, and the test that tells."""
    rows = exact(case.listing, case.model) if case.listing and case.model else ()
    streaming = mode(rows, "streaming") if rows else None
    may: list[str] = []
    reached = deployment_answers(case)  # else there is nobody to refuse a model or a parameter
    if reached and streaming is not True and seen.status in (400, 404, 405):
        may.append("a model that is not installed for streaming (/v1/models tells)")
    arrives = plain is not None and plain.status is not None and plain.status != seen.status
    if not arrives:
        may.append("a proxy that drops the headers Upgrade and Connection (ask the deployment past the proxy)")
    if reached and seen.status == 400:
        may.append("a parameter that is not accepted (ask with the model alone)")
    sentences = ["POST /v1/listen works."] if rest_works(case) else []
    if arrives and plain is not None:
        sentences.append(f"A plain GET of the same address got {plain.status}, so the upgrade's headers do arrive.")
    if may:
        sentences.append(f"It may be {listed(may, 'or')}.")
    return " ".join(sentences)


def _no_answer(case: Case, seen: Upgrade) -> Iterator[Match]:
    """The upgrade alone was dropped without an answer, while requests are answered."""
    how = dropped(seen)
    if not how or not deployment_answers(case):
        return
    says = (
        f"The connection was {how} when the WebSocket upgrade was asked for, without an answer, while others are "
        f"answered: a firewall or an inspecting device on the way may not let WebSockets through."
    )
    lost = tuple(one for one in upgrades(case) if dropped(one))
    yield Match(says, _ids(*lost), tuple(dict.fromkeys(one.check for one in lost)), Confidence.LIKELY, detail=how)


def _bad_accept(case: Case) -> Iterator[Match]:
    found = [seen for seen in case.of(Upgrade, "ws.upgrade") if seen.status == 101 and seen.accept_problem]
    found += [seen for seen in case.of(Upgrade, "ws.stream") if seen.status == 101 and seen.accept_problem]
    if not found or all(seen.offered for seen in found):
        return
    seen = found[0]
    says = (
        f"The upgrade was answered with 101{signer(seen.response)}, but the handshake is not valid: "
        f"{seen.accept_problem}. Clients that check it hang up."
    )
    yield Match(says, _ids(*found), tuple(dict.fromkeys(one.check for one in found)))


# Where every question is refused alike: what stands before the one that answers, and how it speaks to it.
_MALFORMED = (
    Remedy(
        "See whether a balancer before it sends the PROXY protocol (HAProxy: send-proxy; AWS: proxy_protocol_v2), and "
        "whether the one behind expects it: both or neither",
        "grep -rn -e send-proxy -e proxy_protocol /etc/haproxy /etc/nginx",
    ),
    Remedy(
        "See in the log of the one that answers what arrived: it writes down the line that it could not read",
        "tail -n 20 /var/log/nginx/access.log /var/log/nginx/error.log",
    ),
)
_STREAM_EFFECTS = ("ws_subprotocol", "ws_no_results")

FAMILY = (
    Cause(
        code="DG4001",
        cause="ws_upgrade_not_forwarded",
        title="A proxy does not pass the WebSocket upgrade on",
        explanation=(
            "A WebSocket begins as a GET with the headers Upgrade and Connection. They are meant for one step only, "
            "so a proxy drops them unless it is told to pass them on. What arrives is then a plain GET, and the "
            "answer is one: 400, 404, 405, 426 or even 200, but never 101. Pre-recorded audio works all the while, "
            "which makes it look as if the deployment could not stream.\n\n"
            "nginx drops them by default, and speaks HTTP/1.0 to what stands behind it, where an upgrade does not "
            "exist (some servers then answer 505); ingress-nginx, HAProxy, Traefik, Caddy and AWS load balancers pass "
            "them. So with one of those look at the proxy before it, too. Envoy answers 403 without a body unless its "
            "configuration lists the upgrade; Istio, Contour and Envoy Gateway have switches of their own for it."
        ),
        told_apart=(
            "REST works, and the refused upgrade gets what a plain GET of the same address gets; or 426, or 505; or "
            "Envoy's empty 403 without dg-request-id while GET passes. When Envoy answers GET with 503, that is the "
            "root (http_unavailable). Words that name a model make it a matter of the model."
        ),
        remedies=(
            Remedy(
                "Pass the upgrade on, in the location that has proxy_pass, and give streams time",
                "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection "
                "$http_connection;\nproxy_read_timeout 3600s;",
                place="nginx",
            ),
            Remedy(
                "ingress-nginx passes upgrades by default: look for a snippet that sets Connection, and at the "
                "proxy before it",
                "kubectl get ingress -A -o yaml | grep -nE 'snippet|connection-proxy-header|proxy-http-version'",
                place="ingress-nginx",
            ),
            Remedy(
                "Let Envoy pass upgrades: in the http_connection_manager, or in the route",
                "upgrade_configs:\n- upgrade_type: websocket",
                place="envoy",
            ),
            Remedy(
                "Envoy Gateway passes WebSockets unless httpUpgrade of a BackendTrafficPolicy says otherwise; it "
                "must list them",
                "httpUpgrade:\n- type: websocket",
                place="envoy-gateway",
            ),
            Remedy("Let the route of the HTTPProxy pass WebSockets", "enableWebsockets: true", place="contour"),
            Remedy(
                "Let Istio speak HTTP/1.1 to the API, in a DestinationRule, and name the Service's port http",
                "trafficPolicy:\n  connectionPool:\n    http:\n      h2UpgradePolicy: DO_NOT_UPGRADE",
                place="istio",
            ),
            Remedy(
                "HAProxy passes upgrades in mode http: look for lines that delete the headers, and for `mode` and "
                "`proto h2`",
                "grep -niE 'del-header +(upgrade|connection)|httpclose|forceclose|proto h2' /etc/haproxy/haproxy.cfg",
                place="haproxy",
            ),
            Remedy(
                "Traefik passes upgrades: look for a headers middleware that empties Upgrade or Connection",
                place="traefik",
            ),
            Remedy("Caddy passes upgrades: look for header_up lines that delete Upgrade or Connection", place="caddy"),
            Remedy(
                "The target group must speak HTTP/1.1; one of HTTP/2 or gRPC cannot carry WebSockets",
                "aws elbv2 describe-target-groups --query 'TargetGroups[].[TargetGroupName,ProtocolVersion]'",
                place="alb",
            ),
            Remedy("Switch WebSockets on for this zone: Network → WebSockets", place="cloudflare"),
            Remedy(
                "An HTTP or REST API does not carry WebSockets through: lead /v1/listen past it, to a load balancer",
                place="aws-api-gateway",
            ),
            Remedy("WebSockets need a gateway of version 2 (v2 SKU)", place="azure"),
            Remedy(
                "See it with your own eyes: 101 is right",
                "curl -sS -i -N --max-time 5 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H "
                "'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' "
                "'{base}/v1/listen?model={model}'",
            ),
            Remedy(
                "Ask the deployment past the proxy: if that works, it is the proxy", "dgcheck run http://API_HOST:8080"
            ),
        ),
        explains=("ws_upgrade_rejected", "http_forbidden", "bad_parameter", *_STREAM_EFFECTS),
        when=also(_not_forwarded, "not_forwarded"),
        source="nginx.org/en/docs/http/websocket.html; envoyproxy/gateway#9452; contour#5675; both measured",
    ),
    Cause(
        code="DG4002",
        cause="ws_upgrade_rejected",
        title="The WebSocket upgrade is refused",
        explanation=(
            "The answer to the upgrade is another status than 101, and nothing in it says for certain why. The "
            "deployment refuses an upgrade whose model, language or parameters it cannot serve, with a JSON body "
            "and the header dg-error; a proxy that strips both hides the reason. A proxy that drops the upgrade's "
            "headers gets a similar answer."
        ),
        told_apart=(
            "With words it has a sharper cause: a model, a parameter. When a plain GET gets the same answer while "
            "POST works, it is ws_upgrade_not_forwarded. Otherwise the sentence names the test that separates what "
            "is left."
        ),
        remedies=(
            Remedy("See which models are installed, and which are for streaming", "curl -s {base}/v1/models"),
            Remedy(
                "Ask with a model that is listed for streaming and nothing else",
                "dgcheck run {base} --model MODEL --only ws.upgrade",
            ),
            Remedy("Ask the deployment past the proxy", "dgcheck run http://API_HOST:8080"),
            Remedy("Look for the refusal in the API's log", "docker compose logs --since 5m api", place="compose"),
            Remedy(
                "Look for the refusal in the API's log",
                "kubectl -n dg-self-hosted logs deployment/deepgram-api --since=5m",
                place="helm",
            ),
        ),
        explains=_STREAM_EFFECTS,
        when=also(_rejected, "rejected"),
        source="RFC 6455 section 4.1; Deepgram's documentation: failed upgrades",
    ),
    Cause(
        code="DG4003",
        cause="ws_bad_accept",
        title="101, but the handshake is not valid",
        explanation=(
            "The answer is 101 and one of the headers that prove a WebSocket is missing or wrong: Upgrade, "
            "Connection, or the hash in Sec-WebSocket-Accept. A proxy that answers from its cache, or a device that "
            "plays the server's part, does that; the deployment does not. Browsers and most libraries hang up."
        ),
        told_apart="By the header: the hash is computed from the key that this very request sent.",
        remedies=(
            Remedy("Switch caching off for /v1/listen", "proxy_cache off;", place="nginx"),
            Remedy("Exempt /v1/ from caching and from WebSocket inspection", place="cloudflare"),
            Remedy("Exempt the deployment from devices that inspect or accelerate the traffic"),
            Remedy("Ask the deployment past the proxy", "dgcheck run http://API_HOST:8080"),
        ),
        explains=("ws_upgrade_rejected", *_STREAM_EFFECTS, "ws_closed_early"),
        when=_bad_accept,
        source="RFC 6455 section 4.1: what a client must check",
    ),
)
