"""Certificates that a client does not trust, in the words of TLS libraries (dates and names: `tls_names.py`).

A server's log says the same of its client's certificate, or reports what the client said of its own: those readings
stand here too, since they contradict.
"""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.rules.shared.ways import ways

SURE, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE

_SELF = "The certificate that the server shows signed itself."
_OWN_ROOT = (
    "The chain that the server shows ends in a root that this client does not trust: a private CA, or TLS inspection."
)
_UNKNOWN = (
    "The client does not trust who signed the server's certificate; a private CA and a chain "
    "without its middle look alike here."
)
_UNFIT = "The client finds the certificate that signed the server's unfit to sign it, and so does not trust it."
_SOME = "The client refuses the server's certificate, and these words do not say what is wrong with it."
_TOLD = "A client broke off the handshake because it does not trust the certificate that this server shows."
_PRIVATE = ("tls_unknown_ca", "middlebox")
_ROOT = ("tls_self_signed", "middlebox")
_CHAIN = ("tls_self_signed", "tls_missing_intermediate", "middlebox")
_ANY = ("tls_self_signed", "tls_expired", "tls_hostname_mismatch", "tls_missing_intermediate", "tls_not_yet_valid")

MESSAGES = (
    # Self-signed.
    *ways(
        "tls_self_signed",
        _SELF,
        LIKELY,
        _PRIVATE,
        (
            "self-signed certificate",
            r"self-signed certificate(?! in (?:the )?certificate chain)(?! in chain)",
            "",
            "OpenSSL 3: Python, Node, curl, Ruby, PHP",
        ),
        (
            "self signed certificate",
            r"self signed certificate(?! in (?:the )?certificate chain)(?! in chain)",
            "",
            "OpenSSL 1",
        ),
        ("depth_zero_self_signed_cert", "", "node", ""),
        ("mozilla_pkix_error_self_signed_cert", "", "browser", ""),
        ("causedasendentity", r"causedasendentity", "rust", "webpki"),
        ("selfsigned_peer", "", "elixir", "Erlang ssl"),
    ),
    # A root or an issuer that is not known.
    *ways(
        "tls_unknown_ca",
        _OWN_ROOT,
        LIKELY,
        _ROOT,
        ("self-signed certificate in", r"self-signed certificate in (?:the )?(?:certificate )?chain", "", "OpenSSL 3"),
        ("self signed certificate in", r"self signed certificate in (?:the )?(?:certificate )?chain", "", "OpenSSL 1"),
        ("self_signed_cert_in_chain", "", "node", ""),
        ("code=-1203", "", "swift", ""),
    ),
    *ways(
        "tls_unknown_ca",
        _OWN_ROOT,
        POSSIBLE,
        _ROOT,
        ("untrustedroot", r"\buntrustedroot\b", "dotnet", ".NET 5 to 10"),
        ("terminated in a root certificate which is not trusted", "", "", "Windows"),
    ),
    *ways(
        "tls_unknown_ca",
        _OWN_ROOT,
        POSSIBLE,
        _CHAIN,
        ("sec_e_untrusted_root", "", "", "Windows Schannel"),
        ("issued by an authority that is not trusted", "", "", "Windows Schannel"),
        ("osstatus error -98", r"osstatus error -98(?:07|12|13)\b", "browser", "Safari: Secure Transport's errors"),
    ),
    *ways(
        "tls_unknown_ca",
        _UNKNOWN,
        POSSIBLE,
        ("tls_missing_intermediate", "middlebox", "tls_self_signed"),
        ("partialchain", r"\bpartialchain\b", "dotnet", ".NET 5 to 10"),
        ("unable to verify the first certificate", "", "", "OpenSSL: Node, s_client"),
        ("unable_to_verify_leaf_signature", "", "node", ""),
    ),
    *ways(
        "tls_unknown_ca",
        _UNKNOWN,
        POSSIBLE,
        _CHAIN,
        ("unable to get local issuer certificate", "", "", "OpenSSL: Python, Node, curl, Ruby, PHP"),
        ("unable to locally verify the issuer's authority", "", "", "wget with OpenSSL"),
        ("doesn't have a known issuer", "", "", "wget with GnuTLS"),
        ("(out), tls alert, unknown ca", "", "curl", "curl 7 and 8 with -v: this client's own verdict"),
        ("unitytls_x509verify_flag_not_trusted", r"unitytls_x509verify_flag_not_trusted[^\n]*", "unity", "Unity's TLS"),
        ("unable_to_get_issuer_cert", "", "node", ""),
        ("unable to get issuer certificate", "", "", ""),
        ("certificate signed by unknown authority", r"certificate signed by unknown authority[^\n]*", "go", "Go"),
        (
            "certificate is not trusted",
            r"(?:x509: \"[^\"\n]{1,200}\" )?certificate is not trusted",
            "",
            "Go on macOS, GnuTLS",
        ),
        ("pkix path building", r"pkix path building(?: failed[^\n]*)?", "java", "Java 8 to 21"),
        (
            "valid certification path to requested target",
            r"(?:unable to find|no) valid certification path to requested target",
            "java",
            "",
        ),
        ("trust anchor for certification path not found", "", "java", "Android"),
        ("unknownissuer", r"\bunknownissuer\b", "rust", "rustls 0.19 to 0.23"),
        ("err_cert_authority_invalid", "", "browser", ""),
        ("sec_error_unknown_issuer", "", "browser", ""),
        ("sec_error_untrusted_issuer", "", "browser", ""),
        ("certificate issuer is unknown", "", "", "GnuTLS"),
    ),
    *ways(
        "tls_unknown_ca",
        _UNFIT,
        LIKELY,
        ("tls_self_signed",),
        ("certificate is not standards compliant", "", "go", "Go on macOS"),
        ("missing authority key identifier", "", "python", "Python 3.13, which is strict"),
        ("basic constraints of ca cert not marked critical", "", "python", "Python 3.13, which is strict"),
        ("ca cert does not include key usage extension", "", "python", "Python 3.13, which is strict"),
        ("invalid ca certificate", "", "", "OpenSSL"),
        ("not authorized to sign other certificates", "", "go", "Go"),
    ),
    *ways(
        "tls_unknown_ca",
        "The trust store that Java was told to use is empty or was not found, so it trusts nothing.",
        LIKELY,
        ("tls_failed",),
        ("trustanchors parameter must be non-empty", "", "java", ""),
    ),
    *ways(
        "tls_unknown_ca",
        _SOME,
        POSSIBLE,
        _ANY,
        ("err_cert_invalid", "", "browser", ""),
        ("might be connecting to a server that is pretending", "", "swift", "NSURLErrorServerCertificateUntrusted"),
        ("code=-1202", "", "swift", ""),
        ("was rejected by the provided remotecertificatevalidationcallback", "", "dotnet", ".NET 5 to 10"),
        ("monobtlsexception", r"cert_verify_failed|certificate_verify_failed", "dotnet", "Mono 6"),
    ),
    *ways(
        "tls_unknown_ca",
        _UNKNOWN,
        POSSIBLE,
        _ANY,
        ("server certificate verification failed. cafile", "", "curl", "curl with GnuTLS"),
    ),
    *ways("tls_unknown_ca", _UNKNOWN, LIKELY, _CHAIN, ("{:unknown_ca", "", "elixir", "Erlang ssl")),
    *ways(
        "tls_unknown_ca",
        _SOME,
        POSSIBLE,
        ("tls_self_signed", "tls_expired", "tls_hostname_mismatch", "tls_missing_intermediate"),
        (
            "remote certificate is invalid according to the validation procedure",
            r"according to the validation procedure(?!:)",
            "dotnet",
            ".NET Core 2 and 3, .NET Framework, Mono",
        ),
    ),
    *ways(
        "tls_unknown_ca",
        _SOME,
        POSSIBLE,
        _ANY,
        (
            "certificate_verify_failed",
            (
                r"certificate[_ ]verify[_ ]failed(?!:? ?[:(]? ?(?:self|unable|certificate|hostname|ip address|"
                r"ee |ca |invalid|missing|basic|ok))"
            ),
            "",
            "OpenSSL and BoringSSL",
        ),
        ("certificate verify failed", "", "", "OpenSSL"),
        ("invalid peer certificate", "", "rust", "rustls"),
        ("failed to verify certificate", "", "go", "Go 1.20 and newer"),
        wraps=True,
    ),
    *ways(
        "tls_unknown_ca",
        "The signature of a certificate in the chain is not that of its issuer here: another CA bears the same name.",
        POSSIBLE,
        ("tls_failed", "middlebox"),
        ("certificate signature failure", "", "", "OpenSSL"),
        ("cert_signature_failure", "", "node", "Node"),
    ),
    *ways(
        "tls_weak_key",
        "The certificate is signed in a way that this client does not take.",
        POSSIBLE,
        ("tls_unknown_ca", "tls_failed"),
        (
            "unsupportedsignaturealgorithm",
            r"(?:invalid peer certificate[^\n]{0,80}?)?unsupportedsignaturealgorithm\w{0,40}",
            "rust",
            "rustls 0.20 and newer",
        ),
    ),
    # What a server's log says of its client.
    *ways(
        "tls_unknown_ca",
        _TOLD,
        LIKELY,
        ("tls_self_signed", "tls_hostname_mismatch", "tls_expired"),
        (
            "tls handshake error from",
            (
                r"tls handshake error from "
                r"[^\n]{1,120}: remote error: tls: (?:unknown certificate(?: authority)?|"
                r"bad certificate)[^\n]*"
            ),
            "go",
            "Go's net/http, as a server",
        ),
    ),
    *ways(
        "tls_expired",
        "A client broke off the handshake because the certificate that this server shows has expired.",
        LIKELY,
        (),
        (
            "tls handshake error from",
            r"tls handshake error from [^\n]{1,120}: remote error: tls: expired certificate[^\n]*",
            "go",
            "Go's net/http, as a server",
        ),
    ),
    *ways(
        "tls_client_cert_required",
        "This server wants a client certificate, and the client showed none that it trusts.",
        LIKELY,
        (),
        (
            "tls handshake error from",
            (
                r"tls handshake error from [^\n]{1,120}: (?:tls: client didn't provide a certificate|"
                r"tls: failed to verify certificate: x509[^\n]*|"
                r"tls: failed to verify client certificate)[^\n]*"
            ),
            "go",
            "Go's net/http, as a server",
        ),
    ),
    *ways(
        "tls_unknown_ca",
        _TOLD,
        POSSIBLE,
        ("tls_client_cert_required",),
        ("(certificate_unknown)", r"received fatal alert: certificate_unknown", "java", ""),
    ),
    # Revoked or otherwise refused.
    *ways(
        "tls_failed",
        "The server's certificate was revoked by its CA.",
        LIKELY,
        (),
        ("certificate revoked", "", "", "OpenSSL, rustls"),
        ("err_cert_revoked", "", "browser", "Chromium"),
        ("sec_error_revoked_certificate", "", "browser", "Firefox"),
    ),
    *ways(
        "tls_failed",
        "The server's certificate has a critical extension that this client does not know.",
        LIKELY,
        (),
        ("unhandled critical extension", "", "", ""),
    ),
)
