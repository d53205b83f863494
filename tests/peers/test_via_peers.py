"""Three addresses in a row, the simulator, nginx before it and HAProxy before that: it breaks between the right two."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dgcheck.cli import main
from dgcheck.model.evidence import Model
from dgcheck.sim import certificates
from dgcheck.sim.server import running
from tests.programs import Peers, free_port
from tests.report.valid import assert_valid

pytestmark = [pytest.mark.peer("nginx"), pytest.mark.peer("haproxy")]

UPGRADES = (
    "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection;"
)
OTHER_MODELS = (Model(name="general", canonical_name="nova-2-general", architecture="nova-2", languages=("en",)),)


@dataclass(frozen=True)
class Row:
    """The three addresses, from the deployment outwards."""

    pod: str
    service: str
    ingress: str


def row(peers: Peers, pod: str, *, nginx: str = "", haproxy: str = "", bind: str = "", scheme: str = "http") -> Row:
    """nginx and HAProxy before the deployment at `pod`; `nginx` is the inside of its location, `haproxy` lines of the
    frontend, `bind` what follows the frontend's address.
    """
    service, ingress = free_port(), free_port()
    inside = nginx or f"proxy_pass {pod}; {UPGRADES}"
    peers.nginx(f"server {{ listen 127.0.0.1:{service}; location / {{ {inside} }} }}", port=service)
    peers.haproxy(
        f"frontend f\n  bind 127.0.0.1:{ingress} {bind}\n  {haproxy or 'default_backend b'}\n"
        f"backend b\n  server s 127.0.0.1:{service}\n"
        f"backend nowhere\n  retries 0\n  server s 127.0.0.1:{free_port()}\n",
        port=ingress,
    )
    return Row(pod, f"http://127.0.0.1:{service}", f"{scheme}://127.0.0.1:{ingress}")


@pytest.fixture
def report(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dict[str, Any]]:
    """The report of a run with these words, which fits its schema."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> dict[str, Any]:
        main(["run", *words, "-q", "-o", "json=case.json", "-o", "markdown=case.md", "--skip", "replicas"])
        capsys.readouterr()
        return assert_valid(Path("case.json").read_bytes())

    return run


def named(where: Row) -> tuple[str, ...]:
    """The addresses as they are named on the command line: the outermost is the target."""
    return where.ingress, "--via", f"pod={where.pod}", "--via", f"service={where.service}"


