"""Names as a real resolver sees them: a network of our own, a DNS server that fails in every way, a run inside."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.namespaces import Namespace
from tests.programs import Peers

HERE = "10.77.0.1"  # the host of this network: DNS server and, where one is needed, the deployment
REFUSING = "10.77.0.2"  # this host too, with nothing on its ports
SILENT = "10.77.0.66"  # swallows every packet
SERVER = Path(__file__).with_name("dns_server.py")
SIMULATOR = """
import sys, time
from dgcheck.sim.server import running
with running(host=sys.argv[1], port=8080):
    print("ready", flush=True)
    time.sleep(600)
"""
POD = ("search app.svc.cluster.local svc.cluster.local cluster.local", "options ndots:5")

Make = Callable[..., Namespace]


@contextmanager
def program(inside: Namespace, *argv: str) -> Iterator[None]:
    """A Python program inside, ready, and ended afterwards by its own process id."""
    command = inside.command(sys.executable, *argv)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready", argv
            yield
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def answering(inside: Namespace, table: dict[str, Any]) -> Iterator[None]:
    """Our DNS server on the host's address."""
    with program(inside, str(SERVER), HERE, json.dumps(table)):
        yield


def diagnosed(inside: Namespace, *argv: str) -> dict[str, Any]:
    """The report of `dgcheck run` inside, without this machine's own proxies and keys."""
    done = inside.dgcheck("run", *argv, "-o", "json", "--profile", "quick", timeout=90)
    assert done.stdout, done.stderr
    return dict(json.loads(done.stdout))


def roots(report: dict[str, Any]) -> list[str]:
    return [one["cause"] for one in report["findings"] if one["root"]]


def first(report: dict[str, Any]) -> dict[str, Any]:
    return dict(report["findings"][0])


def commands(finding: dict[str, Any]) -> str:
    return " ".join(one["command"] for one in finding["remedies"])


@pytest.fixture
def network(namespace: Make) -> Callable[..., Namespace]:
    """A network with this resolver; its DNS server is to be started by the test."""

    def make(*resolv: str, server: str = HERE, **wanted: Any) -> Namespace:
        lines = (f"nameserver {server}", *resolv)
        return namespace(addresses=(HERE, REFUSING), silent=(SILENT,), resolv=lines, **wanted)

    return make


@pytest.mark.parametrize(
    ("table", "word", "words"),
    [
        pytest.param({}, "dns_nxdomain", f"the DNS server {HERE} answered NXDOMAIN", id="NXDOMAIN"),
        pytest.param({"dg.example.test": {"rcode": "SERVFAIL"}}, "dns_servfail", "answered SERVFAIL", id="SERVFAIL"),
        pytest.param({"dg.example.test": {"rcode": "REFUSED"}}, "dns_servfail", "answered REFUSED", id="REFUSED"),
        pytest.param({"dg.example.test": {}}, "dns_no_address", "neither an A nor an AAAA", id="no records"),
        pytest.param(
            {"dg.example.test": {"CNAME": "lb.example.net"}},
            "dns_nxdomain",
            "an alias of lb.example.net, which does not exist",
            id="an alias of nothing",
        ),
        pytest.param(
            {"dg.example.test": {"CNAME": "lb.example.net"}, "lb.example.net": {}},
            "dns_no_address",
            "(an alias of lb.example.net) exists, but has no address",
            id="an alias of a name without records",
        ),
        pytest.param({"dg.example.test": {"silent": True}}, "dns_timeout", f"{HERE} did not answer", id="silence"),
    ],
)
def test_what_the_dns_server_answers_is_the_root(
    network: Callable[..., Namespace], table: dict[str, Any], word: str, words: str
) -> None:
    inside = network()
    with answering(inside, table):
        report = diagnosed(inside, "http://dg.example.test:8080")
    assert roots(report) == [word]
    assert words in first(report)["says"]
    assert first(report)["confidence"] == "certain"
    assert report["verdict"] == "fail"


