"""What a deployment's listing offers beside transcription: voices, and models that take turns.

The rows that a request can name, best first; helper files (voice packs, generators) are no voices.
"""

from __future__ import annotations

from dgcheck.model.case import Case
from dgcheck.model.evidence import Listing, Model
from dgcheck.wire.choose import Choice, choose, exact, speaks
from dgcheck.wire.endpoint import is_flux_voice
from dgcheck.wire.listing import speech
from dgcheck.wire.model_name import read, request_name

USUAL_VOICE, USUAL_TURNS = "aura-2-thalia-en", "flux-general-en"  # of the vendor's own pages
_PARTS = ("voice-pack", "voicepack", "generator", "phonemizer")


def voices(listing: Listing | None) -> tuple[str, ...]:
    """The voices that /v1/speak can be asked for: English ones first, Aura-2 before Aura."""
    rows = [row for row in listing.models if row.kind == "tts" and _is_voice(row)] if listing else []
    rows.sort(key=lambda row: (not _english(row), not request_name(row).startswith("aura-2")))
    return tuple(dict.fromkeys(request_name(row) for row in rows))


def flux_voices(listing: Listing | None) -> tuple[str, ...]:
    """The voices that /v2/speak can be asked for. That none is listed does not mean that none is there."""
    rows = [request_name(row) for row in listing.models if row.kind == "tts"] if listing else []
    return tuple(dict.fromkeys(sorted(filter(is_flux_voice, rows), key=lambda name: not name.endswith("-en"))))


def turns(listing: Listing | None) -> tuple[str, ...]:
    """The Flux models that /v2/listen can be asked for. That none is listed does not mean that none is there."""
    rows = [request_name(row) for row in listing.models if row.kind == "flux"] if listing else []
    return tuple(dict.fromkeys(sorted(rows, key=lambda name: not name.endswith("-en"))))


def listener(case: Case, language: str) -> Choice | None:
    """A listed model that transcribes files in this language; None where the listing does not promise one."""
    found = choose(case.listing, language)
    if found is None or case.listing is None or found.batch is False:
        return None
    spoken = speaks(exact(case.listing, found.name), language)
    return found if spoken or (spoken is None and language == "en") else None


def untested(case: Case) -> list[str]:
    """What is listed and was not asked, each with the option that asks it."""
    found = []
    if "speak" in case.skipped:
        some = (voices(case.listing)[:1], flux_voices(case.listing)[:1])
        found += [f"text to speech (--model {name})" for names in some for name in names]
    if turns(case.listing) and "flux" in case.skipped:
        found.append(f"turns of Flux (--model {turns(case.listing)[0]})")
    return found


def talks(case: Case) -> bool:
    """Whether what a voice agent needs is listed: a voice, and speech that is streamed."""
    listing = case.listing
    return bool(listing and voices(listing) and any(row.streaming is not False for row in speech(listing)))


def _is_voice(row: Model) -> bool:
    name = request_name(row).lower()
    return read(name).family == "aura" and not any(part in name for part in _PARTS)


def _english(row: Model) -> bool:
    return request_name(row).endswith("-en") or any(tag.lower().startswith("en") for tag in row.languages)
