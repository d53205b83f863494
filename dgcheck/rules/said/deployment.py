"""What the containers say of themselves: their logs, their status pages, their licence, their start."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence
from dgcheck.model.message import Message

LIKELY, POSSIBLE = Confidence.LIKELY, Confidence.POSSIBLE

_LOGS = "Deepgram's dg_log_parser.sh, wire reference §7.5"
_STATUS = "wire reference §3.8 and §7.1"
# What the connection to the licence server broke on stands behind the words, and is theirs, not the client's.
_INSIDE = (
    "dns_nxdomain",
    "dns_temporary",
    "dns_timeout",
    "tcp_refused",
    "tcp_timeout",
    "tcp_reset",
    "host_unreachable",
    "http_unauthorized",
    "http_forbidden",
    "tls_unknown_ca",
    "tls_self_signed",
    "tls_failed",
    "tls_handshake_stalled",
    "engine_disconnected",
    "client_timeout",
)
# Words of Docker and its GPU toolkit. In a deployment only the Engine asks for a GPU.
_NO_GPU = "The container that asks for a GPU does not start, and that is the Engine: {reason}."


def _aegis(rest: str, says: str, alt: tuple[str, ...]) -> Message:
    return Message(
        "license",
        "aegis request to",
        rf"Aegis request to (?P<server>\S{{1,300}}) failed{rest}[^\n]*",
        says,
        LIKELY,
        alt,
        "deployment",
        over=_INSIDE,
        source=_LOGS,
    )


def _gpu(stem: str, match: str, reason: str) -> Message:
    return Message(
        "engine_disconnected",
        stem,
        match,
        _NO_GPU.replace("{reason}", reason),
        POSSIBLE,
        ("engine_initializing",),
        "docker",
        source="docker and nvidia-container-toolkit; wire reference §9.7",
    )


MESSAGES = (
    _aegis(
        r"[^\n]{0,60}(?:401|403|Unauthorized|Forbidden)",
        "The licence server behind {server} refuses the container's key: it is wrong, revoked or not for self-hosting.",
        ("http_unauthorized",),
    ),
    _aegis(
        r"[^\n]{0,80}(?:dns error|lookup|resolution|name or service)",
        "The container cannot resolve the name in {server}, so it cannot check its licence.",
        ("dns_nxdomain", "dns_temporary"),
    ),
    _aegis(
        r"[^\n]{0,80}(?:Connection refused|os error 111)",
        "Nothing accepts connections at {server}, so the container cannot check its licence.",
        ("tcp_refused",),
    ),
    _aegis(
        r"[^\n]{0,80}(?:TimedOut|timed out|unreachable|os error 1(?:10|13|01))",
        "The container gets no answer from {server}, so it cannot check its licence: egress is blocked.",
        ("tcp_timeout",),
    ),
    _aegis("", "The container cannot check its licence at {server}.", ("tcp_timeout", "dns_temporary")),
    Message(
        "license",
        "missing license configuration",
        "",
        "The container was given no licence: DEEPGRAM_API_KEY is not set inside it.",
        LIKELY,
        ("api_key_blank",),
        "deployment",
        source=_LOGS,
    ),
    Message(
        "license",
        "licens",
        r"\blicen[sc]e(?: (?:key|check|validation|verification|server|certificate))?"
        r"(?:\s(?:has|is|was|could|can|be|not|been|cannot)){0,4}\s(?:expired|invalid|revoked|missing|unreachable|denied|"
        r"failed|verified|validated|found|exceeded)\b[^\n]*",
        "The licence of the containers is named as wrong.",
        LIKELY,
        (),
        "deployment",
        near=(
            r"deepgram|\bdg-|\bstem\b|impeller|hermes|err_msg|api\.toml|engine\.toml|"
            r"\A\s*licen[sc]e (?:is|has) expired"
        ),
        unless=r"licen[sc]e (?:is |was |has been )?(?:validated|verified|found)\b|licen[sc]e validat(?:ed|ion) success",
        source="wire reference §4.6, §7.5",
    ),
    Message(
        "product_certificate",
        "end of ",
        r"\b(?:certificate|product)\b[^\n]{0,80}\bend of (?:life|support)\b[^\n]*",
        "The licensing certificate inside this release is near its end, or past it.",
        LIKELY,
        ("license",),
        "deployment",
        near=r"licens|deepgram|\bdg-|\bstem\b|impeller|hermes|product certificate",
        source="wire reference §4.6",
    ),
    Message(
        "license",
        '"trust_expiration"',
        r'"state"\s*:\s*"Failed"[^\n]*',
        "The License Proxy says Failed: it has not reached the licence server for longer than its trust lasts.",
        LIKELY,
        (),
        "deployment",
        source="wire reference §3.8",
    ),
    Message(
        "license",
        '"trust_expiration"',
        r'"state"\s*:\s*"TrustBased"[^\n]*',
        "The License Proxy answers from its cache: it does not reach the licence server, and its trust will run out.",
        POSSIBLE,
        ("license_trust_based",),
        "deployment",
        source="wire reference §3.8, §9.5",
    ),
    Message(
        "license_proxy_idle",
        '"trust_expiration"',
        r'"state"\s*:\s*"Ready"[^\n]*',
        "The License Proxy has relayed nothing yet: no container has asked it for its licence.",
        LIKELY,
        (),
        "deployment",
        source="wire reference §3.8, §7.2",
    ),
    Message(
        "engine_disconnected",
        "unable to get model info from engine",
        r"(?:impeller_info_actor:\s*)?Unable to get model info from Engine[^\n]*",
        "The API container reaches no Engine. While the Engine starts this is normal; after that it is the fault.",
        LIKELY,
        ("engine_initializing", "dns_nxdomain", "tcp_refused"),
        "deployment",
        source=_LOGS,
    ),
    Message(
        "engine_disconnected",
        "configuration file not found at",
        r"Configuration file not found at (?P<path>\S{1,200}?)\.?\s+Falling back to default[^\n]*",
        "The container found no configuration at {path} and runs with its bundled one, which may name another Engine "
        "and no licence.",
        POSSIBLE,
        ("license", "bad_parameter"),
        "deployment",
        source=_LOGS,
    ),
    Message(
        "tcp_refused",
        "unexpected argument '--log-format' found",
        "",
        "The container does not start: --log-format stands behind serve, or its release does not know it.",
        POSSIBLE,
        ("engine_disconnected", "http_unavailable", "license"),
        "deployment",
        source="wire reference §1.1",
    ),
    Message(
        "engine_disconnected",
        "libcuda.so.1",
        r"(?:impeller[^\n]{0,80})?libcuda\.so\.1:\s*cannot open shared object file[^\n]*",
        "The Engine does not start: the driver's library libcuda.so.1 is not in its container.",
        LIKELY,
        ("engine_initializing",),
        "engine",
        near=r"impeller|deepgram|\bengine\b",
        source="wire reference §1.5 and §9.7",
    ),
    Message(
        "engine_disconnected",
        "error while loading shared libraries",
        r"impeller: error while loading shared libraries: (?P<library>[\w.+-]{1,80})[^\n]*",
        "The Engine does not start: it cannot load {library}.",
        LIKELY,
        (),
        "engine",
        source="wire reference §1.5",
    ),
    Message(
        "engine_critical",
        "out of memory",
        r"impeller[^\n]{0,300}(?:CUDA|GPU)[^\n]{0,60}out of memory[^\n]*",
        "The Engine's GPU has no memory left: two Engines or Flux and Nova share it, or it is too small.",
        POSSIBLE,
        ("http_server_error", "ws_closed_early", "engine_disconnected"),
        "engine",
        source="wire reference §6.4 and §9.7",
    ),
    _gpu(
        "could not select device driver",
        r"could not select device driver \"(?:nvidia)?\" with capabilities: \[\[gpu\]\][^\n]*",
        "Docker has no NVIDIA runtime",
    ),
    _gpu("nvidia-container-cli", r"nvidia-container-cli: [^\n]*", "the NVIDIA toolkit finds no working driver"),
    _gpu("unknown or invalid runtime name", r"runtime name: nvidia[^\n]*", "Docker has no NVIDIA runtime"),
    _gpu(
        "failed to initialize nvml",
        r"Failed to initialize NVML: [^\n]*",
        "the NVIDIA driver on this machine does not work",
    ),
    _gpu("unresolvable cdi devices", r"unresolvable CDI devices nvidia\.com/gpu[^\n]*", "Podman knows no GPU"),
    Message(
        "engine_disconnected",
        "cuda driver version is insufficient",
        r"CUDA driver version is insufficient for CUDA runtime version[^\n]*",
        "The Engine does not start: the NVIDIA driver is older than its release needs.",
        LIKELY,
        ("engine_initializing",),
        "engine",
        near=r"impeller|deepgram|\bengine\b",
        source="wire reference §1.5",
    ),
    Message(
        "engine_disconnected",
        "killed process",
        r"Killed process \d{1,9} \(impeller\)[^\n]*",
        "The kernel killed the Engine, because the machine had no memory left.",
        LIKELY,
        ("http_unavailable", "ws_closed_early"),
        "kernel",
        source="Linux; wire reference §1.1",
    ),
    Message(
        "http_unavailable",
        "killed process",
        r"Killed process \d{1,9} \(stem\)[^\n]*",
        "The kernel killed the API container's program, because the machine had no memory left.",
        LIKELY,
        ("tcp_refused", "tcp_reset"),
        "kernel",
        source="Linux; wire reference §1.1 and §4.6",
    ),
    Message(
        "engine_initializing",
        '"system_health"',
        r'"system_health"\s*:\s*"Initializing"',
        "/v1/status says Initializing: the API container runs and no Engine has been connected yet.",
        speaker="deployment",
        source=_STATUS,
    ),
    Message(
        "engine_critical",
        '"system_health"',
        r'"system_health"\s*:\s*"(?P<state>Critical|Degraded)"',
        "/v1/status says {state}: of the last requests for speech too many have failed.",
        speaker="deployment",
        source=_STATUS,
    ),
    Message(
        "engine_disconnected",
        '"engine_connection_status"',
        r'"engine_connection_status"\s*:\s*"(?P<state>(?!Connected")[^"]{0,60})"',
        "/v1/status/engine says “{state}”; the one value known to be good is Connected.",
        LIKELY,
        ("engine_initializing",),
        "deployment",
        source=_STATUS,
    ),
)
