"""Reads texts by the messages as they are kept, for the tests of the reader."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

from dgcheck.explain import pages
from dgcheck.explain.answer import answer
from dgcheck.explain.layer import layer
from dgcheck.explain.messages import Messages, messages
from dgcheck.explain.read import Reader
from dgcheck.explain.weigh import weigh

FIXTURES = Path(__file__).parents[2] / "fixtures"
HEALTHY = (
    "2026-01-01T00:00:01.003Z  INFO stem::handlers request_id=5d9dc9f8-34b9-4b5d-8f7a-1c2d3e4f5a6b interim result\n"
    "2026-01-01T00:00:01.004Z  INFO impeller::engine latency_ms=12 batch of 4 done\n"
    '10.0.0.7 - - [01/Jan/2026:00:00:01 +0000] "GET /v1/status HTTP/1.1" 200 31 "-" "kube-probe/1.29"\n'
)


@cache
def kept() -> Messages:
    """The messages that are kept beside the reader."""
    return messages()


def named(text: str) -> tuple[str, str]:
    """The cause that leads and its confidence; ("unrecognised", "") where nothing does."""
    reader = Reader(kept())
    reader.text(text)
    found = weigh(reader.heard(), {page["cause"]: page["explains"] for page in pages.pages()})
    return (found[0].cause, found[0].confidence) if found else ("unrecognised", "")


def answered(*texts: str, secrets: tuple[str, ...] = ()) -> dict[str, Any]:
    """The whole answer, as `-o json` prints it; several texts are several files."""
    reader = Reader(kept())
    for number, text in enumerate(texts, 1):
        if len(texts) == 1:
            reader.text(text)
        else:
            reader.stream(io.BytesIO(text.encode()).read, f"{number}.log")
    return answer(reader.heard(), reader.whole, pages.pages(), layer, secrets)


def rows(name: str = "explain/sdk-errors.jsonl") -> list[dict[str, Any]]:
    """Texts whose cause is known."""
    return [json.loads(line) for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines()]
