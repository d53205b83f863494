"""Every kind of manifest: valid for Kubernetes old and new, hardened, and as it was when it was last looked at."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from dgcheck import __version__
from dgcheck.kube import KINDS
from dgcheck.report.prometheus import HELP
from tests.kube.made import EVERYTHING, URL, container, documents, environment, one, pod, text
from tests.programs import program

kubernetes_validate = importlib.import_module("kubernetes_validate")  # published without types
RELEASES = kubernetes_validate.utils.all_versions()
FOREIGN = ("ServiceMonitor", "PrometheusRule")  # of the Prometheus Operator, so not in Kubernetes' own schemas
ENDING = ("job", "cronjob", "helm-test", "fleet")
VARIANTS = [
    pytest.param((), id="plain"),
    pytest.param(EVERYTHING, id="with everything"),
    pytest.param(("--mesh", "linkerd"), id="linkerd"),
]
kinds = pytest.mark.parametrize("kind", KINDS)


@kinds
@pytest.mark.parametrize("words", VARIANTS)
@pytest.mark.parametrize("release", [RELEASES[0], RELEASES[-1]])
def test_it_is_valid_in_the_oldest_and_the_newest_release(kind: str, words: tuple[str, ...], release: str) -> None:
    if kind == "fleet" and release == RELEASES[0]:
        words = (*words, "--shards", "1")  # that several end none of one another is new in 1.29
    checked = [one for one in documents(kind, *words) if one["kind"] not in FOREIGN]
    for document in checked:
        kubernetes_validate.validate(document, release, strict=True)
    assert checked


@pytest.mark.parametrize("words", VARIANTS)
def test_a_fleet_in_several_shares_is_valid_from_1_29_on(words: tuple[str, ...]) -> None:
    for document in documents("fleet", *words):
        kubernetes_validate.validate(document, "1.29", strict=True)


def test_the_schemas_do_refuse() -> None:
    """What keeps the test above from passing because nothing is looked at."""
    (document,) = documents("job")
    document["spec"]["template"]["spec"]["restartPolice"] = "Never"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(document, RELEASES[-1], strict=True)


@kinds
@pytest.mark.parametrize("words", VARIANTS)
def test_the_container_may_do_nothing_that_it_need_not(kind: str, words: tuple[str, ...]) -> None:
    """The restricted Pod Security Standard, and a root that cannot be written."""
    found = container(documents(kind, *words))
    security = found["securityContext"]
    assert security["runAsNonRoot"] is True
    assert type(security["runAsUser"]) is int
    assert security["runAsUser"] > 0
    assert security["runAsGroup"] > 0
    assert security["readOnlyRootFilesystem"] is True
    assert security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    assert set(found["resources"]["requests"]) == set(found["resources"]["limits"]) == {"cpu", "memory"}
    assert found["terminationMessagePolicy"] == "FallbackToLogsOnError"
    assert "command" not in found, "the image's own entry point"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "init"])
def test_the_pod_has_no_rights_in_the_cluster(kind: str) -> None:
    spec = pod(documents(kind))
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False


@pytest.mark.parametrize("kind", ENDING)
def test_a_pod_that_ends_knows_when_it_is_ended(kind: str) -> None:
    found = documents(kind, "--timeout", "40s")
    limit = pod(found)["activeDeadlineSeconds"]
    assert limit == 40 + 120
    assert environment(found)["DGCHECK_ACTIVE_DEADLINE_SECONDS"] == str(limit)
    assert pod(found)["restartPolicy"] == "Never"


@pytest.mark.parametrize("kind", ENDING)
def test_a_deadline_of_ones_own(kind: str) -> None:
    found = documents(kind, "--active-deadline", "10m")
    assert pod(found)["activeDeadlineSeconds"] == 600
    assert environment(found)["DGCHECK_ACTIVE_DEADLINE_SECONDS"] == "600"


@pytest.mark.parametrize(("kind", "ttl"), [("job", 86400), ("fleet", 86400)])
def test_a_job_is_bounded_and_removed(kind: str, ttl: int) -> None:
    found = documents(kind)
    job = one(found, "Job")["spec"]
    assert job["ttlSecondsAfterFinished"] == ttl
    assert job["activeDeadlineSeconds"] > pod(found)["activeDeadlineSeconds"], "the pod's log outlives its deadline"
    assert job["backoffLimit" if kind == "job" else "backoffLimitPerIndex"] == 0


@pytest.mark.parametrize("kind", ["job", "fleet"])
def test_controllers_get_hooks_instead_of_a_time_to_live(kind: str) -> None:
    job = one(documents(kind, "--gitops"), "Job")
    assert "ttlSecondsAfterFinished" not in job["spec"]
    assert job["metadata"]["annotations"]["argocd.argoproj.io/hook"] == "PostSync"
    assert job["metadata"]["annotations"]["kustomize.toolkit.fluxcd.io/force"] == "enabled"


def test_a_test_of_a_chart_is_run_by_argo_too_when_asked() -> None:
    annotations = one(documents("helm-test", "--gitops"), "Pod")["metadata"]["annotations"]
    assert annotations["helm.sh/hook"] == "test"
    assert annotations["argocd.argoproj.io/hook"] == "PostSync"


@pytest.mark.parametrize("kind", ENDING)
@pytest.mark.parametrize("mesh", ["istio", "linkerd"])
def test_no_sidecar_keeps_a_pod_from_ending(kind: str, mesh: str) -> None:
    tree = json.dumps(documents(kind, "--mesh", mesh))
    said = {"istio": '"sidecar.istio.io/inject": "false"', "linkerd": '"linkerd.io/inject": "disabled"'}
    assert said[mesh] in tree
    assert said[mesh] not in json.dumps(documents(kind))


@pytest.mark.parametrize(("mesh", "user"), [("", 10001), ("istio", 1337), ("linkerd", 2102)])
def test_an_init_container_speaks_past_a_proxy_that_does_not_run_yet(mesh: str, user: int) -> None:
    found = container(documents("init", *(("--mesh", mesh) if mesh else ())))
    assert found["securityContext"]["runAsUser"] == found["securityContext"]["runAsGroup"] == user


@kinds
def test_secrets_are_named_and_never_part_of_it(kind: str) -> None:
    found = documents(kind, "--key-secret", "gateway:token")
    assert environment(found)["DGCHECK_API_KEY"] == {"secretKeyRef": {"name": "gateway", "key": "token"}}
    assert "DGCHECK_API_KEY" not in environment(documents(kind))


@kinds
def test_what_is_mounted_is_what_dgcheck_is_told(kind: str) -> None:
    words = ("--ca-configmap", "corp-ca:bundle.pem", "--cert-secret", "client-tls")
    found = documents(kind, *words)
    volumes = {volume["name"]: volume for volume in pod(found)["volumes"]}
    mounts = {mount["name"]: mount["mountPath"] for mount in container(found)["volumeMounts"]}
    assert volumes["dgcheck-ca"]["configMap"] == {
        "name": "corp-ca",
        "items": [{"key": "bundle.pem", "path": "ca.crt"}],
    }
    assert volumes["dgcheck-certificate"]["secret"] == {"secretName": "client-tls"}
    told = {**_options(container(found)["args"]), **environment(found)}
    for option, variable, volume, file in (
        ("--ca-file", "DGCHECK_CA_FILE", "dgcheck-ca", "ca.crt"),
        ("--cert", "DGCHECK_CERT", "dgcheck-certificate", "tls.crt"),
        ("--key", "DGCHECK_KEY", "dgcheck-certificate", "tls.key"),
    ):
        assert told.get(option, told.get(variable)) == f"{mounts[volume]}/{file}"
    assert not {"volumes"} & set(pod(documents(kind))) or kind == "fleet"


def _options(args: list[str]) -> dict[str, str]:
    return dict(word.split("=", 1) for word in args if word.startswith("--") and "=" in word)


def test_the_shares_of_a_fleet_are_known_to_each_of_them() -> None:
    found = documents("fleet")
    job = one(found, "Job")["spec"]
    assert job["completionMode"] == "Indexed"
    assert job["completions"] == job["parallelism"] == 2
    assert environment(found)["JOB_COMPLETIONS"] == "2"


@pytest.mark.parametrize(("targets", "pods"), [(1, 1), (50, 1), (51, 2), (1000, 20)])
def test_a_pod_of_a_fleet_has_fifty_targets_unless_told_otherwise(targets: int, pods: int) -> None:
    found = documents("fleet", *(f"http://host-{n}:8080" for n in range(targets)))
    assert one(found, "Job")["spec"]["completions"] == pods
    listed = yaml.safe_load(one(found, "ConfigMap")["data"]["fleet.yaml"])["targets"]
    assert listed == [f"http://host-{n}:8080" for n in range(targets)]


def test_a_file_of_targets_is_taken_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "fleet.yaml"
    file.write_text("# ours\ndefaults:\n  timeout: 10s\ntargets:\n- http://a:8080\n- target: http://b:8080\n")
    found = documents("fleet", "--targets", str(file))
    assert one(found, "ConfigMap")["data"]["fleet.yaml"] == file.read_text()
    mount = next(one for one in container(found)["volumeMounts"] if one["name"] == "dgcheck-targets")
    assert container(found)["args"][:2] == ["fleet", f"{mount['mountPath']}/fleet.yaml"]


def test_the_parts_of_the_exporter_find_each_other() -> None:
    found = documents("exporter", "--name", "watch", "--label", "release=prometheus")
    labels = one(found, "Deployment")["spec"]["template"]["metadata"]["labels"]
    port = container(found)["ports"][0]
    service, monitor = one(found, "Service"), one(found, "ServiceMonitor")
    for selector in (
        one(found, "Deployment")["spec"]["selector"]["matchLabels"],
        service["spec"]["selector"],
    ):
        assert selector.items() <= labels.items()
    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert service["spec"]["ports"][0]["targetPort"] == port["name"]
    assert monitor["spec"]["endpoints"][0]["port"] == service["spec"]["ports"][0]["name"]
    assert f"--listen=:{port['containerPort']}" in container(found)["args"]
    assert all(document["metadata"]["labels"]["release"] == "prometheus" for document in found)


def test_an_exporter_is_ready_while_the_deployment_is_not() -> None:
    found = container(documents("exporter"))
    assert {found[probe]["httpGet"]["path"] for probe in ("livenessProbe", "readinessProbe")} == {"/healthz"}


def test_the_alerts_use_metrics_that_exist() -> None:
    rules = one(documents("exporter"), "PrometheusRule")["spec"]["groups"][0]["rules"]
    assert len(rules) == 3
    used = set(re.findall(r"\bdgcheck_(\w+)", json.dumps(rules)))
    assert used
    assert used <= set(HELP)


@pytest.mark.peer("promtool")
def test_the_alerts_fire(tmp_path: Path) -> None:
    """promtool plays the hours: a deployment that fails, a certificate that ends in a week, and then no result."""
    rules = one(documents("exporter"), "PrometheusRule")["spec"]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(rules))
    labels = f'job="dgcheck",target="{URL}"'
    finding = f'dgcheck_finding{{{labels},code="DG2001",cause="tcp_refused",root="true",severity="error"}}'
    certificate = f'dgcheck_certificate_expiry_timestamp_seconds{{{labels},address="10.0.0.7"}}'
    fired = {
        "DgcheckFailing": (
            "10m",
            {"severity": "critical", "job": "dgcheck", "target": URL},
            f"{URL} does not pass",
            "Found: DG2001 tcp_refused. dgcheck explain CODE says what it means and what to do.",
        ),
        "DgcheckCertificateEndsSoon": (
            "2h",
            {"severity": "warning", "target": URL},
            f"The certificate of {URL} ends in 6d 22h 0m 0s",
            "Renew it, and let the server load it: clients stop at the moment it ends.",
        ),
        "DgcheckNotWatching": (
            "5h",
            {"severity": "warning", "job": "dgcheck"},
            "dgcheck does not watch",
            (
                "There is no result of the last 30 minutes. See whether Prometheus finds it among its targets, and "
                "kubectl logs deployment/dgcheck."
            ),
        ),
    }
    play = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": f"dgcheck_up{{{labels}}}", "values": "0x180"},
                    {"series": finding, "values": "1x180"},
                    {"series": certificate, "values": f"{7 * 86400}x180"},
                ],
                "alert_rule_test": [
                    {
                        "eval_time": when,
                        "alertname": name,
                        "exp_alerts": [
                            {"exp_labels": bears, "exp_annotations": {"summary": summary, "description": description}}
                        ],
                    }
                    for name, (when, bears, summary, description) in fired.items()
                ],
            }
        ],
    }
    (tmp_path / "play.yaml").write_text(yaml.safe_dump(play))
    tool = program("promtool")
    assert tool
    done = subprocess.run(
        [tool, "test", "rules", "play.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@kinds
@pytest.mark.peer("kubectl")
@pytest.mark.parametrize("words", VARIANTS)
def test_kustomize_builds_it(kind: str, words: tuple[str, ...], tmp_path: Path) -> None:
    """As a resource, and the fragment as a patch of a Deployment."""
    made = text(kind, *words).replace("{{ .Release.Name }}", "demo")
    build = {"resources": ["made.yaml"]}
    if kind == "init":
        name = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\n"
        (tmp_path / "patch.yaml").write_text(name + made)
        made = name + "spec:\n  template:\n    spec:\n      containers:\n      - name: app\n        image: app:1\n"
        build = {"resources": ["made.yaml"], "patchesStrategicMerge": ["patch.yaml"]}
    (tmp_path / "made.yaml").write_text(made)
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(build))
    tool = program("kubectl")
    assert tool
    done = subprocess.run([tool, "kustomize", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    built = list(yaml.safe_load_all(done.stdout))
    assert container(built) == container(documents(kind, *words))


@kinds
def test_it_is_as_it_was(kind: str, golden: Callable[[str, str], None]) -> None:
    golden(f"kube/{kind}.yaml", text(kind).replace(__version__, "VERSION"))


def test_it_is_as_it_was_with_everything(golden: Callable[[str, str], None]) -> None:
    golden("kube/job-everything.yaml", text("job", *EVERYTHING).replace(__version__, "VERSION"))


@pytest.mark.parametrize(("interval", "silent"), [("1m", 1800), ("10m", 1800), ("1h", 10800)])
def test_nobody_is_told_of_silence_before_three_intervals(interval: str, silent: int) -> None:
    (rules,) = (one for one in documents("exporter", "--interval", interval) if one["kind"] == "PrometheusRule")
    alert = next(one for one in rules["spec"]["groups"][0]["rules"] if one["alert"] == "DgcheckNotWatching")
    assert alert["expr"].endswith(f"> {silent}")
    assert f"the last {silent // 60} minutes" in alert["annotations"]["description"]


def test_a_job_and_a_fleet_may_stand_side_by_side() -> None:
    names = [one(documents(kind), "Job")["metadata"]["name"] for kind in ("job", "fleet")]
    assert names == ["dgcheck", "dgcheck-fleet"]


@pytest.mark.parametrize("shards", ["1", "2"])
def test_no_share_is_made_twice_and_none_ends_another(shards: str) -> None:
    job = one(documents("fleet", "--shards", shards), "Job")["spec"]
    assert job.get("backoffLimitPerIndex" if shards == "2" else "backoffLimit") == 0
    assert ("backoffLimit" in job) == (shards == "1"), "a limit for all of them would end those under way"
