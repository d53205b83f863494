"""The house in numbers and words: short files, short functions, docstrings, no banned words, a README that is true."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from dgcheck.cli import COMMANDS
from dgcheck.cli.parser import HelpWanted, command_parser
from dgcheck.rules import causes
from tests.layers import PACKAGE, ROOT, modules, tree

LONGEST_FILE, LONGEST_FUNCTION = 400, 60
LONGEST_TEST = 650  # tables of cases grow, and are read one row at a time
PYTHON = [*modules(), *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "fixtures").rglob("*.py"))]
DOCS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")

# Words of ours that mean nothing to the person who reads a report.
NEVER_SAID = re.compile(r"\b(persona|personas|door|odd one out|deciding difference)\b", re.IGNORECASE)
# Names that say nothing.
EMPTY_NAMES = frozenset({"utils", "util", "helpers", "helper", "manager", "misc", "common", "data"})
# Judgement has no place where facts are gathered.
VERDICTS = re.compile(r"\b(wrong|broken|misconfigured|faulty|unhealthy|should|incorrect)\b", re.IGNORECASE)


def _said(path: Path) -> Iterator[tuple[int, str]]:
    """Every string of a file that is not a docstring, with its line."""
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    silent = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, kinds) and node.body and isinstance(node.body[0], ast.Expr):
            silent.add(id(node.body[0].value))
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.lineno, node.value


def _table(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the table that a function only builds and returns: data has no length limit of its own."""
    last = function.body[-1]
    if isinstance(last, ast.Return) and isinstance(last.value, ast.Tuple | ast.List | ast.Dict) and last.end_lineno:
        return last.end_lineno - last.lineno
    return 0


def test_files_are_short() -> None:
    def longest(path: Path) -> int:
        return LONGEST_TEST if (ROOT / "tests") in path.parents else LONGEST_FILE

    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PYTHON}
    assert not [f"{_name(path)} has {count} lines: split it" for path, count in lines.items() if count > longest(path)]


def test_functions_are_short() -> None:
    found = []
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1 - _table(node)
                if length > LONGEST_FUNCTION:
                    found.append(f"{_name(path)}:{node.lineno} {node.name} has {length} lines")
    assert not found


def test_every_module_says_why_it_exists() -> None:
    assert not [_name(path) for path in PYTHON if path.stat().st_size and not ast.get_docstring(tree(path))]


def test_names_say_something() -> None:
    assert not [name for path in PYTHON if EMPTY_NAMES & set(Path(name := _name(path)).with_suffix("").parts)]


def test_words_that_nobody_outside_knows_are_not_printed() -> None:
    assert not _saying(NEVER_SAID, modules())


def test_facts_are_gathered_without_a_verdict() -> None:
    assert not _saying(VERDICTS, [path for path in modules() if {"probes", "net"} & set(path.parts)])


def _saying(words: re.Pattern[str], files: list[Path]) -> list[str]:
    return [f"{_name(path)}:{line}: {text!r}" for path in files for line, text in _said(path) if words.search(text)]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_package_holds_what_it_needs_at_run_time() -> None:
    held = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*") if path.is_file()}
    assert {"py.typed", "speech/clip.wav", "speech/clip.json"} <= held
    assert any(name.endswith(".schema.json") for name in held)


def _commands(text: str) -> Iterator[str]:
    """Every `dgcheck ...` command line in a document: in code blocks (after `$ `, `&& ` or at the start) and `code`."""
    for block in re.findall(r"```(?:sh|console|text|bash|yaml)?\n(.*?)```", text, re.DOTALL):
        yield from re.findall(r"(?:^|&& |\$ |; )(?:\S*/)?(dgcheck .*?)(?= && | \|| ;|  #|$)", block, re.MULTILINE)
    yield from re.findall(r"(?<!`)`(dgcheck [^`\n]+)`(?!`)", text)


def _check_command(line: str) -> None:
    words = shlex.split(line.replace("[", "").replace("]", "").replace("…", "").replace("...", ""), comments=True)[1:]
    if not words or words[0] in ("--version", "--help", "--help-all", "VERSION"):
        return
    name, rest = (words[0], words[1:]) if words[0] in COMMANDS else ("run", words)
    assert name != "run" or words[0] == "run" or re.match(r"-|https?:|wss?:|URL|TARGET|\{base\}", words[0]), line
    try:
        command_parser(name).parse(rest)
    except HelpWanted:
        pass


@pytest.mark.parametrize("name", DOCS)
def test_commands_in_the_documents_exist(name: str) -> None:
    for line in _commands((ROOT / name).read_text(encoding="utf-8")):
        _check_command(line)


def test_readme_gives_both_one_line_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert (
        len(re.findall(r"^python3 -m venv .* dgcheck demo$|^python3 -m venv .*/dgcheck demo$", text, re.MULTILINE)) == 1
    )
    assert len(re.findall(r"^python3 -m venv .*\.\[test\].*/pytest$", text, re.MULTILINE)) == 1


@pytest.mark.parametrize("name", DOCS)
def test_codes_in_the_documents_exist(name: str) -> None:
    known = {cause.code for cause in causes()}
    assert set(re.findall(r"\bDG\d{4}\b", (ROOT / name).read_text(encoding="utf-8"))) <= known


@pytest.mark.parametrize("name", DOCS)
def test_links_in_the_documents_lead_somewhere(name: str) -> None:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / name).read_text(encoding="utf-8")):
        assert (ROOT / link).exists(), link


@pytest.mark.parametrize("cause", [pytest.param(cause, id=cause.cause) for cause in causes()])
def test_remedies_name_only_commands_of_ours_that_exist(cause: object) -> None:
    for remedy in cause.remedies:  # type: ignore[attr-defined]
        for line in remedy.command.splitlines():
            for command in re.findall(r"(?:^|[;&|] |\$ )(dgcheck .*)", line.strip()):
                _check_command(re.sub(r"\{\w+\}", "x", command.replace("{base}", "http://x")))
        for command in re.findall(r"`(dgcheck [^`]+)`", remedy.do):
            _check_command(re.sub(r"\{\w+\}", "x", command.replace("{base}", "http://x")))


@pytest.mark.parametrize("cause", [pytest.param(cause, id=cause.cause) for cause in causes()])
def test_remedies_stand_alone(cause: object) -> None:
    """The one before it may be left out, so none begins as if it went on."""
    begins = re.compile(r"(or|otherwise|else|and|then|also|instead)\b", re.IGNORECASE)
    assert not [remedy.do for remedy in cause.remedies if begins.match(remedy.do)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("cause", [pytest.param(cause, id=cause.cause) for cause in causes()])
def test_commands_about_the_charts_own_objects_name_their_namespace(cause: object) -> None:
    own = re.compile(r"kubectl (?!.*(-A\b|--all-namespaces)).*(deployment/|deploy/|service/|app=)deepgram-?")
    for remedy in cause.remedies:  # type: ignore[attr-defined]
        for line in remedy.command.splitlines():
            assert not own.search(line) or " -n " in line, line
