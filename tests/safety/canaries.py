"""Secrets that are easy to recognise, and a search for them that owes nothing to dgcheck's own redaction.

Every canary is made of short blocks that begin with the same five letters, so that any dozen characters of one give it
away, whatever was cut off before and behind.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

MARK = "Qz7xV"  # stands in no report, no word and no certificate


def canary(number: int, fillers: Sequence[str] = ("k{}", "{}m", "w{}", "{}p", "r{}")) -> str:
    """One secret; `number` is a digit and tells it from the others. `fillers` are what stands between the marks."""
    return "".join(MARK + filler.format(number) for filler in fillers)


# A password may hold what has to be escaped in a URL, in JSON, in HTML and in a shell.
ODD = ("/+", "=&", '"%', "<>", "\\'", "@:", "{}a")

KEY_FILE, OUR_KEY, SDK_KEY = canary(1), canary(2), canary(3)
HEADER, COOKIE, URL_PASSWORD = canary(4), canary(5), canary(6, ODD)
QUERY, PROXY_PASSWORD, PROXY_VARIABLE = canary(7), canary(8, ODD), canary(9)
SIGNATURE, SET_COOKIE, FEATURE = canary(0, ("ka", "bm", "wc", "dp")), canary(0, ("se", "fs")), canary(0, ("fg", "hf"))
LONG = canary(5) * 40  # as long as a JWT: what is cut is cut in the middle of it

ENVIRONMENT = {
    "HTTPS_PROXY": f"http://user:{PROXY_VARIABLE}@127.0.0.1:9",
    "ALL_PROXY": f"http://{PROXY_VARIABLE}@127.0.0.1:9",
    "HTTP_PROXY": f"http://user:{quote(PROXY_PASSWORD, safe='')}@127.0.0.1:9",
    "NO_PROXY": "127.0.0.1,localhost,::1",
    "DEEPGRAM_ACCESS_TOKEN": canary(6),
}


@dataclass(frozen=True)
class Planted:
    """Where the canaries are in one run: words of the command line behind the URL, the environment, and the URL."""

    name: str
    url: str  # with {authority}, and {path} where it is no request
    words: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)

    def target(self, url: str) -> str:
        """The URL of a deployment with its secrets in it."""
        scheme, _, rest = url.partition("://")
        authority, slash, path = rest.partition("/")
        return self.url.format(scheme=scheme, authority=authority, path=slash + path)


def plans(folder: Path) -> tuple[Planted, ...]:
    """Every input that takes a secret, in as few runs as can hold them all."""
    key_file = folder / "key.txt"
    key_file.write_text(f"{KEY_FILE}\n")
    password = quote(URL_PASSWORD, safe="")
    plain = "{scheme}://{authority}{path}"
    return (
        Planted(
            "key file, headers, password in the URL, signed audio",
            f"{{scheme}}://user:{password}@{{authority}}{{path}}",
            (
                *("--api-key-file", str(key_file), "--header", f"X-Team-Token: {HEADER}"),
                *("--header", f"Cookie: sid={COOKIE}", "--header", f"X-Trace: {canary(8)}"),
                *("--audio-url", f"http://u:{canary(7)}@media.example.test/a.wav?Policy={SIGNATURE}&e=1"),
            ),
        ),
        Planted("our variable and the SDKs'", plain, (), {"DGCHECK_API_KEY": OUR_KEY, "DEEPGRAM_API_KEY": SDK_KEY}),
        Planted(
            "the SDKs' variable, password in the URL",
            f"{{scheme}}://{canary(4)}:{password}@{{authority}}{{path}}",
            (),
            {"DEEPGRAM_API_KEY": SDK_KEY},
        ),
        Planted(
            "a replayed request",
            f"{{scheme}}://{{authority}}/v1/listen?model=nova-3&token={QUERY}&sig=Qz7#access_token={QUERY}",
            ("--header", f"Authorization: Bearer {HEADER}"),
        ),
        Planted("secret parameters", plain, ("--feature", f"api_key={FEATURE}", "--feature", f"code={QUERY}")),
    )


# --- the search ----------------------------------------------------------------------------------------------------


def leaks(text: str) -> list[str]:
    """What stands around every canary in the text: plain, in other letters, escaped, URL-encoded, in Base64 or hex."""
    found = []
    for how, view, marks in _views(text):
        for mark in marks:
            at = view.find(mark)
            if at >= 0:
                found.append(f"{how}: ...{view[max(0, at - 60) : at + 60]!r}")
    return found


def _views(text: str) -> Iterator[tuple[str, str, Sequence[str]]]:
    plain = (MARK.lower(),)
    joined = "".join(line.strip(" \t│|>") for line in text.split("\n"))
    lowered = joined.lower()
    yield "plain", text.lower(), plain
    yield "across lines", lowered, plain
    yield "escaped", _unescaped(lowered), plain
    yield "URL-encoded", _unescaped(unquote_to_bytes(lowered).decode("latin-1").lower()), plain
    yield "HTML", html.unescape(lowered), plain
    yield "hex", re.sub("[ :]", "", lowered), (MARK.encode().hex(),)
    yield "Base64", joined, _IN_BASE64


def _unescaped(text: str) -> str:
    text = re.sub(r"\\u00([0-9a-f]{2})|\\x([0-9a-f]{2})", lambda it: chr(int(it.group(1) or it.group(2), 16)), text)
    return text.lower().replace("\\", "")


def _in_base64(place: int) -> str:
    """What the mark always looks like where it begins at this byte of a group of three."""
    one, other = (
        base64.b64encode(fill * place + MARK.encode() + fill * 3).decode().rstrip("=") for fill in (b"\x00", b"\xff")
    )
    same = [left == right for left, right in zip(one, other, strict=True)]
    return one[same.index(True) : len(same) - same[::-1].index(True)]


_IN_BASE64 = tuple(map(_in_base64, range(3)))
