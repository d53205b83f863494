"""Tells source code from what was said: a program's text holds error messages that nobody has seen."""

from __future__ import annotations

from dgcheck.model.pattern import pattern

AROUND = 5  # lines above and below a hit by which it is judged
LEAST, SHARE = 3, 0.6  # lines of code, and their share of the lines around, that make a hit one of source
# A line of source, as stack traces and documents show it too: what stands in it was written, not said.
_STATEMENT = pattern(
    r"\s*(?:raise\s+\w|throw\s+(?:new\s|\w+\()|return\s+\S|(?:el)?if\b.{0,200}[:{]\s*$|except\b.{0,200}:\s*$|"
    r"\}?\s*catch\s*\(|(?:async\s+)?def\s+\w+\s*\(|class\s+\w+.{0,200}[:{]\s*$|func\s+\w+\(|fn\s+\w+|"
    r"(?:const|let|var|val)\s+\w+\s*[=:]|(?:public|private|static|protected)\s+\w+|#include\b|//|/\*|"
    r"(?:\w+\.)?(?:log|logger|logging|console|fmt|assert\w*|self)\.\w+\()"
)
_CODE = pattern(
    r"\s*(?:(?:async )?def |class \w|import |from \S+ import |(?:el)?if .*[:{]\s*$|else\b.{0,3}$|try\b.{0,3}$|"
    r"except\b|return\b|raise\b|throw |"
    r"for .*[:{]\s*$|while .*[:{]\s*$|with .*:\s*$|@\w|# |#:|//|/\*|(?<=\s)\* |func |package \w|"
    r"public |private |static |const |let |var |function\b|fn |impl |\"\"\"|'''|"
    r"[\w.\[\]\"]+(?:: [\w\[\], |]+)? [+*/-]?= |(?:await )?[\w.]+\(.*\)[;:]?$|self\.|"
    r"[\w.]+\($|\.\. |>>> |:\w+: |[A-Z_0-9]+ = |(?:case|when) .*:$)"
)
_FRAME = pattern(r"\s*(?:File \"|at \S+|Traceback|Caused by|\d+: +\S|goroutine )")


# Words that source code has some of: without them, most texts need no closer look.
_SIGNS = (
    *("raise ", "throw ", "return ", "if ", "except", "catch", "def ", "class ", "func ", "fn ", "const ", "let "),
    *("var ", "val ", "public ", "private ", "static ", "protected ", "#include", " //", "\n//", "/*", " = "),
    *("log.", "logger.", "logging.", "console.", "fmt.", "assert", "self.", "import ", ">>> ", ".. ", "# "),
)


def is_source(text: str, place: int) -> bool:
    """Whether the line around a place of a text is source code, or stands among source code."""
    near = text[max(0, place - 3000) : place + 3000]
    if not near.startswith("//") and not any(sign in near for sign in _SIGNS):
        return False
    begin = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    if _STATEMENT.match(text[begin : end if end >= 0 else len(text)][:600]):
        return True
    above = text[max(0, begin - 2000) : begin].split("\n")[-AROUND - 1 :]
    below = text[end + 1 : end + 2000].split("\n")[:AROUND] if end >= 0 else []
    lines = [line[:300] for line in (*above, *below) if line.strip()]
    if len(lines) < LEAST or any(map(_FRAME.match, lines)):
        return False
    code = sum(_CODE.match(line) is not None for line in lines)
    return code >= LEAST and code >= SHARE * len(lines)
