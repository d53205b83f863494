"""How true the reported times are: against the delay line, and against what the server noted on the same clock.

The server's answers carry the moment at which they were written (`x-ns`), and its notes the moments at which a request
and the first interim words came and went, so that the time it took itself is not counted as an error of the client.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.lab import Lab

# What the yardstick's row asks for; `upgrade` is the first byte of a stream's answer.
DEMANDED = ("connect", "first_byte", "first_interim", "upgrade")
Noted = dict[str, Any]  # one object of the report's evidence, or one of the server's notes
_ANSWERED = {"first_byte", "upgrade"}


def errors(lab: Lab, command: list[str], notes: Path, rounds: int) -> dict[str, list[float]]:
    """Phase -> how far each report of it was off, in ms; `rtt` for the round trip that the report names."""
    found: dict[str, list[float]] = {"rtt": []}
    for _ in range(rounds):
        before = notes.stat().st_size if notes.exists() else 0
        evidence = json.loads(lab.run(*command).stdout)["evidence"]
        with notes.open(encoding="utf-8") as file:
            file.seek(before)
            events = [json.loads(line) for line in file]
        for name, error in _of_one_run(evidence, events, lab.rtt):
            found.setdefault(name, []).append(abs(error))
    return found


def _of_one_run(evidence: list[Noted], events: list[Noted], rtt: float) -> Iterator[tuple[str, float]]:
    way = rtt / 2
    for one in evidence:
        if one.get("rtt_ms") is not None:
            yield "rtt", one["rtt_ms"] - rtt
        yield from (("connect", phase["ms"] - rtt) for phase in _phases(one, {"connect"}))
    pairs = list(_with_its_note(evidence, events))
    # The report counts from its own beginning, which the server does not know: no request can arrive before it is sent.
    begun = min(got - way - phase["start_ms"] for phase, got, _ in pairs)
    for phase, _, wrote in pairs:
        yield phase["name"], begun + phase["start_ms"] + phase["ms"] - (wrote + way)
    told = sorted(_phase_ends(evidence, "first_interim"))
    firsts = {event["conn"]: event["ns"] / 1e6 for event in reversed(events) if event["ev"] == "interim"}
    for end, wrote in zip(told, sorted(firsts.values()), strict=True):
        yield "first_interim", begun + end - (wrote + way)


def _with_its_note(evidence: list[Noted], events: list[Noted]) -> Iterator[tuple[Noted, float, float]]:
    """Each answered request's phase, with when the server got it and when it wrote the answer, in ms."""
    notes: dict[tuple[str, str], list[float]] = {}
    for event in events:
        if event["ev"] == "request":
            notes.setdefault((event["method"], event["path"]), []).append(event["ns"] / 1e6)
    asked = [(phase, one) for one in evidence for phase in _phases(one, _ANSWERED)]
    for phase, one in sorted(asked, key=lambda pair: float(pair[0]["start_ms"])):
        request = one["request"]
        got = notes[request["method"], request["target"].partition("?")[0]].pop(0)
        headers = {name.lower(): value for name, value in one["response"]["headers"]}
        yield phase, got, float(headers["x-ns"]) / 1e6 if "x-ns" in headers else got


def _phases(one: Noted, names: set[str]) -> list[Noted]:
    return [phase for phase in one.get("phases") or () if phase["name"] in names]


def _phase_ends(evidence: list[Noted], name: str) -> list[float]:
    return [phase["start_ms"] + phase["ms"] for one in evidence for phase in _phases(one, {name})]
