"""One browser for the pages of a module: its event loop is this thread's, so it must not stay for other tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.pages.browser import View, chromium, have_chromium, view
from tests.programs import missing


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; the test is skipped, or fails, where there is none."""
    if not have_chromium():
        missing("chromium")
    with chromium() as found:
        yield found


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Callable[..., AbstractContextManager[View]]:
    """`with opened(text, scheme="dark", width=380) as seen:` shows a page."""

    def show(text: str, **how: Any) -> AbstractContextManager[View]:
        return view(browser, tmp_path, text, **how)

    return show
