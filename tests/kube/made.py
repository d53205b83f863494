"""Manifests as the command line makes them, and as whoever applies them reads them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

import yaml

from dgcheck.cli import manifest as command
from dgcheck.cli.parser import command_parser
from dgcheck.kube import KINDS, manifest

URL = "http://deepgram-api.speech.svc:8080"
TARGETS: dict[str, tuple[str, ...]] = dict.fromkeys(KINDS, ("--target", URL))
TARGETS["fleet"] = (
    "--target",
    "http://a:8080",
    "--target",
    "http://b:8080",
    "--target",
    "http://c:8080",
    "--shards",
    "2",
)
# Everything about the pod that may be asked for, at once.
EVERYTHING = (
    *("--namespace", "speech", "--image", "registry.example.com:5000/tools/dgcheck:1.2.3", "--pull-secret", "registry"),
    *("--ca-configmap", "corp-ca:ca.pem", "--key-secret", "gateway:token", "--cert-secret", "client-tls"),
    *("--mesh", "istio", "--gitops", "--label", "release=prometheus", "--model", "nova-3", "--language", "en-US"),
)

Document = dict[str, Any]


def text(kind: str, *words: str) -> str:
    """The manifest of a kind; its usual target unless the words name another."""
    named = "--target" in words or "--targets" in words or "://" in "".join(words[:1])
    parsed: argparse.Namespace = command_parser("manifest").parse([kind, *(() if named else TARGETS[kind]), *words])
    return manifest(command.plan(vars(parsed)))


def documents(kind: str, *words: str) -> list[Document]:
    """The documents of a manifest. A template of Helm has become what Helm would make of it."""
    return read(text(kind, *words))


def read(manifest_text: str) -> list[Document]:
    """The documents in a text, whole objects: a fragment stands in the Deployment that it is meant for."""
    found = list(yaml.safe_load_all(manifest_text.replace("{{ .Release.Name }}", "demo")))
    return [_whole(one) if "kind" not in one else one for one in found]


def _whole(patch: Document) -> Document:
    labels = {"app": "app"}
    inside = patch["spec"]["template"]["spec"] | {"containers": [{"name": "app", "image": "app:1"}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "app"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": inside},
        },
    }


def one(found: list[Document], kind: str) -> Document:
    """The one document of that kind."""
    return next(document for document in found if document["kind"] == kind)


def pod(found: list[Document]) -> Document:
    """The specification of the pod, wherever it stands."""
    for document in found:
        if document["kind"] == "Pod":
            return dict(document["spec"])
        for spec in _specs(document):
            if "containers" in spec:
                return spec
    raise AssertionError("there is no pod")


def container(found: list[Document]) -> Document:
    """The container that runs dgcheck."""
    spec = pod(found)
    return next(one for one in (*spec.get("initContainers", ()), *spec["containers"]) if one["name"] == "dgcheck")


def environment(found: list[Document]) -> dict[str, Any]:
    """Its variables, each with its value or where that comes from."""
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in container(found)["env"]}


def _specs(tree: Any) -> Iterator[Document]:
    if isinstance(tree, dict):
        if isinstance(tree.get("spec"), dict):
            yield tree["spec"]
        for value in tree.values():
            yield from _specs(value)
