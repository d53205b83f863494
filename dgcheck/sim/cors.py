"""What the stand-in says to a browser that asks on behalf of a page of another origin."""

from __future__ import annotations

from dgcheck.sim.asked import Asked, Reply

HEADERS = "authorization, content-type"


def asks_leave(asked: Asked) -> bool:
    """Whether this is a browser's question before a request (a CORS preflight)."""
    return (
        asked.method == "OPTIONS"
        and bool(asked.header("origin"))
        and bool(asked.header("access-control-request-method"))
    )


def leave() -> Reply:
    """The answer that gives leave; the origin is added as to every answer."""
    granted = (
        ("access-control-allow-methods", "GET, POST, OPTIONS"),
        ("access-control-allow-headers", HEADERS),
        ("access-control-max-age", "600"),
    )
    return Reply(status=200, headers=granted)


def allowed(asked: Asked, reply: Reply) -> Reply:
    """The answer as a page may read it, its dg-* headers too; an answer that nobody's page asked for stays as it is."""
    if not asked.header("origin") or reply.status == 101:
        return reply
    return reply.having("access-control-allow-origin", "*").having(
        "access-control-expose-headers", "dg-request-id, dg-error"
    )
