"""What the stand-in is: its models, its state, and a switch for everything that is not known of the real thing."""

from __future__ import annotations

from dgcheck.model.evidence import Model
from dgcheck.model.record import dataclass, field
from dgcheck.sim.models import STANDARD


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """Behaviour of the real containers that no source establishes. A default here is a choice, never a fact."""

    engine_word: str = "Disconnected"  # engine_connection_status when no Engine is connected
    engine_status: int = 200  # HTTP status of /v1/status/engine when no Engine is connected
    initializing_status: int = 200  # HTTP status of /v1/status while Initializing
    degraded_status: int = 200  # the same while Degraded
    critical_status: int = 200  # the same while Critical
    no_engine_status: int = 503  # inference without an Engine
    no_engine_tries: int = 0  # retries before that answer, 2 s apart and growing by 1.6
    not_found: int = 404  # HTTP status of an unrouted path, with no body
    wrong_method: int = 405
    plain_get: int = 405  # HTTP status of GET /v1/listen without an upgrade, with no body
    dg_error: str = "message"  # or `code_message`
    request_id_on_status: bool = False  # dg-request-id on /v1/status and /v1/models
    server: str = ""  # Server header
    hint: bool = True  # "You could try the ... model" at the end of the refusal
    keyterm_on_nova_2: bool = False  # accepted (as the hosted service did for a while)
    no_audio_limit: float = 0.0  # NET-0002 after so many seconds without audio; 0 = never
    publicly_routable: bool = False  # refuse to fetch audio from private addresses
    echo_subprotocol: bool = True
    window: int = 20  # requests that system_health looks back on
    client_errors_count: bool = False  # whether a 4xx lowers system_health
    unsupported_parameter: bool = False  # refuse query parameters that no page names
    saturated_status: int = 429  # above [concurrency_limit] or max_active_requests; 503 elsewhere in the sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One API container with its Engine. Times are seconds.

    `listing` is a shape of `dgcheck.sim.models`, '' = not served, `other` = an object of another kind, `html`, `empty`
    or `error`. `health` is computed where it is ''. `certificate_days` = days until end of support (end of life
    follows 546 days later); `life_days` overrides the latter.
    """

    models: tuple[Model, ...] = STANDARD
    listing: str = "grouped"
    prefix: str = ""
    health: str = ""
    connected: bool = True
    keeps_listing: bool = False  # the models are listed although no Engine is connected
    initializing: float = 0.0
    status: str = "json"  # json | 204 | absent | garbled
    engine: str = "json"  # json | absent
    certificates: str = "json"  # json | absent
    certificate_days: float = 400.0
    life_days: float | None = None
    words: str = ""  # what every clip says; '' = the bundled clip's words
    idle: float = 12.0
    first_request: float = 0.0  # the first inference waits so long (a cold model)
    thinking: float = 0.0  # every inference waits so long
    ner: bool = True  # entity detector: smart_format with unformatted models
    formatting_conflict: bool = False
    missing_features: frozenset[str] = frozenset()  # accepted, and nothing of them in the answer
    concurrency: int = 0  # [concurrency_limit] active_requests, 0 = none
    extra_fields: bool = False
    remote_error: str = ""  # text of REMOTE_CONTENT_ERROR for every URL
    remote_wait: float = 0.0
    deaf_to: frozenset[str] = frozenset()  # modes whose transcript is empty: batch, streaming
    license_text: str = ""  # words of a licence failure in place of every inference
    refusal: str = ""  # how a 400 looks: '' legacy | empty | text | modern | bare (nothing but the status)
    switches: Switches = field(default_factory=Switches)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPlan:
    """How an open socket is treated on its way; all that is odd in it is done by faults. Times are seconds.

    `cut_after` ends it, counted by `cut_counts`: `age`, `silence` (since anything was sent or received), `quiet`
    (since the server sent anything), `results` (after that many). `cut_how`: fin, reset, close (with `cut_code` and
    `cut_reason`) or stall (nothing more is read or sent).
    """

    held: str = ""  # '' | end (results only when the stream ends) | never
    cut_after: float | None = None
    cut_counts: str = "age"
    cut_how: str = "fin"
    cut_code: int | None = 1011
    cut_reason: str = ""
    message_limit: int = 0
    message_how: str = "close"  # close (1009) | reset
    metadata_first: bool = False
    deaf: bool = False  # the audio is swallowed on the way: duration 0, no results
    mute: bool = False  # nothing is ever said, not even at the end
    late: float = 0.0  # results come so much later
    undecodable: bool = False
    extra_fields: bool = False
    no_interims: bool = False
    no_metadata: bool = False
    garbled: bool = False  # frames that are no JSON come before the results
