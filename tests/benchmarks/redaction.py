"""How fast an attached log is cleaned, and in how much memory, beside a plain copy of the same file.

    python -m tests.benchmarks.redaction [MB]

Three logs: of a deployment as they are (one line in fifty holds a secret, one in ten a word that may announce one), one
in which every line is full of such words, and one in which every line holds two secrets. CPU seconds count, the best of
three; the memory is the most that the process ever had.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
from pathlib import Path
from time import process_time
from typing import BinaryIO

from dgcheck.ticket.scrubbed import scrub
from dgcheck.wire.redact import Redactor

KNOWN = ("a-known-key-0123456789abcdef", "another/known+password=12")
PIECE = 1 << 20
ROUNDS = 3


def _plain(chance: random.Random, number: int) -> str:
    return (
        f"2026-11-26T05:51:{number % 60:02d}.{number % 1000:03d}Z  INFO stem::api: request finished"
        f" request_id={chance.getrandbits(128):032x} method=POST path=/v1/listen status=200 model=nova-3"
        f" duration_ms={number} client=10.0.{number % 256}.7"
    )


def _words(chance: random.Random, number: int) -> str:
    return (
        f"2026-11-26 INFO impeller: session opened, key design signal authenticated, basic token count tokens={number}"
    )


def _secrets(chance: random.Random, number: int) -> str:
    return (
        f'10.0.0.{number % 255} - - [26/Nov/2026:05:51:00 +0000] "GET /v1/listen?model=nova-3'
        f'&token={chance.getrandbits(160):040x} HTTP/1.1" 101 5 "-" "x" auth="Token {chance.getrandbits(160):040x}"'
    )


def log(path: Path, megabytes: int, words: float, secrets: float) -> None:
    """Write a log of so many MB in which these shares of the lines hold words and secrets."""
    chance = random.Random(1)
    with path.open("w") as file:
        number = written = 0
        while written < megabytes * 1_000_000:
            number, share = number + 1, chance.random()
            kind = _secrets if share < secrets else _words if share < secrets + words else _plain
            written += file.write(kind(chance, number) + "\n")


def copied(source: BinaryIO, sink: BinaryIO) -> None:
    """A plain copy, in pieces of the same size."""
    while piece := source.read(PIECE):
        sink.write(piece)


def cleaned(source: BinaryIO, sink: BinaryIO) -> None:
    """The same without secrets."""
    scrub(source, sink, Redactor(KNOWN), name="api.log")


def seconds(work: object, path: Path, out: Path) -> float:
    """CPU seconds of one way from file to file, the best of three."""
    best = float("inf")
    for _ in range(ROUNDS):
        with path.open("rb") as source, out.open("wb") as sink:
            begun = process_time()
            work(source, sink)  # type: ignore[operator]
            sink.flush()
            best = min(best, process_time() - begun)
    return best


def main() -> None:
    """Print one line for each log."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder, "in.log"), Path(folder, "out.log")
        for name, words, secrets in (("as they are", 0.1, 0.02), ("full of words", 1, 0), ("full of secrets", 0, 1)):
            log(path, megabytes, words, secrets)
            size = path.stat().st_size / 1e6
            plain, clean = seconds(copied, path, out), seconds(cleaned, path, out)
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{name:16} {size:.0f} MB: {size / clean:5.1f} MB/s, a plain copy {size / plain:6.0f} MB/s,"
                f" at most {most:.0f} MB of memory"
            )


if __name__ == "__main__":
    main()
