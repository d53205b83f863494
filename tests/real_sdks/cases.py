"""What is tried with every SDK: the settings of its documentation, and the mistakes that people make most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tests.real_sdks.pinned import PINNED, Pinned

KEY = "a"
# The value as people give it. `h` speaks plain HTTP and TLS on every port that is tried.
VALUES = (
    "http://h:8080",
    "https://h:8080",
    "ws://h:8080",
    "wss://h:8080",
    "h:8080",
    "h",
    "https://h",
    "http://h:8080/",
    "ws://h:8080/",
    "http://h:8080/v1",
    "http://h:8080/v1/",
    "ws://h:8080/v1",
    "http://h:8080/v1/listen",
    "http://h:8080/deepgram",
    "http://h:8080/deepgram/",
    "ws://h:8080/deepgram",
    "https://dg.example.com/deepgram",
    "HTTP://h:8080",
    "http://h:8080 ",
    "http://h:8080?x=1",
    "http://localhost:8080",
    "localhost:8080",
    "127.0.0.1:8080",
    "http://[::1]:8080",
    "",
)
FEW = ("http://h:8080", "ws://h:8080", "h:8080")
ONE = ("http://h:8080",)
BOTH = ("rest", "ws")
_FIELD = {"rest": "environment.base", "ws": "environment.production"}  # Python 5 and newer


@dataclass(frozen=True)
class Case:
    """One setting tried with one SDK, on one transport. `env` is the environment that it needs."""

    one: Pinned
    transport: str
    option: str
    value: str
    key: str | None = KEY
    extra: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What pytest calls it."""
        words = [self.one.spoken, self.transport, f"{self.option}={self.value!r}"]
        words += [f"key={self.key!r}"] if self.key != KEY else []
        words += [f"{name}={value}" for name, value in self.extra.items()]
        words += ["with proxy variables"] if "HTTP_PROXY" in self.env else []
        return " ".join(words)


def of(one: Pinned) -> Iterator[Case]:
    """Every case of an SDK."""
    yield from {"python": _python, "javascript": _javascript, "go": _go, "rust": _rust, "java": _java}[one.sdk](one)


def every() -> list[Case]:
    """Every case of every SDK."""
    return [case for one in PINNED for case in of(one)]


def proxied(one: Pinned, transport: str) -> Case:
    """The right setting, where the variables name a proxy. The proxy's user tells whose request it is."""
    proxy = f"http://{one.name}-{transport}:secret@proxy:3128"
    names = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
    return replace(plain(one, transport), env=dict.fromkeys(names, proxy))


def plain(one: Pinned, transport: str) -> Case:
    """The right setting for `h:8080`, which speaks plain HTTP."""
    return right(one, transport, "h:8080", tls=False)


def right(one: Pinned, transport: str, authority: str, *, tls: bool) -> Case:
    """The right setting for a deployment."""
    option = {
        "python": "url" if one.major < 5 else _FIELD[transport],
        "javascript": "global.url" if one.major < 5 else "baseUrl",
        "go": "Host",
        "rust": "base_url",
        "java": "environment",
    }[one.sdk]
    two = one.sdk == "go" or (one.sdk == "python" and one.major >= 5)  # where REST and live want schemes of their own
    scheme = ("ws" if two and transport == "ws" else "http") + ("s" if tls else "")
    return Case(one, transport, option, f"{scheme}://{authority}")


