"""What a refusal is about."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.evidence import Response
from dgcheck.wire.refusal import read_refusal


def answer(message: str, code: str = "Bad Request", **headers: str) -> Response:
    body = json.dumps({"err_code": code, "err_msg": message, "request_id": "r"})
    return Response(status=400, body=body, headers=tuple(headers.items()))


@pytest.mark.parametrize(
    ("message", "code", "about"),
    [
        ("Bad Request: No such model/language/tier combination found.", "Bad Request", "model"),
        ("No such model/version combination found.", "", "model"),
        (
            "Flux models are not supported on the `/v1/listen` endpoint. Please use the `/v2/listen` endpoint.",
            "V2_MODEL_ON_V1_LISTEN_ENDPOINT",
            "model",
        ),
        ("Bad Request: failed to process audio: corrupt or unsupported data", "Bad Request", "audio"),
        ("URL for media download must be publicly routable.", "REMOTE_CONTENT_ERROR", "remote"),
        ("Invalid query string.", "Bad Request", "parameter"),
        (
            "Keywords are not supported for Nova-3. Please use `keyterm` instead.",
            "INVALID_QUERY_PARAMETER",
            "parameter",
        ),
        ("whatever it says", "INVALID_QUERY_PARAMETER", "parameter"),
        ("Content-type was application/json, but we could not process the JSON payload.", "Bad Request", "payload"),
        ("License expired", "FORBIDDEN", "license"),
        ("An error occurred.", "INTERNAL", ""),
    ],
)
def test_words_and_codes_say_what_it_is_about(message: str, code: str, about: str) -> None:
    assert read_refusal(answer(message, code)).about == about


def test_header_speaks_where_the_body_is_stripped() -> None:
    stripped = Response(status=400, headers=(("dg-error", "No such model/language/tier combination found."),))
    assert read_refusal(stripped).about == "model"


@pytest.mark.parametrize("body", ["", "<html><title>No such model</title></html>"])
def test_page_and_silence_are_about_nothing(body: str) -> None:
    assert read_refusal(Response(status=400, body=body)).about == ""


def test_names_in_back_ticks_are_kept() -> None:
    assert read_refusal(answer("`keyterm` is not for it, use `keywords=a`")).names == ("keyterm", "keywords")


@given(st.text(max_size=300), st.text(max_size=40))
def test_nothing_makes_it_raise(body: str, header: str) -> None:
    read_refusal(Response(status=400, body=body, headers=(("dg-error", header),)))
    assert read_refusal(None).about == ""
