"""A key that leaves the machine in clear: a network of our own, because loopback does not count."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pytest

from tests.namespaces import Namespace
from tests.peers.test_dns_peers import HERE, SIMULATOR, program

KEY = "canary0123456789abcdef"


@pytest.mark.parametrize(
    ("variable", "sent"),
    [
        pytest.param("DGCHECK_API_KEY", True, id="given to dgcheck itself"),
        pytest.param("DEEPGRAM_API_KEY", False, id="lying around, and nobody asks for it"),
    ],
)
def test_a_key_over_plain_http(namespace: Callable[..., Namespace], variable: str, sent: bool) -> None:
    inside = namespace(addresses=(HERE,))
    with program(inside, "-c", SIMULATOR, HERE):
        argv = (sys.executable, "-m", "dgcheck", "run", f"http://{HERE}:8080", "--profile", "quick", "-o", "json")
        done = inside.run(*argv, env={variable: KEY})
    report = json.loads(done.stdout)
    assert report["verdict"] == "pass"
    assert [one["cause"] for one in report["findings"]] == (["key_in_clear"] if sent else [])
    assert KEY not in done.stdout + done.stderr
