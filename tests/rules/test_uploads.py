"""DG3007: uploads that are larger than somebody allows, found with growing bodies. (tests/rules/test_request.py has the
speech that is refused itself.)"""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.diagnosis import good_further
from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Ending, Exchange, Wire
from dgcheck.model.record import replace
from dgcheck.model.report import Status
from tests.rules.answers_built import NGINX, built, page, pages, post, refusal, upgrade
from tests.rules.built import DG, findings, got, matches, roots

MIB = 1 << 20
TOO_LARGE: dict[str, Any] = {"body": page("413 Request Entity Too Large"), "headers": NGINX}
CUT: dict[str, Any] = {"ending": Ending.RESET, "reached": "first_byte"}
SILENT: dict[str, Any] = {"ending": Ending.TIMED_OUT, "reached": "first_byte"}
STALLED: dict[str, Any] = {**SILENT, "problem": "nothing more was taken for 6 s"}


def tried(size: int, status: int | None = 200, *, sent: int | None = None, **fields: Any) -> Exchange:
    """One upload of the search, with its answer."""
    if status == 200:
        fields = {"headers": DG, **fields}
    seen = got("POST /v1/listen?model=nova-3", status, check="rest.size", **fields)
    return replace(seen, request=replace(seen.request, body_bytes=size, body_sent=size if sent is None else sent))


def told(*tries: Wire, **settings: Any) -> Any:
    """The one finding about sizes."""
    found = built(*pages(), post(), upgrade(), *tries, **settings)
    assert roots(found) == ["http_body_too_large"]
    return findings(found)["http_body_too_large"]


def test_limit_is_placed_and_its_setting_named() -> None:
    one = told(tried(16_000_000, 413, sent=70_000, **TOO_LARGE), tried(8 * MIB))
    assert "nginx answered 413" in one.says
    assert "before all of it was sent" in one.says
    assert "Its setting for that is client_max_body_size." in one.says
    assert "between 8 MiB and 16 MB (8388608 and 16000000 bytes)" in one.says
    assert one.confidence is Confidence.CERTAIN
    assert one.remedies[0].command.startswith("client_max_body_size")


def test_default_of_nginx_is_recognised_to_the_byte() -> None:
    one = told(tried(16_000_000, 413, **TOO_LARGE), tried(MIB), tried(MIB + 1, 413, **TOO_LARGE))
    assert "1 MiB was taken and one byte more was not, so the limit is 1 MiB" in one.says
    assert "what nginx allows where nothing else is set" in one.says


@pytest.mark.parametrize(
    ("settings", "severity"),
    [
        pytest.param({}, Severity.WARNING, id="nobody asked for that size"),
        pytest.param({"max_upload": 16_000_000}, Severity.ERROR, id="asked for"),
    ],
)
def test_limit_is_an_error_where_the_size_was_asked_for(settings: dict[str, Any], severity: Severity) -> None:
    assert told(tried(16_000_000, 413, **TOO_LARGE), tried(8 * MIB), **settings).severity is severity


def test_upload_that_is_cut_at_two_sizes_is_likely_and_once_possible() -> None:
    once = told(tried(16_000_000, None, sent=3 * MIB, **CUT), tried(8 * MIB))
    assert "reset while POST /v1/listen with 16 MB of silence was sent, after at most 3 MiB" in once.says
    assert once.confidence is Confidence.POSSIBLE
    twice = told(tried(16_000_000, None, **CUT), tried(4 * MIB, None, **CUT), tried(2 * MIB))
    assert twice.confidence is Confidence.LIKELY


def test_upload_that_stalls_at_two_sizes_is_likely() -> None:
    one = told(tried(16_000_000, None, sent=2 * MIB, **STALLED), tried(8 * MIB))
    assert "came to a halt after at most 2 MiB" in one.says
    assert one.confidence is Confidence.POSSIBLE
    again = told(tried(16_000_000, None, sent=2 * MIB, **STALLED), tried(4 * MIB, None, **SILENT), tried(2 * MIB))
    assert again.confidence is Confidence.LIKELY
    assert "takes longer" not in again.says


def test_upload_without_an_answer_may_be_the_time_that_the_deployment_needs() -> None:
    one = told(tried(16_000_000, None, **SILENT), tried(8 * MIB))
    assert one.confidence is Confidence.POSSIBLE
    assert "the deployment takes longer than that" in one.says
    assert any("how long the deployment takes for 16 MB" in each.do for each in one.remedies)


def test_refusal_by_another_status_is_likely() -> None:
    one = told(tried(16_000_000, 403, body=page("403 Forbidden"), headers=NGINX), tried(8 * MIB))
    assert one.confidence is Confidence.LIKELY


def test_the_deployments_own_413_names_it() -> None:
    own = refusal("Payload size exceeds limit.", "PAYLOAD_TOO_LARGE")
    assert "Deepgram's own API answered 413" in told(tried(16_000_000, 413, **own), tried(8 * MIB)).says


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([tried(16_000_000)], id="all of it was taken"),
        pytest.param([tried(16_000_000, 400, **refusal("no speech"))], id="refused for another reason by itself"),
        pytest.param([tried(16_000_000, 503, body=page("503 x"), headers=NGINX)], id="503 says nothing of sizes"),
        pytest.param([tried(16_000_000, 429, body=page("429 x"), headers=NGINX)], id="429 neither"),
        pytest.param([tried(16_000_000, None, ending=Ending.CUT_SHORT)], id="the run ended"),
        pytest.param([tried(16_000_000, None, sent=9 * MIB, **SILENT)], id="a slow way there"),
        pytest.param([], id="not tried"),
    ],
)
def test_near_misses_are_no_limit(evidence: list[Wire]) -> None:
    assert matches(built(*pages(), post(), upgrade(), *evidence), "http_body_too_large") == []


@pytest.mark.parametrize(
    ("evidence", "status", "said"),
    [
        pytest.param([post(), tried(16_000_000)], Status.PASS, "16 MB was taken", id="taken"),
        pytest.param([post()], Status.UNKNOWN, "not asked", id="not begun"),
        pytest.param([post(500)], Status.SKIP, "no POST of speech worked", id="nothing to compare with"),
        pytest.param(
            [post(), tried(16_000_000, 503)], Status.UNKNOWN, "16 MB got 503, which says nothing of sizes", id="unclear"
        ),
        pytest.param(
            [post(), tried(16_000_000, None, sent=9 * MIB, **SILENT)],
            Status.UNKNOWN,
            "still on its way when the time was up; --max-upload tries less",
            id="slow",
        ),
    ],
)
def test_what_a_good_answer_is(evidence: list[Wire], status: Status, said: str) -> None:
    seems = good_further.rest_size(built(*evidence))
    assert seems[0] is status
    assert said in seems[1]
