"""Which cause leads when a text names several."""

from __future__ import annotations

import pytest

from tests.explain.reading import answered, named

REFUSED = "dial tcp 10.0.0.7:8080: connect: connection refused"
EXPIRED = (
    "x509: certificate has expired or is not yet valid: current time 2026-01-01T12:00:00Z is after 2025-01-01T00:00:00Z"
)
WRAPPER = "websocket: bad handshake"
MODEL = '{"err_code":"Bad Request","err_msg":"Bad Request: No such model/language/tier combination found."}'


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        pytest.param(
            f"{WRAPPER}\n" * 3 + "dial tcp: lookup ws.kite.trade: no such host",
            "dns_nxdomain",
            id="inside many wrappers",
        ),
        pytest.param(
            f"HTTP Response: 401 Unauthorized\nDialer failed. Err: {WRAPPER}",
            "http_unauthorized",
            id="the status above the wrapper",
        ),
        pytest.param(
            f"server rejected WebSocket connection: HTTP 400\n{MODEL}",
            "model_missing",
            id="the body says more than the status",
        ),
        pytest.param(
            "System.Net.Http.HttpRequestException: The SSL connection could not be established, see inner exception.\n"
            " ---> System.IO.IOException: The handshake failed due to an unexpected packet format.",
            "tls_to_plain_port",
            id=".NET: the inner exception",
        ),
        pytest.param(
            "java.util.concurrent.CompletionException: java.net.ConnectException\n\tat a.b.C(D.java:1)\n"
            "Caused by: java.net.ConnectException: Connection refused",
            "tcp_refused",
            id="Java: Caused by",
        ),
        pytest.param(
            "TypeError: fetch failed\n    at node:internal/deps/undici/undici:1 {\n"
            "  [cause]: Error: connect ECONNREFUSED 10.0.0.1:80\n"
            "      at TCPConnectWrap.afterConnect {\n    errno: -111,\n    code: 'ECONNREFUSED',\n    "
            "syscall: 'connect'\n  }\n}",
            "tcp_refused",
            id="Node: [cause]",
        ),
        pytest.param(
            "Traceback (most recent call last):\n  ...\nConnectionRefusedError: [Errno 111] Connection refused\n\n"
            "The above exception was the direct cause of the following exception:\n\n"
            "Traceback (most recent call last):\n"
            "  ...\nhttpx.ConnectError: All connection attempts failed",
            "tcp_refused",
            id="Python: the direct cause",
        ),
        pytest.param(
            "error sending request for url (http://dg:8080/v1/listen): error trying to connect: tcp connect error: "
            "Connection refused (os error 111)",
            "tcp_refused",
            id="Rust: the last of the chain",
        ),
        pytest.param(f"{REFUSED}\n{EXPIRED}", "tls_expired", id="the last of two"),
        pytest.param(f"{EXPIRED}\n{REFUSED}", "tcp_refused", id="the last of two, the other way"),
    ],
)
def test_the_innermost_leads(text: str, cause: str) -> None:
    assert named(text)[0] == cause


def test_the_others_are_listed() -> None:
    found = answered(f"{EXPIRED}\n{REFUSED}")
    assert [one["cause"] for one in found["matches"]][:2] == ["tcp_refused", "tls_expired"]


def test_what_is_said_far_more_often_leads() -> None:
    text = f"{REFUSED}\n" * 60 + f"{EXPIRED}\n"
    assert named(text)[0] == "tcp_refused"
    assert answered(text)["matches"][0]["count"] == 60


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        pytest.param(
            'Post "https://dg:8443/v1/listen": remote error: tls: bad certificate',
            "tls_client_cert_required",
            id="a client is told",
        ),
    ],
)
def test_the_same_words_mean_another_thing_from_another_side(text: str, cause: str) -> None:
    server = "2026/01/01 10:00:00 http: TLS handshake error from 10.0.0.9:51515: remote error: tls: bad certificate"
    assert named(text) != named(server)
    assert cause in [one["cause"] for one in answered(text)["matches"]]
