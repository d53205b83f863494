"""What a good answer is to the checks that a standard run leaves out, and how it reads in one line."""

from __future__ import annotations

from collections.abc import Callable

from dgcheck.diagnosis import beside, further
from dgcheck.diagnosis.held import ws_hold
from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Exchange
from dgcheck.model.report import Status
from dgcheck.model.sdk import Outcome
from dgcheck.readings import as_sdk, browser, remote, uploads
from dgcheck.readings.telling import listed
from dgcheck.wire import results

Seems = tuple[Status, str]


def rest_size(case: Case) -> Seems:
    """The largest body that was tried is taken; a smaller limit is for the rules."""
    found = uploads.uploads(case)
    if found is None:
        return Status.SKIP, "no POST of speech worked, to compare larger ones with"
    taken = uploads.size_words(found.taken)
    if not found.tries:
        enough = 0 < case.settings.max_upload <= found.taken
        return (Status.PASS, f"{taken} of speech was taken") if enough else (Status.UNKNOWN, "not asked")
    if found.unclear is not None:
        return Status.UNKNOWN, f"{taken} was taken; {_unclear(found.unclear)}"
    return (Status.PASS if found.refused is None else Status.UNKNOWN), f"{taken} was taken"


def _unclear(seen: Exchange) -> str:
    """An upload that says nothing of sizes, and why."""
    size = uploads.size_words(seen.request.body_bytes)
    if seen.ending is Ending.TIMED_OUT:
        return f"{size} was still on its way when the time was up; --max-upload tries less"
    return f"{size} got {seen.status or seen.ending.value.replace('_', ' ')}, which says nothing of sizes"


def rest_url(case: Case) -> Seems:
    """200 with a transcript; where dgcheck served the audio itself, somebody has to have come for it."""
    problem = remote.not_served(case)
    if problem:
        return Status.UNKNOWN, f"dgcheck could not serve its clip: {problem}"
    asked = [one for one in (remote.given(case), remote.from_here(case)) if one is not None]
    parts = []
    for one in asked:
        seen, visit = one.seen, remote.fullest(one.served)
        answer = results.read_transcription(seen.response.body) if seen.response and seen.status == 200 else None
        if answer is None:
            return Status.UNKNOWN, f"POST with a URL answers {seen.status or seen.ending.value}"
        if one.served is not None and visit is None:
            return Status.UNKNOWN, f"answered {seen.status}, though nobody came for the clip at {one.url}"
        what = f"dgcheck's clip, from {visit.address}," if visit else "the audio"
        parts.append(f"{what} and heard {len(answer.transcript.split())} words")
    if not parts and "rest.url" in case.ran and "rest.url" not in (*case.out_of_time, *case.bugs):
        return Status.SKIP, "no model to ask for by REST; --model NAME=rest names one"
    return (Status.PASS, f"the deployment fetched {listed(parts)}") if parts else (Status.UNKNOWN, "not asked")


def origin(case: Case) -> Seems:
    """Leave is given, answers may be read, and the WebSocket opens for the page."""
    page = case.settings.origin
    if browser.mixed(case):
        return Status.UNKNOWN, "a browser does not even ask"
    done = []
    if browser.same_origin(case):
        done.append("the page has the same origin as the deployment")
    elif browser.posted(case) is not None:
        done.append(f"a page of {page} may ask and read the answers")
    if any(one.status == 101 and not one.accept_problem for one in browser.opened_for_page(case)):
        done.append("a WebSocket opens for it")
    if not done:
        return Status.SKIP, "nothing works for other clients either, or there was no model to ask for"
    return Status.PASS, listed(done)


def sdk(case: Case) -> Seems:
    """Every transport that the SDK was asked by is served, from the URL that it dials."""
    every = tuple(as_sdk.asked(case))
    shown = {"rest": "POST", "ws": "upgrade"}
    put = [one for one in every if one.there is not None or one.meant is not None]
    if any(one.told.outcome != Outcome.DIALS for one in every):
        return Status.UNKNOWN, "by its setting the SDK does not ask this deployment"
    if not put:
        return Status.SKIP, "not asked: what dgcheck itself asks is not answered"
    parts = [f"{shown[one.told.transport]} {(one.there or one.meant).status or 'unanswered'}" for one in put]  # type: ignore[union-attr]
    words = f"{', '.join(parts)}, as {as_sdk.name(put[0].told)} asks"
    return (Status.PASS if all(as_sdk.served(one.ended) for one in put) else Status.UNKNOWN), words


GOOD: dict[str, Callable[[Case], Seems]] = {
    "ws.hold": ws_hold,
    "rest.url": rest_url,
    "origin": origin,
    "rest.size": rest_size,
    "sdk": sdk,
    "speak": further.speak,
    "flux": further.flux,
    "agent": further.agent,
    "license": beside.license,
}
