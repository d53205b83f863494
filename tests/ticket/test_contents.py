"""The files of a bundle that say what was seen: heads, bodies, frames, certificates, names, settings, first lines."""

from __future__ import annotations

import pytest

from dgcheck.model.beside import Beside
from dgcheck.model.evidence import (
    Banner,
    Certificate,
    DnsAnswer,
    Ending,
    Exchange,
    Foretold,
    Handshake,
    Heard,
    Lookup,
    Phase,
    Request,
    Response,
    Seen,
    Stream,
    Upgrade,
)
from dgcheck.model.held import Held
from dgcheck.model.record import replace
from dgcheck.model.report import Report
from dgcheck.model.served import Served, Visit
from dgcheck.ticket.certificates import chains
from dgcheck.ticket.contents import texts
from dgcheck.ticket.conversations import conversations
from dgcheck.ticket.first_lines import first_lines, request_ids
from dgcheck.ticket.resolver import resolver
from tests.report import canonical

REQUEST = Request(method="GET", target="/v1/listen?model=nova-9", headers=(("Host", "h"), ("upgrade", "websocket")))
REFUSAL = Response(
    status=400,
    reason="Bad Request",
    headers=(("dg-request-id", "5d2c"), ("dg-error", "Bad Request: no such model")),
    body='{"err_code":"Bad Request",\n"err_msg":"no such model"}',
    body_bytes=51,
)
REFUSED = Upgrade(
    id="e7",
    check="ws.upgrade",
    ending=Ending.ANSWERED,
    phases=(Phase("upgrade", 0.5, 0.02),),
    url="http://h/v1/listen?model=nova-9",
    request=REQUEST,
    response=REFUSAL,
    address="10.0.0.5",
    port=8080,
    local_time=1789899302.5,
)
OPENED = replace(REFUSED, id="e8", response=Response(status=101, headers=(("dg-request-id", "77aa"),)))
STREAM = Stream(
    id="e9",
    check="ws.stream",
    ending=Ending.ANSWERED,
    upgrade="e8",
    plan="at_once",
    sent_messages=4,
    sent_bytes=100,
    opened_at=1.0,
    audio_sent_at=1.1,
    close_sent_at=1.2,
    ended_at=13.0,
    heard=(Heard(at=1.5, kind="Results", text='{"type":"Results"}'),),
    close_code=1011,
    close_reason="NET-0001",
    closed_by="server",
)


def of(*evidence: Seen) -> Report:
    return replace(canonical.failing(), evidence=evidence)


def only(*evidence: Seen) -> str:
    _, (_, text) = conversations(of(*evidence))
    return text


def test_a_refused_upgrade_as_it_was_sent_and_answered() -> None:
    _, (name, text) = conversations(of(REFUSED))
    assert name == "evidence/e007-ws-upgrade-upgrade.txt"
    sent = "\n# sent\nGET /v1/listen?model=nova-9 HTTP/1.1\nHost: h\nupgrade: websocket\n"
    came = (
        "\n# came\nHTTP/1.1 400 Bad Request\ndg-request-id: 5d2c\ndg-error: Bad Request: no such model\n"
        '\n{"err_code":"Bad Request",\n"err_msg":"no such model"}\n'
    )
    assert sent + came in text
    assert "2026-09-20T10:15:02.500Z" in text


def test_a_line_for_each_piece_of_evidence() -> None:
    (name, text), *_ = conversations(of(REFUSED, STREAM))
    assert name == "evidence/index.txt"
    assert [line.split()[0] for line in text.splitlines()] == ["e7", "e9"]


