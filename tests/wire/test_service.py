"""Programs that are not the API, by words that only they use; and what the API itself says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.evidence import Response, Wire
from dgcheck.model.record import replace
from dgcheck.wire.service import ENGINE_METRICS, LICENSE_PROXY, is_api, is_foreign, service
from tests.rules.built import DG, HEALTHY, HEARD, MODELS, got, upgraded


def packed(*, complete: bool) -> Wire:
    """An answer that says gzip: read to its end, or not."""
    found = got("GET /v1/status", 200, "<html>", [("Content-Encoding", "gzip")])
    assert found.response is not None
    return replace(found, response=replace(found.response, complete=complete))


@pytest.mark.parametrize(
    ("target", "status", "body", "name"),
    [
        ("/v1/status", 200, '{"state":"Failed","trust_expiration":"2026-01-01T00:00:00Z"}', LICENSE_PROXY.name),
        ("/v1/status", 200, HEALTHY, ""),
        ("/v1/status", 200, '{"state":"ok"}', ""),
        ("/metrics", 200, "# TYPE engine_active_requests gauge\nengine_active_requests 0\n", ENGINE_METRICS.name),
        ("/metrics", 200, 'grafana_build_info{version="11"} 1\n', "Grafana"),
        ("/metrics", 200, "# HELP go_goroutines n\ngo_goroutines 3\n", "a program that shows Prometheus metrics"),
        ("/metrics", 404, "not found", ""),
        ("/v1/models", 200, '{"object":"list","data":[]}', "a server of another kind that offers OpenAI's API"),
        (
            "/v1/status",
            404,
            '{"error":{"message":"Invalid URL","type":"invalid_request_error","param":null,"code":null}}',
            "a server of another kind that offers OpenAI's API",
        ),
        (
            "/v1/listen",
            400,
            '{"error":{"message":"no","type":"invalid_request_error","param":null,"code":null}}',
            "",
        ),
        ("/v1/status", 404, '{"error":{"message":"no such page","type":"invalid_request_error"}}', ""),
        ("/v1/models", 200, MODELS, ""),
        ("/", 200, "<html><title>Welcome to nginx!</title>", "nginx with its welcome page"),
        ("/", 200, "<title>Grafana</title>", "Grafana"),
        ("/", 200, "Ollama is running", "Ollama"),
        ("/v1/status", 404, '{"detail":"Not Found"}', "a Python web application (FastAPI)"),
        ("/v1/status", 404, "<pre>Cannot GET /v1/status</pre>", "a Node.js web application (Express)"),
        ("/v1/status", 403, '{"kind":"Status","apiVersion":"v1","status":"Failure"}', "a Kubernetes API server"),
        ("/v1/status", 404, "invalid path. admin commands are:\n  /: Admin home page", "Envoy's admin page"),
        ("/v1/status", 404, "Invalid URL path: not a recognized HTTP API endpoint", "Consul"),
        ("/v1/status", 404, '{"errors":["no handler for route \\"status\\". route entry not found."]}', "Vault"),
        ("/v1/status", 503, '{"errors":["Vault is sealed"]}', "Vault"),
        ("/v1/status", 403, '{"errors":["permission denied"]}', ""),
        ("/v1/status", 400, "Port 9000 is for clickhouse-client program\r\n", "ClickHouse's native port"),
        ("/v1/status", 404, "There is no handle /v1/status\n\nUse / or /ping for health checks.", "ClickHouse"),
        ("/v1/status", 400, '{ "error": "Malformed request: GET /v1/status" }', "TensorFlow Serving"),
        ("/v1/status", 400, '{"error":"Malformed request"}', ""),
        (
            "/v1/status",
            404,
            '{"code":404,"message":"Requested resource is not found, please refer to API document."}',
            "TorchServe",
        ),
        ("/v1/status", 404, '{"errors":[{"msg":"Unknown url : /v1/status"}]}', "SonarQube"),
        ("/v1/status", 404, '{"message":"page not found"}', ""),
        ("/v1/status", 404, "<center>nginx</center>", ""),
        ("/v1/status", 404, "404 page not found\n", ""),
    ],
)
def test_programs(target: str, status: int, body: str, name: str) -> None:
    found = service(target, Response(status=status, body=body))
    assert (found.name if found else "") == name


@pytest.mark.parametrize(
    ("header", "value", "name"),
    [
        ("Server", "MinIO", "MinIO"),
        ("Server", "CouchDB/3.3.3 (Erlang OTP/24)", "CouchDB"),
        ("Server", "CUPS/2.4 IPP/2.1", "CUPS, a print server"),
        ("Server", "Nexus/3.64.0-04 (OSS)", "Nexus, a package repository"),
        ("Docker-Experimental", "false", "the Docker daemon"),
        ("X-Consul-Default-Acl-Policy", "allow", "Consul"),
        ("X-ClickHouse-Summary", "{}", "ClickHouse"),
        ("Server", "Cowboy", ""),
        ("Server", "uvicorn", ""),
    ],
)
def test_headers_tell_too(header: str, value: str, name: str) -> None:
    found = service("/", Response(status=403, headers=((header, value),)))
    assert (found.name if found else "") == name


@pytest.mark.parametrize(
    ("word", "name"),
    [("ERR_INVALID_URL 0", "squid as a forward proxy"), ("ERR_CONNECT_FAIL 111", ""), ("ERR_ACCESS_DENIED 0", "")],
)
def test_squid_that_wants_whole_urls_is_a_proxy_for_clients(word: str, name: str) -> None:
    found = service("/v1/status", Response(status=400, headers=(("X-Squid-Error", word),), body="<html>"))
    assert (found.name if found else "") == name


def test_deepgrams_own_refusal_is_no_other_program() -> None:
    assert service("/v1/listen", Response(status=404, headers=DG, body='{"detail":"Not Found"}')) is None


@pytest.mark.parametrize(
    ("wire", "api", "foreign"),
    [
        pytest.param(got("GET /v1/status", 200, HEALTHY), True, False, id="status"),
        pytest.param(got("GET /v1/status", 204), True, False, id="204"),
        pytest.param(got("GET /v1/status", 200, "<html>"), False, True, id="a page"),
        pytest.param(got("GET /v1/status", 200, '{"ok":true}'), False, True, id="other JSON"),
        pytest.param(got("GET /v1/status", 200, '{"ok":tr'), False, False, id="JSON cut off"),
        pytest.param(got("GET /v1/status", 200, ""), False, False, id="nothing"),
        pytest.param(packed(complete=False), False, False, id="declared as compressed, and cannot be unpacked"),
        pytest.param(packed(complete=True), False, True, id="a page that was unpacked"),
        pytest.param(got("GET /v1/status", 404, "<html>"), False, False, id="a refusal"),
        pytest.param(got("GET /v1/status/engine", 200, '{"engine_connection_status":"x"}'), True, False, id="engine"),
        pytest.param(got("GET /v1/models", 200, MODELS), True, False, id="models"),
        pytest.param(got("POST /v1/listen?model=a", 200, HEARD), True, False, id="transcript"),
        pytest.param(got("POST /v1/listen?model=a", 400, '{"err_code":"x","request_id":"y"}'), True, False, id="400"),
        pytest.param(upgraded("GET /v1/listen", 101), True, False, id="open socket"),
        pytest.param(got("GET /", 200, "<html>"), False, False, id="not the API's path"),
        pytest.param(got("GET /v1/status", None), False, False, id="no answer"),
    ],
)
def test_the_api_and_what_is_surely_not(wire: Wire, api: bool, foreign: bool) -> None:
    assert (is_api(wire), is_foreign(wire)) == (api, foreign)


@given(st.text(max_size=400), st.sampled_from(["/v1/status", "/v1/models", "/metrics", "/", "/v1/listen"]))
def test_any_body_is_read(body: str, target: str) -> None:
    service(target, Response(status=200, body=body))
    wire = got(f"GET {target}", 200, body)
    assert not (is_api(wire) and is_foreign(wire))
