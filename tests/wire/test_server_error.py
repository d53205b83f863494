"""The server's own words, out of every body form that is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.evidence import Response
from dgcheck.wire.server_error import read, said


@pytest.mark.parametrize(
    ("body", "form", "code", "message"),
    [
        (
            '{"err_code":"Bad Request","err_msg":"No such model","request_id":"r"}',
            "legacy",
            "Bad Request",
            "No such model",
        ),
        ('{"error_code":"Service Unavailable","err_msg":"later"}', "legacy", "Service Unavailable", "later"),
        ('{"category":"INVALID_JSON","message":"m","details":"d","request_id":"r"}', "modern", "INVALID_JSON", "m"),
        ('{"message":"Forbidden"}', "json", "", "Forbidden"),
        ("[1]", "json", "", ""),
        ("", "empty", "", ""),
        ("Service Unavailable", "text", "", "Service Unavailable"),
        ('{"err_code":"Bad Req', "text", "", '{"err_code":"Bad Req'),
        ("<html><head><title>502  Bad\nGateway</title>", "html", "", "502 Bad Gateway"),
        ("[" * 5000, "text", "", "[" * 400),
    ],
)
def test_a_refusal_is_read(body: str, form: str, code: str, message: str) -> None:
    found = read(body)
    assert (found.form, found.code, found.message) == (form, code, message)


def test_the_header_speaks_where_the_body_does_not() -> None:
    refused = Response(status=400, headers=(("dg-error", "No such model"),), body="")
    assert said(refused) == "No such model"


@given(st.text())
def test_any_body_is_read(body: str) -> None:
    assert read(body).form in ("legacy", "modern", "text", "html", "json", "empty")
