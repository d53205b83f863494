"""DG5009: replicas behind one name that do not have the same models."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.asking import REPEAT
from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Match, Remedy
from dgcheck.model.evidence import Exchange, Wire
from dgcheck.readings.answers import works
from dgcheck.readings.doubted import came_first
from dgcheck.readings.for_speech import SPEECH
from dgcheck.readings.model_fault import about_model
from dgcheck.readings.telling import checks_of, got, listed, path_of, question, quoted
from dgcheck.rules.models.absent import REFUSED
from dgcheck.wire.health import read_status
from dgcheck.wire.listing import speech
from dgcheck.wire.model_name import request_name

_MOST_NAMES = 6


def listings(case: Case) -> tuple[Exchange, ...]:
    """Every answer of the run that was read as a listing of a known shape."""
    return tuple(
        seen
        for check, purpose in (("models", ""), ("replicas", ""), ("models", REPEAT))
        for seen in case.of(Exchange, check, purpose)
        if seen.listing is not None and seen.listing.shape != "other"
    )


def names_of(seen: Exchange) -> frozenset[str]:
    """The speech models of one listing, by the names that requests use."""
    return frozenset(request_name(row) for row in speech(seen.listing)) if seen.listing else frozenset()


def starting(case: Case) -> frozenset[str]:
    """Addresses that said each time that they are still starting, where another one said otherwise: what they lack is
    told by `replica_unhealthy`.
    """
    told: dict[str, set[str]] = {}
    for seen in case.of(Exchange, ""):
        health = read_status(seen.response.body) if seen.response and path_of(seen).endswith("/status") else None
        if health is not None:
            told.setdefault(seen.address, set()).add(health.system_health)
    found = frozenset(address for address, words in told.items() if words == {"Initializing"})
    return found if len(found) < len(told) else frozenset()


def _differ(case: Case) -> Iterator[Match]:
    begun = starting(case)
    seen = tuple(one for one in listings(case) if one.address not in begun)
    if len({names_of(one) for one in seen}) > 1:
        yield _listings_differ(seen)
        return
    kinds = tuple(_answers_differ(case))
    if not kinds:
        return
    told = (
        f"On several connections {question(refused[0])} asked for the same: {len(accepted)} of "
        f"{len(accepted) + len(refused)} were accepted, {len(refused)} got {got(refused[0])}"
        f"{quoted(refused[0].response)}."
        for refused, accepted in kinds
    )
    says = f"{' '.join(told)} The replicas behind this address do not have the same models."
    every = tuple(one for refused, accepted in kinds for one in (*refused, *accepted))
    yield Match(says, tuple(one.id for one in every), checks_of(every, "replicas"), Confidence.LIKELY)


def _listings_differ(seen: tuple[Exchange, ...]) -> Match:
    every = frozenset[str]().union(*(names_of(one) for one in seen))
    common = every.intersection(*(names_of(one) for one in seen))
    odd = sorted(every - common)
    shown = listed(odd[:_MOST_NAMES]) + (f" and {len(odd) - _MOST_NAMES} more" if len(odd) > _MOST_NAMES else "")
    addresses = {one.address for one in seen}
    apart = [address for address in sorted(addresses) if _always(seen, address, odd) is not None]
    if len(addresses) > 1 and set(apart) == addresses:
        where = "; ".join(_of_address(seen, address, odd) for address in apart[:8])
        says = f"The addresses of this name do not list the same models. They differ in {shown}: {where}."
    else:
        says = (
            f"GET /v1/models was answered {len(seen)} times and not always alike: {_missing(seen, odd)} of the "
            f"{len(seen)} answers."
        )
    sure = Confidence.CERTAIN
    if _loaded_meanwhile(seen):
        says = f"{says} All that lack them came first: it may also be one container that has loaded them since."
        sure = Confidence.POSSIBLE
    facts = {"odd_models": ", ".join(odd)}
    return Match(says, tuple(one.id for one in seen), ("models", "replicas"), sure, facts)


def _loaded_meanwhile(seen: tuple[Exchange, ...]) -> bool:
    """Whether no speech model was listed at first, and then, once that had been said, the same ones each time."""
    full = [one for one in seen if names_of(one)]
    return len({names_of(one) for one in full}) == 1 and came_first((one for one in seen if one not in full), full)


def _missing(seen: tuple[Exchange, ...], odd: list[str]) -> str:
    """`nova-2-general was missing from 2 and nova-3-general from 3`: models that go together are told together."""
    together: dict[tuple[str, ...], list[str]] = {}
    for name in odd:
        together.setdefault(tuple(one.id for one in seen if name not in names_of(one)), []).append(name)
    told: list[str] = []
    for lacking, names in together.items():
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        were = "" if told else (" was missing" if len(names) == 1 else " were missing")
        told.append(f"{listed(names[:_MOST_NAMES])}{more}{were} from {len(lacking)}")
    return listed(told[:3])


def _always(seen: tuple[Exchange, ...], address: str, odd: list[str]) -> frozenset[str] | None:
    """Which of the differing models an address lists, when it says the same each time."""
    found = {names_of(one) & set(odd) for one in seen if one.address == address}
    return next(iter(found)) if len(found) == 1 else None


def _of_address(seen: tuple[Exchange, ...], address: str, odd: list[str]) -> str:
    has = sorted(_always(seen, address, odd) or ())
    return f"{address} has {listed(has[:_MOST_NAMES])}" if has else f"{address} has none of them"


def _answers_differ(case: Case) -> Iterator[tuple[tuple[Wire, ...], tuple[Wire, ...]]]:
    """Requests for speech that were refused for their model on one connection and accepted on another."""
    kinds: dict[tuple[object, ...], list[Wire]] = {}
    begun = starting(case)
    for seen in case.of(Wire, ""):
        if seen.address in begun:
            continue
        if seen.check in (*SPEECH, "replicas") and path_of(seen).endswith("/listen"):
            kinds.setdefault((type(seen), seen.request.query, seen.request.with_key), []).append(seen)
    for asked in kinds.values():
        refused = tuple(seen for seen in asked if about_model(seen, None))
        accepted = tuple(seen for seen in asked if works(seen))
        if refused and accepted:
            yield refused, accepted


DIFFERING = (
    Cause(
        code="DG5009",
        cause="models_differ_between_replicas",
        title="The replicas do not have the same models",
        explanation=(
            "Behind this name or address stand several API containers (or their Engines), and they do not offer the "
            "same models. So a request for one of the differing models works or is refused with “No such model…” by "
            "the luck of the connection. Usual reasons: the Engines mount different model directories or volumes; a "
            "roll-out is half done; one Engine is still loading, or failed to load a file; Engines of different "
            "kinds (speech to text, text to speech) stand behind one address."
        ),
        told_apart=(
            "Two answers of /v1/models hold different models, or the same request was accepted on one connection and "
            "refused for its model on another. Order, ids and unknown fields are no difference."
        ),
        remedies=(
            Remedy(
                "Compare the directories: every Engine must mount the same models volume; look which one failed to "
                "load a file",
                "docker compose logs engine | grep -E 'Inserting model|Failed to load model'",
                "compose",
            ),
            Remedy(
                "Compare the pods: see which Engine has not loaded {odd_models}",
                "kubectl -n dg-self-hosted logs -l app=deepgram-engine --prefix --tail=-1 | "
                "grep -E 'Inserting model|Failed to load model'",
                "helm",
            ),
            Remedy(
                "If a roll-out is under way, wait for its end",
                "kubectl -n dg-self-hosted rollout status deploy/deepgram-engine",
                "helm",
            ),
            Remedy(
                "Ask the same question several times", "for i in 1 2 3 4 5 6; do curl -s {base}/v1/models | cksum; done"
            ),
        ),
        explains=(
            "intermittent",
            "model_missing",
            "model_misspelt",
            "model_language",
            "model_version",
            "model_not_streaming",
            "model_not_batch",
            "model_format",
            "formatting_conflict",
            "default_model_missing",
            "no_models",
            "ws_subprotocol",
            *REFUSED,
        ),
        when=_differ,
        source="changelog 2026-06-30; failure catalogue row 64",
    ),
)
