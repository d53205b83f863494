"""Which protocol spoke? Read from the first bytes that a port sent, and only where they prove it."""

from __future__ import annotations

import re

from dgcheck.model.pattern import pattern

# Bytes at the start of what came -> the protocol's name. Order matters: the sharper pattern first.
_BANNERS: tuple[tuple[str, re.Pattern[bytes]], ...] = tuple(
    (name, pattern(source, re.DOTALL))
    for name, source in (
        ("TLS", rb"(?:\x15|\x16)\x03[\x00-\x04]"),
        ("HTTP/2", rb"\x00\x00.\x04[\x00\x01]\x00\x00\x00\x00"),
        ("SSH", rb"(?:[^\n]{0,250}\n){0,5}SSH-\d"),
        ("FTP", rb"220[ -][^\r\n]{0,200}(?i:ftp)"),
        ("SMTP", rb"(?:220|554)[ -][^\r\n]{0,200}(?i:smtp|mail|postfix|exim|sendmail)"),
        ("SMTP", rb"(?:220|421|554)[ -][^\r\n]{0,200}\r?\n(?s:.{0,200})50[02][ -]5\.5\."),
        ("Redis", rb"-(?:ERR|NOAUTH|DENIED|NOPERM|MISCONF|LOADING|WRONGTYPE)\b[^\r\n]{0,300}\r\n"),
        ("Redis", rb"\+PONG\r\n"),
        ("PostgreSQL", rb"E\x00\x00.{2}S(?:FATAL|ERROR)\x00"),
        ("PostgreSQL", rb"EFATAL: "),
        ("MySQL", rb".\x00\x00\x00\x0a[\d.]+[\w.\-~+:]{0,80}\x00"),
        (
            "MySQL",
            rb".\x00\x00[\x00\x01]\xff.\x04[^\x00]{0,60}(?:is not allowed to connect|is blocked|Too many connections)",
        ),
        ("AMQP", rb"AMQP[\x00-\x03]"),
        ("NATS", rb"INFO \{\"server_id\""),
        ("memcached", rb"ERROR\r\n(?:ERROR\r\n)*\Z"),
        ("IMAP", rb"\* (?:OK|BYE|PREAUTH)\b"),
        ("POP3", rb"\+OK\b[^\r\n]{0,200}\r\n"),
        ("VNC", rb"RFB \d{3}\.\d{3}\n"),
        ("RTSP", rb"RTSP/1\.\d "),
        ("SIP", rb"SIP/2\.0 "),
        ("ICY (SHOUTcast)", rb"ICY \d{3}"),
        ("rsync", rb"@RSYNCD: "),
        ("Telnet", rb"\xff[\xfb-\xfe]"),
        ("XMPP", rb"<\?xml[^>]{0,100}\?>\s*<stream:stream"),
        ("Elasticsearch's transport", rb"This is not an? HTTP port"),
        ("Cassandra", rb"[\x81-\x86]\x00\x00\x00\x00\x00\x00"),
    )
)
_ESCAPE = pattern(r"\\(?:x([0-9a-fA-F]{2})|([\\nrt0'\"]))")
_SHORT = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "\\": "\\", "'": "'", '"': '"'}


def unescaped(text: str) -> bytes:
    """The bytes behind the escaped text of evidence; never raises."""
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else _SHORT[found[2]], text)
    return plain.encode("latin-1", "replace")


def protocol(text: str) -> str:
    """The protocol whose first words these are, '' when nothing proves one. `text` is escaped as in evidence."""
    said = unescaped(text[:2000])
    return next((name for name, pattern in _BANNERS if pattern.match(said)), "")


def looks_like_http(text: str) -> bool:
    """Whether escaped first bytes are the start of an HTTP/1 answer, or an HTML page without one (HTTP/0.9)."""
    said = unescaped(text[:200]).lstrip()
    return said.startswith(b"HTTP/") or said[:15].lower().startswith((b"<!doctype html", b"<html"))


def quoted(text: str, most: int = 60) -> str:
    """Escaped first bytes for a sentence, cut after `most` characters."""
    short = text if len(text) <= most else text[:most] + "…"
    return f"“{short}”"
