"""Reports made by hand: a rich failing run, the answer of every format to it is golden; and a healthy one."""

from __future__ import annotations

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import (
    Banner,
    Certificate,
    Configured,
    Dial,
    DnsAnswer,
    Ending,
    Exchange,
    Handshake,
    Heard,
    Listing,
    Lookup,
    Model,
    Phase,
    Request,
    Response,
    Seen,
    Stream,
    Surroundings,
    Upgrade,
)
from dgcheck.model.record import replace
from dgcheck.model.report import AddressResult, CheckResult, FilledRemedy, Finding, Report, Status
from tests.report.canonical_sdks import BASE, FORETOLD, HOST, SDK_SETTINGS, TRUST_STORES

AFTER_DNS = (
    *("tcp", "transport", "tls", "status", "engine"),
    *("models", "rest", "ws.upgrade", "ws.stream", "replicas"),
)
GOOD, DEAD = "192.0.2.5", "192.0.2.6"
_LISTEN = "/v1/listen?model=nova-3&encoding=mulaw&sample_rate=8000"
_NGINX = (("Server", "nginx/1.24.0"), ("Date", "Sun, 20 Sep 2026 10:15:02 GMT"))
_DEEPGRAM = (*_NGINX, ("dg-request-id", "5d2c1a3e-0b9f-4f6d-9a53-0d5b0c9d7f11"))


def _request(method: str, target: str, size: int = 0) -> Request:
    return Request(
        method=method,
        target=target,
        headers=(("Host", HOST), ("User-Agent", "dgcheck/1.0.0 run/7f3a9c21")),
        query=tuple((part.partition("=")[0], part.partition("=")[2]) for part in target.partition("?")[2].split("&"))
        if "?" in target
        else (),
        body_bytes=size,
        body_sent=size,
    )


def _exchange(number: str, check: str, method: str, target: str, response: Response | None, **more: object) -> Exchange:
    values: dict[str, object] = {
        "id": number,
        "check": check,
        "ending": Ending.ANSWERED,
        "url": BASE + target,
        "request": _request(method, target),
        "response": response,
        "address": GOOD,
        "port": 443,
        "tls": True,
        "local_time": 1789899302.5,
        "phases": (Phase("request", 0.041, 0.0002), Phase("first_byte", 0.0412, 0.0123)),
    }
    return Exchange(**{**values, **more})  # type: ignore[arg-type]


