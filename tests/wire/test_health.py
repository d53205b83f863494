"""The status pages: what they say, and nothing where they say nothing."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.wire.health import (
    LicenseProxy,
    StatusBody,
    read_certificates,
    read_engine,
    read_license_proxy,
    read_status,
)

DOCUMENTED = (
    '{"system_health":"Healthy","active_batch_requests":0,"active_stream_requests":2,'
    '"active_listen_v2_stream_requests":1}'
)
CERTIFICATES = (
    '{"beginning_of_support":"2025-11-13 15:25:28.0 +00:00:00","end_of_support":"2027-05-15 03:25:28.0 +00:00:00",'
    '"end_of_life":"2028-11-12 15:25:58.0 +00:00:00","instance_id":"abc"}'
)


def test_the_documented_status_page_is_read_whole() -> None:
    assert read_status(DOCUMENTED) == StatusBody(
        system_health="Healthy",
        active_batch=0,
        active_stream=2,
        active_listen_v2=1,
        keys=(
            "system_health",
            "active_batch_requests",
            "active_stream_requests",
            "active_listen_v2_stream_requests",
        ),
    )


@pytest.mark.parametrize(
    ("body", "health"),
    [
        pytest.param('{"system_health":"Ready"}', "Ready", id="no counters"),
        pytest.param('{"system_health":"Sleeping","new":[{}]}', "Sleeping", id="an unknown word and an unknown field"),
        pytest.param('{"system_health":"Ready","active_batch_requests":"many"}', "Ready", id="a counter that is none"),
        pytest.param('{"system_health":"Ready","active_batch_requests":true}', "Ready", id="a counter that is true"),
        pytest.param('{"system_health":"Ready","active_batch_requests":-1}', "Ready", id="a negative counter"),
    ],
)
def test_other_forms_of_the_status_page(body: str, health: str) -> None:
    found = read_status(body)
    assert found is not None
    assert (found.system_health, found.active_batch) == (health, None)


def test_the_license_proxy_is_known_by_its_own_fields() -> None:
    found = read_status(
        '{"state":"TrustBased","last_successful_checkin":"2026-01-01T00:00:00Z","trust_expiration":null}'
    )
    assert found is not None
    assert (found.state, found.system_health) == ("TrustBased", "")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="204"),
        pytest.param("{}", id="empty object"),
        pytest.param('{"status":"ok"}', id="somebody else's"),
        pytest.param('{"state":"running"}', id="a state of something else"),
        pytest.param('{"system_health":7}', id="a number for a word"),
        pytest.param('["Healthy"]', id="a list"),
        pytest.param("Healthy", id="no JSON"),
    ],
)
def test_what_is_no_status_page(body: str) -> None:
    assert read_status(body) is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param('{"engine_connection_status":"Connected"}', "Connected", id="the known good value"),
        pytest.param('{"engine_connection_status":"Connected","more":1}', "Connected", id="a further field"),
        pytest.param('{"engine_connection_status":"Elsewhere"}', "Elsewhere", id="an unknown value, as it stands"),
        pytest.param('{"engine_connection_status":null}', None, id="null"),
        pytest.param('{"engine_connection_status":""}', None, id="empty"),
        pytest.param('{"system_health":"Healthy"}', None, id="another page"),
        pytest.param("Connected", None, id="no JSON"),
    ],
)
def test_the_engine_page(body: str, said: str | None) -> None:
    assert read_engine(body) == said


def test_the_documented_dates_are_read() -> None:
    found = read_certificates(CERTIFICATES)
    assert found is not None
    assert found.end_of_support == datetime(2027, 5, 15, 3, 25, 28, tzinfo=UTC).timestamp()
    assert found.end_of_life == datetime(2028, 11, 12, 15, 25, 58, tzinfo=UTC).timestamp()
    assert found.instance_id == "abc"


@pytest.mark.parametrize(
    ("text", "epoch"),
    [
        pytest.param("1970-01-01 00:00:10.0 +00:00:00", 10.0, id="as the containers write it"),
        pytest.param("1970-01-01T00:00:10Z", 10.0, id="RFC 3339"),
        pytest.param("1970-01-01 01:00:10.0 +01:00:00", 10.0, id="east of Greenwich"),
        pytest.param("1969-12-31 23:00:10 -01:00", 10.0, id="west of it"),
        pytest.param("1970-01-01 00:00:10", 10.0, id="no offset is UTC"),
        pytest.param("1970-13-01 00:00:10.0 +00:00:00", None, id="month 13"),
        pytest.param("tomorrow", None, id="words"),
        pytest.param("٢٠٢٥-01-01 00:00:10", None, id="other digits"),
        pytest.param(10, None, id="a number"),
    ],
)
def test_one_date(text: object, epoch: float | None) -> None:
    found = read_certificates(json.dumps({"end_of_life": text}))
    assert (found.end_of_life if found else None) == epoch


@given(
    st.dictionaries(
        st.sampled_from(["system_health", "state", "trust_expiration", "end_of_life"]), st.text() | st.none()
    )
)
def test_no_body_raises(fields: dict[str, str | None]) -> None:
    body = json.dumps(fields)
    read_status(body), read_engine(body), read_certificates(body)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param(
            '{"state":"TrustBased","last_successful_checkin":"2026-11-01T00:00:00Z",'
            '"trust_expiration":"2026-11-02T12:30:00.5Z"}',
            LicenseProxy("TrustBased", 1793491200.0, 1793622600.0),
            id="as documented",
        ),
        pytest.param('{"state":"Ready"}', LicenseProxy("Ready"), id="nothing relayed yet"),
        pytest.param('{"state":"Renewing","trust_expiration":null}', LicenseProxy("Renewing"), id="a new word"),
        pytest.param('{"state":"Failed","trust_expiration":"soon"}', LicenseProxy("Failed"), id="no date"),
        pytest.param('{"system_health":"Healthy","state":"x"}', None, id="the API's page"),
        pytest.param('{"state":7}', None, id="a number"),
        pytest.param("<html>state</html>", None, id="a page"),
        pytest.param("", None, id="empty"),
    ],
)
def test_the_license_proxy_s_page_is_read(body: str, found: LicenseProxy | None) -> None:
    assert read_license_proxy(body) == found
