"""One share of a fleet: which targets are this process's, the same for every process that reads the same file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from dgcheck.model.errors import UsageError
from dgcheck.model.record import dataclass

INDEX = "JOB_COMPLETION_INDEX"  # what Kubernetes sets in a pod of an Indexed Job
COUNT = "JOB_COMPLETIONS"  # what the manifest of `dgcheck manifest fleet` sets, since Kubernetes does not
VARIABLE = "DGCHECK_SHARD"
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Shard:
    """Share `index` of `of` shares, counted from 0."""

    index: int
    of: int

    def __str__(self) -> str:
        return f"{self.index}/{self.of}"


WHOLE = Shard(0, 1)


def read(text: str, origin: str = "--shard") -> Shard:
    """`I/N`. Raises UsageError."""
    left, slash, right = (part.strip() for part in text.partition("/"))
    if not (slash and _number(left) and _number(right)):
        raise UsageError(f"{origin}: {text[:40]!r} is no share; write I/N, as in 0/3, 1/3 and 2/3")
    index, of = int(left), int(right)
    if not 0 < of <= MOST:
        raise UsageError(f"{origin}: {of} shares are not possible; N is a number from 1 to {MOST}")
    if index >= of:
        raise UsageError(f"{origin}: shares count from 0, so that the last one of {of} is {of - 1}/{of}")
    return Shard(index, of)


def chosen(flag: str | None, environ: Mapping[str, str]) -> Shard:
    """The share that was asked for: by the flag, by DGCHECK_SHARD, else that of this pod in an Indexed Job."""
    if flag is not None:
        return read(flag)
    if environ.get(VARIABLE, "").strip():
        return read(environ[VARIABLE], VARIABLE)
    index = environ.get(INDEX, "").strip()
    if not index:
        return WHOLE
    count = environ.get(COUNT, "").strip()
    if not count:
        raise UsageError(
            f"{INDEX} is set, and Kubernetes does not tell a pod how many shares there are: set {COUNT} to the Job's "
            f"completions, or say --shard {index if _number(index) else 'I'}/N (0/1 for all targets)"
        )
    return read(f"{index}/{count}", f"{INDEX}/{COUNT}")


def share(names: Iterable[str], shard: Shard) -> frozenset[str]:
    """The names of one share. All shares together are all names, each once; no share has two more than another.

    It depends on the names alone and not on their order.
    """
    order = sorted(names, key=lambda name: sha256(name.encode("utf-8", "replace")).digest())
    return frozenset(order[shard.index :: shard.of])


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9
