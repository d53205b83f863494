"""Cases built by hand, for rules that are judged without a network.

`case(...)` makes one from a URL and pieces of evidence; the other functions make the pieces with short arguments. Ids
are given in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from dgcheck.diagnosis import diagnose
from dgcheck.diagnosis.well import good_checks
from dgcheck.experiments import experiments
from dgcheck.model.case import Case
from dgcheck.model.catalogue import Match
from dgcheck.model.evidence import (
    Dial,
    DnsAnswer,
    Ending,
    Exchange,
    Handshake,
    Lookup,
    Request,
    Response,
    Seen,
    Surroundings,
    Upgrade,
    Wire,
)
from dgcheck.model.record import replace
from dgcheck.model.report import Finding
from dgcheck.model.target import Proxy, Settings, Target
from dgcheck.rules import cause
from dgcheck.wire.listing import read as read_listing
from dgcheck.wire.redact import Redactor
from dgcheck.wire.url import BadUrl, parse, query_of

HEALTHY = '{"system_health":"Healthy","active_batch_requests":0,"active_stream_requests":0}'
MODELS = '[{"name":"general","canonical_name":"nova-3-general","batch":true,"streaming":true,"languages":["en"]}]'
HEARD = (
    '{"metadata":{"request_id":"11111111-2222-4333-8444-555555555555","duration":1.5,"channels":1},'
    '"results":{"channels":[{"alternatives":[{"transcript":"hello there","confidence":0.99,"words":[]}]}]}}'
)
DG = (("dg-request-id", "11111111-2222-4333-8444-555555555555"), ("content-type", "application/json"))
HTML = (("content-type", "text/html"), ("server", "nginx/1.24.0"))
NGINX_404 = (
    "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center>"
    "<hr><center>nginx/1.24.0</center></body></html>"
)
REASONS = {
    101: "Switching Protocols",
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
}


def case(url: str, *evidence: Seen, key: dict[str, Any] | None = None, **settings: Any) -> Case:
    """A case for this target. `key` are fields of Configured; the rest are settings."""
    from dgcheck.settings.configured import configured

    target: Target | None = None
    problem: BadUrl | None = None
    try:
        target = parse(url)
    except BadUrl as error:
        problem = error
    chosen = Settings(target_given=url, **settings)
    config = replace(configured(chosen, target, problem, Redactor(())), **(key or {}))
    found = Case(target=target, settings=chosen)
    own = () if any(isinstance(one, Surroundings) for one in evidence) else (around(),)
    for number, seen in enumerate((config, *own, *evidence), 1):
        found.add(replace(seen, id=f"e{number}"))
    return found


def matches(found: Case, word: str) -> list[Match]:
    """What one cause says of a case."""
    known = cause(word)
    assert known is not None, word
    assert known.when is not None, word
    return list(known.when(found))


def findings(found: Case) -> dict[str, Finding]:
    """The whole diagnosis by cause."""
    return {one.cause: one for one in diagnosed(found)}


def roots(found: Case) -> list[str]:
    """The causes that are roots, the answer first."""
    return [one.cause for one in diagnosed(found) if one.root]


def diagnosed(found: Case) -> tuple[Finding, ...]:
    """The diagnosis; fails the test where rules that were not asked would have had something to say."""
    told = diagnose.diagnose(found)
    with every_rule_asked():
        assert diagnose.diagnose(found) == told
    return told


@contextmanager
def every_rule_asked() -> Iterator[None]:
    """Also those are asked that explain failures, where none is seen; and no experiment may be called for that is
    left out then."""

    def none(case: Case) -> None:
        good = good_checks(case)
        if good is not None:
            left_out = {one.id: one for one in experiments() if one not in experiments(good)}
            assert not [name for name, one in left_out.items() if one.when(case)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diagnose, "good_checks", none)
        yield


def around(**fields: Any) -> Surroundings:
    """Where dgcheck stood."""
    return Surroundings(id="", check="config", ending=Ending.ANSWERED, **fields)


def looked(name: str, *addresses: str, error: str = "", ending: Ending | None = None, **fields: Any) -> Lookup:
    """What the system's resolver said."""
    how = ending or (Ending.ANSWERED if addresses else Ending.FAILED)
    return Lookup(id="", check="dns", ending=how, name=name, addresses=addresses, error=error, **fields)


