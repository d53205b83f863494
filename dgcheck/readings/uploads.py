"""The largest upload that is taken: what growing bodies of silence met, and which size is worth trying next."""

from __future__ import annotations

from collections.abc import Sequence

from dgcheck.model.case import Case, settled
from dgcheck.model.evidence import Ending, Exchange
from dgcheck.model.record import dataclass
from dgcheck.readings.answers import posts, transcribed
from dgcheck.wire.incomplete import dropped
from dgcheck.wire.who import answered, signed

LARGEST = 16_000_000  # bytes, unless --max-upload says otherwise
NEAR = 2  # the limit is found once the smallest that was refused is at most so many times the largest that was taken
MOST_TRIES = 8
MIB = 1 << 20
# What programs allow unless they are told otherwise; the one that signs the refusal is asked about first.
DEFAULTS = {"nginx": MIB, "ingress-nginx": MIB, "aws-api-gateway": 10 * MIB}


@dataclass(frozen=True, slots=True)
class Uploads:
    """The tries in order. `taken` is the size of the largest body that was taken, the speech of `rest` included;
    `refused` the smallest one that was not, None when none; `unclear` one that says nothing of sizes.
    """

    tries: tuple[Exchange, ...]
    taken: int
    refused: Exchange | None
    unclear: Exchange | None

    @property
    def stalled(self) -> bool:
        """A larger one came to a halt while it was sent: the silence of a smaller one has the same reason."""
        return any(fate(one) == "stalled" for one in self.tries)

    @property
    def near(self) -> bool:
        """The limit is known within a factor of two, or there is none up to the largest size that was tried."""
        return self.refused is None or self.refused.request.body_bytes <= NEAR * self.taken


@settled
def uploads(case: Case) -> Uploads | None:
    """What is known so far; None where no POST of speech worked, so that there is nothing to compare with."""
    spoken = [one.request.body_bytes for one in posts(case) if transcribed(one)]
    if not spoken:
        return None
    tries = tuple(case.of(Exchange, "rest.size"))
    taken = [one.request.body_bytes for one in tries if fate(one) == "taken"]
    refused = sorted((one for one in tries if fate(one) in REFUSED), key=lambda one: one.request.body_bytes)
    unclear = next((one for one in tries if fate(one) == "unclear"), None)
    if refused and refused[0].request.body_bytes <= max(spoken):
        return Uploads(tries, max(spoken), None, refused[0])  # it is silence that is refused, whatever its size
    return Uploads(tries, max([*spoken, *taken]), refused[0] if refused else None, unclear)


REFUSED = ("refused", "cut", "stalled", "late")


def fate(seen: Exchange) -> str:
    """What became of one upload: `taken`, `refused` (by an answer), `cut` (off, without one), `stalled` (while it was
    sent), `late` (sent whole, and no answer in time), or `unclear`.
    """
    if seen.response is None:
        if dropped(seen):
            return "cut"
        if seen.ending is not Ending.TIMED_OUT:
            return "unclear"
        whole = seen.request.body_sent >= seen.request.body_bytes
        return "stalled" if seen.problem else "late" if whole else "unclear"  # a slow way there is no limit
    status, own = seen.response.status, answered(seen.response) == "deepgram"
    if status == 413 or (status < 500 and status not in (200, 408, 429) and not own):
        return "refused"
    if status in (408, 504, 524):
        return "late"
    if status in (500, 502) and not own:
        return "refused"  # Caddy, for one, says so where others say 413
    return "taken" if status < 500 and status not in (408, 429) else "unclear"


def next_size(found: Uploads, largest: int, front: str) -> int | None:
    """The size that tells most: the largest one first, then the usual limit of who refuses it, then the middle.

    None when the limit is near enough, or nothing more can be learnt. `front` is who signs answers there.
    """
    if found.unclear is not None or len(found.tries) >= MOST_TRIES:
        return None
    sizes = [one.request.body_bytes for one in found.tries]
    if not sizes:
        return largest if largest > found.taken else None
    if found.refused is None:
        return None
    usual = DEFAULTS.get(answered(found.refused.response) or front, 0)
    over = found.refused.request.body_bytes
    if usual and found.taken < usual < over and usual not in sizes:
        return usual
    if usual == found.taken and usual + 1 < over:
        return usual + 1  # exactly what is usual?
    if not found.near:
        return _between(found.taken, over)
    # Where no silence was taken at all, does as little of it as there was speech go through?
    silence = found.refused.status == 413 or any(fate(one) == "taken" for one in found.tries)
    return None if silence or found.taken in sizes else found.taken


def _between(low: int, high: int) -> int:
    """The size in the middle of two, in octaves; a round one where there is one near, since limits are round."""
    middle = (low * high) ** 0.5
    rounded = 1 << 14
    while rounded * 1.5 < middle:
        rounded *= 2
    return rounded if low < rounded < high else round(middle)


def front_of(seen: Sequence[Exchange]) -> str:
    """Who signs the answers that came this way; '' when nobody does."""
    return next((who for one in seen if (who := signed(one.response))), "")


def size_words(size: int) -> str:
    """A size for people, and exactly where it is small or round: `1 MiB`, `16 MB`, `7.6 MB`, `900 kB`, `200 bytes`."""
    for unit, name in ((MIB, "MiB"), (1 << 10, "KiB")):
        if size >= unit and size % unit == 0 and size // unit <= 4096:
            return f"{size // unit} {name}"
        if size > unit and size % unit == 1 and size // unit <= 4096:
            return f"{size // unit} {name} and one byte"
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"
