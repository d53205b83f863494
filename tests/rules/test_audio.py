"""DG3016: audio that the deployment cannot decode."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import Seen
from tests.rules.answers_built import built, cut, good_streams, pages, post, refusal, stream, upgrade
from tests.rules.built import findings, matches, roots

UNDECODABLE = refusal("Bad Request: failed to process audio: corrupt or unsupported data")


def test_rest_refusal_quotes_the_server() -> None:
    found = built(*pages(), post(400, **UNDECODABLE), upgrade())
    assert roots(found) == ["audio_undecodable"]
    says = findings(found)["audio_undecodable"].says
    assert "“Bad Request: failed to process audio: corrupt or unsupported data”" in says
    assert "dgcheck's own clip is good audio" in says


@pytest.mark.parametrize(
    ("code", "reason"),
    [(1008, "DATA-0000: cannot be decoded as audio"), (1008, "see https://dpgr.am/data0000"), (1002, "DATA-0000")],
)
def test_close_of_a_stream_is_told_in_both_spellings(code: int, reason: str) -> None:
    closed = stream("at_once", close_code=code, close_reason=reason, closed_by="server")
    found = built(*pages(), post(), upgrade(), closed)
    assert roots(found) == ["audio_undecodable"]
    assert "a POST of the same speech is transcribed" in findings(found)["audio_undecodable"].says


def test_container_that_was_declared_as_raw_is_recognised() -> None:
    refused = post(400, query="&encoding=linear16&sample_rate=16000", **UNDECODABLE)
    found = built(*pages(), refused, upgrade(), post(purpose="without_encoding"), audio_file="a.wav")
    one = findings(found)["audio_undecodable"]
    assert "Without encoding=linear16 the same file is transcribed" in one.says
    assert one.remedies[0].do.startswith("Leave encoding=linear16 out")


def test_own_file_is_not_called_good_audio() -> None:
    found = built(*pages(), post(400, **UNDECODABLE), upgrade(), audio_file="a.raw")
    assert "own clip" not in matches(found, "audio_undecodable")[0].says


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([post(), upgrade(), *good_streams()], id="healthy"),
        pytest.param([post(400, **refusal("Invalid query string."))], id="another 400"),
        pytest.param(
            [post(), upgrade(), cut("at_once", 1.2, close_code=1008, closed_by="server")], id="1008 without a token"
        ),
    ],
)
def test_near_misses_are_not_undecodable(evidence: list[Seen]) -> None:
    assert matches(built(*pages(), *evidence), "audio_undecodable") == []
