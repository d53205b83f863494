"""What a deployment says when it cannot fetch audio from an address (self-hosted-api.md §4.4)."""

from __future__ import annotations

from urllib.parse import urlsplit

from dgcheck.model.record import dataclass

# The clip of the documentation's own first request (https://developers.deepgram.com, pre-recorded audio), and what is
# said in it. dgcheck never fetches it; it only hands the address on.
EXAMPLE = "https://dpgr.am/spacewalk.wav"
EXAMPLE_WORDS = (
    "Yeah. As as much as it's worth celebrating the first spacewalk with an all-female team, I think many of us are "
    "looking forward to it just being normal. And I think if it signifies anything, it is to honor the women who came "
    "before us who were skilled and qualified and didn't get the same opportunities that we have today."
)

# (part of the text, kind, what it means)
TEXTS = (
    ("must be publicly routable", "private", "the address is a private one, and the deployment refuses those"),
    ("could not determine if url", "unresolved", "the API container cannot resolve the host's name"),
    ("could not parse url", "malformed", "the deployment cannot read the address as a URL"),
    ("failed to include a `location`", "redirect", "the host redirects without saying where to"),
    ("redirect location", "redirect", "the host redirects to something that is no URL"),
    ("returned a client error", "denied", "the host refused the deployment"),
    ("too many redirects", "login", "the host redirects again and again, as login pages do"),
    (
        "failed to return valid data",
        "unreachable",
        "the connection to the host failed, timed out or broke off, or the host itself failed (5xx)",
    ),
    ("deserialize remote text data", "text", "the host sent text, where audio was wanted"),
    ("corrupt or unsupported data", "no_audio", "something was fetched and is no audio: a page, most often"),
    ("failed to process audio", "no_audio", "something was fetched and is no audio: a page, most often"),
)


def host_of(url: str) -> str:
    """The host that an address names, without brackets; '' where it cannot be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def origin_of(url: str) -> str:
    """Scheme, host and port of an address with a slash at the end, without user, path and query; '' where it cannot be
    read.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/" if parts.hostname else ""


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
