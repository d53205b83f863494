"""DG2001 to DG2011: what fires each cause, and what looks like it and must be called something else."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.case import Case
from dgcheck.model.evidence import Banner, Certificate, Dial, Ending, Handshake, Phase, Seen
from tests.rules.built import (
    DG,
    HEALTHY,
    HEARD,
    HTML,
    NGINX_404,
    around,
    case,
    dialled,
    findings,
    got,
    looked,
    matches,
    missing,
    proxied,
    roots,
    served,
    shaken,
    upgraded,
)

URL = "http://dg.test:8080"
TLS_URL = "https://dg.test:8080"
REFUSED: dict[str, Any] = {"ending": Ending.REFUSED, "errno": "ECONNREFUSED"}
SILENT: dict[str, Any] = {"ending": Ending.TIMED_OUT, "phases": (Phase("connect", 0.0, 5.0),)}
NO_ROUTE: dict[str, Any] = {"ending": Ending.UNREACHABLE, "errno": "ENETUNREACH"}


def tried(*dials: Dial, url: str = URL, **fields: Any) -> Case:
    """A case in which these connection attempts are all that happened."""
    return case(url, around(**fields), looked("dg.test", *(one.address for one in dials)), *dials)


def unasked(what: str, ending: Ending, **fields: Any) -> Seen:
    """A question that was sent and got no answer."""
    return got(what, None, ending=ending, **fields)


def broken(ending: Ending = Ending.FAILED, **fields: Any) -> Handshake:
    """A TLS handshake that failed."""
    return shaken("", ending=ending, **fields)


def heard(text: str, **fields: Any) -> Banner:
    """What a port said by itself."""
    base = {"id": "", "check": "transport", "purpose": "banner", "ending": Ending.ANSWERED}
    return Banner(**{**base, "address": "10.0.0.7", "port": 8080, "got": text, "bytes_in": len(text), **fields})


# --- connecting ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dials", "cause", "said"),
    [
        pytest.param([dialled("10.0.0.1", **REFUSED)], "tcp_refused", "10.0.0.1 (dg.test) refused", id="refused"),
        pytest.param(
            [dialled("10.0.0.1", **REFUSED), dialled("10.0.0.2", **REFUSED)],
            "tcp_refused",
            "all 2 addresses of dg.test (10.0.0.1, 10.0.0.2) refused",
            id="all refused",
        ),
        pytest.param([dialled("10.0.0.1", **SILENT)], "tcp_timeout", "within 5.0 s", id="silent"),
        pytest.param(
            [dialled("10.0.0.1", **SILENT), dialled("10.0.0.2", **SILENT), dialled("10.0.0.3", **REFUSED)],
            "tcp_timeout",
            "(but 10.0.0.3: refused, ECONNREFUSED)",
            id="most silent, one refused",
        ),
        pytest.param(
            [dialled("10.0.0.1", ending=Ending.UNREACHABLE, errno="EHOSTUNREACH")],
            "host_unreachable",
            "“no route to host” (EHOSTUNREACH)",
            id="no route to host",
        ),
        pytest.param(
            [dialled("10.0.0.1", ending=Ending.UNREACHABLE, errno="EACCES")],
            "host_unreachable",
            "A firewall rule",
            id="prohibited",
        ),
        pytest.param(
            [dialled("10.0.0.1", ending=Ending.UNREACHABLE, errno="ENOPROTOOPT")],
            "host_unreachable",
            "“protocol unreachable” (ENOPROTOOPT)",
            id="ICMP protocol unreachable",
        ),
        pytest.param(
            [dialled("10.0.0.1", ending=Ending.FAILED, errno="EINVAL")],
            "host_unreachable",
            "blackhole route",
            id="blackhole route",
        ),
        pytest.param(
            [dialled("fe80::1", ending=Ending.FAILED, errno="EINVAL")],
            "host_unreachable",
            "does not say of which interface",
            id="an address of one link, without its interface",
        ),
        pytest.param(
            [dialled("fe80::1%eth0", ending=Ending.FAILED, errno="EINVAL")],
            "host_unreachable",
            "blackhole route",
            id="a blackhole route to an address of one link",
        ),
        pytest.param(
            [dialled("2001:db8::7", **NO_ROUTE)], "address_family_unreachable", "IPv6 addresses alone", id="IPv6 alone"
        ),
        pytest.param(
            [dialled("2001:db8::7", **NO_ROUTE), dialled("10.0.0.1", **REFUSED)],
            "tcp_refused",
            "10.0.0.1",
            id="IPv6 without a route, IPv4 refused",
        ),
        pytest.param([dialled("10.0.0.1", **NO_ROUTE)], "host_unreachable", "network unreachable", id="no IPv4 route"),
    ],
)
def test_nothing_connects(dials: list[Dial], cause: str, said: str) -> None:
    found = tried(*dials, families=("ipv4",))
    assert roots(found) == [cause]
    assert said in findings(found)[cause].says


@pytest.mark.parametrize(
    ("address", "said", "command"),
    [
        pytest.param(
            "fe80::1%eth9",
            "no network interface “eth9”",
            "dgcheck run 'http://[fe80::1%25INTERFACE]:8080'",
            id="an interface that is not here",
        ),
        pytest.param(
            "::1%lo",
            "Only addresses of one link",
            "dgcheck run 'http://[::1]:8080'",
            id="an interface that does not belong there",
        ),
    ],
)
def test_an_address_that_the_system_does_not_take_is_no_name(address: str, said: str, command: str) -> None:
    seen = looked(address, literal=True, error="EAI_NONAME")
    found = case(f"http://[{address.replace('%', '%25')}]:8080", around(), seen)
    assert roots(found) == ["host_unreachable"]
    told = findings(found)["host_unreachable"]
    assert said in told.says
    assert told.remedies[0].command == command


def test_an_address_with_its_interface_is_fine() -> None:
    seen = looked("fe80::1%eth0", "fe80::1%eth0", literal=True)
    assert matches(case("http://[fe80::1%25eth0]:8080", around(), seen), "host_unreachable") == []


def test_refused_on_another_port_than_the_usual_names_the_usual_one() -> None:
    commands = [
        one.command
        for one in findings(tried(dialled("10.0.0.1", port=9000, **REFUSED), url="http://dg.test:9000"))[
            "tcp_refused"
        ].remedies
    ]
    assert "dgcheck run http://dg.test:8080" in commands


def test_refused_on_the_usual_port_does_not_advise_it() -> None:
    commands = [one.command for one in findings(tried(dialled("10.0.0.1", **REFUSED)))["tcp_refused"].remedies]
    assert "dgcheck run http://dg.test:8080" not in commands


def test_an_attempt_that_the_deadline_cut_proves_nothing() -> None:
    assert roots(tried(dialled("10.0.0.1", **REFUSED), dialled("10.0.0.2", ending=Ending.CUT_SHORT))) == []


def test_a_forward_proxy_that_refuses_is_not_the_target() -> None:
    found = case(URL, looked("dg.test"), dialled("10.9.9.9", via_proxy="proxy:3128", **REFUSED), proxy=proxied())
    assert "tcp_refused" not in findings(found)


def test_without_a_word_about_routes_no_family_is_blamed() -> None:
    assert roots(tried(dialled("2001:db8::7", **NO_ROUTE))) == ["host_unreachable"]


def test_the_family_flag_is_named() -> None:
    found = case(
        URL,
        around(families=("ipv4",)),
        looked("dg.test", "2001:db8::7"),
        dialled("2001:db8::7", **NO_ROUTE),
        family="ipv6",
    )
    assert roots(found) == ["address_family_unreachable"]
    assert findings(found)["address_family_unreachable"].remedies[0].do.endswith("leave out -6")


def test_some_addresses_are_dead_while_the_rest_works() -> None:
    found = case(
        URL,
        looked("dg.test", "10.0.0.9", "10.0.0.7"),
        dialled("10.0.0.9", **SILENT),
        dialled("10.0.0.7"),
        *served(),
    )
    assert roots(found) == ["partial_addresses_dead"]
    finding = findings(found)["partial_addresses_dead"]
    assert finding.severity == "warning"
    assert "10.0.0.9: silent" in finding.says
    assert "behind this load balancer" in finding.says


def test_some_addresses_are_dead_and_the_rest_does_not_work() -> None:
    found = case(
        URL, looked("dg.test", "10.0.0.9", "10.0.0.7"), dialled("10.0.0.9", **REFUSED), dialled("10.0.0.7"), *missing()
    )
    assert findings(found)["partial_addresses_dead"].severity == "error"


def test_an_address_that_accepts_and_never_shakes_hands_is_dead_too() -> None:
    seen = broken(Ending.CLOSED, address="10.0.0.9", check="replicas")
    both = (dialled("10.0.0.9"), dialled("10.0.0.7"))
    found = case(
        TLS_URL, looked("dg.test", "10.0.0.9", "10.0.0.7"), *both, shaken(verify_code=0), *served(tls=True), seen
    )
    assert roots(found) == ["partial_addresses_dead"]
    words = "10.0.0.9: accepts, then hangs up during the TLS handshake"
    assert words in findings(found)["partial_addresses_dead"].says


def test_a_refusal_by_one_address_is_no_dead_one() -> None:
    refusal = got("GET /v1/status", 503, "", address="10.0.0.9", check="replicas")
    found = case(URL, dialled("10.0.0.9"), dialled("10.0.0.7"), *served(), refusal)
    assert matches(found, "partial_addresses_dead") == []


def test_localhost_whose_ipv6_refuses_gets_the_address_that_works() -> None:
    found = case(
        "http://localhost:8080",
        looked("localhost", "::1", "127.0.0.1"),
        dialled("::1", **REFUSED),
        dialled("127.0.0.1"),
    )
    assert findings(found)["partial_addresses_dead"].remedies[0].command == "dgcheck run http://127.0.0.1:8080"


def test_an_address_of_a_family_without_a_route_is_no_dead_one() -> None:
    found = tried(dialled("2001:db8::7", **NO_ROUTE), dialled("10.0.0.7"), families=("ipv4",))
    assert matches(found, "partial_addresses_dead") == []


# --- hanging up ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "cause"), [(Ending.CLOSED, "tcp_closed_early"), (Ending.RESET, "tcp_reset")], ids=["FIN", "RST"]
)
def test_a_connection_that_ends_without_a_word(ending: Ending, cause: str) -> None:
    found = case(URL, dialled("10.0.0.7"), unasked("GET /v1/status", ending), unasked("GET /v1/models", ending))
    assert roots(found) == [cause]
    assert "after GET /v1/status, without one byte" in findings(found)[cause].says


@pytest.mark.parametrize(
    ("ending", "cause"), [(Ending.CLOSED, "tcp_closed_early"), (Ending.RESET, "tcp_reset")], ids=["FIN", "RST"]
)
def test_a_handshake_that_ends_without_a_word(ending: Ending, cause: str) -> None:
    found = case(TLS_URL, dialled("10.0.0.7"), broken(ending))
    assert roots(found) == [cause]
    assert "after our TLS greeting" in findings(found)[cause].says


def test_one_answer_is_enough_to_call_it_no_hanging_up() -> None:
    found = case(URL, got("GET /v1/status", 200, HEALTHY), unasked("GET /v1/models", Ending.CLOSED))
    assert matches(found, "tcp_closed_early") == []


# --- another program ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(unasked("GET /v1/status", Ending.BROKEN, raw="SSH-2.0-OpenSSH_9.2\\r\\n"), id="in answer to HTTP"),
        pytest.param(heard("SSH-2.0-OpenSSH_9.2\\r\\n"), id="as a greeting"),
    ],
)
def test_another_protocol_is_named_and_quoted(seen: Seen) -> None:
    found = case(URL, dialled("10.0.0.7"), seen)
    assert roots(found) == ["not_http"]
    assert "it speaks SSH (“SSH-2.0-OpenSSH_9.2" in findings(found)["not_http"].says


@pytest.mark.parametrize(("sent", "name"), [(r"\x00\x00\x00\x08\x04\xd2\x16/", "PostgreSQL"), ("", "")])
def test_postgresql_is_known_by_its_one_letter_to_an_ssl_request(sent: str, name: str) -> None:
    found = case(URL, dialled("10.0.0.7"), unasked("GET /v1/status", Ending.RESET), heard("N", sent=sent))
    assert roots(found) == ["not_http"]
    assert findings(found)["not_http"].detail == name


def test_another_protocol_in_answer_to_our_tls_greeting() -> None:
    found = case(TLS_URL, dialled("10.0.0.7"), broken(first_bytes="SSH-2.0-x\\r\\n", reason="WRONG_VERSION_NUMBER"))
    assert roots(found) == ["not_http"]


def test_a_broken_status_line_is_still_http() -> None:
    found = case(URL, dialled("10.0.0.7"), unasked("GET /v1/status", Ending.BROKEN, raw="HTTP/1.1 two hundred\\r\\n"))
    assert matches(found, "not_http") == []


def test_bytes_beside_good_answers_are_no_other_protocol() -> None:
    found = case(URL, got("GET /v1/status", 200, HEALTHY), unasked("GET /v1/models", Ending.BROKEN, raw="SSH-2.0-x"))
    assert matches(found, "not_http") == []


LICENSE = '{"state":"TrustBased","last_successful_checkin":"2026-09-01T00:00:00Z"}'


@pytest.mark.parametrize(
    ("wires", "confidence", "name"),
    [
        pytest.param([got("GET /v1/status", 200, LICENSE)], "certain", "the License Proxy's status port", id="licence"),
        pytest.param(
            [
                *missing(body="", headers=()),
                got("GET /metrics", 200, "engine_active_requests 0\n", purpose="fingerprint"),
            ],
            "certain",
            "the Engine's metrics port",
            id="engine metrics",
        ),
        pytest.param(
            [*missing(), got("GET /", 200, "<title>Welcome to nginx!</title>", purpose="fingerprint")],
            "likely",
            "nginx with its welcome page",
            id="welcome page",
        ),
    ],
)
def test_another_service_is_named(wires: list[Seen], confidence: str, name: str) -> None:
    found = case(URL, dialled("10.0.0.7"), *wires)
    assert roots(found)[0] == "wrong_service"
    assert findings(found)["wrong_service"].confidence == confidence
    assert findings(found)["wrong_service"].detail == name


@pytest.mark.parametrize(
    "wires",
    [
        pytest.param(served(), id="the API itself"),
        pytest.param(missing(), id="404 for everything"),
        pytest.param([got("GET /v1/status", 204), *served()[2:]], id="204, as old releases answer"),
        pytest.param(
            [got("GET /v1/status", 404, NGINX_404), got("GET /v1/models", 401), *served()[2:]],
            id="a gateway before the status pages",
        ),
        pytest.param([got("GET /v1/models", 200, '{"stt":[{"name":"a","uuid":"b"', ())], id="a listing cut off"),
        pytest.param(
            [got("POST /v1/listen?model=x", 400, '{"err_code":"Bad Request","request_id":"1"}', DG)], id="400"
        ),
        pytest.param(
            [*missing(), got("GET /deepgram/v1/status", 200, HEALTHY, purpose="siblings")], id="under another path"
        ),
    ],
)
def test_what_is_not_another_service(wires: list[Seen]) -> None:
    assert matches(case(URL, dialled("10.0.0.7"), *wires), "wrong_service") == []


ALL = ("GET /v1/status", "GET /v1/status/engine", "GET /v1/models", "POST /v1/listen?model=nova-3")
ASKS_SOCKET = 'No WebSocket UPGRADE hdr: None Can "Upgrade" only to "WebSocket"'


def alike(status: int, body: str = "", **fields: Any) -> list[Seen]:
    return [got(what, status, body, **fields) for what in ALL]


@pytest.mark.parametrize(
    ("wires", "said"),
    [
        pytest.param(alike(200), "200 and an empty body", id="200 with nothing to everything"),
        pytest.param(alike(200, "{}")[:3], "with 200 (“{}”)", id="an empty object to everything"),
        pytest.param(
            alike(204), "204 and an empty body", id="204 to everything, which old releases say of their status"
        ),
        pytest.param([*alike(400, ASKS_SOCKET), upgraded()], "speaks WebSocket alone", id="a bare WebSocket server"),
        pytest.param(
            [*alike(400, "no handler found"), got("GET /", 200, "hello", purpose="fingerprint")],
            "while GET / got 200",
            id="400 to the API's paths and a front page",
        ),
    ],
)
def test_the_same_answer_to_every_path_is_another_service(wires: list[Seen], said: str) -> None:
    found = case(URL, dialled("10.0.0.7"), *wires)
    assert roots(found)[0] == "wrong_service"
    assert findings(found)["wrong_service"].confidence == "likely"
    assert said in findings(found)["wrong_service"].says


def test_a_websocket_server_that_hangs_up_on_the_post_is_one_fault() -> None:
    words = "Failed to open a WebSocket connection: missing Connection header."
    found = case(
        URL,
        dialled("10.0.0.7"),
        *alike(426, words)[:3],
        unasked(ALL[3], Ending.CLOSED, reached="first_byte"),
        upgraded(),
    )
    assert roots(found) == ["wrong_service"]
    assert findings(found)["tcp_closed_early"].caused_by == "DG2009"


@pytest.mark.parametrize(
    "wires",
    [
        pytest.param(alike(400, "no handler found"), id="400 without a front page"),
        pytest.param(
            [*alike(400, "Missing API key"), got("GET /", 200, "hello", purpose="fingerprint")], id="a gateway's words"
        ),
        pytest.param(alike(400, ASKS_SOCKET, headers=DG), id="Deepgram's own"),
        pytest.param([*alike(200)[:3], got(ALL[3], 200, HEARD)], id="a transcription"),
        pytest.param([*alike(200)[:2]], id="two paths alone"),
        pytest.param([*alike(200, "{}")[:3], got(ALL[3], 200, HEARD)], id="a transcription beside empty objects"),
        pytest.param([got(ALL[0], 200, HEALTHY), *alike(200, "{}")[1:3]], id="a status beside empty objects"),
        pytest.param([*alike(204)[:1], *alike(404)[1:3], got(ALL[3], 200, HEARD)], id="the 204 of an old release"),
    ],
)
def test_the_same_answer_is_no_proof_where_it_may_be_the_api_or_a_gateway(wires: list[Seen]) -> None:
    assert matches(case(URL, dialled("10.0.0.7"), *wires), "wrong_service") == []


def test_another_service_explains_a_question_that_stalls() -> None:
    pages = [got(what, 200, "<html>", ()) for what in ALL[:3]]
    stalled = got(
        ALL[3],
        None,
        ending=Ending.TIMED_OUT,
        reached="request",
        phases=(Phase("request", 0.0, 0.1), Phase("first_byte", 0.1, 20.0)),
    )
    found = case(URL, dialled("10.0.0.7"), *pages, stalled)
    assert findings(found)["http_stalled"].caused_by == "DG2009"
    assert roots(found) == ["wrong_service"]


def test_a_welcome_page_leads_to_a_path_below_it() -> None:
    found = case(
        URL,
        dialled("10.0.0.7"),
        *missing(),
        got("GET /", 200, "<title>Welcome to nginx!</title>", purpose="fingerprint"),
    )
    assert findings(found)["wrong_service"].remedies[0].command.endswith("/PATH")


def test_a_program_that_is_known_for_sure_has_no_path_for_the_api() -> None:
    found = case(URL, dialled("10.0.0.7"), got("GET /v1/status", 200, LICENSE))
    assert not any("/PATH" in one.command for one in findings(found)["wrong_service"].remedies)


OWN = Certificate(
    subject="CN=product internal",
    issuer="CN=product internal CA",
    serial="1",
    not_before=0.0,
    not_after=9e9,
    names=("engine",),
    key_kind="EC",
    key_bits=256,
    signature="",
    is_ca=False,
    self_issued=False,
    self_signed=False,
)


@pytest.mark.parametrize("url", [URL, TLS_URL], ids=["asked by http", "asked by https"])
def test_the_engine_on_8080_is_told_before_https_or_a_ca_is_advised(url: str) -> None:
    purpose = "tls_here" if url == URL else "unverified"
    first: list[Seen] = (
        [unasked("GET /v1/status", Ending.RESET)] if url == URL else [broken(verify_code=20, reason="X")]
    )
    over_tls: dict[str, Any] = {"tls": True, "trust": "none", "purpose": purpose, "base": TLS_URL}
    found = case(
        url,
        dialled("10.0.0.7"),
        *first,
        shaken(trust="none", purpose=purpose, chain=(OWN,)),
        got("GET /v1/status", 404, "", **over_tls),
        got("GET /v1/models", 404, "", **over_tls),
    )
    assert roots(found) == ["wrong_service"]
    assert findings(found)["wrong_service"].confidence == "likely"
    assert "The Engine container listens like this" in findings(found)["wrong_service"].says


# --- TLS or not ---------------------------------------------------------------------------------------------------


def test_https_on_a_port_that_answers_plain_http() -> None:
    found = case(
        TLS_URL,
        dialled("10.0.0.7"),
        broken(reason="WRONG_VERSION_NUMBER", first_bytes="HTTP/1.1 400 Bad Request"),
        got("GET /v1/status", 200, HEALTHY, purpose="plain_here"),
    )
    assert roots(found) == ["tls_to_plain_port"]
    finding = findings(found)["tls_to_plain_port"]
    assert "asked in plain HTTP, it answered 200 OK" in finding.says
    assert finding.remedies[0].command == "dgcheck run http://dg.test:8080"


def test_https_on_port_443_that_is_plain_keeps_the_port() -> None:
    found = case(
        "https://dg.test",
        dialled("10.0.0.7", port=443),
        broken(reason="WRONG_VERSION_NUMBER", first_bytes="HTTP/1.1 400 Bad Request", port=443),
    )
    assert findings(found)["tls_to_plain_port"].remedies[0].command == "dgcheck run http://dg.test:443"


def test_a_tls_server_that_answers_plain_requests_in_words_is_not_plain() -> None:
    words = "<center>The plain HTTP request was sent to HTTPS port</center>"
    found = case(
        TLS_URL, dialled("10.0.0.7"), broken(Ending.RESET), got("GET /v1/status", 400, words, purpose="plain_here")
    )
    assert matches(found, "tls_to_plain_port") == []


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("<h1>400 Bad Request</h1> The plain HTTP request was sent to HTTPS port", id="nginx"),
        pytest.param("Client sent an HTTP request to an HTTPS server.\n", id="Go"),
        pytest.param("Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />", id="Apache"),
    ],
)
def test_http_on_a_port_that_says_it_speaks_tls(words: str) -> None:
    found = case(URL, dialled("10.0.0.7"), got("GET /v1/status", 400, words), upgraded(status=400, body=words))
    assert roots(found) == ["plain_to_tls_port"]
    assert findings(found)["plain_to_tls_port"].remedies[0].command == "dgcheck run https://dg.test:8080"


WANTS_TLS = "<title>400 The plain HTTP request was sent to HTTPS port</title>"


def test_a_page_that_asks_for_tls_is_not_believed_where_no_tls_answers() -> None:
    found = case(
        URL,
        dialled("10.0.0.7"),
        got("GET /v1/status", 400, WANTS_TLS, HTML),
        got("POST /v1/listen", 400, WANTS_TLS, HTML),
        broken(reason="WRONG_VERSION_NUMBER", first_bytes="HTTP/1.1 400 Bad Request", purpose="tls_here"),
    )
    assert roots(found) == ["http_bad_response"]
    finding = findings(found)["http_bad_response"]
    assert "passes requests on in plain HTTP to a server that speaks TLS" in finding.says
    assert "proxy_pass https://UPSTREAM;" in [one.command for one in finding.remedies]


@pytest.mark.parametrize(
    ("endings", "cause"),
    [
        pytest.param((Ending.RESET, Ending.RESET), ["tcp_reset"], id="every connection reset as it came about"),
        pytest.param((Ending.REFUSED, Ending.REFUSED), ["tcp_refused"], id="refused is not reset"),
    ],
)
def test_a_reset_while_connecting_is_a_reset(endings: tuple[Ending, ...], cause: list[str]) -> None:
    tried = [dialled(f"10.0.0.{place}", ending) for place, ending in enumerate(endings, 7)]
    assert roots(case(URL, *tried)) == cause


def test_a_page_that_asks_for_tls_is_certain_only_after_a_handshake() -> None:
    page = got("GET /v1/status", 400, WANTS_TLS, HTML)
    alone = case(URL, dialled("10.0.0.7"), page)
    shaken_too = case(URL, dialled("10.0.0.7"), page, shaken(trust="none", purpose="tls_here"))
    assert findings(alone)["plain_to_tls_port"].confidence == "likely"
    assert findings(shaken_too)["plain_to_tls_port"].confidence == "certain"
    assert "http_bad_response" not in findings(shaken_too)


def _inside(status: int, port: int = 31000) -> list[Seen]:
    over_tls: dict[str, Any] = {"tls": True, "trust": "none", "purpose": "tls_here", "base": f"https://dg.test:{port}"}
    return [
        dialled("10.0.0.7", port=port),
        got("GET /v1/status", 400, WANTS_TLS, HTML),
        shaken(trust="none", purpose="tls_here", check="transport", chain=(OWN,), port=port),
        got("GET /v1/status", status, NGINX_404, HTML, **over_tls),
        got("GET /v1/models", 404, NGINX_404, HTML, **over_tls),
    ]


def test_https_alone_is_not_promised_where_the_api_is_not_there_over_tls_either() -> None:
    found = findings(case("http://dg.test:31000", *_inside(404)))
    assert roots(case("http://dg.test:31000", *_inside(404))) == ["plain_to_tls_port"]
    assert "https alone may not be enough" in found["plain_to_tls_port"].says
    assert "The Engine container" in found["plain_to_tls_port"].remedies[-1].do


def test_https_is_advised_where_something_of_the_api_may_be_there() -> None:
    assert roots(case("http://dg.test:31000", *_inside(401))) == ["plain_to_tls_port"]


def test_http_on_a_port_that_hangs_up_and_shakes_hands() -> None:
    found = case(
        URL,
        dialled("10.0.0.7"),
        unasked("GET /v1/status", Ending.CLOSED),
        shaken(trust="none", purpose="tls_here", check="transport", chain=(OWN,)),
    )
    assert roots(found) == ["plain_to_tls_port"]
    assert "a TLSv1.3 handshake succeeded, with a certificate for engine" in findings(found)["plain_to_tls_port"].says


def test_http_on_port_80_that_speaks_tls_keeps_the_port() -> None:
    found = case(
        "http://dg.test",
        dialled("10.0.0.7", port=80),
        got("GET /v1/status", 400, "Client sent an HTTP request to an HTTPS server."),
    )
    assert findings(found)["plain_to_tls_port"].facts["tls_base"] == "https://dg.test:80"


def test_a_port_that_answers_plain_http_needs_no_tls() -> None:
    assert matches(case(URL, *served()), "plain_to_tls_port") == []
