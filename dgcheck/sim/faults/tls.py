"""Certificates, versions and handshakes that are not right."""

from __future__ import annotations

from dgcheck.sim.asked import Greeting
from dgcheck.sim.core import Effect
from dgcheck.sim.faults.fault import Fault, always
from dgcheck.sim.faults.pages import answer

TRUSTED = ("--ca-file", "{ca_file}")
_NGINX_400 = (
    b"<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\r\n<body>\r\n"
    b"<center><h1>400 Bad Request</h1></center>\r\n<center>The plain HTTP request was sent to HTTPS port</center>\r\n"
    b"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
PLAIN_TO_HTTPS = (
    b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: %d\r\n"
    b"Connection: close\r\n\r\n" % len(_NGINX_400)
) + _NGINX_400
GO_PLAIN_TO_HTTPS = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
NO_CERTIFICATE = (
    "<html>\r\n<head><title>400 No required SSL certificate was sent</title></head>\r\n<body>\r\n"
    "<center><h1>400 Bad Request</h1></center>\r\n<center>No required SSL certificate was sent</center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
ALERT = b"\x15\x03\x03\x00\x02\x02"  # a fatal alert; its number follows


def _kind(kind: str) -> Effect:
    return Effect(tls=kind)


def _refuses(alert: int) -> Effect:
    says = Greeting(then=lambda _: ALERT + bytes([alert]), ending="fin", heed=True)
    return Effect(tls="good", greeting=says)


FAULTS = (
    Fault(
        name="tls_good",
        says="a good certificate of a private CA that is passed to the client",
        run=TRUSTED,
        resembles=("tls_unknown_ca", "tls_self_signed"),
        makes=always(_kind("good")),
    ),
    Fault(
        name="tls_private_ca",
        says="a good certificate of a private CA that the client does not know",
        causes=("tls_unknown_ca",),
        resembles=("tls_self_signed", "tls_missing_intermediate"),
        makes=always(_kind("untrusted")),
    ),
    Fault(
        name="tls_self_signed",
        says="a certificate that signed itself",
        causes=("tls_self_signed",),
        resembles=("tls_unknown_ca", "ingress_default_certificate"),
        makes=always(_kind("self_signed")),
    ),
    Fault(
        name="tls_expired",
        says="a certificate that expired yesterday, of a CA that is known",
        causes=("tls_expired",),
        resembles=("tls_unknown_ca", "tls_not_yet_valid"),
        run=TRUSTED,
        makes=always(_kind("expired")),
    ),
    Fault(
        name="tls_not_yet_valid",
        says="a certificate that is valid from tomorrow on",
        causes=("tls_not_yet_valid",),
        resembles=("tls_expired",),
        run=TRUSTED,
        makes=always(_kind("not_yet_valid")),
    ),
    Fault(
        name="tls_wrong_name",
        says="a certificate for other.example.test",
        causes=("tls_hostname_mismatch",),
        run=TRUSTED,
        makes=always(_kind("wrong_name")),
    ),
    Fault(
        name="tls_missing_intermediate",
        says="the leaf without its intermediate, of a root that is known",
        causes=("tls_missing_intermediate",),
        resembles=("tls_unknown_ca", "tls_self_signed"),
        run=TRUSTED,
        makes=always(_kind("missing_intermediate")),
    ),
    Fault(
        name="tls_ingress_default",
        says="ingress-nginx's fake certificate",
        causes=("ingress_default_certificate",),
        resembles=("tls_self_signed", "tls_unknown_ca", "tls_hostname_mismatch"),
        makes=always(_kind("ingress_default")),
    ),
    Fault(
        name="tls_traefik_default",
        says="Traefik's default certificate",
        causes=("ingress_default_certificate",),
        resembles=("tls_self_signed", "tls_hostname_mismatch"),
        makes=always(_kind("traefik_default")),
    ),
    Fault(
        name="tls_cert_manager_temporary",
        says="cert-manager's temporary certificate",
        causes=("ingress_default_certificate",),
        resembles=("tls_self_signed", "tls_unknown_ca"),
        makes=always(_kind("cert_manager_temporary")),
    ),
    Fault(
        name="tls_weak_key",
        says="an RSA key of 1024 bits",
        causes=("tls_weak_key",),
        run=TRUSTED,
        makes=always(_kind("weak_key")),
    ),
    Fault(
        name="tls_expires_soon",
        says="a good certificate with 10 days left",
        causes=("tls_expires_soon",),
        resembles=("tls_expired",),
        run=TRUSTED,
        makes=always(_kind("expires_soon")),
    ),
    Fault(
        name="tls_inspected",
        says="a certificate issued by a device that inspects TLS",
        causes=("middlebox", "tls_unknown_ca"),
        makes=always(_kind("inspected")),
    ),
    Fault(
        name="tls_client_required",
        says="demands a client certificate in the handshake",
        causes=("tls_client_cert_required",),
        run=TRUSTED,
        makes=always(_kind("client_required")),
    ),
    Fault(
        name="tls_client_required_400",
        says="shakes hands, then answers 400 `No required SSL certificate was sent`",
        causes=("tls_client_cert_required",),
        run=TRUSTED,
        makes=always(
            Effect(tls="good", instead=lambda _: answer(400, NO_CERTIFICATE, "text/html", "nginx")),
        ),
    ),
    Fault(
        name="tls_1_1_only",
        says="speaks TLS 1.0 and 1.1 alone",
        causes=("tls_version",),
        run=TRUSTED,
        makes=always(_kind("tls11_only")),
    ),
    Fault(
        name="tls_1_2_only",
        says="speaks TLS 1.2 at most, which is in order",
        run=TRUSTED,
        resembles=("tls_version",),
        makes=always(_kind("tls12_only")),
    ),
    Fault(
        name="tls_h2_only",
        says="chooses only h2 by ALPN, and speaks HTTP/2 alone",
        causes=("alpn_http2_only",),
        run=TRUSTED,
        makes=always(
            Effect(
                tls="h2_only",
                greeting=Greeting(
                    then=lambda _: (
                        b"\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x08\x07\x00\x00\x00\x00\x00"
                        + b"\x00" * 7
                        + b"\x0d"
                    ),
                    ending="fin",
                    heed=True,
                    in_the_clear=False,
                ),
            )
        ),
    ),
    Fault(
        name="tls_sni_required",
        says="answers unrecognized_name to a client that names no known host (ask by IP address)",
        causes=("tls_sni_required",),
        run=TRUSTED,
        makes=always(_kind("sni_required")),
    ),
    Fault(
        name="tls_stalled",
        says="accepts and never answers the ClientHello",
        causes=("tls_handshake_stalled",),
        resembles=("tcp_timeout", "http_stalled"),
        makes=always(Effect(tls="good", greeting=Greeting())),
    ),
    Fault(
        name="tls_closed",
        says="closes the connection on the ClientHello",
        causes=("tcp_closed_early", "tls_failed"),
        makes=always(Effect(tls="good", greeting=Greeting(ending="fin", heed=True))),
    ),
    Fault(
        name="tls_reset",
        says="resets the connection on the ClientHello",
        causes=("tcp_reset", "tls_failed"),
        makes=always(Effect(tls="good", greeting=Greeting(ending="reset", heed=True))),
    ),
    Fault(
        name="tls_alert",
        says="answers the ClientHello with a fatal alert, by its number (80 = internal_error)",
        causes=("tls_failed",),
        value=80,
        unit="alert",
        makes=lambda value: _refuses(int(value) & 0xFF),
    ),
    Fault(
        name="tls_handshake_failure",
        says="answers the ClientHello with the alert handshake_failure",
        causes=("tls_failed", "tls_version"),
        makes=always(_refuses(40)),
    ),
    Fault(
        name="tls_to_plain",
        says="the URL says https and the port speaks plain HTTP",
        causes=("tls_to_plain_port",),
        makes=always(Effect(shown_scheme="https")),
    ),
    Fault(
        name="plain_to_tls",
        says="the URL says http and the port speaks TLS; plain bytes end the connection",
        causes=("plain_to_tls_port",),
        makes=always(Effect(tls="good", shown_scheme="http")),
    ),
    Fault(
        name="plain_to_tls_400",
        says="the URL says http and the port speaks TLS; plain HTTP gets nginx's 400 that says so",
        causes=("plain_to_tls_port",),
        makes=always(Effect(tls="good", shown_scheme="http", plain_answer=PLAIN_TO_HTTPS)),
    ),
    Fault(
        name="plain_to_tls_go",
        says="the URL says http and the port speaks TLS; plain HTTP gets the 400 of Go's server",
        causes=("plain_to_tls_port",),
        makes=always(Effect(tls="good", shown_scheme="http", plain_answer=GO_PLAIN_TO_HTTPS)),
    ),
)
