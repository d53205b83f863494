"""Arrows point one way; only the right places touch the network, the terminal and the environment."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.layers import (
    ABOUT,
    HEAVY,
    LAYERS,
    NETWORK,
    NETWORK_PLACES,
    NO_START_COST,
    PACKAGE,
    ROOT,
    depth,
    drawing,
    imports,
    layer,
    modules,
    tree,
)

BEGIN, END = "<!-- layers: made from tests/layers.py -->\n", "<!-- /layers -->\n"


def _below(path: Path, *places: str) -> bool:
    return path.relative_to(PACKAGE).as_posix().startswith(places)


def _is(name: str, libraries: frozenset[str]) -> bool:
    return any(name == library or name.startswith(library + ".") for library in libraries)


def test_every_folder_is_a_layer_and_every_layer_is_there() -> None:
    found = {layer(path) for path in modules()} - {"dgcheck", "__main__"}
    assert found == set(LAYERS) == set(ABOUT)


def test_there_is_no_circle_among_the_layers() -> None:
    assert depth("model") == 0
    assert max(map(depth, LAYERS)) == depth("cli")


def test_arrows_point_one_way() -> None:
    found = []
    for path in modules():
        own = layer(path)
        for one in imports(path) if own in LAYERS else ():
            parts = one.name.split(".")
            if parts[0] == "dgcheck" and parts[1:] != ["__version__"] and parts[1] not in (own, *LAYERS[own]):
                found.append(f"{one.where}: {own} may not import {one.name}")
    assert not found


def test_the_network_is_met_only_where_it_may() -> None:
    found = [
        f"{one.where}: {one.name} belongs to {', '.join(NETWORK_PLACES)}"
        for path in modules()
        for one in imports(path)
        if _is(one.name, NETWORK) and one.name != "http.HTTPStatus" and not _below(path, *NETWORK_PLACES)
    ]
    assert not found


def test_heavy_libraries_are_imported_where_they_are_needed() -> None:
    found = [
        f"{one.where}: import {one.name} inside the function that needs it"
        for path in modules()
        for one in imports(path)
        if _is(one.name, HEAVY) and one.at_load and not one.for_types
    ]
    assert not found


def test_only_cli_prints_exits_and_reads_the_environment() -> None:
    calls = ("print", "exit", "quit", "input")
    parts = ("os.environ", "os.getenv", "os._exit", "sys.exit", "sys.stdout", "sys.stderr", "sys.argv")
    found = []
    for path in modules():
        for node in ast.walk(tree(path)) if not _below(path, "cli/", "__main__.py") else ():
            used = ""
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                used = node.func.id
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                used = f"{node.value.id}.{node.attr}"
            if used in (*calls, *parts):
                found.append(f"{path.relative_to(PACKAGE)}: {used} belongs to cli/")
    assert not found


def test_the_scan_sees_imports_wherever_they_stand(tmp_path: Path) -> None:
    """What keeps the tests above from passing because nothing was found."""
    path = tmp_path / "x.py"
    path.write_text(
        "import a\nif TYPE_CHECKING:\n    import b\ntry:\n    import c\nexcept E:\n    from d import e\n"
        "def f():\n    with g:\n        import h.i\nclass J:\n    import k\n    async def l(self):\n        import m\n"
    )
    seen = {one.name: (one.at_load, one.for_types) for one in imports(path)}
    assert seen == {
        "a": (True, False),
        "b": (True, True),
        "c": (True, False),
        "d.e": (True, False),
        "h.i": (False, False),
        "k": (True, False),
        "m": (False, False),
    }


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--version"], id="version"),
        pytest.param(["--help"], id="help"),
        pytest.param(["run", "--help"], id="run help"),
        pytest.param(["explain", "DG4001"], id="explain a code"),
        pytest.param(["explain"], id="explain the list"),
        pytest.param(["run", "--no-such-option"], id="a wrong option"),
    ],
)
def test_quick_answers_load_nothing_heavy(words: list[str]) -> None:
    script = (
        "import sys, json\n"
        "from dgcheck.cli import main\n"
        "code = main(json.loads(sys.argv[1]))\n"
        "print(json.dumps([int(code), sorted(sys.modules)]), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(words)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    code, loaded = json.loads(done.stderr.splitlines()[-1])
    assert code == (2 if "--no-such-option" in words else 0)
    assert not set(loaded) & (NO_START_COST | {"importlib.metadata", "httpcore", "h11", "anyio"})


def test_contributing_shows_the_layers(request: pytest.FixtureRequest) -> None:
    path = ROOT / "CONTRIBUTING.md"
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    wanted = before + BEGIN + drawing() + "\n" + END + after
    if request.config.getoption("--update-golden"):
        path.write_text(wanted, encoding="utf-8")
        return
    assert text == wanted, "the drawing is old: pytest tests/test_layers.py --update-golden"
