"""The page as text: its policy, its parts, and that nothing of a server's words is more than words.

What a browser makes of it is looked at in `tests/pages/`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from random import Random
from typing import Any

import pytest

from dgcheck.model.evidence import Ending, Exchange, Listing, Model, Phase
from dgcheck.model.held import Held
from dgcheck.model.record import replace
from dgcheck.model.report import AddressResult, Report, Status
from dgcheck.report import load, render
from dgcheck.report.html.page import furniture
from dgcheck.report.html.waterfall import axis
from tests.report import canonical
from tests.report.hostile import NASTY, poisoned

BLOCKS = {"div", "p", "ul", "ol", "dl", "table", "pre", "details", "section", "article", "h2", "h3", "h4"}
LINES = {"p", "span", "code", "summary", "h1", "h2", "h3", "h4", "button", "a", "strong"}  # hold no block
INLINE = {"a", "code", "span", "strong"}
VOID = {"meta", "link", "br", "hr"}


class Tree(HTMLParser):
    """Elements with their attributes, their text, and whether everything that was opened is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [] if tag in INLINE else [" "]
        self.elements.append((tag, dict(attrs)))
        if tag in BLOCKS and LINES & set(self.open):
            self.wrong.append(f"{tag} in {self.open}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.words += [] if tag in INLINE else [" "]
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.words.append(data)

    @property
    def text(self) -> str:
        """What stands in the page, in one line."""
        return " ".join("".join(self.words).split())

    def ids(self) -> list[str]:
        """Every anchor."""
        return [str(attributes["id"]) for _, attributes in self.elements if "id" in attributes]

    def links(self) -> list[str]:
        """Where everything leads."""
        return [
            str(value)
            for _, attributes in self.elements
            for name, value in attributes.items()
            if name in ("href", "src", "action", "srcset", "data", "poster", "formaction")
        ]


def tree(report: Report) -> Tree:
    return Tree(render("html", report))


def section(report: Report, name: str) -> str:
    """The words of one part, '' where the page has no such part."""
    found = re.search(rf'<section id="{name}".*?</section>', render("html", report), re.DOTALL)
    return Tree(found[0]).text if found else ""


# --- the document ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["failing", "healthy", "answerless"])
def test_what_is_opened_is_closed_and_anchors_are_unique(which: str) -> None:
    found = tree(getattr(canonical, which)())
    assert (found.open, found.wrong) == ([], [])
    assert len(found.ids()) == len(set(found.ids()))


@pytest.mark.parametrize("number", range(6))
def test_poison_changes_no_tag(number: int) -> None:
    """The elements of a page are ours alone: no text adds one, ends one, or gives one an attribute."""
    found = tree(poisoned(list(NASTY), Random(number)))
    assert (found.open, found.wrong) == ([], [])
    assert {tag for tag, _ in found.elements} <= {tag for tag, _ in tree(canonical.failing()).elements} | {"strong"}
    assert not [name for _, attributes in found.elements for name in attributes if name.startswith(("on", "style"))]
    assert all(link.startswith(("#", "data:image/svg+xml,")) for link in found.links())


@pytest.mark.parametrize("which", ["failing", "healthy"])
def test_every_link_leads_to_a_part_of_the_page(which: str) -> None:
    found = tree(getattr(canonical, which)())
    inside = {link[1:] for link in found.links() if link.startswith("#")}
    assert len(inside) > 6
    assert inside <= set(found.ids())


@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_policy_allows_what_is_in_the_file_and_nothing_else(ascii_only: bool) -> None:
    text = render("html", canonical.failing(), ascii=ascii_only)
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', text)
    assert policy
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy[1].split(";")}
    assert rules["default-src"] == ["'none'"]
    for name in ("script", "style"):
        inside = re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
        assert len(inside) == 1
        assert rules[f"{name}-src"] == [f"'sha256-{b64encode(sha256(inside[0].encode()).digest()).decode()}'"]
    assert rules["img-src"] == ["data:"]
    assert {rules["base-uri"][0], rules["form-action"][0]} == {"'none'"}
    assert text.index(policy[0]) < text.index("<style>")


def test_the_same_report_gives_the_same_page() -> None:
    assert render("html", canonical.failing()) == render("html", canonical.failing(), width=40, verbose=True)


@pytest.mark.parametrize("which", ["failing", "healthy", "answerless"])
def test_a_page_is_small(which: str) -> None:
    assert len(render("html", getattr(canonical, which)())) < 150_000


def test_a_saved_report_gives_the_same_page() -> None:
    assert render("html", load(render("json", canonical.failing()))) == render("html", canonical.failing())


def test_a_page_of_megabytes_stays_small() -> None:
    """Whatever the servers sent, the page has a bound; it says where the rest is."""
    text = render("html", poisoned(["h" * 1_048_576], Random(1), everything=True))
    assert len(text) < 800_000
    assert "more characters" in text


# --- the answer --------------------------------------------------------------------------------------------------


