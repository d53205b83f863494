"""Models that are not there: missing, misspelt, in another language or version, none at all, at another endpoint."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy, Severity
from dgcheck.model.evidence import Listing, Upgrade, Wire
from dgcheck.model.sound import Sound
from dgcheck.readings.answers import works
from dgcheck.readings.for_speech import guessed, requests
from dgcheck.readings.model_fault import Judged, listing_of, of
from dgcheck.readings.telling import listed, question
from dgcheck.rules.models import words
from dgcheck.rules.shared import further_models
from dgcheck.rules.shared.also import then
from dgcheck.wire.endpoint import SPEAK, SPEAK_2, is_flux_voice
from dgcheck.wire.endpoint import of as endpoint_of
from dgcheck.wire.listing import speech
from dgcheck.wire.model_name import read as read_name
from dgcheck.wire.wanted import is_flux, is_tag, meant, wanted

# What a refused request also looks like.
REFUSED = ("bad_parameter", "ws_upgrade_rejected", "http_method_not_allowed")
_OTHERS = {
    "model_missing": "the model is not installed at all",
    "model_language": "it is installed, but not for this language",
    "model_version": "it is installed in another version",
    "model_format": "it is installed without formatted output, and smart_format was asked for",
}

ENGINE_LOG = "docker compose logs engine | grep -E 'Inserting model|Failed to load model|model search path'"
ENGINE_LOG_HELM = (
    "kubectl -n dg-self-hosted logs deploy/deepgram-engine | "
    "grep -E 'Inserting model|Failed to load model|model search path'"
)
LISTING = Remedy("See in the listing what is installed", "curl -s {base}{listing_path}")
INSTALL_COMPOSE = Remedy(
    "To install it, put {model_file} from your Deepgram contact into the host directory that is mounted in "
    "docker-compose.yml as `/path/to/models:/models:ro,Z`; a running Engine picks it up. Its log then says "
    "`Inserting model`",
    ENGINE_LOG,
    "compose",
)
INSTALL_HELM = Remedy(
    "To install it, add the link to {model_file} under `engine.modelManager.models.add` (EFS volumes; copy the file "
    "yourself to any other volume), run `helm upgrade`, and look for `Inserting model` in the Engine's log",
    ENGINE_LOG_HELM,
    "helm",
)


def _match(case: Case, one: Judged, says: str, **more: str) -> Match:
    known = {**words.facts(case, one), **{key: value for key, value in more.items() if value}}
    text = " ".join(f"{says}{words.chosen(case, one)}".split())
    return Match(text, words.evidence(one), words.checks(case, one), one.confidence, known)


def _missing(case: Case) -> Iterator[Match]:
    for one in of(case, "model_missing"):
        refused, name = words.refusal(one), words.asked_for(one.want)
        if guessed(case):
            yield _guess_failed(case, one)
            continue
        if not refused:
            says = f"The listing at /v1/models does not have {one.want.model}. {words.installed(one)}"
        elif one.misfit is None and one.listed is not None:
            says = (
                f"{refused}, asked for {name}, although /v1/models lists it. The listing may be out of date, the "
                f"request and the listing may have been answered by different replicas, or a proxy may lose the query, "
                f"so that no model arrives."
            )
        else:
            says = (
                f"The model {name} is not installed here: {refused}. {words.installed(one)}{words.either(one, _OTHERS)}"
            )
        yield _match(case, one, says)


def _guess_failed(case: Case, one: Judged) -> Match:
    """A model that dgcheck itself tried is no fault of the deployment's, only nothing to test it with."""
    other = next((seen for seen in case.of(Wire, "", "usual_model") if works(seen)), None)
    found = f" {wanted(other).model} is: {question(other)} got {other.status}." if other else ""
    tried = dict.fromkeys((*(wanted(seen).model for seen in case.of(Upgrade, "", "guess")), one.want.model))
    says = (
        f"No model was named and no listing could be read, so dgcheck tried {listed(tried)}, which "
        f"{'are' if len(tried) > 1 else 'is'} not installed here: {words.refusal(one)}.{found} Name the model that "
        f"your application uses."
    )
    facts = {"name": wanted(other).model if other else "NAME"}
    ids = (*words.evidence(one), *([other.id] if other else []))
    return Match(says, ids, words.checks(case, one), one.confidence, facts, Severity.INFO)


def _misspelt(case: Case) -> Iterator[Match]:
    for one in of(case, "model_misspelt"):
        nearest = one.misfit.nearest if one.misfit else ""
        refused = f": {words.refusal(one)}" if one.refused else ""
        says = f"No model is called “{one.want.model}”{refused}. The nearest that is installed is {nearest}."
        yield _match(case, one, says, nearest=nearest)


