"""Logs of any size: what is read does not depend on blocks, shapes or where a line stands."""

from __future__ import annotations

import io
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dgcheck.explain import passages as cut
from dgcheck.explain.coarse import is_number, needle
from dgcheck.explain.read import Reader
from dgcheck.explain.shapes import Shapes, fold, whole
from tests.explain.reading import HEALTHY, kept

REFUSED = "2026-01-01T00:00:02.{0:03d}Z ERROR app: dial tcp 10.0.0.1:8080: connect: connection refused id={0:08x}\n"
TRACE = """2026-01-01T00:00:03Z ERROR app: request failed
Traceback (most recent call last):
  File "app.py", line 1, in <module>
    ask()
httpx.ConnectError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)
"""
BIG = cut.WHOLE // len(HEALTHY) + 2


def heard(data: bytes, most: int = 1 << 30) -> dict[str, tuple[int, int, int]]:
    """Of each cause: how often, the first line and the last. `most` is how many bytes a read gives at once."""
    reader = Reader(kept())
    file = io.BytesIO(data)
    reader.stream(lambda size: file.read(min(size, most)), "x.log")
    found: dict[str, tuple[int, int, int]] = {}
    for one in reader.heard():
        count, first, last = found.get(one.said.cause, (0, one.first.line, 0))
        found[one.said.cause] = (count + one.count, min(first, one.first.line), max(last, one.last.line))
    return found


def test_the_same_line_many_times_is_counted_with_its_first_and_last_place() -> None:
    text = HEALTHY * BIG + "".join(REFUSED.format(number) + HEALTHY for number in range(300))
    first = HEALTHY.count("\n") * BIG + 1
    assert heard(text.encode())["tcp_refused"] == (300, first, first + 299 * 4)


def test_lines_without_a_time_are_counted_each() -> None:
    text = "dial tcp 10.0.0.1:8080: connect: connection refused\n" * 2000
    assert heard(text.encode())["tcp_refused"] == (2000, 1, 2000)


def test_a_trace_is_one_passage() -> None:
    text = HEALTHY * BIG + TRACE * 3 + HEALTHY
    assert heard(text.encode())["tls_to_plain_port"][1] == 3 * BIG + 5


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("/v1/listen?model=nova-3", "url_invalid"),
        ("dg: dg.example.com/v1/listen?model=nova-3", "url_scheme_missing"),
        ('{"uri":"/v1/listen","status":502,"size":101}', "http_bad_gateway"),
        ("The server returned status code '404' when status code '101' was expected.", "http_not_found"),
        ("status code \\u0027404\\u0027 when status code \\u0027101\\u0027", "http_not_found"),
        ('10.0.0.7 - - [01/Jan/2026:00:00:01 +0000] "POST /v1/listen?a=b HTTP/1.1" 502 31 "-" "x"', "http_bad_gateway"),
    ],
    ids=["a path", "an address", "JSON", "numbers in quotes", "escaped quotes", "an access log"],
)
def test_a_line_among_healthy_accesses_is_found(line: str, cause: str) -> None:
    access = '10.0.0.{0} - - [01/Jan/2026:00:00:01 +0000] "GET /v1/listen?a=b HTTP/1.1" 101 {0} "-" "x" 0.{0}\n'
    above = "".join(access.format(number) for number in range(1000))
    assert heard((above + line + "\n" + above).encode())[cause][:2] == (1, 1001)


@pytest.mark.parametrize("status", [101, 200, 204, 206], ids=str)
def test_no_message_is_looked_for_in_a_healthy_access(status: int) -> None:
    access = '10.0.0.{0} - - [01/Jan/2026:00:00:01 +0000] "GET /v1/listen?model=nova-3 HTTP/1.1" {1} {0} "-" "x"'
    lines = [access.format(number, status).encode() for number in range(600, 1000)]
    assert [line for line in lines if SHAPES.stems(line)] == []


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ('"status":502,"flags":"-"', "http_bad_gateway"),
        ('"status":"504","flags":"-"', "http_gateway_timeout"),
        ('"status":200,"response_flags":"UO"', "http_unavailable"),
        ('"status":200,"response_flags": "NR"', "http_not_found"),
    ],
    ids=["a status", "a status in quotes", "a flag", "a flag after a blank"],
)
@pytest.mark.parametrize("wrapped", [False, True], ids=["plain", "in a container's log"])
def test_one_access_in_json_among_many_is_found(fault: str, cause: str, wrapped: bool) -> None:
    chance = random.Random(5)
    lines = [
        f'{{"time":"2026-01-01T00:00:{number % 60:02d}Z","id":"{chance.getrandbits(128):032x}",'
        f'"uri":"/v1/listen","bytes":{chance.randrange(90000)},"took":{chance.random():.3f},"status":200,"response_flags":"-"}}'
        for number in range(600)
    ]
    lines[400] = f'{{"time":"2026-01-01T00:00:09Z","id":"0a502b","uri":"/v1/listen",{fault}}}'
    if wrapped:
        lines = [json.dumps({"log": line + "\n", "stream": "stdout", "time": "2026-01-01T00:00:00Z"}) for line in lines]
    assert heard("\n".join(lines).encode()) == {cause: (1, 401, 401)}


