"""Audio that the deployment has to fetch, in networks that do not let it: each reason is told apart."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.namespaces import Namespace, have_namespaces
from tests.programs import Peers, missing, program

API, MEDIA, DEAF = "10.77.0.1", "10.77.0.2", "10.77.0.66"
RESOLVER = (f"nameserver {DEAF}", "options timeout:1 attempts:1")
SITE = f"""
server {{
  listen {MEDIA}:80;
  location /forbidden/ {{ return 403; }}
  location /broken/ {{ return 500; }}
  location /moved/ {{ return 302 http://{MEDIA}/login; }}
  location /login {{ default_type text/html; return 200 "<!doctype html><title>Log in</title><form></form>"; }}
  location /circle/ {{ return 302 http://{MEDIA}/circle/again; }}
}}
"""


@pytest.fixture(scope="module")
def network() -> Iterator[Namespace]:
    """A deployment that fetches what it is told to, a web server, a DNS server that is silent, and no way out."""
    why = have_namespaces()
    if why:
        missing("network namespaces", why)
    with tempfile.TemporaryDirectory(prefix="dgcheck-fetch-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        inside = Namespace(addresses=(API, MEDIA), silent=(DEAF,), resolv=RESOLVER)
        peers = Peers(Path(folder))
        try:
            words = ("simulate", "--host", API, "--port", "8080", "--fault", "remote_fetches")
            peers.start(sys.executable, "-m", "dgcheck", *words, says=API, prefix=inside.prefix)
            if program("nginx") is not None:
                serve_pages(peers, inside)
            yield inside
        finally:
            peers.stop()
            inside.remove()


def serve_pages(peers: Peers, inside: Namespace) -> None:
    """A web server in that network: pages, refusals, redirects."""
    scratch = peers.folder / "site"
    scratch.mkdir()
    paths = "".join(
        f"{kind}_temp_path {scratch}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = peers.write(
        "site.conf",
        f"user root;\ndaemon off;\nworker_processes 1;\npid {scratch}/pid;\nerror_log stderr info;\n"
        f"events {{ worker_connections 64; }}\nhttp {{\naccess_log off;\n{paths}{SITE}}}\n",
    )
    arguments = ("-p", scratch, "-e", "stderr", "-c", config)
    peers.start("nginx", *arguments, says="start worker process ", prefix=inside.prefix)


def asked(network: Namespace, *flags: str) -> dict[str, Any]:
    """The JSON report of a run inside that asks for remote audio alone, with the speech it compares with."""
    only = ("--only", "rest", "--only", "rest.url", "--config", "none")
    done = network.dgcheck("run", f"http://{API}:8080", *only, "-o", "json", *flags)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def told(report: dict[str, Any]) -> dict[str, Any]:
    """The one root, which has to be the fetch that failed."""
    roots = [one for one in report["findings"] if one["root"]]
    assert [one["cause"] for one in roots] == ["remote_url_blocked"], report["findings"]
    found: dict[str, Any] = roots[0]
    return found


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param("http://198.51.100.7/a.wav", "failed, timed out or broke off", id="no route out"),
        pytest.param(f"http://{DEAF}/a.wav", "failed, timed out or broke off", id="no answer to the connection"),
        pytest.param(f"http://{MEDIA}:9/a.wav", "failed, timed out or broke off", id="nothing listens there"),
        pytest.param("http://media.example.test/a.wav", "cannot resolve the host's name", id="no resolver"),
    ],
)
def test_network_that_does_not_let_it_fetch(network: Namespace, url: str, said: str) -> None:
    one = told(asked(network, "--audio-url", url))
    assert said in one["says"]
    assert one["confidence"] == "certain"


@pytest.mark.peer("nginx")
@pytest.mark.parametrize(
    ("path", "said", "sure"),
    [
        pytest.param("/forbidden/a.wav", "refused the deployment (403 Forbidden)", "certain", id="403"),
        pytest.param("/moved/a.wav", "is no audio: a page, most often", "likely", id="login page"),
        pytest.param("/circle/a.wav", "redirects again and again, as login pages do", "certain", id="redirects"),
        pytest.param("/broken/a.wav", "failed, timed out or broke off", "certain", id="500"),
    ],
)
def test_host_that_does_not_give_it(network: Namespace, path: str, said: str, sure: str) -> None:
    one = told(asked(network, "--audio-url", f"http://{MEDIA}{path}"))
    assert said in one["says"]
    assert one["confidence"] == sure


def test_own_clip_is_reached(network: Namespace) -> None:
    """By this machine's own address towards the deployment: nobody had to tell it."""
    report = asked(network, "--serve-audio", "8090")
    assert report["verdict"] == "pass", report["findings"]
    served = next(one for one in report["evidence"] if one["kind"] == "served")
    assert served["url"].startswith(f"http://{API}:8090/")
    assert [(visit["address"], visit["whole"]) for visit in served["visits"]] == [(API, True)]


def test_own_clip_is_not_reached(network: Namespace) -> None:
    report = asked(network, "--serve-audio", f"{DEAF}:8090")
    one = told(report)
    assert "Nobody came for it." in one["says"]
    assert f"Nobody reached {DEAF}" in one["remedies"][0]["do"]


def test_own_clip_tells_a_blocked_way_from_a_deployment_that_fetches_nothing(network: Namespace) -> None:
    one = told(asked(network, "--audio-url", "http://198.51.100.7/a.wav", "--serve-audio", "8090"))
    assert f"It did fetch dgcheck's own clip, from {API}" in one["says"]
