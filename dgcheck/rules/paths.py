"""DG0004 to DG0006: the path of the URL. A version twice, no version, a prefix that nothing serves.

What an unrouted path gets from the deployment is not known, so nothing is read out of a 404 alone: the proof is the
sibling path that does answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy, Severity
from dgcheck.model.evidence import Wire
from dgcheck.model.target import Target
from dgcheck.readings.telling import got, path_of, question, upper
from dgcheck.wire.deployment import NOT_HERE, knows_path, serves
from dgcheck.wire.likeness import alike
from dgcheck.wire.url import API_ENDS
from dgcheck.wire.who import is_deepgram


def origin(target: Target) -> str:
    """Scheme and authority without any path."""
    return f"{target.scheme}://{target.authority}"


def prefix_of(wire: Wire) -> str:
    """What stands before the API's own path in a question: `/deepgram` of `/deepgram/v1/status`, else ''."""
    path = path_of(wire)
    end = next((end for end in API_ENDS if path.endswith(end)), None)
    return path[: -len(end)] if end else path.rpartition("/")[0]


def _base_serves(case: Case) -> bool:
    return any(serves(wire) for wire in case.wires() if not _is_replay(case, wire))


def _is_replay(case: Case, wire: Wire) -> bool:
    replay = case.target.replay if case.target else ""
    return bool(replay) and path_of(wire) == replay.partition("?")[0]


def _first_not_here(case: Case) -> Wire | None:
    """The answer that shows best that the API is not here: that of the listen path, else the first."""
    refused = [wire for wire in case.wires() if wire.status in NOT_HERE]
    return next((wire for wire in refused if path_of(wire).endswith("/listen")), refused[0] if refused else None)


def _sibling(case: Case) -> Wire | None:
    """The answer of the deployment at another path of this host, when nothing serves at the one that was given."""
    if case.target is None or _base_serves(case):
        return None
    return next((wire for wire in case.of(Wire, "", "siblings") if knows_path(wire)), None)


def _doubled(case: Case) -> Iterator[Match]:
    seen, target = case.configured, case.target
    if seen is None or target is None or seen.replayed or not seen.path_doubled:
        return
    elsewhere = _sibling(case)
    if elsewhere is not None and prefix_of(elsewhere) == f"{target.prefix}/v1":
        return  # the path is served as it was typed
    works = next((wire for wire in case.wires() if serves(wire)), None)
    twice = case.first(Wire, "", "doubled_path")
    refused = twice is not None and twice.status in (*NOT_HERE, 400)
    dialled = f" ({question(twice)} got {got(twice)})" if twice is not None and refused else ""
    rest = f", where {question(works)} got {got(works)}" if works else ""
    says = (
        f"The URL ends in {seen.path_doubled}, which most SDKs add themselves and so dial twice{dialled}. "
        f"dgcheck asked below {target.base} instead{rest}."
    )
    evidence = (seen.id, *(wire.id for wire in (twice, works) if wire is not None))
    sure = Confidence.CERTAIN if works else Confidence.LIKELY
    yield Match(says, evidence, ("config",), sure, {"right_base": target.base, "extra": seen.path_doubled})


def _with_version(case: Case) -> tuple[Wire, Wire] | None:
    """The question without a version that was not found, and the same with it that was answered."""
    target = case.target
    if target is None:
        return None
    found = next((wire for wire in case.of(Wire, "", "with_version") if knows_path(wire)), None)
    wrong = next((wire for wire in case.wires() if _is_replay(case, wire) and wire.status in NOT_HERE), None)
    if found is None and target.prefix.endswith("/listen"):
        found, wrong = _sibling(case), _first_not_here(case)
        if found is None or prefix_of(found) != target.prefix.removesuffix("/listen"):
            return None
    return (wrong, found) if wrong is not None and found is not None else None


def _version_missing(case: Case) -> Iterator[Match]:
    pair, target = _with_version(case), case.target
    if pair is None or target is None:
        return
    wrong, found = pair
    base = origin(target) + prefix_of(found)
    says = (
        f"The path that is dialled has no /v1 in it, and nothing is served there: {question(wrong)} got "
        f"{got(wrong)}. With the version it is: {question(found)} got {got(found)}."
    )
    yield Match(says, (wrong.id, found.id), (wrong.check,), facts={"right_base": base})


