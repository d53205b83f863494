"""Which lists of authorities accept a chain, by the handshakes that were judged by them, and what stays unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from dgcheck.model.case import Case
from dgcheck.model.evidence import Ending, Handshake
from dgcheck.model.report import TrustStore
from dgcheck.readings import stores
from tests.rules.built import around, case, shaken


def main(code: int = 0, trust: str = "default") -> Handshake:
    return judged(code, trust, purpose="")


def judged(code: int, trust: str, purpose: str = "other_store") -> Handshake:
    ending = Ending.ANSWERED if code == 0 else Ending.FAILED
    return shaken(ending=ending, check="tls", purpose=purpose, trust=trust, verify_code=code)


def said(*seen: Handshake, store: str = "/etc/ssl/certs", **settings: Any) -> Mapping[str, bool | None]:
    found: Case = case("https://dg.test", around(trust_store=store), *seen, **settings)
    return {one.store: one.trusts for one in stores.judged(found)}


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param((main(),), {}, id="only the configured list was asked"),
        pytest.param(
            (main(), judged(0, "certifi")),
            {"certifi": True, "system": True, "node": True, "webpki": True, "java": None},
            id="a public CA",
        ),
        pytest.param(
            (main(), judged(20, "certifi")),
            {"certifi": False, "system": True, "node": False, "webpki": False, "java": None},
            id="a private CA that was installed here",
        ),
        pytest.param(
            (main(trust="ca_file"), judged(19, "certifi"), judged(20, "default")),
            {"certifi": False, "system": False, "node": False, "webpki": False, "java": None},
            id="a private CA in a file",
        ),
        pytest.param(
            (main(20), judged(0, "certifi")),
            {"certifi": True, "system": False, "node": True, "webpki": True, "java": None},
            id="an old list on this machine",
        ),
        pytest.param((main(), judged(10, "certifi")), {}, id="expired says nothing of the list"),
    ],
)
def test_judged(seen: tuple[Handshake, ...], expected: Mapping[str, bool | None]) -> None:
    assert said(*seen) == expected


def test_a_machine_without_a_list_of_its_own_is_not_judged_by_certifis() -> None:
    assert said(main(20), judged(20, "certifi"), store="certifi")["system"] is None


def test_a_variable_that_was_set_here_says_nothing_of_the_machines_own_list() -> None:
    found = case("https://dg.test", around(trust_store="SSL_CERT_FILE=/ca.pem"), main(), judged(20, "certifi"))
    system = next(one for one in stores.judged(found) if one.store == "system")
    assert (system.trusts, system.why) == (None, "in whose place SSL_CERT_FILE was read here")
    assert stores.by_variable(found) == "SSL_CERT_FILE"


def test_java_is_never_guessed_at() -> None:
    found = case("https://dg.test", around(trust_store="/etc/ssl"), main(), judged(0, "certifi"))
    assert stores.holds(found, "java") is None
    assert stores.holds(found, "node") is True
    assert stores.holds(found, "system") is True


@pytest.mark.parametrize(
    ("trusts", "apart"), [((True, False), True), ((True, None), False), ((False, None), False), ((), False)]
)
def test_they_disagree_where_one_accepts_and_another_does_not(trusts: tuple[bool | None, ...], apart: bool) -> None:
    found = tuple(TrustStore(str(number), one, "", "") for number, one in enumerate(trusts))
    assert stores.disagree(found) is apart
