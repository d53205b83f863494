"""From documents to the text of YAML that a person reads: in the order given, with comments, no value mistaken.

PyYAML writes no comments, so a `Note` is written as an entry with a number and exchanged afterwards. It reads YAML 1.1
while kubectl's reader differs in places (`1e3`, `0o7`, `y`): whatever is not plainly a word is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from os import urandom
from textwrap import wrap
from typing import Any

from dgcheck.kube.plan import Tree
from dgcheck.model.pattern import pattern

_TEXT = "tag:yaml.org,2002:str"
WIDTH = 100  # columns of a comment, its indentation included
# Words, options and URLs; amounts such as 64Mi and 30s.
_WORD = pattern(r"(?![yYnN]\Z)(?:(?:--)?[A-Za-z/][A-Za-z0-9/._=:%-]*(?<!:)|[0-9]+(?:m|Mi|s|h))\Z")


class Note:
    """A comment: a key of a document, before the entry that it explains. Its value is None."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def written(head: Sequence[str], documents: Iterable[Tree]) -> str:
    """The documents, parted by `---`, below a comment of these lines."""
    comment = "".join(f"# {line}".rstrip() + "\n" for line in head)
    return comment + "---\n".join(_document(tree) for tree in documents)


def block(tree: Tree) -> str:
    """One document without comments, as the text of a file inside another."""
    return _document(tree)


def _document(tree: Tree) -> str:
    import yaml

    notes: list[str] = []
    mark = f"# {urandom(8).hex()} "  # stands nowhere else

    class Dumper(yaml.SafeDumper):
        """Writes notes, and no anchors, which nobody expects in a manifest."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def mapping(dumper: Any, entries: Tree) -> Any:
        pairs = []
        for key, value in entries.items():
            if isinstance(key, Note):
                notes.append(key.text)
                key, value = f"{mark}{len(notes)}", len(notes)
            pairs.append((key, value))
        return dumper.represent_mapping("tag:yaml.org,2002:map", pairs)

    def scalar(dumper: Any, value: str) -> Any:
        plain = _WORD.match(value) and dumper.resolve(yaml.ScalarNode, value, (True, False)) == _TEXT
        quote = "'" if '"' in value and "'" not in value else '"'
        return dumper.represent_scalar(_TEXT, value, style="|" if "\n" in value else None if plain else quote)

    Dumper.add_representer(dict, mapping)
    Dumper.add_representer(str, scalar)
    text: str = yaml.dump(
        tree, Dumper=Dumper, sort_keys=False, default_flow_style=False, allow_unicode=True, width=1_000_000
    )

    def comment(found: re.Match[str]) -> str:
        indent = found.group(1)
        return "\n".join(f"{indent}# {line}" for line in wrap(notes[int(found.group(2)) - 1], WIDTH - len(indent) - 2))

    return re.sub(rf'^( *)"{mark}(\d+)": \2$', comment, text, flags=re.MULTILINE)
