"""Addresses of ports beside the API: the License Proxy's status port and the Engine's metrics port.

People give them with or without the path of the page that they know: `http://engine:9991`, `…/metrics`,
`http://license-proxy:8089/v1/status` (self-hosted-api.md §1.2).
"""

from __future__ import annotations

from dgcheck.model.record import replace
from dgcheck.model.target import Target
from dgcheck.wire.url import BadUrl, parse

_PAGES = ("/v1/status", "/v1/certificates", "/certificates", "/metrics", "/v1")


class BadSide(ValueError):
    """An address that cannot be asked; the text says why and never holds the address, which may have a password."""


def base(text: str) -> Target:
    """What is asked: scheme, host, port and what stands before the pages. Raises BadSide."""
    plain = text.partition("?")[0].partition("#")[0].rstrip("/")
    page = next((page for page in _PAGES if plain.endswith(page)), "")
    try:
        found = parse(plain.removesuffix(page) if page else plain)
    except BadUrl as problem:
        raise BadSide(f"it is no URL that can be asked: {problem.problem}") from None
    if found.scheme_given not in ("http", "https"):
        raise BadSide("it begins with http:// or https://")
    return replace(found, replay="")
