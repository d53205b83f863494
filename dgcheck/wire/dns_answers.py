"""What several DNS servers said of one name, put together as a resolver does it.

A stub resolver asks its servers in order and takes the first proper answer: records, an empty answer, or NXDOMAIN. A
failure (SERVFAIL, REFUSED...) or silence sends it to the next one (glibc resolv.conf(5), RFC 1035 §7).
"""

from __future__ import annotations

from collections.abc import Sequence

from dgcheck.model.evidence import DnsAnswer, Lookup, Surroundings
from dgcheck.model.record import dataclass
from dgcheck.wire.service_name import plain

PROPER = ("NOERROR", "NXDOMAIN")


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a name. `kind` is exists, nxdomain, no_address, servfail, silent, or '' when nobody was asked.

    `deciding` is the answer that decides, None for silence; `answers` all that were given for the name.
    """

    kind: str
    deciding: DnsAnswer | None
    answers: tuple[DnsAnswer, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address in the answers of the server that decides."""
        server = self.deciding.server if self.deciding else ""
        found = (address for one in self.answers if one.server == server for address in one.addresses)
        return tuple(dict.fromkeys(found))

    @property
    def silent_servers(self) -> tuple[str, ...]:
        """Servers that answered nothing at all."""
        spoke = {one.server for one in self.answers if one.rcode}
        return tuple(dict.fromkeys(one.server for one in self.answers if one.server not in spoke))


def told(answers: Sequence[DnsAnswer], name: str) -> Told:
    """Put the answers for one name together; answers for other names are passed over."""
    mine = tuple(one for one in answers if plain(one.name) == plain(name))
    servers = tuple(dict.fromkeys(one.server for one in mine))
    for server in servers:
        proper = [one for one in mine if one.server == server and one.rcode in PROPER]
        if proper:
            return _proper(proper, mine, answers)
    failed = next((one for one in mine if one.rcode), None)
    return Told("servfail" if failed else "silent" if mine else "", failed, mine)


def _proper(proper: list[DnsAnswer], mine: tuple[DnsAnswer, ...], answers: Sequence[DnsAnswer]) -> Told:
    """The verdict of one server's proper answers; one address of either family is enough."""
    with_address = next((one for one in proper if one.addresses), None)
    if with_address:
        return Told("exists", with_address, mine)
    absent = next((one for one in proper if one.rcode == "NXDOMAIN"), None)
    if absent:
        return Told("nxdomain", absent, mine)
    pointing = next((one for one in proper if one.cname), None)
    if pointing and plain(pointing.cname) != plain(pointing.name):
        return _at_the_end_of(pointing, mine, answers)
    return Told("no_address", proper[0], mine)


def _at_the_end_of(pointing: DnsAnswer, mine: tuple[DnsAnswer, ...], answers: Sequence[DnsAnswer]) -> Told:
    """A server that gave only the CNAME: what was said of its target decides."""
    others = [one for one in answers if one not in mine]
    target = told(others, pointing.cname)
    kind = target.kind if target.kind in ("exists", "nxdomain", "no_address") else "no_address"
    return Told(kind, pointing if target.deciding is None else target.deciding, mine)


def overridden(lookup: Lookup, around: Surroundings, answers: Sequence[DnsAnswer]) -> tuple[str, ...]:
    """The addresses that DNS has for a name which the hosts file gives other ones; () where the two agree, or where
    the name was not taken from the hosts file.
    """
    listed = {address for address, _ in around.hosts}
    if not lookup.addresses or not set(lookup.addresses) <= listed:
        return ()
    return tuple(address for address in told(answers, lookup.name).addresses if address not in listed)
