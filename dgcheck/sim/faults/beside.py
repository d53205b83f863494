"""What the ports beside the API say: the License Proxy's state, the Engine's load, failures and speed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dgcheck.model.record import replace
from dgcheck.sim.core import Effect
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.faults.fault import Fault, always

HOUR = 3600.0
PROXY = ("--license-proxy-url", "{license_proxy}")
ENGINE = ("--engine-metrics-url", "{engine_metrics}/metrics")
BOTH = (*PROXY, *ENGINE)
OURS = (
    *("license", "license_trust_based", "license_proxy_idle", "license_proxy_unreadable", "engine_metrics_unreadable"),
    *("engine_busy", "engine_failures", "engine_slower_than_realtime", "product_certificate"),
)


def sides(**parts: Any) -> Effect:
    """An effect that sets these parts of the ports beside the API."""

    def change(deployment: Deployment) -> Deployment:
        return replace(deployment, sides=replace(deployment.sides, **parts))

    return Effect(deploy=change)


def _fault(
    name: str,
    says: str,
    run: tuple[str, ...],
    makes: Callable[[float], Effect],
    *causes: str,
    value: float | None = None,
    unit: str = "",
) -> Fault:
    others = tuple(one for one in OURS if one not in causes)
    return Fault(name=name, says=says, causes=causes, resembles=others, run=run, makes=makes, value=value, unit=unit)


def _well() -> tuple[Fault, ...]:
    return (
        _fault(
            "beside_well",
            "License Proxy Connected, Engine quick and with room: nothing is wrong",
            BOTH,
            always(sides(limit=40, busy=6, requests=4000, failed=12, measured=900)),
        ),
        _fault(
            "beside_fresh",
            "an Engine that has served nothing yet, and sets no limit",
            BOTH,
            always(sides()),
        ),
        _fault(
            "engine_few_failures",
            "3 of 10 requests failed, too few to tell a share",
            ENGINE,
            always(sides(requests=10, failed=3)),
        ),
        _fault(
            "engine_cold",
            "an Engine whose only batch waited for its model",
            ENGINE,
            always(sides(requests=1, measured=1, speed=0.7)),
        ),
        _fault(
            "license_state_new",
            "the License Proxy says a state that no page names",
            PROXY,
            always(sides(state="Renewing")),
        ),
        _fault(
            "engine_certificates_old",
            "the Engine has its certificates at /certificates, as before release 260402",
            ENGINE,
            always(sides(certificates="/certificates")),
        ),
    )


def _licence() -> tuple[Fault, ...]:
    return (
        _fault(
            "license_trust_based",
            "the License Proxy is TrustBased, for so many hours yet",
            PROXY,
            lambda hours: sides(state="TrustBased", checkin_ago=30 * HOUR, trust_left=hours * HOUR),
            "license_trust_based",
            value=18,
            unit="hours",
        ),
        _fault(
            "license_trust_untold",
            "the License Proxy is TrustBased and does not say how long",
            PROXY,
            always(sides(state="TrustBased", trust_left=None)),
            "license_trust_based",
        ),
        _fault(
            "license_failed",
            "the License Proxy is Failed: its time of trust is over",
            PROXY,
            always(sides(state="Failed", checkin_ago=80 * HOUR, trust_left=-8 * HOUR)),
            "license",
        ),
        _fault(
            "license_proxy_ready",
            "the License Proxy is Ready: nobody has asked it",
            PROXY,
            always(sides(state="Ready")),
            "license_proxy_idle",
        ),
        _fault(
            "license_proxy_is_api",
            "nothing is wrong with the deployment; the API is given for the License Proxy",
            ("--license-proxy-url", "{url}"),
            always(Effect()),
            "license_proxy_unreadable",
        ),
        _fault(
            "license_proxy_other",
            "at the License Proxy's address a web page answers",
            PROXY,
            always(sides(license="other")),
            "license_proxy_unreadable",
        ),
        _fault(
            "license_proxy_silent",
            "the License Proxy's port closes without an answer",
            PROXY,
            always(sides(license="silent")),
            "license_proxy_unreadable",
        ),
        _fault(
            "license_proxy_certificate",
            "the product certificate of the License Proxy and the Engine ended yesterday, the API's has not",
            BOTH,
            always(sides(life_days=-1.0)),
            "product_certificate",
        ),
    )


def _engine() -> tuple[Fault, ...]:
    return (
        _fault(
            "engine_metrics_absent",
            "the metrics port answers 404 to /metrics",
            ENGINE,
            always(sides(metrics="absent")),
            "engine_metrics_unreadable",
        ),
        _fault(
            "engine_metrics_other",
            "at the metrics' address another program shows its own",
            ENGINE,
            always(sides(metrics="other")),
            "engine_metrics_unreadable",
        ),
        _fault(
            "engine_metrics_silent",
            "the metrics port closes without an answer",
            ENGINE,
            always(sides(metrics="silent")),
            "engine_metrics_unreadable",
        ),
        _fault(
            "engine_busy",
            "so many of the 20 requests that the Engine takes are active",
            ENGINE,
            lambda busy: sides(limit=20, busy=int(busy), requests=4000, measured=900),
            "engine_busy",
            value=18,
            unit="requests",
        ),
        _fault(
            "engine_busy_flux",
            "15 of 16 Flux streams are in use",
            ENGINE,
            always(sides(flux_limit=16, flux_used=15, requests=4000, measured=900)),
            "engine_busy",
        ),
        _fault(
            "engine_failing",
            "so many percent of the Engine's requests ended with 5xx",
            ENGINE,
            lambda share: sides(requests=1000, failed=int(10 * share), measured=900),
            "engine_failures",
            value=12,
            unit="percent",
        ),
        _fault(
            "engine_on_cpu",
            "the Engine is so many times as fast as the audio lasts",
            ENGINE,
            lambda speed: sides(speed=max(0.01, speed), requests=200, measured=200),
            "engine_slower_than_realtime",
            value=0.4,
            unit="times real time",
        ),
        _fault(
            "engine_on_cpu_factor",
            "the same, and only the Engine's own factor tells it",
            ENGINE,
            always(sides(speed=0.4, requests=200, measured=200, sums=False)),
            "engine_slower_than_realtime",
        ),
    )


FAULTS = (*_well(), *_licence(), *_engine())
