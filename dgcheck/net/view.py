"""The network as one check sees it: everything it asks is recorded under its name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from dgcheck.model.asking import GUESS, Ask, Besides, Keep, Lead, Net, Say
from dgcheck.model.evidence import Banner, Dial, DnsAnswer, Ending, Exchange, Handshake, Lookup, Stream, Upgrade
from dgcheck.model.held import Held
from dgcheck.model.record import replace
from dgcheck.net import banner as banners
from dgcheck.net import exchange as exchanges
from dgcheck.net import upgrade
from dgcheck.net.connection import Connection
from dgcheck.net.lane import lane_of
from dgcheck.net.network import Network, NotConnected, ProxyRefused

if TYPE_CHECKING:
    from dgcheck.model.sound import Sound

_REFUSALS = (401, 403)
LEND = 0.02  # seconds for which a question waits for those before it: a new connection costs three round trips


class View:
    """Implements `model.asking.Net` for one check, or for one experiment where `purpose` names it."""

    def __init__(self, network: Network, check: str, purpose: str = "") -> None:
        self._network = network
        self._check = check
        self._purpose = purpose

    async def lookup(self) -> Lookup:
        """Resolve the target's host by the system's resolver."""
        return await self._network.lookup()

    async def ask_dns(self, name: str, rtype: str, *, server: str = "", absolute: bool = True) -> DnsAnswer:
        """Ask one DNS server itself; '' asks the first of resolv.conf."""
        from dgcheck.net.dns import ask_dns

        network = self._network
        surroundings = network.case.surroundings
        known = surroundings.nameservers if surroundings else ()
        seen = await ask_dns(
            name=name,
            rtype=rtype,
            server=server or (known[0] if known else "127.0.0.1"),
            absolute=absolute,
            new_id=network.next_id(),
            check=self._check,
            purpose=self._purpose,
            began=network.began,
        )
        network.record(seen)
        return seen

    async def dial(self, address: str, *, port: int = 0) -> Dial:
        """Open and close a TCP connection to one address."""
        network = self._network
        attempt = await network.attempt(address, port or network.start.port)
        seen = network.dialled(attempt, check=self._check, purpose=self._purpose, port=port)
        network.record(seen)
        if attempt.sock is not None:
            attempt.sock.close()
        return seen

    async def dial_all(self, addresses: Sequence[str]) -> tuple[Dial, ...]:
        """What became of the connection to every address."""
        return await self._network.dials()

    async def handshake(
        self,
        *,
        lane: str = "",
        address: str = "",
        server_name: str | None = None,
        trust: str = "",
        alpn: tuple[str, ...] = ("http/1.1",),
        versions: tuple[str, str] = ("", ""),
        with_certificate: bool = True,
    ) -> Handshake:
        """Shake hands over TLS; with a lane, the connection stays for its questions."""
        network = self._network
        keeper = lane_of(network, lane) if lane else None
        if keeper is not None:
            keeper.ready.clear()
        try:
            connection = await self._secured_from(address)
            if isinstance(connection, Handshake):
                return connection
            seen = await _shake(
                network,
                connection,
                check=self._check,
                purpose=self._purpose,
                server_name=server_name,
                trust=trust,
                alpn=alpn,
                versions=versions,
                with_certificate=with_certificate,
            )
            network.record(seen)
            if self._check == "tls" and not self._purpose and seen.ending is not Ending.ANSWERED:
                network.no_tls = seen.id
            if keeper is not None and seen.ending is Ending.ANSWERED:
                keeper.connection = connection
            else:
                connection.close()
        finally:
            if keeper is not None:
                keeper.ready.set()
        return seen

    async def _secured_from(self, address: str) -> Connection | Handshake:
        """A connection to shake hands on; a handshake that could not begin where there is none."""
        network = self._network
        try:
            connection = await network.connect(address, fresh=bool(self._purpose))
            if network.settings.proxy is not None:
                from dgcheck.net.tunnel import tunnel

                await tunnel(network, connection, network.target.host, network.target.port)
        except (NotConnected, ProxyRefused) as error:
            seen = Handshake(
                id=network.next_id(),
                check=self._check,
                purpose=self._purpose,
                ending=Ending.NOT_CONNECTED,
                problem=network.redactor.text(str(error)),
                address=address,
                port=network.target.port,
            )
            network.record(seen)
            return seen
        return connection

    def hasten(self, lane: str) -> None:
        """Let the lane's first questions go out together, for `borrow` comes after them."""
        if self._network.target.tls:  # without TLS, one more connection costs nothing to speak of
            lane_of(self._network, lane).hasty = True

    async def borrow(self, lane: str) -> None:
        """Put the next question on the lane's connection, where that is free by now, and else on one of its own."""
        if self._network.target.tls:
            connection = await lane_of(self._network, lane).lend(LEND)
            self._network.lent = connection

    async def exchange(self, ask: Ask) -> Exchange:
        """Send one request and read its answer; a 401 or 403 without the key is tried once with it."""
        network = self._network
        if not self._key_may_help(ask):
            return await exchanges.exchange(network, ask, check=self._check, purpose=self._purpose)
        first = await exchanges.exchange(network, ask, check=self._check, purpose=self._purpose)
        if first.status not in _REFUSALS or first.request.with_key:
            return first
        self._set_aside(first)
        second = await exchanges.exchange(network, self._keyed(ask), check=self._check, purpose=self._purpose)
        self._learn(second)
        return second

    async def upgrade(self, ask: Ask) -> Upgrade:
        """Offer one upgrade; an open socket is closed again."""
        seen, connection = await self._offer(ask)
        if connection is not None:
            connection.close()
        return seen

    async def stream(self, ask: Ask, say: Say, plan: str = "") -> tuple[Upgrade, Stream | None]:
        """Offer an upgrade and, when it is accepted, say it and listen."""
        seen, connection = await self._offer(ask)
        if connection is None:
            return seen, None
        from dgcheck.net.stream import stream

        check = "ws.stream" if self._check == "ws.upgrade" else self._check
        heard = await stream(
            self._network, seen, connection, say, check=check, purpose=self._purpose, plan=plan or say.close
        )
        return seen, heard

    async def hold(self, ask: Ask, how: Keep) -> tuple[Upgrade, Held | None]:
        """Offer an upgrade and, when it is accepted, hold the stream open."""
        seen, connection = await self._offer(ask)
        if connection is None:
            return seen, None
        from dgcheck.net.hold import hold

        return seen, await hold(self._network, seen, connection, how, check=self._check, purpose=self._purpose)

    async def converse(self, ask: Ask, lead: Lead, *, limit: float, plan: str = "") -> tuple[Upgrade, Stream | None]:
        """Offer an upgrade and, when it is accepted, let `lead` talk for `limit` seconds at most."""
        seen, connection = await self._offer(ask)
        if connection is None:
            return seen, None
        from dgcheck.net.dialogue import converse

        named = {"check": self._check, "purpose": self._purpose, "plan": plan}
        return seen, await converse(self._network, seen, connection, lead, limit=limit, **named)

    def keep(self, sound: Sound) -> Sound:
        """Record what the audio of an answer is, under an id of its own."""
        kept = replace(sound, id=self._network.next_id(), check=self._check, purpose=self._purpose)
        self._network.record(kept)
        return kept

    def apart(self, purpose: str) -> View:
        """The same network, for questions of this purpose."""
        return View(self._network, self._check, purpose)

    @asynccontextmanager
    async def serving(
        self, content: bytes, content_type: str, place: str, purpose: str
    ) -> AsyncIterator[tuple[str, Net]]:
        """Serve a file while the block runs; its visits are recorded when it ends."""
        from dgcheck.net.serving import Serving

        serving = Serving(self._network, content, content_type, place)
        try:
            await serving.start()
            yield serving.url, self.apart(purpose)
        finally:
            await serving.stop()
            serving.record(self._check, purpose)

    def beside(self, which: str, given: str) -> Besides:
        """The way to a port beside the API."""
        from dgcheck.net.beside import Besides

        return Besides(self._network, which, given, check=self._check)

    async def banner(self, address: str, *, send: bytes = b"", limit: float = 2.0) -> Banner:
        """Listen to a port, after saying `send`."""
        return await banners.banner(
            self._network, address, send=send, limit=limit, check=self._check, purpose=self._purpose
        )

    # -- the key ----------------------------------------------------------------------------------------------------

    def _key_may_help(self, ask: Ask) -> bool:
        key = self._network.settings.api_key
        return bool(
            key and not key.ours and not self._network.key_wanted and ask.with_key is None and ask.trust != "none"
        )

    @staticmethod
    def _keyed(ask: Ask) -> Ask:
        return replace(ask, with_key=True)

    def _learn(self, seen: Exchange | Upgrade) -> None:
        if seen.status is not None and seen.status not in _REFUSALS and seen.request.with_key:
            self._network.key_wanted = True

    def _set_aside(self, seen: Exchange | Upgrade) -> None:
        """Mark the first answer as the one without the key; the second is the check's own."""
        evidence = self._network.case.evidence
        evidence[evidence.index(seen)] = replace(seen, purpose="without_key")

    async def _offer(self, ask: Ask) -> tuple[Upgrade, Connection | None]:
        seen, connection = await upgrade.offer(self._network, ask, check=self._upgrade_check, purpose=self._purpose)
        if self._key_may_help(ask) and seen.status in _REFUSALS and not seen.request.with_key:
            self._set_aside(seen)
            seen, connection = await upgrade.offer(
                self._network, self._keyed(ask), check=self._upgrade_check, purpose=self._purpose
            )
            self._learn(seen)
        return seen, connection

    @property
    def _upgrade_check(self) -> str:
        own = self._purpose in ("", GUESS)
        return "ws.upgrade" if self._check == "ws.stream" and own else self._check


async def _shake(network: Network, connection: Connection, **how: Any) -> Handshake:
    from dgcheck.net.secure import shake  # what plain HTTP does not need

    return await shake(network, connection, **how)
