"""What a server, a name or a damaged file may put into a report to harm the person who reads it."""

from __future__ import annotations

import unicodedata
from random import Random
from typing import Any

from hypothesis import strategies as st

from dgcheck.model.record import fields, is_dataclass, replace
from dgcheck.model.report import Report
from tests.report import canonical

NASTY = (
    "\x1b[2J\x1b[31mPASS\x1b[0m",
    "\x1b]8;;http://evil.example/\x07click\x1b]8;;\x07",
    "\x1b]0;title\x07\x9b31m\x90payload\x9c",
    "\x00\x01\x07\x08\x0b\x0c\r\n\x7f\x80\x85\x9f",
    "abc\u202edcba\u202c \u2066isolate\u2069 \u200f\u200e",
    "zero\u200bwidth\u200d\ufeff\u2060\u00ad",
    "line\u2028para\u2029end\n\n# heading\n- item\n",
    "lone \ud800 surrogate \udfff",
    "tag \U000e0001\U000e0041 filler \u3164\u115f\ufe0f",
    "| cell | cell |\n|---|---|\\| \\\\| `|`",
    "``` fence\n~~~\n```` `` ` code",
    "<script>alert(1)</script><img src=x onerror=alert(1)> &lt;b&gt;",
    "[link](javascript:alert(1)) ![image](http://evil.example/x.png) <http://evil.example>",
    "@everyone #1 **bold** __bold__ ~~gone~~ $x$ {noformat} h1. title",
    "!!python/object/apply:os.system ['id'] &anchor *alias %TAG --- ... ? : - {a: b}",
    "yes",
    "null",
    "1e3",
    "0x1F",
    "12:30:45",
    "2026-09-20T10:15:02Z",
    " leading and trailing ",
    "key: value # comment",
    '"quoted" \'quoted\' \\"',
    "z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308algo",
    "',\"`${IFS}$(id)`; rm -rf ~ #",
    "\t\ttabs\there",
    "",
    "x" * 4_500,
    ("spread " * 700) + "\x1b[0m",
    "`" * 700,
    "全角文字とemoji 🎙️ und Umlaute äöü",
)

texts = st.one_of(
    st.sampled_from(NASTY), st.text(st.characters(), max_size=60), st.text("`|\\\n\x1b\u202e*_[]<>", max_size=30)
)


def poisoned(seeds: list[str], random: Random, *, everything: bool = False) -> Report:
    """The canonical report with every second text of it, wherever it stands, replaced by one of `seeds`."""

    def swap(value: Any) -> Any:
        if type(value) is str:
            return random.choice(seeds) if everything or random.random() < 0.5 else value
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{item.name: swap(getattr(value, item.name)) for item in fields(value)})
        if isinstance(value, dict):
            return {swap(key): swap(item) for key, item in value.items()}
        if isinstance(value, (tuple, list)):
            return type(value)(swap(item) for item in value)
        return value

    def settings(value: dict[str, Any]) -> dict[str, Any]:
        return {swap(name): {key: swap(item) for key, item in entry.items()} for name, entry in value.items()}

    report = canonical.failing()
    kept: dict[str, Any] = {"settings": settings(dict(report.settings)), "fail_on": "error"}
    changed: dict[str, Any] = {
        item.name: swap(getattr(report, item.name)) for item in fields(report) if item.name not in (*kept, "target")
    }
    target = {name: swap(value) for name, value in report.target.items()}
    extra = (*changed.pop("evidence"), swap(canonical.stream()))
    return replace(report, **changed, **kept, target=target, evidence=extra)


def harmful(text: str) -> set[str]:
    """The characters of `text` that command a terminal, hide, reorder or cannot be encoded; a line break is none."""
    return {char for char in text if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
