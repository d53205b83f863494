"""The file of targets in a manifest of a fleet: what stands in it, and what its runs are set to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dgcheck.fleet.file import read
from dgcheck.kube.text import block
from dgcheck.model.target import Settings
from dgcheck.settings.load import load

# Files that a fleet's file may name, and what brings them into the pod.
MOUNTED = {
    "ca_file": "--ca-configmap",
    "cert": "--cert-secret",
    "key": "--cert-secret",
    "api_key_file": "--key-secret",
    "audio": "the clip inside dgcheck: a manifest mounts no recording",
}


def file_of(targets: Sequence[str], given: Mapping[str, Any]) -> str:
    """The file of `dgcheck fleet` that says what the command line said."""
    defaults = {"defaults": dict(given)} if given else {}
    return block({**defaults, "targets": list(targets)})


def settings_of(text: str) -> tuple[Settings, ...]:
    """The settings of its runs, those that are alike once, without the files of the pod. Raises UsageError for what
    dgcheck would refuse.
    """
    fleet, _ = read(text)
    found: dict[str, Settings] = {}
    for one in fleet.entries:
        own, common = ({k: v for k, v in part.items() if k not in MOUNTED} for part in (one.own, fleet.defaults))
        known = json.dumps(own, sort_keys=True)
        if known not in found:
            layers = (("the file of the targets", own), ("its defaults", common))
            found[known] = load({"config": "none"}, {}, _unread, layers)
    return tuple(found.values())


def _unread(path: str) -> str:
    """The settings of a pod come from no file of this machine."""
    raise FileNotFoundError(path)
