"""Bundles of reports that are there already, made as `dgcheck bundle` makes them after a run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from dgcheck.cli.bundled import fill
from dgcheck.cli.run import Prepared, prepare, understand
from dgcheck.model.report import Report


def prepared(*, environ: Mapping[str, str] | None = None, **flags: object) -> Prepared:
    """What a run knows before it asks, with these flags."""
    given = {"target": "http://127.0.0.1:1", "quiet": True, "config": "none", "bundle": "t.zip", **flags}
    return prepare(understand(given, environ or {}), environ or {})


def bundle_of(report: Report, *, environ: Mapping[str, str] | None = None, **flags: object) -> bytes:
    """The zip."""
    file = io.BytesIO()
    fill(file, report, prepared(environ=environ, **flags), environ or {})
    return file.getvalue()


def texts_of(data: bytes) -> dict[str, str]:
    """Every file of a zip as text, by its name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
