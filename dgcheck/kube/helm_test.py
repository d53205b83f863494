"""A test for a Helm chart: a pod that `helm test` starts."""

from __future__ import annotations

from dgcheck.kube import job, mesh
from dgcheck.kube.head import head
from dgcheck.kube.plan import Plan, Tree
from dgcheck.kube.pod import container, deadline, pod
from dgcheck.kube.text import Note

RELEASE = "{{ .Release.Name }}"


def documents(plan: Plan) -> tuple[list[str], list[Tree]]:
    """The comment above, and the Pod. It is a template of Helm: its name begins with that of the release."""
    metadata = plan.metadata()
    metadata["name"] = f"{RELEASE}-{plan.name}"
    metadata["labels"] = {**metadata["labels"], "app.kubernetes.io/instance": RELEASE, **mesh.pod_labels(plan.mesh)}
    metadata["annotations"] = {
        "helm.sh/hook": "test",
        Note("It stays until the next test, to be read."): None,
        "helm.sh/hook-delete-policy": "before-hook-creation",
        **mesh.pod_annotations(plan.mesh),
        **_argo(plan),
    }
    main = container(plan, job.run(plan), environment=deadline(plan))
    document: Tree = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod(plan, main)}
    commands = ["helm upgrade --install{ns} RELEASE CHART --wait", "helm test{ns} RELEASE --logs"]
    more = ["This is a template for your own chart: CHART/templates/tests/dgcheck.yaml"]
    return head(plan, f"Checks {plan.shown_target} as a test of a release", commands, more=more), [document]


def _argo(plan: Plan) -> Tree:
    """Argo CD leaves tests of Helm out, unless they are hooks of its own."""
    if not plan.gitops:
        return {}
    return {name: value for name, value in job.HOOKS.items() if name.startswith("argocd.")}
