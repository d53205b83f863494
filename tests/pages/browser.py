"""A real headless Chromium that looks at one page: what it shows, asks for, complains about and lets a person do."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from tests.programs import missing, program

FOLDER = Path(__file__).parent
AXE = "axe-core/axe.min.js"
# As root a browser cannot shut itself in; the pages here are ours.
ARGUMENTS = ["--disable-gpu", *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]


def have_chromium() -> str | None:
    """The path of the browser, or None. None of playwright's own is fetched."""
    return program("chromium") or program("google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser, as long as the block lasts."""
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=have_chromium(), args=ARGUMENTS)
        try:
            yield found
        finally:
            found.close()


@dataclass
class View:
    """An open page, and what went on in it since it was opened."""

    page: Page
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def dismiss(self, dialog: Dialog) -> None:
        """No page of ours asks; one that does waits for an answer."""
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    @property
    def trouble(self) -> list[str]:
        """All that a page must not do."""
        return [*self.console, *self.errors, *self.dialogs, *self.requests[1:]]

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page."""
        return self.page.evaluate(expression)

    def copied(self) -> str:
        """What lies on the clipboard."""
        return str(self.ask("navigator.clipboard.readText()"))


@contextmanager
def view(
    browser: Browser,
    place: Path,
    text: str,
    *,
    scheme: str = "light",
    width: int = 1100,
    script: bool = True,
    clipboard: bool = True,
) -> Iterator[View]:
    """The page opened from a file, as somebody would who got it by mail."""
    path = place / "report.html"
    path.write_text(text, encoding="utf-8")
    how: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    context = browser.new_context(**how, java_script_enabled=script, reduced_motion="reduce", offline=False)
    if clipboard:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
    try:
        page = context.new_page()
        found = View(page)
        page.on("console", lambda message: found.console.append(f"{message.type}: {message.text}"))
        page.on("request", lambda request: found.requests.append(request.url))
        page.on("pageerror", lambda error: found.errors.append(str(error)))
        page.on("dialog", found.dismiss)
        page.goto(path.as_uri())
        yield found
    finally:
        context.close()


def axe() -> str:
    """The source of axe-core: below `DGCHECK_AXE`, else below this folder, where `npm ci` puts it."""
    for folder in (os.environ.get("DGCHECK_AXE"), str(FOLDER)):
        path = Path(folder or "nowhere") / "node_modules" / AXE
        if path.exists():
            return path.read_text(encoding="utf-8")
    return missing("axe-core", f"npm ci --prefix {FOLDER.relative_to(FOLDER.parents[1])}")


def violations(seen: View) -> list[str]:
    """What axe-core finds wrong with the page as it stands, by all of its rules."""
    seen.ask(axe())
    found = json.loads(seen.ask("axe.run(document, {resultTypes: ['violations']}).then(JSON.stringify)"))
    assert found["passes"], "axe-core looked at nothing"
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
