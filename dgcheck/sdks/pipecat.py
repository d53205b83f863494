"""Pipecat's speech to text by Deepgram: `base_url`, handed to a Deepgram SDK for Python, and the cloud when that fails.

To 0.0.105 that SDK is 4.7 and gets the value as it is; later ones get a pair of URLs that Pipecat derives. The service
asks live only; what REST would dial is its client's. Read: pipecat-ai 0.0.100, 0.0.104, 0.0.106, 0.0.108, 1.0.0, 1.2.1,
1.3.0, 1.4.0, 1.5.0 and 1.14.0.
"""

from __future__ import annotations

from dgcheck.model.record import dataclass, replace
from dgcheck.model.sdk import Dialled, Outcome, Place, Recipe, Release, Sdk, Wish
from dgcheck.sdks.python import manners, v3, v5
from dgcheck.sdks.urls.reached import cloud, meant
from dgcheck.sdks.urls.traps import told

_SDK_4 = v3.Habits("honest", async_legacy=False, access_token=True)
_SDK_6 = v5.Habits(("base", "production", "agent"), joins=False, late_key=False)
_SCHEMES = ("wss", "https", "ws", "http")
_FELL_BACK = "Custom base_url configuration failed, falling back to default"
_SOURCE = "pipecat-ai 1.14.0: pipecat/services/deepgram/stt.py `_derive_deepgram_urls`"
_SOURCE_4 = "pipecat-ai 0.0.104: pipecat/services/deepgram/stt.py, deepgram-sdk 4.7"
_CODE = """@importfrom pipecat.services.deepgram.stt import DeepgramSTTService

stt = DeepgramSTTService(
    api_key=@key,
    base_url="@url",
    settings=DeepgramSTTService.Settings(model="nova-3"),  # a model that this deployment serves
)
"""
_CODE_4 = """@importfrom deepgram import LiveOptions
from pipecat.services.deepgram.stt import DeepgramSTTService

stt = DeepgramSTTService(
    api_key=@key,
    base_url="@url",
    live_options=LiveOptions(model="nova-3"),  # a model that this deployment serves
)
"""

# What 1.14.0 sends for a service with nothing set; run.
_QUERY = (
    ("channels", "1"),
    ("detect_entities", "false"),
    ("diarize", "false"),
    ("dictation", "false"),
    ("encoding", "linear16"),
    ("interim_results", "true"),
    ("language", "en"),
    ("model", "nova-3-general"),
    ("multichannel", "false"),
    ("numerals", "false"),
    ("punctuate", "true"),
    ("sample_rate", "16000"),
    ("smart_format", "false"),
)


def dial_early(wish: Wish) -> Dialled:
    """To 0.0.105: what deepgram-sdk 4.7 does with the value."""
    if wish.option not in ("base_url", "url"):
        return cloud(wish.transport)
    return _SDK_4.dial(replace(wish, option="url"))


@dataclass(frozen=True, slots=True)
class Habits:
    """What differs between the later releases: the options, and whether the fourth URL of deepgram-sdk 7 is given."""

    options: tuple[str, ...] = ("base_url",)
    agent_rest: bool = True

    def dial(self, wish: Wish) -> Dialled:
        """What becomes of a wish."""
        if wish.option not in self.options or not wish.value or self._fails(wish):
            return cloud(wish.transport)
        live, rest = derived(wish.value)
        option, value = ("environment.production", live) if wish.transport == "ws" else ("environment.base", rest)
        found = _SDK_6.dial(replace(wish, option=option, value=value))
        if found.outcome is Outcome.ERROR and wish.transport == "ws":
            return replace(found, error=f"connection error: {found.error}")
        return found

    def _fails(self, wish: Wish) -> bool:
        """Whether the environment cannot be made: deepgram-sdk 7.2 and newer want `agent_rest` too."""
        installed = wish.extra.get("deepgram-sdk", "")
        numbers = [int(part) for part in installed.split(".")[:2] if part.isdigit()]
        return not self.agent_rest and numbers >= [7, 2]

    def traps(self, wish: Wish, found: Dialled) -> tuple[str, ...]:
        """What only Pipecat does, where it bites."""
        if wish.option not in self.options:
            return (f"{wish.option} is not read: DeepgramSTTService(base_url=...)",)
        if wish.value and self._fails(wish):
            return (f"deepgram-sdk 7.2 wants a URL more than this Pipecat gives, so it only logs {_FELL_BACK!r}",)
        told_of = []
        scheme = meant(wish.value).scheme
        if found.outcome is Outcome.DIALS and scheme and wish.value.partition("://")[0] not in _SCHEMES:
            told_of.append(f"the scheme is not recognised, so TLS is taken; write it in lower case: {scheme}://")
        if wish.transport == "rest" and found.outcome is Outcome.DIALS:
            told_of.append("DeepgramSTTService never asks by REST; this is what its client would dial")
        return tuple(told_of)


