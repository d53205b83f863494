"""The pinned SDKs, the files that they stand on, and what dgcheck knows fit together; what is left out is said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dgcheck.sdks import find
from tests.real_sdks.pinned import FIXTURES, INSTALLED, PINNED, Pinned

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("one", PINNED, ids=lambda one: one.spoken)
def test_dgcheck_knows_the_version(one: Pinned) -> None:
    _, release, version = find(one.spoken)
    numbers = [tuple(map(int, text.split("."))) for text in (release.since, version, release.newest)]
    assert version == one.version
    assert numbers == sorted(numbers), f"{one.spoken} is newer than {release.newest}, the last that dgcheck knows"


def test_the_crate_is_the_one_of_the_table() -> None:
    one = next(one for one in PINNED if one.tool == "cargo")
    wanted = tomllib.loads((FIXTURES / "rust" / "Cargo.toml").read_text())["dependencies"][one.package]["version"]
    locked = tomllib.loads((FIXTURES / "rust" / "Cargo.lock").read_text())["package"]
    assert wanted == f"={one.version}"
    assert one.version in {package["version"] for package in locked if package["name"] == one.package}


def test_without_toolchains_everything_but_python_is_left_out_and_said(tmp_path: Path) -> None:
    python_alone = "from tests.real_sdks import install; install.HOW = {'npm': install.with_npm, 'go': install.with_go}"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{python_alone}; import sys; sys.argv = ['install', {str(tmp_path)!r}]; install.main()",
        ],
        cwd=ROOT,
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found = json.loads((tmp_path / INSTALLED).read_text())
    assert {one["status"] for one in found.values()} == {"no toolchain"}
    assert "this machine has no npm" in done.stdout
    assert "this machine has no go" in done.stdout
