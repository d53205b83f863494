"""The face of the product: every format of the canonical report, to be read by whoever changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dgcheck.report import render
from tests.report import canonical

WAYS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "failing.txt": ("text", "failing", {}),
    "failing-60.txt": ("text", "failing", {"width": 60}),
    "failing-120.txt": ("text", "failing", {"width": 120}),
    "failing-colour.txt": ("text", "failing", {"colour": True}),
    "failing-ascii.txt": ("text", "failing", {"ascii": True}),
    "failing-verbose.txt": ("text", "failing", {"verbose": True, "width": 120}),
    "failing.short.txt": ("short", "failing", {}),
    "failing.json": ("json", "failing", {}),
    "failing.yaml": ("yaml", "failing", {}),
    "failing.md": ("markdown", "failing", {}),
    "failing-verbose.md": ("markdown", "failing", {"verbose": True}),
    "failing.junit.xml": ("junit", "failing", {}),
    "failing.nagios.txt": ("nagios", "failing", {}),
    "failing.prom": ("prometheus", "failing", {}),
    "healthy.txt": ("text", "healthy", {}),
    "healthy.short.txt": ("short", "healthy", {}),
    "healthy.md": ("markdown", "healthy", {}),
    "answerless.txt": ("text", "answerless", {}),
}


@pytest.mark.parametrize("name", WAYS)
def test_the_canonical_report_reads_as_it_was_approved(name: str, golden: Callable[[str, str], None]) -> None:
    style, which, how = WAYS[name]
    golden(f"report/{name}", render(style, getattr(canonical, which)(), **{"width": 80, **how}))
