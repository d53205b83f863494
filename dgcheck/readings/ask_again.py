"""A question that was asked before, put once more with something changed."""

from __future__ import annotations

from dgcheck.model.asking import Ask
from dgcheck.model.evidence import Wire
from dgcheck.model.target import Audio
from dgcheck.readings.telling import path_of

LIMIT = 15.0


def ask_again(seen: Wire, query: tuple[tuple[str, str], ...], audio: Audio, *, method: str = "") -> Ask:
    """The same path with another query, on a new connection; a POST takes the audio along. `method` changes the way:
    POST where the question was an upgrade."""
    posted = (method or seen.request.method) == "POST"
    path = path_of(seen)
    if "://" in path:  # a plain request through a forward proxy names the whole URL
        path = "/" + path.partition("://")[2].partition("/")[2]
    return Ask(
        path=path,
        whole=True,
        query=query,
        method=method or seen.request.method,
        headers=(("Content-Type", audio.content_type),) if posted else (),
        body=audio.data if posted else b"",
        limit=LIMIT,
        keep=65536 if posted else 4096,
    )


def without(seen: Wire, name: str) -> tuple[tuple[str, str], ...]:
    """The query of a question without one parameter."""
    return tuple(pair for pair in seen.request.query if pair[0] != name)


def with_model(seen: Wire, model: str) -> tuple[tuple[str, str], ...]:
    """The query of a question with another model, or with one at all."""
    return (("model", model), *without(seen, "model"))