def broken(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The neighbours between which it breaks."""
    return [(hop["near"], hop["far"]) for hop in found["hops"] if hop["breaks"]]


def differing(found: Mapping[str, Any], near: str) -> dict[str, tuple[str, str]]:
    """What differs between that address and the next one."""
    hop = next(hop for hop in found["hops"] if hop["near"] == near)
    return {one["what"]: (one["near"], one["far"]) for one in hop["contrasts"]}


@pytest.mark.parametrize(
    ("nginx", "check", "what", "far"),
    [
        pytest.param("proxy_pass {sim};", "ws.upgrade", "WebSocket upgrade", "405 Method Not Allowed", id="no upgrade"),
        pytest.param(
            f"proxy_pass {{sim}}; {UPGRADES} client_max_body_size 1k;",
            "rest",
            "POST /v1/listen",
            "413 Request Entity Too Large",
            id="a body limit",
        ),
        pytest.param(
            f"proxy_pass {{sim}}; {UPGRADES} limit_except GET {{ deny all; }}",
            "rest",
            "POST /v1/listen",
            "403 Forbidden",
            id="POST denied",
        ),
        pytest.param(
            "return 302 /login;", "status", "GET /v1/status", "302 Moved Temporarily", id="a redirect to a login page"
        ),
    ],
)
def test_a_fault_of_nginx_lies_behind_it(
    nginx: str, check: str, what: str, far: str, peers: Peers, report: Callable[..., dict[str, Any]]
) -> None:
    with running() as sim:
        found = report(*named(row(peers, sim.url, nginx=nginx.replace("{sim}", sim.url))))
    assert broken(found) == [("pod", "service")]
    assert check in found["hops"][0]["breaks"]
    assert differing(found, "pod")[what][1] == far
    assert differing(found, "pod")["header server"][0] == ""


@pytest.mark.parametrize(
    ("haproxy", "check", "what", "far"),
    [
        pytest.param("default_backend nowhere", "status", "GET /v1/status", "503 Service Unavailable", id="no server"),
        pytest.param(
            "http-request deny if { hdr(Upgrade) -m found }\n  default_backend b",
            "ws.upgrade",
            "WebSocket upgrade",
            "403 Forbidden",
            id="upgrades denied",
        ),
        pytest.param(
            "http-request deny deny_status 429 if METH_POST\n  default_backend b",
            "rest",
            "POST /v1/listen",
            "429 Too Many Requests",
            id="too many requests",
        ),
    ],
)
def test_a_fault_of_haproxy_lies_behind_it(
    haproxy: str, check: str, what: str, far: str, peers: Peers, report: Callable[..., dict[str, Any]]
) -> None:
    with running() as sim:
        found = report(*named(row(peers, sim.url, haproxy=haproxy)), "--model", "nova-3")
    assert broken(found) == [("service", "target")]
    assert check in found["hops"][1]["breaks"]
    assert differing(found, "service")[what][1] == far


def test_a_certificate_is_a_matter_of_the_hop_that_shows_it(
    peers: Peers, report: Callable[..., dict[str, Any]]
) -> None:
    files = certificates.write(certificates.make("expired", ("127.0.0.1",)), peers.folder)
    both = peers.folder / "both.pem"
    both.write_text(Path(files["chain"]).read_text() + Path(files["key"]).read_text())
    with running() as sim:
        where = row(peers, sim.url, bind=f"ssl crt {both}", scheme="https")
        found = report(*named(where), "--ca-file", files["ca"])
    assert broken(found) == [("service", "target")]
    assert differing(found, "service")["TLS"][0] == "none"
    assert "expired" in differing(found, "service")["TLS"][1]


def test_another_deployment_behind_a_proxy_is_seen_by_its_models(
    peers: Peers, report: Callable[..., dict[str, Any]]
) -> None:
    with running() as sim, running(models=OTHER_MODELS) as other:
        where = row(peers, sim.url, nginx=f"proxy_pass {other.url}; {UPGRADES}")
        found = report(*named(where), "--model", "nova-3")
    assert broken(found) == [("pod", "service")]
    assert differing(found, "pod")["models"][1] == "1 listed, only here nova-2-general"


@pytest.mark.parametrize(
    ("words", "target"),
    [
        pytest.param(lambda at: (at.ingress, "pod", at.pod, "service", at.service), "ingress", id="from the pod"),
        pytest.param(lambda at: (at.ingress, "service", at.service, "pod", at.pod), "ingress", id="from the outside"),
        pytest.param(lambda at: (at.pod, "service", at.service, "ingress", at.ingress), "pod", id="the pod is asked"),
        pytest.param(
            lambda at: (at.service, "pod", at.pod, "service", at.service, "ingress", at.ingress),
            "service",
            id="all are named",
        ),
    ],
)
def test_in_whatever_order_they_are_named(
    words: Callable[[Row], tuple[str, ...]], target: str, peers: Peers, report: Callable[..., dict[str, Any]]
) -> None:
    with running() as sim:
        where = row(peers, sim.url, haproxy="http-request deny if { hdr(Upgrade) -m found }\n  default_backend b")
        asked, *pairs = words(where)
        via = [word for name, url in zip(pairs[::2], pairs[1::2], strict=True) for word in ("--via", f"{name}={url}")]
        found = report(asked, *via)
    own = next(one["name"] for one in found["via"] if one["report"] is None)
    names = [target if one["name"] == own else one["name"] for one in found["via"]]
    assert names == ["pod", "service", "ingress"]
    assert [hop["breaks"] != [] for hop in found["hops"]] == [False, True]


def test_a_working_target_fails_where_another_address_does(peers: Peers, report: Callable[..., dict[str, Any]]) -> None:
    with running() as sim:
        where = row(peers, sim.url, nginx=f"proxy_pass {sim.url};")
        found = report(where.pod, "--via", f"service={where.service}", "--via", f"ingress={where.ingress}")
    answer = found["findings"][0]
    assert (found["verdict"], answer["cause"], answer["severity"]) == ("fail", "breaks_between_addresses", "error")
    assert "It breaks between target and service: ws.upgrade is well through target" in answer["says"]
    assert "with DG4001 ws_upgrade_not_forwarded" in answer["says"]


def test_what_fails_everywhere_is_placed_at_the_deployment(peers: Peers, report: Callable[..., dict[str, Any]]) -> None:
    with running(faults=("engine_disconnected",)) as sim:
        found = report(*named(row(peers, sim.url)))
    assert broken(found) == []
    says = next(one["says"] for one in found["findings"] if one["cause"] == "breaks_between_addresses")
    assert says.startswith("The same checks fail at every address (pod, service and target)")


def test_where_all_is_well_nothing_is_said_to_break(
    peers: Peers, report: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    with running() as sim:
        found = report(*named(row(peers, sim.url)))
    assert (found["verdict"], broken(found)) == ("pass", [])
    assert not [one for one in found["findings"] if one["cause"] == "breaks_between_addresses"]
    assert all(isinstance(hop["added_ms"], float) for hop in found["hops"])
    assert main(["diagnose", "case.json", "-o", "json"]) == 0
    again = assert_valid(capsys.readouterr().out)
    assert [again[part] for part in ("findings", "hops", "checks")] == [
        found[part] for part in ("findings", "hops", "checks")
    ]
    assert "Between pod and service nothing breaks" in Path("case.md").read_text(encoding="utf-8")


def test_a_saved_report_says_the_same_when_judged_again(
    peers: Peers, report: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    with running() as sim:
        found = report(*named(row(peers, sim.url, nginx=f"proxy_pass {sim.url};")))
    assert main(["diagnose", "case.json", "-o", "json"]) == 1
    again = json.loads(capsys.readouterr().out)
    assert [(one["code"], one["says"]) for one in again["findings"]] == [
        (one["code"], one["says"]) for one in found["findings"]
    ]
    assert again["hops"] == found["hops"]
