"""`dgcheck manifest`: what it refuses, and that what it prints is what dgcheck itself understands and can do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from dgcheck.cli import COMMANDS, main
from dgcheck.cli.manifest import UNDERSTOOD
from dgcheck.cli.parser import command_parser
from dgcheck.kube import KINDS
from dgcheck.settings.load import load
from dgcheck.settings.options import BY_KEY
from dgcheck.sim.server import running
from tests.cli.program import SECONDS, line_of, started
from tests.kube.made import EVERYTHING, TARGETS, container, documents, environment, one, read

CANARY = "canary-3f9a77c2d1"
KEY = "0123456789abcdef0123456789abcdef01234567"
# One value for every option that a pod may be given.
VALUES = {
    "models": ("--model", "nova-3", "--model", "nova-2=rest"),
    "language": ("--language", "no"),
    "smart_format": ("--smart-format",),
    "model_version": ("--model-version", "2024-01-09.29447"),
    "features": ("--feature", "diarize=true", "--feature", "keyterm=$(HOME)"),
    "audio_url": ("--audio-url", "http://files/a.wav"),
    "origin": ("--origin", "https://app.example.com"),
    "sdk": ("--sdk", "python"),
    "insecure": ("--insecure",),
    "resolve": ("--resolve", "a=10.0.0.7"),
    "proxy": ("--proxy", "http://proxy:3128"),
    "no_proxy": ("--no-proxy",),
    "family": ("-4",),
    "profile": ("--profile", "full"),
    "only": ("--only", "dns"),
    "skip": ("--skip", "replicas"),
    "timeout": ("--timeout", "45s"),
    "wait": ("--wait", "5m"),
    "for": ("--for", "speech"),
    "interval": ("--interval", "10s"),
    "give_up_after": ("--give-up-after", "2m"),
    "pace": ("--pace", "real"),
    "hold": ("--hold", "75s"),
    "max_upload": ("--max-upload", "8MiB"),
    "repeat": ("--repeat", "10"),
    "slow": ("--slow", "9s"),
    "outputs": ("-o", "json"),
    "fail_on": ("--fail-on", "warning"),
    "ignore": ("--ignore", "DG2001"),
    "quiet": ("-q",),
    "verbose": ("-v",),
}
kinds = pytest.mark.parametrize("kind", KINDS)


def command_of(kind: str) -> str:
    return {"init": "wait", "exporter": "serve", "fleet": "fleet"}.get(kind, "run")


def understood(args: Sequence[str]) -> dict[str, object]:
    """What dgcheck's own parser reads in the arguments of a container, as Kubernetes hands them over."""
    # Kubernetes puts variables in place of $(NAME), and makes $$ one $.
    plain = [word.replace("$$", "$") for word in args]
    return vars(command_parser(plain[0]).parse(plain[1:]))


@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind in KINDS for key in VALUES if key in UNDERSTOOD[kind]])
def test_dgcheck_understands_its_own_manifest(kind: str, key: str) -> None:
    """Every option, in every kind that takes it: it reaches the pod as it was given."""
    words = VALUES[key]
    found = documents(kind, *words)
    if kind == "fleet":
        file = yaml.safe_load(found[0]["data"]["fleet.yaml"])
        assert list(file["defaults"]) == [key]
        assert load({**file["defaults"], "config": "none"}, {}, _unread) == load(
            {**_flags(words), "config": "none"}, {}, _unread
        )
        return
    read_again = understood(container(found)["args"])
    assert read_again[key] == _flags(words)[key]


def _flags(words: Sequence[str]) -> dict[str, object]:
    return {key: value for key, value in vars(command_parser("run").parse(words)).items() if value is not None}


def _unread(path: str) -> str:
    raise FileNotFoundError(path)


def test_every_option_of_a_pod_is_tried() -> None:
    assert set(VALUES) == {key for understood_keys in UNDERSTOOD.values() for key in understood_keys}


@kinds
def test_the_whole_command_is_one_that_exists(kind: str) -> None:
    command, *_ = args = container(documents(kind, *EVERYTHING))["args"]
    assert command == command_of(kind)
    if command not in COMMANDS:
        pytest.skip(f"there is no dgcheck {command} yet")
    understood(args)


