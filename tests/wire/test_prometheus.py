"""Numbers of a page of metrics: what is read, and that nothing a server sends hurts."""

from __future__ import annotations

import random

import pytest

from dgcheck.model.beside import Sample
from dgcheck.wire.prometheus import LARGEST, MOST, read


@pytest.mark.parametrize(
    ("line", "sample"),
    [
        pytest.param("engine_x 3", Sample("engine_x", 3.0), id="plain"),
        pytest.param("engine_x 1.5e+03 1700000000000", Sample("engine_x", 1500.0), id="with a time"),
        pytest.param('engine_x{kind="batch"} 2', Sample("engine_x", 2.0, (("kind", "batch"),)), id="a label"),
        pytest.param(
            'engine_x{a="1",b="two",} 2', Sample("engine_x", 2.0, (("a", "1"), ("b", "two"))), id="a comma at the end"
        ),
        pytest.param(
            r'engine_x{a="q\"uo\\te\n}"} 2', Sample("engine_x", 2.0, (("a", 'q"uo\\te\n}'),)), id="escapes and a brace"
        ),
        pytest.param('engine_x_total 7 # {trace="1"} 1 1.0', Sample("engine_x_total", 7.0), id="an exemplar"),
        pytest.param("\tengine_x\t4", Sample("engine_x", 4.0), id="tabs"),
    ],
)
def test_a_line_is_read(line: str, sample: Sample) -> None:
    assert read(f"# TYPE engine_x gauge\n{line}\nother_y 1\n", ("engine_",)) == (sample,)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("# HELP engine_x says engine_x 3", id="a comment"),
        pytest.param("engine_x NaN", id="not a number"),
        pytest.param("engine_x +Inf", id="infinite"),
        pytest.param("engine_x 1e999", id="infinite when read"),
        pytest.param('engine_x_bucket{le="+Inf"} 3', id="a bucket"),
        pytest.param("engine_x", id="no value"),
        pytest.param("engine_x three", id="a word"),
        pytest.param("engine_x" + "y" * 5000 + " 3", id="an endless name"),
        pytest.param('engine_x{a="' + "b" * 5000 + '"} 3', id="an endless label"),
        pytest.param("engine_x 1-2-3", id="signs in a number"),
        pytest.param("node_engine_x 3", id="another's metric"),
    ],
)
def test_what_cannot_be_used_is_passed_over(line: str) -> None:
    assert read(line, ("engine_",)) == ()


def test_only_so_many_samples_are_kept() -> None:
    page = "\n".join(f"engine_{number} 1" for number in range(MOST * 3))
    assert len(read(page, ("engine_",))) == MOST


def test_only_so_much_of_a_page_is_looked_at() -> None:
    page = "# padding\n" * (LARGEST // 10 + 10) + "engine_x 1\n"
    assert read(page, ("engine_",)) == ()


def test_generated_pages_never_raise_and_never_hang() -> None:
    """Seeded noise of the characters that matter, and lines that invite a pattern to go back and forth."""
    chance = random.Random(6)
    alphabet = 'engine_x{}="\\,. 0123456789eE+-\n\t#\x00é'
    for _ in range(300):
        page = "engine_" + "".join(chance.choice(alphabet) for _ in range(chance.randrange(400)))
        for sample in read(page, ("engine_",)):
            assert sample.name.startswith("engine_")
    for line in (
        "engine_x{" + 'a="b",' * 320,
        'engine_x{a="' + "\\\\" * 900,
        "engine_x " + "1" * 1900,
        "engine_x" + " " * 1900,
    ):
        read(line, ("engine_",))
