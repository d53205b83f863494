"""Records behave as the standard library's data classes do, in what we use of them."""

from __future__ import annotations

import dataclasses
import gc
import importlib
import pkgutil
from typing import Any

import pytest

import dgcheck
from dgcheck.model import record
from dgcheck.model.hastened import compiled


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


class Hastened:
    """Records with constructors of their own."""

    def __getattr__(self, name: str) -> Any:
        return getattr(record, name)

    @staticmethod
    def dataclass(*args: Any, **named: Any) -> Any:
        def made(cls: type) -> type:
            found: type = record.dataclass(cls, **named)
            type.__setattr__(found, "__init__", compiled(found))
            return found

        return made(*args) if args else made


@pytest.fixture(params=[dataclasses, record, Hastened()], ids=["standard", "ours", "hastened"])
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


def test_a_field_may_have_any_name(library: Any) -> None:
    """Those that a constructor may use itself, too."""

    @library.dataclass(frozen=True, kw_only=True)
    class Odd:
        state: str
        MISSING: str = "m"
        fields: list[str] = library.field(default_factory=list)
        make_fields: str = "f"
        default_MISSING: str = "d"  # noqa: N815 - the very name

    odd: Any = Odd
    made = odd(state="s", make_fields="x")
    names = ("state", "MISSING", "fields", "make_fields", "default_MISSING")
    assert [getattr(made, name) for name in names] == ["s", "m", [], "x", "d"]


def test_every_record_of_the_house_is_made_alike() -> None:
    """With and without a constructor of its own, from arguments by place and by name."""
    for module in pkgutil.walk_packages(dgcheck.__path__, "dgcheck."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    classes = [one for one in _records() if one.__module__.startswith("dgcheck.")]
    assert len(classes) > 100
    for cls in classes:
        names = [field.name for field in record.fields(cls)]
        by_name = {name: f"value of {name}" for name in names}
        needed = {name for name in names if _is_needed(cls, name)}
        both = {name: value for name, value in by_name.items() if name in needed}
        for given in (by_name, both):
            assert _fields(cls, compiled(cls), given) == _fields(cls, _general(), given)


def _records() -> list[type]:
    return [one for one in gc.get_objects() if isinstance(one, type) and "__record_defaults__" in one.__dict__]


def _general() -> Any:
    """The constructor that all records begin with."""

    @record.dataclass
    class Any_:  # noqa: N801
        pass

    return Any_.__init__


def _is_needed(cls: type, name: str) -> bool:
    field = next(field for field in record.fields(cls) if field.name == name)
    return field.default is record.MISSING and field.default_factory is record.MISSING


def _fields(cls: type, make: Any, given: dict[str, str]) -> dict[str, Any]:
    made: Any = object.__new__(cls)
    make(made, **given)
    # What a factory makes anew for each is told by its kind.
    return {name: value if name in given else (type(value), str(value)[:20]) for name, value in made.__dict__.items()}
