"""The Dockerfile and its lock, as far as they can be judged without building: they agree with the project."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement

from dgcheck import __version__
from dgcheck.kube.plan import USER
from tests.layers import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKED = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", LOCK, re.MULTILINE))
ANEW = "requirements.lock is old: write it anew with the command that stands at its top (pip-tools, Python 3.11)"


@pytest.mark.parametrize("line", [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]])
def test_the_lock_has_what_the_project_asks_for(line: str) -> None:
    wanted = Requirement(line)
    version = LOCKED.get(wanted.name.lower().replace("_", "-"))
    assert version, f"{wanted.name} is missing; {ANEW}"
    assert wanted.specifier.contains(version, prereleases=True), f"{wanted} is not {version}; {ANEW}"


def test_every_package_of_the_lock_has_hashes() -> None:
    blocks = re.split(r"^(?=[a-z0-9-]+==)", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(LOCKED) > 10
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks)
    assert "://" not in LOCK, "an index belongs to a machine, not to the project"


def test_the_label_is_the_version() -> None:
    assert f"\nARG VERSION={__version__}\n" in DOCKERFILE


def test_the_user_is_that_of_the_manifests() -> None:
    assert f"\nUSER {USER}:{USER}\n" in DOCKERFILE


def test_pip_checks_hashes_and_takes_wheels_alone() -> None:
    fetching = re.findall(r"pip download[^&;]*", DOCKERFILE)
    assert len(fetching) == 1
    assert "--require-hashes" in fetching[0]
    assert "--only-binary :all:" in fetching[0]
    for step in re.findall(r"\$pip[^;]*(?:install|wheel)[^;]*", DOCKERFILE):
        assert "--no-index" in step, step


def test_only_what_the_image_is_made_of_is_sent_to_the_build() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert lines[1] == "*"
    copied = {
        word for line in re.findall(r"^COPY (?!--from)(.+)", DOCKERFILE, re.MULTILINE) for word in line.split()[:-1]
    }
    assert copied == kept
