"""How often `dgcheck explain` is right on messages whose cause is known.

    python -m tests.explain.score [FILE.jsonl]... [--all] [--kept]

Without files: the measured errors of the SDKs and people's messages in `../shared`, beside the checkout. Prints every
miss, grouped by who said it, then the shares. `--kept` uses the kept messages instead of those in the sources.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from dgcheck.explain import pages
from dgcheck.explain.messages import Messages, messages, read, row_of, text_of
from dgcheck.explain.read import Reader
from dgcheck.explain.weigh import Named, weigh
from dgcheck.rules import said as written

SHARED = Path(__file__).resolve().parents[3] / "shared"
FILES = (SHARED / "truth" / "sdk-errors-dev.jsonl", SHARED / "corpus" / "messages-dev.jsonl")
CLAIMS = ("certain", "likely")


@dataclass
class Score:
    """What became of the rows: right, missed (another cause or none), claimed wrongly, too sure."""

    rows: int = 0
    right: int = 0
    misses: list[dict[str, Any]] = field(default_factory=list)
    wrong_claims: list[dict[str, Any]] = field(default_factory=list)
    too_sure: list[dict[str, Any]] = field(default_factory=list)

    def add(self, row: dict[str, Any], answer: list[Named]) -> None:
        """Judge one answer."""
        cause = answer[0].cause if answer else "unrecognised"
        confidence = answer[0].confidence if answer else "unrecognised"
        allowed = {row["cause"], *row["alt"]}
        row = {**row, "said": [f"{one.cause} ({one.confidence})" for one in answer] or ["unrecognised"]}
        if answer and answer[0].heard:
            row["by"] = answer[0].heard.words
        self.rows += 1
        if cause in allowed:
            self.right += 1
        else:
            self.misses.append(row)
            if confidence in CLAIMS:
                self.wrong_claims.append(row)
        if row["ambiguous"] and confidence == "certain":
            self.too_sure.append(row)


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def score(file: Path, said: Messages) -> Score:
    """Read every row of a file as a user would paste it."""
    explains = {page["cause"]: page["explains"] for page in pages.pages()}
    result = Score()
    for row in rows(file):
        reader = Reader(said)
        reader.text(row["text"])
        result.add(row, weigh(reader.heard(), explains))
    return result


def _show(title: str, found: list[dict[str, Any]]) -> None:
    print(f"\n=== {title}: {len(found)}")
    by: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        by.setdefault(str(row.get("sdk") or row.get("stack")), []).append(row)
    for who, among in sorted(by.items()):
        print(f"\n--- {who} ({len(among)})")
        for row in among:
            print(
                f"{row['id']}  wants {row['cause']}{' | ' + ' '.join(row['alt'][:8]) if row['alt'] else ''}"
                f"{'  (ambiguous)' if row['ambiguous'] else ''}"
            )
            print(f"      said {', '.join(row['said'])}   by {row.get('by', '')[:160]!r}")
            print(f"      text {row['text'][:400]!r}")


def live() -> Messages:
    """The messages as they stand in the sources; a file that cannot be loaded is named and left out."""
    found = []
    for module in iter_modules(written.__path__):
        try:
            loaded = import_module(f"{written.__name__}.{module.name}")
        except Exception as error:  # noqa: BLE001 - a half-written file must not keep the others from being scored
            print(f"{module.name}.py is left out: {type(error).__name__}: {error}")
            continue
        for one in loaded.MESSAGES:
            wrong = written.problem(one)
            if wrong:
                print(f"PROBLEM {module.name}.py: {one.cause} {one.stem!r}: {wrong}")
            found.append(row_of(one))
    return read(text_of(found, lambda stems: {stem: [stem] for stem in stems}))


def main() -> int:
    """Print the score of each file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path, default=list(FILES))
    parser.add_argument("--kept", action="store_true")
    parser.add_argument("--only", default="", help="only misses of this sdk or stack")
    args = parser.parse_args()
    said = messages() if args.kept else live()
    known = {page["cause"] for page in pages.pages()}
    every = [said.said(number) for number in range(len(said))]
    lacking = Counter(name for one in every for name in (one.cause, *one.alt, *one.over) if name not in known)
    for file in args.files:
        result = score(file, said)

        def mine(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return [row for row in found if not args.only or args.only in (row.get("sdk"), row.get("stack"))]

        print(f"\n######## {file.name}")
        _show("missed", mine(result.misses))
        _show("wrong claims", mine(result.wrong_claims))
        _show("ambiguous, yet certain", mine(result.too_sure))
        print(
            f"\n{file.name}: {result.right} of {result.rows} right ({100 * result.right / max(result.rows, 1):.1f} %), "
            f"{len(result.wrong_claims)} wrong claims, {len(result.too_sure)} too sure"
        )
    print(f"{len(said)} messages, {len({one.stem for one in every})} stems; not in the catalogue: {dict(lacking)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
