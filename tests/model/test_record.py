"""Records behave as the standard library's data classes do, in what we use of them."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from dgcheck.model import record


def _pair(library: Any) -> tuple[type, type]:
    @library.dataclass(frozen=True, kw_only=True)
    class Base:
        one: int
        two: str = "two"

    @library.dataclass(frozen=True, kw_only=True)
    class Grown(Base):
        three: list[int] = library.field(default_factory=list)
        four: int = library.field(default=4, repr=False, compare=False)

    return Base, Grown


@pytest.fixture(params=[dataclasses, record], ids=["standard", "ours"])
def library(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_defaults_and_factories(library: Any) -> None:
    _, grown = _pair(library)
    first, second = grown(one=1), grown(one=1)
    assert (first.two, first.three, first.four) == ("two", [], 4)
    assert first.three is not second.three


def test_equality_leaves_out_what_is_not_compared(library: Any) -> None:
    base, grown = _pair(library)
    assert grown(one=1, four=5) == grown(one=1)
    assert grown(one=1) != grown(one=2)
    assert base(one=1) != grown(one=1)
    assert hash(base(one=1)) == hash(base(one=1))


def test_repr_leaves_out_what_is_not_shown(library: Any) -> None:
    _, grown = _pair(library)
    assert repr(grown(one=1)).endswith("Grown(one=1, two='two', three=[])")


def test_frozen(library: Any) -> None:
    base, _ = _pair(library)
    with pytest.raises(AttributeError):
        base(one=1).one = 2


def test_replace_and_fields(library: Any) -> None:
    _, grown = _pair(library)
    assert library.replace(grown(one=1), two="x").two == "x"
    assert [one.name for one in library.fields(grown)] == ["one", "two", "three", "four"]
    assert library.is_dataclass(grown)
    assert not library.is_dataclass(object())


@pytest.mark.parametrize("given", [{}, {"one": 1, "five": 5}])
def test_wrong_arguments_are_refused(library: Any, given: dict[str, int]) -> None:
    base, _ = _pair(library)
    with pytest.raises(TypeError):
        base(**given)


def test_positional_arguments(library: Any) -> None:
    @library.dataclass(frozen=True, slots=True)
    class Made:
        left: int
        right: int = 2

    pair: Any = Made

    assert (pair(1).right, pair(1, 3).right, pair(1, right=4).right) == (2, 3, 4)
    with pytest.raises(TypeError):
        pair(1, 2, 3)
    with pytest.raises(TypeError):
        pair(1, left=1)


def test_a_default_before_none_is_refused(library: Any) -> None:
    with pytest.raises(TypeError):

        @library.dataclass(frozen=True)
        class Wrong:
            left: int = 1
            right: int
