"""When a failed handshake is tried differently."""

from __future__ import annotations

import pytest

from dgcheck.experiments import other_store, tls
from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Exchange, Handshake
from dgcheck.model.record import replace
from dgcheck.sim.server import running
from tests.rules.built import HEALTHY, around, got, shaken
from tests.rules.test_tls import LEAF, MIDDLE, accepted, failed, refused, told
from tests.runs import run


@pytest.mark.parametrize(
    ("found", "worth"),
    [
        pytest.param(refused(20), True, id="not accepted"),
        pytest.param(accepted(LEAF), False, id="accepted"),
        pytest.param(told(failed("internal_error")), False, id="never judged"),
    ],
)
def test_the_chain_is_fetched_when_it_was_not_accepted(found: Case, worth: bool) -> None:
    assert tls.not_accepted(found) is worth


PUBLIC = replace(LEAF, issuer="C=US, O=Let's Encrypt, CN=R11")


def full(found: Case) -> Case:
    found.settings = replace(found.settings, profile="full")
    return found


def with_sdk(found: Case) -> Case:
    found.settings = replace(found.settings, sdk="python")
    return found


@pytest.mark.parametrize(
    ("found", "worth"),
    [
        pytest.param(refused(20, LEAF, MIDDLE), True, id="issuer unknown"),
        pytest.param(refused(10, LEAF, MIDDLE), False, id="expired"),
        pytest.param(refused(20, LEAF, MIDDLE, trust="ca_file"), False, id="a CA file was given"),
        pytest.param(accepted(PUBLIC), False, id="accepted, from a public authority"),
        pytest.param(accepted(LEAF), True, id="accepted, from one that was installed here"),
        pytest.param(full(accepted(PUBLIC)), True, id="accepted, in the full profile"),
        pytest.param(with_sdk(accepted(PUBLIC)), True, id="accepted, for an SDK that was named"),
    ],
)
def test_the_other_store_is_asked(found: Case, worth: bool) -> None:
    assert other_store.issuer_unknown(found) is worth


@pytest.mark.parametrize(
    ("found", "worth"),
    [
        pytest.param(told(failed("protocol_version")), True, id="protocol_version"),
        pytest.param(told(failed("handshake_failure")), True, id="handshake_failure"),
        pytest.param(told(failed(reason="UNSUPPORTED_PROTOCOL", bytes_in=90)), True, id="OpenSSL's word"),
        pytest.param(told(failed(ending=Ending.RESET, bytes_in=0)), True, id="reset at once"),
        pytest.param(told(failed("certificate_required")), False, id="a client certificate"),
        pytest.param(told(failed("internal_error")), False, id="internal_error"),
        pytest.param(told(failed(ending=Ending.TIMED_OUT, bytes_in=0)), False, id="silence"),
        pytest.param(refused(20), False, id="a certificate"),
    ],
)
def test_older_versions_are_offered(found: Case, worth: bool) -> None:
    assert tls.version_refused(found) is worth


@pytest.mark.parametrize(
    ("found", "worth"),
    [
        pytest.param(told(failed("unrecognized_name")), True, id="unrecognized_name"),
        pytest.param(told(failed("internal_error")), True, id="internal_error"),
        pytest.param(told(failed(ending=Ending.CLOSED, bytes_in=0)), True, id="closed at once"),
        pytest.param(
            told(failed("handshake_failure"), shaken("TLSv1.1", purpose="older_versions")),
            False,
            id="it was the version",
        ),
        pytest.param(told(failed("no_application_protocol")), False, id="ALPN"),
    ],
)
def test_other_names_are_tried(found: Case, worth: bool) -> None:
    assert tls.name_refused(found) is worth


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (told(failed("unrecognized_name", server_name="dg.test")), ("", "localhost")),
        (told(failed("unrecognized_name", server_name="localhost")), ("",)),
        (
            told(failed("unrecognized_name"), around(hosts=(("10.0.0.7", "dg.example.test"),))),
            ("dg.example.test", "localhost"),
        ),
    ],
)
def test_which_names_are_tried(found: Case, names: tuple[str, ...]) -> None:
    assert tls.other_names(found) == names


CUT = got("GET /v1/status", None, ending=Ending.CLOSED, tls=True)


@pytest.mark.parametrize(
    ("found", "http2", "tls12"),
    [
        pytest.param(told(failed("no_application_protocol")), True, False, id="http/1.1 refused"),
        pytest.param(told(shaken(verify_code=0), CUT), True, True, id="cut off after the handshake"),
        pytest.param(told(shaken("TLSv1.2", verify_code=0), CUT), True, False, id="the same in TLS 1.2"),
        pytest.param(
            told(shaken(verify_code=0), got("GET /v1/status", 200, HEALTHY, tls=True)), False, False, id="served"
        ),
        pytest.param(told(failed("certificate_required")), False, False, id="a client certificate"),
    ],
)
def test_http2_and_tls12_are_tried(found: Case, http2: bool, tls12: bool) -> None:
    assert (tls.http1_refused(found), tls.lost_after_handshake(found)) == (http2, tls12)


@pytest.mark.anyio
async def test_the_chain_and_its_owner_come_without_a_secret() -> None:
    secret = "canary-7f3a9c"
    with running(tls="good") as sim:
        report = await run(sim.url, header=[f"X-Gate: {secret}"], environ={"DGCHECK_API_KEY": secret + "-key"})
        lines = [repr(logged) for logged in sim.log]
    shown = [one for one in report.evidence if isinstance(one, Handshake) and one.purpose == "unverified"]
    wires = [one for one in report.evidence if isinstance(one, Exchange) and one.purpose == "unverified"]
    assert len(shown[0].chain) == 2
    assert [one.status for one in wires] == [200]
    assert not any(secret in line for line in lines)
