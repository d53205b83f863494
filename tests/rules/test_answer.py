"""DG3013 and DG3014: an answer that is no answer, and an answer that does not come."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Ending, Exchange, Phase, Wire
from dgcheck.model.record import replace
from tests.rules.answers_built import JSON, NGINX, built, everywhere, pages, post, upgrade
from tests.rules.built import DG, HEARD, findings, got, matches, roots

SENT = (Phase("request", 1.0, 0.01),)


def cut_off(ending: Ending, received: int, promised: str = "829", **fields: Any) -> Exchange:
    """A POST whose answer ended before its end."""
    seen = post(body=HEARD[:received], headers=(*DG, ("Content-Length", promised)), ending=ending, **fields)
    assert seen.response is not None
    return replace(seen, response=replace(seen.response, complete=False, body_bytes=received))


def unanswered(ending: Ending, reached: str, **fields: Any) -> Exchange:
    """A POST without an answer."""
    return post(None, ending=ending, reached=reached, phases=SENT, ended_at=21.0, **fields)


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        pytest.param(cut_off(Ending.CLOSED, 20), "after 20 of 829 bytes", id="truncated"),
        pytest.param(cut_off(Ending.RESET, 20, ""), "after 20 bytes of its body (reset)", id="reset, no length"),
        pytest.param(
            post(ending=Ending.BROKEN, problem="illegal chunk header: bytearray(b'ZZZ')"),
            "chunk header: “ZZZ”",
            id="chunks",
        ),
        pytest.param(
            post(ending=Ending.TOO_MUCH, problem="more than 8388608 bytes"), "more than 8388608", id="endless"
        ),
        pytest.param(post(None, ending=Ending.BROKEN, raw="HTTP/1.1 abc"), "broke the rules", id="bad status line"),
        pytest.param(post(None, ending=Ending.BROKEN, raw="hello"), "is no HTTP", id="no HTTP at all"),
        pytest.param(
            post(None, ending=Ending.RESET, reached="head", raw="HTTP/1.1 2", bytes_in=10),
            "within its head",
            id="half a head",
        ),
        pytest.param(post(body="<html>Welcome</html>"), "is a page", id="a page"),
        pytest.param(post(body="", headers=DG), "empty body", id="nothing"),
        pytest.param(post(body=HEARD[:-30], headers=JSON), "broken JSON", id="broken JSON"),
        pytest.param(post(body='{"hello":1}', headers=JSON), "no transcription", id="other JSON"),
        pytest.param(post(body="OK"), "is no JSON", id="text"),
        pytest.param(post(204, body=""), "204 and no transcription", id="204"),
        pytest.param(post(418, body="short and stout"), "“short and stout”", id="a status that the API does not give"),
        pytest.param(post(599, body="", headers=NGINX), "answered 599", id="a number of no standard"),
        pytest.param(post(304, body="", headers=NGINX), "answered 304", id="not modified, in answer to a POST"),
    ],
)
def test_what_was_wrong_with_the_answer_is_told(seen: Exchange, said: str) -> None:
    found = built(*pages(), seen, upgrade())
    assert roots(found) == ["http_bad_response"]
    assert said in findings(found)["http_bad_response"].says


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([*pages(), post(), upgrade()], id="healthy"),
        pytest.param([post(body=HEARD[:-2] + " " * 5000 + "}}", headers=JSON), upgrade()], id="a long transcription"),
        pytest.param(
            [post(body=HEARD[:-1] + "," + '"x":"' + "a" * 5000, headers=JSON), upgrade()], id="only its beginning"
        ),
        pytest.param([*pages(), post(400, body="<html>bad</html>"), upgrade()], id="a refusal is no broken answer"),
        pytest.param(everywhere(200, "<html>Welcome</html>"), id="one page for everybody is another service"),
        pytest.param(
            [post(None, ending=Ending.BROKEN, raw="220 ready"), upgrade(None)], id="a port that speaks no HTTP"
        ),
    ],
)
def test_near_misses_are_not_bad_responses(evidence: list[Wire]) -> None:
    assert matches(built(*evidence), "http_bad_response") == []


def test_a_page_without_a_head_is_a_broken_answer_and_no_other_protocol() -> None:
    page = "<html><body>It works</body></html>"
    found = built(post(None, ending=Ending.BROKEN, raw=page), upgrade(None, ending=Ending.BROKEN, raw=page))
    assert roots(found) == ["http_bad_response"]
    assert "a page without a status line" in findings(found)["http_bad_response"].says


@pytest.mark.parametrize(
    ("ending", "cause", "word"),
    [(Ending.CLOSED, "tcp_closed_early", "closed"), (Ending.RESET, "tcp_reset", "reset")],
    ids=["FIN", "RST"],
)
def test_post_that_is_dropped_alone_is_likely(ending: Ending, cause: str, word: str) -> None:
    found = built(*pages(), unanswered(ending, "first_byte"), upgrade())
    assert roots(found) == [cause]
    one = findings(found)[cause]
    assert one.confidence is Confidence.LIKELY
    assert f"The connection was {word} before any answer to POST /v1/listen came" in one.says
    assert "Meanwhile the WebSocket upgrade of /v1/listen worked." in one.says
    assert "a rule of a proxy or firewall" in " ".join(remedy.do for remedy in one.remedies)


def test_an_upgrade_that_is_dropped_like_the_post_is_the_same_fault() -> None:
    dropped = upgrade(None, ending=Ending.CLOSED, reached="first_byte")
    found = built(*pages(), unanswered(Ending.CLOSED, "first_byte"), dropped)
    assert roots(found) == ["tcp_closed_early"]
    assert "POST /v1/listen and the WebSocket upgrade of /v1/listen" in findings(found)["tcp_closed_early"].says
    assert findings(found)["ws_upgrade_rejected"].caused_by == "DG2006"


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(
            [unanswered(Ending.CLOSED, "first_byte"), post(size=200, purpose="small_body")], id="a small body passes"
        ),
        pytest.param([cut_off(Ending.CLOSED, 20)], id="an answer that begins"),
        pytest.param([post()], id="an answer"),
    ],
)
def test_what_is_no_dropped_post(evidence: list[Wire]) -> None:
    found = built(*pages(), upgrade(), *evidence)
    assert matches(found, "tcp_closed_early") == matches(found, "tcp_reset") == []


@pytest.mark.parametrize(
    ("path", "reached", "named"),
    [
        pytest.param("/v1/models", "first_byte", True, id="silence"),
        pytest.param("/v1/status", "transfer", True, id="half an answer"),
        pytest.param("/v1/certificates", "first_byte", False, id="what not every release offers"),
    ],
)
def test_page_that_stalls_while_speech_is_served_is_a_warning(path: str, reached: str, named: bool) -> None:
    check = "models" if path == "/v1/models" else "status"
    late = got(f"GET {path}", None, check=check, ending=Ending.TIMED_OUT, reached=reached)
    found = matches(built(late, post(), upgrade()), "http_stalled")
    assert [one.severity for one in found] == [Severity.WARNING] * named
    assert all(f"GET {path}" in one.says and "worked." in one.says for one in found)


def test_page_that_stalls_while_speech_is_refused_adds_nothing() -> None:
    late = got("GET /v1/models", None, check="models", ending=Ending.TIMED_OUT, reached="first_byte")
    assert matches(built(late, post(401), upgrade(401)), "http_stalled") == []


def test_post_that_is_dropped_for_its_size_is_no_reset() -> None:
    small = post(purpose="small_body", size=200)
    found = built(*pages(), unanswered(Ending.RESET, "request"), upgrade(), small)
    assert matches(found, "tcp_reset") == []
    assert roots(found) == ["http_body_too_large"]


def test_stall_of_large_packets_is_why_no_audio_came() -> None:
    """A black hole for full packets swallows the POST and the stream alike: one fault."""
    from dgcheck.rules.answer import FAMILY

    assert "audio_not_received" in next(one for one in FAMILY if one.cause == "http_stalled").explains


@pytest.mark.parametrize(
    ("reached", "said"),
    [
        pytest.param("request", "took no more of its 12000 bytes", id="upload"),
        pytest.param(
            "first_byte", "sent with all its 12000 bytes, and not one byte of an answer came within 20.0 s", id="answer"
        ),
        pytest.param("transfer", "began and stopped", id="body"),
    ],
)
def test_phase_that_stalled_is_told(reached: str, said: str) -> None:
    found = built(*pages(), unanswered(Ending.TIMED_OUT, reached), upgrade())
    assert roots(found) == ["http_stalled"]
    assert said in findings(found)["http_stalled"].says


def test_small_body_that_passes_points_at_lost_packets() -> None:
    small = post(purpose="small_body", size=200)
    found = built(*pages(), unanswered(Ending.TIMED_OUT, "request"), upgrade(), small)
    assert "MTU" in matches(found, "http_stalled")[0].says
    assert roots(found) == ["http_stalled"]


def test_small_body_that_is_refused_proves_nothing() -> None:
    small = post(400, purpose="small_body", size=200, body="no audio")
    found = built(*pages(), unanswered(Ending.TIMED_OUT, "first_byte"), upgrade(), small)
    assert "MTU" not in matches(found, "http_stalled")[0].says


def test_408_is_an_upload_that_did_not_come() -> None:
    assert (
        "answered 408" in matches(built(*pages(), post(408, body="", headers=NGINX), upgrade()), "http_stalled")[0].says
    )


def test_stalled_upgrade_alone_is_told() -> None:
    late = upgrade(None, ending=Ending.TIMED_OUT, reached="first_byte", phases=SENT, ended_at=11.0)
    one = matches(built(*pages(), post(), late), "http_stalled")[0]
    assert one.checks == ("ws.upgrade",)
    assert "within 10.0 s" in one.says


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(unanswered(Ending.CUT_SHORT, "first_byte"), id="the run's own end"),
        pytest.param(unanswered(Ending.TIMED_OUT, "connect"), id="no connection"),
        pytest.param(unanswered(Ending.TIMED_OUT, "handshake"), id="TLS"),
    ],
)
def test_near_misses_are_not_stalled(seen: Exchange) -> None:
    assert matches(built(*pages(), seen, upgrade()), "http_stalled") == []


@pytest.mark.parametrize("status", [202, 206])
def test_an_odd_success_for_everybody_is_told_by_the_post(status: int) -> None:
    found = built(*everywhere(status, "<html>Accepted</html>"))
    assert roots(found) == ["http_bad_response"]
    assert f"came with {status} and no transcription" in findings(found)["http_bad_response"].says


def test_a_query_that_is_too_long_whatever_is_left_out_is_told() -> None:
    found = built(*pages(), post(414, body="", headers=NGINX), upgrade(414, headers=NGINX))
    assert roots(found) == ["http_bad_response"]
    assert "answered 414" in findings(found)["http_bad_response"].says


def test_a_post_alone_that_is_too_long_is_a_matter_of_its_parameters() -> None:
    assert roots(built(*pages(), post(414, body="", headers=NGINX), upgrade())) == ["bad_parameter"]
