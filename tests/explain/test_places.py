"""The places of remedies are those of a live run."""

from __future__ import annotations

import pytest

from dgcheck.diagnosis import places as live
from dgcheck.explain.masked import HINT
from dgcheck.explain.places import PROXIES, fits, places
from dgcheck.wire import redact


def test_the_proxies_are_those_of_a_live_run() -> None:
    assert PROXIES == live.PROXIES


def test_the_hint_of_a_secret_is_that_of_the_wire() -> None:
    assert HINT.removesuffix("|[?&#;]code=") in repr(redact._HINT)


@pytest.mark.parametrize(
    ("host", "speaker", "shown", "hidden"),
    [
        pytest.param(
            "dg.corp", "nginx", ("nginx", "ingress-nginx", "compose", "helm", ""), ("haproxy",), id="nginx speaks"
        ),
        pytest.param("dg.corp", "python", ("compose", "helm", ""), ("nginx", "haproxy"), id="a client speaks"),
        pytest.param(
            "deepgram-api-external.dg.svc.cluster.local", "go", ("helm", "kubernetes"), ("compose",), id="a cluster"
        ),
        pytest.param("api", "go", ("compose",), ("helm", "kubernetes"), id="Compose"),
    ],
)
def test_which_remedies_fit(host: str, speaker: str, shown: tuple[str, ...], hidden: tuple[str, ...]) -> None:
    where = places({"host": host}, speaker)
    assert [place for place in shown if not fits(place, where)] == []
    assert [place for place in hidden if fits(place, where)] == []
