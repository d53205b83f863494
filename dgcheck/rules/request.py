"""DG3015: the request asks what is not accepted. Its audio stands in `audio.py`, its size in `uploads.py`."""

from __future__ import annotations

from collections.abc import Iterator

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Cause, Confidence, Heals, Match, Remedy
from dgcheck.model.evidence import Exchange, Wire
from dgcheck.readings.answers import answer, asides, posts
from dgcheck.readings.halved import Halved, halved
from dgcheck.readings.telling import listed, question, quoted, upper, writer
from dgcheck.rules.shared.also import also
from dgcheck.wire.swaps import swap
from dgcheck.wire.who import answered


def _ids(*found: Wire) -> tuple[str, ...]:
    return tuple(dict.fromkeys(seen.id for seen in found))


def _bad_parameter(case: Case) -> Iterator[Match]:
    found = halved(case)
    if found is None:
        return
    seen, named = found.seen, found.decision.names if found.decision else ()
    others = [one for one in posts(case) if one.status == seen.status and one.id != seen.id]
    checks = tuple(dict.fromkeys(one.check for one in (seen, *others)))
    ids = _ids(seen, *others, *found.tries)
    said = f"{upper(writer(answer(seen)))} answered {seen.status} to {question(seen)}{quoted(seen.response)}."
    if found.decision and len(named) == 1 and named[0] != "model":
        yield _named(case, found, named[0], said, ids, checks)
    elif found.refusal.about == "parameter":
        yield _worded(case, found, said, ids, checks)
    elif isinstance(seen, Exchange) and _only_this(case, seen):
        asked = listed(f"{name}={value}" for name, value in seen.request.query)
        unknown = " It does not say why: a parameter, the model or the audio may not be accepted."
        yield Match(
            f"{said}{unknown} The request asked for {asked or 'nothing but the path'}.",
            ids,
            checks,
            Confidence.POSSIBLE,
        )


def _named(case: Case, found: Halved, name: str, said: str, ids: tuple[str, ...], checks: tuple[str, ...]) -> Match:
    assert found.decision is not None
    pair = f"{name}={found.value(name)}"
    better = swap(name, found.value(name), case.model)
    proof = (
        f"Without {pair} the same request is accepted." if found.decision.proved else f"Only {pair} is left to blame."
    )
    advice = f" What was meant is probably {better}." if better else ""
    sure = Confidence.CERTAIN if found.decision.proved else Confidence.LIKELY
    facts = {"wrong": pair, "name": name} | ({"better": better} if better else {})
    return Match(f"{said} {proof}{advice}", ids, checks, sure, facts=facts, detail=pair)


def _worded(case: Case, found: Halved, said: str, ids: tuple[str, ...], checks: tuple[str, ...]) -> Match:
    """The server says that it is a parameter; which one is said by it, or narrowed down."""
    left = list(found.hinted) or [name for name in (found.decision.names if found.decision else ()) if name != "model"]
    pairs = [f"{name}={found.value(name)}" for name in left]
    which = f" It is {'one of ' if len(pairs) > 1 else ''}{listed(pairs, 'or')}." if pairs else ""
    better = swap(left[0], found.value(left[0]), case.model) if left else ""
    advice = f" What was meant is probably {better}." if better and len(left) == 1 else ""
    facts = {"wrong": pairs[0], "name": left[0]} if len(pairs) == 1 else {}
    if better and facts:
        facts["better"] = better
    return Match(f"{said}{which}{advice}", ids, checks, facts=facts, detail=" or ".join(pairs)[:80])


def _only_this(case: Case, seen: Wire) -> bool:
    """Whether other paths get another answer: else whoever answers refuses everything, whatever is asked."""
    return not any(one.status == seen.status for one in asides(case)) or answered(seen.response) == "deepgram"


FAMILY = (
    Cause(
        code="DG3015",
        cause="bad_parameter",
        title="A query parameter is not accepted",
        explanation=(
            "The deployment refuses the request for what it asks in its query. The whole query is checked before "
            "anything else, for REST and for the WebSocket alike, where the refusal comes in place of the 101. Live "
            "clients often show only “400” or “bad handshake” and hide the words.\n\n"
            "Known slips: `keywords` belongs to Nova-2 and older, `keyterm` to Nova-3 and Flux; languages are "
            "written `en` or `en-US`, not `english` or `en_US`; times are plain milliseconds, `300` and not "
            "`300ms`; switches are `true` or `false`; a stream that names its encoding must name its sample_rate "
            "too."
        ),
        told_apart=(
            "By the server's own words, and by asking again with fewer parameters until one of them decides. “No "
            "such model/language/tier combination” is about the model, not about a parameter."
        ),
        remedies=(
            Remedy("Write {better} in place of {wrong}"),
            Remedy("Leave {name} out, or give it a value that the API reference lists for it"),
            Remedy(
                "See all the server says",
                "curl -sS -i -X POST '{base}/v1/listen?model={model}&{wrong}' --data-binary @audio.wav",
            ),
            Remedy("Ask with the parameters of your application one by one", "dgcheck run {base} --feature NAME=VALUE"),
            Remedy(
                "If a proxy writes the query anew, let it pass the raw one: proxy_pass without a path keeps it",
                place="nginx",
            ),
        ),
        explains=("ws_upgrade_rejected", "ws_subprotocol", "remote_url_blocked"),
        heals=Heals.NEVER,
        when=also(_bad_parameter, "bad_parameter"),
        source="Deepgram's documentation: errors (INVALID_QUERY_PARAMETER); refused upgrades read off the API, 2026",
    ),
)
