"""The page in a real browser, from a file: it loads in silence, reads in every light and width, and does its work."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from dgcheck.report import render
from tests.pages.browser import View, view, violations
from tests.pages.reports import REPORTS, page
from tests.report import canonical

Opened = Callable[..., AbstractContextManager[View]]
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
CLOSED = "document.querySelectorAll('main details:not([open])').length"
PHONE = 380
WIDTHS = (PHONE, 768, 1440)


@dataclass(frozen=True)
class Looked:
    """What one look at a page told: opened, its folds opened, drawn in three widths."""

    title: str
    trouble: tuple[str, ...]
    requests: int
    too_wide: tuple[int, ...]


@pytest.fixture(scope="module")
def looked(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Looked]:
    """A look at each page, taken once."""

    @cache
    def look(name: str) -> Looked:
        with view(browser, tmp_path_factory.mktemp("page"), page(name)) as seen:
            seen.page.click("text=Open all folds")
            seen.page.click("#ticket > summary")
            wide = []
            for width in WIDTHS:
                seen.page.set_viewport_size({"width": width, "height": 900})
                if seen.ask(WIDER_THAN_THE_SCREEN):
                    wide.append(width)
            return Looked(seen.page.title(), tuple(seen.trouble), len(seen.requests), tuple(wide))

    return look


@pytest.mark.parametrize("name", REPORTS)
def test_it_loads_in_silence_and_asks_for_nothing(name: str, looked: Callable[[str], Looked]) -> None:
    assert looked(name).trouble == ()
    assert looked(name).requests == 1
    assert looked(name).title.startswith(("PASS", "WARN", "FAIL", "UNKNOWN"))


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_is_wider_than_the_screen(name: str, looked: Callable[[str], Looked]) -> None:
    assert looked(name).too_wide == ()


def test_the_page_of_a_standard_run_is_under_400_kb() -> None:
    assert len(page("a real run").encode()) < 400_000


# The rules of axe-core take seconds on a page; each kind of page is looked at once, each light and width with the rich.
@pytest.mark.parametrize(
    ("name", "how"),
    [
        pytest.param("failing", {}, id="failing"),
        pytest.param("failing", {"scheme": "dark", "width": PHONE}, id="failing, dark, phone"),
        pytest.param("passing", {"scheme": "dark"}, id="passing, dark"),
        pytest.param("warning", {"width": PHONE}, id="warning, phone"),
        pytest.param("unreachable", {"scheme": "dark"}, id="unreachable, dark"),
        pytest.param("hostile", {}, id="hostile"),
        pytest.param("two addresses", {"scheme": "dark"}, id="two addresses, dark"),
        pytest.param("a certificate", {}, id="a certificate"),
    ],
)
def test_nobody_is_kept_out(name: str, how: dict[str, Any], opened: Opened) -> None:
    with opened(page(name), **how) as seen:
        seen.page.click("text=Open all folds")
        seen.page.click("#ticket > summary")
        assert violations(seen) == []


def test_axe_would_find_what_keeps_people_out(opened: Opened) -> None:
    """The looking itself: text that can hardly be read and a button without a name."""
    spoilt = page("passing").replace("--faint: #556070", "--faint: #c8ccd2")
    assert spoilt != page("passing")
    spoilt = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", spoilt)
    with opened(spoilt.replace("</main>", "<button></button></main>")) as seen:
        found = " ".join(violations(seen))
        assert "color-contrast" in found
        assert "button-name" in found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_light_has_colours_of_its_own(scheme: str, opened: Opened) -> None:
    with opened(page("failing"), scheme=scheme) as seen:
        ground, text = seen.ask(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
            ".map(colour => colour.match(/\\d+/g).slice(0, 3).map(Number).reduce((a, b) => a + b))"
        )
        assert (ground > text) == (scheme == "light")
        assert len(seen.page.screenshot()) > 20_000  # one colour would be a tenth of it


def test_the_verdict_and_the_cause_are_seen_without_scrolling(opened: Opened) -> None:
    with opened(page("failing")) as seen:
        for place in (".verdict", "#answer h3"):
            box = seen.page.locator(place).first.bounding_box()
            assert box
            assert box["y"] + box["height"] < 900


def test_effects_and_evidence_are_folded_until_somebody_asks(opened: Opened) -> None:
    with opened(page("failing")) as seen:
        effects = seen.page.locator(".effects li").first
        raw = seen.page.locator("#seen-11 pre").first
        assert not effects.is_visible()
        assert not raw.is_visible()
        seen.page.click(".effects > summary")
        seen.page.click("#seen-11 > summary")
        assert effects.is_visible()
        assert raw.is_visible()
        assert "GET /v1/listen?model=nova-3" in raw.inner_text()


def test_all_folds_open_and_close(opened: Opened) -> None:
    with opened(page("failing")) as seen:
        closed = seen.ask(CLOSED)
        assert closed > 10
        seen.page.click("text=Open all folds")
        assert seen.ask(CLOSED) == 0
        seen.page.click("text=Close all folds")
        assert seen.ask(CLOSED) >= closed


@pytest.mark.parametrize("clipboard", [True, False], ids=["allowed", "the old way"])
def test_a_remedy_is_copied_as_it_stands(clipboard: bool, opened: Opened) -> None:
    with opened(page("failing")) as seen:
        if not clipboard:
            seen.ask("Object.defineProperty(navigator.clipboard, 'writeText', {value: () => Promise.reject()})")
        button = seen.page.locator(".remedies .copy").first
        button.click()
        seen.page.wait_for_function("document.querySelector('.said').textContent === 'Copied'")
        assert seen.copied() == canonical.FORWARD.command
        assert seen.ask("document.activeElement.className") == "copy"
        assert seen.trouble == []


def test_the_ticket_s_text_is_copied_whole(opened: Opened) -> None:
    with opened(page("failing")) as seen:
        seen.page.click("text=Copy as Markdown")
        seen.page.wait_for_function("document.querySelector('.said').textContent === 'Copied'")
        assert seen.copied().strip() == render("markdown", canonical.failing(), width=100).strip()


def test_a_link_to_evidence_opens_it(opened: Opened) -> None:
    with opened(page("failing")) as seen:
        seen.page.locator("#answer .ref", has_text="e14").click()
        seen.page.wait_for_selector("#seen-13[open]")
        assert "e14" in seen.page.locator("#seen-13 > summary").inner_text()


def test_the_keyboard_reaches_everything(opened: Opened) -> None:
    """Tab goes from the first link to the end, and Enter skips, opens and copies."""
    with opened(page("failing")) as seen:
        seen.page.keyboard.press("Tab")
        assert seen.ask("document.activeElement.textContent") == "Skip to the answer"
        seen.page.keyboard.press("Enter")
        assert seen.ask("document.activeElement.id") == "answer"
        reached = set()
        for _ in range(400):
            seen.page.keyboard.press("Tab")
            kind = str(seen.ask("document.activeElement.tagName + '.' + document.activeElement.className"))
            if kind.startswith("BODY"):
                break
            reached.add(kind)
            if kind == "SUMMARY." and not seen.ask("document.activeElement.parentElement.open"):
                seen.page.keyboard.press("Enter")
                assert seen.ask("document.activeElement.parentElement.open")
        else:
            pytest.fail("the keyboard is caught in the page")
        assert {"SUMMARY.", "BUTTON.copy", "PRE.", "A.ref", "DIV.wide"} <= reached
        assert seen.ask(CLOSED) == 0


def test_focus_is_seen(opened: Opened) -> None:
    with opened(page("failing")) as seen:
        for _ in range(2):
            seen.page.keyboard.press("Tab")
        assert seen.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_print_shows_what_is_folded_but_for_the_raw_evidence(opened: Opened) -> None:
    with opened(page("failing")) as seen:
        seen.page.emulate_media(media="print")
        seen.ask("dispatchEvent(new Event('beforeprint'))")
        assert seen.page.locator(".effects li").first.is_visible()
        assert not seen.page.locator("#seen-11 pre").first.is_visible()
        assert not seen.page.locator(".copy").first.is_visible()
        assert not seen.page.locator("nav").is_visible()
        seen.ask("dispatchEvent(new Event('afterprint'))")
        assert not seen.page.locator(".effects li").first.is_visible()


def test_it_is_printed_dark_on_white_whatever_the_screen(opened: Opened) -> None:
    with opened(page("failing"), scheme="dark") as seen:
        seen.page.emulate_media(media="print")
        assert seen.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert seen.ask("getComputedStyle(document.querySelector('.says')).color") == "rgb(27, 36, 48)"


def test_it_prints(opened: Opened) -> None:
    with opened(page("failing")) as seen:
        paper = seen.page.pdf(format="A4")
        assert paper.startswith(b"%PDF")
        assert 2 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 12


def test_without_its_script_it_is_whole(opened: Opened) -> None:
    with opened(page("failing"), script=False) as seen:
        assert seen.page.locator("button:visible").count() == 0
        seen.page.click("#seen-11 > summary")
        assert seen.page.locator("#seen-11 pre").first.is_visible()
        assert seen.trouble == []


# --- what a server said stays text -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hostile", "huge"])
def test_what_a_server_said_makes_no_element(name: str, opened: Opened) -> None:
    ours = "header nav main section article footer div p span a ul ol li h1 h2 h3 h4 code pre button details summary "
    ours += "table thead tbody tr th td dl dt dd svg rect title strong script style head meta link html body"
    with opened(page(name)) as seen:
        tags = seen.ask("[...new Set([...document.querySelectorAll('*')].map(e => e.tagName.toLowerCase()))]")
        assert set(tags) <= set(ours.split())
        assert seen.ask("document.scripts.length") == 1
        links = seen.ask("[...document.querySelectorAll('[href],[src],[action]')].map(e => e.getAttribute('href'))")
        assert all(link.startswith(("#", "data:image/svg+xml,")) for link in links)
        assert seen.ask(
            "[...document.querySelectorAll('*')].every(e => [...e.attributes].every(a => !/^on/.test(a.name)))"
        )


def test_the_policy_stops_a_script_a_style_and_a_picture_that_got_in(opened: Opened) -> None:
    """The page escapes everything; should it ever fail to, the policy in its head still holds."""
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        there = f"http://127.0.0.1:{elsewhere.getsockname()[1]}"
        smuggled = (
            "<script>window.ran = true</script><p id=x style='color: red' onclick='window.ran = true'>x</p>"
            f"<img src='{there}/x.png'><iframe src='{there}/'></iframe><link rel=stylesheet href='{there}/x.css'>"
            f"<form action='{there}/'><button id=go>go</button></form>"
        )
        with opened(page("passing").replace("</main>", f"{smuggled}</main>")) as seen:
            seen.page.click("#x")
            seen.ask("document.getElementById('go').click()")
            assert seen.ask("window.ran") is None
            assert seen.ask("getComputedStyle(document.getElementById('x')).color") != "rgb(255, 0, 0)"
            said = " ".join(seen.console)
            for directive in ("script-src", "style-src", "img-src", "frame-src", "form-action"):
                assert directive in said
            assert asked(elsewhere) == b""


def asked(server: socket.socket) -> bytes:
    """What was asked of it. Chromium opens a connection to where a form leads before it looks at the policy."""
    server.setblocking(False)
    found = b""
    try:
        while True:
            called, _ = server.accept()
            with called:
                called.setblocking(False)
                try:
                    found += called.recv(1000)
                except BlockingIOError:
                    continue
    except BlockingIOError:
        return found
