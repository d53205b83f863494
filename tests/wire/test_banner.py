"""Protocols by their first bytes, and only where these prove it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.net.endings import escaped
from dgcheck.wire import banner


@pytest.mark.parametrize(
    ("said", "protocol"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH"),
        (b"some notice\r\nSSH-2.0-x\r\n", "SSH"),
        (b"220 mail.test ESMTP Postfix\r\n", "SMTP"),
        (b"220 ProFTPD Server ready\r\n", "FTP"),
        (b"-ERR unknown command 'GET'\r\n", "Redis"),
        (b"-NOAUTH Authentication required.\r\n", "Redis"),
        (b"J\x00\x00\x00\x0a8.0.36\x00", "MySQL"),
        (b"Y\x00\x00\x00\x0a5.5.5-10.11.6-MariaDB-1\x00", "MySQL"),
        (b"F\x00\x00\x00\xffj\x04Host '10.0.0.1' is not allowed to connect", "MySQL"),
        (b"E\x00\x00\x00\x90SFATAL\x00", "PostgreSQL"),
        (b"AMQP\x00\x00\x09\x01", "AMQP"),
        (b"* OK [CAPABILITY IMAP4rev1] ready\r\n", "IMAP"),
        (b"+OK POP3 ready\r\n", "POP3"),
        (b"RFB 003.008\n", "VNC"),
        (b"ERROR\r\nERROR\r\n", "memcached"),
        (b"\xff\xfd\x18", "Telnet"),
        (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00", "HTTP/2"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "TLS"),
        (b"\x16\x03\x03\x00\x7a\x02", "TLS"),
        (b"HTTP/1.1 200 OK\r\n", ""),
        (b"hello", ""),
        (b"220", ""),
        (b"ERROR: no\r\n", ""),
        (b"", ""),
    ],
)
def test_protocols(said: bytes, protocol: str) -> None:
    assert banner.protocol(escaped(said)) == protocol


@pytest.mark.parametrize(
    ("said", "http"),
    [
        (b"HTTP/1.1 200 OK", True),
        (b"<html><body>", True),
        (b"<!DOCTYPE html>", True),
        (b"SSH-2.0", False),
        (b"", False),
    ],
)
def test_http_or_not(said: bytes, http: bool) -> None:
    assert banner.looks_like_http(escaped(said)) is http


@given(st.binary(max_size=150))
def test_escaped_bytes_come_back(data: bytes) -> None:
    assert banner.unescaped(escaped(data)) == data


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    banner.unescaped(text)
    banner.protocol(text)
    banner.looks_like_http(text)
    assert len(banner.quoted(text)) <= 63
