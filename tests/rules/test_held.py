"""DG4005, DG4006 and DG4011 of sockets that were held open: who was cut, when, how."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.diagnosis import good
from dgcheck.model.catalogue import Confidence
from dgcheck.model.evidence import Ending
from dgcheck.model.held import Held
from dgcheck.model.report import Status
from dgcheck.readings.held import LENGTHS
from tests.rules.answers_built import built, pages, post, upgrade
from tests.rules.built import findings, roots
from tests.rules.held_built import OPENED, closed, ended, forgotten, healthy, held

DEAD: dict[str, Any] = {"ending": Ending.RESET, "closed_by": "reset"}


def of(*sockets: Held) -> dict[str, object]:
    """The diagnosis of a run that held these sockets."""
    return dict(findings(built(*pages(), post(), upgrade(), *sockets)))


@pytest.mark.parametrize(
    ("sockets", "cause", "said"),
    [
        pytest.param(
            [ended("silent", 60.0), held("keepalive"), held("audio")],
            "ws_idle_cut",
            "cut after 60.0 s between here and the deployment",
            id="silence, FIN",
        ),
        pytest.param(
            [ended("silent", 5.0, **DEAD), held("keepalive"), held("audio")],
            "ws_idle_cut",
            "was reset without a close frame",
            id="silence, RST",
        ),
        pytest.param(
            [closed("silent", 5.0, 1001, "idle timeout"), held("keepalive"), held("audio")],
            "ws_idle_cut",
            "“idle timeout”",
            id="silence, a close frame of no deployment",
        ),
        pytest.param(
            [ended("silent", 2.0), ended("keepalive", 2.0, spoke=2.0, keepalives=0), held("audio")],
            "ws_idle_cut",
            "before it sent one",
            id="silence, shorter than between two KeepAlives",
        ),
        pytest.param(
            [ended("silent", 60.0), ended("keepalive", 60.0), held("audio")],
            "ws_idle_cut",
            "in which the deployment said nothing",
            id="silence of the deployment, whatever the client says",
        ),
        pytest.param(
            [closed("silent", 12.0), ended("keepalive", 60.0), held("audio")],
            "ws_idle_cut",
            "although the client sent a KeepAlive every 4 s: it ended",
            id="the same, after the deployment's own timer",
        ),
        pytest.param(
            [forgotten("silent"), held("keepalive"), held("audio")],
            "ws_idle_cut",
            "forgotten after at most 75.0 s of silence",
            id="nothing is acknowledged any more",
        ),
        pytest.param(
            [ended("silent", 75.0, farewell_at=77.0, **DEAD), held("keepalive"), held("audio")],
            "ws_idle_cut",
            "when it was spoken to after 75.0 s of silence, it was reset",
            id="reset when it is spoken to",
        ),
        pytest.param(
            [ended("silent", 30.0), ended("keepalive", 30.0), ended("audio", 30.0)],
            "ws_age_limit",
            "at an age of 30.0 s",
            id="age",
        ),
        pytest.param(
            [closed("silent", 12.0), ended("keepalive", 60.0), ended("audio", 60.0)],
            "ws_age_limit",
            "the stream with a KeepAlive every 4 s and the stream with audio all along",
            id="age, after the deployment's own timer",
        ),
        pytest.param(
            [ended("silent", 34.0), ended("keepalive", 32.0), ended("audio", 30.0)],
            "ws_closed_early",
            "at the same moment",
            id="one moment",
        ),
        pytest.param(
            [closed("silent", 12.0), held("keepalive"), ended("audio", 41.3)],
            "ws_closed_early",
            "the stream with audio all along ended without a close frame after 41.3 s",
            id="audio alone",
        ),
        pytest.param(
            [closed("silent", 12.0), held("keepalive"), closed("audio", 41.3, 1011, "NET-0000")],
            "ws_closed_early",
            "NET-0000",
            id="the deployment's own words for something else",
        ),
    ],
)
def test_what_cut_the_streams_is_told_and_nothing_else(sockets: list[Held], cause: str, said: str) -> None:
    found = built(*pages(), post(), upgrade(), *sockets)
    assert roots(found) == [cause], [one.says for one in findings(found).values()]
    assert said.lower() in findings(found)[cause].says.lower()
    assert findings(found)[cause].checks == ("ws.hold",)


@pytest.mark.parametrize(
    ("sockets", "said"),
    [
        pytest.param(healthy(), "closed the silent stream after 12.0 s, which is normal", id="NET-0001"),
        pytest.param(
            [closed("silent", 3.0), closed("keepalive", 3.0), held("audio")], "after 3.0 s", id="a shorter timer"
        ),
        pytest.param(
            [closed("silent", 12.0), closed("keepalive", 20.0, reason="NET-0002"), held("audio")],
            "the stream with a KeepAlive every 4 s after 20.0 s",
            id="NET-0002, which KeepAlive may not hold off",
        ),
        pytest.param(
            [closed("silent", 12.0, reason=""), held("keepalive"), held("audio")],
            "closed the silent stream after 12.0 s",
            id="1011 without a word, at the time of the deployment's own timer",
        ),
        pytest.param(
            [closed("silent", 12.0, reason="NET-0000"), held("keepalive"), held("audio")],
            "closed the silent stream after 12.0 s",
            id="NET-0000, where nothing was to be said",
        ),
        pytest.param(
            [
                ended(
                    plan, 75.0, farewell_at=opened + 75.0, heard_at=opened + (74.5 if plan == "audio" else 0.0), **DEAD
                )
                for plan, opened in OPENED.items()
            ],
            "nothing cut a stream within 75.0 s",
            id="a deployment that answers CloseStream with a reset alone",
        ),
        pytest.param(
            [
                forgotten(plan, unacked=0, heard_at=opened + (74.5 if plan == "audio" else 0.0))
                for plan, opened in OPENED.items()
            ],
            "nothing cut a stream within 75.0 s",
            id="a deployment that does not answer CloseStream",
        ),
        pytest.param(
            [held("silent"), held("keepalive"), held("audio")],
            "nothing cut a stream within 75.0 s, not even a silent one",
            id="nothing cuts",
        ),
    ],
)
def test_only_the_deployments_own_timer_is_a_pass(sockets: list[Held], said: str) -> None:
    found = built(*pages(), post(), upgrade(), *sockets)
    assert roots(found) == []
    status, summary = good.seems("ws.hold", found)
    assert (status, said in summary) == (Status.PASS, True), summary


@pytest.mark.parametrize(
    "cut",
    [
        pytest.param(ended("silent", 60.0, ending=Ending.CUT_SHORT), id="the run's own end"),
        pytest.param(ended("silent", 0.0, ending=Ending.CUT_SHORT), id="at once"),
    ],
)
def test_end_of_the_run_itself_is_no_cut(cut: Held) -> None:
    others = [held("keepalive", ending=Ending.CUT_SHORT), held("audio", ending=Ending.CUT_SHORT)]
    found = built(*pages(), post(), upgrade(), cut, *others)
    assert roots(found) == []
    assert good.seems("ws.hold", found)[0] is not Status.PASS


@pytest.mark.parametrize(
    ("silent", "sure"),
    [
        pytest.param(ended("silent", 60.0), Confidence.CERTAIN, id="a round time"),
        pytest.param(ended("silent", 4.74), Confidence.CERTAIN, id="a timer that rings early"),
        pytest.param(ended("silent", 37.46), Confidence.LIKELY, id="no round time"),
        pytest.param(ended("silent", 12.0), Confidence.LIKELY, id="the deployment's own time"),
        pytest.param(closed("silent", 5.0, 1011, ""), Confidence.POSSIBLE, id="1011 without a word"),
        pytest.param(closed("silent", 5.0, 1001, ""), Confidence.LIKELY, id="1001 without a word"),
        pytest.param(forgotten("silent"), Confidence.CERTAIN, id="not acknowledged"),
        pytest.param(forgotten("silent", unacked=0), Confidence.POSSIBLE, id="acknowledged and not answered"),
        pytest.param(forgotten("silent", unacked=None), Confidence.POSSIBLE, id="a kernel that does not tell"),
    ],
)
def test_cut_is_as_sure_as_its_time_and_its_words(silent: Held, sure: Confidence) -> None:
    found = findings(built(*pages(), post(), upgrade(), silent, held("keepalive"), held("audio")))
    assert found["ws_idle_cut"].confidence is sure


@pytest.mark.parametrize(
    ("after", "who"),
    [
        (30.0, "Google Cloud's load balancers (timeoutSec of the backend service)"),
        (59.8, "nginx (proxy_read_timeout) and AWS's application load balancer (idle_timeout.timeout_seconds)"),
        (100.1, "Cloudflare"),
        (301.0, "Envoy (stream_idle_timeout)"),
        (350.0, "AWS's network load balancer (tcp.idle_timeout.seconds)"),
    ],
)
def test_devices_known_for_the_time_are_named_with_their_setting(after: float, who: str) -> None:
    long = {"tried": 400.0, "farewell_at": 410.0, "heard_at": 410.0, "ended_at": 410.1}
    case = built(*pages(), post(), upgrade(), ended("silent", after), held("keepalive", **long), held("audio", **long))
    assert who in findings(case)["ws_idle_cut"].says


def test_time_that_nobody_is_known_for_names_nobody() -> None:
    case = built(*pages(), post(), upgrade(), ended("silent", 47.0), held("keepalive"), held("audio"))
    assert "Known for" not in findings(case)["ws_idle_cut"].says


def test_silences_of_several_lengths_narrow_the_time_down() -> None:
    lengths = {"purpose": LENGTHS, "opened_at": 90.0}
    tries = [
        held("silent", **lengths, tried=1.8),
        held("silent", **lengths, tried=3.6),
        forgotten("silent", **lengths, tried=5.4),
        forgotten("silent", **lengths, tried=7.2),
    ]
    case = built(*pages(), post(), upgrade(), forgotten("silent"), held("keepalive"), held("audio"), *tries)
    one = findings(case)["ws_idle_cut"]
    assert "after more than 3.6 s and at most 5.4 s of silence" in one.says
    assert "at least every 1.8 s" in one.remedies[0].do


def test_keepalive_is_no_remedy_where_it_does_not_help() -> None:
    case = built(*pages(), post(), upgrade(), ended("silent", 60.0), ended("keepalive", 60.0), held("audio"))
    assert not any("KeepAlive" in remedy.do for remedy in findings(case)["ws_idle_cut"].remedies)


def test_two_limits_are_told_both() -> None:
    """Silence ends one stream after 5 s, and whatever is left at an age of 30 s."""
    case = built(*pages(), post(), upgrade(), ended("silent", 5.0), ended("keepalive", 30.0), ended("audio", 30.0))
    assert set(roots(case)) == {"ws_idle_cut", "ws_age_limit"}
