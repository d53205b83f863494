"""The page at `/`: every target of the exporter with what is wrong and what to do. No scripts, nothing loaded."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from html import escape

from dgcheck import __version__
from dgcheck.model.pattern import pattern
from dgcheck.model.report import Status
from dgcheck.report.harmless import block, one_line
from dgcheck.serve.prober import Prober, Standing
from dgcheck.serve.request import Answer
from dgcheck.serve.result import Checked
from dgcheck.serve.roster import Roster

MOST = 200  # targets that are shown one by one
MOST_OPEN = 10  # targets among which the checks of those that do not pass are shown at once
AGAIN = 30  # seconds after which a browser asks anew
WORDS = {
    Status.PASS: "passes",
    Status.WARN: "passes, with a warning",
    Status.FAIL: "fails",
    Status.UNKNOWN: "not known",
}
_MARKS = {
    Status.PASS: "passed",
    Status.WARN: "warning",
    Status.FAIL: "failed",
    Status.SKIP: "skipped",
    Status.UNKNOWN: "not known",
}
_QUOTED = pattern(r"`([^`]+)`")
_ORDER = (Status.FAIL, Status.UNKNOWN, Status.WARN, Status.PASS)

STYLE = """
:root { color-scheme: light dark; --ground: #fbfbfa; --card: #fff; --ink: #23262b; --soft: #656b74; --line: #e3e4e6;
  --pass: #1d7a46; --warn: #8a5a00; --fail: #b3261e; --unknown: #5a6270; --code: #f3f3f1; }
@media (prefers-color-scheme: dark) { :root { --ground: #16181b; --card: #1e2125; --ink: #e4e6e9; --soft: #9aa1ab;
  --line: #30343a; --pass: #6cc592; --warn: #e0b25a; --fail: #f2948c; --unknown: #aab1bc; --code: #272b30; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 52rem; padding: 2.5rem 1.25rem 3rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.35rem; font-weight: 600; margin: 0; }
h2 { font-size: 1.05rem; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
p { margin: .5rem 0 0; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: .9rem; }
article { background: var(--card); border: 1px solid var(--line); border-left: .3rem solid var(--tone);
  border-radius: .4rem; padding: 1rem 1.25rem; margin-top: 1.25rem; }
.pass { --tone: var(--pass); } .warn { --tone: var(--warn); } .fail { --tone: var(--fail); }
.unknown { --tone: var(--unknown); } .skip { --tone: var(--soft); }
.word { color: var(--tone); font-weight: 600; }
header.row { display: flex; gap: .25rem 1rem; justify-content: space-between; flex-wrap: wrap; align-items: baseline; }
pre { background: var(--code); border-radius: .3rem; padding: .6rem .8rem; margin: .5rem 0 0; overflow-x: auto;
  font-size: .85rem; }
details { margin-top: .75rem; } summary { cursor: pointer; color: var(--soft); font-size: .9rem; }
table { border-collapse: collapse; width: 100%; margin-top: .4rem; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid var(--line);
  font-weight: 400; overflow-wrap: anywhere; }
td:first-of-type { white-space: nowrap; } th { white-space: nowrap; }
footer { margin-top: 2rem; } a { color: inherit; }
"""
_STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (("Content-Security-Policy", POLICY), ("Referrer-Policy", "no-referrer"))
_KIND = "text/html; charset=utf-8"


def render(roster: Roster) -> Answer:
    """The page as it is now. Text of a deployment stands in it as text alone."""
    probers = sorted(roster.probers.values(), key=lambda one: _ORDER.index(_verdict(one)))
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="refresh" content="{AGAIN}"><title>{_title(probers)}</title>',
        f"<style>{STYLE}</style></head><body>",
        f"<h1>{_title(probers)}</h1>",
        f'<p class="soft">{_how(roster)}</p><main>',
        *(_card(one, len(probers) <= MOST_OPEN) for one in probers[:MOST]),
        f"<p>{len(probers) - MOST} more are not shown.</p>" if len(probers) > MOST else "",
        _foot(),
    ]
    return Answer(200, "".join(parts).encode("utf-8", "backslashreplace"), _KIND, _HEADERS)


def _foot() -> str:
    links = " · ".join(f'<a href="{path}">{path}</a>' for path in ("metrics", "readyz", "healthz"))
    said = f"{links} · probe?target=URL · dgcheck {escape(__version__)}"
    return f'</main><footer class="soft">{said}</footer></body></html>\n'


def _verdict(prober: Prober) -> Status:
    standing = prober.fresh()
    return standing.result.verdict if standing else Status.UNKNOWN


def _title(probers: list[Prober]) -> str:
    ready = sum((standing := one.fresh()) is not None and standing.result.ready for one in probers)
    if len(probers) == 1:
        return f"Deepgram deployment: {WORDS[_verdict(probers[0])]}"
    return f"Deepgram deployments: {ready} of {len(probers)} pass" if probers else "dgcheck: no target of its own"


def _how(roster: Roster) -> str:
    if not roster.probers:
        return "This exporter asks what <code>/probe?target=URL</code> names, as far as its list allows."
    return f"Asked every {_length(roster.interval)}. This page loads itself again every {AGAIN} s."


def _card(prober: Prober, opened: bool) -> str:
    standing, verdict = prober.fresh(), _verdict(prober)
    name = escape(one_line(prober.subject.name, 300))
    head = f'<header class="row"><h2>{name}</h2><span class="word">{WORDS[verdict]}</span></header>'
    body = _body(standing, opened) if standing else f"<p>{_nothing(prober)}</p>"
    return f'<article class="{verdict.value}">{head}{body}</article>'


def _nothing(prober: Prober) -> str:
    if prober.standing is None:
        return "It has not been asked to the end yet."
    return f"The last answer is {_length(prober.standing.age)} old; nothing has come since."


def _body(standing: Standing, opened: bool) -> str:
    result = standing.result
    parts = []
    if result.code:
        sure = "" if result.certain else " (not certain)"
        parts.append(
            f"<p><strong>{escape(result.title)}</strong>{sure} · {escape(result.code)} {escape(result.cause)}</p>"
        )
    parts.append(f"<p>{escape(result.says)}</p>")
    if result.do:
        do = _QUOTED.sub(r"<code>\1</code>", escape(result.do))
        parts.append(f"<p>What to do: {do}</p>")
    if result.command:
        shown = "\n".join(escape(line) for line in block(result.command, 1000))
        parts.append(f"<pre>{shown}</pre>")
    since = datetime.fromtimestamp(standing.since, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    parts.append(f'<p class="soft">So since {since}; last asked {_length(standing.age)} ago.</p>')
    rows = "".join(_rows(result.checks))
    if rows:
        word = "details" if result.ready or not opened else "details open"
        parts.append(f"<{word}><summary>Checks</summary><table>{rows}</table></details>")
    return "".join(parts)


def _rows(checks: Iterable[Checked]) -> Iterable[str]:
    for one in checks:
        yield (
            f'<tr class="{one.status.value}"><th scope="row">{escape(one.id)}</th>'
            f'<td class="word">{_MARKS[one.status]}</td><td>{escape(one.summary)}</td></tr>'
        )


def _length(seconds: float) -> str:
    """A length of time for a person: `12 s`, `5 min`, `3 h`."""
    if seconds < 100:
        return f"{seconds:.0f} s" if seconds >= 1 else "1 s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.0f} h"
