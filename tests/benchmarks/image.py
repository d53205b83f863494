"""How large the image is and how fast it starts, beside the same packages in a compiled environment outside.

    python tests/benchmarks/image.py [--rounds 15]

Needs root and what `tests/image/building.py` needs, and Debian's own python3 of the image's version. Row 24 of the
yardstick: start-up in the image / start-up of the same in a compiled environment, at most 1.1. Prints one line per
figure and judges nothing.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.image.building import Builder, Image  # noqa: E402 - it is run as a script
from tests.programs import program  # noqa: E402

PYTHON = "/usr/bin/python3"
COMMANDS = (("--version",), ("--help",), ("explain", "DG4001"))


def main() -> int:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    builder = Builder()
    try:
        started = time.monotonic()
        image = builder.image()
        print(f"built in {time.monotonic() - started:.0f} s")
        print(f"size {image.bytes / 1e6:.1f} MB in {sum(1 for _ in image.root.rglob('*'))} files")
        outside = _environment(image, builder.folder / "environment")
        for words in COMMANDS:
            inside = [program("chroot") or "chroot", str(image.root), "/opt/dgcheck/bin/dgcheck", *words]
            beside = [program("chroot") or "chroot", "/", str(outside), *words]
            times = [(_seconds(inside), _seconds(beside)) for _ in range(rounds)]
            ratio = statistics.median(one / other for one, other in times)
            median = statistics.median(one for one, _ in times)
            print(f"24  dgcheck {' '.join(words):<16}  {ratio:.2f} (must 1.1, reach 1.0)  {median * 1000:.0f} ms")
    finally:
        builder.remove()
    return 0


def _environment(image: Image, folder: Path) -> Path:
    """The packages of the image in an environment of this machine's Python, compiled; its dgcheck."""
    version = subprocess.run([PYTHON, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    inside = image.python("import sys; print('Python', sys.version.split()[0])").strip()
    print(f"{inside} in the image, {version} beside it")
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (source,) = image.root.glob("opt/dgcheck/lib/python*/site-packages")
    shutil.copytree(source, packages, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([PYTHON, "-m", "compileall", "-q", str(packages)], check=True)
    script = folder / "bin" / "dgcheck"
    script.write_text(
        f"#!{folder}/bin/python3\nimport sys\nfrom dgcheck.cli import main\nif __name__ == '__main__':\n"
        "    sys.exit(main())\n"
    )
    script.chmod(0o755)
    return script


def _seconds(command: Sequence[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, env={"LANG": "C.UTF-8"}, check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
