"""Who wrote an answer, by its headers and its body."""

from __future__ import annotations

import pytest

from dgcheck.model.evidence import Response
from dgcheck.wire.who import answered, is_alb_login, puzzle, signed


@pytest.mark.parametrize(
    ("headers", "body", "who"),
    [
        pytest.param({"dg-request-id": "x", "Server": "nginx"}, "", "deepgram", id="passed on by a proxy that signs"),
        pytest.param({}, '{"err_code":"Bad Request","err_msg":"no","request_id":"r"}', "deepgram", id="a legacy error"),
        pytest.param({"Server": "nginx/1.22"}, "<center>nginx</center>", "nginx", id="nginx's page"),
        pytest.param({"Server": "openresty"}, "", "nginx", id="openresty"),
        pytest.param({"Server": "awselb/2.0"}, "", "alb", id="ALB"),
        pytest.param({"Server": "envoy"}, "no healthy upstream", "envoy", id="Envoy"),
        pytest.param({"Server": "istio-envoy"}, "", "istio", id="Istio"),
        pytest.param({}, "default backend - 404", "ingress-nginx", id="ingress-nginx's default backend"),
        pytest.param({}, '{"message":"Forbidden"}', "aws-api-gateway", id="API Gateway"),
        pytest.param({"CF-RAY": "1"}, "", "cloudflare", id="Cloudflare"),
        pytest.param({}, "404 page not found\n", "go", id="Go's own 404"),
        pytest.param(
            {},
            "<html><body><h1>503 Service Unavailable</h1>\nNo server is available.\n</body></html>\n",
            "haproxy",
            id="HAProxy",
        ),
        pytest.param({"Server": "something-else"}, "hello", "", id="nobody we know"),
        pytest.param({}, '{"err_code":"x"}', "", id="an error without a request id proves nothing"),
    ],
)
def test_who_answered(headers: dict[str, str], body: str, who: str) -> None:
    assert answered(Response(status=404, headers=tuple(headers.items()), body=body)) == who


def test_a_signature_is_not_an_answer() -> None:
    passed_on = Response(status=400, headers=(("Server", "nginx"), ("dg-request-id", "r")))
    assert (answered(passed_on), signed(passed_on)) == ("deepgram", "nginx")


def test_no_answer_is_by_nobody() -> None:
    assert answered(None) == signed(None) == ""


@pytest.mark.parametrize(
    ("status", "server", "login"), [(561, "awselb/2.0", True), (561, "nginx", False), (503, "awselb/2.0", False)]
)
def test_a_load_balancer_that_cannot_log_users_in(status: int, server: str, login: bool) -> None:
    assert is_alb_login(Response(status=status, headers=(("Server", server),))) is login


@pytest.mark.parametrize(
    ("action", "wanted"), [("challenge", "challenge"), ("CAPTCHA", "captcha"), ("count", ""), ("", "")]
)
def test_a_puzzle_for_browsers(action: str, wanted: str) -> None:
    assert puzzle(Response(status=202, headers=(("x-amzn-waf-action", action),))) == wanted
    assert puzzle(None) == ""
