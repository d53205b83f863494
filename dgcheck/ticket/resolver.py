"""What the resolver said, and the DNS servers that were asked themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dgcheck.model.evidence import DnsAnswer, Lookup, Seen, Surroundings
from dgcheck.report.wording import on_the_wire
from dgcheck.ticket.page import page

NAME = "dns.txt"


def resolver(evidence: Sequence[Seen]) -> str:
    """The text of `dns.txt`."""
    return page(_lines(evidence))


def _lines(evidence: Sequence[Seen]) -> Iterator[str]:
    yield "What this machine's resolver said (getaddrinfo)"
    for seen in evidence:
        if isinstance(seen, Lookup):
            yield f"  {seen.id}  {seen.name} -> {_lookup(seen)}"
    asked = [seen for seen in evidence if isinstance(seen, DnsAnswer)]
    if asked:
        yield from ("", "What the DNS servers said when they were asked themselves")
    for answer in asked:
        yield f"  {answer.id}  {answer.rtype} {answer.name} at {answer.server} -> {_answer(answer)}"
    here = next((seen for seen in evidence if isinstance(seen, Surroundings)), None)
    if here is None:
        return
    yield from ("", "How this machine resolves")
    yield f"  nameservers: {', '.join(here.nameservers) or 'none named'}"
    yield f"  search: {', '.join(here.search) or 'none'}; ndots: {here.ndots}"
    yield f"  address families with a route: {', '.join(here.families) or 'not known'}"
    yield from (f"  hosts file: {address} {name}" for address, name in here.hosts)


def _lookup(seen: Lookup) -> str:
    if seen.literal:
        return "an address itself, nobody was asked"
    if seen.pinned:
        return f"{', '.join(seen.addresses)} (given by --resolve, nobody was asked)"
    took = on_the_wire(seen.phases)
    time = f" in {took * 1000:.1f} ms" if took is not None else ""
    said = ", ".join(seen.addresses) or seen.error or seen.ending.value
    return said + time + (f" ({seen.problem})" if seen.problem else "")


def _answer(seen: DnsAnswer) -> str:
    parts = [seen.rcode or seen.ending.value, ", ".join(seen.addresses)]
    parts += [f"through CNAME {seen.cname}"] if seen.cname else []
    parts += [f"negative answers are kept for {seen.negative_ttl} s"] if seen.negative_ttl is not None else []
    parts += [] if seen.absolute else ["asked with the search list"]
    parts += [seen.problem] if seen.problem else []
    return ", ".join(part for part in parts if part)
