"""A question to a port beside the API, as the API itself is asked: same proxy rules, CA, pins, one dialler.

It goes to another server, so nothing that was given for the deployment goes along: no key, no header, no password but
those that stand in its own URL.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from dgcheck.model.asking import Ask
from dgcheck.model.beside import Beside, Sample
from dgcheck.model.case import Case
from dgcheck.model.evidence import Dial, Ending, Exchange, Handshake, Lookup, Seen
from dgcheck.model.record import replace
from dgcheck.model.target import Proxy, Target
from dgcheck.net import exchange as exchanges
from dgcheck.net.headstart import HeadStart
from dgcheck.net.network import Network
from dgcheck.net.view import View
from dgcheck.wire import engine_metrics, side

LIMIT = 8.0  # seconds for one question
PAGE = 1 << 20  # characters of a page of metrics that are read
KEPT = 2048  # characters of any page that are evidence


class Besides:
    """The way to one port beside the API; opened once for all questions to it."""

    def __init__(self, network: Network, which: str, given: str, *, check: str) -> None:
        self._network = network
        self._which, self._check = which, check
        self._given = network.redactor.url(given)
        target = side.base(given)
        proxy = dict(network.settings.side_proxies).get(given)
        settings = replace(network.settings, proxy=proxy, api_key=None, headers=())
        case = Case(target=target, settings=settings)
        start = _start(target, proxy, settings.resolve, settings.family)
        start.trust = network.trust
        self._side = Network(target, settings, case, network.redactor, network.agent, start)
        self._side.began = network.began
        self._view = View(self._side, check)

    async def ask(self, path: str) -> Beside:
        """`GET` one page; the answer is recorded, whatever it was."""
        found: Beside | None = None
        try:
            lookup, seen = await asyncio.gather(
                self._view.lookup(), exchanges.exchange(self._side, self._question(path), check=self._check, purpose="")
            )
            found = self._kept(path, seen, lookup)
        finally:
            if found is None:  # the run ended first
                found = self._kept(path, None, None)
            self._network.record(found)
        return found

    def _question(self, path: str) -> Ask:
        metrics = path.endswith("/metrics")
        accept = (("Accept", "text/plain, */*"),) if metrics else ()
        return Ask(path=path, limit=LIMIT, keep=PAGE if metrics else KEPT, headers=accept)

    def _kept(self, path: str, seen: Exchange | None, lookup: Lookup | None) -> Beside:
        network, target = self._network, self._side.target
        base = Beside(
            id=network.next_id(),
            check=self._check,
            ending=Ending.CUT_SHORT,
            which=self._which,
            given=self._given,
            url=network.redactor.url(f"{target.base}{path}"),
            path=path,
            tls=target.tls,
        )
        if seen is None:
            return base
        response, samples = seen.response, tuple[Sample, ...]()
        if response is not None:
            samples = engine_metrics.read(response.body) if response.status == 200 and path.endswith("/metrics") else ()
            response = replace(response, body=response.body[:KEPT])
        ending, problem, address = self._met(seen, lookup)
        return replace(
            base,
            ending=ending,
            problem=problem,
            phases=seen.phases,
            response=response,
            address=address,
            port=seen.port or target.port,
            via_proxy=seen.via_proxy,
            reached=seen.reached,
            raw=seen.raw,
            samples=samples,
            server_time=seen.server_time,
            local_time=seen.local_time,
            ended_at=seen.ended_at,
        )

    def _met(self, seen: Exchange, lookup: Lookup | None) -> tuple[Ending, str, str]:
        """How it ended, with what kept it from being asked put in its place."""
        if seen.ending is not Ending.NOT_CONNECTED:
            return seen.ending, seen.problem, seen.address
        proxied = seen.proxy_response
        if proxied is not None:
            return Ending.NOT_CONNECTED, f"the proxy answered {proxied.status} {proxied.reason}".strip(), ""
        below: list[Seen] = [one for one in self._side.case.evidence if isinstance(one, (Dial, Handshake))]
        failed = [one for one in below if one.ending is not Ending.ANSWERED]
        if lookup is not None and not lookup.addresses:
            host = self._side.start.host
            why = lookup.error or lookup.ending.value.replace("_", " ")
            return lookup.ending, f"the name {host} was not resolved ({why})", ""
        if not failed:
            return seen.ending, seen.problem, ""
        last = failed[-1]
        if isinstance(last, Handshake):
            words = last.verify_message or last.alert or last.problem or last.ending.value.replace("_", " ")
            return last.ending, f"TLS: {words}", last.address
        assert isinstance(last, Dial)
        where = ", ".join(_place(one.address, one.port) for one in failed if isinstance(one, Dial))
        return last.ending, f"{where}: {last.errno or last.ending.value.replace('_', ' ')}", last.address

    async def close(self) -> None:
        """Close its connections."""
        await self._side.close()


def _place(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _start(target: Target, proxy: Proxy | None, resolve: Sequence[tuple[str, str]], family: str) -> HeadStart:
    if proxy is not None:
        return HeadStart(proxy.host, proxy.port)
    pins = target.pinned(resolve)
    return HeadStart(target.host, target.port, pinned=pins, family=family)
