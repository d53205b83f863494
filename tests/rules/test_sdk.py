"""An SDK that asks elsewhere or otherwise: what fires, and what must not."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Ending, Exchange, Foretold, Phase, Seen, Upgrade, Wire
from dgcheck.model.record import replace
from dgcheck.readings.as_sdk import AGAIN, ONE_CHANGED
from tests.rules.answers_built import NGINX, URL, page, post, upgrade
from tests.rules.built import DG, case, findings, matches, roots

LISTEN = {"rest": f"{URL}/v1/listen", "ws": "ws://10.0.0.7:8080/v1/listen"}
Pairs = tuple[tuple[str, str], ...]
OURS: Pairs = (("Host", "10.0.0.7:8080"), ("User-Agent", "dgcheck/1 run/2"))
THEIRS: Pairs = (("Host", ""), ("User-Agent", "sdk/3"), ("Authorization", "token <x>"))


def told(transport: str, outcome: str = "dials", url: str | None = None, **fields: Any) -> Foretold:
    traps = ("it knows no other scheme", "and another trap")
    values: dict[str, Any] = {"option": "Host", "value": URL, "right": 'client("right")', "traps": traps, **fields}
    dialled = LISTEN[transport] if url is None else url
    values |= {"sdk": "go", "title": "Deepgram SDK for Go", "version": "3.5.0", "meant": LISTEN[transport]}
    return Foretold(
        id="", check="sdk", ending=Ending.ANSWERED, transport=transport, outcome=outcome, url=dialled, **values
    )


def plain() -> list[Wire]:
    """What dgcheck itself asked, all well."""
    return [with_headers(post(), OURS), with_headers(upgrade(), OURS)]


def with_headers(seen: Wire, headers: Pairs) -> Wire:
    return replace(seen, request=replace(seen.request, headers=headers))


def as_sdk(seen: Wire, url: str = "", headers: Pairs = THEIRS, purpose: str = "") -> Wire:
    """A question as the SDK's own, perhaps to another URL."""
    where = url or LISTEN["ws" if isinstance(seen, Upgrade) else "rest"]
    path = "/" + where.partition("://")[2].partition("/")[2]
    asked = replace(seen.request, headers=headers, target=path)
    return replace(seen, check="sdk", purpose=purpose, url=where, tls=where.startswith(("https", "wss")), request=asked)


def not_found(kind: str) -> Wire:
    make: Any = upgrade if kind == "ws" else post
    found: Wire = make(404, body=page("404 Not Found"), headers=NGINX)
    return found


def no_tls(seen: Wire) -> Wire:
    return replace(seen, response=None, ending=Ending.NOT_CONNECTED, reached="handshake", rests_on=("e1",))


# --- the setting


@pytest.mark.parametrize(
    ("foretold", "words"),
    [
        pytest.param(
            told("ws", "error", "", error='invalid URL escape "%2F"'), "sends no streaming request", id="error"
        ),
        pytest.param(told("ws", "cloud", "wss://api.deepgram.com/v1/listen"), "Deepgram's hosted service", id="cloud"),
        pytest.param(told("rest", "wrong_host", "https://ws:443//h/v1"), "dials https://ws:443//h/v1", id="wrong host"),
        pytest.param(
            told("rest", "refused_by_sdk", "", error="no api key found"), "refuses it", id="refused by the SDK"
        ),
        pytest.param(told("ws", "crashes", "", error="Invalid URL"), "ends the program", id="crash"),
    ],
)
def test_no_request_for_the_target_leaves(foretold: Foretold, words: str) -> None:
    [match] = matches(case(URL, *plain(), foretold, sdk="go"), "sdk_dials_elsewhere")
    assert words in match.says
    assert LISTEN[foretold.transport] in match.says
    assert foretold.error in match.says
    assert match.says.endswith(" The reason: it knows no other scheme.")
    assert match.confidence is Confidence.CERTAIN
    assert match.remedies[0].command == 'client("right")'


def test_it_is_certain_also_where_the_deployment_is_dead() -> None:
    dead = case(URL, told("ws", "cloud", "wss://api.deepgram.com/v1/listen"), sdk="go")
    assert [match.confidence for match in matches(dead, "sdk_dials_elsewhere")] == [Confidence.CERTAIN]


