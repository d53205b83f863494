"""What a package is made of, for those that find their parts by looking into their own folder."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # typing is not imported: every run looks into four folders
if TYPE_CHECKING:
    from collections.abc import Sequence


def members(path: Sequence[str]) -> tuple[str, ...]:
    """Names of the modules and packages in a package's own folder (its `__path__`), sorted; none of them is loaded."""
    try:
        entries = os.listdir(path[0])
    except NotADirectoryError:  # the package stands in an archive
        from pkgutil import iter_modules

        return tuple(sorted(module.name for module in iter_modules(path)))
    names = (name.removesuffix(".py") for name in entries if name.endswith(".py") or _is_package(path[0], name))
    return tuple(sorted(name for name in names if name != "__init__"))


def _is_package(folder: str, name: str) -> bool:
    return name.isidentifier() and name != "__pycache__" and os.path.exists(os.path.join(folder, name, "__init__.py"))