def evidence() -> tuple[Seen, ...]:
    """What the failing run saw."""
    return (
        Configured(
            id="e1",
            check="config",
            ending=Ending.ANSWERED,
            given=f"wss://{HOST}/v1/listen",
            url=BASE,
            scheme_given="wss",
            path_doubled="/v1/listen",
            key_origin="DEEPGRAM_API_KEY",
        ),
        Surroundings(
            id="e2",
            check="config",
            ending=Ending.ANSWERED,
            hostname="node-3",
            container="kubernetes",
            pod="dgcheck-7x2lp",
            namespace="voice",
            platform="Linux 6.1.0 x86_64",
            python="3.11.9",
            openssl="OpenSSL 3.0.14",
            nameservers=("10.96.0.10",),
            search=("voice.svc.cluster.local", "svc.cluster.local", "cluster.local"),
            ndots=5,
            families=("ipv4",),
            trust_store="/etc/ssl/certs",
        ),
        Lookup(
            id="e3",
            check="dns",
            ending=Ending.ANSWERED,
            name=HOST,
            addresses=(GOOD, DEAD),
            phases=(Phase("resolve", 0.0011, 0.0034),),
        ),
        DnsAnswer(
            id="e4",
            check="dns",
            purpose="record_kinds",
            ending=Ending.ANSWERED,
            name=HOST,
            server="10.96.0.10",
            rtype="A",
            rcode="NOERROR",
            addresses=(GOOD, DEAD),
        ),
        Dial(
            id="e5",
            check="tcp",
            ending=Ending.ANSWERED,
            address=GOOD,
            port=443,
            rtt_ms=11.9,
            phases=(Phase("connect", 0.0047, 0.0121),),
        ),
        Dial(
            id="e6",
            check="tcp",
            ending=Ending.REFUSED,
            address=DEAD,
            port=443,
            errno="ECONNREFUSED",
            phases=(Phase("connect", 0.0047, 0.0118),),
        ),
        Handshake(
            id="e7",
            check="tls",
            ending=Ending.ANSWERED,
            address=GOOD,
            port=443,
            server_name=HOST,
            version="TLSv1.3",
            cipher="TLS_AES_256_GCM_SHA384",
            alpn_offered=("http/1.1",),
            alpn="http/1.1",
            verify_code=0,
            bytes_in=3120,
            chain=(
                Certificate(
                    subject=f"CN={HOST}",
                    issuer="CN=R11,O=Let's Encrypt,C=US",
                    serial="04a1b2c3",
                    not_before=1783123200.0,
                    not_after=1790899200.0,
                    names=(HOST,),
                    key_kind="EC",
                    key_bits=256,
                    signature="sha256WithRSAEncryption",
                    is_ca=False,
                    self_issued=False,
                    self_signed=False,
                    sha256="ab" * 32,
                ),
            ),
            phases=(Phase("handshake", 0.0169, 0.0242),),
        ),
        _exchange(
            "e8",
            "status",
            "GET",
            "/v1/status",
            Response(status=200, reason="OK", headers=_DEEPGRAM, body='{"system_health":"Healthy"}', body_bytes=27),
            server_time=1789899302.0,
        ),
        _exchange("e9", "engine", "GET", "/v1/status/engine", None, ending=Ending.TIMED_OUT, reached="first_byte"),
        _exchange(
            "e10",
            "models",
            "GET",
            "/v1/models",
            Response(status=200, reason="OK", headers=_DEEPGRAM, body='{"stt":[{"name":"general","…', body_bytes=1830),
            listing=Listing(
                shape="grouped",
                models=(
                    Model(
                        name="general",
                        canonical_name="nova-3-general",
                        architecture="nova-3",
                        languages=("en", "en-US"),
                        version="2025-04-17.21547",
                        uuid="67875a7f-c9c4-48a0-aa55-5bdb8a91c34a",
                        batch=True,
                        streaming=True,
                        formatted=True,
                    ),
                    Model(name="asteria", canonical_name="aura-2-asteria-en", architecture="aura-2", kind="tts"),
                ),
            ),
        ),
        _exchange(
            "e11",
            "rest",
            "POST",
            _LISTEN,
            Response(
                status=413,
                reason="Request Entity Too Large",
                headers=(*_NGINX, ("Content-Type", "text/html")),
                body="<html>\r\n<head><title>413 Request Entity Too Large</title></head>",
                body_bytes=183,
            ),
        ),
        Upgrade(
            id="e12",
            check="ws.upgrade",
            ending=Ending.ANSWERED,
            url=f"wss://{HOST}{_LISTEN}",
            request=_request("GET", _LISTEN),
            response=Response(status=404, reason="Not Found", headers=_DEEPGRAM, body="", body_bytes=0),
            address=GOOD,
            port=443,
            tls=True,
            phases=(
                Phase("connect", 0.06, 0.0119),
                Phase("handshake", 0.0719, 0.0238),
                Phase("upgrade", 0.0957, 0.0126),
            ),
        ),
        Upgrade(
            id="e13",
            check="ws.upgrade",
            ending=Ending.ANSWERED,
            url=f"wss://{HOST}{_LISTEN}",
            request=_request("GET", _LISTEN),
            response=Response(status=404, reason="Not Found", headers=_DEEPGRAM, body="", body_bytes=0),
            offered=("token", "<redacted>"),
            address=GOOD,
            port=443,
            tls=True,
            phases=(Phase("upgrade", 0.0961, 0.0131),),
        ),
        _exchange(
            "e14",
            "ws.upgrade",
            "GET",
            _LISTEN,
            Response(status=404, reason="Not Found", headers=_DEEPGRAM, body="", body_bytes=0),
            purpose="without_upgrade",
        ),
        Banner(id="e15", check="transport", ending=Ending.TIMED_OUT, address=GOOD, port=443, got="", bytes_in=0),
        FORETOLD,
    )


FORWARD = FilledRemedy(
    "nginx passes these two headers on only when it is told to. Put this into the location that proxies to the API:",
    "proxy_http_version 1.1;\n"
    "proxy_set_header Upgrade $http_upgrade;\n"
    'proxy_set_header Connection "upgrade";\n'
    "proxy_read_timeout 3600s;",
    "nginx",
)
_DIRECT = FilledRemedy(
    "See whether the way past the proxy works, from a machine that reaches the API container itself",
    "dgcheck run http://API_HOST:8080",
)
_BODY = FilledRemedy("Allow larger bodies in the server or location block", "client_max_body_size 100m;", "nginx")


