"""`{"url": …}`: remote audio, and everything that keeps it from being had (self-hosted-api.md §4.4)."""

from __future__ import annotations

import ipaddress
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dgcheck.sim.asked import Download
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.query import UNDECODABLE, Refusal
from dgcheck.wire.loopback import loopback
from dgcheck.wire.remote import EXAMPLE, EXAMPLE_WORDS

if TYPE_CHECKING:
    from dgcheck.sim.core import Replica

NOT_JSON = "Content-type was application/json, but we could not process the JSON payload."
NOT_ROUTABLE = "URL for media download must be publicly routable."
NO_URI = "Could not parse URL as a URI."
PROBLEMS = {
    "unresolved": "Could not determine if URL for media download is publicly routable.",
    "unreachable": "The remote server hosting the media failed to return valid data.",
    "no_location": (
        "The remote server hosting the media failed to include a `location` header in its redirect response."
    ),
    "bad_location": "Could not parse remote media server's redirect location as a URL.",
    "redirects": "The remote server hosting the media returned too many redirects.",
}


def url_in(body: bytes) -> str | Refusal:
    """The address in the body of a request, or why there is none."""
    try:
        url = json.loads(body)["url"]
        if not isinstance(url, str):
            raise TypeError(url)
    except (ValueError, KeyError, TypeError, RecursionError):
        return Refusal(400, "Bad Request", NOT_JSON)
    return url if _host(url) else _remote(NO_URI)


def refused(url: str, deployment: Deployment, download: Download | None) -> Refusal | None:
    """Why the audio at that address cannot be had, as far as is known; None = nothing speaks against it."""
    if deployment.switches.publicly_routable and _is_private(_host(url)):
        return _remote(NOT_ROUTABLE)
    text = deployment.remote_error
    if text == "corrupt":
        return Refusal(400, "Bad Request", UNDECODABLE)
    if text:
        return _remote(text)
    if download is None or not download.problem:
        return None
    status = f"The remote server hosting the media returned a client error: {download.problem}."
    return _remote(PROBLEMS.get(download.problem, status))


def to_be_fetched(url: str, deployment: Deployment) -> bool:
    """Whether the stand-in goes and fetches it. What lies elsewhere is taken as fetched unless it is told to."""
    return deployment.fetches or loopback(_host(url))


def words(url: str, replica: Replica) -> str:
    """The scripted words of audio that is only taken as fetched; those of the documentation's own clip are known."""
    return EXAMPLE_WORDS if url == EXAMPLE and not replica.deployment.words else replica.script.text


def _remote(text: str) -> Refusal:
    return Refusal(400, "REMOTE_CONTENT_ERROR", text)


def _host(url: str) -> str:
    """The host of an address of the web; '' where it is none."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host
