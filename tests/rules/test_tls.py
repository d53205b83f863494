"""DG2012 to DG2025 and DG2027: what fires each cause, and what looks like it and must be called something else."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.case import Case
from dgcheck.model.evidence import Banner, Certificate, Ending, Handshake, Phase, Seen
from dgcheck.model.record import replace
from tests.rules.built import HEALTHY, around, case, dialled, findings, got, matches, roots, served, shaken, upgraded

URL = "https://dg.test:8080"
NOW = 1_800_000_000.0
DAY = 86400.0
ALL = (
    "tls_self_signed tls_unknown_ca tls_missing_intermediate tls_expired tls_not_yet_valid tls_hostname_mismatch "
    "tls_version tls_client_cert_required tls_sni_required tls_handshake_stalled tls_weak_key tls_failed "
    "alpn_http2_only tls_expires_soon ingress_default_certificate"
).split()


def certificate(**fields: Any) -> Certificate:
    """A good certificate for dg.test, issued by an intermediate."""
    base: dict[str, Any] = {
        "subject": "CN=dg.test",
        "issuer": "CN=Example Issuing CA",
        "serial": "1",
        "not_before": NOW - 30 * DAY,
        "not_after": NOW + 200 * DAY,
        "names": ("dg.test",),
        "key_kind": "EC",
        "key_bits": 256,
        "signature": "ecdsa-with-SHA256",
        "is_ca": False,
        "self_issued": False,
        "self_signed": False,
    }
    return Certificate(**{**base, **fields})


LEAF = certificate()
MIDDLE = certificate(subject="CN=Example Issuing CA", issuer="CN=Example Root CA", is_ca=True, names=())
ROOT = certificate(
    subject="CN=Example Root CA", issuer="CN=Example Root CA", is_ca=True, names=(), self_issued=True, self_signed=True
)
OWN = certificate(issuer="CN=dg.test", self_issued=True, self_signed=True)


def refused(code: int, *chain: Certificate, trust: str = "default", message: str = "", **settings: Any) -> Case:
    """A handshake that OpenSSL refused with this verdict, and the one that fetched the chain."""
    first = shaken(
        "",
        ending=Ending.FAILED,
        verify_code=code,
        verify_message=message,
        reason="CERTIFICATE_VERIFY_FAILED",
        trust=trust,
    )
    second = [shaken(trust="none", purpose="unverified", chain=chain)] if chain else []
    return timed(case(URL, dialled("10.0.0.7"), first, *second, **settings))


def accepted(*chain: Certificate) -> Case:
    """A handshake that was verified, and a deployment that works."""
    return timed(case(URL, dialled("10.0.0.7"), shaken(verify_code=0, chain=chain), *served(tls=True)))


def timed(found: Case) -> Case:
    found.now = NOW
    return found


def failed(alert: str = "", reason: str = "", ending: Ending = Ending.FAILED, **fields: Any) -> Handshake:
    """A handshake that ended before a certificate was judged."""
    return shaken("", ending=ending, alert=alert, reason=reason, **{"bytes_in": 7, **fields})


def told(*seen: Seen, url: str = URL, **settings: Any) -> Case:
    return timed(case(url, dialled("10.0.0.7"), *seen, **settings))


# --- the certificate ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "causes", "said"),
    [
        pytest.param(refused(18, OWN), ["tls_self_signed"], "was signed by itself", id="self-signed"),
        pytest.param(refused(18), ["tls_self_signed"], "was signed by itself", id="self-signed, chain unknown"),
        pytest.param(refused(19, LEAF, MIDDLE, ROOT), ["tls_unknown_ca"], "“Example Root CA”", id="private root sent"),
        pytest.param(refused(20, LEAF, MIDDLE), ["tls_unknown_ca"], "“Example Root CA”", id="private root not sent"),
        pytest.param(refused(20, LEAF, ROOT, MIDDLE), ["tls_unknown_ca"], "“Example Root CA”", id="chain in disorder"),
        pytest.param(
            refused(20, certificate(issuer="CN=Example Root CA")),
            ["tls_unknown_ca"],
            "“Example Root CA”",
            id="issued by a root that is not sent",
        ),
        pytest.param(
            refused(20, certificate(issuer="CN=Example Root CA", aia="ldap:///CN=x")),
            ["tls_unknown_ca"],
            "“Example Root CA”",
            id="issued by a root, with AIA",
        ),
        pytest.param(
            refused(20, replace(LEAF, aia="http://ca.test/i.crt")),
            ["tls_missing_intermediate"],
            "http://ca.test/i.crt",
            id="intermediate not sent, AIA",
        ),
        pytest.param(
            refused(21, certificate(issuer="CN=R11,O=Let's Encrypt,C=US")),
            ["tls_missing_intermediate"],
            "“R11”",
            id="intermediate of a public CA not sent",
        ),
        pytest.param(
            refused(10, replace(LEAF, not_after=NOW - 3 * DAY), MIDDLE), ["tls_expired"], "3 days ago", id="expired"
        ),
        pytest.param(
            refused(20, replace(LEAF, not_after=NOW - 3 * DAY), MIDDLE),
            ["tls_expired"],
            "3 days ago",
            id="expired, and its CA unknown",
        ),
        pytest.param(
            refused(18, replace(OWN, not_after=NOW - 3 * DAY)), ["tls_expired"], "3 days ago", id="expired, self-signed"
        ),
        pytest.param(
            refused(10, LEAF, replace(MIDDLE, not_after=NOW - DAY)),
            ["tls_expired"],
            "its issuer “Example Issuing CA” expired",
            id="intermediate expired",
        ),
        pytest.param(
            refused(10, message="certificate has expired"), ["tls_expired"], "has expired", id="by word alone"
        ),
        pytest.param(
            refused(20, LEAF, MIDDLE, replace(ROOT, not_after=NOW - DAY)),
            ["tls_unknown_ca"],
            "“Example Root CA”",
            id="an expired root sent along does not matter",
        ),
        pytest.param(
            refused(9, replace(LEAF, not_before=NOW + 2 * DAY), MIDDLE),
            ["tls_not_yet_valid"],
            "in 2 days",
            id="not yet valid",
        ),
        pytest.param(
            refused(62, replace(LEAF, names=("a.test", "dg.example.test")), MIDDLE),
            ["tls_hostname_mismatch"],
            "is for a.test, dg.example.test, not for dg.test",
            id="other names",
        ),
        pytest.param(
            refused(18, replace(OWN, names=("other.test",))),
            ["tls_hostname_mismatch"],
            "not for dg.test",
            id="other names, self-signed",
        ),
        pytest.param(
            refused(10, replace(LEAF, names=("other.test",), not_after=NOW - DAY)),
            ["tls_expired", "tls_hostname_mismatch"],
            "ago",
            id="other names and expired: two faults",
        ),
        pytest.param(
            refused(18, replace(OWN, subject="CN=Kubernetes Ingress Controller Fake Certificate,O=Acme Co")),
            ["ingress_default_certificate"],
            "ingress-nginx",
            id="dummy of ingress-nginx",
        ),
        pytest.param(
            refused(
                10, replace(OWN, subject="CN=TRAEFIK DEFAULT CERT", not_after=NOW - DAY, names=("x.traefik.default",))
            ),
            ["ingress_default_certificate"],
            "Traefik",
            id="dummy of Traefik beats dates and names",
        ),
        pytest.param(
            refused(20, replace(LEAF, issuer="CN=cert-manager.local")),
            ["ingress_default_certificate"],
            "cert-manager",
            id="temporary one of cert-manager",
        ),
    ],
)
def test_a_certificate_that_is_refused(found: Case, causes: list[str], said: str) -> None:
    assert roots(found) == causes
    assert said in findings(found)[causes[0]].says


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(accepted(LEAF), id="verified"),
        pytest.param(accepted(OWN), id="self-signed and passed as trusted"),
        pytest.param(accepted(replace(LEAF, names=("*.test",))), id="a wildcard"),
        pytest.param(accepted(replace(LEAF, not_after=NOW + 31 * DAY)), id="31 days left"),
    ],
)
def test_an_accepted_certificate_is_no_fault(found: Case) -> None:
    assert [one for one in findings(found) if one in ALL] == []


def test_the_dummy_is_never_to_be_trusted() -> None:
    found = refused(18, replace(OWN, subject="CN=Kubernetes Ingress Controller Fake Certificate"))
    remedies = " ".join(one.do + one.command for one in findings(found)["ingress_default_certificate"].remedies)
    assert "--ca-file" not in remedies
    assert "SSL_CERT_FILE" not in remedies


def test_trust_alone_would_not_do() -> None:
    found = refused(18, replace(OWN, names=("other.test",)))
    assert findings(found)["tls_self_signed"].caused_by == "DG2017"
    assert "To trust it would not be enough: it is not for dg.test." in findings(found)["tls_self_signed"].says


def test_a_private_issuer_with_aia_leaves_the_other_reading_open() -> None:
    leaf = certificate(issuer="CN=Example Devices", aia="http://ca.test/i.crt")
    found = findings(refused(20, leaf))
    assert (found["tls_missing_intermediate"].confidence, found["tls_unknown_ca"].confidence) == ("likely", "possible")
    assert found["tls_unknown_ca"].caused_by == "DG2014"


def test_a_chain_that_never_came_is_not_judged_for_sure() -> None:
    """A server that wants a client certificate ends the handshake that would have fetched what it sends."""
    found = findings(refused(20, trust="ca_file"))
    assert found["tls_unknown_ca"].confidence == "likely"
    assert "leaves its intermediate out" in found["tls_unknown_ca"].says
    assert findings(refused(19, trust="ca_file"))["tls_unknown_ca"].confidence == "certain"  # its root came along


def test_the_wrong_ca_file_is_named_with_what_it_holds() -> None:
    first = shaken("", ending=Ending.FAILED, verify_code=20, trust="ca_file", anchors=("CN=Old Root",))
    found = told(first, shaken(trust="none", purpose="unverified", chain=(LEAF, MIDDLE)), ca_file="/etc/ca.pem")
    finding = findings(found)["tls_unknown_ca"]
    assert "the file given with --ca-file (which holds “Old Root”) does not hold" in finding.says
    assert "/etc/ca.pem" in finding.remedies[0].command


def test_a_certificate_that_only_another_address_shows() -> None:
    found = accepted(LEAF)
    for number, seen in enumerate(
        (
            failed(verify_code=10, address="10.0.0.8", check="replicas"),
            shaken(purpose="unverified", trust="none", address="10.0.0.8", chain=(replace(LEAF, not_after=NOW - DAY),)),
        )
    ):
        found.add(replace(seen, id=f"e9{number}"))
    assert roots(found) == ["tls_expired"]
    finding = findings(found)["tls_expired"]
    assert finding.checks == ("replicas",)
    assert "(10.0.0.8:8080)" in finding.says
    assert "Other addresses of dg.test show another one, which is accepted." in finding.says


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (shaken(trust="certifi", purpose="other_store", verify_code=0), "some clients on this machine work"),
        (shaken("", ending=Ending.FAILED, trust="certifi", purpose="other_store", verify_code=20), "either"),
    ],
    ids=["certifi knows it", "certifi does not"],
)
def test_the_other_store_is_heard(other: Handshake, said: str) -> None:
    found = refused(20, LEAF, MIDDLE)
    found.add(replace(other, id="e9"))
    assert said in findings(found)["tls_unknown_ca"].says


def test_a_ca_that_only_this_machine_has_is_good_to_know() -> None:
    found = accepted(LEAF)
    found.add(shaken("", id="e9", ending=Ending.FAILED, trust="certifi", purpose="other_store", verify_code=20))
    assert findings(found)["tls_unknown_ca"].severity == "info"


def test_the_name_that_fits_is_offered() -> None:
    finding = findings(refused(62, replace(LEAF, names=("dg.example.test", "*.other.test")), MIDDLE))[
        "tls_hostname_mismatch"
    ]
    assert finding.remedies[0].command == "dgcheck run https://dg.example.test:8080"


@pytest.mark.parametrize(
    ("chain", "cause"),
    [
        ((replace(LEAF, not_after=NOW - DAY), MIDDLE), "tls_expired"),
        ((replace(LEAF, names=("other.test",)), MIDDLE), "tls_hostname_mismatch"),
        ((OWN,), "tls_self_signed"),
    ],
    ids=["expired", "other names", "self-signed"],
)
def test_insecure_makes_it_a_warning_and_says_so(chain: tuple[Certificate, ...], cause: str) -> None:
    found = told(shaken(trust="none", chain=chain), *served(tls=True), insecure=True)
    finding = findings(found)[cause]
    assert finding.severity == "warning"
    assert "Because of --insecure nothing about it was verified" in finding.says


def clocked(offset: float, **fields: Any) -> Seen:
    """An answer whose server's clock is `offset` seconds ahead of ours."""
    return got(
        "GET /v1/status",
        200,
        HEALTHY,
        purpose="unverified",
        tls=True,
        server_time=NOW + offset,
        local_time=NOW,
        **fields,
    )


