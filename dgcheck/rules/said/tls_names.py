"""Certificates out of date or for another name, in the words of TLS libraries."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_OLD = "The server's certificate has expired."
_EARLY = "The server's certificate is not valid yet, or this machine's clock is behind."
_DATE = "Today lies outside the dates of the server's certificate: it has expired, or it is not valid yet."
_NAME = "The certificate that the server shows is for other names than the one that was asked for."
_ADDRESS = "The server was asked by its address, and its certificate does not name that address."
_DUMMY = (
    "The certificate is the ingress's own dummy: the secret with the real one is missing or does not match this host."
)
_SHOWN = r"(?:hostname/ip do|certificate is valid for|only valid for)"  # what Go, Node and rustls say before the names

MESSAGES = (
    # Dates.
    *ways(
        "tls_expired",
        _OLD,
        SURE,
        (),
        (
            "certificate has expired",
            r"certificate has expired(?! or is not yet valid)",
            "",
            "OpenSSL: Python, Node, curl, Ruby, PHP",
        ),
        ("cert_has_expired", "", "node", ""),
        (
            "expired or is not yet valid",
            r"expired or is not yet valid[^\n]{0,60} is after [^\n]{0,40}",
            "go",
            "Go 1.14 and newer",
        ),
        ("certificate is expired", "", "", "Go on macOS, Schannel"),
        ("received certificate has expired", "", "", "Windows Schannel"),
        ("sec_e_cert_expired", "", "", "Windows Schannel"),
        ("chain uses expired certificate", "", "", "GnuTLS"),
        ("certificateexpiredexception", "", "java", ""),
        ("certexpired", r"\bcertexpired\b", "rust", "webpki"),
        ("expiredcontext", r"\bexpiredcontext\b", "rust", "rustls 0.23, printed for debugging"),
        ("invalidcertificate(expired)", "", "rust", "rustls 0.21 to 0.23, printed for debugging"),
        ("invalid peer certificate", r"invalid peer certificate(?: contents)?: expired", "rust", "rustls 0.21"),
        ("sec_error_expired", "", "browser", ""),
        ("cert_expired}", "", "elixir", "Erlang ssl"),
        ("osstatus error -9814", "", "browser", ""),
        ("unitytls_x509verify_flag_expired", r"unitytls_x509verify_flag_expired[^\n]*", "unity", "Unity's TLS"),
    ),
    *ways(
        "tls_not_yet_valid",
        _EARLY,
        SURE,
        (),
        (
            "expired or is not yet valid",
            r"expired or is not yet valid[^\n]{0,60} is before [^\n]{0,40}",
            "go",
            "Go 1.14 and newer",
        ),
        ("certificate is not yet valid", "", "", "OpenSSL"),
        ("cert_not_yet_valid", "", "node", ""),
        ("certificatenotyetvalidexception", "", "java", ""),
        ("notvalidyet", r"\b(?:cert)?notvalidyet(?:context)?\b", "rust", "rustls, webpki"),
        ("certificate not valid yet", "", "rust", "rustls 0.23"),
        ("not_yet_valid_certificate", "", "browser", ""),
        ("code=-1204", "", "swift", ""),
        ("osstatus error -9815", "", "browser", ""),
        ("chain uses not yet valid certificate", "", "", "GnuTLS"),
    ),
    *ways(
        "tls_expired",
        _DATE,
        POSSIBLE,
        ("tls_not_yet_valid",),
        ("expired or is not yet valid", r"expired or is not yet valid(?![^\n]{0,60} is (?:after|before))", "go", ""),
        ("nottimevalid", "", "dotnet", ".NET 5 to 10"),
        ("err_cert_date_invalid", "", "browser", ""),
        ("check failed", r"(?:validity|timestamp) check failed", "java", "Java 8 to 21"),
        ("code=-1201", "", "swift", ""),
    ),
    *ways(
        "tls_expired",
        _OLD,
        LIKELY,
        ("tls_client_cert_required",),
        (
            "certificate expired",
            r"(?:invalid peer )?certificate expired(?:: verification time)?",
            "rust",
            "rustls 0.23",
        ),
    ),
    # Names.
    *ways(
        "ingress_default_certificate",
        _DUMMY,
        SURE,
        (),
        ("ingress controller fake certificate", "", "", "ingress-nginx"),
        (
            "ingress.local",
            rf"{_SHOWN}[^\n]{{0,160}}\bingress\.local\b[^\n]*",
            "",
            "ingress-nginx",
        ),
        (
            ".traefik.default",
            rf"{_SHOWN}[^\n]{{0,160}}\.traefik\.default[^\n]*",
            "",
            "Traefik",
        ),
        over=("tls_hostname_mismatch", "tls_self_signed", "tls_unknown_ca"),
    ),
    *ways(
        "tls_hostname_mismatch",
        _NAME,
        SURE,
        (),
        (
            "hostname mismatch",
            r"hostname mismatch(?:, certificate is not valid for '(?P<host>[^'\n]{1,253})')?",
            "",
            "OpenSSL 1.1 and newer: Python, Ruby, Dart, Rust",
        ),
        ("doesn't match either of", r"hostname '(?P<host>[^'\n]{1,253})' doesn't match either of", "python", ""),
        ("doesn't match '", r"hostname '(?P<host>[^'\n]{1,253})' doesn't match '", "python", ""),
        (
            "certificate's altnames",
            r"hostname/ip do(?:es)?(?: not|n't) match certificate's altnames[^\n]*",
            "node",
            "Node 0.12 to 22",
        ),
        ("err_tls_cert_altname_invalid", "", "node", ""),
        ("certificate name does not match input", "", "go", "Go on macOS"),
        ("remotecertificatenamemismatch", "", "dotnet", ".NET 5 to 10"),
        (
            "subject alternative",
            r"no subject alternative (?:dns )?names? matching (?:ip address )?(?P<host>[^\s]{1,253}) found",
            "java",
            "",
        ),
        ("no subject alternative names present", "", "java", ""),
        ("no name matching", r"no name matching (?P<host>[^\s]{1,253}) found", "java", ""),
        ("not verified", r"hostname (?P<host>[^\s]{1,253}) (?:was )?not verified", "java", "OkHttp"),
        ("validforname", r"\b(?:cert)?notvalidforname(?:context)?\b", "rust", "rustls, webpki"),
        (
            "certificate not valid for name",
            r"certificate not valid for name(?: \"(?P<host>[^\"\n]{1,253})\")?",
            "rust",
            "rustls 0.23",
        ),
        ("err_cert_common_name_invalid", "", "browser", ""),
        ("ssl_error_bad_cert_domain", "", "browser", ""),
        ("osstatus error -9843", "", "browser", ""),
        (
            "certificate subject name",
            (
                r"(?:no alternative )?certificate subject name [^\n]{0,200}(?:matches|"
                r"does not match) target (?:host ?name|ip(?:v[46])? address)(?: '(?P<host>[^'\n]{1,253})')?"
            ),
            "curl",
            "",
        ),
        ("sec_e_wrong_principal", "", "", "Windows Schannel"),
        ("target principal name is incorrect", "", "", "Windows Schannel"),
        ("does not match the server certificate", "", "ruby", ""),
        ("hostname_check_failed", "", "elixir", "Erlang ssl"),
        ("did not match expected cn", r"peer certificate cn=[^\n]{1,200} did not match expected cn", "php", ""),
    ),
    *ways(
        "tls_hostname_mismatch",
        _ADDRESS,
        SURE,
        (),
        (
            "ip address mismatch",
            r"ip address mismatch(?:, certificate is not valid for '(?P<host>[^'\n]{1,60})')?",
            "",
            "OpenSSL 1.1 and newer",
        ),
        ("contain any ip sans", "", "go", "Go"),
    ),
    *ways(
        "tls_hostname_mismatch",
        "The certificate is valid for {names}, and {host} was asked for.",
        SURE,
        (),
        (
            "certificate is valid for ",
            r"certificate is valid for (?P<names>[^\n]{1,300}), not (?P<host>[^\s\"']{1,253})",
            "go",
            "Go",
        ),
    ),
    *ways(
        "tls_hostname_mismatch",
        "The certificate names no host at all.",
        SURE,
        (),
        (
            "certificate is not valid for any names",
            r"certificate is not valid for any names(?:, but wanted to match (?P<host>[^\s\"']{1,253}))?",
            "go",
            "Go",
        ),
    ),
    *ways(
        "tls_hostname_mismatch",
        "The certificate gives its host only as Common Name, which clients no longer read; it needs a subjectAltName.",
        SURE,
        (),
        ("legacy common name field", "", "go", "Go 1.15 and newer"),
    ),
)
