"""What cuts long streams, with devices that are not ours: each is named, and none is called what another is.

All of them are asked side by side, once: a stream has to be held for longer than the limits here, which are 5 s.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dgcheck.model.report import Report, Status
from dgcheck.report.saved import load
from dgcheck.sim.deployment import Deployment
from dgcheck.sim.server import running
from tests.namespaces import Namespace, have_namespaces
from tests.peers import holding
from tests.programs import Peers, missing, program
from tests.runs import found, roots, run

HOLD = "8s"
PROGRAMS = {
    "nginx": holding.nginx_read_timeout,
    "haproxy": holding.haproxy_tunnel,
    "envoy": holding.envoy_duration,
    "envoy idle": holding.envoy_idle,
}
RELAYS: Mapping[str, tuple[Callable[[], holding.Ends], bool]] = {
    "age": (lambda: holding.old, False),
    "silence": (lambda: holding.silent, False),
    "swallowed": (lambda: holding.silent, True),
    "unheard": (lambda: holding.unheard, False),
    "restart": (holding.Restart, False),
}


async def _hold(url: str) -> Report:
    return await run(url, profile="standard", skip=["replicas"], hold=HOLD, models=["nova-3"])


async def _through(upstream: int, name: str) -> Report:
    makes, swallows = RELAYS[name]
    async with holding.relay(upstream, makes(), swallows=swallows) as url:
        return await _hold(url)


async def _in_namespace(inside: Namespace) -> Report:
    """A run in a network whose connection tracking forgets what was silent for 5 s, and drops it from then on."""
    words = ("-m", "dgcheck", "run", "http://10.77.0.1:8080", "--skip", "replicas", "--hold", HOLD, "-o", "json")
    asking = await asyncio.create_subprocess_exec(
        *inside.command(sys.executable, *words), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asking.communicate()
    assert out, err.decode()
    assert json.loads(out)["schema"]
    return load(out)


def _forgetful(peers: Peers) -> Namespace | None:
    if have_namespaces() or program("iptables") is None:
        return None
    inside = Namespace(addresses=("10.77.0.1",))
    done = inside.run(program("iptables") or "", "-A", "INPUT", "-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP")
    knobs = {"nf_conntrack_tcp_timeout_established": holding.LIMIT, "nf_conntrack_tcp_loose": 0}
    for name, value in knobs.items():
        done = done if done.returncode else inside.run("sysctl", "-w", f"net.netfilter.{name}={value}")
    if done.returncode:
        inside.remove()
        return None
    words = ["-m", "dgcheck", "simulate", "--host", "10.77.0.1", "--port", "8080"]
    peers.start(sys.executable, *words, says="10.77.0.1", prefix=inside.prefix)
    return inside


@pytest.fixture(scope="module")
def reports() -> Iterator[Mapping[str, Report]]:
    """A report for each device that can be had here."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="dgcheck-hold-", ignore_cleanup_errors=True))
        Path(folder).chmod(0o755)
        peers = Peers(Path(folder))
        stack.callback(peers.stop)
        sim = stack.enter_context(running())
        short = stack.enter_context(running(deployment=Deployment(idle=3.0)))
        forgetful = _forgetful(peers)
        if forgetful is not None:
            stack.callback(forgetful.remove)
            stack.callback(peers.stop)
        urls = {name: make(peers, sim.port) for name, make in PROGRAMS.items() if program(name.split()[0])}
        urls |= {"nothing": sim.url, "own timer": short.url}
        yield asyncio.run(_all(sim.port, urls, forgetful))


async def _all(upstream: int, urls: Mapping[str, str], forgetful: Namespace | None) -> Mapping[str, Report]:
    asked: dict[str, Any] = {name: _hold(url) for name, url in urls.items()}
    asked |= {name: _through(upstream, name) for name in RELAYS}
    if forgetful is not None:
        asked["forgotten"] = _in_namespace(forgetful)
    return dict(zip(asked, await asyncio.gather(*asked.values()), strict=True))


