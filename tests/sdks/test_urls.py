"""Our reading of a URL and that of the runtimes themselves: httpx, websockets, urllib, Node's `URL`."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.request
from collections.abc import Callable

import httpx
import pytest
from hypothesis import example, given
from websockets.exceptions import InvalidURI
from websockets.uri import parse_uri

from dgcheck.model.sdk import Outcome, Wish
from dgcheck.sdks.urls import httpx_url, node, urllib_request, websockets_uri, whatwg
from dgcheck.sdks.urls.reached import CannotUse, Reached, meant, outcome_of, same_host
from dgcheck.sdks.urls.traps import prefix_of
from tests.sdks.compiled import VALUES

PATH = "/v1/listen"


_SOCKET = ("label empty", "[Errno -8]", "[Errno 111]")  # said by the socket, when the URL has been read


def refusal(read: Callable[[str], object], url: str) -> str:
    """Why a URL cannot be used, '' where it can."""
    try:
        read(url)
    except (CannotUse, httpx.InvalidURL, InvalidURI, ValueError) as problem:
        return getattr(problem, "text", "") or str(problem)
    return ""


@given(value=VALUES)
@example("http://[::1]:8080")
@example("http://h:8080 ")
@example("//:8080/")
@example("http://h/%2f/../a b?x=1 2")
@example("http://ü.example ")
@example("http://h:99999")
def test_httpx(value: str) -> None:
    url = value + PATH
    theirs, ours = refusal(httpx.URL, url), refusal(httpx_url.read, url)
    if theirs:
        assert ours.split(":")[0] == theirs.split(":")[0]
        return
    read = httpx.URL(url)
    if read.scheme not in ("http", "https", "ws", "wss") or not read.host:
        assert "protocol" in ours
    elif not any(text in ours for text in _SOCKET):
        found = httpx_url.read(url)
        assert (found.scheme, found.port) == (read.scheme, read.port or None)
        assert found.host == read.raw_host.decode("ascii")
        assert found.target == read.raw_path.decode("ascii")


@given(value=VALUES)
@example("ws://u:p@h:8080/a;b?x=1")
def test_websockets(value: str) -> None:
    uri = value.replace("http", "ws") + PATH
    theirs, ours = refusal(parse_uri, uri), refusal(websockets_uri.read, uri)
    if theirs:
        assert ours[-20:] == theirs[-20:]
    elif not any(text in ours for text in _SOCKET):
        read, found = parse_uri(uri), websockets_uri.read(uri)
        assert (found.tls, found.host, found.port or (443 if found.tls else 80)) == (read.secure, read.host, read.port)
        assert found.target == read.resource_name


@given(value=VALUES)
@example("http://[::1")
@example("h?x=1")
@example("h#a#b")
def test_urllib(value: str) -> None:
    url = value + PATH
    theirs, ours = refusal(urllib.request.Request, url), refusal(urllib_request.read, url)
    if theirs:
        # Ours ends where the parameters of a request would begin.
        assert ours.rstrip("'\"") == theirs.partition("?")[0].rstrip("'\"")
    elif not ours:
        request, found = urllib.request.Request(url), urllib_request.read(url)
        assert found.scheme == request.type
        assert found.target in (request.selector, "/" + request.selector)
        assert found.host in request.host


NODE = shutil.which("node")
PARSED = """
const cases = JSON.parse(require("fs").readFileSync(0));
console.log(JSON.stringify(cases.map(([text, base]) => {
  try { return (base === null ? new URL(text) : new URL(text, base)).href } catch { return null }
})));
"""
PARTS = (
    *(
        "http://",
        "https://",
        "ws://",
        "wss://",
        "HTTP:",
        "h:8080",
        "h",
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "[::1]",
        "[::1]:80",
    ),
    *(
        "localhost",
        ":8080",
        ":80",
        ":443",
        ":",
        "/",
        "//",
        "/v1/",
        "/deepgram",
        "?x=1",
        "#f",
        "user:pw@",
        " ",
        "\t",
        "..",
    ),
    *("/./", "%2e", "%", "\\", "é", ".", "[", "]", "@", ":99999", "|", "^", '"', "{", "256.1", "%41"),
)
BASES = (
    None,
    "http://h:8080",
    "http://h/deepgram",
    "http://h/deepgram/",
    "ws://h/a/b?x=1",
    "https://u:p@h/x",
    "h:8080",
)


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_node() -> None:
    """Every pair of parts, alone and against every base."""
    cases = [(first + second, base) for first in PARTS for second in PARTS for base in BASES]
    # Two that Node 20 reads otherwise than the standard: a fragment against a base that is no hierarchy.
    cases = [(text, base) for text, base in cases if not (base == "h:8080" and "#" in text)]
    assert NODE is not None
    done = subprocess.run(
        [NODE, "-e", PARSED], input=json.dumps(cases), capture_output=True, text=True, check=True, timeout=120
    )
    wrong = []
    for (text, base), expected in zip(cases, json.loads(done.stdout), strict=True):
        try:
            found: str | None = whatwg.parse(text, whatwg.parse(base) if base else None).href
        except CannotUse:
            found = None
        if found != expected:
            wrong.append((text, base, expected, found))
    assert not wrong


@given(value=VALUES)
def test_an_url_of_the_standard_is_read_again_as_it_is(value: str) -> None:
    try:
        href = whatwg.parse(value).href
    except CannotUse:
        return
    assert whatwg.parse(href).href == href


@pytest.mark.parametrize(
    ("value", "scheme", "host", "port", "path"),
    [
        pytest.param("http://h:8080/v1", "http", "h", "8080", "/v1", id="whole"),
        pytest.param(" HTTP://H ", "http", "h", "", "", id="blanks and case"),
        pytest.param("'http://h'", "http", "h", "", "", id="quoted"),
        pytest.param("h:8080", "", "h", "8080", "", id="bare"),
        pytest.param("http:/h", "http", "h", "", "", id="one slash"),
        pytest.param("http//h", "http", "h", "", "", id="no colon"),
        pytest.param("ws:8080", "", "ws", "8080", "", id="a host called ws"),
        pytest.param("[::1]:8080/x", "", "::1", "8080", "/x", id="IPv6"),
        pytest.param("http://u:p@h", "http", "h", "", "", id="userinfo"),
        pytest.param("", "", "", "", "", id="empty"),
    ],
)
def test_what_a_value_means(value: str, scheme: str, host: str, port: str, path: str) -> None:
    found = meant(value)
    assert (found.scheme, found.host, found.port, found.path) == (scheme, host, port, path)


@pytest.mark.parametrize(
    ("reached", "wanted", "same"),
    [
        ("h", "h", True),
        ("127.0.0.1", "127.1", True),
        ("::1", "0:0:0:0:0:0:0:1", True),
        ("ws", "h", False),
        ("h.", "h", True),
    ],
)
def test_whether_a_host_is_the_one_that_was_meant(reached: str, wanted: str, same: bool) -> None:
    assert same_host(reached, wanted) is same


@pytest.mark.parametrize(
    ("reached", "outcome", "url"),
    [
        (Reached("https", "h", 8080, PATH), Outcome.DIALS, "wss://h:8080/v1/listen"),
        (Reached("http", "h", 80, PATH), Outcome.DIALS, "ws://h/v1/listen"),
        (Reached("ws", "::1", None, PATH), Outcome.WRONG_HOST, "ws://[::1]"),
        (Reached("wss", "agent.deepgram.com", None, PATH), Outcome.CLOUD, "wss://agent.deepgram.com"),
    ],
)
def test_an_outcome(reached: Reached, outcome: Outcome, url: str) -> None:
    found = outcome_of(reached, Wish("1.0.0", "ws", "url", "h:8080"), unfound="not found")
    assert (found.outcome, found.url) == (outcome, url)


@pytest.mark.parametrize(
    ("path", "prefix"),
    [("", ""), ("/", ""), ("/v1", ""), ("/v1/listen/", ""), ("/deepgram", "/deepgram"), ("/a/b/V1/", "/a/b")],
)
def test_the_prefix_of_a_path(path: str, prefix: str) -> None:
    assert prefix_of(path) == prefix


@pytest.mark.parametrize("port", [6000, 10080])
def test_ports_that_fetch_refuses(port: int) -> None:
    with pytest.raises(CannotUse, match="fetch failed"):
        node.fetch_text(f"http://h:{port}/v1/listen")
