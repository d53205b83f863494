"""Model names: three spellings of one model, and what a request may call it (self-hosted-api.md §3.1, §3.7).

`nova-3-general` in the listing's `canonical_name` is `general` in its `name` and `general-nova-3` in an answer;
Nova-2 is `2-general` and `2-general-nova`. A request may leave `general` away.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dgcheck.model.evidence import Model
from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass, remembered

# Variants that Deepgram offers, of every family together.
VARIANTS = (
    "general",
    "meeting",
    "phonecall",
    "voicemail",
    "finance",
    "conversationalai",
    "video",
    "medical",
    "drivethru",
    "automotive",
    "atc",
)
_FAMILIES = ("nova", "enhanced", "base", "whisper", "flux", "aura")
_DASHES = str.maketrans("_./", "---")
_SIZES = ("tiny", "base", "small", "medium", "large")  # of Whisper
_UUID = pattern(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """A model's name taken apart. `generation` is 3 for `nova-3`, 1 for `nova`, 0 where families have none."""

    family: str
    generation: int
    variant: str

    @property
    def canonical(self) -> str:
        """The spelling that requests use: `nova-3-general`, `nova-phonecall`, `enhanced-general`, `general`."""
        number = str(self.generation) if self.generation > 1 else ""
        return "-".join(part for part in (self.family, number, self.variant) if part)

    @property
    def short(self) -> str:
        """`nova-3` for `nova-3-general`, where the variant may be left away; else the canonical spelling."""
        return self.canonical.removesuffix("-general") if self.family and self.variant == "general" else self.canonical

    @property
    def offered(self) -> bool:
        """Whether this is a name that Deepgram has: it is then another model and not a misspelt one."""
        if self.family == "nova":
            return self.generation in (1, 2, 3) and self.variant in VARIANTS
        if self.family == "whisper":
            return self.variant in ("", *_SIZES)
        if self.family == "flux":
            return self.variant in ("general-en", "general-multi")
        return self.family in ("enhanced", "base") and self.generation == 0 and self.variant in VARIANTS


def is_uuid(text: str) -> bool:
    """Whether a model is asked for by its UUID."""
    return len(text.strip()) == 36 and _UUID.fullmatch(text.strip()) is not None


@lru_cache(8192)
def read(name: str, architecture: str = "") -> Name:
    """Take a name apart, in whatever spelling, with the help of the architecture (`nova3`, `nova-2`, `base`...).

    Never raises; an unknown name has family '' and is its own variant, in lower case.
    """
    parts = _parts(name)
    family = next((part for part in parts if part in _FAMILIES), "")
    if family == "base" and "whisper" in parts:
        family = "whisper"
    if family in ("aura", "flux"):
        return Name(family, 0, "-".join(parts[parts.index(family) + 1 :]))
    generation = 0
    if family == "nova" or not family:
        generation = next((int(part) for part in parts if part.isdecimal() and len(part) < 3), 0)
    if not family and generation and parts[0] == str(generation):
        family = "nova"  # `2-general`, the short internal form of Nova-2
    if not family:
        family, generation = _of_architecture(architecture)
    taken = {family, str(generation)} if family != "whisper" else {family}
    variant = "-".join(part for part in parts if part not in taken or (part.isdecimal() and family == ""))
    if family == "nova":
        generation = generation or 1
    if not variant and family in ("nova", "enhanced", "base"):
        variant = "general"
    return Name(family, generation, variant)


@remembered
def of_row(model: Model) -> Name:
    """The name of a row of the listing: of its canonical name, else of its name and architecture."""
    return read(model.canonical_name or model.name, model.architecture)


@remembered
def request_name(model: Model) -> str:
    """What to put into `model=` for this row: its canonical name, else the one that follows from what it says."""
    if model.canonical_name:
        return model.canonical_name
    found = of_row(model)
    known = found.family in ("nova", "enhanced", "base") and found.variant in VARIANTS
    return found.canonical if known else model.name


def _parts(name: str) -> list[str]:
    parts = "-".join(name.lower()[:200].translate(_DASHES).split()).split("-")
    parted = (
        (part[:4], part[4:]) if part[:4] in ("nova", "aura") and part[4:5].isdigit() else (part,) for part in parts
    )
    return [part for one in parted for part in one if part]  # `nova3` is nova 3


def _of_architecture(architecture: str) -> tuple[str, int]:
    parts = _parts(architecture)
    family = next((part for part in parts if part in _FAMILIES), "")
    number = next((int(part) for part in parts if part.isdecimal() and len(part) < 3), 0)
    return family, (number or 1) if family == "nova" else 0
