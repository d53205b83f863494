"""What stands where a secret is expected: whether it is one, a placeholder, or an ordinary word."""

from __future__ import annotations

from functools import lru_cache

# What stands behind a secret's name in a sentence, and is none.
_NO_SECRETS = frozenset(
    "null none nil true false yes no on off undefined empty unset missing invalid required expired not is was has "
    "must should will wrong bad unknown unauthorized forbidden denied failed error absent present set ok valid "
    "provided given supplied redacted hidden masked secret string str bytes int bool object optional default auto "
    "file env from the a an in for with this that and or header headers token tokens bearer basic key keys password "
    "type name value values could cannot can does did were are be been being rotated revoked loaded found accepted "
    "rejected received sent used using verification authentication authorization validation refreshed cached mode "
    "self-hosted airgapped-mode deepgram".split()
)


@lru_cache(2048)
def is_none(value: str) -> bool:
    """Whether it is an ordinary word, a path, a placeholder, or the mark of something hidden.

    `${NAME:-default}` is none of these: the default may be the secret.
    """
    text = value.strip()
    lower = text.lower().strip(".:!()[]")
    if len(lower) < 2 or lower in _NO_SECRETS or not lower.strip("*x•"):
        return True
    if text.startswith(("${", "$(", "{{", "%(", "<redacted", "[redacted")):
        return ":-" not in text
    return (text.startswith("$") and text[1:].isidentifier()) or (text.startswith("/") and text.count("/") > 1)


@lru_cache(2048)
def looks_secret(value: str) -> bool:
    """Whether a value is a secret by its look: eight characters or more in one piece, with digits among letters or with
    both kinds of letters; no path, no address."""
    text = value.strip()
    if len(text) < 8 or " " in text or text.startswith(("/", "./", "${", "{{", "<redacted")) or "://" in text:
        return False
    has_digit = any(char.isdigit() for char in text)
    return (has_digit and any(char.isalpha() for char in text)) or (text != text.lower() and text != text.upper())
