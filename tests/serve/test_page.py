"""The page for people: what it says, and that text of a deployment stays text."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from html.parser import HTMLParser
from time import monotonic
from typing import Any

import pytest

from dgcheck.model.report import Status
from dgcheck.serve import page
from dgcheck.serve.allowed import Allowed
from dgcheck.serve.prober import Standing
from dgcheck.serve.request import Answer
from dgcheck.serve.result import Checked, Result
from dgcheck.serve.roster import Roster
from dgcheck.serve.subject import Subject
from dgcheck.wire.audio import bundled
from tests.serve.built import result, subject

pytestmark = pytest.mark.anyio

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><svg onload=alert(1)>",
    "&lt;script&gt;",
    "\x1b[2J\u202e\ud800",
    "javascript:alert(1)",
]


class Read(HTMLParser):
    """The tags of a page, whether each is closed, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.said = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, text: str) -> None:
        self.said += text if self.open[-1:] != ["style"] else ""


@contextmanager
def shown(*results: Result | None) -> Iterator[Answer]:
    """The page of an exporter whose targets have these results."""
    subjects = tuple(subject(f"http://dg{place}:8080") for place in range(len(results)))

    def understand(*_: Any) -> Subject:
        return subjects[0]

    roster = Roster(
        subjects,
        understand=understand,
        allowed=Allowed(),
        audio=bundled(),
        interval=30.0,
        concurrency=1,
        news=lambda *_: None,
    )
    for one, prober in zip(results, roster.probers.values(), strict=True):
        if one is not None:
            prober.standing = Standing(result=one, at=monotonic(), since=one.ended)
    yield page.render(roster)


def failing(**fields: Any) -> Result:
    given = {
        "code": "DG5012",
        "cause": "engine_initializing",
        "title": "The Engine is not there yet",
        "says": "GET /v1/status says Initializing.",
        "do": "Wait until it is `Ready`",
        "command": "kubectl get pods\nkubectl logs x",
        "checks": (Checked("status", Status.FAIL, "says Initializing"), Checked("tls", Status.SKIP, "no TLS")),
    }
    return result(Status.FAIL, **{**given, **fields})


async def test_what_is_wrong_and_what_to_do() -> None:
    with shown(failing()) as answer:
        read = Read(answer.body.decode())
    for words in (
        "Deepgram deployment: fails",
        "http://dg0:8080",
        "The Engine is not there yet",
        "DG5012 engine_initializing",
        "GET /v1/status says Initializing.",
        "What to do: Wait until it is Ready",
        "kubectl get pods\nkubectl logs x",
        "says Initializing",
        "Asked every 30 s",
    ):
        assert words in read.said
    assert read.open == []


async def test_what_fails_comes_first() -> None:
    with shown(result(), failing(), result(Status.WARN, code="DG2025"), None) as answer:
        said = Read(answer.body.decode()).said
    places = [said.index(f"http://dg{place}:8080") for place in (1, 3, 2, 0)]
    assert places == sorted(places)
    assert "2 of 4 pass" in said
    assert "It has not been asked to the end yet." in said


async def test_an_exporter_without_targets() -> None:
    with shown() as answer:
        assert "/probe?target=URL" in Read(answer.body.decode()).said


@pytest.mark.parametrize("text", HOSTILE)
async def test_text_of_a_deployment_stays_text(text: str) -> None:
    fields = dict.fromkeys(("title", "says", "do", "command", "code", "cause"), text)
    with shown(failing(**fields, checks=(Checked("status", Status.FAIL, text),))) as answer:
        read = Read(answer.body.decode())
    known = {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "main", "article", "header", "span"),
        *("strong", "pre", "details", "summary", "table", "tr", "th", "td", "footer", "a", "code"),
    }
    assert {tag for tag, _ in read.tags} <= known
    allowed = {"lang", "charset", "name", "content", "http-equiv", "class", "scope", "href", "open"}
    assert {name for _, pairs in read.tags for name in pairs} <= allowed
    assert read.open == []


async def test_the_browser_runs_and_loads_nothing() -> None:
    with shown(failing()) as answer:
        text = answer.body.decode()
    policy = dict(answer.headers)["Content-Security-Policy"]
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    hashes = [b64encode(sha256(style.encode()).digest()).decode() for style in styles]
    assert policy.startswith("default-src 'none'; ")
    assert [f"style-src 'sha256-{one}'" in policy for one in hashes] == [True]
    assert not re.search(r"<script|style=|\bsrc=|\bon\w+=|url\(|@import", text)
    assert "script-src" not in policy


async def test_colours_for_light_and_dark() -> None:
    assert "prefers-color-scheme: dark" in page.STYLE
    assert "color-scheme: light dark" in page.STYLE
