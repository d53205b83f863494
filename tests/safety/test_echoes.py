"""Servers that give back what they were sent, wherever a server can put text: no secret comes out."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.authority import Authority, Files
from tests.safety import rig
from tests.safety.canaries import ENVIRONMENT, KEY_FILE, LONG, PROXY_PASSWORD, SET_COOKIE, Planted, canary, leaks, plans
from tests.safety.echoing import ANSWERS, PROXIES, Asked, Echo, http

PLANS = 6
AT_ONCE = 12
MANY_PLACES = ("refused", "redirected", "served", "spelled")  # these put secrets into many places: every plan for them
RUNS = [f"{answer}/{place}" for answer in ANSWERS for place in (range(PLANS) if answer in MANY_PLACES else (0, 2, 5))]


def _plans(folder: Path) -> tuple[Planted, ...]:
    long = Planted("a long key", "{scheme}://{authority}{path}", (), {"DGCHECK_API_KEY": LONG})
    return (*plans(folder), long)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[rig.Shown, str]]:
    """What was shown, and what the server had been sent, for every answer and plan."""
    planned = _plans(tmp_path_factory.mktemp("secrets"))
    found: dict[str, tuple[rig.Shown, str]] = {}

    async def one(name: str, free: asyncio.Semaphore) -> None:
        answer, _, place = name.partition("/")
        plan = planned[int(place)]
        async with free, Echo(ANSWERS[answer]) as echo:
            words = ("--timeout", "6s", *plan.words)
            forms = () if place == "0" else ("json", "text", ("yaml", "markdown", "short")[int(place) % 3])
            shown = await rig.run(plan.target(echo.url), words, {**ENVIRONMENT, **plan.environ}, forms)
            found[name] = shown, "\n".join(echo.seen)

    async def all_of_them() -> None:
        free = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for name in RUNS:
                group.create_task(one(name, free))

    asyncio.run(all_of_them())
    return found


@pytest.mark.parametrize("name", RUNS)
def test_what_is_given_back_is_not_shown(name: str, results: Mapping[str, tuple[rig.Shown, str]]) -> None:
    shown, sent = results[name]
    assert leaks(shown.everything) == []
    assert leaks(sent), "the server had nothing to give back"
    assert not [finding for finding in shown.report.findings if finding.cause == "internal_error"]


def test_the_same_secret_has_one_token_in_a_report(results: Mapping[str, tuple[rig.Shown, str]]) -> None:
    shown, _ = results[f"refused/{PLANS - 1}"]
    tokens = {part.partition(">")[0] for part in shown.formats["json"].split("<redacted:")[1:]}
    assert len(tokens) <= 2, "the key, alone and behind its scheme"


# --- proxies -------------------------------------------------------------------------------------------------------


@pytest.mark.anyio
@pytest.mark.parametrize("answer", PROXIES)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("where", ["--proxy", "HTTP_PROXY"])
async def test_a_proxy_that_repeats_its_password(answer: str, scheme: str, where: str) -> None:
    async with Echo(PROXIES[answer]) as echo:
        url = f"http://{canary(4)}:{quote(PROXY_PASSWORD, safe='')}@127.0.0.1:{echo.port}"
        environ = {"HTTP_PROXY": url, "HTTPS_PROXY": url} if where == "HTTP_PROXY" else {}
        words = ["--proxy", url] if where == "--proxy" else []
        shown = await rig.run(f"{scheme}://127.0.0.1:9", [*words, "--timeout", "5s"], environ)
        assert leaks("\n".join(echo.seen))
    assert leaks(shown.everything) == []


# --- certificates --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Files]:
    """Certificates made by somebody who was sent the key before."""
    authority = Authority(tmp_path_factory.mktemp("ca"))
    hosts = ("localhost", "127.0.0.1", f"{KEY_FILE}.example.test")
    return {
        "verified": authority.issue(*hosts, common=KEY_FILE, aia=f"http://ca.example.test/{KEY_FILE}?token={KEY_FILE}"),
        "not trusted": authority.self_signed(*hosts, common=KEY_FILE, issuer=f"by {KEY_FILE}"),
    }


@pytest.mark.anyio
@pytest.mark.parametrize("kind", ["verified", "not trusted"])
async def test_a_certificate_that_names_the_key(kind: str, certificates: dict[str, Files], tmp_path: Path) -> None:
    files = certificates[kind]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)
    (tmp_path / "key.txt").write_text(KEY_FILE)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(http("403 Forbidden", b"no"))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        words = ["--api-key-file", str(tmp_path / "key.txt"), "--timeout", "6s"]
        shown = await rig.run(url, [*words, *(("--ca-file", str(files.ca)) if kind == "verified" else ())])
    assert leaks(shown.everything) == []
    assert "TLSv1.3" in shown.formats["json"] or "self" in shown.formats["json"]


# --- cookies, and ordinary headers ---------------------------------------------------------------------------------


def _with_cookie(echo: Echo, asked: Asked) -> bytes:
    body = f"<p>Your session is {SET_COOKIE}</p>".encode()
    return http("403 Forbidden", body, f"Set-Cookie: sid={SET_COOKIE}; Path=/; HttpOnly", f"X-Seen: {SET_COOKIE}")


@pytest.mark.anyio
async def test_a_cookie_that_was_set_is_hidden_wherever_it_is_repeated() -> None:
    async with Echo(_with_cookie) as echo:
        shown = await rig.run(echo.url, ["--timeout", "6s"])
    assert leaks(shown.everything) == []


def _ordinary(echo: Echo, asked: Asked) -> bytes:
    return http(
        "403 Forbidden", f"no {asked.header('accept')} for {asked.header('x-team')}".encode(), "X-A: application/json"
    )


@pytest.mark.anyio
async def test_an_ordinary_header_hides_nothing() -> None:
    """`Accept: application/json` stands in every report; masking it everywhere would leave nothing to read."""
    async with Echo(_ordinary) as echo:
        words = ["--header", "Accept: application/json", "--header", "X-Team: speech", "--timeout", "6s"]
        shown = await rig.run(echo.url, words)
    assert '["X-A", "application/json"]' in shown.formats["json"]
    assert "no application/json for speech" in shown.formats["json"]
    assert '"X-Team", "speech"' not in shown.formats["json"], "what was given is masked where it was sent"
