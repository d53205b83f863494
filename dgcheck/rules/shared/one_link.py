"""IPv6 addresses of one link (fe80::/10): they mean something only with the network interface behind them."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Match, Remedy
from dgcheck.model.evidence import Dial, Ending

REMEDIES = (
    Remedy(
        "Write the interface that leads to it behind the address; `ip -brief link` names those of this machine",
        "dgcheck run '{scheme}://[{of_link}%25INTERFACE]:{port}'",
        leads=True,
    ),
    Remedy("Leave %{superfluous} out", "dgcheck run '{scheme}://[{of_no_link}]:{port}'", leads=True),
)


def lacks_interface(dial: Dial) -> bool:
    """Whether the system refused to dial such an address because no interface was named with it."""
    return dial.errno == "EINVAL" and "%" not in dial.address and _of_one_link(dial.address)


def facts(address: str) -> dict[str, str]:
    """What the first remedy needs."""
    return {"of_link": address}


def wrong_interface(case: Case) -> Iterator[Match]:
    """An address with an interface behind it that the system does not take, so that nothing was dialled."""
    seen = case.lookup
    if seen is None or not seen.literal or seen.addresses or seen.ending is not Ending.FAILED:
        return
    address, mark, interface = seen.name.partition("%")
    if not mark:
        return
    if _of_one_link(address):
        why, filled = f"This machine has no network interface “{interface}”.", facts(address)
    else:
        why = "Only addresses of one link (fe80::…) bear an interface."
        filled = {"of_no_link": address, "superfluous": interface}
    says = f"The system does not take the address {seen.name} ({seen.error}), so nothing was dialled. {why}"
    yield Match(says, (seen.id,), ("dns", "tcp"), facts=filled, detail="interface")


def _of_one_link(address: str) -> bool:
    return address[:3].lower() in ("fe8", "fe9", "fea", "feb") and ":" in address[:5]
