"""Where a redirect points, compared with what was asked."""

from __future__ import annotations

from dgcheck.model.record import dataclass

_LOGIN = (
    "login",
    "signin",
    "sign-in",
    "sign_in",
    "oauth",
    "sso",
    "saml",
    "/auth",
    "authorize",
    "openid",
    "keycloak",
    "cdn-cgi/access",
)


@dataclass(frozen=True, slots=True)
class Redirect:
    """A redirect. `kind` is https (same host and path over TLS), login, loop, slash, host, path, or '' without a
    usable Location. `base` is the address that the client should use instead, '' where it cannot be told.
    """

    kind: str
    location: str
    base: str = ""


def read_redirect(asked: str, location: str) -> Redirect:
    """Compare a Location with the URL that was asked; never raises."""
    from urllib.parse import urljoin, urlsplit

    if not location.strip():
        return Redirect("", "")
    try:
        whole = urljoin(asked, location.strip())
        old, new = urlsplit(asked), urlsplit(whole)
        same_host = (old.hostname or "") == (new.hostname or "")
        ports = (old.port or _port(old.scheme), new.port or _port(new.scheme))
    except ValueError:
        return Redirect("", location[:300])
    shown = whole.split("?", 1)[0][:300]
    lower = f"{new.hostname or ''}{new.path}?{new.query}".lower()
    if (old.scheme, old.netloc, old.path) == (new.scheme, new.netloc, new.path):
        return Redirect("loop", shown)
    if any(word in lower for word in _LOGIN):
        return Redirect("login", shown)
    tail = next((end for end in ("/v1/listen", "/v1/status", "/v1/models") if old.path.rstrip("/").endswith(end)), "")
    base = f"{new.scheme}://{new.netloc}{new.path[: -len(tail)]}" if tail and new.path.endswith(tail) else ""
    if same_host and old.scheme == "http" and new.scheme == "https":
        return Redirect("https", shown, base)
    if old.path.rstrip("/") == new.path.rstrip("/") and same_host and ports[0] == ports[1]:
        return Redirect("slash", shown)
    return Redirect("path" if same_host and ports[0] == ports[1] else "host", shown, base)


def _port(scheme: str) -> int:
    return 443 if scheme in ("https", "wss") else 80