@pytest.mark.parametrize(
    ("url", "there", "meant", "sure"),
    [
        pytest.param("wss://10.0.0.7:8080/v1/listen", no_tls(upgrade()), upgrade(), Confidence.CERTAIN, id="TLS"),
        pytest.param(
            "ws://10.0.0.7:8080/v1/v1/listen", not_found("ws"), upgrade(), Confidence.CERTAIN, id="doubled version"
        ),
        pytest.param(
            "ws://10.0.0.7:8080/v1/v1/listen", not_found("ws"), not_found("ws"), Confidence.LIKELY, id="both fail"
        ),
        pytest.param("ws://10.0.0.7:8080//v1/listen", upgrade(), None, None, id="it works all the same"),
    ],
)
def test_another_url_of_the_target(url: str, there: Wire, meant: Wire | None, sure: Confidence | None) -> None:
    seen = [as_sdk(there, url), *([as_sdk(meant)] if meant else [])]
    found = matches(case(URL, *plain(), told("ws", url=url), *seen, sdk="go"), "sdk_dials_elsewhere")
    assert [match.confidence for match in found if match.severity is not Severity.INFO] == ([sure] if sure else [])


def moved(kind: str, status: int, location: str, at: str) -> Wire:
    """A redirect, as the SDK got it at that URL."""
    make: Any = upgrade if kind == "ws" else post
    return as_sdk(make(status, body=page(str(status)), headers=(*NGINX, ("Location", location))), at)


AT_80 = "http://10.0.0.7/v1/listen"
REPEATS = {"rest": (307, 308), "ws": (301, 302, 303, 307, 308)}


@pytest.mark.parametrize(
    ("kind", "status", "location", "meant", "sure"),
    [
        pytest.param("rest", 308, LISTEN["rest"], post(), Severity.INFO, id="308 repeats the POST"),
        pytest.param("rest", 307, "http://10.0.0.7:8080/v1/listen?x=y", post(), Severity.INFO, id="and 307"),
        pytest.param("rest", 301, LISTEN["rest"], post(), Confidence.CERTAIN, id="301 makes it a GET"),
        pytest.param("rest", 308, LISTEN["rest"], post(500), Confidence.LIKELY, id="it leads to what fails"),
        pytest.param("rest", 308, "http://other/v1/listen", post(), Confidence.POSSIBLE, id="another host"),
        pytest.param("rest", 308, "", post(), Confidence.CERTAIN, id="to nowhere"),
        pytest.param("ws", 301, LISTEN["ws"], upgrade(), Severity.INFO, id="an upgrade is repeated after 301"),
        pytest.param("ws", 301, LISTEN["rest"], upgrade(), Confidence.CERTAIN, id="but not to any scheme"),
    ],
)
def test_a_redirect_that_this_sdk_follows(kind: str, status: int, location: str, meant: Wire, sure: object) -> None:
    at = AT_80 if kind == "rest" else AT_80.replace("http", "ws")
    setting = told(kind, url=at, repeats=REPEATS[kind], repeats_to=("ws", "wss") if kind == "ws" else ())
    seen = (*plain(), setting, moved(kind, status, location, at), as_sdk(meant))
    [match] = matches(case(URL, *seen, sdk="go"), "sdk_dials_elsewhere")
    assert sure in (match.severity, match.confidence if match.severity is None else None)
    if sure is Severity.INFO:
        assert f"is redirected ({status}), follows with the same request and so comes to {LISTEN[kind]}" in match.says


def test_a_redirect_in_a_circle_is_not_followed_without_end() -> None:
    at = "http://10.0.0.7/v1/listen"
    setting = told("rest", url=at, repeats=(308,))
    seen = (*plain(), setting, moved("rest", 308, at, at), as_sdk(post()))
    [match] = matches(case(URL, *seen, sdk="go"), "sdk_dials_elsewhere")
    assert match.confidence is Confidence.POSSIBLE


def test_another_url_that_works_is_worth_a_remark() -> None:
    url = "ws://10.0.0.7:8080//v1/listen"
    [match] = matches(case(URL, *plain(), told("ws", url=url), as_sdk(upgrade(), url), sdk="go"), "sdk_dials_elsewhere")
    assert (match.severity, match.detail) == (Severity.INFO, "works here")
    assert url in match.says


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param((*plain(), told("rest"), as_sdk(post()), told("ws"), as_sdk(upgrade())), id="all is well"),
        pytest.param((told("rest"), told("ws")), id="nothing was asked"),
        pytest.param(
            (told("ws", url="wss://10.0.0.7:8080/v1/listen"), not_found("ws")), id="the deployment itself is not there"
        ),
        pytest.param(tuple(plain()), id="no SDK"),
    ],
)
def test_the_setting_is_not_blamed(seen: tuple[Seen, ...]) -> None:
    assert matches(case(URL, *seen, sdk="go"), "sdk_dials_elsewhere") == []
    assert matches(case(URL, *seen, sdk="go"), "sdk_request_refused") == []


