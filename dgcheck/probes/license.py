"""What do the ports beside the API say: is the licence safe for the next hours, is the Engine quick and not full?"""

from __future__ import annotations

import asyncio

from dgcheck.model.asking import Ask, Asking, Besides, Probe
from dgcheck.model.beside import ENGINE_METRICS, LICENSE_PROXY
from dgcheck.model.target import Settings

ID = "license"


async def ask(asking: Asking) -> None:
    """`GET /v1/status` of the License Proxy, `GET /metrics` of the Engine, and the certificate page of each.

    They are asked at once, before the speech of this run makes the Engine busy. The API's own certificate page is asked
    here only where no other check does it.
    """
    settings = asking.settings
    async with asyncio.TaskGroup() as group:
        if settings.license_proxy_url:
            group.create_task(_license_proxy(asking.net.beside(LICENSE_PROXY, settings.license_proxy_url)))
        if settings.engine_metrics_url:
            group.create_task(_engine(asking.net.beside(ENGINE_METRICS, settings.engine_metrics_url)))
        if alone(settings):
            group.create_task(asking.net.exchange(Ask(path="/v1/certificates")))


def alone(settings: Settings) -> bool:
    """Whether `status`, which asks for the certificate of the API container, is not part of the run."""
    return "status" in settings.skip or (bool(settings.only) and "status" not in settings.only)


async def _license_proxy(there: Besides) -> None:
    try:
        seen = await there.ask("/v1/status")
        if seen.response is not None:
            await there.ask("/v1/certificates")
    finally:
        await there.close()


async def _engine(there: Besides) -> None:
    """Engines before release 260402 have their certificates at `/certificates` (self-hosted-api.md §2.1)."""
    try:
        seen = await there.ask("/metrics")
        if seen.response is None:
            return
        certificates = await there.ask("/v1/certificates")
        if certificates.status == 404:
            await there.ask("/certificates")
    finally:
        await there.close()


def wanted(settings: Settings) -> bool:
    """An address was given, or the check was named."""
    return bool(settings.license_proxy_url or settings.engine_metrics_url) or ID in settings.only


PROBE = Probe(
    id=ID,
    title="the licence is good for the next hours, and the Engine has room",
    asks="licence proxy, product certificates, engine metrics: is the licence safe, is there room, is it quick enough?",
    ask=ask,
    wanted=wanted,
    unwanted="not asked for (--license-proxy-url, --engine-metrics-url)",
    order=17,
)
