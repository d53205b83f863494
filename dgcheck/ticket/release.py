"""Which releases the answers of a deployment allow: what they prove and no more (self-hosted-api.md §3.7, §3.8).

No answer names its release. Some forms exist only since one, or until one; each proof says which answer it rests on.
What is absent proves nothing: a gateway may have kept it away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from dgcheck.model.evidence import Configured, Exchange, Seen
from dgcheck.model.record import dataclass
from dgcheck.wire.deployment import serves
from dgcheck.wire.health import ProductCertificate, read_certificates, read_status

GROUPED = "260630"  # /v1/models is an object grouped by type since, and was a flat list before
CANONICAL = "260402"  # rows of the flat list have canonical_name
STATUS_V2 = "260319"  # /v1/status counts streams of /v2/listen
CERTIFICATES = "260319"  # /v1/certificates exists
SPEAK_V2 = "260812"  # POST /v2/speak is served


@dataclass(frozen=True, slots=True)
class Proof:
    """One answer and what it proves: a release of `since` or later, or one before `before`; '' = says nothing."""

    evidence: str
    says: str
    since: str = ""
    before: str = ""


def proofs(evidence: Sequence[Seen]) -> tuple[Proof, ...]:
    """Every proof that the answers hold, each once for an address; () for Deepgram's hosted service."""
    if any(isinstance(seen, Configured) and seen.hosted for seen in evidence):
        return ()
    found: dict[tuple[str, str], Proof] = {}
    for seen in evidence:
        if isinstance(seen, Exchange) and seen.status == 200 and not seen.redirects:
            for proof in _of(seen):
                found.setdefault((proof.says, seen.address), proof)
    return tuple(found.values())


def _of(seen: Exchange) -> Iterator[Proof]:
    path, body = seen.request.path.rstrip("/"), seen.response.body if seen.response else ""
    at = f" ({seen.address})" if seen.address else ""
    if path.endswith("/v1/models") and seen.listing and seen.listing.models:
        if seen.listing.shape == "grouped":
            yield Proof(seen.id, f"/v1/models is an object grouped by type{at}", since=GROUPED)
        elif seen.listing.shape == "flat":
            yield Proof(seen.id, f"/v1/models is a flat list{at}", before=GROUPED)
            if any(model.canonical_name for model in seen.listing.models):
                yield Proof(seen.id, f"the rows of its flat list have canonical_name{at}", since=CANONICAL)
    elif path.endswith("/v1/status"):
        status = read_status(body)
        if status and "active_listen_v2_stream_requests" in status.keys:
            yield Proof(seen.id, f"/v1/status counts streams of /v2/listen{at}", since=STATUS_V2)
    elif path.endswith("/v1/certificates") and read_certificates(body):
        yield Proof(seen.id, f"/v1/certificates is served{at}", since=CERTIFICATES)
    elif path.endswith("/v2/speak") and seen.request.method == "POST" and serves(seen):
        yield Proof(seen.id, f"/v2/speak is served{at}", since=SPEAK_V2)


def span(found: Sequence[Proof]) -> str:
    """The range that all proofs together leave, in a sentence; where they exclude each other, that is what is said."""
    since = max((proof.since for proof in found if proof.since), default="")
    before = min((proof.before for proof in found if proof.before), default="")
    if not (since or before):
        return "not known: no answer proves a release"
    if since and before and since >= before:
        return (
            f"more than one: some answers exist only since release {since}, others only before {before}, so the "
            "containers behind this address are not all of one release"
        )
    parts = [f"release {since} or later" if since else "", f"before release {before}" if before else ""]
    return ", ".join(part for part in parts if part)


def certificates(evidence: Sequence[Seen]) -> tuple[tuple[str, ProductCertificate], ...]:
    """The product certificates that were shown, as (address, certificate), each once."""
    found: dict[tuple[str, ProductCertificate], None] = {}
    for seen in evidence:
        if (
            isinstance(seen, Exchange)
            and seen.status == 200
            and seen.request.path.rstrip("/").endswith("/certificates")
        ):
            shown = read_certificates(seen.response.body if seen.response else "")
            if shown:
                found[seen.address, shown] = None
    return tuple(found)


def dates(shown: ProductCertificate) -> str:
    """The dates of a product certificate, as they are: they bound its support and name no release."""
    parts = (
        ("support began", shown.beginning_of_support),
        ("support ends", shown.end_of_support),
        ("end of life", shown.end_of_life),
    )
    return ", ".join(f"{what} {_day(moment)}" for what, moment in parts if moment is not None)


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
