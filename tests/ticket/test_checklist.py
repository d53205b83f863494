"""What support asks for next, for the place where the deployment runs."""

from __future__ import annotations

import shlex

import pytest

from dgcheck.model.record import replace
from dgcheck.model.report import Report
from dgcheck.ticket.checklist import checklist, namespace, where
from tests.report import canonical


def of(host: str, *, given: str = "", container: str = "", own: str = "") -> Report:
    target = {"given": given or f"http://{host}:8080", "url": f"http://{host}:8080", "host": host, "port": 8080}
    return replace(canonical.failing(), target=target, seen_from={"container": container, "namespace": own})


@pytest.mark.parametrize(
    ("report", "kubernetes", "compose"),
    [
        pytest.param(
            of("deepgram-api-external.voice.svc.cluster.local"), True, False, id="a Service by its whole name"
        ),
        pytest.param(of("deepgram-api-external"), True, False, id="the chart's Service"),
        pytest.param(of("stt", container="kubernetes", own="voice"), True, False, id="a short name, from a pod"),
        pytest.param(of("api"), False, True, id="Compose's own name"),
        pytest.param(of("dg.example.com"), True, True, id="a name that shows nothing"),
        pytest.param(of("dg.example.com", container="kubernetes"), True, True, id="from a pod, to somewhere else"),
        pytest.param(of("10.0.0.5"), True, True, id="an address"),
    ],
)
def test_the_place(report: Report, kubernetes: bool, compose: bool) -> None:
    assert where(report) == (kubernetes, compose)
    text = "\n".join(checklist(report))
    assert ("kubectl" in text, "docker compose" in text) == (kubernetes, compose)


@pytest.mark.parametrize(
    ("report", "wanted"),
    [
        pytest.param(of("deepgram-api-external.voice.svc"), "voice", id="in the name"),
        pytest.param(of("stt", container="kubernetes", own="speech"), "speech", id="that of the pod"),
        pytest.param(of("dg.example.com", container="kubernetes", own="tools"), "dg-self-hosted", id="not the pod's"),
        pytest.param(of("stt", own="x; rm -rf /"), "dg-self-hosted", id="no name at all"),
    ],
)
def test_the_namespace(report: Report, wanted: str) -> None:
    assert namespace(report) == wanted
    assert f"kubectl -n {wanted} get pods" in "\n".join(checklist(report))


@pytest.mark.parametrize("what", ["images", "pods", "events", "api.log", "engine.log", "nvidia-smi", "values"])
def test_what_support_asks_for_is_in_it(what: str) -> None:
    assert what in "\n".join(checklist(of("deepgram-api-external")))


def test_logs_begin_before_the_run() -> None:
    report = replace(of("api"), started="2026-09-20T10:15:02.000Z")
    assert "--since 2026-09-20T09:45:02Z api" in "\n".join(checklist(report))


def test_a_target_cannot_end_its_command() -> None:
    lines = checklist(of("h", given="http://h/$(reboot); x 'y'"))
    (command,) = [line for line in lines if line.startswith("dgcheck bundle")]
    assert shlex.split(command) == ["dgcheck", "bundle", "http://h/$(reboot); x 'y'", "--attach", "dgcheck-logs"]
