"""Secrets are planted in every input at once, over the whole fault table: none is in any output, in any spelling."""

from __future__ import annotations

import asyncio
import base64
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from dgcheck.model.report import Report
from dgcheck.sim.faults import table
from dgcheck.sim.server import Simulator
from tests.safety import rig
from tests.safety.canaries import ENVIRONMENT, KEY_FILE, LONG, MARK, URL_PASSWORD, Planted, leaks, plans

AT_ONCE = 16
LIMIT = "5s"  # what is said after five seconds is said in no other way
# JSON holds all of a report; the others are made from the same records, and take turns.
OTHERS = ("text", "yaml", "markdown", "html", "short", "junit", "nagios", "prometheus")
# These say most of what they were sent, or nothing that hides a leak: they get every plan and every format.
TELLING = ("echo_secrets", "echo_secrets_redirect", "echo_secrets_refusal", "hostile_text")


@dataclass(frozen=True)
class Result:
    """What came of one run: what leaked, what was sent, and whether dgcheck itself failed."""

    leaks: list[str]
    sent: str
    bugs: list[str]


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Result]:
    """A run for every fault and plan that this session's tests ask for."""
    planned = plans(tmp_path_factory.mktemp("secrets"))
    wanted = {str(_parameters(item).get("name")) for item in request.session.items}
    found: dict[str, Result] = {}

    async def one(name: str, plan: Planted, forms: Sequence[str], free: asyncio.Semaphore) -> None:
        async with free, Simulator((name.partition("/")[0],)) as simulator:
            # The many requests of `replicas` go the way of the others; where they are the point they are made.
            few = () if "/" in name or "replica" in name else ("--skip", "replicas")
            words = [
                "--timeout",
                LIMIT,
                *few,
                *_without_twice(rig.options(name.partition("/")[0], simulator), plan.words),
            ]
            given = {**ENVIRONMENT, **plan.environ}
            shown = await rig.run(plan.target(simulator.url), words, given, forms, bundled=True)
            sent = " ".join(f"{entry.target} {entry.headers}" for entry in simulator.log)
            found[name] = Result(leaks(shown.everything), sent, _bugs(shown.report))

    async def all_of_them() -> None:
        free = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for number, name in enumerate(RUNS):
                if name in wanted:
                    place = int(name.partition("/")[2] or number % len(planned))
                    forms = () if "/" in name else ("json", OTHERS[number % len(OTHERS)])
                    group.create_task(one(name, planned[place], forms, free))

    asyncio.run(all_of_them())
    return found


def _bugs(report: Report) -> list[str]:
    """Where dgcheck itself failed, and with what."""
    return [f"{one.says} {report.environment}" for one in report.findings if one.cause == "internal_error"]


def _parameters(item: pytest.Item) -> Mapping[str, Any]:
    called = getattr(item, "callspec", None)
    return called.params if called and item.path.name == "test_canaries.py" else {}


def _without_twice(needed: list[str], planted: tuple[str, ...]) -> list[str]:
    """An option that may be given once is taken from the plan."""
    return [*(needed if "--audio-url" not in planted or "--audio-url" not in needed else ()), *planted]


RUNS = [name for name in table() if name not in TELLING] + [f"{name}/{place}" for name in TELLING for place in range(5)]


@pytest.mark.parametrize("name", RUNS)
def test_no_secret_comes_out_of_a_fault(name: str, results: Mapping[str, Result]) -> None:
    assert results[name].leaks == []
    assert results[name].bugs == []


def test_the_secrets_were_really_sent(results: Mapping[str, Result]) -> None:
    """Without this, a run that sends nothing would pass everything above."""
    if len(results) < len(RUNS):
        pytest.skip("only where all of them run")
    assert sum(bool(leaks(result.sent)) for result in results.values()) > len(RUNS) // 2


# --- the search itself ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [KEY_FILE, URL_PASSWORD, LONG], ids=["plain", "odd characters", "long"])
@pytest.mark.parametrize(
    "spell",
    [
        pytest.param(lambda it: it, id="as it is"),
        pytest.param(str.upper, id="capitals"),
        pytest.param(lambda it: it[3:17], id="a piece"),
        pytest.param(lambda it: quote(it, safe=""), id="URL-encoded"),
        pytest.param(lambda it: "".join(f"%{ord(char):02x}" for char in it), id="every character URL-encoded"),
        pytest.param(lambda it: base64.b64encode(it.encode()).decode(), id="Base64"),
        pytest.param(lambda it: base64.b64encode(b"user:" + it.encode() + b"?").decode(), id="inside Base64"),
        pytest.param(lambda it: base64.urlsafe_b64encode(b"ab" + it.encode()).decode(), id="URL-safe Base64"),
        pytest.param(lambda it: it.encode().hex(), id="hex"),
        pytest.param(lambda it: it.encode().hex(" ").upper(), id="hex dump"),
        pytest.param(json.dumps, id="JSON"),
        pytest.param(lambda it: "".join(f"\\u{ord(char):04x}" for char in it), id="JSON, escaped"),
        pytest.param(html.escape, id="HTML"),
        pytest.param(lambda it: "\n    ".join(it), id="across lines"),
        pytest.param(lambda it: re.sub(r"(\W)", r"\\\1", it), id="Markdown"),
    ],
)
def test_the_search_would_find_it(secret: str, spell: Any) -> None:
    assert leaks(f"some words {spell(secret)} and more")
    assert not leaks(f"some words {spell(secret.replace(MARK, ''))} and more")
