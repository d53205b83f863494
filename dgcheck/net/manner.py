"""A question in the words of an SDK: its headers and no others, in its order and case, its key where it puts one."""

from __future__ import annotations

from dgcheck.model.asking import Ask
from dgcheck.model.record import replace
from dgcheck.net.network import Network

Headers = list[tuple[str, str]]

# A key for SDKs that want one where nobody gave us any: self-hosted checks none, and Python 2 wants forty hex digits.
STAND_IN = "a" * 40
# Headers of a handshake that are made anew for every question.
_MADE = frozenset(("sec-websocket-key", "content-length"))


def headers(network: Network, ask: Ask, authority: str, extra: Headers | None, *, secret: str) -> Headers:
    """Every header of the question as its manner says; `secret` is the key that may go along, '' for a stand-in.

    `extra` are the handshake's own headers as dgcheck makes them, from which the key of this handshake is taken.
    """
    assert ask.manner is not None
    made = {name.lower(): value for name, value in extra or ()}
    made["content-length"] = str(len(ask.body))
    offered = ", ".join(with_key(ask, secret).subprotocols)
    own = {name.lower(): value for name, value in ask.headers}
    words = {"{key}": secret or STAND_IN, "{authority}": authority, "{agent}": network.agent}
    words["{host}"] = _without_port(authority)
    words["{content_type}"] = own.get("content-type", "")
    found: Headers = []
    for name, value in ask.manner.headers:
        if name.lower() == "content-length" and not ask.body:
            continue
        if name.lower() == "sec-websocket-protocol":
            value = offered
        found.append((name, made[name.lower()] if not value and name.lower() in _MADE else _filled(value, words)))
    there = {name.lower() for name, _ in found}
    if offered and "sec-websocket-protocol" not in there:
        found.append(("Sec-WebSocket-Protocol", offered))
    if ask.body and not there & {"content-length", "transfer-encoding"}:
        found.append(("Content-Length", made["content-length"]))
    if ask.bare:
        return found
    return [*found, *((name, value.reveal()) for name, value in network.settings.headers if name.lower() not in there)]


def with_key(ask: Ask, secret: str) -> Ask:
    """The question with the key in its subprotocols, where the SDK puts it there."""
    assert ask.manner is not None
    offered = tuple(_filled(one, {"{key}": secret or STAND_IN}) for one in ask.manner.subprotocols)
    return replace(ask, subprotocols=offered)


def extensions(ask: Ask) -> tuple[str, ...]:
    """The WebSocket extensions that the manner offers, without their parameters."""
    if ask.manner is None:
        return ()
    offered = (value for name, value in ask.manner.headers if name.lower() == "sec-websocket-extensions")
    return tuple(one.partition(";")[0].strip() for value in offered for one in value.split(","))


def _without_port(authority: str) -> str:
    return authority[: authority.rfind(":")] if authority.rfind(":") > authority.rfind("]") else authority


def _filled(template: str, words: dict[str, str]) -> str:
    for name, value in words.items():
        template = template.replace(name, value)
    return template.strip()
