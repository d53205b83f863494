"""What can be read of a TLS server's first flight before encryption begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.wire import tls_records


def record(kind: int, body: bytes) -> bytes:
    return bytes([kind, 3, 3]) + len(body).to_bytes(2) + body


def message(kind: int, body: bytes = b"\0" * 8) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3) + body


HELLO, CERTIFICATE, ASKS, DONE = message(2), message(11, b"\0" * 900), message(13), message(14, b"")


@pytest.mark.parametrize(
    ("flight", "asked"),
    [
        pytest.param(record(22, HELLO + CERTIFICATE + ASKS + DONE), True, id="in one record"),
        pytest.param(record(22, HELLO) + record(22, CERTIFICATE) + record(22, ASKS), True, id="in several"),
        pytest.param(
            record(22, (HELLO + CERTIFICATE + ASKS)[:500]) + record(22, (HELLO + CERTIFICATE + ASKS)[500:]),
            True,
            id="across records",
        ),
        pytest.param(record(22, HELLO + CERTIFICATE + DONE), False, id="TLS 1.2 without the question"),
        pytest.param(record(22, HELLO) + record(20, b"\1") + record(23, b"x" * 99), None, id="TLS 1.3"),
        pytest.param(record(21, b"\2\x28"), None, id="an alert alone"),
        pytest.param(record(22, HELLO + CERTIFICATE)[:300], None, id="cut off"),
        pytest.param(b"HTTP/1.1 400 Bad Request", None, id="no TLS"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_whether_a_client_certificate_was_asked_for(flight: bytes, asked: bool | None) -> None:
    assert tls_records.asks_for_certificate(flight) is asked


@pytest.mark.parametrize(
    ("flight", "name"),
    [
        (record(21, b"\2\x78"), "no_application_protocol"),
        (record(22, HELLO) + record(21, b"\2\x28"), "handshake_failure"),
        (record(21, b"\1\x00") + record(21, b"\2\x46"), "protocol_version"),
        (record(21, b"\2\xfa"), "alert_250"),
        (record(21, b"\1\x00"), ""),
        (record(21, b"x" * 26), ""),
        (b"\x15\x03", ""),
        (b"HTTP/1.1 400", ""),
    ],
)
def test_alerts_in_the_clear(flight: bytes, name: str) -> None:
    assert tls_records.alert(flight) == name


@given(st.binary(max_size=400))
def test_any_bytes_are_read(flight: bytes) -> None:
    tls_records.messages(flight)
    tls_records.alert(b"\x16\x03" + flight)
    assert tls_records.asks_for_certificate(flight) in (True, False, None)
