"""What the status pages of the containers say: `/v1/status`, `/v1/status/engine`, `/v1/certificates`.

Shapes: self-hosted-api.md §3.8. Further fields are allowed everywhere, and so are fields that are missing.
"""

from __future__ import annotations

import re
from typing import Any

from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass
from dgcheck.wire import json_text


@dataclass(frozen=True, slots=True)
class StatusBody:
    """A status page. `system_health` is the API container's word, `state` the License Proxy's; '' when absent.

    `active_*` are counts of requests now being served, None when not said. `keys` are the names of all fields in
    their order, which differ from release to release.
    """

    system_health: str = ""
    state: str = ""
    active_batch: int | None = None
    active_stream: int | None = None
    active_listen_v2: int | None = None
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductCertificate:
    """The licensing certificate of a container (nothing to do with TLS); epoch seconds, None when not said."""

    beginning_of_support: float | None = None
    end_of_support: float | None = None
    end_of_life: float | None = None
    instance_id: str = ""


def read_status(body: str) -> StatusBody | None:
    """The body of `/v1/status`; None when it is not a status page of these containers. Never raises."""
    found = json_text.fields(body)
    health, state = _text(found.get("system_health")), _text(found.get("state"))
    if not health and not (state and ("last_successful_checkin" in found or "trust_expiration" in found)):
        return None
    return StatusBody(
        system_health=health,
        state=state,
        active_batch=_count(found.get("active_batch_requests")),
        active_stream=_count(found.get("active_stream_requests")),
        active_listen_v2=_count(found.get("active_listen_v2_stream_requests")),
        keys=tuple(key[:100] for key in found)[:50],
    )


def read_engine(body: str) -> str | None:
    """`engine_connection_status` of `/v1/status/engine`; None when the body has no such text. Never raises.

    `Connected` is the only value that is known.
    """
    return _text(json_text.fields(body).get("engine_connection_status")) or None


def read_certificates(body: str) -> ProductCertificate | None:
    """The body of `/v1/certificates`; None when it holds none of the three dates. Never raises."""
    found = json_text.fields(body)
    read = ProductCertificate(
        beginning_of_support=_moment(found.get("beginning_of_support")),
        end_of_support=_moment(found.get("end_of_support")),
        end_of_life=_moment(found.get("end_of_life")),
        instance_id=_text(found.get("instance_id")),
    )
    return None if (read.beginning_of_support, read.end_of_support, read.end_of_life) == (None, None, None) else read


@dataclass(frozen=True, slots=True)
class LicenseProxy:
    """The License Proxy's status page. `state` is Ready, Connected, TrustBased or Failed, or a word that no page names;
    the moments are epoch seconds, None when not said.
    """

    state: str
    last_checkin: float | None = None
    trust_until: float | None = None


def read_license_proxy(body: str) -> LicenseProxy | None:
    """The body of the License Proxy's `/v1/status`; None when it has no `state`, or is the API's page. Never raises."""
    found = json_text.fields(body)
    state = _text(found.get("state")).strip()
    if not state or "system_health" in found:
        return None
    checkin, trust = _moment(found.get("last_successful_checkin")), _moment(found.get("trust_expiration"))
    return LicenseProxy(state[:60], checkin, trust)


def _text(value: Any) -> str:
    return value[:200] if isinstance(value, str) else ""


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12 else None


# The containers write `2025-11-13 15:25:28.0 +00:00:00`; RFC 3339 is taken as well.
_MOMENT = pattern(
    r"\s*(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d+)?\s*(?:Z|UTC|([+-])(\d\d):?(\d\d)(?::?(\d\d))?)?\s*",
    re.ASCII | re.IGNORECASE,
)


def _moment(value: Any) -> float | None:
    """A date as the containers write it, in epoch seconds; UTC where no offset stands."""
    found = _MOMENT.fullmatch(value[:64]) if isinstance(value, str) else None
    if found is None:
        return None
    from datetime import UTC, datetime

    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).timestamp()
    except ValueError:
        return None
    sign, hours, minutes, seconds = found.groups()[6:]
    offset = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return moment + offset if sign == "-" else moment - offset
