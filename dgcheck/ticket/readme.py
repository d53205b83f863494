"""The README of a bundle: the first lines of a ticket, what the files are, what was left out, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from dgcheck.model.report import Report
from dgcheck.report.markdown import cell, code, inert
from dgcheck.ticket.attachments import Attached
from dgcheck.ticket.bundle import Member
from dgcheck.ticket.checklist import checklist
from dgcheck.ticket.first_lines import first_lines

NAME = "README.md"


def readme(
    report: Report,
    members: Sequence[Member],
    attached: Sequence[Attached],
    *,
    note: str = "",
    hushed: bool = False,
    found_in_logs: str = "",
) -> str:
    """Markdown. `hushed` tells that words of the person's recordings were left out, `found_in_logs` what leads in
    the attached logs."""
    lines = ["# Ticket: a check of a self-hosted Deepgram deployment", "", *first_lines(report, note)]
    if attached:
        lines += ["", "## Attached", "", *_attached(attached)]
        lines += ["", inert(found_in_logs, 1000)] if found_in_logs else []
    lines += ["", "## What is in this file", "", "| file | bytes | what it is |", "|---|---:|---|"]
    lines += [f"| {code(one.name)} | {one.size} | {cell(one.about)} |" for one in _listed(members)]
    lines += ["", *_opening(hushed, any(one.name.startswith("audio/") for one in members))]
    there = [one.name for one in attached if not one.problem]
    lines += ["", "## What support asks next", "", *checklist(report, there)]
    return "\n".join(lines) + "\n"


def _listed(members: Sequence[Member]) -> list[Member]:
    """The files, with one row for all of a folder of ours."""
    rows: dict[str, Member] = {}
    for one in members:
        folder, slash, _ = one.name.partition("/")
        if folder == "attached" or not slash:
            rows[one.name] = one
            continue
        before = rows.get(folder)
        name = f"{folder}/"
        total = (before.size if before else 0) + one.size
        rows[folder] = Member(name, total, "", one.about)
    return list(rows.values())


def _attached(attached: Sequence[Attached]) -> list[str]:
    lines = ["| file | | |", "|---|---|---|"]
    for one in attached:
        hidden = f"{one.hidden} secrets replaced" if one.hidden > 1 else "1 secret replaced" if one.hidden else ""
        said = one.problem if not one.bytes else ", ".join(part for part in (hidden, one.problem) if part)
        lines.append(f"| {code(one.name)} | {'left out' if not one.bytes else f'{one.bytes} bytes'} | {cell(said)} |")
    return lines


def _opening(hushed: bool, spoken: bool) -> list[str]:
    lines = [
        "`dgcheck diagnose` judges this zip again, on any machine, without a network and with the rules of that day:",
        "the whole evidence is in `report.json`. `manifest.json` lists every file with its size and SHA-256.",
        "",
        "Keys, tokens, cookies and passwords were replaced by marks such as `<redacted:1f3a>` before anything was",
        "written: the same mark stands for the same secret within this file, and for none in another.",
    ]
    if hushed:
        lines += [
            "",
            "Your own recordings and the words that were heard in them are not in this file: made-up words stand in",
            "their place (`--include-audio` puts the real ones in).",
        ]
    if spoken:
        said = "The recording and the words that were heard in it are in this file"
        lines += ["", f"{said}: it was made with `--include-audio`."]
    return lines
