"""Pieces of evidence of the ports beside the API, made by hand."""

from __future__ import annotations

from typing import Any

from dgcheck.model.beside import Beside
from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Phase, Response
from dgcheck.wire.engine_metrics import read
from tests.rules.built import case, served

NOW = 1_793_491_200.0  # 2026-11-01 00:00 UTC
PROXY, ENGINE = "http://license-proxy:8080", "http://engine:9991"


def beside(which: str, path: str, status: int | None = 200, body: str = "", **fields: Any) -> Beside:
    """One answer of a port beside the API; no answer where `status` is None."""
    given = PROXY if which == "license_proxy" else ENGINE
    response = Response(status=status, body=body) if status else None
    base = {
        "id": "",
        "check": "license",
        "ending": Ending.ANSWERED if response else Ending.REFUSED,
        "phases": (Phase("request", 0.1, 0.0), Phase("first_byte", 0.1, 0.01)),
        "which": which,
        "given": given,
        "url": f"{given}{path}",
        "path": path,
        "response": response,
        "samples": read(body) if path.endswith("/metrics") else (),
        "ended_at": 0.11,
    }
    return Beside(**{**base, **fields})


def state(word: str, checkin: str = "2026-10-31T12:00:00Z", until: str = "2026-11-02T00:00:00Z") -> Beside:
    """The License Proxy's status page."""
    body = f'{{"state":"{word}","last_successful_checkin":"{checkin}","trust_expiration":"{until}"}}'
    return beside("license_proxy", "/v1/status", 200, body)


def metrics(page: str, **fields: Any) -> Beside:
    """The Engine's metrics."""
    return beside("engine_metrics", "/metrics", 200, page, **fields)


def seen(*evidence: Beside, works: bool = True) -> Case:
    """A case with this evidence, beside a deployment that works."""
    found = case("http://10.0.0.7:8080", *(served() if works else []), *evidence)
    found.now = NOW
    return found
