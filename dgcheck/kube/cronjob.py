"""A CronJob: the Job of `job.py`, again and again."""

from __future__ import annotations

from dgcheck.kube import job
from dgcheck.kube.head import head
from dgcheck.kube.plan import Plan, Tree
from dgcheck.kube.text import Note

LATE = 300  # seconds within which a missed start is made up for
PASSED, FAILED = 1, 3  # Jobs that are kept


def documents(plan: Plan) -> tuple[list[str], list[Tree]]:
    """The comment above, and the CronJob."""
    commands = [
        "kubectl apply{ns} -f FILE",
        f"kubectl create{{ns}} job --from=cronjob/{plan.name} {plan.name}-now   # at once",
        f"kubectl get jobs{{ns}} -l app.kubernetes.io/instance={plan.name}",
        f"kubectl logs{{ns}} -l app.kubernetes.io/instance={plan.name} --tail=-1",
    ]
    # It is not part of what a controller keeps in step, so it may be removed by the clock under GitOps too.
    document: Tree = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": plan.metadata(),
        "spec": {
            "schedule": plan.schedule,
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": LATE,
            "successfulJobsHistoryLimit": PASSED,
            "failedJobsHistoryLimit": FAILED,
            "jobTemplate": {
                "metadata": {"labels": plan.selector},
                "spec": _specification(plan),
            },
        },
    }
    return head(plan, f"Checks {plan.shown_target} at {plan.schedule!r}, from inside the cluster", commands), [document]


def _specification(plan: Plan) -> Tree:
    found = job.specification(plan, job.once(plan), kept=False)
    template = found.pop("template")
    return (
        found
        | {Note("A failure is looked into within a week."): None, "ttlSecondsAfterFinished": 7 * job.KEPT}
        | {"template": template}
    )
