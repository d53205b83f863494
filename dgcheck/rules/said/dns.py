"""DG10xx in the words of resolvers and of those who ask them: glibc, musl, macOS, Windows, c-ares, Go, Java, browsers.

A name that is a scheme (`ws`, `http`) or that holds a port or a path was never meant to be looked up; those texts stand
in `dialled.py`.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_ABSENT = ("dns_search_domain", "dns_no_address")
_ANY = ("dns_temporary", "dns_servfail", "dns_timeout", "dns_search_domain", "dns_no_address")
_NOW = ("dns_timeout", "dns_servfail", "dns_nxdomain", "dns_search_domain")
_NO_NAME = "The name was looked up, and the resolver says that it does not exist."
_NO_NAME_HOST = "The name {host} was looked up, and the resolver says that it does not exist."
_NOT_FOUND = "The name could not be resolved; these words do not say whether it is absent or no resolver answered."
_NOT_NOW = "The resolver could not answer now: it was not reached, or it could not ask further."
_FAILED = "The resolver answered with a failure of its own, so nothing is known of the name."
_SILENT = "No resolver answered in time."
_EMPTY = "The name exists, and it has no address of the kind that was asked for."
_HOST = r"(?P<host>[\w.-]{1,253})"
# Names that nobody meant to look up: a scheme that was taken for one, and the hosted service's (`dialled.py`).
_MEANT = r"(?!(?:wss?|https?|api\.deepgram\.com)(?![\w.-]))"

MESSAGES = (
    # The system's resolver: glibc, musl, macOS and BSD, Windows, Android; whatever runtime hands its words on.
    *ways(
        "dns_nxdomain",
        _NO_NAME_HOST,
        LIKELY,
        _ABSENT,
        (
            "name or service not known",
            rf"name or service not known \({_MEANT}{_HOST}:(?P<port>\d{{1,9}})\)",
            "dotnet",
            ".NET 5 to 10 on Linux",
        ),
    ),
    *ways(
        "dns_nxdomain",
        _NO_NAME,
        LIKELY,
        _ABSENT,
        (
            "name or service not known",
            r"name or service not known(?! \((?:wss?|https?|api\.deepgram\.com):)",
            "",
            "glibc EAI_NONAME: Python, .NET, Java, Rust, Ruby, PHP",
        ),
        ("nodename nor servname provided", "", "", "macOS and BSD EAI_NONAME"),
        (
            "name does not resolve",
            r"(?<!'\(null\)': )name does not resolve",
            "",
            "musl EAI_NONAME; not busybox's nslookup, which asks for the resolver's own name too",
        ),
        (
            "no such host is known",
            rf"no such host is known\.? ?(?:\({_MEANT}{_HOST}:(?P<port>\d{{1,9}})\)|(?! ?\())",
            "",
            "Windows WSAHOST_NOT_FOUND: .NET, Java, Rust, Go",
        ),
        ("host not found (authoritative)", "", "c", ""),
        ("socketexception (11001)", "", "dotnet", "Windows WSAHOST_NOT_FOUND in any language"),
        ("bad address '", r"\bwget: bad address '[^'\n]{1,260}'", "", "busybox, as in Alpine images"),
    ),
    Message(
        "dns_nxdomain",
        "getaddrinfo failed",
        match=r"(?:\b11001\b[^\n]{0,20})?getaddrinfo failed",
        says=_NO_NAME,
        confidence=LIKELY,
        alt=_ABSENT,
        speaker="python",
        unless=r"\b(?:11002|11003|11004)\b|temporary failure",
        source="Windows WSAHOST_NOT_FOUND in Python",
    ),
    Message(
        "dns_no_address",
        "no address associated with",
        match=r"no address associated with (?:host)?name",
        says=_EMPTY,
        confidence=LIKELY,
        alt=("dns_nxdomain",),
        unless=r"unable to resolve host|failed host lookup",
        source="glibc EAI_NODATA",
    ),
    *ways(
        "dns_nxdomain",
        _NO_NAME_HOST,
        LIKELY,
        _ANY,
        (
            "unable to resolve host",
            rf"unable to resolve host(?: address)? [\"'`]?{_MEANT}{_HOST}[^\n]*",
            "java",
            "Android UnknownHostException, which says so for every failure; wget",
        ),
        ("failed host lookup", rf"failed host lookup: '{_MEANT}{_HOST}'[^\n]*", "dart", "Dart 2 and 3"),
    ),
    *ways(
        "dns_no_address",
        _EMPTY,
        LIKELY,
        ("dns_nxdomain",),
        ("name has no usable address", "", "", ""),
        ("no data of the requested type", "", "", "Windows WSANO_DATA"),
    ),
    *ways(
        "dns_temporary",
        _NOT_NOW,
        LIKELY,
        _NOW,
        (
            "temporary failure in name resolution",
            "",
            "",
            "glibc EAI_AGAIN: Python, .NET, Java, Rust, Ruby, PHP, Go with cgo",
        ),
        (
            "eai_again",
            rf"(?:getaddrinfo|query\w{{0,20}}) eai_again(?: {_MEANT}{_HOST}|(?! ))",
            "node",
            "Node 0.10 to 22",
        ),
        ("errno -3] try again", "", "", "musl EAI_AGAIN"),
        ("lookup address information: try again", "", "", ""),
        ("temporary error during hostname resolution", "", "", "Windows WSATRY_AGAIN"),
        (
            "resource temporarily unavailable (",
            rf"resource temporarily unavailable \({_HOST}:\d{{1,5}}\)",
            "dotnet",
            ".NET 5 to 10 on Linux, of a name",
        ),
        ("host not found (non-authoritative)", r"host not found \(non-authoritative\)[^\n]{0,20}", "c", "Boost.Asio"),
    ),
    *ways(
        "dns_servfail",
        _FAILED,
        LIKELY,
        ("dns_temporary",),
        ("non-recoverable failure in name resolution", "", "", "glibc EAI_FAIL"),
        ("non-recoverable error occurred during a database lookup", "", "", "Windows WSANO_RECOVERY"),
    ),
    # Node, and c-ares beneath it and beneath aiohttp.
    *ways(
        "dns_nxdomain",
        _NO_NAME_HOST,
        LIKELY,
        _ABSENT,
        (
            "enotfound",
            rf"\b(?:getaddrinfo|query\w{{0,20}}) enotfound {_MEANT}{_HOST}(?![:/\w])",
            "node",
            "Node 0.10 to 22",
        ),
    ),
    *ways("dns_no_address", _EMPTY, LIKELY, (), ("enodata", r"\bquery\w{0,20} enodata", "node", "")),
    *ways(
        "dns_servfail",
        _FAILED,
        SURE,
        (),
        ("eservfail", r"\bquery\w{0,20} eservfail", "node", ""),
        ("dns server returned general failure", "", "python", "c-ares"),
    ),
    *ways(
        "dns_timeout",
        _SILENT,
        SURE,
        (),
        ("timeout while contacting dns servers", "", "python", "c-ares"),
        ("could not contact dns servers", "", "python", "c-ares"),
    ),
    *ways("dns_nxdomain", _NO_NAME, LIKELY, _ABSENT, ("domain name not found", "", "", "c-ares")),
    *ways(
        "dns_no_address",
        _EMPTY,
        LIKELY,
        ("dns_nxdomain",),
        ("dns server returned answer with no data", "", "", "c-ares"),
    ),
    # Go.
    *ways(
        "dns_nxdomain",
        "Docker's own DNS (127.0.0.11) knows no {host}: no container on this network has that name, or it has stopped.",
        LIKELY,
        _ABSENT,
        ("127.0.0.11", rf"\blookup {_MEANT}{_HOST} on 127\.0\.0\.11(?::53)?: no such host", "go", "Go in a container"),
    ),
    *ways(
        "dns_nxdomain",
        _NO_NAME_HOST,
        LIKELY,
        _ABSENT,
        ("no such host", rf"\blookup {_MEANT}{_HOST}(?: on [^\s]{{1,80}})?: no such host", "go", "Go 1.5 to 1.26"),
    ),
    *ways(
        "dns_nxdomain",
        _NO_NAME,
        LIKELY,
        _ABSENT,
        ("no such host", r"\bno such host\b(?! is known)", "", ""),
        wraps=True,
    ),
    *ways(
        "dns_servfail",
        _FAILED,
        LIKELY,
        ("dns_temporary", "dns_nxdomain"),
        (
            "server misbehaving",
            rf"\blookup {_HOST}(?: on [^\s]{{1,80}})?: server misbehaving",
            "go",
            "Go: any answer that is neither success nor NXDOMAIN",
        ),
    ),
    *ways(
        "dns_timeout",
        _SILENT,
        SURE,
        (),
        ("i/o timeout", rf"\blookup {_HOST}[^\n]{{0,160}}: i/o timeout", "go", "Go 1.5 to 1.26"),
    ),
    *ways(
        "dns_timeout",
        "The resolver that this machine is told to ask does not answer on its port, so no name can be looked up.",
        LIKELY,
        ("dns_temporary",),
        (
            "connection refused",
            rf"\blookup {_HOST} on [^\s]{{1,80}}: (?:read|dial|write) [^\n]{{0,120}}connection refused",
            "go",
            "Go",
        ),
    ),
    *ways(
        "dns_timeout",
        "No question reached the resolver that this machine is told to ask, so no name can be looked up.",
        LIKELY,
        ("dns_temporary",),
        *(
            (
                words,
                rf"\blookup {_HOST} on [^\s]{{1,80}}: (?:read|dial|write) [^\n]{{0,120}}{words}",
                "go",
                "Go",
            )
            for words in ("network is unreachable", "no route to host", "operation not permitted")
        ),
    ),
    *ways(
        "dns_no_address", _EMPTY, LIKELY, ("address_family_unreachable",), ("no suitable address found", "", "go", "")
    ),
    # Java.
    Message(
        "dns_nxdomain",
        "unknownhostexception",
        match=rf"unknownhostexception: {_MEANT}{_HOST}(?:: (?:[\w.-]{{1,253}}: )?name or service not known)?",
        says=_NO_NAME_HOST,
        confidence=LIKELY,
        alt=_ANY,
        speaker="java",
        unless=r"temporary failure in name resolution|unable to resolve host",
        source="Java 8 to 21",
    ),
    *ways("dns_nxdomain", _NOT_FOUND, LIKELY, _ANY, ("unresolvedaddressexception", "", "java", "")),
    *ways("dns_timeout", _SILENT, SURE, (), ("dnsnameresolvertimeoutexception", "", "java", "Netty")),
    *ways("dns_servfail", _FAILED, SURE, (), ("query failed with servfail", "", "java", "Netty")),
    *ways("dns_nxdomain", _NO_NAME, LIKELY, _ABSENT, ("query failed with nxdomain", "", "java", "")),
    # Others: Mono and curl say one sentence for every failure of the resolver.
    *ways(
        "dns_nxdomain",
        "The name {host} could not be resolved; curl and Mono say no more than that.",
        LIKELY,
        _ANY,
        ("could not resolve host", rf"could not resolve host:? '?{_MEANT}{_HOST}", "curl", "curl 7 and 8, Mono 6"),
    ),
    *ways("dns_timeout", _SILENT, LIKELY, ("dns_temporary",), ("resolving timed out after", "", "curl", "")),
    *ways(
        "dns_nxdomain",
        _NOT_FOUND,
        LIKELY,
        _ANY,
        ("err_name_not_resolved", "", "browser", ""),
        ("ns_error_unknown_host", "", "browser", ""),
        ("server with the specified hostname could not be found", "", "swift", "NSURLErrorCannotFindHost"),
        ("code=-1003", "", "swift", ""),
    ),
    *ways(
        "dns_temporary",
        _NOT_NOW,
        LIKELY,
        _NOW,
        ("err_name_resolution_failed", "", "browser", ""),
        ("code=-1006", "", "swift", ""),
    ),
    *ways("dns_timeout", _SILENT, SURE, (), ("err_dns_timed_out", "", "browser", "")),
    *ways("dns_servfail", _FAILED, SURE, (), ("err_dns_server_failed", "", "browser", "")),
    *ways(
        "dns_nxdomain",
        _NO_NAME,
        LIKELY,
        _ABSENT,
        (":nxdomain", "", "elixir", ""),
        ("non-existing domain", "", "elixir", ""),
        (
            "record found for",
            r"no records? found for (?:query[^\n]{0,40}?)?[\"'`{ ]",
            "rust",
            "hickory-resolver, trust-dns",
        ),
    ),
    # Tools that ask a resolver.
    *ways(
        "dns_nxdomain",
        "The name could not be resolved; busybox says no more than that.",
        POSSIBLE,
        _ANY,
        (
            "nslookup: can't resolve '",
            r"nslookup: can't resolve '(?!\(null\))[^'\n]{1,253}'",
            "",
            "busybox before 1.29",
        ),
    ),
    *ways(
        "dns_nxdomain",
        _NO_NAME,
        LIKELY,
        _ABSENT,
        ("nxdomain", r"(?:status: |can't find [^\s]{1,253}: |\(3\(?|not found: 3\()nxdomain", "", ""),
        ("dns query name does not exist", "", "", ""),
    ),
    *ways(
        "dns_servfail",
        _FAILED,
        SURE,
        (),
        ("servfail", r"(?:status: |can't find [^\s]{1,253}: |not found: 2\()servfail", "", ""),
        ("refused", r"(?:status: |can't find [^\s]{1,253}: |not found: 5\()refused\b", "", ""),
    ),
    *ways(
        "dns_timeout",
        _SILENT,
        SURE,
        (),
        ("no servers could be reached", r"connection timed out; no servers could be reached", "", ""),
        ("no servers could be reached", "", "", ""),
        ("dns operation timed out", "", "python", "dnspython"),
        ("resolution lifetime expired", "", "python", "dnspython 2"),
    ),
    *ways("dns_no_address", _EMPTY, LIKELY, _ABSENT[:1], ("dns response does not contain an answer", "", "", "")),
)
