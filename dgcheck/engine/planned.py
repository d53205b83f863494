"""What a run with these settings asks, and whom it dials for that."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dgcheck.model.asking import PROFILES, Probe
from dgcheck.model.target import Settings, Target
from dgcheck.net.headstart import HeadStart
from dgcheck.probes import probes
from dgcheck.wire import endpoint


def plan(settings: Settings) -> tuple[tuple[str, str], ...]:
    """What a run with these settings would ask: (check, question), in order."""
    return tuple((probe.id, probe.asks) for probe in probes() if not why_not(probe, settings))


def why_not(probe: Probe, settings: Settings) -> str:
    """Why a probe is not part of this run; '' when it is."""
    if probe.wanted is not None and not probe.wanted(settings):
        return probe.unwanted
    if probe.id in settings.skip:
        return "left out by --skip"
    if settings.only and probe.id not in needed(settings.only):
        return f"not needed for --for {settings.wait_for}" if settings.wait_for else "left out by --only"
    nothing = endpoint.why_not(settings, probe.id)
    if nothing:
        return nothing
    if settings.only:
        return ""
    if PROFILES.index(probe.profile) > PROFILES.index(settings.profile):
        return f"not part of --profile {settings.profile}"
    return ""


def waits(settings: Settings) -> bool:
    """Whether a run with these settings may wait for something on purpose; `engine.spent` tells for what."""
    held = settings.profile == "full" or settings.hold > 0 or "ws.hold" in settings.only
    return held or settings.repeat > 1 or settings.pace == "real"


@lru_cache(64)
def needed(ids: tuple[str, ...]) -> frozenset[str]:
    """The checks named, and those that they rest on."""
    known = {probe.id: probe for probe in probes()}
    found: set[str] = {"config"}
    waiting = list(ids)
    while waiting:
        one = waiting.pop()
        if one not in found and one in known:
            found.add(one)
            waiting += [*known[one].after, *(("tcp", "transport", "tls") if one not in ("dns", "tcp") else ())]
    return frozenset(found)


def connections_for(settings: Settings, target: Target) -> int:
    """How many connections a run opens at once to its first address."""
    ids = {probe.id for probe in probes() if not why_not(probe, settings)}
    streams = 2 if ids & {"ws.stream", "ws.upgrade"} else 0
    borrows = target.tls and "models" in ids and not endpoint.speech(settings)  # the POST the listing's connection
    post = "rest" in ids and not borrows
    return max(1, streams + post + bool(ids & {"status", "engine", "models", "tls"}))


def start_for(settings: Settings, target: Target) -> HeadStart:
    """A head start for this target: its proxy, its pins, its family."""
    return HeadStart(**dialled(settings, target))


def dialled(settings: Settings, target: Target) -> dict[str, Any]:
    """Whom a head start dials for this target and how, as the arguments of `HeadStart`."""
    return {**where(settings, target), "connections": connections_for(settings, target)}


def where(settings: Settings, target: Target) -> dict[str, Any]:
    """Whom it dials: host, port, and what is known of the addresses."""
    proxy = settings.proxy
    if proxy is not None:
        return {"host": proxy.host, "port": proxy.port}
    pins = target.pinned(settings.resolve)
    return {"host": target.host, "port": target.port, "pinned": pins, "family": settings.family}