@pytest.mark.parametrize(
    ("kind", "key"), [(kind, key) for kind in KINDS for key in VALUES if key not in UNDERSTOOD[kind]]
)
def test_an_option_that_means_nothing_to_a_kind_is_refused(
    kind: str, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["manifest", kind, *TARGETS[kind], *VALUES[key]]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err == f"dgcheck: {BY_KEY[key].flags[-1]} means nothing to {kind}; leave it out\n"


REFUSED = [
    pytest.param([], "which kind?", id="no kind"),
    pytest.param(["jobs", "http://a"], "did you mean job?", id="an unknown kind"),
    pytest.param(["job"], "no deployment was named", id="no target"),
    pytest.param(["job", "http://"], "--target: the URL names no host", id="no URL"),
    pytest.param(["job", "http://host:99999"], "--target: a port is a number", id="no port"),
    pytest.param(["job", "http://{{ .Release.Name }}"], "--target: ", id="a template where none is read"),
    pytest.param(["job", "http://a", "http://b"], "several go with exporter and fleet", id="two targets for a Job"),
    pytest.param(
        ["job", "http://a", "--namespace", "My_space"], "--namespace: 'My_space' is no name", id="a namespace"
    ),
    pytest.param(["job", "http://a", "--namespace", ""], "--namespace: '' is no name", id="an empty namespace"),
    pytest.param(["job", "http://a", "--namespace", "n" * 64], "has 64 characters", id="a long namespace"),
    pytest.param(["job", "http://a", "--name", "n" * 64], "at most 63", id="a long name"),
    pytest.param(["cronjob", "http://a", "--name", "n" * 53], "at most 52", id="a long name of a CronJob"),
    pytest.param(["helm-test", "http://a", "--name", "n" * 10], "at most 9", id="a name beside that of a release"),
    pytest.param(["fleet", "http://a", "--name", "n" * 62], "at most 61", id="a name beside an index"),
    pytest.param(["exporter", "http://a", "--name", "2dg"], "begins with a letter", id="a name of a Service"),
    pytest.param(["job", "http://a", "--image", "A B"], "--image: 'A B' is no container image", id="an image"),
    pytest.param(["job", "http://a", "--image", ""], "--image: '' is no container image", id="an empty image"),
    pytest.param(["job", "http://a", "--ca-configmap", "A"], "--ca-configmap: 'A' is no name", id="a ConfigMap"),
    pytest.param(["job", "http://a", "--key-secret", "a:"], "--key-secret: '' is no key", id="a key of a Secret"),
    pytest.param(["job", "http://a", "--mesh", "consul"], "none of istio, linkerd", id="a mesh"),
    pytest.param(["job", "http://a", "--label", "x"], "--label: 'x' is no label", id="a label"),
    pytest.param(["cronjob", "http://a", "--schedule", "* * *"], "five fields are wanted", id="a schedule"),
    pytest.param(["job", "http://a", "--schedule", "@daily"], "goes with cronjob", id="a schedule of a Job"),
    pytest.param(["job", "http://a", "--shards", "2"], "goes with fleet", id="shards of a Job"),
    pytest.param(["job", "http://a", "--targets", "f"], "goes with fleet", id="a file of targets for a Job"),
    pytest.param(["fleet", "http://a", "--shards", "2"], "not between 1 and 1", id="more shards than targets"),
    pytest.param(["fleet", "http://a", "--shards", "x"], "--shards: 'x' is no whole number", id="no number"),
    pytest.param(["fleet", "http://a", "--targets", "f"], "leave --target out", id="targets twice"),
    pytest.param(["fleet", "--targets", "f", "--model", "m"], "the defaults of f", id="options beside a file"),
    pytest.param(["fleet", "--targets", "not-there"], "cannot be read", id="no file"),
    pytest.param(["init", "http://a", "--active-deadline", "5m"], "goes with job and cronjob", id="a deadline of init"),
    pytest.param(["job", "http://a", "--active-deadline", "20s"], "leaves no time to start", id="a short deadline"),
    pytest.param(["job", "http://a", "--timeout", "3 fish"], "--timeout: '3 fish' is no time", id="a time"),
    pytest.param(["job", "http://a", "--only", "dns", "--skip", "dns"], "both name dns", id="a contradiction"),
    pytest.param(["job", "http://a", "-o", "json=f"], "the pod has no file", id="a file to write"),
    pytest.param(["job", "http://a", "--ca-file", "f"], "by --ca-configmap", id="a file of this machine"),
    pytest.param(["job", "http://a", "--cert", "f"], "by --cert-secret", id="a certificate of this machine"),
    pytest.param(["job", "http://a", "--mdoel", "x"], "did you mean --model?", id="a mistyped option"),
]


@pytest.mark.parametrize(("words", "says"), REFUSED)
def test_what_kubernetes_or_dgcheck_would_refuse_is_refused(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["manifest", *words]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert says in err
    assert err.startswith("dgcheck: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([f"http://user:{CANARY}@host:8080"], id="a password in the URL"),
        pytest.param([f"http://host:8080/v1/listen?model=nova-3&token={CANARY}"], id="a token in the query"),
        pytest.param(["http://a", "--proxy", f"http://user:{CANARY}@proxy:3128"], id="a password of a proxy"),
        pytest.param(["http://a", "--audio-url", f"https://s3/a.wav?X-Amz-Signature={CANARY}"], id="a signed address"),
        pytest.param(["http://a", "--feature", f"api_key={CANARY}"], id="a parameter"),
        pytest.param(["http://a", "--header", f"Authorization:Token {CANARY}"], id="a header"),
        pytest.param(["http://a", "--api-key-file", CANARY], id="a key in the place of its file"),
        pytest.param(["http://a", "--api-key", CANARY], id="a key"),
        pytest.param(["http://a", "--key-secret", KEY], id="a key in the place of its Secret"),
        pytest.param(["http://a", "--key-secret", f"gateway:{KEY}"], id="a key in the place of the Secret's key"),
        pytest.param(["http://a", "--model", CANARY], id="the key of the environment"),
    ],
)
def test_no_secret_is_ever_printed(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DGCHECK_API_KEY", CANARY)
    assert main(["manifest", "job", *words]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert CANARY not in err
    assert KEY not in err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("a: [", "fleet.yaml, ", id="no YAML"),
        pytest.param("targets: []\n", "fleet.yaml, there is no target in it", id="no target"),
        pytest.param("targets:\n- http://\n", "fleet.yaml, line 2: the URL names no host", id="no URL"),
        pytest.param("defaults:\n  modles: [x]\ntargets:\n- http://a\n", "did you mean models?", id="a mistyped key"),
        pytest.param("targets:\n- url: http://a\n  ca_file: ca.pem\n", "is no file in the pod", id="a file of here"),
        pytest.param("targets:\n- url: http://a\n  cert: c.pem\n", "see --cert-secret", id="a certificate of here"),
        pytest.param("targets:\n- url: http://a\n  api_key_file: k\n", "see --key-secret", id="a key of here"),
        pytest.param(f"targets:\n- http://user:{CANARY}@a\n", "there is a secret in it", id="a password"),
        pytest.param("a: " + "x" * 1_000_000, "is larger than 900 KB", id="more than a ConfigMap holds"),
        pytest.param("\x00", "fleet.yaml, line 1: a URL holds no blanks", id="no text"),
    ],
)
def test_a_file_of_targets_is_looked_at(
    text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fleet.yaml").write_text(text)
    assert main(["manifest", "fleet", "--targets", "fleet.yaml"]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert says in err
    assert CANARY not in err


def test_the_pod_has_the_time_that_the_file_of_targets_asks_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def deadline(text: str, *words: str) -> int:
        (tmp_path / "fleet.yaml").write_text(text)
        assert main(["manifest", "fleet", "--targets", "fleet.yaml", *words]) == 0
        job = next(one for one in yaml.safe_load_all(capsys.readouterr().out) if one["kind"] == "Job")
        return int(job["spec"]["template"]["spec"]["activeDeadlineSeconds"])

    usual = deadline("targets: [http://a, http://b]\n")
    assert deadline("defaults: {timeout: 10m}\ntargets: [http://a, http://b]\n") == usual + 570
    assert deadline("targets: [http://a, {url: http://b, timeout: 10m}]\n") == usual + 570
    assert deadline("targets: [http://a, {url: http://b, hold: 10m}]\n") > usual + 600
    # The files of the pod are not looked for here.
    assert deadline("targets: [{url: http://a, api_key_file: /etc/key, ca_file: /etc/ca}]\n") == usual
    assert main(["manifest", "fleet", "--targets", "fleet.yaml", "--active-deadline", "31s"]) == 0
    (tmp_path / "fleet.yaml").write_text("targets: [http://a, {url: http://b, timeout: 10m}]\n")
    assert main(["manifest", "fleet", "--targets", "fleet.yaml", "--active-deadline", "2m"]) == 2


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["job", "--model", "nova-3", "http://a:8080"], id="the URL last"),
        pytest.param(["--model", "nova-3", "job", "http://a:8080"], id="options first"),
        pytest.param(["--target", "http://a:8080", "job", "--model", "nova-3"], id="the kind in between"),
    ],
)
def test_the_order_of_the_words_does_not_matter(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", *words]) == 0
    assert container(read(capsys.readouterr().out))["args"] == ["run", "http://a:8080", "--model=nova-3"]


@pytest.mark.parametrize("image", [f"registry:5000/dgcheck:{KEY}", f"dgcheck@sha256:{'0' * 64}"])
def test_an_image_may_be_named_by_a_commit_or_a_digest(image: str) -> None:
    assert container(documents("job", "--image", image))["image"] == image


def test_a_target_that_is_the_pod_itself_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "job", "http://localhost:8080"]) == 0
    out, err = capsys.readouterr()
    assert container(read(out))["args"] == ["run", "http://localhost:8080"]
    assert "localhost is the pod itself" in err


