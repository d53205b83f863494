"""Regular expressions that are compiled when they are first used.

Most patterns of the catalogue belong to one fault; a healthy run pays for none of them. Type checkers see `re.compile`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Pattern, RegexFlag
    from re import compile as pattern

    def stemmed(source: str, flags: int | RegexFlag = 0, *, needs: tuple[str, ...]) -> Pattern[str]:
        """See below."""
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

    class _Stemmed(_Pattern):
        def __init__(self, source, flags, needs):
            super().__init__(source, flags)
            self._needs = needs

        def search(self, text):
            lower = text.lower()
            for word in self._needs:  # quicker than any(): it is done for each line of a log
                if word in lower:
                    break
            else:
                return None
            if self._compiled is None:
                self._compiled = re.compile(self._source, self._flags)
            return self._compiled.search(text)

    def stemmed(source, flags=0, *, needs):
        """A pattern to search with. One of the words `needs`, in lower case, stands in every text that it finds
        anything in, so that a text without any of them is passed over before the pattern is even compiled."""
        return _Stemmed(source, flags, needs)


__all__ = ["pattern", "stemmed"]
