"""DG5001, DG5002, DG5005, DG5007, DG5008, DG5016, DG5019: what fires them, what must not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Seen
from tests.rules.built import DG, HEARD, HTML, NGINX_404, case, findings, got, matches, roots, upgraded
from tests.rules.models_built import (
    NOVA_2,
    NOVA_3,
    REFUSAL,
    VOICE,
    asked,
    both,
    listed,
    posted,
    row,
    streamed,
)

FAMILY = (
    "model_missing",
    "model_misspelt",
    "model_not_streaming",
    "model_not_batch",
    "model_language",
    "model_format",
    "model_version",
    "no_models",
    "model_wrong_endpoint",
    "default_model_missing",
    "formatting_conflict",
)


PARAMETER = '{"err_code":"Bad Request","err_msg":"Invalid query string.","request_id":"1"}'
AUDIO = '{"err_code":"Bad Request","err_msg":"failed to process audio: corrupt or unsupported data","request_id":"1"}'


def told(found: Any) -> list[str]:
    return [cause for cause in FAMILY if matches(found, cause)]


# --- which cause -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "evidence", "cause"),
    [
        pytest.param("nova-2", [listed(NOVA_3), *both("model=nova-2")], "model_missing", id="another generation"),
        pytest.param("nova-3-medical", [listed(NOVA_3), *both("model=nova-3-medical")], "model_missing", id="variant"),
        pytest.param("acme", [listed(NOVA_3), *both("model=acme")], "model_missing", id="a model of one's own"),
        pytest.param("nova-9", both("model=nova-9"), "model_missing", id="no listing"),
        pytest.param("nova-3-genral", [listed(NOVA_3), *both("model=nova-3-genral")], "model_misspelt", id="a slip"),
        pytest.param(
            "general-nova-3", [listed(NOVA_3), *both("model=general-nova-3")], "model_misspelt", id="spelling"
        ),
        pytest.param("nova-3", [listed(NOVA_3), *both("model=nova-3&language=fr")], "model_language", id="language"),
        pytest.param(
            "nova-3", [listed(NOVA_3), *both("model=nova-3&language=english")], "model_language", id="english"
        ),
        pytest.param("nova-3", [listed(NOVA_3), *both("model=nova-3&language=en_US")], "model_language", id="en_US"),
        pytest.param("nova-3", [listed(NOVA_3), *both("model=nova-3&language=en-GB")], "model_language", id="a region"),
        pytest.param(
            "nova-3",
            [listed(row("nova-3-general", languages=["es"])), *both("model=nova-3")],
            "model_language",
            id="the default language is not there",
        ),
        pytest.param("nova-3", both("model=nova-3&language=en_US"), "model_language", id="no tag, and no listing"),
        pytest.param("nova-3", [listed(NOVA_3), *both("model=nova-3&version=1999")], "model_version", id="version"),
        pytest.param("flux-general-en", both("model=flux-general-en"), "model_wrong_endpoint", id="Flux"),
        pytest.param(
            "aura-2-thalia-en", both("model=aura-2-thalia-en"), "model_wrong_endpoint", id="a voice, unlisted"
        ),
        pytest.param(
            "aura-2-thalia-en",
            [listed(NOVA_3), *both("model=aura-2-thalia-en")],
            "model_missing",
            id="a voice that the listing lacks",
        ),
        pytest.param(
            "aura-2-thalia-en",
            [listed(NOVA_3, VOICE, grouped=True), *both("model=aura-2-thalia-en")],
            "model_wrong_endpoint",
            id="a voice",
        ),
    ],
)
def test_one_refusal_has_one_cause(model: str, evidence: list[Seen], cause: str) -> None:
    found = asked(model, *evidence)
    assert told(found) == [cause]
    assert roots(found) == [cause]


def test_a_missing_model_is_told_with_the_words_and_what_is_there() -> None:
    one = findings(asked("nova-2", listed(NOVA_3, row("nova-3-medical")), *both("model=nova-2")))["model_missing"]
    assert one.confidence is Confidence.CERTAIN
    assert one.says == (
        "The model nova-2 is not installed here: POST /v1/listen and the WebSocket upgrade of /v1/listen got "
        "400 Bad Request: “Bad Request: No such model/language/tier combination found”. "
        "Installed: nova-3-general, nova-3-medical."
    )
    assert one.remedies[0].command == "dgcheck run http://10.0.0.7:8080 --model nova-3-general"
    assert set(one.checks) == {"rest", "ws.upgrade", "models"}
    assert any("nova-2-general.en.*.batch.*.dg" in remedy.do for remedy in one.remedies)


def test_words_in_dg_error_alone_are_enough() -> None:
    refused = streamed("model=nova-2", 400, body="")
    assert told(asked("nova-2", refused)) == ["model_missing"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(REFUSAL, DG, id="legacy body"),
        pytest.param(json.dumps({"err_msg": "No such model/version combination found."}), (), id="without prefix"),
        pytest.param("No such model/language/tier combination found.", (), id="plain text"),
        pytest.param(
            json.dumps({"category": "X", "message": "No such model", "details": "", "request_id": "1"}), (), id="modern"
        ),
    ],
)
def test_the_words_count_in_every_body_form(body: str, headers: Any) -> None:
    found = asked("nova-9", posted("model=nova-9", 400, body=body, headers=headers))
    assert told(found) == ["model_missing"]


def test_a_listing_that_is_not_there_is_not_advised() -> None:
    absent = findings(asked("nova-9", got("GET /v1/models", 404), *both("model=nova-9")))["model_missing"]
    there = findings(asked("nova-9", listed(NOVA_3), *both("model=nova-9")))["model_missing"]
    assert not any("/v1/models" in one.command for one in absent.remedies)
    assert any("/v1/models" in one.command for one in there.remedies)


def test_without_a_listing_it_is_likely() -> None:
    one = findings(asked("nova-9", *both("model=nova-9")))["model_missing"]
    assert one.confidence is Confidence.LIKELY
    assert "Installed" not in one.says


@pytest.mark.parametrize(
    ("grouped", "chosen"), [(False, False), (True, False)], ids=["flat listing", "grouped listing"]
)
def test_both_shapes_of_the_listing_decide(grouped: bool, chosen: bool) -> None:
    found = asked("nova-2", listed(NOVA_3, grouped=grouped), *both("model=nova-2"), chosen=chosen)
    assert told(found) == ["model_missing"]


def test_the_listing_alone_is_likely_where_nothing_was_asked() -> None:
    one = matches(asked("nova-2", listed(NOVA_3)), "model_missing")[0]
    assert one.confidence is Confidence.LIKELY
    assert one.checks == ("models",)
    assert "The listing at /v1/models does not have nova-2" in one.says


def test_a_bare_refusal_counts_where_the_listing_denies_the_model() -> None:
    found = asked("nova-2", listed(NOVA_3), upgraded("GET /v1/listen?model=nova-2", 400))
    assert matches(found, "model_missing")[0].confidence is Confidence.LIKELY


def instead(body: str) -> list[Seen]:
    """A proxy's page in the place of both refusals (`proxy_intercept_errors`)."""
    page: dict[str, Any] = {"body": body, "headers": HTML}
    return [posted("model=nova-2", 400, **page), streamed("model=nova-2", 400, **page)]