def _path_wrong(case: Case) -> Iterator[Match]:
    target = case.target
    if target is None or _with_version(case) is not None:
        return
    found, wrong = _sibling(case), _first_not_here(case)
    if found is not None:
        refusal = f": {question(wrong)} got {got(wrong)}" if wrong is not None else ""
        base = origin(target) + prefix_of(found)
        says = (
            f"The API does not answer below {target.base}{refusal}. "
            f"It answers below {base}: {question(found)} got {got(found)}."
        )
        facts = {"right_base": base} if _versioned(found) else {"bare_path": path_of(found)}
        evidence = (*((wrong.id,) if wrong is not None else ()), found.id)
        yield Match(says, evidence, (wrong.check if wrong is not None else "config",), facts=facts)
    elif wrong is not None:
        yield from _prefix_kept(case, target, wrong)


def _versioned(wire: Wire) -> bool:
    return any(path_of(wire).endswith(end) for end in API_ENDS)


def _prefix_kept(case: Case, target: Target, wrong: Wire) -> Iterator[Match]:
    """A prefix that a proxy passes on to something that does not serve it: its 404 is another than the proxy's own."""
    if not target.prefix or _base_serves(case) or wrong.response is None:
        return
    outside = next((one for one in case.of(Wire, "", "siblings") if _is_missing_status(one, "")), None)
    inside = next((one for one in case.wires() if _is_missing_status(one, target.prefix)), None)
    if is_deepgram(wrong.response):
        seen: tuple[Wire, ...] = (wrong,)
        says = (
            f"{upper(question(wrong))} got {got(wrong)} from the deployment itself, which serves nothing below "
            f"{target.prefix}: the path arrives there with the prefix still on."
        )
    elif outside is not None and inside is not None and not alike(outside.response, inside.response):
        seen = (inside, outside)
        says = (
            f"{question(inside)} and {question(outside)} both got {got(inside)}, but in different words: behind "
            f"{target.prefix} lies another server than the one in front, and it serves nothing below that path."
        )
    else:
        return
    facts = {"kept_prefix": target.prefix}
    yield Match(says, tuple(w.id for w in seen), (wrong.check,), Confidence.LIKELY, facts, detail="prefix passed on")


def _is_missing_status(wire: Wire, prefix: str) -> bool:
    return wire.status == 404 and path_of(wire) == f"{prefix}/v1/status"


_PATH_EFFECTS = (
    "http_not_found",
    "http_method_not_allowed",
    "http_redirect",
    "http_bad_response",
    "http_server_error",
    "wrong_service",
    "ws_upgrade_not_forwarded",
    "ws_upgrade_rejected",
    "models_endpoint_missing",
    "bad_parameter",
)

