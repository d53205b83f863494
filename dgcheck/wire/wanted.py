"""What a request for speech wants of a model, and whether a listing says that it can have it.

Pure reading: a misfit is what the listing denies. What it leaves open is no misfit, and whether the service agrees is
for the answers to show.
"""

from __future__ import annotations

import re

from dgcheck.model.evidence import Listing, Model, Upgrade, Wire
from dgcheck.model.pattern import pattern
from dgcheck.model.record import dataclass
from dgcheck.wire import choose
from dgcheck.wire import listing as listings
from dgcheck.wire.model_name import read as read_name

# A language tag as the service takes it: `en`, `en-US`, `zh-Hans`, `es-419`. Not `english`, not `en_US`.
_TAG = pattern(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.ASCII | re.IGNORECASE)
# What people write for the tag; the languages that Deepgram transcribes.
_SPOKEN = {
    "arabic": "ar", "bulgarian": "bg", "catalan": "ca", "chinese": "zh", "czech": "cs", "danish": "da", "dutch": "nl",
    "english": "en", "estonian": "et", "finnish": "fi", "flemish": "nl-BE", "french": "fr", "german": "de",
    "greek": "el", "hebrew": "he", "hindi": "hi", "hungarian": "hu", "indonesian": "id", "italian": "it",
    "japanese": "ja", "korean": "ko", "latvian": "lv", "lithuanian": "lt", "malay": "ms", "mandarin": "zh",
    "norwegian": "no", "polish": "pl", "portuguese": "pt", "romanian": "ro", "russian": "ru", "slovak": "sk",
    "spanish": "es", "swedish": "sv", "tamil": "ta", "thai": "th", "turkish": "tr", "ukrainian": "uk",
    "vietnamese": "vi", "multilingual": "multi", "eng": "en", "spa": "es", "deu": "de", "ger": "de", "fra": "fr",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one request asks for. `language` and `version` are '' when the request leaves them to the service (English,
    the newest). `mode` is batch or streaming, `path` the request's own.
    """

    model: str = ""
    language: str = ""
    version: str = ""
    tier: str = ""
    smart_format: bool = False
    mode: str = "batch"
    path: str = "/v1/listen"


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a listing cannot serve what is wanted.

    `reason`: empty (no speech model at all) | absent | spelling | endpoint (a Flux model or a voice) | version |
    language | mode. `rows` are those of the model where it is listed, `nearest` the name or tag that was meant.
    """

    reason: str
    rows: tuple[Model, ...] = ()
    nearest: str = ""


def wanted(seen: Wire) -> Wanted:
    """What a request for speech asks for; the first value counts where a parameter stands twice."""
    query: dict[str, str] = {}
    for name, value in seen.request.query:
        query.setdefault(name, value)
    return Wanted(
        model=query.get("model", ""),
        language=query.get("language", ""),
        version=query.get("version", ""),
        tier=query.get("tier", ""),
        smart_format=query.get("smart_format", "").lower() in ("true", "1"),
        mode="streaming" if isinstance(seen, Upgrade) else "batch",
        path=seen.request.target.partition("?")[0],
    )


def misfit(listing: Listing | None, want: Wanted) -> Misfit | None:
    """What the listing denies of it; None where it denies nothing, is missing, or has no known shape."""
    if listing is None or listing.shape == "other":
        return None
    rows = choose.exact(listing, want.model or "base-general", want.tier)
    spoken = tuple(row for row in rows if row.kind == "stt")
    if want.path.endswith("/v1/listen") and (is_flux(want.model) or (rows and not spoken and _is_voice(rows))):
        return Misfit("endpoint", rows)
    if is_flux(want.model):
        return None  # whether Flux is listed at all is not known
    if not listings.speech(listing):
        return Misfit("empty")
    if not spoken:
        nearest = choose.nearest(listing, want.model)
        return Misfit("spelling", nearest=nearest) if nearest else Misfit("absent")
    return _narrowed(spoken, want)


def _narrowed(rows: tuple[Model, ...], want: Wanted) -> Misfit | None:
    """Version, then language, then mode: the first that leaves no row is the reason."""
    left = rows
    if want.version not in ("", "latest") and all(row.version for row in left):
        left = tuple(row for row in left if row.version == want.version)
        if not left:
            return Misfit("version", rows)
    language = want.language or "en"
    if want.language and not is_tag(want.language):
        return Misfit("language", rows, meant(want.language, rows))
    if language != "multi" and choose.speaks(left, language) is False:
        return Misfit("language", rows, meant(language, rows))
    left = choose.speaking(left, language) or left
    return Misfit("mode", rows) if choose.mode(left, want.mode) is False else None


def is_flux(model: str) -> bool:
    """Whether a name is one of Flux, which only `/v2/listen` serves."""
    return read_name(model).family == "flux"


def is_tag(language: str) -> bool:
    """Whether a language is written as the service takes it."""
    return language == "multi" or _TAG.fullmatch(language) is not None


def meant(language: str, rows: tuple[Model, ...] = ()) -> str:
    """The tag that was meant: `en` for `english`, `en-US` for `en_US`, the listed spelling where there is one; '' when
    nothing is close. Where a region is not listed, its language is.
    """
    plain = language.strip().lower()
    tag = _SPOKEN.get(plain, plain.replace("_", "-"))
    listed = {one.lower(): one for row in rows for one in row.languages}
    found = listed.get(tag) or listed.get(tag.partition("-")[0])
    if found:
        return found
    if listed or not is_tag(tag):
        return ""
    primary, _, region = tag.partition("-")
    tag = f"{primary}-{region.upper()}" if len(region) == 2 else tag
    return tag if tag != language else ""


def languages(rows: tuple[Model, ...], most: int = 12) -> str:
    """The languages of rows in words: `en, en-US, es`; '' when they do not say."""
    found = list(dict.fromkeys(tag for row in rows for tag in row.languages))
    return ", ".join(found[:most]) + (f" and {len(found) - most} more" if len(found) > most else "")


def _is_voice(rows: tuple[Model, ...]) -> bool:
    return all(row.kind in ("tts", "flux") for row in rows)
