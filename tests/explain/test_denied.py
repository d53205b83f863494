"""What is denied names nothing; messages that hold a denial of their own still do."""

from __future__ import annotations

import pytest

from tests.explain.reading import named


@pytest.mark.parametrize(
    "text",
    [
        "We do not see connection refused since the upgrade.",
        "In the last day: no connection refused, no ECONNRESET, no 502 Bad Gateway.",
        "The whole night without any connection refused",
        "We no longer get 'connection refused'",
        "✓ tells connection refused apart (12 ms)",
        "tests/test_client.py::test_connection_refused[certificate has expired] PASSED",
        "test client::connection refused ... ok",
        "[gw0] [ 50%] PASSED tests/test_client.py::test_connection_refused[connection refused]",
        "ClientTest > tells 'connection refused' apart PASSED (0.1 s)",
    ],
)
def test_what_is_denied_names_nothing(text: str) -> None:
    assert named(text) == ("unrecognised", "")


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("connect: no route to host", "host_unreachable"),
        ("dial tcp: lookup dg.example.com: no such host", "dns_nxdomain"),
        ("could not connect: connection refused", "tcp_refused"),
        ("we do not know why: connection refused", "tcp_refused"),
        ("no answer, connection refused", "tcp_refused"),
        ("test_connect FAILED: connection refused", "tcp_refused"),
        ("3 PASSED\nconnection refused", "tcp_refused"),
        ("TLS check PASSED, upgrade: connect ECONNREFUSED 10.1.2.3:8080", "tcp_refused"),
        ("Readiness PASSED. Startup: dial tcp 10.1.2.3:8080: connect: connection refused", "tcp_refused"),
        ("✓ dns  ✗ tcp: connect ECONNREFUSED 10.1.2.3:8080", "tcp_refused"),
        ("✔ config loaded; Error: connect ECONNREFUSED 10.1.2.3:8080", "tcp_refused"),
    ],
)
def test_what_failed_is_named(text: str, cause: str) -> None:
    assert named(text)[0] == cause