@pytest.mark.parametrize(
    ("server", "words"),
    [
        pytest.param(SILENT, f"{SILENT} did not answer", id="a dead server"),
        pytest.param(REFUSING, f"nothing listens on port 53 of {REFUSING}", id="nothing listens there"),
    ],
)
def test_no_dns_server(network: Callable[..., Namespace], server: str, words: str) -> None:
    report = diagnosed(network(server=server), "http://dg.example.test:8080")
    assert roots(report) == ["dns_timeout"]
    assert words in first(report)["says"]


def test_a_dead_first_server_before_a_good_one_works(network: Callable[..., Namespace]) -> None:
    """The resolver goes on to the second one; that is slow, and no fault of the deployment."""
    inside = network(f"nameserver {HERE}", "options timeout:1", server=SILENT)
    with answering(inside, {"dg.example.test": {"A": [HERE]}}), program(inside, "-c", SIMULATOR, HERE):
        report = diagnosed(inside, "http://dg.example.test:8080")
    assert not [one for one in report["findings"] if one["code"].startswith("DG10")]
    assert report["verdict"] == "pass"


def test_a_dead_first_address(network: Callable[..., Namespace]) -> None:
    inside = network()
    with (
        answering(inside, {"dg.example.test": {"A": [SILENT, HERE]}}),
        program(inside, "-c", SIMULATOR, HERE),
    ):
        report = diagnosed(inside, "http://dg.example.test:8080")
    assert roots(report) == ["partial_addresses_dead"]
    assert SILENT in first(report)["says"]


def test_a_short_name_of_another_namespace(network: Callable[..., Namespace]) -> None:
    inside = network(*POD)
    with answering(inside, {"deepgram-api-external.dg-self-hosted.svc.cluster.local": {"A": [HERE]}}):
        report = diagnosed(inside, "http://deepgram-api-external:8080")
    assert roots(report) == ["dns_search_domain"]
    right = "http://deepgram-api-external.dg-self-hosted.svc.cluster.local:8080"
    assert first(report)["remedies"][0]["command"] == f"dgcheck run {right}"


def test_a_short_name_of_the_own_namespace_is_healthy(network: Callable[..., Namespace]) -> None:
    inside = network(*POD)
    table = {"deepgram-api-external.app.svc.cluster.local": {"A": [HERE]}}
    with answering(inside, table), program(inside, "-c", SIMULATOR, HERE):
        report = diagnosed(inside, "http://deepgram-api-external:8080")
    assert report["verdict"] == "pass"
    assert report["findings"] == []


@pytest.mark.parametrize(
    "own", [{}, {"dg.example.test": {"A": [HERE]}}], ids=["not there as it stands", "there as well"]
)
def test_a_wildcard_in_a_search_domain(network: Callable[..., Namespace], own: dict[str, Any]) -> None:
    inside = network("search corp.example.org", "options ndots:5")
    with answering(inside, {**own, "*.corp.example.org": {"A": [REFUSING]}}):
        report = diagnosed(inside, "http://dg.example.test:8080")
    assert roots(report) == ["dns_search_domain"]
    assert f"dg.example.test led to {REFUSING}" in first(report)["says"]
    assert "tcp_refused" in [one["cause"] for one in report["findings"] if one["caused_by"] == "DG1005"]


def test_a_search_domain_that_is_meant_is_not_blamed(network: Callable[..., Namespace]) -> None:
    """The name needs the search domain, and nothing listens at its address: that is all that is wrong."""
    inside = network("search corp.example.org", "options ndots:5")
    with answering(inside, {"dg.corp.example.org": {"A": [REFUSING]}}):
        report = diagnosed(inside, "http://dg:8080")
    assert roots(report) == ["tcp_refused"]


@pytest.mark.parametrize("stale", [REFUSING, SILENT])
def test_a_stale_line_in_the_hosts_file(network: Callable[..., Namespace], stale: str) -> None:
    inside = network(hosts={"dg.example.test": (stale,)})
    with answering(inside, {"dg.example.test": {"A": [HERE]}}), program(inside, "-c", SIMULATOR, HERE):
        report = diagnosed(inside, "http://dg.example.test:8080")
    assert roots(report) == ["dns_hosts_override"]
    assert f"dgcheck run http://dg.example.test:8080 --resolve dg.example.test={HERE}" in commands(first(report))


