"""What happened at dgcheck's own small server, from which a deployment was told to fetch the clip."""

from __future__ import annotations

from dgcheck.model.evidence import Seen
from dgcheck.model.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request for the served path. `sent_bytes` of the body were handed to the kernel; `whole` says that the
    visitor took all of them and left in good order.
    """

    address: str
    method: str = "GET"
    agent: str = ""  # its User-Agent
    via: str = ""  # its Via, where a proxy came in its place
    sent_bytes: int = 0
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Served(Seen):
    """The serving of one file for the length of a check. `ending` is `answered` where it was served, else `failed`.

    `told` says that the person gave the host in `url`; otherwise it is this machine's address towards the deployment.
    """

    url: str
    told: bool = False
    file_bytes: int = 0
    visits: tuple[Visit, ...] = ()
    strangers: int = 0  # requests for anything else, which got 404
