"""The complete report as YAML: the plain shape of the JSON format, word for word."""

from __future__ import annotations

import re
import sys
from functools import cache
from typing import Any

from dgcheck.model.pattern import pattern
from dgcheck.model.report import Report
from dgcheck.report.harmless import UNSAFE, escape_yaml
from dgcheck.report.plain import report_to_plain

NAME = "yaml"
# What one reader of YAML takes for a word and another for a number, a date or a truth.
_MISREAD = pattern(r"[-+.~=<\d].*|[yn]", re.IGNORECASE | re.DOTALL)


def render(
    report: Report,
    *,
    width: int,
    colour: bool,
    ascii: bool,  # noqa: A002 - the word that people know
    verbose: bool,
) -> str:
    """One YAML document in UTF-8 without anchors, tags or raw control characters. Only `ascii` matters."""
    import yaml

    text: str = yaml.dump(
        report_to_plain(report),
        Dumper=_dumper(),
        allow_unicode=not ascii,
        sort_keys=False,
        width=sys.maxsize if sys.maxsize < 2**31 else 2**31 - 1,  # never fold: an escape must not be cut in two
        default_flow_style=False,
    )
    return escape_yaml(text)


@cache
def _dumper() -> Any:
    """A dumper that quotes what could be misread, and what is unsafe in double quotes; it writes no anchors."""
    import yaml

    class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        style = None
        if UNSAFE.search(value):
            style = '"'
        elif _MISREAD.fullmatch(value):
            style = "'"
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return Dumper
