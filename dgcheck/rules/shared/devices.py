"""Devices that are known for a time after which they end connections, and the setting that holds it.

The vendors' documentation of their defaults. A time points to a device; it proves none.
"""

from __future__ import annotations

from dgcheck.model.record import dataclass
from dgcheck.readings.telling import listed


@dataclass(frozen=True, slots=True)
class Known:
    """A default: `who` ends what has been silent (or, with `age`, what has been open) for so many seconds."""

    seconds: float
    who: str
    setting: str
    age: bool = False


KNOWN = (
    Known(30.0, "Google Cloud's load balancers", "timeoutSec of the backend service"),
    Known(30.0, "Google Cloud's load balancers", "timeoutSec of the backend service", age=True),
    Known(55.0, "Heroku's router", "fixed"),
    Known(60.0, "nginx", "proxy_read_timeout"),
    Known(60.0, "AWS's application load balancer", "idle_timeout.timeout_seconds"),
    Known(100.0, "Cloudflare", "fixed but for Enterprise plans"),
    Known(240.0, "Azure's load balancer", "idleTimeoutInMinutes"),
    Known(300.0, "Envoy", "stream_idle_timeout"),
    Known(350.0, "AWS's network load balancer", "tcp.idle_timeout.seconds"),
    Known(350.0, "AWS's NAT gateway", "fixed"),
    Known(600.0, "AWS API Gateway", "fixed"),
    Known(600.0, "Google Cloud's network", "fixed for idle connections"),
    Known(3600.0, "HAProxy's ingress controllers", "timeout tunnel"),
    Known(7200.0, "AWS API Gateway", "fixed", age=True),
)


def known(seconds: float, *, age: bool = False) -> tuple[Known, ...]:
    """The devices known for that time, within half a second or one per cent."""
    return tuple(one for one in KNOWN if one.age is age and abs(one.seconds - seconds) <= max(0.5, 0.01 * one.seconds))


def told(found: tuple[Known, ...]) -> str:
    """` Known for that limit: nginx (proxy_read_timeout) and …`, a sentence; '' for none."""
    if not found:
        return ""
    return f" Known for that limit: {listed(f'{one.who} ({one.setting})' for one in found)}."


def next_after(seconds: float) -> tuple[float, ...]:
    """The times above this one that devices are known for, in order, each once."""
    return tuple(dict.fromkeys(one.seconds for one in KNOWN if one.seconds > seconds))
