"""What is waited for and how long: by the reports of the tries and a clock that the test sets."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dgcheck.engine.patience import (
    GROWTH,
    JITTER,
    MOST,
    MOST_RETRY_AFTER,
    Patience,
    hopeless,
    looks_permanent,
    not_before,
    passed,
    reason,
)
from dgcheck.model.catalogue import Confidence, Heals, Severity
from dgcheck.model.evidence import DnsAnswer, Ending, Exchange, Request, Response, Seen
from dgcheck.model.record import replace
from dgcheck.model.report import Finding, Report, Status
from dgcheck.rules import cause, causes
from tests.report import canonical

INTERVAL = 5.0
WAIT = 600.0
GIVE_UP = 300.0


def report(word: str = "", says: str = "It is so.", *seen: Seen, checks: Sequence[str] = ("dns",)) -> Report:
    """A report whose answer is that cause; without one, a report that knows nothing."""
    base = replace(canonical.answerless(), findings=(), evidence=seen, verdict=Status.UNKNOWN)
    if not word:
        return base
    known = cause(word)
    assert known is not None
    finding = Finding(
        code=known.code,
        cause=known.cause,
        title=known.title,
        severity=Severity.ERROR,
        confidence=Confidence.CERTAIN,
        root=True,
        says=says,
        why="",
        remedies=(),
        evidence=(),
        checks=tuple(checks),
    )
    return replace(base, findings=(finding,), verdict=Status.FAIL)


def negative(name: str, ttl: int | None, *addresses: str) -> DnsAnswer:
    return DnsAnswer(
        id="e1",
        check="dns",
        purpose="dns_servers",
        ending=Ending.ANSWERED,
        name=name,
        server="10.0.0.10",
        rtype="A",
        rcode="NXDOMAIN",
        addresses=addresses,
        negative_ttl=ttl,
    )


def put_off(status: int, seconds: str) -> Exchange:
    return Exchange(
        id="e2",
        check="status",
        ending=Ending.ANSWERED,
        url="http://dg/v1/status",
        request=Request(method="GET", target="/v1/status"),
        response=Response(status=status, headers=(("Retry-After", seconds),)),
    )


def patience(*, give_up_after: float = GIVE_UP, wait: float = WAIT, interval: float = INTERVAL) -> Patience:
    return Patience(now=0.0, until=wait, interval=interval, give_up_after=give_up_after)


# --- what a report says of waiting ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "fail_on", "over"),
    [
        (Status.PASS, "error", True),
        (Status.PASS, "warning", True),
        (Status.WARN, "error", True),
        (Status.WARN, "warning", False),
        (Status.FAIL, "error", False),
        (Status.UNKNOWN, "error", False),
    ],
)
def test_passed_means_pass_or_warn(verdict: Status, fail_on: str, over: bool) -> None:
    assert passed(replace(report(), verdict=verdict, fail_on=fail_on)) is over


@pytest.mark.parametrize("word", ["url_invalid", "url_scheme_wrong", "hosted_endpoint", "api_key_malformed"])
def test_what_is_wrong_in_the_settings_is_hopeless(word: str) -> None:
    assert hopeless(report(word, checks=("config",)))


@pytest.mark.parametrize(
    ("word", "checks"),
    [
        pytest.param("bad_parameter", ("rest", "ws.upgrade"), id="what the server refused"),
        pytest.param("proxy_env", ("config",), id="what a proxy does"),
        pytest.param("dns_nxdomain", ("dns",), id="no such name"),
        pytest.param("tls_expired", ("tls",), id="certificate"),
    ],
)
def test_what_was_seen_on_the_wire_is_not_hopeless(word: str, checks: tuple[str, ...]) -> None:
    assert not hopeless(report(word, checks=checks))


@pytest.mark.parametrize(
    "word",
    [
        *("dns_nxdomain", "tls_expired", "tls_unknown_ca", "tls_hostname_mismatch", "ingress_default_certificate"),
        *("http_unauthorized", "http_forbidden", "http_not_found", "model_missing", "no_models", "bad_parameter"),
    ],
)
def test_what_looks_permanent(word: str) -> None:
    assert looks_permanent(report(word))


@pytest.mark.parametrize(
    "word",
    [
        *("tcp_refused", "tcp_timeout", "host_unreachable", "dns_servfail", "dns_timeout", "http_bad_gateway"),
        *("http_unavailable", "engine_initializing", "engine_disconnected", "engine_critical", "replica_unhealthy"),
    ],
)
def test_what_a_start_brings_along_does_not(word: str) -> None:
    assert not looks_permanent(report(word))


def test_not_knowing_does_not_look_permanent() -> None:
    assert not looks_permanent(report())


def test_only_what_lies_in_settings_request_or_contract_never_heals() -> None:
    """Read by whoever adds a cause: an install day heals more than one thinks."""
    never = {one.cause for one in causes() if one.heals is Heals.NEVER and one.severity is not Severity.INFO}
    assert never >= {"url_invalid", "url_scheme_wrong", "hosted_endpoint", "api_key_blank", "api_key_malformed"}
    wire = {one.cause for one in causes() if one.code[2] in "1245"} & never
    assert wire == {"ws_frame_too_large", "model_wrong_endpoint", "product_certificate"}


# --- whether anything changed --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("cut after 60.01 s", "cut after 59.98 s", id="times"),
        pytest.param("port 8080 was tried 3 times", "port 8080 was tried 4 times", id="counts"),
        pytest.param(
            "request 5d2c1a3e-0b9f-4f6d-9a53-0d5b0c9d7f11", "request 77aa01fe-11cc-4e1d-8a3b-bb00cc11dd22", id="UUIDs"
        ),
        pytest.param("trace 4bf92f3577b34da6", "trace 00f067aa0ba902b7", id="trace ids"),
        pytest.param("403: “Reference qT9+xw==”", "403: “Reference Zb/kkA==”", id="a token in a server's words"),
    ],
)
def test_what_differs_every_time_is_no_change(before: str, after: str) -> None:
    assert reason(report("http_stalled", before)) == reason(report("http_stalled", after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(("tcp_refused", "x"), ("http_bad_gateway", "x"), id="another cause"),
        pytest.param(
            ("model_missing", "Installed: nova-2-general."),
            ("model_missing", "Installed: nova-2-general, nova-2-medical."),
            id="a model was copied",
        ),
        pytest.param(("tcp_refused", "a refused"), ("tcp_refused", "a and b refused"), id="another address"),
    ],
)
def test_what_is_new_is_a_change(before: tuple[str, str], after: tuple[str, str]) -> None:
    assert reason(report(*before)) != reason(report(*after))


def test_a_try_tells_whether_its_reason_is_new() -> None:
    clock = patience()
    refused, gateway = report("tcp_refused"), report("http_bad_gateway")
    assert [clock.saw(one, 1.0) for one in (refused, refused, gateway, gateway, refused)] == [
        *(True, False, True, False, True)
    ]


# --- who puts us off -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "seconds"),
    [
        pytest.param(report("dns_nxdomain", "", negative("dg.corp", 30), negative("dg.corp", 30)), 30, id="one zone"),
        pytest.param(report("dns_nxdomain", "", negative("dg", 86400), negative("dg.ns.svc", 5)), 5, id="search list"),
        pytest.param(report("dns_no_address", "", negative("dg.corp", 60)), 60, id="no address"),
        pytest.param(report("dns_nxdomain", "", negative("dg.corp", None)), 0, id="no SOA"),
        pytest.param(report("dns_servfail", "", negative("dg.corp", 30)), 0, id="another cause"),
        pytest.param(report("http_unavailable", "", put_off(503, "7")), 7, id="Retry-After of a 503"),
        pytest.param(report("http_rate_limited", "", put_off(429, "99999")), MOST_RETRY_AFTER, id="a long one"),
        pytest.param(report("http_unavailable", "", put_off(503, "Fri, 31 Dec 1999 23:59:59 GMT")), 0, id="a date"),
        pytest.param(report("http_redirect", "", put_off(302, "7")), 0, id="Retry-After of another status"),
    ],
)
def test_nobody_is_asked_before_that(found: Report, seconds: float) -> None:
    assert not_before(found) == seconds


# --- the clocks ----------------------------------------------------------------------------------------------------


def pauses(clock: Patience, found: Report, number: int) -> list[float]:
    """The pauses between so many tries that take no time; the clock goes on with them."""
    now, seen = 0.0, []
    for _ in range(number):
        clock.saw(found, now)
        after = clock.next(found, now)
        assert after.then == "ask"
        seen.append(after.seconds)
        now += after.seconds
    return seen


def test_the_pause_grows_to_four_times_the_interval() -> None:
    wanted = [INTERVAL * min(GROWTH**place, MOST) for place in range(8)]
    for seen, exact in zip(pauses(patience(), report("tcp_refused"), 8), wanted, strict=True):
        assert exact * (1 - JITTER) <= seen <= exact * (1 + JITTER)


def test_pods_that_were_started_together_do_not_ask_together() -> None:
    assert len({pauses(patience(), report("tcp_refused"), 1)[0] for _ in range(20)}) > 10


def test_a_change_brings_the_short_pause_back() -> None:
    clock = patience()
    pauses(clock, report("tcp_refused"), 5)
    changed = report("engine_initializing")
    clock.saw(changed, 60.0)
    assert clock.next(changed, 60.0).seconds <= INTERVAL * (1 + JITTER)


def test_an_absent_name_is_not_asked_for_before_its_zone_allows() -> None:
    assert pauses(patience(), report("dns_nxdomain", "", negative("dg.corp", 40)), 3) == [40.0, 40.0, 40.0]


def test_what_looks_permanent_is_looked_at_once_more_and_then_given_up() -> None:
    clock, found, now = patience(), report("http_not_found"), 0.0
    clock.saw(found, now)
    while (after := clock.next(found, now)).then == "ask":
        now += after.seconds
        clock.saw(found, now)
    assert (after.then, after.seconds, now) == ("give_up", 0.0, GIVE_UP)


def test_a_change_begins_the_patience_anew() -> None:
    clock = patience()
    clock.saw(report("http_not_found"), 0.0)
    other = report("model_missing")
    clock.saw(other, GIVE_UP - 1)
    assert clock.next(other, GIVE_UP - 1).then == "ask"
    assert clock.left_without_change(GIVE_UP) == GIVE_UP - 1


def test_a_zone_that_forbids_asking_for_longer_than_the_patience_is_not_asked_again() -> None:
    clock, found = patience(), report("dns_nxdomain", "", negative("dg.corp", 900))
    clock.saw(found, 0.0)
    after = clock.next(found, 0.0)
    assert (after.then, after.seconds) == ("give_up", GIVE_UP)


def test_a_zone_that_forbids_asking_for_longer_than_the_wait_ends_it_at_its_end() -> None:
    clock, found = patience(give_up_after=9999), report("dns_nxdomain", "", negative("dg.corp", 900))
    clock.saw(found, 0.0)
    after = clock.next(found, 0.0)
    assert (after.then, after.seconds) == ("over", WAIT)


def test_what_passes_by_itself_is_waited_for_to_the_end() -> None:
    clock, found = patience(), report("tcp_refused")
    now, tries = 0.0, 0
    while True:
        clock.saw(found, now)
        tries += 1
        after = clock.next(found, now)
        if after.then != "ask":
            break
        now += after.seconds
    assert after.then == "over"
    assert WAIT - 2.0 <= now <= WAIT
    assert 28 < tries < 45


def test_the_last_try_is_made_near_the_end() -> None:
    clock, found = patience(wait=20, interval=15), report("tcp_refused")
    clock.saw(found, 0.0)
    first = clock.next(found, 0.0).seconds
    clock.saw(found, first)
    second = clock.next(found, first)
    assert second.then == "ask"
    assert first + second.seconds == pytest.approx(19.0)
