"""A package's own folder, on disk and in an archive."""

from __future__ import annotations

import sys
import zipfile
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from dgcheck import experiments, probes, rules
from dgcheck.model.members import members


@pytest.mark.parametrize("package", [probes, rules, experiments], ids=lambda one: one.__name__)
def test_they_are_those_that_python_finds(package: object) -> None:
    path = package.__path__  # type: ignore[attr-defined]
    assert members(path) == tuple(sorted(one.name for one in iter_modules(path)))


def test_also_in_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as written:
        for name in ("shelf/__init__.py", "shelf/one.py", "shelf/two/__init__.py", "shelf/notes.txt"):
            written.writestr(name, "")
    monkeypatch.syspath_prepend(str(archive))
    monkeypatch.delitem(sys.modules, "shelf", raising=False)
    assert members(list(import_module("shelf").__path__)) == ("one", "two")