def dns(name: str, rcode: str, *addresses: str, server: str = "10.0.0.53", **fields: Any) -> list[DnsAnswer]:
    """Both answers (A and AAAA) of one server to one name; '' for silence."""
    ending = Ending.ANSWERED if rcode else fields.pop("ending", Ending.TIMED_OUT)
    return [
        DnsAnswer(
            id="",
            check="dns",
            purpose="dns_servers",
            ending=ending,
            name=name,
            server=server,
            rtype=rtype,
            rcode=rcode,
            addresses=tuple(one for one in addresses if (":" in one) == (rtype == "AAAA")),
            **fields,
        )
        for rtype in ("A", "AAAA")
    ]


def dialled(address: str, ending: Ending = Ending.ANSWERED, *, port: int = 8080, **fields: Any) -> Dial:
    """One connection attempt."""
    return Dial(**{"id": "", "check": "tcp", "ending": ending, "address": address, "port": port, **fields})


def shaken(version: str = "TLSv1.3", **fields: Any) -> Handshake:
    """One TLS handshake that succeeded."""
    base = {"id": "", "check": "tls", "ending": Ending.ANSWERED, "address": "10.0.0.7", "port": 8080}
    return Handshake(**{**base, "version": version, **fields})


def got(
    what: str,
    status: int | None = 200,
    body: str = "",
    headers: Iterable[tuple[str, str]] = (),
    *,
    base: str = "http://10.0.0.7:8080",
    **fields: Any,
) -> Exchange:
    """One request and its answer: `got("GET /v1/status", 200, HEALTHY)`. The check follows from the path."""
    listing = read_listing(body) if what.endswith("/v1/models") and status == 200 else None
    return Exchange(**_wire(what, status, body, headers, base, fields), listing=listing)


def upgraded(
    what: str = "GET /v1/listen",
    status: int | None = 101,
    body: str = "",
    headers: Iterable[tuple[str, str]] = (),
    *,
    base: str = "http://10.0.0.7:8080",
    **fields: Any,
) -> Upgrade:
    """One upgrade and its answer."""
    return Upgrade(**_wire(what, status, body, headers, base, {"check": "ws.upgrade", **fields}))


def _wire(
    what: str, status: int | None, body: str, headers: Iterable[tuple[str, str]], base: str, fields: dict[str, Any]
) -> dict[str, Any]:
    method, _, target = what.partition(" ")
    path = target.partition("?")[0]
    check = {"/v1/status": "status", "/v1/models": "models", "/v1/status/engine": "engine"}.get(
        path[path.find("/v1/") :], "rest" if method == "POST" else "status"
    )
    response = (
        Response(status=status, reason=REASONS.get(status, ""), headers=tuple(headers), body=body) if status else None
    )
    request = Request(method=method, target=target, query=query_of(target), with_key=fields.pop("with_key", False))
    return {
        "id": "",
        "check": check,
        "ending": Ending.ANSWERED if response else Ending.NOT_CONNECTED,
        "url": base + target,
        "request": request,
        "response": response,
        "address": "10.0.0.7",
        "port": 8080,
        **fields,
    }


def served(prefix: str = "", **fields: Any) -> list[Wire]:
    """What a healthy deployment answers below a prefix."""
    return [
        got(f"GET {prefix}/v1/status", 200, HEALTHY, **fields),
        got(f"GET {prefix}/v1/models", 200, MODELS, **fields),
        got(f"POST {prefix}/v1/listen?model=nova-3", 200, HEARD, DG, **fields),
        upgraded(f"GET {prefix}/v1/listen?model=nova-3", 101, "", DG, **fields),
    ]


def missing(prefix: str = "", body: str = NGINX_404, headers: Iterable[tuple[str, str]] = HTML) -> list[Wire]:
    """404 for every question below a prefix."""
    return [
        got(f"GET {prefix}/v1/status", 404, body, headers),
        got(f"GET {prefix}/v1/models", 404, body, headers),
        got(f"POST {prefix}/v1/listen?model=nova-3", 404, body, headers),
        upgraded(f"GET {prefix}/v1/listen?model=nova-3", 404, body, headers),
    ]


def proxied(url: str = "http://proxy:3128", origin: str = "https_proxy") -> Proxy:
    """A forward proxy in force."""
    host, _, port = url.partition("://")[2].partition(":")
    return Proxy(host=host, port=int(port), tls=False, user="", password=None, shown=url, origin=origin)