def test_another_host_is_a_warning_and_a_guess() -> None:
    other = told("rest", url="http://other:9/v1/listen", value="http://other:9")
    [match] = matches(case(URL, *plain(), other, sdk="go"), "sdk_dials_elsewhere")
    assert (match.severity, match.confidence) == (Severity.WARNING, Confidence.POSSIBLE)
    assert match.remedies[0].command == "dgcheck run http://other:9"


@pytest.mark.parametrize("left_out", ["ws.stream", "ws.upgrade"])
def test_a_transport_that_is_not_wanted_is_not_judged(left_out: str) -> None:
    seen = (*plain(), told("rest"), as_sdk(post()), told("ws", "error", "", error="invalid"))
    assert matches(case(URL, *seen, sdk="go", skip=(left_out,)), "sdk_dials_elsewhere") == []
    assert matches(case(URL, *seen, sdk="go", models=("m",), modes={"m": "rest"}), "sdk_dials_elsewhere") == []


@pytest.mark.parametrize(("models", "judged"), [(("nova-3", "aura-2-thalia-en"), 0), (("nova-3", "nova-2"), 1)])
def test_a_voice_is_no_model_for_which_the_sdk_has_to_stream(models: tuple[str, ...], judged: int) -> None:
    seen = [*plain(), told("ws", "cloud", "wss://api.deepgram.com/v1/listen")]
    found = matches(case(URL, *seen, sdk="go", models=models, modes={"nova-3": "rest"}), "sdk_dials_elsewhere")
    assert len(found) == judged


# --- the request


def refused(*tries: Wire, again: Wire | None = None) -> tuple[Seen, ...]:
    first = as_sdk(not_found("ws"))
    return (*plain(), told("ws"), first, replace(again or first, purpose=AGAIN), *tries)


def changed(headers: Pairs, seen: Wire | None = None) -> Wire:
    return as_sdk(seen or upgrade(), headers=headers, purpose=ONE_CHANGED)


WITH_HOST: Pairs = (OURS[0], *THEIRS[1:])
NO_KEY: Pairs = THEIRS[:2]
OTHER_KEY: Pairs = (*THEIRS[:2], ("Authorization", "Token <x>"))


@pytest.mark.parametrize(
    ("tries", "words", "sure"),
    [
        pytest.param(
            (changed(WITH_HOST),), "`Host:` without a value: with `Host: 10.0.0.7:8080`", Confidence.CERTAIN, id="Host"
        ),
        pytest.param((changed(NO_KEY),), "`Authorization: token <x>`: without it", Confidence.CERTAIN, id="any key"),
        pytest.param(
            (changed(NO_KEY), changed(OTHER_KEY)),
            "with `Authorization: Token <x>`",
            Confidence.CERTAIN,
            id="the finer of two",
        ),
        pytest.param(
            (changed((*THEIRS, ("Accept", "*/*"))),),
            "leaves the header `Accept: */*` out",
            Confidence.CERTAIN,
            id="lacks",
        ),
        pytest.param((changed(OURS),), "no single header", Confidence.LIKELY, id="two at once prove nothing"),
        pytest.param(
            (changed(WITH_HOST, not_found("ws")),), "no single header", Confidence.LIKELY, id="a try that failed"
        ),
    ],
)
def test_what_decides_is_named(tries: tuple[Wire, ...], words: str, sure: Confidence) -> None:
    [match] = matches(case(URL, *refused(*tries), sdk="go"), "sdk_request_refused")
    assert words in match.says
    assert match.says.startswith("As the Deepgram SDK for Go 3.5.0 asks, the upgrade gets 404 Not Found from nginx.")
    assert match.confidence is sure


def test_what_works_the_second_time_is_chance() -> None:
    assert matches(case(URL, *refused(again=as_sdk(upgrade())), sdk="go"), "sdk_request_refused") == []


