"""TLS faults by programs that are not ours: openssl s_server, nginx, HAProxy, Caddy. Each is named, and it alone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dgcheck.sim.server import running
from tests.authority import Authority, Files
from tests.programs import Peers, free_port
from tests.runs import found, roots, run

pytestmark = [pytest.mark.anyio]
openssl = pytest.mark.peer("openssl")

LOCALHOST = ["localhost=127.0.0.1"]  # and not ::1, where the peers do not listen
SIGN = Callable[[Authority], Files]


@pytest.fixture
def authority(peers: Peers) -> Authority:
    return Authority(peers.folder)


def serve(peers: Peers, files: Files, *options: str | Path) -> str:
    """`openssl s_server -www` with these files; the URL of it."""
    port = free_port()
    arguments: list[str | Path] = ["s_server", "-accept", f"127.0.0.1:{port}", "-cert", files.chain, "-key", files.key]
    peers.start("openssl", *arguments, "-cert_chain", files.chain, "-www", *options, says="ACCEPT")
    return f"https://127.0.0.1:{port}"


@openssl
@pytest.mark.parametrize(
    ("sign", "pass_ca", "cause", "said"),
    [
        pytest.param(lambda ca: ca.self_signed(), False, "tls_self_signed", "was signed by itself", id="self-signed"),
        pytest.param(lambda ca: ca.issue(), False, "tls_unknown_ca", "“Test Root CA”", id="private CA not passed"),
        pytest.param(
            lambda ca: ca.issue(send=("leaf", "middle", "root")),
            False,
            "tls_unknown_ca",
            "“Test Root CA”",
            id="private CA not passed, root sent along",
        ),
        pytest.param(
            lambda ca: ca.issue(from_root=True, send=("leaf",), aia=""),
            False,
            "tls_unknown_ca",
            "“Test Root CA”",
            id="issued by a private root itself",
        ),
        pytest.param(
            lambda ca: ca.issue(send=("leaf",)),
            True,
            "tls_missing_intermediate",
            "“Test Issuing CA”",
            id="intermediate left out, CA passed",
        ),
        pytest.param(
            lambda ca: ca.issue(send=("leaf",)),
            False,
            "tls_missing_intermediate",
            "http://ca.example.test/issuing.crt",
            id="intermediate left out, CA not passed",
        ),
        pytest.param(
            lambda ca: ca.issue(send=("leaf",), aia=""),
            True,
            "tls_missing_intermediate",
            "“Test Issuing CA”",
            id="intermediate left out, no AIA",
        ),
        pytest.param(lambda ca: ca.issue(days=(-90, -3)), True, "tls_expired", "3 days ago", id="expired"),
        pytest.param(
            lambda ca: ca.issue(days=(-90, -3)), False, "tls_expired", "3 days ago", id="expired, CA not passed"
        ),
        pytest.param(
            lambda ca: ca.self_signed(days=(-90, -3)), False, "tls_expired", "3 days ago", id="expired and self-signed"
        ),
        pytest.param(lambda ca: ca.issue(days=(3, 90)), True, "tls_not_yet_valid", "in 3 days", id="not yet valid"),
        pytest.param(
            lambda ca: ca.issue("dg.example.test", "api.example.test"),
            True,
            "tls_hostname_mismatch",
            "dg.example.test, api.example.test, not for 127.0.0.1",
            id="other names",
        ),
        pytest.param(
            lambda ca: ca.issue("dg.example.test"),
            False,
            "tls_hostname_mismatch",
            "not for 127.0.0.1",
            id="other names, CA not passed",
        ),
        pytest.param(
            lambda ca: ca.self_signed("ingress.local", common="Kubernetes Ingress Controller Fake Certificate"),
            False,
            "ingress_default_certificate",
            "ingress-nginx",
            id="dummy of ingress-nginx",
        ),
        pytest.param(
            lambda ca: ca.self_signed("x.traefik.default", common="TRAEFIK DEFAULT CERT"),
            False,
            "ingress_default_certificate",
            "Traefik",
            id="dummy of Traefik",
        ),
        pytest.param(
            lambda ca: ca.self_signed("dg.example.test", common=" ", issuer="cert-manager.local"),
            False,
            "ingress_default_certificate",
            "cert-manager",
            id="temporary one of cert-manager",
        ),
    ],
)
async def test_a_certificate_that_clients_refuse(
    peers: Peers, authority: Authority, sign: SIGN, pass_ca: bool, cause: str, said: str
) -> None:
    files = sign(authority)
    url = serve(peers, files)
    report = await run(url, ca_file=str(files.ca) if pass_ca else None)
    assert roots(report) == [cause]
    assert said in found(report, cause).says


@openssl
async def test_a_short_key_is_named_with_its_size(peers: Peers, authority: Authority) -> None:
    files = authority.issue(key="1024")
    report = await run(serve(peers, files, "-cipher", "DEFAULT@SECLEVEL=0"), ca_file=str(files.ca))
    assert roots(report) == ["tls_weak_key"]
    assert "RSA 1024 bits" in found(report, "tls_weak_key").says


@openssl
async def test_an_expired_intermediate_is_told_from_an_expired_certificate(peers: Peers) -> None:
    files = Authority(peers.folder, middle_days=(-30, -2)).issue()
    report = await run(serve(peers, files), ca_file=str(files.ca))
    assert roots(report) == ["tls_expired"]
    assert "its issuer “Test Issuing CA” expired on" in found(report, "tls_expired").says


@openssl
async def test_the_wrong_ca_file_is_named_with_what_it_holds(
    peers: Peers, authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path, "Other")
    report = await run(serve(peers, authority.issue()), ca_file=str(other.ca))
    assert roots(report) == ["tls_unknown_ca"]
    assert "--ca-file (which holds “Other Root CA”)" in found(report, "tls_unknown_ca").says


@openssl
@pytest.mark.parametrize("given", [True, False], ids=["CA passed", "certificate passed"])
async def test_a_private_ca_that_was_passed_is_no_fault(peers: Peers, authority: Authority, given: bool) -> None:
    files = authority.issue() if given else authority.self_signed()
    report = await run(serve(peers, files), ca_file=str(files.ca))
    assert not [one for one in report.findings if one.code.startswith("DG201") and one.cause.startswith("tls_")]
    assert next(check for check in report.checks if check.id == "tls").status == "pass"


@openssl
@pytest.mark.parametrize(
    ("days", "told"), [((-60, 10), True), ((-60, 45), False)], ids=["ten days left", "45 days left"]
)
async def test_a_certificate_that_ends_soon_is_a_warning(
    peers: Peers, authority: Authority, days: tuple[float, float], told: bool
) -> None:
    files = authority.issue(days=days)
    report = await run(serve(peers, files), ca_file=str(files.ca))
    soon = [one for one in report.findings if one.cause == "tls_expires_soon"]
    assert [str(one.severity) for one in soon] == (["warning"] if told else [])


@openssl
async def test_insecure_makes_an_expired_certificate_a_warning(peers: Peers, authority: Authority) -> None:
    files = authority.issue(days=(-90, -3))
    report = await run(serve(peers, files), insecure=True)
    finding = found(report, "tls_expired")
    assert finding.severity == "warning"
    assert "--insecure" in finding.says


@openssl
async def test_tls_1_1_alone_is_named_with_the_version(peers: Peers, authority: Authority) -> None:
    files = authority.issue()
    url = serve(peers, files, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")
    report = await run(url, ca_file=str(files.ca))
    assert roots(report) == ["tls_version"]
    assert "It offers TLSv1.1" in found(report, "tls_version").says


@openssl
@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
async def test_one_current_version_is_enough(peers: Peers, authority: Authority, version: str) -> None:
    files = authority.issue()
    report = await run(serve(peers, files, version), ca_file=str(files.ca))
    assert "tls_version" not in [one.cause for one in report.findings]


@openssl
@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
async def test_a_client_certificate_is_wanted(peers: Peers, authority: Authority, version: str) -> None:
    files = authority.issue()
    url = serve(peers, files, version, "-Verify", "2", "-verify_return_error", "-CAfile", files.ca)
    report = await run(url, ca_file=str(files.ca))
    assert roots(report) == ["tls_client_cert_required"]
    assert "none was given" in found(report, "tls_client_cert_required").says


@openssl
@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
async def test_the_right_client_certificate_is_no_fault(peers: Peers, authority: Authority, version: str) -> None:
    files = authority.issue()
    client = authority.issue("client.example.test", client=True)
    url = serve(peers, files, version, "-Verify", "2", "-verify_return_error", "-CAfile", files.ca)
    report = await run(url, ca_file=str(files.ca), cert=str(client.chain), key=str(client.key))
    assert "tls_client_cert_required" not in [one.cause for one in report.findings]


@openssl
@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
async def test_a_client_certificate_of_another_ca_is_refused(
    peers: Peers, authority: Authority, tmp_path: Path, version: str
) -> None:
    files = authority.issue()
    client = Authority(tmp_path, "Other").issue("client.example.test", client=True)
    url = serve(peers, files, version, "-Verify", "2", "-verify_return_error", "-CAfile", files.ca)
    report = await run(url, ca_file=str(files.ca), cert=str(client.chain), key=str(client.key))
    assert roots(report) == ["tls_client_cert_required"]
    assert "--cert was not accepted" in found(report, "tls_client_cert_required").says


@openssl
async def test_http2_alone_is_named(peers: Peers, authority: Authority) -> None:
    files = authority.issue()
    report = await run(serve(peers, files, "-alpn", "h2"), ca_file=str(files.ca))
    assert roots(report) == ["alpn_http2_only"]
    assert "no_application_protocol" in found(report, "alpn_http2_only").says


@openssl
async def test_no_protocol_in_common_is_not_called_http2(peers: Peers, authority: Authority) -> None:
    files = authority.issue()
    report = await run(serve(peers, files, "-alpn", "imap"), ca_file=str(files.ca))
    assert roots(report) == ["tls_failed"]
    assert "no_application_protocol" in found(report, "tls_failed").says


@openssl
async def test_no_cipher_in_common_is_another_failure(peers: Peers, authority: Authority) -> None:
    files = authority.issue()
    url = serve(peers, files, "-tls1_2", "-cipher", "AECDH-NULL-SHA:ECDHE-ECDSA-NULL-SHA@SECLEVEL=0")
    report = await run(url, ca_file=str(files.ca))
    assert roots(report) == ["tls_failed"]
    assert "handshake_failure" in found(report, "tls_failed").says


@pytest.fixture
def stalling() -> Iterator[Callable[[bytes], int]]:
    """`stalling(b"...")` listens, reads the greeting, sends these bytes and then nothing; returns the port."""
    sockets: list[socket.socket] = []

    def start(first: bytes) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        sockets.append(server)

        def serve_all() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                sockets.append(client)
                client.sendall(first)

        threading.Thread(target=serve_all, daemon=True).start()
        return int(server.getsockname()[1])

    yield start
    for one in sockets:
        one.close()


@pytest.mark.parametrize(
    ("first", "said"),
    [(b"", "not one byte"), (b"\x16\x03\x03\x04\x00\x02\x00", "only 7 bytes")],
    ids=["silent", "a part of the answer"],
)
async def test_a_handshake_that_never_ends(stalling: Callable[[bytes], int], first: bytes, said: str) -> None:
    report = await run(f"https://127.0.0.1:{stalling(first)}")
    assert roots(report) == ["tls_handshake_stalled"]
    assert said in found(report, "tls_handshake_stalled").says


NGINX_TLS = """server {{
  listen 127.0.0.1:{port} ssl; server_name localhost;
  ssl_certificate {chain}; ssl_certificate_key {key}; {more}
  location / {{ return 404; }}
}}"""


@pytest.mark.peer("nginx")
@pytest.mark.parametrize("more", ["", "ssl_protocols TLSv1.2;"], ids=["TLS 1.3", "TLS 1.2"])
async def test_nginx_wants_a_client_certificate(peers: Peers, authority: Authority, more: str) -> None:
    files, port = authority.issue(), free_port()
    more += f" ssl_verify_client on; ssl_client_certificate {files.ca};"
    peers.nginx(NGINX_TLS.format(port=port, chain=files.chain, key=files.key, more=more), port=port)
    report = await run(f"https://localhost:{port}", ca_file=str(files.ca), resolve=LOCALHOST)
    assert roots(report) == ["tls_client_cert_required"]
    assert "400 Bad Request" in found(report, "tls_client_cert_required").says


@pytest.mark.peer("nginx")
async def test_one_of_two_addresses_shows_an_expired_certificate(peers: Peers, authority: Authority) -> None:
    good, old, port = authority.issue("dg.test"), authority.issue("dg.test", days=(-90, -2)), free_port()
    with running() as sim:
        peers.nginx(
            "".join(
                f"server {{ listen {address}:{port} ssl;"
                f" ssl_certificate {files.chain}; ssl_certificate_key {files.key};"
                f" location / {{ proxy_pass {sim.url}; proxy_http_version 1.1;"
                " proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade; } }\n"
                for address, files in (("127.0.0.1", good), ("127.0.0.2", old))
            ),
            port=port,
            http="map $http_upgrade $connection_upgrade { default upgrade; '' close; }",
        )
        both = ["dg.test=127.0.0.1", "dg.test=127.0.0.2"]
        report = await run(f"https://dg.test:{port}", ca_file=str(good.ca), resolve=both, profile="standard")
    assert roots(report)[0] == "tls_expired"
    assert f"(127.0.0.2:{port})" in found(report, "tls_expired").says


@pytest.mark.peer("nginx")
async def test_nginx_rejects_a_name_that_it_does_not_know(peers: Peers, authority: Authority) -> None:
    files, port = authority.issue(), free_port()
    refusing = f"server {{ listen 127.0.0.1:{port} ssl default_server; ssl_reject_handshake on; }}\n"
    servers = refusing + NGINX_TLS.format(port=port, chain=files.chain, key=files.key, more="")
    peers.nginx(servers, port=port)
    by_address = await run(f"https://127.0.0.1:{port}", ca_file=str(files.ca))
    assert roots(by_address) == ["tls_sni_required"]
    assert "With the name localhost it does answer" in found(by_address, "tls_sni_required").says
    by_name = await run(f"https://localhost:{port}", ca_file=str(files.ca), resolve=LOCALHOST)
    assert "tls_sni_required" not in [one.cause for one in by_name.findings]


@pytest.mark.peer("caddy")
async def test_caddy_has_no_certificate_for_an_address(peers: Peers, authority: Authority) -> None:
    files, port = authority.issue("localhost"), free_port()
    peers.caddy(f"https://localhost:{port} {{\n\ttls {files.chain} {files.key}\n\trespond 404\n}}\n", port=port)
    report = await run(f"https://other.localhost:{port}", ca_file=str(files.ca), resolve=["other.localhost=127.0.0.1"])
    assert roots(report) == ["tls_sni_required"]


@pytest.mark.peer("haproxy")
@pytest.mark.parametrize("version", ["", "force-tlsv12"], ids=["TLS 1.3", "TLS 1.2"])
async def test_haproxy_wants_a_client_certificate(peers: Peers, authority: Authority, version: str) -> None:
    files, port = authority.issue(), free_port()
    both = peers.folder / "site.pem"
    both.write_bytes(files.chain.read_bytes() + files.key.read_bytes())
    bind = f"  bind 127.0.0.1:{port} ssl crt {both} ca-file {files.ca} verify required {version}\n"
    peers.haproxy(f"frontend in\n{bind}  http-request return status 404\n", port=port)
    report = await run(f"https://127.0.0.1:{port}", ca_file=str(files.ca))
    assert roots(report) == ["tls_client_cert_required"]


@pytest.mark.peer("haproxy")
async def test_haproxy_speaks_http2_alone(peers: Peers, authority: Authority) -> None:
    files, port = authority.issue(), free_port()
    both = peers.folder / "site.pem"
    both.write_bytes(files.chain.read_bytes() + files.key.read_bytes())
    peers.haproxy(
        f"frontend in\n  bind 127.0.0.1:{port} ssl crt {both} alpn h2 proto h2\n  http-request return status 404\n",
        port=port,
    )
    report = await run(f"https://127.0.0.1:{port}", ca_file=str(files.ca))
    assert roots(report) == ["alpn_http2_only"]
