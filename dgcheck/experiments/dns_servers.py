"""The name was not resolved, or led nowhere: what does each DNS server say of it, and what does the search list do?"""

from __future__ import annotations

from collections.abc import Iterable

from dgcheck.model.asking import Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import DnsAnswer, Lookup, Surroundings
from dgcheck.wire.deployment import knows_path
from dgcheck.wire.dns_answers import overridden, told
from dgcheck.wire.service_name import in_other_namespaces, searched

MOST_SERVERS = 3  # what glibc asks as well
MOST_DOMAINS = 6
NO_SUCH_LABEL = "dgcheck-no-such-name"  # nobody has it, so whoever answers it has a wildcard


def worth_asking(case: Case) -> bool:
    """The name was not resolved; or it was, nothing there served, and a hosts file or a search list had a say."""
    lookup, around = case.lookup, case.surroundings
    if lookup is None or lookup.literal or lookup.pinned or around is None:
        return False
    if not lookup.addresses:
        return True
    if any(knows_path(wire) for wire in case.wires()):
        return False
    return bool(around.hosts or searched(lookup.name, around.search))


async def ask(asking: Asking) -> None:
    """Ask every server for A and AAAA of the name as it stands, then one of them for what the search list makes."""
    lookup, around = asking.case.lookup, asking.case.surroundings
    if lookup is None or around is None:
        return
    servers = around.nameservers[:MOST_SERVERS] or ("",)
    answers = await _ask_all(asking, [(lookup.name, server, True) for server in servers])
    server = next((one.server for one in answers if one.rcode), "")
    if not server:
        return  # nobody answers: nothing more can be learnt
    aliases = [one.cname for one in answers if one.server == server and one.cname and not one.addresses]
    names = searched(lookup.name, around.search)[:MOST_DOMAINS]
    await _ask_all(asking, [(name, server, True) for name in dict.fromkeys(aliases[:1])])
    found = await _ask_all(asking, [(name, server, False) for name in names])
    if lookup.addresses:
        await _ask_all(asking, [(name, server, False) for name in _wildcards(lookup, around, found)])
    elif told(answers, lookup.name).kind == "nxdomain":
        others = [name for name in in_other_namespaces(lookup.name, around.search) if name not in names]
        await _ask_all(asking, [(name, server, False) for name in others])


def _wildcards(lookup: Lookup, around: Surroundings, found: Iterable[DnsAnswer]) -> list[str]:
    """A name that nobody has, in each search domain whose name gave the address that was used."""
    used = {one.name for one in found if set(one.addresses) & set(lookup.addresses)}
    return [f"{NO_SUCH_LABEL}.{domain}" for domain in around.search if searched(lookup.name, (domain,))[0] in used]


async def _ask_all(asking: Asking, wanted: Iterable[tuple[str, str, bool]]) -> list[DnsAnswer]:
    """Both record types of every (name, server, as it stands), side by side, in the order given."""
    import asyncio

    questions = [
        asking.net.ask_dns(name, rtype, server=server, absolute=absolute)
        for name, server, absolute in wanted
        for rtype in ("A", "AAAA")
    ]
    return list(await asyncio.gather(*questions))


def dead_override(case: Case) -> tuple[str, ...]:
    """Addresses that DNS has for the name, where the hosts file gives another that accepts no connection."""
    lookup, around = case.lookup, case.surroundings
    if lookup is None or around is None or case.open_addresses or not any(not dial.via_proxy for dial in case.dials):
        return ()
    return overridden(lookup, around, tuple(case.of(DnsAnswer, "dns", "dns_servers")))


async def dial_other(asking: Asking) -> None:
    """Open a connection to the addresses that DNS has, to see whether the hosts file alone stands in the way."""
    for address in dead_override(asking.case)[:2]:
        await asking.net.dial(address)


EXPERIMENTS = (
    Experiment(id="dns_servers", check="dns", when=worth_asking, ask=ask),
    Experiment(
        id="hosts_dns",
        check="dns",
        when=lambda case: bool(dead_override(case)),
        ask=dial_other,
        after=("dns_servers",),
    ),
)
