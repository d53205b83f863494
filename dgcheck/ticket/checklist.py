"""What support asks for next, each as a command to paste: for Kubernetes with Helm, for Docker Compose, or for both.

Names are those of the chart and of the Compose files that Deepgram publishes (self-hosted-api.md §8); where the target
shows the namespace, it is filled in. What the commands write is cleaned of secrets when it is attached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from shlex import quote

from dgcheck.model.pattern import pattern
from dgcheck.model.report import Report
from dgcheck.ticket.page import epoch

NAMESPACE = "dg-self-hosted"  # of the vendor's guides
BEFORE = timedelta(minutes=30)  # of logs before the run
FOLDER = "dgcheck-logs"
_IN_CLUSTER = pattern(r"[a-z0-9][a-z0-9-]{0,62}\.(?P<namespace>[a-z0-9][a-z0-9-]{0,62})\.svc(?:\.[a-z0-9.-]+)?\.?\Z")
_SERVICES = ("deepgram-api-external", "deepgram-engine-internal", "deepgram-engine-metrics")
_COMPOSE_NAMES = frozenset({"api", "engine", "license-proxy"})

Row = tuple[str, str]  # what it is, and the command


def checklist(report: Report, attached: Sequence[str] = ()) -> list[str]:
    """Markdown: the commands for the place that the report shows, for both where it shows none; then how to send it."""
    kubernetes, compose = where(report)
    lines = [
        "Support asks for these next. Run them where the deployment runs; what they write goes into one folder:",
        "",
        *_fenced([f"mkdir -p {FOLDER}"]),
    ]
    if kubernetes:
        lines += ["", "### Kubernetes, installed with Helm", "", *_rows(_helm(report))]
    if compose:
        lines += ["", "### Docker Compose, in the folder of its file", "", *_rows(_compose(report))]
    lines += [
        "",
        "Then make the bundle again with all of it; secrets are taken out on the way in:",
        "",
        *_fenced([f"dgcheck bundle {quote(target(report))} --attach {FOLDER}"]),
    ]
    if attached:
        lines += ["", f"Already attached: {', '.join(f'`{name}`' for name in attached[:20])}"]
    return lines


def target(report: Report) -> str:
    """What was asked for, as a command may name it."""
    for name in ("given", "url"):
        value = report.target.get(name)
        if isinstance(value, str) and value and value.isprintable():
            return value
    return "URL"


def where(report: Report) -> tuple[bool, bool]:
    """Whether the deployment runs in Kubernetes, and whether in Compose; (True, True) where nothing shows it."""
    host = str(report.target.get("host") or "")
    in_pod = report.seen_from.get("container") == "kubernetes" and "." not in host and ":" not in host
    if in_pod or _IN_CLUSTER.match(host) or host.startswith(_SERVICES):
        return True, False
    if host in _COMPOSE_NAMES:
        return False, True
    return True, True


def namespace(report: Report) -> str:
    """The namespace of the deployment: from its name, else, for a short name, that of the pod that asked."""
    host = str(report.target.get("host") or "")
    found = _IN_CLUSTER.match(host)
    if found:
        return found["namespace"]
    own = str(report.seen_from.get("namespace") or "")
    return own if own and "." not in host and ":" not in host and own.replace("-", "").isalnum() else NAMESPACE


def _since(report: Report) -> str:
    began = epoch(report.started)
    moment = datetime.fromtimestamp(began, UTC) - BEFORE if began else datetime(1970, 1, 1, tzinfo=UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _helm(report: Report) -> Iterator[Row]:
    pods = f"kubectl -n {namespace(report)}"
    since = f"--timestamps --since-time={_since(report)}"
    image = "custom-columns=POD:.metadata.name,IMAGE:.spec.containers[*].image,NODE:.spec.nodeName"
    yield "Image tags of every pod", f"{pods} get pods -o '{image}' > {FOLDER}/images.txt"
    yield "Chart and its values", f"helm -n {namespace(report)} list > {FOLDER}/helm.txt"
    yield (
        "Values that differ from the chart's (RELEASE is the name in helm.txt)",
        f"helm -n {namespace(report)} get values RELEASE > {FOLDER}/values.yaml",
    )
    yield "Pods, restarts, nodes", f"{pods} get pods -o wide > {FOLDER}/pods.txt"
    yield "Why a pod does not start", f"{pods} describe pods > {FOLDER}/describe.txt"
    yield "Events, the newest last", f"{pods} get events --sort-by=.lastTimestamp > {FOLDER}/events.txt"
    for name in ("api", "engine"):
        yield (
            f"Log of the {name.upper() if name == 'api' else 'Engine'}",
            (f"{pods} logs -l app=deepgram-{name} --all-containers --prefix --tail=-1 {since} > {FOLDER}/{name}.log"),
        )
    yield (
        "Log of a container that was restarted",
        f"{pods} logs deployment/deepgram-engine --previous --timestamps > {FOLDER}/engine-previous.log",
    )
    yield (
        "Log of the License Proxy, where there is one",
        f"{pods} logs deployment/deepgram-license-proxy {since} > {FOLDER}/license-proxy.log",
    )
    yield (
        "Configuration in force",
        f"{pods} get configmap deepgram-api-config deepgram-engine-config -o yaml > {FOLDER}/config.yaml",
    )
    yield "GPU and driver", f"{pods} exec deployment/deepgram-engine -- nvidia-smi > {FOLDER}/nvidia-smi.txt"
    yield "Service and the pods behind it", f"{pods} get services,endpoints,ingress -o wide > {FOLDER}/services.txt"


def _compose(report: Report) -> Iterator[Row]:
    since = f"--timestamps --since {_since(report)}"
    yield "Image tags of every container", f"docker compose images > {FOLDER}/images.txt"
    yield "Containers, restarts, ports", f"docker compose ps --all > {FOLDER}/containers.txt"
    yield "Compose file in force", f"docker compose config > {FOLDER}/compose.yaml"
    yield (
        "Events of the containers",
        f"docker events --since {_since(report)} --until $(date +%s) --filter type=container > {FOLDER}/events.txt",
    )
    for name in ("api", "engine"):
        yield (
            f"Log of the {name.upper() if name == 'api' else 'Engine'}",
            (f"docker compose logs --no-color {since} {name} > {FOLDER}/{name}.log"),
        )
    yield (
        "Log of the License Proxy, where there is one",
        f"docker compose logs --no-color {since} license-proxy > {FOLDER}/license-proxy.log",
    )
    yield "GPU and driver, on the machine", f"nvidia-smi > {FOLDER}/nvidia-smi.txt"
    yield (
        "GPU as the Engine sees it",
        f"docker compose exec -T engine nvidia-smi > {FOLDER}/nvidia-smi-engine.txt",
    )


def _rows(rows: Iterator[Row]) -> list[str]:
    lines: list[str] = []
    for what, command in rows:
        lines += [f"- [ ] {what}", "", *_fenced([command], "  "), ""]
    return lines[:-1]


def _fenced(lines: Sequence[str], indent: str = "") -> list[str]:
    return [f"{indent}```sh", *(indent + line for line in lines), f"{indent}```"]
