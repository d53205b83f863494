"""DG3007 and DG3015: the request is too large, or asks what is not accepted. Its audio stands in `audio.py`."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy
from dgcheck.model.evidence import Exchange, Wire
from dgcheck.readings.answers import answer, asides, posts
from dgcheck.readings.halved import Halved, halved
from dgcheck.readings.size import Sizes, by_size
from dgcheck.readings.telling import listed, question, quoted, status_words, upper, writer
from dgcheck.wire.incomplete import dropped
from dgcheck.wire.swaps import swap
from dgcheck.wire.who import answered


def _ids(*found: Wire) -> tuple[str, ...]:
    return tuple(dict.fromkeys(seen.id for seen in found))


def _too_large(case: Case) -> Iterator[Match]:
    found = by_size(case)
    if found is None:
        return
    seen, size = found.seen, found.seen.request.body_bytes
    if seen.response is not None:
        who, got = upper(writer(seen.response)), status_words(seen.response)
        said = f"{who} answered {got} to {question(seen)} with {size} bytes"
        says = f"{said}{quoted(seen.response)}.{_limit(found)}"
        sure = Confidence.CERTAIN if seen.status == 413 else Confidence.LIKELY
    else:
        says = f"The connection was {dropped(seen)} while {question(seen)} with {size} bytes was sent.{_limit(found)}"
        sure = Confidence.LIKELY
    facts = {"size": str(size), "megabytes": str(max(1, -(-size // 1_000_000)))}
    yield Match(says, _ids(seen, *found.tries), (seen.check,), sure, facts=facts)


def _limit(found: Sizes) -> str:
    low, high = found.taken, found.refused
    if low is None:
        return f" {high} bytes were too many as well." if high < found.seen.request.body_bytes else ""
    return f" A body of {low} bytes was taken, so the limit lies between {low} and {high} bytes."


def _bad_parameter(case: Case) -> Iterator[Match]:
    found = halved(case)
    if found is None:
        return
    seen, named = found.seen, found.decision.names if found.decision else ()
    others = [one for one in posts(case) if one.status == seen.status and one.id != seen.id]
    checks = tuple(dict.fromkeys(one.check for one in (seen, *others)))
    ids = _ids(seen, *others, *found.tries)
    said = f"{upper(writer(answer(seen)))} answered {seen.status} to {question(seen)}{quoted(seen.response)}."
    if found.decision and len(named) == 1 and named[0] != "model":
        yield _named(case, found, named[0], said, ids, checks)
    elif found.refusal.about == "parameter":
        yield _worded(case, found, said, ids, checks)
    elif isinstance(seen, Exchange) and _only_this(case, seen):
        asked = listed(f"{name}={value}" for name, value in seen.request.query)
        unknown = " It does not say why: a parameter, the model or the audio may not be accepted."
        yield Match(
            f"{said}{unknown} The request asked for {asked or 'nothing but the path'}.",
            ids,
            checks,
            Confidence.POSSIBLE,
        )


def _named(case: Case, found: Halved, name: str, said: str, ids: tuple[str, ...], checks: tuple[str, ...]) -> Match:
    assert found.decision is not None
    pair = f"{name}={found.value(name)}"
    better = swap(name, found.value(name), case.model)
    proof = (
        f"Without {pair} the same request is accepted." if found.decision.proved else f"Only {pair} is left to blame."
    )
    advice = f" What was meant is probably {better}." if better else ""
    sure = Confidence.CERTAIN if found.decision.proved else Confidence.LIKELY
    facts = {"wrong": pair, "name": name} | ({"better": better} if better else {})
    return Match(f"{said} {proof}{advice}", ids, checks, sure, facts=facts, detail=pair)


def _worded(case: Case, found: Halved, said: str, ids: tuple[str, ...], checks: tuple[str, ...]) -> Match:
    """The server says that it is a parameter; which one is said by it, or narrowed down."""
    left = list(found.hinted) or [name for name in (found.decision.names if found.decision else ()) if name != "model"]
    pairs = [f"{name}={found.value(name)}" for name in left]
    which = f" It is {'one of ' if len(pairs) > 1 else ''}{listed(pairs, 'or')}." if pairs else ""
    better = swap(left[0], found.value(left[0]), case.model) if left else ""
    advice = f" What was meant is probably {better}." if better and len(left) == 1 else ""
    facts = {"wrong": pairs[0], "name": left[0]} if len(pairs) == 1 else {}
    if better and facts:
        facts["better"] = better
    return Match(f"{said}{which}{advice}", ids, checks, facts=facts, detail=" or ".join(pairs)[:80])


def _only_this(case: Case, seen: Wire) -> bool:
    """Whether other paths get another answer: else whoever answers refuses everything, whatever is asked."""
    return not any(one.status == seen.status for one in asides(case)) or answered(seen.response) == "deepgram"


FAMILY = (
    Cause(
        code="DG3007",
        cause="http_body_too_large",
        title="The upload is larger than somebody allows",
        explanation=(
            "A body of this size is refused with 413, or the connection is cut while it is sent, and a small one is "
            "taken. The limit is the proxy's: nginx allows 1 MB unless told otherwise, API gateways 6 to 10 MB, "
            "Cloudflare 100 MB. Recordings are larger than that sooner than one thinks: 1 MB is half a minute of "
            "16 kHz mono, or two minutes of telephone audio.\n\n"
            "Streaming is not affected, since its messages are small."
        ),
        told_apart="A much smaller body works on the same path; the sentence says between which sizes the limit lies.",
        remedies=(
            Remedy(
                "Raise the limit to your largest recording; a file of {megabytes} MB must fit",
                "client_max_body_size 2g;\nproxy_request_buffering off;",
                place="nginx",
            ),
            Remedy(
                "Raise the limit to your largest recording",
                'kubectl annotate ingress INGRESS nginx.ingress.kubernetes.io/proxy-body-size="2g" --overwrite',
                place="ingress-nginx",
            ),
            Remedy(
                "Look for rules on req.body_size or on Content-Length",
                "grep -nE 'body_size|content-length|body_len' /etc/haproxy/haproxy.cfg",
                place="haproxy",
            ),
            Remedy(
                "Raise max_request_bytes of the buffer filter, or take the filter off this route",
                "max_request_bytes: 2147483648",
                place="envoy",
            ),
            Remedy(
                "Raise the buffer limit of the BackendTrafficPolicy, or take it off",
                "requestBuffer:\n  limit: 2Gi",
                place="envoy-gateway",
            ),
            Remedy(
                "Raise maxRequestBodyBytes of the buffering middleware",
                "maxRequestBodyBytes: 2147483648",
                place="traefik",
            ),
            Remedy("Raise max_size of request_body", "request_body {\n  max_size 2GB\n}", place="caddy"),
            Remedy(
                "API Gateway allows 10 MB and no more: send large files past it, or by address with --audio-url",
                place="aws-api-gateway",
            ),
            Remedy("The plan decides, 100 MB at first: send large files past Cloudflare", place="cloudflare"),
            Remedy(
                "Raise the limits of the firewall policy",
                "az network application-gateway waf-policy policy-setting update -g GROUP --policy-name POLICY "
                "--max-request-body-size-in-kb 2000 --file-upload-limit-in-mb 4000",
                place="azure",
            ),
            Remedy("Test with a recording of the size that you use", "dgcheck run {base} --audio recording.wav"),
        ),
        explains=("http_bad_response", "audio_undecodable"),
        when=_too_large,
        source="nginx's documentation: client_max_body_size; vendors' limits; nginx, measured",
    ),
    Cause(
        code="DG3015",
        cause="bad_parameter",
        title="A query parameter is not accepted",
        explanation=(
            "The deployment refuses the request for what it asks in its query. The whole query is checked before "
            "anything else, for REST and for the WebSocket alike, where the refusal comes in place of the 101. Live "
            "clients often show only “400” or “bad handshake” and hide the words.\n\n"
            "Known slips: `keywords` belongs to Nova-2 and older, `keyterm` to Nova-3 and Flux; languages are "
            "written `en` or `en-US`, not `english` or `en_US`; times are plain milliseconds, `300` and not "
            "`300ms`; switches are `true` or `false`; a stream that names its encoding must name its sample_rate "
            "too."
        ),
        told_apart=(
            "By the server's own words, and by asking again with fewer parameters until one of them decides. “No "
            "such model/language/tier combination” is about the model, not about a parameter."
        ),
        remedies=(
            Remedy("Write {better} in place of {wrong}"),
            Remedy("Leave {name} out, or give it a value that the API reference lists for it"),
            Remedy(
                "See all the server says",
                "curl -sS -i -X POST '{base}/v1/listen?model={model}&{wrong}' --data-binary @audio.wav",
            ),
            Remedy("Ask with the parameters of your application one by one", "dgcheck run {base} --feature NAME=VALUE"),
            Remedy(
                "If a proxy writes the query anew, let it pass the raw one: proxy_pass without a path keeps it",
                place="nginx",
            ),
        ),
        explains=("ws_upgrade_rejected", "ws_subprotocol", "remote_url_blocked"),
        heals=Heals.NEVER,
        when=_bad_parameter,
        source="Deepgram's documentation: errors (INVALID_QUERY_PARAMETER); refused upgrades read off the API, 2026",
    ),
)
