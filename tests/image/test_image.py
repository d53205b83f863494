"""The image: what is in it and what is not, and that dgcheck works in it as Kubernetes would start it."""

from __future__ import annotations

import http.client
import json
import re
import signal
import stat
from pathlib import Path

import pytest

from dgcheck import __version__
from dgcheck.kube.plan import USER
from dgcheck.sim.server import running
from tests.image.building import Image
from tests.image.conftest import CA_FILE, TERMINATION_LOG
from tests.layers import ROOT

LARGEST = 100_000_000  # bytes of everything in it
UNCHECKED = 1  # flags of byte code that is valid whatever becomes of its source
SECONDS = 120
# What a shell, a package manager or an installer would be called.
UNWANTED = re.compile(r"(ba|da|z|k|)sh|busybox|apt(-get)?|dpkg|pip[0-9.]*|perl|curl|wget|su|sudo|gcc|ld")


# --- what is in it -------------------------------------------------------------------------------------------------


def test_its_configuration(image: Image) -> None:
    config = image.config
    assert config["Entrypoint"] == ["dgcheck"]
    assert config["User"] == f"{USER}:{USER}", "the user of the manifests"
    labels = config["Labels"]
    assert labels["org.opencontainers.image.version"] == __version__
    assert labels["org.opencontainers.image.title"] == "dgcheck"
    assert labels["org.opencontainers.image.licenses"] == "MIT"


def test_there_is_no_shell_and_no_package_manager(image: Image) -> None:
    found = [path for path in image.root.rglob("*") if UNWANTED.fullmatch(path.name) and not path.is_dir()]
    assert not found
    done = image.run("-c", "true", entrypoint=["/bin/sh"])
    assert done.returncode == 127


def test_nothing_raises_rights_and_nothing_may_be_written(image: Image) -> None:
    for path in image.root.rglob("*"):
        mode = path.lstat().st_mode
        inside = f"/{path.relative_to(image.root)}"
        if stat.S_ISLNK(mode) or inside.startswith(("/proc", "/dev")):
            continue
        assert not mode & (stat.S_ISUID | stat.S_ISGID), inside
        assert not mode & stat.S_IWOTH or inside == "/tmp", inside
        assert path.lstat().st_uid == 0, inside


def test_every_source_has_byte_code_that_is_always_valid(image: Image) -> None:
    """A root that cannot be written could never keep any, so every start would compile it all anew."""
    sources = [path for path in image.root.rglob("*.py") if "proc" not in path.parts]
    assert len(sources) > 1000
    for source in sources:
        (compiled,) = (source.parent / "__pycache__").glob(f"{source.stem}.*.pyc")
        assert int.from_bytes(compiled.read_bytes()[4:8], "little") == UNCHECKED, source


def test_nothing_is_compiled_at_a_start(image: Image) -> None:
    """As the interpreter itself tells it: all that is loaded is byte code."""
    script = "import sys; sys.argv = ['dgcheck', '--help']; from dgcheck.cli import main; main(['--help'])"
    done = image.run("-I", "-v", "-c", script, entrypoint=["/opt/dgcheck/bin/python"])
    loaded = re.findall(r"# code object from '?([^'\s]+)'?", done.stderr)
    assert any("dgcheck" in path for path in loaded)
    assert all(path.endswith(".pyc") for path in loaded)


def test_every_extension_finds_its_libraries(image: Image) -> None:
    script = """
import importlib, os, pathlib, sysconfig
for place in (os.path.dirname(os.__file__) + "/lib-dynload", sysconfig.get_path("platlib")):
    root = pathlib.Path(place)
    for path in root.rglob("*.so"):
        parts = path.relative_to(root).parts
        if not any(part.endswith(".libs") for part in parts):
            importlib.import_module(".".join((*parts[:-1], path.name.split(".")[0])))
            print(path.name)
"""
    loaded = image.python(script).split()
    assert {"_ssl", "_ctypes", "_lzma", "_rust", "_yaml", "speedups"} <= {name.split(".")[0] for name in loaded}