@pytest.mark.parametrize(
    ("chain", "offset", "cause", "said"),
    [
        (replace(LEAF, not_before=NOW + DAY), 2 * DAY, "tls_not_yet_valid", "2 days behind the server's"),
        (replace(LEAF, not_after=NOW - DAY), -2 * DAY, "tls_expired", "2 days ahead of the server's"),
    ],
    ids=["clock behind", "clock ahead"],
)
def test_a_wrong_clock_here_is_named(chain: Certificate, offset: float, cause: str, said: str) -> None:
    found = refused(9 if offset > 0 else 10, chain, MIDDLE)
    found.add(replace(clocked(offset), id="e9"))
    finding = findings(found)[cause]
    assert said in finding.says
    assert finding.detail == "clock"
    assert finding.remedies[0].do.startswith("This machine's clock is 2 days")


def test_equal_clocks_blame_the_certificate() -> None:
    found = refused(10, replace(LEAF, not_after=NOW - DAY), MIDDLE)
    found.add(replace(clocked(5.0), id="e9"))
    assert findings(found)["tls_expired"].detail == ""


@pytest.mark.parametrize(
    ("chain", "said"),
    [
        ((replace(LEAF, not_after=NOW + 10 * DAY),), "in 10 days"),
        ((replace(LEAF, not_before=NOW - DAY, not_after=NOW + DAY),), "It lives only 2 days in all"),
        ((LEAF, replace(MIDDLE, not_after=NOW + 5 * DAY)), "is issued by “Example Issuing CA”, which expires"),
    ],
    ids=["leaf", "short-lived", "issuer"],
)
def test_the_end_is_near(chain: tuple[Certificate, ...], said: str) -> None:
    found = accepted(*chain)
    assert roots(found) == ["tls_expires_soon"]
    assert findings(found)["tls_expires_soon"].severity == "warning"
    assert said in findings(found)["tls_expires_soon"].says


