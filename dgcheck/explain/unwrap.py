"""From text as it was pasted or logged to the words that were said: no colour, no escapes, no quoting."""

from __future__ import annotations

import json

from dgcheck.model.pattern import pattern

TYPE_CHECKING = False  # typing is not imported: `explain` pays for it
if TYPE_CHECKING:
    import re

ROUNDS = 4  # JSON in JSON in JSON: each layer doubles its backslashes
_PAINTED = ("\x1b", "^[[", "#033[", "\\")
_COLOUR = pattern(
    r"(?:\x1b|\\x1b|\\u001b|\\033|\\e|\^\[|#033)\[[0-9;?]{0,24}[A-Za-z]|\x1b\][^\x07\x1b]{0,256}(?:\x07|\x1b\\)"
)
_ESCAPE = pattern(r"\\(?:u([0-9a-fA-F]{4})|x(0[9adAD]|2[0-9a-fA-F]|3[c-eC-E]|5[cC]|60)|([nrt\"'/\\`&<>]))")
_QUOTED = pattern(r"(?m)^[ \t]{0,3}(?:>[ \t]?){1,6}")
# A line of a log that is one JSON object; the fields that say what happened, and those that only a log has.
_OBJECT = pattern(r"(?m)(?<=\|\ )\{\".{2,60000}\}\s*$|^\{\".{2,60000}\}\s*$")
_SAYS = (
    "message",
    "msg",
    "log",
    "error",
    "err",
    "event",
    "exception",
    "exc_info",
    "stack",
    "stack_trace",
    "textPayload",
    "MESSAGE",
)
_NAMES = tuple(f'"{name}"' for name in _SAYS)
_ABOUT = (
    "level",
    "severity",
    "ts",
    "time",
    "timestamp",
    "@timestamp",
    "asctime",
    "stream",
    "logger",
    "name",
    "lvl",
    "PRIORITY",
)
# A string or bytes as a program prints them to show what they are.
_OPENS = ("'", '"', "b'", 'b"')
_LITERAL = pattern(r"(?m)^b?(['\"])(.{8,})\1$")
_SPOKEN = {"n": "\n", "r": "\r", "t": "\t"}
_NAMED = {
    "amp": "&",
    "lt": "<",
    "gt": ">",
    "nbsp": " ",
    **dict.fromkeys(("apos", "lsquo", "rsquo", "sbquo", "lsaquo", "rsaquo", "prime"), "'"),
    **dict.fromkeys(("quot", "ldquo", "rdquo", "bdquo", "laquo", "raquo", "Prime"), '"'),
}
# What was written as HTML more than once has its `&` written so as well.
_ENTITY = pattern(
    r"&(?:amp;){0,4}(?:#(\d{1,6})|#[xX]([0-9a-fA-F]{1,5})|(" + "|".join(_NAMED) + "));",
)
_SINGLE, _DOUBLE = "‘’‚‛‹›′´", "“”„‟«»″"
_TYPOGRAPHIC = {
    **dict.fromkeys(_SINGLE, "'"),
    **dict.fromkeys(_DOUBLE, '"'),
    "\u00a0": " ",
    "\u202f": " ",
    "\u200b": "",
    "\ufeff": "",
    # UTF-8 that was read as Windows-1252.
    "â€˜": "'",
    "â€™": "'",
    "â€œ": '"',
    "â€\u009d": '"',
}
_CURLY = pattern("â€[˜™œ\u009d]|[" + "".join(sign for sign in _TYPOGRAPHIC if len(sign) == 1) + "]")


def unwrap(text: str) -> str:
    """The words themselves. Line breaks that were escaped become real; what is no wrapping stays as it is."""
    if any(sign in text for sign in _PAINTED):
        text = _COLOUR.sub("", text)
    if '{"' in text:
        text = _OBJECT.sub(_entry, text)
    if text.startswith(_OPENS) or any("\n" + sign in text for sign in _OPENS):
        text = _LITERAL.sub(r"\2", text)
    if "\\" in text:
        for _ in range(ROUNDS):
            before, text = text, _ESCAPE.sub(_unescaped, text)
            if text == before or "\\" not in text:
                break
        text = _COLOUR.sub("", text)
    if "&" in text:
        text = _ENTITY.sub(_character, text)
    if ">" in text:
        text = _QUOTED.sub("", text)
    if not text.isascii():
        text = _CURLY.sub(lambda found: _TYPOGRAPHIC[found.group()], text)
    return text


def _entry(found: re.Match[str]) -> str:
    """A line of a log that is a JSON object, as lines: what it says first, each field with its name after it."""
    line = found.group()
    if not any(name in line for name in _NAMES):
        return line
    for _ in range(ROUNDS):
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            return found.group()
        said = [name for name in _SAYS if isinstance(fields.get(name), str)] if isinstance(fields, dict) else []
        if not said or not any(name in fields for name in _ABOUT):
            return found.group()
        rest = {name: value for name, value in fields.items() if name not in said}
        line = "\n".join(fields[name] for name in said)
        if not (line.startswith('{"') and line.rstrip().endswith("}")):
            return f"{line}\n{json.dumps(rest, ensure_ascii=False)}"
    return line


def _unescaped(found: re.Match[str]) -> str:
    number = found.group(1) or found.group(2)
    if number:
        code = int(number, 16)
        if code == 10:
            return "\n"
        return chr(code) if code == 27 or (code >= 32 and not 0xD800 <= code < 0xE000) else " "
    sign = found.group(3)
    return _SPOKEN.get(sign, sign)


def _character(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 32 <= code < 0xD800 else " "
