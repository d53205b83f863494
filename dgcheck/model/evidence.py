"""Evidence: what was seen, with no opinion in it.

One frozen type for each kind of question. Every outcome is evidence: a refusal, a reset, a silence and
a 101 are all complete answers. Times are seconds; `Phase.start` counts from the start of the run.
Text from servers is redacted and capped before it gets here; it is NOT made safe for a terminal, which
is the reports' duty. Unknown is `None`, never False.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

from dgcheck.model.record import dataclass, field


class Ending(StrEnum):
    """How a question ended; the closed list."""

    ANSWERED = "answered"
    REFUSED = "refused"  # TCP: connection refused
    UNREACHABLE = "unreachable"  # TCP: no route, network or host unreachable, prohibited
    RESET = "reset"  # RST while we were talking
    CLOSED = "closed"  # FIN before a complete answer
    TIMED_OUT = "timed_out"  # its own limit passed in silence
    CUT_SHORT = "cut_short"  # the run's deadline or an interruption ended it
    BROKEN = "broken"  # bytes came that the protocol does not allow
    TOO_MUCH = "too_much"  # more came than we are willing to read
    NOT_CONNECTED = "not_connected"  # no connection to ask on; see the evidence named in `rests_on`
    FAILED = "failed"  # anything else; `problem` has the words


@dataclass(frozen=True, slots=True)
class Phase:
    """A named stretch of wire time: resolve, connect, handshake, request, upgrade, first_byte,
    first_interim, first_final, transfer or close. `start` and `seconds` are monotonic seconds, `start`
    from the start of the run.
    """

    name: str
    start: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What every kind of evidence has.

    `id` is `e1`, `e2`... in order of recording. `check` is the id of the check that asked. `purpose` is
    empty for a check's own question, else the name of the experiment (`without_parameters`, `direct`...).
    """

    id: str
    check: str
    purpose: str = ""
    ending: Ending
    problem: str = ""
    phases: tuple[Phase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(Seen):
    """What the system's resolver said of a name. `error` is getaddrinfo's symbol (`EAI_NONAME`) or ''."""

    name: str
    addresses: tuple[str, ...] = ()
    error: str = ""
    pinned: bool = False  # True: `--resolve` gave the address, nobody was asked
    literal: bool = False  # True: the host is an address itself


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsAnswer(Seen):
    """What one DNS server said to one question, asked directly (dnspython)."""

    name: str
    server: str
    rtype: str
    rcode: str = ""  # NOERROR, NXDOMAIN, SERVFAIL, REFUSED...; '' when nothing came
    addresses: tuple[str, ...] = ()
    cname: str = ""  # last target of a CNAME chain, '' when none
    absolute: bool = True  # the name was asked as it stands, without a search domain
    negative_ttl: int | None = None  # seconds, from the SOA of a negative answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial(Seen):
    """One TCP connection attempt to one address."""

    address: str
    port: int
    errno: str = ""  # ECONNREFUSED, EHOSTUNREACH...
    rtt_ms: float | None = None  # the kernel's own (TCP_INFO)
    via_proxy: str = ""  # host:port of the forward proxy that was dialled instead


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The facts of one certificate; times are epoch seconds, `pem` the whole of it."""

    subject: str
    issuer: str
    serial: str
    not_before: float
    not_after: float
    names: tuple[str, ...]  # DNS and IP subject alternative names
    key_kind: str  # RSA, EC, Ed25519...
    key_bits: int
    signature: str  # sha256WithRSAEncryption...
    is_ca: bool
    self_issued: bool
    self_signed: bool  # issued to itself and its own key verifies its signature
    aia: str = ""  # URL of the issuer's certificate, '' when it has none
    sha256: str = ""
    pem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake(Seen):
    """One TLS handshake. `trust` says against what the chain was judged: `default`, `certifi`,
    `ca_file`, or `none` (nothing was verified).
    """

    address: str
    port: int
    server_name: str = ""  # SNI that was sent, '' when none
    trust: str = "default"
    version: str = ""  # TLSv1.3...
    cipher: str = ""
    alpn_offered: tuple[str, ...] = ()
    alpn: str = ""  # what the server chose, '' when nothing
    min_version: str = ""  # lowest version we offered, '' = OpenSSL's default
    client_certificate: bool = False  # we had one to show
    asked_for_certificate: bool | None = None  # None where it cannot be seen: TLS 1.3 encrypts it
    verify_code: int | None = None  # OpenSSL's X509_V_ERR number, 0 = verified, None = not judged
    verify_message: str = ""
    alert: str = ""  # name of the fatal alert received: handshake_failure, certificate_required...
    reason: str = ""  # OpenSSL's own reason word: WRONG_VERSION_NUMBER...
    first_bytes: str = ""  # what came in answer to our hello, when it was no TLS record (escaped text)
    bytes_in: int = 0
    chain: tuple[Certificate, ...] = ()  # as sent, leaf first; () when unknown
    anchors: tuple[str, ...] = ()  # subjects in the CA file, where it was judged by that and not accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A question in HTTP. `target` is path and query as sent; `headers` raw pairs in the order and case
    sent, redacted. `query` the parsed pairs of the target.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    body_bytes: int = 0
    body_sent: int = 0
    with_key: bool = False  # a key went along

    @property
    def path(self) -> str:
        """The path that was asked, without its query; also where a forward proxy was asked in absolute form."""
        target = self.target.split("?", 1)[0]
        return "/" + target.split("://", 1)[1].partition("/")[2] if "://" in target else target


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer in HTTP. `body` is a prefix of the decoded text, redacted; `body_bytes` all that came on the wire."""

    status: int
    reason: str = ""
    version: str = "1.1"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    body_bytes: int = 0
    complete: bool = True
    interim: tuple[int, ...] = ()  # 1xx statuses that came first

    def header(self, name: str) -> str:
        """First value of a header, case-insensitive; '' when absent."""
        return self._by_name.get(name.lower(), "")

    @cached_property  # rules ask for headers hundreds of times
    def _by_name(self) -> dict[str, str]:
        return {key.lower(): value for key, value in reversed(self.headers)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One row of `/v1/models`, whatever shape it came in. None = the listing does not say."""

    name: str
    canonical_name: str = ""
    architecture: str = ""
    languages: tuple[str, ...] = ()
    version: str = ""
    uuid: str = ""
    kind: str = "stt"  # stt, tts, flux, helper
    batch: bool | None = None
    streaming: bool | None = None
    formatted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What `/v1/models` offered. `shape` is `flat`, `grouped` or `other`."""

    shape: str
    models: tuple[Model, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire(Seen):
    """What `Exchange` and `Upgrade` share: where the question went and what came first."""

    url: str  # the whole URL, redacted
    request: Request
    response: Response | None = None
    address: str = ""  # the peer really dialled, '' when no connection came about
    port: int = 0
    tls: bool = False
    trust: str = "default"  # as in Handshake
    via_proxy: str = ""  # host:port of the forward proxy in between
    proxy_response: Response | None = None  # the proxy's answer to CONNECT
    new_connection: bool = True
    raw: str = ""  # first bytes that came, escaped, when they were no HTTP
    bytes_in: int = 0  # everything received on the wire in this question
    rests_on: tuple[str, ...] = ()  # ids of the Dial or Handshake that kept it from being asked
    server_time: float | None = None  # epoch seconds of the Date header
    local_time: float = 0.0  # epoch seconds here when the answer came
    reached: str = ""  # the phase in which it ended: connect, handshake, request, first_byte, transfer...
    ended_at: float = 0.0  # seconds from the start of the run when it ended, whatever the ending; 0 = not known

    @property
    def status(self) -> int | None:
        """The HTTP status; None when no status line was read."""
        return self.response.status if self.response else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange(Wire):
    """One HTTP request and its answer. `listing` is read from an answer of `/v1/models`."""

    listing: Listing | None = None
    redirects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade(Wire):
    """One WebSocket handshake. `accept_problem` says what is wrong with a 101, '' when it is right."""

    offered: tuple[str, ...] = ()  # subprotocols, a key masked
    chosen: str = ""  # subprotocol the server echoed
    accept_problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One message of a stream: `at` seconds from the start of the run; `kind` is the JSON `type`, or
    `binary`, `text` or `bad_json`. Of audio that is spoken to us the first and the last message of a stretch are kept.
    A turn of Flux is final at its `EndOfTurn`.
    """

    at: float
    kind: str
    transcript: str = ""
    is_final: bool | None = None
    from_finalize: bool | None = None
    duration: float | None = None  # of a Metadata message
    channels: int | None = None
    text: str = ""  # prefix of the raw message, redacted
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream(Seen):
    """What happened on an open WebSocket. `upgrade` is the id of its handshake's evidence.

    `close_code` is the code in the server's close frame (1005 = a frame without a code, None = no frame came);
    `closed_by` is `server`, `client`, `fin`, `reset` or ''. `audio_sent_at` is when the last of what was to be heard,
    or to be spoken, was handed to the socket.
    """

    upgrade: str
    address: str = ""
    plan: str = ""  # close_at_once | close_after_first | as the probe names it
    sent_bytes: int = 0
    sent_messages: int = 0
    audio_seconds: float = 0.0
    opened_at: float = 0.0
    audio_sent_at: float | None = None
    close_sent_at: float | None = None  # when CloseStream was sent
    ended_at: float = 0.0
    heard: tuple[Heard, ...] = ()
    heard_bytes: int = 0
    close_code: int | None = None
    close_reason: str = ""
    closed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner(Seen):
    """What a port says by itself, or to a few bytes, when it does not speak HTTP or TLS."""

    address: str
    port: int
    sent: str = ""  # what we said first, escaped; '' = we only listened
    got: str = ""  # escaped text
    bytes_in: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings(Seen):
    """Where dgcheck itself stood: facts of this machine that a diagnosis needs.

    `proxies` maps the lower-case variable to its value, passwords masked. `hosts` are the lines of the hosts
    file that name the target. `container` is '' or what gave it away (`docker`, `kubernetes`, `podman`...).
    """

    hostname: str = ""
    container: str = ""
    pod: str = ""
    namespace: str = ""
    platform: str = ""
    python: str = ""
    openssl: str = ""
    nameservers: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    ndots: int = 1
    hosts: tuple[tuple[str, str], ...] = ()  # (address, name)
    proxies: Mapping[str, str] = field(default_factory=dict)
    families: tuple[str, ...] = ()  # families with a route: ipv4, ipv6
    trust_store: str = ""  # where the default roots came from
    own_network: bool | None = None  # True: no network device of the machine here, so localhost is the container's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured(Seen):
    """What the settings say of themselves before a byte is sent; no secret is in it.

    `key_form` lists what is odd about the key: blank, newline, spaces, quotes, prefix, non_ascii.
    """

    given: str  # the target as typed, redacted
    url: str  # as understood
    url_problem: str = ""  # why it cannot be used, '' when it can
    url_part: str = ""  # the part that is at fault, quoted
    scheme_given: str = ""
    scheme_missing: bool = False
    path_doubled: str = ""  # `/v1` or `/v1/listen` at the end of the base, '' when none
    replayed: bool = False  # the target was a whole request
    hosted: bool = False  # the host is Deepgram's hosted service
    loopback: bool = False
    key_origin: str = ""  # '' no key; else flag, file, DGCHECK_API_KEY, DEEPGRAM_API_KEY...
    key_ours: bool = False  # given to dgcheck itself: always sent
    key_form: tuple[str, ...] = ()
    proxy: str = ""  # proxy in use, redacted
    proxy_origin: str = ""
    insecure: bool = False
    ca_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold(Seen):
    """What an SDK does with a setting by all that is known of it; nothing was sent for it.

    `outcome` is a word of `model.sdk.Outcome`, `meant` the same question to the target, `right` code that works.
    `repeats` and `repeats_to` say which redirects it follows with the same question (`model.sdk.Manner`).
    """

    sdk: str
    title: str
    version: str
    transport: str
    option: str = ""
    value: str = ""
    outcome: str = "dials"
    url: str = ""
    meant: str = ""
    error: str = ""
    traps: tuple[str, ...] = ()
    right: str = ""
    notes: tuple[str, ...] = ()
    trust: str = ""  # the store, and what adds a CA to it
    ca_variable: str = ""
    source: str = ""
    repeats: tuple[int, ...] = ()
    repeats_to: tuple[str, ...] = ()
