"""From where and when a report was made: whether two of them are two times of one place, or two places of one hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from dgcheck.model.pattern import pattern
from dgcheck.model.report import Report
from dgcheck.report import wording
from dgcheck.report.harmless import word

HOUR = 3600.0  # seconds between the beginnings of two runs that are compared as places
# What Kubernetes adds to a name: the hash of a ReplicaSet, the number of a Job of a CronJob, five characters of a pod.
_GENERATED = pattern(r"(-(?=[a-f0-9]*\d)[a-f0-9]{8,10}|-\d{8,12})?-[a-z0-9]{5}$|-\d{1,3}$")
_CONTAINER_ID = pattern(r"[0-9a-f]{12}(?:[0-9a-f]{52})?")


class Kind(StrEnum):
    """As what two reports are compared."""

    TIMES = "times"
    PLACES = "places"


def kind_of(old: Report, new: Report) -> Kind:
    """Places where the two were made within an hour from different ones, else times."""
    if place_of(old.seen_from) == place_of(new.seen_from):
        return Kind.TIMES
    apart = _apart(old.started, new.started)
    return Kind.PLACES if apart is not None and apart <= HOUR else Kind.TIMES


def place_of(seen_from: Mapping[str, Any]) -> tuple[str, str, str]:
    """What stays the same when the same Job or container is started again: kind, namespace or nothing, name."""
    host, container, pod, namespace = (
        str(seen_from.get(name) or "") for name in ("host", "container", "pod", "namespace")
    )
    if pod:
        return "pod", namespace, _GENERATED.sub("", pod)
    if container and _CONTAINER_ID.fullmatch(host):
        return container, namespace, ""
    return container, namespace, host


def labels(old: Report, new: Report, kind: Kind) -> tuple[str, str]:
    """What the two are called in words: their places, or their moments."""
    if kind is Kind.TIMES:
        first, second = wording.moment(old.started), wording.moment(new.started)
        return (first, second) if first != second else (f"{first} (first file)", f"{second} (second file)")
    first, second = _place(old), _place(new)
    if first == second:
        first, second = wording.seen_from(old), wording.seen_from(new)
    return (first, second) if first != second else (f"{first} (first file)", f"{second} (second file)")


def _place(report: Report) -> str:
    """The pod, or the place in full."""
    pod = report.seen_from.get("pod")
    return f"pod {word(str(pod), 60)}" if pod else wording.seen_from(report)


def _apart(one: str, other: str) -> float | None:
    """Seconds between two moments, None where one of them cannot be read."""
    try:
        return abs((datetime.fromisoformat(one) - datetime.fromisoformat(other)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
