"""The releases that answers allow: what is proved and no more."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import Configured, Ending, Exchange, Listing, Model, Request, Response, Seen
from dgcheck.ticket.release import certificates, dates, proofs, span

STATUS = '{"system_health":"Healthy","active_batch_requests":0,"active_stream_requests":0%s}'
DATES = (
    '{"beginning_of_support":"2025-11-13 15:25:28.0 +00:00:00","end_of_support":"2027-05-15 03:25:28.0 +00:00:00",'
    '"end_of_life":"2028-11-12 15:25:58.0 +00:00:00","instance_id":"a"}'
)


def answer(
    path: str, body: str = "", status: int = 200, listing: Listing | None = None, method: str = "GET"
) -> Exchange:
    return Exchange(
        id="e1",
        check="status",
        ending=Ending.ANSWERED,
        url=f"http://h{path}",
        request=Request(method=method, target=path),
        response=Response(status=status, body=body),
        address="10.0.0.5",
        listing=listing,
    )


def listed(shape: str, **row: str) -> Exchange:
    return answer("/v1/models", listing=Listing(shape=shape, models=(Model(name="general", **row),)))  # type: ignore[arg-type]


def asked(*, hosted: bool) -> Configured:
    return Configured(id="c1", check="config", ending=Ending.ANSWERED, given="x", url="x", hosted=hosted)


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        pytest.param([listed("grouped")], "release 260630 or later", id="grouped listing"),
        pytest.param([listed("flat")], "before release 260630", id="flat listing"),
        pytest.param(
            [listed("flat", canonical_name="nova-3-general")],
            "release 260402 or later, before release 260630",
            id="flat listing with canonical names",
        ),
        pytest.param(
            [answer("/v1/status", STATUS % ',"active_listen_v2_stream_requests":0')],
            "release 260319 or later",
            id="status with its newer key",
        ),
        pytest.param([answer("/v1/certificates", DATES)], "release 260319 or later", id="certificates"),
        pytest.param(
            [answer("/dg/v1/certificates", DATES), listed("flat")],
            "release 260319 or later, before release 260630",
            id="certificates and a flat listing",
        ),
        pytest.param([listed("other")], "not known", id="a listing of another product"),
        pytest.param([answer("/v1/models", listing=Listing(shape="grouped"))], "not known", id="an empty listing"),
        pytest.param([answer("/v1/status", STATUS % "")], "not known", id="an older status proves nothing"),
        pytest.param([answer("/v1/certificates", "", 404)], "not known", id="a missing page proves nothing"),
        pytest.param([answer("/v1/certificates", "<html>")], "not known", id="a gateway's page in its place"),
        pytest.param([answer("/v2/speak", "", 404, method="POST")], "not known", id="no /v2/speak proves nothing"),
        pytest.param([asked(hosted=True), listed("grouped")], "not known", id="the hosted service has no release"),
        pytest.param([], "not known", id="no answer"),
    ],
)
def test_the_range(evidence: list[Seen], said: str) -> None:
    assert span(proofs(evidence)).startswith(said)


def test_answers_that_exclude_each_other_are_of_several_releases() -> None:
    said = span(proofs([listed("flat"), listed("grouped")]))
    assert "more than one" in said
    assert "260630" in said


def test_each_proof_names_its_evidence() -> None:
    (proof,) = proofs([listed("grouped"), listed("grouped")])
    assert (proof.evidence, "10.0.0.5" in proof.says) == ("e1", True)


def test_the_dates_of_a_certificate_are_told_and_prove_no_release() -> None:
    ((address, shown),) = certificates([answer("/v1/certificates", DATES), answer("/v1/certificates", DATES)])
    assert address == "10.0.0.5"
    assert dates(shown) == "support began 2025-11-13, support ends 2027-05-15, end of life 2028-11-12"
