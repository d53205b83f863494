"""Waiting for a name as Kubernetes makes it: a real resolver, a search list, a DNS server that has it only later."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.namespaces import Namespace
from tests.peers.test_dns_peers import HERE, POD, SERVER, SIMULATOR, program

NAME = "dg.voice"  # a Service of another namespace, by its short name
WHOLE = f"{NAME}.svc.cluster.local"
SECONDS = 60

Make = Callable[..., Namespace]


@pytest.fixture
def inside(namespace: Make) -> Namespace:
    """The network of a pod."""
    return namespace(addresses=(HERE,), resolv=(f"nameserver {HERE}", *POD))


def answering(inside: Namespace, table: dict[str, Any], negative: int) -> AbstractContextManager[None]:
    """The DNS server; that a name is absent may be kept in mind for `negative` seconds."""
    return program(inside, str(SERVER), HERE, json.dumps(table), str(negative))


def waiting(inside: Namespace, *words: str) -> subprocess.Popen[str]:
    command = inside.command(sys.executable, "-m", "dgcheck", "wait", f"http://{NAME}:8080", *words, "-o", "json")
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_name_that_appears_late(inside: Namespace, tmp_path: Path) -> None:
    """It is waited for, and not asked for again before its zone allows, however short the interval."""
    made = tmp_path / "made"
    table = {WHOLE: {"A": [HERE], "once": str(made)}}
    with (
        answering(inside, table, 3),
        program(inside, "-c", SIMULATOR, HERE),
        waiting(inside, "--interval", "50ms", "--timeout", "50s") as process,
    ):
        assert process.stderr is not None
        line = process.stderr.readline()
        made.touch()
        out, err = process.communicate(timeout=SECONDS)
    assert line.startswith("dgcheck: waiting: ")
    assert "given up if it stays so for 5m" in line
    assert process.returncode == 0, err
    report = json.loads(out)
    assert report["attempts"] == 2, "one when it was not there, and one when resolvers had forgotten that"
    assert report["verdict"] == "pass"


def test_a_name_that_never_appears(inside: Namespace) -> None:
    """Its zone forbids to ask again for half a minute, so that the patience ends without another question."""
    with answering(inside, {}, 3600), waiting(inside, "--interval", "50ms", "--give-up-after", "2s") as process:
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 1, err
    report = json.loads(out)
    assert report["findings"][0]["cause"] == "dns_nxdomain"
    assert (report["attempts"], report["deadline_passed"]) == (1, False)
    assert "resolvers keep that in mind for 30 s" in err  # the zone's own limit for it
    assert "giving up" in err
    assert "nothing changed" not in err, "by one look nobody can tell"


@pytest.mark.parametrize("negative", [1, 2])
def test_it_is_asked_for_as_often_as_its_zone_allows(negative: int, inside: Namespace) -> None:
    with answering(inside, {}, negative), waiting(inside, "--interval", "50ms", "--timeout", "5s") as process:
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 4, err
    assert 2 <= json.loads(out)["attempts"] <= 1 + 5 // negative
