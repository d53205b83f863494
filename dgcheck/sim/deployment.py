"""What the stand-in is: its models, its state, and a switch for everything that is not known of the real thing."""

from __future__ import annotations

from dgcheck.model.evidence import Model
from dgcheck.model.record import dataclass, field
from dgcheck.sim.models import STANDARD
from dgcheck.sim.sides import Sides


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
    cors: bool = True  # give leave to pages of other origins, and let them read the answers
    window: int = 20  # requests that system_health looks back on
    client_errors_count: bool = False  # whether a 4xx lowers system_health
    unsupported_parameter: bool = False  # refuse query parameters that no page names
    switched_off: int = 404  # HTTP status of an endpoint whose feature is off, with no body
    voiceless_off: bool = False  # /v1/speak is switched off where no voice is loaded; else the voice is refused
    # words with which /v2/speak refuses a voice that it does not have, Aura's too
    flux_voice_refusal: str = "Bad Request: No such model/version combination found."
    flushed_at_once: bool = True  # /v2/speak says Flushed when Flush comes; else after the audio
    speak_v2_close: int = 1000  # code of the close frame of /v2/speak, after an Error too; 0 = none
    flux_refuses_v1: bool = False  # /v2/listen refuses the parameters that only /v1/listen takes
    stream_status_class: str = "1xx"  # response_status of a stream that went well, in the Engine's metrics; or 2xx
    flux_metrics_prefixed: bool = True  # engine_flux_… in the metrics; the Flux page writes them without engine_
    factor_is_audio_by_time: bool = True  # realtime_factor; else the other way round
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
    fetches: bool = False  # remote audio is really fetched; else only where it lies on this machine (loopback)
    fetch_most: int = 0  # a fetch breaks off after so many bytes; 0 = never
    deaf_to: frozenset[str] = frozenset()  # modes whose transcript is empty: batch, streaming
    speak: bool = True  # POST /v1/speak
    speak_streaming: bool = True  # WS /v1/speak
    speak_v2: bool = False  # POST /v2/speak, of Flux voices
    speak_v2_streaming: bool = False  # WS /v2/speak
    listen_v2: bool | None = None  # /v2/listen; None = where a Flux model is loaded
    agent: bool = True  # /v1/agent/converse; it needs a voice and a speech model
    agent_error: str = ""  # words with which every Settings message is refused
    voice_takes: float = 0.08  # what a text of a hundred characters takes to be spoken
    turns_end: bool = True  # Flux sees turns end
    license_text: str = ""  # words of a licence failure in place of every inference
    refusal: str = ""  # how a 400 looks: '' legacy | empty | text | modern | bare (nothing but the status)
    sides: Sides = field(default_factory=Sides)
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