def _language(case: Case) -> Iterator[Match]:
    for one in of(case, "model_language"):
        want, known = one.want, words.spoken(one)
        asked = want.language or "en (the default)"
        tag = one.misfit.nearest if one.misfit else meant(want.language) if not is_tag(want.language) else ""
        refused = f": {words.refusal(one)}" if one.refused else ""
        if want.language and not is_tag(want.language):
            says = f"language={want.language} is no language tag that Deepgram takes{refused}."
            says += f" It is written {tag}." if tag else ""
        elif one.misfit is not None:
            says = f"The model {want.model} is installed, but not for language={asked}{refused}. It lists {known}."
        elif one.proof is not None:
            says = (
                f"The model {want.model} is not installed for language={asked}{refused}; without it {words.proof(one)}."
            )
        else:
            says = f"The model {want.model} may not be installed for language={asked}{refused}."
            says += words.either(one, _OTHERS)
        yield _match(case, one, says, tag=tag, languages=known)


def _version(case: Case) -> Iterator[Match]:
    for one in of(case, "model_version"):
        rows = one.misfit.rows if one.misfit else ()
        versions = ", ".join(dict.fromkeys(row.version for row in rows))
        refused = f": {words.refusal(one)}" if one.refused else ""
        if one.proof is not None and not versions:
            says = f"The model {one.want.model} is not installed in version {one.want.version}{refused}; "
            says += f"without the version {words.proof(one)}."
        elif versions:
            says = f"The model {one.want.model} is installed in version {versions}, "
            says += f"not in version {one.want.version}{refused}."
        else:
            says = f"The model {one.want.model} may not be installed in version {one.want.version}{refused}."
            says += words.either(one, _OTHERS)
        yield _match(case, one, says, versions=versions)


def _default(case: Case) -> Iterator[Match]:
    for one in of(case, "default_model_missing"):
        accepted = f" With a model that is listed, {words.proof(one)}." if one.proof else ""
        says = (
            f"No model was asked for, so the service looked for its default, Base general, which is not installed: "
            f"{words.refusal(one)}.{accepted} {words.installed(one)}"
        )
        yield _match(case, one, says)


def _endpoint(case: Case) -> Iterator[Match]:
    for one in of(case, "model_wrong_endpoint"):
        if is_flux_voice(one.want.model):
            what, right = "is a Flux voice: it speaks at /v2/speak and cannot transcribe", SPEAK_2
        elif is_flux(one.want.model) or (not one.misfit and endpoint_of(one.want.model) != SPEAK):
            what, right = "is a Flux model, which only the WebSocket endpoint /v2/listen serves", "/v2/listen"
        else:
            what, right = "is a voice: it speaks at /v1/speak and cannot transcribe", "/v1/speak"
        asked = f", but {one.want.path} was asked: {words.refusal(one)}" if one.refused else ""
        yield _match(case, one, f"{one.want.model} {what}{asked}.", endpoint=right)


def _none(case: Case) -> Iterator[Match]:
    page = listing_of(case)
    found = page.listing if page else None
    if page is None or found is None or speech(found) or any(works(seen) for seen in requests(case)):
        return
    refused = tuple(seen for seen in requests(case) if seen.status in (400, 405))
    named = (*case.settings.models, *(one.name for one in case.settings.expected))
    wished = [name for name in named if read_name(name).family not in ("aura", "flux")]
    replayed = case.target is not None and bool(case.target.replay)
    others, turns = _others(found), any(model.kind == "flux" for model in found.models)
    checks = tuple(dict.fromkeys(("models", *(seen.check for seen in refused))))
    evidence = (page.id, *(seen.id for seen in refused))
    lists = f"{question(page)} got 200 and lists"
    if not others:
        says = f"{lists} no model at all, so speech to text is not offered here."
    elif turns:
        says = f"{lists} {others} and no model for /v1/listen; Flux listens on /v2/listen alone."
    else:
        says = f"{lists} {others} and no speech model, so speech to text is not offered here."
    if others and not wished and not replayed:
        spoken = any(sound.size and not sound.trouble and not sound.silent for sound in case.of(Sound, "speak"))
        # A deployment of voices, and they work; or one of Flux, which is speech to text.
        severity = Severity.INFO if spoken or turns else Severity.WARNING
        yield Match(says, (page.id,), ("models",), facts={"others": others}, severity=severity)
    else:
        sure = Confidence.CERTAIN if refused or others else Confidence.LIKELY
        yield Match(says, evidence, checks, sure)