@pytest.mark.parametrize(
    ("number", "source", "line", "found"),
    [
        ("502", r"status: 502\b", b"status: 502,", True),
        ("502", r"status: 502\b", b"id 502af", False),
        ("502", r"status: (?:502|503)(?!\d)", b"status: 502x", True),
        ("502", r"status: (?:502|503)(?!\d)", b"status: 5021", False),
    ],
)
def test_a_number_is_no_beginning_of_a_longer_one(number: str, source: str, line: bytes, found: bool) -> None:
    exact = whole(number, [source])
    assert exact is not None
    assert (exact.search(line) is not None) is found


@pytest.mark.parametrize("source", ["status: 502", r"status: 502\d", r"5021\b"])
def test_a_number_that_may_go_on_is_looked_for_anywhere(source: str) -> None:
    assert whole("502", [source]) is None


def test_numbers_that_tell_messages_apart_are_not_taken_for_ids() -> None:
    said = "2026-01-01T00:00:02Z ERROR app: server rejected WebSocket connection: HTTP {}\n"
    text = HEALTHY * BIG + "".join(said.format(status) * 5 for status in (401, 403, 404, 502))
    found = heard(text.encode())
    for cause in ("http_unauthorized", "http_forbidden", "http_not_found", "http_bad_gateway"):
        assert found[cause][0] >= 5, cause


@pytest.mark.parametrize("most", [977, 4096, 70_001], ids=str)
def test_blocks_of_any_size_give_the_same(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)
    parts = [HEALTHY, REFUSED.format(7), TRACE, "\n", "ÄÖÜ ▲ no error\n"]
    text = HEALTHY * BIG + "".join(chance.choice(parts) for _ in range(600))
    whole = heard(text.encode())
    monkeypatch.setattr(cut, "BLOCK", most)
    # An entry that a block cuts in two is read in two parts; what each of them says is found all the same.
    for cause, (count, first, last) in heard(text.encode(), most).items():
        assert count == whole[cause][0]
        assert abs(first - whole[cause][1]) <= 4
        assert abs(last - whole[cause][2]) <= 4


def test_characters_are_counted_and_not_bytes() -> None:
    reader = Reader(kept())
    text = "ÄÖÜ ▲\n" * 5000 + REFUSED.format(1)
    reader.stream(io.BytesIO(text.encode()).read, "x.log")
    one = next(one for one in reader.heard() if one.said.cause == "tcp_refused")
    assert text[one.first.start : one.first.end] == one.words


@pytest.mark.parametrize(
    "joint",
    [pytest.param(" ", id="blanks"), pytest.param("\\n", id="escaped line breaks"), pytest.param(",", id="commas")],
)
def test_one_very_long_line(joint: str) -> None:
    entries = [REFUSED.format(number).strip() for number in range(500)]
    found = heard(joint.join(entries).encode())
    assert found["tcp_refused"][0] == 500
    assert found["tcp_refused"][1:] == (1, 1)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"a" * (1 << 20), id="one letter"),
        pytest.param(b"[({" * (1 << 18), id="brackets"),
        pytest.param(b"\xff\xfe\x80" * (1 << 18), id="no UTF-8"),
        pytest.param(b"\n" * (1 << 20), id="empty lines"),
        pytest.param(b" " * (1 << 20), id="blanks"),
    ],
)
def test_a_megabyte_of_nothing(data: bytes) -> None:
    assert heard(data) == {}


SHAPES = Shapes(kept())
STEMS = sorted({stem for literal in kept().literals for stem in kept().stems(literal)})
LETTERS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(STEMS), LETTERS, LETTERS)
def test_a_line_with_a_stem_and_what_it_needs_is_never_passed_over(stem: str, before: str, after: str) -> None:
    """The look at shapes and words may find too much, never too little."""
    below = kept().below(stem)
    needs = next((literal for _, needs in below for literal in needs or ()), "")
    said = stem.upper() if stem.isascii() else stem
    if is_number(stem):  # a number counts where it is no part of a longer one
        said = f" {said} "
    if all(needs is None for _, needs in below):  # such a message is a whole text
        before = after = ""
    line = f"{before}{said}{after} {needs}".replace("\n", " ").encode()
    block = b"a healthy line 17\n" + line
    shapes = [fold(one) for one in block.split(b"\n")]
    assert 1 in SHAPES.hot(block, shapes), (needle(stem), line)
    assert stem in SHAPES.stems(line)


def test_a_block_that_ends_with_its_line_is_not_the_last() -> None:
    line = "x" * 63 + "\n"
    text = "\n" + line * ((cut.BLOCK + cut.WHOLE) // len(line))  # the first two reads take one byte more than both
    assert "tcp_refused" in heard((text + REFUSED.format(1)).encode())


def test_memory_is_bounded_however_different_the_messages_are() -> None:
    text = "".join(f"dial tcp: lookup host{number}.corp: no such host\n" for number in range(5000))
    reader = Reader(kept())
    reader.stream(io.BytesIO(text.encode()).read, "x.log")
    found = reader.heard()
    assert len(found) < 300
    assert sum(one.count for one in found if one.said.cause == "dns_nxdomain") == 5000
