"""DG0013 and DG3019: what a browser does not let a page do."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.diagnosis import good_further
from dgcheck.model.case import Case
from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Exchange, Upgrade, Wire
from dgcheck.model.record import replace
from dgcheck.model.report import Status
from tests.rules.answers_built import NGINX, built, page, pages, post, refusal, upgrade
from tests.rules.built import DG, HEARD, case, findings, got, matches, roots, upgraded

PAGE = "https://app.example.test"
HOME = "http://10.0.0.7:8080"
ANY = ("access-control-allow-origin", "*")
LEAVE = (ANY, ("access-control-allow-headers", "authorization, content-type"))
SHOWN = ("access-control-expose-headers", "dg-request-id")
WEB_PAGE = "http://app.example.test"


def options(status: int = 204, headers: tuple[tuple[str, str], ...] = LEAVE, body: str = "") -> Exchange:
    """The preflight's answer."""
    return got("OPTIONS /v1/listen?model=nova-3", status, body, headers, check="origin")


def read(*headers: tuple[str, str]) -> Exchange:
    """The POST of the page, answered well, with these headers beside Deepgram's."""
    return got("POST /v1/listen?model=nova-3", 200, HEARD, (*DG, *headers), check="origin")


def error(*headers: tuple[str, str]) -> Exchange:
    """The POST that is meant to be refused."""
    told = refusal("No such model")
    told["headers"] = (*told["headers"], *headers)
    return got("POST /v1/listen?model=dgcheck-no-such-model", 400, check="origin", purpose="refused", **told)


def shaken(status: int = 101, *, chosen: str = "token", **fields: Any) -> Upgrade:
    """The handshake as the page's browser makes it."""
    return upgraded("GET /v1/listen", status, check="origin", offered=("token", "<key>"), chosen=chosen, **fields)


def offered(status: int = 101, *, chosen: str = "token") -> Upgrade:
    """The ordinary handshake with a subprotocol."""
    return upgrade(status, offered=("token",), chosen=chosen)


def from_page(*evidence: Wire, origin: str = WEB_PAGE) -> Case:
    """A healthy deployment, asked for a page as well."""
    return built(*pages(), post(), upgrade(), offered(), *evidence, origin=origin)


@pytest.mark.parametrize(
    ("url", "origin", "stopped"),
    [
        pytest.param("http://10.0.0.7:8080", PAGE, True, id="plain"),
        pytest.param("ws://dg.example.test", PAGE, True, id="ws"),
        pytest.param("http://0.0.0.0:8080", PAGE, True, id="the unspecified address"),
        pytest.param("https://10.0.0.7:8443", PAGE, False, id="TLS"),
        pytest.param("http://127.0.0.1:8080", PAGE, False, id="this machine"),
        pytest.param("http://localhost:8080", PAGE, False, id="localhost"),
        pytest.param("http://[::1]:8080", PAGE, False, id="IPv6"),
        pytest.param("http://10.0.0.7:8080", WEB_PAGE, False, id="a page that is plain too"),
        pytest.param("http://10.0.0.7:8080", "null", False, id="a file"),
        pytest.param("http://10.0.0.7:8080", "", False, id="no page"),
    ],
)
def test_mixed_content(url: str, origin: str, stopped: bool) -> None:
    found = matches(case(url, origin=origin), "browser_mixed_content")
    assert bool(found) is stopped
    assert all(PAGE in one.says and one.confidence is Confidence.CERTAIN for one in found)


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        pytest.param([options(405, ()), read()], "OPTIONS /v1/listen was answered with 405", id="refused"),
        pytest.param(
            [options(401, NGINX, page("401 x")), read(ANY)], "(nginx). A browser sends no key with it.", id="key wanted"
        ),
        pytest.param([options(204, ()), read(ANY)], "has no Access-Control-Allow-Origin", id="no leave"),
        pytest.param([options(204, (ANY,)), read(ANY)], "does not allow the header authorization", id="no key"),
        pytest.param([options(), read()], f"a page of {WEB_PAGE} may not read it", id="answer"),
        pytest.param(
            [options(), read(ANY), shaken(403, body="", headers=NGINX), shaken(purpose="no_origin")],
            f"opens without an origin, and with Origin: {WEB_PAGE} nginx answered 403",
            id="WebSocket, for its origin",
        ),
        pytest.param(
            [options(), read(ANY), shaken(403, body="", headers=NGINX), shaken(403, purpose="no_origin")],
            "with a key among the subprotocols, nginx answered 403",
            id="WebSocket, for its subprotocols",
        ),
    ],
)
def test_what_a_page_may_not_do(evidence: list[Wire], said: str) -> None:
    found = from_page(*evidence)
    assert roots(found) == ["cors_blocked"]
    one = findings(found)["cors_blocked"]
    assert said in one.says
    assert one.severity is Severity.ERROR


