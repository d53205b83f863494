"""A saved report comes back as it was; whatever else a file holds is refused in one clear sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dgcheck.model.errors import UsageError
from dgcheck.model.record import replace
from dgcheck.model.report import Report, Status
from dgcheck.report import formats, load, render, saved
from dgcheck.report.plain import report_to_plain
from tests.report import canonical
from tests.report.hostile import harmful

GOOD = render("json", canonical.failing())
slowly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", ["json", "yaml"])
@pytest.mark.parametrize("which", ["failing", "healthy", "answerless"])
def test_a_report_comes_back_as_it_was(name: str, which: str) -> None:
    report = getattr(canonical, which)()
    again = load(render(name, report))
    assert report_to_plain(again) == report_to_plain(report)
    assert (again.findings, again.evidence) == (report.findings, report.evidence)


def test_a_stopped_run_comes_back_as_it_was() -> None:
    report = replace(
        canonical.failing(), interrupted=True, signal=15, attempts=3, deadline_passed=True, fail_on="warning"
    )
    again = load(render("json", report))
    assert (again.interrupted, again.signal, again.attempts, again.deadline_passed, again.fail_on, again.exit_code) == (
        *(True, 15, 3, True, "warning"),
        143,
    )


@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(lambda text: text, id="text"),
        pytest.param(lambda text: text.encode(), id="UTF-8"),
        pytest.param(lambda text: b"\xef\xbb\xbf" + text.encode(), id="UTF-8 with a mark"),
        pytest.param(lambda text: text.encode("utf-16"), id="UTF-16, as PowerShell writes"),
        pytest.param(lambda text: b"\xfe\xff" + text.encode("utf-16-be"), id="UTF-16, big end first"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="other line ends"),
    ],
)
@pytest.mark.parametrize("name", ["json", "yaml"])
def test_the_encodings_that_editors_and_shells_write_are_read(name: str, encode: Callable[[str], Any]) -> None:
    assert load(encode(render(name, canonical.failing()))).verdict is Status.FAIL


def test_what_a_newer_dgcheck_added_is_passed_over() -> None:
    plain = json.loads(GOOD)
    plain["new"] = {"anything": [1]}
    plain["checks"][0]["new"] = plain["findings"][0]["new"] = plain["evidence"][3]["new"] = 1
    assert report_to_plain(load(json.dumps(plain))) == report_to_plain(canonical.failing())


YAML_HEAD = "schema: dgcheck/report/v1\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param(" \n ", "is empty", id="blank"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "is no UTF-8 text", id="a picture"),
        pytest.param(b"\xff\xfea", "is no UTF-16 text", id="half a character"),
        pytest.param(GOOD[: len(GOOD) // 2], "ends in the middle", id="half a report"),
        pytest.param(GOOD.rstrip()[:-1], "ends in the middle", id="the last brace missing"),
        pytest.param('{"schema": "dgch', "ends in the middle", id="cut within a word"),
        pytest.param(GOOD.replace('"verdict":', '"verdict"', 1), "line 7, column 13 is no JSON", id="damaged"),
        pytest.param(GOOD + "x", "is damaged", id="something after it"),
        pytest.param("[1, 2]", "holds a list, not a report", id="another JSON"),
        pytest.param('{"a": 1}', "it has no `schema`", id="JSON without schema"),
        pytest.param('{"schema": "junit"}', "'junit'", id="another schema"),
        pytest.param('{"schema": "dgcheck/report/v9"}', "another format, dgcheck/report/v9", id="newer"),
        pytest.param('{"schema": "dgcheck/report/v1"}', "has no `verdict`", id="nothing but the schema"),
        pytest.param('{"schema": NaN}', "holds NaN", id="NaN"),
        pytest.param('{"schema": "dgcheck/report/v1", "a": 1e999}', "holds a number", id="infinity"),
        pytest.param('{"schema": "dgcheck/report/v1", "a": ' + "9" * 5000 + "}", "is no dgcheck report", id="digits"),
        pytest.param('{"schema": "dgcheck/report/v1", "a": ' + "9" * 400 + "}", "holds a number", id="a huge number"),
        pytest.param("[" * 200_000, "is", id="endless depth"),
        pytest.param('{"a":' * 5_000 + "1" + "}" * 5_000, "nested too deeply", id="deep mappings"),
        pytest.param(
            '{"schema": "dgcheck/report/v1", "a": ' + "[" * 60 + "]" * 60 + "}", "nested too deeply", id="sixty deep"
        ),
        pytest.param("dgcheck 1.0.0\n\nPASS  11 passed\n", "neither a JSON nor a YAML", id="the text format"),
        pytest.param("2026-09-20 ERROR no such model\n" * 50, "dgcheck explain FILE", id="a log"),
        pytest.param("<html><body>502</body></html>", "neither a JSON nor a YAML", id="a page"),
        pytest.param(YAML_HEAD + "a: [1, 2\n", "is no YAML", id="damaged YAML"),
        pytest.param(YAML_HEAD + "a: \x1b\n", "is no YAML", id="a control character in YAML"),
        pytest.param(YAML_HEAD + "a: &x [1]\nb: *x\n", "anchors or tags", id="YAML with an anchor"),
        pytest.param(YAML_HEAD + "a: !!python/name:os.system x\n", "anchors or tags", id="YAML with a tag"),
        pytest.param(YAML_HEAD + "1: 2\n", "a number as a name", id="YAML with a number as a name"),
        pytest.param(YAML_HEAD + "a: " + "[" * 5_000 + "\n", "is", id="deep YAML"),
        pytest.param(YAML_HEAD + "---\na: 1\n", "is no YAML", id="two documents"),
    ],
)
def test_what_is_no_report_is_refused_in_one_clear_sentence(text: str | bytes, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(text)
    said = str(caught.value)
    assert words in said
    assert len(said) < 600
    assert not harmful(said)
    assert "\n" not in said


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        pytest.param(("verdict",), "green", "verdict is 'green'", id="a verdict of its own"),
        pytest.param(("verdict",), 1, "`verdict` is a number", id="a number as verdict"),
        pytest.param(("interrupted",), "no", "`interrupted` is text", id="text as truth"),
        pytest.param(("signal",), 9, "signal 9", id="a signal of its own"),
        pytest.param(("signal",), True, "`signal` is a truth value", id="truth as a signal"),
        pytest.param(("settings", "model"), "nova", "a setting is no mapping", id="a setting without origin"),
        pytest.param(("evidence",), None, "no `evidence`", id="no evidence"),
        pytest.param(("evidence", 0), "e1", "unknown kind", id="text as evidence"),
        pytest.param(("evidence", 0, "kind"), ["x"], "unknown kind", id="a list as kind"),
        pytest.param(("evidence", 0, "kind"), "hunch", "unknown kind 'hunch'", id="an unknown kind"),
        pytest.param(("evidence", 2, "ending"), "vanished", "lookup.ending", id="an unknown ending"),
        pytest.param(("evidence", 2, "addresses"), "192.0.2.5", "lookup.addresses", id="text as a list"),
        pytest.param(("evidence", 7, "request"), [], "request", id="a list as a request"),
        pytest.param(("evidence", 7, "response", "headers"), [["a"]], "2 values", id="half a header"),
        pytest.param(("evidence", 1, "proxies"), ["x"], "a mapping was expected", id="a list as a mapping"),
        pytest.param(("checks", 0, "status"), "green", "status", id="a status of its own"),
        pytest.param(("checks", 0, "phases"), [{"name": "x"}], "phase", id="half a phase"),
        pytest.param(("checks", 0, "phases"), 7, "phases", id="a number as phases"),
        pytest.param(("findings", 0, "remedies"), [1], "filledremedy", id="no remedy"),
    ],
)
def test_a_damaged_report_is_refused_with_the_place(path: tuple[str | int, ...], value: Any, words: str) -> None:
    plain = json.loads(GOOD)
    place = plain
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(UsageError) as caught:
        load(json.dumps(plain))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" + "[],{}," * 3_000_000 + "0]", id="millions of containers"),
        pytest.param('{"schema":"dgcheck/report/v1","a":[' + "0," * 9_000_000 + "0]}", id="millions of numbers"),
        pytest.param(YAML_HEAD + "# dgcheck\n" + "- a\n" * 3_000_000, id="millions of lines"),
        pytest.param(YAML_HEAD + "a: [" + "1," * 4_000_000 + "]\n", id="millions of numbers in YAML"),
        pytest.param("x" * (saved.MAX_BYTES + 1), id="beyond the limit"),
        pytest.param(YAML_HEAD + "a: " + "[" * 900 + "]" * 900 + "\n", id="as deep as YAML goes"),
    ],
)
def test_a_huge_file_is_refused_soon(text: str) -> None:
    began = monotonic()
    with pytest.raises(UsageError):
        load(text)
    assert monotonic() - began < 20


@given(st.one_of(st.text(st.characters(), max_size=200), st.binary(max_size=200)))
@slowly
def test_whatever_the_file_it_is_a_report_or_a_usage_error(text: str | bytes) -> None:
    with pytest.raises(UsageError):
        load(text)


@given(st.integers(0, len(GOOD) - 2))
@slowly
def test_a_cut_report_is_never_read_as_a_whole_one(length: int) -> None:
    with pytest.raises(UsageError):
        load(GOOD[:length])


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_report_with_anything_in_one_place_is_shown_or_refused(data: st.DataObject) -> None:
    plain = json.loads(GOOD)
    place: Any = plain
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        below = place[key]
        if not (isinstance(below, (dict, list)) and below) or data.draw(st.booleans()):
            break
        place = below
    place[key] = data.draw(values)
    try:
        report = load(json.dumps(plain))
    except UsageError:
        return
    assert isinstance(report, Report)
    for name in formats():
        assert not harmful(render(name, report, verbose=True))
