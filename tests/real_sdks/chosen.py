"""Which real SDKs are installed, and which the tests that were chosen are about."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.programs import missing
from tests.real_sdks import cases
from tests.real_sdks.pinned import INSTALLED, VARIABLE, Pinned

HOW = f"python3 -m tests.real_sdks.install FOLDER, then {VARIABLE}=FOLDER"
RAN: set[str] = set()
LEFT_OUT: dict[str, str] = {}  # and why


def installed() -> Path | None:
    """The folder with the SDKs; None when there is none."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named and (Path(named) / INSTALLED).exists() else None


def folder_of(one: Pinned) -> Path:
    """The folder with the SDKs, when this one is in it. Skips the test, or fails it where every peer was promised."""
    folder = installed()
    if folder is None:
        LEFT_OUT[one.spoken] = f"{VARIABLE} names no folder"
        missing("the real SDK", HOW)
    found: dict[str, Any] = json.loads((folder / INSTALLED).read_text()).get(one.name, {"status": "failed", "why": HOW})
    if found["status"] == "failed":
        LEFT_OUT[one.spoken] = "could not be installed"
        missing(f"the real SDK {one.spoken}", str(found["why"]))
    if found["status"] != "installed":
        LEFT_OUT[one.spoken] = str(found["why"])
        pytest.skip(f"{one.spoken}: {found['why']}")
    RAN.add(one.spoken)
    return folder


def wanted_sdks(request: pytest.FixtureRequest, folder: Path) -> set[Pinned]:
    """The installed SDKs that the chosen tests are about."""
    there = json.loads((folder / INSTALLED).read_text())
    chosen = {one for item in request.session.items if (one := _sdk_of(item))}
    return {one for one in chosen if there.get(one.name, {}).get("status") == "installed"}


def _sdk_of(item: pytest.Item) -> Pinned | None:
    """The SDK that a test is about."""
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    case = given.get("case")
    one = case.one if isinstance(case, cases.Case) else given.get("sdk")
    return one if isinstance(one, Pinned) else None
