"""DG3007: an upload that is larger than somebody on the way allows."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Match, Remedy, Severity
from dgcheck.model.evidence import Exchange, Wire
from dgcheck.readings.answers import posts
from dgcheck.readings.size import Sizes, by_size
from dgcheck.readings.telling import after, question, quoted, seconds, status_words, upper, waited_for, writer
from dgcheck.readings.uploads import DEFAULTS, Uploads, fate, front_of, size_words, uploads
from dgcheck.wire.incomplete import dropped
from dgcheck.wire.who import answered

# Where each of them sets how large a body may be.
SETTINGS = {
    "nginx": "client_max_body_size",
    "ingress-nginx": "the annotation proxy-body-size",
    "kong": "client_max_body_size",
    "haproxy": "a rule of its own, on req.body_size or Content-Length",
    "envoy": "max_request_bytes of the buffer filter",
    "istio": "max_request_bytes of the buffer filter",
    "caddy": "max_size of request_body",
    "traefik": "maxRequestBodyBytes of the buffering middleware",
    "apache": "LimitRequestBody",
    "iis": "maxAllowedContentLength",
}


def _ids(*found: Wire) -> tuple[str, ...]:
    return tuple(dict.fromkeys(seen.id for seen in found))


def _too_large(case: Case) -> Iterator[Match]:
    yield from _speech(case)
    yield from _growing(case)


# The speech itself was not taken.


def _speech(case: Case) -> Iterator[Match]:
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
    yield Match(says, _ids(seen, *found.tries), (seen.check,), sure, facts=_facts(size))


def _limit(found: Sizes) -> str:
    low, high = found.taken, found.refused
    if low is None:
        return f" {high} bytes were too many as well." if high < found.seen.request.body_bytes else ""
    return f" A body of {low} bytes was taken, so the limit lies between {low} and {high} bytes."


def _facts(size: int) -> dict[str, str]:
    return {"size": str(size), "megabytes": str(max(1, -(-size // 1_000_000)))}


# Growing bodies of silence.


def _growing(case: Case) -> Iterator[Match]:
    """A limit that the speech did not meet: a warning, unless somebody said how large an upload has to be."""
    found = uploads(case)
    if found is None or found.refused is None:
        return
    largest = max(one.request.body_bytes for one in found.tries)
    says = f"{_met(found.refused)} {_between(case, found)}"
    yield Match(
        says,
        _ids(*found.tries, *posts(case)[:1]),
        ("rest.size",),
        _sure(found),
        facts=_facts(largest) | _late(found),
        severity=Severity.ERROR if case.settings.max_upload else Severity.WARNING,
        detail=f"between {size_words(found.taken)} and {size_words(found.refused.request.body_bytes)}",
    )


def _late(found: Uploads) -> dict[str, str]:
    assert found.refused is not None
    if fate(found.refused) != "late" or found.stalled:
        return {}
    return {"late": size_words(found.refused.request.body_bytes)}


def _met(seen: Exchange) -> str:
    """What became of the smallest body that was not taken."""
    size = size_words(seen.request.body_bytes)
    what = f"{question(seen)} with {size} of silence"
    if seen.response is not None:
        said = f"{upper(writer(seen.response))} answered {status_words(seen.response)} to {what}"
        early = seen.request.body_sent < seen.request.body_bytes
        when = " before all of it was sent" if early else after(seen)
        setting = SETTINGS.get(answered(seen.response), "")
        named = f" Its setting for that is {setting}." if setting else ""
        return f"{said}{when}{quoted(seen.response)}.{named}"
    how = fate(seen)
    if how == "cut":
        return f"The connection was {dropped(seen)} while {what} was sent, after at most {_sent(seen)}."
    if how == "stalled":
        return f"{upper(what)} came to a halt after at most {_sent(seen)}: nothing more was taken."
    lived = waited_for(seen)
    return f"{upper(what)} was sent whole and not answered{f' within {seconds(lived)}' if lived else ' in time'}."


def _sent(seen: Exchange) -> str:
    return size_words(seen.request.body_sent)


def _between(case: Case, found: Uploads) -> str:
    assert found.refused is not None
    low, high = found.taken, found.refused.request.body_bytes
    if fate(found.refused) == "late" and not found.stalled:
        return (
            f"{size_words(low)} was answered. Either somebody on the way does not pass on a body of that size, or the "
            f"deployment takes longer than that for so much audio."
        )
    usual = DEFAULTS.get(answered(found.refused.response) or front_of(posts(case)), 0)
    if high == low + 1:
        whose = " That is what nginx allows where nothing else is set." if low == usual == 1 << 20 else ""
        return f"{size_words(low)} was taken and one byte more was not, so the limit is {size_words(low)}.{whose}"
    span = f"{size_words(low)} and {size_words(high)} ({low} and {high} bytes)"
    return f"{size_words(low)} was taken, so the limit lies between {span}."


def _sure(found: Uploads) -> Confidence:
    assert found.refused is not None
    how = fate(found.refused)
    if how == "late":
        return Confidence.LIKELY if found.stalled else Confidence.POSSIBLE
    if found.refused.status == 413:
        return Confidence.CERTAIN
    # Cut off once may be chance; at two sizes, and not below, it is not.
    again = sum(fate(one) == how for one in found.tries) > 1
    return Confidence.LIKELY if again or found.refused.response is not None else Confidence.POSSIBLE


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
            "The full profile finds the limit with growing bodies of silence, up to --max-upload; found that way it is "
            "a warning, unless that size was asked for.\n\n"
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
            Remedy(
                "See how long the deployment takes for {late}, asked past the proxy",
                "dgcheck run http://API_HOST:8080 --profile full --only rest.size",
            ),
            Remedy("Test with a recording of the size that you use", "dgcheck run {base} --audio recording.wav"),
            Remedy("After the change, see how much is taken now", "dgcheck run {base} --profile full --only rest.size"),
        ),
        explains=("http_bad_response", "audio_undecodable"),
        when=_too_large,
        source="nginx's documentation: client_max_body_size; vendors' limits; nginx, measured",
    ),
)
