"""A Job: one pod that checks once, and whose success is the verdict."""

from __future__ import annotations

from dgcheck.kube.head import head
from dgcheck.kube.plan import Plan, Tree
from dgcheck.kube.pod import container, deadline, pod, template
from dgcheck.kube.text import Note

START = 300  # seconds for the scheduler to find a node, which the pod's own deadline does not count
KEPT = 86400  # seconds
# The name of the controllers, and what tells them that a Job is run anew with each of their rounds.
HOOKS = {
    "argocd.argoproj.io/hook": "PostSync",
    "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
    "kustomize.toolkit.fluxcd.io/force": "enabled",
}


def documents(plan: Plan) -> tuple[list[str], list[Tree]]:
    """The comment above, and the Job."""
    commands = [
        *again(plan),
        "kubectl apply{ns} -f FILE",
        ended(plan),
        f"kubectl logs{{ns}} job/{plan.name}",
    ]
    document: Tree = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": plan.metadata(annotations=hooks(plan)),
        "spec": specification(plan, once(plan)),
    }
    return head(plan, f"Checks {plan.shown_target} once, from inside the cluster", commands), [document]


def again(plan: Plan) -> list[str]:
    """The command before `apply`: a Job cannot be changed, and one that is there already is not run anew."""
    return [] if plan.gitops else [f"kubectl delete{{ns}} --ignore-not-found job/{plan.name}"]


def ended(plan: Plan) -> str:
    """The command that waits for the Job's end, whichever it is: `kubectl wait` waits for one condition alone."""
    told = f"kubectl get{{ns}} job/{plan.name} -o jsonpath='{{.status.conditions[*].type}}'"
    return f"until {told} | grep -Eq 'Complete|Failed'; do sleep 5; done"


def once(plan: Plan) -> Tree:
    """The template of a pod that makes one diagnosis."""
    main = container(plan, run(plan), environment=deadline(plan))
    return template(plan, pod(plan, main))


def run(plan: Plan) -> list[str]:
    """The arguments of one diagnosis."""
    files = [f"--{one.replace('_', '-')}" for one in plan.files]
    return ["run", *plan.targets, *files, *plan.words]


def specification(plan: Plan, pods: Tree, *, kept: bool = True) -> Tree:
    """The specification of a Job with one pod; `kept`: whether it carries the time after which it is removed."""
    found: Tree = {
        Note("One pod, one verdict: dgcheck itself repeats what is worth repeating."): None,
        "backoffLimit": 0,
        **disturbed(),
        Note(
            "The last resort, for a pod that finds no node: it removes the pod and its log, which the pod's own "
            "deadline below does not."
        ): None,
        "activeDeadlineSeconds": plan.active_deadline + START,
    }
    return found | (removal(plan) if kept else {}) | {"template": pods}


def disturbed() -> Tree:
    """Pods that the cluster ended are replaced, and count as no failure."""
    condition = {"type": "DisruptionTarget", "status": "True"}
    return {
        Note("A drained node says nothing about the deployment: another pod is started."): None,
        "podFailurePolicy": {"rules": [{"action": "Ignore", "onPodConditions": [condition]}]},
    }


def removal(plan: Plan) -> Tree:
    """When the Job is removed; not at all where a controller would only make it again."""
    if plan.gitops:
        return {}
    return {Note("The Job and its log stay for a day."): None, "ttlSecondsAfterFinished": KEPT}


def hooks(plan: Plan) -> Tree:
    """The annotations by which Argo CD and Flux run the Job anew instead of repairing it."""
    if not plan.gitops:
        return {}
    return {Note("Argo CD runs it after each sync, Flux replaces it when it was changed."): None, **HOOKS}