def findings() -> tuple[Finding, ...]:
    """What the failing run means."""
    return (
        Finding(
            code="DG4001",
            cause="ws_upgrade_not_forwarded",
            title="A proxy does not pass the WebSocket upgrade on",
            severity=Severity.ERROR,
            confidence=Confidence.CERTAIN,
            root=True,
            says=(
                f"The upgrade of {_LISTEN.partition('&')[0]} got 404 Not Found, the very answer that a plain GET of "
                "the same path gets, while other requests reach the API: the words Upgrade and Connection were lost "
                "on the way."
            ),
            why=(
                "Live transcription begins as an HTTP request with the headers Upgrade and Connection. They are meant "
                "for the next hop alone, so a proxy drops them unless it is told to pass them on.\n\n"
                "The API then sees an ordinary GET, for which it has no page."
            ),
            remedies=(
                FORWARD,
                FilledRemedy("Then make nginx read its configuration again", "nginx -t && nginx -s reload", "nginx"),
                _DIRECT,
                FilledRemedy("Behind an Application Load Balancer, nothing is to be set: look at the proxy after it"),
            ),
            evidence=("e12", "e14", "e8"),
            checks=("ws.upgrade",),
            facts={"server": "nginx/1.24.0"},
        ),
        Finding(
            code="DG3007",
            cause="http_body_too_large",
            title="The proxy takes no body of this size",
            severity=Severity.ERROR,
            confidence=Confidence.LIKELY,
            root=True,
            says="A POST of 12.8 KB was answered 413 Request Entity Too Large by nginx/1.24.0, not by the API.",
            why="nginx refuses bodies over client_max_body_size, 1 MB unless it was changed; here it is far less.",
            remedies=(_BODY,),
            evidence=("e11",),
            checks=("rest",),
            detail="the limit lies below 12.8 KB",
        ),
        Finding(
            code="DG4004",
            cause="ws_subprotocol",
            title="The subprotocol is refused",
            severity=Severity.ERROR,
            confidence=Confidence.CERTAIN,
            root=False,
            says="With the subprotocol `token`, as browsers send it, the upgrade got the same 404 Not Found.",
            why="Browsers cannot send an Authorization header on a WebSocket.",
            remedies=(),
            evidence=("e13",),
            checks=("ws.upgrade",),
            caused_by="DG4001",
        ),
        Finding(
            code="DG2005",
            cause="partial_addresses_dead",
            title="Some of the name's addresses are dead",
            severity=Severity.WARNING,
            confidence=Confidence.CERTAIN,
            root=True,
            says=f"{HOST} has 2 addresses; {GOOD} accepts connections on port 443, {DEAD} refuses them (ECONNREFUSED).",
            why="A client takes one of them; when it takes the dead one, its request fails or waits for the other.",
            remedies=(
                FilledRemedy(
                    f"Start what should listen on {DEAD}, or take the address out of DNS", f"dig +short {HOST}"
                ),
            ),
            evidence=("e3", "e6"),
            checks=("tcp", "replicas"),
        ),
        Finding(
            code="DG0004",
            cause="url_path_doubled",
            title="The URL ends in a path that clients add themselves",
            severity=Severity.WARNING,
            confidence=Confidence.CERTAIN,
            root=True,
            says="The target ends in /v1/listen, which SDKs append: they would ask for /v1/listen/v1/listen.",
            why="SDKs take the address of the deployment, not of one request.",
            remedies=(FilledRemedy("Give SDKs the address alone", BASE),),
            evidence=("e1",),
            checks=("config",),
        ),
        Finding(
            code="DG5015",
            cause="models_endpoint_missing",
            title="The listing is of a shape of its own",
            severity=Severity.INFO,
            confidence=Confidence.POSSIBLE,
            root=True,
            says="/v1/models lists a voice without a language; it was read all the same.",
            why="",
            remedies=(FilledRemedy("See what it says", f"curl -s {BASE}/v1/models"),),
            evidence=("e10",),
            checks=("models",),
        ),
    )


