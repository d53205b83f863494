"""DG1007, DG3018: causes that only pasted text names."""

from __future__ import annotations

import pytest

from dgcheck.model.catalogue import Cause
from dgcheck.rules import causes
from dgcheck.rules.client import FAMILY
from tests.rules.built import case, findings

URL = "http://10.0.0.7:8080"
EACH = pytest.mark.parametrize("cause", FAMILY, ids=lambda cause: cause.cause)


def test_their_codes_are_those_of_the_catalogue() -> None:
    assert {one.code: one.cause for one in FAMILY} == {
        "DG1007": "dns_temporary",
        "DG3018": "client_timeout",
    }


@EACH
def test_a_live_run_never_names_them(cause: Cause) -> None:
    assert cause.when is None
    assert cause.cause not in findings(case(URL))


@EACH
def test_what_they_bring_about_exists(cause: Cause) -> None:
    assert set(cause.explains) <= {one.cause for one in causes()}


@EACH
def test_each_says_how_it_is_told_apart_and_what_to_do(cause: Cause) -> None:
    assert cause.told_apart
    assert cause.remedies
    assert cause.source
