"""Models that are there and do not fit the request: another way of asking, no formatting, formatting that conflicts."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Match, Remedy
from dgcheck.readings.model_fault import Judged, of
from dgcheck.rules.models import words
from dgcheck.rules.models.absent import INSTALL_COMPOSE, INSTALL_HELM, LISTING, REFUSED

_ONLY = {"streaming": "for pre-recorded audio only (batch)", "batch": "for live audio only (streaming)"}
_FLAG = {"streaming": "streaming: false", "batch": "batch: false"}


def _by_mode(case: Case, cause: str) -> Iterator[Match]:
    for one in of(case, cause):
        mode = one.want.mode
        refused = f": {words.refusal(one)}" if one.refused else ""
        accepted = f", while {words.proof(one)}" if one.proof else ""
        listed = f" The listing says {_FLAG[mode]}." if one.misfit else ""
        says = f"The model {words.asked_for(one.want)} serves here {_ONLY[mode]}{refused}{accepted}.{listed}"
        says += words.chosen(case, one)
        yield Match(says, words.evidence(one), words.checks(case, one), one.confidence, words.facts(case, one))


def _not_streaming(case: Case) -> Iterator[Match]:
    return _by_mode(case, "model_not_streaming")


def _not_batch(case: Case) -> Iterator[Match]:
    return _by_mode(case, "model_not_batch")


def _formatting(case: Case, cause: str, listed: str, other: str) -> Iterator[Match]:
    for one in of(case, cause):
        if not one.refused:
            says = f"The model {one.want.model} is expected with formatted output. {listed}"
            yield Match(says, words.evidence(one), words.checks(case, one), one.confidence, words.facts(case, one))
            continue
        known = f" {listed}" if one.misfit else ""
        accepted = f"; without smart_format {words.proof(one)}" if one.proof else ""
        either = f" It may as well be that {other}." if _equally(one) else ""
        says = (
            f"smart_format was refused for {words.asked_for(one.want)}: {words.refusal(one)}{accepted}.{known}{either}"
        )
        yield Match(says, words.evidence(one), words.checks(case, one), one.confidence, words.facts(case, one))


def _equally(one: Judged) -> bool:
    return bool({"model_format", "formatting_conflict"} & set(one.others))


def _format(case: Case) -> Iterator[Match]:
    return _formatting(
        case,
        "model_format",
        "The listing says formatted_output: false.",
        "the model is formatted and NER formatting, the sample configuration's default, is switched on",
    )


def _conflict(case: Case) -> Iterator[Match]:
    return _formatting(
        case,
        "formatting_conflict",
        "The listing says formatted_output: true, so the model itself can format: NER formatting, which the sample "
        "configuration switches on, is the known reason for such a refusal.",
        "the model has no formatted output",
    )


UNFIT = (
    Cause(
        code="DG5003",
        cause="model_not_streaming",
        title="The model is installed for pre-recorded audio only",
        explanation=(
            "Speech models come as separate files for batch (POST) and streaming (WebSocket). Where only the batch "
            "file is installed, a POST succeeds and the WebSocket upgrade is refused: with 400 and “No such "
            "model/language/tier combination found”, or with 405 for models that never stream (Whisper). Nothing is "
            "wrong with the proxy or the WebSocket."
        ),
        told_apart=(
            "The listing says streaming: false, or the POST for the same model is accepted where the upgrade is "
            "refused with words about the model. A proxy that does not pass upgrades (ws_upgrade_not_forwarded) has "
            "no such words."
        ),
        remedies=(
            Remedy("Ask for a model that streams here: {usable}", "dgcheck run {base} --model {usable}"),
            INSTALL_COMPOSE,
            INSTALL_HELM,
            LISTING,
        ),
        explains=(*REFUSED, "ws_no_results", "ws_closed_early"),
        when=_not_streaming,
        source="developers.deepgram.com/docs/maintaining; deepgram-dotnet-sdk#304 for 405",
    ),
    Cause(
        code="DG5004",
        cause="model_not_batch",
        title="The model is installed for live audio only",
        explanation=(
            "Speech models come as separate files for batch (POST) and streaming (WebSocket). Where only the "
            "streaming file is installed, the WebSocket works and the POST is refused with 400 and “No such "
            "model/language/tier combination found”."
        ),
        told_apart=(
            "The listing says batch: false, or the upgrade for the same model is accepted where the POST is refused."
        ),
        remedies=(
            Remedy("Ask for a model that takes recordings here: {usable}", "dgcheck run {base} --model {usable}"),
            INSTALL_COMPOSE,
            INSTALL_HELM,
            LISTING,
        ),
        explains=REFUSED,
        when=_not_batch,
        source="developers.deepgram.com/docs/maintaining",
    ),
    Cause(
        code="DG5006",
        cause="model_format",
        title="The model has no formatted output, so smart_format cannot be used",
        explanation=(
            "smart_format on English Nova-2 needs either a formatted model file with NER formatting off, or a "
            "non-formatted one together with an entity detector and NER formatting on. With a non-formatted file "
            "alone the request is refused like one for a missing model. Nova-3 files are always non-formatted; "
            "there the request succeeds and formatting is done by the entity detector, or weakly without it."
        ),
        told_apart=(
            "The listing says formatted_output: false and the refused request asks for smart_format. With "
            "formatted_output: true it is formatting_conflict."
        ),
        remedies=(
            Remedy("Leave smart_format away", "dgcheck run {base} --model {model}"),
            Remedy(
                "To keep it, install the entity detector (files entity-detector.en.streaming.*.dg and "
                "entity-detector.batch.*.dg) with `streaming_ner = true` in engine.toml and `format_entity_tags = "
                "true` in api.toml",
                place="compose",
            ),
            Remedy(
                "To keep it, install the entity detector (files entity-detector.en.streaming.*.dg and "
                "entity-detector.batch.*.dg) with `engine.features.streamingNer: true` and "
                "`api.features.formatEntityTags: true`",
                place="helm",
            ),
            LISTING,
        ),
        explains=REFUSED,
        when=_format,
        source="developers.deepgram.com/docs/self-hosted-smart-formatting",
    ),
    Cause(
        code="DG5020",
        cause="formatting_conflict",
        title="Formatted Nova-2 model and NER formatting exclude each other",
        explanation=(
            "Formatted Nova-2 files do their own formatting. While NER formatting is switched on, which is the "
            "default of the sample configuration files, a request with smart_format looks for a non-formatted model "
            "with an entity detector, finds none and is refused, although the model is listed with "
            "formatted_output: true."
        ),
        told_apart=(
            "Refused with smart_format, accepted without, and the listing says formatted_output: true. No answer of "
            "the server proves it, so it is likely at most."
        ),
        remedies=(
            Remedy(
                "Switch NER formatting off: `streaming_ner = false` in engine.toml and `format_entity_tags = false` "
                "in api.toml, then restart both containers",
                "docker compose restart api engine",
                "compose",
            ),
            Remedy(
                "Switch NER formatting off and upgrade the release",
                "engine.features.streamingNer: false\napi.features.formatEntityTags: false",
                "helm",
            ),
            Remedy("Install the non-formatted model files and the entity detector (entity-detector.*.dg) in its place"),
            Remedy("Until then, leave smart_format away", "dgcheck run {base} --model {model}"),
        ),
        explains=REFUSED,
        when=_conflict,
        source="developers.deepgram.com/docs/self-hosted-smart-formatting; self-hosted-resources common/*.toml",
    ),
)