def checks() -> tuple[CheckResult, ...]:
    """The checks of the failing run."""

    def check(name: str, title: str, status: Status, summary: str, *ids: str, **more: object) -> CheckResult:
        passed = 1 if status in (Status.PASS, Status.WARN) else 0
        values: dict[str, object] = {"tries": 0 if status is Status.SKIP else 1, "passed": passed, "evidence": ids}
        return CheckResult(name, title, status, summary, **{**values, **more})  # type: ignore[arg-type]

    connect = (Phase("connect", 0.0047, 0.0121),)
    dead = (Phase("connect", 0.0047, 0.0118),)
    asked = (Phase("request", 0.041, 0.0002), Phase("first_byte", 0.0412, 0.0123), Phase("transfer", 0.0535, 0.0001))
    return (
        check("config", "the settings make sense", Status.WARN, f"asked as {BASE}, without /v1/listen", "e1", "e2"),
        check(
            "dns",
            "the name resolves",
            Status.PASS,
            f"2 addresses: {GOOD}, {DEAD}",
            "e3",
            "e4",
            phases=(Phase("resolve", 0.0011, 0.0034),),
        ),
        check(
            "tcp",
            "every address accepts connections",
            Status.WARN,
            "1 of 2 addresses accepts connections on port 443",
            "e5",
            "e6",
            addresses=(
                AddressResult(GOOD, Status.PASS, "accepts, 11.9 ms away", connect, 1, 1, ("e5",)),
                AddressResult(DEAD, Status.FAIL, "refuses (ECONNREFUSED)", dead, 1, 0, ("e6",)),
            ),
        ),
        check("transport", "the port speaks what the URL says", Status.PASS, "TLS, as the URL says", "e7"),
        check(
            "tls",
            "the certificate is good",
            Status.PASS,
            "TLSv1.3, trusted, for dg.example.com, 11 days left",
            "e7",
            phases=(Phase("handshake", 0.0169, 0.0242),),
        ),
        check("status", "the API answers", Status.PASS, "200, Healthy", "e8", phases=(*asked, *asked[1:2])),
        check(
            "engine",
            "the API has an engine",
            Status.UNKNOWN,
            "no answer to /v1/status/engine within 2.0 s",
            "e9",
            phases=(Phase("request", 0.041, 0.0002), Phase("first_byte", 0.0412, 2.0)),
        ),
        check("models", "the models are there", Status.PASS, "1 speech model, 1 voice; nova-3 serves both ways", "e10"),
        check(
            "rest",
            "speech comes back as words",
            Status.FAIL,
            "413 Request Entity Too Large from nginx",
            "e11",
            phases=asked,
        ),
        check(
            "ws.upgrade",
            "the upgrade is accepted",
            Status.FAIL,
            "404 Not Found instead of 101 Switching Protocols",
            "e12",
            "e13",
            "e14",
            phases=(
                Phase("connect", 0.06, 0.0119),
                Phase("handshake", 0.0719, 0.0238),
                Phase("upgrade", 0.0957, 0.0126),
                Phase("upgrade", 0.0961, 0.0131),
            ),
        ),
        check("ws.stream", "speech streams", Status.SKIP, "needs ws.upgrade, which failed", blocked_by="ws.upgrade"),
        check(
            "replicas",
            "all addresses agree",
            Status.FAIL,
            "3 of 10 requests to 192.0.2.5 were answered 502 Bad Gateway",
            "e12",
            tries=10,
            passed=7,
        ),
        check("rest.url", "the deployment fetches remote audio", Status.SKIP, "not asked for (--audio-url URL)"),
    )


def failing() -> Report:
    """The canonical report."""
    return Report(
        dgcheck="1.0.0",
        run_id="7f3a9c21",
        started="2026-09-20T10:15:02.118Z",
        ended="2026-09-20T10:15:04.362Z",
        verdict=Status.FAIL,
        interrupted=False,
        target={"given": f"wss://{HOST}/v1/listen", "url": BASE, "host": HOST, "port": 443, "scheme": "https"},
        seen_from={"host": "node-3", "container": "kubernetes", "pod": "dgcheck-7x2lp", "namespace": "voice"},
        settings={
            "models": {"value": ["nova-3"], "origin": "DGCHECK_MODEL"},
            "timeout": {"value": 30.0, "origin": "default"},
            "insecure": {"value": False, "origin": "default"},
            "resolve": {"value": [[HOST, GOOD]], "origin": "file dgcheck.yaml"},
        },
        environment={
            "judged_on": {"now": 1789899302.118, "model": "nova-3", "chosen": False, "ran": ["config", "dns"]}
        },
        checks=checks(),
        findings=findings(),
        evidence=evidence(),
        tested=(
            "Tested nova-3 with the bundled clip of English speech. Another model may be missing: "
            f"`dgcheck run {BASE} --model NAME`"
        ),
        untested=("idle sockets and real-time pace (`--profile full`)", "fetching remote audio (`--audio-url URL`)"),
        sdk_settings=SDK_SETTINGS,
        trust_stores=TRUST_STORES,
    )