# --- the handshake ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "cause", "said"),
    [
        pytest.param(
            [failed("protocol_version"), shaken("TLSv1.1", purpose="older_versions", trust="none")],
            "tls_version",
            "It offers TLSv1.1",
            id="alert protocol_version, 1.1 accepted",
        ),
        pytest.param([failed(reason="UNSUPPORTED_PROTOCOL")], "tls_version", "did not show", id="OpenSSL's own word"),
        pytest.param(
            [failed(ending=Ending.CLOSED, bytes_in=0), shaken("TLSv1", purpose="older_versions", trust="none")],
            "tls_version",
            "It offers TLSv1.",
            id="closed, 1.0 accepted",
        ),
        pytest.param(
            [failed("certificate_required")], "tls_client_cert_required", "certificate_required", id="TLS 1.3's alert"
        ),
        pytest.param([failed("bad_certificate")], "tls_client_cert_required", "bad_certificate", id="Go's alert"),
        pytest.param(
            [failed("handshake_failure", asked_for_certificate=True)],
            "tls_client_cert_required",
            "it asked for one and then ended the handshake (alert handshake_failure)",
            id="asked, then handshake_failure",
        ),
        pytest.param(
            [
                shaken(verify_code=0),
                got("GET /v1/status", None, ending=Ending.CLOSED, tls=True),
                failed(ending=Ending.CLOSED, purpose="tls12", asked_for_certificate=True),
            ],
            "tls_client_cert_required",
            "it asked for one and then closed the connection",
            id="cut off after TLS 1.3, asked in TLS 1.2",
        ),
        pytest.param(
            [
                shaken(verify_code=0),
                got(
                    "GET /v1/status",
                    None,
                    ending=Ending.FAILED,
                    problem="TLS alert certificate_required",
                    tls=True,
                ),
            ],
            "tls_client_cert_required",
            "TLS alert certificate_required after the handshake",
            id="alert after the handshake",
        ),
        pytest.param(
            [
                shaken(verify_code=0),
                got("GET /v1/status", 400, "<center>No required SSL certificate was sent</center>", tls=True),
                upgraded(status=400, body="<center>No required SSL certificate was sent</center>", tls=True),
            ],
            "tls_client_cert_required",
            "400 Bad Request and said so",
            id="nginx's page",
        ),
        pytest.param(
            [failed("unrecognized_name", server_name="dg.test")],
            "tls_sni_required",
            "with the name dg.test (alert unrecognized_name)",
            id="unrecognized_name",
        ),
        pytest.param(
            [
                failed("internal_error", server_name="dg.test"),
                shaken(purpose="server_name", trust="none", server_name="localhost"),
            ],
            "tls_sni_required",
            "With the name localhost it does answer",
            id="another name is taken",
        ),
        pytest.param(
            [failed(ending=Ending.TIMED_OUT, bytes_in=0, phases=(Phase("handshake", 0.0, 8.0),))],
            "tls_handshake_stalled",
            "within 8.0 s: not one byte",
            id="silence",
        ),
        pytest.param(
            [failed(ending=Ending.TIMED_OUT, bytes_in=1400)],
            "tls_handshake_stalled",
            "only 1400 bytes",
            id="half of it",
        ),
        pytest.param(
            [
                failed(verify_code=66, verify_message="EE certificate key too weak"),
                shaken(purpose="unverified", trust="none", chain=(replace(LEAF, key_kind="RSA", key_bits=1024),)),
            ],
            "tls_weak_key",
            "RSA 1024 bits",
            id="short key",
        ),
        pytest.param([failed(reason="DH_KEY_TOO_SMALL")], "tls_weak_key", "Diffie-Hellman", id="small DH"),
        pytest.param(
            [failed("handshake_failure")], "tls_failed", "agree on no cipher", id="handshake_failure out of nothing"
        ),
        pytest.param([failed("internal_error")], "tls_failed", "internal_error", id="internal_error"),
        pytest.param(
            [
                failed(verify_code=7, verify_message="certificate signature failure"),
                shaken(purpose="unverified", trust="none", chain=(LEAF, MIDDLE)),
            ],
            "tls_failed",
            "certificate signature failure",
            id="another verdict on the certificate",
        ),
        pytest.param(
            [failed(ending=Ending.RESET, bytes_in=1200)],
            "tls_failed",
            "reset the connection after 1200 bytes",
            id="reset late",
        ),
        pytest.param(
            [failed("no_application_protocol"), shaken(purpose="http2", trust="none", alpn="h2", alpn_offered=("h2",))],
            "alpn_http2_only",
            "alert no_application_protocol",
            id="http/1.1 refused, h2 taken",
        ),
        pytest.param(
            [
                shaken(verify_code=0),
                got(
                    "GET /v1/status",
                    None,
                    ending=Ending.BROKEN,
                    tls=True,
                    raw="\\x00\\x00\\x12\\x04\\x00\\x00\\x00\\x00\\x00",
                ),
            ],
            "alpn_http2_only",
            "frames of HTTP/2",
            id="frames of HTTP/2",
        ),
        pytest.param(
            [failed("no_application_protocol"), failed("no_application_protocol", purpose="http2")],
            "tls_failed",
            "neither http/1.1 nor h2",
            id="neither",
        ),
    ],
)
def test_a_handshake_that_fails(seen: list[Seen], cause: str, said: str) -> None:
    found = told(*seen)
    assert roots(found) == [cause]
    assert said in findings(found)[cause].says


