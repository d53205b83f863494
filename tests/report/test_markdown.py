"""Markdown for a ticket: readable raw, and nothing of a server's becomes markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgcheck.model.evidence import Ending, Request, Response, Stream, Upgrade
from dgcheck.model.record import replace
from dgcheck.report import render
from dgcheck.report.markdown import cell, code, fenced, inert
from tests.report import canonical
from tests.report.hostile import texts


def test_it_opens_with_the_verdict_and_the_answer() -> None:
    lines = render("markdown", canonical.failing()).splitlines()
    assert lines[0] == "## ❌ FAIL: `https://dg.example.com`"
    assert (
        next(line for line in lines if line.startswith("### "))
        == "### Cause: A proxy does not pass the WebSocket upgrade on"
    )


def test_commands_are_blocks_inside_their_step() -> None:
    text = render("markdown", canonical.failing())
    assert "2. Then make nginx read its configuration again\n   ```\n   nginx -t && nginx -s reload\n   ```\n" in text


def test_the_healthy_report_has_no_findings() -> None:
    text = render("markdown", canonical.healthy())
    assert re.findall(r"^### .*", text, re.MULTILINE) == ["### Checks"]


def test_without_more_than_ascii_there_are_words_for_the_signs() -> None:
    text = render("markdown", canonical.failing(), ascii=True)
    assert text.startswith("## FAIL: `https://dg.example.com`\n")
    assert "| fail | `rest` |" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("400 Bad Request: model nova-3", "400 Bad Request: model nova-3", id="ordinary"),
        pytest.param("ws_upgrade_rejected", "ws_upgrade_rejected", id="a word of ours"),
        pytest.param("_em_ __strong__", "\\_em\\_ \\_\\_strong\\_\\_", id="underscores at the edges of words"),
        pytest.param("*a* [b](c) ![d](e)", "\\*a\\* \\[b\\](c) \\!\\[d\\](e)", id="emphasis, link, image"),
        pytest.param("<b>&amp;", "\\<b\\>\\&amp;", id="HTML"),
        pytest.param("a | b", "a \\| b", id="a bar"),
        pytest.param("@team #12", "`@`team \\#12", id="mentions"),
        pytest.param("- item", "\\- item", id="a list"),
        pytest.param("1. item", "1\\. item", id="a numbered list"),
        pytest.param("127.0.0.1 is it", "127.0.0.1 is it", id="an address is no list"),
        pytest.param("12) item", "12\\) item", id="a numbered list with a bracket"),
        pytest.param("ask `dgcheck run` again", "ask `dgcheck run` again", id="backquotes in pairs"),
        pytest.param("one ` alone", "one \\` alone", id="one backquote"),
        pytest.param("$x$ {code}", "\\$x\\$ \\{code\\}", id="formulas and macros"),
    ],
)
def test_text_is_shown_as_it_is(text: str, shown: str) -> None:
    assert inert(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a", "`a`", id="ordinary"),
        pytest.param("a`b", "``a`b``", id="a backquote inside"),
        pytest.param("`a``", "``` `a`` ```", id="backquotes at the ends"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_code_span_is_never_ended_from_within(text: str, shown: str) -> None:
    assert code(text) == shown


@given(texts)
def test_a_code_block_is_never_ended_from_within(text: str) -> None:
    first, *inner, last = fenced(text)
    assert first == last
    assert set(first) == {"`"}
    assert not any(line.lstrip().startswith(first) for line in inner)


@given(texts)
def test_a_cell_is_never_ended_from_within(text: str) -> None:
    shown = cell(text)
    assert "\n" not in shown
    assert "|" not in re.sub(r"\\[!-/:-@\[-`{-~]", "", shown)


@given(st.text("`ab|\\", max_size=40))
def test_no_backquote_and_bar_together_end_a_cell(text: str) -> None:
    assert "|" not in re.sub(r"\\[!-/:-@\[-`{-~]", "", cell(text))


def test_the_ids_of_what_failed_can_be_looked_up() -> None:
    """Those of refusals and of streams that the server broke off, not of what was served."""
    told = (("dg-request-id", "5d2c"),)
    request = Request(method="GET", target="/v1/listen")
    refused = Upgrade(
        id="e1",
        check="ws.upgrade",
        ending=Ending.ANSWERED,
        url="ws://h/v1/listen",
        request=request,
        response=Response(status=400, headers=told),
    )
    opened = replace(refused, id="e2", response=Response(status=101, headers=(("dg-request-id", "77aa"),)))
    stream = Stream(
        id="e3", check="ws.stream", ending=Ending.ANSWERED, upgrade="e2", close_code=1011, closed_by="server"
    )
    report = canonical.failing()
    shown = render("markdown", replace(report, evidence=(refused, opened, stream)))
    assert "Request ids of what failed: `5d2c`, `77aa`\n" in shown
    assert "Request ids" not in render("markdown", replace(report, evidence=(opened, replace(stream, close_code=1000))))