def test_header_that_a_gateway_wants_and_a_page_cannot_send_is_named() -> None:
    plain = upgrade(offered=("token",), chosen="token")
    sent = (*plain.request.headers, ("x-api-key", "<redacted>"))
    keyed = replace(plain, request=replace(plain.request, headers=sent))
    no_key = shaken(401, body="", headers=NGINX)
    found = built(
        *pages(), post(), upgrade(), keyed, options(), read(ANY, SHOWN), error(ANY), no_key, no_key, origin=WEB_PAGE
    )
    assert "opens with x-api-key, and a page cannot send that" in findings(found)["cors_blocked"].says


def test_errors_that_cannot_be_read_are_a_warning() -> None:
    one = findings(from_page(options(), read(ANY, SHOWN), error(), shaken()))["cors_blocked"]
    assert one.severity is Severity.WARNING
    assert "Failed to fetch" in one.says


def test_leave_for_any_header_does_not_name_the_key_and_is_only_good_to_know() -> None:
    star = options(204, (ANY, ("access-control-allow-headers", "*")))
    one = findings(from_page(star, read(ANY, SHOWN), error(ANY), shaken()))["cors_blocked"]
    assert one.severity is Severity.INFO
    assert "Authorization" in one.says


def test_header_that_cannot_be_read_is_only_good_to_know() -> None:
    one = findings(from_page(options(), read(ANY), error(ANY), shaken()))["cors_blocked"]
    assert one.severity is Severity.INFO
    assert "dg-request-id" in one.says


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([options(), read(ANY, SHOWN), error(ANY), shaken()], id="leave for everybody"),
        pytest.param([options(503, NGINX), read(ANY, SHOWN)], id="503 is no matter of browsers"),
        pytest.param([], id="nothing was asked"),
        pytest.param([options(), read(ANY, SHOWN), shaken(403), shaken()], id="refused once, then opened"),
        pytest.param([options(), read(ANY, SHOWN), shaken(503), shaken(503)], id="the WebSocket got 503"),
    ],
)
def test_near_misses_are_not_blocked(evidence: list[Wire]) -> None:
    assert matches(from_page(*evidence), "cors_blocked") == []


def test_page_of_the_same_origin_needs_no_leave() -> None:
    found = from_page(options(405, ()), read(), shaken(), origin=HOME)
    assert matches(found, "cors_blocked") == []
    assert good_further.origin(found) == (
        Status.PASS,
        "the page has the same origin as the deployment and a WebSocket opens for it",
    )


def test_subprotocol_that_is_not_echoed_is_a_warning_where_a_page_was_named() -> None:
    one = findings(from_page(options(), read(ANY, SHOWN), shaken(chosen="")))["ws_subprotocol"]
    assert (one.severity, one.confidence) == (Severity.WARNING, Confidence.POSSIBLE)


def test_subprotocol_that_is_not_echoed_is_only_good_to_know_otherwise() -> None:
    found = built(*pages(), post(), upgrade(), offered(chosen=""))
    assert findings(found)["ws_subprotocol"].severity is Severity.INFO