def test_a_client_certificate_that_was_given_is_called_refused() -> None:
    found = told(failed("unknown_ca", client_certificate=True), cert="/etc/client.pem")
    finding = findings(found)["tls_client_cert_required"]
    assert "the one given with --cert was not accepted" in finding.says
    assert any("/etc/client.pem" in one.command for one in finding.remedies)
    assert not any(one.command.endswith("--cert client.pem --key client.key") for one in finding.remedies)


@pytest.mark.parametrize(
    ("seen", "cause"),
    [
        pytest.param(
            [
                failed("handshake_failure", purpose="older_versions", asked_for_certificate=True),
                failed("protocol_version"),
            ],
            "tls_client_cert_required",
            id="what older versions asked for is another question",
        ),
        pytest.param(
            [failed(ending=Ending.CLOSED, bytes_in=0), failed(ending=Ending.CLOSED, purpose="server_name")],
            "tls_sni_required",
            id="no name is taken",
        ),
        pytest.param(
            [failed(ending=Ending.TIMED_OUT, bytes_in=0), got("GET /v1/status", 200, HEALTHY, purpose="plain_here")],
            "tls_handshake_stalled",
            id="a plain server that waits for more",
        ),
        pytest.param(
            [
                shaken(verify_code=0, alpn="http/1.1"),
                *served(tls=True),
                shaken(purpose="http2", alpn="h2", alpn_offered=("h2",), trust="none"),
            ],
            "alpn_http2_only",
            id="h2 beside http/1.1",
        ),
        pytest.param(
            [shaken(verify_code=0), got("GET /v1/status", 400, "bad", tls=True)], "tls_client_cert_required", id="400"
        ),
    ],
)
def test_what_a_handshake_must_not_be_called(seen: list[Seen], cause: str) -> None:
    assert matches(told(*seen), cause) == []


