"""The way through several addresses, for people."""

from __future__ import annotations

import pytest

from dgcheck.model.hops import Contrast, Hop
from dgcheck.model.record import replace
from dgcheck.model.report import Report, Via
from dgcheck.report import formats, hops, load, render
from dgcheck.report.plain import report_to_plain
from tests.report.hostile import NASTY, harmful
from tests.report.valid import assert_valid
from tests.ticket.reported import cause, report

WELL = report()
BROKEN = replace(
    report(cause("DG4001", "ws.upgrade")),
    via=(Via("pod", "http://10.0.0.7:8080", WELL), Via("target", "https://dg.example.com", None)),
    hops=(
        Hop(
            near="pod",
            far="target",
            breaks=("ws.upgrade",),
            contrasts=(Contrast("header server", "", "nginx"),),
            added=0.0123,
        ),
    ),
)


def shown(one: Report, form: str, width: int = 100) -> str:
    return render(form, one, width=width, colour=False, ascii=False, verbose=False)


def test_text() -> None:
    text = shown(BROKEN, "text")
    assert (
        "Through each address, the nearest to the deployment first\n"
        "  ✓ pod     http://10.0.0.7:8080    pass\n"
        "  ✗ target  https://dg.example.com  DG4001 Title of DG4001\n"
        "\n"
        "  It breaks between pod and target: ws.upgrade works at pod, not at target; it adds 12 ms.\n"
        "    header server  – → nginx\n"
    ) in text


def test_markdown() -> None:
    text = shown(BROKEN, "markdown")
    assert "| ❌ fail | target | `https://dg.example.com` | DG4001 Title of DG4001 |" in text
    assert "**It breaks between pod and target: ws.upgrade works at pod, not at target; it adds 12 ms.**" in text
    assert "| header server | – | nginx |" in text


def test_short() -> None:
    assert "\nIt breaks between pod and target: ws.upgrade works" in shown(BROKEN, "short")


def test_the_page() -> None:
    assert '<section id="through"' in shown(BROKEN, "html")


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_it_survives_being_saved(form: str) -> None:
    assert report_to_plain(load(shown(BROKEN, form))) == report_to_plain(BROKEN)
    assert_valid(shown(BROKEN, "json"))


def test_without_via_nothing_of_it_is_in_a_report() -> None:
    assert "hops" not in report_to_plain(WELL)
    assert hops.TITLE not in shown(WELL, "text")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0001, "it adds no time to speak of"),
        (-0.002, "it adds no time to speak of"),
        (0.0042, "it adds 4.2 ms"),
        (0.0512, "it adds 51 ms"),
        (-0.05, "b answers 50 ms sooner than a"),
    ],
)
def test_added_time(seconds: float, said: str) -> None:
    assert hops.added(seconds, "a", "b") == said


@pytest.mark.parametrize("form", [name for name in formats() if name != "html"])
def test_names_and_headers_of_others_are_shown_harmlessly(form: str) -> None:
    for nasty in NASTY:
        one = replace(
            BROKEN,
            via=(Via(nasty, nasty, WELL), Via("target", "http://b", None)),
            hops=(Hop(near=nasty, far="target", breaks=(nasty,), contrasts=(Contrast(nasty, nasty, nasty),)),),
        )
        assert not harmful(shown(one, form))


def test_it_fits_a_narrow_terminal() -> None:
    assert max(map(len, shown(BROKEN, "text", 50).splitlines())) <= 60


def test_a_report_within_a_report_within_a_report_is_refused() -> None:
    from dgcheck.model.errors import UsageError

    nested = replace(BROKEN, via=(Via("pod", "http://a", BROKEN), Via("target", "http://b", None)))
    with pytest.raises(UsageError, match="what it holds for 'pod' is no report"):
        load(shown(nested, "json"))
