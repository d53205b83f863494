"""Answers that began and cannot be read to their end, in the words of the libraries beneath the SDKs.

Broken chunks, bodies that break off, compression that is none, JSON of another kind. Where an SDK reads a body only
when the status was good, or says with which status it failed, that is used: then nothing else hides behind the words.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.rules.shared.ways import ways

LIKELY, POSSIBLE = Confidence.LIKELY, Confidence.POSSIBLE

_FRAMING = "The answer began and its framing is broken, so nobody can tell where it ends."
_HEAD = "The head of an answer came, and one of its lines is no header."
_BROKE_OFF = "The head of an answer came, and its body broke off."
_PACKED = "The answer is declared as compressed and is not, or is damaged."
_NO_JSON = "The answer was good by its status, and it is no JSON; a page, most often."
_OTHER = "The answer is JSON, and not that of a transcription."
_PAGE = ("wrong_service", "middlebox", "tcp_closed_early")
_CUT = ("tcp_closed_early", "tcp_reset", "middlebox")
_ITS_OWN = r"deepgram|/v1/listen|transcri"  # words that stand in many programs are read beside these alone

MESSAGES = (
    *ways(
        "http_bad_response",
        _FRAMING,
        LIKELY,
        _PAGE,
        ("illegal chunk header", "", "python", "h11 0.16 beneath httpx"),
        ("chunk length", r"(?:invalid byte in|empty hex number for) chunk length", "go", "net/http of Go 1.26"),
        ("malformed chunked encoding", "", "go", "net/http"),
        ("invalid chunk size", r"\binvalid chunk size(?: line)?\b", "rust", "hyper 1"),
        (
            "hpe_",
            r"hpe_(?:invalid_(?:chunk_size|content_length|transfer_encoding|header_token)|unexpected_content_length)",
            "node",
            "llhttp beneath Node 18 to 22",
        ),
        ("transferencodingerror", r"transferencodingerror\b[^\n]{0,80}", "python", "aiohttp 3"),
    ),
    *ways(
        "http_bad_response",
        _HEAD,
        LIKELY,
        _PAGE,
        ("illegal header line", "", "python", "h11 0.16 beneath httpx"),
        ("malformed mime header", r"connection broken: malformed mime header", "go", "net/http of Go 1.26"),
    ),
    *ways(
        "http_bad_response",
        _BROKE_OFF,
        LIKELY,
        _CUT,
        # With a URL before it the connection ended before an answer; here its body was being read.
        ("failed. err: ", r"\b(?:readall|do(?:\(\))?) failed\. err: (?:unexpected )?eof\b", "go", "Deepgram Go 1 to 3"),
    ),
    Message(
        "http_bad_response",
        "error: terminated",
        (
            r"\b(?:type|deepgram|deepgramunknown)error: terminated\b"
            r"[\s\S]{0,2000}?(?:other side closed|z_(?:data|buf)_error)"
        ),
        "The head of an answer came, and its body broke off or could not be unpacked.",
        LIKELY,
        _CUT,
        "node",
        over=("tcp_closed_early", "tcp_reset"),
        source="fetch of Node 20, which says `terminated` only after the head of an answer; run",
    ),
    Message(
        "http_bad_response",
        "while decompressing data",
        r"error -\d while decompressing data[^\n]{0,60}",
        _PACKED,
        LIKELY,
        _PAGE,
        "python",
        near=r"decodingerror|content-encoding|contentdecoding|httpx|urllib3|aiohttp",
        source="zlib beneath httpx 0.28, requests and aiohttp",
    ),
    *ways(
        "http_bad_response",
        _PACKED,
        POSSIBLE,
        _PAGE,
        ("while decompressing data", r"error -\d while decompressing data", "python", "zlib"),
        ("gzip: invalid header", "", "go", "compress/gzip"),
    ),
    Message(
        "http_bad_response",
        "gzip: invalid header",
        r"\bdo(?:\(\))? failed\. err: gzip: invalid header",
        _PACKED,
        LIKELY,
        _PAGE,
        "go",
        source="Deepgram Go 1.9 and 3.5",
    ),
    *ways(
        "http_bad_response",
        _PACKED,
        LIKELY,
        _PAGE,
        ("failed. err: ", r"\bdo(?:\(\))? failed\. err: (?:flate: corrupt|gzip: invalid checksum)", "go", "Go 3.5"),
    ),
    *ways(
        "http_bad_response",
        "The answer was good by its status, and its JSON is broken.",
        LIKELY,
        _PAGE,
        ("failed. err: ", r"\bdo(?:\(\))? failed\. err: invalid character [^\n]{1,60} (?:after|in) ", "go", "Go 3.5"),
    ),
    Message(
        "tcp_closed_early",
        "use of closed network connection",
        r"\bpost \"https?://[^\"\n]{1,2000}\": write tcp [^\n]{1,120}: use of closed network connection",
        "The other side ended the connection while the request was being sent to it.",
        POSSIBLE,
        ("tcp_reset", "not_http", "alpn_http2_only", "tls_client_cert_required"),
        "go",
        source="net/http of Go 1.26; run before servers that close at once, speak SSH and speak HTTP/2 alone",
    ),
    # JSON that is none, or another one.
    *ways(
        "http_bad_response",
        _NO_JSON,
        LIKELY,
        (*_PAGE, "http_redirect"),
        (
            "status_code: 20",
            r"(?:\}|\bnone), status_code: 20[0-6], body:(?! unexpected error when init)",
            "python",
            "SDK 5 to 7: behind the headers",
        ),
        (
            "non-json",
            r"\breason['\"]?: ?['\"]non-json['\"](?!,\s{0,8}['\"]?statuscode['\"]?: ?[1345])",
            "node",
            "Deepgram JavaScript 5",
        ),
        (
            "error decoding response body",
            r"error decoding response body[\s\S]{0,300}(?:expected value|eof while parsing a value) at line 1 column",
            "rust",
            "reqwest 0.12; the SDK decodes what came with a good status",
        ),
    ),
    *ways(
        "http_bad_response",
        _OTHER,
        LIKELY,
        ("wrong_service",),
        (
            "error decoding response body",
            r"error decoding response body[\s\S]{0,300}(?:missing field|invalid type|unknown field)[^\n]{0,80} at line",
            "rust",
            "reqwest 0.12",
        ),
        ("union[listenv1response", r"validation errors? for union\[listenv1response", "python", "Deepgram Python 5"),
    ),
    *ways(
        "http_bad_response",
        "What came could not be read as the JSON that the API promises; the status is hidden.",
        POSSIBLE,
        (*_PAGE, "http_not_found", "http_bad_gateway"),
        ("error decoding response body", "", "rust", "reqwest 0.12"),
        ("non-whitespace character after json", "", "node", "Node 20: a body that begins with a number or a word"),
        wraps=True,
    ),
    Message(
        "http_bad_response",
        "jsondecodeerror: ",
        r"jsondecodeerror: (?:expecting (?!value: line 1 column 1\b)|unterminated|invalid|extra data)[^\n]{0,60}",
        "JSON could not be read to its end, in a program that talks to the API: an answer was cut off or changed.",
        POSSIBLE,
        _PAGE,
        "python",
        wraps=True,
        near=rf"{_ITS_OWN}|httpx",
        source="Deepgram Python 3 and 4",
    ),
    Message(
        "http_bad_response",
        "in json at position",
        r"(?:expected [^\n]{1,60}|unterminated \w{1,20}|bad [^\n]{1,40}) in json at position \d{1,9}",
        "JSON could not be read to its end, in a program that talks to the API: an answer was cut off or changed.",
        POSSIBLE,
        _PAGE,
        "node",
        wraps=True,
        near=rf"{_ITS_OWN}|undici",
        source="Node 20; Deepgram JavaScript 4",
    ),
    *(
        Message(
            "http_bad_response",
            stem,
            match,
            "The SDK got an answer without results: one of another kind, or that of a request with a callback.",
            POSSIBLE,
            ("wrong_service", "bad_parameter"),
            speaker,
            wraps=True,
            near=_ITS_OWN,
            source="SDKs that do not check what they read",
        )
        for stem, match, speaker in (
            ("'channels'", r"'nonetype' object has no attribute 'channels'", "python"),
            ("reading 'channels'", r"properties of (?:undefined|null) \(reading 'channels'\)", "node"),
        )
    ),
    Message(
        "http_redirect",
        "error following redirect",
        says="The answer is a redirect that this client cannot follow, or one of too many.",
        confidence=LIKELY,
        speaker="rust",
        source="reqwest 0.12",
    ),
)
