"""Constructors that are compiled for each record, for a process that makes hundreds of thousands of them.

Compiling takes a tenth of a second for all of the house, which one run would never earn back (`dgcheck.model.record`);
afterwards a record is made in half the time.
"""

from __future__ import annotations

from typing import Any

from dgcheck.model import record


def hasten() -> None:
    """Give every class of records that is loaded by now a constructor of its own."""
    while record.MADE:
        cls = record.MADE.pop()
        type.__setattr__(cls, "__init__", compiled(cls))


def compiled(cls: type) -> Any:
    """The constructor of one class of records: same arguments, same fields."""
    # Names of ours begin with a double line, as no field does: a field called `state` is an argument too.
    known: dict[str, Any] = {"__missing": record.MISSING}
    positional, body = ["__self"], ["__state = __self.__dict__"]
    named: list[str] = []
    for field in record.fields(cls):
        name, given = field.name, field.name
        value = field.name
        if field.default is not record.MISSING:
            known[f"__default_{name}"] = field.default
            given = f"{name}=__default_{name}"
        elif field.default_factory is not record.MISSING:
            known[f"__make_{name}"] = field.default_factory
            given, value = f"{name}=__missing", f"__make_{name}() if {name} is __missing else {name}"
        (named if field.kw_only else positional).append(given)
        body.append(f"__state[{name!r}] = {value}")
    arguments = ", ".join([*positional, *(["*", *named] if named else [])])
    source = f"def __init__({arguments}):\n " + "\n ".join(body)
    exec(compile(source, f"<{cls.__qualname__}>", "exec"), known)  # noqa: S102 - of names of fields alone
    return known["__init__"]
