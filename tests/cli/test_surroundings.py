"""Where dgcheck stands, read from small files; a made-up root stands before every path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dgcheck.cli.surroundings import look


def root(folder: Path, **files: str) -> str:
    """A file system with these files; `__` in a name is a slash, `_DOT_` a dot."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(folder)


@pytest.mark.parametrize(
    ("environ", "files", "container"),
    [
        pytest.param({}, {}, "", id="a machine"),
        pytest.param({}, {"_DOT_dockerenv": ""}, "docker", id="docker"),
        pytest.param({}, {"run___DOT_containerenv": ""}, "podman", id="podman"),
        pytest.param({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, {"_DOT_dockerenv": ""}, "kubernetes", id="kubernetes"),
        pytest.param({"container": "oci"}, {}, "oci", id="told by a variable"),
        pytest.param({}, {"proc__1__cgroup": "0::/kubepods/besteffort/pod1"}, "kubernetes", id="cgroup of a pod"),
        pytest.param({}, {"proc__1__cgroup": "1:name=systemd:/docker/abc"}, "docker", id="cgroup of docker"),
        pytest.param({}, {"proc__1__cgroup": "0::/init.scope"}, "", id="cgroup of a machine"),
    ],
)
def test_container(environ: Mapping[str, str], files: Mapping[str, str], container: str, tmp_path: Path) -> None:
    assert look(environ, "dg", root(tmp_path, **files)).container == container


def test_pod_and_namespace(tmp_path: Path) -> None:
    place = root(tmp_path, var__run__secrets__kubernetes_DOT_io__serviceaccount__namespace="speech\n")
    environ = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "HOSTNAME": "app-5f"}
    seen = look(environ, "dg", place)
    assert (seen.pod, seen.namespace) == ("app-5f", "speech")
    told = look({**environ, "POD_NAME": "p", "POD_NAMESPACE": "n"}, "dg", place)
    assert (told.pod, told.namespace) == ("p", "n")


def test_resolver(tmp_path: Path) -> None:
    lines = ("# made", "nameserver 10.96.0.10", "nameserver fe80::1%eth0 ; x", "domain old", "search a.svc b.svc # c")
    text = "\n".join((*lines, "options edns0 ndots:5", ""))
    seen = look({}, "dg", root(tmp_path, etc__resolv_DOT_conf=text))
    assert seen.nameservers == ("10.96.0.10", "fe80::1%eth0")
    assert seen.search == ("a.svc", "b.svc")
    assert seen.ndots == 5


@pytest.mark.parametrize("text", ["options ndots:x\n", "options ndots:-1\n", "nameserver\n\noptions\n", "\x00\xff"])
def test_a_broken_resolver_file_is_passed_over(text: str, tmp_path: Path) -> None:
    seen = look({}, "dg", root(tmp_path, etc__resolv_DOT_conf=text))
    assert (seen.nameservers, seen.ndots) == ((), 1)


def test_only_the_lines_of_the_hosts_file_that_name_the_target(tmp_path: Path) -> None:
    text = "127.0.0.1 localhost\n10.0.0.5 DG.example.com. dg # dg2\n::1\n10.0.0.6 other dg.example.com\n"
    seen = look({}, "dg.example.com", root(tmp_path, etc__hosts=text))
    assert seen.hosts == (("10.0.0.5", "DG.example.com."), ("10.0.0.6", "dg.example.com"))


def test_proxies_are_seen_without_their_passwords(tmp_path: Path) -> None:
    seen = look({"HTTPS_PROXY": "http://u:CANARY@p:1"}, "dg", str(tmp_path))
    assert seen.proxies == {"https_proxy": "http://<redacted>@p:1"}


@pytest.mark.parametrize(
    ("devices", "own"),
    [(("lo", "eth0"), True), (("lo",), True), (("lo", "eth0", "docker0"), False), (("lo", "eth0/device"), False)],
)
def test_own_network(devices: tuple[str, ...], own: bool, tmp_path: Path) -> None:
    """A container with the machine's network sees the machine's device or its bridges."""
    root(tmp_path, _DOT_dockerenv="")
    for device in devices:
        (tmp_path / "sys/class/net" / device).mkdir(parents=True)
    assert look({}, "dg", str(tmp_path)).own_network is own


def test_on_a_machine_nothing_is_said_of_its_network(tmp_path: Path) -> None:
    assert look({}, "dg", str(tmp_path)).own_network is None


def test_this_machine_can_be_looked_at() -> None:
    seen = look({}, "localhost")
    assert seen.hostname
    assert seen.platform
    assert seen.python.count(".") == 2
