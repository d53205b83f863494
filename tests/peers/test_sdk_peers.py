"""What an SDK does with its setting before a real proxy: a redirect that it follows is no fault, another one is."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgcheck.sim.server import running
from tests.authority import Authority
from tests.programs import Peers, free_port
from tests.runs import found, roots, run

pytestmark = [pytest.mark.anyio, pytest.mark.peer("nginx")]


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        # As ingress-nginx redirects to TLS: the POST is repeated as it was. Measured with Python 5.3.4 and 7.17.0.
        pytest.param(308, False, id="308"),
        # It comes as a GET, which the deployment answers with 405.
        pytest.param(301, True, id="301"),
    ],
)
async def test_python_by_way_of_a_redirect_to_tls(peers: Peers, tmp_path: Path, status: int, fault: bool) -> None:
    authority = Authority(tmp_path)
    files, secure, plain = authority.issue(), free_port(), free_port()
    with running() as simulator:
        upgrades = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade"
        peers.nginx(
            f"server {{ listen 127.0.0.1:{secure} ssl; ssl_certificate {files.chain}; ssl_certificate_key {files.key};"
            f" location / {{ proxy_pass {simulator.url}; {upgrades}; }} }}"
            f"server {{ listen 127.0.0.1:{plain}; return {status} https://127.0.0.1:{secure}$request_uri; }}",
            port=secure,
        )
        report = await run(
            f"https://127.0.0.1:{secure}",
            profile="standard",
            skip=["replicas"],
            ca_file=str(authority.ca),
            sdk="python@7",
            set=[f"environment.base=http://127.0.0.1:{plain}", f"environment.production=wss://127.0.0.1:{secure}"],
        )
    assert roots(report) == (["sdk_dials_elsewhere"] if fault else [])
    told = found(report, "sdk_dials_elsewhere")
    assert f"dials http://127.0.0.1:{plain}/v1/listen for REST" in told.says
    assert ("follows with the same request" in told.says) is not fault