def test_a_page_of_a_proxy_in_place_of_the_refusal_counts_where_the_listing_denies_the_model() -> None:
    found = asked("nova-2", listed(NOVA_3), *instead("<html><body>Oops</body></html>"))
    assert roots(found) == ["model_missing"]
    assert matches(found, "model_missing")[0].confidence is Confidence.LIKELY


def test_a_page_of_a_proxy_that_speaks_of_the_request_is_no_missing_model() -> None:
    page = "<html><title>400 Request Header Or Cookie Too Large</title></html>"
    assert matches(asked("nova-2", listed(NOVA_3), *instead(page)), "model_missing") == []


def test_a_page_of_a_proxy_where_the_model_is_listed_is_no_missing_model() -> None:
    assert matches(asked("nova-2", listed(NOVA_2), *instead("<html>Oops</html>")), "model_missing") == []


def test_a_listed_model_that_is_refused_is_only_possible() -> None:
    one = matches(asked("nova-3", listed(NOVA_3), *both("model=nova-3")), "model_missing")[0]
    assert one.confidence is Confidence.POSSIBLE
    assert "although /v1/models lists it" in one.says


@pytest.mark.parametrize(
    ("model", "evidence"),
    [
        pytest.param("nova-3", [listed(NOVA_3), *both("model=nova-3", 200, 101)], id="all is well"),
        pytest.param("nova-2", [listed(NOVA_3), *both("model=nova-2", 200, 101)], id="served though not listed"),
        pytest.param("nova-3", both("model=nova-3", 200, 101), id="no listing and all is well"),
        pytest.param("nova-9", [upgraded("GET /v1/listen?model=nova-9", 400)], id="a bare 400 without a listing"),
        pytest.param(
            "nova-9",
            [listed(NOVA_3), got("POST /v1/listen?model=nova-9", 404, NGINX_404, HTML)],
            id="somebody else's 404",
        ),
        pytest.param("nova-9", [listed(NOVA_3), got("POST /v1/listen?model=nova-9", 401, "", ())], id="401"),
        pytest.param("nova-3", [posted("model=nova-3&endpointing=x", 400, body=PARAMETER)], id="a parameter"),
        pytest.param("nova-3", [posted("model=nova-3", 400, body=AUDIO)], id="audio"),
        pytest.param("nova-3", [got("GET /v1/models", 404), *both("model=nova-3", 200, 101)], id="no /v1/models"),
        pytest.param("flux-general-en", [listed(NOVA_3)], id="Flux need not be listed"),
    ],
)
def test_what_is_no_missing_model(model: str, evidence: list[Seen]) -> None:
    assert matches(asked(model, *evidence), "model_missing") == []


