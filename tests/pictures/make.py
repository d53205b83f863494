"""Makes the pictures of the README: a run in a terminal, and the page in light and dark.

    python tests/pictures/make.py [FOLDER]

A simulated deployment behind an nginx that drops WebSocket upgrades is really diagnosed; only the name of the machine
is replaced. Debian's headless Chromium draws. They go to `fixtures/pictures/`; look at them before you commit them.
"""

from __future__ import annotations

import asyncio
import html
import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).parents[2]))

from dgcheck.model.evidence import Surroundings
from dgcheck.model.record import replace
from dgcheck.model.report import Report
from dgcheck.report import render
from dgcheck.sim.server import Simulator
from tests.pages.browser import chromium
from tests.runs import run

ROOT = Path(__file__).parents[2]
FAULT = "upgrade_dropped_nginx"
COLUMNS = 100
SGR = re.compile(r"\x1b\[([0-9;]+)m(.*?)\x1b\[0m", re.DOTALL)
CELL, LINE, EDGE = 7.83, 19.5, 22  # width and height of a character of 13 pixels, and the space around all
STYLE = """
text { font: 13px "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace; fill: #d6dde6; white-space: pre; }
.b { fill: #ffffff; font-weight: bold; } .f { fill: #8b96a5; } .r { fill: #ff7b72; font-weight: bold; }
.g { fill: #56d364; } .y { fill: #e3b341; } .c { fill: #76d9e6; }
"""
CLASSES = {"1": "b", "2": "f", "31": "r", "32": "g", "33": "y", "36": "c", "1;31": "r", "1;32": "g", "1;33": "y"}


async def diagnosed() -> Report:
    """The run that is shown, on port 8080 where nobody else has it."""
    for port in (8080, 0):
        try:
            async with Simulator((FAULT,), port=port) as simulator:
                return _somewhere(await run(simulator.url, profile="standard", quiet=True))
        except OSError:
            continue
    raise OSError("no port to listen on")


def _somewhere(report: Report) -> Report:
    """The same, seen from a machine with an ordinary name."""
    evidence = tuple(
        replace(one, hostname="laptop", container="", platform="Linux 6.1 x86_64", nameservers=("192.0.2.53",))
        if isinstance(one, Surroundings)
        else one
        for one in report.evidence
    )
    settings = {name: one for name, one in report.settings.items() if one.get("origin") == "default"}
    return replace(report, evidence=evidence, seen_from={"hostname": "laptop"}, settings=settings)


def terminal(report: Report) -> str:
    """The run as a drawing of a terminal, in which text stays text."""

    def painted(match: re.Match[str]) -> str:
        return f'<tspan class="{CLASSES.get(match[1], "b")}">{match[2]}</tspan>'

    url = report.target.get("base") or report.target.get("url")
    text = f"\x1b[2m$\x1b[0m dgcheck {url}\n{render('text', report, width=COLUMNS, colour=True)}".rstrip()
    lines = [_cut(line) for line in text.split("\n")]
    columns = max(len(SGR.sub(r"\2", line)) for line in lines)
    shown = [SGR.sub(painted, html.escape(line, quote=False)) for line in lines]
    width, height = round(columns * CELL + 2 * EDGE), round(len(shown) * LINE + 2 * EDGE)
    rows = "\n".join(
        f'<text x="{EDGE}" y="{EDGE + (row + 0.75) * LINE:.1f}" xml:space="preserve">{line}</text>'
        for row, line in enumerate(shown)
        if line
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        f'<style>{STYLE}</style>\n<rect width="100%" height="100%" rx="10" fill="#161b22"/>\n{rows}\n</svg>\n'
    )


def _cut(line: str) -> str:
    """A line that is there to paste may be longer than a picture is wide."""
    found = SGR.sub(r"\2", line)
    return line if len(found) <= COLUMNS + 4 else f"\x1b[36m{found[: COLUMNS + 3]}…\x1b[0m"


def shoot(browser: Browser, text: str, path: Path, scheme: str) -> None:
    """The top of a page."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "page.html")
        file.write_text(text, encoding="utf-8")
        how = {"color_scheme": scheme, "viewport": {"width": 1040, "height": 900}}
        context = browser.new_context(**how)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(file.as_uri())
        page.screenshot(path=path)
        context.close()


def main() -> None:
    """Draw all of them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "fixtures" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    report = asyncio.run(diagnosed())
    text = render("html", report)
    (folder / "run.svg").write_text(terminal(report), encoding="utf-8")
    with chromium() as browser:
        for scheme in ("light", "dark"):
            shoot(browser, text, folder / f"page-{scheme}.png", scheme)
    for path in sorted(folder.iterdir()):
        print(f"{path}: {path.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
