"""A fleet: an Indexed Job over a file of targets, so that the cluster's own scheduler spreads many checks."""

from __future__ import annotations

from dgcheck.kube.head import head
from dgcheck.kube.job import START, again, disturbed, ended, hooks, removal
from dgcheck.kube.plan import Plan, Tree
from dgcheck.kube.pod import container, deadline, pod, template
from dgcheck.kube.text import Note

FOLDER = "/etc/dgcheck/fleet"
FILE = "fleet.yaml"
AT_ONCE = 10  # pods
# How dgcheck learns the number of shares; Kubernetes itself tells only the index.
SHARES = "JOB_COMPLETIONS"


def documents(plan: Plan) -> tuple[list[str], list[Tree]]:
    """The comment above, the ConfigMap with the targets, and the Job."""
    select = f"-l app.kubernetes.io/instance={plan.name}"
    commands = [
        *again(plan),
        "kubectl apply{ns} -f FILE",
        ended(plan),
        f"kubectl logs{{ns}} {select} --tail=-1 | dgcheck merge - --latest",
    ]
    does = f"Checks {plan.shown_target} once, in {plan.shards} share{'s' if plan.shards > 1 else ''}"
    return head(plan, does, commands), [_targets(plan), _job(plan)]


def _targets(plan: Plan) -> Tree:
    metadata = plan.metadata()
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {**metadata, "name": f"{plan.name}-targets"},
        "data": {FILE: plan.fleet},
    }


def _job(plan: Plan) -> Tree:
    environment = [*deadline(plan), {"name": SHARES, "value": str(plan.shards)}, *_files(plan)]
    main = container(
        plan,
        ["fleet", f"{FOLDER}/{FILE}", *plan.words],
        environment=environment,
        mounts=[{"name": "dgcheck-targets", "mountPath": FOLDER, "readOnly": True}],
    )
    targets = {"name": "dgcheck-targets", "configMap": {"name": f"{plan.name}-targets"}}
    spec: Tree = {
        Note("Each index checks its share of the targets."): None,
        "completionMode": "Indexed",
        "completions": plan.shards,
        "parallelism": min(plan.shards, AT_ONCE),
        **_once(plan),
        **disturbed(),
        "activeDeadlineSeconds": _whole(plan),
        **removal(plan),
        "template": template(plan, pod(plan, main, more_volumes=[targets])),
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": plan.metadata(annotations=hooks(plan)),
        "spec": spec,
    }


def _once(plan: Plan) -> Tree:
    """What lets a share in which something fails fail once, and end none of the others."""
    if plan.shards == 1:
        return {"backoffLimit": 0}
    says = "A share in which something fails, fails: it is made once, and ends none of the others (Kubernetes 1.29)."
    return {Note(says): None, "backoffLimitPerIndex": 0}


def _whole(plan: Plan) -> int:
    """Seconds of the whole Job: its rounds of pods, each with its start."""
    rounds = -(-plan.shards // AT_ONCE)
    return START + rounds * plan.active_deadline


def _files(plan: Plan) -> list[Tree]:
    """Mounted files, as variables: they count for every target, whatever the file with the targets says."""
    found = (one.partition("=") for one in plan.files)
    return [{"name": f"DGCHECK_{name.upper()}", "value": path} for name, _, path in found]