def test_plain_http_has_no_certificate() -> None:
    found = told(*served(), url="http://dg.test:8080")
    assert [one for one in findings(found) if one in ALL] == []


def test_an_address_without_a_name_gets_the_remedy_with_one() -> None:
    found = told(
        failed("unrecognized_name"),
        shaken(purpose="server_name", trust="none", server_name="localhost"),
        around(),
        url="https://10.0.0.7:8080",
    )
    finding = findings(found)["tls_sni_required"]
    assert "no name (an IP address has none)" in finding.says
    assert finding.remedies[0].command == "dgcheck run https://NAME:8080 --resolve NAME=10.0.0.7"


def _prefaced(got_: str) -> Case:
    closed = got("GET /v1/status", None, ending=Ending.CLOSED)
    banner = Banner(
        id="", check="transport", purpose="banner", ending=Ending.ANSWERED, address="10.0.0.7", port=8080, got=got_
    )
    return told(closed, banner, url="http://dg.test:8080")


def test_settings_in_answer_to_the_preface_are_http2_alone() -> None:
    found = findings(_prefaced("\\x00\\x00\\x00\\x04\\x00\\x00\\x00\\x00\\x00"))
    assert found["alpn_http2_only"].root
    assert "hangs up on a request in HTTP/1.1, and answers the preface of HTTP/2" in found["alpn_http2_only"].says
    assert not any("openssl" in one.command for one in found["alpn_http2_only"].remedies)


