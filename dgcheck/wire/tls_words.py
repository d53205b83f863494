"""What servers say in plain HTTP about TLS: that they want it, or that a client certificate was missing."""

from __future__ import annotations

from dgcheck.model.evidence import Response

# Sentences of nginx (and those built on it: ALB, Azure), Apache, Go's net/http, Tomcat, IIS.
WANTS_TLS = (
    "the plain http request was sent to https port",
    "you're speaking plain http to an ssl-enabled server port",
    "client sent an http request to an https server",
    "this combination of host and port requires tls",
    "http request was sent to an https port",
    "the page must be viewed over a secure channel",
)
WANTS_CERTIFICATE = (
    "no required ssl certificate was sent",
    "the ssl certificate error",
    "client certificate required",
    "client certificate is required",
    "client certificate not provided",
    "requires a client certificate",
)


def wants_tls(response: Response | None) -> bool:
    """Whether the answer says that this port speaks TLS."""
    return response is not None and _says(response, WANTS_TLS)


def wants_client_certificate(response: Response | None) -> bool:
    """Whether the answer says that a client certificate is missing or was not accepted."""
    return response is not None and response.status >= 400 and _says(response, WANTS_CERTIFICATE)


def wants_https(response: Response | None) -> bool:
    """Whether the answer says that it is given over TLS alone, without a redirect: a 426 that names TLS (RFC 2817), as
    Kong answers on a route for https.
    """
    if response is None or response.status != 426:
        return False
    return response.header("upgrade").lower().startswith("tls/") or _says(response, ("use https",))


def _says(response: Response, sentences: tuple[str, ...]) -> bool:
    body = " ".join(response.body[:4096].lower().replace("&#39;", "'").split())
    return response.status >= 400 and any(sentence in body for sentence in sentences)
