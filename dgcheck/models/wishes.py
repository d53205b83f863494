"""What somebody counts on, from the settings and a file. Read before anything is asked, so it loads next to nothing."""

from __future__ import annotations

from dgcheck.model.target import Expected, Settings


def expectations(settings: Settings, more: tuple[Expected, ...]) -> tuple[Expected, ...]:
    """What has to be there: the models of the settings, then those of a file, each once."""
    language = (settings.language,) if settings.language else ()
    own = (
        Expected(name, language, settings.model_version, settings.modes.get(name, "both")) for name in settings.models
    )
    return tuple(dict.fromkeys((*own, *more)))
