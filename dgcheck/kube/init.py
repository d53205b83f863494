"""An init container: a fragment for somebody else's pod, which starts once the deployment passes."""

from __future__ import annotations

from dgcheck.kube import mesh
from dgcheck.kube.head import head
from dgcheck.kube.plan import Plan, Tree
from dgcheck.kube.pod import container, volumes


def documents(plan: Plan) -> tuple[list[str], list[Tree]]:
    """The comment above, and the fragment: a patch of a Deployment. The kubelet starts it anew when it has failed."""
    files = [f"--{one.replace('_', '-')}" for one in plan.files]
    user, why = mesh.user(plan.mesh)
    main = container(plan, ["wait", *plan.targets, *files, *plan.words], user=user, why_user=why)
    inside: Tree = {"initContainers": [main]}
    mounted = volumes(plan)
    if mounted:
        inside["volumes"] = mounted
    commands = [
        "kubectl patch{ns} deployment NAME --patch-file FILE",
        "kubectl logs{ns} deployment/NAME -c dgcheck -f",
    ]
    more = [
        "Or put what stands below spec.template.spec there by hand. It is no whole object: kubectl apply refuses it."
    ]
    does = f"Holds the containers of your own pod back until {plan.shown_target} answers"
    return head(plan, does, commands, more=more), [{"spec": {"template": {"spec": inside}}}]
