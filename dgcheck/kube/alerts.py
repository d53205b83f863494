"""The three alerts: the deployment fails, its certificate ends soon, nobody watches it."""

from __future__ import annotations

from dgcheck.kube.plan import Plan, Tree

SOON = 14  # days
SILENT = 1800  # seconds without a result; three of the exporter's intervals, where those are longer
_CAUSES = (
    '{{ range printf "dgcheck_finding{root=\\"true\\",severity=\\"error\\",target=%q}" $labels.target | query }}'
    " {{ .Labels.code }} {{ .Labels.cause }}{{ end }}"
)


def rules(plan: Plan) -> Tree:
    """The PrometheusRule. The metrics are those of `dgcheck serve`, each with the label `target`."""
    ours = f'job="{plan.name}"'
    silent = max(SILENT, 3 * plan.interval)
    alerts = [
        _alert(
            "DgcheckFailing",
            f"dgcheck_up{{{ours}}} == 0",
            "5m",
            "critical",
            "{{ $labels.target }} does not pass",
            f"Found:{_CAUSES}. dgcheck explain CODE says what it means and what to do.",
        ),
        _alert(
            "DgcheckCertificateEndsSoon",
            f"min by (target) (dgcheck_certificate_expiry_timestamp_seconds{{{ours}}}) - time() < {SOON} * 86400",
            "1h",
            "warning",
            "The certificate of {{ $labels.target }} ends in {{ $value | humanizeDuration }}",
            "Renew it, and let the server load it: clients stop at the moment it ends.",
        ),
        _alert(
            "DgcheckNotWatching",
            f"absent(dgcheck_up{{{ours}}}) or time() - dgcheck_last_run_timestamp_seconds{{{ours}}} > {silent}",
            "10m",
            "warning",
            "dgcheck does not watch{{ with $labels.target }} {{ . }}{{ end }}",
            f"There is no result of the last {silent // 60} minutes. See whether Prometheus finds it among its "
            f"targets, and kubectl logs deployment/{plan.name}.",
        ),
    ]
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": plan.metadata(),
        "spec": {"groups": [{"name": plan.name, "rules": alerts}]},
    }


def _alert(name: str, when: str, lasting: str, severity: str, summary: str, description: str) -> Tree:
    return {
        "alert": name,
        "expr": when,
        "for": lasting,
        "labels": {"severity": severity},
        "annotations": {"summary": summary, "description": description},
    }
