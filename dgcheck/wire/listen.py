"""The query of a transcription request, for REST and for a stream (self-hosted-api.md §2.2)."""

from __future__ import annotations

from dgcheck.model.target import Audio, Settings

PATH = "/v1/listen"

Query = tuple[tuple[str, str], ...]


def asked(settings: Settings, model: str, language: str = "") -> Query:
    """What the person asks for: model, language, version, formatting and features, in that order."""
    pairs: list[tuple[str, str]] = []
    if model:
        pairs.append(("model", model))
    if settings.language or language:
        pairs.append(("language", settings.language or language))
    if settings.model_version:
        pairs.append(("version", settings.model_version))
    if settings.smart_format:
        pairs.append(("smart_format", "true"))
    return (*pairs, *settings.features)


def rest_query(settings: Settings, audio: Audio, model: str, language: str = "") -> Query:
    """The query of a POST; raw audio says its encoding."""
    return (*asked(settings, model, language), *_encoding(audio.encoding, audio.sample_rate, audio.channels))


def stream_query(settings: Settings, audio: Audio, model: str, language: str = "") -> Query:
    """The query of a stream, interim results included."""
    encoding = audio.stream_encoding or audio.encoding
    rate = audio.stream_rate or audio.sample_rate
    return (*asked(settings, model, language), *_encoding(encoding, rate, audio.channels), ("interim_results", "true"))


def _encoding(encoding: str, rate: int, channels: int) -> Query:
    if not encoding:
        return ()
    pairs: list[tuple[str, str]] = [("encoding", encoding)]
    if rate:
        pairs.append(("sample_rate", str(rate)))
    if channels > 1:
        pairs.append(("channels", str(channels)))
    return tuple(pairs)