def test_a_chart_may_name_its_target_as_helm_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "helm-test", "http://{{ .Release.Name }}-api:8080"]) == 0
    assert container(read(capsys.readouterr().out))["args"] == ["run", "http://demo-api:8080"]


@pytest.mark.parametrize(
    ("kind", "faults", "code"),
    [
        pytest.param("job", (), 0, id="a Job passes"),
        pytest.param("job", ("model_missing",), 1, id="a Job fails"),
        pytest.param("cronjob", (), 0, id="a CronJob passes"),
        pytest.param("helm-test", ("server_error",), 1, id="a test of a chart fails"),
        pytest.param("init", (), 0, id="an init container lets the pod start"),
    ],
)
def test_the_container_does_what_it_is_for(kind: str, faults: tuple[str, ...], code: int, tmp_path: Path) -> None:
    """Its own arguments and variables, against a deployment; the summary lies where Kubernetes looks for it."""
    with running(faults=faults) as simulator:
        found = documents(kind, "--target", simulator.url, "--model", "nova-3")
        log = tmp_path / "termination-log"
        variables = {name: value for name, value in environment(found).items() if isinstance(value, str)}
        process = started(*container(found)["args"], **variables, DGCHECK_TERMINATION_LOG=str(log))
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == code, out + err
    assert ("PASS" if code == 0 else "FAIL") in log.read_text()


