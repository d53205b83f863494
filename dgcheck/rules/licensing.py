"""DG5014, DG5018: the licence of the containers, and the certificate that it comes with."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy, Severity
from dgcheck.model.evidence import Stream, Wire
from dgcheck.readings.beside import Dated, certificates, license_proxy, moment, question
from dgcheck.readings.telling import listed, questions, quoted, status_words, upper
from dgcheck.rules.deployment import checks, ids, meanwhile, page, speech_works
from dgcheck.wire.license_words import license_field, names_license
from dgcheck.wire.refusal import read_refusal
from dgcheck.wire.who import answered

DAY = 86_400.0
NEAR = 90 * DAY  # seconds before the end of life from which it is told
SOON = 30 * DAY  # seconds before the end of support from which it is mentioned


def _license(case: Case) -> Iterator[Match]:
    """Only words that name the licence; what clients see when it is lost at run time is not known otherwise."""
    told = [seen for seen in case.of(Wire, "") if _names_it(seen)]
    if told:
        first = told[0]
        status = status_words(first.response) if first.response else ""
        says = f"{upper(questions(told))} got {status}{quoted(first.response)}."
        sure = Confidence.CERTAIN if any(answered(seen.response) for seen in told) else Confidence.LIKELY
        touched = tuple(dict.fromkeys(seen.check for seen in told))
        failed = _proxy_failed(case)
        evidence = tuple(seen.id for seen in told)
        if failed is not None:
            says, touched = f"{says} {failed.says}", (*touched, *failed.checks)
            evidence = (*evidence, *failed.evidence)
        yield Match(says, evidence, touched, sure, remedies=failed.remedies if failed is not None else ())
        return
    yield from _license_in_stream(case)
    yield from _license_in_status(case)
    yield from _license_proxy(case)


def _names_it(seen: Wire) -> bool:
    """Whether a refusal, not a proxy's page, has words about the licence and about nothing else."""
    if seen.response is None or seen.response.status < 400:
        return False
    refusal = read_refusal(seen.response)
    ours = answered(seen.response) in ("", "deepgram") and refusal.about in ("", "license")
    return ours and names_license(refusal.words)


def _license_in_stream(case: Case) -> Iterator[Match]:
    for stream in case.of(Stream, ""):
        errors = (one.text for one in stream.heard if one.kind == "Error")
        words = next((text for text in (stream.close_reason, *errors) if names_license(text)), "")
        if words:
            says = f"The stream was ended with the words “{' '.join(words.split())[:200]}”."
            yield Match(says, (stream.id, stream.upgrade), (stream.check,))
            return


def _license_in_status(case: Case) -> Iterator[Match]:
    seen = page(case, "status", "/status")
    field = license_field(seen.response.body) if seen and seen.response else ""
    if seen is not None and field and not speech_works(case):
        says = f"GET /v1/status says {field}.{meanwhile(case)}"
        yield Match(says, ids(case, seen), checks(case, "status"), Confidence.LIKELY)


def _license_proxy(case: Case) -> Iterator[Match]:
    failed = _proxy_failed(case)
    if failed is not None:
        yield failed


def _proxy_failed(case: Case) -> Match | None:
    """The License Proxy's own word that it can vouch for nobody any more."""
    found = license_proxy(case)
    if found is None or found[1].state != "Failed":
        return None
    from dgcheck.rules.license_proxy import LOGS, checked_in

    seen, said = found
    says = (
        f"{question(seen)} says state is Failed: the License Proxy cannot reach Deepgram, and its time of trust is over"
        f"{f' since {moment(said.trust_until)}' if said.trust_until else ''}.{checked_in(said, case.now)} A "
        "container that "
        "asks it now gets no licence."
    )
    return Match(says, (seen.id,), ("license",), remedies=LOGS)


def _certificate(case: Case) -> Iterator[Match]:
    """Of all containers that show one, each date once: those of one release have the same."""
    if not case.now:
        return
    told: dict[tuple[str, str], list[Dated]] = {}
    for one in certificates(case):
        days = (_day(one.certificate.end_of_support or 0.0), _day(one.certificate.end_of_life or 0.0))
        told.setdefault(days, []).append(one)
    for same in told.values():
        yield from _dated(case, same)


