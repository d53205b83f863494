"""Names known only inside Kubernetes or a Compose network, and the search lists of pods."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.wire.service_name import ServiceName, in_other_namespaces, pod_domain, read_service, searched

POD = ("app.svc.cluster.local", "svc.cluster.local", "cluster.local")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("deepgram-api-external.speech.svc.cluster.local", ServiceName("deepgram-api-external", "speech")),
        ("stt.speech.svc", ServiceName("stt", "speech")),
        ("deepgram-api-external", ServiceName("deepgram-api-external")),
        ("deepgram-api-external.speech", ServiceName("deepgram-api-external", "speech")),
        ("team-deepgram-api-external.", ServiceName("team-deepgram-api-external")),
        ("DEEPGRAM-API.", ServiceName("deepgram-api")),
        ("dg.example.com", None),
        ("api", None),
        ("deepgram-api.example.com", None),
        ("api.deepgram.com", None),
        ("mydeepgram-api", None),
    ],
)
def test_names_of_services(name: str, expected: ServiceName | None) -> None:
    assert read_service(name) == expected


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        (POD, ("app", "cluster.local")),
        (("App.svc.k8s.example.",), ("app", "k8s.example")),
        (("corp.example",), None),
        ((), None),
    ],
)
def test_the_namespace_of_a_pod(search: tuple[str, ...], expected: tuple[str, str] | None) -> None:
    assert pod_domain(search) == expected


def test_names_that_the_search_list_makes() -> None:
    assert searched("DG", ("a.example", "b.example.", "a.example")) == ("dg.a.example", "dg.b.example")
    assert searched("dg.", ("a.example",)) == ()
    assert searched("dg", ()) == ()


def test_other_namespaces_of_a_short_name() -> None:
    found = in_other_namespaces("api", ("deepgram.svc.cluster.local",))
    assert found == ("api.dg-self-hosted.svc.cluster.local", "api.default.svc.cluster.local")
    assert in_other_namespaces("api.x", POD) == ()
    assert in_other_namespaces("api", ("corp.example",)) == ()


@given(st.text(max_size=80), st.lists(st.text(max_size=60), max_size=5))
def test_any_text_is_read_without_an_error(name: str, search: list[str]) -> None:
    read_service(name)
    assert len(in_other_namespaces(name, search)) <= 3
    assert len(searched(name, search)) <= len(search)
