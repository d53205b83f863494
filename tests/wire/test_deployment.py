"""Which answers only the API container gives."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import Wire
from dgcheck.wire.deployment import knows_path, serves, worked
from tests.rules.built import DG, HEALTHY, HEARD, MODELS, NGINX_404, got, upgraded


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(got("GET /v1/status", 200, HEALTHY), True, id="a status page"),
        pytest.param(got("GET /p/v1/status", 200, HEALTHY), True, id="below a prefix"),
        pytest.param(got("GET http://dg:8080/v1/status?x=1", 200, HEALTHY), True, id="as a proxy is asked"),
        pytest.param(got("GET /v1/models", 200, MODELS), True, id="a listing"),
        pytest.param(
            got("GET /v1/status/engine", 200, '{"engine_connection_status":"Connected"}'), True, id="an engine page"
        ),
        pytest.param(got("POST /v1/listen", 200, HEARD), True, id="a transcription"),
        pytest.param(got("POST /v1/listen", 200, "{}", DG), True, id="Deepgram's marks"),
        pytest.param(upgraded(status=101), True, id="a socket"),
        pytest.param(upgraded(status=101, accept_problem="no Sec-WebSocket-Accept"), False, id="a wrong handshake"),
        pytest.param(got("GET /v1/status", 503, HEALTHY), False, id="a status page with an error"),
        pytest.param(got("GET /v1/status", 200, '{"state":"Active"}'), False, id="another product's status"),
        pytest.param(got("GET /v1/status", 200, '{"status":"ok"}'), False, id="some JSON"),
        pytest.param(got("GET /v1/models", 200, "[]"), False, id="an empty list"),
        pytest.param(got("GET /", 200, HEALTHY), False, id="another path"),
        pytest.param(got("GET /v1/status", 200, "<html>welcome</html>"), False, id="a web page"),
        pytest.param(got("GET /v1/status", None), False, id="no answer"),
    ],
)
def test_what_serves(seen: Wire, expected: bool) -> None:
    assert serves(seen) is expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(upgraded(status=400, headers=DG), True, id="a refusal by the deployment"),
        pytest.param(upgraded(status=404, headers=DG), False, id="its 404"),
        pytest.param(upgraded(status=502, headers=DG), False, id="an error of its own"),
        pytest.param(upgraded(status=400), False, id="a refusal by somebody"),
        pytest.param(got("GET /v1/status", 404, NGINX_404), False, id="a proxy's 404"),
        pytest.param(got("GET /v1/status", 200, HEALTHY), True, id="served"),
    ],
)
def test_whose_path_it_is(seen: Wire, expected: bool) -> None:
    assert knows_path(seen) is expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (got("GET /", 204), True),
        (got("GET /", 302), False),
        (got("GET /", None), False),
        (upgraded(status=101), True),
        (upgraded(status=200), False),
    ],
)
def test_what_worked(seen: Wire, expected: bool) -> None:
    assert worked(seen) is expected
