"""What a browser makes of an answer for a page of another origin (WHATWG Fetch: CORS check, CORS-preflight fetch)."""

from __future__ import annotations

from collections.abc import Sequence

from dgcheck.model.evidence import Response


def unreadable(response: Response, origin: str) -> str:
    """Why a page of that origin may not read this answer, as the end of a sentence; '' where it may.

    The page's request carries no cookies (what `fetch` does unless it is told otherwise), so that `*` counts.
    """
    allowed = _values(response, "access-control-allow-origin")
    if allowed is None:
        return "has no Access-Control-Allow-Origin"
    if allowed in ("*", origin):
        return ""
    if "," in allowed:
        return f"has several values in Access-Control-Allow-Origin ({_short(allowed)}), where one alone is allowed"
    return f"allows another origin (Access-Control-Allow-Origin: {_short(allowed)})"


def preflight_fails(response: Response, origin: str, headers: Sequence[str]) -> str:
    """Why a browser does not send the request that this answer to OPTIONS was asked for; '' where it does.

    `headers` are those of the request that need leave. POST is always allowed. `*` covers all headers here; see
    `covers_key`.
    """
    if not 200 <= response.status < 300:
        return f"was answered with {response.status}, where 200 or 204 is needed"
    problem = unreadable(response, origin)
    if problem:
        return f"got an answer that {problem}"
    granted = [name.strip().lower() for name in (_values(response, "access-control-allow-headers") or "").split(",")]
    lacking = [] if "*" in granted else [name for name in headers if name.lower() not in granted]
    return f"does not allow the header {' and '.join(lacking)} (Access-Control-Allow-Headers)" if lacking else ""


def covers_key(response: Response) -> bool:
    """Whether the leave names Authorization itself. By the standard `*` does not cover it; Chromium (156, measured)
    lets it, other browsers need not.
    """
    granted = [name.strip().lower() for name in (_values(response, "access-control-allow-headers") or "").split(",")]
    return "authorization" in granted or "*" not in granted


def exposes(response: Response, name: str) -> bool:
    """Whether a page may read this header of an answer that it may read."""
    exposed = [one.strip().lower() for one in (_values(response, "access-control-expose-headers") or "").split(",")]
    return name.lower() in exposed or "*" in exposed


def _values(response: Response, name: str) -> str | None:
    """All values of a header as a browser joins them; None where it is absent."""
    found = [value.strip() for key, value in response.headers if key.lower() == name]
    return ", ".join(found) if found else None


def _short(value: str) -> str:
    return value if len(value) <= 120 else value[:117] + "..."
