"""DG3013 and DG3014: an answer that is no answer, and an answer that does not come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy, Severity
from dgcheck.model.evidence import Wire
from dgcheck.model.record import replace
from dgcheck.readings import contact
from dgcheck.readings.answers import asides, deployment_answers, listens, posts, works
from dgcheck.readings.halved import decided
from dgcheck.readings.size import sizes
from dgcheck.readings.telling import (
    checks_of,
    path_of,
    question,
    questions,
    quoted,
    seconds,
    status_words,
    upper,
    waited_for,
    writer,
)
from dgcheck.rules.shared.also import also
from dgcheck.wire import server_statuses
from dgcheck.wire.banner import looks_like_http
from dgcheck.wire.incomplete import broken, stalled, unpromised
from dgcheck.wire.tls_words import wants_https
from dgcheck.wire.who import is_alb_login, puzzle

# Answers to a POST that have a cause of their own.
_KNOWN = frozenset({301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 407, 408, 410, 413, 429, 451, 464})


def _meanwhile(case: Case) -> str:
    fine = [seen for seen in listens(case) if works(seen)]
    return f" Meanwhile {questions(fine)} worked." if fine else ""


def _match(found: Iterable[Wire], says: str, confidence: Confidence = Confidence.CERTAIN, **facts: str) -> Match:
    kept = tuple(found)
    checks = checks_of(kept)
    filled = {"path": path_of(kept[0])} | {name: value for name, value in facts.items() if value}
    return Match(says, tuple(seen.id for seen in kept), checks, confidence, facts=filled)


def _bad_response(case: Case) -> Iterator[Match]:
    relayed = contact.behind_wants_tls(case)
    if relayed:
        says = (
            f"{upper(writer(relayed[0].response))} answered {questions(relayed)} with the page of a server that wants "
            f"TLS{quoted(relayed[0].response)}. This port itself speaks no TLS, so https does not help: a proxy here "
            f"passes requests on in plain HTTP to a server that speaks TLS."
        )
        yield replace(_match(relayed, says, tls_upstream="https"), detail="plain HTTP to a TLS upstream")
        return
    bad = [(seen, words) for seen in (*listens(case), *asides(case)) if (words := broken(seen))]
    if all(seen.response is None for seen in (*listens(case), *asides(case))) and not any(
        looks_like_http(seen.raw) for seen, _ in bad
    ):
        bad = []  # nothing here speaks HTTP: `not_http`
    if not bad and deployment_answers(case):  # else another service, or a page for everybody
        bad = [(seen, words) for seen in posts(case) if (words := unpromised(seen))]
    elif not bad:
        bad = [(seen, words) for seen in posts(case) if _odd_success(seen) and (words := unpromised(seen))]
    if bad:
        seen, words = bad[0]
        who = f" It was written by {writer(seen.response)}." if seen.response is not None else ""
        says = f"The answer to {questions(one for one, _ in bad)} {words}.{who}{_meanwhile(case)}"
        yield _match((one for one, _ in bad), says, raw=seen.raw[:80])
        return
    yield from _odd_status(case)


def _odd_success(seen: Wire) -> bool:
    """202, 206 and the like, which neither the API nor an ordinary page comes with."""
    return seen.status not in (200, 204) and not puzzle(seen.response)


def _odd_status(case: Case) -> Iterator[Match]:
    """A status that this API does not give, and no proxy for a reason that has a cause of its own."""
    odd = [
        seen
        for seen in posts(case)
        if seen.response is not None
        and seen.response.status >= 300
        and seen.response.status not in _KNOWN | server_statuses.KNOWN
        and not is_alb_login(seen.response)
        and not (seen.status == 414 and decided(case))  # `bad_parameter`
        and not wants_https(seen.response)
    ]
    if not odd or odd[0].response is None:
        return
    said = f"{upper(writer(odd[0].response))} answered {status_words(odd[0].response)} to {questions(odd)}"
    says = f"{said}{quoted(odd[0].response)}. The API does not answer so.{_meanwhile(case)}"
    yield _match(odd, says, Confidence.LIKELY)


def _stalled(case: Case) -> Iterator[Match]:
    asked = listens(case) or asides(case)
    found = [seen for seen in asked if stalled(seen)]
    late = [seen for seen in posts(case) if seen.status == 408]
    if late and not found:
        yield _match(
            late,
            f"{upper(writer(late[0].response))} answered 408 to {questions(late)}: it did not get all of it in time.",
        )
        return
    if not found:
        yield from _aside_stalled(case)
        return
    says = f"{upper(_where(found[0]))}.{_small_passes(case)}{_meanwhile(case)}"
    others = (
        f" The same happened to {questions(found[1:])}."
        if len(found) > 1 and questions(found[1:]) != question(found[0])
        else ""
    )
    yield _match(found, says + others, phase=found[0].reached)


def _aside_stalled(case: Case) -> Iterator[Match]:
    """A question about the deployment that stalls while speech is served: no failure for who only wants speech."""
    late = [seen for seen in asides(case) if stalled(seen) and not path_of(seen).endswith("/certificates")]
    if late and _meanwhile(case):
        found = _match(late, f"{upper(_where(late[0]))}.{_meanwhile(case)}", phase=late[0].reached)
        yield replace(found, severity=Severity.WARNING)


def _where(seen: Wire) -> str:
    limit = waited_for(seen)
    within = f" within {seconds(limit)}" if limit else " in time"
    whole = seen.request.body_bytes
    if seen.reached == "request":
        return f"{question(seen)} could not be sent{within}: the other side took no more of its {whole} bytes"
    if seen.reached == "first_byte":
        sent = f" was sent with all its {whole} bytes" if whole else " was sent"
        return f"{question(seen)}{sent}, and not one byte of an answer came{within}"
    got = seen.response.body_bytes if seen.response is not None else seen.bytes_in
    return f"the answer to {question(seen)} began and stopped after {got} bytes; no more came{within}"


def _small_passes(case: Case) -> str:
    found = sizes(case)
    if found is None or not found.well or stalled(found.seen) not in ("request", "first_byte"):
        return ""
    return (
        f" A body of {found.taken} bytes was answered, so larger packets get lost on the way (MTU), or a device "
        f"that inspects bodies holds them."
    )


_EFFECTS = ("ws_upgrade_rejected", "ws_subprotocol", "models_endpoint_missing", "remote_url_blocked", "slow_response")

FAMILY = (
    Cause(
        code="DG3013",
        cause="http_bad_response",
        title="The answer is broken, or not what the API promises",
        explanation=(
            "An answer came that a client cannot use: its framing is broken, it ends before its end or never, it is "
            "declared as compressed and is not, or it is a success that holds no transcription. Something between "
            "the client and the deployment rewrites, caches or cuts answers, or a page of its own takes the place "
            "of the answer.\n\n"
            "The SDKs report this as a JSON error, a decoding error or a protocol error, which hides that the "
            "deployment itself may be fine."
        ),
        told_apart=(
            "If no answer at all is HTTP, that is not_http; if every path shows the same page, that is "
            "wrong_service or a device that answers in the deployment's place (middlebox)."
        ),
        remedies=(
            Remedy(
                "Let the proxy speak {tls_upstream} to what stands behind it, or point it at a plain HTTP port: the "
                "API listens in plain HTTP on 8080 unless it was given a certificate",
                leads=True,
            ),
            Remedy(
                "Let nginx speak {tls_upstream} to its upstream",
                "proxy_pass {tls_upstream}://UPSTREAM;",
                place="nginx",
                leads=True,
            ),
            Remedy(
                "Let the ingress speak {tls_upstream} to the Service",
                'kubectl annotate ingress INGRESS nginx.ingress.kubernetes.io/backend-protocol="HTTPS" --overwrite',
                place="ingress-nginx",
                leads=True,
            ),
            Remedy(
                "Let HAProxy speak {tls_upstream} to its server",
                "server api UPSTREAM:8080 ssl verify required ca-file /etc/ssl/certs/ca-certificates.crt",
                place="haproxy",
                leads=True,
            ),
            Remedy(
                "Look at the raw answer",
                "curl -sS -i --raw -X POST '{base}/v1/listen' --data-binary @audio.wav | head -c 600",
            ),
            Remedy(
                "Ask the deployment past the proxy, from the proxy's own host",
                "curl -sS -i http://API_HOST:8080/v1/status",
            ),
            Remedy(
                "See whether nginx ran out of space or time while it buffered the answer",
                "tail -n 20 /var/log/nginx/error.log",
                place="nginx",
            ),
            Remedy("Switch compression and caching off for /v1/", "gzip off;\nproxy_cache off;", place="nginx"),
            Remedy(
                "Let the ingress pass answers on as they come",
                'kubectl annotate ingress INGRESS nginx.ingress.kubernetes.io/proxy-buffering="off" --overwrite',
                place="ingress-nginx",
            ),
            Remedy(
                "HAProxy answers 502 to a broken upstream unless this hides it: take it off",
                "no option accept-invalid-http-response",
                place="haproxy",
            ),
            Remedy("Take the compress and buffering middlewares off this router", place="traefik"),
            Remedy("Take encode off this site", place="caddy"),
            Remedy("Exempt /v1/ from cache and transformation rules", place="cloudflare"),
        ),
        explains=_EFFECTS,
        when=also(_bad_response, "bad_response"),
        source="RFC 9112; Deepgram's API reference: the shape of a transcription",
    ),
    Cause(
        code="DG3014",
        cause="http_stalled",
        title="The request was sent, and no complete answer comes",
        explanation=(
            "The connection came about, the request went out, and then nothing, or not enough, came back in time. "
            "If the upload itself stalls, packets of full size get lost on the way: a tunnel or an overlay network "
            "with a smaller MTU whose ICMP messages are filtered. If the upload is complete and no byte comes, the "
            "deployment is stuck or queues without a limit, or the Engine loads a model. If the answer begins and "
            "stops, something on the way holds it back."
        ),
        told_apart=(
            "By the phase in which it stopped. A proxy that gives up itself answers 504 (http_gateway_timeout), a "
            "handshake that does not end is tls_handshake_stalled, and a run that ends too early is out_of_time."
        ),
        remedies=(
            Remedy("See whether the deployment is busy: its counters of active requests", "curl -s {base}/v1/status"),
            Remedy("See whether it answers with more time", "dgcheck run {base} --timeout 2m"),
            Remedy(
                "See what the Engine does",
                "kubectl -n dg-self-hosted logs deployment/deepgram-engine --since=10m",
                place="helm",
            ),
            Remedy("See what the Engine does", "docker compose logs --since 10m engine", place="compose"),
            Remedy(
                "Find the largest packet that passes; below 1472 means a smaller MTU on the way",
                "ping -c1 -M do -s 1472 {host}",
            ),
            Remedy(
                "If packets get lost, clamp the segment size at the gateway",
                "iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu",
            ),
            Remedy(
                "Stop nginx from holding back the upload and the answer",
                "proxy_request_buffering off;\nproxy_buffering off;",
                place="nginx",
            ),
            Remedy(
                "Limit what the Engine takes at once, so that it refuses instead of queueing",
                "max_active_requests = 50",
                place="compose",
            ),
        ),
        explains=(*_EFFECTS, "ws_no_results", "ws_closed_early", "audio_not_received", "out_of_time"),
        heals=Heals.SOON,
        when=also(_stalled, "stalls"),
        source="self-hosted failure catalogue: MTU black holes and unlimited queues",
    ),
)