def stream() -> Stream:
    """A stream that went well."""
    return Stream(
        id="e16",
        check="ws.stream",
        ending=Ending.ANSWERED,
        upgrade="e12",
        address=GOOD,
        plan="at_once",
        sent_bytes=12800,
        sent_messages=8,
        audio_seconds=1.6,
        opened_at=0.108,
        audio_sent_at=0.109,
        close_sent_at=0.1092,
        ended_at=0.31,
        heard=(
            Heard(at=0.2, kind="Results", transcript="the weather", is_final=False, text='{"type":"Results"}'),
            Heard(at=0.3, kind="Results", transcript="the weather is fine", is_final=True, from_finalize=False),
            Heard(at=0.305, kind="Metadata", duration=1.6, channels=1, request_id="5d2c1a3e"),
        ),
        heard_bytes=900,
        close_code=1000,
        closed_by="server",
        phases=(Phase("first_interim", 0.109, 0.091), Phase("first_final", 0.109, 0.191), Phase("close", 0.305, 0.005)),
    )


def healthy() -> Report:
    """A run in which everything is as it should be."""
    names = ("config", "dns", *AFTER_DNS)
    said = {
        "config": "http://127.0.0.1:8080",
        "dns": "127.0.0.1 is an address",
        "tcp": "accepts connections on port 8080, 0.1 ms away",
        "transport": "plain HTTP, as the URL says",
        "status": "200, Ready",
        "engine": "Connected",
        "models": "3 speech models; nova-3 serves both ways",
        "rest": "all 4 words came back",
        "ws.upgrade": "101 Switching Protocols, also with the subprotocol `token`",
        "ws.stream": "all 4 words, the first after 91 ms, clean end",
        "replicas": "6 of 6 requests agree",
    }
    checks = tuple(
        CheckResult(
            name,
            f"{name} is good",
            Status.SKIP if name == "tls" else Status.PASS,
            said.get(name, "the URL asks for plain HTTP"),
            phases=()
            if name in ("config", "dns", "transport", "tls")
            else (Phase("connect", 0.01, 0.0004 + index / 100),),
            tries=0 if name == "tls" else 1,
            passed=0 if name == "tls" else 1,
        )
        for index, name in enumerate(names)
    )
    base = "http://127.0.0.1:8080"
    return replace(
        failing(),
        verdict=Status.PASS,
        ended="2026-09-20T10:15:02.531Z",
        target={"given": base, "url": base, "host": "127.0.0.1", "port": 8080, "scheme": "http"},
        seen_from={"host": "laptop", "container": ""},
        settings={"timeout": {"value": 30.0, "origin": "default"}},
        checks=checks,
        findings=(),
        evidence=(stream(),),
        tested=(
            "Tested nova-3 with the bundled clip of English speech. Another model may be missing: "
            f"`dgcheck run {base} --model NAME`"
        ),
        sdk_settings=(),
        trust_stores=(),
    )


def answerless() -> Report:
    """A name that does not exist: one cause, everything after it skipped."""
    checks = [CheckResult("config", "", Status.PASS, "http://deepgram-api:8080", tries=1, passed=1)]
    checks.append(CheckResult("dns", "", Status.FAIL, "deepgram-api does not exist", tries=1, evidence=("e1",)))
    checks += [CheckResult(name, "", Status.SKIP, "needs dns, which failed", blocked_by="dns") for name in AFTER_DNS]
    lookup = Lookup(id="e1", check="dns", ending=Ending.FAILED, name="deepgram-api", error="EAI_NONAME")
    finding = Finding(
        code="DG1001",
        cause="dns_nxdomain",
        title="The name does not exist",
        severity=Severity.ERROR,
        confidence=Confidence.CERTAIN,
        root=True,
        says="The resolver 10.96.0.10 says that deepgram-api does not exist (NXDOMAIN).",
        why="Nothing can be asked of a name without an address.",
        remedies=(
            FilledRemedy("Use the name of the Service with its namespace", "dgcheck run http://deepgram-api.dg:8080"),
        ),
        evidence=("e1",),
        checks=("dns",),
    )
    base = "http://deepgram-api:8080"
    target = {"given": base, "url": base, "host": "deepgram-api", "port": 8080, "scheme": "http"}
    return replace(
        failing(),
        target=target,
        settings={},
        checks=tuple(checks),
        findings=(finding,),
        evidence=(lookup,),
        tested="Nothing was tested beyond dns.",
        untested=(),
        sdk_settings=(),
        trust_stores=(),
    )