def test_the_answer_comes_first_with_what_to_do() -> None:
    found = section(canonical.failing(), "answer")
    order = (
        "DG4001 ws_upgrade_not_forwarded",
        "A proxy does not pass the WebSocket upgrade on",
        "What to do",
        "proxy_set_header Upgrade $http_upgrade;",
        "Also seen because of this (1)",
        "DG4004 ws_subprotocol",
        "Rests on e12, e14, e8",
        "DG3007 http_body_too_large",
        "1 remark: nothing that must be done",
        "DG5015 models_endpoint_missing",
    )
    places = [found.index(words) for words in order]
    assert places == sorted(places)


def test_effects_are_folded() -> None:
    text = render("html", canonical.failing())
    assert re.search(r'<details class="effects"><summary>Also seen because of this \(1\)', text)


@pytest.mark.parametrize(("count", "folded"), [(3, 0), (4, 0), (5, 2), (9, 6)])
def test_the_likeliest_remedies_are_shown_and_many_others_folded(count: int, folded: int) -> None:
    report = canonical.failing()
    remedies = tuple(replace(canonical.FORWARD, do=f"step {number}.") for number in range(1, count + 1))
    one = replace(report.findings[0], remedies=remedies)
    found = section(replace(report, findings=(one,)), "answer")
    assert (f"{folded} more remedies" in found) == bool(folded)
    assert f"step {count}." in found


def test_a_pass_says_what_was_tested() -> None:
    found = section(canonical.healthy(), "answer")
    assert "Everything that was asked works" in found
    assert "Another model may be missing" in found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"interrupted": True, "signal": 2}, "INTERRUPTED by SIGINT", id="interrupted"),
        pytest.param({"settings": {"insecure": {"value": True, "origin": "flag"}}}, "NOT VERIFIED", id="insecure"),
    ],
)
def test_a_caution_stands_at_the_top(change: dict[str, Any], words: str) -> None:
    text = render("html", replace(canonical.failing(), **change))
    assert words in text[: text.index("<main>")]


def test_the_ticket_s_text_is_the_markdown_report() -> None:
    text = render("html", canonical.failing())
    fold = re.search(r'<details class="ticket".*?<code>(.*?)</code></pre>', text, re.DOTALL)
    assert fold
    assert [one for one in Tree(fold[1]).words if one != " "] == [
        render("markdown", canonical.failing(), width=100).rstrip("\n")
    ]


# --- the parts ---------------------------------------------------------------------------------------------------


def test_a_check_says_what_it_saw_and_addresses_that_differ_have_lines() -> None:
    found = section(canonical.failing(), "checks")
    assert "warn tcp 12 ms 1 of 2 addresses accepts connections on port 443 → DG2005" in found
    assert "✕ fail ↳ 192.0.2.6 refuses (ECONNREFUSED)" in found


@pytest.mark.parametrize(
    ("seconds", "span"),
    [
        (0.0, 0.001),
        (0.0009, 0.001),
        (0.0101, 0.012),
        (0.109, 0.12),
        (0.39, 0.4),
        (0.41, 0.5),
        (29.9, 32.0),
        (61.0, 80.0),
    ],
)
def test_an_axis_is_round_and_long_enough(seconds: float, span: float) -> None:
    assert axis(seconds) == pytest.approx(span)


def test_bars_lie_where_the_phases_were() -> None:
    """ws.upgrade: connect from 60.0 for 11.9 ms, on an axis of 120 ms."""
    text = render("html", canonical.failing())
    bar = re.search(
        r'<rect x="([\d.]+)" y="3" width="([\d.]+)" height="10" class="ph-connect"><title>connect: 12 ms, from 60', text
    )
    assert bar
    assert float(bar[1]) == pytest.approx(0.06 / 0.12 * 1000, abs=0.1)
    assert float(bar[2]) == pytest.approx(0.0119 / 0.12 * 1000, abs=0.1)


def test_the_waterfall_has_a_row_for_each_address() -> None:
    found = section(canonical.failing(), "times")
    assert "tcp 2 addresses" in found
    assert "192.0.2.5 connection e5" in found
    assert "192.0.2.6 connection e6" in found
    assert re.search(r"The same as a table check resolve connect", found)


def test_phases_of_an_old_report_are_drawn_without_evidence() -> None:
    report = canonical.failing()
    results = (AddressResult("192.0.2.9", Status.PASS, "fine", (Phase("connect", 0.0, 0.5),)),)
    check = replace(report.checks[2], evidence=(), addresses=results)
    assert "tcp" in section(replace(report, checks=(check,), evidence=()), "times")


def test_a_phase_outside_all_measure_stays_in_the_picture() -> None:
    report = canonical.failing()
    odd = (Phase("connect", -5.0, 1e12), Phase("<b>", 0.0, -1.0), Phase("upgrade", 1e300, 1e300))
    text = render("html", replace(report, evidence=(), checks=(replace(report.checks[1], evidence=(), phases=odd),)))
    bars = [(float(x), float(width)) for x, width in re.findall(r'<rect x="([^"]+)" y="3" width="([^"]+)"', text)]
    assert len(bars) == 3
    assert all(0 <= x <= 1000 and 0 < width <= 1000 for x, width in bars)


