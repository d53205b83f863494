"""The words for what a run tested and for what it left out."""

from __future__ import annotations

from collections.abc import Sequence

from dgcheck.model.case import Case
from dgcheck.model.held import Held
from dgcheck.model.report import CheckResult, Status
from dgcheck.readings import offered

_SHOWN = 4  # times that are named for a longer hold


def tested(case: Case, results: Sequence[CheckResult]) -> str:
    """Which model was tested, where dgcheck chose it itself."""
    passed = [
        one.id
        for one in results
        if one.status in (Status.PASS, Status.WARN) and one.id in ("rest", "ws.upgrade", "ws.stream")
    ]
    if not case.model or case.settings.models or not passed or case.target is None or case.target.replay:
        return ""
    source = "taken from the listing" if case.chosen else "a guess, since there is no listing"
    return (
        f"Tested with the model {case.model} ({source}). Another model may be missing: "
        f"`dgcheck run {case.target.base} --model NAME` tests the one you use."
    )


def untested(case: Case) -> tuple[str, ...]:
    """What this run left out, each with the option that brings it."""
    settings = case.settings
    left: list[str] = []
    if settings.profile == "quick" and not settings.only:
        left.append("speech itself (--profile standard)")
    if settings.wait_for in ("reachable", "models") and "rest" in case.skipped:
        left.append(f"{'models and ' if settings.wait_for == 'reachable' else ''}speech itself (--for speech)")
    else:
        if not settings.audio_url and not settings.serve_audio:
            left.append("audio fetched from an address (--audio-url URL)")
        if not settings.audio_file:
            left.append("your own audio (--audio FILE)")
        if settings.pace != "real" and settings.profile not in ("full", "quick"):
            left.append("speech at real-time pace (--pace real)")
        if "rest" in case.ran and "rest.size" not in case.ran and "rest.size" not in settings.skip:
            left.append("larger uploads (--profile full)")
        longer = _longer_hold(case)
        left += [longer] if longer else []
        left += offered.untested(case)
    if settings.insecure:
        left.append("the TLS certificate (leave out --insecure)")
    return tuple(left)


def _longer_hold(case: Case) -> str:
    """What a longer hold would still find, with the option; '' where nothing was to be held at all."""
    held = [seen.tried for seen in case.of(Held, "ws.hold")]
    if not held:
        return "" if case.settings.profile == "quick" else "streams longer than a clip (--hold 75s)"
    from dgcheck.readings.telling import listed
    from dgcheck.rules.shared.devices import next_after

    later = next_after(max(held))
    if not later:
        return ""
    shown = listed([f"{one:g}" for one in later[:_SHOWN]], "or")
    return f"what cuts streams after more than {max(held):g} s, as devices do after {shown} s (--hold TIME)"
