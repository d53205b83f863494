"""The container that runs dgcheck, and the pod around it: no root, no writing, no rights, little of everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dgcheck.kube import mesh
from dgcheck.kube.plan import CA_FOLDER, CERTIFICATE_FOLDER, USER, Plan, Tree
from dgcheck.kube.text import Note

CONTAINER = "dgcheck"
GRACE = 10  # seconds between SIGTERM and SIGKILL; dgcheck needs two


def arguments(*words: str) -> list[str]:
    """Arguments as they are meant: Kubernetes would read `$(NAME)` in them."""
    return [word.replace("$(", "$$(") for word in words]


def container(
    plan: Plan,
    args: Sequence[str],
    *,
    environment: Sequence[Tree] = (),
    mounts: Sequence[Tree] = (),
    user: int = USER,
    why_user: Note | None = None,
    ends: bool = True,
    **more: Any,
) -> Tree:
    """The container, with these arguments. `ends`: it makes one diagnosis and leaves its summary; `more` are fields of
    its own kind, such as probes and ports.
    """
    summary = Note("`kubectl describe pod` then shows verdict, cause and first remedy.")
    found: Tree = {
        "name": CONTAINER,
        "image": plan.image,
        "imagePullPolicy": "IfNotPresent",
        "args": arguments(*args),
        "env": [*_environment(plan), *environment],
        **more,
        **({summary: None} if ends else {}),
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"cpu": "1", "memory": "256Mi"}},
        "securityContext": security(user, why_user),
    }
    mounted = [*_mounts(plan), *mounts]
    return found | {"volumeMounts": mounted} if mounted else found


def security(user: int = USER, why: Note | None = None) -> Tree:
    """What the container may do: what the restricted Pod Security Standard allows, and less."""
    return {
        "runAsNonRoot": True,
        **({why: None} if why else {}),
        "runAsUser": user,
        "runAsGroup": user,
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def volumes(plan: Plan) -> list[Tree]:
    """What the container mounts."""
    found: list[Tree] = []
    if plan.ca:
        items = [{"key": plan.ca.key, "path": "ca.crt"}]
        found.append({"name": "dgcheck-ca", "configMap": {"name": plan.ca.name, "items": items}})
    if plan.certificate:
        found.append({"name": "dgcheck-certificate", "secret": {"secretName": plan.certificate}})
    return found


def pod(plan: Plan, main: Tree, *, more_volumes: Sequence[Tree] = ()) -> Tree:
    """The specification of a pod that runs this container once. No service account, no rights in the cluster."""
    found: Tree = {
        "restartPolicy": "Never",
        Note(
            "Ends the pod from outside and keeps its log. It counts from the pod's start, the pulling of the image "
            "included; dgcheck is told below, and ends a little before it, with a report."
        ): None,
        "activeDeadlineSeconds": plan.active_deadline,
    }
    return found | around(plan, main, more_volumes=more_volumes)


def around(plan: Plan, main: Tree, *, more_volumes: Sequence[Tree] = ()) -> Tree:
    """The rest of a pod's specification, whether it ends or not."""
    found: Tree = {
        "terminationGracePeriodSeconds": GRACE,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
    }
    if plan.pull_secret:
        found["imagePullSecrets"] = [{"name": plan.pull_secret}]
    found["containers"] = [main]
    mounted = [*volumes(plan), *more_volumes]
    return found | {"volumes": mounted} if mounted else found


def template(plan: Plan, spec: Tree, *, ends: bool = True) -> Tree:
    """The template of a Job's pods (`ends`) or of a Deployment's."""
    metadata: Tree = {"labels": {**plan.selector, **(mesh.pod_labels(plan.mesh) if ends else {})}}
    annotations = mesh.pod_annotations(plan.mesh) if ends else mesh.server_annotations(plan.mesh)
    if annotations:
        metadata["annotations"] = annotations
    return {"metadata": metadata, "spec": spec}


def deadline(plan: Plan) -> list[Tree]:
    """The variable by which dgcheck knows when its pod is ended."""
    return [{"name": "DGCHECK_ACTIVE_DEADLINE_SECONDS", "value": str(plan.active_deadline)}]


def _environment(plan: Plan) -> list[Tree]:
    found: list[Tree] = [
        {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}
        for name, path in (("POD_NAME", "metadata.name"), ("POD_NAMESPACE", "metadata.namespace"))
    ]
    if plan.key:
        reference = {"name": plan.key.name, "key": plan.key.key}
        found.append({"name": "DGCHECK_API_KEY", "valueFrom": {"secretKeyRef": reference}})
    return found


def _mounts(plan: Plan) -> list[Tree]:
    found: list[Tree] = []
    if plan.ca:
        found.append({"name": "dgcheck-ca", "mountPath": CA_FOLDER, "readOnly": True})
    if plan.certificate:
        found.append({"name": "dgcheck-certificate", "mountPath": CERTIFICATE_FOLDER, "readOnly": True})
    return found
