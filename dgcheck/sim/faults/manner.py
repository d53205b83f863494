"""What only the manner of one SDK's asking meets, and settings of an SDK that lead elsewhere though all is well."""

from __future__ import annotations

from collections.abc import Callable

from dgcheck.sim import bodies
from dgcheck.sim.asked import Asked, Reply
from dgcheck.sim.core import Effect
from dgcheck.sim.faults import pages
from dgcheck.sim.faults.fault import Fault, always

REFUSED, ELSEWHERE = ("sdk_request_refused",), ("sdk_dials_elsewhere",)


def _answers(reply: Reply, which: Callable[[Asked], bool]) -> Callable[[float], Effect]:
    return always(Effect(instead=pages.instead(reply, which)))


def _has(name: str, words: str, *, case: bool = False) -> Callable[[Asked], bool]:
    """Whether a header's value begins with these words; `case` counts their capitals too."""

    def which(asked: Asked) -> bool:
        value = asked.header(name)
        return value.startswith(words) if case else value.lower().startswith(words.lower())

    return which


def _requests() -> tuple[Fault, ...]:
    return (
        Fault(
            name="manner_host_empty",
            says="a proxy that routes by name answers 404 where the Host header is empty, as the Go SDK sends it live",
            causes=REFUSED,
            resembles=("http_not_found", "ws_upgrade_rejected", *ELSEWHERE),
            run=("--sdk", "go@3"),
            makes=_answers(pages.nginx(404), lambda asked: not asked.header("host").strip()),
        ),
        Fault(
            name="manner_token_in_lower_case",
            says="a gateway answers 401 to `Authorization: token`, which it wants with a capital T",
            causes=REFUSED,
            resembles=("http_unauthorized", *ELSEWHERE),
            run=("--sdk", "go@3"),
            makes=_answers(pages.nginx(401), _has("authorization", "token ", case=True)),
        ),
        Fault(
            name="manner_any_key",
            says="a gateway answers 400 to any Authorization header that it did not issue",
            causes=REFUSED,
            resembles=("http_unauthorized", *ELSEWHERE),
            run=("--sdk", "python@7"),
            makes=_answers(pages.html(400, "400 Bad Request", "Unknown credential"), _has("authorization", "token ")),
        ),
        Fault(
            name="manner_user_agent",
            says="a firewall answers 403 to programs whose User-Agent begins with @deepgram",
            causes=REFUSED,
            resembles=("http_forbidden", "ws_upgrade_not_forwarded", *ELSEWHERE),
            run=("--sdk", "go@3"),
            makes=_answers(pages.html(403, "Blocked", "Your request was blocked."), _has("user-agent", "@deepgram")),
        ),
        Fault(
            name="manner_parameter",
            says="what stands in front answers 400 to a request with filler_words, as LiveKit's plug-in sends it",
            causes=REFUSED,
            resembles=("bad_parameter", "ws_upgrade_rejected", *ELSEWHERE),
            run=("--sdk", "livekit-python"),
            makes=_answers(
                pages.html(400, "400 Bad Request", "Unknown option"),
                lambda asked: "filler_words" in dict(asked.query),
            ),
        ),
        Fault(
            name="manner_extensions",
            says="a proxy resets an upgrade that offers compression, as the Python SDK does",
            causes=REFUSED,
            resembles=("tcp_reset", "ws_upgrade_rejected", *ELSEWHERE),
            run=("--sdk", "python@7"),
            makes=_answers(
                Reply(status=0, raw=b"", ending="reset"), lambda asked: bool(asked.tokens("sec-websocket-extensions"))
            ),
        ),
        Fault(
            name="manner_no_content_type",
            says="a gateway answers 415 to a POST without Content-Type, as the Go SDK sends it",
            causes=REFUSED,
            resembles=("audio_undecodable", *ELSEWHERE),
            run=("--sdk", "go@3"),
            makes=_answers(
                bodies.plain(415, "Unsupported Media Type", "text/plain"),
                lambda asked: asked.method == "POST" and not asked.header("content-type"),
            ),
        ),
        Fault(
            name="manner_no_fault",
            says="a healthy deployment, asked as the Go SDK asks: no fault",
            run=("--sdk", "go@3"),
            makes=always(Effect()),
        ),
    )


def _settings() -> tuple[Fault, ...]:
    def elsewhere(name: str, says: str, *run: str, more: Callable[[float], Effect] | None = None) -> Fault:
        resembles = ("sdk_request_refused", "tls_to_plain_port", "http_not_found", "url_path_doubled")
        return Fault(
            name=name, says=says, causes=ELSEWHERE, resembles=resembles, run=run, makes=more or always(Effect())
        )

    slashes = _answers(pages.nginx(404), lambda asked: asked.path.startswith("//"))
    return (
        elsewhere(
            "setting_go_http",
            "Go's Host begins with http://, which its live client cannot read",
            "--sdk",
            "go@3",
            "--set",
            "Host={url}",
        ),
        elsewhere(
            "setting_go_bare",
            "Go's Host has no scheme, so TLS is spoken to a plain port",
            "--sdk",
            "go@3",
            "--set",
            "Host={authority}",
        ),
        elsewhere(
            "setting_empty",
            "Python's url is empty, so the hosted service is dialled",
            "--sdk",
            "python@3",
            "--set",
            "url=",
        ),
        elsewhere(
            "setting_doubled",
            "Python's base ends in /v1, which is added once more",
            "--sdk",
            "python@7",
            "--set",
            "environment.base={url}/v1",
        ),
        elsewhere(
            "setting_slashes",
            "a slash at the end gives //v1/listen, which the proxy does not know",
            "--sdk",
            "python@7",
            "--set",
            "environment.production=ws://{authority}/",
            more=slashes,
        ),
        Fault(
            name="setting_right",
            says="a healthy deployment and the right setting of the Python SDK: no fault",
            run=(
                "--sdk",
                "python@7",
                "--set",
                "environment.base={url}",
                "--set",
                "environment.production=ws://{authority}",
            ),
            makes=always(Effect()),
        ),
    )


FAULTS = (*_requests(), *_settings())
