"""The proof of the product: every fault of the simulator, and what dgcheck must say of it.

The table itself is `dgcheck.sim.faults`: each fault names the causes of which one has to be the answer, and those that
it must not be called by. All faults are run once, several at a time; each has its own test.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Mapping

import pytest

from dgcheck.cli.parser import command_parser
from dgcheck.model.evidence import Wire
from dgcheck.model.report import Report, Status
from dgcheck.model.target import Settings
from dgcheck.report import formats, load, render
from dgcheck.rules import causes
from dgcheck.sim.faults import table
from dgcheck.sim.faults.fault import Fault
from dgcheck.sim.server import running
from dgcheck.ticket.compared import compare
from dgcheck.ticket.opened import opened, safe_parts
from tests.report.valid import assert_valid
from tests.rules.built import every_rule_asked
from tests.runs import run
from tests.ticket.bundles import bundle_of, texts_of

AT_ONCE = 6
MOST_REQUESTS = 40
MOST_REFUSED = 4
JIRA = 32_767  # characters of a comment; GitHub takes 65,536, Slack 40,000


async def _diagnose(fault: Fault, profile: str = "standard") -> Report:
    with running(faults=(fault.name,)) as sim:
        options = fault.options(sim.url, str(sim.ca_file), sim.beside)
        flags = vars(command_parser("run").parse(["--profile", profile, *options]))
        flags = {name: value for name, value in flags.items() if value is not None and name != "target"}
        return await run(sim.url, **flags)


@pytest.fixture(scope="module")
def reports(request: pytest.FixtureRequest) -> Mapping[str, Report]:
    """A report for every fault that this session's tests ask for."""
    wanted = {_fault_of(item) for item in request.session.items}
    found: dict[str, Report] = {}

    async def all_of_them() -> None:
        free = asyncio.Semaphore(AT_ONCE)

        async def one(fault: Fault) -> None:
            async with free:
                found[fault.name] = await _diagnose(fault)

        async with asyncio.TaskGroup() as group:
            for name in table():
                if name in wanted:
                    group.create_task(one(table()[name]))

    asyncio.run(all_of_them())
    return found


