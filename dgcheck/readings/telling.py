"""Pieces of sentences about questions and answers: what was asked, who wrote the answer, how long it took."""

from __future__ import annotations

from collections.abc import Iterable

from dgcheck.model.evidence import Response, Seen, Upgrade, Wire
from dgcheck.readings.answers import waited
from dgcheck.wire.server_error import said
from dgcheck.wire.who import answered, signed

_WRITERS = {
    "deepgram": "Deepgram's own API",
    "nginx": "nginx",
    "ingress-nginx": "ingress-nginx",
    "haproxy": "HAProxy",
    "envoy": "Envoy",
    "istio": "Istio's Envoy",
    "traefik": "Traefik",
    "caddy": "Caddy",
    "alb": "an AWS load balancer",
    "cloudflare": "Cloudflare",
    "gce": "Google's load balancer",
    "azure": "Azure's gateway",
    "aws-api-gateway": "AWS API Gateway",
    "apache": "Apache httpd",
    "iis": "Microsoft IIS",
    "squid": "squid",
    "go": "a server written in Go (Traefik and many gateways answer like this)",
    "python": "a Python web server",
    "kong": "Kong",
}


def writer(response: Response | None) -> str:
    """Who wrote an answer, as the subject of a sentence: `nginx`, `a server that calls itself “X”`, `something`."""
    who = answered(response)
    if who:
        return _WRITERS.get(who, who)
    server = response.header("server") if response is not None else ""
    return f"a server that calls itself “{server[:60]}”" if server else "something that does not name itself"


def signer(response: Response | None) -> str:
    """The proxy that put its name on an answer, ` through nginx` style; '' when none or when it wrote the answer."""
    who = signed(response)
    return f" through {_WRITERS.get(who, who)}" if who and who != answered(response) else ""


def path_of(seen: Wire) -> str:
    """The path that was asked, without its query."""
    target = seen.request.target.split("?", 1)[0]
    if "://" in target:  # as a forward proxy is asked
        target = "/" + target.split("://", 1)[1].partition("/")[2]
    return target


def question(seen: Wire) -> str:
    """A question in words: `POST /v1/listen`, `the WebSocket upgrade of /v1/listen`."""
    if isinstance(seen, Upgrade):
        return f"the WebSocket upgrade of {path_of(seen)}"
    return f"{seen.request.method} {path_of(seen)}"


def questions(asked: Iterable[Wire]) -> str:
    """Several questions in words, each once: `POST /v1/listen and the WebSocket upgrade of /v1/listen`; more than three
    are counted. Upgrades come last, whichever was answered first.
    """
    ordered = sorted(asked, key=lambda seen: isinstance(seen, Upgrade))
    found = list(dict.fromkeys(question(seen) for seen in ordered))
    return listed(found if len(found) <= 3 else [*found[:2], f"{len(found) - 2} more questions"])


def checks_of(seen: Iterable[Seen | None], *more: str) -> tuple[str, ...]:
    """The checks that asked these questions, and those in `more`, each once and in this order."""
    return tuple(dict.fromkeys((*(one.check for one in seen if one is not None), *more)))


def listed(words: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {last} {found[-1]}"


def status_words(response: Response) -> str:
    """`502 Bad Gateway`, `502`."""
    return f"{response.status} {response.reason.strip()[:60]}".strip()


def got(seen: Wire) -> str:
    """What a question got: its status in words, or how it ended without one."""
    return status_words(seen.response) if seen.response else f"no answer ({seen.ending.value.replace('_', ' ')})"


def quoted(response: Response | None) -> str:
    """The server's own words, as the rest of a sentence: `: “No such model…”`; '' when it had none, or only the status
    over again.
    """
    if response is None:
        return ""
    words = said(response).rstrip(".")
    if not words or _repeats(words, response):
        return ""
    return f": {words}" if words.startswith("a page titled") else f": “{words}”"


def _repeats(words: str, response: Response) -> bool:
    """Whether the words are the status and its name and nothing else (`a page titled “502 Bad Gateway”`)."""
    title = words.removeprefix("a page titled “").removesuffix("”").lower()
    number = str(response.status)
    return title == response.reason.strip().lower() or (number in title and len(title) <= len(number) + 40)


def seconds(value: float) -> str:
    """A time for people: `40 ms`, `2.0 s`, `60.0 s`."""
    value = round(value, 6)  # what a difference of two saved times adds to them is no time
    return f"{value * 1000:.0f} ms" if value < 0.95 else f"{value:.1f} s"


def after(seen: Wire) -> str:
    """` after 60.0 s`, how long the answer let itself be waited for; '' when unknown or under a tenth of a second."""
    took = waited(seen)
    return f" after {seconds(took)}" if took is not None and took >= 0.1 else ""


def upper(words: str) -> str:
    """The words as the beginning of a sentence; names that are written small stay so (`nginx`)."""
    return words if words.startswith(("nginx", "ingress-nginx", "squid")) else words[:1].upper() + words[1:]


def waited_for(seen: Wire) -> float | None:
    """Seconds from sending a question to its end without an answer; None when that is not known."""
    begun = next((one.start for one in seen.phases if one.name == "request"), None)
    if begun is None or seen.ended_at <= begun:
        return None
    return seen.ended_at - begun
