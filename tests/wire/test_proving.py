"""Which requests prove a listing, and that each is known again in the evidence."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import Listing, Model
from dgcheck.sim.models import flux, flux_voice, helper, speech, voice
from dgcheck.wire.proving import Proof, proof_of, proofs
from tests.models.built import posted, upgraded


def _ways(*models: Model) -> list[tuple[str, str, str, str]]:
    return [(one.name, one.way, one.language, one.version) for one in proofs(Listing(shape="flat", models=models))]


@pytest.mark.parametrize(
    ("model", "ways"),
    [
        (speech("nova-3-general"), ["batch", "streaming"]),
        (speech("nova-3-general", streaming=False), ["batch"]),
        (speech("nova-3-general", batch=None, streaming=None), ["batch", "streaming"]),
        (flux(), ["flux"]),
        (voice("aura-2-thalia-en"), ["voice"]),
        (flux_voice(), ["voice"]),
        (helper("diarizer"), []),
    ],
    ids=["both", "batch", "not said", "Flux", "voice", "Flux voice", "helper"],
)
def test_a_row_is_asked_in_the_ways_it_is_said_to_serve(model: Model, ways: list[str]) -> None:
    assert [way for _, way, _, _ in _ways(model)] == ways


def test_a_model_without_english_is_asked_for_a_language_that_it_has() -> None:
    assert _ways(speech("nova-2-general", ("ja",), streaming=False)) == [("nova-2-general", "batch", "ja", "")]


def test_versions_are_named_only_where_there_are_several_for_one_way() -> None:
    apart = (
        speech("nova-3-general", streaming=False, version="1"),
        speech("nova-3-general", batch=False, version="2"),
    )
    both = (speech("nova-3-general", version="1"), speech("nova-3-general", version="2"))
    assert {version for *_, version in _ways(*apart)} == {""}
    assert {version for *_, version in _ways(*both)} == {"1", "2"}


def test_the_same_request_is_made_once() -> None:
    twice = (speech("nova-3-general", ("en",)), speech("nova-3-general", ("en", "es")))
    assert len(_ways(*twice)) == 2


@pytest.mark.parametrize(
    ("seen", "proof"),
    [
        (posted("/v1/listen?model=nova-3&language=es", 200), Proof("nova-3", "batch", "es")),
        (upgraded("/v1/listen?model=nova-3&version=1&encoding=linear16", 101), Proof("nova-3", "streaming", "", "1")),
        (upgraded("/prefix/v2/listen?model=flux-general-en", 404), Proof("flux-general-en", "flux")),
        (posted("/v1/speak?model=aura-2-thalia-en", 404), Proof("aura-2-thalia-en", "voice")),
        (posted("/v2/speak?model=flux-haley-en", 200), Proof("flux-haley-en", "voice")),
        (posted("/v1/other?model=nova-3", 200), None),
        (upgraded("/v1/speak?model=x", 101), None),
    ],
    ids=["POST", "upgrade", "Flux", "voice", "Flux voice", "another path", "another way"],
)
def test_a_request_is_known_again(seen: object, proof: Proof | None) -> None:
    assert proof_of(seen) == proof  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("proof", "path"),
    [
        (Proof("nova-3", "batch"), "/v1/listen"),
        (Proof("flux-general-en", "flux"), "/v2/listen"),
        (Proof("aura-2-thalia-en", "voice"), "/v1/speak"),
        (Proof("flux-haley-en", "voice"), "/v2/speak"),
    ],
    ids=["speech", "Flux", "voice", "Flux voice"],
)
def test_where_it_is_asked(proof: Proof, path: str) -> None:
    assert proof.path == path
