"""`dgcheck serve` for Prometheus: Deployment, Service, ServiceMonitor, and the rules of three alerts."""

from __future__ import annotations

from dgcheck.kube.alerts import rules
from dgcheck.kube.head import head
from dgcheck.kube.plan import PORT, Plan, Tree
from dgcheck.kube.pod import around, container, template
from dgcheck.kube.text import Note

SCRAPED = "30s"  # dgcheck serve answers from what it knows, so this costs the deployment nothing


def documents(plan: Plan) -> tuple[list[str], list[Tree]]:
    """The comment above, and the four objects."""
    commands = [
        "kubectl apply{ns} -f FILE",
        f"kubectl port-forward{{ns}} service/{plan.name} {PORT}   # then http://localhost:{PORT}/",
    ]
    more = [
        "ServiceMonitor and PrometheusRule belong to the Prometheus Operator; many of its installations read only",
        "those that bear a label of theirs, as in --label release=prometheus.",
    ]
    does = f"Watches {plan.shown_target} from inside the cluster, for Prometheus"
    return head(plan, does, commands, more=more), [_deployment(plan), _service(plan), _monitor(plan), rules(plan)]


def _deployment(plan: Plan) -> Tree:
    files = [f"--{one.replace('_', '-')}" for one in plan.files]
    targets = [f"--target={one}" for one in plan.targets]
    health = {"httpGet": {"path": "/healthz", "port": "metrics"}}
    main = container(
        plan,
        ["serve", f"--listen=:{PORT}", *targets, *files, *plan.words],
        ports=[{"name": "metrics", "containerPort": PORT}],
        ends=False,
        livenessProbe={**health, "initialDelaySeconds": 5, "periodSeconds": 20, "timeoutSeconds": 5},
        readinessProbe={**health, "periodSeconds": 10, "timeoutSeconds": 5},
    )
    spec: Tree = {
        "replicas": 1,
        "revisionHistoryLimit": 2,
        "selector": {"matchLabels": plan.selector},
        Note(
            "Its own probes ask /healthz, whether dgcheck works. /readyz, whether the deployment does, is for gates "
            "of yours: an exporter has to be reachable when the deployment is not."
        ): None,
        "template": template(plan, around(plan, main), ends=False),
    }
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": plan.metadata(), "spec": spec}


def _service(plan: Plan) -> Tree:
    port = {"name": "metrics", "port": PORT, "targetPort": "metrics"}
    spec = {"selector": plan.selector, "ports": [port]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": plan.metadata(), "spec": spec}


def _monitor(plan: Plan) -> Tree:
    spec: Tree = {
        "selector": {"matchLabels": plan.selector},
        "endpoints": [{"port": "metrics", "path": "/metrics", "interval": SCRAPED, "scrapeTimeout": "10s"}],
    }
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": plan.metadata(),
        "spec": spec,
    }
