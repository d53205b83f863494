"""Regular expressions that are compiled when they are first used.

Most patterns of the catalogue belong to one fault; a healthy run pays for none of them. Type checkers see `re.compile`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import compile as pattern
else:
    import re

    class _Pattern:
        def __init__(self, source, flags=0):
            self._source = source
            self._flags = flags
            self._compiled = None

        def __getattr__(self, name):
            if self._compiled is None:
                self._compiled = re.compile(self._source, self._flags)
            found = getattr(self._compiled, name)
            setattr(self, name, found)  # the next time it is an attribute like any other
            return found

        def __repr__(self):
            return f"pattern({self._source!r})"

    def pattern(source, flags=0):
        """A pattern with the methods of `re.Pattern`, compiled at the first use of one of them."""
        return _Pattern(source, flags)


__all__ = ["pattern"]