def test_an_http1_refusal_of_the_preface_is_not_http2() -> None:
    assert matches(_prefaced("HTTP/1.1 400 Bad Request"), "alpn_http2_only") == []


def test_a_port_that_answers_in_http1_what_is_no_request_does_not_speak_http2_alone() -> None:
    found = _prefaced("\\x00\\x00\\x00\\x04\\x00\\x00\\x00\\x00\\x00")
    spoken = next(found.of(Banner, "", None))
    found.add(replace(spoken, id="e9", got="HTTP/1.1 400 Bad request"))
    assert roots(found) == ["tcp_closed_early"]


def test_a_name_that_only_the_common_name_holds_is_a_warning() -> None:
    one = findings(accepted(replace(LEAF, names=(), subject="CN=dg.test"), MIDDLE))["tls_hostname_mismatch"]
    assert (one.severity, one.confidence) == ("warning", "certain")
    assert "Common Name alone" in one.says
    assert not any("right_base" in remedy.command or "server_name dg" in remedy.command for remedy in one.remedies)
    assert matches(accepted(LEAF, MIDDLE), "tls_hostname_mismatch") == []


def test_an_address_that_stands_there_as_a_dns_name_is_no_nearest_name() -> None:
    first = shaken("", ending=Ending.FAILED, verify_code=64)
    chain = (replace(LEAF, names=("10.0.0.7", "dg.test")), MIDDLE)
    found = told(first, shaken(trust="none", purpose="unverified", chain=chain), url="https://10.0.0.7:8080")
    says = findings(found)["tls_hostname_mismatch"].says
    assert "has 10.0.0.7 among its alternative names, but as a DNS name" in says
    other = (replace(LEAF, names=("10.0.0.8",)), MIDDLE)
    found = told(first, shaken(trust="none", purpose="unverified", chain=other), url="https://10.0.0.7:8080")
    assert "is for 10.0.0.8, not for 10.0.0.7" in findings(found)["tls_hostname_mismatch"].says


def test_a_ca_of_the_same_name_is_called_another_one() -> None:
    first = shaken("", ending=Ending.FAILED, verify_code=20, trust="ca_file", anchors=("CN=Example Root CA",))
    found = told(first, shaken(trust="none", purpose="unverified", chain=(LEAF, MIDDLE)), ca_file="/etc/ca.pem")
    says = findings(found)["tls_unknown_ca"].says
    assert "the CA of that name in the file given with --ca-file is another one" in says


def test_an_intermediate_that_is_of_another_name_is_told() -> None:
    found = refused(20, replace(LEAF, aia="http://ca.test/i.crt"), replace(MIDDLE, subject="CN=Other Issuing CA"))
    says = findings(found)["tls_missing_intermediate"].says
    assert "sends its own certificate with “Other Issuing CA”, which did not issue it" in says
