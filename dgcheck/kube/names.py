"""Names as Kubernetes takes them. What it would refuse is refused here, with the option that it came from.

Sources: the Kubernetes documentation on object names, labels and CronJobs; the reference grammar of container images.
"""

from __future__ import annotations

from collections.abc import Iterable

from dgcheck.kube.plan import Reference
from dgcheck.model.errors import UsageError
from dgcheck.model.pattern import pattern

LONGEST = 63
_LABEL = pattern(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?\Z")
_SUBDOMAIN = pattern(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\Z")
_KEY = pattern(r"[A-Za-z0-9._-]{1,253}\Z")
_IMAGE = pattern(
    r"(?P<host>[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?/)?"
    r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*"
    r"(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?\Z"
)
_LABEL_VALUE = pattern(r"([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?\Z")
_LABEL_NAME = pattern(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?\Z")
_FIELD = pattern(r"(?P<low>\*|\?|[0-9]{1,2}|[A-Za-z]{3})(-(?P<high>[0-9]{1,2}|[A-Za-z]{3}))?(/(?P<step>[0-9]{1,2}))?\Z")
_MACROS = ("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually")
_SPANS = (("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("day of the week", 0, 7))


def label(option: str, text: str, *, most: int = LONGEST, letter_first: bool = False) -> str:
    """The name of a namespace or of an object. `most` is its greatest length, `letter_first` what a Service wants."""
    if len(text) > most:
        raise UsageError(f"{option}: {_short(text)} has {len(text)} characters; here a name has at most {most}")
    if not _LABEL.match(text) or (letter_first and text[0].isdigit()):
        begins = "begins with a letter" if letter_first else "begins with a letter or digit"
        raise UsageError(
            f"{option}: {_short(text)} is no name in Kubernetes: it {begins}, ends with one or a digit, and has only "
            "small letters, digits and - between"
            if letter_first
            else f"{option}: {_short(text)} is no name in Kubernetes: small letters, digits and - alone, and no - at "
            "either end"
        )
    return text


def subdomain(option: str, text: str) -> str:
    """The name of a ConfigMap or a Secret: words of small letters, digits and -, joined by dots."""
    if len(text) > 253 or not _SUBDOMAIN.match(text):
        raise UsageError(
            f"{option}: {_short(text)} is no name of a ConfigMap or Secret: small letters, digits, - and . alone"
        )
    return text


def reference(option: str, text: str, key: str) -> Reference:
    """`NAME` or `NAME:KEY`; without KEY the usual one."""
    name, colon, given = text.partition(":")
    if colon and not _KEY.match(given):
        raise UsageError(f"{option}: {_short(given)} is no key of a ConfigMap or Secret; write NAME or NAME:KEY")
    return Reference(subdomain(option, name), given or key)


def image(option: str, text: str) -> str:
    """A container image, as in registry.example.com/tools/dgcheck:0.1.0."""
    if len(text) > 512 or not _IMAGE.match(text):
        raise UsageError(
            f"{option}: {_short(text)} is no container image; write one as in registry.example.com/tools/dgcheck:0.1.0"
        )
    return text


def labels(option: str, texts: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE` of labels, as in release=prometheus."""
    found = {}
    for text in texts:
        whole, equals, value = text.partition("=")
        prefix, slash, name = whole.rpartition("/")
        right = _LABEL_NAME.match(name) and (not slash or (len(prefix) < 254 and _SUBDOMAIN.match(prefix)))
        if not equals or not right or not _LABEL_VALUE.match(value):
            raise UsageError(f"{option}: {_short(text)} is no label; write one as in release=prometheus")
        if whole in ("app.kubernetes.io/name", "app.kubernetes.io/instance"):
            raise UsageError(f"{option}: {whole} is how the parts find each other; --name gives them another one")
        found[whole] = value
    return found


def schedule(option: str, text: str) -> str:
    """The five fields of cron, or one of its words (@hourly), as a CronJob takes them."""
    if text in _MACROS:
        return text
    fields = text.split()
    if len(fields) != 5:
        raise UsageError(
            f"{option}: {_short(text)} is no schedule: five fields are wanted (minute, hour, day, month, day of the "
            f"week), as in '*/15 * * * *', or one of {', '.join(_MACROS)}"
        )
    for field, (what, low, high) in zip(fields, _SPANS, strict=True):
        for part in field.split(","):
            found = _FIELD.match(part)
            numbers = [int(n) for n in (found["low"], found["high"]) if n and n.isdigit()] if found else []
            names = [n for n in (found["low"], found["high"]) if n and n.isalpha()] if found else []
            if not found or found["step"] == "0" or not all(low <= n <= high for n in numbers):
                raise UsageError(f"{option}: {_short(part)} is no {what} ({low} to {high})")
            if names and what not in ("month", "day of the week"):
                raise UsageError(f"{option}: {_short(part)} is no {what} ({low} to {high})")
    return " ".join(fields)


def _short(text: str) -> str:
    return repr(text if len(text) <= 70 else text[:67] + "...")
