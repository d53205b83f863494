"""Reports of runs that asked for the listing, made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dgcheck.model.evidence import Dial, Ending, Exchange, Listing, Model, Request, Response, Seen, Upgrade
from dgcheck.model.report import Report, Status
from dgcheck.sim.models import speech, voice
from dgcheck.wire.url import query_of

NOVA_3 = speech("nova-3-general", ("en", "en-US", "es"))
NOVA_2 = speech("nova-2-general", ("en", "es"), version="2024-01-18.26916")
MEDICAL = speech("nova-3-medical", ("en",), streaming=False)
VOICE = voice("aura-2-thalia-en")
A, B, C = "10.0.0.1", "10.0.0.2", "10.0.0.3"


def report(*evidence: Seen, verdict: Status = Status.PASS) -> Report:
    """A report with this evidence and nothing else to say."""
    return Report(
        dgcheck="0.1.0",
        run_id="abc12345",
        started="2026-11-01T10:00:00.000Z",
        ended="2026-11-01T10:00:00.500Z",
        verdict=verdict,
        interrupted=False,
        target={"given": "http://dg:8080", "url": "http://dg:8080"},
        seen_from={"host": "here", "container": "", "pod": "", "namespace": ""},
        settings={},
        environment={},
        checks=(),
        findings=(),
        evidence=evidence,
    )


def listed(models: Sequence[Model], address: str = A, *, shape: str = "grouped", status: int = 200) -> Exchange:
    """One address's answer to GET /v1/models; no listing in it where `shape` is other."""
    listing = Listing(shape=shape, models=tuple(models)) if status == 200 else None
    return Exchange(**_wire("GET", "/v1/models", status, address), listing=listing)


def posted(target: str, status: int | None, body: str = "", address: str = A) -> Exchange:
    """A POST that was to prove a row."""
    return Exchange(**_wire("POST", target, status, address, body), listing=None)


def upgraded(target: str, status: int | None, body: str = "", address: str = A) -> Upgrade:
    """An upgrade that was to prove a row."""
    return Upgrade(**_wire("GET", target, status, address, body))


def refused(address: str) -> Dial:
    """An address that refuses connections."""
    return Dial(id="e1", check="tcp", ending=Ending.REFUSED, address=address, port=8080)


def _wire(method: str, target: str, status: int | None, address: str, body: str = "") -> dict[str, Any]:
    return {
        "id": "e1",
        "check": "models",
        "purpose": "" if target == "/v1/models" else "try",
        "ending": Ending.ANSWERED if status else Ending.TIMED_OUT,
        "url": f"http://dg:8080{target}",
        "request": Request(method=method, target=target, query=query_of(target)),
        "response": Response(status=status, body=body) if status else None,
        "address": address,
        "port": 8080,
    }
