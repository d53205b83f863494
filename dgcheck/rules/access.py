"""DG3001 to DG3004: somebody in front decided that this request may not come in: redirects, credentials, refusals."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy, Severity
from dgcheck.model.record import replace
from dgcheck.readings.groups import group, mended_by_key
from dgcheck.readings.telling import question, questions, upper, writer
from dgcheck.rules.shared.grouped import grouped, told
from dgcheck.wire.redirect import Redirect, read_redirect
from dgcheck.wire.tls_words import wants_https
from dgcheck.wire.who import answered, is_alb_login, puzzle

REDIRECTS = (301, 302, 303, 307, 308)
_EFFECTS = (
    "ws_upgrade_rejected",
    "ws_subprotocol",
    "models_endpoint_missing",
    "http_bad_response",
    "remote_url_blocked",
)
_PLACES = {
    "https": "to the same address over https ({location})",
    "login": "to what looks like a login page ({location})",
    "loop": "to the very address that was asked, so it would never end",
    "slash": "to the same path with another slash at its end ({location})",
    "host": "to another host ({location})",
    "path": "to another path ({location})",
    "": "without saying where to",
}


def _redirect(case: Case) -> Iterator[Match]:
    found = group(case, REDIRECTS)
    if found is None:
        yield from _over_tls_alone(case)
        return
    answer, moved = found.response, read_redirect(found.first.url, found.response.header("location"))
    posted = any(seen.request.method == "POST" for seen in found.wires)
    lost = posted and answer.status in (301, 302, 303)
    effect = "Clients repeat such a POST as a GET and lose the audio; " if lost else ""
    says = f"{upper(writer(answer))} redirected {questions(found.wires)} ({answer.status}) {_place(moved)}."
    facts = {f"{moved.kind}_base": moved.base, f"{moved.kind}_to": moved.location} if moved.kind else {}
    yield grouped(found, f"{says} {effect}WebSocket clients do not follow a redirect at all.", facts)


def _place(moved: Redirect) -> str:
    return _PLACES[moved.kind].format(location=moved.location)


def _over_tls_alone(case: Case) -> Iterator[Match]:
    """A 426 that names TLS: sent to https like by a redirect, by a gateway that says no address."""
    found = group(case, (426,))
    if found is None or not wants_https(found.response):
        return
    says = f"{told(found)}. It is served over TLS alone and sends clients to https without saying to which address."
    yield replace(grouped(found, says, {"over_tls": "https"}), detail="426, to https")


def _unauthorized(case: Case) -> Iterator[Match]:
    found = group(case, (401, 407), asides_alone=False)
    if found is None:
        yield from _of_alb(case)
        yield from _opened_by_key(case)
        return
    answer = found.response
    wants = answer.header("www-authenticate") or answer.header("proxy-authenticate")
    asks = f" It asks for {wants.split(',')[0].strip()[:80]}." if wants else ""
    key = "with the key that was sent" if found.first.request.with_key else "without a key"
    if answered(answer) == "deepgram" and answer.header("dg-request-id"):
        why = "The containers check no key, so this came from Deepgram's hosted service, not from your deployment."
    else:
        why = "The containers check no key, so something in front of them wants credentials."
    yield grouped(found, f"{told(found, f' {key}')}.{asks} {why}", {"realm": wants[:80], "locked": "/v1/"})


def _of_alb(case: Case) -> Iterator[Match]:
    """The number by which AWS load balancers say 401 when they log users in themselves."""
    found = group(case, (561,), asides_alone=False)
    if found is None or not is_alb_login(found.response):
        return
    why = (
        "A load balancer of AWS says so when it has to authenticate users and their identity provider answered with an "
        "error. The deployment was not asked."
    )
    yield grouped(found, f"{told(found)}. {why}", {"locked": "/v1/"})


def _opened_by_key(case: Case) -> Iterator[Match]:
    """Information: the gateway opened with the key."""
    pair = mended_by_key(case)
    if pair is None or pair[0].response is None:
        return
    refused, seen = pair
    origin = case.configured.key_origin if case.configured and case.configured.key_origin else "the settings"
    says = (
        f"{upper(writer(refused.response))} answered {refused.status} to {question(refused)} without a key and let it "
        f"through with the one from {origin}. The containers check no key: a gateway in front of them does, so every "
        f"client needs one that it takes."
    )
    evidence, facts = (refused.id, seen.id), {"opened_by": origin}
    yield Match(says, evidence, (refused.check,), facts=facts, severity=Severity.INFO, detail="the key opens it")


def _forbidden(case: Case) -> Iterator[Match]:
    found = group(case, (403, 451), asides_alone=False)
    if found is None:
        yield from _puzzled(case)
        return
    if mended_by_key(case):
        return
    answer = found.response
    if answered(answer) == "deepgram" and answer.header("dg-request-id"):
        why = "With dg-request-id this is Deepgram's hosted service: the containers themselves never answer 403."
    else:
        why = (
            "The containers answer 403 to nobody: a gateway, a firewall for web applications, an address list or "
            "another product on this address did."
        )
    yield grouped(found, f"{told(found)}. {why}")


def _puzzled(case: Case) -> Iterator[Match]:
    """AWS WAF's way to refuse programs: 202 with a script, or 405 with a captcha."""
    found = group(case, (202, 405), asides_alone=False)
    if found is None or not puzzle(found.response):
        return
    why = "AWS WAF wants a puzzle solved first, which only a browser can: clients of speech never get past it."
    yield grouped(found, f"{told(found)} (x-amzn-waf-action: {puzzle(found.response)}). {why}", {"firewall": "AWS WAF"})


