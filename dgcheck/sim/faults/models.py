"""Which models there are, and how they are listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dgcheck.model.evidence import Model
from dgcheck.model.record import replace
from dgcheck.sim.core import Effect
from dgcheck.sim.faults.fault import Fault, always
from dgcheck.sim.faults.service import deploys
from dgcheck.sim.models import ENGLISH, HELPERS, STANDARD, VOICES, flux, many, speech, split_by_mode

NOVA_3 = ("--model", "nova-3")


def _only(*models: Model) -> Callable[[float], Effect]:
    return always(deploys(models=(*models, *HELPERS)))


def _each(change: Callable[[Sequence[Model]], Sequence[Model]]) -> Callable[[float], Effect]:
    """Change whatever models the deployment has."""
    return always(Effect(deploy=lambda deployment: replace(deployment, models=tuple(change(deployment.models)))))


def _modes(*, batch: bool, streaming: bool) -> Callable[[float], Effect]:
    def change(models: Sequence[Model]) -> Sequence[Model]:
        return [replace(one, batch=batch, streaming=streaming) if one.kind == "stt" else one for one in models]

    return _each(change)


def _unformatted(models: Sequence[Model]) -> tuple[Model, ...]:
    return tuple(replace(one, formatted=False) if one.kind == "stt" else one for one in models)


def _absent() -> tuple[Fault, ...]:
    nova_2 = speech("nova-2-general", (*ENGLISH, "es"), version="2024-01-18.26916")
    return (
        Fault(
            name="model_missing",
            says="only Nova-2 is installed; Nova-3 is asked for",
            causes=("model_missing",),
            resembles=("model_misspelt", "model_language", "bad_parameter"),
            run=NOVA_3,
            makes=_only(nova_2),
        ),
        Fault(
            name="model_missing_unlisted",
            says="the same, and there is no listing to tell",
            causes=("model_missing",),
            run=NOVA_3,
            makes=always(deploys(models=(nova_2, *HELPERS), listing="absent")),
        ),
        Fault(
            name="model_missing_bare",
            says="the same, and the refusal is a 400 with nothing in it",
            causes=("model_missing",),
            run=NOVA_3,
            makes=always(deploys(models=(nova_2, *HELPERS), refusal="bare")),
        ),
        Fault(
            name="model_missing_modern",
            says="the same, and the refusal has `category` and `message`",
            causes=("model_missing",),
            run=NOVA_3,
            makes=always(deploys(models=(nova_2, *HELPERS), refusal="modern")),
        ),
        Fault(
            name="model_misspelt",
            says="nothing is wrong with the deployment; nova-3-genral is asked for",
            causes=("model_misspelt",),
            resembles=("model_missing",),
            run=("--model", "nova-3-genral"),
            makes=always(Effect()),
        ),
        Fault(
            name="model_not_streaming",
            says="the models serve files alone",
            causes=("model_not_streaming",),
            resembles=("model_missing", "ws_upgrade_not_forwarded"),
            run=NOVA_3,
            makes=_modes(batch=True, streaming=False),
        ),
        Fault(
            name="model_not_batch",
            says="the models serve streams alone",
            causes=("model_not_batch",),
            resembles=("model_missing",),
            run=NOVA_3,
            makes=_modes(batch=False, streaming=True),
        ),
        Fault(
            name="model_language",
            says="the models are there, not for Japanese, which is asked for",
            causes=("model_language",),
            resembles=("model_missing",),
            run=(*NOVA_3, "--language", "ja"),
            makes=always(Effect()),
        ),
        Fault(
            name="model_language_tag",
            says="nothing is wrong with the deployment; the language asked for is en_US, which is no tag",
            causes=("model_language",),
            resembles=("model_missing", "bad_parameter"),
            run=(*NOVA_3, "--language", "en_US"),
            makes=always(Effect()),
        ),
        Fault(
            name="model_language_word",
            says="nothing is wrong with the deployment; the language asked for is english, which is no tag",
            causes=("model_language",),
            resembles=("model_missing", "bad_parameter"),
            run=(*NOVA_3, "--language", "english"),
            makes=always(Effect()),
        ),
        Fault(
            name="model_format",
            says="no formatted output and no entity detector; smart_format is refused",
            causes=("model_format",),
            resembles=("formatting_conflict", "model_missing"),
            run=(*NOVA_3, "--smart-format"),
            makes=always(
                Effect(deploy=lambda deployment: replace(deployment, models=_unformatted(deployment.models), ner=False))
            ),
        ),
        Fault(
            name="model_unformatted_well",
            says="no formatted output, but an entity detector: smart_format works",
            resembles=("model_format", "formatting_conflict"),
            run=(*NOVA_3, "--smart-format"),
            makes=_each(_unformatted),
        ),
        Fault(
            name="formatting_conflict",
            says="smart_format is refused although the models are listed as formatted",
            causes=("formatting_conflict",),
            resembles=("model_format", "model_missing"),
            run=("--model", "nova-2", "--smart-format"),
            makes=always(deploys(formatting_conflict=True)),
        ),
        Fault(
            name="model_version",
            says="nothing is wrong with the deployment; a version that is not installed is asked for",
            causes=("model_version",),
            resembles=("model_missing",),
            run=(*NOVA_3, "--model-version", "2021-01-01.1"),
            makes=always(Effect()),
        ),
        Fault(
            name="model_flux",
            says="a Flux model is installed and asked for on /v1/listen",
            causes=("model_wrong_endpoint",),
            resembles=("model_missing",),
            run=("--model", "flux-general-en=rest"),
            makes=always(Effect(deploy=lambda deployment: replace(deployment, models=(*deployment.models, flux())))),
        ),
        Fault(
            name="default_model_missing",
            says="nothing is wrong with the deployment; the URL is a whole request that names no model",
            causes=("default_model_missing",),
            resembles=("model_missing", "no_models"),
            makes=always(Effect(shown_prefix="/v1/listen?punctuate=true")),
        ),
        Fault(
            name="no_models",
            says="no model at all: the listing is an empty object",
            causes=("no_models",),
            resembles=("models_endpoint_missing",),
            makes=always(deploys(models=())),
        ),
        Fault(
            name="no_models_flat",
            says="no model at all: the listing is an empty list",
            causes=("no_models",),
            makes=always(deploys(models=(), listing="flat")),
        ),
        Fault(
            name="only_voices",
            says="voices are listed and no speech model",
            causes=("no_models",),
            resembles=("model_missing",),
            makes=always(deploys(models=VOICES)),
        ),
    )


def _listings() -> tuple[Fault, ...]:
    one_sided = (
        replace(STANDARD[0], batch=True, streaming=False),
        speech("nova-2-general", ENGLISH, version="2024-01-18.26916", batch=False),
    )
    return (
        Fault(
            name="models_absent",
            says="no /v1/models; requests that name a model work",
            causes=("models_endpoint_missing",),
            resembles=("no_models", "http_not_found"),
            run=NOVA_3,
            makes=always(deploys(listing="absent")),
        ),
        Fault(
            name="models_other_shape",
            says="/v1/models answers JSON of another shape; the rest works",
            causes=("models_endpoint_missing",),
            resembles=("no_models", "wrong_service"),
            run=NOVA_3,
            makes=always(deploys(listing="other")),
        ),
        Fault(
            name="models_html",
            says="/v1/models answers a web page; the rest works",
            causes=("models_endpoint_missing",),
            resembles=("no_models", "wrong_service", "http_bad_response"),
            run=NOVA_3,
            makes=always(deploys(listing="html")),
        ),
        Fault(
            name="models_error",
            says="/v1/models answers 500; the rest works",
            causes=("http_server_error", "models_endpoint_missing"),
            resembles=("no_models",),
            run=NOVA_3,
            makes=always(deploys(listing="error")),
        ),
        Fault(
            name="models_flat",
            says="the listing is a flat list, as before release 260630",
            resembles=("models_endpoint_missing",),
            makes=always(deploys(listing="flat")),
        ),
        Fault(
            name="models_old_flat",
            says="the listing is a flat list of name, uuid, version, tags and languages, as in 2022",
            resembles=("models_endpoint_missing", "no_models"),
            makes=always(deploys(listing="old_flat")),
        ),
        Fault(
            name="models_hosted_shape",
            says="the listing has the shape of the hosted service's",
            resembles=("models_endpoint_missing", "hosted_endpoint"),
            makes=always(deploys(listing="hosted")),
        ),
        Fault(
            name="models_no_flags",
            says="the listing does not say which modes a model serves",
            resembles=("model_not_streaming", "model_not_batch"),
            makes=always(deploys(listing="bare")),
        ),
        Fault(
            name="models_split",
            says="every model is listed twice, once for each mode",
            resembles=("model_not_streaming", "model_not_batch"),
            makes=_each(split_by_mode),
        ),
        Fault(
            name="models_one_sided",
            says="Nova-3 for files alone and Nova-2 for streams alone, and no model is named",
            causes=("model_not_streaming", "model_not_batch"),
            makes=_only(*one_sided),
        ),
        Fault(
            name="models_many",
            says="so many models are listed",
            resembles=("hosted_endpoint", "wrong_service"),
            value=500,
            unit="models",
            makes=lambda count: deploys(models=many(int(min(count, 20000)))),
        ),
    )


FAULTS = (*_absent(), *_listings())
