"""Whose list of authorities the SDK goes by, and whether that holds the deployment's CA."""

from __future__ import annotations

from typing import Any

import pytest

from dgcheck.model.case import Case
from dgcheck.model.catalogue import Match
from dgcheck.model.evidence import Ending, Foretold, Handshake
from tests.rules.built import around, case, matches, shaken
from tests.rules.test_tls import LEAF

URL = "https://dg.test:8080"


def told(transport: str, trust: str, variable: str) -> Foretold:
    values: dict[str, Any] = {"sdk": "python", "title": "Deepgram SDK for Python", "version": "7.17.0"}
    return Foretold(
        id="",
        check="sdk",
        ending=Ending.ANSWERED,
        transport=transport,
        url=f"{URL}/v1/listen",
        meant=f"{URL}/v1/listen",
        trust=trust,
        ca_variable=variable,
        **values,
    )


def judged(trust: str, code: int) -> Handshake:
    ending = Ending.ANSWERED if code == 0 else Ending.FAILED
    return shaken(ending=ending, purpose="other_store", trust=trust, verify_code=code)


def with_sdk(main: str, *seen: Handshake | Foretold) -> Case:
    own = shaken(trust=main, verify_code=0, chain=(LEAF,))
    return case(URL, around(trust_store="/etc/ssl/certs"), own, *seen, sdk="python")


def said(found: Case) -> list[Match]:
    return matches(found, "tls_unknown_ca")


REST, LIVE = told("rest", "certifi", "SSL_CERT_FILE"), told("ws", "system", "SSL_CERT_FILE")


def test_a_private_ca_of_this_machine_is_unknown_to_the_list_that_the_sdk_brings() -> None:
    [match] = said(with_sdk("default", judged("certifi", 20), REST, LIVE))
    assert "The Deepgram SDK for Python 7.17.0 goes by certifi's list for REST, which does not" in match.says
    assert (match.severity, match.confidence) == ("warning", "likely")
    assert match.remedies[0].command == "export SSL_CERT_FILE=/path/to/ca.pem"


def test_whoever_gives_the_file_is_only_reminded() -> None:
    [match] = said(with_sdk("ca_file", judged("certifi", 20), judged("default", 20), REST, LIVE))
    assert (match.severity, match.confidence) == ("info", "certain")


def test_whoever_set_the_variable_here_is_only_reminded_to_set_it_there() -> None:
    own = shaken(trust="default", verify_code=0, chain=(LEAF,))
    here = around(trust_store="SSL_CERT_FILE=/ca.pem")
    [match] = said(case(URL, here, own, judged("certifi", 20), REST, LIVE, sdk="python"))
    assert (match.severity, match.confidence) == ("info", "certain")
    assert match.says.startswith("What SSL_CERT_FILE names here vouches")


def test_an_sdk_that_can_be_given_no_ca_is_a_warning_even_then() -> None:
    seen = (judged("certifi", 20), judged("default", 20), told("ws", "webpki", ""))
    [match] = said(with_sdk("ca_file", *seen))
    assert match.severity == "warning"
    assert "it has no setting that adds a CA" in match.says
    assert match.remedies == ()


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(with_sdk("default", judged("certifi", 0), REST, LIVE), id="a public CA"),
        pytest.param(with_sdk("ca_file", judged("certifi", 20), judged("default", 20)), id="no SDK was named"),
        pytest.param(with_sdk("ca_file", judged("certifi", 20), told("ws", "java", "trustStore")), id="Java's list"),
        pytest.param(with_sdk("default", judged("certifi", 10), REST), id="another fault"),
    ],
)
def test_what_is_not_known_to_lack_it_is_not_blamed(found: Case) -> None:
    assert said(found) == []
