"""The layers of the house: who may import whom, the drawing of it, and the imports as they are.

`LAYERS` is the one place where this is decided. `tests/test_layers.py` enforces it, and the drawing in
CONTRIBUTING.md is made from it (`pytest tests/test_layers.py --update-golden` rewrites the drawing).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "dgcheck"

# A folder or module of the package -> what it may import, besides the standard library and itself.
LAYERS: Mapping[str, tuple[str, ...]] = {
    "cli": (
        *("sim", "kube", "serve", "ticket", "fleet", "models", "explain", "engine", "diagnosis", "report", "sdks"),
        *("settings", "net", "probes", "wire", "model"),
    ),
    "sim": ("wire", "model"),
    "kube": ("model",),
    "serve": ("engine", "report", "net", "wire", "model"),
    "ticket": ("engine", "report", "settings", "wire", "model"),
    "fleet": ("engine", "report", "settings", "net", "wire", "model"),
    "models": ("report", "settings", "wire", "model"),
    "explain": ("report", "diagnosis", "rules", "wire", "model"),
    "engine": ("diagnosis", "net", "probes", "experiments", "rules", "sdks", "wire", "model"),
    "diagnosis": ("rules", "readings", "wire", "model"),
    "report": ("model",),
    "sdks": ("model",),
    "settings": ("wire", "model"),
    "net": ("wire", "model"),
    "probes": ("readings", "wire", "model"),
    "experiments": ("readings", "wire", "model"),
    "rules": ("readings", "wire", "model"),
    "readings": ("wire", "model"),
    "wire": ("model",),
    "model": (),
}
ABOUT: Mapping[str, str] = {
    "cli": "one command per file; the only place that prints, exits and reads the environment",
    "sim": "the stand-in for a deployment",
    "kube": "manifests for Kubernetes, as text",
    "serve": "the endpoints for probes and Prometheus",
    "ticket": "support bundles: what goes into them, and how they and reports are opened again",
    "fleet": "many deployments in one run, and the joining of its shares",
    "models": "what is installed, as a table, and whether it is what somebody counts on",
    "explain": "reads pasted text and logs; the pages of the catalogue",
    "engine": "runs the checks, spends the deadline",
    "diagnosis": "from evidence to a report",
    "report": "one format per file; Report -> text",
    "sdks": "one SDK per file: what it dials and how it asks; loaded when it is named",
    "settings": "flags, variables, file, defaults",
    "net": "every socket; returns evidence, never judges",
    "probes": "one question per file",
    "experiments": "questions asked only where two causes fit",
    "rules": "one family of causes per file",
    "readings": "what several pieces of evidence say together",
    "wire": "pure readers of what goes over the wire",
    "model": "the words of the house; imports nothing of ours",
}

# Libraries that speak to the network, and the only places that may import them.
NETWORK = frozenset({"socket", "_socket", "ssl", "httpx", "websockets", "http", "urllib.request", "socketserver"})
NETWORK_PLACES = ("net/", "engine/", "serve/", "cli/", "sim/server")
# Libraries that are allowed to cost time, and are therefore imported inside the function that needs them.
HEAVY = frozenset(
    {"yaml", "tabulate", "dns", "cryptography", "importlib.metadata", "importlib.resources", "argcomplete"}
)
# The two heads of the program that start without ever needing the network.
NO_START_COST = frozenset({"asyncio", "ssl", "httpx", "websockets", "yaml", "tabulate", "dns", "cryptography"})


@dataclass(frozen=True)
class Import:
    """One import statement: where it stands, what it names, and whether it runs when the module is loaded."""

    path: Path
    line: int
    name: str
    at_load: bool
    for_types: bool

    @property
    def where(self) -> str:
        """Path below the package and line."""
        return f"{self.path.relative_to(PACKAGE)}:{self.line}"


def layer(path: Path) -> str:
    """The layer that a file belongs to: its folder, or its own name at the top."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0] if parts[0] != "__init__" else "dgcheck"


def modules() -> list[Path]:
    """Every Python file of the package."""
    return sorted(PACKAGE.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """A file as Python reads it."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> tuple[Import, ...]:
    """Every import of a file, with the names as absolute modules."""
    return tuple(_walk(path, tree(path).body, at_load=True, for_types=False))


def _walk(path: Path, body: list[ast.stmt], *, at_load: bool, for_types: bool) -> Iterator[Import]:
    for node in body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(path, node.lineno, alias.name, at_load, for_types)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield Import(path, node.lineno, whole, at_load, for_types)
        else:
            inside = at_load and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            typed = for_types or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
            yield from _walk(path, _below(node), at_load=inside, for_types=typed)


def _below(node: ast.AST) -> list[ast.stmt]:
    """The statements right beneath, those of `except` and `case` included."""
    found: list[ast.stmt] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            found.append(child)
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            found += child.body
    return found


def depth(name: str) -> int:
    """How many layers lie below at most; raises RecursionError on a circle."""
    return 1 + max((depth(below) for below in LAYERS[name]), default=-1)


def drawing() -> str:
    """The drawing of CONTRIBUTING.md: the levels from top to bottom, then who may import whom."""
    width = max(map(len, LAYERS)) + 2
    levels: dict[int, list[str]] = {}
    for name in LAYERS:
        levels.setdefault(depth(name), []).append(name)
    lines = ["```text"]
    for level in sorted(levels, reverse=True):
        row = "   ".join(f"[ {name} ]" for name in levels[level])
        lines += [f"  {row}", "      |" if level else ""]
    lines += [f"{'layer':<{width}}{'may import':<54}what it is", "-" * 118]
    for name, below in LAYERS.items():
        allowed = "everything below it but experiments, rules" if name == "cli" else ", ".join(below) or "nothing"
        lines.append(f"{name:<{width}}{allowed:<54}{ABOUT[name]}")
    lines.append("```")
    return "\n".join(line.rstrip() for line in lines)
