"""DG3007 and DG3015: the request is too large, or asks what is not accepted."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.catalogue import Confidence
from dgcheck.model.evidence import Ending, Exchange, Upgrade, Wire
from tests.rules.answers_built import NGINX, built, everywhere, page, pages, post, refusal, upgrade
from tests.rules.built import DG, findings, got, matches, roots

TOO_LARGE: dict[str, Any] = {"body": page("413 Request Entity Too Large"), "headers": NGINX}
BAD_QUERY = refusal("Invalid query string.")
NO_MODEL = refusal("Bad Request: No such model/language/tier combination found.")


def smaller(size: int, status: int = 200, **fields: Any) -> Exchange:
    """A try with a smaller body."""
    return post(status, size=size, purpose="small_body", **fields)


def asked(query: str, status: int, **fields: Any) -> Upgrade:
    """The upgrade with these parameters, or (with a purpose) a smaller one."""
    return upgrade(status, query=query, **fields)


def halved(query: str, status: int = 101, **fields: Any) -> Upgrade:
    """One try of the halving."""
    return asked(query, status, purpose="halve", **fields)


def test_limit_lies_between_what_was_taken_and_what_was_not() -> None:
    tries = [smaller(200), smaller(1500), smaller(4200, 413, **TOO_LARGE)]
    found = built(*pages(), post(413, **TOO_LARGE), upgrade(), *tries)
    assert roots(found) == ["http_body_too_large"]
    assert "between 1500 and 4200 bytes" in findings(found)["http_body_too_large"].says


def test_413_alone_is_certain_too() -> None:
    one = matches(built(*pages(), post(413, **TOO_LARGE), upgrade()), "http_body_too_large")[0]
    assert one.confidence is Confidence.CERTAIN
    assert "with 12000 bytes" in one.says


def test_upload_that_is_cut_where_a_small_one_passes_is_likely() -> None:
    cut = post(None, ending=Ending.RESET, reached="first_byte")
    found = built(*pages(), cut, upgrade(), smaller(200))
    assert roots(found) == ["http_body_too_large"]
    assert findings(found)["http_body_too_large"].confidence is Confidence.LIKELY


def test_502_to_large_bodies_alone_is_a_limit_that_is_called_otherwise() -> None:
    """Caddy 2.6 does so."""
    gave_up: dict[str, Any] = {"headers": (("server", "Caddy"),), "body": ""}
    found = built(*pages(), post(502, **gave_up), upgrade(), smaller(200), smaller(1500, 502, **gave_up))
    assert roots(found) == ["http_body_too_large"]


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([post(None, ending=Ending.RESET, reached="first_byte"), upgrade()], id="cut, and no try"),
        pytest.param(
            [post(None, ending=Ending.RESET, reached="first_byte"), upgrade(), smaller(200, 400, body="no audio")],
            id="cut, and the small one was refused for its audio",
        ),
        pytest.param([post(502, body="", headers=NGINX), upgrade(), smaller(200)], id="502 once: it may have passed"),
        pytest.param(
            [post(502, **BAD_QUERY), upgrade(), smaller(200), smaller(900, 502, **BAD_QUERY)], id="the deployment's"
        ),
        pytest.param([post(), upgrade()], id="healthy"),
    ],
)
def test_near_misses_are_not_too_large(evidence: list[Wire]) -> None:
    assert matches(built(*pages(), *evidence), "http_body_too_large") == []


@pytest.mark.parametrize(
    ("query", "words", "tries", "said"),
    [
        pytest.param(
            "&endpointing=300ms",
            BAD_QUERY,
            [""],
            "Without endpointing=300ms the same request is accepted. What was meant is probably endpointing=300.",
            id="a unit",
        ),
        pytest.param(
            "&keywords=dog:2",
            refusal("Keywords are not supported for Nova-3. Please use `keyterm` instead.", "INVALID_QUERY_PARAMETER"),
            [""],
            "What was meant is probably keyterm=dog.",
            id="keywords with Nova-3",
        ),
        pytest.param("&punctuate=yes", BAD_QUERY, [""], "probably punctuate=true.", id="a switch"),
        pytest.param("&a=1&b=2&utt_split=x", BAD_QUERY, ["&a=1&b=2"], "Without utt_split=x", id="one of several"),
    ],
)
def test_parameter_that_decides_is_proved_and_the_right_one_offered(
    query: str, words: dict[str, Any], tries: list[str], said: str
) -> None:
    found = built(*pages(), post(), asked(query, 400, **words), *[halved(one) for one in tries])
    assert roots(found) == ["bad_parameter"]
    assert said in findings(found)["bad_parameter"].says
    assert findings(found)["bad_parameter"].confidence is Confidence.CERTAIN


def test_several_that_are_left_are_all_named() -> None:
    found = built(*pages(), post(), asked("&a=1&b=2", 400, **BAD_QUERY), halved("&c=1"))
    says = matches(found, "bad_parameter")[0].says
    assert "one of a=1 or b=2" in says


def test_parameter_that_the_server_names_needs_no_try() -> None:
    words = refusal("`diarize` is not supported for this model.", "INVALID_QUERY_PARAMETER")
    one = matches(
        built(post(400, query="&diarize=true", **words), upgrade(400, query="&diarize=true", **words)), "bad_parameter"
    )[0]
    assert "It is diarize=true." in one.says
    assert set(one.checks) == {"rest", "ws.upgrade"}


def test_400_to_the_post_without_a_reason_is_possible_at_most() -> None:
    one = matches(built(*pages(), post(400, body="", headers=DG), upgrade()), "bad_parameter")[0]
    assert one.confidence is Confidence.POSSIBLE
    assert "model=nova-3" in one.says


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([post(400, **NO_MODEL), upgrade(400, **NO_MODEL)], id="the words name the model"),
        pytest.param([*pages(), post(), upgrade(400)], id="a bare 400 to the upgrade alone"),
        pytest.param(everywhere(400, page("400 Bad Request")), id="400 for every path"),
        pytest.param(
            [post(400, **refusal("failed to process audio: corrupt or unsupported data")), upgrade()], id="the audio"
        ),
        pytest.param([post(), upgrade()], id="healthy"),
    ],
)
def test_near_misses_are_not_bad_parameters(evidence: list[Wire]) -> None:
    assert matches(built(*evidence), "bad_parameter") == []


def test_refused_upgrade_stands_beneath_its_parameter() -> None:
    found = built(*pages(), post(), asked("&endpointing=300ms", 400, **BAD_QUERY), halved(""))
    assert [one.cause for one in findings(found).values() if one.root] == ["bad_parameter"]


def test_tries_that_contradict_each_other_decide_nothing() -> None:
    refused = halved("", 400, **BAD_QUERY)
    taken = halved("&a=1&b=2")
    one = matches(built(*pages(), post(), asked("&a=1&b=2", 400, **BAD_QUERY), refused, taken), "bad_parameter")[0]
    assert "Without" not in one.says


def test_listing_is_no_part_of_it() -> None:
    assert matches(built(got("GET /v1/models", 400, "no"), post(), upgrade()), "bad_parameter") == []