def _dated(case: Case, same: list[Dated]) -> Iterator[Match]:
    found = same[0].certificate
    seen, touched = tuple(one.evidence for one in same), tuple(dict.fromkeys(one.check for one in same))
    others = [one.whose for one in same if one.whose != "the API container"]
    whose = f" ({listed(one.whose for one in same)})" if others else ""
    life, support, now = found.end_of_life, found.end_of_support, case.now
    days = "" if life is None else _days(abs(life - now))
    if life is not None and life <= now:
        says = f"The product's licensing certificate{whose} reached its end of life on {_day(life)}, {days} ago. "
        says += "A container of this release refuses to start again."
        yield Match(says, seen, touched, severity=Severity.ERROR, facts={"end_of_life": _day(life)})
    elif life is not None and life - now < NEAR:
        says = f"The product's licensing certificate{whose} reaches its end of life on {_day(life)}, in {days}. "
        says += "From then on a container of this release refuses to start."
        yield Match(says, seen, touched, severity=Severity.WARNING, facts={"end_of_life": _day(life)})
    elif support is not None and support <= now:
        ends = f"; its end of life is {_day(life)}" if life is not None else ""
        says = (
            f"The product's licensing certificate{whose} has been past its end of support since {_day(support)}{ends}."
        )
        yield Match(says, seen, touched, severity=Severity.WARNING)
    elif support is not None and support - now < SOON:
        says = f"The support of this release{whose} ends on {_day(support)}, in {_days(support - now)}."
        yield Match(says, seen, touched, severity=Severity.INFO)


def _days(amount: float) -> str:
    count = round(amount / DAY)
    return "1 day" if count == 1 else f"{count} days"


def _day(moment: float) -> str:
    from time import gmtime, strftime

    return strftime("%Y-%m-%d", gmtime(moment))


FAMILY = (
    Cause(
        code="DG5014",
        cause="license",
        title="The licence is expired, missing or cannot be checked",
        explanation=(
            "The containers prove their licence with the key in DEEPGRAM_API_KEY to license.deepgram.com, or to a "
            "License Proxy in between. Without it they do not start, or stop serving when the time of trust is over. "
            "The key that clients send has nothing to do with it: self-hosted containers check none.\n\n"
            "A curl or a TLS scanner against license.deepgram.com fails even when all is well (it wants a client "
            "certificate); from outside only its name and port 443 can be tested."
        ),
        told_apart=(
            "Only said where an answer's own words or the status page name the licence. What clients otherwise see "
            "when a licence is lost is not known."
        ),
        remedies=(
            Remedy(
                "Look for `Missing license configuration` and `Aegis request to … failed` in the logs; 401 there "
                "means a key without self-hosted scope, TimedOut or dns error that license.deepgram.com is not "
                "reachable",
                "docker compose logs api engine | grep -iE 'license|aegis' | tail -20",
                "compose",
            ),
            Remedy(
                "Set the key for the containers and start them again; sudo drops it unless told otherwise",
                "export DEEPGRAM_API_KEY=…; sudo --preserve-env=DEEPGRAM_API_KEY docker compose up -d",
                "compose",
            ),
            Remedy(
                "Look for `Missing license configuration` and `Aegis request to … failed` in the logs",
                "kubectl -n dg-self-hosted logs deploy/deepgram-api | grep -iE 'license|aegis' | tail -20",
                "helm",
            ),
            Remedy(
                "Check the Secret that `global.deepgramSecretRef` names",
                "kubectl -n dg-self-hosted get secret dg-self-hosted-api-key",
                "helm",
            ),
            Remedy(
                "Ask the License Proxy, where there is one: `state` must be Connected (TrustBased lasts until "
                "`trust_expiration`)",
                "curl -s http://{host}:8089/v1/status",
                "compose",
            ),
        ),
        explains=(
            "http_server_error",
            "http_unavailable",
            "http_unauthorized",
            "http_forbidden",
            "http_payment_required",
            "ws_upgrade_rejected",
            "ws_closed_early",
            "ws_no_results",
            "engine_disconnected",
            "engine_initializing",
            "engine_critical",
            "bad_parameter",
        ),
        when=_license,
        source="self-hosted-resources diagnostics/dg_log_parser.sh; developers.deepgram.com/docs/license-proxy",
    ),
    Cause(
        code="DG5018",
        cause="product_certificate",
        title="The product's licensing certificate is running out",
        explanation=(
            "Every self-hosted release carries a licensing certificate: support ends 18 months after its beginning, "
            "and at its end of life, after 36 months, a container of that release refuses to start. Running "
            "containers may go on until the next restart, so that a reboot becomes an outage. It has nothing to do "
            "with the TLS certificate of your address."
        ),
        told_apart="The dates on /v1/certificates, compared with the clock of this machine.",
        remedies=(
            Remedy(
                "Upgrade to a current release: set the image tags in docker-compose.yml (License Proxy first, then "
                "Engine, then API)",
                "docker compose pull && docker compose up -d",
                "compose",
            ),
            Remedy(
                "Upgrade to a current release",
                "helm repo update && helm upgrade deepgram deepgram/deepgram-self-hosted -n dg-self-hosted "
                "-f my-values.yaml",
                "helm",
            ),
            Remedy("See the dates", "curl -s {base}/v1/certificates"),
        ),
        severity=Severity.WARNING,
        heals=Heals.NEVER,
        when=_certificate,
        source="developers.deepgram.com/docs/certificates-endpoint",
    ),
)
