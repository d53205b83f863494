"""DG0008, DG0009 and DG0014: the API key, which self-hosted containers do not check. It is never printed."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Heals, Match, Remedy, Severity
from dgcheck.model.evidence import Exchange, Wire
from dgcheck.readings.telling import got, listed, question, upper

_FORMS = {
    "newline": "holds a line break",
    "spaces": "holds blanks",
    "quotes": "stands in quotation marks",
    "prefix": "begins with “Token ” or “Bearer ”",
    "non_ascii": "holds characters that no HTTP header carries as they are",
}


def _refusal(case: Case) -> Wire | None:
    """The answer by which something in front refuses a credential. An upgrade alone may get 403 for other reasons."""
    return next((wire for wire in case.wires() if wire.status == 401 or _plain_403(wire)), None)


def _plain_403(wire: Wire) -> bool:
    return wire.status == 403 and isinstance(wire, Exchange)


def _said(wire: Wire | None) -> str:
    return f" {upper(question(wire))} got {got(wire)}." if wire is not None else ""


def _facts(origin: str, forms: list[str]) -> dict[str, str]:
    """Facts that choose the remedies: where the key came from, and each thing that is odd about it."""
    place = {"key_variable": origin} if origin.isupper() else {"key_file_of": origin}
    return {**place, **{f"with_{form}": "the key" for form in forms}, "key_origin": origin}


def _blank(case: Case) -> Iterator[Match]:
    seen = case.configured
    if seen is None or "blank" not in seen.key_form:
        return
    refused = _refusal(case)
    says = f"The API key from {seen.key_origin} is blank.{_said(refused)}"
    evidence = (seen.id, *((refused.id,) if refused else ()))
    severity = Severity.ERROR if refused else None
    yield Match(says, evidence, ("config",), facts=_facts(seen.key_origin, ["blank"]), severity=severity)


def _malformed(case: Case) -> Iterator[Match]:
    seen = case.configured
    forms = [form for form in _FORMS if seen is not None and form in seen.key_form]
    if seen is None or not forms or "blank" in seen.key_form:
        return
    refused = _refusal(case)
    words = listed(_FORMS[form] for form in forms)
    says = f"The API key from {seen.key_origin} {words}.{_said(refused)}"
    evidence = (seen.id, *((refused.id,) if refused else ()))
    severity = Severity.ERROR if refused else None
    yield Match(says, evidence, ("config",), facts=_facts(seen.key_origin, forms), severity=severity)


def _is_loopback(address: str) -> bool:
    from ipaddress import ip_address

    try:
        return ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _in_clear(case: Case) -> Iterator[Match]:
    seen = case.configured
    if seen is None or seen.loopback or case.target is None:
        return
    sent = [wire for wire in case.wires(None) if wire.request.with_key and wire.address and not wire.tls]
    open_ = next((wire for wire in sent if wire.via_proxy or not _is_loopback(wire.address)), None)
    if open_ is None:
        return
    says = (
        f"The API key from {seen.key_origin} went to {case.target.host} over plain HTTP: whoever "
        f"stands on the way can read it."
    )
    yield Match(says, (seen.id, open_.id), (open_.check,), facts={"key_origin": seen.key_origin})


FAMILY = (
    Cause(
        code="DG0008",
        cause="api_key_blank",
        title="The API key is blank",
        explanation=(
            "A key is set, but nothing is in it. A self-hosted API checks no key, so requests may well work; the SDKs "
            "do check, and refuse before anything is sent: JavaScript 1 to 4, Python 2, Go and .NET (unless told that "
            "they talk to a self-hosted deployment). Python 5 and later fail in REST with “Illegal header value "
            "b'Token '”. Any text works, a single letter too."
        ),
        told_apart="Read from the settings. It is an error, not a warning, where something answers 401 or 403.",
        remedies=(
            Remedy("Where nothing before the deployment checks keys, put any text in it", "export {key_variable}=a"),
            Remedy("Put any text into the file of {key_file_of}, or take the setting out"),
            Remedy(
                "Where a gateway answers 401 or 403, use the key that it wants",
                "dgcheck run {base} --api-key-file FILE",
            ),
            Remedy(
                "In a Kubernetes Secret look for an empty value",
                "kubectl get secret NAME -o jsonpath='{.data}'",
                place="kubernetes",
            ),
        ),
        severity=Severity.WARNING,
        explains=("http_unauthorized", "http_forbidden"),
        heals=Heals.NEVER,
        when=_blank,
        source="reference of SDK behaviour: trap 7, measured",
    ),
    Cause(
        code="DG0009",
        cause="api_key_malformed",
        title="The API key has something in it that does not belong there",
        explanation=(
            "The key holds a line break (most often the one at the end of the file or command that it came from), "
            "blanks, quotation marks, a “Token ” or “Bearer ” in front (which every SDK adds itself), or characters "
            "that a header cannot carry. A self-hosted API does not look at it, but clients fail on it before sending "
            "anything (“Invalid header value”, “Illegal header value”, “New-line or NUL characters are not allowed”), "
            "and a gateway that compares keys refuses it. The key itself is never printed by dgcheck."
        ),
        told_apart="Read from the settings. It is an error, not a warning, where something answers 401 or 403.",
        remedies=(
            Remedy(
                "Take the line break off {with_newline}",
                'export {key_variable}="$(printf %s "${key_variable}" | tr -d \'\\r\\n\')"',
            ),
            Remedy(
                "Write the file of {key_file_of} again, with {with_newline} on one line",
                "tr -d '\\r\\n' < KEYFILE > KEYFILE.new",
            ),
            Remedy(
                "In a Kubernetes Secret, encode {with_newline} without the line break that echo adds",
                "printf %s KEY | base64",
                place="kubernetes",
            ),
            Remedy("Take the quotation marks off {with_quotes}: docker --env-file keeps them"),
            Remedy("Take “Token ” or “Bearer ” off {with_prefix}: the SDK adds it when it sends the key"),
            Remedy("Take the blanks out of {with_spaces}, or copy the key again"),
            Remedy("Type {with_non_ascii} again: documents replace plain dashes and quotes by others"),
        ),
        severity=Severity.WARNING,
        explains=("http_unauthorized", "http_forbidden"),
        heals=Heals.NEVER,
        when=_malformed,
        source="reference of SDK behaviour: keys with a newline, measured; RFC 9110 §5.5 (field values)",
    ),
    Cause(
        code="DG0014",
        cause="key_in_clear",
        title="The API key goes over plain HTTP to another machine",
        explanation=(
            "A key was sent without TLS to a host that is not this machine. The containers check no key and speak "
            "plain HTTP by default, so nothing is broken; but the key may be the credential of your Deepgram "
            "licence, and everything on the way can read it."
        ),
        told_apart="A key was really sent, the connection had no TLS, and the address was not loopback.",
        remedies=(
            Remedy(
                "Where nothing in front checks keys, send any text instead of the licence's key",
                "export DEEPGRAM_API_KEY=a",
            ),
            Remedy("Where a gateway checks it, put TLS in front and use https"),
        ),
        severity=Severity.INFO,
        heals=Heals.NEVER,
        when=_in_clear,
        source="dgcheck's own rule about keys",
    ),
)