def test_an_sdk_that_waits_less_than_the_answer_takes() -> None:
    def after(seen: Wire, seconds: float) -> Wire:
        phases = (Phase("request", 1.0, 0.0), *((Phase("upgrade", 1.0, seconds),) if seen.response else ()))
        return replace(seen, phases=phases, ended_at=1.0 + seconds)

    early = as_sdk(after(replace(upgrade(), response=None, ending=Ending.TIMED_OUT), 5.0))
    late = replace(as_sdk(after(upgrade(), 7.0)), purpose=AGAIN)
    [match] = matches(case(URL, *plain(), told("ws"), early, late, sdk="go"), "sdk_request_refused")
    assert "waits for 5.0 s, and the answer took 7.0 s" in match.says
    quick = replace(as_sdk(after(upgrade(), 0.1)), purpose=AGAIN)
    assert matches(case(URL, *plain(), told("ws"), early, quick, sdk="go"), "sdk_request_refused") == []


def test_an_sdk_that_goes_round_the_proxy() -> None:
    through = [replace(seen, via_proxy="http://proxy:3128") for seen in plain()]
    direct = as_sdk(replace(upgrade(), response=None, ending=Ending.NOT_CONNECTED))
    [match] = matches(case(URL, *through, told("ws"), direct, sdk="go"), "sdk_request_refused")
    assert "goes round the proxy http://proxy:3128" in match.says
    assert match.confidence is Confidence.CERTAIN


def test_a_name_in_a_program_keeps_its_small_letter() -> None:
    notes = ("base_url is the whole endpoint", "a key is wanted")
    [match] = matches(case(URL, told("ws", "error", "", notes=notes), sdk="go"), "sdk_dials_elsewhere")
    assert [one.do for one in match.remedies[1:]] == ["base_url is the whole endpoint", "A key is wanted"]


def test_both_transports_with_one_reason_are_one_sentence() -> None:
    key = (as_sdk(not_found("rest")), as_sdk(not_found("ws")))
    tries = [replace(one, purpose=AGAIN) for one in key]
    works = [changed(NO_KEY, post()), changed(NO_KEY, upgrade())]
    [match] = matches(
        case(URL, *plain(), told("rest"), told("ws"), *key, *tries, *works, sdk="go"), "sdk_request_refused"
    )
    assert "the POST and the upgrade get 404 Not Found" in match.says
    assert match.says.count("What decides") == 1


def test_the_remedies_are_those_of_the_header() -> None:
    found = findings(case(URL, *refused(changed(WITH_HOST)), sdk="go"))["sdk_request_refused"]
    assert "Host" in found.remedies[0].do
    assert not any("Authorization" in one.do or "User-Agent" in one.do for one in found.remedies)
    agent = (THEIRS[0], OURS[1], *THEIRS[2:])
    found = findings(case(URL, *refused(changed(agent)), sdk="go"))["sdk_request_refused"]
    assert "its User-Agent is sdk/3" in found.remedies[0].do


@pytest.mark.parametrize(
    ("value", "scheme", "by_setting"),
    [
        pytest.param("wss://10.0.0.7:8080", "wss", True, id="over TLS the scheme can be left out"),
        pytest.param("10.0.0.7:8080", "wss", False, id="it is left out already"),
        pytest.param("ws://10.0.0.7:8080", "ws", False, id="without TLS it is needed"),
    ],
)
def test_an_empty_host_is_mended_by_the_setting_where_it_can_be(value: str, scheme: str, by_setting: bool) -> None:
    url = f"{scheme}://10.0.0.7:8080/v1/listen"
    tls = scheme == "wss"
    foretold = replace(told("ws", url=url, value=value), meant=url)
    first = as_sdk(not_found("ws"), url)
    seen = (
        *(replace(one, tls=tls, url=one.url.replace("http://", "https://") if tls else one.url) for one in plain()),
        foretold,
        first,
        replace(first, purpose=AGAIN),
        as_sdk(upgrade(), url, headers=WITH_HOST, purpose=ONE_CHANGED),
    )
    where = URL.replace("http://", "https://") if tls else URL
    found = findings(case(where, *seen, sdk="go"))["sdk_request_refused"]
    assert (found.remedies[0].command == 'client("right")') is by_setting
    assert any("past the proxy" in one.do for one in found.remedies)


def test_a_bad_body_is_no_answer_to_an_sdk_either() -> None:
    odd = as_sdk(post(200, body="<html>", headers=NGINX))
    again = replace(odd, purpose=AGAIN)
    assert isinstance(odd, Exchange)
    assert roots(case(URL, *plain(), told("rest"), odd, again, sdk="go")) == ["sdk_request_refused"]
    coded = replace(odd, response=replace(odd.response, headers=(*DG, ("Content-Encoding", "br"))))  # type: ignore[type-var]
    assert roots(case(URL, *plain(), told("rest"), coded, sdk="go")) == []
