"""DG0013 and DG3019: what a browser does not let a page do, though every other client is served."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy, Severity
from dgcheck.model.evidence import Exchange, Upgrade, Wire
from dgcheck.readings.answers import opened, transcribed, upgrade_works, with_subprotocol
from dgcheck.readings.browser import (
    NEEDS_LEAVE,
    beyond_pages,
    mixed,
    opened_for_page,
    posted,
    preflight,
    refused,
    same_origin,
    wanted_leave,
    without_origin,
)
from dgcheck.readings.telling import listed, question, status_words, upper, writer
from dgcheck.wire.cors import covers_key, exposes, preflight_fails, unreadable
from dgcheck.wire.incomplete import dropped
from dgcheck.wire.who import answered


def _mixed(case: Case) -> Iterator[Match]:
    if not mixed(case) or case.target is None:
        return
    origin, target = case.settings.origin, case.target
    says = (
        f"A page of {origin} came over https, and browsers do not let it call {target.base} or "
        f"ws://{target.authority}{target.prefix}: the request is stopped inside the browser, and nothing arrives here."
    )
    ids = (case.configured.id,) if case.configured else ()
    yield Match(says, ids, ("origin",), facts={"origin": origin})


def _blocked(case: Case) -> Iterator[Match]:
    """One match for all that a page may not do; what it may do and cannot wholly read is a lesser one."""
    origin = case.settings.origin
    if not origin or same_origin(case):
        return
    hard = [*_asked(case, origin), *_socket(case)]
    if hard:
        yield _match(case, hard, Confidence.CERTAIN, None)
        return
    soft = list(_errors(case, origin))
    if soft:
        yield _match(case, soft, Confidence.CERTAIN, Severity.WARNING)
        return
    hidden = list(_hidden(case))
    if hidden:
        yield _match(case, hidden, Confidence.CERTAIN, Severity.INFO)


Told = tuple[str, str, Wire]  # a sentence, in a few words, and what it rests on


def _match(case: Case, told: list[Told], sure: Confidence, severity: Severity | None) -> Match:
    return Match(
        " ".join(sentence for sentence, _, _ in told if sentence),
        tuple(dict.fromkeys(seen.id for _, _, seen in told)),
        ("origin",),
        sure,
        {"origin": case.settings.origin, "allowed": ", ".join(NEEDS_LEAVE)},
        severity,
        detail=listed(dict.fromkeys(word for _, word, _ in told)),
    )


def _asked(case: Case, origin: str) -> Iterator[Told]:
    """The leave that a browser asks for, and the answer; what is wrong with both is told once."""
    leave, answer = _leave(case, origin), _answer(case, origin)
    if leave and answer and leave[0] == f"got an answer that {answer[0]}":
        both = f"OPTIONS {_path(leave[2])}, with which a browser asks for leave, and {question(answer[2])} both"
        yield f"{both} {_may_not(leave[0], origin)}", "preflight", leave[2]
        yield "", "answer", answer[2]
        return
    if leave:
        problem, who, seen = leave
        why = " A browser sends no key with it." if seen.status in (401, 403) else ""
        yield f"A browser asks for leave first, and OPTIONS {_path(seen)} {problem}{who}.{why}", "preflight", seen
    if answer:
        yield f"{upper(question(answer[2]))} works, but its answer {_may_not(answer[0], origin)}", "answer", answer[2]


def _may_not(problem: str, origin: str) -> str:
    return f"{problem}: a page of {origin} may not read it."


Problem = tuple[str, str, Exchange]  # the end of a sentence, who answered (in brackets), and what it rests on


def _leave(case: Case, origin: str) -> Problem | None:
    seen = preflight(case)
    if seen is None or seen.response is None or _elsewhere(seen):
        return None
    problem = preflight_fails(seen.response, origin, wanted_leave(seen))
    named = not 200 <= seen.response.status < 300 and answered(seen.response)
    return (problem, f" ({writer(seen.response)})" if named else "", seen) if problem else None


def _answer(case: Case, origin: str) -> Problem | None:
    seen = posted(case)
    if seen is None or not transcribed(seen) or seen.response is None:
        return None
    problem = unreadable(seen.response, origin)
    return (problem, "", seen) if problem else None


def _errors(case: Case, origin: str) -> Iterator[Told]:
    seen = refused(case)
    if seen is None or seen.response is None or not 400 <= seen.response.status < 500:
        return
    problem = unreadable(seen.response, origin)
    if problem:
        got = status_words(seen.response)
        says = f"A page of {origin} may read good answers, and no errors: one with {got} {problem}."
        yield f"{says} The page then sees “Failed to fetch” and never the reason.", "errors", seen


def _hidden(case: Case) -> Iterator[Told]:
    """What a page may do all the same, in all browsers or in most."""
    asked, seen = preflight(case), posted(case)
    if asked is not None and asked.response is not None and not covers_key(asked.response):
        words = "Leave is given for * instead of naming Authorization, which the standard does not let * cover."
        yield f"{words} Chromium does not mind; other browsers may.", "Authorization by *", asked
    response = seen.response if seen is not None and transcribed(seen) else None
    if seen is None or response is None or not response.header("dg-request-id"):
        return
    if not exposes(response, "dg-request-id"):
        words = "A page may read the answers, but not the header dg-request-id (Access-Control-Expose-Headers)."
        yield words, "dg-request-id", seen


def _socket(case: Case) -> Iterator[Told]:
    """The upgrade with the page's origin was refused each time, the same one without it was not."""
    tries = opened_for_page(case)
    plain = with_subprotocol(case)
    if not tries or any(opened(seen) for seen in tries) or not upgrade_works(case) or not opened(plain):
        return
    seen = tries[-1]
    if seen.response is not None and (seen.response.status == 429 or seen.response.status >= 500):
        return
    if seen.response is not None:
        got = f"{writer(seen.response)} answered {status_words(seen.response)}"
    elif dropped(seen):
        got = "the connection was dropped"
    else:
        return
    yield f"{_why_not(case, seen, plain)} {got}.", "WebSocket", seen


