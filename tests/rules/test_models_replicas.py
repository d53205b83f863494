"""DG5009, DG5010: replicas that are not the same."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.catalogue import Confidence, Severity
from dgcheck.model.evidence import Ending, Heard, Phase, Seen, Stream, Wire
from dgcheck.model.record import replace
from tests.rules.built import DG, HEALTHY, HTML, dialled, findings, got, matches, roots
from tests.rules.models_built import NOVA_2, NOVA_3, VOICE, asked, listed, posted, row, streamed

AGAIN: dict[str, Any] = {"check": "replicas"}
OTHER: dict[str, Any] = {"check": "replicas", "address": "10.0.0.8"}
ASK = "model=nova-3"
DIFFER = "models_differ_between_replicas"
BROKEN = '{"err_code":"Internal Server Error","err_msg":"boom","request_id":"1"}'


def failing(**fields: Any) -> Wire:
    return posted(ASK, 500, body=BROKEN, **fields)


# --- other models ----------------------------------------------------------------------------------------------------


def test_listings_that_differ_behind_one_address() -> None:
    found = asked("nova-3", listed(NOVA_3, NOVA_2), listed(NOVA_3, **AGAIN), listed(NOVA_3, NOVA_2, **AGAIN))
    one = findings(found)["models_differ_between_replicas"]
    assert one.confidence is Confidence.CERTAIN
    assert one.says == (
        "GET /v1/models was answered 3 times and not always alike: nova-2-general was missing from 1 of the 3 answers."
    )


def test_each_model_is_counted_by_itself() -> None:
    says = matches(asked("nova-3", listed(NOVA_3), listed(NOVA_2, **AGAIN), listed(NOVA_2, **AGAIN)), DIFFER)[0].says
    assert "nova-2-general was missing from 1 and nova-3-general from 2 of the 3 answers" in says


def test_listings_that_differ_by_address() -> None:
    found = asked("nova-3", listed(NOVA_3, NOVA_2), listed(NOVA_3, **OTHER))
    says = matches(found, "models_differ_between_replicas")[0].says
    assert says == (
        "The addresses of this name do not list the same models. They differ in nova-2-general: 10.0.0.7 has "
        "nova-2-general; 10.0.0.8 has none of them."
    )


def test_it_explains_a_model_that_is_missing_now_and_then() -> None:
    found = asked("nova-3", listed(NOVA_2), posted(ASK, 400), streamed(ASK), listed(NOVA_3, NOVA_2, **AGAIN))
    assert roots(found) == ["models_differ_between_replicas"]
    assert findings(found)["model_missing"].caused_by == "DG5009"


def test_answers_that_differ_are_likely() -> None:
    found = asked("nova-3", posted(ASK), streamed(ASK), posted(ASK, 400, **AGAIN), posted(ASK, **AGAIN))
    one = matches(found, "models_differ_between_replicas")[0]
    assert one.confidence is Confidence.LIKELY
    assert "2 of 3 were accepted, 1 got 400 Bad Request" in one.says
    assert roots(found) == ["models_differ_between_replicas"]


def test_several_kinds_of_answers_that_differ_are_one_finding() -> None:
    found = asked(
        "nova-3",
        posted(ASK),
        streamed(ASK),
        posted(ASK, 400, **AGAIN),
        streamed(ASK, 400, **AGAIN),
        posted(ASK, **AGAIN),
    )
    (one,) = matches(found, "models_differ_between_replicas")
    assert "On several connections POST /v1/listen asked for the same: 2 of 3 were accepted" in one.says
    assert "On several connections the WebSocket upgrade of /v1/listen asked for the same: 1 of 2" in one.says
    assert roots(found) == ["models_differ_between_replicas"]


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([listed(NOVA_3, NOVA_2), listed(NOVA_2, NOVA_3, **AGAIN)], id="another order"),
        pytest.param([listed(NOVA_3), listed({**NOVA_3, "uuid": "other"}, **AGAIN)], id="another id"),
        pytest.param([listed(NOVA_3), listed({**NOVA_3, "new": 1}, **AGAIN)], id="an unknown field"),
        pytest.param([listed(NOVA_3), listed(NOVA_3, VOICE, grouped=True, **AGAIN)], id="releases of two shapes"),
        pytest.param([listed(NOVA_3), got("GET /v1/models", 200, "{}x", **AGAIN)], id="one could not be read"),
        pytest.param([listed(NOVA_3), got("GET /v1/models", 401, "", **AGAIN)], id="one was refused"),
        pytest.param([listed(NOVA_3)], id="one alone"),
        pytest.param([posted(ASK, 400), posted(ASK, 400, **AGAIN)], id="refused each time"),
        pytest.param([posted(ASK), posted("model=nova-2", 400, **AGAIN)], id="another question"),
        pytest.param([posted(ASK), posted(ASK, 400, purpose="without_version")], id="an experiment"),
    ],
)
def test_what_is_no_difference(evidence: list[Seen]) -> None:
    assert matches(asked("nova-3", *evidence), "models_differ_between_replicas") == []


# --- one that fails --------------------------------------------------------------------------------------------------


def test_a_share_of_failures_behind_one_address() -> None:
    found = asked(
        "nova-3", listed(NOVA_3), failing(), streamed(ASK), posted(ASK, **AGAIN), failing(**AGAIN), posted(ASK, **AGAIN)
    )
    one = matches(found, "replica_unhealthy")[0]
    assert one.confidence is Confidence.LIKELY
    assert "2 of 4 requests of the same kinds failed and the others worked" in one.says
    assert "POST /v1/listen got 500" in one.says
    assert roots(found) == ["replica_unhealthy"]
    assert findings(found)["http_server_error"].caused_by == "DG5010"


def test_one_address_that_always_fails_is_named() -> None:
    found = asked("nova-3", posted(ASK), posted(ASK, **AGAIN), failing(**OTHER), failing(**OTHER))
    one = findings(found)["replica_unhealthy"]
    assert one.confidence is Confidence.CERTAIN
    assert "10.0.0.8 failed each time (2 of 2), 10.0.0.7 answered" in one.says
    assert one.remedies[0].command == "dgcheck run http://10.0.0.7:8080 --resolve 10.0.0.7=10.0.0.8"


def test_a_single_failure_is_only_possible() -> None:
    one = matches(asked("nova-3", posted(ASK), failing(**AGAIN), posted(ASK, **AGAIN)), "replica_unhealthy")[0]
    assert one.confidence is Confidence.POSSIBLE


@pytest.mark.parametrize(
    ("word", "told"), [("Disconnected", ["“Disconnected”"]), ("Connected", [])], ids=["without", "with"]
)
def test_a_replica_without_an_engine_among_others_that_have_one(word: str, told: list[str]) -> None:
    def engine(word: str, **fields: Any) -> Wire:
        return got("GET /v1/status/engine", 200, f'{{"engine_connection_status":"{word}"}}', **fields)

    found = asked("nova-3", engine(word), engine("Connected", **AGAIN), engine(word, **AGAIN))
    assert [words for one in matches(found, "replica_unhealthy") for words in told if words in one.says] == told
    assert roots(found) == (["replica_unhealthy"] if told else [])
    assert matches(asked("nova-3", engine(word), engine(word, **AGAIN)), "replica_unhealthy") == []


def moment(sent: float, ended: float) -> dict[str, Any]:
    return {"phases": (Phase("connect", 0.0, 0.1), Phase("request", sent, 0.0)), "ended_at": ended}


@pytest.mark.parametrize(
    ("sent", "sure"),
    [(1.1, Confidence.POSSIBLE), (0.9, Confidence.CERTAIN)],
    ids=["once nothing had been listed", "side by side"],
)
def test_models_that_came_meanwhile_may_be_those_of_one_container(sent: float, sure: Confidence) -> None:
    later = [listed(NOVA_3, **AGAIN, **moment(sent, 2.0)) for _ in range(3)]
    one = findings(asked("nova-3", listed(**moment(0.5, 1.0)), *later))["models_differ_between_replicas"]
    assert one.confidence is sure
    assert ("may also be one container" in one.says) is (sure is Confidence.POSSIBLE)


@pytest.mark.parametrize("word", ["Ready", "Initializing"])
def test_health_that_came_meanwhile_may_be_that_of_one_container(word: str) -> None:
    def page(word: str, **fields: Any) -> Wire:
        return got("GET /v1/status", 200, f'{{"system_health":"{word}"}}', **fields)

    ill = [page("Initializing", **moment(0.5, 1.0)), page("Initializing", **AGAIN, **moment(1.1, 1.2))]
    well = [page("Ready", **AGAIN, **moment(2.0, 2.1)), page(word, **AGAIN, **moment(2.2, 2.3))]
    one = findings(asked("nova-3", *ill, *well))["replica_unhealthy"]
    assert one.confidence is (Confidence.POSSIBLE if word == "Ready" else Confidence.LIKELY)


def test_the_ill_health_of_one_replica_is_not_the_deployment_s() -> None:
    ill, well = (f'{{"system_health":"{word}"}}' for word in ("Critical", "Healthy"))
    refused = streamed(ASK, 503, body=BROKEN, headers=DG)
    seen = [got("GET /v1/status", 200, ill), posted(ASK), refused, streamed(ASK, **AGAIN)]
    mixed = asked("nova-3", *seen, got("GET /v1/status", 200, well, **AGAIN))
    assert roots(mixed)[0] == "replica_unhealthy"
    one = findings(mixed)["engine_critical"]
    assert one.confidence is Confidence.POSSIBLE
    assert "Some of the requests of this run were served and others failed." in one.says
    alike = asked("nova-3", *seen, got("GET /v1/status", 200, ill, **AGAIN))
    assert roots(alike)[0] == "engine_critical"
    assert findings(alike)["engine_critical"].confidence is Confidence.CERTAIN


@pytest.mark.parametrize(("times", "severity"), [(6, Severity.WARNING), (2, Severity.ERROR)], ids=["often", "seldom"])
def test_pages_that_stall_now_and_then_fail_nobody_who_wants_speech(times: int, severity: Severity) -> None:
    late = got("GET /v1/models", None, ending=Ending.TIMED_OUT, reached="first_byte")
    speech = [posted(ASK, **AGAIN) for _ in range(times)]
    found = asked("nova-3", got("GET /v1/status", 200, HEALTHY), late, listed(NOVA_3, **AGAIN), *speech)
    assert findings(found)["replica_unhealthy"].severity is severity


PAGE: dict[str, Any] = {"body": "<html><title>Welcome to nginx!</title></html>", "headers": HTML}


def test_a_web_server_among_the_replicas_fails_too() -> None:
    asked_once = [got("GET /v1/models", 200, **PAGE), posted(ASK, **PAGE), streamed(ASK, 200, **PAGE)]
    plain = got(f"GET /v1/listen?{ASK}", 200, check="ws.upgrade", purpose="plain_get", **PAGE)
    again = [listed(NOVA_3, **AGAIN), posted(ASK, **AGAIN), streamed(ASK, **AGAIN)]
    found = asked("nova-3", *asked_once, plain, got("GET /v1/status", 200, HEALTHY), *again)
    assert roots(found) == ["replica_unhealthy"]
    says = findings(found)["replica_unhealthy"].says
    assert "3 of 6 requests of the same kinds failed" in says
    assert "got 200 OK with what the API does not say and got 200 OK and no WebSocket" in says


@pytest.mark.parametrize(
    ("first", "again", "causes"),
    [
        pytest.param(200, 301, ["replica_unhealthy"], id="one of two redirects"),
        pytest.param(301, 200, ["replica_unhealthy"], id="the first of two redirects"),
        pytest.param(301, 301, ["http_redirect"], id="both redirect"),
    ],
)
def test_a_replica_that_redirects_what_others_serve_fails(first: int, again: int, causes: list[str]) -> None:
    def one(status: int, **fields: Any) -> Wire:
        to = (("location", "https://10.0.0.7/v1/listen"),)
        return posted(ASK, status, **fields, **({"body": "", "headers": to} if status == 301 else {}))

    found = asked("nova-3", listed(NOVA_3), one(first), streamed(ASK), one(again, **AGAIN), one(again, **AGAIN))
    assert roots(found) == causes


def test_one_page_each_time_is_no_replica() -> None:
    pages = [posted(ASK, **PAGE), posted(ASK, **PAGE, **AGAIN), streamed(ASK), streamed(ASK, **AGAIN)]
    assert matches(asked("nova-3", listed(NOVA_3), *pages), "replica_unhealthy") == []


def timed(seen: Wire, at: float) -> Wire:
    return replace(seen, phases=(Phase("first_byte", at, 1.0),), ended_at=at + 1.0)


def given_up(at: float, **fields: Any) -> Wire:
    return timed(posted(ASK, 504, body="", headers=HTML, **fields), at)


def test_a_proxy_that_gives_up_until_the_model_is_there_is_no_replica() -> None:
    silent = cut("e6", opened_at=1.0, ended_at=2.1)
    late = [timed(streamed(ASK, **AGAIN), 1.0), silent, timed(streamed(ASK, **AGAIN), 4.0), whole("e8")]
    found = asked(
        "nova-3", listed(NOVA_3), given_up(0.1), given_up(1.5, **AGAIN), *late, timed(posted(ASK, **AGAIN), 4.0)
    )
    assert matches(found, "replica_unhealthy") == []
    assert roots(found) == ["http_gateway_timeout"]


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([timed(posted(ASK), 0.1), given_up(1.5, **AGAIN), timed(posted(ASK, **AGAIN), 3.0)], id="between"),
        pytest.param([timed(failing(), 0.1), timed(posted(ASK, **AGAIN), 1.5)], id="500 at first"),
        pytest.param(
            [given_up(0.1), timed(failing(**AGAIN), 0.2), timed(posted(ASK, **AGAIN), 3.0)], id="a 500 with it"
        ),
    ],
)
def test_failures_of_other_kinds_or_in_between_are_a_replica_s(evidence: list[Seen]) -> None:
    assert len(matches(asked("nova-3", listed(NOVA_3), *evidence), "replica_unhealthy")) == 1


def cut(upgrade: str, **fields: Any) -> Stream:
    return Stream(id="", ending=Ending.CLOSED, upgrade=upgrade, **{"check": "replicas", "closed_by": "fin", **fields})


def whole(upgrade: str, check: str = "replicas") -> Stream:
    said = (Heard(at=1.0, kind="Results", is_final=True, transcript="hello"), Heard(at=1.1, kind="Metadata"))
    return Stream(id="", check=check, ending=Ending.ANSWERED, upgrade=upgrade, heard=said, close_code=1000)


def test_a_stream_that_breaks_off_on_one_connection_counts() -> None:
    found = asked("nova-3", streamed(ASK), whole("e3", "ws.stream"), streamed(ASK, **AGAIN), cut("e5"))
    says = matches(found, "replica_unhealthy")[0].says
    assert "was opened and broke off before a result" in says


def test_a_silence_much_longer_than_the_others_took_counts() -> None:
    quick = posted(ASK, phases=(Phase("first_byte", 0.0, 0.5),))
    connect = (Phase("connect", 1.0, 0.1),)
    silent = got(
        f"POST /v1/listen?{ASK}", None, ending=Ending.TIMED_OUT, phases=connect, ended_at=7.0, check="replicas"
    )
    assert len(matches(asked("nova-3", quick, silent), "replica_unhealthy")) == 1


@pytest.mark.parametrize(
    ("ending", "counts"),
    [
        pytest.param(Ending.RESET, 1, id="accepted, and reset before it could be asked"),
        pytest.param(Ending.REFUSED, 0, id="a refusal has causes of its own"),
    ],
)
def test_questions_whose_connection_was_reset_count(ending: Ending, counts: int) -> None:
    torn = dialled("10.0.0.7", ending, purpose="again")  # e3: configuration and surroundings come first
    lost = got(f"POST /v1/listen?{ASK}", None, ending=Ending.NOT_CONNECTED, rests_on=("e3",), check="replicas")
    assert len(matches(asked("nova-3", torn, posted(ASK), lost), "replica_unhealthy")) == counts


@pytest.mark.parametrize("ending", [Ending.RESET, Ending.CLOSED, Ending.TIMED_OUT, Ending.BROKEN])
def test_questions_without_an_answer_count(ending: Ending) -> None:
    lost = got(f"POST /v1/listen?{ASK}", None, ending=ending, check="replicas")
    assert len(matches(asked("nova-3", posted(ASK), lost), "replica_unhealthy")) == 1


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([posted(ASK), posted(ASK, **AGAIN), streamed(ASK), streamed(ASK, **AGAIN)], id="all well"),
        pytest.param([failing(), failing(**AGAIN)], id="all failed"),
        pytest.param([failing(), streamed(ASK), listed(NOVA_3)], id="another kind of question works"),
        pytest.param([posted(ASK), posted("model=nova-2", 500, body=BROKEN)], id="another model"),
        pytest.param([posted(ASK), posted(ASK, 400, **AGAIN)], id="refused for its model"),
        pytest.param([posted(ASK), posted(ASK, 429, body="", **AGAIN)], id="too many requests"),
        pytest.param([posted(ASK), got(f"POST /v1/listen?{ASK}", 401, purpose="without_key")], id="without the key"),
        pytest.param([posted(ASK), got(f"POST /v1/listen?{ASK}", 400, "", check="rest.url")], id="remote audio"),
        pytest.param(
            [
                posted(ASK, phases=(Phase("first_byte", 0.0, 6.0),)),
                got(
                    f"POST /v1/listen?{ASK}",
                    None,
                    ending=Ending.TIMED_OUT,
                    phases=(Phase("connect", 7.0, 0.1),),
                    ended_at=13.0,
                    check="replicas",
                ),
            ],
            id="given up sooner than the other took",
        ),
        pytest.param([posted(ASK), failing(purpose="again")], id="an experiment"),
        pytest.param(
            [posted(ASK), got(f"POST /v1/listen?{ASK}", None, ending=Ending.CUT_SHORT, check="replicas")],
            id="cut short by the deadline",
        ),
        pytest.param(
            [posted(ASK), got(f"POST /v1/listen?{ASK}", None, ending=Ending.REFUSED, **OTHER)],
            id="an address that refuses every connection",
        ),
        pytest.param([posted(ASK), got(f"POST /v1/listen?{ASK}", None, check="replicas")], id="no connection"),
        pytest.param(
            [streamed(ASK), whole("e3", "ws.stream"), streamed(ASK, **AGAIN), whole("e5")], id="streams end well"
        ),
    ],
)
def test_what_is_no_unhealthy_replica(evidence: list[Seen]) -> None:
    assert matches(asked("nova-3", *evidence), "replica_unhealthy") == []


def test_several_odd_models_are_counted() -> None:
    many = [row(f"nova-2-x{number:02}") for number in range(20)]
    says = matches(asked("nova-3", listed(NOVA_3, *many), listed(NOVA_3, **AGAIN)), "models_differ_between_replicas")[
        0
    ].says
    assert "and 14 more were missing from 1 of the 2 answers" in says


def test_dg_marks_are_no_part_of_the_comparison() -> None:
    assert (
        matches(asked("nova-3", listed(NOVA_3), listed(NOVA_3, headers=DG, **AGAIN)), "models_differ_between_replicas")
        == []
    )


# --- an address that answers, and not as the API does ---------------------------------------------------------------

WELCOME = "<html><head><title>Welcome to nginx!</title></head></html>"
INITIALIZING = '{"system_health":"Initializing"}'


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(200, WELCOME, id="a page of another program"),
        pytest.param(301, "", id="a redirect"),
    ],
)
def test_an_address_that_answers_as_no_api_does_is_unhealthy(status: int, body: str) -> None:
    evidence = [
        *(dialled("10.0.0.7"), dialled("10.0.0.8"), posted(ASK), streamed(ASK)),
        got(f"POST /v1/listen?{ASK}", status, body, **OTHER),
        streamed(ASK, status, body=body, **OTHER),
    ]
    found = asked("nova-3", *evidence)
    assert roots(found) == ["replica_unhealthy"]
    one = findings(found)["replica_unhealthy"]
    assert one.confidence is Confidence.CERTAIN
    assert one.says.startswith(
        f"Not every address works: 10.0.0.8 failed each time (2 of 2), 10.0.0.7 answered. What failed: POST /v1/listen "
        f"and the WebSocket upgrade of /v1/listen got {status} "
    )


def test_an_address_that_is_still_starting_is_unhealthy_and_no_other_set_of_models() -> None:
    evidence = [
        *(dialled("10.0.0.7"), dialled("10.0.0.8"), got("GET /v1/status", 200, HEALTHY)),
        *(listed(NOVA_3), posted(ASK), streamed(ASK)),
        *(got("GET /v1/status", 200, INITIALIZING, **OTHER), listed(**OTHER), posted(ASK, 400, **OTHER)),
    ]
    found = asked("nova-3", *evidence)
    assert roots(found) == ["replica_unhealthy"]
    assert "told of the health “Initializing”" in findings(found)["replica_unhealthy"].says


def test_one_address_that_was_once_starting_hides_no_difference() -> None:
    evidence = [got("GET /v1/status", 200, INITIALIZING), listed(NOVA_3), posted(ASK), listed(NOVA_2, **AGAIN)]
    assert roots(asked("nova-3", *evidence))[0] == DIFFER
