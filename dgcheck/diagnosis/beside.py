"""The line of the `license` check: the licence's state with what it means, the certificate, the Engine's load."""

from __future__ import annotations

from dgcheck.model.beside import Beside
from dgcheck.model.case import Case
from dgcheck.model.report import Status
from dgcheck.readings.beside import certificates, engine, license_proxy, moment, span
from dgcheck.wire.engine_metrics import EngineLoad
from dgcheck.wire.health import LicenseProxy


def license(case: Case) -> tuple[Status, str]:  # noqa: A001 - the check's name
    """Good is what could be read; what it says is for the rules."""
    parts = []
    proxy, load = license_proxy(case), engine(case)
    if proxy is not None:
        parts.append(_state(proxy[1], case.now))
    dates = [one for one in certificates(case) if one.certificate.end_of_support is not None]
    if dates:
        soonest = min(dates, key=lambda one: one.certificate.end_of_support or 0.0)
        parts.append(f"supported until {moment(soonest.certificate.end_of_support or 0.0)[:10]}")
    if load is not None:
        parts.append(_load(load[1]))
    if parts:
        return Status.PASS, "; ".join(parts)
    asked = case.first(Beside, "license") is not None
    return Status.UNKNOWN, "nothing of it could be read" if asked else "no answer from /v1/certificates"


def _state(found: LicenseProxy, now: float) -> str:
    until = found.trust_until
    trusted = f", trusted until {moment(until)} even without Deepgram" if until and until > now else ""
    seen = found.last_checkin
    ago = f", checked in {span(now - seen)} ago" if seen and now > seen else ""
    if found.state == "Connected":
        return f"License Proxy is Connected{ago}{trusted}"
    return f"License Proxy is {found.state}{ago}"


def _load(found: EngineLoad) -> str:
    limit = f" of {found.limit:g}" if found.limit else ", no limit set" if found.limit == 0 else ""
    parts = [
        f"Engine has {found.busy:g}{limit} requests active"
        if found.limit
        else f"Engine has {found.busy:g} active{limit}"
    ]
    if found.requests is None:
        parts.append("none since its start")
    else:
        share = 100 * found.failed / found.requests if found.requests else 0.0
        parts.append(f"{share:.2g} % of {found.requests:g} failed")
    if found.audio and found.computed:
        parts.append(f"{found.audio / found.computed:.3g} times real time")
    return ", ".join(parts)
