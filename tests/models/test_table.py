"""From a run's evidence to rows, addresses, and what requests have shown."""

from __future__ import annotations

import pytest

from dgcheck.model.record import replace
from dgcheck.models.table import Table, table
from dgcheck.sim.models import flux, flux_voice, speech
from tests.models.built import MEDICAL, NOVA_2, NOVA_3, VOICE, A, B, C, listed, posted, refused, report, upgraded

NO_MODEL = '{"err_code":"Bad Request","err_msg":"Bad Request: No such model/language/tier combination found."}'


def _differing(found: Table) -> list[str]:
    return [one.address for one in found.places if one.differs]


def test_rows_are_sorted_newest_and_general_first() -> None:
    found = table(report(listed([NOVA_2, VOICE, MEDICAL, NOVA_3])))
    assert [row.name for row in found.rows] == [
        "nova-3-general",
        "nova-3-medical",
        "nova-2-general",
        "aura-2-thalia-en",
    ]


def test_without_a_listing_there_is_no_row_and_the_reason_stands() -> None:
    found = table(report(listed([], status=404)))
    assert (found.rows, found.shape) == ((), "")
    assert found.places[0].says == "GET /v1/models got 404"


def test_addresses_that_list_the_same_do_not_differ_whatever_the_order_and_the_ids() -> None:
    other = [replace(one, uuid=f"other-{one.uuid}") for one in (NOVA_2, NOVA_3)]
    found = table(report(listed([NOVA_3, NOVA_2], A), listed(other, B)))
    assert _differing(found) == []
    assert all(row.everywhere and row.addresses == (A, B) for row in found.rows)


def test_the_address_that_differs_from_the_most_is_marked() -> None:
    found = table(report(listed([NOVA_3, NOVA_2], A), listed([NOVA_3], B), listed([NOVA_3, NOVA_2], C)))
    assert _differing(found) == [B]
    assert found.places[1].lacks == ("nova-2-general",)
    assert [row.name for row in found.rows if not row.everywhere] == ["nova-2-general"]


def test_where_there_is_no_majority_each_is_marked() -> None:
    found = table(report(listed([NOVA_3], A), listed([NOVA_2], B)))
    assert _differing(found) == [A, B]


def test_another_version_of_a_model_is_a_difference_too() -> None:
    newer = speech("nova-3-general", ("en", "en-US", "es"), version="2026-01-01.1")
    found = table(report(listed([NOVA_3], A), listed([newer], B), listed([NOVA_3], C)))
    assert _differing(found) == [B]
    assert found.places[1].lacks == ("nova-3-general (as the others list it)",)


def test_an_address_without_an_answer_is_no_difference_but_is_told() -> None:
    found = table(report(refused(C), listed([NOVA_3], A), listed([], B, status=503)))
    assert [(one.address, one.listed) for one in found.places] == [(A, True), (B, False), (C, False)]
    assert [one.says for one in found.places[1:]] == ["GET /v1/models got 503", "no connection: refused"]


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        pytest.param(200, "{}", "works", id="200"),
        pytest.param(400, NO_MODEL, "refused", id="no such model"),
        pytest.param(400, "", "refused", id="a bare 400"),
        pytest.param(400, '{"err_msg":"Invalid query string."}', "failed", id="another 400"),
        pytest.param(500, "", "failed", id="500"),
        pytest.param(503, "", "put_off", id="503"),
        pytest.param(404, "", "failed", id="404 for speech"),
        pytest.param(None, "", "failed", id="silence"),
    ],
)
def test_what_a_request_for_a_recording_has_shown(status: int | None, body: str, outcome: str) -> None:
    found = table(report(listed([NOVA_3]), posted("/v1/listen?model=nova-3-general", status, body)))
    assert found.rows[0].tried["batch"].outcome == outcome


def test_an_upgrade_proves_streaming_alone() -> None:
    found = table(report(listed([NOVA_3]), upgraded("/v1/listen?model=nova-3-general&interim_results=true", 101)))
    assert {way: one.outcome for way, one in found.rows[0].tried.items()} == {"streaming": "works"}
    assert (found.requests, found.untried) == (1, 1)


def test_a_voice_that_gets_404_is_not_served_and_so_are_the_others() -> None:
    other = replace(VOICE, canonical_name="aura-2-orpheus-en", uuid="x")
    found = table(report(listed([VOICE, other, flux()]), posted("/v1/speak?model=aura-2-orpheus-en", 404)))
    assert [row.tried["voice"].outcome for row in found.of("tts")] == ["not_served", "not_served"]
    assert found.of("flux")[0].tried == {}
    assert found.untried == 1


def test_a_flux_voice_is_served_elsewhere_than_a_voice_of_aura() -> None:
    found = table(report(listed([VOICE, flux_voice()]), posted("/v2/speak?model=flux-haley-en", 404)))
    tried = {row.name: {way: one.outcome for way, one in row.tried.items()} for row in found.of("tts")}
    assert tried == {"aura-2-thalia-en": {}, "flux-haley-en": {"voice": "not_served"}}


@pytest.mark.parametrize(
    ("status", "words"), [(429, "the deployment answered 429"), (503, "the deployment answered 503"), (200, "")]
)
def test_why_it_ended_early(status: int, words: str) -> None:
    found = table(report(listed([NOVA_3, NOVA_2]), posted("/v1/listen?model=nova-3-general", status)))
    assert found.stopped == words


def test_two_versions_of_one_model_are_proved_apart() -> None:
    old = speech("nova-3-general", ("en", "en-US", "es"), version="2024-01-01.1")
    found = table(
        report(
            listed([NOVA_3, old]),
            posted(f"/v1/listen?model=nova-3-general&version={NOVA_3.version}", 200),
            posted("/v1/listen?model=nova-3-general&version=2024-01-01.1", 400, NO_MODEL),
        )
    )
    assert [(row.model.version, row.tried["batch"].outcome) for row in found.rows] == [
        (NOVA_3.version, "works"),
        ("2024-01-01.1", "refused"),
    ]