def _why_not(case: Case, seen: Upgrade, plain: Upgrade | None) -> str:
    """What a page's handshake has, or lacks, for which it is refused."""
    other = without_origin(case)
    if opened(other):
        return f"The WebSocket upgrade opens without an origin, and with Origin: {case.settings.origin}"
    more = beyond_pages(plain, seen) if plain is not None else ()
    if more:
        return f"The WebSocket upgrade opens with {listed(more)}, and a page cannot send that:"
    return "The WebSocket upgrade opens, and made as a browser makes it, with a key among the subprotocols,"


def _elsewhere(seen: Exchange) -> bool:
    """Whether the answer is a failure that has nothing to do with browsers."""
    return seen.response is not None and (seen.response.status == 429 or seen.response.status >= 500)


def _path(seen: Wire) -> str:
    return question(seen).partition(" ")[2]


FAMILY = (
    Cause(
        code="DG0013",
        cause="browser_mixed_content",
        title="A page served over https may not call http:// or ws://",
        explanation=(
            "Browsers do not let a page that came over https open a plain ws:// socket or fetch a plain http:// "
            "address; the request is stopped inside the browser, and nothing arrives at the deployment. Only "
            "localhost and 127.0.0.1 are spared. Phones are alike: iOS and macOS (App Transport Security) and Android "
            "9 and newer refuse plain text to other hosts unless the app declares them.\n\n"
            "Every other client reaches the deployment at the same address, which is why it looks healthy from a "
            "shell. With --origin dgcheck compares the address of your page with that of the deployment."
        ),
        told_apart=(
            "The browser's console says so in plain words (“Mixed Content”, “may not be initiated from a page loaded "
            "over HTTPS”, “The operation is insecure”). Without them, compare the scheme of the page with that of the "
            "URL it calls."
        ),
        remedies=(
            Remedy(
                "Put a proxy with a certificate that browsers trust in front of the deployment, and use https:// and "
                "wss:// in the page; then see that it passes upgrades",
                "dgcheck run https://HOST",
            ),
            Remedy(
                "Let the page talk to its own server, which forwards to the deployment; the key then stays out of "
                "the page as well"
            ),
            Remedy(
                "While developing, serve the page itself over http://, or from localhost to a deployment on localhost"
            ),
            Remedy(
                "In an app, name the host in Info.plist (NSAppTransportSecurity, NSExceptionDomains) or in Android's "
                "network security configuration (cleartextTrafficPermitted)"
            ),
        ),
        explains=("ws_closed_early", "ws_upgrade_rejected", "cors_blocked", "tcp_refused"),
        heals=Heals.NEVER,
        when=_mixed,
        source="W3C Mixed Content, Level 2; the consoles of Chromium, Firefox and Safari",
    ),
    Cause(
        code="DG3019",
        cause="cors_blocked",
        title="A browser may not read the answers",
        explanation=(
            "A page may only read answers of another origin that allow it: they need the header "
            "Access-Control-Allow-Origin, and a request with an Authorization header is first asked for with OPTIONS, "
            "which has to be answered 200 or 204 with Access-Control-Allow-Headers: authorization. A self-hosted API "
            "need not do that, and an answer of a proxy (a 502, a 413) never carries these headers, so that any error "
            "of a proxy looks like this to a page.\n\n"
            "It concerns REST from a page alone; no other client has it. A WebSocket is not asked for in that way, but "
            "a server or gateway may look at the header Origin of its handshake and refuse pages that it does not "
            "know. With --origin dgcheck asks as a browser on that page would. A page's own Content-Security-Policy "
            "can forbid the connection as well: then connect-src is to be mended."
        ),
        told_apart=(
            "The browser's console names CORS, the same-origin policy or the Content Security Policy. The same request "
            "made with curl succeeds; where it does not, its own fault is the cause and the console's words are its "
            "effect."
        ),
        remedies=(
            Remedy("See that the address works for every other client", "dgcheck run {base}"),
            Remedy("Ask as a browser on your page would", "dgcheck run {base} --origin https://PAGE"),
            Remedy(
                "Answer OPTIONS in the proxy before the deployment, and put these headers on every answer, errors too",
                "if ($request_method = OPTIONS) {\n  add_header Access-Control-Allow-Origin {origin};\n"
                '  add_header Access-Control-Allow-Headers "authorization, content-type";\n  return 204;\n}\n'
                "proxy_hide_header Access-Control-Allow-Origin;\n"
                "add_header Access-Control-Allow-Origin {origin} always;\n"
                "add_header Access-Control-Expose-Headers dg-request-id always;",
                place="nginx",
            ),
            Remedy(
                "Let the ingress answer for the deployment",
                "kubectl annotate ingress INGRESS nginx.ingress.kubernetes.io/enable-cors=true "
                "nginx.ingress.kubernetes.io/cors-allow-origin={origin} "
                "nginx.ingress.kubernetes.io/cors-allow-headers=authorization,content-type --overwrite",
                place="ingress-nginx",
            ),
            Remedy(
                "Answer OPTIONS in the proxy before the deployment, and set the header on every answer",
                "http-request return status 204 hdr Access-Control-Allow-Headers 'authorization, content-type' "
                "if METH_OPTIONS\nhttp-after-response set-header Access-Control-Allow-Origin {origin}",
                place="haproxy",
            ),
            Remedy(
                "Name the page in the route's CORS filter",
                "typed_per_filter_config:\n  envoy.filters.http.cors:\n"
                "    '@type': type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy\n"
                "    allow_origin_string_match:\n    - exact: {origin}\n    allow_headers: authorization,content-type",
                place="envoy",
            ),
            Remedy(
                "See it with your own eyes: Access-Control-Allow-Origin has to be in the answer",
                "curl -i -X OPTIONS {base}/v1/listen -H 'Origin: https://PAGE' "
                "-H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: authorization'",
            ),
            Remedy("Allow {origin} where a list of origins is kept, for WebSockets too"),
            Remedy("Let the page talk to its own server, which forwards to the deployment; the key then stays there"),
            Remedy("If the console names the Content Security Policy, add the address to connect-src of the page"),
        ),
        when=_blocked,
        source="WHATWG Fetch; the consoles of Chromium, Firefox and Safari",
    ),
)