def test_a_model_that_dgcheck_chose_does_not_blame_the_user() -> None:
    found = asked("nova-3-general", listed(NOVA_3), *both("model=nova-3-general"), chosen=True)
    one = matches(found, "model_missing")[0]
    assert "dgcheck took nova-3-general from the listing" in one.says
    assert "models" not in one.checks


def test_a_guess_that_fails_is_information_and_asks_for_a_name() -> None:
    found = asked("nova-3", *both("model=nova-3"), models=())
    other = posted("model=nova-2", 200, purpose="usual_model", check="models")
    tried = asked("nova-3", *both("model=nova-3"), other, models=())
    one = findings(found)["model_missing"]
    assert one.severity is Severity.INFO
    assert "dgcheck tried nova-3" in one.says
    assert one.remedies[0].command == "dgcheck run http://10.0.0.7:8080 --model NAME"
    two = findings(tried)["model_missing"]
    assert "nova-2 is: POST /v1/listen got 200" in two.says
    assert two.remedies[0].command == "dgcheck run http://10.0.0.7:8080 --model nova-2"


# --- misspelt, language, version -------------------------------------------------------------------------------------


def test_a_misspelt_name_gets_the_nearest() -> None:
    one = findings(asked("nova-3-genral", listed(NOVA_3), *both("model=nova-3-genral")))["model_misspelt"]
    assert one.confidence is Confidence.LIKELY
    assert "The nearest that is installed is nova-3-general." in one.says
    assert one.remedies[0].command == "dgcheck run http://10.0.0.7:8080 --model nova-3-general"


@pytest.mark.parametrize(
    ("language", "tag"), [("english", "en"), ("en_US", "en-US"), ("en-GB", "en"), ("English", "en"), ("EN_us", "en-US")]
)
def test_the_nearest_tag_is_named(language: str, tag: str) -> None:
    one = findings(asked("nova-3", listed(NOVA_3), *both(f"model=nova-3&language={language}"), language=language))
    command = one["model_language"].remedies[0].command
    assert command == f"dgcheck run http://10.0.0.7:8080 --model nova-3 --language {tag}"


def test_a_language_that_is_not_listed_names_those_that_are() -> None:
    one = matches(asked("nova-3", listed(NOVA_3), *both("model=nova-3&language=fr")), "model_language")[0]
    assert one.confidence is Confidence.CERTAIN
    assert "nova-3 is installed, but not for language=fr" in one.says
    assert "It lists en, en-US." in one.says


def test_another_model_for_the_language_is_named_where_there_is_one() -> None:
    spanish = row("nova-2-general", languages=["es"])
    found = asked("nova-3", listed(NOVA_3, spanish), *both("model=nova-3&language=es"), language="es")
    commands = [remedy.command for remedy in findings(found)["model_language"].remedies]
    assert "dgcheck run http://10.0.0.7:8080 --model nova-2-general --language es" in commands


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(
            [listed(row("nova-3-general", languages=...)), *both("model=nova-3&language=fr", 200, 101)], id="unsaid"
        ),
        pytest.param([listed(NOVA_3), *both("model=nova-3&language=fr", 200, 101)], id="served all the same"),
        pytest.param(
            [listed(row("nova-3-general", languages=["en-US"])), *both("model=nova-3")], id="only a region listed"
        ),
    ],
)
def test_what_is_no_language_fault(evidence: list[Seen]) -> None:
    found = matches(asked("nova-3", *evidence), "model_language")
    assert found == []


