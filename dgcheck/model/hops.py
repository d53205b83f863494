"""Several addresses of one deployment: what a run through each came to, and what lies between two neighbours."""

from __future__ import annotations

from dgcheck.model.evidence import Seen
from dgcheck.model.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage(Seen):
    """What the run through one of the addresses came to (`--via`); its own report stands in `via` of the whole.

    `place` counts from the one nearest to the deployment. `target` marks the address of this report itself. `code`,
    `cause` and `says` are its answer, '' where nothing is wrong. `well` are the checks that passed or did not apply,
    `bad` those that failed, `doubtful` those that warned.
    """

    name: str
    url: str
    place: int
    target: bool = False
    verdict: str = ""
    code: str = ""
    cause: str = ""
    says: str = ""
    well: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    run_id: str = ""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One thing that two neighbours show differently; '' = not there."""

    what: str
    near: str
    far: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """What lies between two neighbours, `near` being nearer to the deployment.

    `breaks` are the checks that are well at the near one and not at the far one, `mends` the reverse. `added` is in
    seconds: by how much the far one answers later, None where one of them did not answer.
    """

    near: str
    far: str
    breaks: tuple[str, ...] = ()
    mends: tuple[str, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    added: float | None = None
