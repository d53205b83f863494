"""Kubernetes manifests: a plan in, the text of YAML documents out.

    manifest(plan) -> str

Pure: nothing is read, asked or printed here. A kind is a function from a `Plan` to documents, and a line of `KINDS`;
what all of them share (the container and how little it may do) is in `pod.py`, what a service mesh needs in `mesh.py`.
No secret is ever part of a plan: a manifest only names the Secret that holds it.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing is not imported: `--help` pays for it
if TYPE_CHECKING:
    from dgcheck.kube.plan import Plan

# kind -> (module, what it prints)
KINDS: dict[str, tuple[str, str]] = {
    "job": ("dgcheck.kube.job", "a Job that checks once"),
    "init": ("dgcheck.kube.init", "an init container for a pod of yours, which starts when the check passes"),
    "cronjob": ("dgcheck.kube.cronjob", "a CronJob that checks again and again"),
    "helm-test": ("dgcheck.kube.helm_test", "a test for a Helm chart of yours"),
    "exporter": ("dgcheck.kube.exporter", "dgcheck serve with Service, ServiceMonitor and three alerts"),
    "fleet": ("dgcheck.kube.fleet", "an Indexed Job over many deployments, each index its share"),
}


def manifest(plan: Plan) -> str:
    """The YAML of a plan, with comments for the person who applies it; it ends with a line break."""
    from importlib import import_module

    from dgcheck.kube.text import written

    return written(*import_module(KINDS[plan.kind][0]).documents(plan))
