"""The forward proxy on the way to each port beside the API; `NO_PROXY` may say otherwise of each."""

from __future__ import annotations

from collections.abc import Mapping

from dgcheck.model.record import replace
from dgcheck.model.target import Settings
from dgcheck.settings import proxies
from dgcheck.wire import side


def reached(settings: Settings, environ: Mapping[str, str]) -> Settings:
    """The settings with the proxies of `--license-proxy-url` and `--engine-metrics-url`.

    Raises UsageError for a proxy that cannot be used.
    """
    given = [url for url in (settings.license_proxy_url, settings.engine_metrics_url) if url]
    if not given:
        return settings
    found = []
    for url in given:
        proxy = proxies.choose(settings, side.base(url), environ)
        if proxy is not None:
            found.append((url, proxy))
    return replace(settings, side_proxies=tuple(found))