def test_the_stream_tells_audio_against_words() -> None:
    found = section(canonical.healthy(), "stream")
    assert (
        "1.60 s of audio sent in 1.0 ms, first words after 92 ms, closed by the server with 1000 after 202 ms." in found
    )
    assert "92 ms interim the weather" in found
    assert "192 ms final the weather is fine" in found


def test_a_run_without_a_stream_has_no_such_part() -> None:
    assert section(canonical.failing(), "stream") == ""


def test_a_held_socket_has_a_bar() -> None:
    held = Held(
        id="e30",
        check="ws.hold",
        ending=Ending.RESET,
        upgrade="e12",
        plan="silent",
        tried=75.0,
        opened_at=1.0,
        ended_at=61.0,
    )
    found = section(replace(canonical.healthy(), evidence=(held,)), "held")
    assert "nothing sent e30 60.0 s lived 60.0 s of 75.0 s: reset" in found


def test_the_certificate_says_how_long_it_is_good() -> None:
    found = section(canonical.failing(), "certificate")
    assert "11 days left: good from 2026-07-04 00:00 UTC until 2026-10-02 00:00 UTC" in found
    assert "judged trusted by this machine's list" in found
    assert "this machine's list trusted" in found


@pytest.mark.parametrize(
    ("started", "words"),
    [
        ("2026-10-12T00:00:00Z", "expired 10 days ago"),
        ("2026-06-24T00:00:00Z", "not good yet, for 10 days"),
        ("no moment", "good from 2026-07-04"),
    ],
)
def test_a_certificate_is_judged_by_the_moment_of_the_run(started: str, words: str) -> None:
    assert words in section(replace(canonical.failing(), started=started), "certificate")


def test_models_are_a_table_and_the_tested_one_is_marked() -> None:
    found = section(canonical.failing(), "models")
    assert "nova-3-general tested speech to text yes yes yes en, en-US 2025-04-17.21547" in found
    assert "aura-2-asteria-en text to speech – – – – –" in found


def test_a_model_that_one_address_lacks_is_marked() -> None:
    report = canonical.failing()
    there = next(one for one in report.evidence if isinstance(one, Exchange) and one.listing)
    assert there.listing
    other = replace(
        there, id="e40", address="192.0.2.6", listing=replace(there.listing, models=there.listing.models[:1])
    )
    found = section(replace(report, evidence=(*report.evidence, other)), "models")
    assert "2 models listed by 2 addresses; the addresses differ." in found
    assert "2025-04-17.21547 all" in found
    assert "– 192.0.2.5" in found


def test_a_listing_of_thousands_is_cut_and_says_so() -> None:
    report = canonical.failing()
    there = next(one for one in report.evidence if isinstance(one, Exchange) and one.listing)
    many = Listing(shape="flat", models=tuple(Model(name=f"model-{number}") for number in range(3_000)))
    text = render("html", replace(report, evidence=(replace(there, listing=many),)))
    assert len(text) < 300_000
    assert "and 2700 more; the JSON report has them all" in text


def test_addresses_stand_side_by_side() -> None:
    found = section(canonical.failing(), "replicas")
    assert "Question 192.0.2.5 192.0.2.6" in found
    assert "tcp differs ✓ pass accepts, 11.9 ms away ✕ fail refuses (ECONNREFUSED)" in found
    assert "POST /v1/listen 413 Request Entity Too Large –" in found


def test_one_address_is_not_compared() -> None:
    assert section(canonical.healthy(), "replicas") == ""


def test_raw_evidence_is_there_on_demand() -> None:
    found = section(canonical.failing(), "evidence")
    assert "GET /v1/listen?model=nova-3&encoding=mulaw&sample_rate=8000 HTTP/1.1 Host: dg.example.com" in found
    assert "HTTP/1.1 413 Request Entity Too Large Server: nginx/1.24.0" in found
    assert '"verify_code": 0' in found


def test_settings_say_where_they_come_from() -> None:
    found = section(canonical.failing(), "settings")
    assert "models nova-3 DGCHECK_MODEL" in found
    assert "pod dgcheck-7x2lp in namespace voice" in found
    assert "2 defaults" in found


def test_the_foot_says_what_was_not_tested() -> None:
    found = tree(canonical.failing()).text
    assert "Not tested: idle sockets and real-time pace (--profile full)" in found
    assert "grep 'run/7f3a9c21'" in found


def test_the_furniture_is_in_every_page() -> None:
    text = render("html", canonical.answerless())
    assert all(line in text for line in furniture().splitlines())


def test_the_record_of_a_long_listing_says_what_it_leaves_out() -> None:
    report = canonical.failing()
    there = next(one for one in report.evidence if isinstance(one, Exchange) and one.listing)
    many = Listing(shape="flat", models=tuple(Model(name=f"model-{number}") for number in range(25)))
    found = section(replace(report, evidence=(replace(there, listing=many),)), "evidence")
    assert '"name": "model-9"' in found
    assert '"name": "model-10"' not in found
    assert '"left_out_here": 15' in found
