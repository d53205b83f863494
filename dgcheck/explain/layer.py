"""The layer that a text speaks of where nothing in it is known: what can be proved, and no more."""

from __future__ import annotations

from dgcheck.model.pattern import pattern

# The words of the runtimes for a failure of one layer, the sharpest first.
_LAYERS = (
    (
        "tls",
        pattern(
            r"(?i)\bssl\.\w*error|\bssl routines\b|\b(?:tls|ssl|x509)[:_ ][^\n]{0,80}(?:fail|error|alert|invalid|"
            r"unknown|mismatch)|certificate[^\n]{0,60}(?:fail|error|invalid|expired|unknown|not valid)|\bSEC_E_|"
            r"\bERR_(?:SSL|TLS|CERT)_|\bSSLHandshakeException|AuthenticationException"
        ),
    ),
    (
        "dns",
        pattern(
            r"(?i)\bgetaddrinfo\b|\bgaierror\b|\bENOTFOUND\b|\bEAI_[A-Z]+|UnknownHostException|name resolution|"
            r"could not resolve|\bERR_NAME_|\bNXDOMAIN\b|\bSERVFAIL\b"
        ),
    ),
    (
        "websocket",
        pattern(
            r"(?i)websocket[^\n]{0,80}(?:fail|error|close|reject|refus|abort|handshake)|\bclose code\b|"
            r"code[=: ]+1(?:00[2-9]|01[0-5])\b|WSServerHandshakeError"
        ),
    ),
    (
        "http",
        pattern(
            r"(?i)\b(?:http|status)(?: error)?(?: code)?[ :=]+[\"']?[45]\d\d\b|\bHTTP/[\d.]+\"? [45]\d\d\b|"
            r"\bHTTPStatusError\b|\bHttpRequestException\b"
        ),
    ),
    (
        "tcp",
        pattern(
            r"\bE(?:CONN|TIMEDOUT|HOST|NET|PIPE)[A-Z]*\b|(?i:\bconnect(?:ion)?\b[^\n]{0,40}\b(?:failed|error|"
            r"timed? ?out|refused|reset|aborted)\b|\bSocketException\b|\bbroken pipe\b|\bno route to host\b)"
        ),
    ),
)


def layer(text: str) -> str:
    """tls, dns, websocket, http or tcp; '' when the text proves none."""
    return next((name for name, shape in _LAYERS if shape.search(text)), "")