def test_a_private_ca_comes_from_its_configmap(tmp_path: Path) -> None:
    """The file that the manifest mounts is the one that makes the difference."""
    with running(tls="good") as simulator:
        found = documents("job", "--target", simulator.url, "--ca-configmap", "corp-ca", "--profile", "quick")
        mount = container(found)["volumeMounts"][0]["mountPath"]
        (tmp_path / "ca.crt").write_bytes(Path(simulator.ca_file).read_bytes())
        args = [word.replace(mount, str(tmp_path)) for word in container(found)["args"]]
        assert args != container(found)["args"]
        process = started(*args)
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, out + err


def test_the_exporter_serves_what_its_manifest_says(free_tcp_port: int) -> None:
    with running() as simulator:
        found = documents("exporter", "--target", simulator.url)
        port = f":{container(found)['ports'][0]['containerPort']}"
        args = [word.replace(f"={port}", f"=127.0.0.1:{free_tcp_port}") for word in container(found)["args"]]
        assert args != container(found)["args"]
        process = started(*args)
        try:
            assert str(free_tcp_port) in line_of(process.stderr)
            for probe in ("livenessProbe", "readinessProbe"):
                path = container(found)[probe]["httpGet"]["path"]
                assert _status(free_tcp_port, path) == 200
            assert _status(free_tcp_port, "/metrics") == 200
        finally:
            process.terminate()
            process.communicate(timeout=SECONDS)


def _status(port: int, path: str) -> int:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_help_names_every_kind_and_command_that_it_shows() -> None:
    text = command_parser("manifest").format_help()
    shown = re.findall(r"dgcheck manifest ([a-z-]+)", text)
    assert set(shown) <= set(KINDS)
    assert len(shown) >= 5


def test_the_shares_of_a_fleet_are_the_fleet(tmp_path: Path) -> None:
    """Each index with the file of the ConfigMap and the variables of its pod; their logs, joined, are the whole."""
    with running() as good, running(faults=("model_missing",)) as bad:
        words = ("--model", "nova-3", "--profile", "quick", "--shards", "2")
        found = documents("fleet", "--target", good.url, "--target", bad.url, *words)
        (tmp_path / "fleet.yaml").write_text(found[0]["data"]["fleet.yaml"])
        mount = next(one["mountPath"] for one in container(found)["volumeMounts"] if one["name"] == "dgcheck-targets")
        args = [word.replace(mount, str(tmp_path)) for word in container(found)["args"]]
        variables = {name: value for name, value in environment(found).items() if isinstance(value, str)}
        codes = []
        for index in range(one(found, "Job")["spec"]["completions"]):
            process = started(*args, **variables, JOB_COMPLETION_INDEX=str(index))
            out, err = process.communicate(timeout=SECONDS)
            codes.append(process.returncode)
            with (tmp_path / "shares.jsonl").open("a") as log:
                log.write(out + err)  # kubectl logs does not tell them apart
    assert sorted(codes) == [0, 1]
    process = started("merge", str(tmp_path / "shares.jsonl"), "-o", "json")
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 1, err
    assert good.url in out
    assert bad.url in out
