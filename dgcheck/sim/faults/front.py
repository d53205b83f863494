"""What gateways, proxies and load balancers in front of the deployment answer in its place."""

from __future__ import annotations

from collections.abc import Callable

from dgcheck.model.record import replace
from dgcheck.sim.asked import Asked, Reply
from dgcheck.sim.core import Effect
from dgcheck.sim.faults import pages
from dgcheck.sim.faults.fault import Fault, always, proxy, says

BASIC = ("WWW-Authenticate", 'Basic realm="restricted"')
NO_ACCESS = "Project does not have access to the requested model."
BEARER = ("WWW-Authenticate", 'Bearer realm="gateway"')


def _unauthorized() -> Reply:
    return pages.nginx(401).having(*BASIC)


def _wants_key(asked: Asked) -> Reply | None:
    """A gateway that takes any key in the header, the subprotocol or `x-api-key`."""
    scheme, _, key = asked.header("authorization").partition(" ")
    offered = asked.tokens("sec-websocket-protocol")
    by_protocol = len(offered) > 1 and offered[0].lower() in ("token", "bearer")
    if (scheme.lower() in ("token", "bearer") and key.strip()) or by_protocol or asked.header("x-api-key"):
        return None
    return pages.answer(401, '{"message":"No API key found in request"}', "application/json", "kong/3.4.0", BEARER)


def _too_large(page: pages.Page, limit: float) -> Callable[[Asked], Reply | None]:
    def early(asked: Asked) -> Reply | None:
        length = asked.header("content-length")
        if not length.isdecimal() or int(length) <= limit:
            return None
        return replace(page(413), ending="fin")

    return early


def _body_limit(page: pages.Page) -> Callable[[float], Effect]:
    return lambda limit: Effect(early=_too_large(page, limit))


def _below(prefix: str) -> Effect:
    """A proxy that serves the deployment below a prefix alone and takes the prefix off."""

    def strip(asked: Asked) -> Asked:
        return replace(asked, path=asked.path.removeprefix(prefix), target=asked.target.replace(prefix, "", 1))

    return Effect(
        instead=lambda asked: None if asked.path.startswith(prefix + "/") else pages.nginx(404), pass_on=strip
    )


def _authentication() -> tuple[Fault, ...]:
    return (
        Fault(
            name="gateway_401",
            says="a proxy answers 401 (Basic) to everything, with and without a key",
            causes=("http_unauthorized",),
            makes=says(_unauthorized()),
        ),
        Fault(
            name="gateway_wants_key",
            says="a gateway answers 401 unless a key comes along, then lets it pass",
            causes=("http_unauthorized",),
            makes=always(Effect(instead=_wants_key)),
        ),
        Fault(
            name="gateway_key_given",
            says="the same gateway, asked with a key: nothing is wrong",
            resembles=("http_unauthorized",),
            run=("--header", "x-api-key: simulated"),
            makes=always(Effect(instead=_wants_key)),
        ),
        Fault(
            name="gateway_401_aws",
            says="AWS API Gateway answers 401 to everything",
            causes=("http_unauthorized",),
            makes=says(pages.aws_gateway(401)),
        ),
        Fault(
            name="gateway_401_information",
            says="401 for status, certificates and models; transcription works",
            resembles=("http_unauthorized",),
            makes=says(_unauthorized(), pages.on_information),
        ),
        Fault(
            name="gateway_403_models",
            says="403 for /v1/models alone; the rest works",
            resembles=("http_forbidden",),
            makes=says(pages.nginx(403), pages.on_models),
        ),
        Fault(
            name="gateway_401_listen",
            says="401 for transcription alone",
            causes=("http_unauthorized",),
            makes=says(_unauthorized(), pages.on_listen),
        ),
        Fault(
            name="hosted_401",
            says="401 with dg-request-id: the hosted service was reached",
            causes=("http_unauthorized",),
            makes=says(lambda _: pages.deepgram(401, "INVALID_AUTH", "Invalid credentials.")),
        ),
        Fault(
            name="hosted_402",
            says="402 for transcription: the hosted project has no credit",
            causes=("http_payment_required",),
            makes=says(
                lambda _: pages.deepgram(
                    402,
                    "ASR_PAYMENT_REQUIRED",
                    "Project does not have enough credits for an ASR request and does not have an overage agreement.",
                ),
                pages.on_listen,
            ),
        ),
        Fault(
            name="hosted_403",
            says="403 with dg-request-id for transcription: a hosted project without access to the model",
            causes=("http_forbidden",),
            makes=says(
                lambda _: pages.deepgram(
                    403, "INSUFFICIENT_PERMISSIONS", "Project does not have access to the requested model."
                ),
                pages.on_listen,
            ),
        ),
    )


