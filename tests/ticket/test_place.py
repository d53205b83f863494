"""Whether two reports are of two places, or of two times."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dgcheck.ticket.place import Kind, kind_of, labels
from tests.ticket.reported import HALF_PAST, HOST, NEXT_DAY, NOON, POD, report

Where = Mapping[str, str]


def pod(name: str, namespace: str = "voice") -> Where:
    return {"host": name, "container": "kubernetes", "pod": name, "namespace": namespace}


def container(host: str) -> Where:
    return {"host": host, "container": "docker", "pod": "", "namespace": ""}


@pytest.mark.parametrize(
    ("first", "second", "at", "kind"),
    [
        pytest.param(HOST, POD, HALF_PAST, Kind.PLACES, id="host and pod"),
        pytest.param(HOST, POD, NEXT_DAY, Kind.TIMES, id="a day apart"),
        pytest.param(HOST, HOST, HALF_PAST, Kind.TIMES, id="the same host"),
        pytest.param(HOST, {**HOST, "host": "node-4"}, HALF_PAST, Kind.PLACES, id="two hosts"),
        pytest.param(pod("dgcheck-7x2lp"), pod("dgcheck-k9c4d"), HALF_PAST, Kind.TIMES, id="two pods of one Job"),
        pytest.param(
            pod("dgcheck-29311440-7x2lp"), pod("dgcheck-29311450-k9c4d"), HALF_PAST, Kind.TIMES, id="of one CronJob"
        ),
        pytest.param(
            pod("voice-app-5d8f6c7b9d-x7k2p"), pod("voice-app-7c9b8d6f54-abcde"), HALF_PAST, Kind.TIMES, id="rolled out"
        ),
        pytest.param(pod("a-7x2lp"), pod("a-7x2lp", "other"), HALF_PAST, Kind.PLACES, id="two namespaces"),
        pytest.param(pod("voice-7x2lp"), pod("batch-7x2lp"), HALF_PAST, Kind.PLACES, id="two applications"),
        pytest.param(
            container("3f2a1b4c5d6e"), container("9f8e7d6c5b4a"), HALF_PAST, Kind.TIMES, id="a container started again"
        ),
        pytest.param(container("api"), container("web"), HALF_PAST, Kind.PLACES, id="two named containers"),
        pytest.param(HOST, container("3f2a1b4c5d6e"), HALF_PAST, Kind.PLACES, id="host and container"),
        pytest.param({}, {}, HALF_PAST, Kind.TIMES, id="nobody says"),
        pytest.param(HOST, POD, "yesterday", Kind.TIMES, id="a moment that is none"),
    ],
)
def test_kind(first: Where, second: Where, at: str, kind: Kind) -> None:
    assert kind_of(report(at=NOON, seen_from=first), report(at=at, seen_from=second)) is kind


def test_places_are_called_by_their_names() -> None:
    assert labels(report(), report(seen_from=POD), Kind.PLACES) == ("node-3", "pod dgcheck-7x2lp")


def test_two_that_would_be_called_the_same_are_told_apart() -> None:
    first, second = labels(report(seen_from=pod("a-b", "x")), report(seen_from=pod("a-b", "y")), Kind.PLACES)
    assert "namespace x" in first
    assert "namespace y" in second
    assert labels(report(), report(), Kind.TIMES)[0].endswith("(first file)")
