"""Data classes that cost nothing at start-up.

The standard library writes and compiles source for every data class: 1 to 2 ms each, which for the hundred of this
house is longer than a whole diagnosis over a fast network (`tests/benchmarks/`). These behave the same in what we use
of them (defaults, factories, frozen, keyword-only, inheritance, `replace`, `fields`) and share their methods. Type
checkers see the standard library's own.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
    from typing import TypeVar

    _Record = TypeVar("_Record")
    _Found = TypeVar("_Found")
    MADE: list[type]

    def remembered(read: Callable[[_Record], _Found]) -> Callable[[_Record], _Found]:
        """See below."""
        return read
else:

    class FrozenInstanceError(AttributeError):
        """A field of a frozen record was assigned."""

    class _Missing:
        def __repr__(self):
            return "MISSING"

    MISSING = _Missing()
    MADE = []  # the classes of records that are made in the general way, for `dgcheck.model.hastened`

    class Field:
        """One field: its name, its annotation as written, and its default or how that is made."""

        # What `dataclasses.replace` and `copy.replace` look for.
        init = True
        _field_type = None
        __slots__ = ("compare", "default", "default_factory", "kw_only", "name", "repr", "type")

        def __init__(self, default, default_factory=MISSING, shown=True, compare=True):
            self.default = default
            self.default_factory = default_factory
            self.repr = shown
            self.compare = compare

    def field(*, default=MISSING, default_factory=MISSING, repr=True, compare=True):  # noqa: A002 - the library's name
        """A field that needs more than a default: how that is made, whether it is shown and compared."""
        return Field(default, default_factory, repr, compare)

    def dataclass(cls=None, /, *, frozen=False, slots=False, kw_only=False):
        """Make a record of a class with annotated fields; `slots` is accepted and means nothing."""
        if cls is None:
            return lambda found: _record(found, frozen, kw_only)
        return _record(cls, frozen, kw_only)

    def _record(cls, frozen, kw_only):
        found = {}
        for base in reversed(cls.__mro__[1:]):
            found.update(getattr(base, "__dataclass_fields__", {}))
        for name, annotation in cls.__dict__.get("__annotations__", {}).items():  # noqa: RUF063 - costs an import
            default = cls.__dict__.get(name, MISSING)
            if isinstance(default, Field):
                one = default
                delattr(cls, name)
            else:
                one = Field(default)
            one.name, one.type, one.kw_only = name, annotation, kw_only
            found[name] = one
        cls.__dataclass_fields__ = found
        # What an instance begins with, and what is made anew for each: a run makes hundreds of them.
        cls.__record_defaults__ = {name: one.default for name, one in found.items() if one.default is not MISSING}
        cls.__record_factories__ = [
            (name, one.default_factory)
            for name, one in found.items()
            if one.default is MISSING and one.default_factory is not MISSING
        ]
        cls.__match_args__ = tuple(name for name, one in found.items() if not one.kw_only)
        _check_order(cls, found)
        cls.__init__ = _init
        MADE.append(cls)
        if "__repr__" not in cls.__dict__:
            cls.__repr__ = _repr
        if "__eq__" not in cls.__dict__:
            cls.__eq__ = _eq
            cls.__hash__ = _hash if frozen else None
        if frozen:
            cls.__setattr__ = _frozen
            cls.__delattr__ = _frozen
        return cls

    def _check_order(cls, found):
        seen = ""
        for name, one in found.items():
            if one.kw_only:
                continue
            if one.default is MISSING and one.default_factory is MISSING:
                if seen:
                    raise TypeError(f"{cls.__name__}: {name} has no default and follows {seen}, which has one")
            else:
                seen = name

    def _init(self, *args, **given):
        cls = type(self)
        state = self.__dict__
        if args and not given and len(args) == len(cls.__match_args__) == len(cls.__dataclass_fields__):
            state.update(zip(cls.__match_args__, args, strict=True))
            return
        state.update(cls.__record_defaults__)
        if args:
            _take_positional(cls, args, given)
        state.update(given)
        for name, make in cls.__record_factories__:
            if name not in given:
                state[name] = make()
        if len(state) != len(cls.__dataclass_fields__) or not given.keys() <= cls.__dataclass_fields__.keys():
            _complain(cls, given)

    def _take_positional(cls, args, given):
        positional = cls.__match_args__
        if len(args) > len(positional):
            raise TypeError(f"{cls.__name__} takes {len(positional)} positional arguments, {len(args)} were given")
        if not given:
            given.update(zip(positional, args, strict=False))
            return
        for name, value in zip(positional, args, strict=False):
            if name in given:
                raise TypeError(f"{cls.__name__}: {name} was given twice")
            given[name] = value

    def _complain(cls, given):
        known = cls.__dataclass_fields__
        unknown = [name for name in given if name not in known]
        lacking = [
            name
            for name, one in known.items()
            if name not in given and one.default is MISSING and one.default_factory is MISSING
        ]
        wrong = f"without {', '.join(lacking)}" if lacking else f"with unknown {', '.join(unknown)}"
        raise TypeError(f"{cls.__name__} was made {wrong}")

    def _repr(self):
        shown = (name for name, one in self.__dataclass_fields__.items() if one.repr)
        inner = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{type(self).__name__}({inner})"

    def _eq(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return _compared(self) == _compared(other)

    def _hash(self):
        return hash(_compared(self))

    def _compared(self):
        return tuple(self.__dict__[name] for name, one in self.__dataclass_fields__.items() if one.compare)

    def _frozen(self, name, *_):
        raise FrozenInstanceError(f"{type(self).__name__}.{name} is frozen")

    def fields(record):
        """The fields of a record or of its class, in order."""
        try:
            return tuple(record.__dataclass_fields__.values())
        except AttributeError:
            raise TypeError(f"{record!r} is no record") from None

    def is_dataclass(record):
        """Whether this is a record or the class of one."""
        return hasattr(record if isinstance(record, type) else type(record), "__dataclass_fields__")

    def replace(record, /, **changes):
        """A copy with some fields changed."""
        cls = type(record)
        if not changes.keys() <= cls.__dataclass_fields__.keys():
            unknown = [name for name in changes if name not in cls.__dataclass_fields__]
            raise TypeError(f"{cls.__name__} has no {', '.join(unknown)}")
        made = object.__new__(cls)
        state = made.__dict__
        state.update(record.__dict__)
        if len(state) > len(cls.__dataclass_fields__):
            for name in state.keys() - cls.__dataclass_fields__.keys():
                del state[name]  # what was remembered of the original
        state.update(changes)
        return made

    def remembered(read):
        """A reading of one frozen record (or None) that is made once for each and kept with it.

        A dozen rules read the same of one answer. Copies by `replace` begin anew.
        """
        key = f"_{read.__module__}.{read.__name__}"

        def known(record):
            if record is None:
                return read(None)
            state = record.__dict__
            if key in state:
                return state[key]
            state[key] = found = read(record)
            return found

        known.__name__, known.__qualname__, known.__doc__ = read.__name__, read.__qualname__, read.__doc__
        known.__module__ = read.__module__
        return known


__all__ = [
    "MADE",
    "MISSING",
    "Field",
    "FrozenInstanceError",
    "dataclass",
    "field",
    "fields",
    "is_dataclass",
    "remembered",
    "replace",
]