def test_the_frames_of_a_stream_in_their_order() -> None:
    text = dict(conversations(of(OPENED, STREAM)))["evidence/e009-ws-stream-stream.txt"]
    places = [text.index(what) for what in ("socket open", "last audio", "CloseStream", "Results", "1011 NET-0001")]
    assert places == sorted(places)
    assert "13.000  ended by the server, close frame 1011 NET-0001" in text


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        pytest.param(replace(STREAM, close_code=None, closed_by="reset"), "a reset, no close frame came", id="a reset"),
        pytest.param(replace(STREAM, close_code=1005, close_reason=""), "without a code", id="an empty close frame"),
        pytest.param(replace(REFUSED, response=None, ending=Ending.RESET, raw=""), "# nothing", id="no answer"),
        pytest.param(replace(REFUSED, response=None, raw="SSH-2.0"), "SSH-2.0", id="no HTTP"),
        pytest.param(
            replace(REFUSED, ending=Ending.NOT_CONNECTED, response=None), "nothing was sent", id="no connection"
        ),
        pytest.param(
            replace(REFUSED, via_proxy="p:3128", proxy_response=Response(status=407, reason="Proxy Authentication")),
            "HTTP/1.1 407 Proxy Authentication",
            id="a proxy's answer to CONNECT",
        ),
        pytest.param(
            replace(REFUSED, response=replace(REFUSAL, body_bytes=9000, complete=False)),
            "9000 bytes came on the wire, the beginning is kept; the answer was cut off",
            id="a body that was cut",
        ),
        pytest.param(
            Banner(id="e3", check="transport", ending=Ending.ANSWERED, address="::1", port=22, got="SSH-2.0-x"),
            "SSH-2.0-x",
            id="what a port says by itself",
        ),
        pytest.param(
            Handshake(id="e4", check="tls", ending=Ending.BROKEN, address="::1", port=443, alert="handshake_failure"),
            "handshake_failure",
            id="a TLS alert",
        ),
    ],
)
def test_every_end_is_told(seen: Seen, said: str) -> None:
    assert said in only(seen)


def test_a_server_commands_nobody() -> None:
    """Escape codes, NULs, turned text and a forged line of ours come out as what they are."""
    body = "\x1b]0;x\x07\x00\u202e\r\n# ended: answered"
    text = only(replace(REFUSED, response=replace(REFUSAL, reason="\x1b[31m", body=body, headers=(("a\nb", "c\rd"),))))
    assert not [char for char in text if not (char.isprintable() or char == "\n")]
    assert "\\x1b]0;x\\x07\\0\\u202e" in text


@pytest.mark.parametrize("check", ["../../etc", "a/b", "a\0b", "ü" * 300])
def test_no_evidence_names_a_file_elsewhere(check: str) -> None:
    _, (name, _) = conversations(of(replace(REFUSED, check=check, id="e/../7")))
    assert name.startswith("evidence/e")
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./")
    assert ".." not in name


LEAF = Certificate(
    subject="CN=dg.example.com",
    issuer="CN=Corp CA",
    serial="0a",
    not_before=1767225600.0,
    not_after=1798761600.0,
    names=("dg.example.com", "10.0.0.5"),
    key_kind="RSA",
    key_bits=2048,
    signature="sha256WithRSAEncryption",
    is_ca=False,
    self_issued=False,
    self_signed=False,
    sha256="ab" * 32,
    pem="-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----",
)


def shown(number: int, *chain: Certificate, address: str = "10.0.0.5") -> Handshake:
    return Handshake(
        id=f"e{number}",
        check="tls",
        ending=Ending.ANSWERED,
        address=address,
        port=443,
        server_name="dg.example.com",
        chain=chain,
        verify_code=20,
        verify_message="unable to get local issuer certificate",
    )


def test_the_chain_as_pem_and_as_text() -> None:
    issuer = replace(LEAF, subject="CN=Corp CA", sha256="cd" * 32, is_ca=True, self_issued=True, self_signed=True)
    files = dict(chains([shown(1, LEAF, issuer), shown(2, LEAF, issuer, address="10.0.0.6")]))
    assert set(files) == {"certificates/chain.pem", "certificates/chain.txt"}
    assert files["certificates/chain.pem"].count("BEGIN CERTIFICATE") == 2
    text = files["certificates/chain.txt"]
    for what in (
        "CN=dg.example.com",
        "dg.example.com, 10.0.0.5",
        "2027-01-01T",
        "RSA 2048",
        "10.0.0.6:443",
        "self-signed",
    ):
        assert what in text, what
    assert "refused: unable to get local issuer certificate (20)" in text


@pytest.mark.parametrize(
    ("pem", "about"),
    [
        pytest.param(LEAF.pem, "the certificate chains that were shown, as PEM and as text", id="as it is"),
        pytest.param("", "the certificate chains that were shown, as text", id="hidden"),
    ],
)
def test_what_the_files_of_a_chain_are_called(pem: str, about: str) -> None:
    members = texts(of(shown(1, replace(LEAF, pem=pem))), [])
    assert {said for name, _, said in members if name.startswith("certificates/")} == {about}