def _payment(case: Case) -> Iterator[Match]:
    found = group(case, (402,), asides_alone=False)
    if found is None:
        return
    yield grouped(
        found,
        f"{told(found)}. Only Deepgram's hosted service asks for credit, so the request left your machines.",
        confidence=Confidence.CERTAIN if found.response.header("dg-request-id") else Confidence.LIKELY,
    )


FAMILY = (
    Cause(
        code="DG3001",
        cause="http_redirect",
        title="The address redirects instead of answering",
        explanation=(
            "Something in front answers with a redirect (301, 302, 303, 307 or 308) and the deployment never sees "
            "the request. The usual reasons are a proxy that sends http to https, a login page in front of "
            "everything, or a rule about slashes that does not mean this path.\n\n"
            "For speech a redirect is never harmless. After 301, 302 and 303 clients repeat a POST as a GET and the "
            "audio is lost, and most of them leave the Authorization header behind. WebSocket clients do not follow "
            "redirects at all: they report 301 or 302 as a failed handshake."
        ),
        told_apart=(
            "By the status and the Location header. A redirect of the bare address (/) alone is nothing to worry "
            "about and is not asked for."
        ),
        remedies=(
            Remedy("Give the clients the address it points to", "dgcheck run {https_base}", leads=True),
            Remedy(
                "Give the clients the address at which this gateway speaks {over_tls}: the same name, and most often "
                "port 443",
                "dgcheck run {over_tls}://{host}",
                leads=True,
            ),
            Remedy(
                "If clients shall not use {over_tls}, let the gateway's route take http as well: in Kong, `protocols` "
                "of the route"
            ),
            Remedy("See whether the deployment answers there", "dgcheck run {host_base}", leads=True),
            Remedy("See whether the deployment answers there", "dgcheck run {path_base}", leads=True),
            Remedy(
                "Let requests for {path} pass without the login page at {login_to}: clients of speech cannot log "
                "in; protect them by a header, an address list or a client certificate instead"
            ),
            Remedy(
                "Look for the rule that redirects {loop_to} to itself: most often TLS ends in front, the next proxy "
                "only sees http and redirects again; it has to trust X-Forwarded-Proto"
            ),
            Remedy("Serve {path} as it is: take the rule about slashes off, which wants {slash_to}", leads=True),
            Remedy(
                "If clients must not be led to {https_base}, give `location /v1/` in the server of this port a "
                "proxy_pass of its own, and put the redirect into `location /`",
                "proxy_pass http://UPSTREAM;",
                place="nginx",
            ),
            Remedy(
                "Switch the redirect to {https_base} off for this ingress (or give the clients https)",
                'kubectl annotate ingress INGRESS nginx.ingress.kubernetes.io/ssl-redirect="false" --overwrite',
                place="ingress-nginx",
            ),
            Remedy(
                "Exempt the path from the redirect to {https_base}",
                "acl speech path_beg /v1/\nacl over_tls ssl_fc\nhttp-request redirect scheme https unless speech or "
                "over_tls",
                place="haproxy",
            ),
            Remedy(
                "Take the redirectScheme middleware, or the redirection of the entry point, off this router: they lead "
                "to {https_base}",
                "kubectl get middleware -A -o yaml | grep -B8 redirectScheme",
                place="traefik",
            ),
            Remedy(
                "Name the site with http:// in the Caddyfile, so that Caddy serves it without redirecting to "
                "{https_base}",
                "http://{host}",
                place="caddy",
            ),
            Remedy("Take the rule that redirects to {https_base} off the listener", place="alb"),
            Remedy(
                "Switch “Always Use HTTPS” off for this host name, or give the clients https; if it loops, set the "
                "SSL mode to Full",
                place="cloudflare",
            ),
            Remedy("See the redirect with your own eyes", "curl -sS -o /dev/null -D - -X POST {base}/v1/listen"),
        ),
        explains=_EFFECTS,
        when=_redirect,
        source="RFC 9110 section 15.4; reference of SDK behaviour: redirects, measured",
    ),
    Cause(
        code="DG3002",
        cause="http_unauthorized",
        title="Something in front wants credentials",
        explanation=(
            "The answer is 401. Self-hosted containers check no credentials: a request that reaches them counts as "
            "allowed, with or without a key. So a 401 was written by something else: a gateway, an ingress with "
            "basic authentication, a single sign-on proxy; or the request went to Deepgram's hosted service, which "
            "the header dg-request-id gives away.\n\n"
            "The key in DEEPGRAM_API_KEY on such machines is the containers' licence credential, not a password of "
            "the gateway. Ask whoever runs the gateway what it takes, and in which header: the SDKs send "
            "`Authorization: Token KEY`, which a gateway that expects `Bearer` refuses."
        ),
        told_apart=(
            "By dg-request-id: with it Deepgram's hosted service was reached, without it a gateway answered. A "
            "gateway that wants a key only for /v1/status and /v1/models, while /v1/listen works, is no fault."
        ),
        remedies=(
            Remedy(
                "Give the gateway's key to dgcheck, and see whether it opens {locked}",
                "dgcheck run {base} --api-key-file FILE",
                leads=True,
            ),
            Remedy(
                "Give every client a key that the gateway takes; with the one from {opened_by} it opened", leads=True
            ),
            Remedy(
                "If the gateway takes another header than Authorization, send that one",
                "dgcheck run {base} --header 'X-API-Key: …'",
            ),
            Remedy(
                "It asks for {realm}: SDKs send `Authorization: Token KEY`, so let the gateway take that form or a "
                "header of its own"
            ),
            Remedy("Take the authentication off {locked}", "auth_basic off;", place="nginx"),
            Remedy(
                "See which authentication the ingress asks for",
                "kubectl get ingress -A -o yaml | grep -E 'auth-(url|type|secret|signin)'",
                place="ingress-nginx",
            ),
            Remedy(
                "See which policy asks for credentials",
                "kubectl get requestauthentication,authorizationpolicy -A",
                place="istio",
            ),
            Remedy(
                "See which policy asks for credentials", "kubectl get securitypolicy -A -o yaml", place="envoy-gateway"
            ),
            Remedy("Look for basicAuth or forwardAuth among the middlewares of this router", place="traefik"),
            Remedy("Look for basic_auth or forward_auth in the Caddyfile", place="caddy"),
            Remedy("Look for an authenticate-oidc or authenticate-cognito action on the listener's rules", place="alb"),
            Remedy(
                "Send the API key of the usage plan in x-api-key, or take the authorizer off the route",
                place="aws-api-gateway",
            ),
            Remedy("Look for a Cloudflare Access application on this host name", place="cloudflare"),
            Remedy(
                "Ask the deployment past the gateway, to see that it wants no key",
                "kubectl -n dg-self-hosted port-forward service/deepgram-api-external 8080:8080 & dgcheck run http://localhost:8080",
                place="helm",
            ),
        ),
        explains=(*_EFFECTS, "http_forbidden"),
        when=_unauthorized,
        source="Deepgram's documentation: self-hosted ingress authentication; the containers have none of their own",
    ),
    Cause(
        code="DG3003",
        cause="http_forbidden",
        title="Something in front refuses this request",
        explanation=(
            "The answer is 403. The containers never say it: a gateway, a firewall for web applications, an address "
            "list, or a policy of the mesh decided that this request may not pass.\n\n"
            "Where REST works and only the WebSocket is refused, a firewall or a rule about methods or headers is "
            "the usual reason. Envoy's empty 403 to an upgrade has a cause of its own (ws_upgrade_not_forwarded)."
        ),
        told_apart=(
            "By who answered: a page or a header of the gateway, no dg-request-id. With dg-request-id the hosted "
            "service was reached."
        ),
        remedies=(
            Remedy("Exempt /v1/ from the rules of {firewall} that answer with a challenge or a captcha", leads=True),
            Remedy(
                "Ask whoever runs that gateway for its log of this request; dgcheck's requests carry `dgcheck` in "
                "User-Agent"
            ),
            Remedy("Ask from another place, to see whether an address list decides", "dgcheck run {base}"),
            Remedy(
                "Look for deny, allow and return 403 on the way to this location",
                "nginx -T | grep -nE 'deny|allow|return 403|limit_except'",
                place="nginx",
            ),
            Remedy(
                "Look for an address list or a firewall on the ingress",
                "kubectl get ingress -A -o yaml | grep -E 'whitelist-source-range|denylist-source-range|modsecurity'",
                place="ingress-nginx",
            ),
            Remedy(
                "Look for `http-request deny` in the frontend and the backend",
                "grep -nE 'deny|block' /etc/haproxy/haproxy.cfg",
                place="haproxy",
            ),
            Remedy(
                "See which policy denies it: the body then says “RBAC: access denied”",
                "kubectl get authorizationpolicy -A -o yaml",
                place="istio",
            ),
            Remedy("See which policy denies it", "kubectl get securitypolicy -A -o yaml", place="envoy-gateway"),
            Remedy("Look for ipAllowList and forwardAuth among the middlewares of this router", place="traefik"),
            Remedy(
                "Look at the web ACL of the load balancer, and at its sampled requests",
                "aws wafv2 get-web-acl-for-resource --resource-arn LOAD_BALANCER_ARN",
                place="alb",
            ),
            Remedy(
                "Send the x-api-key that the stage wants, or look at the resource policy of the API",
                place="aws-api-gateway",
            ),
            Remedy(
                "Look at Security → Events for this host name, and exempt /v1/ from the rule that fired",
                place="cloudflare",
            ),
            Remedy(
                "Look at the security policy of the backend service (Cloud Armor)",
                "gcloud compute security-policies list",
                place="gce",
            ),
            Remedy("Look at the firewall log of the application gateway for the rule that fired", place="azure"),
            Remedy(
                "Allow the target in the proxy's rules, or name it in NO_PROXY",
                "acl deepgram dstdomain {host}",
                place="squid",
            ),
        ),
        explains=_EFFECTS,
        when=_forbidden,
        source=(
            "Deepgram's documentation: the containers check no credentials; envoyproxy/gateway#9452 for the exception"
        ),
    ),
    Cause(
        code="DG3004",
        cause="http_payment_required",
        title="The hosted service was reached, and its project is out of credit",
        explanation=(
            "The answer is 402. Only Deepgram's hosted service says it, when the project of the key has no credit "
            "left. A self-hosted deployment is licensed and never asks for payment, so the request did not go to "
            "your machines: an address was left at its default, or a proxy forwards to api.deepgram.com."
        ),
        told_apart="Hosted only: the answer bears dg-request-id and names the project's credit.",
        remedies=(
            Remedy("See where the address comes from", "dgcheck config show"),
            Remedy("Set every address of the SDK: REST, streaming and agent have one each"),
            Remedy("See where the proxy forwards to", "nginx -T | grep -n proxy_pass", place="nginx"),
        ),
        explains=_EFFECTS,
        heals=Heals.NEVER,
        when=_payment,
        source="Deepgram's documentation: errors (ASR_PAYMENT_REQUIRED)",
    ),
)
