"""What switches the further endpoints on, and what to say where they are not there."""

from __future__ import annotations

from collections.abc import Iterable

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Remedy
from dgcheck.model.evidence import Upgrade, Wire
from dgcheck.readings.answers import deployment_answers
from dgcheck.readings.further import model_of
from dgcheck.wire import endpoint

_SWITCHES = {
    endpoint.SPEAK: Remedy(
        "Speech is made where a voice is loaded: aura-2.voice-pack.*.dg and aura-2.generator.*.dg, both, in the "
        "Engine's models directory"
    ),
    endpoint.SPEAK_2: Remedy(
        "Switch Flux voices on in api.toml, and in the engine.toml of an Engine without Aura (images of 260812 or "
        "later)",
        "[features]\nspeak_v2 = true\n\n[flux_tts]\nenabled = true",
    ),
    endpoint.FLUX: Remedy(
        "Switch Flux on in api.toml, and in the engine.toml of an Engine that has the Flux model alone (images of "
        "251015 or later)",
        "[features]\nlisten_v2 = true\n\n[flux]\nenabled = true",
    ),
    endpoint.AGENT: Remedy(
        "Switch the voice agent on; it needs Engines for speech to text and for voices",
        "agent:\n  enabled: true",
        "helm",
    ),
}


def switches(seen: Wire) -> tuple[Remedy, ...]:
    """What switches the endpoint of this question on."""
    path = next((one for one in _SWITCHES if seen.request.path.endswith(one)), "")
    found = [_SWITCHES[path]] if path else []
    if path in (endpoint.SPEAK, endpoint.SPEAK_2) and isinstance(seen, Upgrade):
        name = model_of(seen) or "VOICE"
        word = "speak_streaming" if path == endpoint.SPEAK else "speak_v2_streaming"
        stream = Remedy("Switch streamed speech on in api.toml", f"[features]\n{word} = true")
        found = [stream, Remedy(f"Where it is not used, ask for POST alone: --model {name}=rest")]
    if path == endpoint.AGENT:
        base = seen.url.partition("?")[0].removesuffix(path)
        found.append(Remedy("See that speech models and voices are both listed", f"curl -s {base}/v1/models"))
    return tuple(found)


def switched_on(found: Iterable[Wire]) -> tuple[Remedy, ...]:
    """What switches on the endpoints of these questions, where all of them are further ones; else ()."""
    seen = tuple(found)
    if not all(one.check in endpoint.CHECKS for one in seen):
        return ()
    return tuple(dict.fromkeys(remedy for one in seen for remedy in switches(one)))


def reached(case: Case, found: Iterable[Wire]) -> str:
    """What to say of further endpoints that are not there while the deployment is reached; '' in all other cases."""
    seen = tuple(found)
    if not all(one.check in endpoint.CHECKS for one in seen) or not deployment_answers(case):
        return ""
    return "The deployment is reached the same way, so this is switched off there, or a proxy does not pass it on."