FAMILY = (
    Cause(
        code="DG0004",
        cause="url_path_doubled",
        title="The base URL already ends in /v1",
        explanation=(
            "The address is a base to which an SDK adds /v1/listen. This one already ends in /v1 or /v1/listen, so "
            "the SDK dials /v1/v1/listen and gets a 404. dgcheck asked the deployment at the un-doubled path.\n\n"
            "SDKs differ. It is doubled by Python 3 and 4 (REST) and 5 to 7, JavaScript 5 (and 3 and 4 with a slash at "
            "the end), .NET 1 to 3, Java and Pipecat. It is harmless to Go with a scheme, JavaScript 3 and 4, Rust and "
            ".NET's constructor. Python 2 and .NET's BaseAddress property need it, and LiveKit's Python plugin wants "
            "the whole path up to /v1/listen."
        ),
        told_apart=(
            "The doubled path is refused and the un-doubled one answers. A target with a query is a whole request out "
            "of a log and is never called doubled."
        ),
        remedies=(
            Remedy("Take {extra} off the end of the setting", "dgcheck run {right_base}"),
            Remedy(
                "If your SDK is one of those that need it, leave it as it is and hide this warning",
                "dgcheck run {right_base}{extra} --ignore DG0004",
            ),
        ),
        severity=Severity.WARNING,
        heals=Heals.NEVER,
        when=_doubled,
        source="reference of SDK behaviour: trap 4, measured",
    ),
    Cause(
        code="DG0005",
        cause="url_version_missing",
        title="The client dials /listen, not /v1/listen",
        explanation=(
            "The path has no version in it, and nothing is served there, while the same request with /v1 is answered. "
            "Clients that add only /listen to their base need /v1 in the base: Python 2, and .NET 4 to 7 when the "
            "address is set through the BaseAddress property (as in the public examples) rather than the constructor."
        ),
        told_apart="The path without the version got 404, the one with it was answered, on the same host and port.",
        remedies=(
            Remedy("Put /v1 at the end of the client's base address", "{right_base}/v1"),
            Remedy(
                "In .NET give the address to the constructor, which adds /v1 itself",
                'new DeepgramWsClientOptions("KEY", "{right_base}")',
            ),
            Remedy("See the deployment answer", "dgcheck run {right_base}"),
        ),
        explains=_PATH_EFFECTS,
        heals=Heals.NEVER,
        when=_version_missing,
        source="reference of SDK behaviour: .NET BaseAddress and Python 2, measured",
    ),
    Cause(
        code="DG0006",
        cause="url_path_wrong",
        title="The URL's path is not the one under which the API is served",
        explanation=(
            "The host answers HTTP, but not as the deployment below this path: the URL has a prefix that nothing "
            "serves, or lacks the one under which a proxy serves the API, or the proxy passes the prefix on to the "
            "deployment, which knows only /v1.\n\n"
            "In the API container the key base_url of the [server] section (default /v1) decides the path. In a proxy, "
            "a prefix must be taken off before the request is passed on. Some clients lose a prefix by themselves: "
            "Python 3 and 4 when streaming, Go, and JavaScript 3 and 4 and Rust without a slash at the end."
        ),
        told_apart=(
            "Another path of the same host and port answers as the deployment; or the 404 under the prefix is another "
            "one than the proxy's own. What a 404 of the deployment looks like is not relied on. Where no path "
            "answers, this is not said (http_not_found, wrong_service)."
        ),
        remedies=(
            Remedy("Use the address that answers", "dgcheck run {right_base}"),
            Remedy(
                "The API answers at {bare_path}, without /v1: stop the proxy from adding or cutting it, or set the "
                "path in the [server] section of api.toml",
                'base_url = "/v1"',
            ),
            Remedy(
                "Take {kept_prefix} off before passing the request on; the slash at the end of proxy_pass does it",
                "location {kept_prefix}/ {\n    proxy_pass http://UPSTREAM:8080/;\n}",
                place="nginx",
            ),
            Remedy(
                "Take {kept_prefix} off before passing the request on: a path with two groups and "
                "nginx.ingress.kubernetes.io/rewrite-target: /$2",
                "path: {kept_prefix}(/|$)(.*)\npathType: ImplementationSpecific",
                place="ingress-nginx",
            ),
            Remedy(
                "Take {kept_prefix} off before passing the request on",
                "http-request replace-path {kept_prefix}/(.*) /\\1",
                place="haproxy",
            ),
            Remedy(
                "Take {kept_prefix} off before passing the request on",
                "handle_path {kept_prefix}/* {\n    reverse_proxy UPSTREAM:8080\n}",
                place="caddy",
            ),
            Remedy(
                "Take {kept_prefix} off before passing the request on, with the middleware StripPrefix",
                "stripPrefix:\n  prefixes:\n    - {kept_prefix}",
                place="traefik",
            ),
            Remedy(
                "Take {kept_prefix} off before passing the request on",
                'match: {prefix: "{kept_prefix}/"}\nroute: {prefix_rewrite: "/"}',
                place="envoy",
            ),
            Remedy("Let the deployment serve {kept_prefix}: api.toml, [server]", 'base_url = "{kept_prefix}/v1"'),
        ),
        explains=_PATH_EFFECTS,
        when=_path_wrong,
        source="api.toml of Deepgram's self-hosted resources (base_url); the proxies' own documentation",
    ),
)
