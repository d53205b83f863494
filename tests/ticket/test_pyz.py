"""`dgcheck.pyz`: built by the documented command, it does its work on a bare Python, without any network."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.layers import ROOT
from tests.namespaces import Namespace
from tests.programs import missing
from tests.pyz.build import FIRST_LINES, needed

BUILD = ROOT / "tests" / "pyz" / "build.py"
Air = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file, built once, as CONTRIBUTING says."""
    path = tmp_path_factory.mktemp("pyz") / "dgcheck.pyz"
    done = subprocess.run(
        [sys.executable, BUILD, path],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        missing("an index of packages for pip", done.stderr[-500:])
    return path


@pytest.fixture
def air(pyz: Path, namespace: Callable[..., Namespace], tmp_path: Path) -> Air:
    """`air("demo")` runs the file on a machine with loopback alone: an interpreter that sees the standard library and
    nothing else, no proxy, no variable, a home of its own.
    """
    alone = namespace()
    bare = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"

    def run(
        *words: str, home: Path = pyz.parent, before: Sequence[str] = (), **variables: str
    ) -> subprocess.CompletedProcess[str]:
        environ = {"HOME": str(home), "PATH": "/usr/bin:/bin:/sbin:/usr/sbin", **variables}
        shown = ["env", "-i", *(f"{name}={value}" for name, value in environ.items())]
        return subprocess.run(
            alone.command(*shown, *before, str(bare), "-S", "-s", str(pyz), *words),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
        )

    return run


def test_the_demo_runs_and_what_it_unpacked_is_kept(air: Air, tmp_path: Path) -> None:
    done = air("demo", home=tmp_path)
    assert (done.returncode, done.stdout.splitlines()[-1][:4]) == (0, "PASS"), done.stderr
    cache = tmp_path / ".cache" / "dgcheck"
    kept = [path.name for path in cache.iterdir()]
    assert len(kept) == 1
    assert air("--version", home=tmp_path).returncode == 0
    assert [path.name for path in cache.iterdir()] == kept


def test_a_run_that_fails_names_its_cause(air: Air, tmp_path: Path) -> None:
    """With TLS, which needs the compiled library."""
    done = air("demo", "--fault", "tls_expired", "-o", "json=case.json", "-o", "html=case.html")
    assert done.returncode == 1, done.stderr
    found = json.loads((tmp_path / "case.json").read_text())
    assert found["findings"][0]["cause"] == "tls_expired"
    assert "tls_expired" in (tmp_path / "case.html").read_text()
    again = air("diagnose", "case.json", "-o", "short")
    assert again.returncode == found["exit_code"]
    assert "tls_expired" in again.stdout


def test_a_run_says_that_nobody_listens(air: Air) -> None:
    done = air("run", "http://127.0.0.1:9", "-o", "short")
    assert done.returncode == 1
    assert "tcp_refused" in done.stdout


def test_it_explains(air: Air) -> None:
    assert "DG1001" in air("explain", "DG1001").stdout
    done = air("explain", "x509: certificate signed by unknown authority")
    assert done.returncode == 0, done.stderr
    assert "tls_unknown_ca" in done.stdout


def test_it_makes_a_bundle_and_opens_it(air: Air, tmp_path: Path) -> None:
    done = air("bundle", "http://127.0.0.1:9", "-O", "ticket.zip", "--note", "nobody answers")
    assert done.returncode == 1, done.stderr
    with zipfile.ZipFile(tmp_path / "ticket.zip") as opened:
        assert {"report.json", "report.md", "report.html"} <= {Path(name).name for name in opened.namelist()}
    assert "tcp_refused" in air("diagnose", "ticket.zip", "-o", "short").stdout


def test_where_nothing_can_be_kept_nothing_is_left(air: Air, tmp_path: Path) -> None:
    """A home that is no folder: it unpacks into a temporary one, which is gone after a run that ends at once."""
    (tmp_path / "file").write_text("")
    (tmp_path / "room").mkdir()
    done = air("demo", home=tmp_path / "file", TMPDIR=str(tmp_path / "room"))
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "room").iterdir()) == []


def test_where_there_is_no_room_it_says_what_to_do(air: Air, tmp_path: Path, which: Callable[[str], str]) -> None:
    """No file may be larger than a megabyte, neither in the cache nor in the temporary folder."""
    (tmp_path / "room").mkdir()
    small = (which("prlimit"), "--fsize=1000000")
    done = air("--version", before=small, home=tmp_path, TMPDIR=str(tmp_path / "room"))
    assert done.returncode == 1
    assert "no room to unpack" in done.stderr
    assert "Set XDG_CACHE_HOME or TMPDIR to a folder with 40 MB." in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "room").iterdir()) == []
    assert list((tmp_path / ".cache" / "dgcheck").iterdir()) == []


@pytest.mark.parametrize("name", ["python2.7", "python3.6", "python3.8", "python3.10"])
def test_an_old_python_says_that_it_is_too_old(name: str, pyz: Path) -> None:
    python = shutil.which(name)
    if python is None or subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode:
        pytest.skip(f"no {name} on this machine")
    done = subprocess.run([python, pyz, "demo"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"needs Python 3.11 or newer; this is Python {name[6:]}" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_first_lines_tell_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no old Python: the same lines, told that they run on one."""
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SystemExit, match=r"^dgcheck needs Python 3.11 or newer; this is Python 3.9 \("):
        exec(compile(FIRST_LINES, "__main__.py", "exec"), {})


def test_the_lock_s_packages_are_those_that_a_run_needs() -> None:
    found = needed((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert {"httpx", "httpcore", "h11", "websockets", "cryptography", "cffi", "pyyaml", "certifi", "idna"} <= set(found)
    assert not {"hatchling", "trove-classifiers", "pluggy"} & set(found)
    assert all("--hash=sha256:" in block for block in found.values())