def derived(base_url: str) -> tuple[str, str]:
    """The URLs for live and for REST that Pipecat makes of a base."""
    scheme, mark, host = base_url.partition("://")
    if not mark:
        scheme, host = "", base_url
    insecure = scheme in ("ws", "http")
    return f"{'ws' if insecure else 'wss'}://{host}", f"{'http' if insecure else 'https'}://{host}"


def _recipe(code: str, keeps_path: bool) -> _Maker:
    def recipe(place: Place) -> tuple[Recipe, ...]:
        if place.prefix and not keeps_path:
            why = (
                "deepgram-sdk 4 drops the path for live: take Pipecat 0.0.106 or newer, or a host name without a path."
            )
            return (Recipe("", "python", (why,)),)
        scheme = ("wss" if place.tls else "ws") if keeps_path else ("https" if place.tls else "http")
        key = 'os.environ["DEEPGRAM_API_KEY"]' if place.key else '"a"'
        text = code.replace("@url", f"{scheme}://{place.authority}{place.prefix}").replace("@key", key)
        text = text.replace("@import", "import os\n\n" if place.key else "")
        notes = ["The base without /v1: it would be doubled."] if keeps_path else []
        if keeps_path:
            notes.append(f"Whatever fails in this set-up is only logged ({_FELL_BACK!r}), and the cloud is dialled.")
        if place.private_ca:
            notes.append("SSL_CERT_FILE replaces the system's store, which live trusts otherwise.")
        environment = [("DEEPGRAM_API_KEY", "...")] if place.key else []
        environment += [("SSL_CERT_FILE", place.private_ca)] if place.private_ca else []
        return (Recipe(text, "python", tuple(notes), tuple(environment)),)

    return recipe


TYPE_CHECKING = False  # typing is not imported: `sdk` pays for it
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dgcheck.model.sdk import Manner

    _Maker = Callable[[Place], tuple[Recipe, ...]]


def _async_live(found: Mapping[str, Manner], version: str) -> Mapping[str, Manner]:
    """The manners of the SDK inside, with its version: its asyncio client ignores the proxy variables."""
    named = {
        transport: replace(
            one, headers=tuple((name, value.replace("{version}", version)) for name, value in one.headers)
        )
        for transport, one in found.items()
    }
    retries = "again and again, with growing pauses, until it has failed to stay up several times in a row"
    return {**named, "ws": replace(named["ws"], proxies=False, retries=retries, query=_QUERY)}


def _release(since: str, newest: str, habits: Habits) -> Release:
    return Release(
        since,
        newest,
        (*habits.options, "DEEPGRAM_HOST"),
        told(habits.dial, _SOURCE, habits.traps),
        _async_live(manners.fifth(7), "7.17.0") if habits.agent_rest else _async_live(manners.fifth(6), "6.1.1"),
        _recipe(_CODE, keeps_path=True),
        source=_SOURCE,
    )


SDK = Sdk(
    "pipecat",
    "Pipecat, speech to text by Deepgram",
    "python",
    (
        Release(
            "0.0.80",
            "0.0.105",
            ("base_url", "url", "DEEPGRAM_HOST"),
            told(dial_early, _SOURCE_4, _SDK_4.traps),
            _async_live(manners.third(), "4.7.0"),
            _recipe(_CODE_4, keeps_path=False),
            source=_SOURCE_4,
        ),
        _release("0.0.106", "0.0.108", Habits(("base_url", "url"), agent_rest=False)),
        _release("1.0.0", "1.2.1", Habits(agent_rest=False)),
        _release("1.3.0", "1.14.0", Habits()),
    ),
    ("pipecat-ai",),
)
