"""In a pod the target refused at once: does everything refuse, as it does before a mesh's proxy is up?"""

from __future__ import annotations

from dgcheck.model.asking import Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending
from dgcheck.readings import contact

DNS_PORT = 53


def refused_in_pod(case: Case) -> bool:
    """In a pod, a name that resolved, every address refused, and a DNS server that is not this pod itself."""
    around, found = case.surroundings, contact.none_opened(case)
    if around is None or not (around.pod or around.container == "kubernetes") or not around.nameservers or not found:
        return False
    configured = case.configured
    loopback = (configured is not None and configured.loopback) or around.nameservers[0].startswith(("127.", "::1"))
    return not loopback and all(dial.ending is Ending.REFUSED for dial in found)


async def ask(asking: Asking) -> None:
    """One TCP connection to the DNS server that this pod uses anyway."""
    around = asking.case.surroundings
    if around is not None and around.nameservers:
        await asking.net.dial(around.nameservers[0], port=DNS_PORT)


EXPERIMENT = Experiment(id="every_port", check="tcp", when=refused_in_pod, ask=ask)