def test_chains_that_differ_have_files_of_their_own() -> None:
    other = replace(LEAF, sha256="ee" * 32)
    files = dict(chains([shown(1, LEAF), shown(2, other, address="10.0.0.6")]))
    assert sorted(files) == [f"certificates/chain-{number}.{form}" for number in (1, 2) for form in ("pem", "txt")]


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        pytest.param(
            Lookup(id="e1", check="dns", ending=Ending.ANSWERED, name="h", addresses=("10.0.0.5", "::1")),
            "h -> 10.0.0.5, ::1",
            id="addresses",
        ),
        pytest.param(
            Lookup(id="e1", check="dns", ending=Ending.FAILED, name="h", error="EAI_NONAME"), "EAI_NONAME", id="no name"
        ),
        pytest.param(
            Lookup(id="e1", check="dns", ending=Ending.ANSWERED, name="h", addresses=("::1",), pinned=True),
            "--resolve",
            id="pinned",
        ),
        pytest.param(
            DnsAnswer(
                id="e2", check="dns", ending=Ending.ANSWERED, name="h", server="10.0.0.2", rtype="A", rcode="NXDOMAIN"
            ),
            "A h at 10.0.0.2 -> NXDOMAIN",
            id="a server's own answer",
        ),
    ],
)
def test_what_the_resolver_said(seen: Seen, said: str) -> None:
    assert said in resolver([seen])


def test_what_failed_stands_first_among_the_ids() -> None:
    served = replace(OPENED, id="e2", response=Response(status=101, headers=(("dg-request-id", "0001"),)))
    report = of(served, REFUSED, OPENED, STREAM)
    assert [(one.id, one.failed) for one in request_ids(report)] == [("5d2c", True), ("77aa", True), ("0001", False)]
    text = "\n".join(first_lines(report))
    assert "closed with 1011 NET-0001" in text
    assert "2026-09-20T10:15:02.500Z" in text


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        pytest.param([], "No answer came, so there is no request id.", id="no answer"),
        pytest.param([replace(OPENED, response=Response(status=502))], "No answer carried a request id", id="no id"),
    ],
)
def test_where_no_request_id_can_be_named(seen: list[Seen], said: str) -> None:
    assert said in "\n".join(first_lines(of(*seen)))


def test_the_first_lines_name_the_sdk_and_the_note() -> None:
    sdk = Foretold(
        id="e1", check="sdk", ending=Ending.ANSWERED, sdk="go", title="Go SDK", version="3.1.0", transport="ws"
    )
    text = "\n".join(first_lines(of(sdk), "since *Monday*\n<b>two</b>"))
    assert "Go SDK 3.1.0" in text
    assert "> since \\*Monday\\*\n> \\<b\\>two\\</b\\>" in text


def test_every_report_is_in_it() -> None:
    files = {name: text for name, text, _ in texts(canonical.failing(), ["one", "two"])}
    assert {"report.json", "report.md", "report.html", "report.txt", "settings.json", "dns.txt"} <= set(files)
    assert files["dgcheck.log"] == "one\ntwo\n"
    assert '"origin"' in files["settings.json"]


def test_an_exchange_that_was_answered_twice_is_told_twice() -> None:
    answer = Exchange(id="e1", check="rest", ending=Ending.ANSWERED, url="http://h", request=REQUEST, response=REFUSAL)
    assert len(dict(conversations(of(answer, replace(answer, id="e2"))))) == 3


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        pytest.param(
            Held(
                id="e5",
                check="ws.hold",
                ending=Ending.CLOSED,
                upgrade="e4",
                plan="silent",
                tried=75.0,
                opened_at=1.0,
                audio_sent_at=1.1,
                spoke_at=1.1,
                heard_at=1.2,
                ended_at=61.1,
                closed_by="fin",
            ),
            "   61.100  ended by the end of the connection, no close frame came\n",
            id="a socket that was held",
        ),
        pytest.param(
            Served(
                id="e6",
                check="rest.url",
                ending=Ending.ANSWERED,
                url="http://10.0.0.9:4000/clip.wav",
                visits=(Visit(address="10.0.0.5", agent="engine/1", sent_bytes=12534, whole=True),),
            ),
            '10.0.0.5 GET "engine/1": 12534 bytes, all of it',
            id="who fetched the clip",
        ),
        pytest.param(
            Beside(
                id="e7",
                check="license",
                ending=Ending.ANSWERED,
                which="license_proxy",
                given="http://h:8089",
                url="http://h:8089/v1/status",
                path="/v1/status",
                response=Response(status=200, body='{"state":"Connected"}'),
            ),
            '\nHTTP/1.1 200\n\n{"state":"Connected"}\n',
            id="the License Proxy",
        ),
    ],
)
def test_what_the_full_profile_saw(seen: Seen, said: str) -> None:
    assert said in only(seen)
