"""DG5003, DG5004, DG5006, DG5020: models that are there and do not fit the request."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.catalogue import Confidence
from dgcheck.model.evidence import Seen
from tests.rules.built import DG, findings, got, matches, roots, upgraded
from tests.rules.models_built import NOVA_3, asked, both, listed, posted, row, streamed

BATCH = row("nova-3-general", streaming=False)
STREAM = row("nova-3-general", batch=False)
FORMATTED = row("nova-2-general", formatted_output=True)
PLAIN = row("nova-2-general", formatted_output=False)


@pytest.mark.parametrize(
    ("evidence", "cause", "confidence"),
    [
        pytest.param(
            [listed(BATCH), *both("model=nova-3", 200, 400)], "model_not_streaming", Confidence.CERTAIN, id="flags"
        ),
        pytest.param(
            [listed(BATCH), posted("model=nova-3"), upgraded("GET /v1/listen?model=nova-3", 405, "", DG)],
            "model_not_streaming",
            Confidence.LIKELY,
            id="a bare 405 that the listing explains",
        ),
        pytest.param(both("model=nova-3", 200, 400), "model_not_streaming", Confidence.LIKELY, id="no listing"),
        pytest.param(
            [listed(row("nova-3-general", streaming=...)), *both("model=nova-3", 200, 400)],
            "model_not_streaming",
            Confidence.LIKELY,
            id="a listing that does not say",
        ),
        pytest.param(
            [listed(STREAM), *both("model=nova-3", 400, 101)], "model_not_batch", Confidence.CERTAIN, id="mirrored"
        ),
        pytest.param(both("model=nova-3", 400, 101), "model_not_batch", Confidence.LIKELY, id="mirrored, no listing"),
        pytest.param(
            [listed(BATCH), streamed("model=nova-3", 400)],
            "model_not_streaming",
            Confidence.CERTAIN,
            id="no POST asked",
        ),
        pytest.param(
            [
                streamed("model=nova-3", 400),
                posted("model=nova-3", 200, purpose="other_way", check="models"),
            ],
            "model_not_streaming",
            Confidence.LIKELY,
            id="the POST was asked afterwards",
        ),
    ],
)
def test_ways(evidence: list[Seen], cause: str, confidence: Confidence) -> None:
    found = asked("nova-3", *evidence)
    assert roots(found) == [cause]
    assert findings(found)[cause].confidence is confidence


def test_a_batch_only_model_is_told_with_both_answers() -> None:
    one = matches(asked("nova-3", listed(BATCH), *both("model=nova-3", 200, 400)), "model_not_streaming")[0]
    assert one.says == (
        "The model nova-3 serves here for pre-recorded audio only (batch): the WebSocket upgrade of /v1/listen got "
        "400 Bad Request: “Bad Request: No such model/language/tier combination found”, while POST /v1/listen got 200. "
        "The listing says streaming: false."
    )


def test_a_model_that_streams_is_named_instead() -> None:
    found = findings(asked("nova-3", listed(BATCH, row("nova-2-general")), *both("model=nova-3", 200, 400)))
    assert found["model_not_streaming"].remedies[0].command == "dgcheck run http://10.0.0.7:8080 --model nova-2-general"


def test_two_files_of_one_name_serve_both_ways() -> None:
    assert findings(asked("nova-3", listed(BATCH, STREAM), *both("model=nova-3", 200, 101))) == {}


def test_a_chosen_model_without_streaming_is_told_without_blame() -> None:
    found = asked("nova-3-general", listed(BATCH), posted("model=nova-3-general"), chosen=True)
    one = matches(found, "model_not_streaming")[0]
    assert "dgcheck took nova-3-general from the listing" in one.says


@pytest.mark.parametrize(
    ("mode", "told"), [("rest", []), ("streaming", ["model_not_streaming"]), ("both", ["model_not_streaming"])]
)
def test_a_model_that_need_not_stream_is_not_blamed(mode: str, told: list[str]) -> None:
    found = asked("nova-3", listed(BATCH), posted("model=nova-3"), modes={"nova-3": mode})
    assert roots(found) == told


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([posted("model=nova-3"), upgraded("GET /v1/listen?model=nova-3", 405, "", DG)], id="a bare 405"),
        pytest.param([posted("model=nova-3"), upgraded("GET /v1/listen?model=nova-3", 400)], id="a bare 400"),
        pytest.param([listed(NOVA_3), *both("model=nova-3", 200, 101)], id="well"),
        pytest.param([listed(NOVA_3), *both("model=nova-3")], id="refused both ways"),
        pytest.param([listed(NOVA_3), *both("model=nova-3", 200, 400)], id="a listing that says otherwise"),
        pytest.param([listed(BATCH), *both("model=nova-3", 200, 101)], id="served all the same"),
    ],
)
def test_what_is_no_fault_of_the_way(evidence: list[Seen]) -> None:
    found = asked("nova-3", *evidence)
    assert matches(found, "model_not_streaming") == []
    assert matches(found, "model_not_batch") == []


# --- formatting ------------------------------------------------------------------------------------------------------

ASKED = "model=nova-2&smart_format=true"


def without(status: int) -> Any:
    return posted("model=nova-2", status, purpose="without_smart_format", check="models")


@pytest.mark.parametrize(
    ("evidence", "cause", "confidence"),
    [
        pytest.param([listed(PLAIN), *both(ASKED)], "model_format", Confidence.LIKELY, id="not formatted"),
        pytest.param([listed(PLAIN), *both(ASKED), without(200)], "model_format", Confidence.CERTAIN, id="and proved"),
        pytest.param([listed(FORMATTED), *both(ASKED)], "formatting_conflict", Confidence.POSSIBLE, id="formatted"),
        pytest.param(
            [listed(FORMATTED), *both(ASKED), without(200)], "formatting_conflict", Confidence.LIKELY, id="and tried"
        ),
    ],
)
def test_smart_format(evidence: list[Seen], cause: str, confidence: Confidence) -> None:
    found = findings(asked("nova-2", *evidence))
    assert list(found) == [cause]
    assert found[cause].confidence is confidence


def test_without_a_listing_both_formattings_are_possible() -> None:
    found = findings(asked("nova-2", *both(ASKED), without(200)))
    assert set(found) == {"model_format", "formatting_conflict"}
    assert {one.confidence for one in found.values()} == {Confidence.POSSIBLE}
    assert "without smart_format POST /v1/listen got 200" in found["model_format"].says
    assert "It may as well be" in found["model_format"].says


def test_smart_format_left_out_in_vain_is_acquitted() -> None:
    found = asked("nova-2", *both(ASKED), without(400))
    assert list(findings(found)) == ["model_missing"]


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([listed(PLAIN), *both(ASKED, 200, 101)], id="accepted: Nova-3 files never are formatted"),
        pytest.param([listed(PLAIN), *both("model=nova-2")], id="not asked for"),
        pytest.param([listed(PLAIN), *both("model=nova-2&smart_format=false")], id="switched off"),
        pytest.param([listed(NOVA_3), *both(ASKED)], id="the model is missing"),
        pytest.param([listed(PLAIN), got("POST /v1/listen?" + ASKED, 400)], id="a bare 400"),
    ],
)
def test_what_is_no_formatting_fault(evidence: list[Seen]) -> None:
    found = asked("nova-2", *evidence)
    assert matches(found, "model_format") == []
    assert matches(found, "formatting_conflict") == []