def _python(one: Pinned) -> Iterator[Case]:
    if one.major < 5:
        yield from _grid(one, "url", VALUES)
        for value in (*FEW, ""):
            yield from _grid(one, "DEEPGRAM_HOST", (value,), env={"DEEPGRAM_HOST": value})
        yield from _grid(one, "url", ONE, extra={"class": "ClientOptionsFromEnv"})
        yield from _grid(one, "url", ONE, key="", extra={"class": "ClientOptionsFromEnv"})
        yield from _grid(one, "url", ONE, extra={"key_in": "client", "class": "ClientOptionsFromEnv"})
        yield from _grid(one, "url", ONE, key="", env={"DEEPGRAM_API_KEY": KEY}, extra={"key_env": "set"})
    else:
        yield from _grid(one, "environment.base", VALUES, ("rest",))
        yield from _grid(one, "environment.production", VALUES, ("ws",))
        yield from _grid(one, "DEEPGRAM_HOST", ONE, env={"DEEPGRAM_HOST": ONE[0]})
        for option in ("httpx_client.base_url", "base_url", "url", "environment"):
            yield from _grid(one, option, ONE)
        fields = {"fields": "base,production,agent"}
        yield from _grid(one, "environment.base", ONE, ("rest",), extra=fields)
        yield from _grid(one, "environment.production", ("ws://h:8080",), ("ws",), extra=fields)
    option = "url" if one.major < 5 else ""
    for transport, plain in (("rest", "http://h:8080"), ("ws", "ws://h:8080")):
        name = option or _FIELD[transport]
        for key in (None, "", "a\n"):
            yield Case(one, transport, name, plain, key)
        if one.major >= 5:
            yield Case(one, transport, name, plain, extra={"client": "async"})


def _javascript(one: Pinned) -> Iterator[Case]:
    if one.major < 5:
        usual = "global.url"
        yield from _grid(one, usual, VALUES)
        for option in ("global.fetch.options.url", "global.websocket.options.url", "listen.options.url"):
            yield from _grid(one, option, FEW)
    else:
        usual = "baseUrl"
        yield from _grid(one, usual, VALUES)
        yield from _grid(one, "environment", FEW)
        yield from _grid(one, "environment", ONE, extra={"given_as": "string"})
        yield from _grid(one, "global.url", ONE)
        yield from _grid(one, "global.url", ONE, extra={"call": "createClient"})
    yield from _grid(one, "DEEPGRAM_HOST", ONE, env={"DEEPGRAM_HOST": ONE[0]})
    for key in (None, "", "a\n"):
        yield from _grid(one, usual, ONE, key=key)
    yield from _grid(one, usual, ONE, key=None, env={"DEEPGRAM_API_KEY": KEY}, extra={"key_env": "set"})


def _go(one: Pinned) -> Iterator[Case]:
    yield from _grid(one, "Host", VALUES)
    for value in FEW:
        yield from _grid(one, "DEEPGRAM_HOST", (value,), env={"DEEPGRAM_HOST": value})
    other = {"Host": "http://other.example:9000"}
    yield from _grid(one, "DEEPGRAM_HOST", FEW[:1], ("rest",), env={"DEEPGRAM_HOST": FEW[0]}, extra=other)
    for transport, plain in (("rest", "http://h:8080"), ("ws", "ws://h:8080")):
        for key in (None, ""):
            yield Case(one, transport, "Host", plain, key)
        yield Case(one, transport, "Host", plain, "", {"SelfHosted": "true"})
        yield Case(one, transport, "Host", "h:8080", KEY, {"APIVersion": "deepgram/v1"})


def _rust(one: Pinned) -> Iterator[Case]:
    yield from _grid(one, "base_url", VALUES)
    yield from _grid(one, "base_url", ONE, key=None)
    yield from _grid(one, "DEEPGRAM_HOST", ONE, env={"DEEPGRAM_HOST": ONE[0]})


def _java(one: Pinned) -> Iterator[Case]:
    yield from _grid(one, "environment", VALUES)
    for key in (None, "", "a\n"):
        yield from _grid(one, "environment", ONE, key=key)
    yield from _grid(one, "DEEPGRAM_HOST", ONE, env={"DEEPGRAM_HOST": ONE[0]})


def _grid(
    one: Pinned,
    option: str,
    values: tuple[str, ...],
    transports: tuple[str, ...] = BOTH,
    *,
    key: str | None = KEY,
    env: Mapping[str, str] | None = None,
    extra: Mapping[str, str] | None = None,
) -> Iterator[Case]:
    for transport in transports:
        for value in values:
            yield Case(one, transport, option, value, key, extra or {}, env or {})