def _fault_of(item: pytest.Item) -> str:
    """The fault that a collected test asks for; '' for any other test."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return str(parameters.get("name", "")) if item.path.name == "test_fault_table.py" else ""


FAULTS = pytest.mark.parametrize("name", list(table()))


@FAULTS
def test_the_fault_is_named_and_nothing_else(name: str, reports: Mapping[str, Report]) -> None:
    fault, report = table()[name], reports[name]
    roots = [one.cause for one in report.findings if one.root and one.severity != "info"]
    said = [one.cause for one in report.findings]
    if not fault.causes:
        assert report.verdict is Status.PASS, said
        assert roots == []
        return
    if roots:
        assert roots[0] in fault.causes
        assert len(roots) == 1, f"one fault, {len(roots)} roots: {roots}"
    else:
        assert set(said) & set(fault.causes), f"{said} has none of {fault.causes}"


@FAULTS
def test_it_is_not_called_what_it_only_resembles(name: str, reports: Mapping[str, Report]) -> None:
    wrong = set(table()[name].resembles)
    assert not [
        one.cause for one in reports[name].findings if one.root and one.severity != "info" and one.cause in wrong
    ]


@FAULTS
def test_the_verdict_is_that_of_its_findings(name: str, reports: Mapping[str, Report]) -> None:
    report = reports[name]
    severities = {one.severity for one in report.findings}
    wanted = "fail" if "error" in severities else "warn" if "warning" in severities else "pass"
    assert report.verdict == wanted
    assert not any(one.cause == "internal_error" for one in report.findings)


@FAULTS
def test_every_report_is_valid_and_says_the_same_when_judged_again(name: str, reports: Mapping[str, Report]) -> None:
    from dgcheck.cli.diagnose import again

    text = render("json", reports[name], width=100, colour=False, ascii=False, verbose=True)
    assert_valid(json.loads(text))
    judged = again(load(text), Settings())
    assert [(one.code, one.says, one.root) for one in judged.findings] == [
        (one.code, one.says, one.root) for one in reports[name].findings
    ]
    assert judged.verdict is reports[name].verdict


@FAULTS
def test_rules_that_were_not_asked_have_nothing_to_say(name: str, reports: Mapping[str, Report]) -> None:
    assert _unsaid(reports[name]) == []


@pytest.mark.anyio
async def test_nor_have_they_in_a_quick_run() -> None:
    """Which asks less, and so may think that all is well where the whole run does not."""
    free, unsaid = asyncio.Semaphore(AT_ONCE), {}

    async def one(fault: Fault) -> None:
        async with free:
            unsaid[fault.name] = _unsaid(await _diagnose(fault, "quick"))

    async with asyncio.TaskGroup() as group:
        for fault in table().values():
            if not {"--only", "--profile"} & {*fault.options("http://127.0.0.1:8080", "", {})}:
                group.create_task(one(fault))
    assert {name: causes for name, causes in unsaid.items() if causes} == {}
    assert len(unsaid) > 300


def _unsaid(report: Report) -> list[str]:
    """The causes that only rules name which a run does not ask where all went well."""
    from dgcheck.cli.diagnose import again

    text = render("json", report, width=100, colour=False, ascii=False, verbose=True)
    with every_rule_asked():
        every = again(load(text), Settings()).findings
    told = again(load(text), Settings()).findings
    return [one.cause for one in every if one not in told]


@FAULTS
def test_a_bundle_of_it_is_whole_harmless_and_says_the_same(name: str, reports: Mapping[str, Report]) -> None:
    """On another machine, on another day: the zip alone gives the findings of the run."""
    from dgcheck.cli.diagnose import again

    data = bundle_of(reports[name])
    judged = again(opened(io.BytesIO(data)), Settings())
    told = [(one.code, one.says, one.root, one.evidence) for one in judged.findings]
    assert told == [(one.code, one.says, one.root, one.evidence) for one in reports[name].findings]
    assert [(one.id, one.status) for one in judged.checks] == [(one.id, one.status) for one in reports[name].checks]
    files = texts_of(data)
    assert len(files["report.md"]) < JIRA
    for file, text in files.items():
        assert safe_parts(file), file
        assert not [char for char in text if (ord(char) < 32 and char != "\n") or char in "\x7f\u202e\u2066"], file


@FAULTS
def test_the_report_does_not_differ_from_itself(name: str, reports: Mapping[str, Report]) -> None:
    assert not compare(reports[name], reports[name]).differs


@FAULTS
def test_every_format_shows_it_harmlessly(name: str, reports: Mapping[str, Report]) -> None:
    for form in formats():
        shown = render(form, reports[name], width=100, colour=False, ascii=False, verbose=True)
        assert not [char for char in shown if ord(char) < 32 and char != "\n"]
        assert "\x7f" not in shown


@FAULTS
def test_it_goes_easy_on_the_deployment(name: str, reports: Mapping[str, Report]) -> None:
    asked = [seen for seen in reports[name].evidence if isinstance(seen, Wire)]
    assert len(asked) <= MOST_REQUESTS
    meant = [seen for seen in asked if seen.purpose and seen.request.path.endswith("/listen") and seen.status == 400]
    assert len(meant) <= MOST_REFUSED


def test_every_cause_that_a_server_can_produce_has_a_fault() -> None:
    produced = {cause for fault in table().values() for cause in fault.causes}
    elsewhere = {
        # settings, this machine, its resolver and its network: tests/rules and tests/peers have theirs
        *(one.cause for one in causes() if one.code < "DG2000"),
        # between several addresses of one deployment: tests/peers/test_via_peers.py
        "breaks_between_addresses",
        "tcp_refused",
        "tcp_timeout",
        "host_unreachable",
        "address_family_unreachable",
        "partial_addresses_dead",
        "mesh_sidecar",
        # in pasted text alone: a client's limit, a browser's word, a limit that only a long stream meets
        "client_timeout",
        "ws_age_limit",
        "internal_error",
        "out_of_time",
    }
    assert {one.cause for one in causes()} - produced - elsewhere == set()


def test_every_fault_names_causes_that_exist() -> None:
    known = {one.cause for one in causes()}
    assert {word for fault in table().values() for word in (*fault.causes, *fault.resembles)} - known == set()
