"""DG5030-DG5032: what the License Proxy says of the next hours. What it calls Failed is DG5014, `license`."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.beside import LICENSE_PROXY, Beside
from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy, Severity
from dgcheck.readings.answers import works
from dgcheck.readings.beside import asked, license_proxy, moment, question, span, unanswered
from dgcheck.readings.for_speech import requests
from dgcheck.wire.health import LicenseProxy, read_status

SOURCE = "developers.deepgram.com/docs/license-proxy"
LOGS = (
    Remedy(
        "See what the License Proxy says when it tries, and whether license.deepgram.com:443 is let through by name "
        "(it "
        "has no fixed addresses)",
        "docker compose logs --tail 50 license-proxy",
        "compose",
    ),
    Remedy(
        "See what the License Proxy says when it tries, and whether egress to license.deepgram.com:443 is let "
        "through by "
        "name",
        "kubectl -n dg-self-hosted logs deploy/deepgram-license-proxy --tail=50",
        "helm",
    ),
)


def checked_in(found: LicenseProxy, now: float) -> str:
    """` Its last check-in was at 2026-11-01 00:00 UTC, 3 hours ago.`; '' where it does not say."""
    if found.last_checkin is None:
        return ""
    ago = f", {span(now - found.last_checkin)} ago" if now > found.last_checkin else ""
    return f" Its last check-in with Deepgram was at {moment(found.last_checkin)}{ago}."


def _trust_based(case: Case) -> Iterator[Match]:
    found = license_proxy(case)
    if found is None or found[1].state != "TrustBased":
        return
    seen, said = found
    says = (
        f"{question(seen)} says state is TrustBased: the License Proxy cannot reach Deepgram and answers from what it "
    )
    says += f"remembers.{checked_in(said, case.now)}"
    facts = {"license_proxy": seen.url}
    until = said.trust_until
    if until is None:
        says += " It does not say how long it may."
    elif until > case.now:
        says += f" It may do so until {moment(until)}, in {span(until - case.now)}; then its state becomes Failed."
        facts["trust_until"] = moment(until)
    else:
        says += f" By the clock of this machine that was over at {moment(until)}, {span(case.now - until)} ago."
        facts["trust_until"] = moment(until)
    yield Match(says, (seen.id,), ("license",), facts=facts)


def _idle(case: Case) -> Iterator[Match]:
    found = license_proxy(case)
    if found is None or found[1].state != "Ready":
        return
    seen, _ = found
    served = any(works(one) for one in requests(case))
    says = f"{question(seen)} says state is Ready: since it started, no container has asked it for its licence."
    if served:
        says += " Speech is served all the same: the containers have their licence from elsewhere, or had it before."
    yield Match(says, (seen.id,), ("license",), facts={"license_proxy": seen.url})


def _unreadable(case: Case) -> Iterator[Match]:
    seen = asked(case, LICENSE_PROXY, "/v1/status")
    if seen is None or license_proxy(case) is not None:
        return
    says = f"{question(seen)}: {_what(seen)}. Whether the licence is safe for the next hours is not known."
    yield Match(says, (seen.id,), ("license",), Confidence.CERTAIN, facts={"license_proxy": seen.url})


def _what(seen: Beside) -> str:
    """What came instead of the License Proxy's status."""
    if seen.response is None:
        return unanswered(seen)
    if seen.status != 200:
        return f"the answer is {seen.status} {seen.response.reason}".rstrip()
    body = read_status(seen.response.body)
    if body is not None and body.system_health:
        return "this is the status of an API container, not of a License Proxy"
    return "the answer is 200 and no status of a License Proxy"


FAMILY = (
    Cause(
        code="DG5030",
        cause="license_trust_based",
        title="The License Proxy has lost Deepgram and lives on trust",
        explanation=(
            "The License Proxy asks license.deepgram.com on behalf of the containers. While it cannot, it goes on "
            "answering from what it remembers, until `trust_expiration`: its state is TrustBased. After that it is "
            "Failed, and a container that starts gets no licence. Nothing fails yet, and there is time to mend it.\n\n"
            "What clients of the API see once the time of trust is over is not known."
        ),
        told_apart="Only the License Proxy's own status page says it. Connected is good; Ready: nobody asked yet.",
        remedies=(
            *LOGS,
            Remedy("Behind a forward proxy, give the License Proxy HTTPS_PROXY"),
            Remedy("Until it is mended, do not restart containers that serve"),
            Remedy("Watch its state", "curl -s {license_proxy}"),
        ),
        severity=Severity.WARNING,
        when=_trust_based,
        source=SOURCE,
    ),
    Cause(
        code="DG5031",
        cause="license_proxy_idle",
        title="The License Proxy has relayed nothing yet",
        explanation=(
            "State Ready: the License Proxy runs and no container has asked it. Just after its start that is normal. "
            "If it "
            "stays so, the containers do not use it: their `server_url` does not name it, or they reach "
            "license.deepgram.com themselves. In Kubernetes a License Proxy that is Ready does not count as ready, so "
            "its Service has no endpoints."
        ),
        told_apart="The state on the License Proxy's own status page.",
        remedies=(
            Remedy(
                'Let the containers ask it first: `server_url = ["https://license-proxy:8443", '
                '"https://license.deepgram.com"]` under `[license]` in api.toml and engine.toml',
                "docker compose restart api engine",
                "compose",
            ),
            Remedy(
                "See whether API and Engine are configured with it",
                "kubectl -n dg-self-hosted get cm deepgram-api-config -o yaml | grep -A3 server_url",
                "helm",
            ),
        ),
        severity=Severity.INFO,
        heals=Heals.SOON,
        when=_idle,
        source=SOURCE,
    ),
    Cause(
        code="DG5032",
        cause="license_proxy_unreadable",
        title="The License Proxy's status could not be read",
        explanation=(
            "At the address that was given no License Proxy tells its state. That says nothing of the licence "
            "itself: the "
            "port may not be published to where dgcheck runs, or be another one. The status port is 8080 in the "
            "container, 8089 on the host with Docker Compose, plain HTTP; 8443 is where the containers ask for "
            "licences."
        ),
        told_apart="The answer, or what kept it from coming.",
        remedies=(
            Remedy("See which port is published for it", "docker compose port license-proxy 8080", "compose"),
            Remedy(
                "Ask its status Service from inside the cluster",
                "kubectl -n dg-self-hosted get svc deepgram-license-proxy-status",
                "helm",
            ),
            Remedy("Ask it by hand", "curl -v {license_proxy}"),
        ),
        severity=Severity.WARNING,
        when=_unreadable,
        source=SOURCE,
    ),
)