def test_a_tag_in_other_letters_than_listed_is_likely() -> None:
    one = matches(asked("nova-3", listed(NOVA_3), *both("model=nova-3&language=en-us")), "model_language")[0]
    assert one.confidence is Confidence.LIKELY
    assert one.facts["tag"] == "en-US"


def test_without_a_listing_missing_and_language_are_both_possible() -> None:
    found = asked("nova-3", *both("model=nova-3&language=fr"))
    both_told = findings(found)
    assert both_told["model_missing"].confidence is both_told["model_language"].confidence is Confidence.POSSIBLE
    assert "It may as well be that it is installed, but not for this language." in both_told["model_missing"].says


def test_the_request_without_the_language_decides() -> None:
    tried = posted("model=nova-3", 200, purpose="without_language", check="models")
    found = findings(asked("nova-3", *both("model=nova-3&language=fr"), tried))
    assert list(found) == ["model_language"]
    assert found["model_language"].confidence is Confidence.CERTAIN
    assert "without it POST /v1/listen got 200" in found["model_language"].says


def test_a_language_left_out_in_vain_acquits_it() -> None:
    tried = posted("model=nova-3", 400, purpose="without_language", check="models")
    assert told(asked("nova-3", *both("model=nova-3&language=fr"), tried)) == ["model_missing"]


def test_a_version_names_those_that_are_installed() -> None:
    one = matches(asked("nova-3", listed(NOVA_3), *both("model=nova-3&version=2024-01-09.1")), "model_version")[0]
    assert "nova-3 is installed in version 2025-04-17.21547, not in version 2024-01-09.1" in one.says


@pytest.mark.parametrize("version", ["latest", "2025-04-17.21547"])
def test_what_is_no_version_fault(version: str) -> None:
    assert matches(asked("nova-3", listed(NOVA_3), *both(f"model=nova-3&version={version}")), "model_version") == []


def test_the_request_without_the_version_decides() -> None:
    tried = posted("model=nova-3", 200, purpose="without_version", check="models")
    found = findings(asked("nova-3", *both("model=nova-3&version=7"), tried))
    assert list(found) == ["model_version"]
    assert "without the version POST /v1/listen got 200" in found["model_version"].says


# --- no models at all ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["[]", "{}", '{"stt":[],"tts":[]}'])
def test_an_empty_listing_is_no_models(body: str) -> None:
    one = findings(case("http://10.0.0.7:8080", got("GET /v1/models", 200, body)))["no_models"]
    assert one.severity is Severity.ERROR
    assert "lists no model at all" in one.says


def test_an_empty_listing_explains_the_missing_model() -> None:
    found = findings(asked("nova-3", got("GET /v1/models", 200, "[]"), *both("model=nova-3")))
    assert found["no_models"].root
    assert found["no_models"].confidence is Confidence.CERTAIN
    assert found["model_missing"].caused_by == "DG5008"


def test_only_voices_is_a_warning() -> None:
    found = findings(case("http://10.0.0.7:8080", listed(VOICE, grouped=True)))
    assert list(found) == ["no_models"]
    assert found["no_models"].severity is Severity.WARNING
    assert "lists 1 voice and no speech model" in found["no_models"].says


def test_only_voices_is_an_error_for_somebody_who_asks_for_speech() -> None:
    found = findings(asked("nova-3", listed(VOICE, grouped=True), *both("model=nova-3")))
    assert found["no_models"].severity is Severity.ERROR
    assert found["no_models"].root


def test_a_voice_asked_for_is_no_wish_for_speech_models() -> None:
    found = findings(asked("aura-2-thalia-en", listed(VOICE, grouped=True)))
    assert found["no_models"].severity is Severity.WARNING


TAKES_TURNS = row("flux-general-en", batch=False, streaming=True, architecture="flux")


@pytest.mark.parametrize("model", ["", "flux-general-en"])
def test_flux_alone_is_a_deployment_like_any_other(model: str) -> None:
    page = listed(TAKES_TURNS, VOICE, grouped=True)
    found = findings(asked(model, page) if model else case("http://10.0.0.7:8080", page))
    assert found["no_models"].severity is Severity.INFO
    assert "lists 1 voice and 1 Flux model and no model for /v1/listen" in found["no_models"].says


def test_a_voice_asked_of_listen_is_called_a_voice_where_no_listing_was_read() -> None:
    [one] = matches(asked("aura-2-thalia-en", *both("model=aura-2-thalia-en")), "model_wrong_endpoint")
    assert one.says.startswith("aura-2-thalia-en is a voice: it speaks at /v1/speak and cannot transcribe")


