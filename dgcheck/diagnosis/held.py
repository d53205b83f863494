"""What held sockets show when all is well."""

from __future__ import annotations

from dgcheck.model.case import Case
from dgcheck.model.evidence import Upgrade
from dgcheck.model.report import Status
from dgcheck.readings.held import CHECK, age, fate, limits, sockets
from dgcheck.readings.telling import listed, seconds
from dgcheck.rules.shared.held import NAMES


def ws_hold(case: Case) -> tuple[Status, str]:
    """Only the deployment's own timer may cut a stream; one line of what became of them."""
    held = sockets(case)
    if not held:
        refused = next((seen for seen in case.of(Upgrade, CHECK) if seen.status != 101), None)
        if refused is not None:
            return Status.UNKNOWN, f"the upgrade answers {refused.status or refused.ending.value}"
        return Status.SKIP, "no stream could be opened that is worth holding"
    tried = max(one.tried for one in held)
    more = [str(seen.status or seen.ending.value) for seen in case.of(Upgrade, CHECK) if seen.status != 101]
    less = f" (the upgrade of {len(more)} more got {listed(dict.fromkeys(more))})" if more else ""
    if limits(case) or any(fate(one) not in ("alive", "own") for one in held):
        return Status.UNKNOWN, f"streams did not last for {seconds(tried)}"
    closed = [one for one in held if fate(one) == "own"]
    if not closed:
        return Status.PASS, f"nothing cut a stream within {seconds(tried)}, not even a silent one{less}"
    lived = [one for one in held if one not in closed]
    longest = f"{listed(NAMES[one.plan] for one in lived)} lived for {seconds(tried)}; " if lived else ""
    ended = listed(f"{NAMES[one.plan]} after {seconds(age(one))}" for one in closed)
    normal = ", which is normal" if [one.plan for one in closed] == ["silent"] else ""
    return Status.PASS, f"{longest}the deployment's own timer closed {ended}{normal}{less}"
