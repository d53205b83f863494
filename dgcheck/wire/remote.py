"""What a deployment says when it cannot fetch audio from an address (self-hosted-api.md §4.4)."""

from __future__ import annotations

from dgcheck.model.record import dataclass

# (part of the text, kind, what it means)
TEXTS = (
    ("must be publicly routable", "private", "the address is a private one, and the deployment refuses those"),
    ("could not determine if url", "unresolved", "the API container cannot resolve the host's name"),
    ("could not parse url", "malformed", "the deployment cannot read the address as a URL"),
    ("failed to include a `location`", "redirect", "the host redirects without saying where to"),
    ("redirect location", "redirect", "the host redirects to something that is no URL"),
    ("returned a client error", "denied", "the host refused the deployment"),
    ("too many redirects", "login", "the host redirects again and again, as login pages do"),
    ("failed to return valid data", "unreachable", "the connection to the host failed, timed out or broke off"),
    ("deserialize remote text data", "text", "the host sent text, where audio was wanted"),
    ("corrupt or unsupported data", "no_audio", "something was fetched and is no audio: a page, most often"),
    ("failed to process audio", "no_audio", "something was fetched and is no audio: a page, most often"),
)


@dataclass(frozen=True, slots=True)
class Fetch:
    """A failed fetch as read. `kind` is private, unresolved, malformed, redirect, denied, login, unreachable, text,
    no_audio, or '' for words that are not known; `status` what the host answered, '' when that is not said.
    """

    kind: str
    means: str
    status: str = ""


def read_fetch(words: str) -> Fetch:
    """Read the server's words about a fetch that failed; never raises."""
    lower = words.lower()
    for part, kind, means in TEXTS:
        if part in lower:
            status = words.partition("client error:")[2].strip(" .[]")[:40] if kind == "denied" else ""
            return Fetch(kind, means, status)
    return Fetch("", "")