def the(reports: Mapping[str, Report], name: str) -> Report:
    """The report of that device; skips, or fails where every peer was promised."""
    return reports.get(name) or missing(name.split()[0])


def summary(report: Report) -> str:
    """What the report says of the check in one line."""
    return next(one.summary for one in report.checks if one.id == "ws.hold")


def after(says: str, words: str) -> float:
    """The seconds that follow these words; a machine under load sees an opening late, and nginx rings 0.3 s early."""
    told = re.search(rf"{words} ([0-9.]+) s", says)
    assert told, says
    return float(told.group(1))


@pytest.mark.parametrize(
    ("name", "time"),
    [
        ("nginx", 5.0),
        ("haproxy", 5.0),
        pytest.param("envoy idle", 6.0, id="envoy, which waits a second before it closes"),
        ("silence", 5.0),
    ],
)
def test_limit_of_silence_is_told_with_its_time(name: str, time: float, reports: Mapping[str, Report]) -> None:
    report = the(reports, name)
    assert roots(report) == ["ws_idle_cut"], [one.says for one in report.findings]
    one = found(report, "ws_idle_cut")
    assert after(one.says, "cut after") == pytest.approx(time, abs=0.9)
    assert "between here and the deployment" in one.says
    assert one.checks == ("ws.hold",)


@pytest.mark.parametrize("name", ["envoy", "age"])
def test_limit_of_age_is_told_with_its_time(name: str, reports: Mapping[str, Report]) -> None:
    report = the(reports, name)
    assert roots(report) == ["ws_age_limit"], [one.says for one in report.findings]
    assert 4.0 < after(found(report, "ws_age_limit").says, "at an age of") < 6.9


def test_network_that_forgets_silent_streams_is_told_from_a_proxy(reports: Mapping[str, Report]) -> None:
    report = the(reports, "forgotten")
    assert roots(report) == ["ws_idle_cut"], [one.says for one in report.findings]
    one = found(report, "ws_idle_cut")
    assert (one.detail, one.confidence) == ("silent drop", "certain")
    assert "nobody was told" in one.says
    assert "the kernel on the other side" in one.says


def test_device_that_swallows_after_a_silence_is_no_more_than_possible(reports: Mapping[str, Report]) -> None:
    """It still acknowledges what it swallows, so it may be the deployment that does not answer."""
    report = the(reports, "swallowed")
    assert roots(report) == ["ws_idle_cut"], [one.says for one in report.findings]
    assert found(report, "ws_idle_cut").confidence == "possible"


def test_limit_that_keepalives_do_not_reset_is_told(reports: Mapping[str, Report]) -> None:
    report = the(reports, "unheard")
    assert roots(report) == ["ws_idle_cut"], [one.says for one in report.findings]
    one = found(report, "ws_idle_cut")
    assert one.detail == "KeepAlive does not help"
    assert not any("KeepAlive" in remedy.do for remedy in one.remedies)


def test_restart_is_no_limit_of_age(reports: Mapping[str, Report]) -> None:
    report = the(reports, "restart")
    assert roots(report) == ["ws_closed_early"], [one.says for one in report.findings]
    assert "at the same moment" in found(report, "ws_closed_early").says


def test_timer_of_the_deployment_itself_is_normal(reports: Mapping[str, Report]) -> None:
    report = the(reports, "own timer")
    assert report.verdict is Status.PASS, [one.says for one in report.findings]
    assert after(summary(report), "closed the silent stream after") == pytest.approx(3.0, abs=0.9)


def test_stream_that_nothing_cuts_passes_and_says_for_how_long(reports: Mapping[str, Report]) -> None:
    report = the(reports, "nothing")
    assert report.verdict is Status.PASS, [one.says for one in report.findings]
    assert summary(report) == "nothing cut a stream within 8.0 s, not even a silent one"
    assert any("after more than 8 s" in one for one in report.untested)
