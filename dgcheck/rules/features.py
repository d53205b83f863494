"""DG5017: a request that succeeds while a feature it asked for is missing from the answer."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Match, Remedy
from dgcheck.model.evidence import Exchange
from dgcheck.model.record import dataclass
from dgcheck.readings.telling import listed, question
from dgcheck.wire.results import read_transcription

_ALTERNATIVE = "results.channels.alternatives"


@dataclass(frozen=True, slots=True)
class Feature:
    """A parameter and what shows it in an answer: any of `keys`. `sure` where the key comes with every answer, and
    not only when something was found. `switch` is (api.toml or engine.toml, Helm value), '' where there is none."""

    keys: tuple[str, ...]
    shows: str
    helper: str
    sure: bool = True
    switch: tuple[str, str] = ("", "")


# What each feature leaves in the answer and which helper model it needs (self-hosted-api.md §3.1, §6.3).
FEATURES = {
    "diarize": Feature((f"{_ALTERNATIVE}.words.speaker",), "speaker in its words", "diarizer"),
    "detect_entities": Feature(
        (f"{_ALTERNATIVE}.entities",), "entities", "entity-detector (batch)", False,
        ("`[features] entity_detection = true` in api.toml", "api.features.entityDetection: true"),
    ),
    "detect_language": Feature(
        ("results.channels.detected_language",), "detected_language", "language-detector", True,
        ("`[features] language_detection = true` in engine.toml", ""),
    ),
    "punctuate": Feature((f"{_ALTERNATIVE}.words.punctuated_word",), "punctuated_word in its words", ""),
    "smart_format": Feature(
        (f"{_ALTERNATIVE}.words.punctuated_word", f"{_ALTERNATIVE}.paragraphs"),
        "punctuated_word and no paragraphs", "entity-detector", False,
        (
            "`streaming_ner = true` in engine.toml and `format_entity_tags = true` in api.toml",
            "engine.features.streamingNer: true` and `api.features.formatEntityTags: true",
        ),
    ),
    "paragraphs": Feature((f"{_ALTERNATIVE}.paragraphs",), "paragraphs", ""),
    "utterances": Feature(("results.utterances",), "utterances", ""),
    "summarize": Feature(
        ("results.summary", f"{_ALTERNATIVE}.summaries"), "summary", "summarisation", False,
        ("`[features] summarization = true` in api.toml", ""),
    ),
    "topics": Feature(
        ("results.topics", f"{_ALTERNATIVE}.topics"), "topics", "sit", False,
        ("`[features] topic_detection = true` in api.toml", ""),
    ),
    "intents": Feature(("results.intents",), "intents", "sit", False),
    "sentiment": Feature(("results.sentiments",), "sentiments", "sit", False),
    "search": Feature(("results.channels.search",), "search", "search"),
}  # fmt: skip


def missing(seen: Exchange) -> tuple[str, ...]:
    """The features that a request asked for and that its answer, which has words, does not show."""
    answer = read_transcription(seen.response.body) if seen.response and seen.status == 200 else None
    if answer is None or not answer.words:
        return ()
    asked = dict.fromkeys(name for name, value in seen.request.query if value.lower() not in ("", "false", "0", "none"))
    return tuple(name for name in asked if name in FEATURES and not answer.keys & set(FEATURES[name].keys))


def _incomplete(case: Case) -> Iterator[Match]:
    last = {seen.request.target: seen for seen in case.of(Exchange, "rest")}
    for seen in last.values():
        names = missing(seen)
        if not names:
            continue
        asked = listed(f"{name}={value}" for name, value in seen.request.query if name in names)
        shows = listed((FEATURES[name].shows for name in names), "or")
        helpers = listed(dict.fromkeys(FEATURES[name].helper for name in names if FEATURES[name].helper), "or")
        why = f" The helper model it needs ({helpers}) is probably not installed or not switched on." if helpers else ""
        says = f"{question(seen)} succeeded and asked for {asked}, but the answer has no {shows}.{why}"
        facts = {
            "feature": names[0],
            "helper_model": helpers,
            "switch": next((FEATURES[name].switch[0] for name in names if FEATURES[name].switch[0]), ""),
            "chart_values": next((FEATURES[name].switch[1] for name in names if FEATURES[name].switch[1]), ""),
        }
        sure = Confidence.CERTAIN if all(FEATURES[name].sure for name in names) else Confidence.LIKELY
        known = {key: value for key, value in facts.items() if value}
        yield Match(says, (seen.id,), ("rest",), sure, known, detail=", ".join(names))


FAMILY = (
    Cause(
        code="DG5017",
        cause="feature_incomplete",
        title="A feature that was asked for is missing from the answer",
        explanation=(
            "Many features need a helper model beside the speech model, and some a switch in the configuration. "
            "Where either is missing, the request may still succeed: the transcript comes, and what was asked for "
            "beyond it is silently left out. No error tells; the answer lacks a key.\n\n"
            "diarize needs a diarizer, detect_entities and smart_format an entity detector, detect_language a "
            "language detector, sentiment, intents and topics a sit model, summarize a summarisation model, search "
            "a search model."
        ),
        told_apart=(
            "The answer has words and lacks the key that the feature adds. Where the transcript is empty nothing "
            "can be said. A request that is refused is bad_parameter or one of the model causes."
        ),
        remedies=(
            Remedy(
                "Install the helper model ({helper_model}) in the models directory, and see in the log that it was "
                "loaded",
                "docker compose logs engine | grep -E 'Inserting model|Failed to load model'",
                "compose",
            ),
            Remedy("Check the switch: {switch}, then restart", "docker compose restart api engine", "compose"),
            Remedy(
                "Install the helper model ({helper_model}): add its link under `engine.modelManager.models.add`, "
                "and see in the log that it was loaded",
                "kubectl -n dg-self-hosted logs deploy/deepgram-engine | grep -E 'Inserting model|Failed to load "
                "model'",
                "helm",
            ),
            Remedy("Check the switch in the chart's values: `{chart_values}`", place="helm"),
            Remedy("Do not ask for {feature}", "dgcheck run {base} --model {model}"),
        ),
        when=_incomplete,
        source="developers.deepgram.com/docs/maintaining",
    ),
)
