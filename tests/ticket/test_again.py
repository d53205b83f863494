"""From a report to the same run once more: every setting comes back, or has to be given again."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.diagnosis.judge import assemble
from dgcheck.model.case import Case
from dgcheck.model.errors import UsageError
from dgcheck.model.evidence import Configured, Ending
from dgcheck.model.record import replace
from dgcheck.model.report import Report, Status
from dgcheck.probes import probes
from dgcheck.settings.load import load
from dgcheck.settings.options import OPTIONS, Option
from dgcheck.ticket.again import again, unwell
from tests.ticket.reported import CHECKS, cause, report

KNOWN = tuple(probe.id for probe in probes())
OF_ITS_OWN = frozenset(
    {"target", "only", "for", "wait", "interval", "give_up_after", "deadline", "active_deadline_seconds", "outputs"}
    | {
        "termination_log",
        "show_sdk_config",
        "color",
        "quiet",
        "verbose",
        "fail_on",
        "encoding",
        "sample_rate",
        "expect",
    }
    | {"bundle", "note", "attach", "include_audio", "redact", "redact_hosts"}
)
VALUES: dict[str, Any] = {
    "text": "file.pem",
    "name": "en",
    "switch": True,
    "duration": "12s",
    "size": "2MB",
    "integer": "3",
    "audio_url": "http://files.test/a.wav",
    "place": "9000",
    "origin": "https://page.test",
    "side_url": "http://proxy.test:8080",
    "models": ["nova-3=rest", "nova-2"],
    "pairs": ["diarize=true"],
    "assignments": ["Host=http://dg"],
    "headers": ["X-Team: voice"],
    "hosts": ["dg=10.0.0.7"],
    "addresses": ["pod=http://10.0.0.7:8080"],
}
BESIDE = {"key": {"cert": "file.pem"}, "set": {"sdk": "go"}}


def no_file(path: str) -> str:
    if path == "file.pem":  # of --api-key-file
        return "a-key-in-a-file"
    raise FileNotFoundError(path)


def value_of(option: Option) -> Any:
    if option.choices:
        return [option.choices[-1]] if option.many else option.choices[-1]
    return VALUES.get(option.form, ["name"])


def with_settings(flags: dict[str, Any]) -> Report:
    """A report with one fault, of a run with these settings."""
    settings = load({"config": "none", "target": "http://dg", **flags}, {}, no_file)
    made = assemble(Case(target=None, settings=settings), probes(), started=0.0)
    here = Configured(
        id="c1", check="config", ending=Ending.ANSWERED, given="", url="", key_origin=settings.key_origin, key_ours=True
    )
    return replace(report(cause("DG4001", "ws.upgrade")), settings=made.settings, evidence=(here,))


@pytest.mark.parametrize("option", [one for one in OPTIONS if one.key not in OF_ITS_OWN], ids=lambda one: str(one.key))
def test_every_setting_comes_back_or_is_asked_for(option: Option) -> None:
    flags = {option.key: value_of(option), **BESIDE.get(option.key, {})}
    plan = again(with_settings(flags), KNOWN)
    asked_for = {flag for flag, _ in plan.lacking}
    named = "the API key" if option.key == "api_key_file" else option.flags[-1] if option.flags else ""
    if named in asked_for:
        assert option.key not in plan.flags
        return
    settings = load({"config": "none", "target": "http://dg", **plan.flags}, {}, no_file)
    wanted = load({"config": "none", "target": "http://dg", **flags}, {}, no_file)
    assert getattr(settings, option.field) == getattr(wanted, option.field)
    assert getattr(settings, "modes") == getattr(wanted, "modes")  # noqa: B009 - as the line before


@pytest.mark.parametrize("key", ["audio", "headers", "api_key_file"])
def test_what_would_be_sent_from_this_machine_is_never_taken_from_a_file(key: str) -> None:
    option = next(one for one in OPTIONS if one.key == key)
    assert again(with_settings({key: value_of(option)}), KNOWN).lacking != ()


def test_what_failed_is_asked_with_what_tells_it_apart() -> None:
    plan = again(report(cause("DG3013", "rest"), status=Status.PASS), KNOWN)
    assert plan.checks == ("rest", "status", "models", "ws.upgrade")


def test_what_was_not_asked_then_is_not_asked_now() -> None:
    only = report(cause("DG3013", "rest"), status=Status.SKIP, ws_upgrade=Status.SKIP)
    assert again(only, KNOWN).checks == ("rest", "models")


def test_names_that_are_hidden_are_not_asked() -> None:
    """The names in such a report stand for others; to ask them would prove nothing, or something wrong."""
    plan = again(with_settings({"redact_hosts": True, "resolve": ["dg=10.0.0.7"], "language": "en"}), KNOWN)
    assert plan.target == ""
    assert plan.lacking == (("--resolve", "HOST=IP"),)
    assert plan.flags == {"language": "en"}


@pytest.mark.parametrize(
    ("one", "ids"),
    [
        pytest.param(report(), (), id="all is well"),
        pytest.param(report(cause("DG4001", "ws.upgrade")), ("ws.upgrade",), id="a failure"),
        pytest.param(report(rest=Status.UNKNOWN), ("rest",), id="not known"),
        pytest.param(report(rest=Status.SKIP), (), id="not asked for"),
        pytest.param(
            replace(
                report(cause("DG1001", "dns")),
                checks=tuple(
                    replace(check, status=Status.SKIP, blocked_by="dns") if check.id == "tcp" else check
                    for check in report(cause("DG1001", "dns")).checks
                ),
            ),
            ("dns", "tcp"),
            id="what it stopped",
        ),
    ],
)
def test_what_was_not_well(one: Report, ids: tuple[str, ...]) -> None:
    assert unwell(one) == ids


def test_a_check_that_this_version_does_not_know_is_left_out() -> None:
    with pytest.raises(UsageError, match="nothing was wrong"):
        again(report(cause("DG4001", "ws.upgrade")), [check for check in CHECKS if check != "ws.upgrade"])


@pytest.mark.parametrize(
    ("given", "target"),
    [
        ("http://dg:8080", "http://dg:8080"),
        (
            "http://dg:8080/v1/listen?model=nova-3&token=<redacted:1f3a>",
            "http://dg:8080/v1/listen?model=nova-3&token=<redacted:1f3a>",
        ),
        ("http://<redacted:1f3a>@dg:8080", ""),
        ("", ""),
    ],
    ids=["a base", "a request", "a password", "nothing"],
)
def test_the_target(given: str, target: str) -> None:
    one = replace(report(cause("DG4001", "ws.upgrade")), target={"given": given, "url": "http://dg:8080"})
    assert again(one, KNOWN).target == target
