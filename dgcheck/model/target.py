"""Where and as whom we ask, and every setting of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dgcheck.model.record import dataclass, field


class Secret:
    """A value that only `net` may read. `str` and `repr` are masked; it does not pickle, compare or hash."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself. Called by `net` when it writes the header, and by redaction."""
        return self._value

    def __str__(self) -> str:
        return "<secret>"

    __repr__ = __str__

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True)
class Key:
    """An API key and where it came from. `ours`: given to dgcheck itself, so it is always sent; otherwise it
    is sent only after a 401 or 403 without it (design, "The key").
    """

    secret: Secret
    origin: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Target:
    """One deployment, as understood from what was typed.

    `prefix` is the path before `/v1` ('' or `/deepgram`), without a slash at its end. `base` is scheme, authority
    and prefix as http or https. `host` is a name or an address without brackets. `replay` is path and query of a
    request out of somebody's log, '' otherwise.
    """

    given: str
    scheme: str  # http or https
    host: str
    port: int
    prefix: str = ""
    replay: str = ""
    scheme_given: str = ""  # as typed: http, https, ws, wss, '' when missing
    path_doubled: str = ""  # what was cut off the end of the base: /v1, /v1/listen, ''
    userinfo: Secret | None = None  # `user:password` of the URL, sent as Basic when there is no key

    @property
    def tls(self) -> bool:
        """Whether the URL asks for TLS."""
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """Host and, where it is not the scheme's default, port: the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = 443 if self.tls else 80
        return host if self.port == default else f"{host}:{self.port}"

    def pinned(self, resolve: Iterable[tuple[str, str]]) -> tuple[str, ...]:
        """The addresses that --resolve gives for this host, with its port or without; a dot at a name's end is none."""
        mine = {self.host.rstrip("."), f"{self.host.rstrip('.')}:{self.port}"}
        return tuple(address for host, address in resolve if host.replace(".:", ":").rstrip(".") in mine)

    @property
    def base(self) -> str:
        """Scheme, authority and prefix; no slash at the end."""
        return f"{self.scheme}://{self.authority}{self.prefix}"


@dataclass(frozen=True, slots=True)
class Audio:
    """Speech to send. `encoding` and `sample_rate` are query parameters; '' and 0 where the container says it."""

    data: bytes
    words: str  # what is said in it, '' when unknown
    content_type: str
    encoding: str = ""
    sample_rate: int = 0
    channels: int = 1
    seconds: float = 0.0
    language: str = "en"
    name: str = "bundled clip"
    streamable: bool = True
    # What a stream sends, where it differs from the REST body: the frames without their container.
    stream_data: bytes = b""
    stream_encoding: str = ""
    stream_rate: int = 0


@dataclass(frozen=True, slots=True)
class Proxy:
    """A forward proxy: `http://host:port`. The password is a secret; `shown` is safe to print."""

    host: str
    port: int
    tls: bool
    user: str
    password: Secret | None
    shown: str
    origin: str


@dataclass(frozen=True, slots=True)
class Expected:
    """A speech model that has to be listed: its name as a request has it, and what it has to serve.

    `languages` () = whatever it has; `version` '' = any; `mode` is both, rest or streaming; `formatted` None = either.
    """

    name: str
    languages: tuple[str, ...] = ()
    version: str = ""
    mode: str = "both"
    formatted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that decides a run; `origins` says where each came from (`flag`, `DGCHECK_MODEL`, `file x.yaml`,
    `default`). Times are seconds.
    """

    target_given: str = ""
    models: tuple[str, ...] = ()
    modes: Mapping[str, str] = field(default_factory=dict)  # model -> both | rest | streaming
    language: str = ""
    smart_format: bool = False
    model_version: str = ""
    features: tuple[tuple[str, str], ...] = ()
    audio_file: str = ""
    encoding: str = ""
    sample_rate: int = 0
    expect: str = ""
    audio_url: str = ""
    serve_audio: str = ""  # [HOST:]PORT at which dgcheck serves its clip
    origin: str = ""  # of the page that a browser would ask from, as it stands in the header Origin
    max_upload: int = 0  # bytes of the largest upload that is tried; 0 = the default
    timeout: float = 30.0
    at_most: float = 0.0  # seconds that one run may take in all, what is waited for on purpose too; 0 = no such limit
    wait: float = 0.0
    wait_for: str = ""  # reachable, models, speech; '' = the whole run
    interval: float = 5.0
    give_up_after: float = 300.0
    deadline: float = 0.0  # the caller's: seconds from the start of dgcheck, from 1e9 on since 1970; 0 = none
    active_deadline: int = 0  # seconds after its start at which the pod is ended; 0 = not known
    ca_file: str = ""
    cert: str = ""
    key: str = ""  # the client certificate's private key file
    insecure: bool = False
    resolve: tuple[tuple[str, str], ...] = ()
    proxy_url: str = ""  # with password; never printed
    no_proxy: bool = False
    proxy: Proxy | None = None  # the one in force for this target
    headers: tuple[tuple[str, Secret], ...] = ()
    api_key_file: str = ""
    api_key: Key | None = None  # None also where what was given cannot stand in a header
    key_origin: str = ""  # where a key was found, usable or not; '' = none
    key_form: tuple[str, ...] = ()  # what is odd about it; the words of `Configured.key_form`
    family: str = ""  # '', ipv4, ipv6
    via: tuple[tuple[str, str], ...] = ()  # (name, URL) of other addresses of the same deployment, in their order
    profile: str = "standard"
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    license_proxy_url: str = ""  # of its status port
    engine_metrics_url: str = ""
    side_proxies: tuple[tuple[str, Proxy], ...] = ()  # (one of those URLs, the forward proxy on the way to it)
    expected: tuple[Expected, ...] = ()  # models that have to be listed, beside `models`
    every_listing: bool = False  # every address is asked for its listing
    try_models: int = 0  # how many requests may be made to prove what is listed
    sdk: str = ""  # as typed: `go`, `go@3`
    sdk_options: tuple[tuple[str, str], ...] = ()  # (option of that SDK, value), from --set
    show_sdk_config: bool = False
    pace: str = "fast"
    hold: float = 0.0  # seconds for which sockets are held open; 0 = as the profile has it
    repeat: int = 1  # how often each cheap check is made
    slow: float = 5.0
    fail_on: str = "error"
    ignore: tuple[str, ...] = ()
    outputs: tuple[tuple[str, str], ...] = ()  # (format, file or '' for stdout)
    bundle: str = ""  # file of the ticket, - for standard output
    note: str = ""  # the person's own words in it
    redact: tuple[str, ...] = ()  # regular expressions of what is hidden besides secrets; never printed
    redact_hosts: bool = False  # names and addresses of machines are hidden, too
    attach: tuple[str, ...] = ()  # files and folders that go into it, - for standard input
    include_audio: bool = False
    termination_log: str = ""  # '' = the pod's own, where there is one; none = nowhere
    color: str = "auto"
    quiet: bool = False
    verbose: bool = False
    dry_run: bool = False
    config: str = ""
    origins: Mapping[str, str] = field(default_factory=dict)
