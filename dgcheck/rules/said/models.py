"""Words about models: not installed, not for this endpoint, not loaded by the Engine."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message

LIKELY, POSSIBLE = Confidence.LIKELY, Confidence.POSSIBLE

_ERRORS = "deployment: §4.2 of the wire reference, Deepgram's page on errors"
_LOGS = "Deepgram's dg_log_parser.sh, wire reference §7.5"
# One text for four mistakes: name, language, way of asking, version.
_NO_SUCH = ("model_language", "model_not_streaming", "model_not_batch", "model_version", "model_format")
_NONE_SUCH = (
    r"(?:Bad Request:\s*)?No such model/language/tier combination found"
    r"(?:\.?\s*You could try the ['\"]?(?P<hint>[\w.-]{1,60})['\"]? model)?[^\n]*"
)
# What people write for a language tag, where the request stands in the same text.
_NO_TAG = (
    r"[?&\s\"']language[\"']?[=:]\s*[\"']?(?P<language>[a-z]{2,3}_[a-z0-9]{2,4}|english|spanish|french|german|italian|"
    r"portuguese|dutch|hindi|japanese|korean|chinese|russian|arabic|turkish|polish|ukrainian)\b"
)

MESSAGES = (
    Message(
        "model_missing",
        "deepgram-returning-400-no-such-model",
        r"deepgram-returning-400-no-such-model-language-tier-combination",
        "The deployment has no model that fits: none of that name, or not in that language, or not for streaming.",
        LIKELY,
        _NO_SUCH,
        over=("bad_parameter", "ws_upgrade_rejected"),
        source="Vapi's endedReason",
    ),
    Message(
        "model_language",
        "no such model/language/tier",
        _NONE_SUCH,
        "The deployment has no model that fits, and what was asked as the language is no language tag: tags are "
        "written with a hyphen, as en or en-US.",
        LIKELY,
        ("model_missing", "model_not_streaming", "model_not_batch"),
        "deployment",
        near=_NO_TAG,
        over=("bad_parameter", "ws_upgrade_rejected", "model_missing"),
        source=_ERRORS,
    ),
    Message(
        "default_model_missing",
        "no such model/language/tier",
        _NONE_SUCH,
        "The request named no model, so the deployment looked for Base general, which it does not have.",
        LIKELY,
        ("model_missing", "model_language"),
        "deployment",
        near=r"/v1/listen\?|\bcurl\b[^\n]{0,400}/v1/listen",
        unless=r"\bmodel[\"']?\s*[=:]|\btier[\"']?\s*[=:]|keyterm|-m\s",
        over=("bad_parameter", "ws_upgrade_rejected", "model_missing"),
        source=_ERRORS,
    ),
    Message(
        "model_missing",
        "no such model/language/tier",
        _NONE_SUCH,
        "The deployment has no model that fits: none of that name, or not in that language, not for this way of asking "
        "(streaming or batch), not in that version.",
        LIKELY,
        (*_NO_SUCH, "default_model_missing"),
        "deployment",
        over=("bad_parameter", "ws_upgrade_rejected"),
        source=_ERRORS,
    ),
    Message(
        "model_missing",
        "no such model/version",
        r"(?:Bad Request:\s*)?No such model/version combination found[^\n]*",
        "The deployment does not have the voice that was asked for, or not in that version.",
        LIKELY,
        ("model_version", "model_wrong_endpoint"),
        "deployment",
        over=("bad_parameter", "ws_upgrade_rejected"),
        source=_ERRORS,
    ),
    Message(
        "model_wrong_endpoint",
        "v2_model_on_v1_listen_endpoint",
        "",
        "A Flux model was asked of /v1/listen; Flux speaks /v2/listen only.",
        speaker="deployment",
        over=("bad_parameter", "model_missing", "ws_upgrade_rejected"),
        source=_ERRORS,
    ),
    Message(
        "model_wrong_endpoint",
        "models are not supported on the",
        r"\b(?P<family>\w{1,40}) models are not supported on the `?'?(?P<path>/v\d/\w+)`?'? endpoint[^\n]*",
        "The deployment says that {family} models are not served on {path}.",
        speaker="deployment",
        over=("bad_parameter", "model_missing", "ws_upgrade_rejected"),
        source=_ERRORS,
    ),
    Message(
        "model_missing",
        "unable to read model search path",
        r"Unable to read model search path[^\n]*",
        "The Engine cannot read the folder of its models: it is not mounted where engine.toml says, or not readable.",
        LIKELY,
        ("no_models", "engine_disconnected"),
        "engine",
        over=("engine_disconnected",),
        source=_LOGS,
    ),
    Message(
        "model_missing",
        "inaccessible model search path",
        r"(?:Configuration contains )?inaccessible model search path[^\n]*",
        "The Engine does not start: a folder of models that engine.toml names is not there, or may not be read.",
        LIKELY,
        ("no_models", "engine_disconnected"),
        "engine",
        over=("engine_disconnected",),
        source="wire reference §1.4, §7.5",
    ),
    Message(
        "license",
        "no manifest",
        r"(?:(?:load_model\{|impeller|model_suppliers)[^\n]{0,240})?(?:Failed to load model|Load Model failed)"
        r"[^\n]{0,200}No Manifest[^\n]*",
        "The Engine could not open a model's file with its key: the file was delivered to another project than the key "
        "belongs to, or its download is broken.",
        LIKELY,
        ("model_missing",),
        "engine",
        over=("model_missing",),
        source="deepgram/self-hosted-resources, issue 61",
    ),
    Message(
        "model_missing",
        "failed to load model",
        r"load_model\{path=(?P<path>[^}\s]{1,200})\}[^\n]{0,200}Failed to load model[^\n]*",
        "The Engine could not load {path}: the file is broken, or was delivered to another project than that of the "
        "key.",
        LIKELY,
        ("license", "no_models"),
        "engine",
        source=_LOGS,
    ),
    Message(
        "model_missing",
        "failed to load model",
        r"(?:impeller|model_suppliers)\S{0,60}[^\n]{0,200}Failed to load model[^\n]*",
        "The Engine could not load a model's file: it is broken, or was delivered to another project than the key "
        "belongs to.",
        LIKELY,
        ("license", "no_models"),
        "engine",
        source=_LOGS,
    ),
    Message(
        "model_missing",
        "failed to load model",
        r"Failed to load model[^\n]{0,200}(?:\.dg\b|Manifest)[^\n]*",
        "The Engine could not load a model's file: it is broken, or was delivered to another project than the key "
        "belongs to.",
        LIKELY,
        ("license", "no_models"),
        "engine",
        source=_LOGS,
    ),
    Message(
        "model_missing",
        "error loading flux model",
        r"Error loading Flux model[^\n]{0,80}?(?:Can't find (?P<model>[\w.-]{1,60}) model)?[^\n]*",
        "The Engine does not start: Flux is switched on, and the file of its model is not in the folder of models.",
        LIKELY,
        ("engine_disconnected",),
        "engine",
        over=("engine_disconnected",),
        source="wire reference §7.5",
    ),
    Message(
        "model_missing",
        "unknown variant `turn-taking`",
        r"unknown variant `turn-taking`[^\n]*",
        "The Engine's image is older than a model's file, and cannot read it.",
        POSSIBLE,
        ("engine_disconnected",),
        "engine",
        source="wire reference §7.5",
    ),
    Message(
        "no_models",
        '"stt"',
        r'\{\s*"(?:stt|tts)"\s*:\s*\[\s*\]\s*,\s*"(?:stt|tts)"\s*:\s*\[\s*\]\s*\}',
        "The listing of models is empty: the Engine has loaded none.",
        LIKELY,
        ("engine_disconnected",),
        "deployment",
        source="wire reference §3.7",
    ),
)
