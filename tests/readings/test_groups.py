"""Questions that were answered alike, and the selections beneath them."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.evidence import Ending, Wire
from dgcheck.model.record import replace
from dgcheck.readings.answers import deployment_answers, listens, rest, upgrade, works
from dgcheck.readings.answers import refused_in_experiments as refused
from dgcheck.readings.forwarding import asks_to_upgrade, envoy_refuses_upgrade, not_forwarded, worth_comparing
from dgcheck.readings.groups import group, listing_alone, mended_by_key, repeats_alone
from dgcheck.readings.halved import halved, worth_halving
from dgcheck.readings.size import by_size, sizes
from tests.rules import answers_built as made
from tests.rules.answers_built import ENVOY, NGINX, built, pages, plain_get, post, refusal
from tests.rules.built import DG, got


def test_requests_for_speech_decide() -> None:
    kept = got("GET /v1/models", 404, headers=NGINX)
    assert group(built(kept, post(), made.upgrade()), (404,)) is None
    found = group(built(kept, post(404, body="", headers=NGINX), made.upgrade()), (404,))
    assert found is not None
    assert found.checks == ("rest", "models")
    assert [type(one).__name__ for one in found.fine] == ["Upgrade"]


def test_information_pages_alone_count_where_nobody_asked_for_speech() -> None:
    alone = built(got("GET /v1/status", 502, headers=NGINX))
    assert group(alone, (502,)) is not None
    assert group(alone, (502,), asides_alone=False) is None


def test_subprotocol_counts_for_what_says_nothing_of_it() -> None:
    busy, disliked = (made.upgrade(status, offered=("token",)) for status in (429, 403))
    assert group(built(post(), made.upgrade(), busy), (429,)) is not None
    assert group(built(post(), made.upgrade(), disliked), (403,)) is None


def test_repeats_and_listing_alone() -> None:
    fine = [post(), made.upgrade()]
    assert repeats_alone(built(*fine, post(429, body="", check="replicas")), (429,)) is not None
    assert repeats_alone(built(post(429, body=""), post(429, body="", check="replicas")), (429,)) is None
    assert listing_alone(built(got("GET /v1/models", 500), *fine), (500,)) is not None
    assert listing_alone(built(got("GET /v1/models", 500), post(500, body="")), (500,)) is None


def test_key_that_opens() -> None:
    shut = got("POST /v1/listen?model=nova-3", 401, purpose="without_key")
    assert mended_by_key(built(shut, post(with_key=True))) is not None
    assert mended_by_key(built(shut, post(401, body="", with_key=True))) is None
    assert mended_by_key(built(post())) is None


def test_first_failure_is_the_one_to_speak_of() -> None:
    good, bad = post(), post(500, body="")
    found = built(good, bad, made.upgrade(), made.upgrade(400))
    assert (rest(found), upgrade(found)) == (found.evidence[3], found.evidence[5])
    assert [works(one) for one in listens(found)] == [True, False, True, False]


@pytest.mark.parametrize(
    ("evidence", "heard"),
    [
        pytest.param([post()], True, id="a transcription"),
        pytest.param([post(400, **refusal("no"))], True, id="a refusal in its own words"),
        pytest.param(pages(), True, id="its pages"),
        pytest.param([post(502, body="", headers=NGINX)], False, id="a proxy's words"),
        pytest.param([post(body="<html></html>")], False, id="a page"),
    ],
)
def test_deployment_is_heard(evidence: list[Wire], heard: bool) -> None:
    assert deployment_answers(built(*evidence)) is heard


def test_refusals_of_experiments_are_counted() -> None:
    tries = [post(400, body="", purpose="halve"), post(purpose="halve"), made.upgrade(401, purpose="without_key")]
    assert refused(built(post(400, body=""), *tries)) == 1


@pytest.mark.parametrize(
    ("status", "body", "asks"),
    [
        (426, "", True),
        (400, "Upgrade Required", True),
        (400, "Connection header did not include 'upgrade'", True),
        (400, "No WebSocket UPGRADE hdr: None", True),
        (400, "Invalid query string.", False),
        (200, "upgrade required", False),
        (500, "missing upgrade header", False),
    ],
)
def test_words_of_servers_that_saw_no_upgrade(status: int, body: str, asks: bool) -> None:
    assert asks_to_upgrade(made.upgrade(status, body=body)) is asks


@pytest.mark.parametrize(
    ("headers", "body", "envoys"),
    [(ENVOY, "", True), (ENVOY, "RBAC", False), (NGINX, "", False), ((*ENVOY, *DG), "", False)],
)
def test_envoys_refusal_is_empty_and_signed(headers: tuple[tuple[str, str], ...], body: str, envoys: bool) -> None:
    assert envoy_refuses_upgrade(made.upgrade(403, headers=headers, body=body)) is envoys
    assert not envoy_refuses_upgrade(got("GET /v1/status", 403, headers=headers, body=body))


def test_comparison_is_worth_it_only_for_refusals_without_a_reason() -> None:
    assert worth_comparing(built(post(), made.upgrade(404)))
    assert not worth_comparing(built(post(), made.upgrade(400, **refusal("Invalid query string."))))
    assert not worth_comparing(built(post(502, body="", headers=NGINX), made.upgrade(502)))
    assert not worth_comparing(built(post(), made.upgrade()))
    lost = not_forwarded(built(post(), made.upgrade(404, headers=DG), plain_get(404, headers=DG)))
    assert lost is not None
    assert (lost.how, lost.reached) == ("same_as_get", True)


def test_sizes_of_what_was_taken_and_what_was_not() -> None:
    small, middle = post(size=200, purpose="small_body"), post(413, size=900, body="", purpose="small_body")
    found = sizes(built(post(413, body=""), small, middle))
    assert found is not None
    assert (found.taken, found.refused, found.well) == (200, 900, True)
    assert sizes(built(post())) is None


def test_size_is_proved_by_413_or_by_a_small_one_that_passes() -> None:
    cut = post(None, ending=Ending.RESET, reached="first_byte")
    small = post(size=200, purpose="small_body")
    assert by_size(built(post(413, body=""))) is not None
    assert by_size(built(cut)) is None
    assert by_size(built(cut, small)) is not None
    assert by_size(built(replace(cut, ending=Ending.TIMED_OUT), small)) is None


def test_a_proxy_that_fails_over_each_large_body_and_takes_small_ones_has_a_limit() -> None:
    caddy: dict[str, Any] = {"headers": (("server", "Caddy"),), "body": ""}
    first, small = post(502, **caddy), post(size=200, purpose="small_body")
    again = post(502, check="replicas", **caddy)
    assert by_size(built(first, small)) is None
    assert by_size(built(first, small, again)) is not None
    assert by_size(built(first, small, again, post(check="replicas"))) is None
    assert by_size(built(first, small, again, made.upgrade(502, check="replicas", **caddy))) is None
    assert by_size(built(first, small, post(502, size=900, check="replicas", **caddy))) is None


def test_halving_reads_its_tries_from_the_evidence() -> None:
    bad = refusal("Invalid query string.")
    found = halved(built(post(), made.upgrade(400, query="&a=1", **bad), made.upgrade(purpose="halve")))
    assert found is not None
    assert found.decision is not None
    assert (found.decision.names, found.value("a"), worth_halving(found)) == (("a",), "1", True)
    assert halved(built(post(), made.upgrade(400, **refusal("No such model")))) is None
    assert halved(built(post(), made.upgrade())) is None