def test_every_module_of_dgcheck_loads(image: Image) -> None:
    """None of them needs a package that is not there."""
    script = """
import importlib, pkgutil, dgcheck
for one in pkgutil.walk_packages(dgcheck.__path__, "dgcheck."):
    if not one.name.endswith("__main__"):
        importlib.import_module(one.name)
        print(one.name)
"""
    loaded = image.python(script).split()
    assert {"dgcheck.cli.run", "dgcheck.serve.server", "dgcheck.kube.job"} <= set(loaded)


def test_every_package_is_that_of_the_lock(image: Image) -> None:
    script = "from importlib.metadata import distributions as d\nfor one in d(): print(one.name, one.version, sep='==')"
    installed = {line.lower().replace("_", "-") for line in image.python(script).split()}
    lock = re.findall(r"^([a-z0-9-]+==\S+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    assert f"dgcheck=={__version__}" in installed
    assert installed - {f"dgcheck=={__version__}"} <= set(lock)


def test_scanners_find_the_packages_and_people_their_licences(image: Image) -> None:
    packages = {path.name for path in (image.root / "var/lib/dpkg/status.d").iterdir()}
    assert packages >= {"libc6", "libssl3", "ca-certificates", "python3.11-minimal", "libpython3.11-stdlib"}
    for name in packages:
        status = (image.root / "var/lib/dpkg/status.d" / name).read_text(encoding="utf-8")
        assert f"Package: {name}\n" in status
        assert re.search(r"^Version: \S", status, re.MULTILINE)
        assert (image.root / "usr/share/doc" / name / "copyright").is_file()


def test_nothing_of_the_build_is_left(image: Image) -> None:
    for path in ("run/secrets", "etc/pip.conf", "etc/apt", "src", "wheels", "root", "var/lib/apt", "opt/build"):
        assert not (image.root / path).exists(), path


def test_its_size(image: Image) -> None:
    assert 40_000_000 < image.bytes < LARGEST, f"{image.bytes:,} bytes"


def test_public_authorities_are_known(image: Image) -> None:
    """By the file, and by the folder that OpenSSL looks into when a certificate is to be verified."""
    script = """
import os, ssl
context = ssl.create_default_context(cafile="/etc/ssl/certs/ca-certificates.crt")
folder = ssl.get_default_verify_paths().capath
print(len(context.get_ca_certs()), sum(os.path.exists(f"{folder}/{name}") for name in os.listdir(folder)))
"""
    in_file, in_folder = map(int, image.python(script).split())
    assert in_file > 100
    assert in_folder > 200  # each under its name and under its hash


# --- how it runs ---------------------------------------------------------------------------------------------------


def test_it_is_nobody_on_a_root_that_cannot_be_written(image: Image) -> None:
    """What keeps the tests below honest."""
    script = """
import errno, os
print(os.getuid(), os.getgid(), os.getpid())
print([line.split()[1] for line in open("/proc/self/status") if line.startswith(("CapEff", "NoNewPrivs"))])
for path in ("/x", "/tmp/x", "/home/dgcheck/x", "/opt/dgcheck/x"):
    try:
        open(path, "w")
    except OSError as error:
        print(errno.errorcode[error.errno])
"""
    who, rights, *writes = image.python(script).splitlines()
    assert who == f"{USER} {USER} 1"
    assert rights == "['0000000000000000', '1']"
    assert writes == ["EROFS"] * 4


def test_the_version(image: Image) -> None:
    done = image.run("--version")
    assert (done.returncode, done.stdout) == (0, f"dgcheck {__version__}\n")


def test_no_argument_shows_the_help(image: Image) -> None:
    done = image.run(*image.config["Cmd"])
    assert done.returncode == 0
    assert done.stdout.startswith("usage: dgcheck")


@pytest.mark.parametrize(
    ("faults", "code", "verdict"),
    [pytest.param((), 0, "pass", id="healthy"), pytest.param(("model_missing",), 1, "fail", id="a model is missing")],
)
def test_run(image: Image, faults: tuple[str, ...], code: int, verdict: str) -> None:
    with running(faults=faults) as simulator:
        done = image.run("run", simulator.url, "--model", "nova-3", "-o", "json")
    assert done.returncode == code, done.stderr
    report = json.loads(done.stdout)
    assert report["verdict"] == verdict
    assert not [one for one in report["findings"] if one["code"] == "DG9001"], "no check may have broken"


def test_run_over_tls_with_a_mounted_authority(image: Image, tmp_path: Path) -> None:
    ca = tmp_path / "ca.crt"
    with running(tls="good") as simulator:
        ca.write_bytes(Path(simulator.ca_file).read_bytes())
        ca.chmod(0o644)  # as Kubernetes mounts a ConfigMap
        done = image.run("run", simulator.url, "--ca-file", CA_FILE, "-o", "short", mounts={ca: CA_FILE})
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_certificate_that_is_not_trusted_is_explained(image: Image) -> None:
    """The libraries that explain a failure are there, too."""
    with running(tls="untrusted") as simulator:
        done = image.run("run", simulator.url, "-o", "json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["findings"][0]["code"].startswith("DG2")
    assert not [one for one in report["findings"] if one["code"] == "DG9001"]


def test_wait_and_the_termination_log(image: Image, tmp_path: Path) -> None:
    """As an init container on an install day, with the file that the kubelet mounts."""
    log = tmp_path / "termination-log"
    log.touch()
    log.chmod(0o666)
    with running(initializing=1.0) as simulator:
        done = image.run(
            *("wait", simulator.url, "--timeout", "60s", "--interval", "100ms", "--for", "speech"),
            environ={"KUBERNETES_SERVICE_HOST": "10.96.0.1", "POD_NAME": "app-0", "POD_NAMESPACE": "speech"},
            mounts={log: TERMINATION_LOG},
        )
    assert done.returncode == 0, done.stderr
    assert "dgcheck: waiting: " in done.stderr
    assert "PASS" in log.read_text()
    assert "app-0" in done.stdout


def test_a_signal_ends_a_wait_with_a_report(image: Image, refusing: str) -> None:
    """Process 1 gets no signal that it does not handle."""
    with image.started("wait", refusing, "-o", "json") as container:
        assert container.process.stderr
        assert "DG2001" in container.process.stderr.readline()
        container.signal(signal.SIGTERM)
        out, _ = container.process.communicate(timeout=SECONDS)
    assert container.process.returncode == 143
    report = json.loads(out)
    assert report["interrupted"] is True


def test_serve(image: Image, free_tcp_port: int) -> None:
    with (
        running() as simulator,
        image.started("serve", "--listen", f"127.0.0.1:{free_tcp_port}", "--target", simulator.url) as container,
    ):
        assert container.process.stderr
        assert str(free_tcp_port) in container.process.stderr.readline()
        assert _get(free_tcp_port, "/healthz")[0] == 200
        status, body = _get(free_tcp_port, "/metrics")
        assert status == 200
        assert "dgcheck_build_info" in body
        container.signal(signal.SIGTERM)
        container.process.communicate(timeout=SECONDS)
    assert container.process.returncode == 0


def _get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["demo"], id="demo"),
        pytest.param(["explain", "DG4001"], id="explain"),
        pytest.param(["manifest", "job", "--target", "http://dg:8080"], id="manifest"),
        pytest.param(["sdk", "list"], id="sdk"),
        pytest.param(["config", "schema"], id="config"),
        pytest.param(["run", "http://dg:8080", "--dry-run"], id="dry run"),
    ],
)
def test_other_commands(image: Image, words: list[str]) -> None:
    """What is loaded only when it is needed is there as well."""
    done = image.run(*words)
    assert done.returncode == 0, done.stderr
    assert done.stdout
