"""Does the deployment serve what it lists? Asked only where somebody wants the listing proved by requests."""

from __future__ import annotations

import asyncio
import json
from time import monotonic

from dgcheck.model.asking import Ask, Asking, Experiment
from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Exchange, Listing, Wire
from dgcheck.model.target import Settings
from dgcheck.wire.listen import rest_query, stream_query
from dgcheck.wire.proving import PURPOSE, VOICE_TEXT, Proof, proofs

LIMIT = 15.0  # seconds for one request; a first one may load its model
ENOUGH = frozenset({429, 503})  # the deployment asks for rest
MOST_REFUSED = 4  # refusals count in the deployment's own health
MOST_SILENT = 2
PAUSE = 0.05  # seconds between two requests
_PLAIN = Settings()  # each row is asked for what it lists, not for what the person uses


def wanted(case: Case) -> bool:
    """Somebody asked for it, there is a listing, and it was not done yet."""
    return case.settings.try_models > 0 and _listing(case) is not None and case.first(Wire, "", PURPOSE) is None


def _listing(case: Case) -> Listing | None:
    found = case.listing
    return found if found is not None and found.shape != "other" else None


async def ask(asking: Asking) -> None:
    """One request after the other, at most `try_models`, until something says that it is enough."""
    listing = _listing(asking.case)
    left, absent = asking.settings.try_models, set[str]()
    ends = monotonic() + 0.8 * asking.settings.timeout
    seen: list[Wire] = []
    for proof in proofs(listing) if listing else ():
        if left <= 0 or enough(seen) or monotonic() > ends:
            return
        if proof.path in absent:
            continue
        if seen:
            await asyncio.sleep(PAUSE)
        answer = await _put(asking, proof)
        seen.append(answer)
        left -= 1
        if proof.way in ("voice", "flux") and answer.status in (404, 405):
            absent.add(proof.path)  # the endpoint itself is not served


def enough(seen: list[Wire]) -> bool:
    """Whether to stop: the deployment asked for rest (429, 503), refused several requests, or fell silent twice."""
    refused = sum(one.status is not None and one.status >= 400 for one in seen if one.status not in (404, 405))
    silent = sum(one.ending is Ending.TIMED_OUT for one in seen)
    return any(one.status in ENOUGH for one in seen) or refused >= MOST_REFUSED or silent >= MOST_SILENT


async def _put(asking: Asking, proof: Proof) -> Wire:
    audio, path = asking.audio, proof.path
    if proof.way == "batch":
        encoding = rest_query(_PLAIN, audio, "")
        return await _post(asking, path, (*proof.query, *encoding), audio.content_type, audio.data)
    if proof.way == "voice":
        body = json.dumps({"text": VOICE_TEXT}).encode()
        return await _post(asking, path, proof.query, "application/json", body)
    encoding = stream_query(_PLAIN, audio, "")
    shown = tuple(pair for pair in encoding if pair[0] != "interim_results")
    return await asking.net.upgrade(Ask(path=path, query=(*proof.query, *shown), limit=LIMIT))


async def _post(asking: Asking, path: str, query: tuple[tuple[str, str], ...], kind: str, body: bytes) -> Exchange:
    return await asking.net.exchange(
        Ask(
            path=path,
            query=query,
            method="POST",
            headers=(("Content-Type", kind),),
            body=body,
            lane=PURPOSE,
            limit=LIMIT,
            keep=4096,
        )
    )


EXPERIMENT = Experiment(id=PURPOSE, check="models", when=wanted, ask=ask)
