"""Pieces of sentences."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import Phase, Response
from dgcheck.readings.telling import after, listed, path_of, questions, quoted, seconds, signer, waited_for, writer
from tests.rules.answers_built import page, post, upgrade
from tests.rules.built import DG, got


@pytest.mark.parametrize(
    ("headers", "body", "who"),
    [
        ((("server", "nginx/1.24.0"),), "", "nginx"),
        ((("server", "awselb/2.0"),), "", "an AWS load balancer"),
        (DG, "", "Deepgram's own API"),
        ((("server", "acme/9"),), "", "a server that calls itself “acme/9”"),
        ((), "", "something that does not name itself"),
    ],
)
def test_writer_of_an_answer(headers: tuple[tuple[str, str], ...], body: str, who: str) -> None:
    assert writer(Response(status=502, headers=headers, body=body)) == who


def test_proxy_that_only_signed_is_told_apart() -> None:
    assert signer(Response(status=404, headers=(*DG, ("server", "nginx")))) == " through nginx"
    assert signer(Response(status=404, headers=(("server", "nginx"),))) == ""


@pytest.mark.parametrize(
    ("status", "reason", "body", "words"),
    [
        pytest.param(502, "Bad Gateway", page("502 Bad Gateway"), "", id="a page that repeats the status"),
        pytest.param(403, "Forbidden", "Forbidden", "", id="a word that repeats it"),
        pytest.param(403, "Forbidden", "RBAC: access denied", ": “RBAC: access denied”", id="words"),
        pytest.param(403, "Forbidden", "<html><title>Blocked</title>", ": a page titled “Blocked”", id="a page"),
        pytest.param(400, "", '{"err_code":"x","err_msg":"No.","request_id":"r"}', ": “No”", id="no double full stop"),
        pytest.param(502, "", "", "", id="nothing"),
    ],
)
def test_quotation_says_what_the_status_does_not(status: int, reason: str, body: str, words: str) -> None:
    assert quoted(Response(status=status, reason=reason, body=body)) == words


def test_many_questions_are_counted() -> None:
    asked = [post(), upgrade(), got("GET /v1/status"), got("GET /v1/models"), got("GET /v1/status")]
    assert questions(asked) == "POST /v1/listen, GET /v1/status and 2 more questions"
    assert questions(asked[:2]) == "POST /v1/listen and the WebSocket upgrade of /v1/listen"


def test_path_of_a_question_to_a_forward_proxy() -> None:
    assert path_of(got("POST http://h:8080/x/v1/listen?model=m")) == "/x/v1/listen"


@pytest.mark.parametrize(("value", "words"), [(0.04, "40 ms"), (0.94, "940 ms"), (0.96, "1.0 s"), (60.0, "60.0 s")])
def test_times_are_for_people(value: float, words: str) -> None:
    assert seconds(value) == words


def test_short_waits_are_not_told() -> None:
    quick = post(phases=(Phase("first_byte", 0.0, 0.05),))
    assert after(quick) == ""
    assert after(post(phases=(Phase("request", 0.0, 1.0), Phase("first_byte", 1.0, 1.0)))) == " after 2.0 s"


def test_patience_is_told_only_where_it_is_known() -> None:
    assert waited_for(post(None, phases=(Phase("request", 1.0, 0.1),), ended_at=9.0)) == 8.0
    assert waited_for(post(None)) is None


def test_lists_read_like_lists() -> None:
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