def _others(listing: Listing) -> str:
    """What is listed beside models for /v1/listen: voices and Flux models, else whatever it is; '' for nothing."""
    kinds = [model.kind for model in listing.models]
    counted = [(kinds.count("tts"), "voice"), (kinds.count("flux"), "Flux model")]
    if not any(number for number, _ in counted):
        counted = [(len(kinds), "other model")]
    return listed([f"{number} {what}{'s' if number != 1 else ''}" for number, what in counted if number])


ABSENT = (
    Cause(
        code="DG5001",
        cause="model_missing",
        title="The model asked for is not installed",
        explanation=(
            "A self-hosted deployment serves only the model files that lie in the Engine's models directory. A "
            "request for any other model is refused with 400 and “No such model/language/tier combination found”; "
            "on a WebSocket the same refusal comes instead of 101, with the words in the header dg-error. The hint "
            "that the server adds (“You could try…”) is made from the request and does not mean that this model is "
            "installed.\n\n"
            "Ask for a model that is installed, or have Deepgram deliver the file: batch and streaming are separate "
            "files. A file that lies in the directory and is not listed was not loaded: the Engine's log has "
            "`Failed to load model` (a truncated download, or a file that was delivered to another project than the "
            "key belongs to) or `Unable to read model search path` (mount or permission)."
        ),
        told_apart=(
            "The refusal's words and the listing. A near miss of an installed name is model_misspelt; installed for "
            "another language, version or way of asking are model_language, model_version, model_not_streaming and "
            "model_not_batch; a listing without any speech model is no_models."
        ),
        remedies=(
            Remedy("Ask for a model that is installed ({installed})", "dgcheck run {base} --model {usable}"),
            Remedy("In the application, set the model to {usable}", "model={usable}"),
            Remedy("Say which model is to be tested", "dgcheck run {base} --model {name}"),
            INSTALL_COMPOSE,
            INSTALL_HELM,
            LISTING,
        ),
        explains=REFUSED,
        when=then(_missing, further_models.model_missing),
        source="developers.deepgram.com/docs/maintaining; self-hosted-resources diagnostics/dg_log_parser.sh",
    ),
    Cause(
        code="DG5002",
        cause="model_misspelt",
        title="The model's name is misspelt",
        explanation=(
            "No installed model has the name that was asked for, and one has a name very much like it, or the same "
            "name in another spelling. One model bears three: nova-3-general is what a request asks for (nova-3 for "
            "short), the listing's field name says general, and an answer says general-nova-3; Nova-2 is 2-general "
            "and 2-general-nova there. Only the first kind is meant for requests: write it in small letters, with "
            "hyphens."
        ),
        told_apart=(
            "A name that Deepgram offers, but that is not installed here, is model_missing and no slip of the "
            "finger: nova-2 where nova-3 is installed, nova-3-medical where nova-3-general is."
        ),
        remedies=(
            Remedy("Ask for {nearest}", "dgcheck run {base} --model {nearest}"),
            Remedy("In the application, set the model to {nearest}", "model={nearest}"),
            LISTING,
        ),
        explains=REFUSED,
        when=then(_misspelt, further_models.model_misspelt),
        source="developers.deepgram.com/guides/fundamentals/model-metadata",
    ),
    Cause(
        code="DG5005",
        cause="model_language",
        title="The model is not installed for this language",
        explanation=(
            "A model file serves the languages of its manifest, which the listing repeats. A request for another "
            "one is refused exactly like one for a missing model. Languages are tags with a hyphen (en, en-US, "
            "es-419; multi for several at once). `english` and `en_US` are no tags, and a region that the model "
            "does not list is refused even when its language is there. A request without a language means English "
            "(en)."
        ),
        told_apart="The model is in the listing, the language is not; or the same request without it is accepted.",
        remedies=(
            Remedy("Write the language as {tag}", "dgcheck run {base} --model {model} --language {tag}"),
            Remedy("Ask for a language that this model has: {languages}"),
            Remedy(
                "Ask for another installed model that has the language",
                "dgcheck run {base} --model {usable} --language {language}",
            ),
            INSTALL_COMPOSE,
            INSTALL_HELM,
            LISTING,
        ),
        explains=REFUSED,
        when=_language,
        source="developers.deepgram.com/docs/maintaining and /docs/models-languages-overview",
    ),
    Cause(
        code="DG5007",
        cause="model_version",
        title="The pinned version of the model is not installed",
        explanation=(
            "version=… asks for one version of a model, exactly as the file's manifest writes it "
            "(2024-01-09.29447). It is refused when no file of that version is loaded; without the parameter, or "
            "with version=latest, the newest one serves. Batch and streaming files of one model may have different "
            "versions, so that a pinned one works one way only. An answer says in metadata.model_info which version "
            "served it."
        ),
        told_apart="The model is listed in other versions; or the same request without the version is accepted.",
        remedies=(
            Remedy("Ask for a version that is installed: {versions}"),
            Remedy("Leave the version away, and the newest installed one serves", "dgcheck run {base} --model {model}"),
            LISTING,
        ),
        explains=REFUSED,
        when=_version,
        source="developers.deepgram.com/docs/version",
    ),
    Cause(
        code="DG5008",
        cause="no_models",
        title="The deployment has no speech model",
        explanation=(
            "The listing holds no model that could transcribe. Either the Engine found no model file: the directory "
            "is empty, mounted at another place than engine.toml's `search_paths` (/models), or unreadable (on "
            "SELinux hosts the mount needs `:ro,Z`); or every file failed to load; or the deployment has voices "
            "only, which is no fault where text to speech is all that it is for."
        ),
        told_apart=(
            "The listing was read and has no speech model. A listing that is absent or of an unknown shape is "
            "models_endpoint_missing and says nothing of the models."
        ),
        remedies=(
            Remedy("Nothing has to be done where nothing but {others} is wanted here"),
            Remedy(
                "Look what the Engine says of its models directory; the volume is `/path/to/models:/models:ro,Z` and "
                'engine.toml has `search_paths = ["/models"]`',
                ENGINE_LOG,
                "compose",
            ),
            Remedy(
                "See whether the files lie inside the container", "docker compose exec engine ls -l /models", "compose"
            ),
            Remedy(
                "Look what the Engine says of its models directory; check `engine.modelManager.models.add` and the "
                "volume under `engine.modelManager.volumes`",
                ENGINE_LOG_HELM,
                "helm",
            ),
            Remedy("See the listing", "curl -s {base}/v1/models"),
        ),
        explains=(
            "model_missing",
            "model_misspelt",
            "default_model_missing",
            "transcript_empty",
            "ws_no_results",
            *REFUSED,
        ),
        when=_none,
        source="self-hosted-resources docker/*.yml, diagnostics/dg_log_parser.sh; changelog 2026-06-30",
    ),
    Cause(
        code="DG5016",
        cause="model_wrong_endpoint",
        title="The model is served at another endpoint",
        explanation=(
            "Flux models (flux-general-en, flux-general-multi) are served only by the WebSocket endpoint "
            "/v2/listen; /v1/listen refuses them with V2_MODEL_ON_V1_LISTEN_ENDPOINT. Nova, Enhanced and Base "
            "models belong to /v1/listen, Aura voices to /v1/speak, Flux voices to /v2/speak. A self-hosted deployment "
            "serves /v2/listen only with `[features] listen_v2 = true` in api.toml (Helm: `api.features.listenV2`) and "
            "an Engine with Flux enabled, and /v2/speak only with `speak_v2 = true`."
        ),
        told_apart="The refusal's error code, or the kind of the model and the path that was asked.",
        remedies=(
            Remedy("Send requests for {model} to {endpoint}", "{base}{endpoint}?model={model}"),
            Remedy("Ask /v1/listen for a model that it serves: {usable}", "dgcheck run {base} --model {usable}"),
        ),
        explains=(*REFUSED, "http_not_found"),
        heals=Heals.NEVER,
        when=then(_endpoint, further_models.model_wrong_endpoint),
        source="developers.deepgram.com/docs/flux-self-hosted; openclaw/openclaw#129452",
    ),
    Cause(
        code="DG5019",
        cause="default_model_missing",
        title="No model was asked for, and the default one is not installed",
        explanation=(
            "A request without model= means Base general, which hardly any self-hosted deployment has. It is "
            "refused like a request for a missing model, with a hint that names “general”. A proxy that drops the "
            "query string has the same effect: if the application does send a model, compare the request at both "
            "ends."
        ),
        told_apart="The refused request has no model; the same one with a model that is listed is accepted.",
        remedies=(
            Remedy("Always send a model: set it in the application to {usable}", "model={usable}"),
            Remedy("Try it", "dgcheck run {base} --model {usable}"),
            Remedy("Say which model your application uses", "dgcheck run {base} --model NAME"),
        ),
        explains=REFUSED,
        when=_default,
        source="deepgram-api-specs openapi.yml (base-general); developers.deepgram.com/docs/maintaining",
    ),
)
