"""When the port is asked the other way, and what is said then."""

from __future__ import annotations

import pytest

from dgcheck.experiments.transport import may_be_other, may_be_plain, may_be_tls
from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Exchange, Handshake
from dgcheck.sim.server import running
from tests.rules.built import HEALTHY, case, dialled, got, proxied, served
from tests.rules.test_reach import TLS_URL, URL, broken, heard, unasked
from tests.runs import run

UP = dialled("10.0.0.7")
CLOSED = unasked("GET /v1/status", Ending.CLOSED)


@pytest.mark.parametrize(
    ("found", "worth"),
    [
        pytest.param(case(TLS_URL, UP, broken(first_bytes="HTTP/1.1 400")), True, id="plain text came"),
        pytest.param(case(TLS_URL, UP, broken(reason="WRONG_VERSION_NUMBER", bytes_in=9)), True, id="OpenSSL's word"),
        pytest.param(case(TLS_URL, UP, broken(Ending.CLOSED)), True, id="closed without a byte"),
        pytest.param(case(TLS_URL, UP, broken(Ending.TIMED_OUT)), True, id="silence"),
        pytest.param(case(TLS_URL, UP, broken(Ending.TIMED_OUT, bytes_in=7)), False, id="half a handshake"),
        pytest.param(case(TLS_URL, UP, broken(alert="handshake_failure", bytes_in=7)), False, id="an alert"),
        pytest.param(case(TLS_URL, UP, broken(verify_code=20, bytes_in=900)), False, id="a certificate"),
        pytest.param(case(URL, UP, CLOSED), False, id="http"),
        pytest.param(case(TLS_URL, UP, broken(Ending.CLOSED), proxy=proxied()), False, id="through a proxy"),
    ],
)
def test_plain_http_is_tried_on_a_port_that_gave_no_tls(found: Case, worth: bool) -> None:
    assert may_be_plain(found) is worth


@pytest.mark.parametrize(
    ("found", "worth"),
    [
        pytest.param(case(URL, UP, CLOSED), True, id="closed"),
        pytest.param(case(URL, UP, unasked("GET /v1/status", Ending.RESET)), True, id="reset"),
        pytest.param(
            case(URL, UP, unasked("GET /v1/status", Ending.BROKEN, raw="\\x15\\x03\\x01")), True, id="an alert"
        ),
        pytest.param(
            case(URL, UP, got("GET /v1/status", 400, "The plain HTTP request was sent to HTTPS port")),
            True,
            id="in words",
        ),
        pytest.param(case(URL, UP, *served()), False, id="answered"),
        pytest.param(case(URL, UP, unasked("GET /v1/status", Ending.BROKEN, raw="SSH-2.0-x")), False, id="SSH"),
        pytest.param(case(URL, dialled("10.0.0.7", Ending.REFUSED)), False, id="refused"),
        pytest.param(case(TLS_URL, UP, broken()), False, id="https"),
    ],
)
def test_tls_is_tried_on_a_port_that_gave_no_http(found: Case, worth: bool) -> None:
    assert may_be_tls(found) is worth


@pytest.mark.parametrize(
    ("found", "worth"),
    [
        pytest.param(case(URL, UP, CLOSED), True, id="closed"),
        pytest.param(case(TLS_URL, UP, broken(Ending.TIMED_OUT)), True, id="silence"),
        pytest.param(
            case(URL, UP, unasked("GET /v1/status", Ending.BROKEN, raw="\\x01\\x02")), True, id="unknown bytes"
        ),
        pytest.param(
            case(URL, UP, unasked("GET /v1/status", Ending.BROKEN, raw="SSH-2.0-x")), False, id="named already"
        ),
        pytest.param(case(URL, UP, heard("SSH-2.0-x")), False, id="heard already"),
        pytest.param(case(URL, UP, got("GET /v1/status", 200, HEALTHY)), False, id="answered"),
        pytest.param(case(TLS_URL, UP, broken(alert="internal_error", bytes_in=7)), False, id="TLS is there"),
    ],
)
def test_a_port_is_listened_to_when_nothing_else_tells(found: Case, worth: bool) -> None:
    assert may_be_other(found) is worth


@pytest.mark.anyio
async def test_who_is_behind_tls_is_asked_without_any_secret() -> None:
    secret = "canary-7f3a9c"
    with running(tls="good") as sim:
        report = await run(sim.url.replace("https", "http"), header=[f"X-Gate: {secret}"])
        lines = [repr(logged) for logged in sim.log]
    shaken = [one for one in report.evidence if isinstance(one, Handshake) and one.purpose == "tls_here"]
    wires = [one for one in report.evidence if isinstance(one, Exchange) and one.purpose == "tls_here"]
    assert [one.ending for one in shaken] == [Ending.ANSWERED]
    assert [one.status for one in wires] == [200]
    assert all("X-Gate" not in [name for name, _ in wire.request.headers] for wire in wires)
    assert lines
    assert not any(secret in line for line in lines)


@pytest.mark.anyio
async def test_the_plain_question_carries_no_secret_either() -> None:
    secret = "canary-7f3a9c"
    with running() as sim:
        report = await run(sim.url.replace("http", "https"), header=[f"X-Gate: {secret}"])
        lines = [repr(logged) for logged in sim.log]
    wires = [one for one in report.evidence if isinstance(one, Exchange) and one.purpose == "plain_here"]
    assert [one.status for one in wires] == [200]
    assert not any(secret in line for line in lines)
