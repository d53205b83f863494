"""TLS handshakes whose terms one side does not accept: versions, client certificates, server names, weak keys."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_VERSION = "Client and server have no TLS version in common."
_CIPHER = "Client and server have no TLS version or cipher in common."
_WANTED = "The server wants a client certificate, and got none that it accepts."
_SNI = "The server has no certificate for the name that it was asked for."
_WEAK = "A key or signature in the server's certificate chain is weaker than this client allows."

_SOMETHING = "The TLS handshake failed, and these words do not say at what."

MESSAGES = (
    # That it failed, and no more.
    *ways(
        "tls_failed",
        _SOMETHING,
        POSSIBLE,
        (
            "tls_to_plain_port",
            "tls_unknown_ca",
            "tls_self_signed",
            "tls_hostname_mismatch",
            "tls_version",
            "tcp_closed_early",
        ),
        ("lws_ssl_client_connect", r"lws_ssl_client_connect[12] failed", "c", "libwebsockets"),
        ("tlshandshakefailure", r"\btlshandshakefailure\b", "rust", "rust-websocket"),
        ("unitytls", r"\bunitytls[^\n]*", "unity", "Unity's TLS"),
        wraps=True,
    ),
    *ways(
        "tls_unknown_ca",
        "The server's certificate cannot be verified, and Unity does not say why: mostly its CA is not known.",
        POSSIBLE,
        ("tls_self_signed", "tls_expired", "tls_hostname_mismatch", "tls_missing_intermediate"),
        (
            "curl error 60: cert verify failed",
            r"curl error 60: cert verify failed(?!: unitytls_)[^\n]*",
            "unity",
            "UnityWebRequest",
        ),
        ("unable to complete ssl connection", "", "unity", "UnityWebRequest"),
    ),
    *ways(
        "tls_failed",
        _SOMETHING,
        POSSIBLE,
        ("tls_unknown_ca", "tls_version", "tls_self_signed", "tls_to_plain_port"),
        ("an error has occurred during a tls handshake", "", "dotnet", "websocket-sharp"),
        ("the server stopped the handshake", "", "dotnet", "Mono's TLS"),
        ("ssl handshake has failed", "", "java", "Tyrus"),
        ("stream - websocket - ssl protocol error", "", "", "Twilio 31910"),
        wraps=True,
    ),
    # Versions and ciphers.
    *ways(
        "tls_version",
        _VERSION,
        SURE,
        (),
        ("alert protocol version", "", "", "OpenSSL"),
        ("alert_protocol_version", "", "", "OpenSSL and BoringSSL"),
        ("protocol version not supported", "", "go", "Go"),
        (
            "unsupported protocol",
            r"(?:\[ssl: |ssl routines:[^\n:]{0,60}:|err_ssl_|selected )unsupported[_ ]protocol(?: version)?",
            "",
            "OpenSSL, Go",
        ),
        ("unsupported_protocol", r"(?:\[ssl: |err_ssl_|internal:)unsupported_protocol", "", ""),
        ("no protocols available", "", "", "OpenSSL"),
        ("no_protocols_available", "", "", "OpenSSL"),
        ("version too low", r"\bversion too low\b", "", "OpenSSL"),
        ("version_too_low", "", "", ""),
        ("ssl_error_unsupported_version", "", "browser", ""),
        ("ssl_error_protocol_version_alert", "", "browser", ""),
        ("client supported protocol versions", "", "java", ""),
        ("protocol_version", r"received fatal alert: protocol_version", "java", ""),
        ("protocolversion", r"(?:alertreceived\(|fatal alert: )protocolversion", "rust", "rustls"),
        ("client offered only unsupported versions", "", "go", "Go, as a server"),
        ("osstatus error -9836", "", "browser", "Safari"),
    ),
    *ways(
        "tls_version",
        _CIPHER,
        LIKELY,
        ("tls_weak_key",),
        ("no shared cipher", "", "", "OpenSSL, as a server"),
        ("no_shared_cipher", "", "", ""),
    ),
    *ways(
        "tls_version",
        _CIPHER,
        LIKELY,
        (),
        ("no ciphers available", "", "", ""),
        ("ssl_error_no_cypher_overlap", "", "browser", ""),
        ("peer is incompatible", r"peer is incompatible[^\n]{0,80}", "rust", "rustls"),
        ("peerincompatible", "", "rust", ""),
        ("do not possess a common algorithm", "", "", "Windows Schannel: .NET, curl"),
        ("sec_e_algorithm_mismatch", "", "", "Windows Schannel"),
        ("no cipher suite supported by both client and server", "", "go", ""),
    ),
    *ways(
        "tls_version", _CIPHER, LIKELY, ("tls_sni_required",), ("err_ssl_version_or_cipher_mismatch", "", "browser", "")
    ),
    *ways("tls_version", _VERSION, LIKELY, (), ("no appropriate protocol", "", "java", "")),
    # A client certificate.
    *ways(
        "tls_client_cert_required",
        _WANTED,
        SURE,
        (),
        ("certificate required", r"(?:tls: |alert[_ ])certificate[_ ]required", "", "OpenSSL, Go"),
        ("certificate_required", r"\bcertificate_required\b", "", ""),
        ("certificaterequired", r"\bcertificaterequired\b", "rust", "rustls"),
        ("bad_cert_alert", r"err_bad_ssl_client_auth_cert|ssl_error_bad_cert_alert", "browser", ""),
        ("err_bad_ssl_client_auth_cert", "", "browser", ""),
        ("err_ssl_client_auth_cert_needed", "", "browser", ""),
        ("client sent no required ssl certificate", "", "nginx", "nginx"),
        ("code=-1206", "", "swift", ""),
    ),
    Message(
        "tls_client_cert_required",
        "alert bad certificate",
        says="The server refused the client's certificate.",
        confidence=LIKELY,
        alt=("tls_failed",),
        unless=r"ssl_accept|while ssl handshaking",
        source="OpenSSL",
    ),
    *ways(
        "tls_client_cert_required",
        "The server refused the client's certificate.",
        LIKELY,
        ("tls_failed",),
        ("alert_bad_certificate", "", "", ""),
        ("fatal alert: bad_certificate", "", "java", ""),
    ),
    Message(
        "tls_client_cert_required",
        "remote error: tls: ",
        match=r"remote error: tls: (?:bad certificate|unknown certificate(?: authority)?|expired certificate)",
        says="The other side refused this side's certificate: to a client that is its own client certificate.",
        confidence=LIKELY,
        alt=("tls_unknown_ca",),
        speaker="go",
        unless=r"handshake error from",
        source="Go, as a client",
    ),
    Message(
        "tls_client_cert_required",
        "alert unknown ca",
        says=(
            "The other side does not trust the CA of this side's certificate: to a client that is its "
            "own client certificate."
        ),
        confidence=LIKELY,
        alt=("tls_unknown_ca",),
        unless=r"ssl_accept|while ssl handshaking|ssl_do_handshake|in violation|server",
        source="OpenSSL, as a client",
    ),
    Message(
        "tls_unknown_ca",
        "alert unknown ca",
        match=r"alert[ _]unknown[ _]ca[^\n]*",
        says=(
            "A client broke off the handshake because it does not trust the CA of the certificate that "
            "this server shows."
        ),
        confidence=LIKELY,
        alt=("tls_client_cert_required",),
        near=r"ssl_accept|while ssl handshaking|ssl_do_handshake|server",
        source="OpenSSL, as a server",
    ),
    # Server names.
    *ways(
        "tls_sni_required",
        _SNI,
        LIKELY,
        ("tls_hostname_mismatch",),
        ("unrecognized name", r"\bunrecogni[sz]ed[_ ]name\b", "", "OpenSSL, Go"),
        ("unrecognized_name", "", "", ""),
        ("unrecognisedname", "", "rust", ""),
        ("ssl_error_unrecognized_name_alert", "", "browser", ""),
    ),
    *ways("tls_sni_required", _SNI, LIKELY, (), ("missing server name", "", "go", "")),
    *ways(
        "tls_sni_required",
        (
            "The server broke off the handshake with an internal error, as Caddy and Traefik do for a "
            "name that they have no certificate for."
        ),
        POSSIBLE,
        ("tls_failed",),
        ("alert internal error", r"alert[_ ]internal[_ ]error", "", ""),
        ("alert_internal_error", "", "", ""),
        ("alertreceived(internalerror)", "", "rust", "rustls, printed for debugging"),
        ("fatal alert: internal", r"fatal alert: internal_?error", "", "Java, rustls"),
        ("remote error: tls: internal error", "", "go", ""),
    ),
    # Weak keys.
    *ways(
        "tls_weak_key",
        _WEAK,
        SURE,
        (),
        ("key too small", r"\b(?:ee|ca|dh) key too small", "", "OpenSSL"),
        ("key_too_small", r"\b(?:ee|ca|dh)_key_too_small", "", "OpenSSL"),
        ("certificate key too weak", r"\b(?:ee|ca) certificate key too weak", "", "OpenSSL 1.1 and 3"),
        ("algorithm too weak", r"\bca signature digest algorithm too weak", "", "OpenSSL 1.1 and 3"),
        ("md too weak", r"\b(?:ca|ee) md too weak", "", "OpenSSL"),
        ("md_too_weak", "", "", "OpenSSL"),
        ("insecure algorithm", r"cannot verify signature: insecure algorithm", "go", "Go"),
        ("algorithm constraints check failed", "", "java", ""),
        ("err_cert_weak", r"err_cert_weak_(?:key|signature_algorithm)", "browser", ""),
        ("weak_server_ephemeral_dh_key", "", "browser", ""),
        ("cert_signature_algorithm_disabled", "", "browser", ""),
    ),
    *ways(
        "tls_weak_key",
        (
            "A signature in the server's certificate chain could not be verified: rustls says so of a key that is "
            "weaker than it allows (RSA below 2048 bits), and of a chain whose parts do not belong together."
        ),
        POSSIBLE,
        ("tls_failed", "middlebox", "tls_unknown_ca"),
        ("badsignature", r"invalid peer certificate: badsignature", "rust", "rustls 0.23"),
        ("(badsignature)", r"invalidcertificate\(badsignature\)", "rust", "rustls, printed for debugging"),
    ),
)
