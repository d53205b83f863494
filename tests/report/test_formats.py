"""The formats are found by scanning, and loaded when they are asked for."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from dgcheck import report
from tests.report import canonical

FOLDER = Path(report.__path__[0])
MODULES = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}


def test_people_are_told_of_the_formats_in_this_order() -> None:
    assert report.formats()[:6] == ("text", "short", "json", "yaml", "markdown", "html")


@pytest.mark.parametrize("name", report.formats())
def test_a_format_carries_the_name_of_its_file(name: str) -> None:
    assert name == import_module(f"dgcheck.report.{name}").NAME


@pytest.mark.parametrize("name", sorted(MODULES.difference(report.formats())))
def test_what_serves_the_formats_is_no_format(name: str) -> None:
    assert not hasattr(import_module(f"dgcheck.report.{name}"), "NAME")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(KeyError):
        report.render("plain", canonical.healthy())


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        pytest.param("dgcheck.report.formats()", {"yaml", "tabulate", "json", "dgcheck.report.text"}, id="names"),
        pytest.param("import dgcheck.report.text", {"yaml", "tabulate", "json", "asyncio", "ssl"}, id="text"),
        pytest.param("import dgcheck.report.yaml", {"yaml", "tabulate"}, id="yaml"),
        pytest.param("import dgcheck.report.saved", {"yaml", "tabulate"}, id="load"),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code: str, unwanted: set[str]) -> None:
    script = f"import sys, dgcheck.report; {code}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True, cwd=FOLDER.parents[1]
    )
    assert not unwanted & set(loaded.stdout.split())