def _forbidden() -> tuple[Fault, ...]:
    rbac = pages.answer(403, "RBAC: access denied", "text/plain", "istio-envoy")
    waf = pages.html(403, "Access Denied", "<h1>Request blocked</h1><p>Incident 4f1d-22</p>")
    return (
        proxy("forbidden_nginx", 403, pages.nginx, "http_forbidden", "nginx"),
        proxy("forbidden_aws", 403, pages.aws_gateway, "http_forbidden", "AWS API Gateway"),
        proxy("forbidden_empty", 403, pages.bare, "http_forbidden", "something unnamed"),
        proxy("forbidden_haproxy", 403, pages.haproxy, "http_forbidden", "HAProxy"),
        proxy("forbidden_cloudflare", 403, pages.cloudflare, "http_forbidden", "Cloudflare"),
        Fault(
            name="forbidden_mesh",
            says="Istio answers 403 `RBAC: access denied` to everything",
            causes=("http_forbidden",),
            makes=says(rbac),
        ),
        Fault(
            name="forbidden_waf",
            says="a web application firewall answers 403 with a page to transcriptions",
            causes=("http_forbidden",),
            makes=says(waf, pages.on_listen),
        ),
    )


def _missing() -> tuple[Fault, ...]:
    return (
        proxy("not_found_nginx", 404, pages.nginx, "http_not_found", "nginx", resembles=("model_missing",)),
        proxy("not_found_go", 404, pages.traefik, "http_not_found", "a Go server or Traefik"),
        proxy(
            "not_found_default_backend", 404, pages.default_backend, "http_not_found", "the ingress's default backend"
        ),
        proxy("not_found_envoy", 404, pages.envoy, "http_not_found", "Envoy"),
        proxy("not_found_empty", 404, pages.bare, "http_not_found", "something unnamed"),
        Fault(
            name="not_found_listen",
            says="404 for /v1/listen alone",
            causes=("http_not_found",),
            makes=says(pages.nginx(404), pages.on_listen),
        ),
        Fault(
            name="prefix_required",
            says="the deployment is served below /deepgram alone; nginx answers 404 elsewhere",
            causes=("url_path_wrong", "http_not_found"),
            makes=always(_below("/deepgram")),
        ),
        Fault(
            name="prefix_given",
            says="the deployment is served below /deepgram, and the URL says so",
            resembles=("url_path_wrong", "http_not_found"),
            makes=always(replace(_below("/deepgram"), shown_prefix="/deepgram")),
        ),
        Fault(
            name="prefix_superfluous",
            says="the URL has the prefix /deepgram, which the deployment gets to see and does not serve",
            causes=("url_path_wrong",),
            makes=always(Effect(shown_prefix="/deepgram")),
        ),
        Fault(
            name="method_not_allowed",
            says="nginx answers 405 to every POST, with Allow: GET, HEAD",
            causes=("http_method_not_allowed",),
            makes=says(pages.nginx(405).having("Allow", "GET, HEAD"), lambda asked: asked.method == "POST"),
        ),
    )


def _sizes() -> tuple[Fault, ...]:
    return (
        Fault(
            name="body_limit",
            says="nginx answers 413 to bodies above a size",
            causes=("http_body_too_large",),
            value=4096,
            unit="bytes",
            makes=_body_limit(pages.nginx),
        ),
        Fault(
            name="body_limit_envoy",
            says="Envoy answers 413 to bodies above a size",
            causes=("http_body_too_large",),
            value=4096,
            unit="bytes",
            makes=_body_limit(pages.envoy),
        ),
        Fault(
            name="body_limit_aws",
            says="AWS API Gateway answers 413 to bodies above a size",
            causes=("http_body_too_large",),
            value=4096,
            unit="bytes",
            makes=_body_limit(pages.aws_gateway),
        ),
        Fault(
            name="body_limit_wide",
            says="nginx answers 413 above 1 MB, which the clip never reaches",
            resembles=("http_body_too_large",),
            value=2**20,
            unit="bytes",
            makes=_body_limit(pages.nginx),
        ),
        Fault(
            name="body_limit_found",
            says="nginx answers 413 to bodies above a size that only larger uploads reach",
            causes=("http_body_too_large",),
            value=2**20,
            unit="bytes",
            run=("--only", "rest.size"),
            makes=_body_limit(pages.nginx),
        ),
        Fault(
            name="body_limit_none",
            says="uploads of every size are taken",
            resembles=("http_body_too_large",),
            run=("--only", "rest.size"),
            makes=always(Effect()),
        ),
        Fault(
            name="large_upload_cut",
            says="the connection is reset when so many bytes of a large body have come",
            causes=("http_body_too_large",),
            resembles=("tcp_reset",),
            value=2**20,
            unit="bytes",
            run=("--only", "rest.size"),
            makes=lambda size: Effect(upload_cut=int(size)),
        ),
        Fault(
            name="large_upload_stalls",
            says="a body is not read on after so many bytes",
            causes=("http_body_too_large",),
            resembles=("http_stalled", "tcp_timeout"),
            value=2**20,
            unit="bytes",
            run=("--only", "rest.size", "--timeout", "60s"),
            makes=lambda size: Effect(upload_stall=int(size)),
        ),
        Fault(
            name="upload_cut",
            says="the connection is reset when so many bytes of a body have come",
            causes=("http_body_too_large",),
            resembles=("tcp_reset",),
            value=4096,
            unit="bytes",
            makes=lambda size: Effect(upload_cut=int(size)),
        ),
    )


FAULTS = (*_authentication(), *_forbidden(), *_missing(), *_sizes())
