"""DG0008, DG0009 and DG0014: what fires them, what must not. The key itself never appears."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.catalogue import Severity
from tests.rules.built import HEALTHY, case, findings, got, matches, served, upgraded


def keyed(*form: str, origin: str = "DEEPGRAM_API_KEY", ours: bool = False) -> dict[str, Any]:
    return {"key_origin": origin, "key_form": form, "key_ours": ours}


def test_a_blank_key_is_a_warning_while_requests_work() -> None:
    found = findings(case("http://10.0.0.7:8080", *served(), key=keyed("blank")))
    assert list(found) == ["api_key_blank"]
    assert found["api_key_blank"].severity is Severity.WARNING
    assert found["api_key_blank"].says == "The API key from DEEPGRAM_API_KEY is blank."
    assert found["api_key_blank"].remedies[0].command == "export DEEPGRAM_API_KEY=a"


def test_a_blank_key_is_the_error_where_a_gateway_answers_401() -> None:
    seen = [got("GET /v1/status", 401), upgraded(status=401)]
    found = findings(case("http://10.0.0.7:8080", *seen, key=keyed("blank")))
    assert found["api_key_blank"].severity is Severity.ERROR
    assert "GET /v1/status got 401 Unauthorized" in found["api_key_blank"].says
    assert [one.cause for one in found.values() if one.root] == ["api_key_blank"]


def test_a_403_to_the_upgrade_alone_is_no_matter_of_keys() -> None:
    seen = [got("GET /v1/status", 200, HEALTHY), upgraded(status=403, headers=(("server", "envoy"),))]
    found = matches(case("http://10.0.0.7:8080", *seen, key=keyed("blank")), "api_key_blank")[0]
    assert found.severity is None


@pytest.mark.parametrize(
    ("form", "words", "remedy"),
    [
        ("newline", "holds a line break", "tr -d '\\r\\n'"),
        ("spaces", "holds blanks", "Take the blanks out of the key"),
        ("quotes", "in quotation marks", "Take the quotation marks off the key"),
        ("prefix", "begins with “Token ”", "Take “Token ” or “Bearer ” off the key"),
        ("non_ascii", "no HTTP header carries", "Type the key again"),
    ],
)
def test_each_thing_that_is_odd_about_a_key_has_its_remedy(form: str, words: str, remedy: str) -> None:
    found = findings(case("http://10.0.0.7:8080", *served(), key=keyed(form)))["api_key_malformed"]
    assert words in found.says
    assert found.severity is Severity.WARNING
    assert any(remedy in one.do + one.command for one in found.remedies)


def test_the_remedy_for_a_line_break_can_be_pasted() -> None:
    found = findings(case("http://10.0.0.7:8080", *served(), key=keyed("newline")))["api_key_malformed"]
    assert found.remedies[0].command == 'export DEEPGRAM_API_KEY="$(printf %s "$DEEPGRAM_API_KEY" | tr -d \'\\r\\n\')"'


def test_a_key_from_a_file_has_the_remedy_for_a_file() -> None:
    found = findings(case("http://10.0.0.7:8080", *served(), key=keyed("newline", origin="--api-key-file", ours=True)))
    remedies = found["api_key_malformed"].remedies
    assert "the file of --api-key-file" in remedies[0].do
    assert not any("export" in one.command for one in remedies)


def test_several_oddities_are_one_finding() -> None:
    says = matches(case("http://10.0.0.7:8080", key=keyed("newline", "quotes")), "api_key_malformed")[0].says
    assert "line break" in says
    assert "quotation marks" in says


@pytest.mark.parametrize("word", ["api_key_blank", "api_key_malformed", "key_in_clear"])
@pytest.mark.parametrize("key", [{}, keyed()], ids=["no key", "a good key"])
def test_no_key_and_a_good_key_are_healthy(word: str, key: dict[str, Any]) -> None:
    assert not matches(case("http://10.0.0.7:8080", *served(), key=key), word)


# --- over plain HTTP ----------------------------------------------------------------------------------------------


def test_a_key_over_plain_http_to_another_machine_is_told() -> None:
    found = findings(case("http://dg:8080", *served(with_key=True), key=keyed(ours=True, origin="DGCHECK_API_KEY")))
    assert list(found) == ["key_in_clear"]
    assert found["key_in_clear"].severity is Severity.INFO
    assert "from DGCHECK_API_KEY went to dg over plain HTTP" in found["key_in_clear"].says


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        pytest.param("https://dg", {"with_key": True, "tls": True}, id="over TLS"),
        pytest.param("http://localhost:8080", {"with_key": True, "address": "127.0.0.1"}, id="to localhost"),
        pytest.param("http://dg:8080", {"with_key": True, "address": "127.0.0.1"}, id="a name of this machine"),
        pytest.param("http://dg:8080", {"with_key": False}, id="the key was not sent"),
        pytest.param(
            "http://dg:8080", {"with_key": True, "address": "", "status": None}, id="no connection came about"
        ),
    ],
)
def test_a_key_is_not_in_clear(url: str, fields: dict[str, Any]) -> None:
    seen = got("GET /v1/status", fields.pop("status", 200), HEALTHY, **fields)
    assert not matches(case(url, seen, key=keyed(ours=True)), "key_in_clear")


def test_a_key_through_a_proxy_on_this_machine_still_leaves_it() -> None:
    seen = got("GET /v1/status", 200, HEALTHY, with_key=True, address="127.0.0.1", via_proxy="http://127.0.0.1:3128")
    assert matches(case("http://dg:8080", seen, key=keyed(ours=True)), "key_in_clear")
