"""A network for one test: its target, its case, and a view of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from dgcheck.model.case import Case
from dgcheck.model.target import Settings
from dgcheck.net.headstart import HeadStart
from dgcheck.net.network import Network
from dgcheck.net.view import View
from dgcheck.wire.redact import Redactor
from dgcheck.wire.url import parse


@asynccontextmanager
async def network(
    url: str, *, secrets: tuple[str, ...] = (), connections: int = 1, **settings: Any
) -> AsyncIterator[Network]:
    """The network of a run against `url`, closed at the end."""
    target = parse(url)
    known = Settings(target_given=url, **settings)
    case = Case(target=target, settings=known)
    proxy = known.proxy
    where = (proxy.host, proxy.port) if proxy else (target.host, target.port)
    made = Network(target, known, case, Redactor(secrets), "dgcheck/test", HeadStart(*where, connections=connections))
    try:
        yield made
    finally:
        await made.close()


def view(made: Network, check: str = "status", purpose: str = "") -> View:
    """The network as one check sees it."""
    return View(made, check, purpose)