def test_flux_alone_is_an_error_for_somebody_who_asks_for_another_model() -> None:
    one = findings(asked("nova-3", listed(TAKES_TURNS, grouped=True), *both("model=nova-3")))["no_models"]
    assert one.severity is Severity.ERROR
    assert "lists 1 Flux model and no model for /v1/listen" in one.says


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([listed(NOVA_3)], id="a speech model"),
        pytest.param(
            [got("GET /v1/models", 200, "[]"), *both("model=nova-3", 200, 101)], id="speech works all the same"
        ),
        pytest.param([got("GET /v1/models", 404, "")], id="absent"),
        pytest.param([got("GET /v1/models", 200, '{"data":[],"object":"list"}')], id="another product's"),
        pytest.param([got("GET /v1/models", 200, "<html>")], id="a page"),
    ],
)
def test_what_is_not_without_models(evidence: list[Seen]) -> None:
    assert matches(asked("nova-3", *evidence), "no_models") == []


# --- the endpoint, and no model asked for ----------------------------------------------------------------------------

FLUX = json.dumps(
    {
        "err_code": "V2_MODEL_ON_V1_LISTEN_ENDPOINT",
        "err_msg": "Flux models are not supported on the `/v1/listen` endpoint.",
        "request_id": "1",
    }
)


def test_the_code_of_the_endpoint_is_certain() -> None:
    found = asked("flux-general-en", posted("model=flux-general-en", 400, body=FLUX))
    one = findings(found)["model_wrong_endpoint"]
    assert one.confidence is Confidence.CERTAIN
    assert "/v2/listen" in one.says
    assert one.remedies[0].command == "http://10.0.0.7:8080/v2/listen?model=flux-general-en"


def test_a_voice_is_sent_to_speak() -> None:
    found = asked("aura-2-thalia-en", listed(NOVA_3, VOICE, grouped=True), *both("model=aura-2-thalia-en"))
    assert "it speaks at /v1/speak" in matches(found, "model_wrong_endpoint")[0].says


def test_nova_on_its_own_endpoint_is_fine() -> None:
    assert matches(asked("nova-3", listed(NOVA_3), *both("model=nova-3")), "model_wrong_endpoint") == []


def replay(*evidence: Seen) -> Any:
    return case("http://10.0.0.7:8080/v1/listen?smart_format=true", *evidence)


def test_a_request_without_a_model_is_the_default_one() -> None:
    found = findings(replay(listed(NOVA_3), *both("smart_format=true")))
    assert list(found) == ["default_model_missing"]
    assert found["default_model_missing"].confidence is Confidence.CERTAIN
    assert "the service looked for its default, Base general" in found["default_model_missing"].says
    assert found["default_model_missing"].remedies[0].command == "model=nova-3-general"


def test_a_request_without_a_model_is_likely_without_a_listing_and_certain_when_another_works() -> None:
    assert matches(replay(*both("smart_format=true")), "default_model_missing")[0].confidence is Confidence.LIKELY
    tried = posted("model=nova-3", 200, purpose="listed_model", check="models")
    one = matches(replay(*both("smart_format=true"), tried), "default_model_missing")[0]
    assert one.confidence is Confidence.CERTAIN
    assert "With a model that is listed, POST /v1/listen got 200." in one.says


def test_a_request_without_a_model_that_is_served_is_fine() -> None:
    assert findings(replay(listed(row("base-general")), *both("smart_format=true", 200, 101))) == {}


# --- several models --------------------------------------------------------------------------------------------------


def test_each_of_several_models_is_judged_by_itself() -> None:
    found = asked(
        "nova-3", listed(NOVA_3), *both("model=nova-3", 200, 101), *both("model=nova-2"), models=("nova-3", "nova-2")
    )
    says = [one.says for one in matches(found, "model_missing")]
    assert len(says) == 1
    assert says[0].startswith("The model nova-2 is not installed here")


def test_five_hundred_models_are_named_by_the_newest() -> None:
    many = [row(f"nova-2-x{number}") for number in range(500)]
    says = matches(asked("nova-9", listed(NOVA_3, NOVA_2, *many), *both("model=nova-9")), "model_missing")[0].says
    assert "Installed: nova-3-general, nova-2-general, " in says
    assert "and 490 more" in says


def test_what_was_heard_is_the_healthy_answer_of_these_tests() -> None:
    """The other tests lean on it: a transcription that `works`."""
    assert json.loads(HEARD)["results"]
