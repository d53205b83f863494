"""Sentences about TLS in plain answers."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import Response
from dgcheck.wire import tls_words


@pytest.mark.parametrize(
    ("status", "body", "wanted"),
    [
        (400, "<center>The plain HTTP request was sent to HTTPS port</center>", True),
        (400, "Client sent an HTTP request to an HTTPS server.\n", True),
        (400, "Reason: You&#39;re speaking plain HTTP to an SSL-enabled server port.", True),
        (400, "Bad Request\nThis combination of host and port requires TLS.\n", True),
        (400, "Bad Request", False),
        (200, "The plain HTTP request was sent to HTTPS port", False),
    ],
)
def test_this_port_speaks_tls(status: int, body: str, wanted: bool) -> None:
    assert tls_words.wants_tls(Response(status=status, body=body)) is wanted


@pytest.mark.parametrize(
    ("status", "body", "wanted"),
    [
        (400, "<center>No required SSL certificate was sent</center>", True),
        (400, "<center>The SSL certificate error</center>", True),
        (403, "Forbidden: Client certificate required", True),
        (403, "Forbidden", False),
    ],
)
def test_a_client_certificate_is_wanted(status: int, body: str, wanted: bool) -> None:
    assert tls_words.wants_client_certificate(Response(status=status, body=body)) is wanted


def test_no_answer_says_nothing() -> None:
    assert not tls_words.wants_tls(None)
    assert not tls_words.wants_client_certificate(None)


@pytest.mark.parametrize(
    ("status", "upgrade", "body", "wanted"),
    [
        (426, "TLS/1.2, HTTP/1.1", '{"message":"Please use HTTPS protocol"}', True),
        (426, "TLS/1.0", "", True),
        (426, "", '{"message":"Please use HTTPS protocol"}', True),
        (426, "websocket", "Upgrade Required", False),
        (426, "h2c", "", False),
        (403, "TLS/1.2", "Please use HTTPS", False),
    ],
)
def test_served_over_tls_alone(status: int, upgrade: str, body: str, wanted: bool) -> None:
    answer = Response(status=status, headers=(("Upgrade", upgrade),) if upgrade else (), body=body)
    assert tls_words.wants_https(answer) is wanted
