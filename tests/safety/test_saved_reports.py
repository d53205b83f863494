"""`dgcheck diagnose` on what others sent: damaged, cut, foreign, huge or hostile, it is a report or a clear refusal."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dgcheck.cli import main
from dgcheck.report import formats
from dgcheck.sim.server import Simulator
from tests.report.hostile import NASTY, harmful
from tests.safety import rig

SEED = 7
FAULTS = (
    "models_flat",
    "bad_gateway_nginx",
    "model_not_streaming",
    "tls_self_signed",
    "ws_closed_at_once",
    "tcp_reset",
)
CUTS, FLIPS, MUTATIONS = 20, 40, 120
CODES = (0, 1, 2, 3, 4, 5, 130, 143)

Diagnose = Callable[[str | bytes], tuple[int, str, str]]


@pytest.fixture(scope="module")
def reports() -> Mapping[str, str]:
    """Reports of real runs, as JSON, and one as YAML."""

    async def one(name: str) -> tuple[str, rig.Shown]:
        async with Simulator((name,)) as simulator:
            words = ["--timeout", "6s", *rig.options(name, simulator)]
            return name, await rig.run(simulator.url, words, {}, ("json", "yaml"))

    async def all_of_them() -> list[tuple[str, rig.Shown]]:
        return await asyncio.gather(*map(one, FAULTS))

    found = asyncio.run(all_of_them())
    return {**{name: shown.formats["json"] for name, shown in found}, "yaml": found[0][1].formats["yaml"]}


@pytest.fixture
def diagnose(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Diagnose:
    """Judge the file with this content: exit code, output, messages."""
    monkeypatch.chdir(tmp_path)

    def call(content: str | bytes, form: str = "json") -> tuple[int, str, str]:
        Path("report.json").write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
        begun = time.monotonic()
        code = main(["diagnose", "report.json", "-o", form])
        assert time.monotonic() - begun < 10
        out, err = capsys.readouterr()
        assert not harmful(out + err)
        assert "internal error" not in err
        return code, out, err

    return call


def refused(end: tuple[int, str, str]) -> str:
    """The one line of a refusal."""
    code, out, err = end
    assert code == 2
    assert out == ""
    assert err.startswith("dgcheck: ")
    assert err.count("\n") == 1
    assert len(err) < 600
    return err


def test_as_it_was_written(reports: Mapping[str, str], diagnose: Diagnose) -> None:
    for text in reports.values():
        code, out, _ = diagnose(text)
        assert code == json.loads(out)["exit_code"]


@pytest.mark.parametrize("number", range(CUTS))
def test_cut_off(number: int, reports: Mapping[str, str], diagnose: Diagnose) -> None:
    text = reports["bad_gateway_nginx"]
    at = random.Random(SEED + number).randrange(1, len(text) - 3)
    assert "The file ends in the middle, at line " in refused(diagnose(text[:at]))


@pytest.mark.parametrize("number", range(FLIPS))
def test_a_byte_that_was_changed(number: int, reports: Mapping[str, str], diagnose: Diagnose) -> None:
    chance = random.Random(SEED * 1000 + number)
    data = bytearray(reports[chance.choice(sorted(reports))].encode())
    data[chance.randrange(len(data))] = chance.randrange(256)
    end = diagnose(bytes(data))
    assert end[0] in CODES
    if end[0] == 2:
        refused(end)


HEAD = '{"schema": "dgcheck/report/v1", '


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(bytes(range(256)) * 50, id="binary"),
        pytest.param(b"\x1f\x8b\x08\0" + b"x" * 99, id="gzip"),
        pytest.param("<testsuites/>", id="JUnit"),
        pytest.param('{"name": "dgcheck", "version": "1.0.0"}', id="another program's JSON"),
        pytest.param('{"schema": ["dgcheck/report/v1"]}', id="a list as schema"),
        pytest.param(HEAD + '"verdict": "pass"}', id="nearly nothing"),
        pytest.param("[" * 1_000_000, id="a million brackets"),
        pytest.param('{"a":' * 100_000, id="deep"),
        pytest.param(HEAD + '"evidence": [' + "{}," * 900_000 + "{}]}", id="a million of nothing"),
        pytest.param("dgcheck: &a\n  schema: dgcheck/report/v1\nx: [*a, *a]\n", id="YAML with aliases"),
        pytest.param("schema: dgcheck/report/v1\nx: !!python/object/apply:os.system [id]\n", id="YAML that runs"),
        pytest.param('{"schema": "\x1b[2Jdgcheck"}', id="an escape as schema"),
        pytest.param('{"\x1b]0;x\x07\u202e": 1', id="escapes, cut off"),
    ],
)
def test_what_is_no_report(content: str | bytes, diagnose: Diagnose) -> None:
    refused(diagnose(content))


def test_more_evidence_than_a_run_can_gather(reports: Mapping[str, str], diagnose: Diagnose) -> None:
    plain = json.loads(reports["bad_gateway_nginx"])
    one = next(seen for seen in plain["evidence"] if seen["kind"] == "upgrade")
    plain["evidence"] += [{**one, "id": f"x{number}"} for number in range(5000)]
    assert "more evidence than" in refused(diagnose(json.dumps(plain)))


# --- a report that keeps its form, with anything in its places -------------------------------------------------------

NUMBERS = (0, -1, 1, 2**62, -(2**62), 0.5, 1e18, 200, 401, 404, 503, 101, 1005, 65536)
WORDS = (
    *NASTY,
    "-1",
    "²",
    "9" * 30,
    "http://",
    "http://[",
    "HTTP/1.1",
    '{"a":1}',
    "{model}",
    "{0}",
    "::1",
    "e1",
    "Infinity",
)


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in a report."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in members:
        yield (*above, key)
        yield from places(item, (*above, key))


def changed(value: Any, chance: random.Random) -> Any:
    """Something of the same kind, and now and then of another."""
    if chance.random() < 0.1:
        return chance.choice([None, [], {}, "", 0, True])
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return chance.choice(NUMBERS)
    if isinstance(value, str):
        return chance.choice(WORDS)
    if isinstance(value, list):
        return chance.choice([[], value * 2, value[::-1]])
    return chance.choice([None, {}, "x", 1])


def mutated(text: str, chance: random.Random) -> str:
    plain = json.loads(text)
    ways = list(places(plain))
    for way in chance.sample(ways, chance.choice([1, 2, 5, 20])):
        place = plain
        try:
            for step in way[:-1]:
                place = place[step]
            place[way[-1]] = changed(place[way[-1]], chance)
        except (KeyError, IndexError, TypeError):
            pass  # what was above it is another thing by now
    return json.dumps(plain)


@pytest.mark.parametrize("number", range(MUTATIONS))
def test_a_hostile_report_is_judged_or_refused(
    number: int, reports: Mapping[str, str], diagnose: Callable[[str, str], tuple[int, str, str]]
) -> None:
    chance = random.Random(SEED * 100_000 + number)
    text = reports[chance.choice([name for name in sorted(reports) if name != "yaml"])]
    end = diagnose(mutated(text, chance), chance.choice(formats()))
    assert end[0] in CODES
    if not end[1]:
        refused(end)
