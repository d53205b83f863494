"""Each piece of evidence has one safe line."""

from __future__ import annotations

import pytest

from dgcheck.model.beside import Beside, Sample
from dgcheck.model.evidence import Ending, Response, Seen
from dgcheck.model.hops import Passage
from dgcheck.model.kinds import KINDS
from dgcheck.model.served import Served, Visit
from dgcheck.model.sound import Sound
from dgcheck.report.saw import line
from tests.report import canonical
from tests.report.hostile import harmful
from tests.rules.held_built import forgotten

PASSAGE = Passage(
    id="v2",
    check="via",
    ending=Ending.ANSWERED,
    name="ingress",
    url="https://dg.test",
    place=1,
    verdict="fail",
    code="DG4001",
    bad=("ws.upgrade",),
)
SERVED = Served(
    id="e18",
    check="rest.url",
    purpose="served",
    ending=Ending.ANSWERED,
    url="http://192.0.2.9:9000/x/clip.wav",
    file_bytes=12534,
    visits=(
        Visit(address="192.0.2.5", agent="a\x1b[2J", sent_bytes=4096),
        Visit(address="192.0.2.6", sent_bytes=12534, whole=True),
    ),
    strangers=2,
)
BESIDE = Beside(
    id="e19",
    check="license",
    ending=Ending.ANSWERED,
    which="engine_metrics",
    given="http://engine:9991",
    url="http://engine:9991/metrics",
    path="/metrics",
    response=Response(status=200, reason="OK"),
    samples=(Sample("engine_max_active_requests", 0.0),),
)
SOUND = Sound(
    id="e20",
    check="speak",
    ending=Ending.ANSWERED,
    heard_in="e9",
    voice="aura-2-thalia-en",
    form="WAV",
    encoding="linear16",
    rate=24000,
    size=48044,
    lasts=1.0,
    silent=True,
)
EVIDENCE = (SOUND, BESIDE, *canonical.evidence(), canonical.stream(), forgotten("silent", id="e17"), PASSAGE, SERVED)


def test_every_kind_of_evidence_is_in_the_canonical_reports() -> None:
    assert {type(seen) for seen in EVIDENCE} == set(KINDS.values())


@pytest.mark.parametrize("seen", EVIDENCE, ids=lambda seen: seen.id)
def test_a_line_begins_with_the_id_and_the_check(seen: Seen) -> None:
    shown = line(seen)
    assert shown.startswith(f"{seen.id}  {seen.check}")
    assert "\n" not in shown
    assert not harmful(shown)
    assert len(shown) < 700


@pytest.mark.parametrize(
    ("number", "words"),
    [
        pytest.param("e3", "e3  dns: dg.example.com → 192.0.2.5, 192.0.2.6, 3.4 ms", id="lookup"),
        pytest.param("e6", "e6  tcp: 192.0.2.6:443 → connection refused, ECONNREFUSED, 12 ms", id="dial"),
        pytest.param("e15", "e15  transport: 192.0.2.5:443 says nothing", id="banner"),
        pytest.param(
            "e16",
            'e16  ws.stream: 3 messages, 1 final, "the weather is fine", closed by server with 1000, 196 ms',
            id="stream",
        ),
    ],
)
def test_a_line_says_what_was_asked_and_what_came_back(number: str, words: str) -> None:
    assert line(next(seen for seen in EVIDENCE if seen.id == number)) == words


def test_a_file_that_was_served_says_who_came() -> None:
    assert line(SERVED) == (
        "e18  rest.url [served]: served http://192.0.2.9:9000/x/clip.wav: 192.0.2.5 took 4096 of 12534 bytes, "
        "192.0.2.6 took all of 12534 bytes, 2 other requests got 404"
    )


def test_an_address_of_several_says_what_became_of_it() -> None:
    assert line(PASSAGE) == "v2  via: address 2, ingress https://dg.test: fail (DG4001), fails: ws.upgrade"


def test_an_experiment_is_named() -> None:
    assert "ws.upgrade [without upgrade]: GET /v1/listen" in line(next(seen for seen in EVIDENCE if seen.id == "e14"))


def test_what_was_spoken_is_told_by_its_form_and_length() -> None:
    assert line(SOUND) == (
        "e20  speak: aura-2-thalia-en spoke in e9: 48044 bytes, WAV, linear16, 24000 Hz, 1.00 s, silent"
    )
