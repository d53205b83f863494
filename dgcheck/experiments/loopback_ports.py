"""A container's localhost refused: does the API's usual port answer there? Then only the port is wrong."""

from __future__ import annotations

from dgcheck.model.asking import Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending

USUAL_PORT = 8080


def worth_asking(case: Case) -> bool:
    """A loopback address inside a container (not a pod, where localhost is never the deployment) refused."""
    seen, around, target = case.configured, case.surroundings, case.target
    if seen is None or around is None or target is None or not seen.loopback or target.port == USUAL_PORT:
        return False
    in_container = around.container not in ("", "kubernetes") and not around.pod
    return (
        in_container
        and bool(case.dials)
        and all(dial.ending is Ending.REFUSED and not dial.via_proxy for dial in case.dials)
    )


async def ask(asking: Asking) -> None:
    """Open one connection to port 8080 of the same address."""
    await asking.net.dial(asking.case.dials[0].address, port=USUAL_PORT)


EXPERIMENT = Experiment(id="loopback_ports", check="tcp", when=worth_asking, ask=ask)
