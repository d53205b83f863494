"""The image of the Dockerfile, really built and really run, on a machine without Docker.

Debian's buildah builds it, isolated by chroot alone, from a base that debootstrap makes here and that is tagged as the
base which the Dockerfile names. Programs are then run in the built root as Kubernetes would run them: as the numeric
user, on a root that cannot be written, with no capability, as process 1 of their own, with /proc, /dev and the few
files that a kubelet mounts.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.layers import ROOT
from tests.programs import program

PROGRAMS = ("buildah", "debootstrap", "tar", "unshare", "setpriv", "chroot", "mount")
MINUTES = 10  # that a step may take on a busy machine
TAG = "localhost/dgcheck:built"
# Of what debootstrap makes: what is mounted in a container, or not part of an image.
LEFT_OUT = (
    "./dev/*",
    "./proc/*",
    "./sys/*",
    "./var/cache/apt/*",
    "./var/lib/apt/lists/*",
    "./var/log/*",
    "./debootstrap",
)


class NotBuilt(Exception):
    """A step failed; the text is what it printed last."""


@dataclass(frozen=True)
class Image:
    """The built image: its root, mounted, and its configuration as any container engine reads it."""

    root: Path
    config: Mapping[str, Any]
    bytes: int
    log: str = field(repr=False)

    @property
    def user(self) -> tuple[int, int]:
        """The numeric user and group."""
        user, _, group = self.config["User"].partition(":")
        return int(user), int(group)

    def command(
        self,
        *words: str,
        entrypoint: Sequence[str] | None = None,
        environ: Mapping[str, str] | None = None,
        mounts: Mapping[Path, str] | None = None,
    ) -> list[str]:
        """The command that runs the image with these arguments. `mounts`: files of this machine to paths inside."""
        user, group = self.user
        inside = {**dict(one.split("=", 1) for one in self.config["Env"]), **(environ or {})}
        root = shlex.quote(str(self.root))
        steps = [
            "set -e",
            "mount --make-rprivate /",
            f"mount --bind {root} {root}",
            f"mount -t proc proc {root}/proc",
            *(f"mount --bind {device} {root}{device}" for device in ("/dev/null", "/dev/urandom")),
            *(f"mount --bind {path} {root}{path}" for path in ("/etc/hosts", "/etc/resolv.conf")),
            *(f"mount --bind {shlex.quote(str(here))} {root}{there}" for here, there in (mounts or {}).items()),
            f"mount -o remount,ro,bind {root}",
            "exec env -i "
            + shlex.join(f"{name}={value}" for name, value in inside.items())
            # by their whole paths: PATH is already that of the image
            + f" {program('setpriv')} --no-new-privs {program('chroot')} --userspec={user}:{group} --groups={group}"
            + f" {root} {shlex.join([*(self.config['Entrypoint'] if entrypoint is None else entrypoint), *words])}",
        ]
        return [
            *(program("unshare") or "unshare", "--mount", "--pid", "--fork", "--kill-child"),
            *("bash", "-c", "\n".join(steps)),
        ]

    def run(self, *words: str, timeout: float = 120, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        return subprocess.run(
            self.command(*words, **options), capture_output=True, text=True, timeout=timeout, check=False
        )

    def python(self, script: str) -> str:
        """What a script prints that the image's own interpreter runs."""
        done = self.run("-I", "-c", script, entrypoint=["/opt/dgcheck/bin/python"])
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def started(self, *words: str, **options: Any) -> Iterator[Started]:
        """Run it while the block runs."""
        process = subprocess.Popen(
            self.command(*words, **options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            yield Started(process)
        finally:
            process.kill()  # what it started ends with it
            process.communicate()

    def make_mountpoints(self, *files: str) -> None:
        """Where the kernel's and the kubelet's files are mounted; a container engine makes them as well."""
        (self.root / "proc").mkdir(exist_ok=True)
        for path in ("/dev/null", "/dev/urandom", "/etc/hosts", "/etc/resolv.conf", *files):
            place = self.root / path.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()


@dataclass(frozen=True)
class Started:
    """A running container. `process` is the program outside that holds it."""

    process: subprocess.Popen[str]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to process 1 of the container, as a kubelet does."""
        outside = self.process.pid
        (child,) = Path(f"/proc/{outside}/task/{outside}/children").read_text().split()
        os.kill(int(child), number)


class Builder:
    """Builds in a folder of its own, which `remove` removes with everything in it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dgcheck-image-"))
        self._store = (
            *("--storage-driver", "vfs"),
            *("--root", str(self.folder / "store"), "--runroot", str(self.folder / "run")),
        )
        self._log = ""

    def image(self, *files: str) -> Image:
        """Make the base, build the image, mount it with places for these files. Raises NotBuilt."""
        named = self.base_named()
        self.make_base(named)
        secrets = self._pip_secrets()
        self._buildah("build", "--pull-never", "--layers=false", *secrets, "--tag", TAG, str(ROOT))
        inspected = json.loads(self._buildah("inspect", "--type", "image", TAG))
        container = self._buildah("from", "--pull-never", TAG).strip()
        root = Path(self._buildah("mount", container).strip())
        found = Image(root, inspected["OCIv1"]["config"], _bytes_in(root), self._log)
        found.make_mountpoints(*files)
        return found

    @staticmethod
    def base_named() -> str:
        """The base that the Dockerfile names."""
        lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
        return next(line.removeprefix("ARG BASE=") for line in lines if line.startswith("ARG BASE="))

    def make_base(self, name: str) -> None:
        """A Debian with no more in it than the base of that name has, and with this machine's way to its packages."""
        suite = name.rpartition(":")[2].removesuffix("-slim")
        root, tar = self.folder / "base", self.folder / "base.tar"
        self._run("debootstrap", "--variant=minbase", suite, str(root))
        proxies = [line for line in self._run("apt-config", "dump").splitlines() if "::Proxy" in line]
        (root / "etc/apt/apt.conf.d/90proxy").write_text("\n".join(proxies) + "\n")
        # as the real base has it: no waiting for the disk after each file
        (root / "etc/dpkg/dpkg.cfg.d/90quickly").write_text("force-unsafe-io\n")
        self._run("tar", "-C", str(root), *(f"--exclude={path}" for path in LEFT_OUT), "-cf", str(tar), ".")
        shutil.rmtree(root, ignore_errors=True)
        container = self._buildah("from", "scratch").strip()
        self._buildah("add", "--quiet", container, str(tar), "/")
        tar.unlink()
        self._buildah("commit", "--quiet", "--rm", container, name)

    def remove(self) -> None:
        """Unmount and remove everything."""
        subprocess.run([program("buildah") or "buildah", *self._store, "rm", "--all"], capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _pip_secrets(self) -> list[str]:
        """This machine's way to its package index, as secrets of the build: nothing of it stays in the image."""
        said = self._run(sys.executable, "-m", "pip", "config", "list")
        found = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
        wanted = {}
        for name in ("index-url", "extra-index-url", "trusted-host", "proxy", "default-timeout", "timeout", "cert"):
            # What the environment says comes before the files, as pip itself has it.
            for place in ("global", "user", "site", ":env:"):
                value = found.get(f"{place}.{name}", "").strip("'\"")
                if value:
                    wanted[name] = value
        secrets = []
        authorities = wanted.pop("cert", "")
        if authorities and Path(authorities).is_file():
            wanted["cert"] = "/run/secrets/ca.pem"
            secrets.append(f"--secret=id=ca.pem,src={authorities}")
        config = self.folder / "pip.conf"
        config.write_text("[global]\n" + "".join(f"{name} = {value}\n" for name, value in wanted.items()))
        return [f"--secret=id=pip.conf,src={config}", *secrets]

    def _buildah(self, *words: str) -> str:
        return self._run("buildah", *self._store, *words)

    def _run(self, name: str, *words: str) -> str:
        path = program(name) or name
        environ = {**os.environ, "BUILDAH_ISOLATION": "chroot", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        done = subprocess.run(
            [path, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            env=environ,
            timeout=MINUTES * 60,
            check=False,
        )
        self._log += done.stdout + done.stderr
        if done.returncode:
            raise NotBuilt(
                f"{name} {' '.join(words[:6])} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-4000:]}"
            )
        return done.stdout


def _bytes_in(root: Path) -> int:
    """The size of everything in it, hard links and symbolic links as they lie."""
    return sum(path.lstat().st_size for path in root.rglob("*") if not path.is_dir())
