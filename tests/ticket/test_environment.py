"""Where dgcheck ran, from small files and variables, with nothing secret in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgcheck.model.evidence import Ending, Exchange, Request, Response, Seen, Surroundings
from dgcheck.ticket.environment import environment
from dgcheck.wire.redact import Redactor

HERE = Surroundings(
    id="c2",
    check="config",
    ending=Ending.ANSWERED,
    hostname="node-1",
    container="docker",
    python="3.11.9",
    openssl="OpenSSL 3.0.2",
    platform="Linux 6.1 x86_64",
    proxies={"https_proxy": "http://user:***@proxy:3128"},
)


def answered(server: float | None, local: float, address: str = "10.0.0.5") -> Exchange:
    return Exchange(
        id="e1",
        check="status",
        ending=Ending.ANSWERED,
        url="http://h/",
        request=Request(method="GET", target="/"),
        response=Response(status=200),
        address=address,
        server_time=server,
        local_time=local,
    )


def of(tmp_path: Path, *evidence: Seen, environ: dict[str, str] | None = None) -> dict[str, object]:
    return environment("1.0", [HERE, *evidence], environ or {}, Redactor(["canary-0123456"]).text, str(tmp_path))


def written(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


@pytest.mark.parametrize(
    ("files", "limits"),
    [
        pytest.param(
            {"memory.max": "536870912\n", "cpu.max": "50000 100000\n", "pids.max": "max\n"},
            {"memory_max": "536870912", "cpu_max": "50000 100000", "pids_max": "no limit"},
            id="version 2",
        ),
        pytest.param(
            {"memory/memory.limit_in_bytes": "9223372036854771712\n", "cpu/cpu.cfs_quota_us": "-1\n"},
            {"memory_max": "no limit", "cpu_max": "no limit"},
            id="version 1 without limits",
        ),
        pytest.param(
            {"cpu.stat": "usage_usec 5\nnr_periods 10\nnr_throttled 7\n"}, {"cpu_throttled": "7"}, id="throttled"
        ),
    ],
)
def test_the_limits_of_the_container(files: dict[str, str], limits: dict[str, str], tmp_path: Path) -> None:
    for name, text in files.items():
        written(tmp_path, f"sys/fs/cgroup/{name}", text)
    found = of(tmp_path)["limits"]
    assert isinstance(found, dict)
    assert {name: found.get(name) for name in limits} == limits


@pytest.mark.parametrize(
    ("seen", "ahead"),
    [
        pytest.param([answered(1000.0, 1000.5)], {"10.0.0.5": 0.0}, id="right"),
        pytest.param([answered(1300.0, 1000.5)], {"10.0.0.5": 300.0}, id="five minutes ahead"),
        pytest.param(
            [answered(900.0, 1000.5), answered(1000.0, 1000.4, "10.0.0.6")],
            {"10.0.0.5": -100.0, "10.0.0.6": 0.1},
            id="one of two behind",
        ),
        pytest.param([answered(None, 1000.5)], None, id="nobody told"),
    ],
)
def test_how_far_the_clock_is_off(seen: list[Exchange], ahead: dict[str, float] | None, tmp_path: Path) -> None:
    clock = of(tmp_path, *seen)["clock"]
    assert isinstance(clock, dict)
    assert clock.get("servers_ahead_by_seconds") == ahead


def test_variables_and_files_without_their_secrets(tmp_path: Path) -> None:
    written(tmp_path, "etc/resolv.conf", "nameserver 10.0.0.2\n# token=canary-0123456\n\noptions ndots:5\n")
    written(tmp_path, "etc/os-release", 'NAME="x"\nPRETTY_NAME="Debian GNU/Linux 12"\n')
    found = of(
        tmp_path,
        environ={
            "DEEPGRAM_API_KEY": "hunter2hunter2",
            "DGCHECK_MODEL": "nova-3",
            "SSL_CERT_FILE": "/ca/canary-0123456.pem",
            "OTHER": "x",
        },
    )
    text = str(found)
    assert "canary-0123456" not in text
    assert "hunter2" not in text
    assert "OTHER" not in text
    variables = found["variables"]
    assert isinstance(variables, dict)
    assert variables["DEEPGRAM_API_KEY"] == "(set)"
    assert variables["https_proxy"].endswith("@proxy:3128")
    assert "Debian GNU/Linux 12" in text
    assert "ndots:5" in text


def test_a_machine_that_tells_nothing(tmp_path: Path) -> None:
    found = environment("1.0", [], {}, str, str(tmp_path))
    assert found["dgcheck"] == "1.0"
    assert "resolver" not in found
