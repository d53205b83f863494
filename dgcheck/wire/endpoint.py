"""Which endpoint serves a model: voices speak at /v1/speak, Flux listens at /v2/listen, all others at /v1/listen.

Read from the model's name alone, so that it is known before anything is asked (self-hosted-api.md §2.2, §3.4, §3.5).
"""

from __future__ import annotations

from dgcheck.model.record import dataclass
from dgcheck.model.target import Settings
from dgcheck.wire.model_name import read

LISTEN, SPEAK, FLUX, AGENT = "/v1/listen", "/v1/speak", "/v2/listen", "/v1/agent/converse"
SPEAK_2 = "/v2/speak"  # of Flux voices
# The checks of the endpoints that are asked only where somebody wants them.
CHECKS = {"speak": (SPEAK, SPEAK_2), "flux": (FLUX,), "agent": (AGENT,)}
# The checks of /v1/listen, which have nothing to ask where only voices or Flux were named.
LISTENS = frozenset({"rest", "rest.size", "ws.upgrade", "ws.stream", "replicas", "ws.hold"})
UNWANTED = "not asked for (a voice or Flux as --model, --only, or --profile full)"


def of(name: str, mode: str = "both") -> str:
    """The endpoint of a model by its name and the way in which it has to serve (both, rest, streaming).

    Flux that has to serve by REST is what /v1/listen is asked for, and refuses.
    """
    found = read(name)
    if found.family == "aura":
        return SPEAK
    if found.family == "flux":
        if is_flux_voice(name):
            return SPEAK_2
        return LISTEN if mode == "rest" and found.variant.startswith("general") else FLUX
    return LISTEN


def is_flux_voice(name: str) -> bool:
    """Whether this is the name of a Flux voice, `flux-VOICE-LANGUAGE`; `flux-general-en` is none, it listens."""
    found = read(name)
    return found.family == "flux" and not found.variant.startswith("general") and found.variant.count("-") == 1


def named(settings: Settings, *endpoints: str) -> tuple[str, ...]:
    """The models of the settings that one of these endpoints serves, in their order."""
    modes = settings.modes
    return tuple(name for name in settings.models if of(name, modes.get(name, "both")) in endpoints)


def voices(settings: Settings) -> tuple[str, ...]:
    """The voices that were named."""
    return named(settings, SPEAK, SPEAK_2)


def turns(settings: Settings) -> tuple[str, ...]:
    """The models to ask /v2/listen for: Flux that was named, or whatever was where only this check is wanted."""
    found = named(settings, FLUX)
    return found or (settings.models if "flux" in settings.only else ())


def speech(settings: Settings) -> tuple[str, ...]:
    """The models that /v1/listen has to serve: whatever was named where only its checks are wanted."""
    found = named(settings, LISTEN)
    return found or (settings.models if LISTENS & {*settings.only} and not settings.wait_for else ())


def one_way(settings: Settings) -> str:
    """`rest` or `streaming` where every model that was named for /v1/listen has to serve in that way alone; else ''."""
    ways = {settings.modes.get(name, "both") for name in speech(settings)}
    return ways.pop() if len(ways) == 1 and ways != {"both"} and not replayed(settings) else ""


def asked(settings: Settings, check: str) -> bool:
    """Whether a model or an option asks for this check, so that a missing endpoint is a failure."""
    models = {"speak": voices, "flux": turns}.get(check)
    by_model = models is not None and bool(models(settings))
    return by_model or check in settings.only or replayed(settings) in CHECKS.get(check, ())


def replayed(settings: Settings) -> str:
    """Which of these endpoints the target's own request is for, where it is a whole request; else ''."""
    path, mark, _ = settings.target_given.partition("?")
    known = [one for paths in CHECKS.values() for one in paths if mark and path.rstrip("/").endswith(one)]
    return known[0] if known else ""


def why_not(settings: Settings, check: str) -> str:
    """Why a check of /v1/listen has nothing to ask; '' where it has, and for all other checks."""
    if check not in LISTENS:
        return ""
    if replayed(settings):
        return f"the request of the URL is for {replayed(settings)}"
    if settings.models and not speech(settings):
        return (
            f"{' and '.join(settings.models[:2])} {'do' if len(settings.models) > 1 else 'does'} not transcribe there"
        )
    return ""


@dataclass(frozen=True, slots=True)
class Saying:
    """What a voice is made to say: a text that is hard to mishear, in its language."""

    text: str
    language: str

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


_SAYINGS = {
    "en": "We will meet again tomorrow morning. Please bring the keys and call me when you are at the station.",
    "es": "Nos vemos mañana por la mañana. Por favor, trae las llaves y llámame cuando estés en la puerta.",
    "de": "Wir sehen uns morgen früh wieder. Bitte bring die Schlüssel mit und ruf an, wenn du vor der Tür stehst.",
    "fr": "Nous nous reverrons demain matin. Apporte les clés et appelle-moi quand tu seras devant la porte.",
    "it": "Ci vediamo domani mattina. Per favore porta le chiavi e chiamami quando sei davanti alla porta.",
    "nl": "We zien elkaar morgenochtend weer. Breng de sleutels mee en bel me als je voor de deur staat.",
}


def saying(voice: str, words: str = "") -> Saying:
    """What this voice says: `words` where somebody gave them. A language that is not known here gets the English text,
    and language '' with it."""
    tag = voice.strip().lower().rpartition("-")[2]
    if words.strip():
        return Saying(words.strip()[:400], tag if tag in _SAYINGS else "")
    if tag in _SAYINGS:
        return Saying(_SAYINGS[tag], tag)
    return Saying(_SAYINGS["en"], "")