def test_a_good_line_in_the_hosts_file_is_healthy(network: Callable[..., Namespace]) -> None:
    inside = network(hosts={"dg.example.test": (HERE,)})
    with answering(inside, {"dg.example.test": {"A": [REFUSING]}}), program(inside, "-c", SIMULATOR, HERE):
        report = diagnosed(inside, "http://dg.example.test:8080")
    assert report["verdict"] == "pass"


@pytest.mark.parametrize(
    ("host", "command"),
    [
        ("api", "dgcheck run http://localhost:8080"),
        ("deepgram-api-external.dg-self-hosted.svc.cluster.local", "kubectl -n dg-self-hosted port-forward"),
    ],
)
def test_an_inside_name_used_from_outside(network: Callable[..., Namespace], host: str, command: str) -> None:
    inside = network()
    with answering(inside, {}):
        report = diagnosed(inside, f"http://{host}:8080")
    assert roots(report) == ["dns_nxdomain"]
    assert command in commands(first(report))


def test_an_address_and_a_pinned_name_ask_nobody(network: Callable[..., Namespace]) -> None:
    inside = network(server=SILENT)
    with program(inside, "-c", SIMULATOR, HERE):
        literal = diagnosed(inside, f"http://{HERE}:8080")
        pinned = diagnosed(inside, "http://dg.example.test:8080", "--resolve", f"dg.example.test={HERE}")
    assert (literal["verdict"], pinned["verdict"]) == ("pass", "pass")


def test_a_proxy_whose_name_does_not_exist(network: Callable[..., Namespace]) -> None:
    inside = network()
    with answering(inside, {}), program(inside, "-c", SIMULATOR, HERE):
        report = diagnosed(inside, f"http://{HERE}:8080", "--proxy", "http://proxy.example.test:3128")
    assert roots(report) == ["proxy_env"]
    effect = next(one for one in report["findings"] if one["cause"] == "dns_nxdomain")
    assert "The name of the proxy, proxy.example.test, does not exist" in effect["says"]


@pytest.mark.peer("dnsmasq")
@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(("--local=/example.test/",), ["dns_nxdomain"], id="NXDOMAIN"),
        pytest.param(("--host-record=dg.example.test,2001:db8::7", "--local=/example.test/"), None, id="only IPv6"),
        pytest.param((), ["dns_servfail"], id="no server above: REFUSED"),
        pytest.param((f"--host-record=dg.example.test,{HERE}",), [], id="healthy"),
    ],
)
def test_dnsmasq(
    network: Callable[..., Namespace], peers: Peers, lines: Sequence[str], expected: list[str] | None
) -> None:
    inside = network()
    peers.start(
        "dnsmasq",
        "--keep-in-foreground",
        "--no-resolv",
        "--no-hosts",
        "--conf-file=/dev/null",
        "--user=root",
        "--pid-file=",
        f"--listen-address={HERE}",
        "--bind-interfaces",
        "--log-facility=-",
        *lines,
        prefix=inside.prefix,
        says="started",
    )
    extra = ("-4",) if expected is None else ()
    with program(inside, "-c", SIMULATOR, HERE):
        report = diagnosed(inside, "http://dg.example.test:8080", *extra)
    assert roots(report) == (["dns_no_address"] if expected is None else expected)


@pytest.mark.parametrize(
    ("servers", "expected"),
    [
        pytest.param((SILENT, HERE), ["dns_slow"], id="the first is gone"),
        pytest.param((REFUSING, HERE), [], id="the first refuses"),
        pytest.param((HERE, SILENT), [], id="the second is gone"),
    ],
)
def test_a_name_server_that_is_waited_for(
    network: Callable[..., Namespace], servers: tuple[str, str], expected: list[str]
) -> None:
    inside = network(f"nameserver {servers[1]}", server=servers[0])
    with answering(inside, {"dg.example.test": {"A": [HERE]}}), program(inside, "-c", SIMULATOR, HERE):
        report = diagnosed(inside, "http://dg.example.test:8080")
    assert roots(report) == expected
    assert report["verdict"] == ("warn" if expected else "pass")
    if expected:
        assert f"name server {SILENT} does not answer when asked directly; {HERE} does" in first(report)["says"]
