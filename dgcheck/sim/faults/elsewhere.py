"""Requests that are led elsewhere, and answers that give back what was sent."""

from __future__ import annotations

from collections.abc import Callable

from dgcheck.sim import bodies
from dgcheck.sim.asked import Asked, Reply
from dgcheck.sim.core import Effect
from dgcheck.sim.faults import pages
from dgcheck.sim.faults.fault import Fault, always, says
from dgcheck.sim.faults.pages import instead


def _redirect(status: int, where: Callable[[Asked], str]) -> Callable[[Asked], Reply]:
    def reply(asked: Asked) -> Reply:
        return pages.nginx(status).having("Location", where(asked))

    return reply


def _to_https(asked: Asked) -> str:
    return f"https://{asked.header('host').partition(':')[0]}{asked.target}"


def _to_login(asked: Asked) -> str:
    return f"https://login.example.test/oauth2/start?rd=http://{asked.header('host')}{asked.path}"


def _to_itself(asked: Asked) -> str:
    return asked.target


def _repeated(asked: Asked) -> str:
    return "; ".join([f"query={asked.target}", *(f"{key}={value}" for key, value in asked.headers)])


def _echo(asked: Asked) -> Reply:
    said = _repeated(asked)
    return bodies.plain(403, f"Forbidden: {said}", "text/plain").having("X-Debug-Request", said)


def _echo_in_location(asked: Asked) -> Reply:
    said = f"https://login.example.test/?{asked.target.partition('?')[2]}&token={asked.header('authorization')}"
    return pages.bare(302).having("Location", said).having("Set-Cookie", f"session={asked.header('authorization')}")


def _echo_refusal(asked: Asked) -> Reply:
    said = f"Bad Request: rejected {_repeated(asked)}"
    return pages.deepgram(400, "Bad Request", said).having("dg-error", said)


def _hostile() -> Reply:
    text = "\x1b[2J\x1b]0;owned\x07<script>alert(1)</script>\r\n| a | b |\n\x00\x9b31m\u202e[x](javascript:1) `$(id)`"
    reply = bodies.plain(403, text, "text/html; charset=utf-8")
    return reply.having("Server", "<b>e\x1b[31mvil</b>".replace("\x1b", "\x9b")).having("X-Note", "a\u00a0b\x9b2J")


def _elsewhere() -> tuple[Fault, ...]:
    portal = pages.html(200, "Welcome to Guest Wi-Fi", "<form action='/login'>Accept the terms</form>")
    return (
        Fault(
            name="redirect_https",
            says="301 to https on the same host for everything",
            causes=("http_redirect",),
            makes=always(Effect(instead=instead(_redirect(301, _to_https)))),
        ),
        Fault(
            name="redirect_https_308",
            says="308 to https on the same host for everything",
            causes=("http_redirect",),
            makes=always(Effect(instead=instead(_redirect(308, _to_https)))),
        ),
        Fault(
            name="redirect_login",
            says="302 to a login page for everything",
            causes=("http_redirect",),
            makes=always(Effect(instead=instead(_redirect(302, _to_login)))),
        ),
        Fault(
            name="redirect_loop",
            says="302 to itself for everything",
            causes=("http_redirect",),
            makes=always(Effect(instead=instead(_redirect(302, _to_itself)))),
        ),
        Fault(
            name="redirect_root",
            says="the root redirects to a page; the API works",
            resembles=("http_redirect",),
            makes=always(Effect(instead=instead(_redirect(302, lambda _: "/ui/"), lambda asked: asked.path == "/"))),
        ),
        Fault(
            name="url_doubled",
            says="nothing is wrong with the deployment; the URL ends in /v1 already",
            causes=("url_path_doubled",),
            resembles=("http_not_found", "url_path_wrong"),
            makes=always(Effect(shown_prefix="/v1")),
        ),
        Fault(
            name="url_without_version",
            says="nothing is wrong with the deployment; the URL is a request to /listen instead of /v1/listen",
            causes=("url_version_missing",),
            resembles=("http_not_found", "url_path_wrong"),
            makes=always(Effect(shown_prefix="/listen?model=nova-3")),
        ),
        Fault(
            name="captive_portal",
            says="200 with the page of a captive portal for everything",
            causes=("middlebox", "http_bad_response", "wrong_service"),
            makes=says(portal),
        ),
        Fault(
            name="captive_redirect",
            says="302 to the captive portal for everything",
            causes=("middlebox", "http_redirect"),
            makes=always(Effect(instead=instead(_redirect(302, lambda _: "http://portal.example.test/login?m=1")))),
        ),
        Fault(
            name="echo_secrets",
            says="403 that repeats every header and the whole query in its body and headers",
            causes=("http_forbidden",),
            makes=always(Effect(instead=_echo)),
        ),
        Fault(
            name="echo_secrets_redirect",
            says="302 whose Location repeats the query and the Authorization header",
            causes=("http_redirect",),
            makes=always(Effect(instead=_echo_in_location)),
        ),
        Fault(
            name="echo_secrets_refusal",
            says="400 in the deployment's form that repeats headers and query in err_msg and dg-error",
            causes=("ws_upgrade_rejected", "bad_parameter"),
            makes=always(Effect(instead=instead(_echo_refusal, pages.on_listen))),
        ),
        Fault(
            name="hostile_text",
            says="refusals full of terminal escapes, markup and line breaks",
            causes=("http_forbidden",),
            makes=says(_hostile()),
        ),
    )


FAULTS = _elsewhere()
